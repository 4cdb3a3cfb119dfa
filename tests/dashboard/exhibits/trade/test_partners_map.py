"""The map of all partners: the table's numbers, each in the class that holds it, and what has no number said so."""

from __future__ import annotations

from datetime import date
from typing import Any

import polars as pl
import pytest

from dashboard.exhibits.base import Exhibit, NothingToShow
from dashboard.exhibits.trade.collapse_table import CollapseTableParams, collapse_table
from dashboard.exhibits.trade.partners_map import SCALES, PartnersMapParams, partners_map
from dashboard.figures.theme import DARK, LIGHT
from pipelines.store import Store
from tests.dashboard import tiny

EVENT = date(2022, 2, 1)


def _land(partner: str, before: float, fallen: float, now: float) -> list[dict[str, Any]]:
    """24 months before the event, 12 after it, and 12 more: constant months, so a sum of twelve is twelve of them."""
    held = {
        **tiny.year_of(2020, [before] * 12),
        **tiny.year_of(2021, [before] * 12),
        **tiny.year_of(2022, [before] * 2 + [fallen] * 10),
        **tiny.year_of(2023, [fallen] * 2 + [now] * 10),
        **tiny.year_of(2024, [now] * 3),
    }
    return tiny.months(held, partner=partner)


@pytest.fixture(scope="module")
def lands() -> Store:
    """Exports of 120 million a year that fell to 24 (RUS), 96 (DEU), grew (FRA), are nothing (MLT), or small (CHN)."""
    return tiny.store(
        trade_flow=[
            *_land("RUS", 10e6, 2e6, 3e6),
            *_land("DEU", 10e6, 8e6, 12e6),
            *_land("FRA", 10e6, 11e6, 12e6),
            *_land("MLT", 10e6, 5e6, 5e6),
            *_land("CHN", 1e6, 1e6, 1e6),
        ]
    )


def _row(made: Exhibit, code: str) -> dict[str, Any]:
    return made.data.filter(pl.col("partner") == code).row(0, named=True)


def test_by_hand(lands: Store) -> None:
    made = partners_map(lands, PartnersMapParams(), LIGHT)
    russia = _row(made, "RUS")
    assert russia["depth_pct"] == pytest.approx(80.0)
    assert russia["share_regained_pct"] == pytest.approx(100 * (36 - 24) / (120 - 24))
    assert russia["now_against_peak_pct"] == pytest.approx(-70.0)
    said = {code: _row(made, code)["shown_as"] for code in ("RUS", "DEU", "FRA", "MLT", "CHN", "USA", "BRA")}
    assert said == {
        "RUS": "75% and more", "DEU": "10–25%", "FRA": "Under 10%, or no fall", "MLT": "50–75%",
        "CHN": "Peak below $50.0 million, or gaps", "USA": "US (reporter)", "BRA": "No figures",
    }  # fmt: skip
    assert "2 of 4 partners" in made.answer


def test_share_regained_and_now_by_hand(lands: Store) -> None:
    regained = partners_map(lands, PartnersMapParams(shown="regained"), LIGHT)
    said = {code: _row(regained, code)["shown_as"] for code in ("RUS", "DEU", "FRA", "MLT")}
    assert said == {
        "RUS": "Under 25%",
        "DEU": "All of it, or more",
        "FRA": "No fall after the event",
        "MLT": "Under 25%",
    }
    assert "Of 3 partners" in regained.answer and "1 regained all" in regained.answer
    now = partners_map(lands, PartnersMapParams(shown="now"), LIGHT)
    said = {code: _row(now, code)["shown_as"] for code in ("RUS", "DEU", "FRA", "MLT")}
    assert said == {
        "RUS": "More than 50% below", "DEU": "Up to 25% above", "FRA": "Up to 25% above", "MLT": "25–50% below",
    }  # fmt: skip
    assert "2 of 4 partners, more than half below it with 1" in now.answer


@pytest.mark.parametrize("shown", SCALES)
def test_a_class_begins_at_its_lower_bound(shown: Any) -> None:
    scale = SCALES[shown]
    for index, bound in enumerate(scale.bounds):
        peak, now = 100.0, 100.0 + bound
        row = {"depth": bound / 100, "share_regained": bound / 100, "peak": peak, "now": now}
        assert scale.place(row) == index + 1
        below = {name: value - 0.001 for name, value in row.items() if name != "peak"} | {"peak": peak}
        assert scale.place(below) == index
    assert len(scale.names) == len(scale.bounds) + 1
    assert SCALES["regained"].place({"share_regained": None}) is None


