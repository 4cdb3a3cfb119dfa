from __future__ import annotations

from datetime import date

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dashboard.analysis import transforms
from dashboard.analysis.errors import AnalysisError
from dashboard.analysis.frames import frequency_of, month_of, ordinal_of, prepare


def monthly(values: list[float | None], start: date = date(2020, 1, 1)) -> pl.DataFrame:
    """A monthly series; None is a missing month, so it has no row."""
    first = ordinal_of(start)
    rows = [(month_of(first + i), value) for i, value in enumerate(values) if value is not None]
    return pl.DataFrame(rows, schema={"period": pl.Date, "value_usd": pl.Float64}, orient="row")


def annual(values: dict[int, float]) -> pl.DataFrame:
    return pl.DataFrame({"period": [date(year, 1, 1) for year in values], "value_usd": list(values.values())})


amounts = st.floats(min_value=0, max_value=1e9, allow_nan=False)


def test_years_are_sums_and_a_part_of_a_year_says_which_part() -> None:
    frame = transforms.aggregate(monthly([1.0] * 12 + [2.0] * 7), to="A")
    assert frame.select("period", "value_usd", "months", "is_partial", "label").rows() == [
        (date(2020, 1, 1), 12.0, 12, False, "2020"),
        (date(2021, 1, 1), 14.0, 7, True, "Jan–Jul 2021"),
    ]


def test_a_gap_inside_a_year_is_named() -> None:
    frame = transforms.aggregate(monthly([1.0, 1.0, 1.0, None] + [1.0] * 8), to="A")
    assert frame["label"].to_list() == ["Jan–Mar 2020 and May–Dec 2020"]
    assert frame["is_partial"].to_list() == [True]


def test_quarters_keys_and_the_estimate_flag() -> None:
    frame = monthly([1.0, 2.0, 3.0, 4.0]).with_columns(
        partner=pl.lit("RUS"), is_estimate=pl.Series([False, True, False, False])
    )
    out = transforms.aggregate(frame, to="Q", by=["partner"])
    assert out.select("value_usd", "is_estimate", "label").rows() == [(6.0, True, "Q1 2020"), (4.0, False, "Apr 2020")]


@settings(max_examples=30)
@given(st.lists(amounts, min_size=1, max_size=40))
def test_complete_years_equal_the_sum_of_their_months_and_parts_never_become_years(values: list[float]) -> None:
    frame = transforms.aggregate(monthly(list(values)), to="A")
    for index, row in enumerate(frame.iter_rows(named=True)):
        part = values[index * 12 : index * 12 + 12]
        assert row["value_usd"] == pytest.approx(sum(part))
        assert row["is_partial"] == (len(part) < 12)
        assert (row["label"] == str(2020 + index)) == (len(part) == 12)


def test_a_part_of_a_year_is_compared_with_the_same_months() -> None:
    # US goods exports to Russia, USD million: the seven months of 2026 against the seven of 2025, not against 2025.
    frame = monthly([100.0] * 7 + [900.0] * 5 + [110.0] * 7)
    row = transforms.part_year(frame).row(0, named=True)
    assert (row["label"], row["months"], row["value_usd"], row["year_before_usd"]) == ("Jan–Jul 2021", 7, 770.0, 700.0)
    assert row["growth"] == pytest.approx(0.1)


def test_a_part_of_a_year_without_all_its_months_a_year_before_has_no_comparison() -> None:
    row = transforms.part_year(monthly([1.0, None] + [1.0] * 10 + [1.0, 1.0])).row(0, named=True)
    assert row["year_before_usd"] is None
    assert row["growth"] is None
    assert transforms.part_year(monthly([1.0] * 24)).is_empty()


def test_part_year_by_key_takes_each_keys_own_last_year() -> None:
    both = pl.concat(
        [
            monthly([1.0] * 14).with_columns(partner=pl.lit("AAA")),
            monthly([1.0] * 12).with_columns(partner=pl.lit("BBB")),
        ]
    )
    assert transforms.part_year(both, by=["partner"])["partner"].to_list() == ["AAA"]


