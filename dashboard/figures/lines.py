"""Lines over time: levels, indices and growth of one or several series, with marks, estimates and partial periods."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from html import escape
from math import log10
from typing import Any

import plotly.graph_objects as go

from dashboard import words
from dashboard.figures import theme
from dashboard.figures.contrast import words_in
from dashboard.figures.marks import Flag, flag_labels, rise, shapes
from dashboard.figures.theme import Style

LABEL = 20
"""Pixels from one label at a line's end to the next: a line of type, and room for an axis that reaches further."""


@dataclass(frozen=True)
class Line:
    """One series to draw. `x` and `y` have one entry per period in order; a gap is a missing period with y None.

    Args:
        name: the label at the line's end.
        colour: CSS colour.
        dash: Plotly dash name; colour is never the only difference.
        estimates: True where the point is an estimate (drawn dotted); empty means none is.
        doubtful: True where the point is marked as doubtful (drawn hollow); empty means none is.
        partial: the last point is a part of a period: drawn hollow and not joined, since a line would look like a fall.
        hover: extra text per point under the value.
        told: words per point that stand where its number would mislead ("less than $50,000"); "" leaves the number.
    """

    name: str
    x: Sequence[date]
    y: Sequence[float | None]
    colour: str
    dash: str = "solid"
    width: float = 2.2
    estimates: Sequence[bool] = field(default=())
    doubtful: Sequence[bool] = field(default=())
    partial: bool = False
    hover: Sequence[str] = field(default=())
    label: bool = True
    told: Sequence[str] = field(default=())

    def words_at(self, place: int) -> str:
        """The words that stand for the number of a point; "" where the number does."""
        return self.told[place] if self.told else ""


def time_lines(
    lines: Sequence[Line],
    *,
    unit: str,
    style: Style,
    flags: Sequence[Flag] = (),
    spans: bool = False,
    log: bool = False,
    value_format: str = ",.1f",
    suffix: str = "",
    zero: bool = True,
    extremes: bool = True,
    height: int = 460,
    hover_date: str = "%b %Y",
    ceiling: float | None = None,
) -> go.Figure:
    """Lines on one time axis and one value axis.

    Args:
        unit: words above the value axis; values must already be in it.
        flags: numbered marks (see `marks.group`).
        log: logarithmic axis; values at or below zero become gaps, and the axis says "log scale".
        value_format: d3 format of hover and value labels; `suffix` follows it (for example "%").
        zero: start the axis at zero when all values are positive.
        ceiling: end the value axis here when a value lies beyond it.
        extremes: label the highest and lowest point when a single line is drawn.
    """
    days = [day for line in lines for day in line.x]
    traces: list[dict[str, Any]] = []
    for line in lines:
        traces.extend(line_traces(line, log=log, value_format=value_format, suffix=suffix, paper=style.paper))
    first, last = (min(days), max(days)) if days else (date(2000, 1, 1), date(2000, 1, 2))
    valued = len(lines) <= 3
    labels = _end_labels(lines, log=log, height=height, suffix=suffix, values=valued, zero=zero, style=style)
    right = max((7 * len(label["text"]) for label in labels), default=0) + 18
    above = rise(flags, first, last)
    layout = theme.layout(style, height=height + above)
    layout["margin"] = {"l": 12, "r": min(right, 190), "t": (62 if flags else 40) + above, "b": 8, "autoexpand": True}
    layout["xaxis"] = theme.time_axis(style) | {"hoverformat": hover_date, "range": _padded(first, last)}
    positive = all(value is None or value >= 0 for line in lines for value in line.y)
    floor = _log_ticks(lines) if log else {"rangemode": "tozero" if zero and positive else "normal"}
    layout["yaxis"] = theme.value_axis(style, type="log" if log else "linear", **floor)
    tops = [value for line in lines for value in line.y if value is not None]
    if ceiling is not None and tops and max(tops) > ceiling:
        layout["yaxis"] |= {"range": [min(0.0, *tops) * 1.05, ceiling]}
    layout["shapes"] = shapes(flags, style, last=last, spans=spans)
    layout["annotations"] = [
        theme.unit_label(unit + (", log scale" if log else ""), style, yshift=(24 if flags else 6) + above),
        *flag_labels(flags, style, start=first, end=last),
        *labels,
        *(_extremes(lines[0], style, suffix, log=log) if extremes and len(lines) == 1 else ()),
    ]
    return go.Figure({"data": traces, "layout": layout}, skip_invalid=False)


