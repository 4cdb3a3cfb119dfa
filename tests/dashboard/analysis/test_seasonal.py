from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from dashboard.analysis.errors import AnalysisError
from dashboard.analysis.loess import loess
from dashboard.analysis.seasonal import _far_off, has_season, stl

PUBLISHED = Path(__file__).parent / "published"


def made(years: int = 12, seed: int = 1, noise: float = 0.0) -> NDArray[np.float64]:
    t = np.arange(12 * years)
    season = np.tile([0.3, 0.1, -0.2, 0.0, 0.05, -0.25, -0.1, 0.2, 0.15, -0.05, -0.3, 0.1], years)
    return 5 + 0.01 * t + season + noise * np.random.default_rng(seed).standard_normal(len(t))


def test_temperatures_at_nottingham_are_split_as_published() -> None:
    """Trend, season and remainder that R's stl(nottem, "periodic") gives, at five months."""
    found = stl(pl.read_csv(PUBLISHED / "nottingham.csv")["fahrenheit"].to_numpy())
    expected = {
        0: (-9.3471980274764, 49.6806726485632, 0.26652537891318),
        1: (-9.85524962154722, 49.5455208170358, 1.10972880451138),
        5: (8.98330317782293, 49.2102708838261, 0.306425938350991),
        100: (3.50135692407141, 48.8395050191865, -1.44086194325789),
        239: (-9.47814227829695, 49.0050970823857, -1.72695480408874),
    }
    for month, (season, trend, remainder) in expected.items():
        assert found.season[month] == pytest.approx(season, abs=1e-8)
        assert found.trend[month] == pytest.approx(trend, abs=1e-8)
        assert found.remainder[month] == pytest.approx(remainder, abs=1e-8)


def test_the_choice_is_printed() -> None:
    assert stl(made()).choice == "STL, one season for all years, trend over 19 months, not robust"
    assert stl(made(), seasonal_window=13, robust=True).choice == (
        "STL, each calendar month smoothed over 13 years, trend over 21 months, robust"
    )


def test_a_line_stays_a_line_under_loess() -> None:
    line = 3 - 0.5 * np.arange(40.0)
    assert loess(line, 13, 1) == pytest.approx(line)
    assert loess(line, 13, 1, first=-1, last=40)[[0, -1]] == pytest.approx([3.5, -17.0])
    assert loess(np.full(9, 2.0), 31, 0) == pytest.approx(np.full(9, 2.0))


def test_loess_by_hand() -> None:
    """At position 1 of four, window 3: neighbours 0, 1, 2 with weights tricube(1), 1, tricube(1) = 0, 1, 0."""
    assert loess(np.array([1.0, 5.0, 2.0, 8.0]), 3, 0)[1] == pytest.approx(5.0)
    """Window 4: neighbours 0 … 3 at distances 1, 0, 1, 2; weights (1 − 1/8)³ = 0.669921875, 1, 0.669921875, 0."""
    w = 0.669921875
    assert loess(np.array([1.0, 5.0, 2.0, 8.0]), 4, 0)[1] == pytest.approx((w * 1 + 5 + w * 2) / (1 + 2 * w))


def test_weights_of_zero_leave_a_figure_out() -> None:
    values = np.array([1.0, 2.0, 900.0, 4.0, 5.0, 6.0, 7.0])
    weights = np.array([1.0, 1.0, 0.0, 1.0, 1.0, 1.0, 1.0])
    assert loess(values, 5, 1, weights=weights) == pytest.approx(np.arange(1.0, 8.0))


@settings(deadline=None, max_examples=40)
@given(
    st.integers(0, 10_000),
    st.integers(3, 12),
    st.floats(-3, 3),
    st.floats(0.1, 10),
    st.sampled_from(["periodic", 7, 13]),
)
def test_shift_and_scale_pass_through(seed: int, years: int, shift: float, scale: float, window: int | str) -> None:
    series = made(years, seed, 0.2)
    one = stl(series, seasonal_window=window)  # type: ignore[arg-type]
    other = stl(shift + scale * series, seasonal_window=window)  # type: ignore[arg-type]
    assert other.season == pytest.approx(scale * one.season, abs=1e-8)
    assert other.trend == pytest.approx(shift + scale * one.trend, abs=1e-8)


