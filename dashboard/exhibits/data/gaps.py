"""Known gaps: where the figures end and why. The ends are read from the store; the reasons stand in `data/gaps.toml`.

A gap with an expected end is told only while the store still ends there: when newer figures come in, its sentence
goes away by itself instead of turning false.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from dashboard import words
from dashboard.queries import coverage
from pipelines.schema.terms import GapCondition, GapTopic
from pipelines.store import Store

SINGLE_FORECASTS = 12
"""Economies with dated forecasts up to which they are single figures that somebody read, and not whole editions."""

MOST_MONTHS = 6
"""Months without a figure that are named; further ones are counted."""


@dataclass(frozen=True)
class Gap:
    """One gap: what it is about, where the figures end (None: they were never there), and why, in words."""

    topic: str
    subject: str
    ends: date | None
    text: str


Ends = Mapping[tuple[str, str, str], date]
"""Where each line of figures ends, by source, reporter or indicator, and partner or area."""


def known_gaps(store: Store) -> tuple[Gap, ...]:
    """Every gap that still holds in this store, by topic, with the end that the store really has."""
    trade = {row[:3]: row[3] for row in coverage.trade_ends(store).iter_rows()}
    economy = {row[:3]: row[3] for row in coverage.macro_ends(store).iter_rows()}
    counts = _counts(store)
    found = []
    for row in coverage.known_gaps(store).iter_rows(named=True):
        if not _holds(store, row["condition"]):
            continue
        if row["condition"] == GapCondition.MONTHS_MISSING.value:
            found += _missing_months(store, row)
            continue
        is_line = row["source"] is not None
        end = _end(trade if row["topic"] == GapTopic.TRADE.value else economy, row) if is_line else None
        if not is_line or end == row["expected_end"]:
            where = "" if end is None else f"Ends {words.period(end, row['frequency'])}. "
            found.append(Gap(row["topic"], row["subject"], end, where + row["text"].format(**counts)))
    topics = [topic.value for topic in GapTopic]
    return tuple(sorted(found, key=lambda gap: topics.index(gap.topic)))


def _counts(store: Store) -> dict[str, str]:
    """The numbers that a gap's text may name, counted in this store."""
    others = [code for code in coverage.partners_held(store, source="eurostat") if code != "RUS"]
    return {
        "partners": words.count(coverage.partners_of_newest(store, source="census")),
        "transit": words.count(len(others)),
        "forecast_economies": words.count(len(coverage.forecast_areas(store))),
    }


def _holds(store: Store, condition: str | None) -> bool:
    """Whether what a gap rests on is so in this store."""
    if condition in (GapCondition.PRODUCTS.value, GapCondition.NO_PRODUCTS.value):
        return bool(coverage.products(store)) == (condition == GapCondition.PRODUCTS.value)
    if condition == GapCondition.FEW_FORECASTS.value:
        return len(coverage.forecast_areas(store)) <= SINGLE_FORECASTS
    return True


def _end(ends: Ends, row: Mapping[str, Any]) -> date | None:
    source, what, whom = row["source"], row["series"], row["counterpart"]
    if whom is not None:
        return ends.get((source, what, whom))
    return max((end for key, end in ends.items() if key[:2] == (source, what)), default=None)


def _missing_months(store: Store, row: Mapping[str, Any]) -> list[Gap]:
    """Months inside a monthly series that were never published."""
    months = coverage.months_missing(store, source=row["source"], indicator=row["series"], area=row["counterpart"])
    if not months:
        return []
    named = words.listing([words.month(month) for month in months[:MOST_MONTHS]])
    more = f" and {len(months) - MOST_MONTHS} more" if len(months) > MOST_MONTHS else ""
    return [Gap(row["topic"], f"{row['subject']}, {named}{more}", None, row["text"])]
