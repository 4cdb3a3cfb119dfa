"""Listings over time: a panel per list, survivors cumulated, lists never added."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from dashboard.exhibits.base import Exhibit, NothingToShow
from dashboard.exhibits.timing_listings import EU, OFAC, ListingsOverTimeParams, listings_over_time
from dashboard.figures.theme import LIGHT
from pipelines.store import Store


def _shown(store: Store, **values: object) -> Exhibit:
    return listings_over_time(store, ListingsOverTimeParams.parse(values), LIGHT)


def test_the_us_level_is_the_published_one_and_starts_in_april_2022(store: Store) -> None:
    us = _shown(store).data.filter(pl.col("list") == OFAC).sort("period")
    assert (us["period"][0], us["count"][0], us["added"][0]) == (date(2022, 4, 1), 1469, None)
    assert (us["period"][-1], us["count"][-1]) == (date(2026, 3, 1), 5419)


def test_eu_entries_are_cumulated_by_annex_and_never_across(store: Store) -> None:
    eu = _shown(store).data.filter(pl.col("list") == EU)
    last = dict(eu.group_by("series").agg(pl.col("count").max()).iter_rows())
    assert last["Reg 269/2014"] == 3022
    assert last["Reg 833/2014"] == 1728
    assert eu.filter(pl.col("series") == "Reg 269/2014")["period"].min() == date(2014, 3, 17)


def test_the_warning_on_counting_is_on_the_figure_and_in_the_passport(store: Store) -> None:
    shown = _shown(store)
    for text in (shown.note, shown.passport.cannot_show, shown.alt):
        assert "never compared or added" in text
        assert "survivors only" in text


def test_a_window_and_another_target(store: Store) -> None:
    data = _shown(store, target="IRN", start="2023-01", end="2023-12").data
    assert data["period"].is_between(date(2023, 1, 1), date(2023, 12, 31)).all()
    assert set(data["list"]) == {OFAC, EU}


def test_a_country_without_listings_gets_a_sentence(store: Store) -> None:
    with pytest.raises(NothingToShow, match="No name on the counted lists"):
        _shown(store, target="TUV")
