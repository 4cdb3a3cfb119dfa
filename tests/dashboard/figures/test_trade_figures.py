"""Figures of the trade page on tiny inputs: one specification each, and what their readers rely on."""

from __future__ import annotations

from datetime import date
from itertools import pairwise

import pytest
from syrupy.assertion import SnapshotAssertion

from dashboard.figures import bars, dumbbell, heat, multiples, placing
from dashboard.figures.collapse import Point, collapse_line
from dashboard.figures.contrast import contrast, readable_on
from dashboard.figures.lines import Line
from dashboard.figures.placing import SIGHTS, Words, place
from dashboard.figures.theme import DARK, LIGHT, Style

MONTHS = [date(2021 + month // 12, month % 12 + 1, 1) for month in range(24)]
VALUES = [30.0] * 10 + [34.0, 36.0, 30.0, 20.0, 10.0, 5.0, 4.0, 3.5, 3.6, 3.7, 3.8, 3.9, 4.0, 4.1]
POINTS = [
    Point("<b>Peak</b> $36 billion<br>Dec 2021", MONTHS[11], 36.0),
    Point("<b>Now</b><br>$4.1 billion", MONTHS[23], 4.1, margin=True),
    Point("<b>Trough</b> $3.5 billion<br>Jun 2022", MONTHS[17], 3.5, "square"),
    Point("Half of the fall<br>by Feb 2022", MONTHS[13], 20.0, "diamond", optional=True),
]


def test_collapse_spec(snapshot: SnapshotAssertion) -> None:
    figure = collapse_line(
        Line("Current prices", MONTHS, VALUES, LIGHT.total, label=False), POINTS, event=date(2022, 2, 1),
        event_words="Feb 2022", search=(MONTHS[0], MONTHS[20]), unit="$ billion", style=LIGHT,
    )  # fmt: skip
    assert figure.to_dict() == snapshot


def test_heat_spec(snapshot: SnapshotAssertion) -> None:
    rows = [
        heat.Row("Russia", [0.92, 0.9], ["92%", "90%"], ["2%"], bold=True),
        heat.Row("Chad", [0.1, None], ["10%", ""], ["–"], heading="Others"),
    ]
    figure = heat.heat_table(
        rows, columns=["Exports", "Imports"], plain_columns=["Regained"], title="Fall", style=LIGHT
    )
    assert figure.to_dict() == snapshot


def test_dumbbell_spec(snapshot: SnapshotAssertion) -> None:
    pairs = [
        dumbbell.Pair("India", 9.1, 68.7, "9.1", "68.7", LIGHT.exports, end_hollow=True, heading="Exports"),
        dumbbell.Pair("Germany", 29.7, 1.2, "29.7", "1.2", LIGHT.exports, end_hollow=True),
        dumbbell.Pair("New", None, 5.0, "", "5.0", LIGHT.exports),
    ]
    figure = dumbbell.dumbbells(pairs, start_name="2021", end_name="2024, estimate", unit="$ billion", style=LIGHT)
    assert figure.to_dict() == snapshot


def test_multiples_spec(snapshot: SnapshotAssertion) -> None:
    panels = [
        multiples.Panel(
            name, "$ billion", [Line(name, MONTHS[:4], [1.0, None, 2.0, 3.0], LIGHT.exports)], last="to Apr"
        )
        for name in ("Russia", "Belarus", "Iran")
    ]
    figure = multiples.multiples(
        panels, style=LIGHT, key=[("exports", LIGHT.exports, "dash")], marks=[MONTHS[2]], base=1.0
    )
    assert figure.to_dict() == snapshot


def test_bars_spec(snapshot: SnapshotAssertion) -> None:
    kinds = [
        bars.Bars("exports", LIGHT.exports, [64.9, 14.8], ["65", "15"], [False, True]),
        bars.Bars("imports", LIGHT.imports, [52.6, None], ["53", ""], [False, False]),
    ]
    assert bars.paired_bars(["2023", "2024"], kinds, unit="$ billion", style=LIGHT).to_dict() == snapshot


@pytest.mark.parametrize("style", [LIGHT, DARK], ids=lambda style: style.name)
def test_words_in_every_cell_can_be_read(style: Style) -> None:
    for step in range(101):
        under = heat.colour_of(step / 100, 0.0, 1.0, style)
        assert contrast(readable_on(under, style), under) >= 4.5


def test_panels_do_not_overlap_and_share_time() -> None:
    panels = [multiples.Panel(str(n), "", [Line("a", MONTHS, VALUES, LIGHT.exports)]) for n in range(6)]
    layout = multiples.multiples(panels, style=LIGHT).to_dict()["layout"]
    lefts = [layout[f"yaxis{'' if n == 0 else n + 1}"]["domain"] for n in (0, 2, 4)]
    assert all(upper[0] > lower[1] for upper, lower in pairwise(lefts))
    assert {layout[f"xaxis{n}"]["matches"] for n in range(2, 7)} == {"x"}


def test_words_find_places_apart_from_each_other() -> None:
    close = [Words("Peak of the line<br>in May", 0.5, 0.5), Words("Trough of the line<br>in June", 0.52, 0.5)]
    flat = [[(0.0, 0.5), (1.0, 0.5)]]
    first, second = place(close, flat, height=300)
    assert first is not None
    assert second is not None
    assert (first["yanchor"], first["yshift"]) != (second["yanchor"], second["yshift"])


def test_optional_words_give_way() -> None:
    crowd = [Words("Important words here", 0.5, y / 10) for y in range(1, 10)]
    zigzag = [[(x / 60, (x % 2)) for x in range(61)]]
    placed = place([*crowd, Words("Less important words", 0.5, 0.5, optional=True)], zigzag, height=200, sights=SIGHTS)
    assert all(where is not None for where in placed[:-1])
    assert placed[-1] is None


def test_words_keep_off_a_line_through_their_point() -> None:
    upright = [[(0.5, 0.0), (0.5, 1.0)]]
    (where,) = place([Words("<b>Peak</b> $36.8 billion<br>Feb 2022", 0.5, 0.8)], upright, height=340)
    assert where is not None
    assert (where["xanchor"], where["xshift"] > 0) in {("left", True), ("right", False)}


def test_words_keep_off_a_falling_line_on_a_slide_too() -> None:
    fall = [[(0.0, 0.9), (0.5, 0.9), (0.62, 0.3), (0.9, 0.1), (1.0, 0.1)]]
    peak = Words("<b>Peak</b> $36.8 billion<br>Feb 2022", 0.5, 0.9)
    trough = Words("<b>Trough</b> $3.49 billion<br>Jan 2025", 0.9, 0.1)
    for where, label in zip(place([peak, trough], fall, height=346), (peak, trough), strict=True):
        assert where is not None
        chosen = (where["xanchor"], where["yanchor"], where["xshift"], where["yshift"])
        for width, share in SIGHTS[::2]:
            box = placing._box(label, chosen, width, round(346 * share))
            path = placing._dense([(x * width, y * 346 * share) for x, y in fall[0]])
            assert [p for p in path if box.left < p[0] < box.right and box.bottom < p[1] < box.top] == []
