"""Side by side: 12-month sums and years, with the running year never a year."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from dashboard.exhibits.base import NothingToShow
from dashboard.exhibits.trade.multiples import MultiplesParams, trade_multiples
from dashboard.figures.theme import LIGHT
from pipelines.store import Store


def test_years_are_the_published_ones_and_the_running_one_is_a_part(store: Store) -> None:
    data = trade_multiples(store, MultiplesParams(panel_period="year"), LIGHT).data
    russia = data.filter((pl.col("partner") == "RUS") & (pl.col("flow") == "export"))
    values = dict(zip(russia["label"], russia["value_usd"], strict=True))
    assert values["2013"] / 1e6 == pytest.approx(11144.7, abs=0.06)
    assert values["2011"] / 1e6 == pytest.approx(8318.4, abs=0.06)
    assert values["Jan–Jul 2026"] / 1e6 == pytest.approx(346.1, abs=0.06)
    assert "2026" not in values
    part = data.filter(pl.col("is_partial"))
    assert set(part["label"]) == {"Jan–Jul 2026"}


def test_an_index_has_no_part_of_a_year(store: Store) -> None:
    data = trade_multiples(store, MultiplesParams(panel_period="year", panel_measure="index"), LIGHT).data
    assert data.filter(pl.col("is_partial")).is_empty()
    assert data["period"].max() == date(2025, 1, 1)
    base = data.filter(pl.col("period") == date(2021, 1, 1))
    assert base["index"].to_list() == pytest.approx([100.0] * base.height)


def test_the_file_is_not_named_after_a_part_of_a_year(store: Store) -> None:
    assert trade_multiples(store, MultiplesParams(panel_period="year"), LIGHT).file_stem.endswith("-2025")
    assert "North Korea (2025)" in trade_multiples(store, MultiplesParams(panel_period="year"), LIGHT).note
    index = trade_multiples(store, MultiplesParams(panel_period="year", panel_measure="index"), LIGHT)
    assert "hollow" not in index.subtitle


def test_the_part_of_a_year_is_hollow(store: Store) -> None:
    figure = trade_multiples(store, MultiplesParams(panel_period="year", panels=("RUS",), flow="export"), LIGHT).figure
    hollow = [trace for trace in figure.data if trace.marker.color == LIGHT.paper]
    assert len(hollow) == 1
    assert len(hollow[0].x) == 1


def test_twelve_month_sums_cover_every_target_with_its_own_axis(store: Store) -> None:
    exhibit = trade_multiples(store, MultiplesParams(), LIGHT)
    titles = [note.text for note in exhibit.figure.layout.annotations if note.name == "panel-title"]
    assert len(titles) == 8
    assert titles[0].startswith("<b>Russia</b>")
    assert "scale of its own" in exhibit.note
    assert "North Korea (Dec 2025)" in exhibit.note
    axes = {trace.yaxis or "y" for trace in exhibit.figure.data}
    assert len(axes) == 8


def test_partners_without_figures_are_named(store: Store) -> None:
    exhibit = trade_multiples(store, MultiplesParams(panels=("RUS", "ZZZ")), LIGHT)
    assert "No twelve months in a row to show for No single country" in exhibit.note
    with pytest.raises(NothingToShow, match="no monthly figures for the United States with No single"):
        trade_multiples(store, MultiplesParams(panels=("ZZZ",)), LIGHT)


def test_a_partner_without_the_base_year_is_not_said_to_have_no_figures(store: Store) -> None:
    index = trade_multiples(store, MultiplesParams(panel_measure="index", panel_base=2019), LIGHT)
    assert "No index for North Korea: there are no figures for the base year 2019" in index.note
    assert "to show for North Korea" not in index.note


def test_euros_by_default_and_dollars_by_choice(store: Store) -> None:
    asked = {"reporter": "DEU", "panels": ("RUS", "KAZ"), "flow": "export"}
    euros = trade_multiples(store, MultiplesParams(**asked), LIGHT)  # type: ignore[arg-type]
    assert "euros, own scale" in euros.subtitle and euros.passport.unit == "EUR"
    assert euros.data["value_usd"].null_count() == euros.data.height
    dollars = trade_multiples(store, MultiplesParams(**asked, currency="USD"), LIGHT)  # type: ignore[arg-type]
    assert dollars.passport.unit == "USD" and dollars.data["value_usd"].null_count() == 0


def test_no_chosen_partner_is_told_as_that(store: Store) -> None:
    with pytest.raises(NothingToShow, match=r"^Choose at least one partner\.$"):
        trade_multiples(store, MultiplesParams(panels=()), LIGHT)
