"""Dated measures as marks in lanes: one lane per sender, one row per kind, marks that would touch stacked.

The shape of a mark is its kind, a number beside it says how many measures of one month it stands for. Thin bars run
from a measure's start to the end of its wind-down or to its lifting; a slash stands where it was eased or replaced.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Literal

import plotly.graph_objects as go

from dashboard.figures import theme
from dashboard.figures.contrast import words_in
from dashboard.figures.theme import Style

DOT = 8.0
SMALL = 5.0
STEP = 10.5
"""Pixels of a mark, of one that stands at another day than the clock's, and between two stacked marks."""
DIGIT = 6.5
"""Pixels that a digit beside a mark takes."""
_SCREEN = 700
_YEARS_ABOVE = 20
"""Height in pixels beyond which the years are written above too, and the room they take."""

_ASSUMED_WIDTH = 640
SHORT = timedelta(days=6 * 365)
"""A window shorter than this has months on its axis."""
_HEADER = 22
_GAP = 9
_LINE = 16

Backed = Literal["firm", "soft", "inferred"]
_ENDING = {"firm": "", "soft": "-open", "inferred": "-open-dot"}


@dataclass(frozen=True)
class Dot:
    """One measure, or the measures of a month that share kind, bar and standing.

    Args:
        day: where it stands. hover: what a reader sees when pointing at it. number: how many measures it stands for.
        span: the thin bar (start, end); `lifted` ends it with a stroke.
        slashes: days on which it was eased or replaced.
        shape: Plotly symbol of the kind. backed: firm is filled, soft hollow, inferred hollow with a point inside.
        nearest: dated by another clock than the chosen one, drawn small.
    """

    day: date
    hover: str
    number: int = 1
    span: tuple[date, date] | None = None
    lifted: bool = False
    slashes: tuple[date, ...] = ()
    shape: str = "circle"
    backed: Backed = "firm"
    nearest: bool = False

    @property
    def until(self) -> date:
        """The last day that the mark, its bar and its slashes cover."""
        last: date = max(self.day, *(self.span or ()), *self.slashes, self.day)
        return last


@dataclass(frozen=True)
class Row:
    """A named row of marks."""

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
        key: lines above the plot, parted by <br>, that explain shapes, marks and bars.
    """
    pixel = timedelta(days=max((end - start).days / _ASSUMED_WIDTH, 0.05))
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
            levels = stack([_taken(dot, pixel) for dot in row.dots], max(STEP * pixel, timedelta(days=1)))
            height = max((max(levels, default=0) + 1) * STEP + 9, 20)
            base = cursor + height - 4.5 - STEP / 2
            placed += [(dot, base - level * STEP) for dot, level in zip(row.dots, levels, strict=True)]
            ticks.append((cursor + height / 2, row.name if headed else f"<b>{lane.name}</b>"))
            rules.append(_rule(cursor + height, style))
            cursor += height
        traces += _lane_traces(lane, placed, style)
        cursor += _GAP
    short = end - start < SHORT
    # Years stand above a timeline too that is taller than a screen.
    above = _YEARS_ABOVE if cursor > _SCREEN and not short else 0
    top = 20 + _LINE * (key.count("<br>") + 1) + above
    layout = theme.layout(style, height=round(cursor) + top + (46 if short else 32), hovermode="closest")
    layout["margin"] = {"l": left, "r": 16, "t": top, "b": 46 if short else 32, "autoexpand": False}
    room = timedelta(days=max(round((end - start).days * 0.015), 10))
    layout["xaxis"] = theme.time_axis(style) | {
        "range": [(start - room).isoformat(), (end + room).isoformat()],
        "showgrid": True,
        "gridcolor": style.grid,
        "showspikes": False,
        "automargin": False,
        "tickangle": 0,
        "nticks": 5 if short else 7,
        "tickfont": {"color": style.quiet, "size": 11.5},
    }
    if short:  # a month and its year under each other, so that a phone has room for them
        layout["xaxis"] |= {"tickformatstops": [{"dtickrange": [None, None], "value": "%b<br>%Y"}]}
    if above:
        # Two axes on one scale name the same years: each would choose its own otherwise.
        layout["xaxis"] |= theme.shared_ticks(start - room, end + room)
        layout["xaxis2"] = layout["xaxis"] | {
            "overlaying": "x",
            "matches": "x",
            "side": "top",
            "showgrid": False,
            "ticks": "",
            "showline": False,
        }
        # An axis is drawn where a trace stands on it; this one shows nothing.
        traces.append(
            {
                "type": "scatter",
                "x": [start.isoformat(), end.isoformat()],
                "y": [0, 0],
                "xaxis": "x2",
                "mode": "markers",
                "marker": {"opacity": 0},
                "hoverinfo": "skip",
                "name": "years above",
            }
        )
    layout["yaxis"] = theme.axis(
        style,
        range=[cursor, 0],
        fixedrange=True,
        automargin=False,
        tickvals=[place for place, _ in ticks],
        ticktext=[name for _, name in ticks],
        tickmode="array",
    )
    layout["yaxis"]["tickfont"] = {"color": style.ink, "size": 12}
    layout["shapes"] = rules
    told = theme.unit_label(key, style, yshift=8 + above) | {"xshift": 8 - left, "align": "left"}
    layout["annotations"] = [told | {"font": {"size": 12, "color": style.quiet}}, *annotations]
    return go.Figure({"data": traces, "layout": layout}, skip_invalid=False)


def stack(taken: Sequence[tuple[date, date]], apart: timedelta) -> list[int]:
    """The level of each mark, lowest first: the first one where its place is free.

    Args:
        taken: first and last day that a mark with its bar covers, in order of the first.
        apart: how far the next mark on a level stays away.
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


