"""The impact page on the shipped figures, against figures that were read or worked out by hand."""

from __future__ import annotations

import math
from datetime import date

import polars as pl
import pytest

from dashboard.analysis.impact import growth_shortfall as measure
from dashboard.exhibits.base import Exhibit, NothingToShow
from dashboard.exhibits.impact.choices import countries, exposure_heading
from dashboard.exhibits.impact.exposure import SANCTIONING_SIDE, ExposureParams, exposure
from dashboard.exhibits.impact.forecast import ShortfallParams, growth_shortfall
from dashboard.exhibits.impact.gap import GapParams, gdp_gap
from dashboard.exhibits.impact.growth import GrowthParams, InflationParams, gdp_growth, inflation
from dashboard.exhibits.impact.level import LevelParams, gdp_level
from dashboard.exhibits.impact.targets import YEARS_BEFORE, cases
from dashboard.figures.theme import DARK, LIGHT
from pipelines.store import Store

RUSSIA = [1.8, 0.7, -2.0, 0.2, 1.8, 2.8, 2.2, -2.7, 5.9, -1.4, 4.1, 4.9, 1.0]  # 2013–2025
UKRAINE = {2022: -28.8, 2023: 5.5, 2024: 3.2, 2025: 1.8}


def _growth(store: Store, **values: object) -> Exhibit:
    return gdp_growth(store, GrowthParams.parse(values), LIGHT)


def _of(shown: Exhibit, area: str, column: str) -> dict[int, float]:
    rows = shown.data.filter(pl.col("area") == area).select("period", column)
    return {when.year: round(value, 1) for when, value in rows.iter_rows()}


def test_growth_of_russia_and_ukraine(store: Store) -> None:
    assert _of(_growth(store), "RUS", "growth_pct") == dict(zip(range(2013, 2026), RUSSIA, strict=True))
    shown = _growth(store, target="ukr", peers="POL,MDA")
    found = _of(shown, "UKR", "growth_pct")
    assert {year: found[year] for year in UKRAINE} == UKRAINE
    assert "28.8% in 2022" in shown.answer


def test_figures_of_the_imf_come_from_its_own_edition_and_hold_no_forecast(store: Store) -> None:
    shown = _growth(store, gdp_source="imf_weo", start="2010", target="IRN", peers="RUS")
    assert shown.data["source"].unique().to_list() == ["imf_weo"]
    assert _of(shown, "RUS", "growth_pct")[2024] == 4.3
    assert max(when.year for when in shown.data["period"]) == 2024
    assert shown.data.filter(pl.col("flag") == "forecast").is_empty()


def test_years_that_end_before_the_event_are_the_windows_doing(store: Store) -> None:
    """The sentence once said that Russia's figures end in 2020."""
    note = _growth(store, end="2020").note
    assert "These years end in 2020, before the event; the figures for Russia go on to 2025." in note


def test_inflation_of_russia_and_venezuela(store: Store) -> None:
    shown = inflation(store, InflationParams.parse({"also": "VEN"}), DARK)
    found = _of(shown, "RUS", "inflation_pct")
    assert [found[year] for year in (2015, 2022, 2025)] == [15.5, 13.7, 8.7]
    assert max(_of(shown, "VEN", "inflation_pct")) == 2016
    with pytest.raises(NothingToShow, match="consumer price inflation for Cuba"):
        inflation(store, InflationParams.parse({"target": "CUB"}), LIGHT)


@pytest.mark.parametrize("case", ["Cuba", "Syria"])
def test_every_case_with_figures_draws(store: Store, case: str) -> None:
    shown = gdp_growth(store, GrowthParams(**cases(store)[case]), LIGHT)
    years = shown.data.filter(pl.col("area") == cases(store)[case]["target"])["period"]
    assert min(years).year <= cases(store)[case]["event"].year - YEARS_BEFORE
    assert max(years) == {"Cuba": date(2024, 1, 1), "Syria": date(2022, 1, 1)}[case]


def test_north_korea_is_said_to_have_no_figures(store: Store) -> None:
    assert countries(store)["PRK"] == "North Korea"
    with pytest.raises(NothingToShow, match="No source in the store gives real GDP growth for North Korea"):
        gdp_growth(store, GrowthParams(**cases(store)["North Korea"]), LIGHT)


def test_prices_that_stop_before_the_event_say_so(store: Store) -> None:
    shown = inflation(store, InflationParams(**cases(store)["Venezuela"]), LIGHT)
    assert "The figures for Venezuela end in 2016, before the event." in shown.note


def _shortfall(store: Store, **values: object) -> Exhibit:
    return growth_shortfall(store, ShortfallParams.parse(values), LIGHT)


def _outcomes(shown: Exhibit) -> dict[int, dict[str, float]]:
    rows = shown.data.filter(pl.col("kind") == "outcome")
    return {row["period"].year: row for row in rows.iter_rows(named=True)}


