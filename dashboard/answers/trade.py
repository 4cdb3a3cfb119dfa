"""`tradewake data trade`: goods trade by period and partner, read from the study of trade."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import polars as pl

from dashboard.answers.checked import ALL, checked_area, checked_areas, one_of
from dashboard.params import CurrencyWord
from dashboard.queries import trade
from dashboard.queries.trade import FrequencyWord, TradeFlowWord
from dashboard.studies.series import TradeSeries, edition_words
from dashboard.studies.trade import TradeQuery, ask
from pipelines.errors import UsageError
from pipelines.schema.terms import ALL_GOODS
from pipelines.store import Store

_STEP_MONTHS = {"M": 1, "Q": 3, "A": 12}
_FIRST = ["period", "reporter", "partner", "flow", "product", "value_usd", "is_estimate", "is_partial", "source"]
_FIRST += ["known_from", "currency", "value"]


@dataclass(frozen=True)
class TradeOptions:
    """What the command was asked: codes and names as they were typed, not checked yet; days already read."""

    reporter: str
    partner: str = ALL
    flow: TradeFlowWord = "export"
    frequency: FrequencyWord = "M"
    product: str = ALL_GOODS
    source: str | None = None
    start: date | None = None
    end: date | None = None
    known_on: date | None = None
    currency: CurrencyWord = "reported"


def trade_series(store: Store, asked: TradeOptions) -> TradeSeries:
    """The series behind the answer. `start` and `end` are widened to whole periods, so that no year is cut.

    Raises:
        UsageError: an unknown area, source or product.
    """
    code = checked_area(store, asked.reporter)
    partners = checked_areas(store, asked.partner)
    coverage = trade.coverage(store, product=None)
    if asked.source is not None:
        have = coverage.filter(pl.col("reporter") == code)["source"].unique().sort().to_list()
        one_of(asked.source, have, f"source of {code}'s trade")
    one_of(asked.product, coverage["product"].unique().sort().to_list(), "product")
    query = TradeQuery(
        code,
        None if partners is None else tuple(partners),
        asked.flow,
        asked.frequency,
        currency=asked.currency,
        product=asked.product,
        source=asked.source,
        known_on=asked.known_on,
        start=None if asked.start is None else _floor(asked.start, asked.frequency),
        end=None if asked.end is None else _ceiling(asked.end, asked.frequency),
    )
    return ask(store, query)


def trade_answer(store: Store, asked: TradeOptions) -> pl.DataFrame:
    """Goods trade by period and partner: `value` in `currency`, and what was published in `value_usd` and `value_eur`.

    `release` names the edition, or says that a sum holds months of several. `rounding` is the width in which the
    value may lie, in its currency.

    Raises:
        UsageError: an unknown area, source or product.
    """
    series = trade_series(store, asked)
    release = [edition_words(releases) for releases in series.frame["releases"].to_list()]
    rows = series.frame.with_columns(
        pl.lit(series.currency).alias("currency"), pl.Series("release", release, dtype=pl.String)
    ).drop("releases", "nominal", "basis_title")
    return rows.select(*_FIRST, pl.exclude(*_FIRST))


def _floor(day: date, frequency: str) -> date:
    step = _STEP_MONTHS[frequency]
    return date(day.year, (day.month - 1) // step * step + 1, 1)


def _ceiling(day: date, frequency: str) -> date:
    first, step = _floor(day, frequency), _STEP_MONTHS[frequency]
    months = first.month - 1 + step
    return date(first.year + months // 12, months % 12 + 1, 1) - timedelta(days=1)


def trade_note(store: Store, asked: TradeOptions) -> str:
    """Why an answer on trade is empty, in one sentence, for somebody at a command line."""
    code = checked_area(store, asked.reporter)
    have = trade.coverage(store, product=None)
    on_request = {name for name, _ in trade.sources_of(store, code, asked.product)} & trade.on_request(store)
    unasked = trade.default_source(store, code, asked.frequency, asked.product)
    if asked.source is None and on_request and unasked is None:
        named = " or ".join(f"--source {name}" for name in sorted(on_request))
        return f"No source that answers unasked has these figures of {code}. For your own use, try {named}."
    if have.filter(reporter=code).is_empty():
        reporters = ", ".join(have["reporter"].unique().sort().to_list())
        return f"{code} reports no trade in this store. Reporters: {reporters}."
    try:
        why = trade_series(store, asked).why_empty
    except UsageError as error:
        return str(error)
    return f"{code}: {why or 'the store has no figures with these partners, periods and frequency.'}"
