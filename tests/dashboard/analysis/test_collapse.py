from __future__ import annotations

import dataclasses
from datetime import date

import polars as pl
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from dashboard.analysis.collapse import (
    STATE_MEANING,
    Collapse,
    State,
    collapse_and_rebound,
    collapse_and_rebound_annual,
    collapse_table,
    spread,
    spread_range,
)
from dashboard.analysis.collapse_result import Window, fall_words, first_highest, first_lowest, rebounds, state_of
from dashboard.analysis.collapse_windows import unreported
from dashboard.analysis.errors import AnalysisError
from dashboard.analysis.frames import month_of, ordinal_of


def monthly(values: list[float | None], start: date = date(2018, 1, 1)) -> pl.DataFrame:
    """A monthly series; None is a missing month, so it has no row."""
    first = ordinal_of(start)
    rows = [(month_of(first + i), value) for i, value in enumerate(values) if value is not None]
    return pl.DataFrame(rows, schema={"period": pl.Date, "value_usd": pl.Float64}, orient="row")


def annual(values: dict[int, float]) -> pl.DataFrame:
    return pl.DataFrame({"period": [date(year, 1, 1) for year in values], "value_usd": list(values.values())})


def steps(*levels: tuple[float | None, int]) -> list[float | None]:
    """Levels held for so many months."""
    return [level for level, months in levels for _ in range(months)]


EVENT = date(2020, 1, 15)  # 24 months into a series that starts in January 2018


def test_worked_example_by_hand() -> None:
    # 100 a month for 24 months, 10 for 24, then 40 for 12: P = 1,200, T = 120, S_now = 480.
    result = collapse_and_rebound(monthly(steps((100, 24), (10, 24), (40, 12))), event=EVENT)
    assert (result.peak_period, result.peak) == (date(2018, 12, 1), 1200.0)  # the first of many ties
    assert (result.trough_period, result.trough) == (date(2020, 12, 1), 120.0)
    assert result.depth == pytest.approx(0.9)
    assert (result.months_to_trough, result.months_from_event) == (24, 11)
    # S falls by 90 a month from January 2020: 1,200 − 90 k ≤ 660 first at k = 6, June 2020.
    assert result.half_fall == date(2020, 6, 1)
    assert result.rebound_from_trough == pytest.approx(3.0)
    assert result.share_regained == pytest.approx(360 / 1080)
    assert (result.now_period, result.now) == (date(2022, 12, 1), 480.0)
    assert result.state is State.RECOVERING
    assert result.parameters.event == date(2020, 1, 1)
    assert result.words("Exports") == (
        "Exports fell by 90.0%, from $1,200 in the 12 months to Dec 2018 to $120 in the 12 months to Dec 2020 "
        "(24 months). Half of the fall had happened by Jun 2020. It stood at $480 in the 12 months to Dec 2022, "
        "300% above the trough; 33.3% of the loss has been regained."
    )


@pytest.mark.parametrize(
    ("values", "state"),
    [
        (steps((100, 24), (10, 6)), State.STILL_FALLING),
        (steps((100, 24), (10, 24), (200, 24)), State.RECOVERED),
        (steps((100, 24), (10, 24), (40, 24)), State.RECOVERING),
        (steps((100, 24), (10, 30)), State.FLAT),
        (steps((100, 24), (50, 36), (10, 24)), State.FELL_FURTHER),
        ([float(10 + i) for i in range(60)], State.NO_FALL),
    ],
)
def test_states(values: list[float | None], state: State) -> None:
    result = collapse_and_rebound(monthly(values), event=EVENT)
    assert result.state is state
    assert state in STATE_MEANING
    assert result.words()


def test_the_two_rebounds_can_tell_different_stories() -> None:
    result = collapse_and_rebound(monthly(steps((1000, 24), (1, 24), (3, 12))), event=EVENT)
    assert result.rebound_from_trough == pytest.approx(2.0)
    assert result.share_regained == pytest.approx(2 / 999)
    assert result.state is State.FLAT


def test_a_trough_of_zero_has_no_rebound_in_percent_and_says_so() -> None:
    result = collapse_and_rebound(monthly(steps((100, 24), (0, 24), (25, 12))), event=EVENT)
    assert result.depth == 1.0
    assert result.rebound_from_trough is None
    assert result.share_regained == pytest.approx(0.25)
    assert "trough is zero" in result.notes[0]
    assert "a rise from zero has no percentage" in result.words()


