from __future__ import annotations

import csv
from datetime import date
from pathlib import Path

import pytest

from pipelines.errors import ParseError
from pipelines.normalise.designations import (
    Listing,
    Places,
    british_day,
    frame,
    iso_day,
    made_on,
    merged,
    usable,
)
from pipelines.raw import payload
from pipelines.schema.terms import EntryKind

SHIPPED = Path(__file__).parents[3] / "data" / "reference"


def shipped(file: str) -> list[dict[str, str]]:
    with (SHIPPED / file).open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def test_labels_match_whatever_their_case_article_and_apostrophe() -> None:
    places = Places({"Gambia": "GMB", "Côte d’Ivoire": "CIV"}, (), "uk")
    assert places.of(["The GAMBIA", " gambia. ", "Côte d'Ivoire"]) == {"GMB", "CIV"}


def test_what_names_no_country_is_left_out() -> None:
    places = Places({"Gambia": "GMB"}, ("Not known",), "uk")
    assert places.of([None, "", "  ", "NOT KNOWN", "Gambia"]) == {"GMB"}
    places.check("list.csv")


def test_unknown_labels_are_named_together() -> None:
    places = Places({"Gambia": "GMB"}, (), "uk")
    places.of(["Ruritania", "Atlantis", "Gambia", *(f"Land {number}" for number in range(8))])
    with pytest.raises(ParseError) as refusal:
        places.check("list.csv")
    said = str(refusal.value)
    assert said.startswith("list.csv: unknown country 'Atlantis', 'Land 0',")
    assert "and 2 more. Add it to reference/area_codes.csv under the scheme uk." in said


@pytest.mark.parametrize("words", ["2014-03-17", " 2014-03-17 ", "2014-03-17-04:00", "2014-03-17T09:00:00Z"])
def test_a_day_with_or_without_a_time_is_the_day(words: str) -> None:
    assert iso_day(words, "here") == date(2014, 3, 17)


@pytest.mark.parametrize("words", ["2014-02-30", "2014-3-17", "17/03/2014", "20140317", "2014-03-171"])
def test_what_is_no_day_is_refused_by_place(words: str) -> None:
    with pytest.raises(ParseError, match=f"here: '{words}' is not a day"):
        iso_day(words, "here")


def test_british_days_have_the_day_first() -> None:
    assert british_day("03/04/2014", "here") == date(2014, 4, 3)
    assert british_day(" ", "here") is None
    with pytest.raises(ParseError, match="here: 'dd/mm/1945' is not a day"):
        british_day("dd/mm/1945", "here")


def test_a_listing_is_neither_before_any_list_nor_far_ahead() -> None:
    known = date(2026, 11, 22)
    assert usable(date(2026, 12, 1), known)
    assert not usable(date(2027, 11, 1), known)
    assert not usable(date(1922, 3, 1), known)
    assert not usable(None, known)


@pytest.mark.parametrize("scheme", ["uk", "un_sc", "iso2"])
def test_the_shipped_labels_of_a_scheme_are_of_known_areas_and_never_of_two(scheme: str) -> None:
    known = {row["area"] for row in shipped("areas.csv")}
    rows = [row for row in shipped("area_codes.csv") if row["scheme"] == scheme]
    assert len(rows) > 240
    assert {row["area"] for row in rows} <= known
    for row in rows:
        assert Places({other["code"]: other["area"] for other in rows}, (), scheme).of([row["code"]]) == {row["area"]}


KNOWN = date(2026, 11, 22)


@pytest.mark.parametrize(
    ("day", "right"),
    [
        (date(1945, 10, 24), True),
        (date(1945, 10, 23), False),
        (date(2026, 12, 23), True),
        (date(2026, 12, 24), False),
    ],
)
def test_the_first_and_the_last_day_on_which_a_listing_can_be(day: date, right: bool) -> None:
    assert usable(day, KNOWN) is right


def listing(entry: str = "1", **more: object) -> Listing:
    return Listing(entry, "x", f"Name {entry}", EntryKind.PERSON, **more)  # type: ignore[arg-type]


