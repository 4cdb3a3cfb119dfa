"""Rows of `designation` out of OFAC's entries and publications: one per list, entry and programme, with its dates."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from pipelines.errors import ParseError
from pipelines.sources.ofac_changes import Key, Standing, Timing
from pipelines.sources.ofac_entries import CONSOLIDATED, IGNORED, Entry, belongs, orders

FIRST_DAY = "first day on this list, under any programme"
PROGRAMME_ADDED = "programme added, OFAC publication"
LISTING_DATE = "listing date, {}"
PUBLICATION = "OFAC publication"


def rows(standing: Standing, timing: Timing, known: Mapping[str, str]) -> list[dict[str, Any]]:
    """What stands on the lists, and what a publication removed, without source, release and known_from.

    Args:
        standing: entries of today's lists.
        timing: what the publications say.
        known: area by OFAC's label.

    Raises:
        ParseError: a country is not known.
    """
    row_by_key: dict[Key, dict[str, Any]] = {}
    for entries in standing.values():
        for entry in entries:
            codes = areas(entry, known)
            for title in entry.lists:
                for programme in entry.programmes:
                    key = (title, entry.number, programme)
                    row_by_key.setdefault(key, _row(key, entry, codes, *_listed(entry, key, timing)))
    # The list of today has the last word: what it still holds stands.
    for key, when in timing.removed.items():
        title, number, _ = key
        named = [*standing.get(number, ()), *([timing.entries[number]] if number in timing.entries else [])]
        of_list = [*(one for one in named if title in one.lists), *named]
        if key not in row_by_key and of_list:
            entry = of_list[0]
            listed, basis = _listed(entry, key, timing)
            # Listed after that removal: the day belongs to a later listing.
            before = (listed, basis) if listed is not None and listed <= when else (None, None)
            row_by_key[key] = _row(key, entry, areas(entry, known), *before) | {
                "removed": when,
                "removed_basis": PUBLICATION,
            }
    return list(row_by_key.values())


def areas(entry: Entry, known: Mapping[str, str]) -> str | None:
    """Area codes of an entry, sorted and joined; None where it is tied to no country.

    Raises:
        ParseError: a label is neither in the scheme `ofac` nor among the ignored ones.
    """
    unknown = sorted(label for label in entry.labels if label not in known and label not in IGNORED)
    if unknown:
        raise ParseError(f"OFAC entry {entry.number}: unknown country {unknown[0]!r}. Add it to area_codes.csv.")
    return ";".join(sorted({known[label] for label in entry.labels if label in known})) or None


def act_of(entry: Entry, programme: str) -> str | None:
    """The legal authorities of a programme: those of its executive order, or all where the entry has one programme."""
    own = [act for act in entry.acts if orders(act) and belongs(act, programme)]
    return "; ".join(own or (entry.acts if len(entry.programmes) == 1 else ())) or None


def _listed(entry: Entry, key: Key, timing: Timing) -> tuple[date | None, str | None]:
    title, _, programme = key
    first, added = entry.lists.get(title), timing.added.get(key)
    # Added while the entry was on another list: on this one it is since its first day there.
    if added is not None and (first is None or added >= first):
        return added, PROGRAMME_ADDED
    if title == CONSOLIDATED:
        # Directives bind without blocking; their dates are those of the non-SDN lists.
        dated = sorted((when, act) for act, when in entry.dated if belongs(act, programme))
        if dated:
            return dated[0][0], LISTING_DATE.format(dated[0][1])
    return (None, None) if first is None else (first, FIRST_DAY)


def _row(key: Key, entry: Entry, codes: str | None, listed: date | None, basis: str | None) -> dict[str, Any]:
    return {
        "list": key[0],
        "entry": key[1],
        "programme": key[2],
        "name": entry.name,
        "entry_kind": entry.kind,
        "areas": codes,
        "listed": listed,
        "listed_basis": basis,
        "removed": None,
        "removed_basis": None,
        "legal_act": act_of(entry, key[2]),
    }
