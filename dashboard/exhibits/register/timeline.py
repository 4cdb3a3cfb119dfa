"""The register as a timeline: one lane per sender, one shape per kind of measure, five clocks."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

import polars as pl
from pydantic import BeforeValidator, StringConstraints

from dashboard import words
from dashboard.exhibits.base import Exhibit, NothingToShow, Spec
from dashboard.exhibits.register import timeline_marks as marks
from dashboard.exhibits.register.timeline_table import COLUMNS, alt, table
from dashboard.exhibits.timing import targets as tt
from dashboard.exhibits.timing.clocks import STRICT_CLOCKS, on_clock, register_passport
from dashboard.figures import timeline
from dashboard.figures.marks import NOT_A_CAUSE
from dashboard.figures.theme import Style
from dashboard.params import Area, ClockWord, Month, Params, Senders, Types
from dashboard.queries import catalogue
from dashboard.words import register as tw
from pipelines.schema.terms import Clock, Status
from pipelines.store import Store


def _parts(value: Any) -> Any:
    return tuple(part.strip() for part in value.split(",") if part.strip()) if isinstance(value, str) else value


Statuses = Annotated[tuple[Status, ...], BeforeValidator(_parts)]
Words = Annotated[str, StringConstraints(strip_whitespace=True, pattern=r"^[^\x00-\x1f\x7f]{0,80}$")]


class RegisterTimelineParams(Params):
    """Which measures stand on the timeline, and by which of their dates.

    The target WLD stands for all targets. `containing`: words that must all stand in the title, the act or the scope.
    """

    target: Area = "RUS"
    senders: Senders = ()
    types: Types = ()
    status: Statuses = ()
    containing: Words = ""
    clock: ClockWord = Clock.EFFECTIVE
    start: Month | None = None
    end: Month | None = None


def chosen(store: Store, params: RegisterTimelineParams) -> pl.DataFrame:
    """The measures that the filters let through, dated by the chosen clock; sorted by date and key."""
    found = tt.about(
        store,
        target=params.target,
        senders=params.senders,
        types=params.types,
        clock=str(params.clock),
        containing=params.containing,
    )
    if params.status:
        found = found.filter(pl.col("status").is_in(list(params.status)))
    if params.start is not None:
        found = found.filter(pl.col("date") >= params.start)
    if params.end is not None:
        found = found.filter(pl.col("date") < _after(params.end))
    return found


def register_timeline(store: Store, params: RegisterTimelineParams, style: Style) -> Exhibit:
    """Every dated measure on a target, and by it, at the chosen clock.

    Spans run from the day a measure took effect to the end of its wind-down, or to its lifting.
    """
    names = catalogue.names(store)
    clock = str(params.clock)
    found = chosen(store, params)
    shown, missing = on_clock(found, clock)
    whom = _whom(names, params, found if clock in STRICT_CLOCKS else shown)
    if shown.is_empty():
        raise NothingToShow(_why_empty(whom, clock, found.height))
    drawn = marks.rows(store, shown, params.types)
    crowded = (
        ""
        if drawn.height <= marks.MOST_WITH_BARS
        else (
            f"With more than {marks.MOST_WITH_BARS} measures a mark stands for a year, and bars and slashes are left "
            "out; the table has the days."
        )
    )
    first, last = min(shown["date"]), max(shown["date"])
    bound = None if params.end is None else max(last, _after(params.end))
    lanes = marks.lanes(drawn, clock, style, until=bound)
    end = max(dot.until for lane in lanes for row in lane.rows for dot in row.dots)
    figure = timeline.lanes(lanes, start=first, end=max(last, end), style=style, key=marks.key(drawn, clock))
    senders = shown["sender"].n_unique()
    cannot = (
        "A measure is one thing that one act did: counts say nothing about severity, and senders are unevenly covered. "
        "An easing is a measure too."
    )
    note = " ".join(part for part in (NOT_A_CAUSE, tw.clock_rule(clock, missing), crowded, cannot) if part)
    months = (
        shown.group_by(pl.col("date").dt.truncate("1mo").alias("month"))
        .len()
        .sort("len", "month", descending=[True, False])
    )
    busiest = months.row(0, named=True)
    title = _title(names, params)
    return Exhibit(
        id="register_timeline",
        title=title,
        subtitle=(
            f"{words.plural(shown.height, 'measure')} {whom} from {words.plural(senders, 'sender')}, "
            f"dated by the day {_CLOCK_PHRASE[clock]}, {words.span(first, last)}{_containing(params)}"
        ),
        figure=figure,
        data=table(drawn),
        alt=alt(title, shown, busiest),
        passport=register_passport(
            store,
            source="register",
            series=f"dated measures {whom}, clock: {tw.CLOCK_WORDS[clock]}",
            unit="one measure of one act",
            last_observation=f"latest date {words.day(last)}",
            cannot_show=cannot,
            view=SPEC.view(params),
        ),
        params=params,
        answer=_answer(shown, found.height, whom, clock, busiest),
        note=note,
        columns=COLUMNS,
        file_stem=f"sanctions-register-{params.target.lower()}-{clock.replace('_', '-')}-{first.year}-{last.year}",
    )


def _answer(shown: pl.DataFrame, found: int, whom: str, clock: str, busiest: dict[str, Any]) -> str:
    """How many measures, by whom most, and the busiest month."""
    lead = shown.group_by("sender").len().sort("len", "sender", descending=[True, False]).row(0, named=True)
    named = tw.the(tw.sender(lead["sender"]))
    most = f", {words.count(lead['len'])} of them by {named}" if lead["len"] < shown.height else f", all by {named}"
    if whom.startswith("by "):
        most = ""
    answer = (
        f"The register dates {words.plural(shown.height, 'measure')} {whom}{most}."
        if clock not in STRICT_CLOCKS
        else f"Of {words.plural(found, 'measure')} {whom}, {words.count(shown.height)} "
        f"{'has' if shown.height == 1 else 'have'} {_DATE_OF[clock]}{most}."
    )
    if busiest["len"] >= BUSY_FROM:
        answer += f" The busiest month is {words.month(busiest['month'])} with {words.count(busiest['len'])}."
    return answer


_CLOCK_PHRASE = {
    "announced": "they were announced",
    "signed": "they were signed",
    "effective": "they took effect",
    "wind_down_end": "their wind-down ended",
    "lifted": "they were lifted or replaced",
}


_DATE_OF = {"wind_down_end": "a date for the end of a wind-down", "lifted": "a lifting date"}

BUSY_FROM = 3
"""A month with one or two measures is no busy month."""


def _whom(names: dict[str, str], params: RegisterTimelineParams, shown: pl.DataFrame) -> str:
    """Whom the measures are aimed at: "on Russia", "on Russia or by it", "by Russia"."""
    target = tw.the(tt.in_sentence(names, params.target))
    if params.senders == (params.target,):
        return f"by {target}"
    return f"on {target} or by it" if (shown["sender"] == params.target).any() else f"on {target}"


def _title(names: dict[str, str], params: RegisterTimelineParams) -> str:
    target = tw.the(tt.in_sentence(names, params.target))
    if params.senders == (params.target,):
        return f"Sanctions by {target}, by kind and date"
    return f"Sanctions on {target} by sender, kind and date"


def _containing(params: RegisterTimelineParams) -> str:
    return f"; only those whose title, act or scope has “{params.containing}”" if params.containing else ""


def _after(month: date) -> date:
    return date(month.year + month.month // 12, month.month % 12 + 1, 1)


def _why_empty(whom: str, clock: str, undated: int) -> str:
    if undated:
        return (
            f"None of the {words.plural(undated, 'measure')} of this choice has a date on the clock "
            f"“{tw.CLOCK_WORDS[clock]}”; choose another clock."
        )
    return (
        f"The register holds no measure {whom} for this choice of senders, kinds, words and dates; "
        "widen the filters, or choose another target."
    )


SPEC = Spec("register_timeline", "The register as a timeline", "timing", RegisterTimelineParams, register_timeline)
