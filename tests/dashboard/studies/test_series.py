"""A series knows what its rows hold: sums, gaps, editions, flags and the last month follow every cut."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.studies.series import Prices, edition_words, together
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


def test_a_sum_says_what_its_months_say() -> None:
    """Flags are told once and in order; the newest edition dates it; one estimate makes it one."""
    series = hand.series(
        hand.months(JAN, [1.0, 2.0, 4.0]), flags={JAN: "low", date(2022, 2, 1): "high", date(2022, 3, 1): "low"}
    )
    marked = series.with_rows(
        series.frame.with_columns(
            is_estimate=pl.Series([False, True, False]),
            known_from=pl.Series([date(2023, 1, 1), date(2025, 1, 1), date(2024, 1, 1)]),
            basis=pl.Series(["a", "b", "a"]),
            basis_title=pl.Series(["A", "B", "A"]),
            reporter=pl.Series(["USA", "UVI", "PRI"]),
            source=pl.Series(["census", "other", "third"]),
            valuation=pl.Series(["fob", "fas", "fas"]),
        )
    )
    row = marked.summed("Q").frame.row(0, named=True)
    assert (row["flag"], row["is_estimate"], row["known_from"]) == ("high; low", True, date(2025, 1, 1))
    assert (row["basis"], row["basis_title"], row["valuation"]) == ("b", "B", "fob")
    assert (row["reporter"], row["source"]) == ("USA", "census"), "those of the first month"
    assert (row["first_month"], row["last_month"], row["months"]) == (JAN, date(2022, 3, 1), 3)
    assert (row["value"], row["nominal"], row["value_usd"], row["value_eur"]) == (7.0, 21.0, 49.0, None)
    assert hand.series(hand.months(JAN, [1.0])).summed("Q").frame["flag"].to_list() == [None]


def test_twelve_month_sums_say_what_their_months_say() -> None:
    first = hand.series(hand.months(JAN, [1.0] * 14), flags={JAN: "low", date(2022, 3, 1): "high"}, rounding=2.0)
    days = [date(2024, month, 1) for month in range(1, 13)] + [date(2023, 1, 1), date(2023, 2, 1)]
    series = first.with_rows(
        first.frame.with_columns(
            is_estimate=pl.Series([True] + [False] * 13),
            known_from=pl.Series(days),
            releases=pl.Series([["b"]] + [["a"]] * 13),
        )
    )
    sums = series.summed("S").frame
    assert sums["flag"].to_list() == ["high", "high", "high"], "the newest that is flagged"
    assert sums["is_estimate"].to_list() == [True, False, False]
    assert sums["known_from"].to_list() == [date(2024, 12, 1)] * 3
    assert [one.to_list() for one in sums["releases"]] == [["a", "b"], ["a"], ["a"]]
    assert (sums["rounding"].to_list(), sums["months"].to_list()) == ([24.0] * 3, [12] * 3)
    assert sums["first_month"].to_list() == [JAN, date(2022, 2, 1), date(2022, 3, 1)]


def test_sums_never_reach_over_two_lines_and_need_euros_in_every_month() -> None:
    one, other = (
        hand.series(hand.months(JAN, [value] * 12), partner=code) for value, code in ((1.0, "BBB"), (2.0, "AAA"))
    )
    both = together([one, other])
    assert both.summed("S").frame.select("partner", "value").rows() == [("AAA", 24.0), ("BBB", 12.0)]
    assert both.summed("A").frame.select("partner", "value").rows() == [("AAA", 24.0), ("BBB", 12.0)]
    euros = hand.series(hand.months(JAN, [1.0] * 12), currency="EUR")
    hole = euros.with_rows(euros.frame.with_columns(value_eur=pl.Series([None, *[1.0] * 11], dtype=pl.Float64)))
    assert hole.summed("A").frame["value_eur"].to_list() == [None]
    assert hole.summed("S").frame["value_eur"].to_list() == [None]
    assert euros.summed("S").frame["value_eur"].to_list() == [60.0]
    assert both.summed("M") is both


@pytest.mark.parametrize(
    ("frequency", "days", "gaps"),
    [
        ("M", (date(2022, 1, 1), date(2022, 2, 1)), []),
        ("M", (date(2022, 1, 1), date(2022, 3, 1)), [(date(2022, 2, 1), date(2022, 2, 1))]),
        ("S", (date(2022, 1, 1), date(2022, 4, 1)), [(date(2022, 2, 1), date(2022, 3, 1))]),
        ("Q", (date(2022, 1, 1), date(2022, 4, 1)), []),
        ("Q", (date(2022, 1, 1), date(2022, 7, 1)), [(date(2022, 4, 1), date(2022, 6, 1))]),
        ("A", (date(2020, 1, 1), date(2021, 1, 1)), []),
        ("A", (date(2020, 1, 1), date(2023, 1, 1)), [(date(2021, 1, 1), date(2022, 12, 1))]),
    ],
)
def test_gaps_are_told_by_their_months(frequency: str, days: tuple[date, ...], gaps: list[tuple[date, date]]) -> None:
    assert hand.series(dict.fromkeys(days, 1.0), frequency=frequency).gaps() == gaps  # type: ignore[arg-type]


def test_gaps_are_those_of_one_line() -> None:
    both = together([hand.series({JAN: 1.0}), hand.series({JAN: 1.0}, flow="import")])
    with pytest.raises(ValueError, match="gaps are those of one line"):
        both.gaps()
    assert [(line.partner, line.flow) for line in both.lines()] == [("RUS", "export"), ("RUS", "import")]
    assert both.flows == ("export", "import")
    assert both.one("RUS", "import").flow == "import"
    assert both.one("RUS").frame.height == 2
    assert both.one("CHN").is_empty


def test_a_window_is_open_where_nothing_is_said() -> None:
    series = hand.series(hand.months(JAN, [1.0, 2.0, 3.0]))
    second = date(2022, 2, 1)
    assert series.between(second, None).frame["value"].to_list() == [2.0, 3.0]
    assert series.between(None, second).frame["value"].to_list() == [1.0, 2.0]
    assert series.between(None, None) is series


def test_a_price_basis_is_told_with_its_source() -> None:
    real = Prices(2025, "US consumer prices", "bls_cpi")
    assert (real.is_real, real.words()) == (True, "prices of 2025, deflated by US consumer prices")
    assert (Prices().is_real, Prices().words()) == (False, "current prices")
    series = hand.series({JAN: 1.0})
    assert (series.price_sources, replace(series, prices=real).price_sources) == ((), ("bls_cpi",))
    assert (series.sign, hand.series({JAN: 1.0}, currency="EUR").money(2e9)) == ("$", "EUR 2.00 billion")
    table = replace(series, prices=real).table()
    assert table["price_basis"].to_list() == ["prices of 2025, deflated by US consumer prices"]
    assert not {"nominal", "releases"} & set(table.columns)


def test_editions_are_told_in_order() -> None:
    assert (edition_words([]), edition_words(["b"])) == ("", "b")
    assert edition_words(["b", "a"]) == "months from two editions: b, a"
    series = hand.series({JAN: 1.0, date(2022, 2, 1): 1.0}, releases={JAN: ["z"]})
    assert series.releases == ("census-2025-10", "z")


def test_lines_stand_in_the_order_of_their_rows() -> None:
    parts = [
        hand.series({JAN: 1.0}, partner=f"P{place:02}", flow=flow)
        for place in (7, 3, 9)
        for flow in ("import", "export")
    ]
    whole = together(parts)
    assert (whole.partners, whole.flows) == (("P07", "P03", "P09"), ("import", "export"))
    assert [(line.partner, line.flow) for line in whole.lines()][:2] == [("P07", "import"), ("P07", "export")]


def test_sums_stand_in_the_order_of_time_however_the_months_come() -> None:
    series = hand.series(hand.months(JAN, [1.0] * 24))
    turned = series.with_rows(series.frame.reverse().with_columns(known_from=pl.col("period").reverse()))
    assert turned.summed("A").frame["period"].to_list() == [JAN, date(2023, 1, 1)]
    assert turned.summed("S").frame["period"].to_list() == series.summed("S").frame["period"].to_list()
