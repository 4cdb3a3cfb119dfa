"""The figures behind the main picture: which series were asked for, and what was made of them.

Order: the query aggregates (over flows, then months); then 12-month sums and prices; then index or growth.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Literal

import polars as pl
from pydantic import Field, StringConstraints

from dashboard import words
from dashboard.analysis import transforms
from dashboard.analysis.errors import AnalysisError
from dashboard.exhibits.base import NothingToShow
from dashboard.params import Area, Areas, ClockWord, Month, Params, Senders, Types
from dashboard.queries import macro, trade
from dashboard.studies import legacy
from pipelines.store import Store

FREQUENCY_WORDS = {"M": "monthly", "Q": "quarterly", "S": "12-month sums", "A": "yearly"}
MOST_LINES = 5


class TradeParams(Params):
    """Whose trade with whom, which flow, at which frequency, as what, and which marks stand on it."""

    reporter: Area = "USA"
    partner: Areas = ("RUS",)
    flow: Literal["both", "export", "import", "total", "balance"] = "both"
    frequency: Literal["M", "Q", "S", "A"] = "M"
    measure: Literal["level", "index", "growth"] = "level"
    base: Annotated[int, Field(ge=1900, le=2100)] | None = None
    log: bool = False
    prices: Literal["nominal", "real"] = "nominal"
    marks: Literal["landmarks", "all", "none"] = "landmarks"
    spans: bool = False
    summits: bool = False
    senders: Senders = ()
    types: Types = ()
    clock: ClockWord = Field(default=ClockWord.EFFECTIVE)
    source: Annotated[str, StringConstraints(pattern=r"^[a-z0-9_]{2,30}$")] | None = None
    start: Month | None = None
    end: Month | None = None
    known_on: date | None = None


@dataclass(frozen=True)
class Series:
    """One line's worth of figures: observed rows in `frame` (period, shown, …) and how to name and colour it."""

    partner: str
    flow: str
    frame: pl.DataFrame


def observe(store: Store, params: TradeParams, source: str | None) -> list[Series]:
    """The series asked for. `both` is two lines for one partner and the total for several, so that lines stay
    countable; where a source has one flow only, that flow is shown and named."""
    wanted: tuple[tuple[str, ...], ...] = ((params.flow,),)
    if params.flow == "both":
        wanted = (("export", "import"),) if len(params.partner) == 1 else (("total",), ("export",), ("import",))
    for flows in wanted:
        found = [
            Series(str(key[0]), flow, rows)
            for flow in flows
            for key, rows in _query(store, params, flow, source).group_by("partner", maintain_order=True)
        ]
        if found:
            order = {code: place for place, code in enumerate(params.partner)}
            return sorted(found, key=lambda item: (order[item.partner], item.flow))
    return []


def stored(frequency: str) -> Literal["M", "Q", "A"]:
    """The stored frequency behind a shown one: 12-month sums are made of months."""
    return "M" if frequency == "S" else frequency  # type: ignore[return-value]


def check_areas(params: TradeParams, names: dict[str, str]) -> None:
    """Raises NothingToShow, with the codes, when an area is unknown or no partner is chosen."""
    unknown = [code for code in (params.reporter, *params.partner) if code not in names]
    if unknown:
        raise NothingToShow(f"{words.listing(unknown)} is not an area of this store. Choose one from the list.")
    if not params.partner:
        raise NothingToShow("Choose at least one partner.")


def _query(store: Store, params: TradeParams, flow: str, source: str | None) -> pl.DataFrame:
    return legacy.series(
        store,
        reporter=params.reporter,
        partners=params.partner[:MOST_LINES],
        flow=flow,
        frequency=stored(params.frequency),
        source=source,
        known_on=params.known_on,
    )


def why_empty(store: Store, params: TradeParams, source: str | None, names: dict[str, str]) -> str:
    """One sentence on why a question has no figures, and what brings some."""
    who = f"{names[params.reporter]} with {words.listing([names[code] for code in params.partner])}"
    if source is None:
        every = FREQUENCY_WORDS[params.frequency]
        held = trade.coverage(store).filter(reporter=params.reporter)["source"]
        if params.source is None and set(held) & set(trade.ON_REQUEST):
            return (
                f"{names[params.reporter]} reports no {every} trade here but to UN Comtrade, which answers only when "
                "it is chosen as the source, for your own use."
            )
        return f"{names[params.reporter]} reports no {every} trade here. Choose another reporter."
    first = trade.first_known(store, reporter=params.reporter, source=source)
    if params.known_on is not None and first is not None and params.known_on < first:
        return (
            f"Nothing of this series was known to this store on {words.day(params.known_on)}: its first vintage is of "
            f"{words.day(first)}. Choose a later day."
        )
    return f"There are no {FREQUENCY_WORDS[params.frequency]} figures for {who} in this source. Choose another partner."


