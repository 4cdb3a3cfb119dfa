"""All partners at once: what is shown, what is left out and said so."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from dashboard.exhibits.base import Exhibit, NothingToShow
from dashboard.exhibits.trade.collapse import CollapseParams, question
from dashboard.exhibits.trade.collapse_table import CollapseTableParams, collapse_table
from dashboard.figures.theme import LIGHT
from dashboard.studies.collapse import study
from pipelines.store import Store


@pytest.fixture(scope="module")
def drawn(store: Store) -> Exhibit:
    return collapse_table(store, CollapseTableParams(), LIGHT)


@pytest.mark.parametrize("flow", ["export", "import", "total"])
def test_a_row_says_the_same_as_the_picture_of_the_pair(store: Store, drawn: Exhibit, flow: str) -> None:
    row = drawn.data.filter((pl.col("partner") == "RUS") & (pl.col("flow") == flow)).row(0, named=True)
    alone = study(store, question(CollapseParams(flow=flow))).result
    assert row["depth_pct"] == pytest.approx(100 * alone.depth)
    assert row["trough_period"] == alone.trough_period
    assert row["share_regained_pct"] == pytest.approx(100 * (alone.share_regained or 0.0))


def test_data_holds_every_partner_above_the_least_peak(drawn: Exhibit) -> None:
    assert drawn.data["partner"].n_unique() > 150
    assert drawn.data["peak_usd"].min() >= 50e6  # type: ignore[operator]
    assert drawn.data.filter(pl.col("partner").str.starts_with("X") & (pl.col("partner") != "XKX")).is_empty()
    assert "WLD" not in set(drawn.data["partner"])


def test_targets_come_first_and_those_left_out_are_named(drawn: Exhibit) -> None:
    labels = list(drawn.figure.layout.yaxis.ticktext)
    assert labels[:2] == ["<b>Belarus</b>", "<b>Russia</b>"]
    assert "North Korea" in drawn.note
    assert "Syria" in drawn.note
    assert "$50.0 million" in drawn.note


def test_a_higher_bar_leaves_fewer_partners(store: Store, drawn: Exhibit) -> None:
    fewer = collapse_table(store, CollapseTableParams(min_peak_musd=5000, rows_shown=5), LIGHT)
    assert fewer.data["partner"].n_unique() < drawn.data["partner"].n_unique()
    assert fewer.data.filter(pl.col("drawn"))["partner"].n_unique() <= 13


def test_russia_is_measured_by_years(store: Store) -> None:
    by_years = collapse_table(store, CollapseTableParams(reporter="RUS"), LIGHT)
    row = by_years.data.filter((pl.col("partner") == "DEU") & (pl.col("flow") == "export")).row(0, named=True)
    assert row["peak_period"] == date(2018, 1, 1)
    assert row["trough_usd"] / 1e9 == pytest.approx(1.2, abs=0.05)
    assert "Complete years" in by_years.subtitle


def test_a_reporter_in_euros_is_tabled_in_euros(store: Store) -> None:
    table = collapse_table(store, CollapseTableParams(reporter="DEU"), LIGHT)
    alone = study(store, question(CollapseParams(reporter="DEU", flow="export"))).result
    row = table.data.filter(pl.col("partner") == "RUS").row(0, named=True)
    assert row["peak_eur"] == row["peak"] == pytest.approx(alone.peak)
    assert "EUR" in table.columns["peak_eur"].label
    dollars = [name for name in table.data.columns if name.endswith("_usd")]
    assert table.data.select(dollars).null_count().sum_horizontal().item() == len(dollars) * table.data.height
    assert "$" not in table.note


def test_a_reporter_without_partners_says_so(store: Store) -> None:
    with pytest.raises(NothingToShow, match="no yearly figures for Iran"):
        collapse_table(store, CollapseTableParams(reporter="IRN"), LIGHT)


def test_the_pandemic_is_named_only_where_it_lies_between_peak_and_event(store: Store, drawn: Exhibit) -> None:
    assert "pandemic of 2020" in drawn.note
    assert "pandemic" not in collapse_table(store, CollapseTableParams(event=date(1993, 5, 1)), LIGHT).note
