"""Strips: one time axis, one unit per panel, the same marks through all of them."""

from __future__ import annotations

from datetime import date

from syrupy.assertion import SnapshotAssertion

from dashboard.figures.lines import Line
from dashboard.figures.marks import Mark, group
from dashboard.figures.strips import Bars, Panel, strips
from dashboard.figures.theme import LIGHT

START, END = date(2022, 1, 1), date(2022, 4, 1)
MONTHS = [date(2022, month, 1) for month in (1, 2, 3, 4)]
FLAGS = group([Mark("ban", date(2022, 3, 8), "Oil import ban", "US")], START, END)
PANELS = (
    Panel("Imports, $ million", [Line("imports", MONTHS, [3.0, None, 2.0, 1.0], "#D9541E")], labels=True),
    Panel("Roubles per dollar", [Line("rouble", MONTHS[:2], [75.0, 78.4], "#6B7280")], note="ends Feb 2022",
          note_day=MONTHS[1]),
    Panel("Names", bars=[Bars("added", MONTHS, [1, 2, None, 4], "#0B5394")]),
)  # fmt: skip


def test_spec(snapshot: SnapshotAssertion) -> None:
    assert strips(PANELS, start=START, end=END, style=LIGHT, flags=FLAGS).to_dict() == snapshot


def test_panels_share_the_time_axis_and_do_not_overlap() -> None:
    figure = strips(PANELS, start=START, end=END, style=LIGHT, flags=FLAGS)
    assert {trace.xaxis for trace in figure.data} == {"x"}
    assert [trace.yaxis for trace in figure.data] == ["y", "y2", "y3"]
    domains = [figure.layout[name].domain for name in ("yaxis", "yaxis2", "yaxis3")]
    assert domains[0][0] > domains[1][1] > domains[1][0] > domains[2][1]


def test_a_mark_runs_through_all_panels_once() -> None:
    figure = strips(PANELS, start=START, end=END, style=LIGHT, flags=FLAGS)
    lines = [shape for shape in figure.layout.shapes if shape.type == "line"]
    assert [(shape.x0, shape.y0, shape.y1) for shape in lines] == [("2022-03-08", 0, 1)]


def test_a_series_that_stops_says_so_in_its_panel() -> None:
    figure = strips(PANELS, start=START, end=END, style=LIGHT)
    assert [note.text for note in figure.layout.annotations if note.name == "gap"] == ["ends Feb 2022"]
