"""The answers of `tradewake data releases` and `areas`: what the store holds."""

from __future__ import annotations

from datetime import date

import polars as pl

from dashboard import words
from dashboard.answers.checked import one_of
from dashboard.queries import catalogue
from pipelines.store import Store


def releases_answer(store: Store, *, source: str | None, known_on: date | None) -> pl.DataFrame:
    """Vintages that were taken in, newest first.

    Raises:
        UsageError: an unknown source.
    """
    if source is not None:
        one_of(source, catalogue.sources(store)["source"].to_list(), "source")
    rows = catalogue.releases(store, source=source)
    if known_on is not None:
        rows = rows.filter(pl.col("published") <= known_on)
    first = ["source", "release", "published", "retrieved", "sha256", "rows"]
    return rows.select(*first, pl.exclude(*first))


def releases_note(store: Store, *, source: str | None, known_on: date | None) -> str:
    """Why an answer on vintages is empty, in one sentence."""
    held = catalogue.releases(store, source=source)
    if known_on is not None and not held.is_empty():
        first = words.day(min(held["published"]))
        return f"Nothing was published by {words.day(known_on)} that this store holds; its first vintage is of {first}."
    return "The store holds no vintage of this source."


def areas_answer(store: Store) -> pl.DataFrame:
    """Every area of the store by code: countries, groups and the world, historic ones with their years."""
    return catalogue.areas(store).sort("area")
