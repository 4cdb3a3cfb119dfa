from __future__ import annotations

import math
from datetime import date

import polars as pl
import pytest

from dashboard.analysis.errors import AnalysisError
from dashboard.analysis.impact import exposure, growth_shortfall, index_before_event, path_gap

EVENT = date(2022, 2, 24)
# World Economic Outlook, growth of Russia's real GDP in 2022 and 2023, percent, by release.
WEO = {
    date(2022, 1, 25): (2.8, 2.1),
    date(2022, 4, 19): (-8.5, -2.3),
    date(2022, 7, 26): (-6.0, -3.5),
}


def growth(values: dict[int, float]) -> pl.DataFrame:
    return pl.DataFrame({"period": [date(year, 1, 1) for year in values], "value": list(values.values())})


def forecasts(*releases: date) -> pl.DataFrame:
    return pl.concat(
        [
            growth({2022: WEO[release][0], 2023: WEO[release][1]}).with_columns(
                known_from=pl.lit(release), source=pl.lit("imf_weo"), release=pl.lit(f"weo-{release:%Y-%m}")
            )
            for release in releases
        ]
    )


def test_russia_2022_against_the_outlook_of_january_2022() -> None:
    result = growth_shortfall(forecasts(date(2022, 1, 25)), growth({2022: -1.2, 2023: 3.6}), event=EVENT)
    assert [year.year for year in result.years] == [2022, 2023]
    assert result.years[0].shortfall_pp == pytest.approx(4.0)
    assert result.years[1].level_gap_percent == pytest.approx(-2.4791, abs=1e-3)
    assert result.frame()["shortfall_pp"].to_list() == pytest.approx([4.0, -1.5])
    assert result.words("Russia's real GDP") == (
        "Russia's real GDP shrank by 1.2% in 2022, 4.0 percentage points less than the forecast of 25 Jan 2022 "
        "(weo-2022-01); by 2023 the level was 2.5% below the forecast path."
    )


def test_the_first_estimate_gives_another_shortfall() -> None:
    result = growth_shortfall(forecasts(date(2022, 1, 25)), growth({2022: -2.1}), event=EVENT)
    assert result.years[0].shortfall_pp == pytest.approx(4.9)
    assert len(result.years) == 1


def test_a_forecast_made_after_the_event_is_refused_because_it_flips_the_sign() -> None:
    outcome = growth({2022: -1.2, 2023: 3.6})
    with pytest.raises(AnalysisError, match="19 Apr 2022, not before the event of 24 Feb 2022"):
        growth_shortfall(forecasts(date(2022, 4, 19)), outcome, event=EVENT)
    with pytest.raises(AnalysisError, match="not before the event"):
        growth_shortfall(forecasts(date(2022, 1, 25)), outcome, event=date(2022, 1, 25))
    assert -8.5 - -1.2 < 0 < 2.8 - -1.2


def test_of_several_vintages_the_last_before_the_event_counts() -> None:
    outcome = growth({2022: -1.2, 2023: 3.6})
    early = forecasts(date(2022, 1, 25)).with_columns(
        known_from=pl.lit(date(2021, 10, 12)), value=pl.Series([2.9, 2.0]), release=pl.lit("weo-2021-10")
    )
    result = growth_shortfall(pl.concat([early, forecasts(*WEO)]), outcome, event=EVENT)
    assert result.forecast_known_from == date(2022, 1, 25)


def test_compounding_stops_at_a_gap() -> None:
    known = pl.lit(date(2022, 1, 25)).alias("known_from")
    forecast = growth({2021: 4.5, 2022: 2.8, 2024: 2.0}).with_columns(known)
    result = growth_shortfall(forecast, growth({2021: 5.0, 2022: -1.2, 2023: 3.6, 2024: 4.0}), event=EVENT)
    assert [year.year for year in result.years] == [2022]


