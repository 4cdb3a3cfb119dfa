from __future__ import annotations

from datetime import date

import pytest

from pipelines.errors import UsageError
from pipelines.normalise.periods import parse_period


@pytest.mark.parametrize(
    ("text", "first_day"),
    [
        ("2022", date(2022, 1, 1)),
        ("2022-03", date(2022, 3, 1)),
        ("2022-Q1", date(2022, 1, 1)),
        ("2022-q4", date(2022, 10, 1)),
        (" 2022-12 ", date(2022, 12, 1)),
    ],
)
def test_a_period_is_its_first_day(text: str, first_day: date) -> None:
    assert parse_period(text) == first_day


@pytest.mark.parametrize(
    "text", ["", "20", "2022-13", "2022-00", "2022-Q5", "2022-3", "March 2022", "2022-03-01", "0000", "9999"]
)
def test_what_is_no_period_is_refused_by_name(text: str) -> None:
    with pytest.raises(UsageError, match="is not a period"):
        parse_period(text)
