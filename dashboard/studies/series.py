"""A trade series: figures in one currency, one price basis and one frequency, that know where they come from.

Order of operations, everywhere: months in the reader's currency, **deflated** where constant prices are asked for,
then **summed** to quarters, years or 12 months, then cut to the reader's window. A sum over a month that is missing,
or that has no price index, is a gap. What a figure says about itself (last observation, editions, flags, rounding) is
read from the rows it holds, so it follows every cut.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise
from typing import Final, Literal

import polars as pl
from polars._typing import PolarsDataType

from dashboard import words
from dashboard.analysis.frames import PER_YEAR, STEP, month_of, ordinal_of
from dashboard.queries.trade import TradeFlowWord
from dashboard.studies import rounding

Currency = Literal["USD", "EUR"]
CurrencyChoice = Literal["reported", "USD"]
"""What a reader may ask for: the currency in which the source reports, or US dollars."""
Period = Literal["M", "Q", "S", "A"]
"""Months, quarters, 12-month sums (dated by their last month) or years."""

SIGNS = {"USD": "$", "EUR": "EUR"}
KEYS = ("partner", "flow")
COLUMNS: Final[Mapping[str, PolarsDataType]] = {
    "period": pl.Date,
    "reporter": pl.String,
    "partner": pl.String,
    "flow": pl.String,
    "product": pl.String,
    "value": pl.Float64,
    "nominal": pl.Float64,
    "value_usd": pl.Float64,
    "value_eur": pl.Float64,
    "is_estimate": pl.Boolean,
    "is_partial": pl.Boolean,
    "months": pl.Int32,
    "first_month": pl.Date,
    "last_month": pl.Date,
    "flag": pl.String,
    "rounding": pl.Float64,
    "source": pl.String,
    "basis": pl.String,
    "basis_title": pl.String,
    "valuation": pl.String,
    "releases": pl.List(pl.String),
    "known_from": pl.Date,
}
"""Columns of a series. `value` is in the series' currency and prices, `nominal` in current prices; `value_usd` and
`value_eur` are as published, in current prices. `rounding` is the width in which the figure may lie for being rounded
by its source (for a sum, the sum of the widths). `releases` are the editions of its months, oldest first."""


@dataclass(frozen=True)
class Prices:
    """Current prices (no base), or those of a base year by a named deflator.

    `bridged` are months whose index was never published and stands between its neighbours; `last_index` is the last
    month that has an index.
    """

    base: int | None = None
    deflator: str = ""
    source: str = ""
    releases: tuple[str, ...] = ()
    bridged: tuple[date, ...] = ()
    last_index: date | None = None

    @property
    def is_real(self) -> bool:
        """Whether figures are in constant prices."""
        return self.base is not None

    def words(self) -> str:
        """ "current prices", or "prices of 2025, deflated by US consumer prices (CPI-U)"."""
        return f"prices of {self.base}, deflated by {self.deflator}" if self.is_real else "current prices"


NOMINAL = Prices()


@dataclass(frozen=True, eq=False)
class TradeSeries:
    """Goods trade of one reporter with some partners: rows of `COLUMNS`, sorted by partner, flow and period.

    `why_empty` says in a sentence why there are no rows, and what brings some; it is empty when there are rows.
    """

    frame: pl.DataFrame
    currency: Currency
    prices: Prices
    frequency: Period
    why_empty: str = ""

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to show."""
        return self.frame.is_empty()

    @property
    def sign(self) -> str:
        """The currency as a sentence writes it before an amount: "$", "EUR"."""
        return SIGNS[self.currency]

    @property
    def last_month(self) -> date:
        """The last month of the newest row: a year or a 12-month sum ends with it."""
        return self.frame["last_month"].max()  # type: ignore[return-value]

    @property
    def partners(self) -> tuple[str, ...]:
        """Partners with rows, in the order of the rows."""
        return tuple(self.frame["partner"].unique(maintain_order=True))

    @property
    def flows(self) -> tuple[str, ...]:
        """Flows with rows, in the order of the rows."""
        return tuple(self.frame["flow"].unique(maintain_order=True))

    @property
    def partner(self) -> str:
        """The partner of a line."""
        return self.partners[0]

    @property
    def flow(self) -> TradeFlowWord:
        """The flow of a line."""
        flow: TradeFlowWord = self.frame["flow"][0]
        return flow

    @property
    def sources(self) -> tuple[str, ...]:
        """Statistical sources of the rows; one, unless series of several reporters were laid together."""
        return tuple(self.frame["source"].unique().sort())

    @property
    def releases(self) -> tuple[str, ...]:
        """Every edition that the rows rest on."""
        return tuple(self.frame["releases"].explode().drop_nulls().unique().sort())

    @property
    def price_sources(self) -> tuple[str, ...]:
        """The source of the deflator, when there is one."""
        return (self.prices.source,) if self.prices.is_real else ()

    @property
    def flagged(self) -> pl.DataFrame:
        """The rows that their source or we mark as doubtful."""
        return self.frame.filter(pl.col("flag").is_not_null())

    @property
    def mixes_editions(self) -> bool:
        """Whether a figure is made of months from several editions."""
        return bool((self.frame["releases"].list.len() > 1).any())

    def money(self, value: float | None) -> str:
        """An amount in words, in the currency of the series."""
        return words.money(value, self.sign)

    def amount(self, value: float | None, width: float | None) -> str:
        """An amount of a row in words, by the width of its rounding: "less than $50,000" where that hides it."""
        return rounding.amount(value, width, self.sign)

    def with_rows(self, frame: pl.DataFrame) -> TradeSeries:
        """The same series with other rows of the same columns."""
        return replace(self, frame=frame)

    def where(self, *predicates: pl.Expr) -> TradeSeries:
        """The rows that fit."""
        return self.with_rows(self.frame.filter(*predicates))

    def one(self, partner: str, flow: str | None = None) -> TradeSeries:
        """The line of one partner, and of one flow where several are held."""
        return self.where(pl.col("partner") == partner, *([] if flow is None else [pl.col("flow") == flow]))

    def between(self, start: date | None, end: date | None) -> TradeSeries:
        """Periods from `start` to `end`, both included; None leaves that side open."""
        wanted = [pl.col("period") >= start] if start is not None else []
        wanted += [pl.col("period") <= end] if end is not None else []
        return self.where(*wanted) if wanted else self

    def whole(self) -> TradeSeries:
        """Without periods that lack months: a part is never compared as a whole."""
        return self.where(~pl.col("is_partial"))

    def trusted(self) -> TradeSeries:
        """Without flagged figures, which carry no superlative and no percentage."""
        return self.where(pl.col("flag").is_null())

    def lines(self) -> list[TradeSeries]:
        """One series for each partner and flow, in the order of the rows."""
        parts = self.frame.partition_by(list(KEYS), maintain_order=True)
        return [self.with_rows(part) for part in parts]

    def gaps(self) -> list[tuple[date, date]]:
        """Runs of missing periods inside one line, as (first month, last month) without a figure.

        Raises:
            ValueError: the series holds several lines.
        """
        if len(set(self.frame.select(KEYS).iter_rows())) > 1:
            raise ValueError("gaps are those of one line")
        step = {"Q": 3, "A": 12}.get(self.frequency, 1)
        at = [ordinal_of(day) for day in self.frame["period"]]
        return [(month_of(one + step), month_of(other - 1)) for one, other in pairwise(at) if other - one > step]

    def table(self) -> pl.DataFrame:
        """The rows as a reader's table holds them: `currency` and `value` in the series' prices, the same once more in
        `value_usd` (dollars or nothing) and, for euros, `value_eur`; `price_basis`, `flag`, and in `release` the
        edition, or that a sum holds months of several."""
        release = [edition_words(releases) for releases in self.frame["releases"].to_list()]
        return self.frame.with_columns(
            pl.lit(self.currency).alias("currency"),
            pl.lit(self.prices.words()).alias("price_basis"),
            (pl.col("value") if self.currency == "USD" else pl.lit(None, dtype=pl.Float64)).alias("value_usd"),
            (pl.col("value") if self.currency == "EUR" else pl.lit(None, dtype=pl.Float64)).alias("value_eur"),
            pl.Series("release", release, dtype=pl.String),
        ).drop("releases", "nominal", "basis_title", *(["value_eur"] if self.currency != "EUR" else []))

    def summed(self, frequency: Period) -> TradeSeries:
        """Months as quarters, years or 12-month sums; other frequencies stay as they are when they are asked for.

        A quarter or year that lacks months is_partial and says which it holds. Only complete 12-month sums exist.

        Raises:
            ValueError: figures by quarter or year cannot become another frequency.
        """
        if frequency == self.frequency:
            return self
        if self.frequency != "M":
            raise ValueError(f"figures of frequency {self.frequency} cannot be summed to {frequency}")
        frame = _trailing(self.frame) if frequency == "S" else _calendar(self.frame, frequency)
        return replace(self, frame=frame, frequency=frequency)


