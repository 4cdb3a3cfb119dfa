"""Effects of many dates in time, with their intervals: what was found by the shape of a mark, what was tested by panel.

The axis is logarithmic in the ratio, so that a half and a double stand equally far from no change.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from math import log10
from typing import Any

import plotly.graph_objects as go

from dashboard.figures import theme
from dashboard.figures.theme import Style

PANEL_HEIGHT = 210
FINE = tuple(round(digit * 10.0**power, 3) for power in range(-2, 2) for digit in (1, 2, 5))
COARSE = tuple(10.0**power for power in range(-4, 7))
WIDE = 40.0
"""From this ratio of the greatest effect to the least the axis names powers of ten alone."""


@dataclass(frozen=True)
class Finding:
    """What a mark means: its words in the legend, its symbol, its colour and size (never colour alone)."""

    name: str
    symbol: str
    colour: str
    size: int = 9


@dataclass(frozen=True)
class Effect:
    """One date: the ratio after to before (1: no change), its interval (None: no bound), its finding, words."""

    day: date
    ratio: float
    low: float | None
    high: float | None
    finding: int
    hover: str
    label: str = ""


@dataclass(frozen=True)
class Panel:
    """The effects of one kind of date, under its name."""

    name: str
    effects: Sequence[Effect]


def effects_by_date(
    panels: Sequence[Panel], findings: Sequence[Finding], *, start: date, end: date, unit: str, style: Style
) -> go.Figure:
    """One panel under the other over the same months and the same scale.

    The scale reaches from the least to the greatest effect; an interval that has no bound, or reaches further, runs
    out of its panel.
    """
    ratios = [one.ratio for panel in panels for one in panel.effects]
    low, high = min(0.8, *ratios) / 1.35, max(1.25, *ratios) * 1.35
    ticks = COARSE if high / low > WIDE else FINE
    heads, gap = 26, 22
    plot = len(panels) * PANEL_HEIGHT + (len(panels) - 1) * (heads + gap)
    layout = theme.layout(style, height=plot + 66 + 84, hovermode="closest", showlegend=True)
    layout["margin"] |= {"t": 66, "b": 84, "l": 12, "r": 24}
    layout["legend"] = theme.legend_below(style)
    layout["shapes"], layout["annotations"] = [], [theme.unit_label(unit, style, yshift=heads + 2)]
    layout["xaxis"] = theme.time_axis(style) | {
        "range": [start.isoformat(), end.isoformat()],
        "showspikes": False,
        "fixedrange": True,
        "anchor": "y" if len(panels) == 1 else f"y{len(panels)}",
    }
    traces: list[dict[str, Any]] = []
    for place, panel in enumerate(panels):
        axis = "y" if place == 0 else f"y{place + 1}"
        top = 1 - place * (PANEL_HEIGHT + heads + gap) / plot
        bottom = max(top - PANEL_HEIGHT / plot, 0.0)
        layout[f"yaxis{axis[1:]}"] = theme.value_axis(
            style,
            type="log",
            domain=[bottom, top],
            range=_logs(low, high),
            tickmode="array",
            tickvals=list(ticks),
            ticktext=[_percent(tick) for tick in ticks],
            zeroline=False,
            anchor="x",
        )
        layout["shapes"].append(
            {
                "type": "line",
                "xref": "paper",
                "yref": axis,
                "x0": 0,
                "x1": 1,
                "y0": 1,
                "y1": 1,
                "layer": "below",
                "line": {"width": 1, "color": style.quiet},
                "name": "no change",
            }
        )
        layout["annotations"].append(
            {
                "text": panel.name,
                "xref": "paper",
                "yref": "paper",
                "x": 0,
                "y": top,
                "xanchor": "left",
                "yanchor": "bottom",
                "yshift": 3,
                "xshift": 2,
                "showarrow": False,
                "name": "panel",
                "font": {"size": 13, "color": style.ink},
            }
        )
        layout["annotations"] += [_label(one, axis, start, end, style) for one in panel.effects if one.label]
        traces += _traces(panel, axis, findings, (low, high), style)
    _legend_once(traces)
    return go.Figure({"data": traces, "layout": layout}, skip_invalid=False)


def _traces(
    panel: Panel, axis: str, findings: Sequence[Finding], bounds: tuple[float, float], style: Style
) -> list[dict[str, Any]]:
    """Intervals as thin lines behind, then the marks, the firmest finding on top."""
    low, high = bounds
    ends = [(one.low or low / 2, high * 2 if one.high is None else one.high) for one in panel.effects]
    found: list[dict[str, Any]] = [
        {
            "type": "scatter",
            "mode": "lines",
            "yaxis": axis,
            "name": "interval",
            "showlegend": False,
            "hoverinfo": "skip",
            "connectgaps": False,
            "line": {"width": 1, "color": style.grey},
            "x": [x for one in panel.effects for x in (one.day.isoformat(), one.day.isoformat(), None)],
            "y": [y for bottom, top in ends for y in (max(bottom, low / 2), min(top, high * 2), None)],
        }
    ]
    for index, finding in reversed(list(enumerate(findings))):
        mine = [one for one in panel.effects if one.finding == index]
        if mine:
            found.append(
                {
                    "type": "scatter",
                    "mode": "markers",
                    "yaxis": axis,
                    "name": finding.name,
                    "legendrank": index,
                    "x": [one.day.isoformat() for one in mine],
                    "y": [one.ratio for one in mine],
                    "text": [one.hover for one in mine],
                    "hovertemplate": "%{text}<extra></extra>",
                    "marker": {
                        "symbol": finding.symbol,
                        "size": finding.size,
                        "opacity": 1,
                        "color": finding.colour,
                        "line": {"width": 1.6, "color": finding.colour},
                    },
                }
            )
    return found


def _legend_once(traces: list[dict[str, Any]]) -> None:
    """A finding that stands in both panels has one entry."""
    seen: set[str] = set()
    for trace in traces:
        if trace["mode"] == "markers":
            trace["showlegend"] = trace["name"] not in seen
            seen.add(trace["name"])


def _label(one: Effect, axis: str, start: date, end: date, style: Style) -> dict[str, Any]:
    """A word beside a mark, on the side that has room."""
    right = (one.day - start) > (end - start) / 2
    return {
        "text": one.label,
        "x": one.day.isoformat(),
        "xref": "x",
        "y": _logs(one.ratio)[0],
        "yref": axis,
        "xanchor": "right" if right else "left",
        "xshift": -9 if right else 9,
        "yanchor": "middle",
        "showarrow": False,
        "name": "label",
        "font": {"size": 12, "color": style.ink},
        "bgcolor": style.paper,
    }


def _logs(*values: float) -> list[float]:
    """Places on a logarithmic axis are powers of ten."""
    return [log10(value) for value in values]


def _percent(ratio: float) -> str:
    if ratio == 1:
        return "no change"
    return f"{'+' if ratio > 1 else '−'}{abs(ratio - 1) * 100:,.{2 if ratio < 0.01 else 0}f}%"
