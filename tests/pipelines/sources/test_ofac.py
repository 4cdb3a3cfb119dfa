from __future__ import annotations

import io
import zipfile
from datetime import UTC, date, datetime
from pathlib import Path

import polars as pl
import pytest

from pipelines.errors import ParseError
from pipelines.normalise.periods import Window
from pipelines.raw import Payload, payload
from pipelines.schema import TABLES
from pipelines.settings import shipped_data
from pipelines.sources import ofac_entries
from pipelines.sources.ofac import MOST_PUBLICATIONS, Ofac
from pipelines.sources.ofac_entries import CONSOLIDATED, SDN

PAYLOADS = Path(__file__).parent / "payloads" / "ofac"
HOST = "https://sanctionslistservice.ofac.treas.gov/"
FETCHED = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
ENHANCED = ("SDN_ENHANCED.XML", "CONS_ENHANCED.XML")
CHANGES = ("history/2025.json", "history/2026.json", "changes/7.xml", "changes/8.xml", "changes/9.xml")
SDN_CSV = ("SDN.CSV", "ADD.CSV", "SDN_COMMENTS.CSV")
CONS_CSV = ("CONS_PRIM.CSV", "CONS_ADD.CSV", "CONS_COMMENTS.CSV")
FIRST_DAY = "first day on this list, under any programme"
ADDED = "programme added, OFAC publication"


def recorded(name: str, *edits: tuple[str, str]) -> Payload:
    body = (PAYLOADS / name).read_bytes()
    for old, new in edits:
        assert old.encode() in body
        body = body.replace(old.encode(), new.encode())
    return payload(name, body, HOST + name, retrieved=FETCHED)


def codes() -> Payload:
    return payload("reference/area_codes.csv", (shipped_data() / "reference/area_codes.csv").read_bytes())


def zipped(*edits: tuple[str, str]) -> Payload:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("SDN.XML", recorded("SDN.XML", *edits).body)
    return payload("SDN_XML.ZIP", packed.getvalue(), HOST + "SDN_XML.ZIP", retrieved=FETCHED)


def parse(*names: str | Payload) -> pl.DataFrame:
    given = [recorded(name) if isinstance(name, str) else name for name in names]
    return Ofac().parse([codes(), *given])["designation"]


def dates(rows: pl.DataFrame) -> dict[tuple[str, str, str], tuple[date | None, str | None]]:
    return {
        ("SDN" if row["list"] == SDN else "CONS", row["entry"], row["programme"]): (row["listed"], row["listed_basis"])
        for row in rows.iter_rows(named=True)
    }


def entry(rows: pl.DataFrame, number: str) -> dict[str, object]:
    return rows.filter(entry=number).row(0, named=True)


def test_every_entry_has_a_row_for_each_list_and_programme() -> None:
    assert dates(parse(*ENHANCED)) == {
        ("SDN", "101", "UKRAINE-EO13661"): (date(2014, 3, 20), FIRST_DAY),
        ("SDN", "101", "RUSSIA-EO14024"): (date(2014, 3, 20), FIRST_DAY),
        ("SDN", "102", "RUSSIA-EO14024"): (date(2022, 4, 6), FIRST_DAY),
        ("SDN", "103", "SDGT"): (date(2024, 2, 23), FIRST_DAY),
        ("SDN", "104", "RUSSIA-EO14024"): (date(2024, 5, 1), FIRST_DAY),
        ("SDN", "104", "MADE-UP-TAG"): (date(2024, 5, 1), FIRST_DAY),
        ("SDN", "105", "VENEZUELA-EO13850"): (date(2020, 1, 31), FIRST_DAY),
        ("CONS", "104", "RUSSIA-EO14024"): (date(2021, 6, 3), FIRST_DAY),
        ("CONS", "104", "MADE-UP-TAG"): (date(2021, 6, 3), FIRST_DAY),
        # On two non-SDN lists since 2014; the directive that the entry prints dates the second programme.
        ("CONS", "201", "UKRAINE-EO13662"): (date(2014, 7, 29), FIRST_DAY),
        ("CONS", "201", "RUSSIA-EO14024"): (date(2022, 2, 24), "listing date, EO 14024 Directive 2"),
        # The list of lists dates nothing.
        ("CONS", "202", "CMIC-EO13959"): (date(2021, 6, 3), "listing date, CMIC"),
    }


