"""Questions on economic series: GDP, prices, oil, exchange rates, and their vintages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from types import MappingProxyType

import polars as pl

from pipelines.store import Store

PREFERRED: Mapping[str, tuple[str, ...]] = MappingProxyType({"rub_per_usd": ("cbr_fx", "ecb_fx")})
"""Which source draws an indicator that several publish, the best one first; others follow in the alphabet.

Roubles: the Bank of Russia's own rate goes on, the ECB's ends in February 2022. The two are never one line.
"""


def series(
    store: Store,
    *,
    indicator: str,
    areas: Sequence[str] | None,
    source: str | None = None,
    frequency: str | None = None,
    known_on: date | None = None,
    start: date | None = None,
    end: date | None = None,
    forecasts: bool = False,
) -> pl.DataFrame:
    """One indicator for some areas (None: all), as known today or on a day; sorted by area, source, period.

    Several sources may answer: say which one you draw. Forecasts are left out unless asked for.

    Returns:
        period, area, indicator, value, unit, is_forecast, flag, source, release, known_from, frequency.
    """
    return store.query(
        """
        SELECT period, area, indicator, value, unit, is_forecast, flag, source, release, known_from, frequency
        FROM macro
        WHERE indicator = ? AND (? OR area IN (SELECT unnest(?))) AND (? IS NULL OR source = ?)
          AND (? IS NULL OR frequency = ?) AND (? OR NOT is_forecast)
          AND known_from <= coalesce(?, DATE '9999-12-30')
          AND coalesce(known_to, DATE '9999-12-31') > coalesce(?, DATE '9999-12-30')
          AND period BETWEEN coalesce(?, DATE '1900-01-01') AND coalesce(?, DATE '9999-12-31')
        ORDER BY area, source, period
        """,
        [
            indicator,
            areas is None,
            list(areas or ()),
            source,
            source,
            frequency,
            frequency,
            forecasts,
            known_on,
            known_on,
            start,
            end,
        ],
    )


def one_source(
    store: Store, *, indicator: str, areas: Sequence[str], frequency: str | None = None, known_on: date | None = None
) -> pl.DataFrame:
    """One indicator for some areas from a single source, for a line that must not be spliced; forecasts are left out.

    The source is the first of `PREFERRED` that has figures for these areas as known on that day. It is that of every
    row: name it in the passport.

    Returns:
        As `series`, with one value in `source`; no rows when nobody publishes it.
    """
    rows = series(store, indicator=indicator, areas=areas, frequency=frequency, known_on=known_on)
    held = set(rows["source"])
    ranked = [source for source in PREFERRED.get(indicator, ()) if source in held] or sorted(held)
    return rows.filter(pl.col("source") == ranked[0]) if ranked else rows


def vintages(store: Store, *, indicator: str, area: str, period: date | None = None) -> pl.DataFrame:
    """Every vintage of an indicator for one area: forecasts, first estimates and revisions by publication day."""
    return store.query(
        """
        SELECT macro.*, release.title AS release_title, release.url AS release_url
        FROM macro LEFT JOIN release USING (release)
        WHERE indicator = ? AND area = ? AND (? IS NULL OR period = ?)
        ORDER BY period, macro.known_from, macro.source
        """,
        [indicator, area, period, period],
    )


def first_known(store: Store, *, indicator: str, area: str, source: str) -> date | None:
    """The day of the first edition of one series, for the sentence that explains an empty past view; forecasts and
    single dated estimates are no edition."""
    day: date | None = store.query(
        """
        SELECT min(known_from) AS day FROM macro
        WHERE indicator = ? AND area = ? AND source = ? AND NOT is_forecast
          AND coalesce(split_part(flag, ';', 1), '') NOT IN ('first_estimate', 'revised')
        """,
        [indicator, area, source],
    ).item()
    return day


def indicators(store: Store) -> pl.DataFrame:
    """What series there are: indicator, unit, frequency → sources, areas, first_period, last_period."""
    return store.query(
        """
        SELECT indicator, any_value(unit) AS unit, frequency,
               string_agg(DISTINCT source, ';' ORDER BY source) AS sources,
               count(DISTINCT area)::INTEGER AS areas, min(period) AS first_period, max(period) AS last_period
        FROM macro WHERE known_to IS NULL GROUP BY indicator, frequency ORDER BY indicator, frequency
        """
    )
