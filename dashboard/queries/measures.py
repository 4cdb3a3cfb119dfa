"""Questions on single measures of the register: whom they aim at, what came before and after each."""

from __future__ import annotations

from datetime import date
from typing import Any

import polars as pl

from dashboard.queries import register
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


def links(store: Store, known_on: date | None = None) -> pl.DataFrame:
    """What acts upon what: every measure that another one eases, suspends, lifts or replaces.

    Returns:
        measure (the one acted upon), title, sender, date, and by, by_title, by_sender, by_date of the later one, with
        relation: eases or supersedes. Dates are in effect, else signed, else announced. Sorted by by_date and by.
    """
    every = register.measures(store, known_on=known_on)
    old = every.select("measure", "title", "sender", "date")
    new = every.select(pl.col(name).alias("by" if name == "measure" else f"by_{name}") for name in old.columns)
    acts = [
        every.filter(pl.col(relation).is_not_null()).select(
            pl.col(relation).str.split(";").alias("measure"),
            pl.col("measure").alias("by"),
            pl.lit(relation).alias("relation"),
        )
        for relation in ("eases", "supersedes")
    ]
    return (
        pl.concat(acts)
        .explode("measure")
        .join(old, on="measure")
        .join(new, on="by")
        .select("measure", "title", "sender", "date", "by", "by_title", "by_sender", "by_date", "relation")
        .sort("by_date", "by", "measure", "relation")
    )


def one(store: Store, key: str, known_on: date | None = None) -> dict[str, Any] | None:
    """One measure with every column and the title, issuer and page of its regime; None when there is none.

    With `known_on`, as the register can tell it on that day: None when nothing of it was out.
    """
    found = store.query(
        """
        SELECT measure.*, regime.title AS regime_title, regime.issuer, regime.url AS regime_url
        FROM measure LEFT JOIN regime USING (regime) WHERE measure = ?
        """,
        [key],
    )
    if known_on is not None:
        found = register.as_known(found, known_on)
    return None if found.is_empty() else found.row(0, named=True)
