"""A level with the path it was on, and under it the gap between the two, year by year."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import plotly.graph_objects as go

from dashboard import words
from dashboard.figures import theme
from dashboard.figures.before_after import event_label, event_line, middle, year_ticks
from dashboard.figures.theme import Style

SPLIT = (0.40, 0.30)
"""Lower end of the upper panel and upper end of the lower one."""


def path_and_gap(
    years: Sequence[date],
    level: Sequence[float | None],
    path: Sequence[float],
    gap: Sequence[float | None],
    *,
    name: str,
    unit: str,
    event: date,
    style: Style,
    height: int = 520,
) -> go.Figure:
    """Two aligned panels: level (solid) and path (dashed) above, gap in percent of the path below.

    Args:
        years: first days of the years; the other sequences have one entry each, None where there is no figure.
        name: label of the level's line.
        unit: of the upper panel, for example "index, 2021 = 100".
        event: years from its year on carry a labelled gap; earlier ones, the fit of the path, are drawn pale.
    """
    x = [middle(year.year).isoformat() for year in years]
    after = [year.year >= event.year for year in years]
    colour = style.total
    traces: list[dict[str, Any]] = [
        {
            "type": "scatter",
            "mode": "lines",
            "name": "path before the event",
            "x": x,
            "y": list(path),
            "line": {"color": style.grey, "width": 1.8, "dash": "dash"},
            "hovertemplate": "<b>%{y:.1f}</b><extra>path</extra>",
        },
        {
            "type": "scatter",
            "mode": "lines",
            "name": name,
            "x": x,
            "y": list(level),
            "connectgaps": False,
            "line": {"color": colour, "width": 3},
            "hovertemplate": f"<b>%{{y:.1f}}</b><extra>{name}</extra>",
        },
        {
            "type": "bar",
            "name": "gap",
            "x": x,
            "y": list(gap),
            "yaxis": "y2",
            "marker": {
                "color": [colour if later else style.paper for later in after],
                "line": {"color": [colour if later else style.grey for later in after], "width": 1.4},
            },
            "hovertemplate": "<b>%{y:.1f}%</b><extra>gap to the path</extra>",
        },
    ]
    layout = theme.layout(style, height=height, bargap=0.35)
    layout["margin"] |= {"r": max(7 * len(name), 60) + 22, "t": 58, "b": 28}
    room = timedelta(days=240)
    layout["xaxis"] = (
        theme.time_axis(style)
        | year_ticks(years[0].year, years[-1].year)
        | {
            "hoverformat": "%Y",
            "anchor": "y2",
            "range": [(middle(years[0].year) - room).isoformat(), (middle(years[-1].year) + room).isoformat()],
        }
    )
    layout["yaxis"] = theme.value_axis(style, domain=[SPLIT[0], 1], nticks=5)
    layout["yaxis2"] = theme.value_axis(style, domain=[0, SPLIT[1]], nticks=4, range=_room(gap))
    layout["shapes"] = [event_line(event, style)]
    layout["annotations"] = [
        theme.unit_label(unit, style, yshift=24),
        theme.unit_label("gap to the path, %", style, y=SPLIT[1], yshift=6),
        event_label(event, style, left=True),
        *_gap_labels(years, gap, event, style),
        *_ends(x, level, path, name, colour, style, height),
    ]
    return go.Figure({"data": traces, "layout": layout})


def _room(gap: Sequence[float | None]) -> list[float]:
    """A range with room for the labels beyond the longest columns."""
    known = [value for value in gap if value is not None] or [0.0]
    low, high = min(0.0, *known), max(0.0, *known)
    room = max(high - low, 1.0) * 0.28
    return [low - (room if low < 0 else 0), high + (room if high > 0 else 0)]


def _gap_labels(years: Sequence[date], gap: Sequence[float | None], event: date, style: Style) -> list[dict[str, Any]]:
    """The last gap beyond its column, and the widest one where it is not next to it: on a phone they would touch."""
    after = {
        year: value for year, value in zip(years, gap, strict=True) if value is not None and year.year >= event.year
    }
    if not after:
        return []
    last = max(after)
    widest = max(after, key=lambda year: abs(after[year]))
    shown = [last] if abs(widest.year - last.year) <= 1 else [widest, last]
    return [
        {
            "text": words.number(after[year], 1, signed=True),
            "x": middle(year.year).isoformat(),
            "y": after[year],
            "xref": "x",
            "yref": "y2",
            "xanchor": "center",
            "yanchor": "bottom" if after[year] >= 0 else "top",
            "showarrow": False,
            "font": {"size": 12, "color": style.ink},
            "name": "gap",
        }
        for year in shown
    ]


def _ends(
    x: Sequence[str],
    level: Sequence[float | None],
    path: Sequence[float],
    name: str,
    colour: str,
    style: Style,
    height: int,
) -> list[dict[str, Any]]:
    """Names at the two lines' ends, kept a line apart."""
    last = max(index for index, value in enumerate(level) if value is not None)
    own = level[last]
    assert own is not None
    known = [*path, *(value for value in level if value is not None)]
    pixels = (own - path[-1]) / max(max(known) - min(known), 1e-9) * (height - 90) * (1 - SPLIT[0])
    short = 18 - abs(pixels)
    push = round(max(short, 0) / 2) + (1 if short > 0 else 0)
    up = own >= path[-1]
    return [
        {
            "text": text,
            "x": day,
            "y": value,
            "xref": "x",
            "yref": "y",
            "xanchor": "left",
            "yanchor": "middle",
            "xshift": 8,
            "yshift": shift,
            "showarrow": False,
            "font": {"size": 13, "color": paint},
            "name": "end-label",
        }
        for text, day, value, shift, paint in (
            (name, x[last], own, push if up else -push, colour),
            ("path", x[-1], path[-1], -push if up else push, style.grey),
        )
    ]
