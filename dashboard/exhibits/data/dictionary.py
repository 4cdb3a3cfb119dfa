"""The data dictionary, from the contracts that the store is held to: nothing is described twice."""

from __future__ import annotations

import inspect
from dataclasses import dataclass
from functools import cache

from pipelines.schema import BITEMPORAL, TABLES


@dataclass(frozen=True)
class ColumnEntry:
    """One column: name, type as the store has it, whether it is part of the key, may be empty, and what it means."""

    table: str
    name: str
    kind: str
    key: bool
    may_be_empty: bool
    text: str


@dataclass(frozen=True)
class TableEntry:
    """One table: what a row is, and its columns in order."""

    name: str
    text: str
    keeps_vintages: bool
    columns: tuple[ColumnEntry, ...]

    @property
    def summary(self) -> str:
        """The first line of what it says about itself."""
        return self.text.split("\n", 1)[0].strip()

    @property
    def rest(self) -> str:
        """What stands below the first line, and whether earlier values are kept."""
        more = self.text.split("\n", 1)[1].strip() if "\n" in self.text else ""
        kept = "Every vintage is kept: see known_from and known_to." if self.keeps_vintages else ""
        return "\n".join(part for part in (more, kept) if part) or "One row per key."


_KINDS = {"String": "text", "Float64": "number", "Int64": "whole number", "Boolean": "true or false", "Date": "date"}


@cache
def tables() -> tuple[TableEntry, ...]:
    """Every table of the store in the store's own order."""
    found = []
    for name, contract in TABLES.items():
        columns = tuple(
            ColumnEntry(
                table=name,
                name=column,
                kind=_KINDS.get(str(about.dtype), str(about.dtype).lower()),
                key=about.primary_key,
                may_be_empty=about.nullable,
                text=_plain(about.description),
            )
            for column, about in contract.columns().items()
        )
        found.append(TableEntry(name, _plain(inspect.getdoc(contract)), name in BITEMPORAL, columns))
    return tuple(found)


def _plain(text: str | None) -> str:
    """Text without the marks that code puts around names."""
    return (text or "").replace("`", "")


def search(words: str) -> tuple[TableEntry, ...]:
    """Tables and columns whose name or meaning holds every word; all of them for no words.

    A table that matches by its own name or text keeps all its columns; otherwise only the columns that match stay.
    """
    wanted = words.lower().split()
    found = []
    for table in tables():
        if _holds(f"{table.name} {table.text}", wanted):
            found.append(table)
            continue
        columns = tuple(column for column in table.columns if _holds(f"{column.name} {column.text}", wanted))
        if columns:
            found.append(TableEntry(table.name, table.text, table.keeps_vintages, columns))
    return tuple(found)


def _holds(text: str, wanted: list[str]) -> bool:
    low = text.lower()
    return all(word in low for word in wanted)