def test_an_entry_carries_its_primary_name_kind_countries_and_acts() -> None:
    rows = parse(*ENHANCED)
    person = rows.filter(entry="101", programme="RUSSIA-EO14024").row(0, named=True)
    assert person["name"] == "SAMPLE, Person"
    assert person["entry_kind"] == "person"
    assert person["areas"] == "CYP;RUS;UKR"
    assert person["legal_act"] == "Executive Order 14024 (Russia)"
    kinds = {number: entry(rows, number)["entry_kind"] for number in ("102", "103", "105")}
    assert kinds == {"102": "entity", "103": "vessel", "105": "aircraft"}
    assert entry(rows, "102")["areas"] is None
    assert entry(rows, "103")["legal_act"] == "Terrorism Sanctions Regulations"
    assert rows["removed"].null_count() == rows.height


def test_a_row_meets_its_contract_and_names_its_release() -> None:
    frames = Ofac().parse([codes(), *(recorded(name) for name in (*ENHANCED, *CHANGES))])
    assert TABLES["designation"].validate(frames["designation"]).height == frames["designation"].height
    release = frames["release"].row(0, named=True)
    assert release["release"] == "ofac-live-2026-11-22"
    assert release["published"] == date(2026, 11, 18)
    assert release["rows"] == frames["designation"].height
    assert release["title"] == "OFAC lists: 7 entries; programme dates from 3 publications since 2025-03-04"
    assert frames["designation"]["known_from"].unique().to_list() == [date(2026, 11, 22)]


def test_a_publication_dates_the_programme_that_it_added() -> None:
    found = dates(parse(*ENHANCED, *CHANGES))
    assert found["SDN", "101", "RUSSIA-EO14024"] == (date(2025, 3, 4), ADDED)
    assert found["SDN", "101", "UKRAINE-EO13661"] == (date(2014, 3, 20), FIRST_DAY)
    assert found["CONS", "104", "MADE-UP-TAG"] == (date(2025, 3, 4), ADDED)


def test_a_programme_added_before_the_entry_came_to_a_list_has_the_first_day_on_that_list() -> None:
    moved = [recorded(name, ("2024-05-01", "2025-09-01")) for name in ENHANCED]
    found = dates(parse(*moved, *CHANGES))
    assert found["SDN", "104", "MADE-UP-TAG"] == (date(2025, 9, 1), FIRST_DAY)
    assert found["CONS", "104", "MADE-UP-TAG"] == (date(2025, 3, 4), ADDED)


def test_a_publication_dates_what_it_removed_in_us_eastern_time() -> None:
    rows = parse(*ENHANCED, *CHANGES).filter(pl.col("removed").is_not_null()).sort("entry")
    assert rows.select("entry", "programme", "name", "listed", "listed_basis", "removed").rows() == [
        ("102", "BELARUS-EO14038", "SAMPLE WORKS", date(2022, 4, 6), FIRST_DAY, date(2026, 2, 1)),
        ("105", "VENEZUELA-EO13850", "SAMPLE-01", None, None, date(2026, 2, 1)),
        ("301", "SDGT", "LEFT, Since", date(2025, 3, 4), ADDED, date(2026, 5, 6)),
        ("302", "IRAN", "LEFT WORKS", date(2019, 8, 1), FIRST_DAY, date(2026, 5, 6)),
    ]
    assert rows["removed_basis"].unique().to_list() == ["OFAC publication"]
    assert rows["list"].to_list() == [SDN, CONSOLIDATED, SDN, SDN]


def test_an_entry_that_came_back_is_not_removed_and_has_its_later_day() -> None:
    # Publication 7 adds entry 301, publication 9 removes it; with their numbers exchanged it is the other way round.
    later = payload("changes/7.xml", recorded("changes/9.xml").body, HOST, retrieved=FETCHED)
    earlier = payload("changes/9.xml", recorded("changes/7.xml").body, HOST, retrieved=FETCHED)
    rows = parse(*ENHANCED, "history/2025.json", "history/2026.json", later, earlier)
    assert rows.filter(entry="301").is_empty()


