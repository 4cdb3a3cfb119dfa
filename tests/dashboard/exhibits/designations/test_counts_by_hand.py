"""Listings on a few rows made by hand: cut anywhere, words and table follow, and survivors stay survivors."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard import words
from dashboard.analysis.errors import AnalysisError
from dashboard.exhibits.designations import counts
from dashboard.figures.theme import LIGHT
from dashboard.studies import listings
from dashboard.studies.listings import EU_ACTS, US_NAMES, Listings, ListQuery
from tests.dashboard import tiny

VINTAGE = date(2026, 8, 31)
QUERY = ListQuery("RUS", "tied to Russia")


def _rows(us: list[int], eu: dict[str, list[int]]) -> pl.DataFrame:
    """Monthly levels of the US from January 2022, listings of EU acts by day from the 15th of each month."""
    shared = {"area": "RUS", "known_from": VINTAGE}
    rows = [
        {**shared, "list": US_NAMES, "programme": "all", "period": date(2022 + place // 12, place % 12 + 1, 1),
         "frequency": "M", "level": level, "added": None if place == 0 else max(level - us[place - 1], 0)}
        for place, level in enumerate(us)
    ]  # fmt: skip
    rows += [
        {**shared, "list": EU_ACTS, "programme": act, "period": date(2022 + place // 12, place % 12 + 1, 15),
         "frequency": "D", "added": added}
        for act, days in eu.items()
        for place, added in enumerate(days)
    ]  # fmt: skip
    return tiny.frame("listing_count", rows)


ROWS = _rows([100, 130, 120, 150], {"EU-UKR 32014R0269": [10, 20, 5, 0], "EU-RUS 32014R0833": [1, 1, 1, 1]})


def _found(rows: pl.DataFrame = ROWS, **query: object) -> Listings:
    return listings.of_rows(rows, ListQuery("RUS", "tied to Russia", **query), {})  # type: ignore[arg-type]


def test_survivors_of_an_earlier_month_are_told_of_all_survivors() -> None:
    whole, cut = counts.answer(_found()), counts.answer(_found(end=date(2022, 2, 1)))
    assert "longest annex here (Reg 269/2014) has 35 entries in force on 31 Aug 2026" in whole
    assert "Of the 35 entries of the EU's longest annex here (Reg 269/2014)" in cut
    assert "30 had been listed by Feb 2022" in cut
    assert "still in force" not in cut


@given(
    st.lists(st.integers(0, 5000), min_size=1, max_size=15),
    st.lists(st.integers(0, 300), max_size=15),
    st.dates(date(2021, 6, 1), date(2023, 12, 1)),
    st.dates(date(2021, 6, 1), date(2023, 12, 1)),
)
def test_cut_anywhere_words_table_and_ends_are_those_of_the_rows(
    us: list[int], eu: list[int], start: date, end: date
) -> None:
    start, end = start.replace(day=1), end.replace(day=1)
    try:
        found = _found(_rows(us, {"EU-UKR 32014R0269": eu} if eu else {}), start=start, end=end)
    except AnalysisError as reason:
        assert "choose an earlier start or a later end" in str(reason)
        return
    drawn = found.frame
    assert drawn["period"].is_between(start, end.replace(day=28)).all()
    told = counts.answer(found)
    shown = drawn.filter(pl.col("list") == US_NAMES)
    if shown.height:
        last = shown.sort("period").row(-1, named=True)
        assert f"held {words.count(last['count'])} names in {words.month(last['period'])}" in told
    else:
        assert "US list" not in told
    entries = drawn.filter(pl.col("list") == EU_ACTS)
    if entries.height:
        assert words.count(max(entries["count"])) in told and words.count(sum(eu)) in told
    assert set(found.names) == set(drawn["list"])
    counts.draw(found, LIGHT)


def test_the_causes_of_an_empty_picture_are_told_apart() -> None:
    with pytest.raises(AnalysisError, match=r"are of Jan–Apr 2022; choose an earlier start or a later end"):
        _found(start=date(2023, 1, 1))
    with pytest.raises(AnalysisError, match="under the programme NOPE; choose another or all of them"):
        _found(programme="NOPE")


def test_annexes_beyond_the_fifth_are_counted_in_the_note() -> None:
    acts = {f"EU-X 32020R{1000 + place}": [place + 1] for place in range(7)}
    found = _found(_rows([1], acts))
    assert found.of(EU_ACTS)["programme"].n_unique() == 5
    assert "Shorter annexes, 2 with 3 entries, are not drawn." in counts.note(found)
