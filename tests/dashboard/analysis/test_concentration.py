from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.analysis.concentration import hhi
from dashboard.analysis.errors import AnalysisError


@pytest.mark.parametrize(
    ("values", "index", "points", "normalised", "equivalent"),
    [
        ([30, 30, 20, 20], 0.26, 2600.0, 0.013333, 3.846154),
        ([60, 30, 10], 0.46, 4600.0, 0.19, 2.173913),
        ([40, 30, 20, 10], 0.3, 3000.0, 0.066667, 3.333333),
        ([25, 25, 25, 25], 0.25, 2500.0, 0.0, 4.0),
    ],
)
def test_published_examples_on_three_scales(
    values: list[float], index: float, points: float, normalised: float, equivalent: float
) -> None:
    result = hhi(values)
    assert result.hhi == pytest.approx(index)
    assert result.points == pytest.approx(points)
    assert result.normalised == pytest.approx(normalised, abs=1e-6)
    assert result.equivalent_partners == pytest.approx(equivalent, abs=1e-6)


def test_possible_partners_change_only_the_normalised_scale() -> None:
    few, many = hhi([50, 50]), hhi(pl.Series([50.0, 50.0]), possible=200)
    assert few.hhi == many.hhi == 0.5
    assert few.normalised == pytest.approx(0.0)
    assert many.normalised == pytest.approx((0.5 - 1 / 200) / (1 - 1 / 200))
    assert hhi([50, 50, 0]).possible == 3
    assert hhi([7.0]).normalised is None
    assert "2,600 of 10,000 points over 4 partners" in hhi([30, 30, 20, 20]).words()


@given(st.lists(st.floats(min_value=0.01, max_value=1e9), min_size=2, max_size=50), st.floats(1e-3, 1e3))
def test_bounds_and_scale(values: list[float], factor: float) -> None:
    result = hhi(values)
    assert 1 / len(values) - 1e-9 <= result.hhi <= 1 + 1e-9
    assert hhi([value * factor for value in values]).hhi == pytest.approx(result.hhi)


@pytest.mark.parametrize(
    ("values", "possible", "why"),
    [
        ([1.0, float("nan")], None, "missing"),
        (pl.Series([1.0, None]), None, "missing"),
        ([1.0, -1.0], None, "below zero"),
        ([0.0, 0.0], None, "no trade"),
        ([], None, "no trade"),
        ([1.0, 1.0], 1, "cannot be only 1"),
    ],
)
def test_refusals(values: list[float], possible: int | None, why: str) -> None:
    with pytest.raises(AnalysisError, match=why):
        hhi(values, possible=possible)


def test_the_largest_partner() -> None:
    found = hhi([10, 60, 30])
    assert found.largest_share == 0.6
    assert "the largest has 60.0%" in found.words()
    assert hhi([1.0, 0.0]).partners == 1
