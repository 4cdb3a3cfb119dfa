"""The timing tests and the breaks on months made by hand: what is drawn is what was measured, and words follow it."""

from __future__ import annotations

import math
from datetime import date
from typing import Any

import polars as pl
import pytest

from dashboard.analysis.errors import AnalysisError
from dashboard.analysis.timing import timing_test
from dashboard.exhibits.timing import breaks as breaks_words
from dashboard.exhibits.timing import every_measure, ordinary_dates
from dashboard.exhibits.timing import every_measure_words as said
from dashboard.figures.theme import LIGHT
from dashboard.queries import register
from dashboard.studies import breaks, placebo
from dashboard.studies.breaks import BreaksQuery
from dashboard.studies.measures import MeasureQuery
from dashboard.studies.pair import coarse, log_change
from dashboard.studies.placebo import EveryMeasureQuery, PlaceboQuery
from dashboard.studies.reversals import EASING, ENDED, IMPOSED, LIFTED
from pipelines.schema.terms import Clock
from tests.dashboard import tiny
from tests.dashboard.exhibits.timing.hand import PAIR, flow, level, month

SIZE, AT = 120, 60
FALL = flow(level(SIZE, fall=0.7, at=AT))
NO_RELIEF = pl.DataFrame(schema={"kind": pl.String, "title": pl.String})


def _tested(months: Any = FALL, **query: Any) -> placebo.Placebo:
    asked = PlaceboQuery(PAIR, query.pop("event", month(AT)), **query)
    return placebo.of_months(months, asked, NO_RELIEF)


def test_the_study_tests_the_same_months_as_the_test_itself() -> None:
    found = _tested()
    alone = timing_test(FALL.frame, event=month(AT), value="value")
    assert found.result.main == alone.main
    assert found.drawn.frame["period"].to_list() == [month(place) for place in range(AT - 24, AT + 37)]
    assert found.series.frame.height == SIZE


def test_dollars_and_euros_at_one_rate_give_one_verdict_and_their_own_table() -> None:
    euros = flow([0.9 * value for value in level(SIZE, fall=0.7, at=AT)], currency="EUR")
    one, other = _tested(), _tested(euros)
    assert other.result.p_value == one.result.p_value
    table = ordinary_dates.table(other)
    assert table["value_usd"].null_count() == table.height and table["value_eur"].null_count() == 0
    assert "value_eur" not in ordinary_dates.table(one).columns


def test_the_band_of_a_change_of_logs_by_hand() -> None:
    before, after = (flow([100.0] * 12, rounding={month(place): 10.0 for place in range(12)}) for _ in range(2))
    change = log_change(before, after.with_rows(after.frame.with_columns(pl.col("value") * 2)), 1.0)
    assert change.value == 1.0
    assert change.low == pytest.approx(195 / 105 - 1) and change.high == pytest.approx(205 / 95 - 1)
    hidden = flow([100.0] * 12, rounding={month(0): 200.0})
    assert log_change(hidden, after, 0.1).value is None


def test_a_change_that_rounding_could_make_is_told_as_its_band_and_the_verdict_stays() -> None:
    values = [max(value / 1e4, 1.0) for value in level(SIZE, fall=0.7, at=AT)]
    widths = {month(place): 30_000.0 for place in range(SIZE)}
    found = _tested(flow([round(value / 30_000) * 30_000.0 for value in values], rounding=widths))
    told = ordinary_dates.answer(found, "US goods exports to Russia")
    assert "the change from the 12 months before to the 12 months after" in told
    assert f"The date is {found.result.verdict}" in told and "stood" not in told
    assert "rounded to more than a tenth" in ordinary_dates.note(found)
    assert coarse(found.drawn).frame.height > 0


def test_other_partners_are_compared_when_they_are_given() -> None:
    others = [flow(level(SIZE, base=1e8 * (place + 1)), partner=f"P{place:02d}") for place in range(12)]
    beside = others[0].with_rows(pl.concat([one.frame for one in others]))
    query = PlaceboQuery(PAIR, month(AT), other_partners=True)
    found = placebo.of_months(FALL, query, NO_RELIEF, beside)
    assert "Of 12 other partners 0 moved as unusually" in ordinary_dates.answer(found, "exports")
    assert "other partners" not in ordinary_dates.answer(_tested(), "exports")


