"""The growth that did not come: the last forecast before the event, everything dated around it, and what is lacking."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import polars as pl
import pytest

from dashboard.studies import shortfall
from dashboard.studies.shortfall import Shortfall, ShortfallQuery
from pipelines.store import Store
from tests.dashboard import tiny

EVENT = date(2022, 2, 24)


def _study(store: Store, **more: object) -> Shortfall:
    return shortfall.study(store, ShortfallQuery(**{"target": "AAA", "event": EVENT} | more))  # type: ignore[arg-type]


def test_the_compared_years_by_hand(lands: Store) -> None:
    """3.0 and 2.0 were expected, −10.0 and 1.0 came: 13 and 1 points, and 0.9 · 1.01 / (1.03 · 1.02) of the level."""
    found = _study(lands)
    assert [year.year for year in found.years] == [2022, 2023]
    assert [year.shortfall_pp for year in found.years] == [pytest.approx(13.0), pytest.approx(1.0)]
    assert found.years[1].level_gap_percent == pytest.approx(100 * (0.9 * 1.01 / (1.03 * 1.02) - 1))
    assert (found.forecast_release, found.outcome_releases) == ("imf_weo-2022-01", ("worldbank-2026-07",))
    assert (found.last_observation, found.edition) == ("2023", "World Bank figures, Jul 2026")
    assert found.published_words == "Jan 2022"


@pytest.mark.parametrize(
    ("day", "text"),
    [
        (date(2021, 12, 31), "Dec 2021"), (date(2021, 12, 30), "30 Dec 2021"), (date(2022, 1, 31), "Jan 2022"),
        (date(2022, 2, 28), "Feb 2022"), (date(2022, 11, 30), "Nov 2022"), (date(2022, 6, 8), "8 Jun 2022"),
    ],
)  # fmt: skip
def test_the_last_day_of_a_month_stands_for_the_month(lands: Store, day: date, text: str) -> None:
    assert replace(_study(lands), forecast_day=day).published_words == text


def test_forecast_range_first_estimate_revision_and_outcome_are_all_there(lands: Store) -> None:
    rows = _study(lands).frame.filter(pl.col("period") == date(2022, 1, 1))
    assert rows.select("kind", "value_pct", "low_pct", "high_pct", "compared").rows() == [
        ("forecast", 3.0, None, None, True),
        ("forecast", -12.0, None, None, False),
        ("forecast", None, -14.0, 4.5, False),
        ("first_estimate", -9.0, None, None, False),
        ("revised", -9.5, None, None, False),
        ("outcome", -10.0, None, None, False),
    ]
    assert _study(lands).other_publications == 4


def test_a_range_of_which_one_end_was_published_is_kept() -> None:
    store = tiny.store(
        macro=[
            *tiny.macro("AAA", {2022: -1.0}),
            *tiny.macro("AAA", {2022: 2.0}, is_forecast=True, flag="forecast", source="imf_weo", release="a",
                        known_from=date(2022, 1, 31)),
            *tiny.macro("AAA", {2022: -7.0}, indicator="gdp_growth_low", is_forecast=True, flag="forecast",
                        source="cbr", release="b", known_from=date(2022, 4, 29)),
        ],
    )  # fmt: skip
    ranges = _study(store).frame.filter(pl.col("low_pct").is_not_null())
    assert ranges.select("low_pct", "high_pct", "source").rows() == [(-7.0, None, "cbr")]


def test_at_most_three_years_are_drawn_and_told() -> None:
    years = dict.fromkeys(range(2022, 2027), 2.0)
    store = tiny.store(
        macro=[
            *tiny.macro("AAA", years),
            *tiny.macro("AAA", years, is_forecast=True, flag="forecast", source="imf_weo", release="a",
                        known_from=date(2022, 1, 31)),
        ],
    )  # fmt: skip
    found = _study(store)
    assert ([year.year for year in found.years], found.more_years) == ([2022, 2023, 2024], 2)
    assert (found.last_observation, found.frame["period"].max()) == ("2024", date(2024, 1, 1))


@pytest.mark.parametrize(
    ("more", "text"),
    [
        (
            {"target": "BBB"},
            "The store keeps no dated growth forecasts for Borduria; it has them for Aland.",
        ),
        (
            {"known_on": date(2021, 1, 1)},
            "No growth forecast for Aland was known to this store on 1 Jan 2021: the first one here is of 31 Jan 2022. "
            "Choose a later day.",
        ),
        (
            {"event": date(2022, 1, 1)},
            "The store keeps no forecast of growth of Aland in 2022 from before 1 Jan 2022; later ones are not "
            "compared. Choose another event or forecaster.",
        ),
        (
            {"forecaster": "iif"},
            "The store keeps no forecast of the IIF of growth of Aland in 2022 from before 24 Feb 2022; later ones are "
            "not compared. Choose another event or forecaster.",
        ),
        (
            {"known_on": date(2026, 1, 1)},
            "The World Bank's figures on real GDP growth for Aland were not known to this store on 1 Jan 2026: the "
            "first vintage here is of 1 Jul 2026. Choose a later day, or the figures of the IMF.",
        ),
        (
            {"event": date(2027, 1, 1)},
            "The store keeps no forecast of growth of Aland in 2027 from before 1 Jan 2027; later ones are not "
            "compared. Choose another event or forecaster.",
        ),
    ],
)
def test_what_is_missing_is_told_by_its_cause(lands: Store, more: dict[str, object], text: str) -> None:
    assert _study(lands, **more).why_empty == text


def test_a_forecast_that_was_not_known_on_the_day_is_the_days_doing() -> None:
    store = tiny.store(
        macro=[
            *tiny.macro("AAA", {2022: -1.0}, known_from=date(2020, 1, 1)),
            *tiny.macro("AAA", {2021: 2.0}, is_forecast=True, flag="forecast", source="imf_weo", release="a",
                        known_from=date(2021, 1, 31)),
            *tiny.macro("AAA", {2022: 2.0}, is_forecast=True, flag="forecast", source="imf_weo", release="b",
                        known_from=date(2022, 1, 31)),
        ],
    )  # fmt: skip
    assert _study(store, known_on=date(2021, 6, 1)).why_empty == (
        "No forecast of growth of Aland in 2022 was known to this store on 1 Jun 2021. Choose a later day."
    )


def test_the_day_hides_what_was_published_later(lands: Store) -> None:
    found = _study(lands, known_on=date(2025, 10, 14), outcome_source="imf_weo")
    assert found.years[0].outcome_percent == -10.0
    found = _study(lands, known_on=date(2026, 8, 1))
    assert set(found.frame["kind"]) == {"forecast", "first_estimate", "revised", "outcome"}


def test_an_outcome_that_was_not_known_on_the_day_is_the_days_doing() -> None:
    old = {"known_from": date(2022, 3, 1), "release": "worldbank-2022-03"}
    store = tiny.store(
        macro=[
            *tiny.macro("AAA", {2021: 2.0}, **old),
            *tiny.macro("AAA", {2022: -1.0}),
            *tiny.macro("AAA", {2022: 2.0}, is_forecast=True, flag="forecast", source="imf_weo", release="a",
                        known_from=date(2022, 1, 31)),
        ],
    )  # fmt: skip
    assert _study(store, known_on=date(2022, 6, 1)).why_empty == (
        "The outcome for Aland in 2022 was not known on 1 Jun 2022. Choose a later day or another event."
    )
    assert _study(store).why_empty == ""


def test_the_dots_of_a_year_are_its_own_without_the_outcome(lands: Store) -> None:
    found = _study(lands)
    assert found.dots(2022)["kind"].to_list() == ["forecast"] * 3 + ["first_estimate", "revised"]
    assert set(found.dots(2023)["period"]) == {date(2023, 1, 1)}
    assert found.dots(2030).is_empty()


def test_a_mark_counts_by_its_first_word_and_what_came_later_is_not_the_day_of_the_forecast() -> None:
    """Years that the compared edition takes over from an older one keep their own day behind its own."""
    forecast = {"is_forecast": True, "flag": "forecast;no_revision", "source": "imf_weo", "release": "a"}
    store = tiny.store(
        macro=[
            *tiny.macro("AAA", {2022: -1.0, 2023: -1.0}),
            *tiny.macro("AAA", {2022: 2.0}, known_from=date(2022, 1, 31), **forecast),
            *tiny.macro("AAA", {2023: 2.0}, known_from=date(2022, 2, 1), **forecast),
            *tiny.macro("AAA", {2022: 9.0}, is_forecast=True, flag="other;forecast", source="imf_weo", release="b",
                        known_from=date(2022, 2, 2)),
        ],
    )  # fmt: skip
    found = _study(store)
    assert (found.forecast_day, found.forecast_release) == (date(2022, 1, 31), "a")
    assert "b" not in found.releases
