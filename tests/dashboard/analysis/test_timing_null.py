"""The arithmetic of the timing test on arrays, told a second time in loops from the definitions."""

from __future__ import annotations

import math

import numpy as np
import pytest
from numpy.typing import NDArray

from dashboard.analysis import timing_null
from dashboard.analysis.timing_null import chance_at, changes, edge_shares, rank, weight_of_usual

Values = NDArray[np.float64]


def wandering(size: int, seed: int = 3) -> Values:
    draw = np.random.default_rng(seed)
    return (draw.standard_normal(size) * np.linspace(1, 2, size)).cumsum()


def test_size_and_swing_are_in_units_of_the_usual_size_and_of_the_middle_yardstick() -> None:
    every = changes(wandering(140), 6)
    usual = float(weight_of_usual(every) @ every.change)
    scale = every.spread.scale
    z = [abs(float(change) - usual) / float(one) for change, one in zip(every.change, scale, strict=True)]
    typical = math.sqrt(sum(one * one for one in z) / len(z))
    for event, found in rank(every, every.months[[20, 60, 100]]).items():
        at = every.months.tolist().index(event)
        assert found.size == pytest.approx(z[at] / typical)
        assert found.swing == pytest.approx(float(scale[at]) / float(np.median(scale)))


def test_a_series_without_any_swing_has_no_size() -> None:
    assert rank(changes(np.zeros(80), 6), np.array([40]))[40].size == 0


def test_months_that_cannot_be_tested_are_left_out() -> None:
    every = changes(wandering(60), 12)
    assert set(rank(every, np.array([11, 12, 48, 49]))) == {12, 48}
    assert rank(every, np.array([5, 70])) == {}
    assert rank(changes(wandering(10), 12), np.array([5])) == {}


@pytest.mark.parametrize(("sown", "place"), [(25, 20), (21, 17), (26, 21)])
def test_the_least_step_is_found_at_four_months_of_five(sown: int, place: int) -> None:
    """Steps of 1, 2, … that would be found: the least that four fifths of the months reach, 17 of 21 and not 16."""
    steps = np.arange(sown, 0, -1.0)
    assert timing_null._least(steps, np.ones((1, sown), bool)).tolist() == [place]
    assert timing_null._least(-steps, np.ones((1, sown), bool)).tolist() == [0]


def test_months_near_the_event_count_only_where_too_few_are_clear() -> None:
    steps = np.arange(1, 41.0)
    clear = np.stack([steps > 20, steps > 21])
    assert timing_null._least(steps, clear).tolist() == [20 + 16, 32]