def test_doubtful_months_are_gaps_of_the_test_and_named() -> None:
    doubt = month(AT + 5)
    found = _tested(flow(level(SIZE), flags={doubt: "implausible"}))
    assert found.result.gap_months == 1
    note = ordinary_dates.note(found)
    assert "Jun 2015 (implausible) is marked as doubtful and left out." in note
    assert "1 month without a figure stay gaps" in note


def test_the_picture_and_its_words_end_where_the_months_end() -> None:
    short = flow(level(AT + 14, fall=0.7, at=AT))
    found = _tested(short)
    assert found.drawn.last_month == month(AT + 13) == ordinary_dates.table(found)["period"].max()
    ordinary_dates.draw(found, LIGHT)
    with pytest.raises(AnalysisError, match=r"The series ends in .* Choose another date"):
        _tested(flow(level(AT + 6)))
    with pytest.raises(AnalysisError, match="balance has no logarithm"):
        placebo.refuse_balance(placebo.PairQuery("USA", "RUS", "balance"))


def _turns(rows: list[dict[str, Any]]) -> pl.DataFrame:
    base = {"sender": "US", "types": "energy", "precision": "day", "clock_used": "effective", "kind": IMPOSED}
    schema = {"measure": pl.String, "date": pl.Date, "clock_used": pl.String, "kind": pl.String, "sender": pl.String,
              "title": pl.String, "types": pl.String, "precision": pl.String}  # fmt: skip
    return pl.DataFrame([base | {"title": f"Does {row['measure']}"} | row for row in rows], schema=schema)


def _every(rows: list[dict[str, Any]], *, easings_only: bool = False) -> placebo.EveryMeasure:
    query = EveryMeasureQuery(PAIR, MeasureQuery(by_target=False), easings_only=easings_only)
    return placebo.of_turns(FALL, _turns(rows), query, "Russia")


ROWS: list[dict[str, Any]] = [
    {"measure": "a", "date": date(2015, 1, 5)},
    {"measure": "b", "date": date(2015, 1, 20), "clock_used": "signed"},
    {"measure": "c", "date": date(2015, 1, 1)},
    {"measure": "d", "date": date(2016, 6, 1), "kind": EASING},
    {"measure": "e", "date": date(2010, 2, 1)},
    {"measure": "f", "date": date(1999, 1, 1)},
    {"measure": "g", "date": date(2017, 1, 1), "precision": "year"},
    {"measure": "a", "date": date(2016, 9, 9), "kind": LIFTED, "clock_used": "lifted"},
]


def test_every_count_in_the_words_is_of_the_rows() -> None:
    found = _every(ROWS)
    assert (found.table.height, found.outside, found.nearest) == (7, 1, 1)
    assert found.tests.height == 4
    assert said.counted(found.table) == "5 measures, 1 easing and 1 lifting or replacement"
    told, note = said.answer("exports", found), said.note(found)
    assert told.startswith("Exports: of 4 dates tested together")
    alone = found.tests.filter(pl.col("p_value") <= placebo.ALPHA).height
    assert f"and {alone or 'none'} {'is' if alone < 2 else 'are'} on" in told
    assert "2 could not be tested; the table says why." in note
    assert "1 has no day on this clock and is tested at the nearest day known." in note
    assert "1 lies outside the months of this flow, Jan 2010–Dec 2019." in note
    table = said.table(found)
    assert (
        table.filter(pl.col("refused").is_not_null())["refused"].to_list()[-1] == "The register knows the year alone."
    )
    assert table.filter(pl.col("measure") == "b")["clock"].item() == "signed"
    every_measure.draw(found, LIGHT)


