from __future__ import annotations

from datetime import date
from itertools import combinations, pairwise
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from dashboard.analysis.breaks import break_dates
from dashboard.analysis.breaks_search import best_breaks, largest_f, persistent, place_quantile, segment_costs
from dashboard.analysis.errors import AnalysisError

PUBLISHED = Path(__file__).parent / "published"


def series(values: NDArray[np.float64] | list[float]) -> pl.DataFrame:
    return pl.DataFrame({"t": range(len(values)), "y": values}, schema={"t": pl.Int64, "y": pl.Float64})


def stairs(*levels: float, length: int = 40, noise: float = 1.0, seed: int = 2) -> NDArray[np.float64]:
    steps = np.repeat(np.array(levels, dtype=np.float64), length)
    return steps + noise * np.random.default_rng(seed).standard_normal(len(steps))


def test_the_nile_breaks_after_1898_as_published() -> None:
    """strucchange: one break, 1898, 95% interval 1895 to 1902 (Zeileis et al. 2003): last years of the old regime."""
    found = break_dates(pl.read_csv(PUBLISHED / "nile.csv"), value="flow", time="year")
    (only,) = found.breaks
    assert only.last_old == 1898
    assert (only.date, only.low, only.high) == (1899, 1896, 1903)
    assert (only.before, only.after) == (pytest.approx(1097.75), pytest.approx(849.97, abs=0.005))
    assert only.f == pytest.approx(75.93, abs=0.005)
    assert only.p_value == 0.001
    assert found.words("The flow of the Nile") == (
        "The flow of the Nile changes its level once: 1899 (95% interval 1896 to 1903, p = 0.001). "
        "A date is the first of the new level. Dates say when, not why."
    )


def test_the_distribution_of_a_place_has_the_published_quantiles() -> None:
    """Bai (1997): 7.7 and 11.0 at 90% and 95% when both regimes vary alike."""
    assert [round(place_quantile(share, 1, 1), 1) for share in (0.025, 0.05, 0.95, 0.975)] == [-11.0, -7.7, 7.7, 11.0]
    assert place_quantile(0.5, 2.5, 2.5) == pytest.approx(0, abs=1e-6)
    assert place_quantile(0.975, 1, 4) > 2 * place_quantile(0.975, 1, 1)


def test_the_place_of_the_simulated_argmax_agrees() -> None:
    draw = np.random.default_rng(1)
    step, size, ratio = 0.05, 1200, 2.0
    drift = 0.5 * step * np.arange(1, size + 1)
    left = (draw.standard_normal((1500, size)) * np.sqrt(step)).cumsum(axis=1) - drift
    right = (draw.standard_normal((1500, size)) * np.sqrt(step * ratio)).cumsum(axis=1) - drift
    place = np.where(left.max(axis=1) > right.max(axis=1), -left.argmax(axis=1), right.argmax(axis=1)) * step
    for share in (0.1, 0.5, 0.9):
        assert (place <= place_quantile(share, 1, ratio)).mean() == pytest.approx(share, abs=0.04)


def test_costs_by_hand() -> None:
    cost = segment_costs(np.array([1.0, 3.0, 8.0]))
    assert cost[0, 2] == pytest.approx(2.0)
    assert cost[0, 3] == pytest.approx(26.0)
    assert cost[1, 3] == pytest.approx(12.5)
    assert cost[1, 2] == 0 and np.isinf(cost[2, 2]) and np.isinf(cost[2, 1])


@settings(deadline=None, max_examples=60)
@given(st.integers(0, 10_000), st.integers(8, 16), st.integers(1, 3))
def test_dynamic_programming_finds_what_trying_all_finds(seed: int, size: int, most: int) -> None:
    y = np.random.default_rng(seed).standard_normal(size)
    totals, found = best_breaks(y, most, 2)
    for count in range(1, most + 1):
        tried = {}
        for places in combinations(range(2, size - 1), count):
            edges = [0, *places, size]
            parts = [y[a:b] for a, b in pairwise(edges)]
            if min(len(part) for part in parts) >= 2:
                tried[places] = sum(float(((part - part.mean()) ** 2).sum()) for part in parts)
        best = min(tried, key=lambda one: tried[one])
        assert totals[count] == pytest.approx(tried[best])
        assert tried[tuple(found[count].tolist())] == pytest.approx(tried[best])


def test_many_series_at_once_cost_what_each_costs_alone() -> None:
    stack = np.random.default_rng(3).standard_normal((4, 30))
    together, _ = best_breaks(stack, 2, 4)
    for row in range(4):
        assert together[row] == pytest.approx(best_breaks(stack[row], 2, 4)[0])


