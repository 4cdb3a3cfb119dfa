"""The dates of a measure over the trade around them: one axis, labels beside their dates, arrows where they left."""

from __future__ import annotations

from datetime import date

from syrupy.assertion import SnapshotAssertion

from dashboard.figures.clocks import Moment, moments_over_line
from dashboard.figures.lines import Line
from dashboard.figures.theme import DARK, LIGHT

START, END = date(2021, 1, 1), date(2023, 1, 1)
BAN = date(2022, 3, 8)
MOMENTS = (
    Moment("announced Mar 2021", date(2021, 3, 1), date(2021, 3, 31), inferred=True),
    Moment("in effect 8 Mar 2022", BAN, BAN, chosen=True),
    Moment("lifted or replaced 1 Jul 2025", date(2025, 7, 1), date(2025, 7, 1)),
    Moment("eased 4 May 2019", date(2019, 5, 4), date(2019, 5, 4), later=True),
)
LINE = Line("imports", [date(2022, 2, 1), date(2022, 3, 1), date(2022, 4, 1)], [3.0, None, 1.0], "#D9541E",
            hover=["Feb 2022: $3", "", "Apr 2022: $1"])  # fmt: skip


def test_spec(snapshot: SnapshotAssertion) -> None:
    figure = moments_over_line(
        MOMENTS, LINE, start=START, end=END, bar=(BAN, date(2025, 7, 1)), unit="$ million", style=LIGHT
    )
    assert figure.to_dict() == snapshot


def test_dates_outside_are_told_at_the_edge_they_left_by() -> None:
    figure = moments_over_line(MOMENTS, LINE, start=START, end=END, bar=None, unit="$", style=LIGHT)
    labels = {note.text: note for note in figure.layout.annotations if note.name == "moment"}
    assert labels["lifted or replaced 1 Jul 2025 →"].x == END.isoformat()
    assert labels["← eased 4 May 2019"].x == START.isoformat()
    dots = figure.data[0]
    assert len(dots.x) == 2
    assert dots.marker.symbol == ("circle-open", "circle")


def test_a_month_is_a_bar_and_an_inferred_date_a_dashed_line() -> None:
    figure = moments_over_line(MOMENTS, None, start=START, end=END, bar=None, unit="", style=DARK)
    bars = [shape for shape in figure.layout.shapes if shape.yref == "y"]
    assert [(bar.x0, bar.x1) for bar in bars] == [("2021-03-01", "2021-03-31")]
    through = {shape.x0: shape.line.dash for shape in figure.layout.shapes if shape.yref == "paper"}
    assert through == {"2021-03-01": "dash", BAN.isoformat(): "solid"}
    assert len(figure.data) == 1


def test_line_and_dates_share_the_time_axis() -> None:
    figure = moments_over_line(MOMENTS, LINE, start=START, end=END, bar=None, unit="$", style=LIGHT)
    assert figure.data[1].yaxis == "y2" and figure.data[1].xaxis in (None, "x")
    assert figure.layout.yaxis2.domain[1] < figure.layout.yaxis.domain[0]
