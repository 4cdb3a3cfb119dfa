"""The names of economic series, once for all figures, cards and sentences."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

INDICATORS: Mapping[str, str] = MappingProxyType(
    {
        "gdp_usd": "GDP in dollars",
        "gdp_growth": "Real GDP growth",
        "gdp_constant_usd": "GDP at constant prices",
        "gdp_volume_meur": "Quarterly real GDP",
        "gdp_deflator_growth": "GDP deflator",
        "cpi_index": "Consumer prices",
        "cpi_inflation": "Consumer price inflation",
        "population": "Population",
        "brent_usd_per_barrel": "Brent",
        "merch_exports_usd": "Goods exports",
        "merch_imports_usd": "Goods imports",
        "rub_per_usd": "Roubles per dollar",
        "fuel_exports_share": "Share of fuels in exports",
        "fx_lcu_per_usd": "Exchange rate",
        "military_share": "Military spending",
        "current_account_usd": "Current account",
        "gdp_per_capita_usd": "GDP per head",
        "gdp_per_capita_growth": "Growth of GDP per head",
        "resource_rents_share": "Resource rents",
        "exports_gdp_share": "Exports in % of GDP",
        "imports_gdp_share": "Imports in % of GDP",
        "usd_per_eur": "Dollars per euro",
    }
)
"""Series as a reader knows them; others are called by the name of the series."""

UNITS: Mapping[str, str] = MappingProxyType(
    {
        "brent_usd_per_barrel": "$ per barrel",
        "fx_lcu_per_usd": "yearly average, official rate",
        "rub_per_usd": "roubles",
        "cpi_inflation": "% on the year before",
        "gdp_deflator_growth": "% on the year before",
    }
)
"""What a value of a price or rate is in, as the head of a panel says it."""

_KEEP = ("GDP", "Brent")


def name(indicator: str) -> str:
    """The name at the head of a line: "Real GDP growth"; a series without one is called by its own name."""
    return INDICATORS.get(indicator, indicator.replace("_", " "))


def in_sentence(indicator: str) -> str:
    """The name within a sentence: "real GDP growth", "GDP in dollars"."""
    found = name(indicator)
    return found if found.startswith(_KEEP) else found[:1].lower() + found[1:]


def unit(indicator: str) -> str:
    """What a value is in, "$ per barrel"; nothing where the name says it."""
    return UNITS.get(indicator, "")
