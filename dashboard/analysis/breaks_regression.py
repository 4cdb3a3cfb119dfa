"""Breaks in a regression: what a segment costs, where the coefficients change, and how clear that is.

    y_t = x_t' β_j + error_t for t in regime j      x: a constant and the regressors; every β may change at a break

Sources: Bai & Perron (2003), Journal of Applied Econometrics 18, 1–22; Bai (1997), Review of Economics and Statistics
79, 551–563; Hansen (2000), "Testing for structural change in conditional models", Journal of Econometrics 97, 93–115
(the bootstrap that holds the regressors fixed).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import polars as pl

from dashboard.analysis.errors import AnalysisError
from dashboard.analysis.frames import require
from dashboard.analysis.loess import Array

SAME = 1e-9
"""Columns whose smallest singular value is below this share of the largest repeat one another."""


def with_lags(series: pl.DataFrame, *, value: str, time: str, months: Sequence[int]) -> pl.DataFrame:
    """The series with columns `lag_1`, `lag_12`, … : its value so many calendar months before; a gap gives a gap.

    `time`: dates of months, each once. Raises `AnalysisError` for a lag below one month or a date that stands twice.
    """
    require(series, [value, time], "series")
    if any(lag < 1 for lag in months):
        raise AnalysisError("A lag is one month or more.")
    if series[time].is_duplicated().any():
        raise AnalysisError("A month stands twice in the series, so its lags are not known.")
    made = series
    for lag in months:
        earlier = series.select(pl.col(time).dt.offset_by(f"{lag}mo"), pl.col(value).alias(f"lag_{lag}"))
        made = made.join(earlier, on=time, how="left", maintain_order="left")
    return made


def regression_costs(y: Array, design: Array, least: int) -> Array:
    """Sum of squared residuals of positions i … j−1 for all j − i ≥ `least`; infinite elsewhere. Shape (n + 1, n + 1).

    `design`: shape (n, q), the constant first. One pass of running cross products, a small system a segment.
    """
    size, scale = len(y), float(np.std(y)) or 1.0
    outcome, columns = (y - y.mean()) / scale, standardised(design)
    gram = _running(columns[:, :, None] * columns[:, None, :])
    cross = _running(columns * outcome[:, None])
    square = _running(outcome**2)
    cost = np.full((size + 1, size + 1), np.inf)
    for start in range(size - least + 1):
        ends = np.arange(start + least, size + 1)
        xy = cross[ends] - cross[start]
        inverse = np.linalg.pinv(gram[ends] - gram[start], rcond=SAME, hermitian=True)
        told = np.einsum("ni,nij,nj->n", xy, inverse, xy)
        cost[start, ends] = np.maximum(square[ends] - square[start] - told, 0) * scale**2
    return cost


def largest_f_given(stack: Array, design: Array, least: int) -> Array:
    """The largest F of one break in all coefficients against none, over all places; one value a series of `stack`.

    F = (SSR₀ − SSR₁) / (SSR₁ / (n − 2 q)). `stack`: shape (series, n); `design`: shape (n, q), the same for all.
    """
    size, known = design.shape
    columns = standardised(design)
    whole, all_squares = _explained(stack, columns), (stack**2).sum(axis=-1)
    best = np.zeros(len(stack))
    for at in range(least, size - least + 1):
        parts = _explained(stack[:, :at], columns[:at]) + _explained(stack[:, at:], columns[at:])
        best = np.maximum(best, parts - whole)
    largest: Array = best / np.maximum((all_squares - whole - best) / (size - 2 * known), 1e-300)
    return largest


def unbroken(residuals: Array, count: int, seed: int = 1871) -> Array:
    """Outcomes without any break: each residual times a standard normal draw; shape (`count`, n)."""
    drawn: Array = np.random.default_rng(seed).standard_normal((count, len(residuals))) * residuals
    return drawn


def coefficients(y: Array, design: Array) -> Array:
    """Least-squares coefficients of one segment, in the units of `y` and the columns of `design`."""
    if design.shape[1] == 1:
        return np.array([y.mean()])  # exact where the segment is constant
    return np.asarray(np.linalg.lstsq(design, y, rcond=None)[0], dtype=np.float64)


def repeats(design: Array) -> bool:
    """Whether a column is a combination of the others, so that its coefficient cannot be told."""
    values = np.linalg.svd(standardised(design), compute_uv=False)
    return bool(len(values) < design.shape[1] or values[-1] <= SAME * values[0])


def standardised(design: Array) -> Array:
    """The columns with mean 0 and spread 1, but for the constant in front: products of large levels would cancel."""
    spread = design[:, 1:].std(axis=0)
    scaled = (design[:, 1:] - design[:, 1:].mean(axis=0)) / np.where(spread > 0, spread, 1.0)
    return np.column_stack([design[:, 0], scaled])


def _running(values: Array) -> Array:
    total: Array = np.concatenate([np.zeros((1, *values.shape[1:])), np.cumsum(values, axis=0)])
    return total


def _explained(stack: Array, columns: Array) -> Array:
    """Squares of each series that its regression on the columns tells, in any basis of what they span."""
    basis, values, _ = np.linalg.svd(columns, full_matrices=False)
    kept = basis[:, values > SAME * values[0]]
    told: Array = ((stack @ kept) ** 2).sum(axis=-1)
    return told
