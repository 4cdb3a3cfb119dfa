from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import polars as pl
import pytest

from pipelines.errors import ParseError
from pipelines.normalise.periods import Window
from pipelines.raw.requests import Payload, payload
from pipelines.schema import TABLES
from pipelines.sources import Frames
from pipelines.sources.eu_fsf import DESIGNATED, FIRST_ACT, IN_FORCE, LIST, OF_ENTRY, EuFsf

FILE = "xmlFullSanctionsList_1_1.xml"
BODY = (Path(__file__).parent / "payloads/eu_fsf/list.xml").read_text(encoding="utf-8")
CODES = "scheme,code,area\niso2,AF,AFG\niso2,RU,RUS\niso2,UA,UKR\n"


def payloads(body: str, day: date = date(2026, 11, 22)) -> list[Payload]:
    moment = datetime(day.year, day.month, day.day, 9, tzinfo=UTC)
    came = payload(FILE, body.encode(), "https://webgate.ec.europa.eu/list", retrieved=moment)
    return [came, payload("reference/area_codes.csv", CODES.encode())]


def parse(body: str = BODY, day: date = date(2026, 11, 22)) -> Frames:
    return EuFsf().parse(payloads(body, day))


def row(frames: Frames, entry: str, programme: str) -> dict[str, object]:
    wanted = (pl.col("entry") == entry) & (pl.col("programme") == programme)
    return frames["designation"].row(by_predicate=wanted, named=True)


def test_the_list_is_asked_for_whole_with_the_public_token() -> None:
    first, codes = EuFsf().requests(Window())
    assert first.url.startswith("https://webgate.ec.europa.eu/fsd/fsf/public/files/")
    assert first.kind == "xml"
    assert codes.title == "reference/area_codes.csv"


def test_a_designation_date_goes_before_every_act() -> None:
    found = row(parse(), "EU.9001.10", "UKR")
    assert (found["listed"], found["listed_basis"]) == (date(2022, 3, 9), DESIGNATED)
    assert found["legal_act"] == "2022/900 (OJ L 91)"


def test_without_one_the_earliest_act_nested_anywhere_counts_and_not_the_one_on_top() -> None:
    found = row(parse(), "EU.9002.20", "UKR")
    assert (found["listed"], found["listed_basis"]) == (date(2014, 7, 31), FIRST_ACT)
    assert found["legal_act"] == "800/2014 (OJ L 229)"


def test_without_any_nested_act_the_entry_into_force_counts() -> None:
    found = row(parse(), "EU.9003.30", "BLR")
    assert (found["listed"], found["listed_basis"]) == (date(2012, 5, 15), IN_FORCE)


def test_an_act_of_years_later_is_not_taken_for_the_one_that_listed() -> None:
    assert row(parse(), "EU.9004.40", "AFG")["legal_act"] is None


def test_an_entry_under_two_programmes_has_a_row_and_a_date_for_each() -> None:
    frames = parse()
    assert frames["designation"].height == 5
    assert frames["designation"]["entry"].n_unique() == 4
    assert row(frames, "EU.9004.40", "AFG")["listed"] == date(2001, 1, 31)
    assert row(frames, "EU.9004.40", "TAQA")["listed"] == date(2008, 3, 12)


def test_two_programmes_within_one_element_share_its_date_and_the_basis_says_so() -> None:
    second = '<regulation publicationDate="2023-01-01" entryIntoForceDate="2023-01-01" programme="RUSDA"/><subjectType'
    frames = parse(BODY.replace("<subjectType", second, 1))
    assert row(frames, "EU.9001.10", "RUSDA")["listed_basis"] == f"{DESIGNATED}{OF_ENTRY}"


def test_the_name_is_the_strong_one_in_latin_letters_and_else_the_first() -> None:
    frames = parse()
    assert row(frames, "EU.9001.10", "UKR")["name"] == "Alyona VYDUMANNAYA"
    assert row(frames, "EU.9002.20", "UKR")["name"] == "Beispiel Werft"


