"""The confounder strip: what stops says who stopped, nothing is filled, marks are the chosen ones."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from dashboard.exhibits.base import Exhibit, NothingToShow
from dashboard.exhibits.timing.confounders import ConfounderStripParams, confounder_strip
from dashboard.figures.marks import NOT_A_CAUSE
from dashboard.figures.theme import LIGHT
from pipelines.store import Store


def _shown(store: Store, **values: object) -> Exhibit:
    return confounder_strip(store, ConfounderStripParams.parse(values), LIGHT)


def test_four_panels_end_where_their_sources_end(store: Store) -> None:
    shown = _shown(store)
    last = dict(shown.data.group_by("series").agg(pl.col("period").max()).iter_rows())
    assert last == {
        "US goods imports from Russia": date(2026, 7, 1),
        "Brent": date(2026, 7, 1),
        "Roubles per dollar": date(2022, 2, 1),
        "US goods imports from the world": date(2024, 12, 1),
    }
    assert "the ECB stopped fixing the rouble after Feb 2022" in shown.note
    assert "ends Dec 2024, because the store has Jul 2026 for 22 partners and not for the world" in shown.note
    assert NOT_A_CAUSE in shown.note


def test_units_are_said_once(store: Store) -> None:
    shown = _shown(store)
    assert "Brent $83.8 per barrel (Jul 2026)" in shown.answer
    assert "Roubles per dollar 78.4 (Feb 2022)" in shown.answer
    assert "RUB" not in shown.answer + shown.alt


def test_every_source_has_its_vintage_in_the_foot(store: Store) -> None:
    vintage = _shown(store).passport.vintage
    for title in ("US goods trade by country", "Europe Brent spot price FOB", "Euro foreign exchange reference rates"):
        assert f"({title})" in vintage


def test_oil_of_the_last_month_is_the_printed_mean(store: Store) -> None:
    brent = _shown(store).data.filter((pl.col("series") == "Brent") & (pl.col("period") == date(2026, 7, 1)))
    assert brent["value"].item() == pytest.approx(83.76, abs=0.005)


def test_marks_are_the_chosen_measures_at_the_chosen_clock(store: Store) -> None:
    flags = _shown(store, measures="us-rus-caatsa,us-rus-eo14066", clock="announced").flags
    assert [flag.day for flag in flags] == [date(2017, 7, 25), date(2022, 3, 8)]
    assert _shown(store, measures="").flags == ()


def test_a_window_cuts_every_panel(store: Store) -> None:
    data = _shown(store, start="2020-01", end="2021-12").data
    assert data["period"].is_between(date(2020, 1, 1), date(2021, 12, 1)).all()
    assert data["series"].n_unique() == 4


def test_a_reporter_without_a_world_total_lacks_that_panel_and_says_so(store: Store) -> None:
    shown = _shown(store, reporter="DEU", flow="export")
    assert shown.data["series"].n_unique() == 3
    assert "no monthly total for the reporter" in shown.note


def test_refusals_are_sentences(store: Store) -> None:
    with pytest.raises(NothingToShow, match="New Zealand reports no monthly trade here"):
        _shown(store, reporter="NZL")
    with pytest.raises(NothingToShow, match=r"its figures are of Jan 1992–Jul 2026\. Widen the window"):
        _shown(store, start="1970-01", end="1971-01")


def test_panels_that_were_not_known_yet_are_named_and_not_promised(store: Store) -> None:
    shown = _shown(store, known_on="2024-01-01")
    assert (
        "Not shown: Brent (not known to this store on 1 Jan 2024); Roubles per dollar (not known to this" in shown.note
    )
    assert "oil" not in shown.title


def test_an_episode_long_over_ends_five_years_after_it_and_shades_until_the_lifting(store: Store) -> None:
    asked = {"partner": "ZAF", "measures": "us-zaf-caaa-minerals,us-zaf-pl103-149"}
    shown = confounder_strip(store, ConfounderStripParams.parse(asked), LIGHT)
    assert shown.data.filter(pl.col("series").str.contains("South Africa"))["period"].max() == date(1998, 12, 1)
    assert "Shaded: until a measure was lifted or replaced." in shown.note
    bands = [shape for shape in shown.figure.layout.shapes if shape.type == "rect"]
    assert ("1986-12-31", "1991-07-10") in [(band.x0, band.x1) for band in bands]


def test_the_rouble_stands_beside_trade_with_russia_alone(store: Store) -> None:
    iran = confounder_strip(store, ConfounderStripParams.parse({"partner": "IRN"}), LIGHT)
    assert "Roubles per dollar" not in iran.data["series"].unique().to_list()
    assert "rouble" not in iran.title
