from __future__ import annotations

from datetime import date

import pytest

from pipelines.errors import UsageError
from pipelines.normalise.periods import Window, months, months_before, parse_period


@pytest.mark.parametrize(
    ("text", "first_day"),
    [
        ("2022", date(2022, 1, 1)),
        ("2022-03", date(2022, 3, 1)),
        ("2022-Q1", date(2022, 1, 1)),
        ("2022-q4", date(2022, 10, 1)),
        (" 2022-12 ", date(2022, 12, 1)),
        ("2022-01", date(2022, 1, 1)),
        ("2022-Q2", date(2022, 4, 1)),
        ("1900", date(1900, 1, 1)),
        ("2100", date(2100, 1, 1)),
    ],
)
def test_a_period_is_its_first_day(text: str, first_day: date) -> None:
    assert parse_period(text) == first_day


@pytest.mark.parametrize(
    "text",
    ["", "20", "2022-13", "2022-00", "2022-Q5", "2022-3", "March 2022", "2022-03-01", "0000", "9999", "1899", "2101"],
)
def test_what_is_no_period_is_refused_by_name(text: str) -> None:
    with pytest.raises(UsageError, match="is not a period"):
        parse_period(text)


@pytest.mark.parametrize(
    ("day", "back", "first"),
    [
        (date(2022, 3, 31), 0, date(2022, 3, 1)),
        (date(2022, 3, 1), 2, date(2022, 1, 1)),
        (date(2022, 3, 1), 3, date(2021, 12, 1)),
        (date(2022, 1, 1), 12, date(2021, 1, 1)),
        (date(2022, 12, 1), -1, date(2023, 1, 1)),
        (date(2022, 11, 30), -1, date(2022, 12, 1)),
    ],
)
def test_months_are_counted_back_over_the_year(day: date, back: int, first: date) -> None:
    assert months_before(day, back) == first


def test_months_from_one_to_another_hold_both() -> None:
    assert months(date(2022, 11, 15), date(2023, 1, 2)) == [date(2022, 11, 1), date(2022, 12, 1), date(2023, 1, 1)]
    assert months(date(2022, 1, 1), date(2022, 1, 31)) == [date(2022, 1, 1)]
    assert months(date(2022, 2, 1), date(2022, 1, 1)) == []


def test_a_window_that_nobody_narrowed_leaves_all_to_the_source() -> None:
    window = Window(today=date(2026, 11, 22))
    assert (window.since, window.latest_period, window.last_asked, window.keyed) == (None, None, None, False)
