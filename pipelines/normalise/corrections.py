"""Known errors of a source, declared in `data/corrections.toml` and mended under a guard."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from datetime import date
from typing import TypeVar

import polars as pl
from pydantic import BaseModel, ConfigDict, ValidationError

from pipelines.errors import FetchError, ParseError
from pipelines.raw import Payload
from pipelines.schema import TABLES

SECTIONS = ("correction", "removal")
Entry = TypeVar("Entry", bound=BaseModel)


class Correction(BaseModel):
    """One figure that its source printed wrongly.

    `where` names the rows by their columns, `wrong` is what the source printed (the guard), `right` what stands
    instead, `reason` says how we know, `reported` since when.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    table: str
    where: dict[str, str | bool | int | float | date]
    column: str
    wrong: float
    right: float
    reason: str
    reported: date

    @property
    def title(self) -> str:
        """The figure in words."""
        return f"{self.table} {', '.join(f'{name} {value}' for name, value in self.where.items())}"


class Removal(BaseModel):
    """Figures that may go: without this a build that has fewer of them than the one before is refused.

    Holds for one table and source until the day `until`, so that it cannot hide a later loss.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    table: str
    source: str
    reason: str
    until: date


def read(payload: Payload) -> tuple[Correction, ...]:
    """The declared corrections.

    Raises:
        ParseError: the file or an entry is not as it should be; names entry and field.
    """
    corrections = _entries(payload, "correction", Correction)
    for number, correction in enumerate(corrections, 1):
        where = f"{payload.name}, correction number {number}"
        columns = TABLES[correction.table].column_names() if correction.table in TABLES else []
        for name in (*correction.where, correction.column):
            if name not in columns:
                raise ParseError(f"{where}: the store has no column {correction.table}.{name}.")
        if not correction.where:
            raise ParseError(f"{where}: `where` names no row.")
    return corrections


def removals(payload: Payload, today: date) -> frozenset[tuple[str, str]]:
    """Table and source of the figures that may go today.

    Raises:
        ParseError: the file or an entry is not as it should be; names entry and field.
    """
    return frozenset(
        (entry.table, entry.source) for entry in _entries(payload, "removal", Removal) if entry.until >= today
    )


def _entries(payload: Payload, section: str, model: type[Entry]) -> tuple[Entry, ...]:
    try:
        document = tomllib.loads(payload.text())
    except (tomllib.TOMLDecodeError, FetchError) as error:
        raise ParseError(f"{payload.name} is not readable TOML: {str(error).rstrip('.')}.") from error
    if any(name not in SECTIONS or not isinstance(entries, list) for name, entries in document.items()):
        raise ParseError(f"{payload.name}: entries are written as [[{']] or [['.join(SECTIONS)}]], and nothing else.")
    checked = []
    for number, entry in enumerate(document.get(section, []), 1):
        try:
            checked.append(model.model_validate(entry))
        except ValidationError as error:
            first = error.errors()[0]
            where = f"{payload.name}, {section} number {number}, {'.'.join(str(part) for part in first['loc'])}"
            raise ParseError(f"{where}: {first['msg'].lower()}.") from error
    return tuple(checked)


def apply(
    frames: Mapping[str, pl.DataFrame], corrections: Sequence[Correction]
) -> tuple[dict[str, pl.DataFrame], list[str]]:
    """The frames with each correction made, and a sentence for each whose guard tripped (that one is left out).

    A guard trips when no row is named, or when a named row no longer holds the wrong value: the source was mended.
    """
    corrected = dict(frames)
    tripped = []
    for correction in corrections:
        frame = corrected.get(correction.table)
        if frame is None:
            tripped.append(f"The correction of {correction.title} was left out: no source gave that table.")
            continue
        named = pl.all_horizontal(pl.col(name) == value for name, value in correction.where.items())
        rows = frame.filter(named)
        if rows.is_empty() or not (rows[correction.column] == correction.wrong).all():
            tripped.append(
                f"The correction of {correction.title} was left out: the source no longer prints "
                f"{correction.wrong:,}. Remove it from corrections.toml."
            )
            continue
        right = pl.lit(correction.right, dtype=frame.schema[correction.column])
        corrected[correction.table] = frame.with_columns(
            pl.when(named).then(right).otherwise(pl.col(correction.column)).alias(correction.column)
        )
    return corrected, tripped
