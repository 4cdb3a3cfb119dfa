"""Constant prices: months first, then sums; one missing index bridged and said; never another currency's prices."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from dashboard.analysis.errors import AnalysisError
from dashboard.studies.deflate import deflate, index_words, us_consumer_prices
from tests.dashboard import tiny
from tests.dashboard.studies import hand

JAN = date(2022, 1, 1)


def test_months_are_deflated_then_summed() -> None:
    series = hand.series(hand.months(JAN, [100.0] * 12))
    prices = hand.deflator(JAN, [100.0] * 6 + [200.0] * 6)  # mean 150
    year = deflate(series, prices).summed("A")
    assert year.frame["value"].item() == pytest.approx(6 * 150 + 6 * 75)  # not 1200 · 150 / 150
    assert year.frame["nominal"].item() == pytest.approx(3_600)
    assert year.prices.words() == "prices of 2022, deflated by prices of a test"
    december = deflate(series, prices).summed("S").frame
    assert december["value"].item() == pytest.approx(year.frame["value"].item())


def test_a_month_without_an_index_is_a_gap_and_so_is_every_sum_over_it() -> None:
    series = hand.series(hand.months(JAN, [100.0] * 24))
    real = deflate(series, hand.deflator(JAN, [100.0] * 20))
    assert real.frame["period"].max() == date(2023, 8, 1)
    assert real.summed("A").frame["is_partial"].to_list() == [False, True]
    gap = hand.deflator(JAN, [100.0] * 12 + [None, None] + [100.0] * 10)
    assert deflate(series, gap).gaps() == [(date(2023, 1, 1), date(2023, 2, 1))]
    assert date(2023, 12, 1) not in deflate(series, gap).summed("S").frame["period"].to_list()


def test_one_missing_month_is_bridged_between_its_neighbours_and_marked() -> None:
    index: list[float | None] = [100.0] * 12 + [100.0] * 9 + [None, 121.0, 121.0]
    real = deflate(hand.series(hand.months(JAN, [110.0] * 24)), hand.deflator(JAN, index))
    october = real.frame.filter(pl.col("period") == date(2023, 10, 1)).row(0, named=True)
    assert october["value"] == pytest.approx(100.0)  # index 110, the geometric middle
    assert october["is_estimate"]
    assert real.prices.bridged == (date(2023, 10, 1),)
    assert real.summed("A").frame["is_estimate"].to_list() == [False, True]
    said = index_words(real.prices, real.frame["period"].to_list())
    assert said.startswith("No price index was published for Oct 2023; it is interpolated")
    assert index_words(real.prices, [date(2022, 1, 1)]) == ""


def test_another_currency_is_refused_in_a_sentence() -> None:
    euros = hand.series(hand.months(JAN, [1.0] * 12), currency="EUR")
    with pytest.raises(AnalysisError, match="Figures in euros are not deflated by prices of a test"):
        deflate(euros, hand.deflator(JAN, [100.0] * 12))
    assert deflate(euros, hand.deflator(JAN, [100.0] * 12, currency="EUR")).currency == "EUR"


@pytest.mark.parametrize("frequency", ["Q", "S"])
def test_sums_are_not_deflated(frequency: str) -> None:
    summed = hand.series(hand.months(JAN, [1.0] * 12)).summed(frequency)  # type: ignore[arg-type]
    with pytest.raises(AnalysisError, match="Months are deflated first"):
        deflate(summed, hand.deflator(JAN, [100.0] * 12))


def test_years_of_a_yearly_source_take_the_mean_of_the_year() -> None:
    years = hand.series({JAN: 1_200.0, date(2023, 1, 1): 1_200.0}, frequency="A")
    real = deflate(years, hand.deflator(JAN, [100.0] * 12 + [300.0] * 12), base=2022)
    assert real.frame["value"].to_list() == [1_200.0, 400.0]
    assert deflate(years, hand.deflator(JAN, [100.0] * 20), base=2022).frame["period"].to_list() == [JAN]


def test_a_base_that_is_not_whole_and_no_index_at_all_say_so() -> None:
    series = hand.series(hand.months(JAN, [1.0] * 12))
    with pytest.raises(AnalysisError, match="no year with twelve months"):
        deflate(series, hand.deflator(JAN, [100.0] * 5))
    with pytest.raises(AnalysisError, match="is not in the store"):
        deflate(series, hand.deflator(JAN, []))
    with pytest.raises(AnalysisError, match="not above zero"):
        deflate(series, hand.deflator(JAN, [0.0] * 12))


def _cpi(values: dict[date, float], **more: object) -> list[dict[str, object]]:
    facts = {"area": "USA", "indicator": "cpi_index", "frequency": "M", "source": "bls_cpi", "unit": "index",
             "known_from": date(2026, 1, 31), "release": "bls-1"} | more  # fmt: skip
    return [facts | {"period": day, "value": value} for day, value in values.items()]


def test_us_prices_are_those_known_on_the_day() -> None:
    later = {"known_from": date(2026, 6, 30), "release": "bls-2"}
    store = tiny.store(macro=[*_cpi({JAN: 100.0}), *_cpi({date(2022, 2, 1): 101.0}, **later)])
    today, then = us_consumer_prices(store), us_consumer_prices(store, date(2026, 2, 1))
    assert today.frame.rows() == [(JAN, 100.0), (date(2022, 2, 1), 101.0)]
    assert (today.source, today.releases, today.currency) == ("bls_cpi", ("bls-1", "bls-2"), "USD")
    assert (then.frame.height, then.source, then.releases) == (1, "bls_cpi", ("bls-1",))
    none = us_consumer_prices(store, date(2020, 1, 1))
    assert (none.frame.is_empty(), none.source, none.base) == (True, "bls_cpi", None)
    series = hand.series({JAN: 1.0})
    with pytest.raises(AnalysisError, match="was known to this store on 1 Jan 2020"):
        deflate(series, none)


def test_the_base_is_the_last_year_that_was_published_whole() -> None:
    """2023 lacks a month that is bridged, so 2022 stands; where no year is whole, a bridged one does."""
    bridged = [100.0] * 12 + [100.0, None, 100.0] + [100.0] * 9
    assert hand.deflator(JAN, bridged).base == 2022
    assert hand.deflator(JAN, [100.0] * 24).base == 2023
    assert hand.deflator(JAN, [100.0, None, *[100.0] * 10]).base == 2022
    assert hand.deflator(JAN, [100.0, None, None, *[100.0] * 9]).base is None
    assert hand.deflator(JAN, [100.0] * 11).base is None


def test_no_index_in_any_month_is_a_reason() -> None:
    series = hand.series({date(2010, 1, 1): 1.0})
    real = deflate(series, hand.deflator(JAN, [100.0] * 12))
    assert real.is_empty
    assert real.why_empty == "No month of these figures has a price index (prices of a test)."
    assert real.prices.last_index == date(2022, 12, 1)
    assert deflate(hand.series({JAN: 1.0}), hand.deflator(JAN, [100.0] * 12)).why_empty == ""


def test_rounding_is_deflated_with_its_figure() -> None:
    real = deflate(
        hand.series(hand.months(JAN, [10.0] * 12), rounding=4.0), hand.deflator(JAN, [100.0] * 12 + [50.0]), base=2022
    )
    assert real.frame["rounding"].to_list() == [4.0] * 12
    half = deflate(
        hand.series({date(2023, 1, 1): 10.0}, rounding=4.0), hand.deflator(JAN, [100.0] * 12 + [200.0]), base=2022
    )
    assert half.frame.select("value", "rounding", "nominal").row(0) == (5.0, 2.0, 30.0)
    with pytest.raises(AnalysisError, match="Months are deflated first"):
        deflate(half, hand.deflator(JAN, [100.0] * 12))


def test_a_bridged_month_is_told_only_where_it_is_shown() -> None:
    prices = hand.deflator(JAN, [100.0, None, *[100.0] * 11])
    real = deflate(hand.series(hand.months(JAN, [1.0] * 12)), prices)
    assert index_words(real.prices, []) == ""
    february = date(2022, 2, 1)
    assert index_words(real.prices, [february]).startswith("No price index was published for Feb 2022;")
    assert index_words(real.prices, [JAN, date(2022, 3, 1)]) != ""
    assert index_words(hand.series({JAN: 1.0}).prices, [february]) == ""
    years = deflate(hand.series({JAN: 1.0}, frequency="A"), prices)
    assert years.prices.bridged == ()
