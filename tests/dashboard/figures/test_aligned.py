"""Aligned panels: one axis with whole years, flags that overlap at no width, sentences instead of empty boxes."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from syrupy.assertion import SnapshotAssertion

from dashboard.figures import aligned as picture
from dashboard.figures.aligned import Bars, Panel, aligned, layers, place, ticks
from dashboard.figures.lines import Line
from dashboard.figures.marks import Flag, Mark, flag_name, group
from dashboard.figures.theme import LIGHT

START, END = date(2010, 1, 1), date(2020, 12, 31)
YEARS = [date(year, 7, 1) for year in (2017, 2018, 2019)]
BLUE = "#0B5394"
PANELS = (
    Panel("US goods trade with Aland, 12-month sums, $ million",
          [Line("Exports", YEARS, [3.0, None, 2.0], BLUE), Line("Imports", YEARS, [1.0, 2.0, 2.1], "#D9541E")],
          ends=["Exports 2.00", "Imports 2.10"], height=210),
    Panel("Real GDP growth, %", bars=Bars("Growth", YEARS, [1.0, -2.0, 3.0], "#5E1224", [False, False, True]),
          ends=["2018: −2.0%<br>2019: +3.0%<br>(forecast)"], end_colours=["#5E1224"]),
    Panel("Price or exchange rate", told="The store holds no price of Aland."),
)  # fmt: skip


def _mark(day: date, short: str = "") -> Mark:
    return Mark(key=str(day), day=day, title="Bans everything that can be banned", sender="US", short=short)


FLAGS = group([_mark(date(2014, 3, 6), "First order"), _mark(date(2018, 3, 1), "Oil ban")], START, END)


def test_spec(snapshot: SnapshotAssertion) -> None:
    drawn = aligned(PANELS, start=START, end=END, style=LIGHT, flags=FLAGS, standing=[(date(2014, 3, 6), END)])
    assert drawn.to_dict() == snapshot


@pytest.mark.parametrize(
    ("start", "end", "named"),
    [
        (date(1992, 1, 1), date(2026, 12, 31), ["1995", "2000", "2005", "2010", "2015", "2020", "2025"]),
        (date(2014, 3, 1), date(2018, 12, 31), ["2015", "2016", "2017", "2018"]),
        (date(2016, 3, 1), date(2018, 6, 30), ["Jul 2016", "Jan 2017", "Jul 2017", "Jan 2018"]),
        (date(2022, 1, 1), date(2022, 4, 30), ["Jan 2022", "Feb 2022", "Mar 2022", "Apr 2022"]),
    ],
)
def test_ticks_are_whole_years_or_months(start: date, end: date, named: list[str]) -> None:
    made = ticks(start, end)
    assert made["ticktext"] == named
    assert made["tickmode"] == "array"


@given(st.dates(date(1900, 1, 1), date(2060, 1, 1)), st.integers(31, 60_000))
def test_there_are_at_most_eight_ticks_and_none_twice(start: date, days: int) -> None:
    made = ticks(start, start + timedelta(days=days))
    assert len(made["tickvals"]) == len(set(made["ticktext"])) <= 8
    assert all(day.endswith("-01") for day in made["tickvals"])


def _boxes(flags: tuple[Flag, ...], width: float) -> list[tuple[float, float, int]]:
    """Left and right edge in pixels and row of each name at a width."""
    found = []
    for flag, (row, side) in zip(flags, place(flags, START, END), strict=True):
        at = (flag.day - START).days / (END - START).days * width
        wide = picture._CHARACTER * len(flag_name(flag))
        found.append((at, at + wide, row) if side == "left" else (at - wide, at, row))
    return found


names = st.text("abcdefghij ", min_size=3, max_size=22)


@given(st.lists(st.tuples(st.integers(0, 4000), names), max_size=9), st.sampled_from([picture.NARROW, 440, 830]))
def test_names_of_flags_overlap_at_no_width(days: list[tuple[int, str]], width: float) -> None:
    flags = group([_mark(START + timedelta(days=at), name) for at, name in days], START, END, slots=60)
    boxes = _boxes(flags, width)
    for here, one in enumerate(boxes):
        for other in boxes[:here]:
            assert one[2] != other[2] or one[0] >= other[1] or other[0] >= one[1]


def test_a_crowd_is_named_by_its_first_and_how_many_more() -> None:
    near = [_mark(date(2014, 3, day), name) for day, name in ((1, "One order of many"), (2, "Another order"), (3, "A"))]
    assert [flag_name(flag) for flag in group(near, START, END)] == ["One order of many +2"]
    assert flag_name(group(near[1:], START, END)[0]) == "Another order, A"
    assert flag_name(group([_mark(START)], START, END)[0]) == "Bans everything that can be banned"


def test_a_panel_without_figures_is_a_sentence_under_the_years() -> None:
    figure = aligned(PANELS, start=START, end=END, style=LIGHT, flags=FLAGS)
    told = [note for note in figure.layout.annotations if note.name == "told"]
    assert [note.text for note in told] == ["The store holds no price of Aland."]
    assert "yaxis3" not in figure.layout.to_plotly_json()
    assert figure.layout.xaxis.anchor == "y2"
    bottom = figure.layout.yaxis2.domain[0]
    assert told[0].y < bottom
    assert {shape.y0 for shape in figure.layout.shapes} == {bottom}


def test_the_first_panel_may_be_the_one_without_figures() -> None:
    figure = aligned([PANELS[2], PANELS[1]], start=START, end=END, style=LIGHT)
    assert {trace.yaxis for trace in figure.data} == {"y"}
    assert figure.layout.xaxis.anchor == "y"


def test_a_forecast_is_hatched_and_says_so() -> None:
    figure = aligned([PANELS[1]], start=START, end=END, style=LIGHT)
    outcome, forecast = figure.data
    assert (outcome.name, list(outcome.y), outcome.marker.pattern.shape) == ("Growth", [1.0, -2.0], None)
    assert (forecast.name, list(forecast.y), forecast.marker.pattern.shape) == ("Growth (forecast)", [3.0], "/")


def test_an_estimate_is_dotted() -> None:
    bars = Bars("Growth", YEARS[:2], [1.0, 2.0], BLUE, estimate=[False, True])
    figure = aligned([Panel("Growth, %", bars=bars)], start=START, end=END, style=LIGHT)
    assert [(trace.name, trace.marker.pattern.shape) for trace in figure.data] == [
        ("Growth", None),
        ("Growth (estimate)", "."),
    ]


def test_gaps_stay_gaps_and_panels_do_not_overlap() -> None:
    figure = aligned(PANELS, start=START, end=END, style=LIGHT, flags=FLAGS)
    assert next(list(trace.y) for trace in figure.data if trace.name == "Exports") == [3.0, None, 2.0]
    assert not any(trace.connectgaps for trace in figure.data if trace.type == "scatter")
    assert figure.layout.yaxis.domain[0] > figure.layout.yaxis2.domain[1]


def test_end_labels_are_moved_apart() -> None:
    figure = aligned(PANELS, start=START, end=END, style=LIGHT)
    ends = {note.text: note for note in figure.layout.annotations if note.name == "end-label" and note.yref == "y"}
    assert ends["Exports 2.00"].yshift == 0
    assert ends["Imports 2.10"].yshift > 0


def test_bands_over_each_other_are_two_tones_at_most() -> None:
    a, b, c, d = (date(2010 + at, 1, 1) for at in range(4))
    assert layers([(a, c), (b, d)]) == [(a, d), (b, c)]
    assert layers([(a, d), (b, c), (b, c)]) == [(a, d), (b, c)]
    assert layers([(a, b), (c, d)]) == [(a, b), (c, d)]
    assert layers([]) == []


def test_numbered_flags_stand_in_one_row() -> None:
    figure = aligned(PANELS, start=START, end=END, style=LIGHT, flags=FLAGS, named=False)
    assert [note.text for note in figure.layout.annotations if note.name == "flag"] == ["1", "2"]
    assert not [note for note in figure.layout.annotations if note.name == "flag-name"]


def test_a_long_head_has_its_unit_in_a_line_of_its_own() -> None:
    assert picture.heading("Real GDP growth, %") == "<b>Real GDP growth</b>, %"
    assert picture.heading("US goods trade with North Korea, 12-month sums, $ million") == (
        "<b>US goods trade with North Korea</b><br>12-month sums, $ million"
    )
    assert picture.heading("Price & rate") == "<b>Price &amp; rate</b>"