_SUMMED = ("value", "nominal", "value_usd", "value_eur", "rounding")


def _calendar(months: pl.DataFrame, frequency: Literal["Q", "A"] | str) -> pl.DataFrame:
    """Months summed to quarters or years."""
    step = {"Q": "1q", "A": "1y"}[frequency]
    every = STEP[frequency]
    kept = ("reporter", "product", "source")
    return (
        months.group_by(*KEYS, pl.col("period").dt.truncate(step), maintain_order=True)
        .agg(
            *(pl.col(name).first() for name in kept),
            *(_whole_sum(name) for name in _SUMMED),
            pl.col("is_estimate").any(),
            (pl.len() < every).alias("is_partial"),
            pl.len().cast(pl.Int32).alias("months"),
            pl.col("first_month").min(),
            pl.col("last_month").max(),
            _joined("flag", "; "),
            pl.col("basis").max(),
            pl.col("basis_title").max(),
            pl.col("valuation").max(),
            pl.col("releases").explode().drop_nulls().unique().sort(),
            pl.col("known_from").max(),
        )
        .select(list(COLUMNS))
        .sort(*KEYS, "period")
    )


def _whole_sum(name: str) -> pl.Expr:
    """The sum, or nothing when a part is not there: euros exist only where every month has euros."""
    return pl.when(pl.col(name).null_count() == 0).then(pl.col(name).sum()).alias(name)