def test_rolling_sum_is_dated_by_its_last_month() -> None:
    frame = transforms.rolling_sum(monthly([float(i) for i in range(1, 15)]))
    assert frame.rows() == [(date(2020, 12, 1), 78.0), (date(2021, 1, 1), 90.0), (date(2021, 2, 1), 102.0)]


def test_rolling_sum_of_zeros_after_large_values_is_exactly_zero() -> None:
    frame = transforms.rolling_sum(monthly([1e9 / 3] * 12 + [0.0] * 12))
    assert frame["value_usd"][-1] == 0.0


@given(st.integers(min_value=0, max_value=29))
def test_a_gap_month_takes_out_every_window_that_would_hold_it(gap: int) -> None:
    values: list[float | None] = [1.0] * 30
    values[gap] = None
    ends = transforms.rolling_sum(monthly(values))["period"].to_list()
    missing = ordinal_of(date(2020, 1, 1)) + gap
    assert all(not missing <= ordinal_of(end) <= missing + 11 for end in ends)
    assert len(ends) == sum(1 for end in range(11, 30) if not gap <= end <= gap + 11)


def test_rolling_sum_never_mixes_keys() -> None:
    both = pl.concat([monthly([1.0] * 12).with_columns(partner=pl.lit(key)) for key in ("AAA", "BBB")])
    out = transforms.rolling_sum(both, by=["partner"])
    assert out.select("partner", "value_usd").rows() == [("AAA", 12.0), ("BBB", 12.0)]


def test_rolling_sum_with_one_estimated_month_is_an_estimate() -> None:
    frame = monthly([1.0] * 13).with_columns(is_estimate=pl.Series([True] + [False] * 12))
    assert transforms.rolling_sum(frame)["is_estimate"].to_list() == [True, False]


def test_index_to_a_month_and_to_a_year() -> None:
    frame = monthly([10.0] * 12 + [20.0] * 12)
    assert transforms.index_to(frame, base=date(2020, 3, 1))["index"].to_list() == [100.0] * 12 + [200.0] * 12
    assert transforms.index_to(frame, base=2021)["index"][0] == 50.0


@settings(max_examples=30)
@given(st.lists(st.floats(min_value=0.01, max_value=1e9), min_size=12, max_size=12), st.integers(0, 11))
def test_index_at_its_base_is_100(values: list[float], at: int) -> None:
    frame = transforms.index_to(monthly(list(values)), base=date(2020, at + 1, 1))
    assert frame["index"][at] == pytest.approx(100)
    assert transforms.index_to(monthly(list(values)), base=2020)["index"].mean() == pytest.approx(100)


@pytest.mark.parametrize(
    ("values", "base", "why"),
    [
        ([1.0, 2.0], date(2019, 1, 1), "Jan 2019 is missing"),
        ([0.0, 2.0], date(2020, 1, 1), "not above zero"),
        ([1.0] * 7, 2020, "2020 is missing or incomplete"),
        ([], 2020, "missing"),
    ],
)
def test_index_refuses_a_base_that_is_not_there(values: list[float | None], base: date | int, why: str) -> None:
    with pytest.raises(AnalysisError, match=why):
        transforms.index_to(monthly(values), base=base, frequency="M")


def test_index_names_the_key_without_a_base_or_leaves_it_out() -> None:
    both = pl.concat(
        [
            monthly([1.0, 2.0]).with_columns(partner=pl.lit("AAA")),
            monthly([None, 2.0]).with_columns(partner=pl.lit("BBB")),
        ]
    )
    with pytest.raises(AnalysisError, match="for BBB"):
        transforms.index_to(both, base=date(2020, 1, 1), frequency="M", by=["partner"])
    kept = transforms.index_to(both, base=date(2020, 1, 1), frequency="M", by=["partner"], skip_missing=True)
    assert kept["partner"].unique().to_list() == ["AAA"]