def test_no_fall_keeps_its_negative_depth_and_has_no_share() -> None:
    result = collapse_and_rebound(monthly([float(10 + i) for i in range(60)]), event=EVENT)
    assert result.depth < 0
    assert result.share_regained is None
    assert result.half_fall is None
    assert "did not fall below its peak" in result.words()


def test_a_rebound_that_went_into_reverse_is_mentioned() -> None:
    result = collapse_and_rebound(monthly(steps((100, 24), (10, 24), (50, 12), (20, 12))), event=EVENT)
    assert (result.highest_since_period, result.highest_since) == (date(2022, 12, 1), 600.0)
    assert result.words().endswith("In between it had reached $600 in the 12 months to Dec 2022.")


def test_the_windows_of_search_include_both_ends() -> None:
    # S peaks in exactly e − 24 and bottoms in exactly e + 36; one month less on either side misses it.
    values: list[float | None] = [5.0] * 96
    values[12] = 50.0  # in every window that ends from January to December 2019
    at, trough = ordinal_of(date(2018, 1, 1)), 80
    values[trough] = 0.0
    event = month_of(at + 23 + 24)
    wide = collapse_and_rebound(monthly(values), event=event, after_months=trough - 47)
    assert (wide.peak, wide.trough_period) == (105.0, month_of(at + trough))
    narrow = collapse_and_rebound(monthly(values), event=event, before_months=23, after_months=trough - 48)
    assert (narrow.peak, narrow.trough) == (60.0, 60.0)


def test_a_gap_month_keeps_twelve_windows_out() -> None:
    values = steps((100, 24), (10, 36))
    values[30] = None
    gapped = collapse_and_rebound(monthly(values), event=EVENT)
    whole = collapse_and_rebound(monthly(steps((100, 24), (10, 36))), event=EVENT)
    assert whole.windows_after - gapped.windows_after == 12
    assert gapped.trough_period == month_of(ordinal_of(date(2018, 1, 1)) + 42)


@pytest.mark.parametrize(
    ("values", "event", "why"),
    [
        (steps((1, 36)), date(2017, 1, 1), "no complete 12-month window in the 24 months up to Jan 2017"),
        (steps((1, 36)), date(2021, 6, 1), "no trough yet"),
        (steps((0, 24), (1, 24)), date(2019, 6, 1), "no trade in the 24 months"),
        (steps((1, 24), (-1, 24)), EVENT, "below zero"),
        ([], EVENT, "no complete 12-month window"),
    ],
)
def test_refusals(values: list[float | None], event: date, why: str) -> None:
    with pytest.raises(AnalysisError, match=why):
        collapse_and_rebound(monthly(values), event=event)


def test_nonsense_parameters_are_refused() -> None:
    with pytest.raises(AnalysisError, match="at least 0 months before"):
        collapse_and_rebound(monthly(steps((1, 60))), event=EVENT, after_months=0)
    with pytest.raises(AnalysisError, match="must not lie before"):
        collapse_and_rebound_annual(annual({2000: 1.0}), event_year=2000, horizon=1999)


series = st.lists(st.floats(min_value=0, max_value=1e6), min_size=60, max_size=72)


@settings(max_examples=30)
@given(series, st.floats(min_value=1e-3, max_value=1e6))
def test_depth_and_shares_do_not_depend_on_the_unit(values: list[float], factor: float) -> None:
    assume(sum(values[:24]) > 1e-3)
    plain = collapse_and_rebound(monthly(list(values)), event=EVENT)
    scaled = collapse_and_rebound(monthly([value * factor for value in values]), event=EVENT)
    assert scaled.depth == pytest.approx(plain.depth, abs=1e-9)
    assert scaled.peak == pytest.approx(plain.peak * factor)


@settings(max_examples=30)
@given(series)
def test_terms_fit_together(values: list[float]) -> None:
    assume(sum(values[:24]) > 1e-3)
    result = collapse_and_rebound(monthly(list(values)), event=EVENT)
    assert result.trough_period > result.peak_period
    assert result.trough_period >= result.parameters.event >= result.peak_period
    if result.share_regained is not None:
        rebuilt = result.trough + result.share_regained * (result.peak - result.trough)
        assert rebuilt == pytest.approx(result.now, rel=1e-6, abs=1e-3)
        assert result.half_fall is not None
        assert result.peak_period < result.half_fall <= result.trough_period
    if result.rebound_from_trough is not None:
        assert result.trough * (1 + result.rebound_from_trough) == pytest.approx(result.now)


