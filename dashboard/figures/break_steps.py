"""A series with its levels as steps, and each break with the interval of its date as a bar."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from math import log10
from typing import Any

import plotly.graph_objects as go

from dashboard import words
from dashboard.figures.lines import Line, time_lines
from dashboard.figures.theme import Style

_ROWS = 4
"""Rows in which the days of breaks stand above the plot, so that neighbours do not touch on a phone."""


@dataclass(frozen=True)
class Step:
    """One regime: first and last month, and its level in the unit of the axis."""

    first: date
    last: date
    level: float


@dataclass(frozen=True)
class BreakMark:
    """A break and the interval of its date; `sure` is drawn solid, else dashed."""

    day: date
    low: date
    high: date
    label: str
    sure: bool


def break_steps(
    line: Line, steps: Sequence[Step], breaks: Sequence[BreakMark], *, unit: str, style: Style, height: int = 460
) -> go.Figure:
    """The line on a logarithmic axis, its levels, and at the foot of each break a bar as long as its interval."""
    figure = time_lines([line], unit=unit, style=style, log=True, extremes=False, height=height).to_dict()
    layout = figure["layout"]
    levels = [
        {
            "type": "scatter",
            "mode": "lines",
            "x": [step.first.isoformat(), step.last.isoformat()],
            "y": [step.level, step.level],
            "line": {"width": 3, "color": style.total},
            "name": "level",
            "hovertemplate": "<b>%{y:,.3g}</b><extra>level</extra>",
        }
        for step in steps
    ]
    layout["shapes"] = [*layout.get("shapes", []), *(shape for one in breaks for shape in _shapes(one, style))]
    floor = _floor(line, steps)
    top = max(log10(value) for value in line.y if value is not None and value > 0)
    layout["annotations"] = [
        *layout["annotations"],
        *(
            {
                "text": one.label,
                "x": one.day.isoformat(),
                "xref": "x",
                "y": 1,
                "yref": "paper",
                "yshift": 16 * (place % _ROWS),
                "xanchor": "center",
                "yanchor": "bottom",
                "showarrow": False,
                "name": "break",
                "font": {"size": 12, "color": style.ink},
                "bgcolor": style.paper,
            }
            for place, one in enumerate(breaks)
        ),
    ]
    below = sum(value is not None and value < 10**floor for value in line.y)
    if below:
        layout["annotations"].append(
            {
                "text": f"{words.plural(below, 'month')} below the axis",
                "x": 0,
                "xref": "paper",
                "y": 0,
                "yref": "paper",
                "xanchor": "left",
                "yanchor": "bottom",
                "xshift": 4,
                "yshift": 8,
                "showarrow": False,
                "name": "below",
                "font": {"size": 12, "color": style.quiet},
                "bgcolor": style.paper,
            }
        )
    layout["yaxis"] |= {"range": [floor, top + 0.12]}
    layout["margin"] |= {"t": 46 + 16 * min(len(breaks), _ROWS)}
    layout["xaxis"] |= {"nticks": 6}
    for note in layout["annotations"]:
        if note.get("name") == "unit":
            note["yshift"] = 10 + 16 * min(len(breaks), _ROWS)
    return go.Figure({"data": [*figure["data"], *levels], "layout": layout}, skip_invalid=False)


def _floor(line: Line, steps: Sequence[Step]) -> float:
    """Low enough for all but single months far under the lowest level, which would flatten everything else."""
    lowest = min(log10(value) for value in line.y if value is not None and value > 0)
    return max(lowest, min(log10(step.level) for step in steps) - 1) - 0.12


def _shapes(one: BreakMark, style: Style) -> list[dict[str, Any]]:
    day, low, high = one.day.isoformat(), one.low.isoformat(), one.high.isoformat()
    dash = "solid" if one.sure else "dash"
    return [
        {
            "type": "rect",
            "xref": "x",
            "yref": "paper",
            "x0": low,
            "x1": high,
            "y0": 0,
            "y1": 1,
            "line": {"width": 0},
            "fillcolor": style.band,
            "layer": "below",
        },
        {
            "type": "line",
            "xref": "x",
            "yref": "paper",
            "x0": day,
            "x1": day,
            "y0": 0,
            "y1": 1,
            "layer": "below",
            "line": {"width": 1.4, "color": style.quiet, "dash": dash},
        },
        {
            "type": "line",
            "xref": "x",
            "yref": "paper",
            "x0": low,
            "x1": high,
            "y0": 0.012,
            "y1": 0.012,
            "layer": "above",
            "line": {"width": 4, "color": style.quiet},
        },
    ]
