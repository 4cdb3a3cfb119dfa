"""OFAC's lists, as recorded: classic XML and CSV against their own counts, a clip of the enhanced form, a change."""

from __future__ import annotations

import csv
import gzip
import io
import zipfile
from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import polars as pl
import pytest
from lxml import etree

from pipelines.raw import Payload, payload
from pipelines.sources import ofac_changes, ofac_csv
from pipelines.sources.ofac import Ofac
from pipelines.sources.ofac_changes import Publication
from pipelines.sources.ofac_entries import CONSOLIDATED, SDN, Entry
from tests.pipelines.sources.recorded.replies import FETCHED, parsed, refused, reply

CONS = ("CONS_PRIM.CSV", "CONS_ADD.CSV", "CONS_COMMENTS.CSV")
CSV = ("SDN.CSV", "ADD.CSV", "SDN_COMMENTS.CSV")


@pytest.fixture(scope="module")
def folder(recorded: Path) -> Path:
    return recorded / "ofac"


def consolidated(folder: Path) -> list[Payload]:
    return [reply(folder / "cons_csv" / name, name) for name in CONS]


def zipped(body: bytes) -> Payload:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("SDN.XML", body)
    return payload("SDN_XML.ZIP", packed.getvalue(), "https://figures.example.org/", retrieved=FETCHED)


def lines(file: Path) -> list[list[str]]:
    """A second reading of a CSV: its rows, without the closing mark."""
    text = file.read_bytes().rstrip(b"\x1a").decode("utf-8", "replace")
    return [row for row in csv.reader(io.StringIO(text, newline="")) if row]


def tags(cells: Iterator[str]) -> Counter[str]:
    """Entries by programme, from cells such as `A] [B`."""
    return Counter(tag for cell in cells for tag in {part.strip() for part in cell.split("] [")})


@pytest.fixture(scope="module")
def classic(folder: Path) -> pl.DataFrame:
    body = gzip.decompress((folder / "SDN_2021-03-10_full.xml.gz").read_bytes())
    return parsed(Ofac(), zipped(body), *consolidated(folder))["designation"]


def test_the_classic_list_has_as_many_entries_as_it_states(folder: Path, classic: pl.DataFrame) -> None:
    with gzip.open(folder / "SDN_2021-03-10_full.xml.gz") as stream:
        root = etree.parse(stream).getroot()
    stated = int(str(root.findtext("{*}publshInformation/{*}Record_Count")))
    entries = root.findall("{*}sdnEntry")
    assert stated == len(entries) == 8_832
    mine = classic.filter(pl.col("list") == SDN)
    assert mine["entry"].n_unique() == stated
    told = Counter(
        tag for one in entries for tag in {str(each.text).strip() for each in one.findall("{*}programList/{*}program")}
    )
    assert dict(mine["programme"].value_counts().iter_rows()) == told
    kinds = Counter(str(one.findtext("{*}sdnType")).lower() for one in entries)
    counted = dict(mine.unique("entry")["entry_kind"].value_counts().iter_rows())
    assert counted == {("person" if kind == "individual" else kind): many for kind, many in kinds.items()}


def test_the_cut_of_russia_is_refused_by_the_count_that_it_states(folder: Path) -> None:
    body = (folder / "SDN_2021-03-10_subset_russia.xml").read_bytes()
    sentence = refused(Ofac(), zipped(body), *consolidated(folder))
    assert sentence == "SDN.XML states 8,832 records and holds 555; it may be cut short."


def test_the_list_in_csv_is_read_row_for_row(folder: Path) -> None:
    rows = lines(folder / "csv_2021-07" / "SDN.CSV")
    assert len(rows) == len({row[0] for row in rows}) == 8_976
    assert (folder / "csv_2021-07" / "SDN.CSV").read_bytes().endswith(b"\x1a")
    given = [reply(folder / "csv_2021-07" / name, name) for name in CSV]
    mine = parsed(Ofac(), *given, *consolidated(folder))["designation"].filter(pl.col("list") == SDN)
    assert mine["entry"].n_unique() == 8_976
    assert dict(mine["programme"].value_counts().iter_rows()) == tags(row[3] for row in rows)


