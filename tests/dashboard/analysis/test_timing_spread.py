"""The yardstick of the timing test, month by month from its definition."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from numpy.typing import NDArray

from dashboard.analysis.timing_spread import reach_of, spread, steps_of, thirds_of

Values = NDArray[np.float64]
SERIES = np.random.default_rng(8).standard_normal(90).cumsum()
SERIES[[7, 30, 31, 60]] = np.nan


def sizes_by_hand(values: Values) -> list[float | None]:
    """|change from the month before less the middle one|, None where either month has no figure."""
    steps = [None] + [
        None if math.isnan(one) or math.isnan(other) else float(other - one)
        for one, other in itertools.pairwise(values)
    ]
    middle = float(np.median([one for one in steps if one is not None]))
    return [None if one is None else abs(one - middle) for one in steps]


def side(sizes: list[float | None], places: list[int], reach: int) -> tuple[float, float, int]:
    """Weighted mean of the sizes at the places (nearest first), their weight and number."""
    there = [
        (1 - j / reach, size)
        for j, place in enumerate(places[:reach])
        if 0 <= place < len(sizes) and (size := sizes[place]) is not None
    ]
    weight = sum(one for one, _ in there)
    return (sum(one * size for one, size in there) / weight if there else 0.0), weight, len(there)


@pytest.mark.parametrize(("window", "skip", "lead"), [(6, 0, 0), (12, 1, 0), (24, 0, 3)])
def test_the_yardstick_follows_the_definition(window: int, skip: int, lead: int) -> None:
    reach, sizes = max(18, math.ceil(1.5 * window)), sizes_by_hand(SERIES)
    assert reach_of(window) == reach
    months = np.arange(window + lead, len(SERIES) - window - skip + 1)
    found = spread(steps_of(SERIES), months, window, skip, lead)
    near = reach // 3
    assert thirds_of(window) == (near, reach - near)
    cubes = []
    for at, t in enumerate(months.tolist()):
        before, weight_before, n_before = side(sizes, [t - lead - 1 - j for j in range(reach)], reach)
        after, weight_after, n_after = side(sizes, [t + skip + 1 + j for j in range(reach)], reach)
        assert n_before >= 4
        if n_after < 4:
            after, weight_after = before, 0.0
        assert found.before[at] == pytest.approx(before)
        assert found.after[at] == pytest.approx(after)
        assert (found.weight_before[at], found.weight_after[at]) == pytest.approx((weight_before, weight_after))
        cubes.append(((before**3 + after**3) / 2) ** (1 / 3))
        last = t - lead - 1
        close, far = (
            [one for one in sizes[max(low, 0) : max(high, 0)] if one is not None]
            for low, high in ((last + 1 - near, last + 1), (last + 1 - reach, last + 1 - near))
        )
        if len(close) >= 4 and len(far) >= 4:
            assert found.unrest[at] == pytest.approx((sum(close) / len(close)) / (sum(far) / len(far)))
        else:
            assert math.isnan(found.unrest[at])
    assert found.scale == pytest.approx(cubes)
    assert found.floor == pytest.approx(0.05 * float(np.median(cubes)))


def test_calm_months_keep_a_twentieth_of_the_middle_yardstick() -> None:
    """A third of the months repeats one figure; a series that never moves keeps the least yardstick of all."""
    values = np.random.default_rng(1).standard_normal(240).cumsum()
    values[:90] = values[90]
    months = np.arange(6, 235)
    found = spread(steps_of(values), months, 6, 0, 0)
    still = spread(steps_of(np.zeros(60)), np.arange(6, 55), 6, 0, 0)
    assert found.scale.min() == found.floor == pytest.approx(0.05 * float(np.median(found.scale)))
    assert set(still.scale.tolist()) == {1e-5}


def test_without_a_change_on_either_side_the_middle_one_of_the_series_is_taken() -> None:
    """Thirty months without figures around the date: both sides know nothing, and neither weighs."""
    values = np.random.default_rng(6).standard_normal(120).cumsum()
    values[40:80] = np.nan
    found = spread(steps_of(values), np.array([60]), 6, 0, 0)
    usual = float(np.median([one for one in sizes_by_hand(values) if one is not None]))
    assert (found.before[0], found.after[0]) == pytest.approx((usual, usual))
    assert (found.weight_before[0], found.weight_after[0]) == (0, 0)


def test_at_keeps_some_months_and_the_floor() -> None:
    found = spread(steps_of(SERIES), np.arange(10, 40), 6, 0, 0)
    kept = found.at(np.arange(30) % 2 == 0)
    assert kept.scale.tolist() == found.scale[::2].tolist()
    assert kept.unrest.tolist() == pytest.approx(found.unrest[::2].tolist(), nan_ok=True)
    assert kept.floor == found.floor


def test_a_series_of_gaps_has_no_steps() -> None:
    assert np.isnan(steps_of(np.full(5, np.nan))).all()
    assert steps_of(np.array([1.0, 2.0, 4.0, 8.0]))[1:].tolist() == [-1.0, 0.0, 2.0]


@pytest.mark.parametrize(("known", "own"), [(4, True), (3, False)])
@pytest.mark.parametrize("turned", [False, True])
def test_a_side_with_four_changes_has_a_yardstick_of_its_own(known: int, own: bool, turned: bool) -> None:
    """So many changes on one side of month 40, all months on the other, which swings more."""
    draw = np.random.default_rng(11)
    values = draw.standard_normal(80).cumsum()
    values[: 40 - known - 1] = np.nan
    values[40 - known - 1 : 40] = 0.1 * np.arange(known + 1) ** 2
    if turned:
        values = values[::-1].copy()
    found = spread(steps_of(values), np.array([40]), 12, 0, 0)
    few, many = (found.after, found.before) if turned else (found.before, found.after)
    weight = found.weight_after if turned else found.weight_before
    assert (few[0] != many[0], weight[0] > 0) == (own, own)