def test_iran_annual_reproduces_the_published_case() -> None:
    # US goods exports to Iran, USD million, Census basis, complete years 1990–2008 (public domain).
    values = [
        *(162.5, 527.6, 747.5, 616.2, 328.8, 277.4, 0.2, 1.1, 0.0, 47.9, 16.8, 8.0, 31.9, 98.9, 85.1),
        *(95.8, 85.9, 144.7, 683.2),
    ]
    flows = annual(dict(zip(range(1990, 2009), (v * 1e6 for v in values), strict=True)))
    result = collapse_and_rebound_annual(flows, event_year=1995, horizon=2008)
    assert (result.peak_period.year, result.peak) == (1992, 747.5e6)
    assert (result.trough_period.year, result.trough, result.depth) == (1998, 0.0, 1.0)
    assert result.recovery_ratio == pytest.approx(0.913947, abs=1e-3)
    assert (result.years_to_trough, result.half_regained) == (6, date(2008, 1, 1))
    assert result.back_at_peak is None
    assert result.rebound_from_trough is None


def test_us_trade_with_russia_on_complete_years() -> None:
    # Total goods, USD million, checked by hand: the seven months of 2026 are not a year and do not become the trough.
    years = {2019: 28066.5, 2020: 21788.6, 2021: 36021.7, 2022: 16092.5, 2023: 5177.0, 2024: 3536.4, 2025: 4359.1}
    flows = pl.concat(
        [annual({year: value * 1e6 for year, value in years.items()}), annual({2026: 2302.2e6})]
    ).with_columns(is_partial=pl.col("period") == date(2026, 1, 1))
    result = collapse_and_rebound_annual(flows, event_year=2022, horizon=2026)
    assert (result.peak_period.year, result.trough_period.year, result.now_period.year) == (2021, 2024, 2025)
    assert result.depth == pytest.approx(1 - 3536.4 / 36021.7)
    assert result.rebound_from_trough == pytest.approx(0.23264, abs=1e-4)
    assert result.share_regained == pytest.approx(0.02533, abs=1e-4)
    assert result.state is State.FLAT
    assert "2.5% of the loss" in result.words()


def test_us_russia_trade_peaked_in_2011_before_the_sanctions_of_2014() -> None:
    flows = annual({2009: 23531.8e6, 2010: 31684.8e6, 2011: 42937.5e6, 2012: 40060.1e6, 2013: 38230.4e6, 2014: 34412e6})
    result = collapse_and_rebound_annual(flows, event_year=2014, horizon=2014)
    assert result.peak_period.year == 2011
    assert result.state is State.STILL_FALLING
    assert result.recovery_ratio is None
    assert "may still be falling" in result.words()


def test_annual_from_months_leaves_out_the_incomplete_year() -> None:
    result = collapse_and_rebound_annual(
        monthly(steps((100, 36), (10, 12), (20, 12), (1, 7))), event_year=2020, horizon=2030
    )
    assert (result.trough_period.year, result.now_period.year) == (2021, 2022)
    assert result.row()["horizon"] == 2030


def test_annual_refusals() -> None:
    with pytest.raises(AnalysisError, match="so no peak"):
        collapse_and_rebound_annual(annual({2000: 1.0}), event_year=2010, horizon=2012)
    with pytest.raises(AnalysisError, match="so no trough"):
        collapse_and_rebound_annual(annual({2000: 1.0}), event_year=2000, horizon=2012)
    with pytest.raises(AnalysisError, match="nothing could fall"):
        collapse_and_rebound_annual(annual({2000: 0.0, 2001: 1.0}), event_year=2000, horizon=2012)
    with pytest.raises(AnalysisError, match="below zero"):
        collapse_and_rebound_annual(annual({2000: 2.0, 2001: -1.0}), event_year=2000, horizon=2012)
    with pytest.raises(AnalysisError, match="not quarters"):
        quarters = annual({2000: 1.0}).with_columns(frequency=pl.lit("Q"))
        collapse_and_rebound_annual(quarters, event_year=2000, horizon=2001)


