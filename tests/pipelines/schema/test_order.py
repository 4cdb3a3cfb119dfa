"""Sorting by one number is the ordinary sort."""

from __future__ import annotations

from datetime import date

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from pipelines.schema.order import sort_rows

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
