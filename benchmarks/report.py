"""Tables of a benchmark: what was measured, how it prints, how it is kept as JSON."""

from __future__ import annotations

import os
import platform
from collections.abc import Sequence
from dataclasses import dataclass, field
from statistics import median, quantiles
from typing import Any

from rich import box
from rich.console import Console
from rich.table import Table as RichTable

_CONSOLE = Console(width=max(Console().width, 110))


@dataclass(frozen=True)
class Table:
    """One table: a title, columns, rows of words or numbers, and a line on how to read it."""

    title: str
    columns: Sequence[str]
    rows: Sequence[Sequence[Any]]
    note: str = ""
    facts: dict[str, Any] = field(default_factory=dict)

    def as_dict(self) -> dict[str, Any]:
        """The table as JSON-ready facts."""
        rows = [dict(zip(self.columns, row, strict=True)) for row in self.rows]
        return {"title": self.title, "rows": rows, "note": self.note, **self.facts}


def heading() -> None:
    """What this machine is: absolute numbers mean nothing without it."""
    _CONSOLE.print(
        f"Python {platform.python_version()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f} at start"
    )


def show(table: Table) -> None:
    """Print one table."""
    _CONSOLE.print(f"\n{table.title}", style="bold")
    drawn = RichTable(box=box.SIMPLE_HEAD, pad_edge=False)
    for place, column in enumerate(table.columns):
        drawn.add_column(column, justify="left" if place == 0 else "right")
    for row in table.rows:
        drawn.add_row(*(_text(cell) for cell in row))
    _CONSOLE.print(drawn)
    if table.note:
        _CONSOLE.print(table.note, style="dim")


def _text(cell: Any) -> str:
    if cell is None:
        return "–"
    if isinstance(cell, float):
        return f"{cell:,.0f}" if abs(cell) >= 100 else f"{cell:,.1f}" if abs(cell) >= 10 else f"{cell:,.2f}"
    return f"{cell:,}" if isinstance(cell, int) else str(cell)


def middle(values: Sequence[float]) -> float:
    """The median, as a float."""
    return float(median(values))


def percentile(values: Sequence[float], share: int) -> float:
    """The value below which `share` percent of the values lie (1 … 99); the only value where there is one."""
    return float(values[0]) if len(values) == 1 else float(quantiles(values, n=100, method="inclusive")[share - 1])
