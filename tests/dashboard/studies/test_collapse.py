"""Collapse and rebound of a pair by hand: 12-month sums or years, flags left out, bands of rounding, other choices."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import polars as pl
import pytest

from dashboard.analysis.errors import AnalysisError
from dashboard.studies import collapse
from dashboard.studies.collapse import CollapseQuery, CollapseStudy
from dashboard.studies.series import TradeSeries
from pipelines.store import Store
from tests.dashboard import tiny
from tests.dashboard.studies import hand

JAN, EVENT = date(2020, 1, 1), date(2022, 2, 24)
FELL = [10.0] * 26 + [2.0] * 12 + [6.0] * 12
"""120 a year to the event of February 2022, 24 in the year after it, 72 in the next."""
QUERY = CollapseQuery("USA", "RUS", "export", EVENT)
ANYWHERE = pl.lit(value=True)


def _months(values: Sequence[float | None] = FELL, **more: Any) -> TradeSeries:
    return hand.series(hand.months(JAN, values), **more)


def _years(values: Sequence[float | None], **more: Any) -> TradeSeries:
    held = {date(2015 + place, 1, 1): value for place, value in enumerate(values) if value is not None}
    return hand.series(held, frequency="A", **more)


def test_worked_example() -> None:
    found = collapse.of_months(_months(rounding=1.0), QUERY, None)
    assert (found.result.peak, found.result.trough, found.result.now) == (120.0, 24.0, 72.0)
    assert (found.result.peak_period, found.result.trough_period) == (date(2020, 12, 1), date(2023, 2, 1))
    assert (found.flow, found.frequency, found.trough_before_event) == ("export", "M", False)
    assert (found.depth.value, found.rebound.value, found.share.value) == (pytest.approx(0.8), 2.0, 0.5)
    # Each sum is twelve figures printed to 1: it may lie 6 to either side.
    assert (found.depth.low, found.depth.high) == (pytest.approx(1 - 30 / 114), pytest.approx(1 - 18 / 126))
    assert (found.rebound.low, found.rebound.high) == (pytest.approx(66 / 30 - 1), pytest.approx(78 / 18 - 1))
    assert (found.share.low, found.share.high) == (pytest.approx(0.375), pytest.approx(0.625))
    assert found.sums.frame.height == 39
    assert (found.constant.is_empty, found.real_result, found.other_choices, found.left_out) == (True, None, None, ())


def test_the_windows_of_the_question_are_searched() -> None:
    """A higher year before it and a deeper fall after it lie outside a window of twelve months either way."""
    values = [30.0] * 12 + [10.0] * 14 + [4.0] * 24 + [0.5] * 24
    narrow = collapse.by_months(_months(values), CollapseQuery("USA", "RUS", "export", EVENT, 12, 12))
    assert (narrow.peak, narrow.trough) == (320.0, 48.0)
    assert (narrow.parameters.before_months, narrow.parameters.after_months) == (12, 12)
    wide = collapse.by_months(_months(values), CollapseQuery("USA", "RUS", "export", EVENT, 24, 48))
    assert (wide.peak, wide.trough) == (360.0, 6.0)


def test_a_flagged_month_takes_out_its_sums_and_is_named() -> None:
    """90 in November 2020 would be the peak."""
    values = [*FELL]
    values[10] = 90.0
    found = collapse.of_months(_months(values, flags={date(2020, 11, 1): "not_plausible"}), QUERY, None)
    assert found.left_out == ("Nov 2020 (not plausible)",)
    assert (found.result.peak, found.result.peak_period) == (120.0, date(2021, 11, 1))
    assert found.flows.flagged.is_empty()


def test_constant_prices_stand_beside_the_result_where_they_are_of_the_currency() -> None:
    prices = hand.deflator(JAN, [100.0] * 26 + [200.0] * 30)
    found = collapse.of_months(_months(), QUERY, prices)
    assert found.real_result is not None
    assert found.real_result.depth == pytest.approx(0.9)
    assert found.constant.frame.height == 39
    euros = collapse.of_months(_months(currency="EUR"), QUERY, prices)
    assert (euros.constant.is_empty, euros.real_result, euros.result.currency) == (True, None, "EUR")
    empty = collapse.of_months(_months(), QUERY, hand.deflator(JAN, [100.0] * 11))
    assert empty.real_result is None


def test_other_choices_go_through_windows_flows_and_prices() -> None:
    prices = hand.deflator(JAN, [100.0] * 26 + [200.0] * 30)
    imports = _months([1.0] * 50, flow="import")
    found = collapse.of_months(_months(), QUERY, prices, [imports]).other_choices
    assert found is not None
    assert (found.befores, found.afters) == ((12, 24, 36), (24, 36, 48))
    assert (found.windows.depth, found.windows.measured) == (pytest.approx((0.8, 0.8)), 9)
    assert (found.every.depth, found.every.measured) == (pytest.approx((0.0, 0.9)), 36)
    assert (found.combinations, found.with_prices) == (4, True)
    plain = collapse.of_months(_months(), CollapseQuery("USA", "RUS", "export", EVENT, 6, 60), None, []).other_choices
    assert plain is not None
    assert (plain.befores, plain.afters) == ((6, 12, 24, 36), (24, 36, 48, 60))
    assert (plain.combinations, plain.with_prices) == (1, False)
    assert collapse.of_months(_months(), QUERY, None, None).other_choices is None


def test_a_flow_without_a_window_is_left_out_of_the_other_choices() -> None:
    short = _months([1.0] * 11, flow="import")
    found = collapse.of_months(_months(), QUERY, None, [short]).other_choices
    assert found is not None
    assert found.combinations == 1


def test_years_by_hand() -> None:
    """2015 to 2019 at 100 and 90; the event of 2019; 20 in 2020 and 60 in 2021."""
    query = CollapseQuery("USA", "RUS", "export", date(2019, 5, 1))
    found = collapse.by_years(_years([90.0, 100.0, 90.0, 90.0, 90.0, 20.0, 60.0]), query)
    assert (found.peak, found.peak_period, found.trough, found.now) == (100.0, date(2016, 1, 1), 20.0, 60.0)
    assert (found.years_to_trough, found.parameters.horizon) == (4, 2021)
    until = collapse.by_years(
        _years([90.0, 100.0, 90.0, 90.0, 90.0, 20.0, 60.0]),
        CollapseQuery("USA", "RUS", "export", date(2019, 5, 1), before_years=2, horizon=2020),
    )
    assert (until.peak, until.now) == (90.0, 20.0)


def test_years_that_end_with_or_before_the_event_measure_nothing_around_it() -> None:
    """The command used to measure the older fall, which the card refuses; a horizon is the reader's own choice."""
    for year in (2016, 2018):
        with pytest.raises(AnalysisError, match=f"years end in 2016, so nothing can be measured after Jan {year}"):
            collapse.by_years(_years([100.0, 50.0]), CollapseQuery("USA", "RUS", "export", date(year, 1, 1)))
    asked = CollapseQuery("USA", "RUS", "export", date(2018, 1, 1), horizon=2018)
    found = collapse.by_years(_years([100.0, 50.0]), asked)
    assert (found.parameters.horizon, found.trough) == (2018, 50.0)


