"""Sorting by one number is the ordinary sort."""

from __future__ import annotations

from datetime import date

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from pipelines.schema.order import numbered, sort_rows, without

KEYS = ["word", "day", "flag", "count"]
SCHEMA = {"word": pl.String, "day": pl.Date, "flag": pl.Boolean, "count": pl.Int64, "value": pl.Float64}
WORDS = st.text(alphabet="aZé-_9", max_size=3)
DAYS = st.dates(date(1850, 1, 1), date(2150, 1, 1))
COUNTS = st.integers(-(2**63) + 1, 2**63 - 1) | st.integers(-3, 3)


@given(st.lists(st.tuples(WORDS, DAYS, st.booleans(), COUNTS, st.none()), max_size=30))
def test_same_order_as_the_ordinary_sort(rows: list[tuple[object, ...]]) -> None:
    frame = pl.DataFrame(rows, schema=SCHEMA, orient="row")
    assert sort_rows(frame, KEYS).select(KEYS).equals(frame.sort(KEYS).select(KEYS))


def test_what_cannot_be_numbered_is_sorted_the_ordinary_way() -> None:
    frame = pl.DataFrame({"word": ["b", None, "a"], "value": [2.5, 1.5, 0.5]})
    assert sort_rows(frame, ["word"]).equals(frame.sort("word"))
    assert sort_rows(frame, ["value"])["value"].to_list() == [0.5, 1.5, 2.5]


@given(st.lists(st.tuples(WORDS, DAYS, st.booleans(), COUNTS, st.none()), max_size=12), st.integers(0, 12))
def test_rows_without_the_others_are_those_of_the_ordinary_join(rows: list[tuple[object, ...]], cut: int) -> None:
    frame = pl.DataFrame(rows, schema=SCHEMA, orient="row")
    others = frame[cut:]
    expected = frame.join(others.select(KEYS), on=KEYS, how="anti", maintain_order="left")
    assert without(frame, others, KEYS).equals(expected)


@given(st.lists(st.tuples(WORDS, DAYS, st.booleans(), COUNTS, st.none()), max_size=12), st.integers(0, 12))
def test_joining_by_number_finds_the_same_pairs(rows: list[tuple[object, ...]], cut: int) -> None:
    frame = pl.DataFrame(rows, schema=SCHEMA, orient="row").unique(KEYS, maintain_order=True).with_row_index("row")
    sides, on = numbered([frame, frame[cut:]], KEYS)
    pairs = sides[0].join(sides[1], on=on, how="inner").sort("row").select("row", "row_right").rows()
    assert pairs == [(row, row) for row in range(min(cut, frame.height), frame.height)]
