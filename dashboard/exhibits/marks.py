"""From rows of the register to marks on a figure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from dashboard.figures.marks import Flag, Mark, group
from dashboard.queries import register
from dashboard.queries.senders import Senders
from dashboard.queries.senders import senders as described
from dashboard.queries.subjects import subjects
from pipelines.schema.terms import Clock, Status
from pipelines.store import Store

_DOUBTFUL = (Status.INFERRED.value, Status.UNCERTAIN.value, Status.MEMORY.value)


def built_on(store: Store) -> date | None:
    """The day on which the build was made, from its name; None where the name has none."""
    try:
        return datetime.strptime(store.build_id[:8], "%Y%m%d").date()
    except ValueError:
        return None


def mark(row: dict[str, Any], who: Senders, told_on: date | None = None) -> Mark:
    """One measure as a mark: dated by the clock that was asked for, spanning to its lifting where there is one.

    Args:
        told_on: days after it lie ahead and are worded so.
    """
    end = row["lifted"] if row["lifted"] is not None and row["lifted"] > row["date"] else None
    past, ahead = _BEGAN.get(row["clock_used"] or "", ("", ""))
    return Mark(
        key=row["measure"],
        day=row["date"],
        title=row["title"],
        sender=who.name(row["sender"]),
        end=end,
        reference=row["reference"],
        instrument=row["instrument"],
        inferred=row["status"] in _DOUBTFUL,
        short=row.get("short") or "",
        began=ahead if told_on is not None and row["date"] > told_on else past,
        ended="" if end is None else "ends" if told_on is not None and end > told_on else "ended",
    )


_BEGAN = {
    Clock.ANNOUNCED.value: ("announced", "announced"),
    Clock.SIGNED.value: ("signed", "signed"),
    Clock.EFFECTIVE.value: ("took effect", "takes effect"),
    Clock.WIND_DOWN_END.value: ("wind-down ended", "wind-down ends"),
    Clock.LIFTED.value: ("lifted or replaced", "to be lifted or replaced"),
}
"""What happened on a clock's day, and what will. A state ("in effect") would read as today's."""


def summits(store: Store, start: date, end: date) -> list[Mark]:
    """Meetings of the presidents of the United States and Russia as marks."""
    rows = register.events(store, kinds=("summit",), start=start, end=end)
    return [
        Mark(
            key=row["event"],
            day=row["date"],
            title=row["title"],
            sender="United States and Russia",
            reference=row["reference"],
            kind="summit",
        )
        for row in rows.iter_rows(named=True)
    ]


def targets_of(store: Store, subject: str) -> tuple[str, ...]:
    """The area codes that measures on a subject are aimed at."""
    return subjects(store).codes(subject)


def marks(
    store: Store,
    *,
    keys: Sequence[str] = (),
    targets: Sequence[str] = (),
    senders: Sequence[str] = (),
    types: Sequence[str] = (),
    clock: str = Clock.EFFECTIVE.value,
    known_on: date | None = None,
) -> list[Mark]:
    """The measures of a filter (or the named ones) as marks, whenever they were, as known today or on a day."""
    rows = register.measures(
        store, targets=targets, senders=senders, types=types, clock=clock, keys=keys, known_on=known_on
    )
    who = described(store)
    told_on = known_on or built_on(store)
    return [mark(row, who, told_on) for row in rows.iter_rows(named=True) if row["date"] is not None]


def flags(
    store: Store,
    *,
    start: date,
    end: date,
    keys: Sequence[str] = (),
    targets: Sequence[str] = (),
    senders: Sequence[str] = (),
    types: Sequence[str] = (),
    clock: str = Clock.EFFECTIVE.value,
    with_summits: bool = False,
    slots: int = 40,
    known_on: date | None = None,
) -> tuple[Flag, ...]:
    """Numbered flags for the measures of a filter (or the named ones) inside a window, as known today or on a day."""
    shown = marks(store, keys=keys, targets=targets, senders=senders, types=types, clock=clock, known_on=known_on)
    if with_summits:
        shown += summits(store, start, end if known_on is None else min(end, known_on))
    return group(shown, start, end, slots=slots)
