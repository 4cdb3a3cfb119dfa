"""Two values per row joined by a line: what was before and what came after, row by row."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import plotly.graph_objects as go

from dashboard.figures import theme
from dashboard.figures.contrast import words_in
from dashboard.figures.theme import Style

ROW = 27
"""Pixels a row takes."""
_HEAD = 44


@dataclass(frozen=True)
class Pair:
    """One row: a label, the value before and after, and how each is drawn.

    Args:
        start_hollow, end_hollow: the value is an estimate (drawn hollow).
        start: None where there was no value before; only the point after is drawn.
        start_words, end_words: the values as printed beside the points.
        colour: of the point after and of the line; the point before is always grey.
        heading: a quiet heading above this row.
    """

    label: str
    start: float | None
    end: float
    start_words: str
    end_words: str
    colour: str
    start_hollow: bool = False
    end_hollow: bool = False
    heading: str = ""


def dumbbells(pairs: Sequence[Pair], *, start_name: str, end_name: str, unit: str, style: Style) -> go.Figure:
    """Rows from top to bottom in the order given, on one value axis from zero.

    Args:
        start_name, end_name: what the grey and the coloured point are, printed once above ("2021", "2024, estimate").
    """
    places: list[int] = []
    taken = 0
    for pair in pairs:
        taken += 1 if pair.heading else 0
        places.append(taken)
        taken += 1
    layout = theme.layout(style, height=_HEAD + ROW * max(taken, 1) + 34, hovermode="closest")
    layout["margin"] = {"l": 12, "r": 30, "t": _HEAD, "b": 26, "autoexpand": True}
    top = max((max(pair.start or 0.0, pair.end) for pair in pairs), default=1.0)
    layout["xaxis"] = theme.value_axis(style, nticks=5, range=[-0.22 * top, 1.16 * top], zeroline=False) | {
        "tick0": 0,
        "tickmode": "auto",
    }
    layout["yaxis"] = theme.axis(
        style,
        tickvals=places,
        ticktext=[pair.label for pair in pairs],
        range=[max(taken, 1) - 0.4, -0.6],
        fixedrange=True,
        tickfont={"color": style.ink, "size": 13},
    )
    first = pairs[0].colour if pairs else style.ink
    kinds = {pair.end_hollow for pair in pairs}
    hollow = "●○" if len(kinds) == 2 else "○" if kinds == {True} else "●"
    layout["annotations"] = [
        _top(
            f"<span style='color:{style.grey}'>●</span> {start_name}   "
            f"<span style='color:{words_in(first, style)}'>{hollow}</span> {end_name}",
            0.0,
            "left",
            style,
        ),
        _top(unit, 1.0, "right", style),
        *_headings(pairs, places, style),
    ]
    return go.Figure({"data": [*_joins(pairs, places), *_points(pairs, places, style)], "layout": layout})


def _joins(pairs: Sequence[Pair], places: Sequence[int]) -> list[dict[str, Any]]:
    return [
        {
            "type": "scatter",
            "mode": "lines",
            "x": [pair.start, pair.end],
            "y": [place, place],
            "hoverinfo": "skip",
            "line": {"color": pair.colour, "width": 2},
            "name": pair.label,
        }
        for pair, place in zip(pairs, places, strict=True)
        if pair.start is not None
    ]


def _points(pairs: Sequence[Pair], places: Sequence[int], style: Style) -> list[dict[str, Any]]:
    """Both ends with their words on the outer side, so that words never lie on the joining line."""

    def end(
        values: list[float | None], others: list[float | None], said: list[str], colours: list[str], hollow: list[bool]
    ) -> dict[str, Any]:
        return {
            "type": "scatter",
            "mode": "markers+text",
            "x": values,
            "y": list(places),
            "text": said,
            "textposition": [
                "middle left" if a is not None and b is not None and a < b else "middle right"
                for a, b in zip(values, others, strict=True)
            ],
            "textfont": {"size": 12, "color": style.ink},
            "cliponaxis": False,
            "marker": {
                "size": 11,
                "color": [style.paper if h else c for h, c in zip(hollow, colours, strict=True)],
                "line": {"width": 2, "color": colours},
            },
            "customdata": [pair.label for pair in pairs],
            "hovertemplate": "%{customdata}: %{text}<extra></extra>",
        }

    starts: list[float | None] = [pair.start for pair in pairs]
    ends: list[float | None] = [pair.end for pair in pairs]
    # Where both values are the same the point after carries the words to the right, the one before to the left.
    nudged: list[float | None] = [pair.end + 1e-12 for pair in pairs]
    before = end(
        starts,
        nudged,
        [pair.start_words for pair in pairs],
        [style.grey] * len(pairs),
        [pair.start_hollow for pair in pairs],
    )
    after = end(
        ends,
        starts,
        [pair.end_words for pair in pairs],
        [pair.colour for pair in pairs],
        [pair.end_hollow for pair in pairs],
    )
    return [before | {"name": "before"}, after | {"name": "after"}]


def _top(text: str, x: float, anchor: str, style: Style) -> dict[str, Any]:
    return {
        "text": text,
        "x": x,
        "xref": "paper",
        "y": 1,
        "yref": "paper",
        "xanchor": anchor,
        "yanchor": "bottom",
        "yshift": 12,
        "showarrow": False,
        "font": {"size": 13, "color": style.quiet},
        "name": "unit",
    }


def _headings(pairs: Sequence[Pair], places: Sequence[int], style: Style) -> list[dict[str, Any]]:
    return [
        {
            "text": f"<b>{pair.heading}</b>",
            "x": 0,
            "xref": "paper",
            "y": place - 0.9,
            "yref": "y",
            "xanchor": "left",
            "yanchor": "middle",
            "showarrow": False,
            "font": {"size": 13, "color": style.ink},
            "name": "heading",
        }
        for pair, place in zip(pairs, places, strict=True)
        if pair.heading
    ]
