"""One measure opened: what the register says of it, what acted upon it, and the trade of one pair around its day."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import polars as pl

from dashboard import words
from dashboard.analysis.errors import AnalysisError
from dashboard.analysis.frames import month_of, ordinal_of
from dashboard.queries import catalogue, measures, register
from dashboard.queries.per_build import per_build
from dashboard.queries.senders import Senders, senders
from dashboard.queries.trade import TradeFlowWord
from dashboard.studies import targets
from dashboard.studies.event_time import Effect, effect
from dashboard.studies.pair import PairQuery
from dashboard.studies.series import TradeSeries
from dashboard.studies.trade import ask
from pipelines.schema.terms import Clock, MeasureType
from pipelines.store import Store

AROUND = 24
"""Months before and after."""
PARTS = frozenset({"reporter", "partner", "flow"})
"""What a pair consists of."""
MOST_TARGETS = 3
"""Targets of a measure whose trade is looked for before the pair stays as it is."""
EXPORTS = frozenset({MeasureType.TRADE_EXPORT.value, MeasureType.ARMS.value, MeasureType.TECHNOLOGY.value})
IMPORTS = frozenset({MeasureType.TRADE_IMPORT.value, MeasureType.PRICE_CAP.value})
"""Kinds of measures that are about one direction of the sender's trade."""


@dataclass(frozen=True, eq=False)
class Facts:
    """A row of the register with its regime, and who stands in it: `aimed` are its targets as a sentence names them,
    `targets` as a list does; `links` is what acted upon it and what it acted upon; `who` names senders."""

    row: Mapping[str, Any]
    aimed: tuple[str, ...]
    targets: tuple[str, ...]
    links: pl.DataFrame
    who: Senders
    known_on: date | None = None

    @property
    def sender(self) -> str:
        """The sender's name."""
        return self.who.name(self.row["sender"])

    def concerns(self, area: str) -> bool:
        """Whether an area is a target or the sender."""
        return area in self.row["target"].split(";") or area == self.row["sender"]


@dataclass(frozen=True)
class OneMeasureQuery:
    """Which measure, on which of its dates, and which pair's trade around it.

    `fixed` are the parts of the pair that the reader chose; the others follow the measure: the trade of its own sender
    with its target, in the flow that it is about, where the store has it.
    """

    key: str
    clock: str
    pair: PairQuery
    fixed: frozenset[str] = PARTS


@dataclass(frozen=True, eq=False)
class OneMeasure:
    """A measure with the months of trade from 24 before to 24 after its day, which is on the chosen clock or on the
    nearest it has (`clock_used`).

    `trade` may have no rows: then its own sentence says why there are no figures at all, or `elsewhere` where they lie:
    "begin in Jan 1992". `start` and `end` are the window.
    """

    query: OneMeasureQuery
    facts: Facts
    day: date
    clock_used: str
    start: date
    end: date
    trade: TradeSeries
    effect: Effect
    elsewhere: str

    @property
    def has_trade(self) -> bool:
        """Whether there is a line to draw."""
        return not self.trade.is_empty


@per_build
def facts(store: Store, key: str, known_on: date | None = None) -> Facts:
    """What the register says of a measure.

    Raises:
        AnalysisError: there is none of that key, or nothing of it was out on the day.
    """
    row = measures.one(store, key, known_on)
    if row is None and known_on is not None and measures.one(store, key) is not None:
        raise AnalysisError(f"Nothing of the measure “{key}” was out on {words.day(known_on)}; choose a later day.")
    if row is None:
        raise AnalysisError(f"There is no measure “{key}” in the register; choose one from the list.")
    names, codes = catalogue.names(store), row["target"].split(";")
    mine = (pl.col("measure") == key) | (pl.col("by") == key)
    return Facts(
        row,
        tuple(targets.in_sentence(store, names, code) for code in codes),
        tuple(names.get(code, code) for code in codes),
        measures.links(store, known_on).filter(mine),
        senders(store),
        known_on,
    )


def study(store: Store, query: OneMeasureQuery) -> OneMeasure:
    """A measure and the trade around it.

    Raises:
        AnalysisError: a balance, or no such measure.
    """
    if query.pair.flow == "balance":
        raise AnalysisError("A balance may be below zero, so it has no change in per cent; choose exports or imports.")
    held = facts(store, query.key, query.pair.known_on)
    found = None
    for pair in _pairs(store, held, query):
        one = of_months(ask(store, pair.trade((pair.partner,))), held, replace(query, pair=pair))
        if one.has_trade:
            return one
        found = found or one
    assert found is not None
    return found


def _pairs(store: Store, held: Facts, query: OneMeasureQuery) -> list[PairQuery]:
    """Pairs in the order in which their trade is looked for: the sender's own first, then the reader's reporter."""
    asked, row = query.pair, held.row
    kinds = set(row["types"].split(";"))
    about: TradeFlowWord = "export" if kinds & EXPORTS and not kinds & IMPORTS else asked.flow
    first = asked.flow if "flow" in query.fixed else about
    flows: list[TradeFlowWord] = [first]
    if "flow" not in query.fixed:
        flows.append("export" if first != "export" else "import")
    own = None if "reporter" in query.fixed else held.who.area(row["sender"])
    aimed = [targets.traded_as(store, code) for code in row["target"].split(";")]
    aimed = [code for code in aimed if code != own][:MOST_TARGETS]
    partners = [asked.partner] if "partner" in query.fixed or not aimed else aimed
    if asked.partner in aimed:
        partners = [asked.partner]
    pairs = []
    if own is not None:
        pairs += [replace(asked, reporter=own, partner=code, flow=flow) for code in partners for flow in flows]
    theirs = [code for code in partners if code != asked.reporter]
    if not theirs or own == asked.partner:  # what the partner itself imposed is held against the trade with it
        theirs = [asked.partner]
    pairs += [replace(asked, partner=code, flow=first) for code in theirs]
    return pairs


def of_months(months: TradeSeries, held: Facts, query: OneMeasureQuery) -> OneMeasure:
    """The same on facts and months that are at hand; there may be none of the months."""
    row = pl.DataFrame([held.row], schema_overrides=dict.fromkeys(register.CLOCKS, pl.Date))
    dated = register.dated(row, Clock(query.clock)).row(0, named=True)
    day: date = dated["date"]
    start, end = (month_of(ordinal_of(day) + by) for by in (-AROUND, AROUND))
    trade = months.between(start, end)
    lies = "" if months.is_empty or not trade.is_empty else _elsewhere(months, start, end)
    return OneMeasure(query, held, day, dated["clock_used"], start, end, trade, effect(dated, trade.trusted()), lies)


def _elsewhere(months: TradeSeries, start: date, end: date) -> str:
    """Where the figures lie when none is in the window."""
    first: date = months.frame["period"][0]
    if first <= end and months.last_month >= start:
        return "have a gap there"
    return f"begin in {words.month(first)}" if first > end else f"end in {words.month(months.last_month)}"
