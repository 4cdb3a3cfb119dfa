"""A series knows what its rows hold: sums, gaps, editions, flags and the last month follow every cut."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.studies.series import edition_words, together
from tests.dashboard.studies import hand

JAN = date(2022, 1, 1)


def test_twelve_months_to_december_are_the_year() -> None:
    series = hand.series(hand.months(JAN, range(1, 25)))
    sums, years = series.summed("S"), series.summed("A")
    assert years.frame["value"].to_list() == [78.0, 222.0]
    december = sums.frame.filter(pl.col("period").dt.month() == 12)
    assert december["value"].to_list() == [78.0, 222.0]
    assert (sums.frame["first_month"][0], sums.frame["last_month"][0]) == (JAN, date(2022, 12, 1))
    assert years.last_month == date(2023, 12, 1)


def test_a_year_that_lacks_a_month_is_a_part_and_no_twelve_month_sum_holds_the_gap() -> None:
    values: list[float | None] = [1.0] * 24
    values[5] = None  # Jun 2022
    series = hand.series(hand.months(JAN, values))
    assert series.summed("A").frame.select("months", "is_partial").rows() == [(11, True), (12, False)]
    assert series.summed("A").whole().frame["period"].to_list() == [date(2023, 1, 1)]
    assert series.summed("S").frame["period"].to_list()[0] == date(2023, 6, 1)
    assert series.gaps() == [(date(2022, 6, 1), date(2022, 6, 1))]


def test_quarters() -> None:
    quarters = hand.series(hand.months(JAN, [1, 2, 3, 4])).summed("Q")
    assert quarters.frame.select("value", "months", "is_partial").rows() == [(6.0, 3, False), (4.0, 1, True)]


def test_widths_of_rounding_add_up_and_editions_are_told() -> None:
    editions = {date(2022, 3, 1): ["census-2026-09"], date(2022, 4, 1): ["census-2026-09"]}
    series = hand.series(hand.months(JAN, [1.0] * 12), rounding=100.0, releases=editions)
    year = series.summed("A")
    assert year.frame["rounding"].item() == 1_200.0
    assert year.frame["releases"].item().to_list() == ["census-2025-10", "census-2026-09"]
    assert year.mixes_editions
    assert not series.mixes_editions
    assert year.table()["release"].item() == "months from two editions: census-2025-10, census-2026-09"
    assert edition_words(["a"]) == "a"


def test_a_flag_marks_every_sum_that_holds_it() -> None:
    series = hand.series(hand.months(JAN, [1.0] * 24), flags={date(2022, 12, 1): "implausible"})
    flagged = series.summed("S").flagged["period"].to_list()
    assert flagged == [date(2022, 12, 1), *(date(2023, month, 1) for month in range(1, 12))]
    assert series.summed("A").flagged["period"].to_list() == [JAN]
    assert series.trusted().frame.height == 23


def test_dollars_stand_in_columns_of_dollars_only() -> None:
    euros = hand.series({JAN: 5.0}, currency="EUR").table()
    assert euros.select("currency", "value", "value_usd", "value_eur").rows() == [("EUR", 5.0, None, 5.0)]
    dollars = hand.series({JAN: 5.0}).table()
    assert dollars.select("currency", "value", "value_usd").rows() == [("USD", 5.0, 5.0)]
    assert "value_eur" not in dollars.columns


def test_series_of_different_units_are_not_laid_together() -> None:
    with pytest.raises(ValueError, match="different units"):
        together([hand.series({JAN: 1.0}), hand.series({JAN: 1.0}, currency="EUR")])


def test_years_do_not_become_quarters() -> None:
    with pytest.raises(ValueError, match="cannot be summed"):
        hand.series({JAN: 1.0}, frequency="A").summed("Q")


@given(
    st.lists(st.one_of(st.none(), st.floats(0, 1e12)), min_size=13, max_size=40),
    st.integers(0, 39),
    st.integers(0, 39),
)
def test_what_a_series_says_of_itself_follows_every_cut(values: list[float | None], one: int, other: int) -> None:
    held = hand.months(JAN, values)
    if not held:
        return
    series = hand.series(held)
    days = sorted(held)
    start, end = sorted((days[one % len(days)], days[other % len(days)]))
    cut = series.between(start, end)
    assert cut.last_month == end
    assert cut.frame["period"].min() == start
    assert cut.releases == ("census-2025-10",)
    missing = cut.gaps()
    assert all(start < first <= last < end for first, last in missing)
    sums = cut.summed("S")
    for row in sums.frame.iter_rows(named=True):
        window = [held[day] for day in days if row["first_month"] <= day <= row["last_month"]]
        assert len(window) == 12
        assert row["value"] == pytest.approx(sum(window))
