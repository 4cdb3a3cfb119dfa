"""One build opened and asked: what went in comes out, and nothing else can be reached."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from pipelines import store
from pipelines.disk import fingerprint
from pipelines.errors import StoreError
from pipelines.schema import SORT_ORDER, TABLES
from pipelines.store import Store
from tests.pipelines.store import spoil


def test_a_store_gives_back_what_was_built(two: tuple[str, str], folder: Path) -> None:
    current = store.current_store(folder)
    for name, contract in TABLES.items():
        frame = current.table(name)
        assert contract.is_valid(frame), name
        order = SORT_ORDER.get(name, tuple(contract.primary_key()))
        assert frame.sort(order, maintain_order=True).equals(frame), name


def test_values_are_parameters(two: tuple[str, str], folder: Path) -> None:
    current = store.current_store(folder)
    assert current.query("SELECT name FROM area WHERE area = ?", ["RUS"]).item() == "Russia"
    assert current.query("SELECT name FROM area WHERE area = ?", ["RUS' OR '1'='1"]).is_empty()


def test_a_question_cannot_reach_another_file(two: tuple[str, str], folder: Path) -> None:
    with pytest.raises(StoreError, match="could not answer"):
        store.current_store(folder).query("SELECT * FROM read_csv('/etc/passwd')")


def test_a_question_cannot_write(two: tuple[str, str], folder: Path) -> None:
    with pytest.raises(StoreError, match="could not answer"):
        store.current_store(folder).query("DELETE FROM area")


def test_an_unknown_table_is_named(two: tuple[str, str], folder: Path) -> None:
    with pytest.raises(StoreError, match="no table 'prices'"):
        store.current_store(folder).table("prices")


def test_a_database_that_is_no_build_is_told(two: tuple[str, str], folder: Path) -> None:
    _, published = two
    path = folder / f"{published}.duckdb"
    spoil.no_database(path)
    sidecar = path.with_suffix(".json")
    facts = json.loads(sidecar.read_text())
    sidecar.write_text(json.dumps(facts | {"sha256": fingerprint(path)}))
    with pytest.raises(StoreError, match="cannot be opened"):
        store.current_store(folder)


def test_the_real_store_knows_what_it_was_made_of(store: Store) -> None:
    facts = store.provenance()
    assert len(facts["payloads"]["snapshot"]) > 15
    assert facts["failed"] == {}
    assert store.changes()["added"].sum() > 300_000


def test_as_known_on_a_day_exactly_one_row_stands_per_figure(store: Store) -> None:
    for table in ("trade_flow", "macro"):
        frame = store.table(table)
        key = [name for name in TABLES[table].primary_key() if name != "known_from"]
        for day in (date(2023, 6, 1), date(2026, 1, 1), date(2026, 11, 22)):
            ends = pl.col("known_to").is_null() | (pl.col("known_to") > day)
            known = frame.filter(pl.col("known_from") <= day, ends)
            assert not known.is_empty()
            assert known.select(key).is_duplicated().sum() == 0
