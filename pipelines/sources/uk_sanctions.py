"""The UK Sanctions List as one CSV file: since 28 January 2026 the only list of the United Kingdom.

The file has a line with the day of the report before its header, and one row per name and address of an entry: rows of
one Unique ID are one entry. A ship's flag is no tie to a country here, since flags of convenience say little.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping, Sequence
from datetime import date

from pipelines.errors import FetchError, ParseError
from pipelines.normalise.countries import codes
from pipelines.normalise.designations import Listing, Places, british_day, frame, usable
from pipelines.normalise.periods import Window
from pipelines.normalise.releases import release, release_id
from pipelines.raw import SHIPPED, Payload, Request
from pipelines.schema.terms import EntryKind
from pipelines.sources.base import Frames, Source

LIST = "UK Sanctions List"
DESIGNATED = "date designated"
_FILE = "UK-Sanctions-List.csv"
_NAMES = ("Name 1", "Name 2", "Name 3", "Name 4", "Name 5", "Name 6")
_READ = (
    *("Unique ID", *_NAMES, "Name type", "Name non-latin script", "Regime Name", "Designation Type"),
    *("Address Country", "Date Designated", "Nationality(/ies)"),
)
_KINDS = {"individual": EntryKind.PERSON, "entity": EntryKind.ENTITY, "ship": EntryKind.VESSEL}
_PRIMARY = "primary name"
_REPORT = re.compile(r"^Report Date:\s*(\d{1,2})-([A-Za-z]{3})[A-Za-z]*-(\d{4})$")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_NUMBERED = re.compile(r"\|+|\(\d+\)")


class UkSanctions(Source):
    """Names on the UK list by regime, with the date of designation."""

    name = "uk_sanctions"
    tables = ("release", "designation")

    def requests(self, window: Window) -> Sequence[Request]:
        """The whole list, whatever the window: it has no parts."""
        del window
        return (
            Request(f"{self.url}/docs/{_FILE}", name=_FILE, kind="text", own_redirects=True, most_mb=130.0),
            Request(SHIPPED + "reference/area_codes.csv"),
        )

    def parse(self, payloads: Sequence[Payload]) -> Frames:
        """Rows of `designation` and the release.

        Raises:
            ParseError: the report line or a column is missing, the file is cut short, an entry lacks its ID, regime,
                kind or name, a date is none, or a country is unknown.
        """
        by_name = {payload.name: payload for payload in payloads}
        list_file = by_name[_FILE]
        report, rows = _rows(list_file)
        known_from = min(report, list_file.day)
        places = Places(codes(by_name["reference/area_codes.csv"], "uk"), self.labels.no_country, "uk")
        entries: dict[tuple[str, str], list[Mapping[str, str]]] = {}
        for row in rows:
            entries.setdefault(_key(row, list_file.name), []).append(row)
        listings = [
            _listing(entry, regime, mine, places, known_from, list_file.name)
            for (entry, regime), mine in entries.items()
        ]
        places.check(list_file.name)
        table = frame(
            listings,
            of=LIST,
            source=self.name,
            release=release_id(self.name, list_file.day),
            known_from=known_from,
            name=list_file.name,
        )
        title = f"UK Sanctions List, report of {report}"
        return {
            "designation": table,
            "release": release(self.name, title, [list_file], table.height, published=known_from),
        }


def _rows(list_file: Payload) -> tuple[date, list[dict[str, str]]]:
    try:
        # Some systems close a text file with the mark 0x1A, which is no row.
        text = list_file.text().rstrip("\x1a")
    except FetchError as error:
        raise ParseError(str(error)) from error
    if not text.endswith("\n"):
        raise ParseError(f"{list_file.name} is cut short: its last line does not end.")
    lines = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        report = _report(next(lines, []), list_file.name)
        header = [" ".join(column.split()) for column in next(lines, [])]
        missing = [column for column in _READ if column not in header]
        if missing:
            raise ParseError(f"{list_file.name} has no column {', '.join(missing)}; it may have been renamed.")
        twice = sorted({column for column in _READ if header.count(column) > 1})
        if twice:
            raise ParseError(f"{list_file.name} has the column {', '.join(twice)} twice.")
        rows = []
        for fields in lines:
            if len(fields) != len(header):
                raise ParseError(
                    f"{list_file.name}, line {lines.line_num}: {len(fields)} fields instead of {len(header)}."
                )
            rows.append({column: " ".join(words.split()) for column, words in zip(header, fields, strict=True)})
    except csv.Error as error:
        raise ParseError(f"{list_file.name}, line {lines.line_num}: {error}.") from error
    return report, rows


def _report(fields: Sequence[str], file: str) -> date:
    match = _REPORT.match(" ".join((fields[0] if fields else "").split()))
    month = match[2].lower() if match is not None else ""
    if match is None or month not in _MONTHS:
        raise ParseError(f"{file} does not begin with the day of its report (Report Date: 08-Oct-2026).")
    try:
        return date(int(match[3]), _MONTHS.index(month) + 1, int(match[1]))
    except ValueError:
        raise ParseError(f"{file}: {match[0][:40]!r} is not a day.") from None


def _key(row: Mapping[str, str], file: str) -> tuple[str, str]:
    entry, regime = row["Unique ID"], row["Regime Name"]
    if not entry:
        raise ParseError(f"{file}: a row has no Unique ID.")
    if not regime:
        raise ParseError(f"{file}, entry {entry} names no regime.")
    return entry, regime


def _listing(
    entry: str, regime: str, rows: Sequence[Mapping[str, str]], places: Places, known_from: date, file: str
) -> Listing:
    where = f"{file}, entry {entry}"
    kinds = sorted({row["Designation Type"] for row in rows})
    if len(kinds) != 1 or kinds[0].casefold() not in _KINDS:
        raise ParseError(f"{where}: the designation type {' and '.join(map(repr, kinds))} is not known.")
    listing = Listing(entry, regime, _name(rows, where), _KINDS[kinds[0].casefold()])
    for row in rows:
        labels = [*_NUMBERED.split(row["Nationality(/ies)"]), *_NUMBERED.split(row["Address Country"])]
        listing.areas |= places.of(labels)
        designated = british_day(row["Date Designated"], f"{where}, Date Designated")
        if designated is not None and usable(designated, known_from):
            listing.dates[designated] = (DESIGNATED, None)
    return listing


def _name(rows: Sequence[Mapping[str, str]], where: str) -> str:
    """The primary name, given names before the surname; else the first name, else the one in its own script."""
    ordered = sorted(rows, key=lambda row: row["Name type"].casefold() != _PRIMARY)
    for row in ordered:
        words = " ".join(row[part] for part in _NAMES if row[part])
        if words:
            return words
    for row in ordered:
        if row["Name non-latin script"]:
            return row["Name non-latin script"]
    raise ParseError(f"{where} has no name.")