def test_growth_shortfall_refusals() -> None:
    forecast, outcome = forecasts(date(2022, 1, 25)), growth({2022: -1.2})
    with pytest.raises(AnalysisError, match="no outcome for 2022"):
        growth_shortfall(forecast, growth({2023: 1.0}), event=EVENT)
    with pytest.raises(AnalysisError, match="no forecast for 2024"):
        growth_shortfall(forecast, growth({2024: 1.0}), event=date(2024, 1, 1))
    with pytest.raises(AnalysisError, match="more than one source"):
        other = forecast.with_columns(source=pl.lit("worldbank"))
        growth_shortfall(pl.concat([forecast, other]), outcome, event=EVENT)
    with pytest.raises(AnalysisError, match="outcome holds forecasts"):
        growth_shortfall(forecast, outcome.with_columns(is_forecast=pl.lit(True)), event=EVENT)
    with pytest.raises(AnalysisError, match="known_from"):
        growth_shortfall(forecast.drop("known_from"), outcome, event=EVENT)
    with pytest.raises(AnalysisError, match="no forecast to compare"):
        growth_shortfall(forecast.clear(), outcome, event=EVENT)


def levels(area: str, values: dict[int, float]) -> pl.DataFrame:
    return growth(values).with_columns(area=pl.lit(area))


def test_index_is_100_in_the_last_full_year_before() -> None:
    both = pl.concat([levels("RUS", {2020: 90.0, 2021: 100.0, 2022: 98.8}), levels("UKR", {2021: 200.0, 2022: 142.4})])
    frame = index_before_event(both, 2022)
    assert frame.filter(pl.col("period") == date(2021, 1, 1))["index"].to_list() == [100.0, 100.0]
    assert frame["index"].to_list() == pytest.approx([90.0, 100.0, 98.8, 100.0, 71.2])
    alone = index_before_event(both.filter(pl.col("area") == "RUS").drop("area"), 2022, by=())
    assert alone["index"].to_list() == pytest.approx([90.0, 100.0, 98.8])
    with pytest.raises(AnalysisError, match="No area has a level for 2029"):
        index_before_event(both, 2030)


def test_a_level_that_stays_on_its_path_has_no_gap() -> None:
    frame = path_gap(levels("AAA", {year: 100 * 1.03 ** (year - 2010) for year in range(2010, 2026)}), 2022)
    assert frame["period"][0] == date(2014, 1, 1)
    assert frame["gap_percent"].to_list() == pytest.approx([0.0] * 12, abs=1e-9)
    assert frame["trend_percent"][0] == pytest.approx(3.0)
    assert frame["fit_percent"][0] == pytest.approx(0.0, abs=1e-9)
    base = frame.row(by_predicate=pl.col("period") == date(2021, 1, 1), named=True)
    assert (base["index"], base["path_index"]) == (100.0, pytest.approx(100.0))


def test_a_fall_below_the_path_by_hand() -> None:
    values = {year: math.exp(0.02 * (year - 2014)) for year in range(2014, 2022)}
    values[2022] = math.exp(0.02 * 8) * 0.9
    frame = path_gap(levels("AAA", values), 2022, 8)
    assert frame["gap_percent"][-1] == pytest.approx(-10.0)


def test_path_gap_refuses_what_is_not_a_path() -> None:
    short = levels("SYR", {2019: 1.0, 2020: 1.0, 2021: 1.0, 2022: 1.0})
    good = levels("RUS", dict.fromkeys(range(2014, 2025), 100.0))
    with pytest.raises(AnalysisError, match="levels of SYR hold 3 years from 2014 to 2021"):
        path_gap(pl.concat([good, short]), 2022)
    assert path_gap(pl.concat([good, short]), 2022, skip_missing=True)["area"].unique().to_list() == ["RUS"]
    with pytest.raises(AnalysisError, match="SYR"):
        path_gap(short, 2022, skip_missing=True)
    with pytest.raises(AnalysisError, match="not above zero"):
        path_gap(levels("AAA", {year: float(year - 2015) for year in range(2014, 2025)}), 2022)
    with pytest.raises(AnalysisError, match="no levels"):
        path_gap(good.clear(), 2022)


def test_exposure_is_trade_in_percent_of_gdp_on_complete_years() -> None:
    trade = growth({2021: 36.0, 2022: 16.1, 2026: 2.3}).rename({"value": "value_usd"})
    trade = trade.with_columns(is_partial=pl.Series([False, False, True]), is_estimate=pl.lit(False))
    gdp = growth({2021: 1800.0, 2022: 2300.0, 2026: 2000.0})
    frame = exposure(trade, gdp)
    assert frame["share_percent"].to_list() == pytest.approx([2.0, 0.7])
    assert frame.columns == ["period", "value_usd", "gdp_usd", "share_percent", "is_estimate"]
    months = pl.DataFrame({"period": [date(2021, 1, 1), date(2021, 2, 1)], "value_usd": [1.0, 1.0]})
    with pytest.raises(AnalysisError, match="trade figures are not annual"):
        exposure(months, gdp)


