"""OFAC's XML lists as entries: the enhanced one, streamed, and the classic one with its own record count.

Local names are matched and namespaces ignored, because OFAC has changed them (tempuri.org until 2024).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from pipelines.errors import ParseError
from pipelines.formats import xml
from pipelines.raw import Payload
from pipelines.sources.ofac_entries import (
    CONSOLIDATED,
    META_LIST,
    SDN,
    Entry,
    Reading,
    day,
    kind,
    listing_act,
    once,
    refuse_twice,
    remark_dates,
)

if TYPE_CHECKING:
    from datetime import date

    from lxml.etree import _Element

ENHANCED_ROOT = "sanctionsData"
CLASSIC_ROOT = "sdnList"
SDN_LIST = "SDN List"
_TIES = ("nationality country", "citizenship country")


def read(payload: Payload, list_name: str) -> Reading:
    """The entries of a list, enhanced or classic as its root element says; `list_name` is our name of the list.

    An enhanced file names the lists of each entry itself, and its entries may be on others too.

    Raises:
        ParseError: it is neither, holds no entries of that list, fewer or more than it states, or an entry is not what
            it should be.
    """
    root = xml.local(xml.root(payload))
    if root == ENHANCED_ROOT:
        reading = _enhanced(payload)
    elif root == CLASSIC_ROOT:
        reading = _classic(payload, list_name)
    else:
        raise ParseError(
            f"{payload.name} begins with <{root}> instead of <{ENHANCED_ROOT}> or <{CLASSIC_ROOT}>; its form changed."
        )
    if not any(list_name in entry.lists for entry in reading.entries):
        raise ParseError(f"{payload.name} holds no entry of {list_name}; OFAC changed its form or sent an empty list.")
    refuse_twice(reading.entries, payload.name)
    return reading


def entry(element: _Element, where: str) -> Entry:
    """One complete `entity` of the enhanced form, which changes to the lists also use.

    Raises:
        ParseError: it lacks its kind, primary name, lists or programmes.
    """
    word = xml.text(element, "generalInfo", "entityType")
    name = _primary(element)
    programmes = once(xml.text(item) for item in _inside(element, "sanctionsPrograms"))
    lists = lists_of(element, where)
    for value, what in ((word, "kind"), (name, "primary name"), (programmes, "programme")):
        if not value:
            raise ParseError(f"{where} has no {what}.")
    if not lists and not any(xml.text(item) == META_LIST for item in _inside(element, "sanctionsLists")):
        raise ParseError(f"{where} is on no list.")
    labels, dated = [xml.text(item, "country") for item in _inside(element, "addresses")], []
    for feature in _inside(element, "features"):
        label = xml.text(feature, "type") or ""
        if label.casefold().rstrip(":") in _TIES:
            labels.append(xml.text(feature, "value"))
        elif (act := listing_act(label)) is not None:
            dated.append((act, day(xml.text(feature, "value") or "", f"{where}, {label}")))
    acts = once(xml.text(item) for item in _inside(element, "legalAuthorities"))
    # On the list of lists alone: the list's own name is not given.
    named = lists or {CONSOLIDATED: None}
    return Entry(
        number_of(element, where),
        name or "",
        kind(word or "", where),
        programmes,
        named,
        once(labels),
        tuple(dated),
        acts,
    )


def number_of(element: _Element, where: str) -> str:
    """OFAC's number of an entity; raises ParseError where it has none."""
    number = (element.get("id") or "").strip()
    if not number.isdigit():
        raise ParseError(f"{where} has no number.")
    return number


def lists_of(element: _Element, where: str) -> dict[str, date | None]:
    """Our names of an entity's lists with the first day on each; of several non-SDN lists the earliest day."""
    first_day_by_list: dict[str, date | None] = {}
    for item in _inside(element, "sanctionsLists"):
        title = xml.text(item)
        if title is None or title == META_LIST:
            continue
        list_name = SDN if title == SDN_LIST else CONSOLIDATED
        stated = item.get("datePublished")
        first = None if not stated else day(stated, f"{where}, {title}")
        before = first_day_by_list.get(list_name)
        first_day_by_list[list_name] = (
            min(first, before) if first is not None and before is not None else first or before
        )
    return first_day_by_list


def entities(payload: Payload) -> Iterator[_Element]:
    """The `publicationInfo` and every `entity` below `entities` of an enhanced list or a change to it."""
    for element in xml.elements(payload, ("publicationInfo", "entity")):
        parent = element.getparent()
        if xml.local(element) == "publicationInfo" or (parent is not None and xml.local(parent) == "entities"):
            yield element


def stated_count(payload: Payload) -> int:
    """The number of records that a classic list states for itself.

    Raises:
        ParseError: it states none.
    """
    # OFAC's own spelling.
    for element in xml.elements(payload, ("publshInformation",)):
        return _record_count(element, payload.name)
    raise ParseError(f"{payload.name} does not say how many records it holds.")


def _enhanced(payload: Payload) -> Reading:
    entries, stated = [], None
    for element in entities(payload):
        if xml.local(element) == "publicationInfo":
            words = xml.text(element, "dataAsOf")
            stated = None if words is None else day(words, f"{payload.name}, dataAsOf")
        else:
            entries.append(entry(element, f"{payload.name}, entity {element.get('id') or 'without id'}"))
    return Reading(entries, stated)


def _classic(payload: Payload, list_name: str) -> Reading:
    entries, stated, count = [], None, None
    for element in xml.elements(payload, ("publshInformation", "sdnEntry")):
        if xml.local(element) == "publshInformation":
            words = xml.text(element, "Publish_Date")
            stated = None if words is None else day(words, f"{payload.name}, Publish_Date")
            count = _record_count(element, payload.name)
        else:
            entries.append(_record(element, payload.name, list_name))
    if count is None:
        raise ParseError(f"{payload.name} does not say how many records it holds.")
    if count != len(entries):
        raise ParseError(f"{payload.name} states {count:,} records and holds {len(entries):,}; it may be cut short.")
    return Reading(entries, stated)


def _record_count(element: _Element, name: str) -> int:
    words = xml.text(element, "Record_Count") or ""
    if not words.isdigit():
        raise ParseError(f"{name}, Record_Count: {words!r} is not a number of records.")
    return int(words)


def _record(element: _Element, name: str, list_name: str) -> Entry:
    number, word = xml.text(element, "uid"), xml.text(element, "sdnType")
    where = f"{name}, entry {number}"
    full = ", ".join(once([xml.text(element, "lastName"), xml.text(element, "firstName")]))
    programmes = once(xml.text(item) for item in _inside(element, "programList"))
    for value, what in ((number, "number"), (word, "kind"), (full, "name"), (programmes, "programme")):
        if not value:
            raise ParseError(f"{where} has no {what}.")
    labels = [
        xml.text(item, "country")
        for ties in ("addressList", "nationalityList", "citizenshipList")
        for item in _inside(element, ties)
    ]
    dated = remark_dates(xml.text(element, "remarks") or "", where)
    return Entry(number or "", full, kind(word or "", where), programmes, {list_name: None}, once(labels), dated)


def _primary(element: _Element) -> str | None:
    for name in _inside(element, "names"):
        if xml.text(name, "isPrimary") == "true":
            for translation in _inside(name, "translations"):
                if xml.text(translation, "isPrimary") == "true":
                    return xml.text(translation, "formattedFullName")
    return None


def _inside(element: _Element, name: str) -> Iterable[_Element]:
    parts = xml.child(element, name)
    return () if parts is None else parts