def test_an_incomplete_year_is_neither_indexed_nor_grown() -> None:
    years = transforms.aggregate(monthly([1.0] * 24 + [1.0] * 7), to="A")
    assert transforms.index_to(years, base=2020)["period"].to_list() == [date(2020, 1, 1), date(2021, 1, 1)]
    assert transforms.growth(years)["period"].to_list() == [date(2021, 1, 1)]


def test_growth_compares_the_same_month_by_the_calendar_with_the_level_beside_it() -> None:
    frame = transforms.growth(monthly([10.0, None, 0.0] + [5.0] * 9 + [15.0, 15.0, 15.0, 5.0]))
    assert frame.rows() == [(date(2021, 1, 1), 15.0, 10.0, 0.5), (date(2021, 4, 1), 5.0, 5.0, 0.0)]


def test_growth_of_quarters_goes_back_four() -> None:
    quarters = transforms.aggregate(monthly([1.0] * 12 + [2.0] * 12), to="Q")
    assert transforms.growth(quarters)["growth"].to_list() == [1.0] * 4


def test_real_values_by_hand() -> None:
    prices = monthly([100.0, 110.0, None, 125.0]).rename({"value_usd": "value"})
    frame = transforms.real(monthly([10.0, 11.0, 12.0, 12.5]), prices, base=date(2020, 1, 1), name="US CPI-U")
    assert frame["value_usd"].to_list() == pytest.approx([10.0, 10.0, 10.0])
    assert frame["nominal_usd"].to_list() == [10.0, 11.0, 12.5]  # March has no deflator and is a gap
    assert frame["price_basis"][0] == "Jan 2020 prices, US CPI-U"


def test_real_years_use_the_mean_of_a_complete_year_of_the_deflator() -> None:
    prices = monthly([100.0] * 12 + [200.0] * 12 + [300.0] * 7).rename({"value_usd": "value"})
    frame = transforms.real(annual({2020: 10.0, 2021: 10.0, 2022: 10.0}), prices, base=2020, name="CPI")
    assert frame.select("period", "value_usd").rows() == [(date(2020, 1, 1), 10.0), (date(2021, 1, 1), 5.0)]


def test_a_single_unpublished_price_is_filled_only_when_asked_and_marked() -> None:
    # The US consumer price index of October 2025 was never published.
    prices = monthly([100.0, None, 121.0, None, None, 130.0]).rename({"value_usd": "value"})
    flows = monthly([10.0] * 6)
    plain = transforms.real(flows, prices, base=date(2020, 1, 1), name="US CPI-U")
    assert plain["period"].dt.month().to_list() == [1, 3, 6]
    assert "is_estimate" not in plain.columns
    filled = transforms.real(flows, prices, base=date(2020, 1, 1), name="US CPI-U", bridge_months=1)
    assert filled["period"].dt.month().to_list() == [1, 2, 3, 6]
    assert filled["value_usd"][1] == pytest.approx(10 / 1.1)
    assert filled["is_estimate"].to_list() == [False, True, False, False]
    assert filled["price_basis"][0] == "Jan 2020 prices, US CPI-U (Feb 2020 filled in)"


def test_a_year_with_a_filled_price_is_an_estimate() -> None:
    prices = monthly([100.0] * 12 + [200.0] * 5 + [None] + [200.0] * 6).rename({"value_usd": "value"})
    years = annual({2020: 10.0, 2021: 10.0})
    assert transforms.real(years, prices, base=2020, name="CPI").height == 1
    filled = transforms.real(years, prices, base=2020, name="CPI", bridge_months=1)
    assert filled["value_usd"].to_list() == pytest.approx([10.0, 5.0])
    assert filled["is_estimate"].to_list() == [False, True]


