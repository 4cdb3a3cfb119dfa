"""A store of five economies made by hand.

Aland (AAA) has growth from 2010 to 2025 and everything else; Borduria (BBB) ends in 2016; Cordia (CCC) is told by the
IMF alone; Drakmar (DDD) by nobody; the Netherlands (NLD) lack 2021. The World Bank's edition is of 1 Jul 2026, its
constant dollars of 31 May 2026 end in 2024; the IMF's is of 14 Oct 2025, and its 2024 may be an estimate.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from pipelines.store import Store
from tests.dashboard import tiny

BANK, FUND = date(2026, 7, 1), date(2025, 10, 14)
GROWTH = dict.fromkeys(range(2010, 2022), 2.0) | {2022: -10.0, 2023: 1.0, 2024: 3.0, 2025: 5.0}
CODES = ("AAA", "BBB", "CCC", "DDD", "NLD")


def build() -> Store:
    """The store, in memory."""
    return tiny.store(
        macro=[*_bank(), *_fund(), *_dated()],
        trade_flow=_trade(),
        area=[{"area": code, "name": tiny.NAMES[code], "area_kind": "country"} for code in (*CODES, "USA", "RUS")],
    )


def _bank() -> list[dict[str, Any]]:
    fund = {"indicator": "gdp_constant_usd", "release": "worldbank-2026-05", "known_from": date(2026, 5, 31)}
    levels = {year: 100.0 + year - 2010 for year in range(2009, 2025)}
    dollars = dict.fromkeys(range(2010, 2026), 1000000000000.0)
    return [
        *tiny.macro("AAA", GROWTH),
        *tiny.macro("BBB", dict.fromkeys(range(2010, 2017), 1.0)),
        *tiny.macro("NLD", dict.fromkeys([*range(2010, 2021), 2022, 2023], 1.5)),
        *tiny.macro("AAA", levels, unit="constant 2015 USD", **fund),
        *tiny.macro("AAA", dict.fromkeys(range(2010, 2026), 4.0), indicator="cpi_inflation"),
        *tiny.macro("AAA", dollars, indicator="gdp_usd", unit="USD"),
    ]


def _fund() -> list[dict[str, Any]]:
    of = {"source": "imf_weo", "release": "imf_weo-2025-10", "known_from": FUND}
    rows = [
        *tiny.macro("AAA", {year: GROWTH[year] for year in range(2010, 2025)}, **of),
        *tiny.macro("CCC", dict.fromkeys(range(2015, 2025), 3.0), **of),
        *tiny.macro("AAA", dict.fromkeys(range(2010, 2025), 2e12), indicator="gdp_usd", unit="USD", **of),
    ]
    return [row | {"flag": "may_be_estimate"} if row["period"].year == 2024 else row for row in rows]


def _dated() -> list[dict[str, Any]]:
    """Forecasts of Aland: one from before the event, one after it with a range, a first estimate and a revision."""

    def told(
        values: dict[int, float], key: str, day: date, flag: str = "forecast", **more: Any
    ) -> list[dict[str, Any]]:
        given = {"source": "imf_weo", "release": key, "known_from": day, "flag": flag} | more
        return tiny.macro("AAA", values, is_forecast=flag == "forecast", **given)

    spring = ("cbr-2022-04", date(2022, 4, 29))
    return [
        *told({2022: 3.0, 2023: 2.0}, "imf_weo-2022-01", date(2022, 1, 31)),
        *told({2022: -12.0}, "imf_weo-2022-04", date(2022, 4, 19)),
        *told({2022: -14.0}, *spring, indicator="gdp_growth_low", source="cbr"),
        *told({2022: 4.5}, *spring, indicator="gdp_growth_high", source="cbr"),
        *told({2022: -9.0}, "imf_weo-2023-04", date(2023, 4, 11), "first_estimate"),
        *told({2022: -9.5}, "imf_weo-2024-04", date(2024, 4, 16), "revised"),
    ]


def _trade() -> list[dict[str, Any]]:
    """Aland's years with the United States and the Netherlands, the latter without 2021; US months with Cordia."""
    own = {"reporter": "AAA", "source": "imf_imts", "frequency": "A", "release": "imts-2026-05"}
    own |= {"known_from": date(2026, 5, 31)}
    years = {year: {date(year, 1, 1): 1e9 * (year - 2000)} for year in range(2018, 2025)}
    rows = []
    for flow in ("export", "import"):
        for year, values in years.items():
            estimate = {"is_estimate": year >= 2022}
            rows += tiny.months(values, flow=flow, partner="USA", **own, **estimate)
            if year != 2021:
                rows += tiny.months(values, flow=flow, partner="NLD", **own, **estimate)
        for year in (2022, 2023, 2024):
            rows += tiny.months(tiny.year_of(year, [1e6] * 12), flow=flow, partner="CCC")
            rows += tiny.months(tiny.year_of(year, [2e6] * 12), flow=flow, partner="AAA")
    return rows
