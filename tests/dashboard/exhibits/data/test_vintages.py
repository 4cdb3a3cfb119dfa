"""Revisions of published years, as the reference notes print them, and the freshness of sources."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from dashboard.exhibits.base import Exhibit, NothingToShow
from dashboard.exhibits.data.freshness import FreshnessParams, freshness
from dashboard.exhibits.data.vintages import RevisionParams, vintage_revisions
from dashboard.figures.theme import LIGHT
from pipelines.store import Store


def _shown(store: Store, **values: object) -> Exhibit:
    return vintage_revisions(store, RevisionParams.parse(values), LIGHT)


def _million(shown: Exhibit, year: int) -> list[float]:
    rows = shown.data.filter(pl.col("period") == date(year, 1, 1)).sort("known_from")
    return [round(value / 1e6, 1) for value in rows["value_usd"]]


def test_us_exports_to_russia_by_vintage(store: Store) -> None:
    shown = _shown(store)
    assert _million(shown, 2022) == [1715.1, 1655.4]
    assert _million(shown, 2023) == [598.8, 606.3]
    assert "revised down from $1,715.1 to $1,655.4 million (−3.5%)" in shown.answer


def test_one_year(store: Store) -> None:
    shown = _shown(store, year="2022")
    assert shown.data["release"].to_list() == ["census-2023-03", "census-2025-10"]
    assert shown.data["place"].to_list() == ["first", "newest"]
    assert shown.data["change_pct"][-1] == pytest.approx(100 * (1655.448772 / 1715.079989 - 1))


def test_a_part_of_a_year_is_never_a_year(store: Store) -> None:
    """In March 2023 only January 2023 was known; 2026 is not complete in any vintage."""
    shown = _shown(store)
    first = shown.data.filter(pl.col("period") == date(2023, 1, 1)).sort("known_from")["known_from"][0]
    assert first == date(2025, 10, 31)
    assert max(shown.data["period"]) < date(2026, 1, 1)


def test_the_sum_of_both_flows(store: Store) -> None:
    assert _shown(store, flow="total").data.equals(_shown(store, flow="both").data)
    assert _million(_shown(store, flow="total", year="2022"), 2022)[-1] == pytest.approx(
        _million(_shown(store, year="2022"), 2022)[-1] + _million(_shown(store, flow="import", year="2022"), 2022)[-1],
        abs=0.11,
    )


def test_a_balance_has_no_vintages(store: Store) -> None:
    with pytest.raises(NothingToShow, match="choose exports"):
        _shown(store, flow="balance")


def test_a_year_that_was_not_revised_gets_a_sentence(store: Store) -> None:
    with pytest.raises(NothingToShow, match="in 2005 has more than one vintage"):
        _shown(store, year="2005")


def test_a_reporter_without_months_gets_a_sentence(store: Store) -> None:
    with pytest.raises(NothingToShow, match="no monthly trade of India"):
        _shown(store, reporter="IND")


def test_freshness_tells_where_sources_end(store: Store) -> None:
    shown = freshness(store, FreshnessParams(), LIGHT)
    rows = {row["source"]: row for row in shown.data.iter_rows(named=True)}
    assert rows["census"]["last_day"] == date(2026, 7, 31)
    assert rows["fcs_russia"]["state"] == "ended"
    assert rows["eurostat"]["last_day"] == date(2024, 8, 31)
    assert rows["imf_weo"]["last_period"] == date(2024, 1, 1)  # its forecasts to 2027 are no observation
    assert rows["rosstat"]["last_period"] is None
    assert rows["census"]["age_days"] == (store.build.created.date() - date(2026, 7, 31)).days
    assert "US trade reaches Jul 2026" in shown.answer


def test_freshness_of_statistics_only(store: Store) -> None:
    shown = freshness(store, FreshnessParams(only_statistics=True), LIGHT)
    assert shown.data["last_period"].null_count() == 0
    assert "rosstat" not in shown.data["source"]


def test_every_drawn_source_has_a_name_that_fits(store: Store) -> None:
    shown = freshness(store, FreshnessParams(), LIGHT)
    assert max(len(name) for name in shown.data["name"]) <= 20
