"""Constant prices: months of a series in the prices of a base year, by prices of the series' own currency.

    real_t = nominal_t · D_base / D_t          D_base: mean of the base year's twelve months

Months are deflated before they are summed. A month without an index has no real value and is a gap, except a single
month between two published ones (US consumer prices of October 2025 were never published): its index is interpolated at
a constant rate, and its figures are marked as estimates.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

import polars as pl

from dashboard import words
from dashboard.analysis.errors import AnalysisError
from dashboard.analysis.prices import bridge, price_factors
from dashboard.queries import macro
from dashboard.studies.series import COLUMNS, Currency, Prices, TradeSeries
from pipelines.store import Store

LONGEST_BRIDGE_MONTHS = 1


@dataclass(frozen=True, eq=False)
class Deflator:
    """A monthly price index of one currency: `frame` has period and value (index), sorted; `name` in words."""

    frame: pl.DataFrame
    currency: Currency
    name: str
    source: str
    releases: tuple[str, ...] = ()
    known_on: date | None = None

    @property
    def base(self) -> int | None:
        """The last year with all twelve months (a single missing one is bridged); None without a whole year."""
        held = bridge(self.frame, "value", LONGEST_BRIDGE_MONTHS)
        years = held.group_by(pl.col("period").dt.year().alias("year")).len().filter(pl.col("len") == 12)
        published = self.frame.group_by(pl.col("period").dt.year().alias("year")).len().filter(pl.col("len") == 12)
        return max(published["year"].to_list() or years["year"].to_list(), default=None)


def us_consumer_prices(store: Store, known_on: date | None = None) -> Deflator:
    """The deflator of US dollars as known on a day; without rows when there was none."""
    rows = macro.one_source(store, indicator="cpi_index", areas=["USA"], frequency="M", known_on=known_on)
    rows = rows.sort("period", "known_from").unique("period", keep="last", maintain_order=True)
    return Deflator(
        frame=rows.select("period", "value"),
        currency="USD",
        name="US consumer prices (CPI-U)",
        source=rows["source"][0] if rows.height else "bls_cpi",
        releases=tuple(rows["release"].drop_nulls().unique().sort()),
        known_on=known_on,
    )


def deflate(series: TradeSeries, deflator: Deflator, *, base: int | None = None) -> TradeSeries:
    """The series in constant prices: months by the month's index, years by the mean of the year's twelve.

    Args:
        base: the year whose prices are used; the deflator's last whole year when None.

    Raises:
        AnalysisError: the deflator is of another currency, holds no whole year, or lacks the base; or the series is in
            constant prices or summed already.
    """
    if series.currency != deflator.currency:
        raise AnalysisError(
            f"Figures in {_CURRENCY_WORDS[series.currency]} are not deflated by {deflator.name}, which are prices in "
            f"{_CURRENCY_WORDS[deflator.currency]}: choose US dollars, or current prices."
        )
    if series.prices.is_real or series.frequency in ("Q", "S"):
        raise AnalysisError("Months are deflated first and summed afterwards.")
    if deflator.frame.is_empty():
        if deflator.known_on is not None:
            raise AnalysisError(
                f"No deflator ({deflator.name}) was known to this store on {words.day(deflator.known_on)}. Choose a "
                "later day, or current prices."
            )
        raise AnalysisError(f"The deflator ({deflator.name}) is not in the store. Choose current prices.")
    year = deflator.base if base is None else base
    if year is None:
        raise AnalysisError(f"{deflator.name} has no year with twelve months. Choose current prices.")
    kind: Literal["M", "A"] = "A" if series.frequency == "A" else "M"
    factors = price_factors(
        deflator.frame, base=year, name=deflator.name, frequency=kind, bridge_months=LONGEST_BRIDGE_MONTHS
    )
    real = (
        series.frame.join(factors, on="period", how="inner", maintain_order="left")
        .with_columns(
            pl.col("value") * pl.col("factor"),
            pl.col("rounding") * pl.col("factor"),
            pl.col("is_estimate") | pl.col("bridged"),
        )
        .select(list(COLUMNS))
    )
    prices = Prices(
        base=year,
        deflator=deflator.name,
        source=deflator.source,
        releases=deflator.releases,
        bridged=tuple(factors.filter(pl.col("bridged"))["period"]) if kind == "M" else (),
        last_index=deflator.frame["period"].max(),  # type: ignore[arg-type]
    )
    lost = "" if real.height or series.is_empty else f"No month of these figures has a price index ({deflator.name})."
    return replace(series, frame=real, prices=prices, why_empty=series.why_empty or lost)


_CURRENCY_WORDS = {"USD": "US dollars", "EUR": "euros"}


def index_words(prices: Prices, shown: Sequence[date]) -> str:
    """One sentence on months without an index among those shown: bridged or missing. Empty when all have one."""
    if not prices.is_real or not shown:
        return ""
    filled = [words.month(day) for day in prices.bridged if min(shown) <= day <= max(shown)]
    if not filled:
        return ""
    return (
        f"No price index was published for {words.listing(filled)}; it is interpolated between its neighbours, and "
        "figures that hold that month are marked as estimates."
    )
