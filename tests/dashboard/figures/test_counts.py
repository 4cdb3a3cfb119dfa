"""Counts: every bar carries its whole number, and the picked-out part its own."""

from __future__ import annotations

from syrupy.assertion import SnapshotAssertion

from dashboard.figures.counts import Count, count_bars
from dashboard.figures.theme import LIGHT

COUNTS = (Count("United States", 64, 5, "5 of 64"), Count("Ukraine", 9, 9), Count("China", 6))


def test_spec(snapshot: SnapshotAssertion) -> None:
    assert count_bars(COUNTS, unit="programmes", part_name="name Russia", style=LIGHT).to_dict() == snapshot


def test_bars_print_their_numbers_and_the_parts_add_up() -> None:
    figure = count_bars(COUNTS, unit="programmes", part_name="name Russia", style=LIGHT)
    printed = [note.text for note in figure.layout.annotations if note.name == "count"]
    assert printed == ["<b>5</b> of 64", "<b>9</b>", "6"]
    part, rest = figure.data
    assert [a + b for a, b in zip(part.x, rest.x, strict=True)] == [64, 9, 6]


def test_names_come_from_outside_and_are_escaped() -> None:
    figure = count_bars((Count("<b>A</b>", 1),), unit="programmes", part_name="", style=LIGHT)
    assert figure.data[0].y == ("&lt;b&gt;A&lt;/b&gt;",)
