"""Sums at their edges: runs of months, keys, parts of a year, two flows as one figure."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from dashboard.analysis import aggregates
from dashboard.analysis.frames import month_of, ordinal_of

JAN = date(2020, 1, 1)


def monthly(*values: float | None, **more: object) -> pl.DataFrame:
    first = ordinal_of(JAN)
    rows = [(month_of(first + place), value) for place, value in enumerate(values) if value is not None]
    made = pl.DataFrame(rows, schema={"period": pl.Date, "value_usd": pl.Float64}, orient="row")
    return made.with_columns(**{name: pl.lit(word) for name, word in more.items()})


def days(*months: int) -> list[date]:
    return [month_of(ordinal_of(JAN) + month - 1) for month in months]


@pytest.mark.parametrize(
    ("months", "words"),
    [
        ((1,), "Jan 2020"),
        ((2, 1), "Jan–Feb 2020"),
        ((12, 13), "Dec 2020–Jan 2021"),
        ((1, 3, 4, 6), "Jan 2020, Mar–Apr 2020 and Jun 2020"),
    ],
)
def test_months_are_told_in_runs(months: tuple[int, ...], words: str) -> None:
    assert aggregates.months_covered(days(*months)) == words


def test_quarters_and_years_of_every_key_by_period() -> None:
    both = pl.concat([monthly(*[1.0] * 4, who="b"), monthly(*[2.0] * 3, who="a")])
    quarters = aggregates.aggregate(both, to="Q", by=["who"])
    assert quarters.select("who", "value_usd", "months", "is_partial", "label").rows() == [
        ("a", 6.0, 3, False, "Q1 2020"), ("b", 3.0, 3, False, "Q1 2020"), ("b", 1.0, 1, True, "Apr 2020"),
    ]  # fmt: skip
    assert "is_estimate" not in quarters.columns
    years = aggregates.aggregate(monthly(*[1.0] * 12, is_estimate=False), to="A")
    assert years.select("label", "is_partial", "is_estimate").rows() == [("2020", False, False)]
    named = aggregates.aggregate(monthly(1.0).rename({"value_usd": "value"}), to="A", value="value")
    assert named["value"].to_list() == [1.0]


def test_a_part_of_a_year_by_key() -> None:
    both = pl.concat([monthly(*[1.0] * 12, 3.0, who="b"), monthly(*[0.0] * 12, 3.0, who="a"), monthly(1.0, who="c")])
    rows = aggregates.part_year(both, by=["who"])
    assert rows.select("who", "value_usd", "year_before_usd", "growth").rows() == [
        ("a", 3.0, 0.0, None), ("b", 3.0, 1.0, 2.0), ("c", 1.0, None, None),
    ]  # fmt: skip


def test_an_earlier_part_is_not_the_last_year() -> None:
    assert aggregates.part_year(monthly(None, *[1.0] * 23)).is_empty()
    assert aggregates.part_year(monthly(None, *[1.0] * 24))["label"].to_list() == ["Jan 2022"]


def test_two_flows_are_one_figure_where_both_are_whole() -> None:
    exports = monthly(5.0, 6.0, 7.0).with_columns(is_partial=pl.Series([False, False, True]))
    imports = monthly(1.0, None, 3.0)
    assert aggregates.total(exports, imports).rows() == [(JAN, 6.0)]
    assert aggregates.balance(exports, imports).rows() == [(JAN, 4.0)]
    cut = imports.with_columns(is_partial=pl.Series([True, False]))
    assert aggregates.total(exports, cut).is_empty()


@pytest.mark.parametrize(("out", "into", "marked"), [(True, False, True), (False, True, True), (False, False, False)])
def test_a_sum_with_an_estimate_is_an_estimate(out: bool, into: bool, marked: bool) -> None:
    both = aggregates.total(monthly(1.0, is_estimate=out), monthly(1.0, is_estimate=into))
    assert both["is_estimate"].to_list() == [marked]
    one = aggregates.total(monthly(1.0), monthly(1.0, is_estimate=into))
    assert one["is_estimate"].to_list() == [into]
    other = aggregates.balance(monthly(1.0, is_estimate=out), monthly(1.0))
    assert other["is_estimate"].to_list() == [out]
    assert aggregates.total(monthly(1.0), monthly(1.0)).columns == ["period", "value_usd"]


def test_flows_are_matched_within_their_key() -> None:
    exports = pl.concat([monthly(1.0, who="b"), monthly(2.0, who="a")])
    imports = monthly(10.0, who="b")
    assert aggregates.total(exports, imports, by=["who"]).rows() == [("b", JAN, 11.0)]
