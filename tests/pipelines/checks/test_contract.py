"""Each table held to its contract: what is missing, of another kind, or breaks a rule, with its count; by hand."""

from __future__ import annotations

from typing import Any

import polars as pl

from pipelines.checks.contract import contract
from pipelines.checks.finding import Finding
from pipelines.schema import TABLES
from tests.dashboard.tiny import frame


def _found(**changed: pl.DataFrame | None) -> list[Finding]:
    held = {name: frame(name, []) for name in TABLES} | changed
    return contract({name: table for name, table in held.items() if table is not None})


def _areas(*rows: dict[str, Any]) -> pl.DataFrame:
    return frame("area", [{"area": "AAA", "name": "Aland", "area_kind": "country"} | row for row in rows])


def test_empty_tables_keep_their_contracts() -> None:
    assert _found() == []


def test_a_table_that_is_missing_has_no_rows() -> None:
    (found,) = _found(area=None)
    assert found == Finding("fail", "contract", "area", "The table area is missing.", 0)


def test_a_column_that_is_missing_is_named_and_all_rows_count() -> None:
    (found,) = _found(area=_areas({}, {"area": "BBB"}).drop("name", "area_kind"))
    assert found == Finding("fail", "contract", "area", "area has no column name, area_kind.", 2)


def test_a_column_of_another_kind_is_named_and_all_rows_count() -> None:
    (found,) = _found(area=_areas({}, {"area": "BBB"}).with_columns(name=pl.lit(7)))
    assert found == Finding("fail", "contract", "area", "area.name is Int32 instead of String.", 2)


def test_rows_that_break_a_rule_are_counted_with_the_first_of_them() -> None:
    """Two rows of one key, and beside them two without a name."""
    found = _found(area=_areas({}, {}, {"area": "BBB", "name": None}, {"area": "CCC", "name": None}))
    assert [(one.level, one.check, one.table, one.rows) for one in found] == [("fail", "contract", "area", 2)] * 2
    assert [one.sentence for one in found] == [
        "area: 2 rows break the rule that it is not empty (name), for example BBB.",
        "area: 2 rows break the rule that its key is unique, for example AAA.",
    ]
    assert [one.table for one in _found(area=None, source=None)] == ["area", "source"]
