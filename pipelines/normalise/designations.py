"""From what a sanctions list prints to rows of the table `designation`: one row per list, entry and programme."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

import polars as pl

from pipelines.errors import ParseError
from pipelines.formats import xml
from pipelines.raw import Payload
from pipelines.schema import TABLES
from pipelines.schema.terms import EntryKind

FIRST_LISTING = date(1945, 10, 24)
"""The Charter of the United Nations entered into force: no list of ours is older."""

DAYS_AHEAD = 31
"""An act may be published before it applies, by days; a listing further ahead is a slip of the pen."""

UNDATED_SHARE = 0.1
UNDATED_ROWS = 10
"""Every entry of the lists read so far is dated. A tenth without a date means that the dates moved elsewhere."""

_BLANKS = re.compile(r"\s+")


@dataclass
class Listing:
    """One entry under one programme, while it is gathered from its rows.

    Attributes:
        entry: the list's own number.
        programme: programme or act.
        name: primary name.
        kind: person, entity, vessel or aircraft.
        areas: codes of the countries that it is tied to.
        dates: days of listing that were given, each with the words for which date it is and the act, if one is named.
    """

    entry: str
    programme: str
    name: str
    kind: EntryKind
    areas: set[str] = field(default_factory=set)
    dates: dict[date, tuple[str, str | None]] = field(default_factory=dict)

    def facts(self) -> dict[str, object]:
        """The row's own columns; of several dates the earliest counts, and the basis says so."""
        listed = min(self.dates, default=None)
        basis, act = (None, None) if listed is None else self.dates[listed]
        if basis is not None and len(self.dates) > 1:
            basis = f"{basis}, the earliest of {len(self.dates)}"
        return {
            "entry": self.entry,
            "programme": self.programme,
            "name": self.name,
            "entry_kind": self.kind.value,
            "areas": ";".join(sorted(self.areas)) or None,
            "listed": listed,
            "listed_basis": basis,
            "legal_act": act,
        }


def made_on(payload: Payload, root: str, attribute: str, which: str) -> date:
    """The day on which a list in XML says it was made.

    Raises:
        ParseError: the file begins with another element than `root`, so it is not `which`, or does not say the day.
    """
    top = xml.root(payload)
    if xml.local(top) != root:
        raise ParseError(f"{payload.name} begins with {xml.local(top)} instead of {root}: not the {which}.")
    made = iso_day(top.get(attribute), f"{payload.name}, {attribute}")
    if made is None:
        raise ParseError(f"{payload.name} does not say when it was made ({attribute}).")
    return made


def merged(listings: Iterable[Listing]) -> list[Listing]:
    """One listing per entry and programme: areas add up, and of one day the first words on it stay."""
    by_entry: dict[tuple[str, str], Listing] = {}
    for listing in listings:
        known = by_entry.setdefault((listing.entry, listing.programme), listing)
        known.areas |= listing.areas
        known.dates = listing.dates | known.dates
    return list(by_entry.values())


def usable(day: date | None, known_from: date) -> bool:
    """Whether a day of listing can be right: neither before any list nor far beyond the day of the list itself."""
    return day is not None and FIRST_LISTING <= day <= known_from + timedelta(days=DAYS_AHEAD)


def frame(
    listings: Iterable[Listing], *, of: str, source: str, release: str, known_from: date, name: str
) -> pl.DataFrame:
    """Rows of `designation`, sorted by key; nothing is removed yet.

    Args:
        listings: what was gathered, one per entry and programme.
        of: name of the list.
        source: source.
        release: vintage.
        known_from: day of the list.
        name: of the file, for the error.

    Raises:
        ParseError: there is no entry, or so many lack a date that the file must have changed its form.
    """
    rows = [listing.facts() for listing in listings]
    if not rows:
        raise ParseError(f"{name} holds no entries.")
    undated = sum(row["listed"] is None for row in rows)
    if undated > max(UNDATED_ROWS, UNDATED_SHARE * len(rows)):
        raise ParseError(f"{name}: {undated:,} of {len(rows):,} entries have no date of listing; its form has changed.")
    columns = {column: contract.dtype for column, contract in TABLES["designation"].columns().items()}
    given = {"list": of, "removed": None, "removed_basis": None, "source": source, "release": release}
    facts = [{**row, **given, "known_from": known_from} for row in rows]
    return pl.DataFrame(facts, schema=columns).sort("entry", "programme")


class Places:
    """Country labels of one list to area codes, blind to case and to a leading article.

    Labels that name no country are declared; any other unknown label stops the parse, all of them in one sentence.
    """

    def __init__(self, known: Mapping[str, str], ignored: Collection[str], scheme: str) -> None:
        """Known labels of a scheme, and labels that name no country."""
        self._known = {_plain(label): area for label, area in known.items()}
        self._ignored = {"", *(_plain(label) for label in ignored)}
        self._scheme = scheme
        self._unknown: set[str] = set()

    def of(self, labels: Iterable[str | None]) -> set[str]:
        """Area codes of some labels; an unknown one is remembered for `check`."""
        areas = set()
        for label in labels:
            plain = _plain(label or "")
            if plain in self._ignored:
                continue
            area = self._known.get(plain)
            if area is None:
                self._unknown.add(str(label).strip())
            else:
                areas.add(area)
        return areas

    def check(self, where: str) -> None:
        """Refuse the file if a label was unknown.

        Raises:
            ParseError: names the labels and where to add them.
        """
        if self._unknown:
            labels = sorted(self._unknown)
            shown = ", ".join(repr(label[:60]) for label in labels[:8])
            more = f" and {len(labels) - 8} more" if len(labels) > 8 else ""
            raise ParseError(
                f"{where}: unknown country {shown}{more}. "
                f"Add it to reference/area_codes.csv under the scheme {self._scheme}."
            )


def _plain(label: str) -> str:
    words = _BLANKS.sub(" ", label.replace("’", "'")).strip(" .,;").casefold()
    return words.removeprefix("the ")


def iso_day(words: str | None, where: str) -> date | None:
    """A day written 2014-03-17, with or without a time or zone behind it; None for nothing.

    Raises:
        ParseError: it is something else.
    """
    if words is None or not words.strip():
        return None
    match = re.match(r"^(\d{4})-(\d{2})-(\d{2})(?=$|[T Z+-])", words.strip())
    return _day(match and (match[1], match[2], match[3]), words, where)


def british_day(words: str | None, where: str) -> date | None:
    """A day written 17/03/2014; None for nothing.

    Raises:
        ParseError: it is something else.
    """
    if words is None or not words.strip():
        return None
    match = re.match(r"^(\d{1,2})/(\d{1,2})/(\d{4})$", words.strip())
    return _day(match and (match[3], match[2], match[1]), words, where)


def _day(parts: tuple[str, str, str] | None, words: str, where: str) -> date:
    try:
        if parts is None:
            raise ValueError
        return date(*(int(part) for part in parts))
    except ValueError:
        raise ParseError(f"{where}: {words[:40]!r} is not a day.") from None
