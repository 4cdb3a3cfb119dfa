"""Figures of the impact and data pages: one spec snapshot each on tiny inputs, and what must never be drawn."""

from __future__ import annotations

import json
from datetime import date

import pytest
from syrupy.assertion import SnapshotAssertion

from dashboard.figures.before_after import divide_years, middle, year_ticks
from dashboard.figures.dots import Kind, Point, Row, dot_rows
from dashboard.figures.fan import Dot, Panel, vintage_fan
from dashboard.figures.lines import Line, time_lines
from dashboard.figures.paths import path_and_gap
from dashboard.figures.theme import DARK, LIGHT

EVENT = date(2022, 2, 24)


def _spec(figure: object) -> object:
    return json.loads(figure.to_json())  # type: ignore[attr-defined]


def test_fan_spec(snapshot: SnapshotAssertion) -> None:
    dots = [
        Dot(date(2022, 1, 31), "forecast", "Office A", 2.0, used=True, label="+2.0%"),
        Dot(date(2022, 4, 19), "forecast", "Office A", -8.0),
        Dot(date(2022, 4, 29), "forecast", "Bank B", low=-10.0, high=-8.0),
        Dot(date(2023, 2, 20), "first_estimate", "Office C", -2.0),
        Dot(date(2023, 12, 29), "revised", "Office C", -1.0),
    ]
    figure = vintage_fan([Panel(2022, dots, -1.5, "outcome −1.5%")], event=EVENT, unit="%", style=LIGHT)
    assert _spec(figure) == snapshot


def test_path_spec(snapshot: SnapshotAssertion) -> None:
    years = [date(year, 1, 1) for year in (2020, 2021, 2022, 2023)]
    figure = path_and_gap(
        years, [98.0, 100.0, 95.0, None], [98.0, 100.0, 102.0, 104.0], [0.0, 0.0, -6.9, None], name="Atlantis",
        unit="index", event=EVENT, style=DARK,
    )  # fmt: skip
    assert _spec(figure) == snapshot


def test_dots_spec(snapshot: SnapshotAssertion) -> None:
    kinds = [Kind("last", "circle", LIGHT.exports), Kind("vintage", "diamond-open", LIGHT.imports)]
    rows = [
        Row("A", [Point(date(2026, 7, 31), 0, "a"), Point(date(2026, 9, 30), 1, "b")], "Jul 2026"),
        Row("B", [Point(date(2025, 9, 30), 1, "c")], "vintages only", quiet=True),
    ]
    assert _spec(dot_rows(rows, kinds, unit="day", style=LIGHT)) == snapshot


def test_divided_years_spec(snapshot: SnapshotAssertion) -> None:
    line = Line("Atlantis", [middle(year) for year in (2020, 2021, 2022)], [1.0, 2.0, -3.0], LIGHT.total)
    figure = time_lines([line], unit="%", style=LIGHT, extremes=False)
    assert _spec(divide_years(figure, EVENT, LIGHT, first=middle(2020), last=middle(2022))) == snapshot


def test_an_event_outside_the_years_is_not_drawn() -> None:
    line = Line("Atlantis", [middle(year) for year in (2010, 2011)], [1.0, 2.0], LIGHT.total)
    figure = divide_years(
        time_lines([line], unit="%", style=LIGHT), EVENT, LIGHT, first=middle(2010), last=middle(2011)
    )
    assert [shape for shape in figure.layout.shapes if shape.name == "event"] == []


@pytest.mark.parametrize(("first", "last"), [(2013, 2025), (1990, 2025), (2021, 2022), (2022, 2022)])
def test_few_years_are_named_and_the_last_is_among_them(first: int, last: int) -> None:
    ticks = year_ticks(first, last)
    assert ticks["ticktext"][-1] == str(last)
    assert 1 <= len(ticks["ticktext"]) <= 7


def test_the_widest_and_the_last_gap_are_in_figures() -> None:
    years = [date(year, 1, 1) for year in range(2018, 2026)]
    gap = [0.0, 0.0, 0.0, 0.0, -5.0, -9.0, -4.0, -2.0]
    figure = path_and_gap(years, [100.0] * 8, [100.0] * 8, gap, name="A", unit="index", event=EVENT, style=LIGHT)
    assert [note.text for note in figure.layout.annotations if note.name == "gap"] == ["−9.0", "−2.0"]


def test_gaps_next_to_each_other_are_named_once() -> None:
    years = [date(year, 1, 1) for year in range(2018, 2026)]
    gap = [0.0, 0.0, 0.0, 0.0, -1.0, 2.0, 6.0, 5.8]
    figure = path_and_gap(years, [100.0] * 8, [100.0] * 8, gap, name="A", unit="index", event=EVENT, style=LIGHT)
    assert [note.text for note in figure.layout.annotations if note.name == "gap"] == ["+5.8"]


def test_a_missing_kind_has_no_entry_in_the_legend() -> None:
    kinds = [Kind("first", "circle-open", "#000"), Kind("later", "diamond", "#000")]
    figure = dot_rows([Row("A", [Point(1.0, 0, "a")])], kinds, unit="%", style=LIGHT, zero=0.0)
    assert [trace.name for trace in figure.data if trace.mode == "markers"] == ["first"]
