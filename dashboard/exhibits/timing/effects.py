"""The year after a measure against the year before it, in words: no test, and no claim of a cause."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from dashboard import words
from dashboard.exhibits.base import Card
from dashboard.exhibits.timing.pair import on_card
from dashboard.studies import rounding
from dashboard.studies.event_time import YEAR, Effect
from dashboard.studies.series import TradeSeries
from dashboard.words import register as tw


def levels(one: Effect, series: TradeSeries) -> tuple[str, str]:
    """The means a month before and after; those that rounding hides are "less than" it."""
    return (
        rounding.amount(one.before, one.width_before, series.sign),
        rounding.amount(one.after, one.width_after, series.sign),
    )


def change(one: Effect) -> str:
    """ "−70.9%", the band that rounding leaves, or that no change can be told."""
    return one.change.words() if one.change.value is not None else "a change that rounding hides"


def card(one: Effect, series: TradeSeries) -> Card:
    """The change with the two levels beside it."""
    label = f"{tw.short(one.measure)}, {words.day(one.day)}"
    if one.after is None:
        return Card(label, words.NO_FIGURE, f"{words.plural(one.months, 'month')} of {YEAR} after it")
    before, after = levels(one, series)
    return Card(label, on_card(one.change), f"{before} a month before, {after} after")


def answer(what: str, effects: Sequence[Effect]) -> str:
    """The change around each measure drawn, in a sentence."""
    known = [one for one in effects if one.after is not None]
    if not known:
        return "No chosen measure has twelve complete months of figures after it yet."
    parts = [f"{change(one)} ({tw.short(one.measure)}, {words.month(one.day)})" for one in known]
    waiting = [tw.short(one.measure) for one in effects if one.after is None]
    more = f" No change is told yet around {words.listing(waiting)}." if waiting else ""
    return (
        f"{what[:1].upper()}{what[1:]} in the 12 months after against the 12 months before: {words.listing(parts)}."
        f"{more}"
    )


def alt(title: str, effects: Sequence[Effect], series: TradeSeries, last: date) -> str:
    """The figure in words: each measure with the level before and after it."""
    parts = []
    for one in effects:
        told = "twelve months before and after it are not all there"
        if one.after is not None:
            before, after = levels(one, series)
            told = f"{before} a month in the year before, {after} in the year after ({change(one)})"
        parts.append(f"{tw.short(one.measure)}, {words.day(one.day)}: {told}.")
    return f"Lines in event time: {title}. One line per measure. {' '.join(parts)} Last month {words.month(last)}."
