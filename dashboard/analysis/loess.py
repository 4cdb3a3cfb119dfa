"""Loess on a regular grid, with months that are not there.

At each position a line (degree 1) or a level (degree 0) is fitted to the nearest `window` positions, the nearer ones
weighing more:

    w_j = (1 − (|j − x| / d)³)³,  d the distance to the farthest of them

The weights are multiplied by the weight of each figure: 0 for a month that is not there, less than 1 for one that
lies far off. Every tenth of a window is fitted and a straight line drawn between, as the authors' own program does.
Source: Cleveland, Cleveland, McRae & Terpenning (1990), "STL", Journal of Official Statistics 6, 3–73.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


@dataclass(frozen=True)
class _Grid:
    """The neighbours of every position asked for (`at` × window), their tricube weights and distances."""

    near: NDArray[Any]
    weight: Array
    away: Array
    spread: float
    lower: NDArray[Any]
    upper: NDArray[Any]
    part: Array


@lru_cache(maxsize=256)
def _grid(size: int, window: int, first: int, last: int) -> _Grid:
    jump = -(-window // 10)
    wanted = np.arange(first, last + 1)
    inner = np.append(np.arange(0, size, jump), size - 1)
    at = np.unique(np.concatenate([inner, [first, last]]))
    lower = np.searchsorted(at, wanted, side="right") - 1
    upper = np.minimum(lower + 1, len(at) - 1)
    part = (wanted - at[lower]) / np.maximum(at[upper] - at[lower], 1)
    kept = min(window, size)
    start = np.clip(at - (kept + 1) // 2 + 1, 0, size - kept)
    near = start[:, None] + np.arange(kept)[None, :]
    away = (near - at[:, None]).astype(np.float64)
    reach = np.abs(away).max(axis=1, keepdims=True) + (max(0, window - size) // 2)
    ratio = np.abs(away) / np.maximum(reach, 1e-300)
    weight = (1 - ratio**3) ** 3
    return _Grid(near, weight, away, float(size - 1), lower, upper, part)


def loess(
    values: Array, window: int, degree: int, *, weights: Array | None = None, first: int = 0, last: int | None = None
) -> Array:
    """Smoothed values at positions `first` … `last` (default: those of the series; one beyond either end is allowed).

    `values`: series in the last axis, any axes before it; `weights` of the same shape, 0 where there is no figure
    (whatever number stands there is not read). A position without any figure near it takes the mean of the series.
    """
    size = values.shape[-1]
    grid = _grid(size, window, first, size - 1 if last is None else last)
    if weights is None:
        weight: Array = grid.weight
        total = weight.sum(axis=-1)
    else:
        values = np.where(weights > 0, values, 0.0)
        weight = grid.weight * weights[..., grid.near]
        total = weight.sum(axis=-1)
    found = total > 0
    share = weight / np.where(found, total, 1.0)[..., None]
    if degree > 0:
        centre = (share * grid.away).sum(axis=-1)
        second = (share * (grid.away - centre[..., None]) ** 2).sum(axis=-1)
        slopes = np.sqrt(second) > 0.001 * grid.spread
        tilt = np.where(slopes, -centre / np.where(slopes, second, 1.0), 0.0)
        share = share * (1 + tilt[..., None] * (grid.away - centre[..., None]))
    smooth: Array = np.einsum(
        "...ij,...ij->...i", np.broadcast_to(share, (*values.shape[:-1], *share.shape[-2:])), values[..., grid.near]
    )
    if weights is not None and not found.all():
        mean = values.sum(axis=-1) / np.maximum((weights > 0).sum(axis=-1), 1)
        smooth = np.where(found, smooth, mean[..., None])
    between: Array = smooth[..., grid.lower] * (1 - grid.part) + smooth[..., grid.upper] * grid.part
    return between
