"""The arithmetic of the timing test on whole arrays: the change at every month, its rank, and what a step would do.

    T_t = mean(y over t + s … t + s + h − 1) − mean(y over t − a − h … t − a − 1)

y is the deseasonalised log flow, h the window, s months left out at the date, a months left out before it. Means run
over the figures that are there; a month t is admissible when both windows lie inside the series and hold at least
three quarters of their months. How T_t is held against the swings around t: `timing_spread`.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from dashboard.analysis.loess import Array
from dashboard.analysis.timing_bounds import bounds
from dashboard.analysis.timing_spread import Spread, spread, steps_of

COVERAGE = 0.75
"""Share of a window's months that must have a figure."""
TIE = 1e-6
"""Changes that differ by less, in yardsticks, are the same: a series that grows evenly has no first month."""
LEAST_WEIGHED = 0.5
"""Share of the middle yardstick below which a month gains no more weight in the usual change."""
POWER = 0.8
"""Share of ordinary months in which the smallest change that would be found would indeed be found."""
PLANTED = 60
"""Ordinary months in which steps are planted to find it, at least, where the series has as many."""
LEAST_SOWN = 20
"""With fewer of them clear of the event, all are taken."""


@dataclass(frozen=True)
class Changes:
    """T_t of one series at its admissible months, and all that is needed to test any of them."""

    window: int
    skip: int
    lead: int
    months: NDArray[np.int64]
    change: Array
    spread: Spread
    steps: Array
    """Change from each month to the next, as `steps_of` has it."""
    present: NDArray[np.int64]
    """Running count of figures, one longer than the series."""

    @property
    def size(self) -> int:
        """Admissible months."""
        return len(self.months)


@dataclass(frozen=True)
class Ranked:
    """One event against all admissible months; logs. `low` and `high` are infinite where nothing bounds them.

    `swing` is the yardstick at the event over the middle one of the series, `unrest` as in `Spread`; `fall` and `rise`
    are sizes of the smallest steps that would be found, infinite where none would.
    """

    change: float
    usual: float
    effect: float
    low: float
    high: float
    p_value: float
    months: int
    clear_months: int
    as_large: int
    size: float
    swing: float
    unrest: float
    fall: float
    rise: float

    @property
    def usual_beside(self) -> float:
        """The usual change that the effect is measured against, without the event's own step: change less effect."""
        return self.change - self.effect


def running(values: Array) -> tuple[Array, NDArray[np.int64]]:
    """Running sum and count of what is there, both starting at zero."""
    there = np.isfinite(values)
    total = np.concatenate([[0.0], np.cumsum(np.where(there, values, 0.0))])
    return total, np.concatenate([[0], np.cumsum(there)]).astype(np.int64)


def changes(values: Array, window: int, skip: int = 0, lead: int = 0) -> Changes:
    """T_t and its yardstick at every admissible month of a series."""
    total, count = running(values)
    size = len(values)
    at = np.arange(lead + window, size - skip - window + 1)
    after, before = at + skip, at - lead - window
    n_after, n_before = count[after + window] - count[after], count[before + window] - count[before]
    need = math.ceil(COVERAGE * window)
    fit = (n_after >= need) & (n_before >= need)
    at, after, before, n_after, n_before = (part[fit] for part in (at, after, before, n_after, n_before))
    change = (total[after + window] - total[after]) / n_after - (total[before + window] - total[before]) / n_before
    steps = steps_of(values)
    return Changes(window, skip, lead, at, change, spread(steps, at, window, skip, lead), steps, count)


def covered(sums: tuple[Array, NDArray[np.int64]], event: int, window: int, skip: int, lead: int) -> tuple[int, int]:
    """Figures in the window before and in the window after; months beyond the ends of the series count as missing."""
    count = sums[1]
    size = len(count) - 1
    ends = np.clip([event - lead - window, event - lead, event + skip, event + skip + window], 0, size)
    return int(count[ends[1]] - count[ends[0]]), int(count[ends[3]] - count[ends[2]])