def test_spread_over_windows_and_bases() -> None:
    flows = monthly(steps((150, 12), (100, 24), (10, 30), (40, 30)))
    results = spread({"nominal": flows, "real": flows}, date(2021, 1, 1))
    assert results.height == 18
    assert results["basis"].unique().sort().to_list() == ["nominal", "real"]
    ends = spread_range(results)
    assert ends.depth == (pytest.approx(1 - 120 / 1200), pytest.approx(1 - 120 / 1800))
    assert ends.measured == 18
    assert ends.words().startswith("Over 18 choices of windows: depth 90.0% to 93.3%, rebound")


def test_spread_with_nothing_to_measure_says_why() -> None:
    with pytest.raises(AnalysisError, match="no complete 12-month window"):
        spread(monthly(steps((1, 12))), date(2030, 1, 1))
    with pytest.raises(AnalysisError, match="no series"):
        spread({}, date(2030, 1, 1))


def test_the_table_agrees_with_the_single_measure_and_explains_its_gaps() -> None:
    by_partner = {
        "AAA": monthly(steps((100, 24), (10, 24), (40, 12))),
        "BBB": monthly([float(10 + i) for i in range(60)]),
        "CCC": monthly(steps((5, 6))),
        "DDD": monthly(steps((0, 25), (1, 24))),
    }
    flows = pl.concat([frame.with_columns(partner=pl.lit(key)) for key, frame in by_partner.items()])
    table = collapse_table(flows, EVENT)
    assert table["partner"].to_list() == ["AAA", "BBB", "CCC", "DDD"]
    for key in ("AAA", "BBB"):
        single = collapse_and_rebound(by_partner[key], event=EVENT)
        row = table.row(by_predicate=pl.col("partner") == key, named=True)
        expected = single.row()
        assert {name: row[name] for name in row if name != "partner"} == {
            name: expected[name] for name in row if name != "partner"
        }
    unmeasured = table.filter(pl.col("state") == "not measured")
    assert unmeasured["partner"].to_list() == ["CCC", "DDD"]
    assert unmeasured["depth"].null_count() == 2
    assert "so there is no peak" in unmeasured["notes"][0]
    assert "nothing could fall" in unmeasured["notes"][1]


def test_results_are_frozen_and_flat() -> None:
    result = collapse_and_rebound(monthly(steps((100, 24), (10, 24), (40, 12))), event=EVENT)
    with pytest.raises(dataclasses.FrozenInstanceError):
        result.depth = 0.0  # type: ignore[misc]
    row = result.row()
    assert row["state"] == "recovering"
    assert row["before_months"] == 24
    assert isinstance(result, Collapse)


def test_a_deep_fall_never_reads_as_the_whole() -> None:
    assert fall_words(0.9997) == "more than 99.9%"
    assert fall_words(1.0) == "100%"
    assert fall_words(0.9050308) == "90.5%"


def test_a_gap_after_the_event_is_said_with_its_months() -> None:
    # Trough window Dec 2020; July to September 2021 are missing, so the windows Jul 2021–Aug 2022 are too.
    values = steps((100, 24), (10, 12), (20, 36))
    values[42:45] = [None, None, None]
    result = collapse_and_rebound(monthly(values), event=EVENT, after_months=36)
    assert result.windows_after == 37 - 14
    assert result.notes == (
        "Only 23 of the 37 windows from Jan 2020 to Jan 2023 are complete: there are no figures for Jul–Sep 2021. "
        "A deeper trough may lie in the gap.",
    )
    table = collapse_table(monthly(values).with_columns(partner=pl.lit("AAA")), EVENT)
    assert table["notes"].to_list() == list(result.notes)


def test_a_trough_beside_a_gap_is_not_read_as_the_end_of_the_fall() -> None:
    values = steps((100, 24), (10, 12), (None, 30), (50, 24))
    result = collapse_and_rebound(monthly(values), event=EVENT)
    assert result.trough_period == date(2020, 12, 1)
    assert result.notes[0].startswith("Only 12 of the 37 windows from Jan 2020 to Jan 2023 are complete")
    assert "no figures for Jan 2021–Jun 2023. The trough is the last window before a gap" in result.notes[0]


def test_several_gaps_are_listed_and_the_end_of_the_figures_is_none() -> None:
    values = steps((100, 24), (10, 40))
    values[30] = values[50] = None
    (note,) = collapse_and_rebound(monthly(values), event=EVENT).notes
    assert "no figures for Jul 2020 and Mar 2022." in note
    assert collapse_and_rebound(monthly(steps((100, 24), (10, 14), (20, 2))), event=EVENT).notes == ()