def test_the_least_ordinary_date_of_a_coarse_flow_is_told_with_the_band_of_rounding() -> None:
    widths = {month(place): 4e8 for place in range(AT, SIZE)}
    coarse_fall = flow(level(SIZE, fall=0.7, at=AT), rounding=widths)
    query = EveryMeasureQuery(PAIR, MeasureQuery(by_target=False))
    found = placebo.of_turns(coarse_fall, _turns([{"measure": "c", "date": month(AT)}]), query, "Russia")
    change = found.change(found.tests.row(0, named=True))
    assert not change.is_sharp and change.low < change.value < change.high  # type: ignore[operator]
    assert f"({change.words()}, p = " in said.answer("exports", found)
    assert "(rounded)" in said.alt("Tests", found)


def test_turns_of_one_month_share_a_test_but_for_those_of_its_first_day() -> None:
    done = _every(ROWS).done
    january = done.filter(pl.col("month") == date(2015, 1, 1))
    assert january["in_this_test"].to_list() == [1, 2, 2]
    assert january["effect"].n_unique() == 2


def test_relief_is_counted_among_easings_alone() -> None:
    rows = [row for row in ROWS if row.get("kind") in (EASING, LIFTED)] + [
        {"measure": "h", "date": date(2015, 6, 1), "kind": ENDED}
    ]
    told = said.answer("exports", _every(rows, easings_only=True))
    assert " of 2 dates of relief." in told


def test_nothing_to_test_says_which_cause() -> None:
    with pytest.raises(AnalysisError, match=r"No date on Russia lies in the months of this flow"):
        _every([{"measure": "f", "date": date(1999, 1, 1)}])
    with pytest.raises(AnalysisError, match="by the year alone"):
        _every([{"measure": "g", "date": date(2017, 1, 1), "precision": "year"}])
    with pytest.raises(AnalysisError, match=r"The one date cannot be tested on this flow\. .*36"):
        _every([{"measure": "e", "date": date(2010, 2, 1)}])


def _broken(months: Any = FALL) -> breaks.Breaks:
    return breaks.of_months(months, BreaksQuery(PAIR))


def test_the_break_is_the_month_of_the_fall_and_its_levels_are_of_its_stretches() -> None:
    found = _broken()
    assert [one.date for one in found.found.breaks] == [month(AT)]
    assert found.changes[0].value == pytest.approx(-0.7, abs=0.02)
    stretches = found.stretches
    assert [(first, last) for first, last, _ in stretches] == [
        (month(0), month(AT - 1)), (month(AT), month(SIZE - 1))
    ]  # fmt: skip
    assert math.log(stretches[1][2] / stretches[0][2]) == pytest.approx(math.log(0.3), abs=0.05)
    table = breaks_words.table(found)
    assert table.filter("is_break")["period"].to_list() == [month(AT)]
    assert table["adjusted"].equals(table["adjusted_usd"].rename("adjusted"))
    breaks_words.draw(found, LIGHT)


def test_breaks_of_euros_leave_the_columns_of_dollars_empty() -> None:
    table = breaks_words.table(_broken(flow(level(SIZE, fall=0.7, at=AT), currency="EUR")))
    for name in ("value_usd", "adjusted_usd", "level_usd"):
        assert table[name].null_count() == table.height
    assert table["currency"].unique().to_list() == ["EUR"]
    assert table["level"].null_count() == 0


def test_gaps_and_doubts_are_passed_over_and_named() -> None:
    values: list[float | None] = list(level(SIZE))
    values[30] = None
    found = _broken(flow(values, flags={month(40): "implausible"}))
    assert found.gap_months == 2
    note = breaks_words.note(found)
    assert "2 months without a figure above zero were passed over." in note and "May 2013 (implausible)" in note
    if not found.found.breaks:
        assert breaks_words.cards(found) == []


def test_a_clock_dates_what_it_can_and_names_the_rest() -> None:
    rows = tiny.frame("measure", [{"measure": "x", "signed": date(2020, 1, 1)}])
    assert register.dated(rows, Clock.EFFECTIVE)["clock_used"].item() == "signed"