def test_flagged_years_are_there_and_are_not_said_to_be_missing() -> None:
    doubted = {date(2017, 1, 1): "implausible", date(2018, 1, 1): "implausible"}
    series = _years([50.0, 60.0, 900.0, 900.0], flags=doubted)
    query = CollapseQuery("USA", "RUS", "export", date(2016, 2, 1))
    sentence = (
        "Complete years run to 2018, but those after 2016 are marked as doubtful and left out (2017 and 2018, "
        "implausible), so nothing can be measured after Feb 2016. Choose an earlier event."
    )
    with pytest.raises(AnalysisError) as told:
        collapse.by_years(series, query)
    assert str(told.value) == sentence
    before = _years([900.0, 900.0, 50.0], flags={date(2015, 1, 1): "implausible", date(2016, 1, 1): "looks_partial"})
    left = r"no peak\. Marked as doubtful and left out: 2015, implausible; 2016, incomplete\."
    with pytest.raises(AnalysisError, match=left):
        collapse.by_years(before, CollapseQuery("USA", "RUS", "export", date(2016, 1, 1)))
    with pytest.raises(AnalysisError, match=r"that nobody doubts\. Marked as doubtful and left out: 2017 and 2018"):
        collapse.by_years(series.where(pl.col("flag").is_not_null()), query)
    months = _months(flags=dict.fromkeys(hand.months(date(2022, 2, 1), [1.0] * 30), "implausible"))
    with pytest.raises(AnalysisError, match=r"no trough yet\. Marked as doubtful and left out: Feb 2022"):
        collapse.by_months(months, QUERY)


