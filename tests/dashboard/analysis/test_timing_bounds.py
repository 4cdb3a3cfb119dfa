"""Steps against which a month stands, held to the definition at the head of `timing_bounds`."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray

from dashboard.analysis.timing_bounds import Bounds, bounds
from dashboard.analysis.timing_null import Changes, changes, weight_of_usual
from dashboard.analysis.timing_spread import reach_of

Values = NDArray[np.float64]


def series(size: int, seed: int) -> Values:
    """A walk whose swings grow, with gaps, a run of months that repeat one figure, and years without any."""
    values = (np.random.default_rng(seed).standard_normal(size) * np.linspace(0.2, 1, size)).cumsum()
    values[[9, 33, 34, 50]] = np.nan
    values[20:26] = values[20]
    return values


def standing(found: Changes, values: Values, weight: Values, row: int) -> Callable[[int, float], float]:
    """For a month and a step δ taken out at the event: (Z_month − Z_event) times both yardsticks; below nothing the
    month does not stand. Means, the usual change and the month's yardstick are taken anew; the weights of the usual
    change, the middle change from month to month and the floor stay as they are."""
    event, window, skip, lead = int(found.months[row]), found.window, found.skip, found.lead
    reach, step_at = reach_of(found.window), int(found.months[row]) + found.skip

    def since(places: range) -> float:
        """The share of a window's figures from the step on."""
        there = [place for place in places if not math.isnan(values[place])]
        return sum(place >= step_at for place in there) / len(there)

    shapes = [
        since(range(t + skip, t + skip + window)) - since(range(t - lead - window, t - lead))
        for t in found.months.tolist()
    ]
    usual, to_usual = float(weight @ found.change), float(weight @ np.array(shapes))
    assert shapes[row] == 1 and event == found.months[row]

    def side(places: list[int], delta: float) -> tuple[float, int]:
        held = [
            (1 - j / reach, abs(found.steps[p] - (delta if p == step_at else 0.0)))
            for j, p in enumerate(places)
            if 0 <= p < len(values) and math.isfinite(found.steps[p])
        ]
        total = sum(one for one, _ in held)
        return (sum(one * size for one, size in held) / total if held else 0.0), len(held)

    def left(month: int, delta: float) -> float:
        at = int(found.months[month])
        before, n_before = side([at - lead - 1 - j for j in range(reach)], delta)
        after, n_after = side([at + skip + 1 + j for j in range(reach)], delta)
        if n_before < 4 and n_after < 4:
            before = after = float(np.median(np.abs(found.steps[np.isfinite(found.steps)])))
        else:
            before, after = (after if n_before < 4 else before), (before if n_after < 4 else after)
        scale = max(((before**3 + after**3) / 2) ** (1 / 3), found.spread.floor)
        month_off = abs(found.change[month] - usual - delta * (shapes[month] - to_usual))
        event_off = abs(found.change[row] - usual - delta * (1 - to_usual))
        return float(month_off * found.spread.scale[row] - event_off * scale)

    return left


@pytest.mark.parametrize(
    ("size", "window", "skip", "lead", "seed"),
    [(70, 6, 0, 0, 1), (64, 4, 1, 0, 2), (72, 6, 0, 3, 3), (56, 6, 1, 2, 4), (110, 14, 0, 0, 5)],
)
@pytest.mark.parametrize("way", ["", "gaps", "leaning"])
def test_a_month_stands_up_to_its_ends_and_not_beyond(
    size: int, window: int, skip: int, lead: int, seed: int, way: str
) -> None:
    values = series(size, seed)
    if way == "gaps":  # a side without four changes borrows the other's yardstick
        values[: size // 3 : 2] = np.nan
    found = changes(values, window, skip, lead)
    weight = weight_of_usual(found)
    rows = np.unique([2, found.size // 3, found.size - 1])
    if way == "leaning":  # a step that moves the usual change nearly as much as its own is lost among many months
        weight = 0.1 * weight
        weight[rows[1] + 1] += 0.9
    held = bounds(found, float(weight @ found.change), weight, rows)
    bounded = holes = 0
    for place, row in enumerate(rows.tolist()):
        left, effect = standing(found, values, weight, row), float(held.effect[place])
        assert abs(left(row, effect)) < 1e-12
        for month in range(found.size):
            ends = (float(held.low[place, month]), float(held.high[place, month]))
            if month == row:
                assert ends == (math.inf, -math.inf)
                continue
            # Without an end the month stands against every large step, whatever it does at zero.
            assert (ends[0] <= 0 <= ends[1]) is (left(month, 0.0) >= 0) or max(-ends[0], ends[1]) > 50
            for end in ends:
                if abs(end) > 50:
                    assert left(month, effect + math.copysign(50, end)) >= 0
                    continue
                bounded += 1
                near = 1e-6 * max(abs(end - effect), 1e-3)
                inner, outer = (end + near, end - near) if end < effect else (end - near, end + near)
                assert left(month, inner) >= 0 > left(month, outer) or abs(end) < 1e-6
                holes += min(left(month, effect + part * (inner - effect)) for part in (0.2, 0.5, 0.8)) < 0
    # A month next to the event may stand against two stretches of steps; the ends then hold both.
    assert bounded > 3 * found.size and holes <= 8


def test_so_many_months_stand_up_to_the_ends() -> None:
    low, high = np.random.default_rng(2).standard_normal((2, 3, 500))
    every = Bounds(np.zeros(3), low, high)
    for count, (lower, upper) in every.ends([30, 1, 417]).items():
        assert lower.tolist() == [sorted(row)[count - 1] for row in low.tolist()]
        assert upper.tolist() == [sorted(row, reverse=True)[count - 1] for row in high.tolist()]
    assert every.ends([]) == {}
    assert list(every.ends(iter([4, 4]))) == [4]


def test_a_single_month_is_all_that_is_usual() -> None:
    found = changes(np.arange(12.0) ** 2, 6)
    held = bounds(found, float(found.change[0]), np.ones(1), np.array([0]))
    assert found.size == 1
    assert (held.effect.tolist(), held.low.tolist(), held.high.tolist()) == ([0.0], [[math.inf]], [[-math.inf]])
