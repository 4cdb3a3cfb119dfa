"""Questions on what the store holds and where it ends: by source, by series, by vintage."""

from __future__ import annotations

from datetime import date

import polars as pl

from pipelines.schema.schedule import SINGLE_ESTIMATES
from pipelines.store import Store


def by_source(store: Store) -> pl.DataFrame:
    """Per source: rows, first and last observed period and its frequency, newest vintage.

    Forecasts, single dated estimates and figures that no longer stand are counted as rows and are no observed period.

    A source without observations of its own (forecasters, registers) has empty periods. Of months, quarters and years
    that begin on one day the shortest counts as the last: it is the one that is out first.

    Returns:
        source, title, short_title, publisher, rhythm (how often it publishes, in its own words), frequency,
        first_period, last_period, rows, release, published, published_precision, schedule_days, is_list; by source.
    """
    return store.query(
        """
        WITH held AS (
            SELECT source, frequency, period, known_to IS NOT NULL AS told FROM trade_flow
            UNION ALL SELECT source, frequency, period, known_to IS NOT NULL OR is_forecast
                OR list_contains(?, coalesce(split_part(flag, ';', 1), '')) FROM macro
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
        SELECT source.source, title, short_title, publisher, source.frequency AS rhythm, counted.frequency,
               first_period, last_period, coalesce(rows, 0) AS rows, release, published, published_precision,
               schedule_days, source.source IN (
                   SELECT source FROM listing_count UNION SELECT source FROM designation
               ) AS is_list
        FROM source LEFT JOIN counted USING (source) LEFT JOIN newest USING (source) ORDER BY source.source
        """,
        [list(SINGLE_ESTIMATES)],
    )


def trade_ends(store: Store) -> pl.DataFrame:
    """Where each line of trade in all goods ends: source, reporter, partner → last_period."""
    return store.query(
        "SELECT source, reporter, partner, max(period) AS last_period FROM trade_flow WHERE product = 'TOTAL' "
        "AND known_to IS NULL GROUP BY source, reporter, partner ORDER BY source, reporter, partner"
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
        "AND known_to IS NULL GROUP BY source, indicator, area ORDER BY source, indicator, area"
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


def months_by_vintage(store: Store, *, reporter: str, partner: str, source: str) -> pl.DataFrame:
    """Every month of a pair's trade in all goods as each edition that said something new gave it, superseded ones too.

    Returns:
        period, flow, value_usd, value_eur, rounding_usd (euros where the source reports euros), basis, valuation,
        release, known_from, known_to; by flow, period and known_from.
    """
    return store.query(
        """
        SELECT period, flow, value_usd, value_eur, rounding_usd, basis, valuation, release, known_from, known_to
        FROM trade_flow
        WHERE reporter = ? AND partner = ? AND source = ? AND frequency = 'M' AND product = 'TOTAL'
        ORDER BY flow, period, known_from
        """,
        [reporter, partner, source],
    )


def months_of_editions(store: Store, *, reporter: str, source: str) -> pl.DataFrame:
    """From which month to which each edition of a reporter's months of all goods said something new about anybody:
    release, known_from, first, last; by known_from."""
    return store.query(
        """
        SELECT release, known_from, min(period) AS first, max(period) AS last FROM trade_flow
        WHERE reporter = ? AND source = ? AND frequency = 'M' AND product = 'TOTAL'
        GROUP BY release, known_from ORDER BY known_from, release
        """,
        [reporter, source],
    )


def printed_years(store: Store, *, reporter: str, partner: str, source: str) -> pl.DataFrame:
    """Year totals of a pair as editions print them: period, flow, release, value_usd, rounding_usd."""
    return store.query(
        """
        SELECT period, flow, release, value_usd, rounding_usd FROM published_total
        WHERE reporter = ? AND partner = ? AND source = ? ORDER BY flow, period, release
        """,
        [reporter, partner, source],
    )
