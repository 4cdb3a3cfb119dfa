"""What the timing test prints: three numbers that fit each other, and ends that say something."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dashboard import words
from dashboard.analysis.timing import timing_test
from dashboard.analysis.timing_many import timing_tests
from dashboard.analysis.timing_result import LEAST_TOLD, MOST_TOLD, WindowChange, counted, interval, smallest_steps
from tests.dashboard.analysis.test_timing import flows, noisy

EVENT = date(2014, 3, 1)


@settings(max_examples=15)
@given(st.integers(0, 10_000), st.floats(-0.9, 3.0))
def test_change_usual_change_and_effect_fit(seed: int, step: float) -> None:
    """(1 + change) / (1 + usual) − 1 is the effect, for every window, in one test and in many."""
    values = noisy(240, seed)
    values[170:] *= 1 + step
    found = timing_test(flows(values), event=EVENT)
    for one in (found.main, *found.windows, *found.leads):
        assert (1 + one.change) / (1 + one.usual) - 1 == pytest.approx(one.effect)
    many = timing_tests(flows(values, partner="RUS"), events={"step": EVENT})
    for change, usual, effect in many.select("change", "usual", "effect").iter_rows():
        assert (1 + change) / (1 + usual) - 1 == pytest.approx(effect)
    row = many.filter(window_months=12).row(0, named=True)
    assert (row["change"], row["usual"], row["effect"]) == pytest.approx(
        (found.main.change, found.main.usual, found.main.effect)
    )


def test_the_usual_change_is_the_one_without_the_events_own_step() -> None:
    """A flow without a trend that falls by 90% at the date: what is usual in it is next to nothing."""
    values = noisy(60, trend=0.0, noise=0.02)
    values[40:] *= 0.1
    found = timing_test(flows(values), event=date(2003, 5, 1), windows=[], leads=[])
    assert found.main.usual == pytest.approx(0.0, abs=0.03)
    assert found.effect == pytest.approx(-0.9, abs=0.02)
    told = found.words("Trade")
    assert f"its usual change over such a span is {words.percent(found.main.usual, signed=True)}." in told


def _window(low: float | None, high: float | None) -> WindowChange:
    return WindowChange(12, 0, 12, 12, 0.0, 0.0, 0.0, low, high, 0.5, 100, 80, 40)


@pytest.mark.parametrize(
    ("low", "high", "told"),
    [
        (-0.5, MOST_TOLD, "95% interval −50.0% to +1,000,000%"),
        (-0.5, MOST_TOLD * 1.001, "95% interval −50.0% to no upper bound"),
        (-0.998, 1.1e21, "95% interval −99.8% to no upper bound"),
        (-0.9995, 1.0, "95% interval under −99.9% to +100%"),
        (-0.9994, 1.0, "95% interval −99.9% to +100%"),
        (LEAST_TOLD, 1.0, "95% interval under −99.9% to +100%"),
        (LEAST_TOLD - 1e-6, 1.0, "95% interval no lower bound to +100%"),
    ],
)
def test_an_end_that_says_nothing_is_no_bound(low: float, high: float, told: str) -> None:
    assert interval(_window(low, high), 0.05) == told


def test_steps_that_say_nothing_are_more_than() -> None:
    assert smallest_steps(-0.241, MOST_TOLD * 1.001) == "a fall of 24.1% or a rise of more than 1,000,000%"
    assert smallest_steps(-0.9995, MOST_TOLD) == "a fall of more than 99.9% or a rise of 1,000,000%"
    assert smallest_steps(-0.9994, 1.0) == "a fall of 99.9% or a rise of 100%"


def test_one_clear_month_is_spoken_of_as_one() -> None:
    one = replace(_window(None, None), clear_months=1, as_large=0)
    assert counted(one).startswith("the one month whose windows are clear of the event did not change as much for")
    assert "event changed as much for how much trade swings around it" in counted(replace(one, as_large=1))
