"""The arithmetic of the timing test on whole arrays: the change at every month, its rank, and what a step would do.

    T_t = mean(y over t + s … t + s + h − 1) − mean(y over t − a − h … t − a − 1)

y is the deseasonalised log flow, h the window, s months left out at the date, a months left out before it. Means run
over the figures that are there; a month t is admissible when both windows lie inside the series and hold at least
three quarters of their months.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from dashboard.analysis.loess import Array

COVERAGE = 0.75
"""Share of a window's months that must have a figure."""
TIE = 1e-10
"""Changes that differ by less, in logs, are the same: a series that grows evenly has no first month."""


@dataclass(frozen=True)
class Changes:
    """T_t of one series at its admissible months, and all that is needed to test any of them."""

    window: int
    skip: int
    lead: int
    months: NDArray[np.int64]
    change: Array
    present: NDArray[np.int64]
    """Running count of figures, one longer than the series."""

    @property
    def size(self) -> int:
        """Admissible months."""
        return len(self.months)


@dataclass(frozen=True)
class Ranked:
    """One event against all admissible months; logs. `low` and `high` are infinite where nothing bounds them."""

    change: float
    usual: float
    effect: float
    low: float
    high: float
    p_value: float
    months: int
    clear_months: int
    as_large: int
    usual_spread: float


def running(values: Array) -> tuple[Array, NDArray[np.int64]]:
    """Running sum and count of what is there, both starting at zero."""
    there = np.isfinite(values)
    total = np.concatenate([[0.0], np.cumsum(np.where(there, values, 0.0))])
    return total, np.concatenate([[0], np.cumsum(there)]).astype(np.int64)


def changes(sums: tuple[Array, NDArray[np.int64]], window: int, skip: int = 0, lead: int = 0) -> Changes:
    """T_t at every admissible month of a series given by its `running` sums."""
    total, count = sums
    size = len(total) - 1
    at = np.arange(lead + window, size - skip - window + 1)
    after, before = at + skip, at - lead - window
    n_after, n_before = count[after + window] - count[after], count[before + window] - count[before]
    need = math.ceil(COVERAGE * window)
    fit = (n_after >= need) & (n_before >= need)
    at, after, before, n_after, n_before = (part[fit] for part in (at, after, before, n_after, n_before))
    change = (total[after + window] - total[after]) / n_after - (total[before + window] - total[before]) / n_before
    return Changes(window, skip, lead, at, change, count)


def covered(sums: tuple[Array, NDArray[np.int64]], event: int, window: int, skip: int, lead: int) -> tuple[int, int]:
    """Figures in the window before and in the window after; months beyond the ends of the series count as missing."""
    count = sums[1]
    size = len(count) - 1
    ends = np.clip([event - lead - window, event - lead, event + skip, event + skip + window], 0, size)
    return int(count[ends[1]] - count[ends[0]]), int(count[ends[3]] - count[ends[2]])


def shape_of_step(found: Changes, events: NDArray[np.int64]) -> Array:
    """What a step of size 1 from each event on (a row each) would do to T at every admissible month."""
    step = (events + found.skip)[:, None]
    count = found.present

    def share(start: NDArray[np.int64]) -> Array:
        end = start + found.window
        since = np.clip(step, start[None, :], end[None, :])
        part: Array = (count[end][None, :] - count[since]) / (count[end] - count[start])[None, :]
        return part

    return share(found.months + found.skip) - share(found.months - found.lead - found.window)


def rank(found: Changes, events: NDArray[np.int64], alpha: float = 0.05) -> dict[int, Ranked]:
    """Each event that is an admissible month against all admissible months.

        usual = mean of the middle half of all T_t         D_t = |T_t − usual|
        p = (number of other months with D_t ≥ D_event, and ½ for the event's own) / all months

    Near an end of the series p is raised by `edge_shares`. The interval holds every step δ for which, δ taken out of
    the series, p > α. Each month t rejects outside one interval around the estimate, so the ends are order statistics
    and need no search.
    """
    place = np.searchsorted(found.months, events)
    inside = (place < found.size) & (found.months[np.minimum(place, max(found.size - 1, 0))] == events)
    if found.size == 0 or not inside.any():
        return {}
    events, place = events[inside], place[inside]
    quarter = found.size // 4
    middle = np.argsort(found.change, kind="stable")[quarter : found.size - quarter]
    usual = float(found.change[middle].mean())
    shape = shape_of_step(found, events)
    rows = np.arange(len(events))
    a = found.change - usual
    b = shape - shape[:, middle].mean(axis=1, keepdims=True)
    own, bend = a[place], b[rows, place]
    large = np.abs(a)[None, :] >= np.abs(own)[:, None] - TIE
    minus, plus = bend[:, None] - b, bend[:, None] + b
    with np.errstate(divide="ignore", invalid="ignore"):
        one, other = (own[:, None] - a) / minus, (own[:, None] + a) / plus
    low, high = np.minimum(one, other), np.maximum(one, other)
    unbounded = np.isnan(low) | (plus <= 0)
    low[unbounded], high[unbounded] = -np.inf, np.inf
    low[rows, place], high[rows, place] = np.inf, -np.inf  # the event itself always counts and bounds nothing
    chances = [_chance(found, int(at)) for at in place]
    allowed = [int(chance.searchsorted(alpha + 1e-12, side="right")) for chance in chances]
    ends = sorted({count - 1 for count in allowed if count})
    if ends:
        low.partition(ends, axis=1)
        high.partition([found.size - 1 - end for end in ends], axis=1)
    clear = np.abs(found.months[None, :] - events[:, None]) >= 2 * found.window + found.lead + found.skip
    counts, clear_months, as_large = large.sum(axis=1), clear.sum(axis=1), (large & clear).sum(axis=1)
    spread = float(found.change.std())
    out = {}
    for i, event in enumerate(events):
        out[int(event)] = Ranked(
            change=float(found.change[place[i]]),
            usual=usual,
            effect=float(own[i] / bend[i]) if bend[i] > 0 else float(own[i]),
            low=float(low[i, allowed[i] - 1]) if allowed[i] else -math.inf,
            high=float(high[i, -allowed[i]]) if allowed[i] else math.inf,
            p_value=float(chances[i][counts[i] - 1]),
            months=found.size,
            clear_months=int(clear_months[i]),
            as_large=int(as_large[i]),
            usual_spread=spread,
        )
    return out


