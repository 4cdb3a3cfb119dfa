"""Loess told a second time, position by position in loops."""

from __future__ import annotations

import bisect
import math

import numpy as np
import pytest
from numpy.typing import NDArray

from dashboard.analysis.loess import loess

Values = NDArray[np.float64]


def fitted(values: Values, weights: Values, at: int, window: int, degree: int) -> float:
    """One position: the nearest `window` figures, tricube weights, a level or a line through their weighted centre."""
    size = len(values)
    kept = min(window, size)
    # As many to the left as to the right, one more to the right of an even number; pushed inside at the ends.
    start = min(max(at - (kept + 1) // 2 + 1, 0), size - kept)
    near = range(start, start + kept)
    reach = max(abs(j - at) for j in near) + (window - size) // 2 * (window > size)
    w = [weights[j] * ((1 - (abs(j - at) / reach) ** 3) ** 3 if reach else 1.0) for j in near]
    total = sum(w)
    if total == 0:
        there = [value for value, weight in zip(values, weights, strict=True) if weight > 0]
        return sum(there) / len(there) if there else 0.0
    x = sum(one * (j - at) for one, j in zip(w, near, strict=True)) / total
    y = sum(one * values[j] for one, j in zip(w, near, strict=True) if one) / total
    second = sum(one * (j - at - x) ** 2 for one, j in zip(w, near, strict=True)) / total
    if degree == 0 or math.sqrt(second) <= 0.001 * (size - 1):
        return y
    slope = sum(one * (j - at - x) * values[j] for one, j in zip(w, near, strict=True) if one) / total / second
    return y - slope * x


def told(values: Values, weights: Values, window: int, degree: int, first: int, last: int) -> list[float]:
    jump, size = math.ceil(window / 10), len(values)
    at = sorted({*range(0, size, jump), size - 1, first, last})
    smooth = [fitted(values, weights, place, window, degree) for place in at]
    out = []
    for x in range(first, last + 1):
        k = bisect.bisect_left(at, x)
        if at[k] == x:
            out.append(smooth[k])
        else:
            out.append(smooth[k - 1] + (smooth[k] - smooth[k - 1]) * (x - at[k - 1]) / (at[k] - at[k - 1]))
    return out


@pytest.mark.parametrize("beyond", [0, 1])
@pytest.mark.parametrize("degree", [0, 1])
@pytest.mark.parametrize(
    ("size", "window"), [(1, 3), (2, 3), (4, 3), (9, 7), (9, 10), (9, 12), (23, 13), (40, 21), (40, 121), (31, 8)]
)
def test_every_position_follows_the_definition(size: int, window: int, degree: int, beyond: int) -> None:
    draw = np.random.default_rng(size + window)
    first, last = -beyond, size - 1 + beyond
    stack = draw.standard_normal((3, size))
    whole = loess(stack, window, degree, first=first, last=last)
    for row in range(3):
        assert whole[row] == pytest.approx(told(stack[row], np.ones(size), window, degree, first, last), abs=1e-9)
    weights = draw.random((3, size)) * (draw.random((3, size)) < 0.6)
    weights[1, : size // 2] = 0
    weights[2] = 0
    found = loess(stack, window, degree, weights=weights, first=first, last=last)
    for row in range(3):
        assert found[row] == pytest.approx(told(stack[row], weights[row], window, degree, first, last), abs=1e-9)
    if not beyond:
        assert loess(stack, window, degree).tolist() == whole.tolist()


@pytest.mark.parametrize("spread", [0.0008, 0.0012])
def test_a_line_is_drawn_through_figures_a_thousandth_of_the_series_apart(spread: float) -> None:
    """Two figures of three, the second of next to no weight: their spread is the root of that weight."""
    values, weights = np.array([0.0, 1.0, 7.0]), np.array([1.0, (2 * spread) ** 2, 0.0])
    found = loess(values, 7, 1, weights=weights)
    assert found == pytest.approx(told(values, weights, 7, 1, 0, 2))
    assert bool(found[2] > 1) is (spread > 0.001)