def as_stored(*rows: tuple[int, float, date]) -> pl.DataFrame:
    """Forecasts as a store keeps them: a figure that a later release repeats has no row of that release."""
    return pl.DataFrame(
        [(date(year, 1, 1), value, known, f"weo-{known:%Y-%m}", "imf_weo") for year, value, known in rows],
        schema=["period", "value", "known_from", "release", "source"],
        orient="row",
    ).with_columns(known_to=pl.col("known_from").sort().shift(-1).over("period", order_by="known_from").cast(pl.Date))


def test_a_figure_that_was_repeated_stands_until_it_is_replaced() -> None:
    april, july, october = date(2024, 4, 16), date(2024, 7, 16), date(2024, 10, 22)
    stored = as_stored((2024, 3.2, april), (2025, 1.8, april), (2025, 1.5, july), (2024, 3.6, october))
    result = growth_shortfall(stored, growth({2024: 4.9, 2025: 1.0}), event=date(2024, 8, 1))
    assert [(year.forecast_percent, year.forecast_known_from) for year in result.years] == [(3.2, april), (1.5, july)]
    assert (result.forecast_known_from, result.forecast_label) == (july, "weo-2024-07")
    assert result.years[-1].level_gap_percent == pytest.approx(100 * (1.049 * 1.01 / (1.032 * 1.015) - 1))
    assert "the forecast of 16 Jul 2024 (weo-2024-07; 2024 as published on 16 Apr 2024)" in result.words()


def test_a_release_that_names_one_year_does_not_drop_the_next() -> None:
    october, january = date(2021, 10, 5), date(2022, 1, 11)
    stored = as_stored((2022, 2.1, october), (2023, 2.0, october), (2022, -2.8, january))
    result = growth_shortfall(stored, growth({2022: -4.7, 2023: 3.9}), event=EVENT)
    assert [year.forecast_percent for year in result.years] == [-2.8, 2.0]
    assert result.forecast_known_from == january


def test_a_year_with_two_figures_of_one_day_is_refused() -> None:
    day = date(2022, 1, 11)
    with pytest.raises(AnalysisError, match="more than one row"):
        growth_shortfall(as_stored((2022, 2.1, day), (2022, 2.2, day)), growth({2022: -1.2}), event=EVENT)


def shortfall(outcome: dict[int, float], forecast: dict[int, float]) -> str:
    told = growth(forecast).with_columns(known_from=pl.lit(date(2022, 1, 25)))
    return growth_shortfall(told, growth(outcome), event=EVENT).words("It")


@pytest.mark.parametrize(
    ("outcome", "forecast", "words"),
    [
        (0.0, 2.0, "It grew by 0.0% in 2022, 2.0 percentage points less than"),
        (-0.5, -1.0, "It shrank by 0.5% in 2022, 0.5 percentage points more than"),
        (2.0, 2.0, "It grew by 2.0% in 2022, 0.0 percentage points less than"),
    ],
)
def test_growth_of_nothing_is_growth_and_what_came_as_told_is_no_more(
    outcome: float, forecast: float, words: str
) -> None:
    assert shortfall({2022: outcome}, {2022: forecast}).startswith(words)


def test_the_level_is_that_of_the_last_year() -> None:
    words = shortfall({2022: -10.0, 2023: 1.0, 2024: 40.0}, {2022: 1.0, 2023: 1.0, 2024: 1.0})
    assert "It shrank by 10.0% in 2022, 11.0 percentage points less than" in words
    assert words.endswith("by 2024 the level was 23.5% above the forecast path.")
    assert shortfall({2022: 1.0}, {2022: 1.0}).endswith("the level was 0.0% above the forecast path.")


def test_figures_that_are_nothing_are_no_forecasts() -> None:
    days = {date(2021, 10, 1): 2.0, date(2022, 1, 1): float("nan"), date(2022, 1, 2): None}
    rows = [(date(2022, 1, 1), value, day) for day, value in days.items()]
    stored = pl.DataFrame(rows, schema={"period": pl.Date, "value": pl.Float64, "known_from": pl.Date}, orient="row")
    result = growth_shortfall(stored, growth({2022: 1.0}), event=EVENT)
    assert (result.years[0].forecast_percent, result.forecast_known_from) == (2.0, date(2021, 10, 1))


