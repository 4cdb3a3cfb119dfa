"""The main picture's lines, worked by hand: index base, growth, the window's parts, newest levels, late lines."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from dashboard.analysis.errors import AnalysisError
from dashboard.studies import over_time
from dashboard.studies.over_time import OverTimeQuery, OverTimeStudy
from dashboard.studies.series import TradeSeries
from dashboard.studies.trade import TradeQuery
from pipelines.store import Store
from tests.dashboard import tiny
from tests.dashboard.studies import hand

JAN = date(2020, 1, 1)


def _line(values: Sequence[float | None], first: date = JAN, **more: Any) -> TradeSeries:
    return hand.series(hand.months(first, values), **more)


def _shown(line: TradeSeries) -> list[float]:
    return [round(value, 6) for value in line.frame["shown"]]


def test_a_level_is_the_value() -> None:
    lines, base = over_time.as_measure([_line([3.0, 5.0])], "level", None, balance=True)
    assert (_shown(lines[0]), base) == ([3.0, 5.0], None)


def test_growth_is_percent_of_the_same_month_a_year_before() -> None:
    lines, base = over_time.as_measure([_line([10.0] * 12 + [15.0, 5.0])], "growth", None)
    assert base is None
    assert lines[0].frame["period"].to_list() == [date(2021, 1, 1), date(2021, 2, 1)]
    assert _shown(lines[0]) == [50.0, -50.0]
    assert "growth" not in lines[0].frame.columns


def test_an_index_stands_on_the_first_year_that_all_lines_have_whole() -> None:
    """The first line has 2020 but for a month, the second begins in 2021: both are whole in 2021 for the first time."""
    first = _line([2.0, None] + [2.0] * 10 + [4.0] * 12 + [8.0] * 12)
    second = _line([10.0] * 12 + [30.0] * 12, date(2021, 1, 1), partner="CHN")
    lines, base = over_time.as_measure([first, second], "index", None)
    assert base == 2021
    assert _shown(lines[0])[-24:] == [100.0] * 12 + [200.0] * 12
    assert _shown(lines[1]) == [100.0] * 12 + [300.0] * 12
    assert over_time.as_measure([first], "index", 2022)[0][0].frame["shown"][0] == 25.0


def test_a_base_year_is_whole_and_above_zero_in_every_month() -> None:
    zero = _line([0.0] + [2.0] * 11 + [4.0] * 12)
    assert over_time.as_measure([zero], "index", None)[1] == 2021
    with pytest.raises(AnalysisError, match="no complete year in common"):
        over_time.as_measure([_line([1.0] * 12), _line([1.0] * 12, date(2021, 1, 1))], "index", None)
    with pytest.raises(AnalysisError, match="no complete year in common"):
        over_time.as_measure([_line([1.0] * 11)], "index", None)


@pytest.mark.parametrize(("period", "first"), [("Q", 2020), ("A", 2020), ("S", 2021)])
def test_quarters_years_and_sums_find_their_own_first_whole_year(period: Any, first: int) -> None:
    summed = _line([1.0] * 36).summed(period)
    lines, base = over_time.as_measure([summed], "index", None)
    assert (base, set(_shown(lines[0]))) == (first, {100.0})


def test_a_part_of_a_year_is_no_base() -> None:
    years = _line([1.0] * 11 + [None] + [2.0] * 12 + [3.0] * 12).summed("A")
    assert over_time.as_measure([years], "index", None)[1] == 2021


@pytest.mark.parametrize("measure", ["index", "growth"])
def test_a_balance_is_shown_as_level_only(measure: Any) -> None:
    with pytest.raises(AnalysisError, match="A balance has no index and no growth rate"):
        over_time.as_measure([_line([1.0] * 24, flow="balance")], measure, None, balance=True)


def test_a_part_of_a_period_stays_only_at_the_end_of_a_level() -> None:
    """2020 and 2022 lack months: the last part is drawn hollow, the first is no year."""
    years = _line([None] + [1.0] * 11 + [1.0] * 12 + [1.0] * 6).summed("A")
    level = over_time.window(years, None, None, "level")
    assert level.frame.select("period", "is_partial").rows() == [
        (date(2021, 1, 1), False), (date(2022, 1, 1), True),
    ]  # fmt: skip
    for measure in ("index", "growth"):
        assert over_time.window(years, None, None, measure).frame["period"].to_list() == [date(2021, 1, 1)]  # type: ignore[arg-type]
    early = over_time.window(years, None, JAN, "level")
    assert early.frame["is_partial"].to_list() == [True], "the end of what the reader sees"
    assert over_time.window(years, date(2030, 1, 1), None, "level").is_empty
    assert over_time.window(years, date(2021, 1, 1), date(2021, 1, 1), "level").frame.height == 1


def test_the_newest_level_beside_the_highest() -> None:
    (found,) = over_time.newest_levels(_line([4.0, 10.0, 10.0, 7.0], rounding=0.0))
    assert (found.partner, found.now, found.now_period) == ("RUS", 7.0, date(2020, 4, 1))
    assert (found.highest, found.highest_period) == (10.0, date(2020, 2, 1)), "of two alike the first"
    assert found.against.value == pytest.approx(-0.3)
    assert (found.is_highest, found.doubted) == (False, ())


def test_the_newest_may_be_the_highest_and_each_partner_has_its_own() -> None:
    both = over_time.together([_line([1.0, 2.0]), _line([5.0, 4.0], partner="CHN")])
    first, second = over_time.newest_levels(both)
    assert (first.partner, first.is_highest, first.highest) == ("RUS", True, 2.0)
    assert (second.partner, second.is_highest, second.highest) == ("CHN", False, 5.0)


def test_a_flagged_figure_is_never_the_highest_nor_compared() -> None:
    high = _line([5.0, 90.0, 6.0], flags={date(2020, 2, 1): "implausible"})
    (found,) = over_time.newest_levels(high)
    assert (found.highest, found.is_highest) == (6.0, True)
    doubted = date(2020, 3, 1)
    (newest,) = over_time.newest_levels(_line([5.0, 4.0, 90.0], flags={doubted: "implausible"}))
    assert (newest.now, newest.now_period, newest.highest) == (4.0, date(2020, 2, 1), 5.0)
    assert newest.doubted == ((doubted, "implausible"),)
    assert newest.against.value == pytest.approx(-0.2)
    (single,) = over_time.newest_levels(_line([5.0]))
    assert (single.against.value, single.is_highest) == (None, False), "one level is no record"
    assert over_time.newest_levels(_line([90.0], flags={JAN: "implausible"})) == ()


def test_a_balance_is_not_compared_and_rounding_widens_the_change() -> None:
    (balance,) = over_time.newest_levels(_line([5.0, 9.0], flow="balance"))
    assert (balance.against.value, balance.is_highest) == (None, False)
    (wide,) = over_time.newest_levels(_line([100.0, 50.0], rounding=20.0))
    assert wide.now_width == 20.0
    assert (wide.against.low, wide.against.high) == (pytest.approx(40 / 110 - 1), pytest.approx(60 / 90 - 1))


def _drawn(*lines: TradeSeries, partners: tuple[str, ...] = ()) -> OverTimeStudy:
    query = OverTimeQuery(TradeQuery("USA", partners, "export"))
    return OverTimeStudy(query, lines, None, ())


def test_a_line_is_late_when_it_ends_more_than_six_months_before_the_newest() -> None:
    newest = _line([1.0] * 24)  # to Dec 2021
    six = _line([1.0] * 18, partner="CHN")  # to Jun 2021
    seven = _line([1.0] * 17, partner="IRN")
    assert [line.partner for line in _drawn(newest, six, seven).late()] == ["IRN"]
    assert _drawn(six).late() == []


def test_what_is_drawn_is_told_from_the_lines() -> None:
    drawn = _drawn(_line([1.0, 1.0], date(2020, 3, 1)), _line([1.0], partner="CHN"), partners=tuple("ABCDEFG"))
    assert (drawn.first, drawn.last) == (JAN, date(2020, 4, 1))
    assert drawn.flow == "export"
    assert drawn.partners_not_drawn == ("F", "G")
    assert _drawn(_line([1.0]), partners=("RUS", "CHN")).partners_without_figures == ("CHN",)
    assert _drawn(_line([1.0]), partners=(*"ABCDE", "CHN")).partners_without_figures == tuple("ABCDE")
    assert _drawn(_line([1.0]), _line([1.0], flow="import")).flow == "total"
    assert _drawn(_line([1.0], flow="import")).flow == "import"


@pytest.fixture(scope="module")
def held(tmp_path_factory: pytest.TempPathFactory) -> Store:
    """Two years of months with Russia (10, then 20 a month; imports 1), seven with Aland; Cordia's years."""
    rows = [
        *tiny.months(tiny.year_of(2022, [10.0] * 12)),
        *tiny.months(tiny.year_of(2023, [20.0] * 12)),
        *tiny.months(tiny.year_of(2022, [1.0] * 12), flow="import"),
        *tiny.months(tiny.year_of(2023, [1.0] * 12), flow="import"),
        *tiny.months(tiny.year_of(2022, [3.0] * 7), partner="AAA"),
        *tiny.months(
            {date(year, 1, 1): 5.0 + year - 2020 for year in (2020, 2021, 2022)}, reporter="CCC", partner="BBB",
            source="imf_imts", frequency="A",
        ),
    ]  # fmt: skip
    return tiny.store(tmp_path_factory.mktemp("over_time"), trade_flow=rows)


