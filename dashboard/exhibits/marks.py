"""From rows of the register to marks on a figure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from dashboard.figures.marks import Flag, Mark, group
from dashboard.queries import register
from dashboard.words import register as timing_words
from pipelines.schema.terms import Clock, Status
from pipelines.store import Store

LANDMARKS = (
    "us-rus-magnitsky-act",
    "us-rus-eo13660",
    "us-rus-eo13662",
    "us-rus-eo13685",
    "us-rus-ufsa",
    "us-rus-caatsa",
    "us-rus-eo14024",
    "us-rus-eo14066",
    "eu-rus-p03-swift7",
    "us-rus-rosneft-lukoil",
)
"""Acts that the public debate names most; the register on the timing page holds all of them."""

_DOUBTFUL = (Status.INFERRED.value, Status.UNCERTAIN.value, Status.MEMORY.value)


def mark(row: dict[str, Any]) -> Mark:
    """One measure as a mark: dated by the clock that was asked for, spanning to its lifting where there is one."""
    end = row["lifted"]
    title = row["title"] if row["clock_used"] is None else f"{row['title']} ({_CLOCK_WORDS[row['clock_used']]})"
    return Mark(
        key=row["measure"],
        day=row["date"],
        title=title,
        sender=timing_words.sender(row["sender"]),
        end=end if end is not None and end > row["date"] else None,
        reference=row["reference"],
        instrument=row["instrument"],
        inferred=row["status"] in _DOUBTFUL,
    )


_CLOCK_WORDS = {
    "announced": "announced",
    "signed": "signed",
    "effective": "in effect",
    "wind_down_end": "end of wind-down",
    "lifted": "lifted",
}


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
) -> tuple[Flag, ...]:
    """Numbered flags for the measures of a filter (or the named ones) inside a window."""
    rows = register.measures(store, targets=targets, senders=senders, types=types, clock=clock, keys=keys)
    marks = [mark(row) for row in rows.iter_rows(named=True) if row["date"] is not None]
    if with_summits:
        marks += summits(store, start, end)
    return group(marks, start, end, slots=slots)