def test_a_part_of_a_year_and_a_flagged_year_are_no_years() -> None:
    series = _years([100.0, 50.0, 10.0], flags={date(2017, 1, 1): "implausible"})
    query = CollapseQuery("USA", "RUS", "export", date(2015, 6, 1))
    assert collapse.by_years(series, query).trough == 50.0
    part = _months([10.0] * 12 + [5.0] * 12 + [1.0] * 11).summed("A")
    assert collapse.by_years(part, CollapseQuery("USA", "RUS", "export", date(2020, 6, 1))).trough == 60.0
    with pytest.raises(AnalysisError, match="There is no complete year"):
        collapse.by_years(part.where(pl.col("is_partial")), query)


def _store(folder: Any, *rows: list[dict[str, Any]]) -> Store:
    sources = [
        {"source": name, "title": name, "url": "https://example.org", "rank": rank, "answers_unasked": True}
        for rank, name in enumerate(("imf_imts", "census", "un_syb"), start=1)
    ]
    return tiny.store(folder, source=sources, trade_flow=[row for part in rows for row in part])


def _flow(values: Sequence[float], first: date = JAN, **more: Any) -> list[dict[str, Any]]:
    held = {day: value for day, value in hand.months(first, values).items() if value is not None}
    return tiny.months(held, **more)


def _yearly(values: dict[int, float], **more: Any) -> list[dict[str, Any]]:
    given = {"source": "imf_imts", "frequency": "A", "release": "imts-1"} | more
    return tiny.months({date(year, 1, 1): value for year, value in values.items()}, **given)


def _study(store: Store, flow: Any = "export", event: date = EVENT, **more: Any) -> CollapseStudy:
    return collapse.study(store, CollapseQuery("USA", "RUS", flow, event, **more))


def test_both_flows_are_measured_as_their_sum_or_as_the_one_that_is_there(tmp_path: Any) -> None:
    both = _store(tmp_path / "both", _flow(FELL), _flow([1.0] * 50, flow="import"))
    found = _study(both, "both")
    assert (found.flow, found.result.peak, found.result.trough) == ("total", 132.0, 36.0)
    assert found.other_choices is not None
    assert found.other_choices.combinations == 3
    assert collapse.study(both, found.query, other_choices=False).other_choices is None
    assert _study(both, "export").flow == "export"
    assert _study(both, "import").result.depth == 0.0
    one = _store(tmp_path / "one", _flow(FELL, flow="import"))
    assert _study(one, "both").flow == "import"
    with pytest.raises(AnalysisError, match="below zero"):
        _study(_store(tmp_path / "less", _flow([1.0] * 50), _flow([2.0] * 50, flow="import")), "balance")


