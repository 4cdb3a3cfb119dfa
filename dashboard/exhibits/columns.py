"""How the columns that tables of trade share are named and printed."""

from __future__ import annotations

from collections.abc import Mapping

from dashboard.exhibits.base import Column

TRADE: Mapping[str, Column] = {
    "period": Column("Period"),
    "label": Column("Period in words"),
    "reporter": Column("Reporter code"),
    "partner": Column("Partner code"),
    "partner_name": Column("Partner"),
    "flow": Column("Flow"),
    "currency": Column("Currency"),
    "price_basis": Column("Prices"),
    "value": Column("Value", "%.0f"),
    "value_usd": Column("Value, US dollars", "%.0f"),
    "value_eur": Column("Value, euros", "%.0f"),
    "rounding": Column("Width of rounding, in the currency", "%.0f"),
    "index": Column("Index", "%.1f"),
    "growth_pct": Column("Change on a year before, percent", "%.1f"),
    "growth_low_pct": Column("Lowest change that rounding allows, percent", "%.1f"),
    "growth_high_pct": Column("Highest change that rounding allows, percent", "%.1f"),
    "is_estimate": Column("Estimate"),
    "is_partial": Column("Part of a period"),
    "flag": Column("Doubt"),
    "source": Column("Source"),
    "release": Column("Vintage"),
    "known_from": Column("Known from"),
}
"""By column; a table takes those that it holds."""
