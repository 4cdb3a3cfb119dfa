"""Questions on what the store holds and where it ends: by source, by series, by vintage."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import polars as pl

from pipelines.store import Store


def by_source(store: Store) -> pl.DataFrame:
    """Per source: rows, first and last observed period and its frequency, newest vintage; forecasts do not count.

    A source without observations of its own (forecasters, registers) has empty periods. Of months, quarters and years
    that begin on one day the shortest counts as the last: it is the one that is out first.

    Returns:
        source, title, publisher, frequency, first_period, last_period, rows, release, published,
        published_precision, schedule_days; by source.
    """
    return store.query(
        """
        WITH held AS (
            SELECT source, frequency, period, false AS told FROM trade_flow
            UNION ALL SELECT source, frequency, period, is_forecast OR flag IN ('first_estimate', 'revised') FROM macro
            UNION ALL SELECT source, 'A', period, false FROM partner_share
            UNION ALL SELECT source, frequency, period, false FROM listing_count
        ), counted AS (
            SELECT source, count(*)::INTEGER AS rows, min(period) FILTER (NOT coalesce(told, false)) AS first_period,
                   max(period) FILTER (NOT coalesce(told, false)) AS last_period,
                   arg_max(frequency, (period, CASE frequency WHEN 'A' THEN 0 WHEN 'Q' THEN 1 ELSE 2 END))
                       FILTER (NOT coalesce(told, false)) AS frequency
            FROM held GROUP BY source
        ), newest AS (
            SELECT source, arg_max(release, published) AS release, max(published) AS published,
                   arg_max(published_precision, published) AS published_precision
            FROM release GROUP BY source
        )
        SELECT source.source, title, publisher, counted.frequency, first_period, last_period,
               coalesce(rows, 0) AS rows, release, published, published_precision, schedule_days
        FROM source LEFT JOIN counted USING (source) LEFT JOIN newest USING (source) ORDER BY source.source
        """
    )


def trade_ends(store: Store) -> pl.DataFrame:
    """Where each line of trade in all goods ends: source, reporter, partner → last_period."""
    return store.query(
        "SELECT source, reporter, partner, max(period) AS last_period FROM trade_flow WHERE product = 'TOTAL' "
        "GROUP BY source, reporter, partner ORDER BY source, reporter, partner"
    )


def products(store: Store) -> list[str]:
    """Products beside all goods together that the store has trade of, as HS codes."""
    found: list[str] = store.query("SELECT DISTINCT product FROM trade_flow WHERE product <> 'TOTAL' ORDER BY product")[
        "product"
    ].to_list()
    return found


def macro_ends(store: Store) -> pl.DataFrame:
    """Where each economic series ends, forecasts aside: source, indicator, area → last_period."""
    return store.query(
        "SELECT source, indicator, area, max(period) AS last_period FROM macro WHERE NOT is_forecast "
        "GROUP BY source, indicator, area ORDER BY source, indicator, area"
    )


def forecast_areas(store: Store) -> list[str]:
    """Areas for which dated growth forecasts are kept, superseded ones included; by code."""
    found: list[str] = store.query(
        "SELECT DISTINCT area FROM macro WHERE indicator = 'gdp_growth' AND is_forecast ORDER BY area"
    )["area"].to_list()
    return found


def known_gaps(store: Store) -> pl.DataFrame:
    """What the store is known to lack, as the table `gap` describes it; in the order in which it is told."""
    return store.query("SELECT * FROM gap ORDER BY rank")


def partners_of_newest(store: Store, *, source: str) -> int:
    """How many partners the newest vintage of a source's trade gave or revised, groups and the world aside."""
    number: int = store.query(
        """
        WITH own AS (SELECT partner, known_from FROM trade_flow WHERE source = ? AND product = 'TOTAL')
        SELECT count(DISTINCT partner) FROM own JOIN area ON area.area = own.partner
        WHERE area_kind = 'country' AND known_from = (SELECT max(known_from) FROM own)
        """,
        [source],
    ).item()
    return number


def partners_held(store: Store, *, source: str) -> list[str]:
    """Countries that a source has trade with; by code."""
    found: list[str] = store.query(
        """SELECT DISTINCT partner FROM trade_flow JOIN area ON area.area = trade_flow.partner
           WHERE source = ? AND product = 'TOTAL' AND area_kind = 'country' ORDER BY partner""",
        [source],
    )["partner"].to_list()
    return found


def months_missing(store: Store, *, source: str, indicator: str, area: str) -> list[date]:
    """Months without a figure between the first and the last of a monthly economic series."""
    held = store.query(
        "SELECT DISTINCT period FROM macro WHERE source = ? AND indicator = ? AND area = ? AND frequency = 'M' "
        "ORDER BY period",
        [source, indicator, area],
    )["period"]
    if held.is_empty():
        return []
    every = pl.date_range(held[0], held[-1], "1mo", eager=True)
    missing: list[date] = every.filter(~every.is_in(held.to_list())).to_list()
    return missing


def year_by_vintage(store: Store, *, reporter: str, partner: str, flows: Sequence[str], source: str) -> pl.DataFrame:
    """Complete years of monthly trade as they stood on the day of each vintage that changed one of their months.

    A day on which the year had fewer than twelve months of every flow is left out: a part is never shown as a year.

    Returns:
        period (first day of the year), known_from, release (the newest that the sum rests on), value_usd.
    """
    return store.query(
        """
        WITH rows AS (
            SELECT date_trunc('year', period)::DATE AS year, * FROM trade_flow
            WHERE reporter = ? AND partner = ? AND flow IN (SELECT unnest(?)) AND source = ? AND frequency = 'M'
              AND product = 'TOTAL'
        ), days AS (SELECT DISTINCT year, known_from AS day FROM rows)
        SELECT days.year AS period, days.day AS known_from, arg_max(release, rows.known_from) AS release,
               sum(value_usd) AS value_usd
        FROM days JOIN rows ON rows.year = days.year AND rows.known_from <= days.day
             AND coalesce(rows.known_to, DATE '9999-12-31') > days.day
        GROUP BY days.year, days.day HAVING count(*) = 12 * ? ORDER BY period, known_from
        """,
        [reporter, partner, list(flows), source, len(flows)],
    )
