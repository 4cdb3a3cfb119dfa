"""Single measures: whom they aim at, and what acted upon what, held against the register itself."""

from __future__ import annotations

from datetime import date

import polars as pl

from dashboard.queries import measures
from pipelines.store import Store


def test_targets_count_a_measure_once_for_each_of_its_targets(store: Store) -> None:
    found = dict(measures.targets(store).iter_rows())
    held = store.table("measure")
    assert found["IRN"] == held.filter(pl.col("target").str.split(";").list.contains("IRN")).height
    assert sum(found.values()) == held["target"].str.split(";").list.len().sum()


def test_a_link_names_both_sides_with_their_dates(store: Store) -> None:
    row = measures.links(store).row(
        by_predicate=(pl.col("measure") == "us-cub-proc3447") & (pl.col("by") == "us-cub-tsra"), named=True
    )
    assert (row["relation"], row["date"], row["by_date"]) == ("eases", date(1962, 2, 7), date(2001, 7, 26))
    assert (row["sender"], row["by_sender"]) == ("US", "US")


def test_one_measure_comes_with_its_regime_and_an_unknown_key_with_nothing(store: Store) -> None:
    row = measures.one(store, "un-zwe-217")
    assert row is not None
    assert row["regime_title"] == "United Nations sanctions on Rhodesia 1965-79"
    assert measures.one(store, "'; DROP TABLE measure; --") is None