@settings(deadline=None, max_examples=40)
@given(st.integers(0, 10_000), st.booleans())
def test_the_three_parts_add_up_and_gaps_stay_gaps(seed: int, robust: bool) -> None:
    series = made(9, seed, 0.2)
    gone = np.random.default_rng(seed).random(len(series)) < 0.1
    series[gone] = np.nan
    found = stl(series, robust=robust, outer=3)
    assert np.isnan(found.trend[gone]).all() and np.isnan(found.remainder[gone]).all()
    assert np.isfinite(found.season).all()
    assert (found.trend + found.season + found.remainder)[~gone] == pytest.approx(series[~gone])


def test_a_known_season_is_found_also_with_gaps_and_an_outlier() -> None:
    series = made(15, noise=0.02)
    truth = made(15)[:12] - (5 + 0.01 * np.arange(12))
    series[[17, 18, 19, 60, 121]] = np.nan
    series[90] += 4
    found = stl(series, robust=True)
    assert found.season[:12] == pytest.approx(truth - truth.mean(), abs=0.02)
    assert found.remainder[90] == pytest.approx(4, abs=0.1)
    assert abs(stl(series).season[6] - found.season[6]) > 0.1


def test_series_in_a_stack_are_adjusted_as_if_alone() -> None:
    stack = np.stack([made(10, seed, 0.1) for seed in range(4)])
    stack[2, 30:34] = np.nan
    together = stl(stack, seasonal_window=13, robust=True)
    for row in range(4):
        alone = stl(stack[row], seasonal_window=13, robust=True)
        assert together.season[row] == pytest.approx(alone.season, abs=1e-12)


def test_refusals() -> None:
    with pytest.raises(AnalysisError, match="fewer than two figures"):
        stl(made(2)[:-1])
    with pytest.raises(AnalysisError, match="odd number of years from 7 on, not 12"):
        stl(made(), seasonal_window=12)
    with pytest.raises(AnalysisError, match="not 5"):
        stl(made(), seasonal_window=5)
    assert has_season(np.stack([made(2), np.full(24, np.nan)])).tolist() == [True, False]


def test_far_off_figures_weigh_less_and_nothing_from_six_times_the_middle_on() -> None:
    """The middle size is 1, so the reach is 6: (1 − (3/6)²)² at 3; gaps weigh nothing and move no middle."""
    remainder = np.array([[1.0, -1.0, 1.0, 3.0, -5.9, 6.0, 0.005, 900.0]])
    present = np.array([[True] * 7 + [False]])
    weight = _far_off(remainder, present)[0]
    assert weight[0] == pytest.approx((1 - (1 / 6) ** 2) ** 2)
    assert weight[3] == pytest.approx(0.75**2)
    assert weight[4] == pytest.approx((1 - (5.9 / 6) ** 2) ** 2)
    assert weight[[5, 6, 7]].tolist() == [0.0, 1.0, 0.0]


def test_two_figures_of_every_month_are_a_season_and_each_series_needs_its_own() -> None:
    two = made(2)
    assert has_season(two).tolist() == [True]
    assert has_season(two[:-1]).tolist() == [False]
    with pytest.raises(AnalysisError, match="fewer than two figures"):
        stl(np.stack([made(3), np.where(np.arange(36) < 12, np.nan, made(3))])[:, :30])
    assert has_season(np.arange(8.0), 4).tolist() == [True]


def test_windows() -> None:
    series = made(12, noise=0.1)
    assert "over 7 years" in stl(series, seasonal_window=7).choice
    assert stl(series, trend_window=25).choice.endswith("trend over 25 months, not robust")
    for window in (6, 8):
        with pytest.raises(AnalysisError, match=f"from 7 on, not {window}"):
            stl(series, seasonal_window=window)


