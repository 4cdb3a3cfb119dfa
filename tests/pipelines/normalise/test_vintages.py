from __future__ import annotations

from datetime import date
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.normalise.vintages import chain, is_vintage, printed_rounding

JAN, FEB, MAR = date(2023, 3, 8), date(2025, 10, 31), date(2026, 9, 30)


def published(*rows: tuple[date, float, float, bool], figure: str = "a") -> pl.DataFrame:
    columns: dict[str, Any] = {
        "known_from": pl.Date,
        "value": pl.Float64,
        "rounding": pl.Float64,
        "estimate": pl.Boolean,
    }
    return pl.DataFrame(rows, schema=columns, orient="row").with_columns(figure=pl.lit(figure))


def spans(frame: pl.DataFrame) -> list[tuple[float, date, date | None]]:
    rows = chain(frame, ["figure"], "value", rounding="rounding", same="estimate")
    return rows.select("value", "known_from", "known_to").rows()


def test_a_revision_closes_one_row_and_opens_the_next() -> None:
    # Exports to Russia in 2022, million dollars: 1,715.1 in the workbook, 1,655.4 in the interface.
    frame = published((JAN, 1715.1, 0.1, False), (FEB, 1655.4, 0.1, False))
    assert spans(frame) == [(1715.1, JAN, FEB), (1655.4, FEB, None)]


def test_the_order_of_the_rows_does_not_matter() -> None:
    frame = published((FEB, 1655.4, 0.1, False), (JAN, 1715.1, 0.1, False))
    assert spans(frame) == [(1715.1, JAN, FEB), (1655.4, FEB, None)]


def test_rounding_is_no_revision() -> None:
    frame = published((FEB, 69_162_506.0, 1.0, False), (MAR, 69_200_000.0, 100_000.0, False))
    assert spans(frame) == [(69_162_506.0, FEB, None)]


def test_half_of_the_rounding_still_agrees_and_a_dollar_more_does_not() -> None:
    agrees = published((FEB, 69_150_000.0, 1.0, False), (MAR, 69_200_000.0, 100_000.0, False))
    differs = published((FEB, 69_149_999.0, 1.0, False), (MAR, 69_200_000.0, 100_000.0, False))
    assert len(spans(agrees)) == 1
    assert len(spans(differs)) == 2


def test_a_finer_value_opens_a_row_though_it_agrees() -> None:
    frame = published((JAN, 69_200_000.0, 100_000.0, False), (FEB, 69_162_506.0, 1.0, False))
    assert spans(frame) == [(69_200_000.0, JAN, FEB), (69_162_506.0, FEB, None)]


def test_the_same_number_at_a_finer_rounding_is_no_revision() -> None:
    assert spans(published((JAN, 5.0, 1.0, False), (FEB, 5.0, 0.1, False))) == [(5.0, JAN, None)]


def test_a_changed_estimate_mark_is_a_revision() -> None:
    assert spans(published((JAN, 5.0, 1.0, True), (FEB, 5.0, 1.0, False))) == [(5.0, JAN, FEB), (5.0, FEB, None)]


def test_a_value_that_returns_opens_a_third_row() -> None:
    frame = published((JAN, 5.0, 1.0, False), (FEB, 9.0, 1.0, False), (MAR, 5.0, 1.0, False))
    assert spans(frame) == [(5.0, JAN, FEB), (9.0, FEB, MAR), (5.0, MAR, None)]


def test_a_later_value_is_held_against_the_one_that_stands_not_the_one_before_it() -> None:
    # Small steps within the rounding of the coarse release must not add up unseen.
    frame = published((JAN, 100.0, 1.0, False), (FEB, 104.0, 10.0, False), (MAR, 108.0, 10.0, False))
    assert spans(frame) == [(100.0, JAN, MAR), (108.0, MAR, None)]


def test_figures_do_not_touch_each_other() -> None:
    frame = pl.concat([published((JAN, 1.0, 1.0, False)), published((FEB, 2.0, 1.0, False), figure="b")])
    assert spans(frame) == [(1.0, JAN, None), (2.0, FEB, None)]


def test_a_key_published_twice_on_one_day_stays_for_the_contract_to_refuse() -> None:
    assert len(spans(published((JAN, 1.0, 1.0, False), (JAN, 2.0, 1.0, False)))) == 2


def test_nothing_gives_nothing() -> None:
    assert spans(published()) == []


VINTAGES = st.lists(
    st.tuples(
        st.sampled_from(["a", "b"]),
        st.dates(date(2020, 1, 1), date(2020, 2, 1)),
        st.integers(0, 30).map(float),
        st.sampled_from([1.0, 10.0]),
        st.booleans(),
    ),
    unique_by=lambda row: (row[0], row[1]),
    max_size=12,
)


@given(VINTAGES)
def test_on_every_day_at_most_one_value_stands_and_the_first_is_never_lost(
    rows: list[tuple[str, date, float, float, bool]],
) -> None:
    columns: dict[str, Any] = {
        "figure": pl.String,
        "known_from": pl.Date,
        "value": pl.Float64,
        "rounding": pl.Float64,
        "estimate": pl.Boolean,
    }
    frame = pl.DataFrame(rows, schema=columns, orient="row")
    result = chain(frame, ["figure"], "value", rounding="rounding", same="estimate")
    for figure, group in result.group_by("figure"):
        starts, ends = group["known_from"].to_list(), group["known_to"].to_list()
        assert starts == sorted(starts)
        assert ends == [*starts[1:], None]
        assert starts[0] == frame.filter(pl.col("figure") == figure[0])["known_from"].min()
    assert result["figure"].n_unique() == frame["figure"].n_unique()


