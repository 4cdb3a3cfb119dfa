"""What the table of many tests says: verdicts in fixed words, what chance alone would bring, what was not tested."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import polars as pl

from dashboard import words
from dashboard.analysis.timing_result import (
    DISTINGUISHABLE,
    NOT_DISTINGUISHABLE,
    POWER_WORDS,
    WITHHELD,
    p_words,
    smallest_steps,
)
from dashboard.exhibits.base import Column
from dashboard.exhibits.timing.pair import on_card
from dashboard.figures.marks import NOT_A_CAUSE
from dashboard.queries.senders import Senders
from dashboard.studies import reversals
from dashboard.studies.pair import coarse_words, doubtful_words
from dashboard.studies.placebo import ALPHA, EveryMeasure
from dashboard.words import register as tw
from dashboard.words.register import as_known_words

ALSO = f"{DISTINGUISHABLE}, also among all tests"
ALONE = f"{DISTINGUISHABLE} alone, not among all tests"
NOT = NOT_DISTINGUISHABLE
VERDICTS = (ALSO, ALONE, NOT)
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


def verdict(row: Mapping[str, Any]) -> str:
    """The fixed words: after Holm over all tests shown, alone, or not; withheld, or not tested."""
    if row.get("withheld"):
        return WITHHELD
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


def answer(what: str, found: EveryMeasure) -> str:
    """How many stand out among all and alone, what chance would bring, and the clearest date."""
    tests = found.tests
    n = tests.height
    also = tests.filter(pl.col("p_holm") <= ALPHA).height
    alone = tests.filter(pl.col("p_value") <= ALPHA).height
    one = tests.sort("p_value", "date").row(0, named=True)
    told = (
        f"{what[:1].upper()}{what[1:]}: of {words.plural(n, 'date')} tested together, {_none(also)} {_is(also)} "
        f"distinguishable from ordinary months after adjustment for their number (Holm), and {_none(alone)} "
        f"{_is(alone)} on {'their' if alone > 1 else 'its'} own, where chance alone brings about "
        f"{words.number(ALPHA * n, 1)}. "
        f"The least ordinary is {words.month(one['date'])} ({on_card(found.change(one))}, "
        f"p = {p_words(one['p_value'])}, adjusted {p_words(one['p_holm'])})."
    )
    if also < n:
        told += f" {_silence(tests)}"
    if found.query.easings_only:
        relief = tests.filter(pl.col("kind").is_in(reversals.RELIEF))
        up = relief.filter(pl.col("effect") > 0).height
        if relief.height:
            told += (
                f" Beyond its usual change trade rose after {words.count(up)} of "
                f"{words.plural(relief.height, 'date')} of relief."
            )
    return told


def _silence(tests: pl.DataFrame) -> str:
    """What it would have taken at the middle one of the dates, so that silence is not read as proof."""
    fall, rise = tests["smallest_fall"].median(), tests["smallest_rise"].median()
    assert fall is None or isinstance(fall, float)
    assert rise is None or isinstance(rise, float)
    if fall is None and rise is None:
        return "At none of them would any change, however large, have been found alone: there are too few months."
    return (
        f"Silence is no proof of no change: at the middle one of these dates, to be found alone in {POWER_WORDS}, it "
        f"takes {smallest_steps(fall, rise)}; the table has both for every date."
    )


def note(found: EveryMeasure) -> str:
    """Not a cause; how measures share tests; why the bar may be out of reach; what was left out."""
    tests = found.tests
    told = [NOT_A_CAUSE]
    told.append(
        "Measures of the same month count as one test and show the same figures; those of its first day are a test of "
        "their own, because their month counts as after the date."
    )
    floor = _floor(tests)
    if floor * tests.height > ALPHA:
        told.append(
            f"Even the largest change of this flow has p = {p_words(floor)}, which {words.count(tests.height)} tests "
            "raise above 5%: no date can pass among so many. Choose senders, kinds or easings alone for fewer."
        )
    told.append("Benjamini and Hochberg’s adjustment stands in the table.")
    withheld = found.table.filter(pl.col("withheld")).height
    refused = found.table.height - found.done.height - withheld
    if withheld:
        told.append(
            f"{words.count(withheld)} {_is(withheld)} {WITHHELD}, because swings had just grown before the date; the "
            "table has their effects, and they count in no adjustment."
        )
    if refused:
        told.append(f"{words.count(refused)} could not be tested; the table says why.")
    if found.nearest:
        have = "has" if found.nearest == 1 else "have"
        told.append(
            f"{words.count(found.nearest)} {have} no day on this clock and {_is(found.nearest)} tested at the nearest "
            "day known."
        )
    if found.outside:
        lies = "lies" if found.outside == 1 else "lie"
        span = words.span(found.series.frame["period"][0], found.series.last_month)
        told.append(f"{words.count(found.outside)} {lies} outside the months of this flow, {span}.")
    told.append("Lines are 95% intervals; one that leaves its panel has no bound there, or reaches further.")
    told += [doubtful_words(found.doubtful), coarse_words(found.series)]
    told += [as_known_words(found.query.measures.known_on), CANNOT]
    return " ".join(part for part in told if part)


def _floor(tests: pl.DataFrame) -> float:
    """The least p-value that a date clear of the ends can have: half of one month among all."""
    return 0.5 / float(max(tests["months"]))


def hover(turns: pl.DataFrame, row: Mapping[str, Any], who: Senders) -> str:
    """A mark in words: the date, up to three turns of the month, the effect, the verdict."""
    first = turns.head(3).to_dicts()
    named = [f"{words.day(one['date'])} · {who.name(one['sender'])} · {one['title']}" for one in first]
    if turns.height > 3:
        named.append(f"and {words.plural(turns.height - 3, 'more turn')} of this month")
    figures = (
        f"{words.percent(row['effect'], signed=True)} beyond the usual change, p = {p_words(row['p_value'])},"
        f" adjusted {p_words(row['p_holm'])}"
    )
    told = [f"<b>{figures}</b>", verdict(row)]
    if verdict(row) == NOT and not (row["smallest_fall"] is None and row["smallest_rise"] is None):
        steps = smallest_steps(row["smallest_fall"], row["smallest_rise"])
        told.append(tw.wrapped(f"to be found alone in {POWER_WORDS} it takes {steps}"))
    return "<br>".join([*(tw.wrapped(line) for line in named), *told])


def alt(title: str, found: EveryMeasure) -> str:
    """The picture in words: how many marks of each kind, and the extremes."""
    tests = found.tests
    said = [verdict(row) for row in tests.iter_rows(named=True)]
    counts = [f"{words.count(said.count(one))} {one}" for one in VERDICTS]
    low, high = (tests.sort("effect").row(place, named=True) for place in (0, -1))
    return (
        f"Marks by date with intervals: {title}. {words.plural(tests.height, 'test')}: {'; '.join(counts)}. "
        f"Lowest {on_card(found.change(low))} at {words.month(low['date'])}, highest "
        f"{on_card(found.change(high))} at {words.month(high['date'])}."
    )


def table(found: EveryMeasure) -> pl.DataFrame:
    """Every turn with the figures and the verdict of its test, or why it has none."""
    return found.table.select(
        "date",
        (100 * pl.col("effect")).alias("effect_pct"),
        "p_value",
        "p_holm",
        pl.col("sender").replace(found.who.names()),
        "title",
        "kind",
        pl.struct("p_value", "p_holm", "withheld")
        .map_elements(verdict, return_dtype=pl.String, skip_nulls=False)
        .alias("verdict"),
        (100 * pl.col("low")).alias("low_pct"),
        (100 * pl.col("high")).alias("high_pct"),
        (100 * pl.col("smallest_fall")).alias("smallest_fall_pct"),
        (100 * pl.col("smallest_rise")).alias("smallest_rise_pct"),
        "p_bh",
        "in_this_test",
        "tests",
        "months",
        "refused",
        pl.col("types").map_elements(tw.type_list, return_dtype=pl.String),
        pl.col("clock_used").replace_strict(tw.CLOCK_WORDS, return_dtype=pl.String).alias("clock"),
        "measure",
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
    "smallest_fall_pct": Column("Smallest fall found alone, 4 of 5 cases, %", "%.1f"),
    "smallest_rise_pct": Column("Smallest rise found alone, 4 of 5 cases, %", "%.1f"),
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
