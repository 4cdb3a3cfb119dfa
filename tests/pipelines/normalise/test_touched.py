"""Leaving untouched figures aside gives the very tables that going through all of them gives."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.normalise.assemble import Frames, assemble
from pipelines.normalise.corrections import Correction
from pipelines.normalise.touched import TABLE, split
from pipelines.schema import SORT_ORDER, TABLES
from pipelines.schema.changes import compare, revisions
from pipelines.schema.order import sort_rows

LIVE = ("imf", "census")
FACTS: dict[str, Any] = {
    "reporter": "DEU", "flow": "export", "product": "TOTAL", "frequency": "M", "is_estimate": False,
    "basis": "imts", "valuation": "fob",
}  # fmt: skip
MEND = Correction(
    table=TABLE, where={"partner": "RUS", "source": "imf", "period": date(2024, 1, 1)}, column="value_usd",
    wrong=100.0, right=90.0, reason="", reported=date(2026, 1, 1),
)  # fmt: skip
ROWS = st.lists(
    st.tuples(
        st.sampled_from(["RUS", "CHN"]),
        st.sampled_from([1, 2]),
        st.sampled_from(["imf", "census"]),
        st.sampled_from([100.0, 100.4, 200.0]),
        st.sampled_from([0.1, 1.0]),
    ),
    max_size=5,
    unique_by=lambda row: row[:3],
)
FETCH = st.tuples(st.sampled_from([*LIVE, "snapshot"]), ROWS, st.integers(1, 4))


def columns(table: str) -> dict[str, Any]:
    return {name: column.dtype for name, column in TABLES[table].columns().items() if name != "known_to"}


def fetch(origin: str, rows: Sequence[tuple[str, int, str, float, float]], month: int) -> Frames:
    """What a source sent: partner, month of 2024, source, dollars, rounding; known from a month of 2026."""
    day, release = date(2026, month, 1), f"{origin}-{month}"
    lines = [
        FACTS | {"partner": partner, "period": date(2024, of, 1), "source": source, "value_usd": value}
        | {"rounding_usd": width, "known_from": day, "release": release}
        for partner, of, source, value, width in rows
    ]  # fmt: skip
    facts = {"release": release, "source": "imf", "title": "t", "published": day, "published_precision": "day"}
    told = [facts | {"retrieved": day, "rows": len(lines)}]
    given_columns = {name: dtype for name, dtype in columns("release").items() if name != "origin"}
    return {
        TABLE: pl.DataFrame(lines, schema=columns(TABLE)),
        "release": pl.DataFrame(told, schema=given_columns),
        "macro": pl.DataFrame(schema=columns("macro")),
    }


def in_order(frames: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    return sort_rows(frames[TABLE].select(TABLES[TABLE].column_names()), SORT_ORDER[TABLE])


@settings(deadline=None, max_examples=25)
@given(st.lists(FETCH, min_size=1, max_size=4), st.booleans())
def test_the_short_way_and_the_long_way_give_the_same_tables(fetches: list[tuple[str, Any, int]], mended: bool) -> None:
    before: Frames = {}
    corrections = [MEND] if mended else []
    for origin, rows, month in fetches:
        came = {origin: [fetch(origin, rows, month)]}
        parts = split(came, before, LIVE, corrections)
        assembled, tripped = assemble(came, parts.touched, LIVE, corrections)
        short = parts.whole(assembled)
        long, tripped_long = assemble(came, before, LIVE, corrections)
        assert in_order(short).equals(in_order(long))
        assert tripped == tripped_long
        changes = compare(parts.touched, assembled, untouched={TABLE: parts.untouched})
        assert changes.equals(compare(before, long))
        assert revisions(parts.touched, assembled).equals(revisions(before, long))
        before = {name: frame if name != TABLE else in_order(short) for name, frame in short.items()}


def test_a_figure_for_which_nothing_came_is_left_aside() -> None:
    first = {"imf": [fetch("imf", [("RUS", 1, "imf", 100.0, 1.0), ("CHN", 1, "imf", 200.0, 1.0)], 1)]}
    before, _ = assemble(first, {}, LIVE, [])
    again = {"imf": [fetch("imf", [("RUS", 1, "imf", 200.0, 1.0)], 2)]}
    parts = split(again, before, LIVE, [])
    assert parts.untouched["partner"].to_list() == ["CHN"]
    assert parts.touched[TABLE]["partner"].to_list() == ["RUS"]
    assert split({}, before, LIVE, []).untouched.height == 2


def test_a_source_that_gives_all_of_its_rows_anew_touches_those_it_no_longer_has() -> None:
    first = {"snapshot": [fetch("snapshot", [("RUS", 1, "imf", 100.0, 1.0), ("CHN", 1, "imf", 200.0, 1.0)], 1)]}
    before, _ = assemble(first, {}, LIVE, [])
    again = {"snapshot": [fetch("snapshot", [("RUS", 1, "imf", 100.0, 1.0)], 1)]}
    parts = split(again, before, LIVE, [])
    assembled, _ = assemble(again, parts.touched, LIVE, [])
    assert parts.whole(assembled)[TABLE]["partner"].to_list() == ["RUS"]
