"""What an OFAC list says of one entry, whichever of its files says it, and the words in which it says it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from zoneinfo import ZoneInfo

from pipelines.errors import ParseError
from pipelines.schema.terms import EntryKind

SDN = "OFAC SDN entries"
"""The Specially Designated Nationals list, by entry. Not the counts of names by country that ship as "OFAC SDN"."""

CONSOLIDATED = "OFAC Consolidated (non-SDN)"
"""All other lists of OFAC together: sectoral, menu-based, Chinese military companies, correspondent accounts …"""

META_LIST = "Consolidated List"
"""A list of lists: its dates say when an entry was put into a file, not when it was listed."""

IGNORED = ("undetermined", "Region: Kafia Kingi")
"""Labels in place of a country that name none: not known to OFAC, and an area that two states claim."""

KINDS: Mapping[str, str] = {
    "individual": EntryKind.PERSON.value,
    "entity": EntryKind.ENTITY.value,
    "vessel": EntryKind.VESSEL.value,
    "aircraft": EntryKind.AIRCRAFT.value,
}

_EASTERN = ZoneInfo("America/New_York")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_WRITTEN_DAY = re.compile(r"^(\d{1,2}) ([A-Z][a-z]{2}) (\d{4})$")
_US_DAY = re.compile(r"^(\d{2})/(\d{2})/(\d{4})$")
_ORDER = re.compile(r"\bEO ?(\d{5})\b|\bExecutive Order (\d{5})\b")
_LISTING = re.compile(r"^(?:alt\. )?Listing Date \((?P<act>[^)]+)\)")


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of a list.

    Attributes:
        number: OFAC's own number, the same in all of its files.
        name: the primary name.
        kind: person, entity, vessel or aircraft.
        programmes: tags of the programmes as OFAC writes them; at least one.
        lists: our name of each list that it is on, and the first day on that list where the file gives it.
        labels: countries of addresses, nationality and citizenship, as OFAC words them.
        dated: listing dates by act, where the entry prints them ("EO 14024 Directive 3").
        acts: legal authorities, in the file's order.
    """

    number: str
    name: str
    kind: str
    programmes: tuple[str, ...]
    lists: Mapping[str, date | None]
    labels: tuple[str, ...] = ()
    dated: tuple[tuple[str, date], ...] = ()
    acts: tuple[str, ...] = ()


@dataclass(frozen=True)
class Reading:
    """What one file gave: its entries, and the day that it states for itself."""

    entries: list[Entry] = field(default_factory=list)
    stated: date | None = None


def kind(word: str, where: str) -> str:
    """The kind of an entry; raises ParseError for a word that is none of OFAC's four."""
    entity_kind = KINDS.get(word.casefold())
    if entity_kind is None:
        raise ParseError(f"{where}: {word!r} is no kind of entry that is known ({', '.join(KINDS)}).")
    return entity_kind


def day(words: str, where: str) -> date:
    """A day as OFAC writes it: 2022-02-24, 24 Feb 2022, 02/24/2022, or a moment, whose day is that of US Eastern time.

    Raises:
        ParseError: it is none of these, or no day of the calendar.
    """
    words = words.strip()
    try:
        if (match := _US_DAY.match(words)) is not None:
            return date(int(match[3]), int(match[1]), int(match[2]))
        if (match := _WRITTEN_DAY.match(words)) is not None and match[2] in _MONTHS:
            return date(int(match[3]), _MONTHS.index(match[2]) + 1, int(match[1]))
        moment = datetime.fromisoformat(words)
    except ValueError:
        raise ParseError(f"{where}: {words[:40]!r} is not a date.") from None
    return moment.date() if moment.tzinfo is None else moment.astimezone(_EASTERN).date()


def listing_act(label: str) -> str | None:
    """The act of a label such as "Listing Date (EO 14024 Directive 3):"; None for any other label."""
    match = _LISTING.match(label)
    return None if match is None else match["act"].strip()


def remark_dates(remarks: str, where: str) -> tuple[tuple[str, date], ...]:
    """Listing dates by act out of remarks: "Listing Date (EO 14024 Directive 3): 24 Feb 2022; …"; other dates stay."""
    dated = []
    for part in remarks.split("; "):
        act = listing_act(part)
        if act is not None:
            # Directives have a colon before the day, Chinese military companies have none.
            dated.append((act, day(part.partition(")")[2].strip(" :."), f"{where}, {part[:60]}")))
    return tuple(dated)


def belongs(act: str, programme: str) -> bool:
    """Whether an act is that of a programme: the same executive order, or the same first word ("CMIC")."""
    wanted = orders(act)
    return not set(wanted).isdisjoint(orders(programme)) if wanted else programme.split("-")[0] == act


def once(words: Iterable[str | None]) -> tuple[str, ...]:
    """The words that are there, each once, in their order."""
    return tuple(dict.fromkeys(word for word in words if word))


def refuse_twice(entries: Iterable[Entry], name: str) -> None:
    """Raise ParseError where a file gives one number to two entries."""
    seen: set[str] = set()
    for entry in entries:
        if entry.number in seen:
            raise ParseError(f"{name} gives entry {entry.number} twice.")
        seen.add(entry.number)


def orders(words: str) -> list[str]:
    """Numbers of the executive orders that words or a programme's tag name: "UKRAINE-EO13662" gives 13662."""
    return [first or second for first, second in _ORDER.findall(words)]