def currency_of(observed: Sequence[Series]) -> tuple[str, str]:
    """Euros where the source reports euros, dollars otherwise; a figure never mixes them."""
    if all(item.frame["value_eur"].null_count() == 0 for item in observed):
        return "EUR", "value_eur"
    return "$", "value_usd"


def measure(store: Store, params: TradeParams, observed: Sequence[Series], column: str) -> tuple[list[Series], str]:
    """Aggregate (done by the query), then 12-month sums, prices, index or growth: column `shown`."""
    price_basis = "current prices"
    out = []
    for item in observed:
        frame = item.frame.with_columns(pl.col(column).alias("level"))
        if params.frequency == "S":
            frame = transforms.rolling_sum(frame, value="level")
        if params.prices == "real":
            frame, price_basis = _real(store, frame, params.known_on)
        out.append(Series(item.partner, item.flow, frame))
    if params.measure == "level":
        return [
            Series(i.partner, i.flow, i.frame.with_columns(pl.col("level").alias("shown"))) for i in out
        ], price_basis
    if params.flow == "balance":
        raise NothingToShow("A balance has no index and no growth rate, since it changes sign. Choose “Level”.")
    frequency = stored(params.frequency)
    try:
        if params.measure == "index":
            base = params.base if params.base is not None else _first_full_year(out, frequency)
            return [
                Series(
                    i.partner,
                    i.flow,
                    transforms.index_to(i.frame, base=base, frequency=frequency, value="level").with_columns(
                        pl.col("index").alias("shown")
                    ),
                )
                for i in out
            ], f"{price_basis}, index {base} = 100"
        shown = (pl.col("growth") * 100).alias("shown")
        return [
            Series(i.partner, i.flow, transforms.growth(i.frame, value="level").with_columns(shown)) for i in out
        ], price_basis
    except AnalysisError as error:
        raise NothingToShow(str(error)) from error


def deflator(store: Store, known_on: date | None) -> pl.DataFrame:
    """US consumer prices by month, as known on the day that is asked for.

    Raises:
        NothingToShow: there were none yet.
    """
    cpi = macro.one_source(store, indicator="cpi_index", areas=["USA"], frequency="M", known_on=known_on)
    if cpi.is_empty():
        when = "" if known_on is None else f" as known on {words.day(known_on)}"
        raise NothingToShow(f"The deflator (US consumer prices) is not in the store{when}. Choose current prices.")
    return cpi


def _real(store: Store, frame: pl.DataFrame, known_on: date | None) -> tuple[pl.DataFrame, str]:
    cpi = deflator(store, known_on)
    last = cpi["period"].max()
    assert isinstance(last, date)
    base = last.year - 1 if cpi.filter(pl.col("period").dt.year() == last.year - 1).height == 12 else last.year - 2
    try:
        real = transforms.real(frame, cpi, base=base, name="US consumer prices (CPI-U)", value="level")
    except AnalysisError as error:
        raise NothingToShow(str(error)) from error
    return real, f"prices of {base}, deflated by US consumer prices (CPI-U)"


def _first_full_year(series: Sequence[Series], frequency: str) -> int:
    need = {"M": 12, "Q": 4, "A": 1}[frequency]
    years: set[int] | None = None
    for item in series:
        full = (
            item.frame.filter(~pl.col("is_partial") & (pl.col("level") > 0))
            .group_by(pl.col("period").dt.year().alias("year"))
            .len()
            .filter(pl.col("len") == need)["year"]
            .to_list()
        )
        years = set(full) if years is None else years & set(full)
    if not years:
        raise NothingToShow("The chosen partners have no complete year in common, so there is no base for an index.")
    return min(years)


def window(frame: pl.DataFrame, params: TradeParams) -> pl.DataFrame:
    """The rows between the reader's From and To; a part of a period stays only at the end of a level."""
    if params.start is not None:
        frame = frame.filter(pl.col("period") >= params.start)
    if params.end is not None:
        frame = frame.filter(pl.col("period") <= params.end)
    # A period that lacks months is kept only at the end of a level: it is drawn hollow and named by its months.
    last = frame["period"].max() if not frame.is_empty() else None
    keep = ~pl.col("is_partial") if params.measure != "level" else ~pl.col("is_partial") | (pl.col("period") == last)
    return frame.filter(keep).sort("period")


def with_gaps(frame: pl.DataFrame, frequency: str) -> pl.DataFrame:
    """Put a missing row where a period is missing, so that the line breaks there."""
    step = {"M": "1mo", "S": "1mo", "Q": "1q", "A": "1y"}[frequency]
    first, last = frame["period"].min(), frame["period"].max()
    every = pl.DataFrame({"period": pl.date_range(first, last, step, eager=True)})  # type: ignore[arg-type]
    return every.join(frame, on="period", how="left").sort("period")
