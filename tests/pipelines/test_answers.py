"""Kept answers: the same for the same question, harmless to change, bounded."""

from __future__ import annotations

from datetime import date

import polars as pl

from pipelines.answers import Answers


def _rows(count: int) -> pl.DataFrame:
    return pl.DataFrame({"n": pl.arange(0, count, eager=True)})


def test_found_by_text_and_values_and_their_types() -> None:
    answers = Answers()
    answers.keep("SELECT ?", [1], _rows(1))
    answers.keep("SELECT ?", ["1"], _rows(2))
    answers.keep("SELECT ?", [date(2022, 3, 1)], _rows(3))
    found = [answers.find("SELECT ?", [value]) for value in (1, "1", date(2022, 3, 1), True, date(2022, 3, 2))]
    assert [None if rows is None else rows.height for rows in found] == [1, 2, 3, None, None]


def test_what_a_reader_does_to_an_answer_stays_with_that_reader() -> None:
    answers = Answers()
    given = _rows(3)
    answers.keep("q", [], given)
    given.columns = ["renamed"]
    first = answers.find("q", [])
    assert first is not None
    first.insert_column(0, pl.Series("extra", [1, 2, 3]))
    first[0, "n"] = 99
    second = answers.find("q", [])
    assert second is not None
    assert second.equals(_rows(3))


def test_the_least_used_goes_first_and_the_too_large_is_not_kept() -> None:
    size = _rows(100).estimated_size()
    answers = Answers(kept_bytes=2 * size, largest_bytes=size)
    answers.keep("a", [], _rows(100))
    answers.keep("b", [], _rows(100))
    assert answers.find("a", []) is not None
    answers.keep("c", [], _rows(100))
    answers.keep("large", [], _rows(101))
    assert {name: answers.find(name, []) is not None for name in ("a", "b", "c", "large")} == {
        "a": True, "b": False, "c": True, "large": False,
    }  # fmt: skip
    answers.keep("c", [], _rows(100))
    assert answers.find("a", []) is not None
