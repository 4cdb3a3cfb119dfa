"""Frames of trade for rooms that do not ask a study yet. To be removed with its last caller."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import polars as pl

from dashboard.studies.series import edition_words
from dashboard.studies.trade import TradeQuery, ask
from pipelines.store import Store


def series(
    store: Store,
    *,
    reporter: str,
    partners: Sequence[str] | None,
    flow: str,
    frequency: str = "M",
    product: str = "TOTAL",
    source: str | None = None,
    known_on: date | None = None,
    start: date | None = None,
    end: date | None = None,
) -> pl.DataFrame:
    """Rows in US dollars as published."""
    query = TradeQuery(
        reporter,
        None if partners is None else tuple(partners),
        flow,  # type: ignore[arg-type]
        frequency,  # type: ignore[arg-type]
        "USD",
        "nominal",
        product,
        source,
        known_on,
        start,
        end,
    )
    frame = ask(store, query).frame
    release = pl.Series("release", [edition_words(one) for one in frame["releases"].to_list()], dtype=pl.String)
    return frame.with_columns(release)
