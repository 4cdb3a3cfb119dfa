"""Least-squares segments of a mean by dynamic programming, and the distribution of where an estimated break lies.

Sources: Bai & Perron (2003), "Computation and analysis of multiple structural change models", Journal of Applied
Econometrics 18, 1–22; Bai (1997), "Estimation of a change point in multiple regression models", Review of Economics
and Statistics 79, 551–563.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from dashboard.analysis.loess import Array


def segment_costs(stack: Array) -> Array:
    """Sum of squares about the mean of positions i … j−1 for all i < j (last axes i, j); infinite elsewhere."""
    size = stack.shape[-1]
    centred = stack - stack.mean(axis=-1, keepdims=True)  # squares of a large level would cancel
    zero = np.zeros((*stack.shape[:-1], 1))
    total = np.concatenate([zero, np.cumsum(centred, axis=-1)], axis=-1)
    square = np.concatenate([zero, np.cumsum(centred**2, axis=-1)], axis=-1)
    i, j = np.arange(size + 1)[:, None], np.arange(size + 1)[None, :]
    length = np.maximum(j - i, 1)
    spread = total[..., None, :] - total[..., :, None]
    cost: Array = np.where(j > i, square[..., None, :] - square[..., :, None] - spread**2 / length, np.inf)
    return np.where(j > i, np.maximum(cost, 0), cost)


def best_breaks(stack: Array, most: int, least: int) -> tuple[Array, list[NDArray[np.int64]]]:
    """Smallest sum of squares with 0 … `most` breaks (last axis), and for one series the first positions after them.

    `stack`: one series or many (time in the last axis); `least`: fewest positions of a segment.
    """
    return cheapest(segment_costs(stack), most, least)


def cheapest(cost: Array, most: int, least: int) -> tuple[Array, list[NDArray[np.int64]]]:
    """As `best_breaks`, from what each segment costs (last axes: its first position, the one after its last)."""
    size = cost.shape[-1] - 1
    reach = np.arange(size + 1)
    cost = np.where((reach[None, :] - reach[:, None]) >= least, cost, np.inf)
    best = cost[..., 0, :]
    totals, origins = [best[..., size]], []
    for _ in range(most):
        choices = best[..., :, None] + cost
        origins.append(np.argmin(choices, axis=-2))
        best = np.take_along_axis(choices, origins[-1][..., None, :], axis=-2)[..., 0, :]
        totals.append(best[..., size])
    breaks: list[NDArray[np.int64]] = [np.empty(0, dtype=np.int64)]
    if cost.ndim == 2:
        for count in range(1, most + 1):
            end, found = size, []
            for step in range(count - 1, -1, -1):
                end = int(origins[step][end])
                found.append(end)
            breaks.append(np.array(found[::-1], dtype=np.int64))
    return np.stack(totals, axis=-1), breaks


def place_quantile(share: float, before: float, after: float, drift: float = 1.0) -> float:
    """Quantile of how far the estimated place of a break lies from the true one, in units of variance / change².

    `before`, `after`: variance of the two regimes. The place is the argmax of a Brownian motion on both sides with
    drift −|x|/2 before, and the other variance and `drift` times that drift after; its distribution is closed
    (Bai 1997, appendix B).
    """
    ratio = after / before
    low, high = -1.0, 1.0
    while _place_share(low, ratio, drift) > share:
        low *= 2
    while _place_share(high, ratio, drift) < share:
        high *= 2
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if _place_share(middle, ratio, drift) < share else (low, middle)
    return (low + high) / 2


def _place_share(x: float, ratio: float, drift: float = 1.0) -> float:
    """P(place ≤ x) with a variance after the break of `ratio` times, and a drift of `drift` times, that before it."""
    y, r, d = abs(x), ratio, drift
    if x < 0:
        bend = r * (r + 2 * d) / ((r + d) * d)
        curve = (r + 2 * d) ** 2 / ((r + d) * d) - 2 + y / 2
        return (
            -math.sqrt(y / (2 * math.pi)) * math.exp(-y / 8)
            - bend * _damped((1 + d / r) * d / r * y / 2, (0.5 + d / r) * math.sqrt(y))
            + curve * _damped(0.0, math.sqrt(y) / 2)
        )
    bend = d * (2 * r + d) / (r * (r + d))
    curve = (2 * r + d) ** 2 / ((r + d) * r) - 2 + d * d * y / (2 * r)
    return (
        1
        + d * math.sqrt(y / (2 * math.pi * r)) * math.exp(-d * d * y / (8 * r))
        + bend * _damped((r + d) * y / 2, (r + d / 2) * math.sqrt(y / r))
        - curve * _damped(0.0, d * math.sqrt(y / r) / 2)
    )


def _damped(power: float, z: float) -> float:
    """exp(power) · Φ(−z) without overflow: for large z by the tail's own series."""
    if z < 25:
        return math.exp(power) * 0.5 * math.erfc(z / math.sqrt(2)) if power < 700 else math.inf
    tail = 1 - 1 / z**2 + 3 / z**4
    return math.exp(min(power - z * z / 2, 700)) * tail / (z * math.sqrt(2 * math.pi))


def largest_f(stack: Array, least: int) -> Array:
    """The largest F of one break against none, over all places with `least` positions on either side.

    F = (SSR₀ − SSR₁) / (SSR₁ / (n − 2))
    """
    size = stack.shape[-1]
    centred = stack - stack.mean(axis=-1, keepdims=True)
    at = np.arange(least, size - least + 1)
    gain = np.cumsum(centred, axis=-1)[..., at - 1] ** 2 * (size / (at * (size - at)))
    gain = gain.max(axis=-1)
    whole = (centred**2).sum(axis=-1)
    largest: Array = gain / np.maximum((whole - gain) / (size - 2), 1e-300)
    return largest


def persistent(size: int, memory: float, count: int, seed: int = 1871) -> Array:
    """Series without any break whose neighbours correlate by `memory` (AR(1), started in its own spread)."""
    draws = np.random.default_rng(seed).standard_normal((size, count))
    draws[0] /= math.sqrt(1 - memory**2)
    for step in range(1, size):
        draws[step] += memory * draws[step - 1]
    return np.ascontiguousarray(draws.T)
