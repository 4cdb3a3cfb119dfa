"""Sanctions lists of the Union, the United Kingdom and the United Nations, as recorded, against a second reading."""

from __future__ import annotations

import gzip
from collections import Counter
from datetime import UTC, date, datetime
from pathlib import Path

import polars as pl
import pytest
from lxml import etree

from pipelines.sources import Frames
from pipelines.sources.eu_fsf import DESIGNATED, FIRST_ACT, EuFsf
from pipelines.sources.uk_sanctions import UkSanctions
from pipelines.sources.un_sc import UnSc
from tests.pipelines.sources.recorded.replies import parsed, refused, reply

EU_FILE = "xmlFullSanctionsList_1_1.xml"


@pytest.fixture(scope="module")
def eu(recorded: Path) -> Path:
    return recorded / "eu_fsf"


@pytest.fixture(scope="module")
def union(eu: Path) -> Frames:
    file = eu / "xmlFullSanctionsList_1_1_2021-03-02_full.xml.gz"
    return parsed(EuFsf(), reply(file, EU_FILE, fetched=datetime(2021, 3, 3, tzinfo=UTC)))


Dated = dict[tuple[str, str], tuple[date | None, bool]]


def dated(root: etree._Element) -> tuple[int, Dated]:
    """A second reading: number of elements, and by entry and programme the day and whether it is the designation's."""
    elements = root.findall("{*}sanctionEntity")
    found: Dated = {}
    for element in elements:
        (act,) = element.findall("{*}regulation")
        nested = [one.get("publicationDate") for one in element.iter("{*}regulationSummary")]
        designated = element.get("designationDate")
        said = designated or min((day for day in nested if day), default=None) or act.get("entryIntoForceDate")
        day = None if not said else date.fromisoformat(str(said)[:10])
        key = (str(element.get("euReferenceNumber") or element.get("logicalId")), str(act.get("programme")))
        before = found.get(key, (None, False))
        if before[0] is None or (day is not None and day < before[0]):
            found[key] = (day, bool(designated))
    return len(elements), found


def test_the_union_s_list_is_read_whole_and_dated_as_a_second_reading_dates_it(eu: Path, union: Frames) -> None:
    with gzip.open(eu / "xmlFullSanctionsList_1_1_2021-03-02_full.xml.gz") as stream:
        elements, told = dated(etree.parse(stream).getroot())
    assert elements == 2_269
    rows = union["designation"]
    assert rows.height == len(told)
    mine = {(row["entry"], row["programme"]): row["listed"] for row in rows.iter_rows(named=True)}
    assert {key: day for key, day in mine.items() if day != told[key][0]} == {}
    assert rows["known_from"].unique().to_list() == [date(2021, 3, 2)]


def test_entries_over_ukraine_are_dated_by_designation_or_by_their_first_act(eu: Path, union: Frames) -> None:
    ukraine = union["designation"].filter(programme="UKR")
    assert ukraine.height == 235
    basis = Counter(str(row).split(",")[0] for row in ukraine["listed_basis"])
    assert basis == {DESIGNATED: 142, FIRST_ACT: 93}
    undated = ukraine.filter(pl.col("listed_basis").str.starts_with(FIRST_ACT))
    assert undated.filter(pl.col("listed").dt.year() == 2014).height == 17
    # The act at the top of an entry is mostly one of 2020, the earliest that names it often one of 2014.
    with gzip.open(eu / "xmlFullSanctionsList_1_1_2021-03-02_full.xml.gz") as stream:
        entries = etree.parse(stream).getroot().findall("{*}sanctionEntity")
    tops = [one for one in entries if one.find("{*}regulation").get("programme") == "UKR"]
    first = [min(str(act.get("publicationDate")) for act in one.iter("{*}regulationSummary")) for one in tops]
    shown = [str(one.find("{*}regulation").get("publicationDate")) for one in tops]
    assert (sum(day < "2015" for day in first), sum(day > "2020" for day in shown)) == (35, 210)
    # The list of misappropriated assets (208/2014) came days before the one over Crimea (269/2014).
    assert ukraine["listed"].min() == date(2014, 3, 6)
    assert date(2014, 3, 17) in set(ukraine["listed"])