def test_areas_are_citizenships_and_addresses_and_neither_birthplaces_nor_unknown() -> None:
    frames = parse()
    assert row(frames, "EU.9001.10", "UKR")["areas"] == "RUS"
    assert row(frames, "EU.9002.20", "UKR")["areas"] == "RUS;UKR"
    assert row(frames, "EU.9003.30", "BLR")["areas"] is None


def test_kinds_and_list_are_as_the_contract_has_them() -> None:
    table = parse()["designation"]
    assert table["list"].unique().to_list() == [LIST]
    assert set(table["entry_kind"]) == {"person", "entity"}
    assert TABLES["designation"].is_valid(table)


def test_the_list_is_known_from_the_day_it_was_made_but_not_after_it_was_fetched() -> None:
    assert parse()["designation"]["known_from"].unique().to_list() == [date(2026, 11, 20)]
    assert parse(day=date(2026, 11, 19))["designation"]["known_from"].unique().to_list() == [date(2026, 11, 19)]


def test_the_release_is_named_after_the_day_of_retrieval() -> None:
    release = parse()["release"].row(0, named=True)
    assert (release["release"], release["published"], release["rows"]) == (
        "eu_fsf-live-2026-11-22", date(2026, 11, 20), 5,
    )  # fmt: skip


def test_a_designation_far_in_the_future_is_a_slip_and_the_next_date_counts() -> None:
    found = row(
        parse(BODY.replace('designationDate="2022-03-09"', 'designationDate="2122-03-09"')), "EU.9001.10", "UKR"
    )
    assert (found["listed"], found["listed_basis"]) == (date(2022, 3, 10), FIRST_ACT)


def test_another_namespace_is_read_all_the_same() -> None:
    assert parse(BODY.replace("fsd/export", "fsd/export/2"))["designation"].height == 5


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("<export ", "<html ", "begins with html instead of export"),
        ('generationDate="2026-11-20T16:28:05.354+01:00"', "", "does not say when it was made"),
        ("2026-11-20T16:28:05.354+01:00", "20 November 2026", "'20 November 2026' is not a day"),
        ("sanctionEntity", "entity", "holds no entries"),
        ('euReferenceNumber="EU.9003.30" logicalId="9003"', "", "neither euReferenceNumber nor logicalId"),
        ('programme="BLR"', 'programme=""', "entry EU.9003.30 names no programme"),
        ('code="enterprise"', 'code="cloud"', "EU.9002.20: the kind of subject 'cloud' is not known"),
        ('wholeName="Example Trust"', 'wholeName=" "', "entry EU.9003.30 has no name"),
        ('designationDate="2022-03-09"', 'designationDate="2022-13-09"', "EU.9001.10: '2022-13-09' is not a day"),
        ('countryIso2Code="UA"', 'countryIso2Code="QX"', "unknown country 'QX'. Add it to reference/area_codes.csv"),
        ("</export>", "", "is not readable XML"),
        ("<export ", '<!DOCTYPE a [<!ENTITY b "c">]><export ', "declares a document type"),
    ],
)
def test_a_broken_list_is_refused_in_a_sentence(old: str, new: str, sentence: str) -> None:
    broken = BODY.replace(old, new)
    assert broken != BODY
    if new == "<html ":
        broken = broken.replace("</export>", "</html>")
    with pytest.raises(ParseError) as refusal:
        parse(broken)
    assert sentence in str(refusal.value)
    assert str(refusal.value).startswith(FILE)


def test_dates_that_moved_elsewhere_are_noticed() -> None:
    entity = BODY[
        BODY.index('  <sanctionEntity designationDetails="" unitedNationId="" euReferenceNumber="EU.9003.30"') :
    ]
    entity = entity[: entity.index("</sanctionEntity>") + len("</sanctionEntity>")].replace(
        "entryIntoForceDate", "force"
    )
    many = "".join(entity.replace("EU.9003.30", f"EU.8{number}") for number in range(11))
    with pytest.raises(ParseError, match="11 of 16 entries have no date of listing"):
        parse(BODY.replace("</export>", f"{many}</export>"))
