"""The collapse picture: one line of sums with its peak, trough, half of the fall and last value marked on it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import plotly.graph_objects as go

from dashboard.figures.contrast import words_in
from dashboard.figures.lines import Line, time_lines
from dashboard.figures.placing import Words, place
from dashboard.figures.theme import Style

TOP, BOTTOM, RIGHT = 62, 32, 96
HEADROOM = 1.28
"""The value axis ends so far above the highest point, for the words above the peak."""


@dataclass(frozen=True)
class Point:
    """A point of the line that is named with one to three short lines (joined by <br>).

    Args:
        symbol: Plotly marker; the shape differs by meaning, so that colour is not alone.
        margin: the words stand in the right margin (the last value).
        optional: the words may be left out where they find no room; the marker stays.
    """

    words: str
    day: date
    value: float
    symbol: str = "circle"
    margin: bool = False
    optional: bool = False


def collapse_line(
    line: Line,
    points: Sequence[Point],
    *,
    event: date,
    event_words: str,
    search: tuple[date, date],
    unit: str,
    style: Style,
    beside: Line | None = None,
    height: int = 440,
    hover_date: str = "%b %Y",
) -> go.Figure:
    """The line, its named points, the event as a thin line and the searched months as a pale band.

    Args:
        points: in order of importance; the first gets the best place for its words.
        beside: a second, quieter line (the same in constant prices), named at its first points.
        search: first and last month in which peak and trough are looked for.
    """
    both = [line] if beside is None else [beside, line]
    figure = time_lines(both, unit=unit, style=style, extremes=False, height=height, hover_date=hover_date)
    figure.add_trace(
        {
            "type": "scatter",
            "mode": "markers",
            "x": [p.day.isoformat() for p in points],
            "y": [p.value for p in points],
            "hoverinfo": "skip",
            "name": "named points",
            "cliponaxis": False,
            "marker": {
                "symbol": [p.symbol for p in points],
                "size": 11,
                "color": style.paper,
                "line": {"color": line.colour, "width": 2.5},
            },
        }
    )
    top = HEADROOM * max(value for one in both for value in one.y if value is not None)
    labels = _labels(points, both, event, top, height - TOP - BOTTOM, style)
    if beside is not None:
        labels.append(_beside(beside, style))
    labels.append(
        {
            "text": event_words,
            "x": event.isoformat(),
            "xref": "x",
            "y": 1,
            "yref": "paper",
            "yanchor": "bottom",
            "yshift": 2,
            "showarrow": False,
            "font": {"size": 12, "color": style.ink},
            "name": "flag",
            "bgcolor": style.paper,
            "bordercolor": style.quiet,
            "borderwidth": 1,
            "borderpad": 2,
        }
    )
    for annotation in figure.layout.annotations:
        annotation.yshift = 24  # the unit stands above the row of the event
    figure.layout.annotations = (*figure.layout.annotations, *labels)
    figure.layout.shapes = (_band(search, line.x[-1], style), _event(event, style))
    figure.layout.margin.r, figure.layout.margin.t = RIGHT, TOP
    figure.layout.yaxis.range = [0, top]
    return figure


def _labels(
    points: Sequence[Point], lines: Sequence[Line], event: date, top: float, height: int, style: Style
) -> list[dict[str, Any]]:
    """Words placed by the line in front; a quieter line beside it and the event's line are avoided as well."""
    line = lines[-1]
    first, days = line.x[0], max((line.x[-1] - line.x[0]).days, 1)

    def share(day: date, value: float) -> tuple[float, float]:
        return (day - first).days / days, value / top

    paths = [[share(d, v) for d, v in zip(one.x, one.y, strict=True) if v is not None] for one in lines]
    paths.append([share(event, 0.0), share(event, top)])
    wanted = [Words(p.words, *share(p.day, p.value), optional=p.optional, fixed=p.margin) for p in points]
    return [
        {
            "text": point.words,
            "x": point.day.isoformat(),
            "y": point.value,
            "xref": "x",
            "yref": "y",
            "showarrow": False,
            "font": {"size": 13, "color": style.ink},
            "name": "end-label",
        }
        | where
        for point, where in zip(points, place(wanted, paths, height=height), strict=True)
        if where is not None
    ]


def _beside(line: Line, style: Style) -> dict[str, Any]:
    """The quieter line is named above its highest point of the first third, where the other runs below it."""
    known = [(day, value) for day, value in zip(line.x, line.y, strict=True) if value is not None]
    day, value = max(known[: max(len(known) // 3, 1)], key=lambda point: point[1])
    return {
        "text": line.name,
        "x": day.isoformat(),
        "y": value,
        "xref": "x",
        "yref": "y",
        "xanchor": "left",
        "yanchor": "bottom",
        "yshift": 3,
        "showarrow": False,
        "font": {"size": 12, "color": words_in(line.colour, style)},
        "name": "end-label",
    }


def _band(search: tuple[date, date], last: date, style: Style) -> dict[str, Any]:
    return {
        "type": "rect",
        "xref": "x",
        "yref": "paper",
        "x0": search[0].isoformat(),
        "x1": min(search[1], last).isoformat(),
        "y0": 0,
        "y1": 1,
        "line": {"width": 0},
        "fillcolor": style.band,
        "layer": "below",
    }


def _event(event: date, style: Style) -> dict[str, Any]:
    return {
        "type": "line",
        "xref": "x",
        "yref": "paper",
        "x0": event.isoformat(),
        "x1": event.isoformat(),
        "y0": 0,
        "y1": 1,
        "layer": "below",
        "line": {"width": 1, "color": style.quiet},
    }