def test_the_map_says_what_the_table_says(store: Store) -> None:
    table = collapse_table(store, CollapseTableParams(), LIGHT).data.filter(pl.col("flow") == "total")
    drawn = partners_map(store, PartnersMapParams(), LIGHT).data.filter(pl.col("depth_pct").is_not_null())
    same = ["partner", "depth_pct", "share_regained_pct", "peak", "trough", "now", "trough_period"]
    assert drawn.select(same).sort("partner").equals(table.select(same).sort("partner"))


def test_hover_and_click(lands: Store) -> None:
    made = partners_map(lands, PartnersMapParams(), DARK)
    by_name = {trace.name: trace for trace in made.figure.data}
    assert by_name["RUS"].text.startswith(
        "<b>Russia</b><br>Fall 80%, 13% regained<br>12-month sums: peak $120 million in"
    )
    assert by_name["BRA"].text == "<b>BRA</b><br>No figures"
    assert list(by_name["dots"].customdata) == ["MLT"]
    assert "RUS" in by_name["discs"].customdata


def test_it_says_what_borders_are_and_what_is_left_out(store: Store) -> None:
    made = partners_map(store, PartnersMapParams(), LIGHT)
    assert "imply no position" in made.note and "imply no position" in made.passport.cannot_show
    assert "peak below $50.0 million" in made.note
    assert "North Korea" in made.note
    older = partners_map(store, PartnersMapParams(event=date(1990, 1, 1)), LIGHT)
    assert "not on the map: Netherlands Antilles, Soviet Union" in older.note


def test_a_flow_that_only_others_have_counts_as_too_small(lands: Store) -> None:
    both = tiny.store(
        trade_flow=[*_land("RUS", 10e6, 2e6, 3e6), *tiny.months(tiny.year_of(2021, [9e6] * 12), partner="DEU")]
    )
    with pytest.raises(NothingToShow, match="no US goods imports by partner here, only goods exports"):
        partners_map(both, PartnersMapParams(flow="import"), LIGHT)
    with pytest.raises(NothingToShow, match="balance has no peak"):
        partners_map(both, PartnersMapParams(flow="balance"), LIGHT)


def test_the_flow_of_the_link_is_drawn(store: Store) -> None:
    imports = partners_map(store, PartnersMapParams(flow="import"), LIGHT)
    assert set(imports.data["flow"].drop_nulls()) == {"import"}
    assert "goods imports" in imports.title
    assert "exports" not in imports.passport.valuation
    cuba = imports.data.filter(pl.col("partner") == "CUB").row(0, named=True)
    assert cuba["depth_pct"] is None and cuba["shown_as"].startswith("Peak below")


def test_the_members_report_for_the_union(store: Store) -> None:
    union = partners_map(store, PartnersMapParams(reporter="EUU"), LIGHT)
    assert _row(union, "DEU")["shown_as"] == _row(union, "MLT")["shown_as"] == "EU27 (reporter)"
    assert _row(union, "GBR")["shown_as"] == "No figures"
    assert _row(union, "RUS")["peak_eur"] > 80e9
    assert "EUR" in union.columns["peak_eur"].label


def test_a_part_of_the_world_draws_its_own_and_keeps_the_table(lands: Store) -> None:
    made = partners_map(lands, PartnersMapParams(region="europe"), LIGHT)
    assert _row(made, "DEU")["drawn"] and not _row(made, "USA")["drawn"]
    assert "USA" not in {trace.name for trace in made.figure.data}
    assert "US (reporter)" not in {trace.name for trace in made.figure.data}
    assert made.data.height == partners_map(lands, PartnersMapParams(), LIGHT).data.height


def test_titles_stay_short(store: Store) -> None:
    for shown in SCALES:
        for reporter in ("USA", "RUS", "NLD", "DEU"):
            made = partners_map(store, PartnersMapParams(reporter=reporter, shown=shown), LIGHT)
            assert len(made.title) <= 70, made.title