def _study(store: Path | Store, *partners: str, **more: Any) -> OverTimeStudy:
    own = {name: more.pop(name) for name in ("flow", "measure", "base") if name in more}
    asked: dict[str, Any] = {"reporter": "USA", "partners": partners or ("RUS",), "flow": "export"}
    return over_time.study(store, OverTimeQuery(TradeQuery(**(asked | more)), **own))  # type: ignore[arg-type]


def test_both_flows_of_one_partner_are_two_lines_with_the_newest_year_of_their_sum(held: Store) -> None:
    found = _study(held)
    assert [(line.partner, line.flow) for line in found.lines] == [("RUS", "export"), ("RUS", "import")]
    (newest,) = found.newest
    assert (newest.now, newest.now_period, newest.is_highest) == (252.0, date(2023, 12, 1), True)
    assert (found.flow, found.measure) == ("total", "level")


def test_lines_stand_in_the_order_of_the_partners(held: Store) -> None:
    for chosen in (("RUS", "AAA"), ("AAA", "RUS")):
        assert [line.partner for line in _study(held, *chosen, flow="export").lines] == list(chosen)
    assert _study(held, "RUS", "AAA", "DDD", flow="export").partners_without_figures == ("DDD",)


def test_the_newest_level_stays_inside_the_window_that_is_drawn(held: Store) -> None:
    (cut,) = _study(held, flow="export", end=date(2023, 6, 1)).newest
    assert (cut.now, cut.now_period) == (180.0, date(2023, 6, 1))
    (late,) = _study(held, flow="export", start=date(2023, 1, 1)).newest
    assert (late.highest, late.highest_period) == (240.0, date(2023, 12, 1))
    whole = _study(held, flow="export")
    assert whole.newest[0].highest == 240.0