def test_two_steps_are_found_with_their_levels() -> None:
    found = break_dates(series(stairs(0, 6, 2)), value="y", time="t")
    assert [one.date for one in found.breaks] == [40, 80]
    assert found.levels == pytest.approx((0, 6, 2), abs=0.4)
    assert [one.change for one in found.breaks] == pytest.approx([6, -4], abs=0.5)
    assert all(one.p_value <= 0.01 and one.low <= one.date <= one.high for one in found.breaks)
    assert len(found.criteria) == 6 and min(found.criteria) == found.criteria[2]
    assert found.frame().columns[:4] == ["date", "last_old", "low", "high"]
    assert break_dates(series(stairs(0, 6, 2)), value="y", time="t", criterion="lwz").frame().height == 2


@settings(deadline=None, max_examples=25)
@given(st.integers(0, 10_000), st.floats(-1e6, 1e6), st.floats(0.01, 100))
def test_level_and_unit_do_not_move_a_break(seed: int, shift: float, scale: float) -> None:
    y = stairs(0, 3, length=25, seed=seed)
    one, other = (break_dates(series(part), value="y", time="t") for part in (y, shift + scale * y))
    assert [b.date for b in other.breaks] == [b.date for b in one.breaks]
    assert [b.p_value for b in other.breaks] == pytest.approx([b.p_value for b in one.breaks], abs=0.002)


def test_the_interval_holds_the_break_as_often_as_it_says() -> None:
    held = 0
    for seed in range(200):
        (one,) = break_dates(series(stairs(0, 1.2, length=50, seed=seed)), value="y", time="t", breaks=1).breaks
        low = -1 if one.low is None else one.low
        high = 100 if one.high is None else one.high
        held += low <= 50 <= high
    assert 0.90 <= held / 200 <= 1


@pytest.mark.slow
@pytest.mark.parametrize("memory", [0.0, 0.5, 0.8])
def test_without_a_break_few_are_found(memory: float) -> None:
    p_values = []
    for y in persistent(120, memory, 300, seed=9):
        (one,) = break_dates(series(y), value="y", time="t", breaks=1, max_breaks=1).breaks
        p_values.append(one.p_value)
    assert np.mean(np.array(p_values) <= 0.05) <= 0.09


def test_a_wandering_series_is_no_sure_sign_of_a_break() -> None:
    walk = np.random.default_rng(12).standard_normal(160).cumsum()
    found = break_dates(series(walk), value="y", time="t", breaks=1)
    assert found.breaks[0].memory > 0.9
    assert found.breaks[0].p_value > break_dates(series(stairs(0, 6)), value="y", time="t", breaks=1).breaks[0].p_value


def test_persistent_series_have_the_memory_and_spread_they_should() -> None:
    made = persistent(50, 0.6, 4000)
    assert made.std(axis=0)[[0, 25, 49]] == pytest.approx([1.25] * 3, abs=0.06)
    assert np.corrcoef(made[:, 20], made[:, 21])[0, 1] == pytest.approx(0.6, abs=0.04)


def test_the_largest_f_by_hand() -> None:
    """0 2 0 6: SSR₀ 24; the best break stands after the third, SSR₁ 8/3; F = (24 − 8/3) / (8/3 / 2)."""
    assert largest_f(np.array([0.0, 2.0, 0.0, 6.0]), 1) == pytest.approx((24 - 8 / 3) / (8 / 3 / 2))


def test_dates_gaps_and_no_break() -> None:
    months = pl.date_range(date(2018, 1, 1), date(2021, 12, 1), "1mo", eager=True)
    frame = pl.DataFrame({"period": months, "y": stairs(0, 8, length=24)}).with_columns(
        pl.when(pl.col("period") == date(2019, 5, 1)).then(None).otherwise(pl.col("y")).alias("y")
    )
    found = break_dates(frame.reverse(), value="y", time="period")
    assert (found.breaks[0].date, found.breaks[0].last_old, found.observations) == (
        date(2020, 1, 1),
        date(2019, 12, 1),
        47,
    )
    assert "Jan 2020" in found.words()
    none = break_dates(series(stairs(1, 1)), value="y", time="t")
    assert none.breaks == () and "no break in its level" in none.words()


@pytest.mark.parametrize(
    ("frame", "asked", "sentence"),
    [
        (series([1.0] * 30), {}, "never changes"),
        (series([]), {}, "never changes"),
        (series([1.0, 2.0, 1.0]), {}, "no room for 1 break"),
        (series(stairs(0, 1)), {"breaks": 7}, "no room for 7 breaks"),
        (series(stairs(0, 1)), {"criterion": "aic"}, "bic or lwz, not aic"),
        (series([1.0, np.inf] * 20), {}, "infinite"),
        (pl.concat([series([1.0, 2.0])] * 10), {}, "holds 0 twice"),
        (series(np.arange(1001.0)), {}, "1,001 observations"),
        (pl.DataFrame({"t": [1]}), {}, "lack the column y"),
    ],
)
def test_refusals(frame: pl.DataFrame, asked: dict[str, object], sentence: str) -> None:
    with pytest.raises(AnalysisError, match=sentence):
        break_dates(frame, value="y", time="t", **asked)  # type: ignore[arg-type]
