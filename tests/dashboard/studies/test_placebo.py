"""The test of one date and of all turns: which months are asked, what is left out, what rounding allows; by hand."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import date
from typing import Any

import polars as pl
import pytest

from dashboard.analysis.errors import AnalysisError
from dashboard.analysis.frames import month_of, ordinal_of
from dashboard.studies import breaks, placebo
from dashboard.studies.breaks import BreaksQuery
from dashboard.studies.measures import MeasureQuery
from dashboard.studies.pair import PairQuery, log_change
from dashboard.studies.placebo import EveryMeasureQuery, PlaceboQuery
from dashboard.studies.series import TradeSeries
from pipelines.store import Store
from tests.dashboard import tiny
from tests.dashboard.studies import hand

FIRST = date(2010, 1, 1)
PAIR = PairQuery("USA", "RUS", "export")
NO_RELIEF = pl.DataFrame(schema={"kind": pl.String, "title": pl.String})
AT = 60


def _month(place: int) -> date:
    return month_of(ordinal_of(FIRST) + place)


def _waves(size: int = 120, *, fall: float = 0.0, at: int = AT, base: float = 1e9) -> list[float]:
    """A flow with a season; a share of it is gone from a month on."""
    return [
        base * math.exp(0.1 * math.sin(math.pi * place / 6) + 0.05 * math.sin(2.1 * place)) * (1 - fall * (place >= at))
        for place in range(size)
    ]


def _flow(values: Sequence[float | None], **more: Any) -> TradeSeries:
    return hand.series(hand.months(FIRST, values), **more)


FALL = _flow(_waves(fall=0.7), rounding=2e8)


def _tested(event: date, **more: Any) -> placebo.Placebo:
    return placebo.of_months(FALL, PlaceboQuery(PAIR, event, **more), NO_RELIEF)


def test_the_band_of_a_change_is_that_of_the_months_that_were_compared() -> None:
    """The year before the date against the year from it on; the month itself is left out where it is split."""
    for event, skip in ((_month(AT), 0), (_month(AT).replace(day=15), 1)):
        found = _tested(event)
        assert found.skip == skip
        before = FALL.between(_month(AT - 12), _month(AT - 1))
        after = FALL.between(_month(AT + skip), _month(AT + skip + 11))
        assert found.change(found.result.main) == log_change(before, after, found.result.main.change)


def test_a_lead_ends_the_year_before_earlier() -> None:
    found = _tested(_month(AT))
    assert found.result.leads
    for led in found.result.leads:
        end = AT - led.lead_months
        before = FALL.between(_month(end - led.window_months), _month(end - 1))
        after = FALL.between(_month(AT), _month(AT + led.window_months - 1))
        assert found.change(led) == log_change(before, after, led.change)


def test_what_is_drawn_lies_around_the_date() -> None:
    found = _tested(_month(AT), before=12, after=6)
    assert found.drawn.frame["period"].to_list() == [_month(place) for place in range(AT - 12, AT + 7)]
    assert found.series.frame.height == 120


def test_two_years_before_and_three_after_are_drawn_unless_asked_otherwise() -> None:
    assert [one["period"] for one in (_tested(_month(AT)).drawn.frame[0].to_dicts())] == [_month(AT - 24)]
    assert _tested(_month(AT)).drawn.last_month == _month(AT + 36)
    assert _tested(_month(AT)).result.main.window_months == 12


def _turns(*rows: dict[str, Any]) -> pl.DataFrame:
    names = ("measure", "clock_used", "kind", "sender", "title", "types", "precision")
    base = {"sender": "US", "types": "energy", "precision": "day", "clock_used": "effective", "kind": "measure"}
    given = [base | {"title": row["measure"]} | row for row in rows]
    return pl.DataFrame(given, schema=dict.fromkeys(names, pl.String) | {"date": pl.Date})


def _every(*rows: dict[str, Any], clock: str = "effective") -> placebo.EveryMeasure:
    query = EveryMeasureQuery(PAIR, MeasureQuery(clock=clock))
    return placebo.of_turns(FALL, _turns(*rows), query, "Russia")


def _turn(key: str, day: date, **more: Any) -> dict[str, Any]:
    return {"measure": key, "date": day} | more


def test_turns_of_the_first_and_the_last_month_are_inside() -> None:
    found = _every(
        _turn("a", date(2015, 1, 5)), _turn("early", date(2009, 12, 31)), _turn("first", date(2010, 1, 31)),
        _turn("last", date(2019, 12, 31)), _turn("late", date(2020, 1, 1)),
    )  # fmt: skip
    assert found.table["measure"].to_list() == ["first", "a", "last"]
    assert found.outside == 2
    assert found.done["measure"].to_list() == ["a"]


def test_turns_of_one_month_share_a_test_but_for_those_of_its_first_day() -> None:
    days = (date(2015, 1, 1), date(2015, 1, 5), date(2015, 1, 20), date(2015, 2, 5))
    found = _every(*(_turn(key, day) for key, day in zip("abcd", days, strict=True)))
    assert found.table["in_this_test"].to_list() == [1, 2, 2, 1]
    assert placebo.one_a_test(found.table)["measure"].to_list() == ["a", "b", "d"]
    assert found.table["first_of_month"].to_list() == [True, False, False, False]


def test_turns_at_another_day_than_that_of_the_clock_are_counted() -> None:
    rows = [
        _turn("a", date(2015, 1, 5)), _turn("b", date(2015, 1, 5), clock_used="signed"),
        _turn("a", date(2016, 1, 5), clock_used="lifted"),
    ]  # fmt: skip
    assert _every(*rows).nearest == 1
    assert _every(*rows, clock="signed").nearest == 1
    assert _every(*rows, clock="lifted").nearest == 0


def test_a_year_alone_is_not_tested() -> None:
    found = _every(_turn("a", date(2015, 1, 5)), _turn("y", date(2015, 1, 1), precision="year"))
    refused = dict(found.table.select("measure", "refused").iter_rows())
    assert (refused["y"], refused["a"]) == ("The register knows the year alone.", None)
    with pytest.raises(AnalysisError, match="by the year alone, and a year cannot be tested"):
        _every(_turn("y", date(2015, 1, 1), precision="year"))


def test_no_turn_to_test_says_why() -> None:
    with pytest.raises(AnalysisError, match="No date on Russia lies in the months of this flow, Jan 2010–Dec 2019"):
        _every(_turn("a", date(2001, 1, 1)))
    with pytest.raises(AnalysisError, match="None of the 2 dates on Russia lies in the months"):
        _every(_turn("a", date(2001, 1, 1)), _turn("b", date(2001, 1, 1)))
    with pytest.raises(AnalysisError, match="The one date cannot be tested on this flow"):
        _every(_turn("a", date(2010, 2, 1)))
    with pytest.raises(AnalysisError, match="Not one of the 2 dates can be tested on this flow"):
        _every(_turn("a", date(2010, 2, 1)), _turn("b", date(2010, 3, 1)))


@pytest.fixture(scope="module")
def held() -> Store:
    def months(values: Sequence[float], **more: Any) -> list[dict[str, Any]]:
        return tiny.months(hand.months(FIRST, values), **more)  # type: ignore[arg-type]

    measures = [
        {"measure": key, "sender": "US", "target": "RUS", "title": key, "types": "energy", "status": "confirmed",
         "precision": "day", "instrument": "EO"} | row
        for key, row in (
            ("ban", {"effective": date(2015, 1, 5)}), ("ease", {"effective": date(2016, 1, 5), "eases": "ban"}),
        )
    ]  # fmt: skip
    codes = ["BBB", "CCC", "DDD", "AAA", "NLD", *(f"P{place:02}" for place in range(8))]
    return tiny.store(
        trade_flow=[
            *months(_waves(fall=0.7)),
            *(row for place, code in enumerate(codes) for row in months(_waves(base=1e8 * (place + 2)), partner=code)),
        ],
        measure=measures,
    )


def test_one_date_of_the_store(held: Store) -> None:
    query = MeasureQuery()
    found = placebo.study(held, PlaceboQuery(PAIR, date(2016, 1, 5)))
    assert found.relief["measure"].to_list() == ["ease"]
    assert found.result.partners is None
    beside = placebo.study(held, PlaceboQuery(PAIR, date(2015, 1, 1), other_partners=True))
    assert beside.result.partners is not None
    assert beside.result.partners.partners == 13, "the partner itself is none of the others"
    assert (PlaceboQuery(PAIR, _month(AT)).window_months, EveryMeasureQuery(PAIR, query).window_months) == (12, 12)
    with pytest.raises(AnalysisError, match=r"came back after the relief of this date\. Choose another date"):
        placebo.of_months(_flow(_waves(76)), PlaceboQuery(PAIR, date(2016, 1, 5)), found.relief)


def test_the_last_date_that_can_be_tested_has_its_months_after_it(held: Store) -> None:
    """The figures are of Jan 2010 to Dec 2019: any day of Dec 2018 has the twelve months of 2019 after it."""
    last = placebo.last_testable(held, PAIR, 12)
    assert last == date(2018, 12, 1)
    placebo.study(held, PlaceboQuery(PAIR, last.replace(day=31)))
    with pytest.raises(AnalysisError, match="before the 12 months after Jan 2019 are over"):
        placebo.study(held, PlaceboQuery(PAIR, date(2019, 1, 31)))
    assert placebo.last_testable(held, PairQuery("USA", "IRN", "export"), 12) is None


def test_every_turn_of_the_store_or_the_easings_alone(held: Store) -> None:
    query = MeasureQuery(target="RUS")
    every = placebo.every_measure(held, EveryMeasureQuery(PAIR, query))
    assert every.table["measure"].to_list() == ["ban", "ease"]
    eased = placebo.every_measure(held, EveryMeasureQuery(PAIR, query, easings_only=True))
    assert eased.table["measure"].to_list() == ["ease"]
    with pytest.raises(AnalysisError, match="The register holds no measure on IRN"):
        placebo.every_measure(held, EveryMeasureQuery(PAIR, MeasureQuery(target="IRN")))
    early = MeasureQuery(target="RUS", known_on=date(2015, 6, 1))
    with pytest.raises(AnalysisError, match="was out on 1 Jun 2015"):
        placebo.every_measure(held, EveryMeasureQuery(PAIR, early, easings_only=True))


def test_a_balance_has_no_logarithm() -> None:
    with pytest.raises(AnalysisError, match="A balance has no logarithm"):
        placebo.refuse_balance(PairQuery("USA", "RUS", "balance"))
    placebo.refuse_balance(PAIR)


def test_breaks_tell_the_level_and_the_change_of_every_stretch() -> None:
    """Two levels, five months passed over: 1,000 to the end of 2014, 300 from 2015 on."""
    values: list[float | None] = [*_waves(fall=0.7, base=1000.0)]
    values[30:35] = [None] * 5
    found = breaks.of_months(_flow(values, rounding=20.0), BreaksQuery(PAIR))
    (one,) = found.found.breaks
    assert one.date == _month(AT)
    first, second = found.stretches
    assert (first[0], first[1], second[0], second[1]) == (FIRST, _month(AT - 1), _month(AT), _month(119))
    assert first[2] == pytest.approx(1000.0, rel=0.1)
    assert second[2] == pytest.approx(300.0, rel=0.1)
    assert found.gap_months == 5
    assert found.months.filter("is_break")["period"].to_list() == [_month(AT)]
    (change,) = found.changes
    assert change.value == pytest.approx(-0.7, abs=0.02)
    before, after = found.series.between(None, _month(AT - 1)), found.series.between(_month(AT), None)
    assert change == log_change(before, after, math.expm1(one.change))


def test_breaks_lie_so_many_months_apart_as_asked() -> None:
    two = [value * (0.3 if AT <= place < AT + 12 else 1.0) for place, value in enumerate(_waves())]
    near = breaks.of_months(_flow(two), BreaksQuery(PAIR, least_months=12)).found.breaks
    assert [one.date for one in near] == [_month(AT), _month(AT + 12)]
    far = breaks.of_months(_flow(two), BreaksQuery(PAIR, least_months=30)).found.breaks
    assert [one.date for one in far] != [_month(AT), _month(AT + 12)]
    assert breaks.of_months(_flow(_waves()), BreaksQuery(PAIR)).changes == ()


def test_without_a_break_there_is_one_stretch_and_doubtful_months_are_left_out() -> None:
    found = breaks.of_months(_flow(_waves(), flags={_month(50): "implausible"}), BreaksQuery(PAIR))
    assert len(found.stretches) == 1
    assert (found.gap_months, found.doubtful.frame["period"].to_list()) == (1, [_month(50)])
    with pytest.raises(AnalysisError, match="Choose another partner or flow"):
        breaks.of_months(_flow(_waves(8)), BreaksQuery(PAIR))


def test_what_is_asked_unless_a_reader_asks_otherwise() -> None:
    asked, turns, broken = PlaceboQuery(PAIR, FIRST), EveryMeasureQuery(PAIR, MeasureQuery()), BreaksQuery(PAIR)
    assert (asked.before, asked.after, asked.window_months, asked.other_partners) == (24, 36, 12, False)
    assert (turns.window_months, turns.easings_only) == (12, False)
    assert (broken.max_breaks, broken.least_months) == (5, 24)
    assert MeasureQuery() == MeasureQuery("RUS", (), (), (), "", "effective", None, None, None, True)