def test_the_other_lists_in_csv_are_read_row_for_row_with_the_dates_of_directives(
    folder: Path, classic: pl.DataFrame
) -> None:
    rows = lines(folder / "cons_csv" / "CONS_PRIM.CSV")
    assert len(rows) == 442
    mine = classic.filter(pl.col("list") == CONSOLIDATED)
    assert mine["entry"].n_unique() == 442
    assert dict(mine["programme"].value_counts().iter_rows()) == tags(row[3] for row in rows)
    printed = {row[0] for row in rows if "Listing Date (" in row[11]}
    told = set(mine.filter(pl.col("listed").is_not_null())["entry"])
    assert len(told) == 94
    assert told <= printed | {row[0] for row in lines(folder / "cons_csv" / "CONS_COMMENTS.CSV")}
    assert date(2022, 2, 24) in set(mine["listed"])


def test_addresses_of_another_day_are_refused(folder: Path) -> None:
    names = ("SDN.CSV", "ADD.CSV", "SDN_COMMENTS.CSV")
    entries, addresses, comments = (reply(folder / "csv_2021-07" / name, name) for name in names)
    assert len(ofac_csv.read(entries, addresses, comments, SDN).entries) == 8_976
    other = reply(folder / "cons_csv" / "CONS_ADD.CSV", "ADD.CSV")
    sentence = refused(Ofac(), entries, other, comments, *consolidated(folder))
    assert sentence.startswith("ADD.CSV names entry ")
    assert sentence.endswith("which SDN.CSV lacks; they are of different days.")


def test_the_clip_of_the_enhanced_form_gives_an_entry_with_its_first_day_on_the_list(folder: Path) -> None:
    body = gzip.decompress((folder / "SDN_2021-03-10_full.xml.gz").read_bytes())
    clip = reply(folder / "SDN_ENHANCED_clip_2026-09-04.xml", "CONS_ENHANCED.XML")
    rows = parsed(Ofac(), zipped(body), clip)["designation"].filter(pl.col("list") == CONSOLIDATED)
    (row,) = rows.to_dicts()
    assert (row["entry"], row["programme"], row["entry_kind"]) == ("9640", "NS-PLC", "person")
    # The list of lists is no list: its day of 2014 is not the day of listing.
    assert row["listed"] == date(2006, 4, 12)
    assert row["name"] == "ABU TEIR, Mohammed"


def test_the_advanced_form_is_not_taken_for_the_enhanced_one(folder: Path) -> None:
    advanced = reply(folder / "SDN_ADVANCED_clip_reconstructed.xml", "SDN_ENHANCED.XML")
    assert "instead of <sanctionsData> or <sdnList>" in refused(Ofac(), advanced, *consolidated(folder))


def test_the_recorded_history_and_change_date_a_programme_and_a_removal(folder: Path) -> None:
    (publication,) = ofac_changes.history(reply(folder / "changes_history_2026_1_16.json", "history/2026.json"))
    assert publication == Publication(803, date(2026, 1, 16))
    standing = {
        number: [Entry(number, "EXAMPLE", "entity", ("UKRAINE-EO13661",), {SDN: date(2014, 3, 20)})]
        for number in ("900001", "900002")
    }
    change = reply(folder / "changes_latest_delta_reconstructed.xml", "changes/803.xml")
    found = ofac_changes.timing([(publication, change)], standing)
    # The change states its own day, which goes before that of the history.
    day = date(2026, 1, 15)
    assert found.added == {(SDN, "900003", "RUSSIA-EO14024"): day, (SDN, "900002", "RUSSIA-EO14024"): day}
    assert found.removed == {(SDN, "900001", "UKRAINE-EO13661"): day}
    assert list(found.entries) == ["900003"]