@pytest.mark.parametrize("later", [12, 24])
def test_a_search_that_lies_in_a_gap_does_not_deny_other_windows(later: int) -> None:
    values = steps((100, 30), (None, 60), (50, later))
    with pytest.raises(AnalysisError) as refused:
        collapse_and_rebound(monthly(values), event=date(2020, 9, 1))
    assert str(refused.value) == (
        "There is no complete 12-month window from Sep 2020 to Sep 2023, so there is no trough: "
        "there are no figures for Jul 2020–Jun 2025."
    )


@pytest.mark.parametrize("endless", [float("inf"), 1e308])
def test_infinite_values_and_sums_are_refused_in_a_sentence(endless: float) -> None:
    values = steps((100, 24), (10, 24))
    values[20] = values[21] = endless
    with pytest.raises(AnalysisError, match="hold an infinite value in 20"):
        collapse_and_rebound(monthly(values), event=EVENT)
    with pytest.raises(AnalysisError, match="hold an infinite value in 2019"):
        collapse_and_rebound_annual(monthly(values), event_year=2019, horizon=2021)


def test_nan_is_a_gap() -> None:
    values = steps((100, 24), (10, 36))
    gap, nan = [*values], [*values]
    gap[40], nan[40] = None, float("nan")
    assert collapse_and_rebound(monthly(nan), event=EVENT) == collapse_and_rebound(monthly(gap), event=EVENT)


@pytest.mark.parametrize(
    ("peak", "trough", "now", "last", "state"),
    [
        (100.0, 100.0, 100.0, True, State.NO_FALL),
        (100.0, 101.0, 100.0, False, State.NO_FALL),
        (100.0, 50.0, 50.0, True, State.STILL_FALLING),
        (100.0, 50.0, 100.0, False, State.RECOVERED),
        (100.0, 50.0, 99.9, False, State.RECOVERING),
        (100.0, 0.0, 5.0, False, State.FLAT),
        (100.0, 0.0, 5.1, False, State.RECOVERING),
        (100.0, 50.0, 47.5, False, State.FLAT),
        (100.0, 50.0, 47.4, False, State.FELL_FURTHER),
    ],
)
def test_states_at_their_edges(peak: float, trough: float, now: float, last: bool, state: State) -> None:
    assert state_of(peak, trough, now, last) is state


def test_both_rebounds_at_their_edges() -> None:
    assert rebounds(100.0, 50.0, 75.0) == (0.5, 0.5, ())
    rebound, share, notes = rebounds(100.0, 0.0, 25.0)
    assert (rebound, share, len(notes)) == (None, 0.25, 1)
    assert "The trough is zero" in notes[0]
    rebound, share, notes = rebounds(100.0, 100.0, 150.0)
    assert (rebound, share, len(notes)) == (0.5, None, 1)
    assert "Nothing was lost" in notes[0]


def test_the_first_of_alike_windows_counts() -> None:
    tied = [Window(1, 5.0), Window(2, 5.0 * (1 + 1e-13)), Window(3, 4.0), Window(4, 4.0 * (1 - 1e-13))]
    assert (first_highest(tied).at, first_lowest(tied).at) == (1, 3)
    apart = [Window(1, 5.0), Window(2, 5.0 * (1 + 1e-11)), Window(3, 4.0), Window(4, 4.0 * (1 - 1e-11))]
    assert (first_highest(apart).at, first_lowest(apart).at) == (2, 4)
    assert first_lowest([Window(1, -4.0), Window(2, -4.0 * (1 + 1e-13))]).at == 1


@pytest.mark.parametrize(
    ("depth", "words"), [(0.9994, "99.9%"), (0.9995, "more than 99.9%"), (0.99999, "more than 99.9%"), (1.0, "100%")]
)
def test_a_depth_never_rounds_up_to_the_whole(depth: float, words: str) -> None:
    assert fall_words(depth) == words


