"""Names and phrases that the exhibits on trade share: who trades what with whom, and which partners are places."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from dashboard import words
from dashboard.words.flows import FLOWS

TARGETS = ("RUS", "BLR", "IRN", "VEN", "PRK", "CUB", "MMR", "SYR")
"""The eight economies under sanctions that the product follows."""

PLACE = ~pl.col("partner").str.starts_with("X") | (pl.col("partner") == "XKX")
"""Codes beginning with X stand for what a source reports without naming a country; Kosovo is a place."""

_SHORT = {"USA": "US", "GBR": "UK", "EUU": "EU27", "ARE": "UAE"}


def short(names: Mapping[str, str], area: str) -> str:
    """A name that fits a title: "US", "EU27", otherwise the plain name, and the code where there is no name."""
    return _SHORT.get(area, names.get(area, area))


def in_title(names: Mapping[str, str], area: str) -> str:
    """A name as a title begins with it: "United States", "EU"."""
    name = names.get(area, area)
    return "EU" if name == "European Union (27)" else name


def whose(names: Mapping[str, str], area: str) -> str:
    """The owner in a phrase: "US", "Russia’s", "Netherlands’"."""
    name = short(names, area)
    if area in _SHORT:
        return name
    return f"{name}’" if name.endswith("s") and words.in_sentence(name) != name else f"{name}’s"


def whom(names: Mapping[str, str], area: str) -> str:
    """The name after "to", "from" or "with": "the US", "the Netherlands", "the world", "Russia"."""
    return words.in_sentence("World" if area == "WLD" else short(names, area))


def subject(names: Mapping[str, str], reporter: str, partner: str, flow: str) -> str:
    """The subject of a sentence: "US goods exports to Russia", "US goods trade with Russia"."""
    said = FLOWS[flow]
    summed = f" ({said.exact})" if flow == "total" else ""
    return f"{whose(names, reporter)} {said.with_partner(whom(names, partner))}{summed}"


def stem(*parts: object) -> str:
    """A file name of words: lower case, joined by hyphens, nothing a file system could mind."""
    joined = "-".join(str(part).lower() for part in parts if str(part))
    return "-".join("".join(c if c.isascii() and c.isalnum() else " " for c in joined).split())


def change(before: float | None, after: float | None, *, signed: bool = True) -> str:
    """A change in per cent, "−90.5%", or as a multiple from a fourfold rise on: "10.4 times"."""
    if before is None or after is None or before <= 0:
        return words.NO_FIGURE
    ratio = after / before
    return f"{words.number(ratio)} times" if ratio >= 4 else words.percent(ratio - 1, signed=signed)
