"""The months around a date beside the months around ordinary dates of the same series.

    path_k     y_(e + k) − mean(y over e − h … e − 1), as an index: 100 is the mean of the h months before
    ordinary   the same around every placebo month t that has no window in common with the event; 2.5%, 50%, 97.5%,
               each path's distance from the middle one times s_event / s_t

y is the log flow without season and s the yardstick of a date, as in the timing test: where trade swings twice as much
around the event as around an ordinary date, that date's path counts at twice its distance. A line that leaves the band
in one month is no finding: of twenty ordinary months one does. The test asks about the mean of the months after, this
picture shows how it came.
"""

from __future__ import annotations

from datetime import date

import numpy as np
import polars as pl

from dashboard.analysis.errors import AnalysisError
from dashboard.analysis.seasonal import SeasonalWindow
from dashboard.analysis.timing import LEAST_MONTHS, refuse, skipped
from dashboard.analysis.timing_null import COVERAGE, running
from dashboard.analysis.timing_series import SEASON_YEARS, log_series
from dashboard.analysis.timing_spread import spread, steps_of


def event_path(
    flows: pl.DataFrame,
    *,
    event: date,
    window_months: int = 12,
    before: int = 24,
    after: int = 36,
    value: str = "value_usd",
    seasonal_window: SeasonalWindow = SEASON_YEARS,
) -> pl.DataFrame:
    """The index around the date and the band of ordinary dates, month by month.

    Returns `offset` (Int32, −before … after), `period`, `index` (without season, null in a gap), `low`, `middle`,
    `high` (null where fewer than 20 ordinary dates reach that month) and `dates` (how many do). Months beyond the
    series have no row. Raises `AnalysisError` as `timing_test` does.
    """
    found = log_series(flows, value=value, seasonal_window=seasonal_window)[()]
    if isinstance(found, str):
        raise AnalysisError(found)
    refuse(found, event, window_months, skipped(event, "auto"))
    y, at = found.adjusted, found.place(event)
    size = len(y)
    total, count = running(y)
    months = np.arange(window_months, size)
    held = count[months] - count[months - window_months]
    base = np.full(size, np.nan)
    fit = held >= COVERAGE * window_months
    base[months[fit]] = (total[months] - total[months - window_months])[fit] / held[fit]
    reach = max(after, window_months) + window_months
    ordinary = np.flatnonzero(np.isfinite(base) & (np.abs(np.arange(size) - at) >= reach))
    scale = spread(steps_of(y), np.arange(size), window_months, skipped(event, "auto"), 0).scale
    rows = []
    for k in range(-before, after + 1):
        if not 0 <= at + k < size:
            continue
        shifted = ordinary[(ordinary + k >= 0) & (ordinary + k < size)]
        paths = y[shifted + k] - base[shifted]
        there = np.isfinite(paths)
        paths, wider = paths[there], (scale[at] / scale[shifted])[there]
        paths = np.median(paths) + (paths - np.median(paths)) * wider if len(paths) else paths
        band = [100 * float(np.exp(q)) for q in np.quantile(paths, [0.025, 0.5, 0.975])] if len(paths) else []
        band = band if len(paths) >= LEAST_MONTHS else [None] * 3  # type: ignore[list-item]
        value = y[at + k] - base[at]
        index = 100 * float(np.exp(value)) if np.isfinite(value) else None
        rows.append((k, found.month(at + k), index, *band, len(paths)))
    schema = {
        "offset": pl.Int32,
        "period": pl.Date,
        "index": pl.Float64,
        "low": pl.Float64,
        "middle": pl.Float64,
        "high": pl.Float64,
        "dates": pl.Int32,
    }
    return pl.DataFrame(rows, schema=schema, orient="row")