def test_the_list_of_today_has_the_last_word_over_a_removal() -> None:
    removed = recorded("changes/9.xml", ('id="399"', 'id="103"'))
    rows = parse(*ENHANCED, "history/2026.json", removed)
    assert entry(rows, "103")["removed"] is None


def test_a_removal_that_names_nobody_gives_no_row() -> None:
    assert parse(*ENHANCED, *CHANGES).filter(entry="399").is_empty()


def test_the_classic_list_stands_in_for_the_enhanced_one() -> None:
    rows = parse(zipped(), *CONS_CSV).filter(list=SDN)
    assert rows["entry"].unique().sort().to_list() == ["101", "102", "103", "104", "105"]
    person = entry(rows, "101")
    assert (person["name"], person["areas"], person["listed"]) == ("SAMPLE, Person", "CYP;RUS;UKR", None)
    assert entry(rows, "103")["areas"] is None, "a flag is no tie"


@pytest.mark.parametrize("namespace", ["https://sanctionslistservice.ofac.treas.gov/exports/XML", "urn:another"])
def test_a_changed_namespace_changes_nothing(namespace: str) -> None:
    changed = zipped(("http://tempuri.org/sdnList.xsd", namespace))
    assert parse(changed, *CONS_CSV).equals(parse(zipped(), *CONS_CSV))
    enhanced = (HOST + "api/PublicationPreview/exports/ENHANCED_XML", namespace)
    assert parse(*(recorded(name, enhanced) for name in ENHANCED)).equals(parse(*ENHANCED))


def test_csv_gives_the_entries_with_the_rest_of_their_remarks() -> None:
    rows = parse(*SDN_CSV, *CONS_CSV)
    assert rows.height == 7
    assert entry(rows, "101")["areas"] == "CYP;RUS;UKR", "a possible tie is no tie"
    works = entry(rows, "102")
    assert (works["name"], works["entry_kind"], works["areas"]) == ('SAMPLE WORKS "Müller"', "entity", "BLR")
    found = dates(rows)
    assert found["CONS", "201", "RUSSIA-EO14024"] == (date(2022, 2, 24), "listing date, EO 14024 Directive 2")
    assert found["CONS", "201", "UKRAINE-EO13662"] == (None, None)
    assert found["CONS", "202", "CMIC-EO13959"] == (date(2021, 6, 3), "listing date, CMIC")
    assert found["SDN", "101", "UKRAINE-EO13661"] == (None, None)


def test_the_classic_count_checks_the_enhanced_list() -> None:
    assert parse(*ENHANCED, zipped()).equals(parse(*ENHANCED))
    with pytest.raises(ParseError, match=r"SDN_ENHANCED\.XML holds 5 entries of the SDN list and .* states 50"):
        parse(*ENHANCED, zipped(("<Record_Count>5<", "<Record_Count>50<")))


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("sanctionsData", "listData", r"begins with <listData> instead of <sanctionsData>"),
        ("entities>", "parties>", "holds no entry of OFAC SDN entries"),
        (">SDN List<", ">Blocked Persons<", "holds no entry of OFAC SDN entries"),
        (">Individual<", ">Robot<", r"entity 101: 'Robot' is no kind of entry that is known \(individual, entity"),
        (">Cyprus<", ">Atlantis<", r"OFAC entry 101: unknown country 'Atlantis'\. Add it to area_codes\.csv"),
        ("2014-03-20", "2014-13-20", "entity 101, SDN List: '2014-13-20' is not a date"),
        (">RUSSIA-EO14024</sanctionsProgram></sanc", "></sanctionsProgram></sanc", "entity 102 has no programme"),
        ("<isPrimary>true<", "<isPrimary>no<", "entity 101 has no primary name"),
        ('<entity id="102"', '<entity id="101"', "gives entry 101 twice"),
        ('<entity id="102"', '<entity id=""', "entity without id has no number"),
    ],
)
def test_an_enhanced_list_that_is_not_what_it_should_be_is_refused(old: str, new: str, sentence: str) -> None:
    with pytest.raises(ParseError, match=sentence):
        parse(recorded(ENHANCED[0], (old, new)), ENHANCED[1])


