"""The European Union's consolidated list of financial sanctions, as one XML file made when it is asked for.

The one act that an entry shows at its top is often the latest that amended it, years after the listing. So an entry is
dated by its designation date; without one, by the earliest act that any of its names, birth dates and addresses cites;
without that, by the entry into force of the act at its top. `listed_basis` says which. An entry under two programmes
stands in the file twice, each time with dates of its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
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

LIST = "EU financial sanctions"
DESIGNATED = "designation date"
FIRST_ACT = "publication of the earliest act that names it"
IN_FORCE = "entry into force of the act shown with it"
OF_ENTRY = ", of the entry under all its programmes"
ACT_WITHIN = timedelta(days=31)
"""An act published within a month of the designation is taken for the one that listed the entry; a later one is not."""

_FILE = "xmlFullSanctionsList_1_1.xml"
_KINDS = {"person": EntryKind.PERSON, "enterprise": EntryKind.ENTITY}


class EuFsf(Source):
    """Names on the EU list by programme, with the date of listing and which date that is."""

    name = "eu_fsf"
    tables = ("release", "designation")

    def requests(self, window: Window) -> Sequence[Request]:
        """The whole list, whatever the window: it has no parts. The token in the address is the public one."""
        del window
        address = f"{self.url}/fsd/fsf/public/files/xmlFullSanctionsList_1_1/content?token=dG9rZW4tMjAxNw"
        return (
            Request(address, name=_FILE, kind="xml", own_redirects=True, most_mb=150.0),
            Request(SHIPPED + "reference/area_codes.csv"),
        )

    def parse(self, payloads: Sequence[Payload]) -> Frames:
        """Rows of `designation` and the release.

        Raises:
            ParseError: the file is not the export, an entry lacks its number, name, kind or programme, a date is none,
                or a country code is unknown.
        """
        by_name = {payload.name: payload for payload in payloads}
        list_file = by_name[_FILE]
        made = made_on(list_file, "export", "generationDate", "EU list")
        known_from = min(made, list_file.day)
        places = Places(codes(by_name["reference/area_codes.csv"], "iso2"), self.labels.no_country, "iso2")
        listings = merged(
            listing
            for element in xml.elements(list_file, ["sanctionEntity"])
            for listing in _listings(element, places, known_from, list_file.name)
        )
        places.check(list_file.name)
        rows = frame(
            listings,
            of=LIST,
            source=self.name,
            release=release_id(self.name, list_file.day),
            known_from=known_from,
            name=list_file.name,
        )
        title = f"EU financial sanctions list as made on {made}"
        return {
            "designation": rows,
            "release": release(self.name, title, [list_file], rows.height, published=known_from),
        }


def _listings(element: _Element, places: Places, known_from: date, file: str) -> list[Listing]:
    entry = " ".join((element.get("euReferenceNumber") or element.get("logicalId") or "").split())
    if not entry:
        raise ParseError(f"{file}: an entry has neither euReferenceNumber nor logicalId.")
    where = f"{file}, entry {entry}"
    acts = xml.children(element, "regulation")
    programmes = sorted({" ".join((act.get("programme") or "").split()) for act in acts} - {""})
    if not programmes:
        raise ParseError(f"{where} names no programme.")
    subject = xml.child(element, "subjectType")
    code = "" if subject is None else str(subject.get("code") or "")
    if code not in _KINDS:
        raise ParseError(f"{where}: the kind of subject {code!r} is not known.")
    areas = places.of(
        inner.get("countryIso2Code") for inner in element if xml.local(inner) in ("citizenship", "address")
    )
    listings = []
    for programme in programmes:
        own = [act for act in acts if " ".join((act.get("programme") or "").split()) == programme]
        listing = Listing(entry, programme, _name(element, where), _KINDS[code], set(areas))
        dated = _dated(element, own, known_from, where)
        if dated is not None:
            day, basis, act = dated
            shared = len(programmes) > 1 and basis != IN_FORCE
            listing.dates[day] = (f"{basis}{OF_ENTRY}" if shared else basis, act)
        listings.append(listing)
    return listings


def _dated(
    element: _Element, own: Sequence[_Element], known_from: date, where: str
) -> tuple[date, str, str | None] | None:
    """Day, which date it is, and the act that listed the entry where one can be told."""
    cited = [
        (day, act.get("numberTitle") or None)
        for act in element.iter("{*}regulationSummary")
        if (day := iso_day(act.get("publicationDate"), where)) is not None and usable(day, known_from)
    ]
    first = min(cited, key=lambda pair: pair[0]) if cited else None
    designated = iso_day(element.get("designationDate"), where)
    if designated is not None and usable(designated, known_from):
        near = first is not None and abs(first[0] - designated) <= ACT_WITHIN
        return designated, DESIGNATED, first[1] if first is not None and near else None
    if first is not None:
        return first[0], FIRST_ACT, first[1]
    entered = [
        (day, act.get("numberTitle") or None)
        for act in own
        if (day := iso_day(act.get("entryIntoForceDate"), where)) is not None and usable(day, known_from)
    ]
    if not entered:
        return None
    day, title = min(entered, key=lambda pair: pair[0])
    return day, IN_FORCE, title


def _name(element: _Element, where: str) -> str:
    """The first strong name without a language or in English; else the first name at all."""
    aliases = [
        (alias, " ".join((alias.get("wholeName") or "").split())) for alias in xml.children(element, "nameAlias")
    ]
    named = [(alias, words) for alias, words in aliases if words]
    if not named:
        raise ParseError(f"{where} has no name.")
    for alias, words in named:
        if alias.get("strong") == "true" and (alias.get("nameLanguage") or "EN") == "EN":
            return words
    return named[0][1]
