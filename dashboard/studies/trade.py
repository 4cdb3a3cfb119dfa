"""Goods trade as a reader asks for it: the one place where source, edition, currency, prices and sums are chosen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

import polars as pl

from dashboard import words
from dashboard.queries import catalogue, trade
from dashboard.queries.trade import FrequencyWord, TradeFlowWord
from dashboard.studies.deflate import deflate, us_consumer_prices
from dashboard.studies.series import COLUMNS, NOMINAL, Currency, CurrencyChoice, Period, TradeSeries
from dashboard.words.flows import FLOWS
from pipelines.schema.terms import ALL_GOODS
from pipelines.store import Store

PERIOD_WORDS = {"M": "monthly", "Q": "quarterly", "S": "monthly", "A": "yearly"}


@dataclass(frozen=True)
class TradeQuery:
    """Whose goods trade with whom, in which period, currency and prices, from which source, as known when.

    `partners` None is every country, without groups and the world. `source` None is the best one that was known on
    the day. `start` and `end` are first days of periods, both included, and cut after summing.
    """

    reporter: str
    partners: tuple[str, ...] | None
    flow: TradeFlowWord
    period: Period = "M"
    currency: CurrencyChoice = "reported"
    prices: Literal["nominal", "real"] = "nominal"
    product: str = ALL_GOODS
    source: str | None = None
    known_on: date | None = None
    start: date | None = None
    end: date | None = None

    @property
    def asked(self) -> FrequencyWord:
        """The stored frequency that answers best: 12-month sums are made of months."""
        return "M" if self.period == "S" else self.period


def ask(store: Store, query: TradeQuery) -> TradeSeries:
    """The series that was asked for; without rows, and with the reason, when there is none.

    Quarters and years that the source publishes are taken as they are; else its months are summed. In constant prices
    months are deflated first wherever the source has months.

    Raises:
        AnalysisError: constant prices were asked for in a currency whose prices the store does not hold, or the
            deflator was not known.
    """
    source = query.source or trade.default_source(
        store, query.reporter, query.asked, query.product, query.known_on, query.partners
    )
    stored = None if source is None else _stored(store, query, source)
    if source is None or stored is None:
        return _empty(query, _no_source(store, query, source))
    # A year may need months from before its start, and a 12-month sum eleven of them: cut after summing.
    straight = stored == query.period and query.prices == "nominal"
    rows = trade.observations(
        store,
        reporter=query.reporter,
        partners=query.partners,
        flow=query.flow,
        frequency=stored,
        source=source,
        product=query.product,
        known_on=query.known_on,
        start=query.start if straight else None,
        end=query.end if straight else None,
    )
    if rows.is_empty():
        return _empty(query, _no_rows(store, query, source, stored))
    titled = pl.col("basis").replace(trade.basis_titles(store)).alias("basis_title")
    series = _in_currency(rows.with_columns(titled), query.currency, stored)
    if query.prices == "real":
        series = deflate(series, us_consumer_prices(store, query.known_on))
    if series.frequency != query.period:
        series = series.summed(query.period)
    cut = series.between(query.start, query.end)
    if cut.is_empty and not series.is_empty:
        return replace(cut, why_empty=_outside(series, query))
    return cut


def ask_flows(store: Store, query: TradeQuery, flows: Sequence[TradeFlowWord]) -> list[TradeSeries]:
    """The same question for several flows: those that have figures, in that order, in one currency.

    A pair whose flows come in different currencies does not exist: the source decides, and it is one.
    """
    found = [ask(store, replace(query, flow=flow)) for flow in flows]
    return [one for one in found if not one.is_empty]


def both_or_total(store: Store, query: TradeQuery) -> list[TradeSeries]:
    """ "Exports and imports": two lines for one partner, their sum for several, so that lines stay countable; where a
    source has one flow only, that one."""
    one_partner = query.partners is not None and len(query.partners) == 1
    wanted: tuple[tuple[TradeFlowWord, ...], ...] = (
        (("export", "import"),) if one_partner else (("total",), ("export",), ("import",))
    )
    for flows in wanted:
        found = ask_flows(store, query, flows)
        if found:
            return found
    return []


def total_or_one(store: Store, query: TradeQuery) -> TradeSeries:
    """ "Exports and imports" as one figure: their sum, or the one flow that the source has; else the empty total."""
    wanted: tuple[TradeFlowWord, ...] = ("total", "export", "import")
    found = ask_flows(store, query, wanted)
    return found[0] if found else ask(store, replace(query, flow="total"))


def _stored(store: Store, query: TradeQuery, source: str) -> FrequencyWord | None:
    """The source's own years where it publishes them, its months where it does not or where months must be deflated."""
    have = {
        frequency
        for name, frequency in trade.sources_of(store, query.reporter, query.product, query.known_on)
        if name == source
    }
    if "M" in have and query.prices == "real":
        return "M"
    for frequency in (query.asked, "M"):
        if frequency in have:
            return frequency
    return None