def test_an_entry_on_no_list_is_refused() -> None:
    nowhere = recorded(ENHANCED[0], ('datePublished="2024-02-23">SDN List<', 'datePublished="2024-02-23"><'))
    with pytest.raises(ParseError, match="entity 103 is on no list"):
        parse(nowhere, ENHANCED[1])


def test_a_list_that_is_cut_short_is_refused() -> None:
    whole = recorded(ENHANCED[0]).body
    cut = payload(ENHANCED[0], whole[: len(whole) // 2], HOST, retrieved=FETCHED)
    with pytest.raises(ParseError, match=r"SDN_ENHANCED\.XML is not readable XML"):
        parse(cut, ENHANCED[1])


def test_an_unknown_programme_is_kept() -> None:
    renamed = recorded(ENHANCED[0], (">SDGT<", ">NEW-EO99999<"))
    assert parse(renamed, ENHANCED[1]).filter(programme="NEW-EO99999")["entry"].to_list() == ["103"]


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("<Record_Count>5<", "<Record_Count>8832<", "states 8,832 records and holds 5; it may be cut short"),
        ("<Record_Count>5<", "<Record_Count>five<", "Record_Count: 'five' is not a number"),
        ("publshInformation", "publishInformation", "does not say how many records it holds"),
        ("11/18/2026", "18/11/2026", "Publish_Date: '18/11/2026' is not a date"),
        ("<uid>103<", "<uid>102<", "gives entry 102 twice"),
        ("<lastName>SAMPLE SHIP<", "<lastName><", "entry 103 has no name"),
    ],
)
def test_a_classic_list_that_is_not_what_it_should_be_is_refused(old: str, new: str, sentence: str) -> None:
    with pytest.raises(ParseError, match=sentence):
        parse(zipped((old, new)), *CONS_CSV)


@pytest.mark.parametrize(
    ("name", "old", "new", "sentence"),
    [
        ("SDN.CSV", "\r\n\x1a", "", "SDN.CSV is cut short"),
        ("SDN.CSV", '"individual",', "", "SDN.CSV, line 1: 11 fields instead of 12"),
        ("SDN.CSV", '"vessel"', '"ship"', "SDN.CSV, line 3: 'ship' is no kind"),
        ("SDN.CSV", '"SDGT"', "-0- ", "SDN.CSV, line 3: the entry has no programme"),
        ("SDN.CSV", "103,", "102,", "SDN.CSV gives entry 102 twice"),
        ("ADD.CSV", "102,", "999,", "ADD.CSV names entry 999, which SDN.CSV lacks; they are of different days"),
        ("ADD.CSV", "Region: Crimea", "Atlantis", "unknown country 'Atlantis'"),
        ("SDN_COMMENTS.CSV", '"; nat', '"; "nat', "SDN_COMMENTS.CSV, line 1: "),
    ],
)
def test_csv_that_is_not_what_it_should_be_is_refused(name: str, old: str, new: str, sentence: str) -> None:
    files = [recorded(file, (old, new)) if file == name else recorded(file) for file in SDN_CSV]
    with pytest.raises(ParseError, match=sentence):
        parse(*files, *CONS_CSV)


@pytest.mark.parametrize(
    ("name", "old", "new", "sentence"),
    [
        ("history/2026.json", "[{", '{"error": [{', "is not readable JSON"),
        ("history/2026.json", '"publicationID":9', '"id":9', "publication 1 has no publicationID or datePublished"),
        ("history/2026.json", "2026-05-06T", "May", "publication 1: .* is not a date"),
        ("changes/9.xml", 'action="remove"', 'action="expunge"', "'expunge' is no action that is known"),
        ("changes/9.xml", "sanctionsData", "delta", r"changes/9\.xml begins with <delta>"),
    ],
)
def test_a_publication_that_is_not_what_it_should_be_is_refused(name: str, old: str, new: str, sentence: str) -> None:
    files = [recorded(file, (old, new)) if file == name else recorded(file) for file in CHANGES]
    with pytest.raises(ParseError, match=sentence):
        parse(*ENHANCED, *files)