def weight_of_usual(found: Changes) -> Array:
    """Share of each month in the usual change: the middle half of all T_t, each weighing 1 / s_t².

    No month weighs more than four of middling swings, so that a few months of silence do not say what is usual.
    """
    order = np.argsort(found.change, kind="stable")
    scale = found.spread.scale[order]
    weight = np.maximum(scale, LEAST_WEIGHED * np.median(scale)) ** -2
    end = np.cumsum(weight) / weight.sum()
    start = np.concatenate([[0.0], end[:-1]])
    share = np.empty(found.size)
    share[order] = np.clip(np.minimum(end, 0.75) - np.maximum(start, 0.25), 0, None)
    whole: Array = share / share.sum()
    return whole


def rank(found: Changes, events: NDArray[np.int64], alpha: float = 0.05, *, plant: bool = False) -> dict[int, Ranked]:
    """Each event that is an admissible month against all admissible months.

        usual = mean of the middle half of all T_t by weight 1 / s_t²         Z_t = |T_t − usual| / s_t
        p = (number of other months with Z_t ≥ Z_event, and ½ for the event's own) / all months

    Near an end of the series p is raised by `edge_shares`. The interval holds every step δ for which, δ taken out of
    the series, p > α. With `plant`, the smallest steps that would be found: a step of c · s_t is planted at ordinary
    months t, and c is the least for which it is found in 80% of them, found being what the interval of t says.
    """
    if found.size == 0:
        return {}
    place = np.searchsorted(found.months, events)
    inside = (place < found.size) & (found.months[np.minimum(place, found.size - 1)] == events)
    if not inside.any():
        return {}
    place = np.unique(place[inside])
    sown = np.arange(0, found.size, max(1, found.size // PLANTED)) if plant else place[:0]
    rows = np.union1d(place, sown)
    line = np.searchsorted(rows, place)
    usual_weight = weight_of_usual(found)
    usual = float(usual_weight @ found.change)
    scale = found.spread.scale
    size = np.abs(found.change - usual) / scale
    held = bounds(found, usual, usual_weight, rows)
    chances = [chance_at(found, int(at)) for at in place]
    allowed = np.array([chance.searchsorted(alpha + 1e-12, side="right") for chance in chances])
    apart = 2 * found.window + found.lead + found.skip
    clear = np.abs(found.months[None, :] - found.months[place][:, None]) >= apart
    large = size[None, :] >= size[place][:, None] - TIE
    counts, clear_months, as_large = large.sum(axis=1), clear.sum(axis=1), (large & clear).sum(axis=1)
    low, high, fall, rise = (np.full(len(place), end) for end in (-math.inf, math.inf, math.inf, math.inf))
    for count, (lower, upper) in held.ends({int(count) for count in allowed if count}).items():
        mine = allowed == count
        low[mine], high[mine] = lower[line[mine]], upper[line[mine]]
        if plant:
            at = np.searchsorted(rows, sown)
            for ends, found_from in ((upper[at], fall), (-lower[at], rise)):
                found_from[mine] = _least(ends / scale[sown], clear[mine][:, sown]) * scale[place[mine]]
    middle, typical = float(np.median(scale)), float(np.sqrt(np.mean(size**2)))
    p_values = [chance[count - 1] for chance, count in zip(chances, counts, strict=True)]
    columns = (
        found.change[place],
        np.full(len(place), usual),
        held.effect[line],
        low,
        high,
        np.array(p_values),
        np.full(len(place), found.size),
        clear_months,
        as_large,
        size[place] / typical if typical > 0 else np.zeros(len(place)),
        scale[place] / middle,
        found.spread.unrest[place],
        fall,
        rise,
    )
    rows_of = zip(found.months[place].tolist(), *(column.tolist() for column in columns), strict=True)
    return {month: Ranked(*values) for month, *values in rows_of}


def _least(steps: Array, clear: NDArray[np.bool_]) -> Array:
    """For each event (row of `clear`) the step, in yardsticks, that would be found at 80% of the months sown.

    Counted are those clear of the event, so that its own change hides nothing; all, where too few are clear.
    """
    taken = clear | (clear.sum(axis=1) < LEAST_SOWN)[:, None]
    ordered = np.sort(np.where(taken, steps[None, :], np.inf), axis=1)
    wanted = np.ceil(POWER * taken.sum(axis=1)).astype(np.int64) - 1
    least: Array = np.maximum(ordered[np.arange(len(ordered)), wanted], 0.0)
    return least


def chance_at(found: Changes, place: int) -> Array:
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
