"""The consolidated list of the United Nations Security Council: persons and entities of all its committees."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING

from pipelines.errors import ParseError
from pipelines.formats import xml
from pipelines.normalise.countries import codes
from pipelines.normalise.designations import Listing, Places, frame, iso_day, made_on, merged, usable
from pipelines.normalise.periods import Window
from pipelines.normalise.releases import release, release_id
from pipelines.raw import SHIPPED, Payload, Request
from pipelines.schema.terms import EntryKind
from pipelines.sources.base import Frames, Source

if TYPE_CHECKING:
    from lxml.etree import _Element

LIST = "UN Security Council"
LISTED_ON = "listed on"
RETURNED = {"Iran": "first listing; the list lapsed and returned in September 2025"}
"""Committee lists whose entries keep the day of their first listing although they were off the list in between."""
_FILE = "consolidated.xml"
_KINDS = {"INDIVIDUAL": EntryKind.PERSON, "ENTITY": EntryKind.ENTITY}


class UnSc(Source):
    """Names on the UN list by committee list, with the day of listing."""

    name = "un_sc"
    tables = ("release", "designation")

    def requests(self, window: Window) -> Sequence[Request]:
        """The whole list, whatever the window: it has no parts."""
        del window
        return (
            Request(
                f"{self.url}/resources/xml/en/consolidated.xml",
                name=_FILE,
                kind="xml",
                own_redirects=True,
                most_mb=30.0,
            ),
            Request(SHIPPED + "reference/area_codes.csv"),
        )

    def parse(self, payloads: Sequence[Payload]) -> Frames:
        """Rows of `designation` and the release.

        Raises:
            ParseError: the file is not the list, lacks persons or entities, an entry lacks its number, name or list,
                a date is none, or a country is unknown.
        """
        by_name = {payload.name: payload for payload in payloads}
        list_file = by_name[_FILE]
        made = made_on(list_file, "CONSOLIDATED_LIST", "dateGenerated", "UN list")
        known_from = min(made, list_file.day)
        places = Places(codes(by_name["reference/area_codes.csv"], "un_sc"), self.labels.no_country, "un_sc")
        listings = merged(
            _listing(element, places, self.labels.names, known_from, list_file.name)
            for element in xml.elements(list_file, list(_KINDS))
        )
        places.check(list_file.name)
        for tag, kind in _KINDS.items():
            if not any(listing.kind == kind for listing in listings):
                raise ParseError(f"{list_file.name} holds no {tag}; the list always has persons and entities.")
        rows = frame(
            listings,
            of=LIST,
            source=self.name,
            release=release_id(self.name, list_file.day),
            known_from=known_from,
            name=list_file.name,
        )
        title = f"UN Security Council consolidated list as made on {made}"
        return {
            "designation": rows,
            "release": release(self.name, title, [list_file], rows.height, published=known_from),
        }


def _listing(element: _Element, places: Places, names: Mapping[str, str], known_from: date, file: str) -> Listing:
    entry = xml.text(element, "REFERENCE_NUMBER") or xml.text(element, "DATAID")
    if entry is None:
        raise ParseError(f"{file}: an entry has neither REFERENCE_NUMBER nor DATAID.")
    where = f"{file}, entry {entry}"
    parts = (xml.text(element, f"{place}_NAME") for place in ("FIRST", "SECOND", "THIRD", "FOURTH"))
    name = " ".join(part for part in parts if part is not None)
    if not name:
        raise ParseError(f"{where} has no name.")
    committee = xml.text(element, "UN_LIST_TYPE")
    if committee is None:
        raise ParseError(f"{where} names no list (UN_LIST_TYPE).")
    areas = places.of(_countries(element))
    listing = Listing(entry, names.get(committee, committee), name, _KINDS[xml.local(element)], areas)
    listed = iso_day(xml.text(element, "LISTED_ON"), f"{where}, LISTED_ON")
    if listed is not None and usable(listed, known_from):
        again = RETURNED.get(listing.programme)
        listing.dates[listed] = (LISTED_ON if again is None else f"{LISTED_ON} ({again})", None)
    return listing


def _countries(element: _Element) -> Iterator[str | None]:
    for nationality in xml.children(element, "NATIONALITY"):
        yield from (xml.text(value) for value in xml.children(nationality, "VALUE"))
    for address in (*xml.children(element, "INDIVIDUAL_ADDRESS"), *xml.children(element, "ENTITY_ADDRESS")):
        yield xml.text(address, "COUNTRY")
