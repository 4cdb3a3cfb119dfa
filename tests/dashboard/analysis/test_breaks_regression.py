"""Breaks in a regression: the published seat-belt case, costs by brute force, the null, and what is refused."""

from __future__ import annotations

from datetime import date
from itertools import pairwise
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from dashboard.analysis.breaks import BreakDates, break_dates
from dashboard.analysis.breaks_regression import largest_f_given, regression_costs, repeats, with_lags
from dashboard.analysis.breaks_search import _place_share, largest_f, place_quantile, segment_costs
from dashboard.analysis.errors import AnalysisError

PUBLISHED = Path(__file__).parent / "published"
Numbers = NDArray[np.float64]


def driver_deaths() -> pl.DataFrame:
    deaths = pl.read_csv(PUBLISHED / "driver_deaths.csv", try_parse_dates=True)
    return with_lags(deaths.with_columns(y=pl.col("drivers").log10()), value="y", time="month", months=[1, 12])


def seat_belts(**given: object) -> BreakDates:
    return break_dates(
        driver_deaths(),
        value="y",
        time="month",
        regressors=["lag_1", "lag_12"],
        min_share=0.1,
        **given,  # type: ignore[arg-type]
    )


def design(size: int, known: int, seed: int) -> Numbers:
    draw = np.random.default_rng(seed)
    return np.column_stack([np.ones(size), draw.standard_normal((size, known - 1))])


def squares(y: Numbers, x: Numbers) -> float:
    return float(((y - x @ np.linalg.lstsq(x, y, rcond=None)[0]) ** 2).sum())


def test_the_seat_belt_case_breaks_where_it_was_published() -> None:
    """Zeileis, Kleiber, Krämer & Hornik (2003): last months of the old regime 1973(10) and 1983(1), h = 0.1."""
    found = seat_belts(breaks=2)
    assert [one.last_old for one in found.breaks] == [date(1973, 10, 1), date(1983, 1, 1)]
    assert [one.date for one in found.breaks] == [date(1973, 11, 1), date(1983, 2, 1)]
    assert (found.observations, found.least_segment) == (180, 18)
    assert found.regressors == ("lag_1", "lag_12")
    lags = [[0.1173, 0.6945], [0.2182, 0.5723], [0.5486, 0.2142]]
    assert [list(one[1:]) for one in found.coefficients] == [pytest.approx(pair, abs=5e-5) for pair in lags]
    assert all(one.p_value < 0.05 and one.low < one.date < one.high for one in found.breaks)
    assert found.words("The number") == (
        "The number changes its relation to lag_1 and lag_12 twice: Nov 1973 (95% interval Oct 1972 to Sep 1974, "
        f"p = {found.breaks[0].p_value:.3f}) and Feb 1983 (95% interval Jan 1982 to Apr 1984, "
        f"p = {found.breaks[1].p_value:.3f}). A date is the first of the new relation. Dates say when, not why."
    )


def test_the_seat_belt_sums_are_those_of_three_separate_regressions() -> None:
    """The criterion counts q + 1 = 4 numbers a regime, as published software does."""
    found = seat_belts()
    rows = driver_deaths().drop_nulls()
    y, x = rows["y"].to_numpy(), rows.select(one=1.0, a="lag_1", b="lag_12").to_numpy()
    edges = [0, *(rows["month"].to_list().index(day) for day in (date(1973, 11, 1), date(1983, 2, 1))), 180]
    apart = sum(squares(y[start:end], x[start:end]) for start, end in pairwise(edges))
    assert found.sums_of_squares[2] == pytest.approx(apart)
    assert found.criteria[2] == pytest.approx(180 * np.log(apart / 180) + 12 * np.log(180))
    least = np.log(apart / 169) + 0.299 * 11 * np.log(180) ** 2.1 / 180
    assert seat_belts(criterion="lwz").criteria[2] == pytest.approx(least)