def test_one_forecaster_one_area_and_one_indicator() -> None:
    forecast, outcome = forecasts(date(2022, 1, 25)), growth({2022: 1.0, 2023: 1.0})
    for column in ("source", "area", "indicator"):
        two = pl.Series(column, ["a", "b"])
        with pytest.raises(AnalysisError, match=f"The forecasts hold more than one {column}"):
            growth_shortfall(forecast.with_columns(two), outcome, event=EVENT)
        with pytest.raises(AnalysisError, match=f"The outcomes hold more than one {column}"):
            growth_shortfall(forecast, outcome.with_columns(two), event=EVENT)


def test_a_path_by_hand() -> None:
    """Logs 0, 1, 1, 2 over four years: slope 0.6, mean 1 in the middle; misses 0.1, 0.3, 0.3, 0.1."""
    values = dict(zip(range(2018, 2022), (math.exp(log) for log in (0, 1, 1, 2)), strict=True))
    frame = path_gap(levels("AAA", values | {2022: math.exp(2.5), 2017: 1.0}), 2022, 4)
    assert frame["period"].dt.year().to_list() == [2018, 2019, 2020, 2021, 2022]
    assert frame["trend_percent"][0] == pytest.approx(100 * (math.exp(0.6) - 1))
    assert frame["fit_percent"][0] == pytest.approx(100 * math.sqrt((0.01 + 0.09 + 0.09 + 0.01) / 4))
    assert frame["gap_percent"].to_list() == pytest.approx(
        [100 * (math.exp(miss) - 1) for miss in (-0.1, 0.3, -0.3, 0.1, 0.0)]
    )
    assert frame["path_index"][3] == pytest.approx(100 * math.exp(-0.1))
    assert frame["index"][4] == pytest.approx(100 * math.exp(0.5))


def test_a_path_needs_four_years_the_last_one_and_levels_above_zero() -> None:
    four = dict.fromkeys(range(2018, 2022), 1.0)
    assert path_gap(levels("AAA", four), 2022, 4).height == 4
    with pytest.raises(AnalysisError, match="hold 3 years from 2019 to 2021; a path needs 4 and the last one"):
        path_gap(levels("AAA", four), 2022, 3)
    with pytest.raises(AnalysisError, match="a path needs 4"):
        path_gap(levels("AAA", dict.fromkeys(range(2014, 2021), 1.0)), 2022)
    with pytest.raises(AnalysisError, match="A level of AAA is not above zero"):
        path_gap(levels("AAA", four | {2022: 0.0}), 2022)
    assert path_gap(levels("AAA", four | {2010: 0.0}), 2022, 4).height == 4, "it lies before the path"
    plain = levels("AAA", four).drop("area")
    assert path_gap(plain, 2022, 4, by=()).height == 4


def test_a_part_of_a_year_is_no_level() -> None:
    held = levels("AAA", {2020: 1.0, 2021: 2.0, 2022: 9.0}).with_columns(is_partial=pl.Series([False, False, True]))
    assert index_before_event(held, 2022)["index"].to_list() == [50.0, 100.0]


def test_exposure_within_each_country_and_never_of_nothing() -> None:
    def both(name: str, *values: float) -> pl.DataFrame:
        rows = [(area, date(2021, 1, 1), value) for area, value in zip("ba", values, strict=True)]
        return pl.DataFrame(rows, schema=["area", "period", name], orient="row")

    frame = exposure(both("value_usd", 1.0, 5.0), both("value", 100.0, 0.0), by=["area"])
    assert frame.select("area", "share_percent").rows() == [("b", 1.0)]
    whole = exposure(both("value_usd", 1.0, 5.0), both("value", 100.0, 50.0), by=["area"])
    assert whole.select("area", "share_percent").rows() == [("a", 10.0), ("b", 1.0)]
    assert "is_estimate" not in whole.columns
    gdp = growth({2021: 1.0}).with_columns(frequency=pl.lit("Q"))
    with pytest.raises(AnalysisError, match="the GDP figures are not annual"):
        exposure(growth({2021: 1.0}).rename({"value": "value_usd"}), gdp)