def test_a_season_that_moves_is_followed_by_lines_more_closely_than_by_levels() -> None:
    years = np.repeat(np.arange(14.0), 12)
    series = np.tile(np.sin(np.arange(12) * np.pi / 6), 14) * (1 + 0.2 * years)
    truth = series - series.reshape(14, 12).mean(axis=1).repeat(12)
    level, line = (
        np.abs(stl(series, seasonal_window=7, seasonal_degree=degree).season - truth).max() for degree in (0, 1)
    )
    assert line < 0.05 < level


def test_quarters_have_a_season_of_four() -> None:
    series = 10 + 0.1 * np.arange(40.0) + np.tile([1.0, -1.0, 0.5, -0.5], 10)
    found = stl(series, period=4)
    assert found.season[:8] == pytest.approx([1.0, -1.0, 0.5, -0.5] * 2, abs=0.02)
    assert found.choice == "STL, one season for all years, trend over 7 months, not robust"


def test_loess_takes_the_mean_where_nothing_is_near() -> None:
    values, weights = np.array([4.0, 8.0, *[99.0] * 8]), np.array([1.0, 1.0, *[0.0] * 8])
    smooth = loess(values, 3, 0, weights=weights)
    assert smooth[9] == pytest.approx(6.0)
    assert smooth[0] == pytest.approx((4 + 8 * (1 - 1 / 8) ** 3) / (1 + (1 - 1 / 8) ** 3))


def test_loess_draws_straight_lines_between_every_tenth_of_a_window() -> None:
    values = np.sin(np.arange(60.0) / 5)
    smooth = loess(values, 21, 1)
    at = np.arange(0, 60, 3)
    for place in range(1, 57):
        low = place - place % 3
        expected = smooth[low] + (smooth[low + 3] - smooth[low]) * (place % 3) / 3
        assert smooth[place] == pytest.approx(expected), at
    assert loess(values, 9, 1)[1] != pytest.approx((loess(values, 9, 1)[0] + loess(values, 9, 1)[2]) / 2)


def test_a_window_wider_than_the_series_reaches_beyond_it() -> None:
    """Five figures, window 9: the reach of the middle is 2 + (9 − 5) // 2 = 4."""
    values = np.array([0.0, 0.0, 0.0, 0.0, 1.0])
    tricube = [(1 - (d / 4) ** 3) ** 3 for d in (2, 1, 0, 1, 2)]
    assert loess(values, 9, 0)[2] == pytest.approx(tricube[4] / sum(tricube))


def test_loess_of_one_figure_is_that_figure() -> None:
    assert loess(np.array([3.0]), 3, 0).tolist() == [3.0]


def test_a_series_may_end_within_a_year() -> None:
    whole = made(12)
    for size in (143, 137, 133):
        found = stl(whole[:size])
        assert found.season == pytest.approx(stl(whole).season[:size], abs=0.01)


def test_the_window_of_a_trend_is_the_next_odd_number() -> None:
    """1.5 · 12 / (1 − 1.5 / 9) is 21.6, so 22 months, and 23 to be odd."""
    assert "trend over 23 months" in stl(made(), seasonal_window=9).choice
    assert "trend over 21 months" in stl(made(), seasonal_window=11).choice


@pytest.mark.parametrize(
    ("ratio", "weight"),
    [(0.0009, 1.0), (0.0011, (1 - 0.0011**2) ** 2), (0.998, (1 - 0.998**2) ** 2), (0.9991, 0.0), (1.1, 0.0)],
)
def test_within_a_thousandth_of_either_end_weights_are_whole_or_none(ratio: float, weight: float) -> None:
    remainder = np.array([[1.0, -1.0, 1.0, -1.0, 1.0, 6 * ratio, -6 * ratio]])
    assert _far_off(remainder, np.ones((1, 7), bool))[0, 5:].tolist() == pytest.approx([weight] * 2, rel=1e-9)


