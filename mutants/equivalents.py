"""Mutants that change nothing a reader can see, each with the reason: `equivalent.toml`."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

FILE = Path(__file__).parent / "equivalent.toml"


class Key(NamedTuple):
    """A mutant by its text, not by its line: where it stands, what stood there and what the mutant makes of it."""

    file: str
    function: str
    was: str
    now: str


def stale(listed: Iterable[Key], root: Path) -> list[Key]:
    """Listed mutants whose line is no longer in the code: to be taken off the list."""

    def text(file: str) -> str:
        path = root / file
        return " ".join(path.read_text(encoding="utf-8").split()) if path.is_file() else ""

    return [key for key in listed if key.was not in text(key.file)]


def read(path: Path = FILE) -> dict[Key, str]:
    """Why each listed mutant changes nothing.

    Raises:
        ValueError: an entry has no reason, or stands twice.
    """
    listed: dict[Key, str] = {}
    for entry in tomllib.loads(path.read_text(encoding="utf-8")).get("mutant", []):
        key = Key(entry["file"], entry["function"], entry["was"], entry["now"])
        if key in listed or not entry["why"].strip():
            raise ValueError(f"{key} stands twice or without a reason.")
        listed[key] = entry["why"]
    return listed
