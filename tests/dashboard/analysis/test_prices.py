"""Deflators at their edges: what is bridged, what is averaged, what a base needs."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from dashboard.analysis.errors import AnalysisError
from dashboard.analysis.frames import month_of, ordinal_of
from dashboard.analysis.prices import bridge, price_factors, real

JAN = date(2020, 1, 1)


def index(*values: float | None, step: int = 1) -> pl.DataFrame:
    first = ordinal_of(JAN)
    rows = [(month_of(first + step * place), value) for place, value in enumerate(values) if value is not None]
    return pl.DataFrame(rows, schema={"period": pl.Date, "value": pl.Float64}, orient="row")


def test_a_gap_is_filled_at_a_constant_rate_and_marked() -> None:
    filled = bridge(index(100.0, None, None, 800.0), "value", 2)
    assert filled["value"].to_list() == pytest.approx([100.0, 200.0, 400.0, 800.0])
    assert filled["_bridged"].to_list() == [False, True, True, False]


@pytest.mark.parametrize(("longest", "months"), [(0, [1, 3, 6]), (1, [1, 2, 3, 6]), (2, [1, 2, 3, 4, 5, 6])])
def test_only_gaps_up_to_the_longest_are_filled(longest: int, months: list[int]) -> None:
    held = bridge(index(100.0, None, 121.0, None, None, 130.0), "value", longest)
    assert held["period"].dt.month().to_list() == months


def test_nothing_is_bridged_in_nothing() -> None:
    empty = bridge(index(), "value", 1)
    assert (empty.height, empty.columns) == (0, ["period", "value", "_bridged"])
    assert bridge(index(1.0), "value", 1)["_bridged"].to_list() == [False]


def factors(prices: pl.DataFrame, base: date | int, frequency: str, **more: object) -> list[tuple[date, float, bool]]:
    made = price_factors(prices, base=base, name="CPI", frequency=frequency, **more)  # type: ignore[arg-type]
    return made.sort("period").rows()


def test_a_factor_is_the_base_over_the_index() -> None:
    assert factors(index(100.0, 125.0), JAN, "M") == [(JAN, 1.0, False), (date(2020, 2, 1), 0.8, False)]


def test_quarters_and_years_take_the_mean_of_their_months_and_only_of_all_of_them() -> None:
    prices = index(*[90.0, 100.0, 110.0, *[200.0] * 3, *[100.0] * 6], 400.0, 400.0)
    quarters = factors(prices, date(2020, 1, 1), "Q")
    assert [(row[0].month, row[1]) for row in quarters] == [(1, 1.0), (4, 0.5), (7, 1.0), (10, 1.0)]
    assert factors(prices, 2020, "A") == [(JAN, 1.0, False)]
    by_quarter = index(100.0, 100.0, 200.0, 200.0, 300.0, step=3).with_columns(frequency=pl.lit("Q"))
    assert [row[1] for row in factors(by_quarter, 2020, "A")] == [1.0]
    assert [row[1] for row in factors(by_quarter, 2020, "Q")] == pytest.approx([1.5, 1.5, 0.75, 0.75, 0.5])


def test_a_mean_is_no_median() -> None:
    """2021: eleven months of 100 and one of 700, a mean of 150."""
    prices = index(*[100.0] * 23, 700.0)
    assert [row[1] for row in factors(prices, 2020, "A")] == pytest.approx([1.0, 1 / 1.5])


def test_a_year_that_holds_a_bridged_month_says_so() -> None:
    prices = index(*[100.0] * 5, None, *[100.0] * 6)
    assert factors(prices, 2020, "A", bridge_months=1) == [(JAN, pytest.approx(1.0), True)]
    with pytest.raises(AnalysisError, match="CPI has no complete figure for the base 2020; choose another base"):
        factors(prices, 2020, "A")


def test_years_are_never_bridged() -> None:
    prices = index(100.0, None, 200.0, step=12).with_columns(frequency=pl.lit("A"))
    assert [row[0].year for row in factors(prices, 2020, "A", bridge_months=1)] == [2020, 2022]


def test_an_index_of_zero_or_of_longer_periods_deflates_nothing() -> None:
    with pytest.raises(AnalysisError, match="not above zero"):
        factors(index(100.0, 0.0), JAN, "M")
    assert len(factors(index(100.0, 1e-9), JAN, "M")) == 2
    yearly = index(100.0, 110.0, step=12).with_columns(frequency=pl.lit("A"))
    with pytest.raises(AnalysisError, match="CPI is given by year and cannot deflate values by month"):
        factors(yearly, 2020, "M")


def test_real_values_keep_their_key_and_say_what_was_an_estimate_before() -> None:
    flows = pl.concat(
        [index(20.0, 20.0, 20.0).rename({"value": "value_usd"}).with_columns(who=pl.lit(word)) for word in ("b", "a")]
    ).with_columns(is_estimate=pl.Series([True, False, False] * 2))
    held = real(flows, index(100.0, None, 400.0), base=JAN, name="CPI", by=["who"], bridge_months=1)
    assert held.select("who", "value_usd", "nominal_usd", "is_estimate").rows() == [
        (who, pytest.approx(value), 20.0, marked)
        for who in ("a", "b")
        for value, marked in ((20.0, True), (10.0, True), (5.0, False))
    ]
    assert held["price_basis"][0] == "Jan 2020 prices, CPI (Feb 2020 filled in)"
    assert "factor" not in held.columns
    yearly = real(index(10.0, step=12).rename({"value": "value_usd"}), index(*[50.0] * 12), base=2020, name="CPI")
    assert yearly["price_basis"][0] == "2020 prices, CPI"
