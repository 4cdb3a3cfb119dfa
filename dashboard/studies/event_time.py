"""Trade in event time: monthly flows of one pair around measures, and the year after each against the year before it.

    index    100 · x_t / mean(x over the twelve months before the month of the measure)
    effect   mean of months +1 … +12 against the mean of −12 … −1, where all twenty-four are there

The month of the measure is in neither mean. It lays dates and figures side by side: no test, and no claim of a cause.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from itertools import combinations
from typing import Any

import polars as pl

from dashboard.analysis.errors import AnalysisError
from dashboard.analysis.event_time import event_time
from dashboard.analysis.frames import month_of, ordinal_of
from dashboard.studies import measures, rounding
from dashboard.studies.measures import Measures
from dashboard.studies.pair import PairQuery, ask_months, at_periods
from dashboard.studies.rounding import NO_CHANGE, Change
from dashboard.studies.series import TradeSeries
from pipelines.store import Store

YEAR = 12


@dataclass(frozen=True)
class EventTimeQuery:
    """Which pair, around which measures, on which of their dates, over how many months."""

    pair: PairQuery
    keys: tuple[str, ...]
    clock: str
    before: int = 24
    after: int = 36


@dataclass(frozen=True, eq=False)
class Effect:
    """The year after a day against the year before it, as means a month in the currency of the series.

    `before` and `after` are None where one of the twenty-four months has no figure; `months` counts those after the
    day that have. `change` carries the band of rounding, `width_before` and `width_after` are what the means are
    rounded to.
    """

    measure: Mapping[str, Any]
    before: float | None
    after: float | None
    change: Change
    months: int
    width_before: float = 0.0
    width_after: float = 0.0

    @property
    def day(self) -> date:
        """The day on the clock that was used."""
        day: date = self.measure["date"]
        return day


@dataclass(frozen=True, eq=False)
class EventTime:
    """The lines that are drawn: one for each measure with twelve complete months before it.

    `paths` has measure, event, offset, period, value, index and growth, by event, measure and offset; `series` the
    months of the pair that stand in some window, `doubtful` those that are left out. `chosen` are all measures asked
    for that the clock shows, `effects` those of the lines, `silent` keys without a line, `unknown` keys that are not
    in the register.
    """

    query: EventTimeQuery
    series: TradeSeries
    doubtful: TradeSeries
    paths: pl.DataFrame
    chosen: Measures
    effects: tuple[Effect, ...]
    silent: tuple[str, ...]
    unknown: tuple[str, ...]

    @property
    def rows(self) -> dict[str, dict[str, Any]]:
        """The measures that have a line, by key, in the order of the lines."""
        held = {row["measure"]: row for row in self.chosen.frame.iter_rows(named=True)}
        return {key: held[key] for key in self.paths["measure"].unique(maintain_order=True)}

    def overlaps(self) -> list[tuple[str, str]]:
        """Pairs of measures nearer than a window is long: their windows share months, so they are no two cases."""
        window = self.query.before + self.query.after
        return [
            (one, other)
            for (one, left), (other, right) in combinations(self.rows.items(), 2)
            if abs(ordinal_of(left["date"]) - ordinal_of(right["date"])) <= window
        ]


def study(store: Store, query: EventTimeQuery) -> EventTime:
    """The monthly series of the pair around each of the measures.

    Raises:
        AnalysisError: a balance, no measure with such a date, no figures, or no measure with a whole year before it.
    """
    if query.pair.flow == "balance":
        raise AnalysisError("A balance has no index, because its base may be below zero; choose exports or imports.")
    chosen = measures.named(store, query.keys, query.clock, query.pair.known_on)
    if chosen.is_empty:
        raise AnalysisError(chosen.why_empty)
    return of_months(ask_months(store, query.pair), chosen, query)


def of_months(months: TradeSeries, chosen: Measures, query: EventTimeQuery) -> EventTime:
    """The same on months and measures that are at hand.

    Raises:
        AnalysisError: no measure has twelve complete months of figures before it.
    """
    trusted = months.trusted()
    dates = dict(chosen.frame.select("measure", "date").iter_rows())
    paths = event_time(trusted.frame, dates, before=query.before, after=query.after, value="value")
    drawn = paths.filter(pl.col("index").is_not_null())
    if drawn.is_empty():
        raise AnalysisError("No chosen measure has twelve complete months of figures before it; choose a later one.")
    order = drawn["measure"].unique(maintain_order=True).to_list()
    rows = {row["measure"]: row for row in chosen.frame.iter_rows(named=True)}
    return EventTime(
        query,
        at_periods(trusted, drawn["period"]),
        months.with_rows(months.flagged),
        drawn,
        chosen,
        tuple(effect(rows[key], trusted) for key in order),
        silent=tuple(key for key in rows if key not in order),
        unknown=tuple(key for key in query.keys if key not in rows),
    )


def effect(measure: Mapping[str, Any], months: TradeSeries) -> Effect:
    """The year after the day of a measure against the year before it."""
    at = ordinal_of(measure["date"])
    before, after = (total(months, at + first, at + last) for first, last in ((-YEAR, -1), (1, YEAR)))
    if before is None or after is None:
        held = months.between(month_of(at + 1), month_of(at + YEAR)).frame.height
        return Effect(measure, None, None, NO_CHANGE, held)
    (first, wide), (second, wider) = ((value / YEAR, width / YEAR) for value, width in (before, after))
    return Effect(measure, first, second, rounding.change(first, second, wide, wider), YEAR, wide, wider)


def total(months: TradeSeries, first: int, last: int) -> tuple[float, float] | None:
    """The sum over some months and the width to which it is rounded; None where one of them has no figure.

    Args:
        months: one line of months, in the currency of the series.
        first, last: first and last month, both included, counted as `ordinal_of` does.
    """
    held = months.between(month_of(first), month_of(last)).frame
    if held.height < last - first + 1:
        return None
    return float(held["value"].sum()), float(held["rounding"].fill_null(0.0).sum())