def _chance(found: Changes, place: int) -> Array:
    """The p-value for each count of months as far off, 1 … all: its share, or near an end what `edge_shares` says."""
    plain = _shares(found.size)
    from_end = min(place, found.size - 1 - place)
    if from_end >= 2 * found.window:
        return plain
    return np.maximum(plain, _near_end(found.size, found.window, found.lead, from_end))


@lru_cache(maxsize=512)
def _shares(size: int) -> Array:
    return (np.arange(1, size + 1) - 0.5) / size


EDGE_SERIES = 2_000
EDGE_WINDOW, EDGE_SIZE = 4, 100


@lru_cache(maxsize=1024)
def _near_end(size: int, window: int, lead: int, from_end: int) -> Array:
    """`edge_shares` for a series of this size. A random walk looks the same from afar, so long ones are drawn coarser:
    windows of four months or more, 100 months or more."""
    coarse = min(window, max(EDGE_WINDOW, math.ceil(window * EDGE_SIZE / size)))
    scale = coarse / window
    length = round(size * scale)
    length = length if length < EDGE_SIZE else length // 8 * 8
    table = edge_shares(length, coarse, round(lead * scale))
    counts = np.ceil(np.arange(1, size + 1) * length / size - 1e-9).astype(np.int64)
    shares: Array = table[int(from_end * scale)][counts - 1]
    return shares


@lru_cache(maxsize=128)
def edge_shares(size: int, window: int, lead: int) -> Array:
    """How often a month 0, 1, … from an end (rows) counts at most 1, 2, … months as far off, in series that wander.

    A change near an end has neighbours on one side only and ranks too high too often: in random walks (the hard
    case) of 72 months, the last month that can be tested is among the largest 5% in 15% of them. So the rank is read
    against 2,000 random walks of the same length, window and place; always the same ones.
    """
    draws = np.random.default_rng(20140320).standard_normal((size + 2 * window + lead, EDGE_SERIES), np.float32)
    draws[0] = 0
    total = np.cumsum(np.cumsum(draws, axis=0), axis=0)
    after = window + lead
    change = total[after + window :] - total[after : after + size] - total[window : window + size] + total[:size]
    change = np.ascontiguousarray(change.T)
    quarter = size // 4
    parted = np.partition(change, [quarter, size - quarter - 1], axis=1)
    far = np.abs(change - parted[:, quarter : size - quarter].mean(axis=1, keepdims=True))
    counts = [(far >= far[:, place : place + 1]).sum(axis=1) for place in range(min(2 * window, size))]
    return np.stack([np.cumsum(np.bincount(count, minlength=size + 1)[1:]) for count in counts]) / EDGE_SERIES


def holm(p_values: Array) -> Array:
    """Holm's step-down p-values: the chance of even one false alarm among all tests stays below the level."""
    order = np.argsort(p_values, kind="stable")
    size = len(p_values)
    stepped = np.minimum(np.maximum.accumulate(p_values[order] * (size - np.arange(size))), 1.0)
    out = np.empty(size)
    out[order] = stepped
    return out


def benjamini_hochberg(p_values: Array) -> Array:
    """Benjamini and Hochberg's step-up p-values: the expected share of false alarms among the found ones."""
    order = np.argsort(p_values, kind="stable")
    size = len(p_values)
    raised = p_values[order] * size / (np.arange(size) + 1)
    out = np.empty(size)
    out[order] = np.minimum(np.minimum.accumulate(raised[::-1])[::-1], 1.0)
    return out
