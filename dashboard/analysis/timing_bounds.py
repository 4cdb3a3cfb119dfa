"""Which steps, taken out of a series at a date, leave that date an ordinary month.

A step of δ taken out at the event changes T_t by −δ b_t, where b_t is its shape, and with it the swings of those months
t whose sides hold the place of the step. A month t stands against δ when then Z_t ≥ Z_event, that is when

    |A_t − x b_t| s_event ≥ x b_event s_t(x)      x = |δ − effect|,  A_t = T_t − usual, less what the effect does to it

Where s_t stays as it is, both ends follow at once; in the windows of the event it moves, and they follow by Newton's
method. The steps against which more than a share α of the months stand are the interval.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from dashboard.analysis.loess import Array
from dashboard.analysis.timing_spread import reach_of, weights_of

if TYPE_CHECKING:
    from dashboard.analysis.timing_null import Changes

TURNS = 10
"""Rounds of Newton's method."""
FARTHEST = 1e6
"""In logs: farther than any step."""


@dataclass(frozen=True)
class Bounds:
    """For each event (row) the estimated step, and the lowest and highest step against which each month stands."""

    effect: Array
    low: Array
    high: Array

    def ends(self, counts: Iterable[int]) -> dict[int, tuple[Array, Array]]:
        """Ends of the steps against which at least so many months stand, for each number asked for."""
        wanted = sorted(counts)
        if not wanted:
            return {}
        size = self.low.shape[1]
        low = np.partition(self.low, [count - 1 for count in wanted], axis=1)
        high = np.partition(self.high, [size - count for count in wanted], axis=1)
        return {count: (low[:, count - 1], high[:, size - count]) for count in wanted}


def bounds(found: Changes, usual: float, usual_weight: Array, rows: NDArray[np.intp]) -> Bounds:
    """Lowest and highest step against which every month stands, for the events at the places `rows`."""
    line = np.arange(len(rows))
    scale = found.spread.scale
    near, inside, shape = _shape(found, rows)
    to_usual = (shape * usual_weight[near]).sum(axis=1)
    own_shape = 1 - to_usual
    beyond = found.change - usual
    effect = beyond[rows] / np.where(own_shape > 0, own_shape, 1.0)
    size, own = beyond / scale, (beyond[rows] / scale[rows])[:, None]
    bend, own_bend = to_usual[:, None] / scale, (own_shape / scale[rows])[:, None]
    with np.errstate(divide="ignore", invalid="ignore"):
        one, other = (own - size) / (own_bend + bend), (own + size) / (own_bend - bend)
    low, high = np.minimum(one, other), np.maximum(one, other)
    lost = own_bend <= bend
    low[lost], high[lost] = -np.inf, np.inf
    event, column = np.nonzero(inside)
    month = near[event, column]
    b = shape[event, column] - to_usual[event]
    low[event, month], high[event, month] = _near(found, beyond, rows, event, month, b, own_shape, effect)
    low[line, rows], high[line, rows] = np.inf, -np.inf  # the event itself always counts and bounds nothing
    return Bounds(effect, low, high)


def _shape(found: Changes, rows: NDArray[np.intp]) -> tuple[NDArray[np.intp], NDArray[np.bool_], Array]:
    """Places near each event, whether a step there would move their T or yardstick, and their T by how much."""
    window, skip, lead, months, count = found.window, found.skip, found.lead, found.months, found.present
    reach = reach_of(window) + skip + lead
    near = rows[:, None] + np.arange(-reach, reach + 1)
    known = (near >= 0) & (near < found.size)
    near = np.clip(near, 0, found.size - 1)
    step, at = (months[rows] + skip)[:, None], months[near]

    def share(start: NDArray[np.int64]) -> Array:
        end = start + window
        since = np.minimum(np.maximum(step, start), end)
        part: Array = (count[end] - count[since]) / (count[end] - count[start])
        return part

    shape = np.where(known, share(at + skip) - share(at - lead - window), 0.0)
    sides = (step - at - skip - 1 < reach_of(window)) & (at - lead - 1 - step < reach_of(window))
    return near, known & sides, shape


def _near(
    found: Changes,
    beyond: Array,
    rows: NDArray[np.intp],
    event: NDArray[np.intp],
    month: NDArray[np.intp],
    b: Array,
    own_shape: Array,
    effects: Array,
) -> tuple[Array, Array]:
    """Both ends for pairs of an event and a month whose T its step would move."""
    spread, weights, own = found.spread, weights_of(found.window), rows[event]
    step_at, at = found.months[own] + found.skip, found.months[month]
    off_after, off_before = step_at - at - found.skip - 1, at - found.lead - 1 - step_at
    after = off_after >= 0
    off = np.where(after, off_after, off_before)
    step = found.steps[np.minimum(step_at, len(found.steps) - 1)]
    weight = np.where(after, spread.weight_after[month], spread.weight_before[month])
    seen = (off >= 0) & np.isfinite(step) & (weight > 0)
    share = np.where(seen, weights[np.clip(off, 0, len(weights) - 1)], 0.0) / np.where(weight > 0, weight, 1.0)
    step = np.where(seen, step, 0.0)
    side = np.where(after, spread.after[month], spread.before[month])
    still = np.where(after, spread.before[month], spread.after[month])
    borrowed = np.where(after, spread.weight_before[month], spread.weight_after[month]) == 0
    still_cubed, moving = np.where(borrowed, 0.0, still**3), np.where(borrowed, 2.0, 1.0)
    own_scale, own_b, effect = spread.scale[own], own_shape[event], effects[event]
    left, gone, rest = beyond[month] - effect * b, step - effect, side - share * np.abs(step)
    goal, turn = np.abs(left) * own_scale, np.abs(b) * own_scale
    pace, base = own_b * share / np.cbrt(2.0), own_b * np.cbrt(still_cubed / 2)
    stands = np.abs(beyond[month]) * own_scale >= np.abs(beyond[own]) * spread.scale[month]
    ends = []
    for way in (-1.0, 1.0):
        turned = np.where(way * left * b > 0, turn, -turn)
        lead = base + turned
        x = np.where(
            pace > 0,
            (np.sqrt(lead**2 + 4 * pace * goal) - lead) / np.where(pace > 0, 2 * pace, 1.0) + np.abs(gone),
            goal / np.maximum(own_b * spread.scale[month] + turned, 1e-300),
        )
        x = np.minimum(x, FARTHEST)
        under, over = np.zeros_like(x), np.full_like(x, np.inf)
        for _ in range(TURNS):
            taken = gone - way * x
            moved = np.maximum(rest + share * np.abs(taken), 0.0)
            s = np.maximum(np.cbrt((still_cubed + moving * moved**3) / 2), spread.floor)
            pull = own_b * s + turned
            rise = pull - way * x * own_b * moving * moved**2 * share * np.sign(taken) / (2 * s**2)
            above = x * pull - goal
            under, over = np.where(above < 0, x, under), np.where(above < 0, over, x)
            newton = x - above / np.where(rise > 0, rise, 1.0)
            lost = (rise <= 0) | (newton < under) | (newton > over)
            x = np.where(lost, np.where(np.isfinite(over), (under + over) / 2, x), newton)
        limit = way * effect + x
        zero_beyond = ~stands & (way * effect < 0)  # the series as it is decides where zero lies, inside or out
        limit = np.where(stands, np.maximum(limit, 0.0), np.where(zero_beyond, np.minimum(limit, -1e-12), limit))
        ends.append(way * limit)
    return ends[0], ends[1]