@pytest.mark.parametrize(("size", "window", "lead"), [(30, 3, 0), (41, 4, 2), (7, 6, 1)])
def test_ends_of_walks_are_ranked_one_by_one(
    monkeypatch: pytest.MonkeyPatch, size: int, window: int, lead: int
) -> None:
    """The share of walks in which so many months are as far off, counted in loops."""
    monkeypatch.setattr(timing_null, "EDGE_SERIES", 40)
    table = edge_shares.__wrapped__(size, window, lead)
    draws = np.random.default_rng(20140320).standard_normal((size + 2 * window + lead, 40), np.float32)
    draws[0] = 0
    expected = np.zeros((min(2 * window, size), size))
    for series in range(40):
        walk = np.cumsum(draws[1:, series])
        before, after = ([walk[t + k : t + k + window].sum() for t in range(size)] for k in (0, window + lead))
        change = np.array(after) - np.array(before)
        kept = np.sort(change)[size // 4 : size - size // 4]
        far = np.abs(change - kept.mean())
        for place in range(len(expected)):
            as_far = sum(one >= far[place] for one in far)
            expected[place, as_far - 1 :] += 1 / 40
    assert table.shape == expected.shape
    assert np.abs(table - expected).max() <= 2 / 40  # sums in another order may turn a tie


@pytest.mark.parametrize(("size", "drawn"), [(99, 99), (100, 96), (103, 96), (104, 104)])
def test_long_series_are_drawn_in_steps_of_eight(monkeypatch: pytest.MonkeyPatch, size: int, drawn: int) -> None:
    asked: list[tuple[int, int, int]] = []

    def shares(length: int, window: int, lead: int) -> Values:
        asked.append((length, window, lead))
        return np.tile(np.arange(1, length + 1) / length, (2 * window, 1))

    monkeypatch.setattr(timing_null, "edge_shares", shares)
    found = timing_null._near_end.__wrapped__(size, 4, 1, 0)
    assert asked == [(drawn, 4, 1)]
    assert found.shape == (size,)
    assert found.tolist() == pytest.approx(
        [math.ceil(count * drawn / size - 1e-9) / drawn for count in range(1, size + 1)]
    )


def test_long_windows_are_drawn_coarser(monkeypatch: pytest.MonkeyPatch) -> None:
    """400 months and windows of 24 look from afar like 100 and 6; a month 20 from the end like 5 from it."""
    asked: list[tuple[int, int, int]] = []

    def shares(length: int, window: int, lead: int) -> Values:
        asked.append((length, window, lead))
        return np.tile(np.arange(2.0 * window)[:, None], (1, length))

    monkeypatch.setattr(timing_null, "edge_shares", shares)
    assert set(timing_null._near_end.__wrapped__(400, 24, 8, 20)) == {5.0}
    assert asked == [(100 // 8 * 8, 6, 2)]


def test_only_months_near_an_end_are_allowed_for() -> None:
    """Two windows from either end the plain share holds; nearer the p-value is never smaller than it."""
    every = changes(wandering(90), 6)
    plain = (np.arange(every.size) + 0.5) / every.size
    for place in (12, every.size - 13):
        assert chance_at(every, place).tolist() == plain.tolist()
    for place in (11, every.size - 12, 0):
        near = chance_at(every, place)
        assert (near >= plain).all() and (near > plain).any()


def test_the_usual_change_is_the_middle_half_by_weight() -> None:
    """Month by month: 1 / s², no more than four times that of the middle yardstick, in the order of the changes."""
    values = wandering(120)
    values[40:70] = values[40] + 0.01 * wandering(30, 4)
    every = changes(values, 6)
    scale = every.spread.scale.tolist()
    middle = float(np.median(scale))
    assert min(scale) < 0.25 * middle
    weights = [1 / max(one, middle / 2) ** 2 for one in scale]
    total, run, shares = sum(weights), 0.0, {}
    for place in sorted(range(every.size), key=lambda place: float(every.change[place])):
        start, run = run, run + weights[place] / total
        shares[place] = max(min(run, 0.75) - max(start, 0.25), 0.0) / 0.5
    assert weight_of_usual(every) == pytest.approx([shares[place] for place in range(every.size)])
    assert float(weight_of_usual(every).sum()) == pytest.approx(1)


@pytest.mark.parametrize(("window", "skip", "lead"), [(4, 0, 0), (6, 1, 0), (8, 0, 3)])
def test_changes_month_by_month(window: int, skip: int, lead: int) -> None:
    """Means of both windows where each lies inside the series and holds three quarters of its months."""
    values = wandering(60, 9)
    values[[10, 11, 12, 30, 31, 45, 58]] = np.nan
    expected = {}
    for t in range(60):
        sides = [range(t - lead - window, t - lead), range(t + skip, t + skip + window)]
        if sides[0][0] < 0 or sides[1][-1] >= 60:
            continue
        there = [[float(values[place]) for place in side if np.isfinite(values[place])] for side in sides]
        if min(len(side) for side in there) >= 0.75 * window:
            expected[t] = sum(there[1]) / len(there[1]) - sum(there[0]) / len(there[0])
    found = changes(values, window, skip, lead)
    assert found.months.tolist() == list(expected)
    assert found.change == pytest.approx(list(expected.values()))
    assert len(expected) < 61 - 2 * window - skip - lead


def test_no_steps_are_planted_unless_they_are_asked_for() -> None:
    every = changes(wandering(140), 6)
    plain, sown = (rank(every, np.array([70]), **asked)[70] for asked in ({}, {"plant": True}))
    assert (plain.fall, plain.rise) == (math.inf, math.inf)
    assert sown.fall < math.inf and sown.rise < math.inf
