"""Measures and what undid them: easings, liftings and ends of relief, from the register's own links and dates.

measure             what a sender imposed, on the chosen clock
easing              an act that eases, suspends or lifts others: the register links it to what it eases
lifted or replaced  the day a measure ended, where no easing of that month stands for it and none replaced it
relief ended        the day an easing itself ended: a licence ran out, a waiver was withdrawn, an agreement was left
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

import polars as pl

from dashboard import words
from dashboard.analysis.timing_result import TimingResult
from dashboard.exhibits.timing import targets as tt
from dashboard.exhibits.timing.clocks import STRICT_CLOCKS
from dashboard.queries import measures, register
from dashboard.words import register as tw
from pipelines.schema.terms import Clock
from pipelines.store import Store

IMPOSED, EASING, LIFTED, ENDED = "measure", "easing", "lifted or replaced", "relief ended"
RELIEF = (EASING, LIFTED)
"""Kinds after which trade may come back."""
NEAR_DAYS = 31
"""An act so near to the end of another stands for it."""
NEAR = timedelta(days=NEAR_DAYS)


def turns(
    store: Store, *, target: str, clock: str, senders: Sequence[str] = (), types: Sequence[str] = ()
) -> pl.DataFrame:
    """Every dated turn on a target: imposed, eased, lifted, relief ended. Sorted by date and key.

    A measure that has an end gives two turns: the day on the chosen clock and the day of its end. On the clock
    `lifted` only ends and easings are left.

    Returns:
        measure, date, clock_used, kind, sender, title, types, precision.
    """
    every = tt.about(store, target=target, senders=senders, types=types, clock=clock)
    own = every.with_columns(
        pl.when(pl.col("eases").is_not_null()).then(pl.lit(EASING)).otherwise(pl.lit(IMPOSED)).alias("kind")
    )
    if clock == Clock.LIFTED.value:
        dated = tt.about(store, target=target, senders=senders, types=types, clock=Clock.EFFECTIVE.value)
        own = dated.filter(pl.col("eases").is_not_null()).with_columns(pl.lit(EASING).alias("kind"))
    elif clock in STRICT_CLOCKS:
        own = own.filter(pl.col("clock_used") == clock)
    else:  # the end of a wind-down is no day on which a measure began
        own = own.filter(~pl.col("clock_used").is_in(STRICT_CLOCKS))
    found = pl.concat([own.select(_COLUMNS), _ends(store, every).select(_COLUMNS)])
    return found.filter(pl.col("date").is_not_null()).sort("date", "measure", "kind")


def _ends(store: Store, every: pl.DataFrame) -> pl.DataFrame:
    """Days on which measures and easings ended, but for those where another act went on or stands for it."""
    later = easings(store)
    ended = every.filter(pl.col("lifted").is_not_null())
    near = (
        ended.select("measure", "lifted", "eases")
        .join(measures.links(store), on="measure")
        .filter(
            (pl.col("by_date") - pl.col("lifted")).dt.total_days().abs() <= NEAR_DAYS,
            pl.col("eases").is_null() | pl.col("by").is_in(later["measure"].to_list()),
        )
    )
    taken = set(near["measure"])
    over = {row["measure"]: row["lifted"] for row in every_measure(store).iter_rows(named=True)}
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


def easings(store: Store) -> pl.DataFrame:
    """Every easing of the register with the day it took effect, in `date`."""
    return every_measure(store).filter(pl.col("eases").is_not_null())


def every_measure(store: Store) -> pl.DataFrame:
    """The whole register by the day of effect."""
    return register.measures(store, clock=Clock.EFFECTIVE.value)


def _shares(targets: str) -> pl.Expr:
    return pl.col("target").str.split(";").list.eval(pl.element().is_in(targets.split(";"))).list.any()


def named(found: pl.DataFrame, first: Sequence[str] = ()) -> dict[date, str]:
    """The days of some turns as a reader picks them: "16 Jan 2016 · United States · easing: Implementation Day …".

    Where a day has several, one of the measures `first` names it.
    """
    shown: dict[date, str] = {}
    ordered = found.sort("date", ~pl.col("measure").is_in(list(first)), maintain_order=True)
    for day, rows in ordered.group_by("date", maintain_order=True):
        one = next(rows.iter_rows(named=True))
        more = f" and {words.count(rows.height - 1)} more" if rows.height > 1 else ""
        when = day[0]
        assert isinstance(when, date)
        kind = "" if one["kind"] == IMPOSED else f"{one['kind']}: "
        shown[when] = f"{words.day(when)} · {tw.sender(one['sender'])} · {kind}{one['title']}{more}"
    return shown


def on_day(store: Store, *, partner: str, event: date) -> pl.DataFrame:
    """What the register dates to this day on a partner, if any of it is an easing, a lifting or an end of relief."""
    target = next((code for code in tt.CLASSIC if partner in tt.together(code)), partner)
    every = [turns(store, target=target, clock=clock.value) for clock in (Clock.EFFECTIVE, Clock.SIGNED)]
    known = pl.col("measure").is_in(list(tt.landmarks(target)))
    found = pl.concat(every).unique(["measure", "kind", "date"]).sort(~known, "measure", "kind")
    on = found.filter(pl.col("date") == event)
    return on if (on["kind"] != IMPOSED).any() else on.clear()


def told(on: pl.DataFrame, result: TimingResult) -> str:
    """What the test of a day of relief says about a rebound, or of an end of relief about a fall; empty otherwise."""
    if on.is_empty():
        return ""
    relief = _is_relief(on)
    imposed = on.filter(pl.col("kind") == IMPOSED).height
    on = on.filter(pl.col("kind") != IMPOSED)
    first = on.sort(pl.col("kind").is_in(RELIEF), descending=relief, maintain_order=True).row(0, named=True)
    more = f" and {words.count(on.height - 1)} more" if on.height > 1 else ""
    lead = (
        f"The register has this day as one of {'relief' if relief else 'the end of relief'}: “{first['title']}”{more}."
    )
    if relief and imposed:
        return f"{lead} The same day brought {words.plural(imposed, 'new measure')}, so no sign here speaks of relief."
    if not result.distinguishable:
        way = "higher" if result.effect > 0 else "lower"
        looked = "a rebound" if relief else "a fall"
        return f"{lead} Trade went {way} than usual, which shows neither {looked} nor its absence."
    rose = "rose" if result.effect > 0 else "fell"
    when = "after the relief" if relief else "after the relief had ended"
    return f"{lead} Trade {rose} {when}."


def untold(on: pl.DataFrame) -> str:
    """What a refused test of a day of relief leaves open; empty otherwise."""
    if on.is_empty():
        return ""
    if _is_relief(on):
        return "So this flow cannot say whether trade came back after the relief of this date."
    return "So this flow cannot say whether trade fell after the relief had ended."


def _is_relief(on: pl.DataFrame) -> bool:
    return bool(on["kind"].is_in(RELIEF).any())


_COLUMNS = ("measure", "date", "clock_used", "kind", "sender", "title", "types", "precision")
