"""Lines: gaps break, estimates are dotted, parts of a period are hollow and unjoined; the spec is snapshotted."""

from __future__ import annotations

from datetime import date
from itertools import pairwise
from typing import Any

import plotly.graph_objects as go
from syrupy.assertion import SnapshotAssertion

from dashboard.exhibits.alt import lines_alt
from dashboard.figures.lines import Line, time_lines
from dashboard.figures.marks import Mark, group
from dashboard.figures.theme import LIGHT

YEARS = [date(2020 + offset, 1, 1) for offset in range(6)]


def _line(y: list[float | None], **more: Any) -> Line:
    return Line("Exports", YEARS[: len(y)], y, LIGHT.exports, **more)


def _draw(*lines: Line, **more: Any) -> go.Figure:
    return time_lines(lines, unit="$ billion", style=LIGHT, **more)


def _drawn(figure: go.Figure, dash: str = "solid") -> list[Any]:
    return [trace for trace in figure.data if trace.mode == "lines" and trace.line.dash == dash]


def test_words_stand_where_a_number_would_mislead() -> None:
    """What rounding hides reads "less than", at the line's end, at its lowest point and under the pointer."""
    told = ["", "", "less than $50,000"]
    figure = _draw(_line([2.0, 1.0, 0.0], told=told))
    texts = {note.name: note.text for note in figure.layout.annotations}
    assert (texts["end-label"], texts["extreme"]) == ("Exports less than $50,000", "less than $50,000")
    hover = [trace.hovertemplate for trace in figure.data if trace.hovertemplate]
    numbers = "<b>%{y:,.1f}</b><extra>Exports</extra>"
    assert hover == [(numbers, numbers, "<b>less than $50,000</b><extra>Exports</extra>")]
    plain = _draw(_line([2.0, 1.0, 0.0]))
    assert [trace.hovertemplate for trace in plain.data if trace.hovertemplate] == [numbers]
    assert plain.layout.annotations[-1].text == "0"


def test_words_for_a_point_are_read_aloud_too() -> None:
    def alt(line: Line) -> str:
        return lines_alt("Trade", [line], lambda value: f"${value:.0f} million", frequency="A")

    told = alt(_line([2.0, 1.0, 0.0], told=["", "", "less than $50,000"]))
    assert "highest $2 million in 2020, lowest less than $50,000 in 2022, last less than $50,000." in told
    assert "$2 million to $1 million" in told
    assert "$1 million in 2021, lowest" not in told
    assert "is less than $50,000" in alt(_line([2.0, 0.0], told=["", "less than $50,000"], partial=True))
    assert "Exports: less than $50,000 in 2020." in alt(_line([0.0], told=["less than $50,000"]))
    fall = alt(_line([9.0, 0.0, 1.0], told=["", "less than $50,000", ""]))
    assert "Largest fall from one point to the next: $9 million to less than $50,000 in 2021." in fall


def test_a_gap_breaks_the_line() -> None:
    trace = _drawn(_draw(_line([1.0, None, 3.0, 4.0])))[0]
    assert list(trace.y) == [1.0, None, 3.0, 4.0]
    assert trace.connectgaps is False


def test_a_point_between_gaps_is_a_dot() -> None:
    figure = _draw(_line([1.0, None, 3.0, None, 5.0, 6.0]))
    dots = [trace for trace in figure.data if trace.mode == "markers" and trace.hoverinfo == "skip"]
    assert list(dots[0].y) == [1.0, 3.0]


def test_estimates_are_dotted_and_joined_to_the_last_reported_point() -> None:
    figure = _draw(_line([1.0, 2.0, 3.0, 4.0], estimates=[False, False, True, True]))
    assert list(_drawn(figure)[0].y) == [1.0, 2.0, None, None]
    assert list(_drawn(figure, "dot")[0].y) == [None, 2.0, 3.0, 4.0]


def test_a_part_of_a_period_is_hollow_and_not_joined() -> None:
    figure = _draw(_line([1.0, 2.0, 0.5], partial=True))
    assert list(_drawn(figure)[0].y) == [1.0, 2.0, None]
    hollow = figure.data[-1]
    assert (list(hollow.y), hollow.marker.color) == ([0.5], LIGHT.paper)


def test_a_log_axis_leaves_out_what_it_cannot_show_and_says_so() -> None:
    figure = _draw(_line([1.0, 0.0, 10.0]), log=True)
    assert list(_drawn(figure)[0].y) == [1.0, None, 10.0]
    assert figure.layout.annotations[0].text == "$ billion, log scale"


def test_names_come_from_outside_and_are_escaped() -> None:
    figure = _draw(Line("<b>A</b>", YEARS[:2], [1.0, 2.0], "#000000"))
    assert any("&lt;b&gt;A" in (note.text or "") for note in figure.layout.annotations)


def test_end_labels_do_not_cover_each_other() -> None:
    figure = _draw(*(Line(f"Line {n}", YEARS[:3], [1.0, 2.0, 3.0 + n / 100], "#000000") for n in range(4)))
    shifts = sorted(note.yshift for note in figure.layout.annotations if note.name == "end-label")
    assert all(later - earlier >= 14 for earlier, later in pairwise(shifts))


def test_spec(snapshot: SnapshotAssertion) -> None:
    flags = group([Mark("a", date(2022, 3, 8), "Oil ban", "US")], YEARS[0], YEARS[-1])
    figure = _draw(_line([1.0, 2.0, 3.0, 2.5, 1.5, 0.4], partial=True), flags=flags)
    assert figure.to_dict() == snapshot
