"""Break dates of one pair: when the level of its monthly trade changed, found without looking at any measure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from itertools import pairwise

import numpy as np
import polars as pl

from dashboard.analysis.breaks import BreakDates, break_dates
from dashboard.analysis.errors import AnalysisError
from dashboard.analysis.timing_series import LogSeries, log_series
from dashboard.studies.pair import PairQuery, ask_months, log_change
from dashboard.studies.placebo import refuse_balance
from dashboard.studies.rounding import Change
from dashboard.studies.series import TradeSeries
from pipelines.store import Store


@dataclass(frozen=True)
class BreaksQuery:
    """Which pair is searched, for how many breaks at most and how far apart."""

    pair: PairQuery
    max_breaks: int = 5
    least_months: int = 24


@dataclass(frozen=True, eq=False)
class Breaks:
    """The breaks of a pair. `series` are the months searched, `doubtful` those left out.

    `months` has, for every month from the first to the last, period, adjusted (without season, in the currency of the
    series; null in a gap), level (of its stretch) and is_break (first month of a new level). `changes` are those of
    the breaks, as fractions with the band that rounding leaves.
    """

    query: BreaksQuery
    series: TradeSeries
    doubtful: TradeSeries
    logs: LogSeries
    found: BreakDates
    months: pl.DataFrame
    changes: tuple[Change, ...]

    @property
    def stretches(self) -> list[tuple[date, date, float]]:
        """First and last month of each level, and the level."""
        every = self.months.with_columns(pl.col("is_break").cum_sum().alias("place"))
        ends = every.group_by("place").agg(
            pl.col("period").min().alias("first"), pl.col("period").max().alias("last"), pl.col("level").first()
        )
        return ends.sort("place").select("first", "last", "level").rows()

    @property
    def gap_months(self) -> int:
        """Months without a figure above zero, which are passed over."""
        return self.months["adjusted"].null_count()


def study(store: Store, query: BreaksQuery) -> Breaks:
    """The breaks of a pair.

    Raises:
        AnalysisError: a balance, no figures, or a series in which nothing can be searched.
    """
    refuse_balance(query.pair)
    return of_months(ask_months(store, query.pair), query)


def of_months(months: TradeSeries, query: BreaksQuery) -> Breaks:
    """The same on months that are at hand.

    Raises:
        AnalysisError: nothing can be searched in them.
    """
    trusted = months.trusted()
    try:
        logs = log_series(trusted.frame, value="value")[()]
        if isinstance(logs, str):
            raise AnalysisError(logs)
        every = pl.DataFrame(
            {"period": [logs.month(place) for place in range(len(logs.adjusted))], "log": logs.adjusted}
        )
        share = query.least_months / max(int(np.isfinite(logs.adjusted).sum()), 1)
        found = break_dates(every, value="log", time="period", max_breaks=query.max_breaks, min_share=share)
    except AnalysisError as reason:
        raise AnalysisError(f"{reason} Choose another partner or flow.") from reason
    starts = [one.date for one in found.breaks]
    place = pl.sum_horizontal([pl.col("period") >= start for start in starts]) if starts else pl.lit(0)
    levels = pl.Series("level", found.levels).exp()
    table = every.select(
        "period",
        pl.col("log").exp().fill_nan(None).alias("adjusted"),
        place.cast(pl.Int64).alias("place"),
        pl.col("period").is_in(starts).alias("is_break"),
    ).with_columns(pl.col("place").replace_strict(dict(enumerate(levels)), return_dtype=pl.Float64).alias("level"))
    return Breaks(
        query,
        trusted,
        months.with_rows(months.flagged),
        logs,
        found,
        table.select("period", "adjusted", "level", "is_break"),
        _changes(trusted, found),
    )


def _changes(series: TradeSeries, found: BreakDates) -> tuple[Change, ...]:
    """The change at each break, between the stretches before and after it."""
    edges = [date.min, *(one.date for one in found.breaks), date.max]
    parts = [series.where((pl.col("period") >= first) & (pl.col("period") < last)) for first, last in pairwise(edges)]
    return tuple(
        log_change(before, after, float(np.expm1(one.change)))
        for (before, after), one in zip(pairwise(parts), found.breaks, strict=True)
    )