def test_years_at_the_edges_of_the_search() -> None:
    held = annual({2014: 90.0, 2015: 100.0, 2019: 40.0, 2020: 20.0, 2021: 60.0, 2022: 100.0})
    found = collapse_and_rebound_annual(held, event_year=2020, horizon=2022)
    assert (found.peak, found.trough, found.depth, found.years_to_trough) == (100.0, 20.0, 0.8, 5)
    # Half of the loss of 80 is gone at 60 or less, and back at 60 or more.
    assert (found.half_fall, found.half_regained) == (date(2019, 1, 1), date(2021, 1, 1))
    assert (found.back_at_peak, found.max_after_period, found.recovery_ratio) == (
        date(2022, 1, 1),
        date(2022, 1, 1),
        1.0,
    )
    narrow = collapse_and_rebound_annual(held, event_year=2020, before_years=1, horizon=2021)
    assert (narrow.peak, narrow.now, narrow.back_at_peak) == (40.0, 60.0, date(2021, 1, 1))
    assert (narrow.peak_period, narrow.trough_period, narrow.now_period) == (
        date(2019, 1, 1), date(2020, 1, 1), date(2021, 1, 1),
    )  # fmt: skip
    none = collapse_and_rebound_annual(held, event_year=2020, before_years=0, horizon=2021)
    assert (none.peak, none.depth, none.half_fall, none.half_regained) == (20.0, -2.0, None, None)
    assert (none.recovery_ratio, none.back_at_peak) == (None, None)
    at_event = collapse_and_rebound_annual(held, event_year=2020, horizon=2020)
    assert (at_event.trough, at_event.max_after, at_event.half_regained) == (20.0, None, None)
    assert "The trough is the last complete year, so there is no recovery to measure." in at_event.notes
    assert collapse_and_rebound_annual(held, event_year=2020, horizon=2022).notes == ()


def test_of_a_level_that_stays_nothing_was_lost_and_nothing_regained() -> None:
    flat = collapse_and_rebound_annual(annual({2019: 5.0, 2020: 5.0, 2021: 5.0}), event_year=2020, horizon=2021)
    assert (flat.half_fall, flat.half_regained, flat.back_at_peak, flat.recovery_ratio) == (None, None, None, None)
    months = collapse_and_rebound(monthly([1.0] * 60), event=EVENT)
    assert (months.half_fall, months.depth, months.share_regained) == (None, 0.0, None)


@pytest.mark.parametrize(
    ("years", "asked", "why"),
    [
        ({2020: 1.0, 2021: 1.0}, {"horizon": 2019}, "The horizon 2019 must not lie before the event year 2020"),
        ({2020: 1.0, 2021: 1.0}, {"before_years": -1}, "The horizon 2022 must not lie"),
        ({2014: 1.0, 2021: 1.0}, {}, "There is no complete year from 2015 to 2020, so no peak"),
        ({2020: 0.0, 2021: 1.0}, {}, "There was no trade from 2015 to 2020, so nothing could fall"),
        ({2020: 1.0}, {}, "There is no complete year after the peak of 2020 up to 2022, so no trough"),
        ({2020: 1.0, 2023: 1.0}, {}, "There is no complete year after the peak"),
        ({2020: 1.0, 2021: -1.0}, {}, "these values go below zero"),
    ],
)
def test_years_that_cannot_be_measured(years: dict[int, float], asked: dict[str, int], why: str) -> None:
    with pytest.raises(AnalysisError, match=why):
        collapse_and_rebound_annual(annual(years), **({"event_year": 2020, "horizon": 2022} | asked))  # type: ignore[arg-type]


def test_an_older_fall_is_told_only_where_something_was_lost_before_the_event() -> None:
    older = collapse_and_rebound_annual(annual({2017: 9.0, 2018: 1.0, 2021: 5.0}), event_year=2020, horizon=2021)
    assert any("The trough of 2018 lies before the event of 2020" in note for note in older.notes)
    same = collapse_and_rebound_annual(annual({2017: 9.0, 2020: 1.0, 2021: 5.0}), event_year=2020, horizon=2021)
    assert not any("an older one" in note for note in same.notes)
    flat = collapse_and_rebound_annual(annual({2017: 5.0, 2018: 5.0, 2021: 6.0}), event_year=2020, horizon=2021)
    assert not any("an older one" in note for note in flat.notes)


