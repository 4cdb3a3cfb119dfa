"""Series made from a series: 12-month sums, index, growth; beside them the sums of `aggregates` and real values.

Order of operations, everywhere: **aggregate** (over partners, flows, months), then **transform** (12-month sum, index,
growth, real), then the **formula** (depth, rebound, share). Total and balance are aggregates over the two flows, so
they come before an index or a growth rate. Real monthly values are deflated month by month; real years divide the
year's nominal sum by the year's mean deflator.

Frames hold `period` (Date, first of the period) and `value_usd` (Float64), optionally `is_estimate`, and the key
columns named in `by`. Gaps are missing rows, on the way in and on the way out. Periods marked `is_partial` pass
through `aggregate` only; every comparison leaves them out (`part_year` is how to compare a part of a year).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import polars as pl

from dashboard import words
from dashboard.analysis.aggregates import aggregate, balance, months_covered, part_year, total
from dashboard.analysis.errors import AnalysisError
from dashboard.analysis.frames import (
    Frequency,
    base_values,
    frequency_of,
    group_number,
    name_keys,
    ordinal_expr,
    prepare,
    without_partial,
)
from dashboard.analysis.prices import real

__all__ = [
    "aggregate",
    "balance",
    "growth",
    "index_to",
    "months_covered",
    "part_year",
    "real",
    "rolling_sum",
    "total",
]


def rolling_sum(
    flows: pl.DataFrame, *, months: int = 12, by: Sequence[str] = (), value: str = "value_usd"
) -> pl.DataFrame:
    """Trailing sum over `months` consecutive months, dated by its last month: S_t = Σ x_(t−11) … x_t.

    Complete windows only: a missing month takes out every window that would hold it. Right for levels, never for
    timing (it smears a break over a year). Sums are exact re-additions, so a window of zeros is exactly zero.
    """
    monthly = without_partial(prepare(flows, by=by, value=value))
    back = months - 1
    lags = [pl.col(value).shift(lag) for lag in range(months)]
    estimate = [pl.any_horizontal([pl.col("is_estimate").shift(lag) for lag in range(months)]).alias("is_estimate")]
    return (
        monthly.with_columns(group_number(by).alias("_group"), ordinal_expr().alias("_month"))
        .with_columns(
            pl.sum_horizontal(lags).alias(value),
            *(estimate if "is_estimate" in monthly.columns else []),
            (
                (pl.col("_group") == pl.col("_group").shift(back))
                & (pl.col("_month") - pl.col("_month").shift(back) == back)
            ).alias("_complete"),
        )
        .filter(pl.col("_complete"))
        .drop("_group", "_month", "_complete")
    )


def index_to(
    flows: pl.DataFrame,
    *,
    base: date | int,
    frequency: Frequency | None = None,
    by: Sequence[str] = (),
    value: str = "value_usd",
    skip_missing: bool = False,
) -> pl.DataFrame:
    """Index with a chosen base: 100 · x_t / x_base, in column `index`, the level beside it.

    `base` is one period (a date) or a year (an int: the mean of the year's periods, which must all be there).
    Raises `AnalysisError` when the base is missing, incomplete, zero or negative for any key; with `skip_missing`
    such keys are left out instead.
    """
    frame = without_partial(prepare(flows, by=by, value=value))
    kind = frequency or frequency_of(frame)
    shown = str(base) if isinstance(base, int) else words.period(base, kind)
    bases = base_values(frame, base, kind, by, value)
    joined = frame.join(bases, on=list(by), how="left") if by else frame.join(bases, how="cross")
    if not by and bases.is_empty():
        joined = frame.with_columns(pl.lit(None, dtype=pl.Float64).alias("_base"))
    usable = pl.col("_base").is_not_null() & (pl.col("_base") > 0)
    unusable = joined.filter(~usable)
    if joined.is_empty() or (not skip_missing and not unusable.is_empty()):
        whose = f" for {name_keys(unusable, by)}" if by and not unusable.is_empty() else ""
        absent = joined.is_empty() or unusable["_base"].is_null().any()
        why = "is missing or incomplete" if absent else "is not above zero"
        raise AnalysisError(f"The base {shown} {why}{whose}, so there is no index; choose another base.")
    return (
        joined.filter(usable)
        .with_columns((100 * pl.col(value) / pl.col("_base")).alias("index"))
        .drop("_base")
        .sort([*by, "period"])
    )


def growth(flows: pl.DataFrame, *, by: Sequence[str] = (), value: str = "value_usd") -> pl.DataFrame:
    """Change on the same period a year before: x_t / x_(t−1 year) − 1, a fraction in `growth`.

    One year back by the calendar, not by rows: twelve months, four quarters or one year. The level and
    `year_before_usd` stand beside it. Periods without a positive value a year before have no row, and
    neither have partial ones.
    """
    frame = without_partial(prepare(flows, by=by, value=value))
    earlier = frame.select(*by, pl.col("period").dt.offset_by("1y"), pl.col(value).alias("year_before_usd"))
    return (
        frame.join(earlier, on=[*by, "period"])
        .filter(pl.col("year_before_usd") > 0)
        .with_columns((pl.col(value) / pl.col("year_before_usd") - 1).alias("growth"))
        .sort([*by, "period"])
    )
