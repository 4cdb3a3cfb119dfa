"""Rows that one refresh gives: fewer fail, more are warned of, a table that did not come counts as none."""

from __future__ import annotations

import polars as pl
import pytest

from pipelines.checks.expected import expected
from pipelines.facts import Rows

BOUNDS = {"trade_flow": Rows(least=3, most=5)}


@pytest.mark.parametrize(("rows", "level"), [(2, ["fail"]), (3, []), (5, []), (6, ["warn"])])
def test_both_bounds_are_allowed(rows: int, level: list[str]) -> None:
    found = list(expected("census", {"trade_flow": pl.DataFrame({"value": range(rows)})}, BOUNDS))
    assert [one.level for one in found] == level
    assert all(one.table == "trade_flow" and one.rows == rows and one.check == "expected rows" for one in found)
    assert all(one.sentence.startswith(f"census gave {rows} rows of trade_flow") for one in found)


def test_a_table_that_did_not_come_has_no_rows() -> None:
    (found,) = expected("census", {}, BOUNDS)
    assert (found.level, found.rows) == ("fail", 0)
    assert found.sentence == "census gave 0 rows of trade_flow; fewer than 3 are a reply cut short."
