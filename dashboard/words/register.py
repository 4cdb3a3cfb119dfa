"""Words and groupings of the timing page: kinds of measures, clocks, short names of well-known acts."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from html import escape
from types import MappingProxyType
from typing import Any

import polars as pl

from dashboard import words
from pipelines.schema.terms import Clock, MeasureType, Status

KINDS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "Imports, price caps": (MeasureType.TRADE_IMPORT.value, MeasureType.PRICE_CAP.value),
        "Exports, technology": (MeasureType.TRADE_EXPORT.value, MeasureType.TECHNOLOGY.value, MeasureType.ARMS.value),
        "Energy": (MeasureType.ENERGY.value,),
        "Finance, banks": (MeasureType.FINANCIAL.value, MeasureType.BANKING.value),
        "Freezes, travel bans": (MeasureType.ASSET_FREEZE.value, MeasureType.TRAVEL.value),
        "Transport, services": (MeasureType.TRANSPORT.value, MeasureType.SERVICES.value),
        "Other": (MeasureType.AID.value, MeasureType.SPORT_CULTURE.value, MeasureType.OTHER.value),
    }
)
"""Rows of the timeline. A measure of several types stands in the row of its first, or of the first one asked for."""

SHAPES: Mapping[str, tuple[str, str, str]] = MappingProxyType(
    {
        "Imports, price caps": ("triangle-down", "▼", "Imports"),
        "Exports, technology": ("triangle-up", "▲", "Exports, tech"),
        "Energy": ("diamond", "◆", "Energy"),
        "Finance, banks": ("square", "■", "Finance"),
        "Freezes, travel bans": ("circle", "●", "Freezes, travel"),
        "Transport, services": ("cross", "✚", "Transport"),
        "Other": ("star", "★", "Other"),
    }
)
"""How a row's marks look: Plotly's symbol, the sign that stands for it in words, and a name that fits a phone."""

TYPE_WORDS: Mapping[str, str] = MappingProxyType(
    {
        "trade_import": "Import bans",
        "trade_export": "Export bans",
        "arms": "Arms",
        "financial": "Finance",
        "banking": "Banks and SWIFT",
        "energy": "Energy",
        "technology": "Technology",
        "transport": "Transport",
        "travel": "Travel bans",
        "asset_freeze": "Asset freezes",
        "services": "Services",
        "price_cap": "Price cap",
        "aid": "Aid",
        "sport_culture": "Sport and culture",
        "other": "Other",
    }
)

CLOCK_WORDS: Mapping[str, str] = MappingProxyType(
    {
        Clock.ANNOUNCED.value: "announced",
        Clock.SIGNED.value: "signed",
        Clock.EFFECTIVE.value: "in effect",
        Clock.WIND_DOWN_END.value: "end of wind-down",
        Clock.LIFTED.value: "lifted or replaced",
    }
)

STATUS_WORDS: Mapping[str, str] = MappingProxyType(
    {
        Status.CONFIRMED.value: "confirmed in a text",
        Status.LISTING_DATE_ONLY.value: "only the listing date was read",
        Status.INFERRED.value: "inferred",
        Status.MEMORY.value: "from memory",
        Status.UNCERTAIN.value: "uncertain",
    }
)

_SHORT: Mapping[str, str] = MappingProxyType(
    {
        "us-rus-magnitsky-act": "Magnitsky Act",
        "us-rus-caatsa": "CAATSA",
        "us-rus-ufsa": "Ukraine Freedom Support Act",
        "us-rus-eo14066": "Oil import ban",
        "eu-rus-p03-swift7": "SWIFT exclusions",
        "us-rus-rosneft-lukoil": "Rosneft and Lukoil",
    }
)


the = words.in_sentence
"""A place as it stands inside a sentence: "the United States", "Russia"."""


def kind(types: str, wanted: Sequence[str] = ()) -> str:
    """The row of the timeline for a measure's types (";"-joined)."""
    mine = types.split(";")
    first = next((one for one in mine if one in wanted), mine[0])
    return next(row for row, members in KINDS.items() if first in members)


def type_list(types: str) -> str:
    """Types as a reader sees them: "Import bans; Energy"."""
    return "; ".join(TYPE_WORDS.get(one, one) for one in types.split(";"))


MOST_OF_AN_ACT = 25
"""Letters of an act's name at the end of a line: "Decision (CFSP) 2022/1908" fits."""


def short(row: Mapping[str, Any]) -> str:
    """A short name of a measure for the end of a line: the name that people use, else the act."""
    known = _SHORT.get(row["measure"])
    if known is not None:
        return known
    number = re.match(r"(EO|PL|Reg \(EU\)|Reg|Directive) [0-9][0-9/-]*", row["instrument"])
    act = number[0] if number is not None else re.split(r"[;,]", row["instrument"], maxsplit=1)[0].strip()
    if len(act) <= MOST_OF_AN_ACT:
        return act
    whole = act[: MOST_OF_AN_ACT + 1].rsplit(" ", 1)[0]  # never within a word or a number
    return f"{whole}…"


def bare(subject: str) -> str:
    """A subject without its bracket, for titles: "US goods trade with Russia"."""
    return subject.removesuffix(" (exports plus imports)")


def wrapped(text: str, width: int = 58) -> str:
    """Text broken into lines for a label or a hover box; what stands for markup in it is kept as text."""
    lines, line = [], ""
    for word in escape(text, quote=False).split():
        if line and len(line) + 1 + len(word) > width:
            lines.append(line)
            line = word
        else:
            line = f"{line} {word}".strip()
    return "<br>".join([*lines, line]).strip()


def choices(measures: pl.DataFrame) -> dict[str, str]:
    """Measures as a reader picks them, by key: "8 Mar 2022 · US · Bans imports of Russian oil"."""
    rows = measures.filter(pl.col("date").is_not_null()).iter_rows(named=True)
    return {row["measure"]: f"{words.day(row['date'])} · {row['sender']} · {row['title']}" for row in rows}


def clock_rule(clock: str, missing: int) -> str:
    """What happened to measures without a date on the chosen clock, in a sentence; empty when all have one."""
    if missing == 0:
        return ""
    if clock in (Clock.WIND_DOWN_END.value, Clock.LIFTED.value):
        return f"{words.plural(missing, 'measure')} {_have(missing)} no such date and {_are(missing)} left out."
    stands = "stands" if missing == 1 else "stand"
    return (
        f"{words.plural(missing, 'measure')} {_have(missing)} no such date and {stands}, "
        "small, at the nearest clock known."
    )


def _have(n: int) -> str:
    return "has" if n == 1 else "have"


def _are(n: int) -> str:
    return "is" if n == 1 else "are"


def as_known_words(known_on: date | None) -> str:
    """What the register can tell of a past day, in a sentence; nothing today."""
    if known_on is None:
        return ""
    return (
        f"As known on {words.day(known_on)}: the register keeps one day for each clock and not when it was fixed, so a "
        "later day stands here only where the measure’s own act had fixed it; titles are in today’s words."
    )
