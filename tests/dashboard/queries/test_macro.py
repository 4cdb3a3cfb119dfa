"""Questions on economic series, against figures checked by hand."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from dashboard.queries import catalogue, macro
from pipelines.store import Store


def test_growth_of_russia_and_ukraine(store: Store) -> None:
    rows = macro.series(store, indicator="gdp_growth", areas=["RUS", "UKR"], source="worldbank", frequency="A")
    year = {(row["area"], row["period"].year): round(row["value"], 1) for row in rows.iter_rows(named=True)}
    russia = [year["RUS", y] for y in range(2013, 2026)]
    assert russia == [1.8, 0.7, -2.0, 0.2, 1.8, 2.8, 2.2, -2.7, 5.9, -1.4, 4.1, 4.9, 1.0]
    assert [year["UKR", y] for y in range(2022, 2026)] == [-28.8, 5.5, 3.2, 1.8]


def test_forecasts_are_left_out_unless_asked_for(store: Store) -> None:
    plain = macro.series(store, indicator="gdp_growth", areas=["RUS"])
    assert not plain["is_forecast"].any()
    assert macro.series(store, indicator="gdp_growth", areas=["RUS"], forecasts=True)["is_forecast"].any()


def test_the_forecast_before_the_invasion_is_kept_as_it_was(store: Store) -> None:
    rows = macro.series(
        store, indicator="gdp_growth", areas=["RUS"], source="imf_weo", forecasts=True, known_on=date(2022, 2, 23)
    )
    year = {row["period"].year: row["value"] for row in rows.iter_rows(named=True)}
    assert year[2022] == pytest.approx(2.8)
    assert year[2023] == pytest.approx(2.1)
    assert rows["known_from"].max() <= date(2022, 2, 23)


def test_vintages_and_indicators(store: Store) -> None:
    vintages = macro.vintages(store, indicator="gdp_growth", area="RUS", period=date(2022, 1, 1))
    assert vintages.height > 20
    assert vintages["release_title"].null_count() == 0
    table = macro.indicators(store)
    assert {"gdp_growth", "brent_usd_per_barrel", "cpi_index", "rub_per_usd"} <= set(table["indicator"])


def test_the_rouble_ends_with_the_last_whole_month(store: Store) -> None:
    rows = macro.series(store, indicator="rub_per_usd", areas=["RUS"], frequency="M")
    assert rows["period"].max() == date(2022, 2, 1)


def test_every_source_has_a_licence_and_a_credit_line(store: Store) -> None:
    sources = catalogue.sources(store)
    assert sources.filter((pl.col("licence").str.len_chars() < 5) | (pl.col("credit").str.len_chars() < 5)).is_empty()
    used = store.query("SELECT DISTINCT source FROM trade_flow UNION SELECT DISTINCT source FROM macro")["source"]
    assert set(used) <= set(sources["source"])
    assert catalogue.names(store, ["RUS", "WLD"])["RUS"] == "Russia"
    assert catalogue.releases(store, source="census").height >= 3
