"""Lines in event time: month 0 and the level of no change are drawn, gaps break, labels do not cover each other."""

from __future__ import annotations

from syrupy.assertion import SnapshotAssertion

from dashboard.figures.event_time import Path, offset_lines
from dashboard.figures.theme import LIGHT

PATHS = (
    Path("Oil import ban<br>Mar 2022", [-2, -1, 0, 1], [90.0, 110.0, None, 40.0], "#0B5394", hover=["a", "b", "", "d"]),
    Path("CAATSA<br>Aug 2017", [-2, -1, 0, 1], [100.0, 100.0, 95.0, 41.0], "#D9541E"),
)


def test_spec(snapshot: SnapshotAssertion) -> None:
    assert offset_lines(PATHS, before=2, after=1, unit="index", style=LIGHT).to_dict() == snapshot


def test_a_missing_month_breaks_the_line() -> None:
    trace = offset_lines(PATHS, before=2, after=1, unit="index", style=LIGHT).data[0]
    assert trace.y == (90.0, 110.0, None, 40.0)
    assert trace.connectgaps is False


def test_months_carry_a_real_minus_sign() -> None:
    axis = offset_lines(PATHS, before=24, after=36, unit="index", style=LIGHT).layout.xaxis
    assert axis.ticktext == ("−24", "−12", "0", "+12", "+24", "+36")


def test_labels_of_lines_that_end_together_stand_apart() -> None:
    figure = offset_lines(PATHS, before=2, after=1, unit="index", style=LIGHT)
    labels = [note for note in figure.layout.annotations if note.name == "end-label"]
    assert len(labels) == 2
    assert labels[1].yshift - labels[0].yshift >= 30
