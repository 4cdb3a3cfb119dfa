"""Names behind a count: as many as the count says, one list at a time, dates with what they are."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from dashboard.exhibits.base import Exhibit, NothingToShow
from dashboard.exhibits.designations import lists as timing_lists
from dashboard.exhibits.designations.names import NamesParams, designated_names, times
from dashboard.figures.theme import LIGHT
from dashboard.queries import register
from pipelines.store import Store
from tests.dashboard.refreshed import FETCHED

LISTS = [
    "EU financial sanctions", "OFAC Consolidated (non-SDN)", "OFAC SDN entries", "UK Sanctions List",
    "UN Security Council",
]  # fmt: skip


def _shown(store: Store, **values: object) -> Exhibit:
    return designated_names(store, NamesParams.parse(values), LIGHT)


@pytest.mark.parametrize("name", LISTS)
@pytest.mark.parametrize("everyone", [False, True])
def test_a_count_of_added_and_of_removed_opens_to_that_many_names(refreshed: Store, name: str, everyone: bool) -> None:
    area = "WLD" if everyone else "RUS"
    counted = register.listings(refreshed, area=area, name_of_list=name)
    for programme in register.programmes(refreshed, name_of_list=name, area=area):
        mine = counted.filter(programme=programme)
        data = _shown(refreshed, list_name=name, everyone=everyone, programme=programme).data
        added = data.drop_nulls("listed").group_by(pl.col("listed").dt.truncate("1mo").alias("period")).len()
        both = mine.filter(pl.col("added") > 0).join(added, on="period", how="full")
        assert both.filter(~pl.col("added").eq_missing(pl.col("len").cast(pl.Int64))).is_empty()
        for row in mine.filter(pl.col("added") > 0).iter_rows(named=True):
            month = f"{row['period']:%Y-%m}"
            opened = _shown(refreshed, list_name=name, everyone=everyone, programme=programme, listed_in=month)
            assert opened.data.height == row["added"]
        last = mine.sort("period").row(-1, named=True)
        assert last["level"] is not None
        standing = data.filter(pl.col("removed").is_null() | (pl.col("removed") == FETCHED))
        assert standing.height == last["level"]


def test_an_entry_under_two_programmes_is_one_row_listed_when_first_listed(refreshed: Store) -> None:
    name = "OFAC SDN entries"
    row = _shown(refreshed, list_name=name, search="VOLGA OFAC 1").data.filter(entry="0001").row(0, named=True)
    assert row["programme"] == "RUSSIA-EO13662; RUSSIA-EO14024"
    assert (row["listed"], row["listed_basis"]) == (date(2022, 3, 3), "listed with the programme")
    alone = _shown(refreshed, list_name=name, programme="RUSSIA-EO13662").data
    assert alone.select("entry", "listed").rows() == [("0001", date(2022, 5, 9))]


def test_an_entry_is_removed_when_it_is_off_all_its_programmes(refreshed: Store) -> None:
    rows = _shown(refreshed, list_name="UN Security Council", state="removed").data
    assert rows["entry"].sort().to_list() == ["0004", "0005"]
    assert rows["removed"].unique().to_list() == [FETCHED]
    assert rows["removed_basis"].unique().to_list() == ["no longer on the list as fetched"]
    assert _shown(refreshed, list_name="UN Security Council", state="removed", listed_in="2026-11").data.height == 2
    with pytest.raises(NothingToShow, match="None of the 13 entries on the list UN Security Council tied to Russia"):
        _shown(refreshed, list_name="UN Security Council", state="removed", listed_in="2022")


def test_names_are_sorted_by_day_of_listing_the_newest_first_and_undated_ones_last(refreshed: Store) -> None:
    data = _shown(refreshed, list_name="UK Sanctions List", everyone=True).data
    days = data["listed"].drop_nulls().to_list()
    assert days == sorted(days, reverse=True)
    assert data["listed"][-1] is None
    assert data.columns[:5] == ["name", "entry_kind", "programme", "listed", "listed_basis"]


def test_a_country_among_several_and_all_countries(refreshed: Store) -> None:
    name = "EU financial sanctions"
    assert _shown(refreshed, list_name=name, target="IRN").data["entry"].to_list() == ["0013"]
    assert _shown(refreshed, list_name=name).data.height == 13
    assert _shown(refreshed, list_name=name, everyone=True).data.height == 14
    assert _shown(refreshed, list_name=name, target="WLD").data.height == 14
    assert "of all countries" in _shown(refreshed, list_name=name, target="WLD").title


def test_words_are_searched_as_they_are_written(refreshed: Store) -> None:
    assert set(_shown(refreshed, search="baikal").data["name"].str.split(" ").list.first()) == {"Baikal"}
    for hostile in ("%", ".*", "'; DROP TABLE designation; --", "(", "=1+1"):
        with pytest.raises(NothingToShow, match="fits; choose another time, state or other words"):
            _shown(refreshed, search=hostile)


def test_survivors_the_basis_of_dates_and_the_fetch_are_said(refreshed: Store) -> None:
    shown = _shown(refreshed, list_name="UN Security Council")
    for text in (shown.note, shown.passport.cannot_show, shown.alt):
        assert "before 1 Sep 2026, the first fetch, are missing" in text
        assert "Its days of listing are: listed on" in text
        assert "never added up" in text
    assert "list as fetched on 20 Nov 2026" in shown.subtitle
    assert shown.answer.startswith("13 entries: 11 still listed, 2 removed. The latest was listed on")


def test_only_shipped_figures_name_the_refresh_that_brings_names(store: Store) -> None:
    with pytest.raises(NothingToShow, match="tradewake refresh ofac eu_fsf uk_sanctions un_sc"):
        _shown(store)
    assert times(store, NamesParams()) == {None: "Any time"}


def test_a_counted_list_without_names_and_a_country_without_any_get_a_sentence(refreshed: Store) -> None:
    with pytest.raises(NothingToShow, match="counts the list OFAC SDN but holds no names of it"):
        _shown(refreshed, list_name="OFAC SDN")
    with pytest.raises(NothingToShow, match="No name tied to Tuvalu stands on any list here"):
        _shown(refreshed, target="TUV")
    with pytest.raises(NothingToShow, match="under the programme UKR of UK Sanctions List"):
        _shown(refreshed, list_name="UK Sanctions List", programme="UKR")


def test_choices_of_lists_programmes_and_times(refreshed: Store) -> None:
    assert list(timing_lists.lists(refreshed)) == [None, *sorted([*LISTS, "EU Official Journal", "OFAC SDN"])]
    programmes = timing_lists.programmes(refreshed, NamesParams(list_name="UK Sanctions List"))
    assert list(programmes) == ["all", "Belarus", "Russia"]
    assert list(timing_lists.programmes(refreshed, NamesParams())) == ["all"]
    when = times(refreshed, NamesParams(list_name="UK Sanctions List"))
    assert list(when)[:4] == [None, "2024", "2024-03", "2024-01"]
    assert when["2022"].startswith("2022 (") and when["2022-03"] == "Mar 2022 (1)"
    assert list(times(refreshed, NamesParams(state="removed", search="onega"))) == [None, "2026", "2026-11"]


def test_a_bad_time_or_state_is_refused_in_a_sentence() -> None:
    for bad in ({"listed_in": "2022-13"}, {"listed_in": "March"}, {"state": "gone"}, {"search": "x" * 200}):
        with pytest.raises(ValueError, match="cannot be"):
            NamesParams.parse(bad)


def test_a_single_month_is_drawn_as_one_month_among_two_years(refreshed: Store) -> None:
    figure = _shown(refreshed, list_name="UK Sanctions List", listed_in="2022-03").figure
    bars = next(trace for trace in figure.data if trace.name == "listed")
    assert (len(bars.x), bars.x[0], bars.x[-1], sum(bars.y)) == (25, "2020-03-01", "2022-03-01", 1)
