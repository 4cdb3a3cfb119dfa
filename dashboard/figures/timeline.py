"""Dated measures as dots in lanes: one lane per sender, one row per kind, dots of the same weeks stacked.

Every dot stands at its exact date; dots that would touch are stacked upwards, so a busy month is a tall pile and
nothing hides behind anything. Pale bars run from a measure's start to the end of its wind-down or to its lifting.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import plotly.graph_objects as go

from dashboard.figures import theme
from dashboard.figures.theme import Style

DOT = 6.5
STEP = 7.5
"""Pixels of a dot and between two stacked dots."""
_ASSUMED_WIDTH = 760
_HEADER = 21
_GAP = 8


@dataclass(frozen=True)
class Dot:
    """One measure: where it stands, what a reader sees when pointing at it, how well its date is backed.

    `span` is the pale bar (start, end); `lifted` ends it with a stroke. `doubtful` is drawn hollow, `nearest`
    (dated by another clock than the chosen one) faint.
    """

    day: date
    hover: str
    span: tuple[date, date] | None = None
    lifted: bool = False
    doubtful: bool = False
    nearest: bool = False


@dataclass(frozen=True)
class Row:
    """A named row of dots."""

    name: str
    dots: tuple[Dot, ...]


@dataclass(frozen=True)
class Lane:
    """A sender with its rows; a lane with one row carries its name beside it, one with several above them."""

    name: str
    colour: str
    rows: tuple[Row, ...]


def lanes(shown: Sequence[Lane], *, start: date, end: date, style: Style, key: str) -> go.Figure:
    """The timeline.

    Args:
        start, end: what the time axis covers.
        key: one line above the plot that explains dots and bars.
    """
    apart = timedelta(days=max((end - start).days * STEP / _ASSUMED_WIDTH, 1))
    traces: list[dict[str, Any]] = []
    ticks: list[tuple[float, str]] = []
    annotations: list[dict[str, Any]] = []
    rules: list[dict[str, Any]] = []
    left = max((len(row.name) for lane in shown for row in lane.rows if len(lane.rows) > 1), default=0)
    left = round(6.4 * max(left, max((len(lane.name) for lane in shown if len(lane.rows) == 1), default=0))) + 16
    cursor = 0.0
    for lane in shown:
        headed = len(lane.rows) > 1
        if headed:
            annotations.append(_header(lane, cursor + _HEADER - 8, left, style))
            cursor += _HEADER
        placed: list[tuple[Dot, float]] = []
        for row in lane.rows:
            levels = stack([(dot.day, dot.day if dot.span is None else dot.span[1]) for dot in row.dots], apart)
            height = max((max(levels, default=0) + 1) * STEP + 8, 18)
            base = cursor + height - 4 - STEP / 2
            placed += [(dot, base - level * STEP) for dot, level in zip(row.dots, levels, strict=True)]
            name = row.name if headed else f"<b>{lane.name}</b>"
            ticks.append((cursor + height / 2, name))
            rules.append(_rule(cursor + height, style))
            cursor += height
        traces += _lane_traces(lane, placed, style)
        cursor += _GAP
    layout = theme.layout(style, height=round(cursor) + 84, hovermode="closest")
    layout["margin"] = {"l": left, "r": 16, "t": 52, "b": 32, "autoexpand": False}
    room = timedelta(days=max(round((end - start).days * 0.012), 10))
    layout["xaxis"] = theme.time_axis(style) | {
        "range": [(start - room).isoformat(), (end + room).isoformat()], "showgrid": True, "gridcolor": style.grid,
        "showspikes": False, "automargin": False, "tickangle": 0,
        "tickfont": {"color": style.quiet, "size": 11.5},
    }  # fmt: skip
    layout["yaxis"] = theme.axis(
        style, range=[cursor, 0], fixedrange=True, automargin=False, tickvals=[place for place, _ in ticks],
        ticktext=[name for _, name in ticks], tickmode="array",
    )  # fmt: skip
    layout["yaxis"]["tickfont"] = {"color": style.ink, "size": 12}
    layout["shapes"] = rules
    layout["annotations"] = [
        theme.unit_label(key, style, yshift=8) | {"xshift": 8 - left, "align": "left"},
        *annotations,
    ]
    return go.Figure({"data": traces, "layout": layout}, skip_invalid=False)


def stack(taken: Sequence[tuple[date, date]], apart: timedelta) -> list[int]:
    """The level of each dot, lowest first: the first one where its place is free.

    Args:
        taken: first and last day that a dot with its bar covers, in order of the first.
        apart: how far the next dot on a level stays away.
    """
    free_from: list[date] = []
    levels = []
    for day, until in taken:
        level = next((place for place, free in enumerate(free_from) if day >= free), len(free_from))
        held = max(day, until) + apart
        if level == len(free_from):
            free_from.append(held)
        else:
            free_from[level] = held
        levels.append(level)
    return levels


def _header(lane: Lane, y: float, left: int, style: Style) -> dict[str, Any]:
    return {
        "text": f"<b>{lane.name}</b>", "xref": "paper", "x": 0, "yref": "y", "y": y, "xanchor": "left",
        "yanchor": "middle", "xshift": 8 - left, "showarrow": False, "font": {"size": 13, "color": lane.colour},
        "name": "lane",
    }  # fmt: skip


def _rule(y: float, style: Style) -> dict[str, Any]:
    return {
        "type": "line", "xref": "paper", "x0": 0, "x1": 1, "yref": "y", "y0": y, "y1": y, "layer": "below",
        "line": {"width": 1, "color": style.grid},
    }  # fmt: skip


def _lane_traces(lane: Lane, placed: Sequence[tuple[Dot, float]], style: Style) -> list[dict[str, Any]]:
    """Bars below, strokes where something was lifted, then the dots that carry the hover."""
    bars_x: list[str | None] = []
    bars_y: list[float | None] = []
    ends: list[tuple[str, float]] = []
    for dot, y in placed:
        if dot.span is not None:
            bars_x += [dot.span[0].isoformat(), dot.span[1].isoformat(), None]
            bars_y += [y, y, None]
            if dot.lifted:
                ends.append((dot.span[1].isoformat(), y))
    traces: list[dict[str, Any]] = []
    if bars_x:
        traces.append({
            "type": "scatter", "mode": "lines", "name": f"{lane.name}: wind-down or until lifted", "x": bars_x,
            "y": bars_y, "line": {"width": 4, "color": lane.colour}, "opacity": 0.28, "hoverinfo": "skip",
            "connectgaps": False,
        })  # fmt: skip
    if ends:
        traces.append({
            "type": "scatter", "mode": "markers", "name": f"{lane.name}: lifted", "x": [x for x, _ in ends],
            "y": [y for _, y in ends], "hoverinfo": "skip",
            "marker": {"symbol": "line-ns-open", "size": 9, "color": lane.colour, "line": {"width": 2}},
        })  # fmt: skip
    traces.append({
        "type": "scatter", "mode": "markers", "name": lane.name, "x": [dot.day.isoformat() for dot, _ in placed],
        "y": [y for _, y in placed], "text": [dot.hover for dot, _ in placed],
        "hovertemplate": "%{text}<extra></extra>",
        "marker": {
            "size": DOT, "opacity": [0.45 if dot.nearest else 1.0 for dot, _ in placed],
            "color": [style.paper if dot.doubtful else lane.colour for dot, _ in placed],
            "line": {"width": 1.2, "color": [lane.colour if dot.doubtful else style.paper for dot, _ in placed]},
        },
    })  # fmt: skip
    return traces
