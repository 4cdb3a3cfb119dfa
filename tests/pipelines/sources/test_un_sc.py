from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import polars as pl
import pytest

from pipelines.errors import ParseError
from pipelines.normalise.periods import Window
from pipelines.raw.requests import payload
from pipelines.schema import TABLES
from pipelines.sources import Frames
from pipelines.sources.un_sc import LIST, UnSc

BODY = (Path(__file__).parent / "payloads/un_sc/list.xml").read_text(encoding="utf-8")
CODES = (
    "scheme,code,area\n"
    'un_sc,"China, Hong Kong Special Administrative Region",HKG\n'
    "un_sc,Democratic People's Republic of Korea,PRK\n"
    "un_sc,Democratic Republic of the Congo,COD\n"
    "un_sc,Guinea-Bissau,GNB\n"
    "un_sc,Rwanda,RWA\n"
)


def parse(body: str = BODY, day: date = date(2026, 11, 22)) -> Frames:
    moment = datetime(day.year, day.month, day.day, 9, tzinfo=UTC)
    came = payload("consolidated.xml", body.encode(), "https://scsanctions.un.org/list", retrieved=moment)
    return UnSc().parse([came, payload("reference/area_codes.csv", CODES.encode())])


def row(frames: Frames, entry: str) -> dict[str, object]:
    return frames["designation"].row(by_predicate=pl.col("entry") == entry, named=True)


def test_the_list_is_asked_for_whole() -> None:
    first, _ = UnSc().requests(Window())
    assert first.url == "https://scsanctions.un.org/resources/xml/en/consolidated.xml"


def test_every_person_and_entity_is_a_row_with_its_day_of_listing() -> None:
    frames = parse()
    table = frames["designation"]
    assert table.sort("entry").select("entry", "entry_kind", "listed").rows() == [
        ("CDi.901", "person", date(2012, 12, 31)),
        ("GBi.902", "person", date(2012, 5, 18)),
        ("IRi.903", "person", date(2007, 3, 24)),
        ("KPe.901", "entity", date(2016, 11, 30)),
    ]
    assert table["list"].unique().to_list() == [LIST]
    assert TABLES["designation"].is_valid(table)
    assert frames["release"]["rows"].to_list() == [4]


def test_blanks_and_line_breaks_in_names_are_one_space() -> None:
    assert row(parse(), "CDi.901")["name"] == "INVENTED EXAMPLE PERSON"


def test_gb_is_guinea_bissau_and_no_british_list() -> None:
    assert row(parse(), "GBi.902")["programme"] == "Guinea-Bissau"


def test_the_iran_list_says_that_its_days_are_those_of_the_first_listing() -> None:
    assert "returned in September 2025" in str(row(parse(), "IRi.903")["listed_basis"])
    assert row(parse(), "CDi.901")["listed_basis"] == "listed on"


def test_areas_are_nationalities_and_addresses_not_birthplaces() -> None:
    frames = parse()
    assert row(frames, "CDi.901")["areas"] == "COD;RWA"
    assert row(frames, "GBi.902")["areas"] == "GNB"
    assert row(frames, "IRi.903")["areas"] is None
    assert row(frames, "KPe.901")["areas"] == "HKG;PRK"


def test_it_is_known_from_the_day_it_was_made_but_not_after_it_was_fetched() -> None:
    assert parse()["designation"]["known_from"].unique().to_list() == [date(2026, 11, 19)]
    assert parse(day=date(2026, 11, 1))["designation"]["known_from"].unique().to_list() == [date(2026, 11, 1)]


def test_a_new_committee_keeps_its_own_name() -> None:
    assert row(parse(BODY.replace(">DRC<", ">Atlantis<")), "CDi.901")["programme"] == "Atlantis"


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("CONSOLIDATED_LIST", "html", "begins with html"),
        ("dateGenerated", "generated", "does not say when it was made"),
        ("ENTITY>", "FIRM>", "holds no ENTITY"),
        ("INDIVIDUAL>", "PERSON>", "holds no INDIVIDUAL"),
        ("<UN_LIST_TYPE>DRC</UN_LIST_TYPE>", "", "entry CDi.901 names no list"),
        ("<FIRST_NAME>SAMPLE</FIRST_NAME>", "", "entry GBi.902 has no name"),
        ("2016-11-30", "30.11.2016", "entry KPe.901, LISTED_ON: '30.11.2016' is not a day"),
        ("<VALUE>Rwanda</VALUE>", "<VALUE>Atlantis</VALUE>", "unknown country 'Atlantis'. Add it to"),
        ("</CONSOLIDATED_LIST>", "", "is not readable XML"),
    ],
)
def test_a_broken_list_is_refused_in_a_sentence(old: str, new: str, sentence: str) -> None:
    broken = BODY.replace(old, new)
    assert broken != BODY
    with pytest.raises(ParseError) as refusal:
        parse(broken)
    assert sentence in str(refusal.value)


def test_an_entry_without_any_number_is_refused() -> None:
    broken = BODY.replace("<REFERENCE_NUMBER>CDi.901</REFERENCE_NUMBER>", "").replace("<DATAID>9100001</DATAID>", "")
    with pytest.raises(ParseError, match="neither REFERENCE_NUMBER nor DATAID"):
        parse(broken)
