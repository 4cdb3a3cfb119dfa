"""Levels from growth rates, so that a level and the growth beside it always come from one edition."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import polars as pl

from dashboard.analysis.errors import AnalysisError
from dashboard.analysis.frames import prepare, without_partial


def chain_levels(
    growth: pl.DataFrame, base_year: int, *, by: Sequence[str] = ("area",), value: str = "value"
) -> pl.DataFrame:
    """A level chained from annual growth, 100 in the base year.

        L_base = 100     L_y = L_(y−1) · (1 + g_y/100)     L_(y−1) = L_y / (1 + g_y/100) before the base year

    `growth`: annual `period`, `value` (percent, 2.8 is 2.8%) and the key columns. The chain ends where a year is
    missing, in both directions: a gap is never bridged. Returns the key, `period` and `value` (the level), sorted;
    the year before the first growth rate has a level too. Keys whose chain does not reach the base year are left
    out. Raises `AnalysisError` when none reaches it, or when growth of −100% or less leaves no level to chain.
    """
    frame = without_partial(prepare(growth, by=by, value=value, what="growth rates"))
    parts: list[pl.DataFrame] = []
    for part in frame.partition_by(list(by), maintain_order=True) if by else [frame]:
        rates = {when.year: rate for when, rate in part.select("period", value).iter_rows()}
        levels = _levels(rates, base_year)
        if len(levels) > 1:
            rows = pl.DataFrame(
                {"period": [date(year, 1, 1) for year in levels], value: list(levels.values())},
                schema={"period": pl.Date, value: pl.Float64},
            )
            keys = [pl.lit(part[key].unique().item()).alias(key) for key in by]
            parts.append(rows.select(*keys, "period", value))
    if not parts:
        raise AnalysisError(f"No growth rates reach {base_year}, so no level can be chained to it.")
    return pl.concat(parts).sort([*by, "period"])


def _levels(rates: dict[int, float], base_year: int) -> dict[int, float]:
    levels = {base_year: 100.0}
    year = base_year
    while year + 1 in rates:
        levels[year + 1] = levels[year] * _factor(rates[year + 1], year + 1)
        year += 1
    year = base_year
    while year in rates:
        levels[year - 1] = levels[year] / _factor(rates[year], year)
        year -= 1
    return dict(sorted(levels.items()))


def _factor(rate: float, year: int) -> float:
    factor = 1 + rate / 100
    if factor <= 0:
        raise AnalysisError(f"Growth of {rate:g}% in {year} leaves no level to chain.")
    return factor