def test_russia_against_the_imf_of_january_2022(store: Store) -> None:
    """+2.8 and +2.1 against −1.435371 and 4.066614: by hand."""
    shown = _shortfall(store)
    found = _outcomes(shown)
    assert sorted(found) == [2022, 2023]
    assert found[2022]["shortfall_pp"] == pytest.approx(4.235371)
    assert found[2023]["shortfall_pp"] == pytest.approx(-1.966614)
    gap = 100 * ((1 - 0.01435371) * (1 + 0.04066614) / (1.028 * 1.021) - 1)
    assert found[2023]["level_gap_pct"] == pytest.approx(gap)
    assert round(gap, 2) == -2.27
    assert shown.passport.vintage.startswith(
        "forecast of Jan 2022 (World Economic Outlook update), outcome of 1 Jul 2026 (World Development Indicators)"
    )
    assert "imf_weo-2022-01" in dict(shown.passport.rows())["Vintage"]


def test_every_range_that_is_drawn_of_russia_is_told(store: Store) -> None:
    """Ranges reach from −4.0 to +2.5 for 2023, beyond all single forecasts."""
    alt = _shortfall(store).alt
    assert "2 ranges of forecasts from −10.0% to −4.0%" in alt
    assert "13 forecasts from −3.6% to +2.2%, 3 ranges of forecasts from −4.0% to +2.5%" in alt
    assert _shortfall(store).passport.last_observation == "2023"


def test_the_measure_gives_the_published_case() -> None:
    """Outcome −1.2 and 3.6 against January 2022: 4.00 points and −2.4791%."""
    forecast = pl.DataFrame(
        {"period": [date(2022, 1, 1), date(2023, 1, 1)], "value": [2.8, 2.1], "known_from": [date(2022, 1, 31)] * 2}
    )
    outcome = pl.DataFrame({"period": [date(2022, 1, 1), date(2023, 1, 1)], "value": [-1.2, 3.6]})
    result = measure(forecast, outcome, event=date(2022, 2, 24))
    assert result.years[0].shortfall_pp == pytest.approx(4.0)
    assert result.years[1].level_gap_percent == pytest.approx(-2.4791, abs=5e-5)


def test_first_estimate_and_revisions_of_russia_2022_are_there(store: Store) -> None:
    rows = _shortfall(store).data.filter(pl.col("period") == date(2022, 1, 1))
    rosstat = rows.filter(pl.col("source") == "rosstat").select("kind", "value_pct").rows()
    assert rosstat == [("first_estimate", -2.1), ("revised", -1.2)]
    # The IIF said −15% in March and again in June: two publications.
    iif = rows.filter(pl.col("source") == "iif").select("value_pct", "release").rows()
    assert iif == [(-15.0, "iif-2022-03"), (-15.0, "iif-2022-06")]


def test_ukraine_against_the_last_forecast_of_anybody(store: Store) -> None:
    shown = _shortfall(store, target="UKR")
    assert shown.data.filter("compared")["source"].to_list() == ["ebrd"]
    assert _outcomes(shown)[2022]["shortfall_pp"] == pytest.approx(32.258584)
    one = _shortfall(store, target="UKR", forecaster="imf_weo")
    assert one.data.filter("compared")["published"].to_list() == [date(2019, 4, 30)]


def test_a_forecast_that_was_repeated_is_the_last_one(store: Store) -> None:
    """The update of July 2024 repeated 3.2 for 2024 and cut 2025 to 1.5; outcomes 4.9 and 1.0."""
    shown = _shortfall(store, event="2024-08-01", forecaster="imf_weo")
    assert shown.data.filter("compared").select("period", "value_pct", "release").rows() == [
        (date(2024, 1, 1), 3.2, "imf_weo-2024-07"),
        (date(2025, 1, 1), 1.5, "imf_weo-2024-07"),
    ]
    assert _outcomes(shown)[2025]["level_gap_pct"] == pytest.approx(1.15, abs=0.02)


@pytest.mark.parametrize(
    ("target", "event", "forecaster", "release"),
    [
        ("UKR", "2024-05-01", "imf_weo", "imf_weo-2024-04"),
        ("BLR", "2022-02-24", "any", "worldbank_gep-2022-01"),
        ("RUS", "2022-07-01", "iif", "iif-2022-06"),
    ],
)
def test_the_last_release_before_the_event_is_compared(
    store: Store, target: str, event: str, forecaster: str, release: str
) -> None:
    used = _shortfall(store, target=target, event=event, forecaster=forecaster).data.filter("compared")
    assert used["release"].unique().to_list() == [release]


