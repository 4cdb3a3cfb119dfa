"""Questions on economic series, against figures checked by hand."""

from __future__ import annotations

import ast
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from dashboard.queries import catalogue, macro
from pipelines import store as stores
from pipelines.refresh import refresh
from pipelines.settings import Settings
from pipelines.sources import SOURCES
from pipelines.store import Store
from tests.pipelines import small


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


def _two_rouble_sources(tmp_path: Path) -> Store:
    """A small build in which the ECB gives roubles to February 2022 and the Bank of Russia goes on."""
    data = small.write(tmp_path / "shipped")
    rows = [
        f"RUS,rub_per_usd,2022-0{month}-01,M,{value},RUB per USD,false,,{source},{source}-{known[:7]},{known}"
        for source, known, values in (
            ("ecb_fx", "2025-10-31", {1: 70.0, 2: 71.0}),
            ("cbr_fx", "2026-03-05", {1: 80.0, 2: 81.0, 3: 82.0}),
        )
        for month, value in values.items()
    ]
    (data / "snapshot" / "macro_rouble.csv").write_text("\n".join([small.MACRO, *rows, ""]), encoding="utf-8")
    with (data / "snapshot" / "releases_all.csv").open("a", encoding="utf-8") as releases:
        releases.write("cbr_fx-2026-03,cbr_fx,Rates,2026-03-05,day,,https://example.org/i\n")
    (data / "sources" / "cbr_fx.toml").write_text(small.facts("cbr_fx", frequency="daily", days=3), encoding="utf-8")
    settings = Settings(home=tmp_path / "home", data=data, offline=True)
    refresh(SOURCES, settings)
    return stores.current_store(settings.store_dir)


def test_a_line_of_roubles_is_never_spliced_from_two_sources(tmp_path: Path) -> None:
    small_store = _two_rouble_sources(tmp_path)
    both = macro.series(small_store, indicator="rub_per_usd", areas=["RUS"], frequency="M")
    assert set(both["source"]) == {"ecb_fx", "cbr_fx"}
    line = macro.one_source(small_store, indicator="rub_per_usd", areas=["RUS"], frequency="M")
    assert line["source"].unique().to_list() == ["cbr_fx"]
    assert line["value"].to_list() == [80.0, 81.0, 82.0]


def test_as_known_on_a_day_before_the_better_source_came_the_other_draws_the_whole_line(tmp_path: Path) -> None:
    line = macro.one_source(
        _two_rouble_sources(tmp_path),
        indicator="rub_per_usd",
        areas=["RUS"],
        frequency="M",
        known_on=date(2026, 1, 1),
    )
    assert line["source"].unique().to_list() == ["ecb_fx"]
    assert line["value"].to_list() == [70.0, 71.0]


def test_one_source_of_nothing_is_nothing(store: Store) -> None:
    assert macro.one_source(store, indicator="rub_per_usd", areas=["FRA"]).is_empty()


def test_every_line_of_an_exhibit_names_its_source() -> None:
    """`series` without a source may answer from several; exhibits and studies name one, or ask `one_source`."""
    rooms = [Path(macro.__file__).parents[1] / name for name in ("exhibits", "studies")]
    unnamed = set()
    for path in sorted(path for room in rooms for path in room.rglob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for function in (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)):
            for call in (node for node in ast.walk(function) if isinstance(node, ast.Call)):
                if ast.unparse(call.func) == "macro.series" and "source" not in {word.arg for word in call.keywords}:
                    unnamed.add(f"{path.name}: {function.name}")
    assert unnamed == set()
