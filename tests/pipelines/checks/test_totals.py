"""Months that must make the year and countries that must make the world, to the last dollar of rounding."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from pipelines.checks import totals
from pipelines.checks.finding import Finding
from tests.dashboard.tiny import frame, months, year_of

FIRST, SECOND = date(2024, 3, 31), date(2025, 3, 31)
EDITION = {"release": "census-1", "known_from": FIRST}


def _printed(value: float, **more: Any) -> dict[str, Any]:
    return {"reporter": "USA", "partner": "RUS", "flow": "export", "period": date(2023, 1, 1), "source": "census",
            "known_from": FIRST, "value_usd": value, "rounding_usd": 1.0, "release": "census-1"} | more  # fmt: skip


def _years(rows: list[dict[str, Any]], *printed: dict[str, Any]) -> list[Finding]:
    held = {"trade_flow": frame("trade_flow", rows), "published_total": frame("published_total", printed)}
    return list(totals.year_totals(held))


def _year(value: float = 100.0, **more: Any) -> list[dict[str, Any]]:
    return months(year_of(2023, [value] * 12), **(EDITION | more))


@pytest.mark.parametrize(("printed", "count"), [(1200.0, 0), (1206.5, 0), (1193.5, 0), (1206.6, 1), (1193.4, 1)])
def test_twelve_months_and_their_year_may_miss_each_other_by_half_of_thirteen_roundings(
    printed: float, count: int
) -> None:
    assert len(_years(_year(), _printed(printed))) == count


def test_the_widest_gap_is_named() -> None:
    other = {"partner": "BBB"}
    (found,) = _years(
        _year() + _year(**other) + _year(flow="import"),
        _printed(1210.0), _printed(1180.0, **other), _printed(1200.0, flow="import"),
    )  # fmt: skip
    assert (found.level, found.check, found.rows) == ("fail", "months make the year", 2)
    assert found.sentence == (
        "In 2 of 3 years the months do not add up to the published year; the widest gap is USA–BBB export 2023: "
        "1,200 against 1,180 USD."
    )


def test_only_whole_years_of_months_of_all_goods_of_the_source_are_added() -> None:
    assert _years(_year()[:11], _printed(1.0)) == []
    assert _years(_year(product="27"), _printed(1.0)) == []
    assert _years(_year(frequency="Q"), _printed(1.0)) == []
    assert _years(_year(source="imf_imts"), _printed(1.0)) == []
    assert _years(_year(), _printed(1.0, period=date(2022, 1, 1))) == []
    assert _years(_year()) == []


def test_months_are_those_known_on_the_day_of_the_total() -> None:
    """The year was printed on the day on which December was revised from 100 to 150."""
    rows = _year()
    rows[11]["known_to"] = SECOND
    rows += months({date(2023, 12, 1): 150.0}, release="census-2", known_from=SECOND)
    later = {"known_from": SECOND, "release": "census-2"}
    assert _years(rows, _printed(1200.0), _printed(1250.0, **later)) == []
    assert len(_years(rows, _printed(1250.0))) == 1
    assert len(_years(rows, _printed(1200.0, **later))) == 1
    assert len(_years(rows, _printed(1200.0, known_from=date(2024, 3, 30)))) == 0, "nothing was known yet"


AREAS = [
    {"area": code, "name": code, "area_kind": kind}
    for code, kind in (("WLD", "world"), ("RUS", "country"), ("CCC", "country"), ("EUU", "group"))
]
MAY = date(2021, 5, 1)


def _world(rows: list[dict[str, Any]]) -> list[Finding]:
    held = {"trade_flow": frame("trade_flow", rows), "area": frame("area", AREAS)}
    return list(totals.countries_to_world(held))


def _month(world: float, *, period: date = MAY, **more: Any) -> list[dict[str, Any]]:
    """Two countries of 500 each, a group that is not to be counted, and the world."""
    given = EDITION | more
    return [
        row
        for partner, value in (("WLD", world), ("RUS", 500.0), ("CCC", 500.0), ("EUU", 900.0))
        for row in months({period: value}, partner=partner, **given)
    ]


@pytest.mark.parametrize(("world", "count"), [(1000.0, 0), (1001.5, 0), (998.5, 0), (1001.6, 1), (998.4, 1)])
def test_countries_may_miss_the_world_by_half_of_every_rounding(world: float, count: int) -> None:
    assert len(_world(_month(world))) == count


@pytest.mark.parametrize(
    ("period", "world", "count"),
    [
        (date(2023, 5, 1), 1006.5, 0),  # 0.5% of the world and the rounding: the year before the edition is unrevised
        (date(2023, 5, 1), 1006.6, 1),
        (date(2024, 1, 1), 1006.5, 0),
        (date(2022, 12, 1), 1006.5, 1),
    ],
)
def test_late_documents_are_allowed_for_the_years_not_yet_revised(period: date, world: float, count: int) -> None:
    assert len(_world(_month(world, period=period))) == count


def test_the_widest_month_is_named_with_its_edition() -> None:
    (found,) = _world(_month(1010.0) + _month(1030.0, flow="import") + _month(1000.0, period=date(2021, 6, 1)))
    assert (found.level, found.check, found.rows) == ("fail", "countries make the world", 2)
    assert found.sentence == (
        "As of census-1, in 2 of 3 months the countries do not add up to the world; the widest gap is import 2021-05: "
        "1,000 against 1,030 USD."
    )


def test_only_months_of_all_goods_of_the_census_since_1992_are_added() -> None:
    assert _world(_month(9.0, period=date(1991, 12, 1))) == []
    assert len(_world(_month(9.0, period=date(1992, 1, 1)))) == 1
    assert _world(_month(9.0, frequency="A")) == []
    assert _world(_month(9.0, product="27")) == []
    assert _world(_month(9.0, source="imf_imts")) == []
    assert _world([row for row in _month(9.0) if row["partner"] != "WLD"]) == []


def test_each_edition_is_held_to_what_was_known_on_its_day() -> None:
    """The second edition raises Russia and the world by 100; a third touches nothing that is wrong."""
    rows = _month(1000.0)
    for row in rows[:2]:
        row["known_to"] = SECOND
    rows += months({MAY: 1100.0}, partner="WLD", release="census-2", known_from=SECOND)
    raised = months({MAY: 600.0}, release="census-2", known_from=SECOND)
    assert _world(rows + raised) == []
    (found,) = _world(rows)
    assert "As of census-2, in 1 of 1 months" in found.sentence


def test_a_month_that_an_edition_does_not_touch_was_looked_at_before() -> None:
    rows = _month(1010.0) + _month(1000.0, period=date(2021, 6, 1), release="census-2", known_from=SECOND)
    (found,) = _world(rows)
    assert "As of census-1, in 1 of 1 months" in found.sentence


def test_a_month_of_the_world_alone_is_no_month_that_was_added_up() -> None:
    alone = months({date(2021, 7, 1): 7.0}, partner="WLD", **EDITION)
    (found,) = _world(_month(1010.0) + alone)
    assert "in 1 of 1 months" in found.sentence
