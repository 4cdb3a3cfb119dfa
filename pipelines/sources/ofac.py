"""The lists of the Office of Foreign Assets Control: who is listed under which programme, and since when."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import polars as pl

from pipelines.errors import ParseError
from pipelines.formats.zip import unzip
from pipelines.normalise import countries, releases
from pipelines.normalise.periods import Window
from pipelines.raw import SHIPPED, Payload, Request
from pipelines.raw.requests import Kind
from pipelines.schema import TABLES
from pipelines.sources import ofac_changes, ofac_csv, ofac_rows, ofac_xml
from pipelines.sources.base import Frames, Source
from pipelines.sources.ofac_changes import Publication
from pipelines.sources.ofac_entries import CONSOLIDATED, SDN, Entry, Reading

_FILES = "/api/PublicationPreview/exports/"
_CODES = "reference/area_codes.csv"
_HISTORY, _CHANGE = "history/", "changes/"
_CHECK = "SDN_XML.ZIP"
_ENHANCED = {SDN: "SDN_ENHANCED.XML", CONSOLIDATED: "CONS_ENHANCED.XML"}
_CSV = {
    SDN: ("SDN.CSV", "ADD.CSV", "SDN_COMMENTS.CSV"),
    CONSOLIDATED: ("CONS_PRIM.CSV", "CONS_ADD.CSV", "CONS_COMMENTS.CSV"),
}

MOST_PUBLICATIONS = 200
"""Changes that one refresh asks for, the newest first: about a year of OFAC's publications."""

COUNT_SHARE = 0.05
"""Two files of one list may be a publication apart, and the largest publications add about 3% of its entries."""


class Ofac(Source):
    """Every entry of OFAC's lists by programme, with the day of listing and which day that is.

    The enhanced XML dates an entry by its first day on a list; OFAC's publications, of which a refresh takes the last
    200 of this year and the year before (from `--since` where it is given), date a programme that was added. Without
    the enhanced XML the classic XML or the CSV give the entries, then with no day of listing but that of directives.
    The enhanced XML does not say which programme belongs to which list: an entry on both has all programmes on both.
    """

    name = "ofac"
    tables = ("designation", "release")

    def requests(self, window: Window) -> Sequence[Request]:
        """Both lists, the small classic file whose record count checks the large one, and which publications were."""
        since = window.today.year - 1 if window.since is None else window.since.year
        return (
            Request(SHIPPED + _CODES),
            *(self._file(name, "xml", most_mb=300.0, optional=True) for name in _ENHANCED.values()),
            self._file(_CHECK, "zip", optional=True),
            *(
                Request(f"{self.url}/changes/history/{year}", f"{_HISTORY}{year}.json", kind="json", optional=True)
                for year in range(since, window.today.year + 1)
            ),
        )

    def follow(self, payloads: Sequence[Payload]) -> Sequence[Request]:
        """The newest publications; and the CSV of a list that came in no XML."""
        by_name = _by_name(payloads)
        missing = [
            list_name
            for list_name in _CSV
            if _ENHANCED[list_name] not in by_name and not (list_name == SDN and _CHECK in by_name)
        ]
        wanted = [
            *(self._file(name, "text") for list_name in missing for name in _CSV[list_name]),
            *(
                Request(
                    f"{self.url}/changes/{publication.number}",
                    f"{_CHANGE}{publication.number}.xml",
                    kind="xml",
                    optional=True,
                    redirects=("*.amazonaws.com",),
                    own_redirects=True,
                    lasting=True,
                )
                for publication in _newest(payloads)
            ),
        ]
        return [request for request in wanted if request.title not in by_name]

    def parse(self, payloads: Sequence[Payload]) -> Frames:
        """Rows of `designation`: one per list, entry and programme.

        `known_from` is the day of retrieval. `removed` is filled for what a publication removed, where it or an
        earlier one names the entry.

        Raises:
            ParseError: a file is not what it should be, states another number of records than it holds, differs by
                more than 5% from the other file of its list, or names a country that is not known.
        """
        by_name = _by_name(payloads)
        live = [payload for payload in payloads if not payload.is_shipped]
        readings = list(_readings(by_name))
        entries = [entry for reading in readings for entry in reading.entries]
        _check_count(by_name, entries)
        standing: dict[str, list[Entry]] = {}
        for entry in entries:
            standing.setdefault(entry.number, []).append(entry)
        changes = [
            (publication, by_name[name])
            for publication in _newest(payloads)
            if (name := f"{_CHANGE}{publication.number}.xml") in by_name
        ]
        timing = ofac_changes.timing(changes, standing)
        known = countries.codes(by_name[_CODES], "ofac")
        rows = ofac_rows.rows(standing, timing, known)
        title = f"OFAC lists: {len(standing):,} entries"
        if changes:
            many = "publications" if len(changes) > 1 else "publication"
            title += f"; programme dates from {len(changes):,} {many} since {changes[-1][0].day}"
        stated = [reading.stated for reading in readings if reading.stated is not None]
        release = releases.release(self.name, title, live, len(rows), published=max(stated, default=None))
        facts = {
            "source": self.name,
            "release": release["release"].item(),
            "known_from": max(payload.day for payload in live),
        }
        columns = TABLES["designation"].columns()
        schema = {name: columns[name].dtype for name in columns}
        return {"designation": pl.DataFrame([row | facts for row in rows], schema=schema), "release": release}

    def _file(self, name: str, kind: Kind, *, most_mb: float = 64.0, optional: bool = False) -> Request:
        return Request(
            self.url + _FILES + name,
            name,
            kind=kind,
            optional=optional,
            redirects=("*.amazonaws.com",),
            own_redirects=True,
            most_mb=most_mb,
        )


def _by_name(payloads: Sequence[Payload]) -> dict[str, Payload]:
    return {payload.name: payload for payload in payloads}


def _newest(payloads: Sequence[Payload]) -> list[Publication]:
    by_number = {
        publication.number: publication
        for payload in payloads
        if payload.name.startswith(_HISTORY)
        for publication in ofac_changes.history(payload)
    }
    return sorted(by_number.values(), key=lambda one: (one.day, one.number), reverse=True)[:MOST_PUBLICATIONS]


def _readings(by_name: Mapping[str, Payload]) -> Iterator[Reading]:
    for list_name, files in _CSV.items():
        if _ENHANCED[list_name] in by_name:
            yield ofac_xml.read(by_name[_ENHANCED[list_name]], list_name)
        elif list_name == SDN and _CHECK in by_name:
            yield ofac_xml.read(_unpacked(by_name), list_name)
        elif all(name in by_name for name in files):
            entries, addresses, comments = (by_name[name] for name in files)
            yield ofac_csv.read(entries, addresses, comments, list_name)
        else:
            raise ParseError(f"{list_name}: neither {_ENHANCED[list_name]} nor {', '.join(files)} came.")


def _unpacked(by_name: Mapping[str, Payload]) -> Payload:
    return unzip(by_name[_CHECK], ".xml", most_mb=200.0)


def _check_count(by_name: Mapping[str, Payload], entries: Sequence[Entry]) -> None:
    """The enhanced list states no number of records; the classic one of the same day does."""
    if _CHECK not in by_name or _ENHANCED[SDN] not in by_name:
        return
    stated = ofac_xml.stated_count(_unpacked(by_name))
    counted = len({entry.number for entry in entries if SDN in entry.lists})
    if abs(counted - stated) > COUNT_SHARE * stated:
        raise ParseError(
            f"{_ENHANCED[SDN]} holds {counted:,} entries of the SDN list and {_CHECK} states {stated:,}; "
            "one is not whole."
        )
