"""A table with colour: rows by columns, the value written in every cell, plain text columns beside it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import plotly.graph_objects as go

from dashboard.figures import theme
from dashboard.figures.contrast import channels, readable_on
from dashboard.figures.theme import Style

ROW = 25
"""Pixels a row takes."""
_HEAD = 58
_GAP = 0.35


@dataclass(frozen=True)
class Row:
    """One row: its label, a value and its words per coloured column (None where there is none), and plain words.

    Args:
        bold: the label is printed bold (the subject among many).
        heading: a quiet heading above this row, with a gap, where a new group begins.
        hover: text per coloured cell.
    """

    label: str
    values: Sequence[float | None]
    words: Sequence[str]
    plain: Sequence[str] = ()
    bold: bool = False
    heading: str = ""
    hover: Sequence[str] = ()


def heat_table(
    rows: Sequence[Row],
    *,
    columns: Sequence[str],
    plain_columns: Sequence[str] = (),
    title: str,
    plain_title: str = "",
    low: float = 0.0,
    high: float = 1.0,
    style: Style,
) -> go.Figure:
    """Coloured cells from one hue of blue, `low` pale and `high` deep; every cell carries its words as well.

    Args:
        columns: heads of the coloured cells; title: what they hold; plain_columns and plain_title: the same for text.
    """
    places: list[int] = []
    taken = 0
    for row in rows:
        taken += 1 if row.heading and places else 0
        places.append(taken)
        taken += 1
    wide = len(columns)
    beside = [wide + _GAP + index for index in range(len(plain_columns))]
    heads = [*range(wide), *beside]
    traces = [
        _cells(rows, places, max(taken, 1), wide, low, high, style),
        _words(rows, places, beside, low, high, style),
    ]
    layout = theme.layout(style, height=round(_HEAD + ROW * max(taken, 1) + 12), hovermode="closest")
    layout["margin"] = {"l": 12, "r": 12, "t": _HEAD, "b": 8, "autoexpand": True}
    layout["xaxis"] = theme.axis(
        style,
        side="top",
        tickvals=heads,
        ticktext=[*columns, *plain_columns],
        range=[-0.5, max(heads) + 0.5],
        fixedrange=True,
        tickfont={"color": style.ink, "size": 13},
        tickangle=0,
    )
    layout["yaxis"] = theme.axis(
        style,
        tickvals=places,
        ticktext=[f"<b>{row.label}</b>" if row.bold else row.label for row in rows],
        range=[max(taken, 1) - 0.5, -0.5],
        fixedrange=True,
        tickfont={"color": style.ink, "size": 13},
    )
    layout["annotations"] = [
        _group_head(title, -0.5, style, anchor="left"),
        *([_group_head(plain_title, max(heads) + 0.5, style, anchor="right")] if plain_columns else []),
        *_headings(rows, places, style),
    ]
    return go.Figure({"data": traces, "layout": layout})


def _cells(
    rows: Sequence[Row], places: Sequence[int], height: int, width: int, low: float, high: float, style: Style
) -> dict[str, Any]:
    """Colours and hover. A row of nothing keeps the place of a heading, so that all cells are of one height."""
    values: list[list[float | None]] = [[None] * width for _ in range(height)]
    hover = [[""] * width for _ in range(height)]
    for row, place in zip(rows, places, strict=True):
        values[place], hover[place] = list(row.values), list(row.hover) or list(row.words)
    return {
        "type": "heatmap",
        "x": list(range(width)),
        "y": list(range(height)),
        "z": values,
        "customdata": hover,
        "hovertemplate": "%{customdata}<extra></extra>",
        "hoverongaps": False,
        "colorscale": theme.sequential(style),
        "zmin": low,
        "zmax": high,
        "showscale": False,
        "xgap": 2,
        "ygap": 2,
        "name": "cells",
    }


def _words(
    rows: Sequence[Row], places: Sequence[int], beside: Sequence[float], low: float, high: float, style: Style
) -> dict[str, Any]:
    """The words of the cells, light or dark by what lies under them, and the plain words beside."""
    x: list[float] = []
    y: list[int] = []
    text: list[str] = []
    colours: list[str] = []
    for row, place in zip(rows, places, strict=True):
        under = [readable_on(colour_of(value, low, high, style), style) for value in row.values]
        x += [*range(len(row.values)), *beside]
        y += [place] * (len(row.values) + len(beside))
        text += [*row.words, *row.plain]
        colours += [*under, *([style.ink] * len(beside))]
    return {
        "type": "scatter",
        "mode": "text",
        "hoverinfo": "skip",
        "name": "words",
        "x": x,
        "y": y,
        "text": text,
        "textfont": {"size": 13, "color": colours},
    }


def colour_of(value: float | None, low: float, high: float, style: Style) -> str:
    """The colour a value gets between the pale and the deep end; the paper where there is none."""
    if value is None:
        return style.paper
    steps = style.sequential
    place = min(max((value - low) / (high - low), 0.0), 1.0) * (len(steps) - 1)
    index = min(int(place), len(steps) - 2)
    one, other = channels(steps[index]), channels(steps[index + 1])
    mixed = [round(a + (b - a) * (place - index)) for a, b in zip(one, other, strict=True)]
    return "#" + "".join(f"{part:02X}" for part in mixed)


def _group_head(text: str, x: float, style: Style, *, anchor: str) -> dict[str, Any]:
    return {
        "text": text,
        "x": x,
        "xref": "x",
        "y": 1,
        "yref": "paper",
        "xanchor": anchor,
        "yanchor": "bottom",
        "yshift": 30,
        "showarrow": False,
        "font": {"size": 13, "color": style.quiet},
        "name": "unit",
    }


def _headings(rows: Sequence[Row], places: Sequence[int], style: Style) -> list[dict[str, Any]]:
    return [
        {
            "text": row.heading,
            "x": -0.5,
            "xref": "x",
            "y": place - 0.9,
            "yref": "y",
            "xanchor": "left",
            "yanchor": "middle",
            "showarrow": False,
            "font": {"size": 13, "color": style.quiet},
            "name": "heading",
        }
        for row, place in zip(rows, places, strict=True)
        if row.heading and place > 0
    ]
