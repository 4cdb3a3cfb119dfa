"""Measures and what undid them: easings, liftings and ends of relief, from the register's own links and dates.

measure             what a sender imposed, on the chosen clock
easing              an act that eases, suspends or lifts others: the register links it to what it eases
lifted or replaced  the day a measure ended, where no easing of that month stands for it and none replaced it
relief ended        the day an easing itself ended: a licence ran out, a waiver was withdrawn, an agreement was left
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import polars as pl

from dashboard.queries import measures, register
from dashboard.queries.per_build import per_build
from dashboard.queries.subjects import subjects
from dashboard.studies import targets
from dashboard.studies.measures import STRICT_CLOCKS, MeasureQuery, choice
from pipelines.schema.terms import Clock
from pipelines.store import Store

IMPOSED, EASING, LIFTED, ENDED = "measure", "easing", "lifted or replaced", "relief ended"
RELIEF = (EASING, LIFTED)
"""Kinds after which trade may come back."""
NEAR_DAYS = 31
"""An act so near to the end of another stands for it."""
NEAR = timedelta(days=NEAR_DAYS)


@per_build
def turns(store: Store, query: MeasureQuery) -> pl.DataFrame:
    """Every dated turn of a choice: imposed, eased, lifted, relief ended. Sorted by date and key.

    A measure that has an end gives two turns: the day on the chosen clock and the day of its end. On the clock
    `lifted` only ends and easings are left.

    Returns:
        measure, date, clock_used, kind, sender, title, types, precision.
    """
    every = choice(store, query)
    own = every.with_columns(
        pl.when(pl.col("eases").is_not_null()).then(pl.lit(EASING)).otherwise(pl.lit(IMPOSED)).alias("kind")
    )
    if query.clock == Clock.LIFTED.value:
        dated = choice(store, replace(query, clock=Clock.EFFECTIVE.value))
        own = dated.filter(pl.col("eases").is_not_null()).with_columns(pl.lit(EASING).alias("kind"))
    elif query.clock in STRICT_CLOCKS:
        own = own.filter(pl.col("clock_used") == query.clock)
    else:  # the end of a wind-down is no day on which a measure began
        own = own.filter(~pl.col("clock_used").is_in(STRICT_CLOCKS))
    found = pl.concat([own.select(_COLUMNS), _ends(store, every, query.known_on).select(_COLUMNS)])
    return found.filter(pl.col("date").is_not_null()).sort("date", "measure", "kind")


def _ends(store: Store, every: pl.DataFrame, known_on: date | None) -> pl.DataFrame:
    """Days on which measures and easings ended, but for those where another act went on or stands for it."""
    later = easings(store, known_on)
    ended = every.filter(pl.col("lifted").is_not_null())
    near = (
        ended.select("measure", "lifted", "eases")
        .join(measures.links(store, known_on), on="measure")
        .filter(
            (pl.col("by_date") - pl.col("lifted")).dt.total_days().abs() <= NEAR_DAYS,
            pl.col("eases").is_null() | pl.col("by").is_in(later["measure"].to_list()),
        )
    )
    taken = set(near["measure"])
    over = {row["measure"]: row["lifted"] for row in register.measures(store, known_on=known_on).iter_rows(named=True)}
    for row in ended.filter(pl.col("eases").is_not_null()).iter_rows(named=True):  # a licence ends with its programme
        wider = later.filter(
            (pl.col("sender") == row["sender"])
            & (pl.col("measure") != row["measure"])
            & _shares(row["target"])
            & ((pl.col("date") - row["lifted"]).dt.total_days().abs() <= NEAR_DAYS)
        )
        start = row["effective"] or row["signed"] or row["lifted"]
        eased = [over.get(key) for key in row["eases"].split(";")]
        nothing_left = all(
            day is not None and start + NEAR < day <= row["lifted"] + NEAR for day in eased
        )  # what was eased has itself ended meanwhile, so nothing came back
        if not wider.is_empty() or nothing_left:
            taken.add(row["measure"])
    return ended.filter(~pl.col("measure").is_in(sorted(taken))).with_columns(
        pl.col("lifted").alias("date"),
        pl.lit(Clock.LIFTED.value).alias("clock_used"),
        pl.when(pl.col("eases").is_not_null()).then(pl.lit(ENDED)).otherwise(pl.lit(LIFTED)).alias("kind"),
    )


def easings(store: Store, known_on: date | None = None) -> pl.DataFrame:
    """Every easing of the register with the day it took effect, in `date`."""
    return register.measures(store, known_on=known_on).filter(pl.col("eases").is_not_null())


def _shares(targets: str) -> pl.Expr:
    return pl.col("target").str.split(";").list.eval(pl.element().is_in(targets.split(";"))).list.any()


def on_day(store: Store, *, partner: str, event: date, known_on: date | None = None) -> pl.DataFrame:
    """What the register dates to this day on a partner, if any of it is an easing, a lifting or an end of relief."""
    target = subjects(store).standing_for(partner)
    clocks = (Clock.EFFECTIVE.value, Clock.SIGNED.value)
    every = [turns(store, MeasureQuery(target=target, clock=clock, known_on=known_on)) for clock in clocks]
    known = pl.col("measure").is_in(list(targets.landmarks(store, target)))
    found = pl.concat(every).unique(["measure", "kind", "date"]).sort(~known, "measure", "kind")
    on = found.filter(pl.col("date") == event)
    return on if (on["kind"] != IMPOSED).any() else on.clear()


def is_relief(on: pl.DataFrame) -> bool:
    """Whether the turns of a day hold an easing or a lifting."""
    return bool(on["kind"].is_in(RELIEF).any())


def untold(on: pl.DataFrame) -> str:
    """What a refused test of a day of relief leaves open; empty otherwise."""
    if on.is_empty():
        return ""
    if is_relief(on):
        return "So this flow cannot say whether trade came back after the relief of this date."
    return "So this flow cannot say whether trade fell after the relief had ended."


_COLUMNS = ("measure", "date", "clock_used", "kind", "sender", "title", "types", "precision")
