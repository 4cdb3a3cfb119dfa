"""Forecasts against the outcome: the vintage before the event, never one after it."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from dashboard.analysis.impact import growth_shortfall as measure
from dashboard.exhibits.base import Exhibit, NothingToShow
from dashboard.exhibits.impact.forecast import ShortfallParams, growth_shortfall
from dashboard.figures.theme import LIGHT
from pipelines.store import Store


def _shown(store: Store, **values: object) -> Exhibit:
    return growth_shortfall(store, ShortfallParams.parse(values), LIGHT)


def _outcomes(shown: Exhibit) -> dict[int, dict[str, float]]:
    rows = shown.data.filter(pl.col("kind") == "outcome")
    return {row["period"].year: row for row in rows.iter_rows(named=True)}


def test_russia_against_the_imf_of_january_2022(store: Store) -> None:
    """+2.8 and +2.1 against −1.435371 and 4.066614: by hand."""
    shown = _shown(store)
    found = _outcomes(shown)
    assert sorted(found) == [2022, 2023]
    assert found[2022]["shortfall_pp"] == pytest.approx(4.235371)
    assert found[2023]["shortfall_pp"] == pytest.approx(-1.966614)
    gap = 100 * ((1 - 0.01435371) * (1 + 0.04066614) / (1.028 * 1.021) - 1)
    assert found[2023]["level_gap_pct"] == pytest.approx(gap)
    assert round(gap, 2) == -2.27
    assert "World Economic Outlook update, January 2022" in shown.note
    assert shown.passport.vintage.startswith(
        "forecast of Jan 2022 (World Economic Outlook update), outcome of 1 Jul 2026 (World Development Indicators)"
    )
    assert "imf_weo-2022-01" in dict(shown.passport.rows())["Vintage"]


def test_the_measure_gives_the_published_case() -> None:
    """Outcome −1.2 and 3.6 against January 2022: 4.00 points and −2.4791%."""
    forecast = pl.DataFrame(
        {"period": [date(2022, 1, 1), date(2023, 1, 1)], "value": [2.8, 2.1], "known_from": [date(2022, 1, 31)] * 2}
    )
    outcome = pl.DataFrame({"period": [date(2022, 1, 1), date(2023, 1, 1)], "value": [-1.2, 3.6]})
    result = measure(forecast, outcome, event=date(2022, 2, 24))
    assert result.years[0].shortfall_pp == pytest.approx(4.0)
    assert result.years[1].level_gap_percent == pytest.approx(-2.4791, abs=5e-5)


def test_only_one_forecast_a_year_is_compared_and_it_is_older_than_the_event(store: Store) -> None:
    used = _shown(store).data.filter("compared")
    assert used["period"].to_list() == [date(2022, 1, 1), date(2023, 1, 1)]
    assert used["value_pct"].to_list() == [2.8, 2.1]
    assert used["published"].unique().to_list() == [date(2022, 1, 31)]


def test_forecast_first_estimate_and_revision_are_drawn_differently(store: Store) -> None:
    figure = _shown(store).figure
    symbols = {trace.name: trace.marker.symbol for trace in figure.data if trace.mode == "markers"}
    assert symbols == {
        "forecast": "circle-open", "first estimate": "diamond", "revised figure": "square",
        "compared: the last before the event": "circle",
    }  # fmt: skip


def test_first_estimate_and_revisions_of_russia_2022_are_there(store: Store) -> None:
    rows = _shown(store).data.filter(pl.col("period") == date(2022, 1, 1))
    rosstat = rows.filter(pl.col("source") == "rosstat").select("kind", "value_pct").rows()
    assert rosstat == [("first_estimate", -2.1), ("revised", -1.2)]
    # The IIF said −15% in March and again in June: two publications.
    iif = rows.filter(pl.col("source") == "iif").select("value_pct", "release").rows()
    assert iif == [(-15.0, "iif-2022-03"), (-15.0, "iif-2022-06")]


def test_a_forecast_range_keeps_both_ends(store: Store) -> None:
    ranges = _shown(store).data.filter(pl.col("low_pct").is_not_null())
    assert ranges.height > 0
    assert ranges.filter((pl.col("low_pct") > pl.col("high_pct")) | pl.col("value_pct").is_not_null()).is_empty()


def test_ukraine_against_the_last_forecast_of_anybody(store: Store) -> None:
    shown = _shown(store, target="UKR")
    assert shown.data.filter("compared")["source"].to_list() == ["ebrd"]
    assert _outcomes(shown)[2022]["shortfall_pp"] == pytest.approx(32.258584)


def test_one_forecaster_can_be_chosen(store: Store) -> None:
    shown = _shown(store, target="UKR", forecaster="imf_weo")
    assert shown.data.filter("compared")["published"].to_list() == [date(2019, 4, 30)]


def test_a_forecast_that_was_repeated_is_the_last_one(store: Store) -> None:
    """The update of July 2024 repeated 3.2 for 2024 and cut 2025 to 1.5; outcomes 4.9 and 1.0."""
    shown = _shown(store, event="2024-08-01", forecaster="imf_weo")
    used = shown.data.filter("compared")
    assert used.select("period", "value_pct", "release").rows() == [
        (date(2024, 1, 1), 3.2, "imf_weo-2024-07"),
        (date(2025, 1, 1), 1.5, "imf_weo-2024-07"),
    ]
    assert "World Economic Outlook update, July 2024" in shown.note
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
    used = _shown(store, target=target, event=event, forecaster=forecaster).data.filter("compared")
    assert used["release"].unique().to_list() == [release]


def test_iran_2018(store: Store) -> None:
    found = _outcomes(_shown(store, target="IRN", event="2018-05-08"))
    assert round(found[2018]["shortfall_pp"], 1) == 7.7


def test_an_event_without_an_earlier_forecast_is_refused(store: Store) -> None:
    with pytest.raises(NothingToShow, match="later ones are not compared"):
        _shown(store, event="2014-03-17")


def test_a_country_without_forecasts_names_those_that_have_them(store: Store) -> None:
    with pytest.raises(NothingToShow, match="Belarus, Iran, Myanmar, Russia, Ukraine and Venezuela"):
        _shown(store, target="KAZ")


def test_the_outcome_of_another_source(store: Store) -> None:
    assert _outcomes(_shown(store, gdp_source="imf_weo"))[2022]["value_pct"] == -1.4
