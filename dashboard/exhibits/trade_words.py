"""Names and phrases that the exhibits on trade share: who trades what with whom, and which partners are places."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from dashboard.analysis import words

TARGETS = ("RUS", "BLR", "IRN", "VEN", "PRK", "CUB", "MMR", "SYR")
"""The eight economies under sanctions that the product follows."""

FLOW_NOUNS: Mapping[str, str] = {"export": "exports", "import": "imports", "total": "exports plus imports"}
PLACE = ~pl.col("partner").str.starts_with("X") | (pl.col("partner") == "XKX")
"""Codes beginning with X stand for what a source reports without naming a country; Kosovo is a place."""

_SHORT = {"USA": "US", "GBR": "UK", "EUU": "EU27", "ARE": "UAE"}


def short(names: Mapping[str, str], area: str) -> str:
    """A name that fits a title: "US", "EU27", otherwise the plain name, and the code where there is no name."""
    return _SHORT.get(area, names.get(area, area))


def whose(names: Mapping[str, str], area: str) -> str:
    """The owner in a phrase: "US", "Russia’s"."""
    name = short(names, area)
    return name if area in _SHORT else f"{name}’s"


def subject(names: Mapping[str, str], reporter: str, partner: str, flow: str) -> str:
    """The subject of a sentence: "US goods exports to Russia", "US goods trade with Russia"."""
    who, whom = whose(names, reporter), short(names, partner)
    whom = "the world" if partner == "WLD" else f"the {whom}" if partner in _SHORT else whom
    return {
        "export": f"{who} goods exports to {whom}",
        "import": f"{who} goods imports from {whom}",
        "balance": f"{who} goods balance with {whom}",
    }.get(flow, f"{who} goods trade with {whom} (exports plus imports)")


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
