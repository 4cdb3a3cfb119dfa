"""Trade after relief, by hand: which dates are one row, which years stand around it, what is no year."""

from __future__ import annotations

from datetime import date
from typing import Any

import polars as pl
import pytest

from dashboard.analysis.errors import AnalysisError
from dashboard.queries.senders import Sender, Senders
from dashboard.studies import relief
from dashboard.studies.measures import MeasureQuery
from dashboard.studies.pair import PairQuery
from dashboard.studies.relief import Relief, ReliefQuery, Spans
from dashboard.studies.reversals import EASING, ENDED, LIFTED
from tests.dashboard.exhibits.timing.hand import flow
from tests.dashboard.studies.hand import TradeSeries

WHO = Senders({
    "US": Sender("US", "United States", "US", "the United States", 1, 1, "USA"),
    "EU": Sender("EU", "European Union", "EU", "the European Union", 2, 2, "EUU"),
})  # fmt: skip
JAN_2010 = date(2010, 1, 1)


def _turn(key: str, day: date, kind: str = EASING, **more: Any) -> dict[str, Any]:
    return {"measure": key, "date": day, "clock_used": "effective", "kind": kind, "sender": "US",
            "title": f"Act {key} (easing)", "types": "energy", "precision": "day"} | more  # fmt: skip


def _study(
    months: TradeSeries,
    *turns: dict[str, Any],
    spans: Spans = "years",
    window: int = 12,
    named: tuple[str, ...] = (),
) -> Relief:
    query = ReliefQuery(PairQuery("USA", "RUS", "import"), MeasureQuery(), spans, window)
    frame = pl.DataFrame(turns).sort("date", "measure", "kind")
    return relief.of_months(months, frame, query, "Russia", WHO, named)


def _values(found: Relief, row: int = 0) -> list[float | None]:
    return [span.value for span in found.rows[row].spans]


FOUR_YEARS = [1.0] * 12 + [2.0] * 12 + [6.0] * 12 + [3.0] * 12
"""2010 to 2013: 12, 24, 72 and 36 in all."""


def test_the_years_before_of_and_after() -> None:
    found = _study(flow(FOUR_YEARS), _turn("ease", date(2011, 11, 26)))
    assert _values(found) == [12.0, 24.0, 72.0]
    assert [span.words() for span in found.rows[0].spans] == ["2010", "2011", "2012"]
    change = found.rows[0].change
    assert change.value == pytest.approx(5.0)
    assert change.low == pytest.approx((72 - 6) / (12 + 6) - 1), "each month is rounded to 1, so each year to 12"
    assert found.rows[0].months == 25, "November 2011 to December 2013"


def test_several_of_a_month_are_one_row_and_the_two_directions_are_two() -> None:
    turns = [
        _turn("a", date(2011, 3, 1)),
        _turn("b", date(2011, 3, 31), LIFTED),
        _turn("c", date(2011, 4, 1)),
        _turn("a", date(2011, 3, 31), ENDED),
    ]
    found = _study(flow(FOUR_YEARS), *turns)
    assert [(row.relief, row.turns["measure"].to_list()) for row in found.rows] == [
        (True, ["a", "b"]), (True, ["c"]), (False, ["a"]),
    ]  # fmt: skip
    assert found.sharing() == 2, "the two months of relief stand on the same years"
    assert (found.rows[0].until, found.rows[0].held_months) == (date(2011, 3, 31), 0)
    assert (found.rows[1].until, found.rows[2].until) == (None, None)


def test_a_sender_of_its_own_trade_and_a_known_act_name_the_row() -> None:
    turns = [_turn("a", date(2011, 3, 1), sender="EU"), _turn("b", date(2011, 3, 2)), _turn("c", date(2011, 3, 3))]
    assert _study(flow(FOUR_YEARS), *turns).rows[0].first["measure"] == "b"
    assert _study(flow(FOUR_YEARS), *turns, named=("a", "c")).rows[0].first["measure"] == "c"
    about = [_turn("a", date(2011, 3, 1), types="travel"), _turn("b", date(2011, 3, 2), types="travel;trade_import")]
    assert _study(flow(FOUR_YEARS), *about).rows[0].first["measure"] == "b"
    other = _study(flow(FOUR_YEARS), turns[0])
    assert (other.rows[0].own, other.has_own) == (False, False)


