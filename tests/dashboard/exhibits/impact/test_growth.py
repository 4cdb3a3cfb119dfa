"""Growth and inflation of targets and peers, against figures that were read by hand."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from dashboard.exhibits.base import Exhibit, NothingToShow
from dashboard.exhibits.impact.choices import countries
from dashboard.exhibits.impact.growth import GrowthParams, InflationParams, gdp_growth, inflation
from dashboard.exhibits.impact.targets import YEARS_BEFORE, cases
from dashboard.figures.marks import NOT_A_CAUSE
from dashboard.figures.theme import DARK, LIGHT
from pipelines.store import Store

RUSSIA = [1.8, 0.7, -2.0, 0.2, 1.8, 2.8, 2.2, -2.7, 5.9, -1.4, 4.1, 4.9, 1.0]  # 2013–2025
UKRAINE = {2022: -28.8, 2023: 5.5, 2024: 3.2, 2025: 1.8}


def _growth(store: Store, **values: object) -> Exhibit:
    return gdp_growth(store, GrowthParams.parse(values), LIGHT)


def _of(shown: Exhibit, area: str, column: str) -> dict[int, float]:
    rows = shown.data.filter(pl.col("area") == area).select("period", column)
    return {when.year: round(value, 1) for when, value in rows.iter_rows()}


def test_growth_of_russia_2013_to_2025(store: Store) -> None:
    assert _of(_growth(store), "RUS", "growth_pct") == dict(zip(range(2013, 2026), RUSSIA, strict=True))


def test_ukraine_is_a_target(store: Store) -> None:
    shown = _growth(store, target="ukr", peers="POL,MDA")
    found = _of(shown, "UKR", "growth_pct")
    assert {year: found[year] for year in UKRAINE} == UKRAINE
    assert "28.8% in 2022" in shown.answer
    assert shown.data.filter(pl.col("role") == "peer")["area"].unique().sort().to_list() == ["MDA", "POL"]


def test_target_is_coloured_and_peers_are_grey(store: Store) -> None:
    figure = _growth(store, also="UKR").figure
    colours = {
        label.text.split(" ")[0]: label.font.color for label in figure.layout.annotations if label.name == "end-label"
    }
    assert colours["Russia"] == LIGHT.total
    assert colours["Kazakhstan"] == colours["Poland"] == LIGHT.grey
    assert colours["Ukraine"] not in (LIGHT.grey, LIGHT.total)


def test_figures_of_the_imf_come_from_its_own_edition(store: Store) -> None:
    shown = _growth(store, gdp_source="imf_weo")
    assert shown.data["source"].unique().to_list() == ["imf_weo"]
    assert _of(shown, "RUS", "growth_pct")[2024] == 4.3
    assert max(when.year for when in shown.data["period"]) == 2024


def test_forecasts_are_never_drawn_as_growth(store: Store) -> None:
    shown = _growth(store, gdp_source="imf_weo", target="IRN", start="2010")
    assert shown.data.filter(pl.col("flag") == "forecast").is_empty()


def test_note_denies_a_cause_and_names_who_is_missing(store: Store) -> None:
    shown = _growth(store, peers="KAZ,PRK")
    assert NOT_A_CAUSE in shown.note
    assert "No figures here for North Korea" in shown.note


def test_a_target_without_figures_gets_a_sentence(store: Store) -> None:
    with pytest.raises(NothingToShow, match="North Korea"):
        _growth(store, target="PRK")


def test_a_day_before_the_first_edition_gets_a_sentence(store: Store) -> None:
    with pytest.raises(
        NothingToShow, match="not known to this store on 1 Jan 2024: the first vintage here is of 1 Jul 2026"
    ):
        _growth(store, known_on="2024-01-01")


def test_event_line_stands_on_its_day_and_years_in_their_middle(store: Store) -> None:
    figure = _growth(store).figure
    lines = [shape.x0 for shape in figure.layout.shapes if shape.name == "event"]
    assert lines == ["2022-02-24"]
    assert all(day.endswith("-07-01") for trace in figure.data for day in trace.x)


def test_an_emptied_event_means_the_default() -> None:
    assert GrowthParams.model_validate({"event": None}).event == date(2022, 2, 24)


@pytest.mark.parametrize(
    "text", [{"target": "Russia"}, {"peers": "KAZ,nowhere"}, {"gdp_source": "oecd"}, {"event": "soon"}]
)
def test_bad_values_are_named(text: dict[str, str]) -> None:
    with pytest.raises(ValueError, match=next(iter(text))):
        GrowthParams.parse(text)


def test_inflation_of_russia_and_venezuela(store: Store) -> None:
    shown = inflation(store, InflationParams.parse({"also": "VEN"}), DARK)
    found = _of(shown, "RUS", "inflation_pct")
    assert [found[year] for year in (2015, 2022, 2025)] == [15.5, 13.7, 8.7]
    assert max(_of(shown, "VEN", "inflation_pct")) == 2016


def test_inflation_where_there_is_none(store: Store) -> None:
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
