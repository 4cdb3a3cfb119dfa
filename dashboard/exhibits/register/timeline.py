"""The register as a timeline: one lane per sender, one shape per kind of measure, five clocks."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

import plotly.graph_objects as go
import polars as pl
from pydantic import BeforeValidator, StringConstraints

from dashboard import words
from dashboard.analysis.frames import month_of, ordinal_of
from dashboard.exhibits.base import Exhibit, NothingToShow, Spec
from dashboard.exhibits.register import timeline_marks as marks
from dashboard.exhibits.register.timeline_table import COLUMNS, alt, table
from dashboard.exhibits.timing.clocks import register_passport, told_on
from dashboard.figures import timeline
from dashboard.figures.marks import NOT_A_CAUSE
from dashboard.figures.theme import Style
from dashboard.params import Area, ClockWord, Month, Params, Senders, Types
from dashboard.queries import catalogue
from dashboard.studies import measures, targets
from dashboard.studies.measures import STRICT_CLOCKS, MeasureQuery, Measures
from dashboard.words import register as tw
from dashboard.words.register import as_known_words
from pipelines.schema.terms import Clock, Status
from pipelines.store import Store


def _parts(value: Any) -> Any:
    return tuple(part.strip() for part in value.split(",") if part.strip()) if isinstance(value, str) else value


Statuses = Annotated[tuple[Status, ...], BeforeValidator(_parts)]
Words = Annotated[str, StringConstraints(strip_whitespace=True, pattern=r"^[^\x00-\x1f\x7f]{0,80}$")]


class RegisterTimelineParams(Params):
    """Which measures stand on the timeline, and by which of their dates.

    The target WLD stands for all targets. `containing`: words that must all stand in the title, the act or the scope.
    `known_on`: as the register could have told it on that day.
    """

    target: Area = "RUS"
    senders: Senders = ()
    types: Types = ()
    status: Statuses = ()
    containing: Words = ""
    clock: ClockWord = Clock.EFFECTIVE
    start: Month | None = None
    end: Month | None = None
    known_on: date | None = None

    def question(self) -> MeasureQuery:
        """What the parameters ask of the register."""
        return MeasureQuery(**{name: getattr(self, name) for name in type(self).model_fields})


def register_timeline(store: Store, params: RegisterTimelineParams, style: Style) -> Exhibit:
    """Every dated measure on a target, and by it, at the chosen clock.

    Spans run from the day a measure took effect to the end of its wind-down, or to its lifting.
    """
    found = measures.ask(store, params.question())
    if found.is_empty:
        raise NothingToShow(found.why_empty)
    drawn = marks.rows(found)
    return write(store, params, found, drawn, draw(found, drawn, style))


def draw(found: Measures, drawn: pl.DataFrame, style: Style) -> go.Figure:
    """Lanes of marks from the first to the last day, or to the end of the longest bar inside the window."""
    query = found.query
    bound = None if query.end is None else max(found.last, month_of(ordinal_of(query.end) + 1))
    lanes = marks.lanes(drawn, query.clock, found.who, style, until=bound)
    end = max(dot.until for lane in lanes for row in lane.rows for dot in row.dots)
    return timeline.lanes(
        lanes, start=found.first, end=max(found.last, end), style=style, key=marks.key(drawn, query.clock)
    )


def write(
    store: Store, params: RegisterTimelineParams, found: Measures, drawn: pl.DataFrame, figure: go.Figure
) -> Exhibit:
    """The timeline with its words, its table and its passport."""
    clock = found.query.clock
    whom = measures.whom(store, found.query, by_target=found.by_target)
    by = words.plural(len(found.by_sender()), "sender")
    title = _title(store, params)
    return Exhibit(
        id="register_timeline",
        title=title,
        subtitle=(
            f"{words.plural(found.frame.height, 'measure')} {whom} from {by}{dated_by(found)}, "
            f"{words.span(found.first, found.last)}{_containing(params)}{told_on(params.known_on)}"
        ),
        figure=figure,
        data=table(drawn, found.who),
        alt=alt(title, found),
        passport=register_passport(
            store,
            source="register",
            series=f"dated measures {whom}, clock: {tw.CLOCK_WORDS[clock]}",
            unit="one measure of one act",
            last_observation=f"latest date {words.day(found.last)}",
            cannot_show=CANNOT,
            view=SPEC.view(params),
            known_on=params.known_on,
        ),
        params=params,
        answer=answer(found, whom),
        note=note(found),
        columns=COLUMNS,
        file_stem=(
            f"sanctions-register-{params.target.lower()}-{clock.replace('_', '-')}-{found.first.year}-{found.last.year}"
        ),
    )


CANNOT = (
    "A measure is one thing that one act did: counts say nothing about severity, and senders are unevenly covered. "
    "An easing is a measure too."
)


def note(found: Measures) -> str:
    """Not a cause; what became of measures without the date; what was left out of a crowded picture."""
    crowded = (
        ""
        if found.frame.height <= marks.MOST_WITH_BARS
        else (
            f"With more than {marks.MOST_WITH_BARS} measures a mark stands for a year, and bars and slashes are left "
            "out; the table has the days."
        )
    )
    rule = tw.clock_rule(found.query.clock, found.left_out or found.elsewhere)
    return " ".join(part for part in (NOT_A_CAUSE, rule, crowded, as_known_words(found.query.known_on), CANNOT) if part)


def answer(found: Measures, whom: str) -> str:
    """How many measures, by whom most, and the busiest month of the clock."""
    shown, clock = found.frame.height, found.query.clock
    code, most = found.by_sender()[0]
    lead = found.who.name_in_sentence(code)
    by = f", {words.count(most)} of them by {lead}" if most < shown else f", all by {lead}"
    if whom.startswith("by "):
        by = ""
    told = f"The register dates {words.plural(shown, 'measure')} {whom}{by}."
    if clock in STRICT_CLOCKS:
        has = "has" if shown == 1 else "have"
        told = f"Of {words.plural(found.chosen, 'measure')} {whom}, {words.count(shown)} {has} {_DATE_OF[clock]}{by}."
    busiest = found.busiest()
    if busiest is not None and busiest[1] >= BUSY_FROM:
        told += f" The busiest month is {words.month(busiest[0])} with {words.count(busiest[1])} {_BY_CLOCK[clock]}."
    return told


def dated_by(found: Measures) -> str:
    """By which day they are dated, for a subtitle: all of them, or so many and the others by the nearest day."""
    phrase = _CLOCK_PHRASE[found.query.clock]
    if found.elsewhere == 0:
        return f", dated by the day {phrase}"
    if found.dated.is_empty():
        return f", none with the day {phrase}, dated by the nearest day known"
    return (
        f", {words.count(found.dated.height)} dated by the day {phrase} and {words.count(found.elsewhere)} by the "
        "nearest day known"
    )


_CLOCK_PHRASE = {
    "announced": "they were announced",
    "signed": "they were signed",
    "effective": "they took effect",
    "wind_down_end": "their wind-down ended",
    "lifted": "they were lifted or replaced",
}

_BY_CLOCK = {
    "announced": "that were announced in it",
    "signed": "that were signed in it",
    "effective": "that took effect in it",
    "wind_down_end": "whose wind-down ended in it",
    "lifted": "that were lifted or replaced in it",
}

_DATE_OF = {"wind_down_end": "a date for the end of a wind-down", "lifted": "a lifting date"}

BUSY_FROM = 3
"""A month with one or two measures is no busy month."""


def _title(store: Store, params: RegisterTimelineParams) -> str:
    target = targets.in_sentence(store, catalogue.names(store), params.target)
    if params.senders == (params.target,):
        return f"Sanctions by {target}, by kind and date"
    return f"Sanctions on {target} by sender, kind and date"


def _containing(params: RegisterTimelineParams) -> str:
    return f"; only those whose title, act or scope has “{params.containing}”" if params.containing else ""


SPEC = Spec("register_timeline", "The register as a timeline", "timing", RegisterTimelineParams, register_timeline)