@settings(deadline=None, max_examples=30)
@given(st.integers(0, 10_000), st.integers(2, 3), st.floats(-1e5, 1e5), st.floats(0.01, 1e4))
def test_a_segment_costs_what_its_own_regression_leaves(seed: int, known: int, shift: float, scale: float) -> None:
    y = scale * np.random.default_rng(seed + 1).standard_normal(18) + shift
    x = design(18, known, seed) * np.array([1.0, *[scale] * (known - 1)]) + np.array([0.0, *[shift] * (known - 1)])
    cost = regression_costs(y, x, 6)
    for start, end in ((0, 18), (0, 6), (4, 13), (12, 18)):
        assert cost[start, end] == pytest.approx(squares(y[start:end], x[start:end]), rel=1e-5, abs=1e-7 * scale**2)
    assert np.isinf(cost[0, 5]) and np.isinf(cost[14, 18])


def test_a_constant_alone_is_the_search_for_levels() -> None:
    y = np.random.default_rng(4).standard_normal((3, 40))
    x = np.ones((40, 1))
    assert regression_costs(y[0], x, 5)[3, 20] == pytest.approx(segment_costs(y[0])[3, 20])
    centred = y - y.mean(axis=1, keepdims=True)
    assert largest_f_given(centred, x, 6) == pytest.approx(largest_f(y, 6))


def test_the_largest_f_is_the_largest_of_all_places() -> None:
    y, x = np.random.default_rng(5).standard_normal(30), design(30, 2, 6)
    whole = squares(y, x)
    parts = [squares(y[:at], x[:at]) + squares(y[at:], x[at:]) for at in range(5, 26)]
    assert largest_f_given(y[None, :], x, 5)[0] == pytest.approx(max((whole - one) / (one / 26) for one in parts))


def test_a_trend_is_stairs_to_levels_and_nothing_to_a_regression() -> None:
    draw = np.random.default_rng(7).standard_normal(120)
    rows = pl.DataFrame({"t": range(120), "trend": [float(t) for t in range(120)], "y": 0.2 * np.arange(120) + draw})
    assert len(break_dates(rows, value="y", time="t").breaks) >= 2
    assert break_dates(rows, value="y", time="t", regressors=["trend"]).breaks == ()
    (one,) = break_dates(rows, value="y", time="t", regressors=["trend"], breaks=1).breaks
    assert one.p_value > 0.05


def test_with_a_trend_no_interval_is_given_and_the_words_say_why() -> None:
    y = np.arange(80.0) + np.repeat([0.0, 9.0], 40) + np.random.default_rng(3).standard_normal(80)
    rows = pl.DataFrame({"t": range(80), "trend": [float(t) for t in range(80)], "y": y})
    found = break_dates(rows, value="y", time="t", regressors=["trend"])
    (one,) = found.breaks
    assert (one.date, one.low, one.high, found.trending) == (40, None, None, ("trend",))
    assert found.words("It") == (
        "It changes its relation to trend once: 40 (p = 0.001). No interval is known with trend, which only rises or "
        "falls. A date is the first of the new relation. Dates say when, not why."
    )


def test_lags_go_by_the_calendar_and_a_gap_gives_a_gap() -> None:
    months = [date(2020, 11, 1), date(2020, 12, 1), date(2021, 2, 1), date(2021, 11, 1)]
    rows = pl.DataFrame({"month": months, "y": [1.0, 2.0, 4.0, 11.0]})
    made = with_lags(rows, value="y", time="month", months=[1, 12])
    assert made["lag_1"].to_list() == [None, 1.0, None, None]
    assert made["lag_12"].to_list() == [None, None, None, 1.0]
    with pytest.raises(AnalysisError, match="one month or more"):
        with_lags(rows, value="y", time="month", months=[0])
    with pytest.raises(AnalysisError, match="stands twice"):
        with_lags(pl.concat([rows, rows]), value="y", time="month", months=[1])


def test_a_planted_change_of_slope_is_found_with_both_slopes() -> None:
    draw = np.random.default_rng(8)
    x = draw.standard_normal(150)
    y = np.where(np.arange(150) < 90, 1 + 2 * x, 1 - x) + 0.5 * draw.standard_normal(150)
    found = break_dates(pl.DataFrame({"t": range(150), "x": x, "y": y}), value="y", time="t", regressors=["x"])
    (one,) = found.breaks
    assert (one.date, one.p_value) == (90, 0.001)
    assert one.low <= 90 <= one.high
    assert [pair[1] for pair in found.coefficients] == pytest.approx([2, -1], abs=0.15)


