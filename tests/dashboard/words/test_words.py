from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard import words


@pytest.mark.parametrize(
    ("value", "currency", "expected"),
    [
        (36.0217e9, "$", "$36.0 billion"),
        (38_182e6, "EUR", "EUR 38.2 billion"),
        (582.5e6, "$", "$583 million"),  # half away from zero, as a reader rounds by hand
        (606.3e6, "$", "$606 million"),
        (999.96e6, "$", "$1.00 billion"),
        (28.7e12, "$", "$28.7 trillion"),
        (12_345, "$", "$12,300"),
        (999.6, "$", "$1,000"),
        (950, "$", "$950"),
        (0, "$", "$0"),
        (-0.0, "$", "$0"),
        (-0.2, "$", "$0"),
        (-3.4e9, "$", "−$3.40 billion"),
        (-3.4e9, "EUR", "−EUR 3.40 billion"),
        (None, "$", "no figure"),
        (float("nan"), "$", "no figure"),
        (float("inf"), "$", "no figure"),
    ],
)
def test_money_has_three_significant_digits(value: float | None, currency: str, expected: str) -> None:
    assert words.money(value, currency) == expected


@pytest.mark.parametrize(
    ("fraction", "expected"),
    [
        (-0.021, "−2.1%"),
        (0.9050308, "90.5%"),
        (1.0, "100%"),
        (2.087, "209%"),
        (12.34, "1,230%"),
        (0.0285, "2.9%"),
        (0.9996, "100%"),
        (0.994, "99.4%"),
        (0.0004, "0.04%"),
        (-0.00001, "0.0%"),
        (-0.0004, "−0.04%"),
        (0.0, "0.0%"),
        (None, "no figure"),
    ],
)
def test_percent_reads_a_fraction(fraction: float | None, expected: str) -> None:
    assert words.percent(fraction) == expected


def test_percent_with_chosen_digits_and_sign() -> None:
    assert words.percent(0.02479, digits=3) == "2.479%"
    assert words.percent(0.021, signed=True) == "+2.1%"
    assert words.percent(-0.0001, digits=1, signed=True) == "0.0%"
    assert words.percent_range(0.877, 0.905) == "87.7% to 90.5%"
    assert words.percent_range(0.9, 0.9) == "90.0%"


def test_points_count_and_number() -> None:
    assert words.points(4.0) == "4.0 percentage points"
    assert words.points(-2.44) == "−2.4 percentage points"
    assert words.points(1.02) == "1.0 percentage point"
    assert words.points(0.3, signed=True) == "+0.3 percentage points"
    assert words.points(None) == "no figure"
    assert words.count(1234) == "1,234"
    assert words.count(-7) == "−7"
    assert words.number(0.013333) == "0.0133"
    assert words.number(2600) == "2,600"
    assert words.number(-1.5, digits=2) == "−1.50"
    assert words.number(None) == "no figure"


def test_dates_and_spans() -> None:
    assert words.day(date(2022, 2, 24)) == "24 Feb 2022"
    assert words.month(date(2026, 7, 1)) == "Jul 2026"
    assert words.quarter(date(2026, 7, 1)) == "Q3 2026"
    assert words.span(date(2026, 1, 1), date(2026, 7, 1)) == "Jan–Jul 2026"
    assert words.span(date(2025, 11, 1), date(2026, 7, 1)) == "Nov 2025–Jul 2026"
    assert words.span(date(2026, 7, 1), date(2026, 7, 1)) == "Jul 2026"
    assert words.twelve_months(date(2026, 7, 1)) == "12 months to Jul 2026"
    assert [words.period(date(2026, 7, 1), kind) for kind in "MQA"] == ["Jul 2026", "Q3 2026", "2026"]


def test_small_words() -> None:
    assert [words.ordinal(n) for n in (1, 2, 3, 4, 11, 13, 22, 101)] == [
        *("1st", "2nd", "3rd", "4th", "11th", "13th", "22nd", "101st"),
    ]
    assert words.plural(1, "month") == "1 month"
    assert words.plural(33, "month") == "33 months"
    assert words.listing([]) == "none"
    assert words.listing(["a", "b", "c"]) == "a, b and c"


@given(st.floats(allow_nan=True, allow_infinity=True, min_value=None, max_value=None, width=32))
def test_no_negative_zero_and_no_hyphen_minus_anywhere(value: float) -> None:
    for shown in (words.money(value), words.percent(value), words.points(value), words.number(value)):
        assert "-" not in shown
        assert not shown.startswith("−") or any(digit in shown for digit in "123456789")


@pytest.mark.parametrize(
    ("name", "expected"),
    [("Russia", "Russia"), ("World", "the world"), ("Netherlands", "the Netherlands"), ("US", "the US"),
     ("United Kingdom", "the United Kingdom"), ("Philippines", "the Philippines"), ("UAE", "the UAE"),
     ("Cayman Islands", "the Cayman Islands"), ("Euro area", "the euro area"), ("Iran", "Iran")],
)  # fmt: skip
def test_names_in_a_sentence(name: str, expected: str) -> None:
    assert words.in_sentence(name) == expected