def _joined(name: str, between: str) -> pl.Expr:
    """The different words of a group in one text; nothing when there are none."""
    found = pl.col(name).drop_nulls().unique().sort()
    return pl.when(found.len() > 0).then(found.str.join(between)).alias(name)


def _trailing(months: pl.DataFrame) -> pl.DataFrame:
    """S_t = x_(t−11) + … + x_t, dated by its last month; a missing month takes out every window that would hold it.

    Exact re-additions, so a window of zeros is exactly zero.
    """
    lags = range(PER_YEAR["M"])

    def lagged(name: str) -> list[pl.Expr]:
        return [pl.col(name).shift(lag) for lag in lags]

    at = pl.col("period").dt.year().cast(pl.Int32) * 12 + pl.col("period").dt.month().cast(pl.Int32)
    group = pl.struct(KEYS).rle_id()
    numbered = months.sort(*KEYS, "period").with_columns(at.alias("_at"), group.alias("_group"))
    complete = (pl.col("_at") - pl.col("_at").shift(11) == 11) & (pl.col("_group") == pl.col("_group").shift(11))
    # A flag anywhere in the window marks the sum; flags are rare, so the text is that of the newest flagged month.
    flag = pl.coalesce(lagged("flag"))
    return (
        numbered.with_columns(
            *(pl.sum_horizontal(lagged(name), ignore_nulls=False).alias(name) for name in _SUMMED),
            pl.any_horizontal(lagged("is_estimate")).alias("is_estimate"),
            flag.alias("flag"),
            pl.lit(12, dtype=pl.Int32).alias("months"),
            pl.col("first_month").shift(11),
            pl.max_horizontal(lagged("known_from")).alias("known_from"),
            pl.concat_list(lagged("releases")).list.unique().list.sort().alias("releases"),
            complete.alias("_complete"),
        )
        .filter(pl.col("_complete"))
        .select(list(COLUMNS))
    )


def together(series: Sequence[TradeSeries]) -> TradeSeries:
    """Several series of one currency, price basis and frequency as one, for a passport or a table over all of them.

    Raises:
        ValueError: they differ in unit, or there are none.
    """
    units = {(one.currency, one.prices, one.frequency) for one in series}
    if len(units) != 1:
        raise ValueError("series of different units are not laid together")
    first, *_ = series
    return first.with_rows(pl.concat([one.frame for one in series]))


def edition_words(releases: Sequence[str]) -> str:
    """The `release` column of a table: the edition, or that the sum holds months of several."""
    if len(releases) < 2:
        return "".join(releases)
    return f"months from {words.small_count(len(releases))} editions: {', '.join(releases)}"
