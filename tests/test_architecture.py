"""The house holds: layers, the interface of every source, the words of every table, registries."""

from __future__ import annotations

import ast
import inspect
import subprocess
import sys
from pathlib import Path

import dataframely as dy
import polars as pl
import pytest

from pipelines.normalise.periods import Window
from pipelines.raw import SHIPPED, Request, expand, fetch
from pipelines.schema import BITEMPORAL, SORT_ORDER, TABLES
from pipelines.settings import Settings, shipped_data
from pipelines.sources import SOURCES, Source, listed

ROOT = Path(__file__).resolve().parent.parent
CODE = sorted(path for package in ("pipelines", "dashboard") for path in (ROOT / package).rglob("*.py"))
by_name = pytest.mark.parametrize("source", SOURCES, ids=[source.name for source in SOURCES])
by_table = pytest.mark.parametrize(("table", "contract"), TABLES.items(), ids=list(TABLES))


def test_the_layers_hold() -> None:
    linter = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run([linter, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@by_name
def test_every_source_meets_the_interface(source: Source) -> None:
    assert isinstance(source, Source)
    assert source.name.isidentifier()
    assert source.name == source.name.lower()
    assert source.gives
    assert not source.gives.endswith(".")
    assert set(source.tables) <= set(TABLES)
    assert source.key is None or source.key.endswith("_API_KEY")
    assert inspect.getdoc(type(source))
    assert Path(inspect.getfile(type(source))).stem == source.name


@by_name
def test_every_source_asks_without_network_or_disk_and_gives_what_it_promises(source: Source) -> None:
    settings = Settings(data=shipped_data(), offline=True)
    requests = source.requests(Window())
    assert all(isinstance(request, Request) for request in requests)
    if not all(request.url.startswith(SHIPPED) for request in requests):
        return
    frames = source.parse([fetch(request, settings) for request in expand(requests, settings)])
    assert set(frames) == set(source.tables)
    for name, frame in frames.items():
        columns = TABLES[name].columns()
        assert {column: columns[column].dtype for column in frame.columns} == dict(frame.schema)
        assert "known_to" not in frame.columns


def test_sources_have_names_of_their_own_and_tables_without_releases_have_one_source() -> None:
    names = [source.name for source in SOURCES]
    assert len(set(names)) == len(names)
    for name, contract in TABLES.items():
        if "release" not in contract.column_names():
            assert sum(name in source.tables for source in SOURCES) == 1, name


def test_every_source_of_a_figure_has_a_licence_and_a_credit(store: object) -> None:
    rows = listed(Settings(data=shipped_data(), offline=True))
    assert {row["source"] for row in rows} >= {source.name for source in SOURCES}
    for row in rows:
        if row["url"] is not None:
            assert row["licence"], row["source"]
            assert row["credit"], row["source"]


@by_table
def test_every_table_says_what_it_is_and_what_each_column_means(table: str, contract: type[dy.Schema]) -> None:
    assert (inspect.getdoc(contract) or "").strip(), table
    for name, column in contract.columns().items():
        assert column.description, f"{table}.{name}"
        assert column.description.endswith("."), f"{table}.{name}"


@by_table
def test_every_table_has_a_key_and_a_sort_order_of_its_own_columns(table: str, contract: type[dy.Schema]) -> None:
    assert contract.primary_key()
    assert set(SORT_ORDER.get(table, ())) <= set(contract.column_names())
    if table in BITEMPORAL:
        assert {"known_from", "known_to", "release", "source"} <= set(contract.column_names())


@by_table
def test_money_carries_its_unit_in_its_name(table: str, contract: type[dy.Schema]) -> None:
    for name, column in contract.columns().items():
        if column.dtype == pl.Float64:
            bare = name in ("value", "quantity")
            assert not bare or {"unit", "quantity_unit"} & set(contract.column_names()), f"{table}.{name}"
            assert bare or name.rpartition("_")[2] in ("usd", "eur", "pct"), f"{table}.{name}"


@pytest.mark.parametrize("path", CODE, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_module_says_what_it_is_for_and_hides_nothing(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    tree = ast.parse(text)
    assert ast.get_docstring(tree), "a module says what it is for"
    assert not any(isinstance(node, ast.ExceptHandler) and node.type is None for node in ast.walk(tree))
    assert "TODO" not in text
    assert "NotImplementedError" not in text
    assert "fmt: skip" not in text, "the formatter formats"


def test_only_the_store_names_duckdb() -> None:
    users = [path for path in CODE if "import duckdb" in path.read_text(encoding="utf-8")]
    assert {str(path.relative_to(ROOT).parent) for path in users} == {"pipelines/store"}
