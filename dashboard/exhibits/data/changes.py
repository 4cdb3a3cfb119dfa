"""What the last refresh changed, as the build itself recorded it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import polars as pl

from dashboard import words
from dashboard.queries import catalogue
from dashboard.studies.revisions import moment, start
from pipelines.schema.changes import CHANGES, rows_words, sentences
from pipelines.store import Store


@dataclass(frozen=True)
class LastRefresh:
    """How this build came about.

    `summary` one sentence; `lines` one per table and source that changed; `kept` one per source that failed and keeps
    its last good figures; `warnings` what the checks found worth saying; `table` the changes as a frame (`CHANGES`).
    """

    summary: str
    lines: tuple[str, ...]
    kept: tuple[str, ...]
    warnings: tuple[str, ...]
    table: pl.DataFrame

    def lines_shown(self, most: int = 8) -> tuple[str, ...]:
        """The largest changes, then what was kept and what the checks found: what fits on a page."""
        rest = len(self.lines) - most
        more = (
            (f"and {words.plural(rest, 'smaller change')}; the command tradewake diff lists all of them",)
            if rest > 0
            else ()
        )
        return (*self.lines[:most], *more, *self.kept, *self.warnings)


def last_refresh(store: Store) -> LastRefresh:
    """What was changed when this build was made, against the build before it."""
    made = store.provenance()
    table = _table(made.get("changes"))
    previous = made.get("previous_build")
    when = store.build.created
    if table is None:
        summary = f"The build of {moment(when)} does not record what it changed."
        table = pl.DataFrame(schema=CHANGES)
    elif previous is None:
        rows = int(table["added"].sum())
        summary = (
            f"The build of {moment(when)} is the first: {rows_words(rows)} {'was' if rows == 1 else 'were'} taken in."
        )
    elif table.is_empty():
        summary = f"The build of {moment(when)} changed no figure of the build before it."
    else:
        total = {kind: int(table[kind].sum()) for kind in ("added", "revised", "removed")}
        counted = words.listing([f"{rows_words(number)} {kind}" for kind, number in total.items() if number])
        summary = f"The build of {moment(when)} against the build before it: {counted}."
    names = publishers(store)
    failed: Mapping[str, str] = made.get("failed") or {}
    findings: list[Mapping[str, Any]] = made.get("findings") or []
    return LastRefresh(
        summary=summary,
        lines=tuple(sentences(table, names)),
        kept=tuple(f"{start(names.get(name, name))}: {sentence}" for name, sentence in sorted(failed.items())),
        warnings=tuple(str(finding.get("sentence", "")) for finding in findings if finding.get("sentence")),
        table=table,
    )


_BARE = ("Eurostat", "OpenSanctions", "S&P", "Tradewake")
"""Publishers whose names take no article."""


def publishers(store: Store) -> dict[str, str]:
    """Sources by who publishes them, as in "from the US Census Bureau"; with the title where one has several."""
    rows = catalogue.sources(store)
    several = rows.filter(pl.col("publisher").is_duplicated())["source"].to_list()
    found = {}
    for row in rows.iter_rows(named=True):
        name = row["publisher"].replace("U.S.", "US")
        name = name if name.startswith(_BARE) else f"the {name}"
        found[row["source"]] = f"{name} ({row['title']})" if row["source"] in several else name
    return found


def _table(rows: object) -> pl.DataFrame | None:
    """The recorded changes with their types; None where the build records none or in another shape."""
    if not isinstance(rows, list) or any(not isinstance(row, dict) for row in rows):
        return None
    try:
        return pl.DataFrame([_row(row) for row in rows], schema=CHANGES)
    except (ValueError, TypeError, pl.exceptions.PolarsError):
        return None


def _row(row: Mapping[str, Any]) -> dict[str, Any]:
    values: dict[str, Any] = {name: row.get(name) for name in CHANGES}
    dates = [name for name, kind in CHANGES.items() if kind == pl.Date]
    return values | {name: date.fromisoformat(values[name]) for name in dates if isinstance(values[name], str)}
