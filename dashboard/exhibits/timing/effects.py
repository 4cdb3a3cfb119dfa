"""The year after a measure against the year before it, in words: no test, and no claim of a cause."""

from __future__ import annotations

from datetime import date
from typing import Any

import polars as pl

from dashboard import words
from dashboard.exhibits.base import Card
from dashboard.words import register as tw


def effect(row: dict[str, Any], mine: pl.DataFrame) -> dict[str, Any]:
    """Mean of months +1 … +12 against the mean of −12 … −1, where all twenty-four are there."""
    after = mine.filter(pl.col("offset").is_between(1, 12))
    before = mine.filter(pl.col("offset").is_between(-12, -1))
    whole = after.height == 12 and before.height == 12
    return {
        "name": tw.short(row),
        "date": row["date"],
        "clock": row["clock_used"],
        "key": row["measure"],
        "before": before["value_usd"].mean() if whole else None,
        "after": after["value_usd"].mean() if whole else None,
        "months": after.height,
    }


def change(one: dict[str, Any]) -> float | None:
    """The change as a fraction; None while the twelve months after are not all out."""
    return None if one["after"] is None else float(one["after"]) / float(one["before"]) - 1


def card(effect: dict[str, Any]) -> Card:
    """The change with the two levels beside it."""
    fraction = change(effect)
    label = f"{effect['name']}, {words.day(effect['date'])}"
    if fraction is None:
        return Card(label, words.NO_FIGURE, f"{words.plural(effect['months'], 'month')} of 12 after it")
    detail = f"{words.money(effect['before'])} a month before, {words.money(effect['after'])} after"
    return Card(label, words.percent(fraction, signed=True), detail)


def answer(what: str, effects: list[dict[str, Any]]) -> str:
    """The changes around the first five measures, in a sentence."""
    known = [effect for effect in effects if effect["after"] is not None]
    if not known:
        return "No chosen measure has twelve complete months of figures after it yet."
    parts = [f"{words.percent(change(one), signed=True)} ({one['name']}, {words.month(one['date'])})" for one in known]
    return (
        f"{what[:1].upper()}{what[1:]} in the 12 months after against the 12 months before: {words.listing(parts[:5])}."
    )


def alt(title: str, effects: list[dict[str, Any]], last: date) -> str:
    """The figure in words: each measure with the level before and after it."""
    parts = []
    for one in effects:
        fraction = change(one)
        told = (
            "twelve months after it are not out yet"
            if fraction is None
            else (
                f"{words.money(one['before'])} a month in the year before, {words.money(one['after'])} in the year "
                f"after ({words.percent(fraction, signed=True)})"
            )
        )
        parts.append(f"{one['name']}, {words.day(one['date'])}: {told}.")
    return f"Lines in event time: {title}. One line per measure. {' '.join(parts)} Last month {words.month(last)}."
