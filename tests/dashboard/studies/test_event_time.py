"""The year after a measure against the year before it, and which windows share months; by hand."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from datetime import date
from typing import Any

import pytest

from dashboard.analysis.errors import AnalysisError
from dashboard.studies import event_time, measures
from dashboard.studies.event_time import EventTimeQuery, effect
from dashboard.studies.pair import PairQuery
from dashboard.studies.series import TradeSeries
from tests.dashboard import tiny
from tests.dashboard.studies import hand

JAN, EVENT = date(2020, 1, 1), date(2021, 1, 20)
PAIR = PairQuery("USA", "RUS", "export")


def _months(values: Sequence[float | None], **more: Any) -> TradeSeries:
    return hand.series(hand.months(JAN, values), **more)


def test_the_month_of_the_measure_is_in_neither_mean() -> None:
    found = effect({"date": EVENT}, _months([50.0] + [100.0] * 11 + [999.0] + [60.0] * 11 + [12.0], rounding=6.0))
    assert (found.before, found.after) == ((50 + 1100) / 12, 56.0)
    assert (found.width_before, found.width_after, found.months) == (6.0, 6.0, 12)
    assert found.change.value == pytest.approx(56 * 12 / 1150 - 1)
    assert found.change.low == pytest.approx(53 / (1150 / 12 + 3) - 1)
    assert found.day == EVENT


@pytest.mark.parametrize(("gap", "months"), [(0, 12), (11, 12), (13, 11), (24, 11)])
def test_one_month_without_a_figure_leaves_no_change(gap: int, months: int) -> None:
    values: list[float | None] = [100.0] * 25
    values[gap] = None
    found = effect({"date": EVENT}, _months(values))
    assert (found.before, found.after, found.change.value, found.months) == (None, None, None, months)


def test_a_gap_at_the_month_itself_or_beyond_the_year_does_not_matter() -> None:
    values: list[float | None] = [None] + [100.0] * 12 + [None] + [50.0] * 12 + [None]
    found = effect({"date": date(2021, 2, 1)}, _months(values))
    assert (found.before, found.after) == (100.0, 50.0)


def _store(*effective: date) -> Any:
    measures = [
        {"measure": f"m{place}", "sender": "US", "target": "RUS", "title": "Does", "types": "energy",
         "status": "confirmed", "precision": "day", "instrument": "EO", "effective": day}
        for place, day in enumerate(effective)
    ]  # fmt: skip
    held = hand.months(JAN, [100.0] * 60)
    return tiny.store(measure=measures, trade_flow=tiny.months(held))  # type: ignore[arg-type]


def _study(store: Any, *keys: str, before: int = 24, after: int = 36, **more: Any) -> event_time.EventTime:
    return event_time.study(store, EventTimeQuery(PAIR, keys, "effective", before, after, **more))


def test_lines_are_of_measures_with_a_whole_year_before_them() -> None:
    found = _study(_store(EVENT, date(2020, 12, 31)), "m0", "m1", "m7", before=12, after=3)
    assert (list(found.rows), found.silent, found.unknown) == (["m0"], ("m1",), ("m7",))
    assert found.paths.select("offset", "index").rows() == [(place, 100.0) for place in range(-12, 4)]
    assert found.series.frame.height == 16
    assert (found.doubtful.is_empty, len(found.effects)) == (True, 1)


def test_the_window_is_two_years_before_and_three_after_unless_asked_otherwise() -> None:
    query = EventTimeQuery(PAIR, ("m0",), "effective")
    found = event_time.study(_store(date(2022, 1, 1)), query)
    assert (found.paths["offset"].min(), found.paths["offset"].max()) == (-24, 35)
    assert (query.before, query.after) == (24, 36)


@pytest.mark.parametrize(("second", "share"), [(date(2022, 4, 1), True), (date(2022, 5, 1), False)])
def test_measures_nearer_than_a_window_share_months(second: date, share: bool) -> None:
    found = _study(_store(EVENT, second), "m0", "m1", before=12, after=3)
    assert found.overlaps() == ([("m0", "m1")] if share else [])


def test_nothing_to_draw_says_why() -> None:
    store = _store(date(2020, 6, 1))
    with pytest.raises(AnalysisError, match="No chosen measure has twelve complete months"):
        _study(store, "m0")
    with pytest.raises(AnalysisError, match="None of the chosen measures is in the register"):
        _study(store, "m5")
    with pytest.raises(AnalysisError, match="A balance has no index"):
        event_time.study(store, EventTimeQuery(PairQuery("USA", "RUS", "balance"), ("m0",), "effective"))


def test_figures_in_constant_prices_are_drawn_in_constant_prices() -> None:
    series = _months([100.0] * 12 + [50.0] * 13)
    real = series.with_rows(series.frame.with_columns(nominal=1.0))
    chosen = measures.named(_store(EVENT), ["m0"], "effective")
    found = event_time.of_months(real, chosen, EventTimeQuery(PAIR, ("m0",), "effective", 1, 1))
    assert found.paths["value"].to_list() == [100.0, 50.0, 50.0]


def test_two_years_before_and_three_after_are_asked_unless_otherwise() -> None:
    fields = {field.name: field.default for field in dataclasses.fields(event_time.EventTimeQuery)}
    assert (fields["before"], fields["after"]) == (24, 36)
