"""The register as a timeline: one lane per sender, one row per kind of measure, five clocks."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

import polars as pl
from pydantic import BeforeValidator

from dashboard.analysis import words
from dashboard.exhibits import timing_words as tw
from dashboard.exhibits.base import (
    Area,
    ClockWord,
    Exhibit,
    Month,
    NothingToShow,
    Params,
    Senders,
    Spec,
    Types,
)
from dashboard.exhibits.timing_data import STRICT_CLOCKS, about, on_clock, register_passport
from dashboard.exhibits.timing_register_table import COLUMNS, FIRM, alt, table
from dashboard.figures import timeline
from dashboard.figures.marks import NOT_A_CAUSE
from dashboard.figures.theme import Style, sender_colour
from dashboard.queries import catalogue
from pipelines.schema.terms import Clock, Status
from pipelines.store import Store


def _parts(value: Any) -> Any:
    return tuple(part.strip() for part in value.split(",") if part.strip()) if isinstance(value, str) else value


Statuses = Annotated[tuple[Status, ...], BeforeValidator(_parts)]

ROWS_FROM = 25
"""A sender with fewer measures in view is drawn in one row: rows of two or three dots only make the picture long."""
_CLOCKS = tuple(clock.value for clock in Clock)


class RegisterTimelineParams(Params):
    """Which measures stand on the timeline, and by which of their dates."""

    target: Area = "RUS"
    senders: Senders = ()
    types: Types = ()
    status: Statuses = ()
    clock: ClockWord = Clock.EFFECTIVE
    start: Month | None = None
    end: Month | None = None


def register_timeline(store: Store, params: RegisterTimelineParams, style: Style) -> Exhibit:
    """Every dated measure on a target, and by it, at the chosen clock.

    Spans run from the day a measure took effect to the end of its wind-down, or to its lifting.
    """
    names = catalogue.names(store)
    target = names.get(params.target, params.target)
    clock = str(params.clock)
    found = about(store, target=params.target, senders=params.senders, types=params.types, clock=clock)
    if params.status:
        found = found.filter(pl.col("status").is_in(list(params.status)))
    if params.start is not None:
        found = found.filter(pl.col("date") >= params.start)
    if params.end is not None:
        found = found.filter(pl.col("date") < _after(params.end))
    shown, missing = on_clock(found, clock)
    if shown.is_empty():
        raise NothingToShow(_why_empty(target, clock, found.height))
    rows = _rows(shown, params.types)
    first, last = min(shown["date"]), max(shown["date"])
    lanes = _lanes(rows, clock, style)
    start, end = first, max(_days(rows))
    if params.end is not None:
        end = max(last, min(end, _after(params.end)))
    key = "Dot: one measure. Hollow: date inferred or listing only."
    if clock not in STRICT_CLOCKS:
        key += "<br>Bar: wind-down, or (ending in a stroke) until lifted."
    figure = timeline.lanes(lanes, start=start, end=end, style=style, key=key)
    counter = " or by it" if ((found if clock in STRICT_CLOCKS else shown)["sender"] == params.target).any() else ""
    senders = shown["sender"].n_unique()
    cannot = (
        "A measure is one thing that one act did: counts say nothing about severity, and senders are unevenly covered. "
        "Measures for which no text was read are not in yet."
    )
    note = " ".join(part for part in (NOT_A_CAUSE, tw.clock_rule(clock, missing), cannot) if part)
    months = (
        shown.group_by(pl.col("date").dt.truncate("1mo").alias("month"))
        .len()
        .sort("len", "month", descending=[True, False])
    )
    busiest = months.row(0, named=True)
    lead = shown.group_by("sender").len().sort("len", "sender", descending=[True, False]).row(0, named=True)
    most = f", {words.count(lead['len'])} of them by {tw.the(tw.sender(lead['sender']))}"
    if senders == 1:
        most = f", all by {tw.the(tw.sender(lead['sender']))}"
    answer = (
        f"The register dates {words.plural(shown.height, 'measure')} on {tw.the(target)}{counter}{most}."
        if clock not in STRICT_CLOCKS
        else f"Of {words.plural(found.height, 'measure')} on {tw.the(target)}{counter}, {words.count(shown.height)} "
        f"{'has' if shown.height == 1 else 'have'} {_DATE_OF[clock]}{most}."
    )
    if busiest["len"] >= BUSY_FROM:
        answer += f" The busiest month is {words.month(busiest['month'])} with {words.count(busiest['len'])}."
    title = f"Sanctions on {target} by sender, kind and date"
    return Exhibit(
        id="register_timeline",
        title=title,
        subtitle=(
            f"{words.plural(shown.height, 'measure')} on {tw.the(target)}{counter} from "
            f"{words.plural(senders, 'sender')}, dated by the day {_CLOCK_PHRASE[clock]}, {words.span(first, last)}"
        ),
        figure=figure,
        data=table(rows),
        alt=alt(title, shown, busiest),
        passport=register_passport(
            store, source="register", series=f"dated measures on {target}, clock: {tw.CLOCK_WORDS[clock]}",
            unit="one measure of one act", last_observation=f"latest date {words.day(last)}",
            cannot_show=cannot, view=SPEC.view(params),
        ),
        params=params,
        answer=answer,
        note=note,
        columns=COLUMNS,
        file_stem=f"sanctions-register-{params.target.lower()}-{clock.replace('_', '-')}-{first.year}-{last.year}",
    )  # fmt: skip


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


def _after(month: date) -> date:
    return date(month.year + month.month // 12, month.month % 12 + 1, 1)


def _why_empty(target: str, clock: str, undated: int) -> str:
    if undated:
        return (
            f"None of the {words.plural(undated, 'measure')} of this choice has a date on the clock "
            f"“{tw.CLOCK_WORDS[clock]}”; choose another clock."
        )
    return (
        f"The register holds no measure on {tw.the(target)} for this choice of senders, kinds and dates yet; "
        "widen the filters, or choose Russia."
    )


def _rows(shown: pl.DataFrame, types: tuple[str, ...]) -> pl.DataFrame:
    start = pl.coalesce("effective", "date")
    until = pl.coalesce("lifted", "wind_down_end")
    spanned = until.is_not_null() & (until > start)
    kinds = [tw.kind(one, types) for one in shown["types"]]
    return shown.with_columns(
        pl.Series("kind", kinds, dtype=pl.String),
        pl.when(spanned).then(start).alias("span_start"),
        pl.when(spanned).then(until).alias("span_end"),
    )


def _days(rows: pl.DataFrame) -> list[date]:
    return [day for name in ("date", "span_end") for day in rows[name].drop_nulls()]


def _lanes(rows: pl.DataFrame, clock: str, style: Style) -> list[timeline.Lane]:
    """Lanes by number of measures; the kinds inside a lane in their fixed order."""
    order = rows.group_by("sender").len().sort("len", "sender", descending=[True, False])
    lanes = []
    for code, size in order.iter_rows():
        mine = rows.filter(pl.col("sender") == code)
        by_kind = {name: tuple(_dot(row, clock) for row in mine.filter(pl.col("kind") == name).iter_rows(named=True))
                   for name in tw.KINDS}  # fmt: skip
        inside = tuple(timeline.Row(name, dots) for name, dots in by_kind.items() if dots)
        if size < ROWS_FROM:
            inside = (timeline.Row("all kinds", tuple(_dot(row, clock) for row in mine.iter_rows(named=True))),)
        lanes.append(timeline.Lane(tw.sender(code), sender_colour(code, style), inside))
    return lanes


def _dot(row: dict[str, Any], clock: str) -> timeline.Dot:
    used = row["clock_used"]
    told = [
        f"<b>{words.day(row['date'])}</b> · {tw.CLOCK_WORDS[used]} · {tw.sender(row['sender'])}",
        tw.wrapped(row["title"]),
        tw.wrapped(f"{row['instrument']} · {tw.type_list(row['types'])}"),
    ]
    others = [
        f"{tw.CLOCK_WORDS[name]} {words.day(row[name])}" for name in _CLOCKS if row[name] is not None and name != used
    ]
    if others:
        told.append(tw.wrapped(words.listing(others)))
    if row["status"] not in FIRM:
        told.append(f"Date: {tw.STATUS_WORDS[row['status']]}")
    span = None if row["span_start"] is None or clock in STRICT_CLOCKS else (row["span_start"], row["span_end"])
    return timeline.Dot(
        day=row["date"],
        hover="<br>".join(told),
        span=span,
        lifted=row["lifted"] is not None and row["lifted"] == row["span_end"],
        doubtful=row["status"] not in FIRM,
        nearest=used != clock,
    )


SPEC = Spec("register_timeline", "The register as a timeline", "timing", RegisterTimelineParams, register_timeline)