def test_the_cut_of_ukraine_and_belarus_agrees_with_the_whole_list(eu: Path, union: Frames) -> None:
    file = eu / "xmlFullSanctionsList_1_1_subset_UKR_BLR.xml"
    elements, told = dated(etree.parse(file).getroot())
    assert elements == 347
    part = parsed(EuFsf(), reply(file, EU_FILE, fetched=datetime(2021, 3, 3, tzinfo=UTC)))["designation"]
    assert part.height == len(told)
    columns = ["entry", "programme", "name", "entry_kind", "areas", "listed", "listed_basis"]
    both = part.select(columns).join(union["designation"].select(columns), on=columns, how="anti", nulls_equal=True)
    assert both.to_dicts() == []


def test_a_list_cut_short_is_refused(eu: Path) -> None:
    came = reply(eu / "xmlFullSanctionsList_1_1_subset_UKR_BLR.xml", EU_FILE)
    half = type(came)(came.name, came.body[: len(came.body) // 2], came.sha256, came.url, came.retrieved)
    assert refused(EuFsf(), half).startswith(f"{EU_FILE} is not readable XML: ")


# ---- the United Nations


@pytest.fixture(scope="module")
def un_file(recorded: Path) -> Path:
    return recorded / "un" / "consolidated_2026-02-27.xml"


@pytest.fixture(scope="module")
def nations(un_file: Path) -> pl.DataFrame:
    return parsed(UnSc(), reply(un_file, "consolidated.xml"))["designation"]


def test_every_entry_of_the_united_nations_is_dated_as_listed(un_file: Path, nations: pl.DataFrame) -> None:
    root = etree.parse(un_file).getroot()
    entries = [*root.iter("INDIVIDUAL"), *root.iter("ENTITY")]
    told = {str(one.findtext("REFERENCE_NUMBER")).strip(): str(one.findtext("LISTED_ON"))[:10] for one in entries}
    assert len(entries) == len(told) == nations.height == 1_003
    mine = {row["entry"]: str(row["listed"]) for row in nations.iter_rows(named=True)}
    assert mine == told
    assert nations["entry_kind"].value_counts().sort("entry_kind").rows() == [("entity", 273), ("person", 730)]


def test_committees_have_as_many_entries_as_the_file_and_gb_is_guinea_bissau(
    un_file: Path, nations: pl.DataFrame
) -> None:
    counted = Counter(str(one.text) for one in etree.parse(un_file).getroot().iter("UN_LIST_TYPE"))
    assert counted["Iran"] == 121
    renamed = {"GB": "Guinea-Bissau", "SouthSudan": "South Sudan"}
    told = {renamed.get(name, name): many for name, many in counted.items()}
    assert dict(nations["programme"].value_counts().iter_rows()) == told
    assert told["Guinea-Bissau"] == 10
    iran = nations.filter(programme="Iran")["listed_basis"]
    assert iran.str.contains("returned in September 2025").all()


# ---- the United Kingdom


def test_the_recorded_row_of_the_british_list(recorded: Path) -> None:
    file = recorded / "uk" / "UK-Sanctions-List_2026-10-08_header_and_one_row.csv"
    assert len(file.read_text(encoding="utf-8-sig").splitlines()[1].split(",")) == 58
    frames = parsed(UkSanctions(), reply(file, "UK-Sanctions-List.csv"))
    (row,) = frames["designation"].to_dicts()
    assert row["entry"] == "RUS2176"
    assert row["programme"] == "The Russia (Sanctions) (EU Exit) Regulations 2019"
    assert (row["name"], row["entry_kind"]) == ("KOROLEV PROSPECT", "vessel")
    assert (row["listed"], row["listed_basis"]) == (date(2024, 7, 31), "date designated")
    assert (row["known_from"], row["areas"]) == (date(2026, 10, 8), None)
