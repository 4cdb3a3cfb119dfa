"""Shifts between partners, from nothing and to nothing; by hand."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from dashboard.analysis.errors import AnalysisError
from dashboard.analysis.partners import partner_shift


def _flows(rows: list[tuple[str, int, float, bool]]) -> pl.DataFrame:
    return pl.DataFrame(
        [(partner, date(year, 1, 1), value, estimate) for partner, year, value, estimate in rows],
        schema=["partner", "period", "value_usd", "is_estimate"],
        orient="row",
    )


ROWS = [
    ("AAA", 2021, 0.0, False), ("AAA", 2024, 0.5, False),
    ("BBB", 2021, 0.5, True), ("BBB", 2024, 0.25, False),
    ("CCC", 2021, 1.5, False), ("CCC", 2024, 0.0, True),
    ("DDD", 2024, 0.25, False), ("EEE", 2021, 2.0, False), ("AAA", 2022, 9.0, True),
]  # fmt: skip


def test_a_shift_by_hand() -> None:
    """Of 4 in the first year and 1 in the second; from nothing there is a change and no growth."""
    frame = partner_shift(_flows(ROWS), 2021, 2024)
    names = [
        "partner", "value_a_usd", "value_b_usd", "change_usd", "growth", "share_a", "share_b", "share_change_pp",
        "missing_in", "is_estimate",
    ]  # fmt: skip
    assert frame.columns == names
    assert frame.rows() == [
        ("AAA", 0.0, 0.5, 0.5, None, 0.0, 0.5, 50.0, None, False),
        ("BBB", 0.5, 0.25, -0.25, -0.5, 0.125, 0.25, 12.5, None, True),
        ("CCC", 1.5, 0.0, -1.5, -1.0, 0.375, 0.0, -37.5, None, True),
        ("DDD", None, 0.25, None, None, None, 0.25, None, 2021, False),
        ("EEE", 2.0, None, None, None, 0.5, None, None, 2024, False),
    ]
    assert "is_estimate" not in partner_shift(_flows(ROWS).drop("is_estimate"), 2021, 2024).columns


def test_equal_changes_stand_in_the_order_of_their_names() -> None:
    rows = [(name, year, 1.0 + (year == 2024), False) for name in ("CCC", "AAA", "BBB") for year in (2021, 2024)]
    assert partner_shift(_flows(rows), 2021, 2024)["partner"].to_list() == ["AAA", "BBB", "CCC"]


@pytest.mark.parametrize("year", [2023, 2020])
def test_either_year_must_be_there(year: int) -> None:
    with pytest.raises(AnalysisError, match=f"no complete figures for {year}"):
        partner_shift(_flows(ROWS), *sorted((year, 2022)))
