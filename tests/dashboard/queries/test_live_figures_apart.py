"""Queries on a store with chapters, UN Comtrade, two frequencies of one source and quarterly GDP."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from dashboard.answers.trade import TradeOptions, trade_answer, trade_note
from dashboard.exhibits.data import gaps
from dashboard.exhibits.trade import choices as trade_page
from dashboard.queries import catalogue, coverage, macro, trade
from dashboard.studies.trade import TradeQuery, ask
from pipelines.errors import UsageError
from pipelines.store import Store
from tests.dashboard.refreshed import WRONG
from tests.dashboard.rows import of_trade


def _years(store: Store, **more: object) -> pl.DataFrame:
    asked: dict[str, object] = {"reporter": "RUS", "partners": ["CHN"], "flow": "export", "frequency": "A"}
    return of_trade(store, **(asked | more))


def test_a_chapter_is_asked_for_by_name_and_never_part_of_a_total(refreshed: Store) -> None:
    asked = {"reporter": "USA", "partners": ["RUS"], "flow": "export"}
    total = of_trade(refreshed, **asked)
    fuels = of_trade(refreshed, **asked, product="27")
    assert total["value_usd"].max() < 1e11  # type: ignore[operator]
    assert total["product"].unique().to_list() == ["TOTAL"]
    assert fuels.select(pl.col("value_usd", "product", "source").unique()).row(0) == (WRONG, "27", "census")
    assert fuels["period"].min() == date(2019, 1, 1)


def test_comtrade_answers_only_when_it_is_named(refreshed: Store) -> None:
    assert trade.default_source(refreshed, "CHN", "M") is None
    assert trade.default_source(refreshed, "CHN", "A") == "un_syb"
    assert trade.default_source(refreshed, "DEU", "M", "27") is None
    assert of_trade(refreshed, reporter="CHN", partners=["RUS"], flow="import").is_empty()
    named = of_trade(refreshed, reporter="CHN", partners=["RUS"], flow="import", source="comtrade")
    assert named["basis"].unique().to_list() == ["comtrade"]
    assert "CHN" not in trade.monthly_reporters(refreshed)
    assert {"USA", "RUS", "DEU"} <= set(trade.monthly_reporters(refreshed))


def test_an_empty_view_says_that_comtrade_must_be_chosen(refreshed: Store) -> None:
    reason = ask(refreshed, TradeQuery("CHN", ("RUS",), "total")).why_empty
    assert "answers only when it is chosen as the source" in reason
    assert "--source comtrade" in trade_note(refreshed, TradeOptions("CHN"))
    assert trade_page.sources(refreshed, "CHN")["comtrade"].endswith("your own use only")


def test_years_that_a_source_publishes_are_taken_and_not_summed_from_its_few_months(
    store: Store, refreshed: Store
) -> None:
    asked = {"source": "imf_imts"}
    assert _years(refreshed, **asked).equals(_years(store, **asked))
    assert _years(refreshed, **asked)["period"].min() == date(2016, 1, 1)
    months = _years(refreshed, **asked, frequency="M")
    assert (months["period"].min(), months["months"].unique().to_list()) == (date(2023, 1, 1), [1])
    assert trade_page.imts_years(refreshed) == trade_page.imts_years(store)


def test_coverage_is_that_of_all_goods_unless_products_are_asked_for(store: Store, refreshed: Store) -> None:
    assert trade.coverage(refreshed)["product"].unique().to_list() == ["TOTAL"]
    assert set(trade.coverage(refreshed, product=None)["product"]) == {"TOTAL", "27", "84"}
    assert trade.coverage(refreshed).filter(reporter="USA", source="census").height == 1
    assert (coverage.products(store), coverage.products(refreshed)) == ([], ["27", "84"])


def test_partners_and_ends_are_those_of_all_goods(store: Store, refreshed: Store) -> None:
    def ends(one: Store) -> pl.DataFrame:
        return coverage.trade_ends(one).filter(source="census", reporter="USA")

    assert ends(refreshed).equals(ends(store))
    for one in (store, refreshed):
        partners = trade.partners(one, reporter="USA", source="census")
        assert partners.filter(area="RUS")["last_period"].item() == date(2026, 7, 1)
    last = catalogue.last_observations(refreshed).filter(source="census")
    assert last.select("last_period", "frequency").row(0) == (date(2026, 7, 1), "M")


def test_vintages_are_of_one_product_and_one_source(refreshed: Store) -> None:
    asked = {"reporter": "USA", "partner": "RUS", "flow": "export", "year": 2022}
    rows = trade.vintages(refreshed, **asked)
    assert rows["value_usd"].max() < 1e11  # type: ignore[operator]
    assert rows["source"].unique().to_list() == ["census"]
    assert trade.vintages(refreshed, **asked, product="27", source="census").height == 12


def test_the_last_period_of_a_source_has_the_frequency_that_it_belongs_to(refreshed: Store) -> None:
    rows = {row["source"]: row for row in coverage.by_source(refreshed).iter_rows(named=True)}
    assert (rows["eurostat"]["last_period"], rows["eurostat"]["frequency"]) == (date(2026, 9, 1), "M")
    assert (rows["imf_imts"]["last_period"], rows["imf_imts"]["frequency"]) == (date(2026, 9, 1), "M")


def test_quarterly_gdp_is_a_series_of_its_own(store: Store, refreshed: Store) -> None:
    asked = {"indicator": "gdp_usd", "areas": ["DEU"]}
    assert macro.series(refreshed, **asked).equals(macro.series(store, **asked))
    held = macro.indicators(refreshed).filter(indicator="gdp_volume_meur")
    assert held.select("frequency", "sources").row(0) == ("Q", "eurostat")


def test_gaps_on_products_hold_only_while_they_are_true(store: Store, refreshed: Store) -> None:
    def told(one: Store) -> list[str]:
        return [gap.text for gap in gaps.known_gaps(one) if gap.subject == "Products, quantities and services"]

    assert ["no products" in text for text in told(store)] == [True]
    assert ["never added to a total" in text for text in told(refreshed)] == [True]


def test_a_product_that_a_reporter_has_none_of_gives_no_rows_and_an_unknown_one_a_sentence(refreshed: Store) -> None:
    assert trade_answer(refreshed, TradeOptions("RUS", "RUS", product="27")).is_empty()
    with pytest.raises(UsageError, match="no product '99'"):
        trade_answer(refreshed, TradeOptions("USA", "RUS", product="99"))
