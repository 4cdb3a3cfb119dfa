"""The answer of `tradewake data macro`: one indicator by area, source and period."""

from __future__ import annotations

from datetime import date

import polars as pl

from dashboard.answers.checked import checked_areas, one_of
from dashboard.queries import macro
from pipelines.store import Store


def macro_answer(
    store: Store,
    *,
    area: str,
    indicator: str,
    source: str | None,
    frequency: str | None,
    start: date | None,
    end: date | None,
    forecasts: bool,
    known_on: date | None,
) -> pl.DataFrame:
    """One indicator by area, source and period.

    Raises:
        UsageError: an unknown area or indicator.
    """
    one_of(indicator, macro.indicators(store)["indicator"].unique().sort().to_list(), "indicator")
    rows = macro.series(
        store,
        indicator=indicator,
        areas=checked_areas(store, area),
        source=source,
        frequency=frequency,
        known_on=known_on,
        start=start,
        end=end,
        forecasts=forecasts,
    )
    first = ["period", "area", "indicator", "value", "unit", "is_forecast", "source", "known_from"]
    return rows.select(*first, pl.exclude(*first))