def _log_ticks(lines: Sequence[Line]) -> dict[str, Any]:
    """Powers of ten alone where there are many, with 2 and 5 between them where there are few."""
    seen = [value for line in lines for value in line.y if value is not None and value > 0]
    decades = log10(max(seen) / min(seen)) if seen else 1.0
    return {"dtick": 1 if decades > 3 else "D2", "nticks": 0, "exponentformat": "none"}


def _padded(first: date, last: date) -> list[str]:
    room = timedelta(days=max(round((last - first).days * 0.01), 10))
    return [(first - room).isoformat(), (last + room).isoformat()]


def _visible(value: float | None, *, log: bool) -> float | None:
    return None if value is None or (log and value <= 0) else value


def line_traces(line: Line, *, log: bool, value_format: str, suffix: str, paper: str) -> list[dict[str, Any]]:
    """One hoverable trace; estimates and the partial end are laid over it dotted or dashed without hover."""
    x = [day.isoformat() for day in line.x]
    y = [_visible(value, log=log) for value in line.y]
    estimates = list(line.estimates) or [False] * len(x)
    solid = len(x) - 1 if line.partial else len(x)
    reported: list[float | None] = [value if not estimates[i] and i < solid else None for i, value in enumerate(y)]
    text = list(line.hover) or [""] * len(x)
    extra = "<br>%{text}" if any(text) else ""
    traces: list[dict[str, Any]] = [
        {
            "type": "scatter",
            "mode": "lines",
            "name": line.name,
            "x": x,
            "y": reported,
            "connectgaps": False,
            "line": {"color": line.colour, "width": line.width, "dash": line.dash},
            "hoverinfo": "skip",
        },
        {  # carries the hover for every point, drawn or not
            "type": "scatter",
            "mode": "markers",
            "name": line.name,
            "x": x,
            "y": y,
            "text": text,
            "marker": {"color": line.colour, "size": 7, "opacity": 0},
            "connectgaps": False,
            **hover_value(line, value_format, suffix, extra),
        },
    ]
    if any(estimates):
        dotted = [value if estimates[i] or (i + 1 < len(y) and estimates[i + 1]) else None for i, value in enumerate(y)]
        traces.append(_overlay(x, dotted, line, "dot", line.name + " (estimate)"))
    if any(line.doubtful):
        places = [i for i, doubt in enumerate(line.doubtful) if doubt]
        traces.append(_hollow([x[i] for i in places], [y[i] for i in places], line, paper, "doubtful"))
    if line.partial:
        traces.append(_hollow(x[-1:], y[-1:], line, paper, "part of a period"))
    beside = [None, *reported, None]
    lonely = [
        i for i, value in enumerate(reported) if value is not None and beside[i] is None and beside[i + 2] is None
    ]
    if lonely:  # a point between two gaps has no line to show it
        traces.append(
            {
                "type": "scatter",
                "mode": "markers",
                "x": [x[i] for i in lonely],
                "y": [reported[i] for i in lonely],
                "hoverinfo": "skip",
                "name": line.name,
                "marker": {"color": line.colour, "size": 5},
            }
        )
    return traces


def hover_value(line: Line, value_format: str, suffix: str, extra: str) -> dict[str, Any]:
    """The hover of a line: its numbers, or per point the words that stand for one."""
    number, after = f"%{{y:{value_format}}}{suffix}", f"{extra}<extra>{line.name.replace('<br>', ' ')}</extra>"
    if not any(line.told):
        return {"hovertemplate": f"<b>{number}</b>{after}"}
    return {"hovertemplate": [f"<b>{told or number}</b>{after}" for told in line.told]}


