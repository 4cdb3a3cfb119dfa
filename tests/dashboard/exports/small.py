"""A small exhibit made by hand, with everything that makes exports stumble."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import polars as pl

from dashboard.exhibits.base import Card, Column, Exhibit, Passport
from dashboard.figures.lines import Line, time_lines
from dashboard.figures.marks import NOT_A_CAUSE, Mark, group
from dashboard.figures.theme import LIGHT
from dashboard.params import Params

TITLE = "Exports of Ruritania <b>fell</b> & rose"
MONTHS = [date(2020 + month // 12, month % 12 + 1, 1) for month in range(60)]


class SmallParams(Params):
    reporter: str = "USA"
    log: bool = False


def passport(**changes: Any) -> Passport:
    made = Passport(
        source="Statistics Office of Ruritania, Trade by month",
        series="Goods exports",
        basis="Census basis",
        valuation="exports f.a.s.",
        unit="$ billion",
        last_observation="Dec 2024",
        vintage="ruritania-2025-01 (published Jan 2025)",
        licence="Public domain",
        credit="Made for tests.",
        source_url="https://example.org/trade",
        build_id="20250131-120000-0a1b2c3d",
        view="/trade?reporter=USA",
        cannot_show="Services are not in it.",
    )
    return replace(made, **changes)


def exhibit(marks: int = 6, **changes: Any) -> Exhibit:
    values = [2.0 + (month % 12) / 10 for month in range(60)]
    dated = [
        Mark(f"m{n}", date(2020 + n % 5, 1 + n % 12, 1 + n % 27), f"Act {n} <i>limits</i> sales & services",
             "US" if n % 2 else "EU", reference="https://example.org/act", instrument=f"Act {n}")
        for n in range(marks)
    ]  # fmt: skip
    flags = group(dated, MONTHS[0], MONTHS[-1])
    lines = [
        Line("Exports of a long name", MONTHS, values, LIGHT.exports),
        Line("Imports", MONTHS, [v - 0.05 for v in values], LIGHT.imports),
    ]
    data = pl.DataFrame(
        {
            "period": MONTHS,
            "value_usd": [value * 1e9 for value in values],
            "share_pct": [None, float("nan"), *values[2:]],
            "note": ["=1+1", "+x", "-2", "@a", "\tb", "#c", "a,b", 'q"q', None, "line\nbreak", *["plain"] * 50],
            "is_estimate": [False] * 60,
        }
    )
    made = Exhibit(
        id="small",
        title=TITLE,
        subtitle="$ billion a month, Census basis, not seasonally adjusted",
        figure=time_lines(lines, unit="$ billion", style=LIGHT, flags=flags),
        data=data,
        alt="Line figure: exports and imports between 2.0 and 3.1 $ billion.",
        passport=passport(),
        params=SmallParams(log=True),
        answer="Exports were $3.10 billion in Dec 2024.",
        note=f"Services are not in it. {NOT_A_CAUSE}",
        flags=flags,
        cards=(Card("Last month", "$3.10 billion"),),
        columns={"value_usd": Column("Value, USD", "%.0f"), "share_pct": Column("Share, %", "%.1f")},
        file_stem="ruritania-goods-trade-monthly-2020-2024",
    )
    return replace(made, **changes)
