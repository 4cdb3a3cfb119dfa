"""Exposure to the sanctioning side: sums over its members, estimates marked, one-sided figures said to be so."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from dashboard.exhibits.base import Exhibit, NothingToShow
from dashboard.exhibits.impact.choices import exposure_heading
from dashboard.exhibits.impact.exposure import SANCTIONING_SIDE, ExposureParams, exposure
from dashboard.figures.theme import LIGHT
from pipelines.store import Store


def _shown(store: Store, **values: object) -> Exhibit:
    return exposure(store, ExposureParams.parse(values), LIGHT)


def _value(shown: Exhibit, flow: str, year: int, column: str) -> float:
    rows = shown.data.filter(pl.col("flow") == flow, pl.col("period") == date(year, 1, 1))
    value = rows[column].item()
    assert isinstance(value, float)
    return value


def test_the_side_is_the_27_and_seven_more() -> None:
    assert len(SANCTIONING_SIDE) == len(set(SANCTIONING_SIDE)) == 34
    assert {"USA", "GBR", "CAN", "JPN", "AUS", "CHE", "NOR"} <= set(SANCTIONING_SIDE)
    assert "RUS" not in SANCTIONING_SIDE


def test_russia_2021_by_hand(store: Store) -> None:
    """Exports 244.638 and imports 130.890 of a GDP of 1,829.187 billion dollars."""
    shown = _shown(store)
    assert _value(shown, "export", 2021, "value_usd") == pytest.approx(244.638167e9, abs=1e4)
    assert _value(shown, "export", 2021, "share_of_gdp_pct") == pytest.approx(100 * 244.638167 / 1829.18672, abs=1e-4)
    assert _value(shown, "import", 2021, "share_of_gdp_pct") == pytest.approx(100 * 130.890203 / 1829.18672, abs=1e-4)
    assert "20.5% in 2021" in shown.answer


def test_estimates_of_russia_are_marked(store: Store) -> None:
    shown = _shown(store)
    estimated = shown.data.filter("is_estimate")["period"].dt.year().unique().sort().to_list()
    assert estimated == [2022, 2023, 2024]
    assert "2022–2024 are estimates" in shown.note
    assert any(trace.line.dash == "dot" for trace in shown.figure.data if trace.mode == "lines")


def test_a_smaller_side_is_a_smaller_share(store: Store) -> None:
    germany = _shown(store, side="DEU")
    assert 0 < _value(germany, "import", 2021, "share_of_gdp_pct") < 2
    assert germany.subtitle.startswith("With Germany;")


def test_others_are_seen_from_the_united_states_alone(store: Store) -> None:
    shown = _shown(store, target="VEN", event="2019-01-28")
    assert "With the United States only" in shown.subtitle
    assert "far less than the whole sanctioning side" in shown.note
    assert max(shown.data["period"]) == date(2025, 1, 1)  # 2026 is a part of a year


def test_ukraine_has_no_sanctioning_side(store: Store) -> None:
    shown = _shown(store, target="UKR")
    texts = (shown.title, shown.subtitle, shown.note, shown.answer, shown.passport.series, shown.stem)
    assert not any("sanctioning" in text for text in texts)
    assert exposure_heading(store, "UKR") == "Trade with the United States in % of GDP"
    assert exposure_heading(store, "RUS") == "Exposure to the sanctioning side"


def test_exports_of_a_mirrored_target_are_us_imports(store: Store) -> None:
    shown = _shown(store, target="IRN", event="2018-05-08")
    assert _value(shown, "export", 2018, "value_usd") == pytest.approx(
        store.query(
            "SELECT sum(value_usd) AS v FROM trade_flow WHERE reporter = 'USA' AND partner = 'IRN' AND flow = 'import' "
            "AND year(period) = 2018 AND frequency = 'M' AND known_to IS NULL"
        )["v"].item()
    )


def test_a_side_without_the_united_states_says_what_to_do(store: Store) -> None:
    with pytest.raises(NothingToShow, match="add the United States"):
        _shown(store, target="VEN", side="DEU,FRA")


def test_no_gdp_no_share(store: Store) -> None:
    with pytest.raises(NothingToShow, match="GDP in dollars for North Korea"):
        _shown(store, target="PRK")
