"""Real values: money in the prices of a base period, by a named deflator.

    real_t = nominal_t · D_base / D_t

A price index of everything a household buys is not one of traded goods, and unit values overstate price change: the
choice of deflator is the reader's and is printed.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import polars as pl

from dashboard import words
from dashboard.analysis.errors import AnalysisError
from dashboard.analysis.frames import NAMES, STEP, Frequency, base_values, frequency_of, prepare


def bridge(prices: pl.DataFrame, index: str, longest: int) -> pl.DataFrame:
    """Monthly prices with gaps of at most `longest` months filled at a constant rate between their neighbours.

    Adds `_bridged`. Longer gaps, and months before the first or after the last price, stay gaps.
    """
    first, last = prices["period"].min(), prices["period"].max()
    if longest < 1 or not isinstance(first, date) or not isinstance(last, date):
        return prices.with_columns(pl.lit(False).alias("_bridged"))
    every = pl.DataFrame({"period": pl.date_range(first, last, "1mo", eager=True)})
    run = pl.col(index).is_null()
    return (
        every.join(prices, on="period", how="left")
        .sort("period")
        .with_columns(run.alias("_bridged"), run.rle_id().alias("_run"))
        .with_columns(pl.len().over("_run").alias("_length"), pl.col(index).log().interpolate().exp().alias("_filled"))
        .filter(~pl.col("_bridged") | (pl.col("_length") <= longest))
        .with_columns(pl.when(pl.col("_bridged")).then(pl.col("_filled")).otherwise(pl.col(index)).alias(index))
        .select("period", index, "_bridged")
    )


def _coarser(prices: pl.DataFrame, index: str, flow_kind: Frequency, price_kind: Frequency, name: str) -> pl.DataFrame:
    """The price index at the frequency of the flows: means over complete quarters or years."""
    if flow_kind == price_kind:
        return prices
    if STEP[flow_kind] < STEP[price_kind]:
        raise AnalysisError(f"{name} is given by {NAMES[price_kind]} and cannot deflate values by {NAMES[flow_kind]}.")
    return (
        prices.group_by(pl.col("period").dt.truncate("1y" if flow_kind == "A" else "1q"))
        .agg(pl.col(index).mean(), pl.col("_bridged").any(), pl.len().alias("_n"))
        .filter(pl.col("_n") == STEP[flow_kind] // STEP[price_kind])
        .drop("_n")
    )


def real(
    flows: pl.DataFrame,
    deflator: pl.DataFrame,
    *,
    base: date | int,
    name: str,
    by: Sequence[str] = (),
    value: str = "value_usd",
    index: str = "value",
    bridge_months: int = 0,
) -> pl.DataFrame:
    """Values in the prices of a base period: real_t = nominal_t · D_base / D_t.

    `deflator` holds `period` and a price index in column `index`, monthly or at the frequency of the flows; a monthly
    one is averaged over complete years for annual flows. `base` is a period or a year (its mean). The nominal value
    stays beside it in `nominal_usd`, and `price_basis` names base and deflator ("2024 prices, US CPI-U").

    Periods without a deflator are gaps. One month that was never published (US CPI of October 2025) would so take out
    twelve 12-month sums: with `bridge_months=1` such a single month is filled between its neighbours, its values are
    marked `is_estimate`, and `price_basis` says which months were filled.
    """
    frame = prepare(flows, by=by, value=value)
    factors = price_factors(
        deflator, base=base, name=name, frequency=frequency_of(frame), index=index, bridge_months=bridge_months
    )
    joined = frame.join(factors, on="period", how="inner")
    basis = f"{base if isinstance(base, int) else words.period(base, frequency_of(frame))} prices, {name}"
    if joined["bridged"].any():
        months = bridge(prepare(deflator, value=index, what="deflator").select("period", index), index, bridge_months)
        filled = months.filter(pl.col("_bridged"))["period"].to_list()
        basis += f" ({words.listing([words.month(when) for when in filled])} filled in)"
        before = pl.col("is_estimate") if "is_estimate" in joined.columns else pl.lit(False)
        joined = joined.with_columns((before | pl.col("bridged")).alias("is_estimate"))
    return (
        joined.with_columns(
            pl.col(value).alias("nominal_usd"),
            (pl.col(value) * pl.col("factor")).alias(value),
            pl.lit(basis).alias("price_basis"),
        )
        .drop("factor", "bridged")
        .sort([*by, "period"])
    )


def price_factors(
    deflator: pl.DataFrame,
    *,
    base: date | int,
    name: str,
    frequency: Frequency,
    index: str = "value",
    bridge_months: int = 0,
) -> pl.DataFrame:
    """What a nominal value of each period is multiplied by: D_base / D_t.

    Returns `period`, `factor` and `bridged` (the index, or a month of it, stands between its neighbours); a period
    without an index has no row. Raises `AnalysisError` when the base is incomplete or the index is not above zero.
    """
    prices = prepare(deflator, value=index, what="deflator")
    price_kind = frequency_of(prices, "deflator")
    if (prices[index] <= 0).any():
        raise AnalysisError(f"{name} holds values that are not above zero, so it cannot deflate anything.")
    filled = bridge(prices.select("period", index), index, bridge_months if price_kind == "M" else 0)
    used = _coarser(filled, index, frequency, price_kind, name)
    at_base = base_values(used, base, frequency, (), index)
    if at_base.is_empty():
        shown = str(base) if isinstance(base, int) else words.period(base, frequency)
        raise AnalysisError(f"{name} has no complete figure for the base {shown}; choose another base.")
    level = at_base["_base"].item()
    return used.select("period", (level / pl.col(index)).alias("factor"), pl.col("_bridged").alias("bridged"))
