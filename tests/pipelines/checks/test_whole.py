"""The tables together: nothing dated after its vintage, nothing named that is not described; frames by hand."""

from __future__ import annotations

from datetime import date
from typing import Any

import polars as pl
import pytest

from pipelines.checks import whole
from pipelines.checks.finding import Finding
from pipelines.schema import TABLES
from tests.dashboard.tiny import frame, macro, months


def _held(**rows: Any) -> dict[str, pl.DataFrame]:
    return {name: frame(name, rows.get(name, ())) for name in TABLES}


def _early(period: date, known_from: date, frequency: str = "M") -> list[Finding]:
    return list(whole.no_future(_held(trade_flow=months({period: 1.0}, frequency=frequency, known_from=known_from))))


@pytest.mark.parametrize(
    ("frequency", "last"),
    [
        ("D", date(2023, 12, 30)),
        ("M", date(2024, 1, 29)),
        ("Q", date(2024, 3, 29)),
        ("A", date(2024, 12, 29)),
    ],
)
def test_a_period_must_be_over_but_for_two_days(frequency: str, last: date) -> None:
    """The last month may be out on its last working day, which is at the earliest two days before its end."""
    first = date(2024, 1, 1)
    assert _early(first, last, frequency) == []
    (found,) = _early(first, last.replace(day=last.day - 1), frequency)
    assert (found.level, found.check, found.table, found.rows) == ("fail", "period after vintage", "trade_flow", 1)


def test_rows_that_came_too_early_are_counted_with_the_first_of_them() -> None:
    rows = months({date(2024, month, 1): 1.0 for month in (3, 1, 2)}, known_from=date(2023, 1, 1))
    (found,) = whole.no_future(_held(trade_flow=rows))
    assert found.sentence == (
        "trade_flow: 3 rows are about periods that were not over when they were published, "
        "for example 2024-01-01 in census-2025-10."
    )


def test_forecasts_are_excused_and_counts_are_not() -> None:
    ahead = macro("AAA", {2030: 1.0}, is_forecast=True) + macro("AAA", {2031: 1.0}, is_forecast=False)
    count = {"list": "sdn", "area": "AAA", "programme": "all", "period": date(2030, 1, 1), "frequency": "M"}
    found = list(whole.no_future(_held(macro=ahead, listing_count=[count])))
    assert [(one.table, one.rows) for one in found] == [("macro", 1), ("listing_count", 1)]


def test_a_store_without_rows_answers_nothing() -> None:
    found = list(whole.enough(_held()))
    assert [(one.level, one.table, one.rows) for one in found] == [
        ("fail", name, 0) for name in ("area", "source", "release", "trade_flow")
    ]
    one_each = {name: [{}] for name in ("area", "source", "release", "trade_flow")}
    assert list(whole.enough(_held(**one_each))) == []


def test_every_word_of_a_list_is_looked_up_and_the_first_three_are_named() -> None:
    areas = [{"area": code} for code in ("AAA", "BBB")]
    rows = [{"measure": "m", "target": "AAA;ZZZ;BBB"}, {"measure": "n", "target": "YYY;XXX;WWW"}]
    found = [one for one in whole.references(_held(area=areas, measure=rows)) if "measure.target" in one.sentence]
    assert [(one.sentence, one.rows) for one in found] == [
        ("measure.target names area WWW, XXX, YYY, which the table area does not have.", 4)
    ]