def _taken(dot: Dot, pixel: timedelta) -> tuple[date, date]:
    """What a mark covers: its bar, and the number beside it."""
    digits = len(str(dot.number)) if dot.number > 1 else 0
    return dot.day, max(dot.until, dot.day + digits * DIGIT * pixel)


def _header(lane: Lane, y: float, left: int, style: Style) -> dict[str, Any]:
    return {
        "text": f"<b>{lane.name}</b>",
        "xref": "paper",
        "x": 0,
        "yref": "y",
        "y": y,
        "xanchor": "left",
        "yanchor": "middle",
        "xshift": 8 - left,
        "showarrow": False,
        "font": {"size": 13, "color": words_in(lane.colour, style)},
        "name": "lane",
    }


def _rule(y: float, style: Style) -> dict[str, Any]:
    return {
        "type": "line",
        "xref": "paper",
        "x0": 0,
        "x1": 1,
        "yref": "y",
        "y0": y,
        "y1": y,
        "layer": "below",
        "line": {"width": 1, "color": style.grid},
    }


def _lane_traces(lane: Lane, placed: Sequence[tuple[Dot, float]], style: Style) -> list[dict[str, Any]]:
    """Bars below, strokes and slashes where something ended or was eased, then the marks that carry the hover."""
    bars = [(*dot.span, y) for dot, y in placed if dot.span is not None]
    threads = [
        (max(dot.day, *(dot.span or (dot.day,))), max(dot.slashes), y)
        for dot, y in placed
        if dot.slashes and max(dot.slashes) > max(dot.day, *(dot.span or (dot.day,)))
    ]
    ends = [(dot.span[1], y) for dot, y in placed if dot.span is not None and dot.lifted]
    slashes = [(day, y) for dot, y in placed for day in dot.slashes]
    traces: list[dict[str, Any]] = []
    if bars:
        wide = {"width": 2, "color": lane.colour}
        traces.append(_segments(f"{lane.name}: wind-down or until lifted", bars, wide))
    if threads:
        thin = {"width": 1, "color": lane.colour, "dash": "dot"}
        traces.append(_segments(f"{lane.name}: until eased or replaced", threads, thin))
    if ends:
        traces.append(_signs(f"{lane.name}: lifted", ends, "line-ns-open", lane.colour))
    if slashes:
        traces.append(_signs(f"{lane.name}: eased or replaced", slashes, "line-ne-open", lane.colour))
    counted = any(dot.number > 1 for dot, _ in placed)
    traces.append(
        {
            "type": "scatter",
            "mode": "markers+text" if counted else "markers",
            "name": lane.name,
            "cliponaxis": False,
            "x": [dot.day.isoformat() for dot, _ in placed],
            "y": [y for _, y in placed],
            "text": [str(dot.number) if dot.number > 1 else "" for dot, _ in placed],
            "textposition": "middle right",
            "textfont": {"size": 10.5, "color": style.ink},
            "customdata": [[dot.hover] for dot, _ in placed],
            "hovertemplate": "%{customdata[0]}<extra></extra>",
            "marker": {
                "symbol": [dot.shape + _ENDING[dot.backed] for dot, _ in placed],
                "size": [SMALL if dot.nearest else DOT for dot, _ in placed],
                "opacity": 1,
                "color": lane.colour,
                "line": {
                    "width": [0.6 if dot.backed == "firm" else 1.3 for dot, _ in placed],
                    "color": [style.paper if dot.backed == "firm" else lane.colour for dot, _ in placed],
                },
            },
        }
    )
    return traces


def _segments(name: str, parts: Sequence[tuple[date, date, float]], line: dict[str, Any]) -> dict[str, Any]:
    """Level lines between two days each."""
    return {
        "type": "scatter",
        "mode": "lines",
        "name": name,
        "hoverinfo": "skip",
        "connectgaps": False,
        "line": line,
        "x": [day for start, end, _ in parts for day in (start.isoformat(), end.isoformat(), None)],
        "y": [place for _, _, y in parts for place in (y, y, None)],
    }


def _signs(name: str, places: Sequence[tuple[date, float]], symbol: str, colour: str) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "markers",
        "name": name,
        "x": [day.isoformat() for day, _ in places],
        "y": [y for _, y in places],
        "hoverinfo": "skip",
        "marker": {"symbol": symbol, "size": 9, "color": colour, "line": {"width": 2, "color": colour}},
    }
