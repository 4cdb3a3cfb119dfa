"""Seasonal adjustment by STL: a monthly series split into trend, season and remainder by repeated loess.

    y_t = trend_t + season_t + remainder_t

One round: take the trend away; smooth each calendar month over the years; take from that its own slow part (three
moving averages and a loess), which leaves the season; smooth what is left without the season, which is the trend.
In robust rounds a figure far from both weighs less, so that one shipment of aircraft makes no season.
Months that are not there weigh nothing and get no figure. Source: Cleveland, Cleveland, McRae & Terpenning (1990),
"STL: a seasonal-trend decomposition procedure based on loess", Journal of Official Statistics 6, 3–73.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from dashboard.analysis.errors import AnalysisError
from dashboard.analysis.loess import Array, loess

SeasonalWindow = int | Literal["periodic"]
LEAST_YEARS = 2
"""Fewer years of each calendar month hold no season."""


@dataclass(frozen=True)
class Decomposition:
    """Trend, season and remainder in the unit of the series; NaN in trend and remainder where there is no figure.

    The season is known for every month, also for those without a figure.
    """

    trend: Array
    season: Array
    remainder: Array
    choice: str


def stl(
    values: Array,
    *,
    period: int = 12,
    seasonal_window: SeasonalWindow = "periodic",
    seasonal_degree: int = 0,
    trend_window: int | None = None,
    robust: bool = False,
    outer: int = 15,
) -> Decomposition:
    """Trend, season and remainder of one or many series (time in the last axis, NaN where there is no figure).

        inner rounds   2, or 1 in each of the 16 robust rounds
        trend window   the next odd number from 1.5 · period / (1 − 1.5 / seasonal window)
        weight         (1 − (|r_t| / 6 median |r|)²)², once in each robust round

    `seasonal_window`: years over which a calendar month is smoothed (odd, 7 or more), or "periodic" for one season
    that never changes. Raises `AnalysisError` when a calendar month has fewer than two figures or a window is even.
    """
    series = np.atleast_2d(np.asarray(values, dtype=np.float64))
    present = np.isfinite(series)
    periodic = seasonal_window == "periodic"
    size = series.shape[-1]
    years = 10 * size + 1 if isinstance(seasonal_window, str) else seasonal_window
    if years % 2 == 0 or years < 7:
        raise AnalysisError(f"A seasonal window is an odd number of years from 7 on, not {seasonal_window}.")
    if not has_season(series, period).all():
        raise AnalysisError("A calendar month has fewer than two figures, so the series holds no season.")
    span = trend_window or _next_odd(math.ceil(1.5 * period / (1 - 1.5 / years)))
    whole = bool(present.all())
    gaps: Array | None = None if whole else present.astype(np.float64)
    filled = np.where(present, series, 0.0)
    trend, season = np.zeros_like(filled), np.zeros_like(filled)
    weights = gaps
    for turn in range(outer + 1 if robust else 1):
        for _ in range(1 if robust else 2):
            season = _season(filled - trend, weights, period, years, 0 if periodic else seasonal_degree)
            trend = loess(filled - season, span, 1, weights=weights)
        if robust and turn < outer:
            weights = _far_off(filled - trend - season, present)
    if periodic:
        season = _one_season(season, period)
    shape = np.shape(values)
    kind = "one season for all years" if periodic else f"each calendar month smoothed over {years} years"
    return Decomposition(
        trend=np.where(present, trend, np.nan).reshape(shape),
        season=season.reshape(shape),
        remainder=np.where(present, series - trend - season, np.nan).reshape(shape),
        choice=f"STL, {kind}, trend over {span} months, {'robust' if robust else 'not robust'}",
    )


def has_season(values: Array, period: int = 12) -> NDArray[np.bool_]:
    """Which series (time in the last axis) have two figures or more for every calendar month."""
    present = np.isfinite(np.atleast_2d(values))
    enough = [present[:, month::period].sum(axis=-1) >= LEAST_YEARS for month in range(period)]
    found: NDArray[np.bool_] = np.all(enough, axis=0)
    return found


def _season(detrended: Array, weights: Array | None, period: int, years: int, degree: int) -> Array:
    """Each calendar month smoothed over the years and one year beyond either end, less its own slow part."""
    count, size = detrended.shape
    cycles = -(-size // period)
    spare = cycles * period - size
    long = np.empty((count, (cycles + 2) * period))
    for month in range(period):
        own = None if weights is None else weights[:, month::period]
        part = detrended[:, month::period]
        smooth = loess(part, years, degree, weights=own, first=-1, last=part.shape[-1])
        if month >= period - spare and spare > 0:
            smooth = np.concatenate([smooth, smooth[:, -1:]], axis=-1)
        long[:, month::period] = smooth
    long = long[:, : size + 2 * period]
    slow = loess(_average(_average(_average(long, period), period), 3), _next_odd(period), 1)
    return long[:, period : period + size] - slow


def _average(values: Array, width: int) -> Array:
    total = np.cumsum(np.concatenate([np.zeros((*values.shape[:-1], 1)), values], axis=-1), axis=-1)
    mean: Array = (total[..., width:] - total[..., :-width]) / width
    return mean


def _far_off(remainder: Array, present: NDArray[np.bool_]) -> Array:
    """Bisquare weights; figures within a thousandth of the reach count whole."""
    size = np.where(present, np.abs(remainder), np.nan)
    reach = 6 * np.nanmedian(size, axis=-1, keepdims=True)
    ratio = np.where(present, size, 0.0) / np.maximum(reach, 1e-300)
    weight = np.where(ratio <= 0.001, 1.0, np.where(ratio <= 0.999, (1 - ratio**2) ** 2, 0.0))
    kept: Array = np.where(present, weight, 0.0)
    return kept


def _one_season(season: Array, period: int) -> Array:
    """The mean season of each calendar month, in every year."""
    flat = np.empty_like(season)
    for month in range(period):
        flat[:, month::period] = season[:, month::period].mean(axis=-1, keepdims=True)
    return flat


def _next_odd(number: int) -> int:
    return number + 1 if number % 2 == 0 else number