def test_years_are_told_where_there_are_no_months(held: Store) -> None:
    found = _study(held, "BBB", reporter="CCC", period="A", flow="export")
    (newest,) = found.newest
    assert (newest.now, newest.now_period) == (7.0, date(2022, 1, 1))


def test_a_window_without_twelve_months_has_no_level_and_borrows_none_from_outside(held: Store) -> None:
    assert _study(held, flow="export", start=date(2023, 1, 1), end=date(2023, 6, 1)).newest == ()


def test_twelve_month_sums_are_indexed_to_the_year_itself(held: Store) -> None:
    sums = _study(held, flow="export", measure="index", base=2022, period="S").lines[0]
    years = _study(held, flow="export", measure="index", base=2022, period="A").lines[0]
    december = {
        day.year: value for day, value in zip(sums.frame["period"], _shown(sums), strict=True) if day.month == 12
    }
    assert december == {2022: 100.0, 2023: 200.0}
    assert dict(zip((day.year for day in years.frame["period"]), _shown(years), strict=True)) == december


def test_growth_has_its_band_and_leaves_flagged_figures_out() -> None:
    values = [10.0] * 12 + [20.0] * 12
    line = _line(values, rounding=2.0, flags={date(2021, 3, 1): "implausible"})
    (grown,) = over_time.as_measure([line], "growth", None)[0]
    assert date(2021, 3, 1) not in grown.frame["period"].to_list()
    row = grown.frame.row(0, named=True)
    assert row["shown"] == pytest.approx(100.0)
    assert row["shown_low"] == pytest.approx(100 * (19 / 11 - 1))
    assert row["shown_high"] == pytest.approx(100 * (21 / 9 - 1))


def test_growth_and_index_use_months_from_before_the_window(held: Store) -> None:
    grown = _study(held, flow="export", measure="growth", start=date(2023, 1, 1))
    assert set(_shown(grown.lines[0])) == {100.0}
    indexed = _study(held, flow="export", measure="index", start=date(2023, 1, 1), end=date(2023, 2, 1))
    assert (indexed.base, _shown(indexed.lines[0])) == (2022, [200.0, 200.0])
    assert _study(held, flow="export", measure="index", base=2023).lines[0].frame["shown"][0] == 50.0


def test_nothing_to_draw_says_why(held: Store) -> None:
    with pytest.raises(AnalysisError, match="The figures run from Jan 2022 to Dec 2023 and lie outside this window"):
        _study(held, start=date(2025, 1, 1))
    with pytest.raises(AnalysisError, match="no monthly figures for the United States with DDD"):
        _study(held, "DDD")
    with pytest.raises(AnalysisError, match="but not the imports"):
        _study(held, "AAA", flow="import")
    with pytest.raises(AnalysisError, match="A balance has no index"):
        _study(held, flow="balance", measure="index")
    with pytest.raises(AnalysisError, match="There are no figures in this window"):
        _study(held, flow="export", measure="growth", end=date(2022, 6, 1))
