"""Trade series made by hand: months or years of one pair, all else as a plain source gives it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import polars as pl

from dashboard.analysis.frames import STEP, month_of, ordinal_of
from dashboard.studies.deflate import Deflator
from dashboard.studies.series import COLUMNS, NOMINAL, Currency, Period, TradeSeries


def series(
    values: Mapping[date, float],
    *,
    partner: str = "RUS",
    flow: str = "export",
    currency: Currency = "USD",
    frequency: Period = "M",
    flags: Mapping[date, str] | None = None,
    releases: Mapping[date, Sequence[str]] | None = None,
    rounding: float = 1.0,
    **more: Any,
) -> TradeSeries:
    """Values by first day of the period. What was printed, in dollars and in euros differs from them, so that no study
    takes one for the other unnoticed."""
    months = STEP.get(frequency, 1)
    rows = [
        {
            "period": day,
            "reporter": "USA",
            "partner": partner,
            "flow": flow,
            "product": "TOTAL",
            "value": float(value),
            "nominal": 3 * float(value),
            "value_usd": 7 * float(value),
            "value_eur": 5 * float(value) if currency == "EUR" else None,
            "is_estimate": False,
            "is_partial": False,
            "months": months,
            "first_month": day,
            "last_month": month_of(ordinal_of(day) + months - 1),
            "flag": (flags or {}).get(day),
            "rounding": rounding,
            "source": "census",
            "basis": "census",
            "basis_title": "Census basis",
            "valuation": "fas",
            "releases": list((releases or {}).get(day, ["census-2025-10"])),
            "known_from": date(2025, 10, 31),
            **more,
        }
        for day, value in sorted(values.items())
    ]
    return TradeSeries(pl.DataFrame(rows, schema=dict(COLUMNS)), currency, NOMINAL, frequency)


def months(first: date, values: Sequence[float | None]) -> dict[date, float]:
    """Values month by month from a first one; None is a month without a figure."""
    at = ordinal_of(first)
    return {month_of(at + place): value for place, value in enumerate(values) if value is not None}


def deflator(first: date, index: Sequence[float | None], *, currency: Currency = "USD") -> Deflator:
    """A monthly price index from a first month."""
    held = months(first, index)
    frame = pl.DataFrame(
        {"period": list(held), "value": list(held.values())}, schema={"period": pl.Date, "value": pl.Float64}
    )
    return Deflator(frame, currency, "prices of a test", "bls_cpi", ("bls_cpi-2026-06",))
