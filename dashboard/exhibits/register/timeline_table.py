"""The drawn measures as a table, and the timeline in words."""

from __future__ import annotations

import polars as pl

from dashboard import words
from dashboard.exhibits.base import Column
from dashboard.queries.senders import Senders
from dashboard.studies.measures import CONFIRMED, Measures
from dashboard.words import register as tw
from pipelines.schema.terms import Clock

_CLOCKS = tuple(clock.value for clock in Clock)


def table(rows: pl.DataFrame, who: Senders) -> pl.DataFrame:
    """The drawn measures as a table: the mark first, then all five clocks, the act and where it stands."""
    return rows.select(
        "date",
        pl.col("clock_used").replace_strict(tw.CLOCK_WORDS, return_dtype=pl.String).alias("clock"),
        pl.col("sender").replace(who.names()).alias("sender"),
        "title",
        "kind",
        pl.col("types").map_elements(tw.type_list, return_dtype=pl.String).alias("types"),
        *_CLOCKS,
        "span_start",
        "span_end",
        pl.col("eased_by").alias("eased_or_replaced"),
        "instrument",
        "reference",
        pl.col("status").replace_strict(tw.STATUS_WORDS, return_dtype=pl.String).alias("status"),
        "precision",
        "scope",
        "note",
        "measure",
        "regime",
        "target",
    )


COLUMNS = {
    "date": Column("Date of the mark"),
    "clock": Column("Clock"),
    "sender": Column("Sender"),
    "title": Column("Measure"),
    "kind": Column("Row"),
    "types": Column("Kinds"),
    "announced": Column("Announced"),
    "signed": Column("Signed"),
    "effective": Column("In effect"),
    "wind_down_end": Column("End of wind-down"),
    "lifted": Column("Lifted or replaced"),
    "span_start": Column("Bar from"),
    "span_end": Column("Bar to"),
    "eased_or_replaced": Column("Eased or replaced later"),
    "instrument": Column("Act"),
    "reference": Column("Reference"),
    "status": Column("Status"),
    "precision": Column("Precision"),
    "scope": Column("Scope"),
    "note": Column("Note"),
    "measure": Column("Key"),
    "regime": Column("Regime"),
    "target": Column("Targets"),
}


def alt(title: str, found: Measures) -> str:
    """The timeline in words: how many by whom, the first and the last, the busiest month of the clock."""
    parts = [f"{found.who.name(code)} {words.count(size)}" for code, size in found.by_sender()]
    first, last = found.frame.row(0, named=True), found.frame.row(-1, named=True)
    doubtful = found.frame.filter(~CONFIRMED).height
    busiest = found.busiest()
    most = ""
    if busiest is not None and busiest[1] > 2:
        most = f"Most in one month by that clock: {words.count(busiest[1])} in {words.month(busiest[0])}. "
    return (
        f"Timeline: {title}. {words.plural(found.frame.height, 'measure')}: {words.listing(parts)}. "
        f"First {words.day(first['date'])}, {first['title']}; last {words.day(last['date'])}, {last['title']}. "
        f"{most}"
        f"{words.plural(doubtful, 'measure') if doubtful else 'No measure'} with dates that no text confirmed."
    )
