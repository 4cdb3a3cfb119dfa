"""Levels chained from growth, the gap to the path, and that two editions are never spliced."""

from __future__ import annotations

import math
from datetime import date

import polars as pl
import pytest

from dashboard.analysis.chain import chain_levels
from dashboard.analysis.errors import AnalysisError
from dashboard.exhibits.base import NothingToShow
from dashboard.exhibits.impact.gap import GapParams, gdp_gap
from dashboard.exhibits.impact.level import LevelParams, gdp_level
from dashboard.figures.theme import LIGHT
from pipelines.store import Store


def _rates(**by_year: float) -> pl.DataFrame:
    return pl.DataFrame(
        {"area": ["AAA"] * len(by_year), "period": [date(int(year[1:]), 1, 1) for year in by_year],
         "value": list(by_year.values())}
    )  # fmt: skip


def test_a_chain_by_hand() -> None:
    chained = chain_levels(_rates(y2020=10.0, y2021=-50.0, y2022=20.0), 2021)
    levels = dict(chained.select(pl.col("period").dt.year(), "value").iter_rows())
    assert levels[2021] == 100
    assert levels[2022] == pytest.approx(120)
    assert levels[2020] == pytest.approx(200)
    assert levels[2019] == pytest.approx(200 / 1.1)


def test_a_chain_does_not_bridge_a_gap() -> None:
    chained = chain_levels(_rates(y2015=3.0, y2020=1.0, y2021=2.0, y2023=5.0), 2021)
    assert [when.year for when in chained["period"]] == [2019, 2020, 2021]


def test_a_chain_that_does_not_reach_the_base_is_refused() -> None:
    with pytest.raises(AnalysisError, match="2030"):
        chain_levels(_rates(y2020=1.0), 2030)


def test_a_fall_to_nothing_is_refused() -> None:
    with pytest.raises(AnalysisError, match="leaves no level"):
        chain_levels(_rates(y2022=-100.0), 2021)


def test_level_of_russia_from_growth_of_one_edition(store: Store) -> None:
    shown = gdp_level(store, LevelParams(), LIGHT)
    own = dict(shown.data.filter(pl.col("area") == "RUS").select(pl.col("period").dt.year(), "index").iter_rows())
    by_hand = 100 * (1 - 0.01435371) * (1 + 0.04066614) * (1 + 0.0492168) * (1 + 0.01001177)
    assert own[2021] == 100
    assert own[2025] == pytest.approx(by_hand, abs=1e-4)
    assert "chained from growth rates, World Bank edition of Jul 2026" in shown.subtitle
    assert shown.data["release"].drop_nulls().unique().to_list() == ["worldbank-2026-07"]
    assert "8.7% above 2021" in shown.answer


def test_constant_prices_end_in_2024_and_come_from_their_own_edition(store: Store) -> None:
    shown = gdp_level(store, LevelParams(level="constant"), LIGHT)
    assert max(shown.data["period"]) == date(2024, 1, 1)
    assert shown.data["release"].unique().to_list() == ["worldbank-2026-05"]
    assert "May 2026 or earlier" in shown.subtitle
    assert "never spliced" in shown.note


def test_another_event_moves_the_base(store: Store) -> None:
    shown = gdp_level(store, LevelParams.parse({"event": "2014-03-17"}), LIGHT)
    base = shown.data.filter(pl.col("period") == date(2013, 1, 1))["index"]
    assert base.to_list() == [100.0] * 4


def test_years_beyond_the_figures_get_a_sentence(store: Store) -> None:
    with pytest.raises(NothingToShow, match="2029"):
        gdp_level(store, LevelParams.parse({"event": "2030-01-01"}), LIGHT)


def test_gap_of_russia_by_hand(store: Store) -> None:
    """Least squares over the logs of 2014–2021, chained by hand from the printed growth rates."""
    rates = [-1.97, 0.19, 1.83, 2.81, 2.20, -2.65, 5.87]  # 2015–2021, two decimals
    logs = [0.0]
    for rate in rates:
        logs.append(logs[-1] + math.log(1 + rate / 100))
    years = list(range(2014, 2022))
    mean_year, mean_log = sum(years) / 8, sum(logs) / 8
    slope = sum((y - mean_year) * (v - mean_log) for y, v in zip(years, logs, strict=True)) / sum(
        (y - mean_year) ** 2 for y in years
    )
    outcome = logs[-1] + sum(math.log(1 + rate / 100) for rate in (-1.44, 4.07, 4.92, 1.00))
    expected = 100 * (math.exp(outcome - mean_log - slope * (2025 - mean_year)) - 1)
    shown = gdp_gap(store, GapParams(), LIGHT)
    assert shown.data["gap_pct"][-1] == pytest.approx(expected, abs=0.1)
    assert "A trend is not a counterfactual" in shown.note


def test_gap_of_ukraine_is_wide_and_named(store: Store) -> None:
    shown = gdp_gap(store, GapParams(target="UKR"), LIGHT)
    gaps = dict(shown.data.select(pl.col("period").dt.year(), "gap_pct").iter_rows())
    assert gaps[2022] == pytest.approx(-28.7, abs=0.05)
    assert "28.7% below the path of 2014–2021 in 2022" in shown.answer


def test_the_length_of_the_path_is_told(store: Store) -> None:
    shown = gdp_gap(store, GapParams(trend_years=12), LIGHT)
    assert "trend of 2010–2021" in shown.note
    assert shown.data["period"].min() == date(2010, 1, 1)


def test_a_path_needs_years(store: Store) -> None:
    with pytest.raises(NothingToShow, match="Choose another event"):
        gdp_gap(store, GapParams.parse({"event": "1991-06-01"}), LIGHT)
