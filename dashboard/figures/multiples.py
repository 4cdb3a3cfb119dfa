"""Small multiples: one small line picture per panel, aligned on one time axis, each on a scale of its own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import plotly.graph_objects as go

from dashboard.figures import lines as line_figures
from dashboard.figures import theme
from dashboard.figures.contrast import words_in
from dashboard.figures.lines import Line
from dashboard.figures.theme import Style

_TITLE, _AXIS, _SIDE = 52, 26, 12
_GUTTER = 0.07
"""Room for the value labels of the panels that do not stand at the left edge, as a share of the width."""
MOST_TICKS = 5
"""Years that stand side by side under a panel on a phone."""
ROW = 104
"""Pixels a panel's plot is high."""


@dataclass(frozen=True)
class Panel:
    """One small picture: its title, the unit of its own scale, its lines, and quiet words beside the unit."""

    title: str
    unit: str
    lines: Sequence[Line]
    last: str = ""


def multiples(
    panels: Sequence[Panel],
    *,
    style: Style,
    columns: int = 2,
    key: Sequence[tuple[str, str, str]] = (),
    marks: Sequence[date] = (),
    base: float | None = None,
    value_format: str = ",.3~g",
    hover_date: str = "%b %Y",
) -> go.Figure:
    """Panels row by row. All share the time axis; every panel has its own value axis, which starts at zero.

    Args:
        key: name, colour and dash of each kind of line, printed once above all panels; empty where titles say it all.
        marks: days that get a thin line in every panel.
        base: a value that gets a quiet line of its own (100 of an index).
    """
    rows = -(-len(panels) // columns)
    above = 30 if key else 8
    height = above + rows * (_TITLE + ROW) + _AXIS + 8
    inner = height - above - _AXIS
    days = [day for panel in panels for line in panel.lines for day in line.x]
    first, last = (min(days), max(days)) if days else (date(2000, 1, 1), date(2000, 2, 1))
    layout = theme.layout(style, height=height, hovermode="x")
    layout["margin"] = {"l": _SIDE, "r": 16, "t": above, "b": _AXIS, "autoexpand": True}
    layout["annotations"], layout["shapes"] = _key(key, style), []
    traces: list[dict[str, Any]] = []
    room = timedelta(days=max(round((last - first).days * 0.03), 10))
    for place, panel in enumerate(panels):
        row, column = divmod(place, columns)
        number = "" if place == 0 else str(place + 1)
        top = 1 - (row * (_TITLE + ROW) + _TITLE) / inner
        bottom = max(1 - ((row + 1) * (_TITLE + ROW)) / inner, 0.0)
        left = column / columns + (_GUTTER if column else 0.0)
        right = (column + 1) / columns - (0.0 if column == columns - 1 else 0.02)
        lowest = place + columns >= len(panels)
        layout[f"xaxis{number}"] = (
            theme.time_axis(style, anchor=f"y{number}", showticklabels=lowest)
            | {
                "domain": [left, right],
                "range": [(first - room).isoformat(), (last + room).isoformat()],
                "hoverformat": hover_date,
                "tickfont": {"color": style.quiet, "size": 11},
                "showspikes": False,
                "fixedrange": True,
            }
            | theme.shared_ticks(first - room, last + room, most=MOST_TICKS)
            | ({} if place == 0 else {"matches": "x"})
        )
        layout[f"yaxis{number}"] = theme.value_axis(style, nticks=4, rangemode="tozero") | {
            "anchor": f"x{number}",
            "domain": [bottom, top],
            "tickfont": {"color": style.quiet, "size": 11},
        }
        layout["annotations"] += _head(panel, left, top, style)
        layout["shapes"] += [_vertical(day, number, style) for day in marks if first <= day <= last]
        if base is not None:
            layout["shapes"].append(_horizontal(base, number, style))
        for line in panel.lines:
            drawn = line_figures.line_traces(line, log=False, value_format=value_format, suffix="", paper=style.paper)
            there = {"xaxis": f"x{number}", "yaxis": f"y{number}", "cliponaxis": False}
            traces += [trace | there for trace in drawn]
    return go.Figure({"data": traces, "layout": layout})


def _head(panel: Panel, left: float, top: float, style: Style) -> list[dict[str, Any]]:
    quiet = " · ".join(part for part in (panel.unit, panel.last) if part)
    return [
        {
            "text": f"<b>{panel.title}</b><br><span style='color:{style.quiet};font-size:12px'>{quiet}</span>",
            "xref": "paper",
            "yref": "paper",
            "x": left,
            "y": top,
            "xanchor": "left",
            "yanchor": "bottom",
            "yshift": 3,
            "xshift": -6,
            "align": "left",
            "showarrow": False,
            "font": {"size": 14, "color": style.ink},
            "name": "panel-title",
        }
    ]


def _key(key: Sequence[tuple[str, str, str]], style: Style) -> list[dict[str, Any]]:
    if not key:
        return []
    text = "   ".join(
        f"<span style='color:{words_in(colour, style)}'>{'━━' if dash == 'solid' else '╸╺'} {name}</span>"
        for name, colour, dash in key
    )
    return [
        {
            "text": text,
            "xref": "paper",
            "yref": "paper",
            "x": 0,
            "y": 1,
            "xanchor": "left",
            "yanchor": "bottom",
            "yshift": 2,
            "showarrow": False,
            "font": {"size": 13, "color": style.ink},
            "name": "key",
        }
    ]


def _vertical(day: date, number: str, style: Style) -> dict[str, Any]:
    return {
        "type": "line",
        "xref": f"x{number}",
        "yref": f"y{number} domain",
        "x0": day.isoformat(),
        "x1": day.isoformat(),
        "y0": 0,
        "y1": 1,
        "layer": "below",
        "line": {"width": 1, "color": style.quiet},
    }


def _horizontal(value: float, number: str, style: Style) -> dict[str, Any]:
    return {
        "type": "line",
        "xref": f"x{number} domain",
        "yref": f"y{number}",
        "x0": 0,
        "x1": 1,
        "y0": value,
        "y1": value,
        "layer": "below",
        "line": {"width": 1, "color": style.quiet, "dash": "dot"},
    }