def _in_currency(rows: pl.DataFrame, choice: CurrencyChoice, stored: FrequencyWord) -> TradeSeries:
    """Euros where the source reports every figure in euros, unless dollars are chosen."""
    euros = choice == "reported" and rows["value_eur"].null_count() == 0
    currency: Currency = "EUR" if euros else "USD"
    column = "value_eur" if euros else "value_usd"
    frame = rows.with_columns(pl.col(column).alias("value"), pl.col(column).alias("nominal")).select(list(COLUMNS))
    return TradeSeries(frame, currency, NOMINAL, stored)


def _empty(query: TradeQuery, why: str) -> TradeSeries:
    return TradeSeries(pl.DataFrame(schema=dict(COLUMNS)), "USD", NOMINAL, query.period, why)


def _who(store: Store, query: TradeQuery) -> tuple[str, str]:
    """The reporter and the partners in words."""
    names = catalogue.names(store)
    partners = query.partners or ()
    whom = [words.in_sentence(names.get(code, code)) for code in partners[:3]]
    if len(partners) > len(whom):
        whom.append(f"{len(partners) - len(whom)} more")
    return names.get(query.reporter, query.reporter), words.listing(whom) if whom else "any country"


def _no_source(store: Store, query: TradeQuery, source: str | None) -> str:
    """Nobody publishes this frequency for the reporter: today, or as known on the day."""
    reporter, _ = _who(store, query)
    every = PERIOD_WORDS[query.period]
    today = [
        (name, frequency)
        for name, frequency in trade.sources_of(store, query.reporter, query.product)
        if source in (None, name)
    ]
    fit = [name for name, frequency in today if frequency in (query.asked, "M")]
    if query.known_on is not None and fit and (source is not None or fit[0] not in trade.on_request(store)):
        return _later(store, query, fit[0])
    if source is None and fit and fit[0] in trade.on_request(store):
        return (
            f"{reporter} reports no {every} trade here but to UN Comtrade, which answers only when it is chosen as the "
            "source, for your own use."
        )
    if source is not None:
        return f"{reporter} has no {every} figures from the source {source} here. Choose another source."
    return f"{reporter} reports no {every} trade here. Choose another reporter."


def _later(store: Store, query: TradeQuery, source: str) -> str:
    """What was not known yet on the day: the day is the cause, and a later one the remedy."""
    assert query.known_on is not None
    first = trade.first_known(store, reporter=query.reporter, source=source, product=query.product)
    since = "" if first is None else f": its first vintage is of {words.day(first)}"
    return f"Nothing of this series was known to this store on {words.day(query.known_on)}{since}. Choose a later day."


def _no_rows(store: Store, query: TradeQuery, source: str, stored: FrequencyWord) -> str:
    """The source is there, the pair or the flow is not: which of the two, and whether the day is the cause."""

    def held(flow: TradeFlowWord, known_on: date | None) -> bool:
        return not trade.observations(
            store,
            reporter=query.reporter,
            partners=query.partners,
            flow=flow,
            frequency=stored,
            source=source,
            product=query.product,
            known_on=known_on,
        ).is_empty()

    if query.known_on is not None:
        today = ask(store, replace(query, known_on=None, start=None, end=None))
        if not today.is_empty:
            return _later(store, query, today.sources[0])
    reporter, whom = _who(store, query)
    singles: tuple[TradeFlowWord, ...] = ("export", "import")
    there = [flow for flow in singles if held(flow, query.known_on)]
    if query.start is not None or query.end is not None:
        everything = ask(store, replace(query, start=None, end=None))
        if not everything.is_empty:
            return _outside(everything, query)
    every = PERIOD_WORDS[query.period]
    if len(there) == 1 and query.flow not in there:
        (only,) = there
        missing = "import" if only == "export" else "export"
        return (
            f"The store holds the {every} {FLOWS[only].noun} {FLOWS[only].link} {whom} of "
            f"{words.in_sentence(reporter)}, but not the {FLOWS[missing].noun}; choose {FLOWS[only].noun}, or run "
            "tradewake refresh, which asks the sources for both."
        )
    none = f"There are no {every} figures for {words.in_sentence(reporter)} with {whom} in this source"
    if query.asked != "A":
        yearly = ask(store, replace(query, period="A", prices="nominal", source=None, start=None, end=None))
        if not yearly.is_empty:
            return f"{none}, but yearly ones. Choose “Yearly”, or another partner."
    return f"{none}. Choose another partner."


def _outside(series: TradeSeries, query: TradeQuery) -> str:
    """The reader's window holds none of the figures: the window is the cause, and what to change about it."""
    first, last = series.frame["first_month"].min(), series.last_month
    assert isinstance(first, date)
    if query.start is not None and query.end is not None and query.start > query.end:
        start, end = words.month(query.start), words.month(query.end)
        return f"“From” ({start}) lies after “To” ({end}). Choose an earlier “From”."
    span = f"The figures run from {words.month(first)} to {words.month(last)}"
    if query.start is not None and query.start > last:
        return f"{span} and lie outside this window. Choose an earlier “From”."
    if query.end is not None and query.end < first:
        return f"{span} and lie outside this window. Choose a later “To”."
    what = "no twelve months in a row" if query.period == "S" else "none"
    return f"{span}, but there are {what} in this window. Choose a wider one."