def test_years_are_measured_where_months_do_not_reach_past_the_event(tmp_path: Any) -> None:
    """Months end with the event; the years of another source go on."""
    years = dict.fromkeys(range(2016, 2022), 100.0) | {2022: 40.0, 2023: 25.0, 2024: 70.0}
    store = _store(tmp_path, _flow([10.0] * 26), _yearly(years))
    found = _study(store)
    assert (found.frequency, found.result.trough, found.result.now) == ("A", 25.0, 70.0)
    assert (found.depth.value, found.share.value) == (pytest.approx(0.75), pytest.approx(0.6))
    assert found.constant.is_empty
    assert found.sums.frame.height == 9
    earlier = _study(store, event=date(2021, 12, 1))
    assert earlier.frequency == "M", "the months go on after this one"


def test_the_result_by_years_leaves_out_flags_and_tells_an_older_fall(tmp_path: Any) -> None:
    years = {2017: 100.0, 2018: 10.0, 2019: 60.0, 2020: 60.0, 2021: 60.0, 2022: 60.0, 2023: 900.0}
    rows = _yearly(years)
    rows[-1]["flag"] = "implausible"
    found = _study(_store(tmp_path / "old", rows), event=date(2021, 6, 1))
    assert found.left_out == ("2023 (implausible)",)
    assert (found.result.now, found.result.now_period) == (60.0, date(2022, 1, 1))
    assert found.trough_before_event
    same = _study(_store(tmp_path / "same", _yearly({2020: 9.0, 2021: 1.0, 2022: 2.0})), event=date(2021, 6, 1))
    assert not same.trough_before_event


def test_nothing_after_the_event_is_told_with_the_last_year(tmp_path: Any) -> None:
    years = _store(tmp_path / "years", _yearly({2020: 9.0, 2021: 8.0, 2022: 7.0}))
    with pytest.raises(AnalysisError, match="Complete years end in 2022, so nothing can be measured after Feb 2022"):
        _study(years)
    assert _study(years, event=date(2021, 2, 1)).result.trough == 7.0
    part = _store(tmp_path / "part", _flow([1.0] * 11))
    with pytest.raises(AnalysisError, match="no complete year"):
        _study(part)
    with pytest.raises(AnalysisError, match="but not the imports"):
        _study(part, "import")
    single = _store(tmp_path / "single", [
        row | {"source": "un_syb"} for row in _yearly({2015: 5.0, 2020: 9.0, 2023: 7.0})
    ])  # fmt: skip
    with pytest.raises(AnalysisError, match="no run of years"):
        _study(single)


@pytest.fixture(scope="module")
def partners(tmp_path_factory: pytest.TempPathFactory) -> Store:
    """Russia fell to a fifth; Aland is small; Borduria has imports only; Cordia stands for no place."""
    return _store(
        tmp_path_factory.mktemp("partners"),
        _flow(FELL), _flow([1.0] * 50, flow="import"),
        _flow([0.1] * 50, partner="AAA"),
        _flow(FELL, partner="BBB", flow="import"),
        _flow([50.0] * 50, partner="CCC"),
    )  # fmt: skip


def test_every_partner_by_months(partners: Store) -> None:
    found = collapse.every_partner(partners, QUERY, least_peak=12.0, place=pl.col("partner") != "CCC")
    told = found.rows.select("partner", "flow", "peak", "trough", "depth", "time_to_trough", "share_regained", "now")
    assert told.rows() == [
        ("BBB", "import", 120.0, 24.0, pytest.approx(0.8), 26, 0.5, 72.0),
        ("RUS", "export", 120.0, 24.0, pytest.approx(0.8), 26, 0.5, 72.0),
        ("RUS", "import", 12.0, 12.0, 0.0, 14, None, 12.0),
        ("RUS", "total", 132.0, 36.0, pytest.approx(1 - 36 / 132), 26, 0.5, 84.0),
    ]
    assert (found.small, found.unnamed, found.frequency) == (("AAA",), 1, "M")
    assert set(found.series.frame.select("partner", "flow").iter_rows()) == {
        ("BBB", "import"), ("RUS", "export"), ("RUS", "import"), ("RUS", "total"),
    }  # fmt: skip
    assert found.rows["source"].unique().to_list() == ["census"]
    higher = collapse.every_partner(partners, QUERY, least_peak=12.1, place=ANYWHERE)
    assert ("RUS", "import") not in set(higher.rows.select("partner", "flow").iter_rows())
    assert higher.unnamed == 0


