"""Sentences on gaps, doubtful and coarse months of one pair, and the band of a change of logs; by hand."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import pytest

from dashboard.analysis.errors import AnalysisError
from dashboard.studies import pair
from dashboard.studies.pair import PairQuery
from dashboard.studies.series import TradeSeries
from tests.dashboard import tiny
from tests.dashboard.studies import hand

JAN = date(2020, 1, 1)


def _months(values: Sequence[float | None], **more: Any) -> TradeSeries:
    return hand.series(hand.months(JAN, values), **more)


def _flags(count: int) -> TradeSeries:
    return _months([1.0] * 12, flags={date(2020, place, 1): "not_plausible" for place in range(1, count + 1)})


def test_doubtful_months_are_named_up_to_three() -> None:
    assert pair.doubtful_words(_flags(0)) == ""
    assert pair.doubtful_words(_flags(1)) == "Jan 2020 (not plausible) is marked as doubtful and left out."
    assert pair.doubtful_words(_flags(2)).endswith("Feb 2020 (not plausible) are marked as doubtful and left out.")
    assert "and Mar 2020 (not plausible) are" in pair.doubtful_words(_flags(3))
    assert "Mar 2020 (not plausible) and 2 more are marked" in pair.doubtful_words(_flags(5))


def test_gaps_are_named_up_to_three() -> None:
    assert pair.gap_words(_months([1.0, 1.0])) == ""
    assert pair.gap_words(_months([1.0, None, None, 1.0])) == "No figures for Feb–Mar 2020, which stay a gap."
    holes: list[float | None] = [1.0, None] * 5 + [1.0]
    assert pair.gap_words(_months(holes)) == (
        "No figures for Feb 2020, Apr 2020, Jun 2020 and 2 more, which stay a gap."
    )


@pytest.mark.parametrize(
    ("value", "width", "coarse"),
    [
        (10_000.0, 1_000.0, False),  # a tenth
        (9_999.0, 1_000.0, True),
        (9_000.0, 999.0, False),  # a source that prints to the dollar or nearly so
        (0.0, 1_000.0, True),
        (-9_000.0, 1_000.0, True),
    ],
)
def test_a_figure_that_is_rounded_to_more_than_a_tenth_of_itself_is_coarse(
    value: float, width: float, coarse: bool
) -> None:
    assert pair.coarse(_months([value], rounding=width)).is_empty is not coarse


def test_coarse_months_are_told_where_they_are_more_than_a_twentieth() -> None:
    def told(coarse: int, fine: int) -> str:
        return pair.coarse_words(_months([5_000.0] * coarse + [1e9] * fine, rounding=1_000.0))

    assert told(1, 19) == ""
    assert told(1, 18) == (
        "1 of the 19 months is rounded to more than a tenth of the figure (up to $1,000), so one step of rounding "
        "looks like a change of trade."
    )
    assert told(2, 3).startswith("2 of the 5 months are rounded")


def test_the_band_of_a_change_of_mean_logs() -> None:
    before, after = _months([100.0, 100.0], rounding=10.0), _months([200.0, 0.0, 200.0], rounding=10.0)
    change = pair.log_change(before, after.where(after.frame["value"] > 0), 1.0)  # type: ignore[arg-type]
    assert (change.value, change.low, change.high) == (1.0, pytest.approx(195 / 105 - 1), pytest.approx(205 / 95 - 1))
    # Zeros have no logarithm and are passed over.
    assert pair.log_change(before, after, 1.0).low == pytest.approx(195 / 105 - 1)


def test_a_measured_change_moves_the_band_with_it() -> None:
    before, after = _months([100.0], rounding=10.0), _months([200.0], rounding=10.0)
    change = pair.log_change(before, after, 0.5)
    assert change.value == 0.5
    assert change.low == pytest.approx(1.5 * (195 / 105) / 2 - 1)


@pytest.mark.parametrize(("value", "width"), [(5.0, 10.0), (0.0, 0.0)])
def test_a_month_that_may_be_zero_leaves_no_change(value: float, width: float) -> None:
    whole = _months([100.0])
    assert pair.log_change(_months([value], rounding=width), whole, 0.1).value is None
    assert pair.log_change(whole, _months([value], rounding=width), 0.1).value is None
    assert pair.log_change(_months([5.1], rounding=10.0), whole, 0.1).value == 0.1


def test_one_month_that_may_be_zero_is_enough() -> None:
    whole = _months([100.0, 100.0])
    assert pair.log_change(_months([5.0, 100.0], rounding=10.0), whole, 0.1).value is None
    assert pair.log_change(whole, _months([], rounding=10.0), 0.1).value is None


def test_the_question_to_the_store() -> None:
    query = PairQuery("USA", "RUS", "import", "USD", "census", date(2025, 11, 1))
    asked = query.trade(("RUS",))
    assert (asked.reporter, asked.partners, asked.flow, asked.period) == ("USA", ("RUS",), "import", "M")
    assert (asked.currency, asked.source, asked.known_on) == ("USD", "census", date(2025, 11, 1))
    assert query.trade().partners is None
    store = tiny.store(trade_flow=tiny.months({JAN: 1.0}))
    assert pair.ask_months(store, PairQuery("USA", "RUS", "export")).frame.height == 1
    with pytest.raises(AnalysisError, match="but not the imports"):
        pair.ask_months(store, PairQuery("USA", "RUS", "import"))


def test_the_rows_of_some_months() -> None:
    series = _months([1.0, 2.0, 3.0])
    assert pair.at_periods(series, series.frame["period"][1:]).frame["value"].to_list() == [2.0, 3.0]


def test_in_constant_prices_a_figure_is_coarse_by_what_is_drawn() -> None:
    series = _months([5_000.0], rounding=1_000.0)
    assert not pair.coarse(series.with_rows(series.frame.with_columns(nominal=1e9))).is_empty


def test_the_means_are_of_the_logs_and_not_their_middle() -> None:
    """100, 100 and 800 have a mean log of 200."""
    found = pair.log_change(_months([200.0], rounding=0.0), _months([100.0, 100.0, 800.0], rounding=0.0), 0.25)
    assert (found.low, found.high) == (pytest.approx(0.25), pytest.approx(0.25))
    wide = pair.log_change(_months([200.0], rounding=0.0), _months([100.0, 100.0, 800.0], rounding=100.0), 0.0)
    assert wide.low == pytest.approx((50 * 50 * 750) ** (1 / 3) / 200 - 1)
    assert wide.high == pytest.approx((150 * 150 * 850) ** (1 / 3) / 200 - 1)
