"""What rounding alone could make of a change."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.studies import rounding


def test_worked_example_from_the_issue() -> None:
    # Seven months of imports from Iran, each printed to 0.1 million: 1.0 after 1.1 million.
    found = rounding.change(1.1e6, 1.0e6, 0.7e6, 0.7e6)
    assert found.value == pytest.approx(-0.0909, abs=1e-4)
    assert (found.low, found.high) == (pytest.approx(0.65 / 1.45 - 1), pytest.approx(1.35 / 0.75 - 1))
    assert not found.is_sharp
    assert found.words() == "−55% to +80% (rounded)"


def test_exact_figures_give_one_number() -> None:
    found = rounding.change(200.0, 150.0)
    assert (found.value, found.low, found.high) == (-0.25, -0.25, -0.25)
    assert found.is_sharp
    assert found.words() == "−25.0%"


@pytest.mark.parametrize(("before", "after"), [(None, 1.0), (1.0, None), (0.0, 1.0), (-1.0, 1.0)])
def test_no_base_no_change(before: float | None, after: float | None) -> None:
    assert rounding.change(before, after) == rounding.NO_CHANGE
    assert rounding.NO_CHANGE.words() == "no figure"


def test_a_base_that_may_be_zero_tells_nothing() -> None:
    assert rounding.change(50_000.0, 1e6, 100_000.0, 100_000.0) == rounding.NO_CHANGE


def test_a_large_rise_is_judged_by_its_own_size() -> None:
    assert rounding.change(1e6, 11e6, 1e4, 1e4).is_sharp  # ±6 points on +1,000%
    assert not rounding.change(1e6, 1.01e6, 1e5, 1e5).is_sharp


def test_a_small_amount_is_not_zero() -> None:
    assert rounding.amount(0.0, 100_000.0, "$") == "less than $50,000"
    assert rounding.amount(0.0, 1.0, "$") == "$0"
    assert rounding.amount(200_000.0, 100_000.0, "$") == "$200,000"
    assert rounding.amount(None, None, "$") == "no figure"


@given(
    st.floats(1, 1e9),
    st.floats(0, 1e9),
    st.floats(0, 1e6),
    st.floats(0, 1e6),
    st.floats(-0.5, 0.5),
    st.floats(-0.5, 0.5),
)
def test_the_band_holds_every_value_that_rounds_to_the_figures(
    before: float, after: float, wide: float, wide_too: float, one: float, other: float
) -> None:
    found = rounding.change(before, after, wide, wide_too)
    if found.value is None:
        assert wide / 2 >= before
        return
    true_before, true_after = before + one * wide, max(after + other * wide_too, 0.0)
    change = true_after / true_before - 1
    assert found.low is not None and found.high is not None
    tolerance = 1e-9 * max(1.0, abs(change), abs(found.high))
    assert found.low - tolerance <= change <= found.high + tolerance


def test_share_regained_by_hand() -> None:
    exact = rounding.share_regained(100.0, 20.0, 60.0)
    assert (exact.value, exact.low, exact.high) == (0.5, 0.5, 0.5)
    wide = rounding.share_regained(100.0, 20.0, 60.0, 10.0, 10.0, 10.0)
    assert wide.value == 0.5
    assert wide.low == pytest.approx(min((55 - 25) / (105 - 25), (55 - 25) / (95 - 25), (55 - 15) / (105 - 15)))
    assert rounding.share_regained(100.0, 99.0, 99.5, 4.0, 4.0, 4.0) == rounding.NO_CHANGE


@pytest.mark.parametrize(
    ("value", "width", "sharp"),
    [
        (0.3, 0.0499, True),  # five points
        (0.3, 0.051, False),
        (1.0, 0.1, True),  # a tenth of the change itself
        (1.0, 0.11, False),
        (-1.0, 0.1, True),
        (0.5, 0.05, True),
        (0.5, 0.0501, False),
    ],
)
def test_a_band_of_five_points_or_a_tenth_of_the_change_is_one_number(value: float, width: float, sharp: bool) -> None:
    assert rounding.Change(value, value - width / 4, value + 3 * width / 4).is_sharp is sharp


@pytest.mark.parametrize(
    ("low", "high", "sharp"),
    [
        (-0.0008, 0.0015, False), (0.0, 0.0015, False), (-0.0015, 0.0, False), (0.0001, 0.0015, True),
        (-0.0015, -0.0001, True), (-0.00004, 0.00004, True), (-0.00004, 0.00005, False), (-0.00005, 0.0, False),
    ],
)  # fmt: skip
def test_what_rounding_alone_could_make_has_no_direction(low: float, high: float, sharp: bool) -> None:
    """A band that holds zero is told as the band, however narrow, unless both its ends print as nothing."""
    assert rounding.Change((low + high) / 2, low, high).is_sharp is sharp


def test_the_ends_of_a_narrow_band_keep_their_decimals() -> None:
    assert rounding.Change(0.0003, -0.0008, 0.0015).words() == "−0.1% to +0.2% (rounded)"
    assert rounding.Change(0.0, -0.024, 0.025).words() == "−2.4% to +2.5% (rounded)"
    assert rounding.Change(0.0, -0.025, 0.025).words() == "−3% to +3% (rounded)"


def test_an_open_band_is_no_number() -> None:
    assert not rounding.Change(0.1, None, 0.1).is_sharp
    assert not rounding.Change(0.1, 0.1, None).is_sharp


def test_the_ends_of_a_band_are_told_without_decimals() -> None:
    assert rounding.Change(0.5, 0.4, 0.6).words() == "+40% to +60% (rounded)"
    assert rounding.Change(0.5, 0.4, 0.6).words(signed=False) == "40% to 60% (rounded)"
    assert rounding.Change(0.5, 0.5, 0.5).words(signed=False) == "50.0%"


def test_widths_that_nobody_gives_are_none() -> None:
    assert rounding.change(100.0, 50.0, None, None) == rounding.Change(-0.5, -0.5, -0.5)
    assert rounding.share_regained(100.0, 0.0, 50.0, None, None, None) == rounding.Change(0.5, 0.5, 0.5)


def test_what_is_traded_is_never_below_nothing() -> None:
    assert rounding.change(100.0, 0.0, 0.0, 50.0).low == -1.0
    assert rounding.change(100.0, 10.0, 0.0, 50.0).low == -1.0
    assert rounding.change(100.0, -10.0, 0.0, 4.0).low == pytest.approx(-1.1), "a balance may be below nothing"
    assert rounding.change(100.0, 50.0, 0.0, 50.0).high == pytest.approx(-0.25)


def test_a_loss_that_may_be_none_has_no_share() -> None:
    assert rounding.share_regained(100.0, 100.0, 100.0) == rounding.NO_CHANGE
    assert rounding.share_regained(100.0, 90.0, 95.0, 10.0, 10.0) == rounding.NO_CHANGE
    assert rounding.share_regained(100.0, 90.0, 95.0, 10.0, 9.0).value == 0.5
    wide = rounding.share_regained(100.0, 20.0, 60.0, 10.0, 10.0, 10.0)
    assert wide.high == pytest.approx(max((65 - 15) / (95 - 15), (65 - 25) / (95 - 25)))


@pytest.mark.parametrize(
    ("value", "width", "words"),
    [
        (0.0, 999.0, "$0"),
        (0.0, 1_000.0, "less than $500"),
        (500.0, 1_000.0, "$500"),
        (499.0, 1_000.0, "less than $999"),
        (300.0, 1_000.0, "less than $800"),
        (-500.0, 1_000.0, "−$500"),
        (0.0, None, "$0"),
    ],
)
def test_what_rounding_hides_is_less_than_the_most_that_it_may_be(
    value: float, width: float | None, words: str
) -> None:
    assert rounding.amount(value, width, "$") == words
