"""Questions on the store itself: areas, sources, vintages, what the last refresh changed."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from pipelines.schema.changes import recorded_revisions
from pipelines.store import Store


def areas(store: Store) -> pl.DataFrame:
    """Every area: area, name, area_kind, iso2, m49, region, valid_from, valid_to; by name."""
    return store.query("SELECT * FROM area ORDER BY name")


def names(store: Store, codes: Sequence[str] | None = None) -> dict[str, str]:
    """Plain names by area code."""
    rows = store.query(
        "SELECT area, name FROM area WHERE ? OR area IN (SELECT unnest(?))", [codes is None, list(codes or ())]
    )
    return dict(zip(rows["area"], rows["name"], strict=True))


def sources(store: Store) -> pl.DataFrame:
    """Sources with licence, credit line, schedule."""
    return store.query("SELECT * FROM source ORDER BY source")


def releases(store: Store, *, source: str | None = None) -> pl.DataFrame:
    """Vintages that were taken in, newest first."""
    return store.query(
        "SELECT * FROM release WHERE ? IS NULL OR source = ? ORDER BY published DESC, release", [source, source]
    )


def credits(store: Store, source_names: Sequence[str]) -> pl.DataFrame:
    """Title, publisher, licence and credit line of some sources."""
    return store.query(
        "SELECT source, title, publisher, licence, credit, url FROM source WHERE source IN (SELECT unnest(?)) "
        "ORDER BY source",
        [list(source_names)],
    )


def last_observations(store: Store) -> pl.DataFrame:
    """Per source: the last observed period (forecasts aside), its newest vintage, rows; trade and economic series.

    Trade is that of all goods together: chapters may reach another month. A figure that was withdrawn is none.
    """
    return store.query(
        """
        SELECT source, arg_max(frequency, (period, CASE frequency WHEN 'A' THEN 0 WHEN 'Q' THEN 1 ELSE 2 END))
                   AS frequency,
               max(period) AS last_period, max(known_from) AS known_from, count(*)::INTEGER AS rows
        FROM (SELECT source, frequency, period, known_from FROM trade_flow
              WHERE product = 'TOTAL' AND known_to IS NULL
              UNION ALL SELECT source, frequency, period, known_from FROM macro
              WHERE NOT is_forecast AND known_to IS NULL)
        GROUP BY source ORDER BY source
        """
    )


def revisions(store: Store) -> pl.DataFrame | None:
    """The figures that this build revised against the one before it, largest change first, as
    `schema.changes.REVISIONS` describes them; None where the build does not record them."""
    return recorded_revisions(store.provenance())