def test_a_small_level_is_a_level_and_none_is_not() -> None:
    assert index_before_event(levels("AAA", {2021: 0.5, 2022: 1.0}), 2022)["index"].to_list() == [100.0, 200.0]
    both = pl.concat([levels("AAA", {2021: 0.0, 2022: 1.0}), levels("BBB", {2021: 0.5})])
    assert index_before_event(both, 2022)["area"].to_list() == ["BBB"]
    with pytest.raises(AnalysisError, match="No area has a level for 2021"):
        index_before_event(levels("AAA", {2021: 0.0}), 2022)


def test_paths_stand_in_the_order_of_their_areas() -> None:
    names = [f"A{place:02}" for place in range(40)]
    frame = path_gap(pl.concat([levels(name, dict.fromkeys(range(2014, 2023), 1.0)) for name in names]), 2022)
    assert frame["area"].unique(maintain_order=True).to_list() == names


def test_one_forecast_among_the_outcomes_is_one_too_many() -> None:
    forecast = forecasts(date(2022, 1, 25))
    mixed = growth({2022: -1.2, 2023: 3.6}).with_columns(is_forecast=pl.Series([False, True]))
    with pytest.raises(AnalysisError, match="outcome holds forecasts"):
        growth_shortfall(forecast, mixed, event=EVENT)


def test_the_oldest_forecast_is_named_where_all_are_too_late() -> None:
    late = forecasts(date(2022, 4, 19), date(2022, 7, 26))
    with pytest.raises(AnalysisError, match="The forecast is of 19 Apr 2022"):
        growth_shortfall(late, growth({2022: -1.2}), event=EVENT)


def test_shortfalls_compound_from_the_year_of_the_event() -> None:
    """Less than a percent in every year: 1.005 · 1.0025 against 0.995 · 1.01, year by year."""
    known = pl.lit(date(2022, 1, 25)).alias("known_from")
    forecast = growth({2021: 9.0, 2022: 0.5, 2023: 0.25, 2025: 1.0}).with_columns(known)
    result = growth_shortfall(forecast, growth({2021: 7.0, 2022: -0.5, 2023: 1.0, 2024: 1.0}), event=EVENT)
    assert [(one.year, one.shortfall_pp) for one in result.years] == [(2022, 1.0), (2023, -0.75)]
    assert [one.level_gap_percent for one in result.years] == pytest.approx(
        [100 * (0.995 / 1.005 - 1), 100 * (0.995 * 1.01 / (1.005 * 1.0025) - 1)]
    )
    assert (result.forecast_label, result.forecast_known_from) == (None, date(2022, 1, 25))
    words = result.words()
    assert words.startswith("Output shrank by 0.5% in 2022, 1.0 percentage point less than the forecast of 25 Jan")
    assert words.endswith("by 2023 the level was 0.3% below the forecast path.")
    better = growth_shortfall(forecast, growth({2022: 0.75}), event=EVENT).words()
    assert "grew by 0.8% in 2022, 0.3 percentage points more" in better and "0.2% above the forecast path" in better


def test_a_path_goes_on_after_its_years() -> None:
    """Logs 0, 1, 2, 5 over four years: a line of slope 1.6 through their mean of 2, and a last year off it."""
    values = {2018: 1.0, 2019: math.e, 2020: math.e**2, 2021: math.e**5, 2022: math.e**4}
    frame = path_gap(pl.concat([levels("AAA", values), levels("AAA", {2010: 900.0})]), 2022, 4)
    path = [2 + 1.6 * (year - 2019.5) for year in range(2018, 2023)]
    logs = [0.0, 1.0, 2.0, 5.0, 4.0]
    assert frame["period"].dt.year().to_list() == list(range(2018, 2023))
    assert frame["gap_percent"].to_list() == pytest.approx(
        [100 * math.expm1(log - one) for log, one in zip(logs, path, strict=True)]
    )
    assert frame["trend_percent"].to_list() == pytest.approx([100 * math.expm1(1.6)] * 5)
    misses = [log - one for log, one in zip(logs[:4], path, strict=False)]
    assert frame["fit_percent"][0] == pytest.approx(100 * math.sqrt(sum(one**2 for one in misses) / 4))
    assert frame["index"].to_list() == pytest.approx([100 * math.exp(log - 5) for log in logs])
    assert frame["path_index"].to_list() == pytest.approx([100 * math.exp(one - 5) for one in path])
