"""Questions on single measures of the register: whom they aim at, what came before and after each."""

from __future__ import annotations

from typing import Any

import polars as pl

from pipelines.store import Store


def targets(store: Store) -> pl.DataFrame:
    """Areas that measures aim at, with their number: area, measures. A measure counts once for each of its targets."""
    return store.query(
        """
        SELECT area, count(*)::INTEGER AS measures
        FROM (SELECT unnest(string_split(target, ';')) AS area FROM measure)
        GROUP BY area ORDER BY measures DESC, area
        """
    )


def links(store: Store) -> pl.DataFrame:
    """What acts upon what: every measure that another one eases, suspends, lifts or replaces.

    Returns:
        measure (the one acted upon), title, sender, date, and by, by_title, by_sender, by_date of the later one, with
        relation: eases or supersedes. Dates are in effect, else signed, else announced. Sorted by by_date and by.
    """
    return store.query(
        """
        WITH dated AS (
            SELECT measure, title, sender, coalesce(effective, signed, announced, wind_down_end, lifted) AS date
            FROM measure
        ),
        link AS (
            SELECT unnest(string_split(eases, ';')) AS measure, measure AS by, 'eases' AS relation
            FROM measure WHERE eases IS NOT NULL
            UNION ALL
            SELECT unnest(string_split(supersedes, ';')), measure, 'supersedes'
            FROM measure WHERE supersedes IS NOT NULL
        )
        SELECT link.measure, old.title, old.sender, old.date, link.by, new.title AS by_title, new.sender AS by_sender,
               new.date AS by_date, link.relation
        FROM link JOIN dated AS old USING (measure) JOIN dated AS new ON new.measure = link.by
        ORDER BY by_date, link.by, link.measure, relation
        """
    )


def one(store: Store, key: str) -> dict[str, Any] | None:
    """One measure with every column and the title, issuer and page of its regime; None when there is none."""
    found = store.query(
        """
        SELECT measure.*, regime.title AS regime_title, regime.issuer, regime.url AS regime_url
        FROM measure LEFT JOIN regime USING (regime) WHERE measure = ?
        """,
        [key],
    )
    return None if found.is_empty() else found.row(0, named=True)