def test_every_partner_by_years_where_months_end_before_the_event(tmp_path: Any) -> None:
    years = dict.fromkeys(range(2016, 2022), 100.0) | {2022: 40.0, 2023: 25.0, 2024: 70.0}
    store = _store(
        tmp_path, _yearly(years), _yearly({2021: 8.0, 2022: 9.0}, partner="AAA"), _yearly({2024: 9.0}, partner="BBB")
    )
    found = collapse.every_partner(store, QUERY, least_peak=10.0, place=ANYWHERE)
    assert found.rows.select("partner", "flow", "trough", "time_to_trough", "now").rows() == [
        ("RUS", "export", 25.0, 6, 70.0)
    ]
    assert (found.frequency, found.small) == ("A", ("AAA", "BBB"))
    assert (found.rows["is_older"].to_list(), found.ended, found.doubted) == ([False], {}, ())
    until = collapse.every_partner(
        store, CollapseQuery("USA", "", "export", EVENT, horizon=2022), least_peak=10.0, place=ANYWHERE
    )
    assert until.rows["now"].to_list() == [40.0]
    ended = collapse.every_partner(
        store, CollapseQuery("USA", "", "export", date(2024, 1, 1)), least_peak=10.0, place=ANYWHERE
    )
    assert ended.rows.is_empty()


def test_only_what_falls_after_the_event_is_a_fall_around_it(tmp_path: Any) -> None:
    """AAA fell in 2019 and BBB's figures end in 2021; CCC's end with 2022; DDD is doubted after it; RUS fell."""
    steady = dict.fromkeys(range(2017, 2025), 60.0)
    doubted = _yearly(steady | {2023: 900.0, 2024: 900.0}, partner="DDD")
    for row in doubted[-2:]:
        row["flag"] = "implausible"
    imports = _yearly(steady | {2024: 900.0}, flow="import")
    imports[-1]["flag"] = "looks_partial"
    store = _store(
        tmp_path,
        _yearly(steady | {2018: 100.0, 2019: 10.0}, partner="AAA"),
        _yearly({2017: 100.0, 2018: 20.0, 2019: 60.0, 2020: 60.0, 2021: 60.0}, partner="BBB"),
        _yearly({2020: 100.0, 2021: 60.0, 2022: 20.0}, partner="CCC"),
        doubted,
        _yearly(steady | {2023: 20.0}), imports,
    )  # fmt: skip
    found = collapse.every_partner(store, QUERY, least_peak=10.0, place=ANYWHERE)
    assert found.rows.select("partner", "flow", "is_older").rows() == [
        ("AAA", "export", True), ("RUS", "export", False), ("RUS", "import", False), ("RUS", "total", False),
    ]  # fmt: skip
    assert (found.small, found.ended) == ((), {"BBB": date(2021, 1, 1), "CCC": date(2022, 1, 1)})
    assert [(one.partner, one.flow, one.words) for one in found.doubted] == [
        ("DDD", "export", "2023 and 2024, implausible"),
        ("RUS", "import", "2024, incomplete"),
        ("RUS", "total", "2024, incomplete"),
    ]
    small = collapse.every_partner(store, QUERY, least_peak=100.5, place=ANYWHERE)
    assert (small.rows["partner"].unique().to_list(), small.ended) == (["RUS"], {}), "no peak worth showing"
    assert small.small == ("AAA", "BBB", "CCC")