def test_months_at_the_edges_of_the_search() -> None:
    """The peak stands 24 months before the event and not a month earlier; the trough 36 after and not a month later."""
    first = ordinal_of(date(2015, 1, 1))
    at = ordinal_of(EVENT) - first
    values = [10.0] * 120
    values[at - 24 - 11] = 100.0  # in the windows that end at −35 … −24
    values[at + 36] = 0.0  # the window that ends at +36 is the first to lack ten
    found = collapse_and_rebound(monthly(list(values), date(2015, 1, 1)), event=EVENT)
    assert (found.peak, found.peak_period) == (210.0, month_of(first + at - 24))
    assert (found.trough, found.trough_period) == (110.0, month_of(first + at + 36))
    assert (found.windows_before, found.windows_after) == (25, 37)
    near = collapse_and_rebound(monthly(list(values), date(2015, 1, 1)), event=EVENT, before_months=23, after_months=35)
    assert (near.peak, near.trough) == (120.0, 120.0)
    at_event = collapse_and_rebound(
        monthly(list(values), date(2015, 1, 1)), event=EVENT, before_months=0, after_months=1
    )
    assert (at_event.peak_period, at_event.windows_before, at_event.windows_after) == (date(2020, 1, 1), 1, 1)
    for wrong in ({"before_months": -1}, {"after_months": 0}):
        with pytest.raises(AnalysisError, match="at least 0 months before and 1 month after"):
            collapse_and_rebound(monthly(list(values)), event=EVENT, **wrong)


def test_the_table_of_partners_measures_as_one_by_one_does() -> None:
    """Also a peak at the very beginning of the search, for which eleven months from before it are needed."""
    values = [10.0] * 120
    values[ordinal_of(EVENT) - ordinal_of(date(2015, 1, 1)) - 24 - 11] = 100.0
    series = {"b": values, "a": [5.0] * 120, "short": [1.0] * 11}
    both = pl.concat(
        [monthly(list(held), date(2015, 1, 1)).with_columns(partner=pl.lit(name)) for name, held in series.items()]
    )
    table = collapse_table(both, EVENT)
    assert table["partner"].to_list() == ["a", "b", "short"]
    alone = collapse_and_rebound(monthly(list(values), date(2015, 1, 1)), event=EVENT)
    row = table.row(1, named=True)
    assert (row["peak"], row["peak_period"], row["depth"]) == (alone.peak, alone.peak_period, alone.depth)
    assert table["state"][2] == "not measured"
    holes = monthly([None if place == 62 else value for place, value in enumerate(values)], date(2015, 1, 1))
    told = collapse_table(holes.with_columns(partner=pl.lit("b")), EVENT)["notes"].item()
    assert told == " ".join(collapse_and_rebound(holes, event=EVENT).notes)
    assert "there are no figures for Mar 2020" in told
    assert "before_months" not in table.columns


def test_months_without_a_figure_are_told_whole_and_only_near_the_search() -> None:
    months = [ordinal_of(date(2020, month, 1)) for month in (1, 3, 4, 8, 9, 11)]
    first, last = ordinal_of(date(2020, 1, 1)), ordinal_of(date(2020, 12, 1))
    assert unreported(months, first, last) == "Feb 2020, May–Jul 2020 and Oct 2020"
    assert unreported(months, ordinal_of(date(2020, 6, 1)), ordinal_of(date(2020, 6, 1))) == "May–Jul 2020"
    assert unreported(months, ordinal_of(date(2020, 3, 1)), ordinal_of(date(2020, 4, 1))) == "none"


def test_half_of_a_fall_is_half() -> None:
    held = annual({2015: 100.0, 2017: 70.0, 2018: 61.0, 2019: 60.0, 2020: 20.0, 2021: 59.0, 2022: 60.0})
    found = collapse_and_rebound_annual(held, event_year=2020, horizon=2022)
    assert (found.half_fall, found.half_regained) == (date(2019, 1, 1), date(2022, 1, 1))


def test_a_row_holds_dollars_in_columns_of_dollars_alone() -> None:
    months = monthly(steps((100, 24), (10, 24)))
    dollars, euros = (collapse_and_rebound(months, event=EVENT, currency=sign).row() for sign in ("USD", "EUR"))
    assert (dollars["peak"], dollars["peak_usd"], dollars["now_usd"]) == (1200.0, 1200.0, 120.0)
    assert (euros["peak"], euros["peak_usd"], euros["trough_usd"], euros["now_usd"]) == (1200.0, None, None, None)


def test_a_window_that_cannot_be_measured_leaves_the_others() -> None:
    """A month without a figure shortly before the event: one month back there is no sum, six months back there is."""
    values: list[float | None] = steps((100, 36), (10, 36))
    values[30] = None
    rows = spread(monthly(values), month_of(ordinal_of(date(2018, 1, 1)) + 32), befores=(1, 6), afters=(24,))
    assert rows["before_months"].to_list() == [6]
