"""Monthly flows as the timing test reads them: logs without season, gaps left open, zeros counted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import polars as pl
from numpy.typing import NDArray

from dashboard.analysis.errors import AnalysisError
from dashboard.analysis.frames import frequency_of, month_of, ordinal_expr, prepare
from dashboard.analysis.loess import Array
from dashboard.analysis.seasonal import SeasonalWindow, has_season, stl
from dashboard.analysis.timing_null import running

SEASON_YEARS = 13
"""Years over which a calendar month is smoothed: seasons may drift over decades, but not from year to year."""


@dataclass(frozen=True)
class LogSeries:
    """One series by month from its first to its last figure: log value, the same without season, NaN in gaps."""

    first: int
    logs: Array
    adjusted: Array
    zeros: NDArray[np.bool_]
    choice: str

    @property
    def sums(self) -> tuple[Array, NDArray[np.int64]]:
        """Running sums, from which every window mean follows."""
        return running(self.adjusted)

    def place(self, when: date) -> int:
        """Months from the first of the series to the month of a date."""
        return when.year * 12 + when.month - 1 - self.first

    def month(self, place: int) -> date:
        """The month at a place."""
        return month_of(self.first + place)


def log_series(
    flows: pl.DataFrame,
    *,
    by: Sequence[str] = (),
    value: str = "value_usd",
    seasonal_window: SeasonalWindow = SEASON_YEARS,
    robust: bool = True,
) -> dict[tuple[object, ...], LogSeries | str]:
    """Every series of a frame by its key (the empty key without `by`); a sentence where it holds no season.

    `value` names the column of figures, in any currency. Series of the same span are adjusted together. Zeros have no
    logarithm: they count as gaps and are remembered. Raises `AnalysisError` for values below zero, for anything but
    months and for a month that stands twice.
    """
    frame = prepare(flows, by=by, value=value)
    if not frame.is_empty() and "frequency" in frame.columns and frequency_of(frame) != "M":
        raise AnalysisError("The timing test needs monthly figures: a year or a quarter smears the date.")
    if (frame[value] < 0).any():
        below = frame.filter(pl.col(value) < 0)["period"].to_list()[0]
        raise AnalysisError(f"The flows hold a value below zero in {below:%Y-%m}; a balance cannot be tested in logs.")
    numbered = frame.select(*by, ordinal_expr().alias("_month"), value)
    groups = numbered.partition_by(list(by), as_dict=True) if by else {(): numbered}
    spans: dict[tuple[int, int], list[tuple[object, ...]]] = {}
    raw: dict[tuple[object, ...], tuple[int, Array, NDArray[np.bool_]]] = {}
    out: dict[tuple[object, ...], LogSeries | str] = {}
    for key, part in groups.items():
        if not (part[value] > 0).any():
            out[key] = "The series has no figure above zero."
            continue
        months, values = part["_month"].to_numpy(), part[value].to_numpy()
        first = int(months[0])
        logs = np.full(int(months[-1]) - first + 1, np.nan)
        positive = values > 0
        logs[months[positive] - first] = np.log(values[positive])
        zeros = np.zeros(len(logs), dtype=np.bool_)
        zeros[months[~positive] - first] = True
        raw[key] = (first, logs, zeros)
        spans.setdefault((first, len(logs)), []).append(key)
    for keys in spans.values():
        stacked = np.stack([raw[key][1] for key in keys])
        fit = has_season(stacked)
        if fit.any():
            found = stl(stacked[fit], seasonal_window=seasonal_window, robust=robust)
            season = iter(found.season)
        for key, good in zip(keys, fit, strict=True):
            first, logs, zeros = raw[key]
            if good:
                out[key] = LogSeries(first, logs, logs - next(season), zeros, found.choice + ", on logs")
            else:
                out[key] = "A calendar month has fewer than two figures above zero, so the season is not known."
    return out