def test_a_part_of_a_year_is_no_year_and_stands_beside_the_same_months() -> None:
    found = _study(flow(FOUR_YEARS[:-5]), _turn("ease", date(2012, 2, 1)), _turn("late", date(2013, 2, 1)))
    assert _values(found) == [24.0, 72.0, None]
    part = found.rows[0].spans[2].part
    assert part is not None
    assert (part.first, part.last, part.value, part.before) == (date(2013, 1, 1), date(2013, 7, 1), 21.0, 42.0)
    assert part.change.value == pytest.approx(-0.5)
    assert found.rows[0].change.value is None
    assert _values(found, 1) == [72.0, None, None]
    years = dict(found.series.frame.select("period", "is_partial").iter_rows())
    assert years == {date(2011, 1, 1): False, date(2012, 1, 1): False, date(2013, 1, 1): True}


def test_a_year_with_a_gap_is_no_year_and_no_part() -> None:
    values: list[float | None] = list(FOUR_YEARS)
    values[14] = None
    found = _study(flow(values), _turn("ease", date(2011, 6, 1)), _turn("next", date(2012, 6, 1)))
    assert _values(found) == [12.0, None, 72.0]
    assert found.rows[0].spans[1].part is None
    flagged = _study(flow(FOUR_YEARS, flags={date(2011, 3, 1): "implausible"}), _turn("ease", date(2011, 6, 1)))
    assert _values(flagged) == [12.0, None, 72.0]
    assert flagged.doubtful.frame["period"].to_list() == [date(2011, 3, 1)]
    last: list[float | None] = [*FOUR_YEARS[:-5]]
    last[38] = None  # a gap in the year that is not over
    assert _study(flow(last), _turn("ease", date(2012, 2, 1))).rows[0].spans[2].part is None


def test_runs_of_months_leave_the_month_of_the_date_out() -> None:
    found = _study(flow([*range(1, 25)]), _turn("ease", date(2010, 7, 15)), spans="months", window=6)
    assert _values(found) == [21.0, 8.0 + 9 + 10 + 11 + 12 + 13, 14.0 + 15 + 16 + 17 + 18 + 19]
    assert [span.words() for span in found.rows[0].spans] == ["Jan–Jun 2010", "Aug 2010–Jan 2011", "Feb–Jul 2011"]
    assert found.series.frequency == "M" and found.series.frame.height == 18
    none = _study(flow([*range(1, 25)]), _turn("ease", date(2010, 6, 15)), spans="months", window=6)
    assert _values(none)[0] is None, "a run without its first month is none"


def test_a_year_alone_has_no_place_among_months() -> None:
    turns = [_turn("year", date(2011, 1, 1), precision="year"), _turn("day", date(2011, 7, 1))]
    found = _study(flow(FOUR_YEARS), *turns, spans="months")
    assert ([row.first["measure"] for row in found.rows], found.undated) == (["day"], 1)
    years = _study(flow(FOUR_YEARS), *turns)
    assert (years.undated, [row.is_month_known for row in years.rows]) == (0, [False, True])


def test_dates_outside_the_figures_are_counted_and_never_drawn() -> None:
    inside = _turn("in", date(2011, 7, 1))
    outside = [_turn("early", date(2008, 7, 1)), _turn("late", date(2014, 1, 1))]
    found = _study(flow(FOUR_YEARS), *outside, inside)
    assert ([row.first["measure"] for row in found.rows], found.bare) == (["in"], 2)
    with pytest.raises(AnalysisError, match="All 2 dates of relief on Russia, Jul 2008–Jan 2014, lie where this flow"):
        _study(flow(FOUR_YEARS), *outside)
    edge = _study(flow(FOUR_YEARS), _turn("edge", date(2009, 7, 1)))
    assert _values(edge) == [None, None, 12.0], "only the year after has begun to be recorded"
    with pytest.raises(AnalysisError, match="Every month of this flow is marked as doubtful"):
        _study(flow([1.0], flags={JAN_2010: "implausible"}), inside)


def test_a_balance_is_refused() -> None:
    query = ReliefQuery(PairQuery("USA", "RUS", "balance"), MeasureQuery())
    with pytest.raises(AnalysisError, match="A balance may be below zero"):
        relief.study(None, query)  # type: ignore[arg-type]
