"""Timeline: dots at their dates, stacked where they would touch; bars, strokes and doubts are told apart."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st
from syrupy.assertion import SnapshotAssertion

from dashboard.figures import timeline
from dashboard.figures.theme import DARK, LIGHT
from dashboard.figures.timeline import Dot, Lane, Row

DAY = date(2022, 3, 1)
LANES = (
    Lane(
        "United States",
        "#0B5394",
        (
            Row(
                "Energy",
                (
                    Dot(DAY, "ban", span=(DAY, date(2022, 4, 22))),
                    Dot(date(2022, 3, 8), "more", 12, nearest=True, shape="diamond"),
                ),
            ),
            Row(
                "Finance, banks",
                (
                    Dot(
                        date(2021, 6, 14),
                        "lifted",
                        span=(date(2021, 6, 14), DAY),
                        lifted=True,
                        slashes=(date(2022, 6, 1),),
                    ),
                ),
            ),
        ),
    ),
    Lane("Japan", "#6B7280", (Row("all kinds", (Dot(date(2022, 5, 1), "inferred", backed="inferred"),)),)),
)


def _figure() -> dict[str, object]:
    spec: dict[str, object] = timeline.lanes(
        LANES, start=date(2021, 1, 1), end=date(2022, 12, 31), style=LIGHT, key="Dot: one measure."
    ).to_dict()
    return spec


def test_spec(snapshot: SnapshotAssertion) -> None:
    assert _figure() == snapshot


def test_dots_that_would_touch_are_stacked_and_distant_ones_are_not() -> None:
    near, far = date(2022, 3, 8), date(2022, 9, 1)
    assert timeline.stack([(DAY, DAY), (near, near), (far, far)], timedelta(days=30)) == [0, 1, 0]


def test_a_bar_keeps_its_level_to_itself_until_it_ends() -> None:
    until, later = date(2022, 8, 1), date(2022, 7, 1)
    assert timeline.stack([(DAY, until), (later, later)], timedelta(days=10)) == [0, 1]


@given(
    days=st.lists(st.dates(date(2012, 1, 1), date(2027, 1, 1)), max_size=60),
    apart=st.integers(min_value=1, max_value=90),
)
def test_no_two_dots_on_a_level_touch(days: list[date], apart: int) -> None:
    ordered = sorted(days)
    levels = timeline.stack([(day, day) for day in ordered], timedelta(days=apart))
    assert len(levels) == len(ordered)
    for level in set(levels):
        mine = [day for day, held in zip(ordered, levels, strict=True) if held == level]
        assert all((after - before).days >= apart for before, after in pairwise(mine))


def test_inferred_is_hollow_with_a_point_and_another_clock_small() -> None:
    figure = timeline.lanes(LANES, start=date(2021, 1, 1), end=date(2022, 12, 31), style=DARK, key="key")
    by_name = {trace.name: trace for trace in figure.data if trace.mode.startswith("markers")}
    assert by_name["Japan"].marker.symbol == ("circle-open-dot",)
    assert by_name["United States"].marker.symbol == ("circle", "diamond", "circle")
    assert by_name["United States"].marker.size == (8.0, 5.0, 8.0)
    assert by_name["United States: lifted"].x == ("2022-03-01",)
    assert by_name["United States: eased or replaced"].x == ("2022-06-01",)


def test_a_bundle_carries_its_number_and_room_for_it() -> None:
    figure = timeline.lanes(LANES, start=date(2021, 1, 1), end=date(2022, 12, 31), style=LIGHT, key="key")
    united = next(trace for trace in figure.data if trace.name == "United States")
    assert united.text == ("", "12", "")
    crowd = (Dot(DAY, "two", 2), Dot(date(2022, 3, 15), "one"))
    lane = Lane("Japan", "#6B7280", (Row("all", crowd),))
    figure = timeline.lanes([lane], start=date(2021, 1, 1), end=date(2022, 12, 31), style=LIGHT, key="key")
    assert len(set(figure.data[-1].y)) == 2


def test_a_timeline_taller_than_a_screen_has_its_years_above_too() -> None:
    dots = tuple(Dot(DAY + timedelta(days=number), "many") for number in range(12))
    lanes = [Lane(f"Sender {number}", "#888888", (Row("Imports", dots),)) for number in range(12)]
    span = {"start": date(2014, 1, 1), "end": date(2026, 1, 1), "style": LIGHT, "key": "Dot: one measure."}
    assert "xaxis2" not in timeline.lanes(lanes[:1], **span).to_dict()["layout"]
    above = timeline.lanes(lanes, **span).to_dict()["layout"]["xaxis2"]
    assert (above["side"], above["matches"]) == ("top", "x")
