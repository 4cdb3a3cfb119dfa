"""Names on lists by hand: counts by list and programme, what is drawn of the EU's annexes, and who the names are."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from dashboard.analysis.errors import AnalysisError
from dashboard.studies import listings
from dashboard.studies.listings import EU_ACTS, US_NAMES, ListQuery, NamesQuery
from pipelines.store import Store
from tests.dashboard import tiny

JAN, FEB, MAR, APR = (date(2024, month, 1) for month in (1, 2, 3, 4))
FIRST, SECOND = date(2024, 4, 30), date(2025, 4, 30)
QUERY = ListQuery("AAA", "tied to Aland")


def _count(name: str, period: date, added: int | None, level: int | None = None, **more: Any) -> dict[str, Any]:
    return {"list": name, "area": "AAA", "programme": "all", "period": period, "frequency": "M", "level": level,
            "added": added, "removed": 0, "source": "s", "release": "r", "known_from": FIRST} | more  # fmt: skip


def _annex(number: int, *added: int) -> list[dict[str, Any]]:
    key = f"32014R02{number:02}"
    return [
        _count(EU_ACTS, date(2014, place, 17), size, programme=key, frequency="D", known_from=date(2024, 4, number))
        for place, size in enumerate(added, start=3)
    ]


def _rows(*parts: Sequence[dict[str, Any]]) -> Any:
    return tiny.frame("listing_count", [row for part in parts for row in part])


US = [_count(US_NAMES, JAN, 3, 10), _count(US_NAMES, FEB, 2, 12), _count(US_NAMES, FEB, 1, 5, programme="iran")]
UK = [
    _count("UK list", date(2010, 1, 1), 5), _count("UK list", MAR, 1, 40, known_from=SECOND),
    _count("UK list", MAR, 1, 4, programme="cyber"),
]  # fmt: skip


def _drawn(*parts: Sequence[dict[str, Any]], **more: Any) -> listings.Listings:
    return listings.of_rows(_rows(*parts), ListQuery("AAA", "tied to Aland", **more), {"iran": "Iran"})


def test_a_list_is_counted_under_one_programme_or_under_all_and_never_both() -> None:
    whole = _drawn(US).of(US_NAMES)
    assert whole.select("period", "count", "added", "removed", "series", "unit").rows() == [
        (JAN, 10, 3, 0, "all programmes", "names at the end of the month"),
        (FEB, 12, 2, 0, "all programmes", "names at the end of the month"),
    ]
    assert _drawn(US, programme="iran").of(US_NAMES)["count"].to_list() == [5]
    fetched = _drawn(UK)
    assert fetched.of("UK list").select("period", "count", "series").rows() == [
        (date(2010, 1, 1), None, "all programmes"), (MAR, 40, "all programmes"),
    ]  # fmt: skip
    assert _drawn(UK, programme="cyber").of("UK list").select("count", "series").rows() == [(4, "cyber")]


def test_survivors_of_an_annex_are_added_up_by_day_of_listing() -> None:
    found = _drawn(_annex(8, 5, 2, 3))
    assert found.of(EU_ACTS).select("period", "count", "series").rows() == [
        (date(2014, 3, 17), 5, "Reg 208/2014"), (date(2014, 4, 17), 7, "Reg 208/2014"),
        (date(2014, 5, 17), 10, "Reg 208/2014"),
    ]  # fmt: skip
    assert found.of(EU_ACTS)["unit"][0] == "entries still in force, cumulated by listing date"
    assert (found.survivors, found.undrawn) == ({"Reg 208/2014": 10}, (0, 0))
    assert found.vintage_of_survivors == date(2024, 4, 8)


def test_the_five_longest_annexes_are_drawn_and_the_rest_is_counted() -> None:
    annexes = [_annex(number, number, 1) for number in (1, 2, 3, 4, 5, 6, 7)]
    found = _drawn(*annexes)
    assert set(found.survivors.values()) == {8, 7, 6, 5, 4}
    assert found.undrawn == (2, 3 + 2)
    assert found.vintage_of_survivors == date(2024, 4, 7)
    alone = _drawn(*annexes, programme="32014R0201")
    assert (alone.survivors, alone.undrawn) == ({"Reg 201/2014": 2}, (0, 0))


def test_of_two_annexes_of_one_length_the_first_key_is_drawn() -> None:
    found = _drawn(*(_annex(number, 3) for number in (6, 5, 4, 3, 2, 1)))
    assert sorted(found.survivors) == [f"Reg 20{number}/2014" for number in (1, 2, 3, 4, 5)]


def test_a_window_keeps_whole_months_and_survivors_stay_whole() -> None:
    found = _drawn(_annex(8, 5, 2, 3), _annex(9, 4), start=date(2014, 4, 1), end=date(2014, 4, 1))
    assert found.frame.select("period", "count").rows() == [(date(2014, 4, 17), 7)]
    assert found.survivors == {"Reg 208/2014": 10}, "the other annex is not in the window"
    assert (found.first, found.last) == (date(2014, 4, 17), date(2014, 4, 17))


def test_without_a_start_the_view_begins_with_the_shipped_counts() -> None:
    both = _drawn(US, UK)
    assert (both.first, both.last) == (JAN, MAR)
    assert both.names == {US_NAMES, "UK list"}
    assert both.fetched == ["UK list"]
    assert _drawn(UK).first == date(2010, 1, 1)
    assert _drawn(US, UK, start=date(2000, 1, 1)).first == date(2010, 1, 1)


def test_nothing_to_draw_is_told_with_its_cause() -> None:
    with pytest.raises(AnalysisError, match="No list counts names tied to Aland under the programme mali"):
        _drawn(US, UK, programme="mali")
    with pytest.raises(AnalysisError, match="The counts of these names are of Jan–Feb 2024; choose an earlier start"):
        _drawn(US, start=MAR)


def test_an_act_is_named_by_its_number_and_a_regime_by_a_short_title() -> None:
    assert listings.programme_words("32014R0269", {}) == "Reg 269/2014"
    assert listings.programme_words("EU 32015R0005", {}) == "Reg 2015/5"
    assert listings.programme_words("32022R0263", {}) == "Reg 2022/263"
    titles = {
        "a": "Restrictive measures against Iran", "b": "EU sanctions in view of the situation in Mali",
        "c": "Sanctions related to people's rights", "d": "x" * 44, "e": "y" * 42 + " zz",
    }  # fmt: skip
    told = {key: listings.programme_words(key, titles) for key in (*titles, "unknown")}
    assert told == {
        "a": "Iran", "b": "Mali", "c": "People’s rights", "d": "X" + "x" * 43, "e": "Y" + "y" * 41 + "…",
        "unknown": "Unknown",
    }  # fmt: skip


@pytest.fixture(scope="module")
def counted(tmp_path_factory: pytest.TempPathFactory) -> Store:
    return tiny.store(tmp_path_factory.mktemp("counted"), listing_count=[*US, *UK])


def test_counts_of_the_store(counted: Store) -> None:
    assert listings.counts(counted, QUERY).names == {US_NAMES, "UK list"}
    one = ListQuery("AAA", "tied to Aland", name="UK list", known_on=FIRST)
    with pytest.raises(AnalysisError, match="under the programme mali"):
        listings.counts(counted, ListQuery("AAA", "tied to Aland", programme="mali"))
    assert listings.counts(counted, one).frame["period"].to_list() == [date(2010, 1, 1)]


def test_the_cause_of_an_empty_count(counted: Store) -> None:
    with pytest.raises(AnalysisError, match="was known to this store on 29 Apr 2024; the first is of 30 Apr 2024"):
        listings.counts(counted, ListQuery("AAA", "tied to Aland", known_on=date(2024, 4, 29)))
    with pytest.raises(AnalysisError, match="No name on the counted lists is tied to Borduria; choose another target"):
        listings.counts(counted, ListQuery("BBB", "tied to Borduria"))
    with pytest.raises(AnalysisError, match=r"No count of X tied to Borduria is in the store\. Names come with a live"):
        listings.counts(counted, ListQuery("BBB", "tied to Borduria", name="X"))
    with pytest.raises(AnalysisError, match="No count of a whole list of all countries is in the store"):
        listings.counts(counted, ListQuery("WLD", "of all countries"))


def _entry(entry: str, programme: str = "x", **more: Any) -> dict[str, Any]:
    return {"list": "UK list", "entry": entry, "programme": programme, "name": f"Name {entry}", "entry_kind": "person",
            "areas": "AAA", "listed": JAN, "listed_basis": f"basis {programme}", "removed": None, "removed_basis": None,
            "legal_act": None, "source": "uk", "release": "r", "known_from": FIRST} | more  # fmt: skip


@pytest.fixture(scope="module")
def named(tmp_path_factory: pytest.TempPathFactory) -> Store:
    """Four entries of one list, one of another; the second entry stands under two programmes."""
    rows = [
        _entry("1", listed=FEB, legal_act="Act 1"),
        _entry("2", "x", listed=MAR, removed=APR, removed_basis="gone x", legal_act="Act 1"),
        _entry("2", "y", listed=JAN, legal_act="Act 2", known_from=SECOND),
        _entry("3", "x", removed=MAR, removed_basis="gone x", name="Other Thing", legal_act="Act 1", areas="AAA;NLD"),
        _entry(
            "3",
            "y",
            removed=APR,
            removed_basis="gone y",
            name="An Alias",
            entry_kind="ship",
            legal_act="Act 1",
            source="uk2",
            release="r2",
        ),
        _entry("4", areas="BBB", listed=None, listed_basis=None),
        _entry("9", list="UN list", known_from=date(2024, 5, 1)),
    ]
    counts = [_count("UK list", MAR, 1, 4, known_from=date(2024, 6, 1))]
    return tiny.store(tmp_path_factory.mktemp("named"), designation=rows, listing_count=counts)


def _names(store: Store, *, area: str = "AAA", tied: str = "tied to Aland", **more: Any) -> listings.Names:
    own = {key: more.pop(key) for key in ("listed_in", "state", "search") if key in more}
    return listings.names(store, NamesQuery(ListQuery(area, tied, **more), **own))


def test_an_entry_is_listed_when_first_listed_and_off_when_it_is_off_everything(named: Store) -> None:
    found = _names(named)
    assert (found.name, found.every) == ("UK list", 3)
    told = found.frame.select("entry", "listed", "removed", "removed_basis", "programme", "listed_basis").rows()
    assert told == [
        ("1", FEB, None, None, "x", "basis x"),
        ("2", JAN, None, None, "x; y", "basis y"),
        ("3", JAN, APR, "gone y", "x; y", "basis x"),
    ]
    assert found.frame["legal_act"].to_list() == ["Act 1", "Act 1; Act 2", "Act 1"]
    assert found.frame["known_from"].to_list() == [FIRST] * 3
    assert found.frame["areas"].to_list() == ["AAA", "AAA", "AAA;NLD"], "those that its first programme names"
    facts = found.frame.filter(entry="3").select("name", "entry_kind", "source", "release", "list").row(0)
    assert facts == ("Other Thing", "person", "uk", "r", "UK list"), "so are name, kind and source"
    assert (found.fetched, found.first_fetch) == (date(2024, 6, 1), FIRST)


def test_under_one_programme_an_entry_is_what_it_is_there(named: Store) -> None:
    found = _names(named, programme="x")
    rows = found.frame.select("entry", "listed", "removed").rows()
    assert rows == [("2", MAR, APR), ("1", FEB, None), ("3", JAN, MAR)]
    with pytest.raises(AnalysisError, match="stands under the programme mali of UK list; choose another programme"):
        _names(named, programme="mali")


def test_entries_are_chosen_by_state_time_and_words(named: Store) -> None:
    def chosen(**more: Any) -> list[str]:
        return _names(named, **more).frame["entry"].to_list()

    assert chosen(state="removed") == ["3"]
    assert chosen(state="listed") == ["1", "2"]
    assert chosen(listed_in="2024") == ["1", "2", "3"]
    assert chosen(listed_in="2024-02") == ["1"]
    assert chosen(state="removed", listed_in="2024-04") == ["3"]
    assert chosen(search="thing OTHER") == ["3"]
    assert chosen(search="name 2") == ["2"]
    with pytest.raises(AnalysisError, match="None of the 3 entries on the list UK list tied to Aland fits"):
        chosen(state="removed", listed_in="2024-01")
    with pytest.raises(AnalysisError, match="None of the 3 entries"):
        chosen(search=".")


def test_names_of_everywhere_hold_those_without_a_country(named: Store) -> None:
    found = _names(named, area="WLD", tied="of all countries")
    assert found.frame["entry"].to_list() == ["1", "2", "3", "4"]


def test_the_longest_list_with_names_of_the_target_is_chosen(named: Store) -> None:
    assert listings.list_of_names(named, QUERY) == "UK list"
    assert listings.list_of_names(named, ListQuery("AAA", "", name="UN list")) == "UN list"
    with pytest.raises(AnalysisError, match=r"holds no names of it\. It has names of: UK list and UN list\."):
        listings.list_of_names(named, ListQuery("AAA", "", name="EU list"))
    with pytest.raises(AnalysisError, match="No name tied to Cordia stands on any list here; choose another target"):
        listings.list_of_names(named, ListQuery("CCC", "tied to Cordia"))
    with pytest.raises(AnalysisError, match="No name tied to Borduria stands on the list UN list"):
        listings.list_of_names(named, ListQuery("BBB", "tied to Borduria", name="UN list"))


def test_a_store_that_counts_names_and_holds_none_says_so(tmp_path: Path) -> None:
    with pytest.raises(AnalysisError, match=r"The shipped figures count names and do not hold them\. Names come with"):
        listings.list_of_names(tiny.store(tmp_path, listing_count=US), QUERY)


def test_names_as_known_on_a_day(named: Store) -> None:
    found = _names(named, known_on=FIRST)
    assert found.frame.filter(entry="2")["programme"].to_list() == ["x"]
    assert found.fetched == FIRST
    with pytest.raises(AnalysisError, match="on the list UK list was known to this store on 1 Apr 2024; the first are"):
        _names(named, known_on=APR)


def test_one_entry_and_many() -> None:
    assert (listings.entries_words(1), listings.entries_words(0)) == ("1 entry", "0 entries")
    assert listings.entries_words(2_306) == "2,306 entries"


def test_a_list_without_counts_stood_so_on_the_day_of_its_newest_name(tmp_path: Path) -> None:
    rows = [_entry("1"), _entry("2", known_from=SECOND)]
    found = _names(tiny.store(tmp_path, designation=rows))
    assert (found.fetched, found.first_fetch) == (SECOND, FIRST)
