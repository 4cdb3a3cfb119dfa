"""Rows of dots: a name at the left, one or more marks on a shared axis, a word at the right."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import plotly.graph_objects as go

from dashboard.figures import theme
from dashboard.figures.theme import Style


@dataclass(frozen=True)
class Kind:
    """What a mark means: its words in the legend, its symbol and its colour (never colour alone)."""

    name: str
    symbol: str
    colour: str


@dataclass(frozen=True)
class Point:
    """A mark in a row: `kind` is the index of its kind; `hover` says it in words."""

    x: date | float
    kind: int
    hover: str


@dataclass(frozen=True)
class Row:
    """One row: its name, its marks, and a word at the right end. `quiet` rows are drawn grey."""

    name: str
    points: Sequence[Point]
    text: str = ""
    quiet: bool = False


def dot_rows(
    rows: Sequence[Row],
    kinds: Sequence[Kind],
    *,
    unit: str,
    style: Style,
    row_height: int = 27,
    zero: float | None = None,
) -> go.Figure:
    """Rows of marks, the first at the top, joined by a thin line where a row has several.

    Args:
        rows: in the order from top to bottom; the marks of all rows are days, or all are numbers.
        kinds: what the marks mean, for the legend.
        unit: words above the axis, which stands at the top.
        zero: draw a thin line here (numbers only).
    """
    height = len(rows) * row_height + 152
    dated = any(isinstance(point.x, date) for row in rows for point in row.points)
    places = {id(row): index for index, row in enumerate(rows)}
    traces: list[dict[str, Any]] = [
        {
            "type": "scatter",
            "mode": "lines",
            "hoverinfo": "skip",
            "showlegend": False,
            "connectgaps": False,
            "x": [x for row in rows for x in (*_ends(row), None)],
            "y": [y for row in rows for y in (places[id(row)], places[id(row)], None)],
            "line": {"color": style.grey, "width": 1.5},
            "name": "from first to last",
        },
        *(
            {
                "type": "scatter",
                "mode": "markers",
                "name": kind.name,
                "showlegend": True,
                "x": [_plain(point.x) for row in rows for point in row.points if point.kind == index],
                "y": [places[id(row)] for row in rows for point in row.points if point.kind == index],
                "text": [point.hover for row in rows for point in row.points if point.kind == index],
                "hovertemplate": "%{text}<extra></extra>",
                "marker": {
                    "symbol": kind.symbol,
                    "size": 10,
                    "opacity": 1,
                    "color": kind.colour,
                    "line": {"width": 1.8, "color": kind.colour},
                },
            }
            for index, kind in enumerate(kinds)
            if any(point.kind == index for row in rows for point in row.points)
        ),
    ]
    words_right = max((len(row.text) for row in rows), default=0)
    layout = theme.layout(style, height=height, hovermode="closest", showlegend=True)
    layout["margin"] |= {"r": 7 * words_right + 14, "t": 66, "b": 76}
    layout["legend"] = theme.legend_below(style)
    across = theme.time_axis(style) if dated else theme.axis(style, nticks=6, zeroline=False)
    layout["xaxis"] = across | {
        "side": "top",
        "showgrid": True,
        "nticks": 5,
        "showspikes": False,
        "showline": False,
        "fixedrange": True,
        "tickangle": 0,
    }
    layout["yaxis"] = theme.axis(
        style,
        tickmode="array",
        tickvals=list(range(len(rows))),
        ticktext=[row.name for row in rows],
        range=[len(rows) - 0.4, -0.6],
        fixedrange=True,
        tickfont={"color": style.ink, "size": 13},
    )
    layout["shapes"] = (
        []
        if zero is None
        else [
            {
                "type": "line",
                "xref": "x",
                "yref": "paper",
                "x0": zero,
                "x1": zero,
                "y0": 0,
                "y1": 1,
                "layer": "below",
                "line": {"width": 1, "color": style.quiet},
                "name": "zero",
            }
        ]
    )
    layout["annotations"] = [
        theme.unit_label(unit, style, yshift=28),
        *(
            {
                "text": row.text,
                "x": 1,
                "y": places[id(row)],
                "xref": "paper",
                "yref": "y",
                "xanchor": "left",
                "yanchor": "middle",
                "xshift": 8,
                "showarrow": False,
                "name": "row",
                "font": {"size": 12, "color": style.quiet if row.quiet else style.ink},
            }
            for row in rows
            if row.text
        ),
    ]
    return go.Figure({"data": traces, "layout": layout})


def _plain(x: date | float) -> str | float:
    return x.isoformat() if isinstance(x, date) else x


def _ends(row: Row) -> tuple[str | float | None, str | float | None]:
    if len(row.points) < 2:
        return None, None
    ordered = sorted((point.x for point in row.points), key=lambda x: x.toordinal() if isinstance(x, date) else x)
    return _plain(ordered[0]), _plain(ordered[-1])
