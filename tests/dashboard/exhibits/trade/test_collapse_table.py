"""All partners at once: what is shown, what is left out and said so."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from dashboard.exhibits.base import Exhibit, NothingToShow
from dashboard.exhibits.trade.collapse import CollapseParams, question
from dashboard.exhibits.trade.collapse_table import CollapseTableParams, collapse_table
from dashboard.figures.theme import LIGHT
from dashboard.studies.collapse import study
from pipelines.store import Store
from tests.dashboard import tiny
from tests.dashboard.studies import hand


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


JAN = date(2020, 1, 1)
FELL = [10.0] * 26 + [2.0] * 12 + [6.0] * 12
OLDER = [10.0] * 20 + [1.0] * 6 + [30.0] * 24
"""120 a year, then a sum of 66 in the twelve months to the event of February 2022, the lowest, and a rise."""


def _by_hand(folder: Path, *rows: list[dict[str, Any]], sanctioned: tuple[str, ...] = ("BBB",), **more: Any) -> Exhibit:
    subjects = [
        {"subject": code, "name": code, "kind": "sanctioned", "rank": rank, "codes": code}
        for rank, code in enumerate(sanctioned, start=1)
    ]
    held = tiny.store(folder, trade_flow=[row for part in rows for row in part], subject=subjects)
    return collapse_table(held, CollapseTableParams(min_peak_musd=0.0, **more), LIGHT)


def _flow(values: list[float], partner: str) -> list[dict[str, Any]]:
    return tiny.months(hand.months(JAN, values), partner=partner)


def test_a_fall_older_than_the_event_is_told_as_that_and_leads_nothing(tmp_path: Path) -> None:
    drawn = _by_hand(tmp_path, _flow(FELL, "RUS"), _flow(FELL, "AAA"), _flow(OLDER, "BBB"), _flow(OLDER, "DDD"),
                     sanctioned=("BBB", "RUS"))  # fmt: skip
    assert drawn.answer == (
        "Around Feb 2022, US goods exports fell by half or more with 2 of 4 partners. Among the economies under "
        "sanctions it fell most with Russia (80%). With Borduria the fall is older than the event."
    )
    assert "an older one, with Borduria and Drakmar;" in drawn.note, "who is under sanctions comes first"
    assert list(drawn.figure.layout.yaxis.ticktext) == ["<b>Russia</b>", "<b>Borduria</b>", "Aland"]
    assert [row[0] for row in drawn.figure.data[0].z if row[0] is not None] == pytest.approx([0.8, 0.8]), "no colour"
    assert "45% (older)" in drawn.figure.data[1].text
    assert dict(drawn.data.select("partner", "older_than_event").iter_rows()) == {
        "RUS": False, "AAA": False, "BBB": True, "DDD": True,
    }  # fmt: skip


def test_who_is_left_out_is_named_with_the_reason(tmp_path: Path) -> None:
    doubted = _flow([10.0] * 50, "DDD")
    for row in doubted[26:]:
        row["flag"] = "implausible"
    drawn = _by_hand(tmp_path, _flow(FELL, "RUS"), _flow([10.0] * 26, "AAA"), _flow([10.0] * 20, "BBB"), doubted)
    assert (
        "Marked as doubtful and left out: Drakmar (exports in Mar 2022, Apr 2022, May 2022 and 21 more, implausible)."
        in drawn.note
    )
    assert "Left out, since their figures end with or before the event: Borduria and Aland." in drawn.note
    assert "peak below" not in drawn.note


def test_every_partner_is_counted_where_its_figures_end(tmp_path: Path) -> None:
    rows = [_flow([10.0] * (30 + place), code) for place, code in enumerate(["RUS", "AAA", "BBB", "CCC", "DDD", "NLD"])]
    note = _by_hand(tmp_path, *rows).note
    assert (
        "Figures end in Nov 2022 (1 partner), Oct 2022 (1 partner), Sep 2022 (1 partner) and earlier (3 partners);"
    ) in note
    few = _by_hand(tmp_path / "few", *rows[:4]).note
    assert "Jun 2022 (1 partner);" in few
    assert "earlier (" not in few
