"""Questions on main partners: the three largest by direction with their share, as the UN yearbook prints them."""

from __future__ import annotations

from datetime import date

import polars as pl

from pipelines.store import Store


def main_partners(store: Store, *, area: str, known_on: date | None = None) -> pl.DataFrame:
    """Main partners of an economy: period, direction, rank, partner, name, share_pct, source, release, known_from.

    Ranks follow the last year, so shares of earlier years need not fall with the rank. Of several vintages the newest
    known on the day answers.
    """
    return store.query(
        """
        SELECT period, direction, rank, partner, area.name AS name, share_pct, source, release, known_from
        FROM partner_share LEFT JOIN area ON area.area = partner_share.partner
        WHERE partner_share.area = ? AND known_from <= coalesce(?, DATE '9999-12-30')
        QUALIFY row_number() OVER (PARTITION BY period, direction, rank ORDER BY known_from DESC) = 1
        ORDER BY period, direction, rank
        """,
        [area, known_on],
    )
