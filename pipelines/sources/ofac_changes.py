"""OFAC's publications one by one: which programme was added to which entry on which day, and what was removed.

A list dates an entry once, by its first day on that list. An entry listed in 2014 that came under a further programme
in 2022 keeps 2014 there; only the publication of 2022 says when the programme was added.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from pipelines.errors import ParseError
from pipelines.formats import xml
from pipelines.formats.json import read_json
from pipelines.raw import Payload
from pipelines.sources import ofac_xml
from pipelines.sources.ofac_entries import CONSOLIDATED, META_LIST, SDN, Entry, day, once

if TYPE_CHECKING:
    from lxml.etree import _Element

Key = tuple[str, str, str]
"""List, entry, programme."""

Standing = Mapping[str, Sequence[Entry]]
"""Entries of today's lists by number; one that stands on two lists may be there twice."""

_ADD, _CHANGE, _REMOVE = "add", "change", "remove"
_ACTIONS = (_ADD, _CHANGE, _REMOVE)


@dataclass(frozen=True)
class Publication:
    """One publication of the history: its number and the day in US Eastern time."""

    number: int
    day: date


@dataclass
class Timing:
    """What the publications say: the day that a programme was added or removed, and entries known only from them."""

    added: dict[Key, date]
    removed: dict[Key, date]
    entries: dict[str, Entry]


def history(payload: Payload) -> list[Publication]:
    """The publications of a year, which may be none.

    Raises:
        ParseError: it is no list of numbered and dated publications.
    """
    rows = read_json(payload)
    if not isinstance(rows, list):
        raise ParseError(f"{payload.name} is not a list of publications.")
    publications = []
    for place, row in enumerate(rows, start=1):
        where = f"{payload.name}, publication {place}"
        number, when = (row.get("publicationID"), row.get("datePublished")) if isinstance(row, dict) else (None, None)
        if not str(number).isdigit() or not isinstance(when, str):
            raise ParseError(f"{where} has no publicationID or datePublished.")
        publications.append(Publication(int(str(number)), day(when, where)))
    return publications


def timing(payloads: Iterable[tuple[Publication, Payload]], standing: Standing) -> Timing:
    """Additions and removals in the order of publication; a later one replaces an earlier one.

    Args:
        payloads: changes with the publication that each belongs to.
        standing: entries of today's lists by number, which say on which lists a changed entry is.

    Raises:
        ParseError: a change is not XML of the known form, or names an action that is not known.
    """
    timing = Timing({}, {}, {})
    for publication, payload in sorted(payloads, key=lambda pair: (pair[0].day, pair[0].number)):
        root = xml.local(xml.root(payload))
        if root != ofac_xml.ENHANCED_ROOT:
            raise ParseError(f"{payload.name} begins with <{root}>, not with <{ofac_xml.ENHANCED_ROOT}>.")
        when = publication.day
        for element in ofac_xml.entities(payload):
            if xml.local(element) == "publicationInfo":
                words = xml.text(element, "datePublished")
                when = when if words is None else day(words, f"{payload.name}, datePublished")
            else:
                _apply_change(
                    element, when, f"{payload.name}, entity {element.get('id') or 'without id'}", standing, timing
                )
    return timing


def _apply_change(element: _Element, when: date, where: str, standing: Standing, timing: Timing) -> None:
    number, action = ofac_xml.number_of(element, where), _action(element, where)
    strange = number not in standing and number not in timing.entries
    # A removal may name the entry in full or by its number alone.
    if action == _ADD or (action == _REMOVE and strange and _is_complete(element)):
        timing.entries[number] = ofac_xml.entry(element, where)
    programmes, lists = _actions(element, "sanctionsPrograms", where), _actions(element, "sanctionsLists", where)
    known = [*standing.get(number, ()), *([timing.entries[number]] if number in timing.entries else [])]
    on = once([name for entry in known for name in entry.lists] + [_list_name(title) for title in lists])
    under = once([tag for entry in known for tag in entry.programmes] + list(programmes))
    if action == _REMOVE:
        earlier = [key for key in (*timing.added, *timing.removed) if key[1] == number]
        _remove(timing, {(name, number, tag) for name in on for tag in under} | set(earlier), when)
        return
    for tag, what in programmes.items():
        if what == _ADD or (action == _ADD and what is None):
            for name in on:
                timing.added[name, number, tag] = when
                timing.removed.pop((name, number, tag), None)
        elif what == _REMOVE:
            _remove(timing, {(name, number, tag) for name in on}, when)
    for title, what in lists.items():
        if what == _REMOVE and (list_name := _list_name(title)) is not None:
            _remove(timing, {(list_name, number, tag) for tag in under}, when)


def _remove(timing: Timing, keys: Iterable[Key], when: date) -> None:
    for key in keys:
        timing.removed[key] = when


def _actions(element: _Element, name: str, where: str) -> dict[str, str | None]:
    inside = xml.child(element, name)
    items = () if inside is None else inside
    return {title: _action(item, where) for item in items if (title := xml.text(item)) is not None}


def _action(element: _Element, where: str) -> str | None:
    action: str | None = element.get("action")
    if action is not None and action not in _ACTIONS:
        raise ParseError(f"{where}: {action!r} is no action that is known ({', '.join(_ACTIONS)}).")
    return action


def _list_name(title: str) -> str | None:
    if title == META_LIST:
        return None
    return SDN if title == ofac_xml.SDN_LIST else CONSOLIDATED


def _is_complete(element: _Element) -> bool:
    return all(
        xml.child(element, part) is not None for part in ("names", "sanctionsLists", "sanctionsPrograms", "generalInfo")
    )
