"""One measure in words: what it says, its dates as precisely as they are known, its act, what came before and after."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import polars as pl

from dashboard import words
from dashboard.exhibits.base import Card
from dashboard.exhibits.passports import StorePassport
from dashboard.studies.one_measure import EXPORTS, IMPORTS, Facts
from dashboard.words import register as tw
from pipelines.schema.terms import Clock, Precision

CLOCKS = tuple(clock.value for clock in Clock)
NAMED_TARGETS = 4
"""Targets that a sentence names; from five on they are counted."""

RELATIONS: Mapping[tuple[str, bool], str] = {
    ("supersedes", False): "Replaces or ends",
    ("eases", False): "Eases or lifts",
    ("supersedes", True): "Replaced or ended by",
    ("eases", True): "Eased or lifted by",
}


@dataclass(frozen=True)
class Fact:
    """A line about a measure: what it is, the words, and the page it leads to where there is one."""

    label: str
    text: str
    href: str = ""


@dataclass(frozen=True)
class Relation:
    """Another measure that this one acted upon, or that acted upon it (`later`)."""

    words: str
    key: str
    day: date
    sender: str
    title: str
    later: bool
    sender_name: str

    def line(self) -> str:
        """In one line: "7 Feb 1962 · United States · Puts an embargo on all trade"."""
        return f"{words.day(self.day)} · {self.sender_name} · {self.title}"


_IN_THE_SENTENCE = frozenset({"Measure", "By", "Aimed at", "Dates"})
"""Facts that the answer of the exhibit says already."""


@dataclass(frozen=True)
class MeasurePassport(StorePassport):
    """A passport that carries the facts of the measure into every export."""

    facts: tuple[Fact, ...] = field(default=())

    def rows(self) -> list[tuple[str, str]]:
        """The facts of the measure, then what any passport says."""
        told = [(fact.label, fact.text) for fact in self.facts if fact.label not in _IN_THE_SENTENCE]
        return told + super().rows()


def known(day: date, precision: str) -> tuple[date, date]:
    """The first and the last day that a date may mean: itself, its month or its year.

    A measure has one precision, that of its vaguest date: a day that is no first of a month or year is a day.
    """
    if precision == Precision.YEAR.value and (day.month, day.day) == (1, 1):
        return day, date(day.year, 12, 31)
    if precision != Precision.DAY.value and day.day == 1:
        return day, date(day.year, day.month, monthrange(day.year, day.month)[1])
    return day, day


def dated(day: date, precision: str) -> str:
    """A date as precisely as it is known: "8 Mar 2022", "Oct 1986", "1960"."""
    first, last = known(day, precision)
    if first == last:
        return words.day(day)
    return words.month(day) if (first.year, first.month) == (last.year, last.month) else str(day.year)


def about_flow(row: Mapping[str, Any], flow: str) -> str:
    """A sentence where the line shows the other direction than the one that the measure is about; else empty."""
    kinds = set(row["types"].split(";"))
    exports, imports = bool(kinds & EXPORTS), bool(kinds & IMPORTS)
    if flow == "import" and exports and not imports:
        return "Its kinds are about exports to the target; the line shows imports."
    if flow == "export" and imports and not exports:
        return "Its kinds are about imports from the target; the line shows exports."
    return ""


def targets(held: Facts) -> str:
    """Whom it is aimed at, for a sentence: "Russia", "Serbia and Montenegro", "Russia and 22 others"."""
    if len(held.aimed) > NAMED_TARGETS:
        return f"{held.aimed[0]} and {len(held.aimed) - 1} others"
    return words.listing(held.aimed)


def sentence(held: Facts) -> str:
    """What it says: "United States on Russia: Bans imports of Russian oil, gas and coal (in effect 8 Mar 2022)."."""
    row = held.row
    when = [f"{tw.CLOCK_WORDS[clock]} {dated(row[clock], row['precision'])}" for clock in CLOCKS if row[clock]]
    return f"{held.sender} on {targets(held)}: {row['title']} ({', '.join(when)})."


def cards(held: Facts) -> tuple[Card, ...]:
    """The dates that the register has, with how precisely they are known; and an end that it does not have."""
    row, related = held.row, relations(held)
    found = []
    for clock in CLOCKS:
        label = tw.CLOCK_WORDS[clock][:1].upper() + tw.CLOCK_WORDS[clock][1:]
        day = row[clock]
        if day is None:
            if clock == Clock.LIFTED.value:
                later = next((one for one in related if one.later), None)
                why = "in force, or its end is not in the register"
                if held.known_on is not None:
                    why = f"none was known on {words.day(held.known_on)}"
                if later is not None:
                    why = f"not as a whole, or no day is known; first touched {words.day(later.day)}"
                found.append(Card(label, "no date", why))
            continue
        first, last = known(day, row["precision"])
        detail = "to the day" if first == last else "only the month" if (last - first).days < 32 else "only the year"
        found.append(Card(label, dated(day, row["precision"]), detail))
    return tuple(found)


def facts(held: Facts) -> tuple[Fact, ...]:
    """Everything that the register says about a measure beside its dates; what it does not say is left out."""
    row = held.row
    link = row["reference"] if str(row["reference"]).startswith(("https://", "http://")) else ""
    every = (
        Fact("Measure", row["title"]),
        Fact("By", held.sender),
        Fact("Aimed at", words.listing(held.targets)),
        Fact("Kinds", tw.type_list(row["types"])),
        Fact("Scope", row["scope"] or ""),
        Fact("Dates", "; ".join(f"{tw.CLOCK_WORDS[c]} {dated(row[c], row['precision'])}" for c in CLOCKS if row[c])),
        Fact("Status", tw.STATUS_WORDS[row["status"]]),
        Fact("Read in", row["confirmed_in"] or ""),
        Fact("Act", row["instrument"]),
        Fact("Reference", row["reference"], link),
        Fact("Regime", row["regime_title"] or row["regime"], row["regime_url"] or ""),
        Fact("Note", row["note"] or ""),
        Fact("Key", row["measure"]),
    )
    return tuple(fact for fact in every if fact.text)


def relations(held: Facts) -> tuple[Relation, ...]:
    """What a measure replaced or eased, then what eased or replaced it; each in order of date."""
    key, who = held.row["measure"], held.who
    before = [
        Relation(
            RELATIONS[row["relation"], False],
            row["measure"],
            row["date"],
            row["sender"],
            row["title"],
            later=False,
            sender_name=who.name(row["sender"]),
        )
        for row in held.links.filter(pl.col("by") == key).sort("date", "measure").iter_rows(named=True)
    ]
    after = [
        Relation(
            RELATIONS[row["relation"], True],
            row["by"],
            row["by_date"],
            row["by_sender"],
            row["by_title"],
            later=True,
            sender_name=who.name(row["by_sender"]),
        )
        for row in held.links.filter(pl.col("measure") == key).iter_rows(named=True)
    ]
    return (*before, *after)