def test_false_alarms_stay_near_five_in_a_hundred_with_lags() -> None:
    alarms = 0
    for seed in range(120):
        draw = np.random.default_rng(seed).standard_normal(121)
        for step in range(1, 121):
            draw[step] += 0.5 * draw[step - 1]
        rows = pl.DataFrame({"t": range(120), "y": draw[1:], "lag": draw[:-1]})
        (one,) = break_dates(rows, value="y", time="t", regressors=["lag"], breaks=1, max_breaks=1).breaks
        alarms += one.p_value <= 0.05
    assert 1 <= alarms <= 13


@settings(deadline=None, max_examples=60)
@given(st.floats(-15, 15), st.floats(0.3, 3), st.floats(0.3, 3))
def test_time_read_backwards_mirrors_the_place_of_a_break(x: float, ratio: float, drift: float) -> None:
    """Swap the sides and measure time in the other side's unit, ratio / drift²: the share below becomes that above."""
    backwards = _place_share(-x * drift**2 / ratio, 1 / ratio, 1 / drift)
    assert _place_share(x, ratio, drift) == pytest.approx(1 - backwards, abs=1e-6)


def test_the_simulated_place_agrees_with_unequal_drifts() -> None:
    draw = np.random.default_rng(1)
    step, size, ratio, drift = 0.05, 1200, 1.5, 2.0
    slope = 0.5 * step * np.arange(1, size + 1)
    left = (draw.standard_normal((1500, size)) * np.sqrt(step)).cumsum(axis=1) - slope
    right = (draw.standard_normal((1500, size)) * np.sqrt(step * ratio)).cumsum(axis=1) - drift * slope
    place = np.where(left.max(axis=1) > right.max(axis=1), -left.argmax(axis=1), right.argmax(axis=1)) * step
    for share in (0.1, 0.5, 0.9):
        assert (place <= place_quantile(share, 1, ratio, drift)).mean() == pytest.approx(share, abs=0.04)


def test_what_cannot_be_told_is_refused_in_a_sentence() -> None:
    rows = driver_deaths().with_columns(
        twice=2 * pl.col("lag_1") + 1,
        law=(pl.col("month") >= date(1983, 2, 1)).cast(pl.Float64),
        endless=pl.lit(float("inf")),
    )
    asked = {"value": "y", "time": "month", "breaks": 2}
    with pytest.raises(AnalysisError, match="a regressor of lag_1 and twice is constant or repeats the others"):
        break_dates(rows, regressors=["lag_1", "twice"], **asked)  # type: ignore[arg-type]
    with pytest.raises(AnalysisError, match=r"From Jan 1969 to .* a regressor of law is constant"):
        break_dates(rows, regressors=["law"], **asked)  # type: ignore[arg-type]
    with pytest.raises(AnalysisError, match="infinite"):
        break_dates(rows, regressors=["endless"], **asked)  # type: ignore[arg-type]
    with pytest.raises(AnalysisError, match="told by itself"):
        break_dates(rows, regressors=["y"], **asked)  # type: ignore[arg-type]
    with pytest.raises(AnalysisError, match="twice by the same"):
        break_dates(rows, regressors=["lag_1", "lag_1"], **asked)  # type: ignore[arg-type]
    with pytest.raises(AnalysisError, match="give a trend as a column"):
        break_dates(rows, regressors=["month"], **asked)  # type: ignore[arg-type]
    with pytest.raises(AnalysisError, match="lack the column lag_2"):
        break_dates(rows, regressors=["lag_2"], **asked)  # type: ignore[arg-type]
    with pytest.raises(AnalysisError, match="12 observations; with 4 or more on either side there is no room"):
        break_dates(rows.tail(12), regressors=["lag_1", "lag_12"], value="y", time="month", breaks=3)


def test_repeats_by_hand() -> None:
    ramp = np.arange(5.0)
    assert repeats(np.column_stack([np.ones(5), np.full(5, 3.0)]))
    assert repeats(np.column_stack([np.ones(5), ramp, 1e6 * ramp + 7]))
    assert not repeats(np.column_stack([np.ones(5), ramp, ramp**2]))
