from __future__ import annotations

import csv
from datetime import date
from pathlib import Path

import pytest

from pipelines.errors import ParseError
from pipelines.normalise.designations import Places, british_day, iso_day, usable

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
