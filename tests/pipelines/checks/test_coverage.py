"""What may not be gone: rows and last periods of a build, and what a live source's reply must hold; frames by hand."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import polars as pl
import pytest

from pipelines.checks import coverage
from pipelines.checks.finding import Finding
from pipelines.schema import TABLES
from tests.dashboard.tiny import frame, macro, months, year_of

Frames = dict[str, pl.DataFrame]
LATER = date(2026, 1, 31)


def _build(**rows: Sequence[dict[str, Any]]) -> Frames:
    return {name: frame(name, rows.get(name, ())) for name in TABLES}


def _lost(before: Frames, after: Frames, removable: Sequence[tuple[str, str]] = ()) -> list[Finding]:
    return list(coverage.coverage(after, before, removable, (before, after)))


def _events(count: int) -> Frames:
    return _build(event=[{"event": f"e-{place}"} for place in range(count)])


@pytest.mark.parametrize(
    ("count", "level", "sentence"),
    [
        (4, "fail", "event would shrink from 10 to 4 rows."),
        (5, "warn", "event has 5 rows fewer than before."),
        (9, "warn", "event has 1 rows fewer than before."),
    ],
)
def test_a_table_that_people_edit_may_lose_rows_but_not_half(count: int, level: str, sentence: str) -> None:
    (found,) = _lost(_events(10), _events(count))
    assert (found.level, found.check, found.table, found.rows) == (level, "coverage", "event", 10 - count)
    assert found.sentence == sentence


@pytest.mark.parametrize("count", [10, 11])
def test_as_many_rows_or_more_are_no_finding(count: int) -> None:
    assert _lost(_events(10), _events(count)) == []


def _trade(year: int = 2023, count: int = 12, **more: Any) -> list[dict[str, Any]]:
    return months(dict(list(year_of(year, [1.0] * 12).items())[:count]), **more)


def test_figures_that_are_gone_are_counted() -> None:
    kept = _trade()[3:]
    (found,) = _lost(_build(trade_flow=_trade()), _build(trade_flow=kept))
    assert (found.level, found.table, found.rows) == ("fail", "trade_flow", 3)
    assert found.sentence == "trade_flow: 3 of 12 figures of census would be gone."
    declared = _lost(_build(trade_flow=_trade()), _build(trade_flow=kept), [("trade_flow", "census")])
    assert [one.level for one in declared] == ["warn"]
    assert _lost(_build(trade_flow=_trade()), _build(trade_flow=kept), [("macro", "census")])[0].level == "fail"


def test_the_last_period_may_not_move_back_even_where_more_came() -> None:
    before, after = _build(trade_flow=_trade()), _build(trade_flow=_trade(count=10) + _trade(2020))
    (found,) = _lost(before, after)
    assert found.sentence == "trade_flow: census reached 2023-12 and would now end with 2023-10."
    assert found.rows == 2
    (gone,) = _lost(before, _build())
    assert gone.sentence == "trade_flow: census reached 2023-12 and would now end with nothing."
    assert gone.rows == 12


def test_a_new_vintage_of_a_figure_and_a_later_period_are_no_loss() -> None:
    before = _trade()
    closed = [row | {"known_to": LATER} for row in before]
    after = closed + [row | {"known_from": LATER, "release": "census-2"} for row in before] + _trade(2024)
    assert _lost(_build(trade_flow=before), _build(trade_flow=after)) == []


def test_a_figure_that_stood_no_longer_is_not_missed() -> None:
    before = _trade() + _trade(2024, known_to=LATER)
    assert _lost(_build(trade_flow=before), _build(trade_flow=_trade())) == []
    # It stood, and nothing stands in its place now.
    closed = _build(trade_flow=_trade(count=11) + [row | {"known_to": LATER} for row in _trade()[11:]])
    assert [one.rows for one in _lost(_build(trade_flow=_trade()), closed)] == [1]


def test_names_on_lists_are_figures_too() -> None:
    names = [{"list": "sdn", "entry": str(place), "programme": "x", "source": "ofac"} for place in range(3)]
    (found,) = _lost(_build(designation=names), _build(designation=names[1:]))
    assert found.sentence == "designation: 1 of 3 figures of ofac would be gone."


def test_each_source_is_told_in_order() -> None:
    both = _build(trade_flow=_trade() + _trade(source="eurostat", release="e-1"))
    assert [one.sentence.split()[1] for one in _lost(both, _build())] == ["census", "eurostat"]
    assert _lost(both, both) == []


RELEASES = [
    {"release": "live-1", "source": "imf", "origin": "imf", "title": "t", "published": LATER},
    {"release": "shipped-1", "source": "imf", "origin": "snapshot", "title": "t", "published": LATER},
]


def _reply(
    before: Sequence[dict[str, Any]], came: Sequence[dict[str, Any]], table: str = "trade_flow"
) -> list[Finding]:
    previous = _build(**{table: before, "release": RELEASES})
    return list(coverage.replies({"imf": [{table: frame(table, came)}]}, previous))


def test_a_month_that_a_reply_skips_altogether_fails() -> None:
    before = _trade(release="live-1") + _trade(release="live-1", partner="CCC")
    came = [row for row in before if row["period"].month != 5]
    (found,) = _reply(before, came)
    assert (found.level, found.check, found.table, found.rows) == ("fail", "reply", "trade_flow", 2)
    assert found.sentence == (
        "The reply of imf lacks 2023-05 of USA export TOTAL altogether, between periods that it has; 2 figures that "
        "stood are not in it."
    )


def test_months_outside_of_the_reply_are_not_asked_for() -> None:
    before = _trade(release="live-1")
    assert _reply(before, before[2:9]) == []
    assert _reply(before, before) == []
    assert list(coverage.replies({"imf": [{}]}, _build(release=RELEASES))) == []


def test_another_flow_or_source_of_the_reply_is_another_span() -> None:
    imports = _trade(release="live-1", flow="import")
    assert _reply(_trade(release="live-1") + imports, imports) == []
    others = _trade(release="live-1", source="eurostat")
    assert _reply(others, _trade()[:1] + _trade()[11:]) == []


def _partners(count: int, **more: Any) -> list[dict[str, Any]]:
    return [row for place in range(count) for row in _trade(count=1, partner=f"P{place:02}", **more)]


@pytest.mark.parametrize(("lost", "level"), [(1, "warn"), (2, "warn"), (3, "fail")])
def test_up_to_a_tenth_of_single_figures_may_be_lacking(lost: int, level: str) -> None:
    before = _partners(20, release="live-1")
    (found,) = _reply(before, before[lost:])
    assert (found.level, found.rows) == (level, lost)
    assert found.sentence == f"The reply of imf lacks {lost} of 20 figures that it gave before; they stay."


def test_single_figures_of_the_shipped_files_are_not_missed() -> None:
    before = _partners(20, release="shipped-1")
    assert _reply(before, before[3:]) == []


def test_only_the_last_fetch_is_looked_at_and_only_what_stands() -> None:
    before = _partners(20, release="live-1")
    previous = _build(trade_flow=before, release=RELEASES)
    whole, part = ({"trade_flow": frame("trade_flow", rows)} for rows in (before, before[3:]))
    assert list(coverage.replies({"imf": [part, whole]}, previous)) == []
    assert len(list(coverage.replies({"imf": [whole, part]}, previous))) == 1
    closed = [row | {"known_to": LATER} for row in before[:3]] + before[3:]
    assert _reply(closed, before[3:]) == []


def test_economic_series_are_asked_for_without_forecasts() -> None:
    before = macro("AAA", dict.fromkeys(range(2000, 2010), 1.0), release="live-1")
    came = [row for row in before if row["period"].year != 2005]
    (found,) = _reply(before, came, "macro")
    assert "lacks 2005-01 of gdp_growth altogether" in found.sentence
    forecast = [row | {"is_forecast": row["period"].year == 2005} for row in before]
    assert _reply(forecast, came, "macro") == []


def _terms(**more: Any) -> list[dict[str, Any]]:
    return [{"source": "imf", "title": "IMTS", "licence": "free", "credit": "IMF", "licence_url": None} | more]


@pytest.mark.parametrize("changed", [{"licence": "paid"}, {"credit": "X"}, {"licence_url": "https://example.org"}])
def test_terms_that_read_otherwise_are_told(changed: dict[str, str]) -> None:
    (found,) = coverage.licences(_build(source=_terms(**changed)), _build(source=_terms()))
    assert (found.level, found.check, found.rows) == ("warn", "licence", 1)
    assert found.sentence.startswith("The terms of IMTS read otherwise than in the build before: ")


def test_terms_that_stay_or_are_new_are_not() -> None:
    assert list(coverage.licences(_build(source=_terms(title="other")), _build(source=_terms()))) == []
    assert list(coverage.licences(_build(source=_terms()), _build())) == []