def test_a_history_that_is_an_object_is_refused_and_an_empty_one_is_fine() -> None:
    odd = payload("history/2026.json", b'{"message": "down"}', HOST, retrieved=FETCHED)
    with pytest.raises(ParseError, match=r"history/2026\.json is not a list of publications"):
        Ofac().follow([codes(), odd])
    empty = payload("history/2026.json", b"[]", HOST, retrieved=FETCHED)
    assert parse(*ENHANCED, empty).equals(parse(*ENHANCED))


def test_nothing_that_came_is_refused() -> None:
    with pytest.raises(ParseError, match=r"OFAC SDN entries: neither SDN_ENHANCED\.XML nor SDN\.CSV, .* came"):
        parse("history/2026.json")


def test_it_asks_for_both_lists_and_two_years_of_publications() -> None:
    requests = Ofac().requests(Window(today=date(2026, 11, 22)))
    assert [request.title for request in requests] == [
        "reference/area_codes.csv",
        *ENHANCED,
        "SDN_XML.ZIP",
        "history/2025.json",
        "history/2026.json",
    ]
    large = requests[1]
    assert large.url == HOST + "api/PublicationPreview/exports/SDN_ENHANCED.XML"
    assert large.redirects == ("*.amazonaws.com",)
    assert large.own_redirects
    assert large.most_mb == 300
    assert requests[-1].url == HOST + "changes/history/2026"
    since = Ofac().requests(Window(since=date(2022, 2, 1), today=date(2026, 11, 22)))
    assert [request.title for request in since[4:]] == [f"history/{year}.json" for year in range(2022, 2027)]


def test_it_follows_the_publications_once_and_falls_back_on_csv_for_a_list_that_did_not_come() -> None:
    def titles(*names: str | Payload) -> list[str]:
        given = [recorded(name) if isinstance(name, str) else name for name in names]
        return [request.title for request in Ofac().follow([codes(), *given])]

    assert titles(*ENHANCED, *CHANGES[:2]) == ["changes/9.xml", "changes/8.xml", "changes/7.xml"]
    assert titles(*ENHANCED, *CHANGES) == []
    assert titles(ENHANCED[1]) == list(SDN_CSV)
    assert titles(zipped()) == list(CONS_CSV)
    assert titles(*ENHANCED) == []
    assert titles() == [*SDN_CSV, *CONS_CSV]


def test_it_asks_for_a_bounded_number_of_publications_the_newest_first() -> None:
    rows = ",".join(
        f'{{"publicationID":{number},"datePublished":"2026-01-{1 + number % 28:02}T10:00:00"}}' for number in range(500)
    )
    many = payload("history/2026.json", f"[{rows}]".encode(), HOST, retrieved=FETCHED)
    asked = Ofac().follow([codes(), *(recorded(name) for name in ENHANCED), many])
    assert len(asked) == MOST_PUBLICATIONS
    assert asked[0].title == "changes/475.xml"


def test_a_list_is_read_from_its_file_without_lying_in_memory(tmp_path: Path) -> None:
    files = []
    for name in ENHANCED:
        given = recorded(name)
        (tmp_path / name).write_bytes(given.body)
        files.append(Payload(name, tmp_path / name, given.sha256, given.url, FETCHED))
    assert parse(*files).equals(parse(*ENHANCED))


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("2026-01-16T10:01:44.740051", date(2026, 1, 16)),
        ("2026-01-15T00:00:00-05:00", date(2026, 1, 15)),
        ("2026-07-02T03:59:00Z", date(2026, 7, 1)),
        ("24 Feb 2022", date(2022, 2, 24)),
        ("03/10/2021", date(2021, 3, 10)),
    ],
)
def test_a_day_is_that_of_us_eastern_time(words: str, expected: date) -> None:
    assert ofac_entries.day(words, "here") == expected


def test_what_is_no_day_is_named() -> None:
    with pytest.raises(ParseError, match="here: '31 Feb 2022' is not a date"):
        ofac_entries.day("31 Feb 2022", "here")