def test_of_several_dates_the_earliest_counts_and_the_basis_says_so() -> None:
    late, early = date(2022, 3, 1), date(2014, 3, 17)
    one = listing(dates={early: ("listed", "Act 1")}, areas={"RUS", "BLR"}).facts()
    assert (one["listed"], one["listed_basis"], one["legal_act"]) == (early, "listed", "Act 1")
    assert (one["areas"], one["entry_kind"]) == ("BLR;RUS", "person")
    two = listing(dates={late: ("amended", "Act 2"), early: ("listed", "Act 1")}).facts()
    assert (two["listed"], two["listed_basis"], two["legal_act"]) == (early, "listed, the earliest of 2", "Act 1")
    none = listing().facts()
    assert (none["listed"], none["listed_basis"], none["legal_act"], none["areas"]) == (None, None, None, None)


def test_rows_of_one_entry_are_laid_together() -> None:
    day, other = date(2022, 3, 1), date(2023, 3, 1)
    first = listing(areas={"RUS"}, dates={day: ("first words", None)})
    again = listing(areas={"BLR"}, dates={day: ("other words", None), other: ("later", None)})
    (whole,) = merged([first, again])
    assert whole.areas == {"RUS", "BLR"}
    assert whole.dates == {day: ("first words", None), other: ("later", None)}
    assert len(merged([listing("1"), listing("2")])) == 2


def rows_of(*listings: Listing) -> object:
    return frame(listings, of="sdn", source="ofac", release="r", known_from=KNOWN, name="list.csv")


def test_rows_are_sorted_and_nothing_is_removed() -> None:
    rows = frame([listing("2"), listing("1")], of="sdn", source="ofac", release="r", known_from=KNOWN, name="list.csv")
    assert rows.select("list", "entry", "source", "release", "known_from", "removed", "removed_basis").rows() == [
        ("sdn", entry, "ofac", "r", KNOWN, None, None) for entry in ("1", "2")
    ]


def test_a_file_whose_dates_moved_elsewhere_is_refused() -> None:
    dated = [listing(str(place), dates={KNOWN: ("listed", None)}) for place in range(200)]
    rows_of(*dated[:11], *(listing(f"n{place}") for place in range(10)))
    rows_of(*dated[:180], *(listing(f"n{place}") for place in range(20)))
    with pytest.raises(ParseError, match=r"list\.csv: 11 of 22 entries have no date of listing; its form has changed"):
        rows_of(*dated[:11], *(listing(f"n{place}") for place in range(11)))
    with pytest.raises(ParseError, match="21 of 200 entries have no date"):
        rows_of(*dated[:179], *(listing(f"n{place}") for place in range(21)))
    with pytest.raises(ParseError, match=r"list\.csv holds no entries"):
        rows_of()


def test_eight_unknown_labels_are_named_and_more_are_counted() -> None:
    places = Places({}, (), "uk")
    places.of(f"Land {place}" for place in range(8))
    with pytest.raises(ParseError, match=r"'Land 7'\. Add it"):
        places.check("list.csv")
    places.of(["Land 8", "L" * 70])
    with pytest.raises(ParseError) as refusal:
        places.check("list.csv")
    assert f"'{'L' * 60}', 'Land 0'" in str(refusal.value)
    assert "'Land 6' and 2 more. Add it" in str(refusal.value)


def test_a_list_says_when_it_was_made() -> None:
    body = b'<?xml version="1.0"?><list made="2026-11-21T08:00:00"><a/></list>'
    assert made_on(payload("l.xml", body), "list", "made", "UN list") == date(2026, 11, 21)
    with pytest.raises(ParseError, match=r"l.xml begins with list instead of other: not the UN list\."):
        made_on(payload("l.xml", body), "other", "made", "UN list")
    with pytest.raises(ParseError, match=r"l.xml does not say when it was made \(day\)"):
        made_on(payload("l.xml", body), "list", "day", "UN list")


def test_a_long_text_that_is_no_day_is_cut() -> None:
    with pytest.raises(ParseError, match=f"here: '{'x' * 40}' is not a day"):
        iso_day("x" * 50, "here")
