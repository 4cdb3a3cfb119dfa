"""Rows of three points: a row keeps its place, and what is missing has no point and no line."""

from __future__ import annotations

from dashboard.figures.theme import LIGHT
from dashboard.figures.three_steps import HEADING, LINE, POINTS, Row, three_steps

NAMES = ("year before", "year of the date", "year after")
ROWS = [
    Row("<b>Nov 2022</b> · A", "2021 $1", (1.0, 2.0, 8.0), "#0B5394", "hover", heading="After relief"),
    Row("<b>Jan 2026</b> · B<br>and more", "2025 $4", (4.0, None, None), "#0B5394", "hover"),
]


def test_points_by_what_they_are() -> None:
    figure = three_steps(ROWS, names=NAMES, unit="$ billion a year", style=LIGHT)
    joins, before, during, after = figure.data
    assert [trace.name for trace in (before, during, after)] == list(NAMES)
    assert (list(before.x), list(during.x), list(after.x)) == ([1.0, 4.0], [2.0], [8.0])
    assert len({trace.marker.symbol for trace in (before, during, after)}) == 3
    assert list(joins.x) == [1.0, 2.0, 8.0, None, 4.0, None, None, None] and joins.connectgaps is False
    assert after.y[0] < before.y[1], "rows go down"


def test_words_stand_above_their_points_and_a_heading_above_its_group() -> None:
    figure = three_steps(ROWS, names=NAMES, unit="$ billion a year", style=LIGHT)
    notes = {note.name: note for note in figure.layout.annotations}
    first = 2 * LINE + POINTS
    row = [note for note in figure.layout.annotations if note.name == "row"]
    assert [note.y for note in row] == [HEADING, HEADING + first]
    assert notes["heading"].y < row[0].y < figure.data[1].y[0]
    assert "◇ year of the date" in notes["key"].text
    assert figure.layout.yaxis.range == (HEADING + 2 * first + LINE, 0)


def test_nothing_but_zeros_has_an_axis() -> None:
    figure = three_steps([Row("a", "b", (0.0, 0.0, 0.0), "#0B5394")], names=NAMES, unit="$ a year", style=LIGHT)
    low, high = figure.layout.xaxis.range
    assert low < 0 < high