@pytest.mark.parametrize(
    ("prices", "base", "why"),
    [
        (monthly([100.0]), date(2020, 2, 1), "no complete figure for the base Feb 2020"),
        (monthly([100.0, 0.0]), date(2020, 1, 1), "not above zero"),
        (annual({2020: 100.0, 2021: 101.0}), 2020, "cannot deflate values by month"),
    ],
)
def test_real_refuses(prices: pl.DataFrame, base: date | int, why: str) -> None:
    named = prices.rename({"value_usd": "value"}).with_columns(frequency=pl.lit("A" if isinstance(base, int) else "M"))
    with pytest.raises(AnalysisError, match=why):
        transforms.real(monthly([1.0, 2.0]), named, base=base, name="CPI")


def test_total_and_balance_are_gaps_where_a_flow_is_missing() -> None:
    # US–Russia, USD million: 2024 exports 528.5, imports 3,007.9, total 3,536.4.
    exports = annual({2023: 606.3, 2024: 528.5, 2025: 582.5})
    imports = annual({2024: 3007.9, 2025: 3776.6}).with_columns(is_estimate=pl.Series([False, True]))
    total = transforms.total(exports, imports)
    assert total["value_usd"].to_list() == pytest.approx([3536.4, 4359.1])
    assert total["is_estimate"].to_list() == [False, True]
    assert transforms.balance(exports, imports)["value_usd"].to_list() == pytest.approx([-2479.4, -3194.1])


def test_frames_are_checked_before_anything_is_computed() -> None:
    good = monthly([1.0, 2.0])
    with pytest.raises(AnalysisError, match="lack the column value_usd"):
        prepare(good.drop("value_usd"))
    with pytest.raises(AnalysisError, match="must be dates"):
        prepare(good.with_columns(pl.col("period").cast(pl.String)))
    with pytest.raises(AnalysisError, match="first days"):
        prepare(good.with_columns(pl.col("period").dt.offset_by("3d")))
    with pytest.raises(AnalysisError, match="more than one row for 2020-01-01"):
        prepare(pl.concat([good, good]))
    nulls = good.with_columns(value_usd=pl.Series([None, float("nan")], dtype=pl.Float64))
    assert prepare(nulls).is_empty()


def test_frequency_is_read_from_the_column_or_the_months() -> None:
    assert frequency_of(monthly([1.0] * 3)) == "M"
    assert frequency_of(annual({2020: 1.0})) == "A"
    assert frequency_of(monthly([1.0]).with_columns(frequency=pl.lit("M"))) == "M"
    assert frequency_of(transforms.aggregate(monthly([1.0] * 12), to="Q")) == "Q"
    with pytest.raises(AnalysisError, match="mix the frequencies"):
        frequency_of(monthly([1.0, 1.0]).with_columns(frequency=pl.Series(["M", "A"])))


def test_growth_on_a_small_value_and_none_on_nothing() -> None:
    assert transforms.growth(annual({2020: 0.5, 2021: 1.0}))["growth"].to_list() == [1.0]
    assert transforms.growth(annual({2020: 0.0, 2021: 1.0})).is_empty()
    assert transforms.index_to(annual({2020: 0.5, 2021: 1.0}), base=2020)["index"].to_list() == [100.0, 200.0]


def test_without_a_base_nothing_is_left_where_that_may_be() -> None:
    kept = transforms.index_to(monthly([1.0, 2.0]), base=date(2019, 1, 1), frequency="M", skip_missing=True)
    assert (kept.height, kept.columns) == (0, ["period", "value_usd", "index"])


def test_a_part_of_a_year_against_nothing_has_no_growth() -> None:
    row = transforms.part_year(monthly([0.0] * 12 + [3.0] * 2)).row(0, named=True)
    assert (row["value_usd"], row["year_before_usd"], row["growth"]) == (6.0, 0.0, None)
    small = transforms.part_year(monthly([0.25] * 12 + [0.5] * 2)).row(0, named=True)
    assert (small["year_before_usd"], small["growth"]) == (0.5, 1.0)
