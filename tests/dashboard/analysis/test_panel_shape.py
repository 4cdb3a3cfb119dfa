"""Panels as matrices: steps of time, who is treated when, gaps, clusters; by hand."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import polars as pl
import pytest

from dashboard.analysis.errors import AnalysisError
from dashboard.analysis.panel_shape import Panel, read_panel

ROWS = [("a", 10, 1.0, 14), ("a", 14, 2.0, 14), ("b", 10, 3.0, None), ("b", 12, 4.0, None)]


def panel(*rows: tuple[Any, ...], **more: Any) -> Panel:
    names = ["who", "t", "y", "g", *(f"x{place}" for place in range(len(rows[0]) - 4))]
    frame = pl.DataFrame(list(rows), schema=names, orient="row")
    return read_panel(frame, unit="who", time="t", outcome="y", first_treated="g", **more)


def test_periods_run_at_the_greatest_step_that_fits_all() -> None:
    made = panel(*ROWS)
    assert (made.units, made.labels, made.periods) == (("a", "b"), (10, 12, 14), 3)
    assert made.start.tolist() == [2, 3]
    assert made.never.tolist() == [False, True]
    np.testing.assert_array_equal(made.outcome, [[1.0, np.nan, 2.0], [3.0, 4.0, np.nan]])
    assert made.extra.shape == (2, 3, 0)
    assert made.cluster.tolist() == [0, 1]
    assert made.early_units == 0


def test_months_are_dates() -> None:
    rows = [
        (who, date(2020, month, 1), 1.0, date(2020, 3, 1) if who == "a" else None) for who in "ab" for month in (1, 3)
    ]
    made = panel(*rows)
    assert (made.labels, made.start.tolist()) == ((date(2020, 1, 1), date(2020, 3, 1)), [1, 2])


@pytest.mark.parametrize(("first", "start"), [(0, 3), (16, 3), (15, 2), (14, 2), (12, 1), (11, 0)])
def test_when_a_unit_is_treated(first: int, start: int) -> None:
    """Null, zero and after the last period is never; a unit treated from the first period on is left out."""
    rows = [*ROWS, ("c", 12, 1.0, first)]
    made = panel(*rows)
    assert made.early_units == (start == 0)
    assert made.start.tolist() == ([2, 3, start] if start else [2, 3])
    assert len(made.outcome) == len(made.start) == len(made.cluster) == len(made.extra)


def test_controls_and_clusters_follow_their_rows() -> None:
    rows = [(*row, 10.0 * place, who) for place, (row, who) in enumerate(zip(ROWS, "qqpp", strict=True))]
    made = panel(*rows, controls=["x0"], cluster="x1")
    np.testing.assert_array_equal(made.extra[..., 0], [[0.0, np.nan, 10.0], [20.0, 30.0, np.nan]])
    assert made.cluster.tolist() == [1, 0]


def test_rows_without_a_figure_are_gaps() -> None:
    made = panel(*ROWS, ("b", 14, float("nan"), None), ("b", 16, float("inf"), None), ("b", 18, None, None))
    assert made.periods == 3
    controlled = [(*row, 1.0) for row in ROWS] + [("b", 14, 9.0, None, float("nan"))]
    assert np.isnan(panel(*controlled, controls=["x0"]).outcome[1, 2])


@pytest.mark.parametrize(
    ("rows", "sentence"),
    [
        ([*ROWS, ("a", 10, 9.0, 14)], "more than one row for a, 10"),
        ([*ROWS, ("a", 12, 9.0, 12)], "more than one first treatment"),
        ([("a", 10, 1.0, 12), ("a", 12, 1.0, 12)], "needs some that never are"),
        ([("a", 10, 1.0, 10), ("b", 10, 1.0, None), ("b", 12, 1.0, None)], "treated after its first period"),
        ([("a", 10, None, 12)], "no row with an outcome"),
    ],
)
def test_what_is_no_panel(rows: list[tuple[Any, ...]], sentence: str) -> None:
    with pytest.raises(AnalysisError, match=sentence):
        panel(*rows)


def test_a_single_period_has_a_step_of_one() -> None:
    with pytest.raises(AnalysisError, match="treated after its first period"):
        panel(("a", 10, 1.0, None), ("b", 10, 1.0, None))
