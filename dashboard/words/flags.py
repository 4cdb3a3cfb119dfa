"""Marks of doubt on a figure, as a sentence says them."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

_SAID: Mapping[str, str] = MappingProxyType({"looks_partial": "incomplete", "implausible": "implausible"})


def flag(mark: str) -> str:
    """ "implausible", "incomplete"; several marks of one sum are listed; an unknown mark stands as it is written."""
    return ", ".join(_SAID.get(part, part.replace("_", " ")) for part in mark.split("; "))
