"""Listings over time: a panel per list, survivors cumulated, lists never added."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from dashboard.exhibits.base import Exhibit, NothingToShow
from dashboard.exhibits.designations.counts import ListingsOverTimeParams, listings_over_time
from dashboard.figures.theme import LIGHT
from dashboard.queries import register
from dashboard.studies.listings import EU_ACTS as EU
from dashboard.studies.listings import US_NAMES as OFAC
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


FETCHED_LISTS = {
    "EU financial sanctions", "OFAC Consolidated (non-SDN)", "OFAC SDN entries", "UK Sanctions List",
    "UN Security Council",
}  # fmt: skip


def test_lists_as_fetched_stand_beside_the_shipped_counts_each_in_panels_of_its_own(
    store: Store, refreshed: Store
) -> None:
    before, after = _shown(store), _shown(refreshed)
    assert set(after.data["list"]) == {OFAC, EU} | FETCHED_LISTS
    assert after.data.filter(pl.col("list").is_in([OFAC, EU])).equals(before.data)
    titles = [note.text for note in after.figure.layout.annotations]
    assert "EU list: listed (up), removed (down) in a month" in titles
    assert "before the first fetch are missing" in after.note
    assert "before the first fetch" not in before.note


def test_all_programmes_and_single_ones_are_never_drawn_together_or_added(refreshed: Store) -> None:
    counted = register.listings(refreshed, area="RUS", name_of_list="UK Sanctions List")
    assert set(counted["programme"]) == {"all", "Russia", "Belarus"}
    for programme in ("all", "Russia", "Belarus"):
        data = _shown(refreshed, list_name="UK Sanctions List", programme=programme).data
        mine = counted.filter(programme=programme)
        assert data["programme"].unique().to_list() == [programme]
        assert data["added"].to_list() == mine["added"].to_list()
        assert data["count"].to_list() == mine["level"].to_list()
    assert not _shown(refreshed).data.filter(~pl.col("list").is_in([EU]))["programme"].is_in(["Russia"]).any()


def test_the_note_speaks_of_the_lists_that_are_drawn(refreshed: Store) -> None:
    note = _shown(refreshed, list_name="UK Sanctions List").note
    assert "never compared or added" in note and "before the first fetch are missing" in note
    assert "US list" not in note and "annex" not in note


def test_an_act_of_the_eu_alone(store: Store) -> None:
    data = _shown(store, list_name=EU, programme="EU-UKR 32014R0269").data
    assert data["series"].unique().to_list() == ["Reg 269/2014"]
    assert data["count"].max() == 3022


def test_whole_lists_take_every_entry_and_not_the_sum_of_countries(refreshed: Store) -> None:
    everyone = _shown(refreshed, everyone=True)
    assert everyone.title == "Names on sanctions lists, of all countries"
    assert set(everyone.data["list"]) == FETCHED_LISTS
    # 14 entries, of which the fetch of November took two off after the end of October.
    last = everyone.data.filter(pl.col("list") == "UN Security Council").sort("period")
    assert last["count"][-1] == 14
    assert _shown(refreshed, target="WLD").data.equals(everyone.data)


def test_the_level_of_a_fetched_list_has_its_panel_and_what_is_said_names_the_month(refreshed: Store) -> None:
    shown = _shown(refreshed, list_name="UN Security Council")
    titles = [note.text for note in shown.figure.layout.annotations]
    assert "UN list: entries at the end of the month" in titles
    assert shown.answer.startswith("UN list: most entries, 1, have")
    assert shown.data["period"].min() == date(2022, 3, 1)


def test_whole_lists_and_unknown_programmes_without_counts_get_a_sentence(store: Store, refreshed: Store) -> None:
    with pytest.raises(NothingToShow, match=r"No count of a whole list of all countries .* tradewake refresh ofac"):
        _shown(store, everyone=True)
    with pytest.raises(NothingToShow, match="under the programme NOPE"):
        _shown(refreshed, list_name="UK Sanctions List", programme="NOPE")