def test_iran_2018_and_the_outcome_of_another_source(store: Store) -> None:
    assert round(_outcomes(_shortfall(store, target="IRN", event="2018-05-08"))[2018]["shortfall_pp"], 1) == 7.7
    assert _outcomes(_shortfall(store, gdp_source="imf_weo"))[2022]["value_pct"] == -1.4


def test_a_country_without_forecasts_names_those_that_have_them(store: Store) -> None:
    with pytest.raises(NothingToShow, match="Belarus, Iran, Myanmar, Russia, Ukraine and Venezuela"):
        _shortfall(store, target="KAZ")
    with pytest.raises(NothingToShow, match="later ones are not compared"):
        _shortfall(store, event="2014-03-17")


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
    assert gdp_gap(store, GapParams(), LIGHT).data["gap_pct"][-1] == pytest.approx(expected, abs=0.1)


def test_gap_of_ukraine_is_wide_and_named(store: Store) -> None:
    shown = gdp_gap(store, GapParams(target="UKR"), LIGHT)
    gaps = dict(shown.data.select(pl.col("period").dt.year(), "gap_pct").iter_rows())
    assert gaps[2022] == pytest.approx(-28.7, abs=0.05)
    assert "28.7% below the path of 2014–2021 in 2022" in shown.answer


def test_the_length_of_the_path_is_told(store: Store) -> None:
    shown = gdp_gap(store, GapParams(trend_years=12), LIGHT)
    assert "trend of 2010–2021" in shown.note
    assert shown.data["period"].min() == date(2010, 1, 1)


def _exposure(store: Store, **values: object) -> Exhibit:
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


def test_russias_exposure_in_2021_by_hand(store: Store) -> None:
    """Exports 244.638 and imports 130.890 of a GDP of 1,829.187 billion dollars."""
    shown = _exposure(store)
    assert _value(shown, "export", 2021, "value_usd") == pytest.approx(244.638167e9, abs=1e4)
    assert _value(shown, "export", 2021, "share_of_gdp_pct") == pytest.approx(100 * 244.638167 / 1829.18672, abs=1e-4)
    assert _value(shown, "import", 2021, "share_of_gdp_pct") == pytest.approx(100 * 130.890203 / 1829.18672, abs=1e-4)
    assert "20.5% in 2021" in shown.answer
    assert shown.data.filter("is_estimate")["period"].dt.year().unique().sort().to_list() == [2022, 2023, 2024]
    assert set(shown.data["partners"]) == {34}


def test_exposure_on_a_day_takes_what_was_known_then(store: Store) -> None:
    """Before the IMF's edition of May 2026: Russia's own customs with 16 of the 34, and the IMF's GDP of Oct 2025."""
    shown = _exposure(store, known_on="2026-01-01")
    assert set(shown.data["source"]) == {"fcs_russia"}
    assert set(shown.data["gdp_release"]) == {"imf_weo-2025-10"}
    assert shown.subtitle.startswith("With 16 of the 34 countries of the sanctioning side")
    assert "17.6% of the GDP of Russia in 2021" in shown.answer
    assert shown.data["known_from"].max() == date(2025, 10, 14)


def test_others_are_seen_from_the_united_states_alone(store: Store) -> None:
    shown = _exposure(store, target="IRN", event="2018-05-08")
    assert "With the United States only" in shown.subtitle
    assert "far less than the whole sanctioning side" in shown.note
    assert max(shown.data["period"]) == date(2025, 1, 1)  # 2026 is a part of a year
    assert _value(shown, "export", 2018, "value_usd") == pytest.approx(
        store.query(
            "SELECT sum(value_usd) AS v FROM trade_flow WHERE reporter = 'USA' AND partner = 'IRN' AND flow = 'import' "
            "AND year(period) = 2018 AND frequency = 'M' AND known_to IS NULL"
        )["v"].item()
    )


def test_ukraine_has_no_sanctioning_side(store: Store) -> None:
    shown = _exposure(store, target="UKR")
    texts = (shown.title, shown.subtitle, shown.note, shown.answer, shown.passport.series, shown.stem)
    assert not any("sanctioning" in text for text in texts)
    assert exposure_heading(store, "UKR") == "Goods trade in % of GDP"
    assert exposure_heading(store, "RUS") == "Exposure to the sanctioning side"


def test_who_is_not_under_sanctions_has_chosen_countries(store: Store) -> None:
    shown = _exposure(store, target="USA")
    assert shown.title == "United States: goods trade with the chosen countries, % of GDP"
    assert shown.subtitle.startswith("With 33 chosen countries; ")
    assert "Gaps: 1985–1991" in shown.note


def test_no_gdp_no_share_and_no_partner_no_share(store: Store) -> None:
    with pytest.raises(NothingToShow, match="GDP in dollars for North Korea"):
        _exposure(store, target="PRK")
    with pytest.raises(NothingToShow, match="add the United States"):
        _exposure(store, target="VEN", side="DEU,FRA")