def test_a_series_without_remainder_weighs_whole() -> None:
    assert _far_off(np.zeros((1, 4)), np.ones((1, 4), bool)).tolist() == [[1.0] * 4]


def averages(values: list[float], width: int) -> list[float]:
    return [sum(values[at : at + width]) / width for at in range(len(values) - width + 1)]


def split(
    values: NDArray[np.float64], period: int, window: int, degree: int, span: int, rounds: int, inner: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Trend and season by the steps of the paper, one after the other; gaps weigh nothing."""
    size, there = len(values), np.isfinite(values)
    given = np.where(there, values, 0.0)
    trend, weights = np.zeros(size), there.astype(float)
    for _ in range(rounds):
        for _ in range(inner):
            long: dict[int, float] = {}
            for month in range(period):
                places = list(range(month, size, period))
                cycle = loess(
                    (given - trend)[places], window, degree, weights=weights[places], first=-1, last=len(places)
                )
                for step, smooth in enumerate(cycle):
                    long[month + (step - 1) * period] = float(smooth)
                long.setdefault(month + len(places) * period + period, float(cycle[-1]))
            line = [long[at] for at in range(-period, size + period)]
            slow = loess(np.array(averages(averages(averages(line, period), period), 3)), period + 1 - period % 2, 1)
            season = np.array(line[period : period + size]) - slow
            trend = loess(given - season, span, 1, weights=weights)
        off = np.abs(given - trend - season)
        reach = 6 * float(np.median(off[there]))
        weights = np.where(there & (off <= 0.999 * reach), (1 - (off / reach) ** 2) ** 2, 0.0)
        weights = np.where(there & (off <= 0.001 * reach), 1.0, weights)
    return trend, season


@pytest.mark.parametrize(("size", "gaps", "period"), [(108, (), 12), (101, (7, 40, 41), 12), (50, (3,), 4)])
@pytest.mark.parametrize(("window", "degree", "robust", "outer"), [(7, 0, False, 15), (9, 1, True, 3), (7, 0, True, 1)])
def test_a_series_is_split_step_by_step(
    size: int, gaps: tuple[int, ...], period: int, window: int, degree: int, robust: bool, outer: int
) -> None:
    draw = np.random.default_rng(size)
    values = np.sin(np.arange(size) * 2 * np.pi / period) + 0.01 * np.arange(size) + 0.3 * draw.standard_normal(size)
    values[[5, size - 9]] += 4
    values[list(gaps)] = np.nan
    found = stl(values, period=period, seasonal_window=window, seasonal_degree=degree, robust=robust, outer=outer)
    span = int(found.choice.split("trend over ")[1].split(" ")[0])
    trend, season = split(values, period, window, degree, span, outer + 1 if robust else 1, 1 if robust else 2)
    there = np.isfinite(values)
    assert found.season == pytest.approx(season, abs=1e-9)
    assert found.trend[there] == pytest.approx(trend[there], abs=1e-9)
    assert found.remainder[there] == pytest.approx((values - trend - season)[there], abs=1e-9)
    if robust:
        assert np.abs(stl(values, period=period, seasonal_window=window, robust=False).season - season).max() > 0.01


def test_one_season_for_all_years_is_the_mean_of_what_moved() -> None:
    """With a window without end every year has the same season already, but for the slow part that is taken off."""
    values = made(9, 4, 0.3)
    periodic = stl(values)
    span = int(periodic.choice.split("trend over ")[1].split(" ")[0])
    trend, season = split(values, 12, 10 * 108 + 1, 0, span, 1, 2)
    means = season.reshape(9, 12).mean(axis=0)
    assert periodic.season == pytest.approx(np.tile(means, 9), abs=1e-9)
    assert periodic.trend == pytest.approx(trend, abs=1e-9)
