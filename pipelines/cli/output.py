"""How the verbs speak: tables to standard output, everything else to standard error."""

from __future__ import annotations

import json
import sys
import unicodedata
from collections.abc import Sequence
from typing import Any

_BIDI = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"


def plain(text: str) -> str:
    """Text without characters that command a terminal: a file or an argument may carry them into a message."""
    return "".join(
        letter for letter in text if letter in "\n\t" or not (unicodedata.category(letter) == "Cc" or letter in _BIDI)
    )


def say(sentence: str) -> None:
    """One line for the person at the keyboard, on standard error."""
    print(plain(sentence), file=sys.stderr)


def as_json(facts: Any) -> None:
    """Facts as JSON on standard output; dates and times as ISO text."""
    print(json.dumps(facts, indent=2, ensure_ascii=False, default=str))


def table(columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """A table on standard output: drawn on a terminal, plain columns parted by tabs when piped."""
    cells = [[_text(cell) for cell in row] for row in rows]
    if not sys.stdout.isatty():
        for line in (columns, *cells):
            print("\t".join(line))
        return
    from rich.console import Console
    from rich.table import Table

    drawn = Table(box=None, pad_edge=False, header_style="bold")
    for number, column in enumerate(columns):
        numeric = all(
            row[number].replace(",", "").replace("−", "").replace(".", "").isdigit() for row in cells if row[number]
        )
        drawn.add_column(column, justify="right" if numeric and cells else "left", overflow="fold")
    for row in cells:
        drawn.add_row(*row)
    Console(markup=False).print(drawn)


def _text(cell: Any) -> str:
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, int):
        return f"{cell:,}"
    if isinstance(cell, float):
        return f"{cell:,.2f}".replace("-", "−")
    return plain(" ".join(str(cell).split()))
