"""What the table of many tests says: verdicts in fixed words, what chance alone would bring, what was not tested."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType
from typing import Any

import polars as pl

from dashboard import words
from dashboard.analysis.timing_result import DISTINGUISHABLE, NOT_DISTINGUISHABLE, p_words
from dashboard.exhibits.base import Column
from dashboard.figures.marks import NOT_A_CAUSE
from dashboard.studies import reversals
from dashboard.words import register as tw

ALPHA = 0.05
ALSO = f"{DISTINGUISHABLE}, also among all tests"
ALONE = f"{DISTINGUISHABLE} alone, not among all tests"
NOT = NOT_DISTINGUISHABLE
UNTESTED = "not tested"

PANELS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "Imposed, or relief ended": (reversals.IMPOSED, reversals.ENDED),
        "Eased or lifted": reversals.RELIEF,
    }
)

CANNOT = (
    "Measures of neighbouring months share most of their figures, so one movement of trade gives many of them a low p. "
    "Other measures, prices, wars and contracts fall into the same months, and goods are bought ahead of a date."
)


def panel_name(name: str, mine: pl.DataFrame) -> str:
    """The name of a panel by what it holds: nothing imposed stands among easings alone."""
    only = {frozenset({reversals.IMPOSED}): "Imposed", frozenset({reversals.ENDED}): "Relief ended"}
    return only.get(frozenset(mine["kind"].to_list()), name)


def verdict(row: dict[str, float | None]) -> str:
    """The fixed words: after Holm over all tests shown, alone, or not."""
    p, among = row["p_value"], row["p_holm"]
    if p is None or among is None:
        return UNTESTED
    if among <= ALPHA:
        return ALSO
    return ALONE if p <= ALPHA else NOT


def title(flow: str, *, easings: bool) -> str:
    """At most 70 characters."""
    full = f"{flow} around every {'easing' if easings else 'measure'}"
    return full if len(full) <= 70 else f"Trade around every {'easing' if easings else 'measure'}"


def counted(table: pl.DataFrame) -> str:
    """The rows by kind: "388 measures, 11 easings, 2 ends of relief"."""
    nouns = {
        reversals.IMPOSED: "measure",
        reversals.EASING: "easing",
        reversals.LIFTED: "lifting or replacement",
        reversals.ENDED: "end of relief",
    }
    parts = []
    for kind, noun in nouns.items():
        n = table.filter(pl.col("kind") == kind).height
        if n:
            many = {"end of relief": "ends of relief", "lifting or replacement": "liftings or replacements"}
            parts.append(f"{words.count(n)} {many[noun]}" if n > 1 and noun in many else words.plural(n, noun))
    return words.listing(parts)


def answer(what: str, months: pl.DataFrame, done: pl.DataFrame, *, relief: bool) -> str:
    """How many stand out among all and alone, what chance would bring, and the clearest date."""
    n = months.height
    also = months.filter(pl.col("verdict") == ALSO).height
    alone = months.filter(pl.col("p_value") <= ALPHA).height
    one = months.sort("p_value", "date").row(0, named=True)
    told = (
        f"{what[:1].upper()}{what[1:]}: of {words.plural(n, 'date')} tested together, {_none(also)} {_is(also)} "
        f"distinguishable from ordinary months after adjustment for their number (Holm), and {_none(alone)} "
        f"{_is(alone)} on {'their' if alone > 1 else 'its'} own, where chance alone brings about "
        f"{words.number(ALPHA * n, 1)}. "
        f"The least ordinary is {words.month(one['date'])} ({words.percent(one['effect_pct'] / 100, signed=True)}, "
        f"p = {p_words(one['p_value'])}, adjusted {p_words(one['p_holm'])})."
    )
    if relief:
        up = months.filter((pl.col("effect_pct") > 0) & pl.col("kind").is_in(reversals.RELIEF)).height
        of = months.filter(pl.col("kind").is_in(reversals.RELIEF)).height
        if of:
            told += (
                f" Beyond its usual change trade rose after {words.count(up)} of {words.plural(of, 'date')} of relief."
            )
    return told


def note(table: pl.DataFrame, outside: int, months: pl.DataFrame, *, first: date, last: date) -> str:
    """Not a cause; how measures share tests; why the bar may be out of reach; what was left out."""
    told = [NOT_A_CAUSE]
    told.append(
        "Measures of the same month count as one test and show the same figures; those of its first day are a test of "
        "their own, because their month counts as after the date."
    )
    floor = _floor(months)
    if floor * months.height > ALPHA:
        told.append(
            f"Even the largest change of this flow has p = {p_words(floor)}, which {words.count(months.height)} tests "
            "raise above 5%: no date can pass among so many. Choose senders, kinds or easings alone for fewer."
        )
    told.append("Benjamini and Hochberg’s adjustment stands in the table.")
    refused = table.filter(pl.col("p_value").is_null()).height
    if refused:
        told.append(f"{words.count(refused)} could not be tested; the table says why.")
    if outside:
        told.append(
            f"{words.count(outside)} {'lies' if outside == 1 else 'lie'} outside the months of this flow, "
            f"{words.span(first, last)}."
        )
    told.append("Lines are 95% intervals; one that leaves its panel has no bound there, or reaches further.")
    return " ".join([*told, CANNOT])


def _floor(months: pl.DataFrame) -> float:
    """The least p-value that a date clear of the ends can have: half of one month among all."""
    return 0.5 / float(max(months["months"]))


def hover(turns: pl.DataFrame, row: Mapping[str, Any]) -> str:
    """A mark in words: the date, up to three turns of the month, the effect, the verdict."""
    named = [f"{words.day(one['date'])} · {one['sender']} · {one['title']}" for one in turns.head(3).to_dicts()]
    if turns.height > 3:
        named.append(f"and {words.plural(turns.height - 3, 'more turn')} of this month")
    figures = (
        f"{words.percent(row['effect_pct'] / 100, signed=True)} beyond the usual change, p = {p_words(row['p_value'])},"
        f" adjusted {p_words(row['p_holm'])}"
    )
    return "<br>".join([*(tw.wrapped(line) for line in named), f"<b>{figures}</b>", row["verdict"]])


def alt(title: str, months: pl.DataFrame) -> str:
    """The picture in words: how many marks of each kind, and the extremes."""
    counts = [f"{words.count(months.filter(pl.col('verdict') == one).height)} {one}" for one in (ALSO, ALONE, NOT)]
    low, high = (months.sort("effect_pct").row(place, named=True) for place in (0, -1))
    return (
        f"Marks by date with intervals: {title}. {words.plural(months.height, 'test')}: {'; '.join(counts)}. "
        f"Lowest {words.percent(low['effect_pct'] / 100, signed=True)} at {words.month(low['date'])}, highest "
        f"{words.percent(high['effect_pct'] / 100, signed=True)} at {words.month(high['date'])}."
    )


def nothing_inside(whom: str, outside: int, first: date, last: date, *, easings: bool) -> str:
    """Why nothing can be tested, and what to change."""
    noun = "easing, lifting or end of relief" if easings else "measure"
    if outside == 0:
        return f"The register holds no {noun} on {whom} for this choice of senders, kinds and clock; widen the filters."
    return (
        f"None of the {words.plural(outside, 'date')} on {whom} lies in the months of this flow, "
        f"{words.span(first, last)}; choose another reporter, partner or target."
    )


def all_refused(table: pl.DataFrame) -> str:
    """The commonest reason, when not one date can be tested."""
    reasons = table["refused"].drop_nulls().value_counts(sort=True)
    reason = reasons["refused"][0] if reasons.height else "The register knows only their year."
    return (
        f"Not one of the {words.plural(table.height, 'date')} can be tested on this flow. {reason} "
        "Choose another flow, reporter or window."
    )


def _none(n: int) -> str:
    return "none" if n == 0 else words.count(n)


def _is(n: int) -> str:
    return "is" if n in (0, 1) else "are"


COLUMNS = {
    "date": Column("Date"),
    "clock": Column("Which date"),
    "sender": Column("Sender"),
    "title": Column("Measure"),
    "kind": Column("Kind"),
    "types": Column("What it bears on"),
    "effect_pct": Column("Effect, %", "%.1f"),
    "low_pct": Column("Interval from, %", "%.1f"),
    "high_pct": Column("Interval to, %", "%.1f"),
    "p_value": Column("p alone", "%.4f"),
    "p_holm": Column("p adjusted, Holm", "%.4f"),
    "p_bh": Column("p adjusted, Benjamini–Hochberg", "%.4f"),
    "verdict": Column("Verdict"),
    "in_this_test": Column("Rows in this test"),
    "tests": Column("Tests made"),
    "refused": Column("Why not tested"),
    "measure": Column("Key"),
    "months": Column("Months compared"),
}
