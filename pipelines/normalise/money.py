"""One currency beside another: euros into dollars."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import polars as pl

from pipelines.errors import ParseError
from pipelines.schema.terms import Frequency

RATE = "usd_per_eur"
"""Indicator with the monthly mean of the ECB's reference rate, dollars per euro."""


def eur_to_usd(frame: pl.DataFrame, rates: pl.DataFrame) -> pl.DataFrame:
    """Fill `value_usd` from `value_eur` times the month's mean ECB rate; rows that have dollars stay as they are.

    Rounded to whole dollars. `rounding_usd` of the rows is taken as it comes: it is the rounding of the euro value.
    What this does not mend: a month's mean is not the rate of the day a good crossed the border.

    Args:
        frame: trade rows with `period`, `frequency`, `value_usd`, `value_eur`.
        rates: macro rows; those of `usd_per_eur` by month are used, the newest vintage of each.

    Raises:
        ParseError: a row has neither value, or its month has no rate.
    """
    monthly = (
        rates.filter(pl.col("indicator") == RATE, pl.col("frequency") == Frequency.MONTH.value)
        .sort("known_from")
        .group_by("period", "frequency")
        .agg(pl.col("value").last().alias("usd_per_eur"))
    )
    lacking = frame.filter(pl.col("value_usd").is_null())
    if lacking.is_empty():
        return frame
    neither = lacking.filter(pl.col("value_eur").is_null())
    if not neither.is_empty():
        raise ParseError(
            f"{neither.height:,} trade rows have neither dollars nor euros, the first of them {_row(neither)}."
        )
    no_rate = lacking.join(monthly, on=["period", "frequency"], how="anti").sort("period")
    if not no_rate.is_empty():
        raise ParseError(f"There is no dollar rate of the euro for {_row(no_rate)}.")
    priced = lacking.join(monthly, on=["period", "frequency"], maintain_order="left")
    dollars = (priced["value_eur"] * priced["usd_per_eur"]).round(0)
    value = frame["value_usd"]
    return frame.with_columns(value.scatter(value.is_null().arg_true(), dollars))


def without_rate(frame: pl.DataFrame, macro: Sequence[pl.DataFrame]) -> date | None:
    """The first month of the frame's euros for which none of these macro rows has a dollar rate; None when all have."""
    known = [
        rows.filter(pl.col("indicator") == RATE, pl.col("frequency") == Frequency.MONTH.value).select(
            "period", "frequency"
        )
        for rows in macro
    ]
    lacking = frame.filter(pl.col("value_usd").is_null())
    if known:
        lacking = lacking.join(pl.concat(known), on=["period", "frequency"], how="anti")
    first_month = lacking["period"].min()
    return first_month if isinstance(first_month, date) else None


def _row(rows: pl.DataFrame) -> str:
    row = rows.row(0, named=True)
    return f"{row['reporter']}–{row['partner']} {row['flow']} {row['period']:%Y-%m} ({row['source']})"
