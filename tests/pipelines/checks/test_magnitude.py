"""Wrong units, impossible growth and impossible dates, each at its threshold; frames made by hand."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from pipelines.checks import magnitude
from pipelines.checks.finding import Finding
from tests.dashboard.tiny import frame, macro, months, year_of

FIRST, SECOND, TODAY = date(2024, 3, 31), date(2025, 3, 31), date(2026, 11, 22)


def _scale(trade: list[dict[str, Any]], values: list[dict[str, Any]] | None = None) -> list[Finding]:
    return list(magnitude.scale({"trade_flow": frame("trade_flow", trade), "macro": frame("macro", values or [])}))


def _revised(factor: float, rows: int = 12, more: int = 0) -> list[dict[str, Any]]:
    """Months of 2023 as first given and as revised by a factor, and further months of the revising edition."""
    held = dict(list(year_of(2023, [100.0] * 12).items())[:rows])
    old = {"release": "census-1", "known_from": FIRST, "known_to": SECOND}
    new = {"release": "census-2", "known_from": SECOND}
    later = {date(2030 + place // 12, place % 12 + 1, 1): 1.0 for place in range(more)}
    return [*months(held, **old), *months({day: v * factor for day, v in held.items()}, **new), *months(later, **new)]


def test_a_year_of_months_in_thousands_fails() -> None:
    (found,) = _scale(_revised(1000.0))
    assert (found.level, found.table, found.rows) == ("fail", "trade_flow", 12)
    assert found.sentence == (
        "trade_flow: 12 figures of census-2 are 1,000 times those that stood (median). It looks like another unit."
    )


@pytest.mark.parametrize(("factor", "count"), [(10.0, 0), (10.1, 1), (0.1, 0), (0.099, 1), (1.0, 0)])
def test_a_factor_of_ten_is_still_a_revision(factor: float, count: int) -> None:
    assert len(_scale(_revised(factor))) == count


@pytest.mark.parametrize(("rows", "count"), [(11, 0), (12, 1)])
def test_fewer_than_a_year_of_months_say_nothing(rows: int, count: int) -> None:
    assert len(_scale(_revised(1000.0, rows))) == count


@pytest.mark.parametrize(("more", "count"), [(48, 1), (49, 0)])
def test_a_fifth_of_what_an_edition_gives_must_be_off(more: int, count: int) -> None:
    assert len(_scale(_revised(1000.0, more=more))) == count


def test_zeros_have_no_factor() -> None:
    rows = _revised(1000.0)
    rows[0]["value_usd"] = 0.0
    assert _scale(rows) == [], "eleven are left"
    rows = _revised(1000.0)
    rows[12]["value_usd"] = 0.0
    assert _scale(rows) == []


def test_indicators_of_one_edition_are_looked_at_one_by_one() -> None:
    def twice(indicator: str, factor: float) -> list[dict[str, Any]]:
        values = dict.fromkeys(range(2000, 2012), 5.0)
        old = macro("AAA", values, indicator=indicator, release="wb-1", known_from=FIRST, known_to=SECOND)
        new = {year: value * factor for year, value in values.items()}
        return old + macro("AAA", new, indicator=indicator, release="wb-2", known_from=SECOND)

    (found,) = _scale([], twice("gdp_usd", 1e-6) + twice("gdp_growth", 1.0))
    assert (found.table, found.rows) == ("macro", 12)
    assert "12 figures of wb-2 are 1e-06 times" in found.sentence
    assert _scale([], twice("gdp_growth", 1.0)) == []


def test_of_several_editions_each_is_named() -> None:
    """Both revisions are off by a thousand, one of them back again."""
    third = date(2026, 3, 31)
    rows = _revised(1000.0)
    for row in rows[12:]:
        row["known_to"] = third
    rows += months(year_of(2023, [100.0] * 12), release="census-3", known_from=third)
    assert [one.sentence.split(" are ")[0] for one in _scale(rows)] == [
        "trade_flow: 12 figures of census-2", "trade_flow: 12 figures of census-3",
    ]  # fmt: skip


def _growth(*values: tuple[str, int, float], indicator: str = "gdp_growth") -> list[Finding]:
    rows = [row for area, year, value in values for row in macro(area, {year: value}, indicator=indicator)]
    areas = frame("area", [{"area": "AAA", "name": "Aland", "area_kind": "country"}])
    return list(magnitude.growth({"macro": frame("macro", rows), "area": areas}))


def test_growth_out_of_range_is_told_with_the_first_of_them() -> None:
    (found,) = _growth(("CCC", 2011, -90.0), ("AAA", 2012, 201.0), ("AAA", 2011, -81.25), ("AAA", 2013, 3.0))
    assert (found.level, found.check, found.rows) == ("warn", "growth range", 3)
    assert found.sentence == ("3 growth rates are outside -80 … 200%, for example Aland 2011: -81.2%.")
    (one,) = _growth(("CCC", 2011, -90.0))
    assert one.sentence == "1 growth rate is outside -80 … 200%, for example CCC 2011: -90.0%."


def test_the_ends_of_the_range_are_inside_and_other_series_are_not_looked_at() -> None:
    assert _growth(("AAA", 2011, -80.0), ("AAA", 2012, 200.0)) == []
    assert _growth(("AAA", 2011, 900.0), indicator="cpi_inflation") == []


def _measures(*rows: dict[str, Any]) -> list[Finding]:
    given = [{"measure": f"m-{place}", "title": f"Act {place}"} | row for place, row in enumerate(rows)]
    return list(magnitude.measure_dates({"measure": frame("measure", given)}, TODAY))


DAY = date(2022, 3, 10)
BEFORE, AFTER = DAY - timedelta(days=1), DAY + timedelta(days=1)


@pytest.mark.parametrize("begun", ["announced", "signed", "effective"])
@pytest.mark.parametrize("ended", ["lifted", "wind_down_end"])
def test_nothing_ends_before_it_begins(begun: str, ended: str) -> None:
    assert _measures({begun: DAY, ended: DAY}) == []
    (found,) = _measures({begun: DAY, ended: BEFORE})
    assert (found.level, found.check, found.rows) == ("warn", "order of dates", 1)
    assert found.sentence == "1 measure has dates out of order: “Act 0”."


def test_the_earliest_date_is_the_beginning() -> None:
    assert _measures({"announced": BEFORE, "signed": BEFORE, "effective": AFTER, "lifted": DAY}) == []


@pytest.mark.parametrize(("days", "count"), [(60, 0), (61, 1)])
def test_an_act_may_stay_unpublished_for_two_months(days: int, count: int) -> None:
    late = {"signed": DAY, "announced": DAY + timedelta(days=days)}
    assert len(_measures(late)) == count
    assert _measures(late | {"note": "signed = the decision itself"}) == []
    assert len(_measures(late | {"note": "It was signed = early"})) == count


def test_several_measures_are_counted_and_the_first_named() -> None:
    wrong = {"signed": DAY, "lifted": BEFORE}
    (found,) = _measures(wrong, wrong, {"signed": DAY})
    assert found.sentence == "2 measures have dates out of order, for example “Act 0”."
    assert found.rows == 2


@pytest.mark.parametrize("clock", ["announced", "signed", "effective", "wind_down_end", "lifted"])
def test_a_date_ten_years_ahead_is_the_last(clock: str) -> None:
    assert [one.check for one in _measures({clock: date(2036, 12, 31)})] == []
    (found,) = _measures({clock: date(2037, 1, 1)})
    assert found.sentence == "1 measure has a date after 2036: “Act 0”."
    assert (found.level, found.check, found.rows) == ("warn", "far dates", 1)
