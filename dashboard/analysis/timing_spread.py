"""How much a series swings around each date: the yardstick against which the timing test holds a change.

    d_i   |(y_i − y_(i−1)) − the middle such change|, where both months have a figure
    v     Σ w_j d / Σ w_j on one side of the date, going away from it, w_j = 1 − j / L, L = 1.5 h and at least 18
    s     ∛((v_before³ + v_after³) / 2)

Why from month to month, and from both sides apart? A step at the date lies between the sides and enters neither; a
slow fall enters as its monthly pace only; and a date at which swings change is held against what both its sides do.
Absolute values, not squares, so that one shipment does not make a wild year. Nearer months weigh more, because they
are the ones compared, but months up to L back keep the yardstick steady. The cube leans towards the wilder side: where
one side is calm the change rests on the other alone, on half as many months, and a plain mean would call too much
unusual.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, fields, replace

import numpy as np
from numpy.typing import NDArray

from dashboard.analysis.loess import Array

LEAST_REACH = 18
"""Months on either side from which swings are read, at least; 1.5 windows where that is more."""
LEAST_CHANGES = 4
"""A side with fewer changes from month to month borrows the yardstick of the other."""
LEAST_SHARE = 0.05
"""No yardstick is shorter than this share of the middle one: months that repeat one figure prove no calm."""
LEAST_SCALE = 1e-5
"""Nor than this, in logs: a series that grows evenly has no swings at all."""


@dataclass(frozen=True)
class Spread:
    """The yardstick at every admissible month, side by side, and what a step would add to it.

    `unrest`: swings in the third of the reach next before the date over those in the two thirds before it; NaN where
    either has too few changes. `weight_before`, `weight_after`: total weight of a side's changes, 0 where it borrows.
    """

    scale: Array
    before: Array
    after: Array
    weight_before: Array
    weight_after: Array
    unrest: Array
    floor: float

    def at(self, kept: NDArray[np.bool_]) -> Spread:
        """Some of the months."""
        parts = {one.name: getattr(self, one.name) for one in fields(self)}
        return replace(self, **{name: part[kept] for name, part in parts.items() if name != "floor"})


def reach_of(window: int) -> int:
    """Months on either side of a date from which its yardstick is read."""
    return max(LEAST_REACH, math.ceil(1.5 * window))


def thirds_of(window: int) -> tuple[int, int]:
    """Changes next before a date, and before those, whose swings `unrest` compares."""
    near = reach_of(window) // 3
    return near, reach_of(window) - near


def weights_of(window: int) -> Array:
    """Weight of the nearest, second nearest, … change on a side."""
    reach = reach_of(window)
    weights: Array = 1 - np.arange(reach) / reach
    return weights


def steps_of(values: Array) -> Array:
    """Change from the month before, less the middle change; NaN where either month has no figure."""
    steps = np.concatenate([[np.nan], np.diff(values)])
    known = steps[np.isfinite(steps)]
    return steps - np.median(known) if known.size else steps


def spread(steps: Array, months: NDArray[np.int64], window: int, skip: int, lead: int) -> Spread:
    """The yardstick at some months of a series given by its `steps_of`."""
    weights, size = weights_of(window), len(steps)
    there = np.isfinite(steps).astype(np.float64)
    sizes = np.where(there > 0, np.abs(steps), 0.0)
    first, last = months + skip + 1, months - lead - 1
    after, weight_after, count_after = _side(sizes[::-1], there[::-1], weights, size - 1 - first)
    before, weight_before, count_before = _side(sizes, there, weights, last)
    few_before, few_after = count_before < LEAST_CHANGES, count_after < LEAST_CHANGES
    usual = np.median(sizes[there > 0]) if there.any() else 0.0
    both = few_before & few_after
    before, after = (
        np.where(both, usual, np.where(few_before, after, before)),
        np.where(both, usual, np.where(few_after, before, after)),
    )
    weight_before, weight_after = np.where(few_before, 0.0, weight_before), np.where(few_after, 0.0, weight_after)
    scale = np.cbrt((before**3 + after**3) / 2)
    middle = float(np.median(scale)) if scale.size else 0.0
    floor = max(LEAST_SHARE * middle, LEAST_SCALE)
    return Spread(
        np.maximum(scale, floor),
        before,
        after,
        weight_before,
        weight_after,
        _unrest(sizes, there, last, *thirds_of(window)),
        floor,
    )


def _side(
    sizes: Array, there: Array, weights: Array, nearest: NDArray[np.int64]
) -> tuple[Array, Array, NDArray[np.int64]]:
    """Weighted mean of the changes from `nearest` on backwards, the weight they carry, and their number."""
    size = len(sizes)
    at = np.maximum(nearest, 0)
    total = np.convolve(there, weights)[:size][at]
    mean = np.convolve(sizes, weights)[:size][at] / np.maximum(total, 1e-300)
    count = np.convolve(there, np.ones(len(weights)))[:size][at]
    inside = nearest >= 0
    return (
        np.where(inside, mean, 0.0),
        np.where(inside, total, 0.0),
        np.where(inside, np.rint(count), 0).astype(np.int64),
    )


def _unrest(sizes: Array, there: Array, last: NDArray[np.int64], near: int, far: int) -> Array:
    total, count = (np.concatenate([[0.0], np.cumsum(part)]) for part in (sizes, there))
    end, middle, start = last + 1, np.maximum(last + 1 - near, 0), np.maximum(last + 1 - near - far, 0)
    n_near, n_far = count[end] - count[middle], count[middle] - count[start]
    known = (n_near >= LEAST_CHANGES) & (n_far >= LEAST_CHANGES) & (total[middle] > total[start])
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = (total[end] - total[middle]) / n_near / ((total[middle] - total[start]) / n_far)
    return np.where(known, ratio, np.nan)