def test_by_months_what_ends_with_the_event_is_no_fall_around_it(tmp_path: Any) -> None:
    """AAA's months end with the event; BBB's trough is the window that ends with it: neither fell after it."""
    store = _store(
        tmp_path,
        _flow(FELL),
        _flow([10.0] * 20 + [1.0] * 6, partner="AAA"),
        _flow([10.0] * 20 + [1.0] * 6 + [30.0] * 24, partner="BBB"),
    )
    found = collapse.every_partner(store, QUERY, least_peak=10.0, place=ANYWHERE)
    assert found.rows.select("partner", "is_older").rows() == [("BBB", True), ("RUS", False)]
    assert found.ended == {"AAA": date(2022, 2, 1)}


def test_nobody_to_measure(tmp_path: Any) -> None:
    store = _store(tmp_path, _flow(FELL, partner="CCC"))
    found = collapse.every_partner(store, QUERY, least_peak=1.0, place=pl.col("partner") != "CCC")
    assert (found.rows.height, found.small, found.unnamed) == (0, (), 0)


def test_the_bands_of_a_result_are_those_of_the_line_it_was_measured_on() -> None:
    """Sums of twelve figures of width 1 for months, single figures for years."""
    months = _months(rounding=1.0)
    found = collapse.of_months(months, QUERY, None)
    assert collapse.bands(months, found.result) == (found.depth, found.rebound, found.share)
    years = _years([100.0, 20.0, 60.0], rounding=2.0)
    depth, rebound, share = collapse.bands(
        years, collapse.by_years(years, CollapseQuery("USA", "RUS", "export", date(2015, 5, 1)))
    )
    assert (depth.low, depth.high) == (pytest.approx(1 - 21 / 99), pytest.approx(1 - 19 / 101))
    assert (rebound.low, rebound.high) == (pytest.approx(59 / 21 - 1), pytest.approx(61 / 19 - 1))
    assert share.value == 0.5


def test_what_is_known_of_a_partner_is_the_newest_of_its_months(tmp_path: Any) -> None:
    late = _flow([6.0] * 6, date(2023, 9, 1), release="census-2026-01", known_from=date(2026, 1, 31), is_estimate=True)
    store = _store(
        tmp_path, _flow([9.0] * 40, date(2018, 1, 1)), _flow(FELL[:44], date(2020, 1, 1), partner="AAA"),
        _flow(FELL[:44], JAN, partner="BBB"),
    )  # fmt: skip
    assert late
    found = collapse.every_partner(store, QUERY, least_peak=1.0, place=ANYWHERE)
    assert found.rows["partner"].to_list() == ["AAA", "BBB"]
    # The windows of the search begin two years before the event, their first month eleven months earlier.
    assert found.series.frame["period"].min() == date(2020, 1, 1)
    mixed = _store(tmp_path / "mixed", _flow(FELL[:44]), late)
    (row,) = collapse.every_partner(mixed, QUERY, least_peak=1.0, place=ANYWHERE).rows.to_dicts()
    assert (row["known_from"], row["is_estimate"], row["source"]) == (date(2026, 1, 31), True, "census")
    (plain,) = collapse.every_partner(
        _store(tmp_path / "plain", _flow(FELL[:44])), QUERY, least_peak=1.0, place=ANYWHERE
    ).rows.to_dicts()
    assert (plain["known_from"], plain["is_estimate"]) == (date(2025, 10, 31), False)


def test_partners_are_read_from_the_first_month_of_the_search(tmp_path: Any) -> None:
    store = _store(tmp_path, _flow([9.0] * 120, date(2015, 1, 1)), _yearly(dict.fromkeys(range(2005, 2021), 9.0)))
    found = collapse.every_partner(store, QUERY, least_peak=1.0, place=ANYWHERE)
    assert found.series.frame["period"].min() == date(2019, 3, 1)
    query = CollapseQuery("USA", "", "export", date(2018, 2, 24), before_years=3, source="imf_imts")
    years = collapse.every_partner(store, query, least_peak=1.0, place=ANYWHERE)
    assert (years.frequency, years.series.frame["period"].min()) == ("A", date(2015, 1, 1))