def _hollow(x: list[str], y: list[float | None], line: Line, paper: str, why: str) -> dict[str, Any]:
    """Points that are not to be read like the others."""
    return {
        "type": "scatter",
        "mode": "markers",
        "x": x,
        "y": y,
        "hoverinfo": "skip",
        "cliponaxis": False,
        "name": f"{line.name} ({why})",
        "marker": {"symbol": "circle", "size": 9, "color": paper, "line": {"color": line.colour, "width": 2}},
    }


def _overlay(x: list[str], y: Sequence[float | None], line: Line, dash: str, name: str) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "lines",
        "name": name,
        "x": x,
        "y": list(y),
        "connectgaps": False,
        "line": {"color": line.colour, "width": line.width, "dash": dash},
        "hoverinfo": "skip",
    }


def _end_labels(
    lines: Sequence[Line], *, log: bool, height: int, suffix: str, values: bool, zero: bool, style: Style
) -> list[dict[str, Any]]:
    """Names at the lines' ends, with the last value where there is room, moved apart so that none covers another."""
    ends = []
    seen = [_visible(value, log=log) for line in lines for value in line.y]
    known = [log10(value) if log else value for value in seen if value is not None]
    if not known:
        return []
    top, bottom = max(known), min(known) if log or not zero else min(0.0, *known)
    for line in lines:
        points = [
            (day, value, place)
            for place, (day, value) in enumerate(zip(line.x, line.y, strict=True))
            if _visible(value, log=log) is not None
        ]
        if line.label and points:
            day, value, at = points[-1]
            assert value is not None
            place = log10(value) if log else value
            pixel = (place - bottom) / max(top - bottom, 1e-9) * (height - 110)
            ends.append((pixel, day, place, line.words_at(at) or f"{words.number(value)}{suffix}", line))
    ends.sort(key=lambda end: end[0])
    labels, floor = [], -1e9
    for pixel, day, place, told, line in ends:
        shift = max(floor + LABEL - pixel, 0.0)
        floor = pixel + shift
        figure = f" {told}" if values else ""
        labels.append(
            {
                "text": escape(line.name) + figure,
                "x": day.isoformat(),
                "y": place,
                "xref": "x",
                "yref": "y",
                "xanchor": "left",
                "yanchor": "middle",
                "xshift": 8,
                "yshift": round(shift),
                "showarrow": False,
                "align": "left",
                "font": {"size": 13, "color": words_in(line.colour, style)},
                "name": "end-label",
            }
        )
    return labels


def _extremes(line: Line, style: Style, suffix: str, *, log: bool) -> list[dict[str, Any]]:
    """Values of the highest and the lowest point; a part of a period and a doubtful figure are neither."""
    doubtful = list(line.doubtful) or [False] * len(line.x)
    last = len(line.x) - 1
    complete = [
        (day, value, line.words_at(place))
        for place, (day, value) in enumerate(zip(line.x, line.y, strict=True))
        if _visible(value, log=log) is not None and not doubtful[place] and not (line.partial and place == last)
    ]
    if len(complete) < 2:
        return []
    chosen = {
        max(complete, key=lambda point: point[1] or 0.0): ("bottom", 6),
        min(complete, key=lambda point: point[1] or 0.0): ("top", -6),
    }
    return [
        {
            "text": told or words.number(value) + suffix,
            "x": day.isoformat(),
            "y": log10(value) if log else value,
            "xref": "x",
            "yref": "y",
            "xanchor": "center",
            "yanchor": anchor,
            "yshift": shift,
            "showarrow": False,
            "font": {"size": 12, "color": style.quiet},
            "bgcolor": style.paper,
            "name": "extreme",
        }
        for (day, value, told), (anchor, shift) in chosen.items()
        if value is not None
    ]
