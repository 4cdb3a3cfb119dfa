"""Which dates can be tested and drawn, each at its edge: months before and after, gaps, zeros, ends of a series."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import numpy as np
import polars as pl
import pytest

from dashboard.analysis.errors import AnalysisError
from dashboard.analysis.frames import month_of
from dashboard.analysis.timing import timing_test, unsettled, unusual
from dashboard.analysis.timing_many import timing_tests
from dashboard.analysis.timing_null import changes, rank
from dashboard.analysis.timing_path import event_path
from dashboard.analysis.timing_result import counted, fraction, interval, p_words
from dashboard.analysis.timing_series import log_series

FIRST = 2000 * 12


def flows(values: Sequence[float | None]) -> pl.DataFrame:
    rows = [(month_of(FIRST + place), value) for place, value in enumerate(values) if value is not None]
    return pl.DataFrame(rows, schema={"period": pl.Date, "value_usd": pl.Float64}, orient="row")


def waves(size: int) -> list[float | None]:
    """A flow without a season that never stands still."""
    return [float(np.exp(10 + 0.1 * np.sin(1.7 * place) + 0.05 * np.sin(0.9 * place))) for place in range(size)]


def month(place: int) -> date:
    return month_of(FIRST + place)


def refused(values: Sequence[float | None], event: date, **asked: int) -> str:
    """Why a date cannot be drawn or tested; empty when it can."""
    try:
        event_path(flows(values), event=event, **asked)
    except AnalysisError as reason:
        return str(reason)
    return ""


def test_a_path_begins_and_ends_with_the_series() -> None:
    path = event_path(flows(waves(120)), event=month(40), before=60, after=200)
    assert path["offset"].to_list() == list(range(-40, 80))
    assert (path["period"][0], path["period"][-1]) == (month(0), month(119))
    assert path.filter(pl.col("offset") == -40)["index"].item() == pytest.approx(100, rel=0.3)


def test_a_path_holds_both_ends_of_what_was_asked() -> None:
    assert event_path(flows(waves(120)), event=month(60), before=2, after=3)["offset"].to_list() == [-2, -1, 0, 1, 2, 3]


@pytest.mark.parametrize(("place", "why"), [(36, ""), (35, "has 35 months with figures before Dec 2002")])
def test_three_years_before_are_needed(place: int, why: str) -> None:
    assert why in refused(waves(120), month(place))
    assert (refused(waves(120), month(place)) == "") is (why == "")


def test_months_before_are_those_with_figures() -> None:
    values = waves(120)
    values[3] = None
    assert "has 35 months with figures before Jan 2003; the test needs 36" in refused(values, month(36))
    assert refused(values, month(37)) == ""
    values[3] = 0.0
    assert "has 35 months with figures above zero, and 1 of zero trade, before Jan 2003" in refused(values, month(36))
    assert "has 0 months" in refused(waves(120), month(0))
    assert "has 0 months" in refused(waves(120), month(-50))


@pytest.mark.parametrize("window", [6, 12])
def test_the_months_after_must_be_over(window: int) -> None:
    assert refused(waves(120), month(120 - window), window_months=window) == ""
    told = refused(waves(120), month(121 - window), window_months=window)
    assert "ends in Dec 2009, before the" in told
    assert f"months after {('Feb', 'Aug')[window == 6]} 2009 are over" in told
    # In the middle of a month its own month is left out, so the year ends a month later.
    middle = month(120 - window).replace(day=15)
    assert "ends in Dec 2009" in refused(waves(120), middle, window_months=window)


@pytest.mark.parametrize(("side", "first"), [("before", 60 - 12), ("after", 60)])
def test_nine_of_twelve_months_on_either_side_are_needed(side: str, first: int) -> None:
    values = waves(120)
    for place in range(3):
        values[first + place] = None
    assert refused(values, month(60)) == ""
    values[first + 11] = None
    words = refused(values, month(60))
    assert f"of the 12 months {side} Jan 2005 have figures above zero" in words


@pytest.mark.parametrize(
    ("side", "first", "words"),
    [("before", 48, "there was no trade to fall"), ("after", 60, "trade stopped, which needs no test")],
)
def test_zeros_on_either_side_say_what_they_mean(side: str, first: int, words: str) -> None:
    values = waves(120)
    for place in range(first, first + 12):
        values[place] = 0.0
    told = refused(values, month(60))
    assert f"months {side} Jan 2005" in told
    assert f"and 12 are zero: {words}" in told
    # Zeros beyond the year do not count among those of the year.
    values[47] = values[72] = 0.0
    assert "and 12 are zero" in refused(values, month(60))


def test_zeros_before_the_date_are_those_next_before_it() -> None:
    """A year without trade long ago leaves 48 months with figures, and no word of it where months next before lack."""
    values = waves(120)
    for place in (*range(12), *range(60 - 5, 60)):
        values[place] = 0.0
    assert "and 5 are zero: there was no trade to fall" in refused(values, month(60))
    for place in range(60 - 5, 60):
        values[place] = None
    told = refused(values, month(60))
    assert "Only 7 of the 12 months before Jan 2005" in told and "zero:" not in told


def test_a_short_series_is_nothing_unusual() -> None:
    """Windows of 24 fit into 60 months at 13 places: too few to call any of them unusual, though it is admissible."""
    (short, long) = (log_series(flows(waves(size)), by=())[()] for size in (60, 90))
    assert not isinstance(short, str) and not isinstance(long, str)
    assert unusual(short, month(36), 24, 0) is None
    assert unusual(long, month(36), 24, 0) is not None
    assert unusual(long, month(30), 24, 0) is None


def test_swings_that_trebled_are_allowed_and_more_withholds_the_verdict() -> None:
    every = changes(np.random.default_rng(1).standard_normal(90), 12)
    ranked = rank(every, np.array([45]))[45]
    assert unsettled(replace(ranked, unrest=3.0), month(45), 12) == ""
    assert unsettled(replace(ranked, unrest=float("nan")), month(45), 12) == ""
    assert "swing 3.1 times" in unsettled(replace(ranked, unrest=3.1), month(45), 12)


def test_what_is_refused_has_one_sentence() -> None:
    with pytest.raises(AnalysisError, match="needs 36 to know what is ordinary"):
        event_path(flows(waves(120)), event=month(10))


def test_windows_and_leads_of_one_month_are_the_shortest() -> None:
    asked = {"event": month(60), "window_months": 6, "windows": (1,), "leads": (1,)}
    found = timing_test(flows(waves(120)), **asked)
    assert [one.lead_months for one in found.leads] == [1]
    for wrong in ({"window_months": 0}, {"windows": (0,)}, {"leads": (0,)}):
        with pytest.raises(AnalysisError):
            timing_test(flows(waves(120)), **(asked | wrong))


def test_what_is_tested_unless_asked_otherwise() -> None:
    found = timing_test(flows(waves(200)), event=month(100))
    assert found.main.window_months == 12
    assert [one.window_months for one in found.windows] == [6, 12, 24]
    assert [one.lead_months for one in found.leads] == [3, 6]
    assert (found.first, found.last, found.pre_months) == (month(0), month(199), 100)
    assert (found.gap_months, found.zero_months) == (0, 0)
    values = waves(200)
    values[20], values[30], values[150] = None, None, 0.0
    holes = timing_test(flows(values), event=month(100))
    assert (holes.gap_months, holes.zero_months, holes.pre_months) == (2, 1, 98)


def test_an_interval_and_a_count_in_words() -> None:
    main = timing_test(flows(waves(200)), event=month(100)).main
    both = replace(main, low=0.1, high=0.25)
    assert interval(both, 0.05) == "95% interval +10.0% to +25.0%"
    assert interval(both, 0.1).startswith("90% interval")
    assert interval(replace(both, low=None), 0.05) == "95% interval no lower bound to +25.0%"
    assert interval(replace(both, high=None), 0.05) == "95% interval +10.0% to no upper bound"
    assert "has no bounds" in interval(replace(both, low=None, high=None), 0.05)
    assert counted(replace(main, clear_months=0)) == "no other month of the series is clear of the event"
    assert "no other month" not in counted(replace(main, clear_months=1, as_large=0))
    assert (p_words(0.001), p_words(0.0009)) == ("0.001", "under 0.001")


def test_a_partner_without_a_season_does_not_hide_the_others() -> None:
    mixed = [None if place % 12 == 5 and place > 11 else value for place, value in enumerate(waves(120))]
    pair = pl.concat(
        [flows(held).with_columns(partner=pl.lit(name)) for name, held in (("A", waves(120)), ("B", mixed))]
    )
    told = log_series(pair, by=["partner"])
    assert not isinstance(told[("A",)], str)
    assert told[("B",)] == "A calendar month has fewer than two figures above zero, so the season is not known."


@pytest.mark.parametrize(("frequency", "asked"), [("M", True), ("A", False), ("Q", False)])
def test_only_months_are_tested(frequency: str, asked: bool) -> None:
    frame = flows(waves(60)).with_columns(frequency=pl.lit(frequency))
    if asked:
        assert log_series(frame).keys() == {()}
    else:
        with pytest.raises(AnalysisError, match="needs monthly figures"):
            log_series(frame)
    assert log_series(frame.clear()) == {(): "The series has no figure above zero."}


def test_a_year_at_five_percent_unless_asked_otherwise() -> None:
    frame, event = flows(waves(120)), month(60)
    found = timing_test(frame, event=event)
    assert found == timing_test(frame, event=event, window_months=12, windows=(6, 12, 24), leads=(3, 6), alpha=0.05)
    assert found.alpha == 0.05
    assert event_path(frame, event=event).equals(event_path(frame, event=event, window_months=12, before=24, after=36))
    pair = frame.with_columns(partner=pl.lit("A"))
    many = timing_tests(pair, events={"a": event})
    assert many.equals(timing_tests(pair, events={"a": event}, window_months=12, windows=(6, 12, 24), alpha=0.05))
    assert many["window_months"].to_list() == [6, 12, 24]


def test_a_change_beyond_all_measure_has_no_figure() -> None:
    assert fraction(99.0) == pytest.approx(np.expm1(99.0))
    assert fraction(100.0) is not None and fraction(101.0) is None and fraction(-500.0) == -1.0
    assert (fraction(None), fraction(float("inf")), fraction(float("nan"))) == (None, None, None)


def test_the_months_of_the_year_before_are_its_own() -> None:
    values = waves(120)
    values[48] = values[37] = values[38] = None
    earlier = timing_test(flows(values), event=month(60)).year_before
    assert earlier is not None
    assert (earlier.months_before, earlier.months_after) == (10, 11)


def test_zeros_after_a_date_before_the_series_are_none_before_it() -> None:
    values = waves(120)
    values[3] = 0.0
    assert "zero trade" not in refused(values, month(-50))
    assert "has 0 months with figures before" in refused(values, month(-50))
