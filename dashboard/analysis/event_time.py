"""Trade in event time: months counted from a measure's date, so that several measures can be laid over each other.

    offset   whole months from the month of the measure (0 is that month)
    index    100 · x_t / mean(x over offsets −12 … −1)
    growth   x_t / x_(t−12) − 1, against the same month a year before

Monthly values, never 12-month sums: a rolling sum smears a break over a year. Not seasonally adjusted, so the index has
a season and growth has none. This lays dates and figures side by side and tests nothing; it says when, not why.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import polars as pl

from dashboard.analysis.errors import AnalysisError
from dashboard.analysis.frames import month_of, ordinal_expr, ordinal_of, prepare
from dashboard.analysis.transforms import growth

BASE_MONTHS = 12


def event_time(
    flows: pl.DataFrame,
    events: Mapping[str, date],
    *,
    before: int = 24,
    after: int = 36,
    value: str = "value_usd",
) -> pl.DataFrame:
    """One monthly series around each event.

    `flows`: `period` and figures in the column `value`; `events`: name of the measure and the date on the clock of
    choice. Returns `measure`, `event` (first of its month), `offset` (Int32, −before … after), `period`, the figures
    under the name they came with, `index`, `growth`, sorted by event, measure and offset. A month without a figure has
    no row. `index` is null where the twelve months before are not all there or sum to zero, `growth` where there is no
    positive value a year before. Raises `AnalysisError` without events, or when no event has any month in the series.
    """
    if not events:
        raise AnalysisError("Choose at least one measure with a date on this clock.")
    if before < 0 or after < 0:
        raise AnalysisError("Months before and after the event must not be negative.")
    monthly = prepare(flows, value=value).select("period", value)
    grown = monthly.join(growth(monthly, value=value).select("period", "growth"), on="period", how="left")
    numbered = grown.with_columns(ordinal_expr().alias("_month"))
    parts = []
    for measure, when in events.items():
        at = ordinal_of(when)
        offset = pl.col("_month") - at
        base = numbered.filter(offset.is_between(-BASE_MONTHS, -1))[value]
        mean = base.mean()
        usable = base.len() == BASE_MONTHS and isinstance(mean, float) and mean > 0
        index = 100 * pl.col(value) / mean if usable else pl.lit(None, dtype=pl.Float64)
        parts.append(
            numbered.filter(offset.is_between(-before, after)).select(
                pl.lit(measure).alias("measure"),
                pl.lit(month_of(at)).alias("event"),
                offset.cast(pl.Int32).alias("offset"),
                "period",
                value,
                index.alias("index"),
                "growth",
            )
        )
    frame = pl.concat(parts).sort("event", "measure", "offset")
    if frame.is_empty():
        raise AnalysisError("The series has no month around any of the chosen measures.")
    return frame


def median_path(frame: pl.DataFrame) -> pl.DataFrame:
    """The median over measures at each offset: `offset`, `index`, `growth`, `months` (event months with an index).

    Measures of the same month share one path and count once, so a busy month does not outvote the rest. Offsets
    where no path has an index have no row. Paths overlap in time when events are close: they are not independent.
    """
    distinct = frame.unique(subset=["event", "offset"], keep="first", maintain_order=True)
    return (
        distinct.filter(pl.col("index").is_not_null())
        .group_by("offset")
        .agg(pl.col("index").median(), pl.col("growth").median(), pl.len().cast(pl.Int32).alias("months"))
        .sort("offset")
    )