@given(VINTAGES)
def test_chaining_the_rows_that_stood_changes_nothing(rows: list[tuple[str, date, float, float, bool]]) -> None:
    columns = ["figure", "known_from", "value", "rounding", "estimate"]
    frame = pl.DataFrame(rows, schema=columns, orient="row") if rows else published().select(columns)
    once = chain(frame, ["figure"], "value", rounding="rounding", same="estimate")
    again = chain(once.drop("known_to"), ["figure"], "value", rounding="rounding", same="estimate")
    assert again.equals(once.select(again.columns))


def test_a_repeated_forecast_opens_a_row_and_a_repeated_figure_does_not() -> None:
    flags = {"forecast": "forecast;fiscal_year", "figure": None, "mark": "may_be_estimate", "revision": "revised"}
    frame = pl.concat(
        published((JAN, 3.2, 0.1, False), (FEB, 3.2, 0.1, False), figure=name).with_columns(
            flag=pl.lit(flag, dtype=pl.String), is_forecast=pl.lit(name == "forecast")
        )
        for name, flag in flags.items()
    )
    rows = chain(frame, ["figure"], "value", rounding="rounding", same="estimate", always=is_vintage())
    found = {name[0]: group.select("known_from", "known_to").rows() for name, group in rows.group_by("figure")}
    both = [(JAN, FEB), (FEB, None)]
    assert found == {"forecast": both, "revision": both, "figure": [(JAN, None)], "mark": [(JAN, None)]}


def test_printed_rounding_is_that_of_the_finest_value_of_the_release() -> None:
    frame = pl.DataFrame({"release": ["a", "a", "b", "c"], "value": [2.0, 2.31, 2.0, 1_477_000_000_000.0]})
    assert printed_rounding(frame, "value", ["release"]).round(6).to_list() == [0.01, 0.01, 0.1, 0.1]


def test_a_forecast_cut_to_a_whole_number_is_a_revision() -> None:
    frame = published((JAN, 2.3, 0.1, True), (FEB, 2.0, 0.1, True))
    assert len(spans(frame)) == 2


@pytest.mark.parametrize(
    ("value", "width"),
    [
        (2.0, 0.1),
        (2.3, 0.1),
        (2.25, 0.01),
        (0.125, 0.001),
        (1.1234567, 1e-7),
        (0.012345678, 1e-9),
        (0.0123456789, 1e-10),
    ],
)
def test_printed_rounding_is_the_last_decimal_of_the_value(value: float, width: float) -> None:
    assert printed_rounding(pl.DataFrame({"release": ["a"], "value": [value]}), "value", ["release"]).to_list() == [
        pytest.approx(width, rel=1e-6)
    ]


def test_printed_rounding_is_told_apart_by_series_and_sign() -> None:
    frame = pl.DataFrame({"release": ["a", "a", "b"], "series": ["x", "y", "x"], "value": [-1.25, 3.0, -0.5]})
    widths = printed_rounding(frame, "value", ["release", "series"])
    assert (widths.name, widths.round(6).to_list()) == ("rounding", [0.01, 0.1, 0.1])


def test_the_width_of_the_arithmetic_is_no_revision() -> None:
    """Sums of floats differ in their last digits; a coarse figure agrees up to half of its width and that much more."""
    assert len(spans(published((JAN, 0.3, 0.1, False), (FEB, 0.1 + 0.2, 0.1, False)))) == 1
    assert len(spans(published((JAN, 1e9, 0.1, False), (FEB, 1e9 + 2.0, 0.1, False)))) == 2
    assert len(spans(published((JAN, -5.0, 1.0, False), (FEB, -5.5, 1.0, False)))) == 1
    assert len(spans(published((JAN, -5.0, 1.0, False), (FEB, -5.6, 1.0, False)))) == 2


def test_a_row_keeps_what_stands_beside_it_and_its_order() -> None:
    frame = pl.concat([published((FEB, 2.0, 1.0, False), figure="b"), published((JAN, 1.0, 1.0, False))])
    result = chain(frame, ["figure"], "value", rounding="rounding", same="estimate")
    assert result["figure"].to_list() == ["a", "b"]
    assert result.columns == [*frame.columns, "known_to"]


def test_a_figure_published_twice_on_one_day_does_not_hide_the_others() -> None:
    twice = published((JAN, 1.0, 1.0, False), (FEB, 9.0, 1.0, False), (FEB, 8.0, 1.0, False))
    once = published((JAN, 1.0, 1.0, False), (FEB, 9.0, 1.0, False), figure="b")
    result = chain(pl.concat([twice, once]), ["figure"], "value", rounding="rounding", same="estimate")
    assert result.filter(figure="a").height == 3
    assert result.filter(figure="b").select("value", "known_to").rows() == [(1.0, FEB), (9.0, None)]


@pytest.mark.parametrize(
    ("flag", "is_forecast", "expected"),
    [
        ("forecast", True, True), (None, True, True), ("first_estimate;x", False, True), ("revised", False, True),
        (None, False, False), ("may_be_estimate", False, False), ("x;revised", False, False),
    ],
)  # fmt: skip
def test_what_is_a_dated_vintage(flag: str | None, is_forecast: bool, expected: bool) -> None:
    row = pl.DataFrame({"flag": [flag], "is_forecast": [is_forecast]}, schema_overrides={"flag": pl.String})
    assert row.select(is_vintage()).item() is expected
