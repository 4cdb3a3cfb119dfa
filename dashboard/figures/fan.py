"""Forecasts of one year's growth by the day they were published, against what the statistics then said."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from types import MappingProxyType
from typing import Any

import plotly.graph_objects as go

from dashboard.figures import theme
from dashboard.figures.before_after import event_label, event_line
from dashboard.figures.theme import Style

SYMBOLS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "forecast": ("circle-open", "forecast"),
        "first_estimate": ("diamond", "first estimate"),
        "revised": ("square", "revised figure"),
    }
)
"""Marker and word of each kind: a forecast, a first estimate and a revised figure are three things."""


@dataclass(frozen=True)
class Dot:
    """One published figure for the panel's year. `low` and `high` instead of `value` for a published range.

    Args:
        kind: forecast, first_estimate or revised.
        used: the forecast that is compared with the outcome; `label` is written beside it.
    """

    day: date
    kind: str
    who: str
    value: float | None = None
    low: float | None = None
    high: float | None = None
    used: bool = False
    label: str = ""


@dataclass(frozen=True)
class Panel:
    """One year: its dots, and the outcome as a line."""

    year: int
    dots: Sequence[Dot]
    outcome: float
    outcome_words: str


def vintage_fan(panels: Sequence[Panel], *, event: date, unit: str, style: Style, panel_height: int = 290) -> go.Figure:
    """Panels under each other on one axis of publication days; the dashed line is the event.

    Args:
        panels: one per year, in order.
        unit: of all panels, for example "% on the year before".
        panel_height: pixels per panel.
    """
    height = panel_height * len(panels) + 130
    days = [dot.day for panel in panels for dot in panel.dots]
    first, last = min([*days, event]), max([*days, event])
    first -= timedelta(days=max((last - first).days // 7, 30))  # room for the words at the left
    last += timedelta(days=max((last - first).days // 14, 20))
    span = [first.isoformat(), last.isoformat()]
    layout = theme.layout(style, height=height, hovermode="closest")
    layout["margin"] |= {"r": 20, "t": 62, "b": 118}
    layout["showlegend"] = True
    layout["legend"] = theme.legend_below(style) | {"xref": "paper"}  # under the panels, not under their labels
    traces: list[dict[str, Any]] = []
    notes: list[dict[str, Any]] = []
    for place, panel in enumerate(panels):
        axis = "y" if place == 0 else f"y{place + 1}"
        low, high = _domain(place, len(panels), height - 180)
        layout["yaxis" + axis[1:]] = theme.value_axis(style, domain=[low, high], nticks=6, range=_range(panel))
        traces += _panel_traces(panel, axis, span, style, legend=place == 0)
        notes += _panel_notes(panel, axis, high, first, unit, style)
    bottom = "y" if len(panels) == 1 else f"y{len(panels)}"
    layout["xaxis"] = theme.time_axis(style) | {
        "hoverformat": "%d %b %Y",
        "anchor": bottom,
        "nticks": 6,
        "tickangle": 0,
        "range": span,
    }
    layout["shapes"] = [event_line(event, style)]
    notes.append(event_label(event, style, left=False))
    layout["annotations"] = notes
    return go.Figure({"data": traces, "layout": layout})


def _domain(place: int, count: int, height: int) -> tuple[float, float]:
    """Share of the height for a panel, the first at the top, with room for a heading between two."""
    gap = 52 / height
    size = (1 - gap * (count - 1)) / count
    top = 1 - place * (size + gap)
    return max(top - size, 0.0), top


def _range(panel: Panel) -> list[float]:
    values = [panel.outcome, 0.0]
    values += [v for dot in panel.dots for v in (dot.value, dot.low, dot.high) if v is not None]
    room = max(max(values) - min(values), 1.0) * 0.12
    return [min(values) - room, max(values) + room]


def _panel_traces(panel: Panel, axis: str, span: list[str], style: Style, *, legend: bool) -> list[dict[str, Any]]:
    colours = {"forecast": style.quiet, "first_estimate": style.series[4], "revised": style.series[2]}
    traces: list[dict[str, Any]] = [
        {
            "type": "scatter",
            "mode": "lines",
            "x": span,
            "y": [panel.outcome, panel.outcome],
            "yaxis": axis,
            "name": "outcome",
            "showlegend": False,
            "line": {"color": style.total, "width": 2},
            "hoverinfo": "skip",
        }
    ]
    ranges = [dot for dot in panel.dots if dot.low is not None and dot.high is not None]
    if ranges:
        traces.append(
            {
                "type": "scatter",
                "mode": "lines",
                "yaxis": axis,
                "name": "range of a forecast",
                "showlegend": legend,
                "x": [x for dot in ranges for x in (dot.day.isoformat(), dot.day.isoformat(), None)],
                "y": [y for dot in ranges for y in (dot.low, dot.high, None)],
                "line": {"color": style.quiet, "width": 3},
                "connectgaps": False,
                "text": [t for dot in ranges for t in (dot.who, dot.who, None)],
                "hovertemplate": "<b>%{y:.1f}%</b>, end of a range<br>%{x|%d %b %Y}<br>%{text}<extra></extra>",
            }
        )
    for kind, (symbol, word) in SYMBOLS.items():
        dots = [dot for dot in panel.dots if dot.kind == kind and dot.value is not None and not dot.used]
        marker = {"symbol": symbol, "size": 9, "color": colours[kind], "line": {"width": 1.6, "color": colours[kind]}}
        traces.append(_dots(dots, axis, word, marker, legend=legend))
    used = [dot for dot in panel.dots if dot.used and dot.value is not None]
    marker = {"symbol": "circle", "size": 13, "color": style.exports, "line": {"width": 0}}
    return [*traces, _dots(used, axis, "compared: the last before the event", marker, legend=legend)]


def _dots(dots: Sequence[Dot], axis: str, word: str, marker: dict[str, Any], *, legend: bool) -> dict[str, Any]:
    # A trace without points would lose its entry in the legend, so it keeps one that is nowhere.
    return {
        "type": "scatter",
        "mode": "markers",
        "yaxis": axis,
        "name": word,
        "legendgroup": word,
        "showlegend": legend,
        "x": [dot.day.isoformat() for dot in dots] or [None],
        "y": [dot.value for dot in dots] or [None],
        "text": [dot.who for dot in dots] or [""],
        "marker": marker | {"opacity": 1},
        "hovertemplate": "<b>%{y:.1f}%</b><br>%{x|%d %b %Y}<br>%{text}<extra>" + word.split(":")[0] + "</extra>",
    }


def _panel_notes(panel: Panel, axis: str, top: float, left: date, unit: str, style: Style) -> list[dict[str, Any]]:
    """Heading, the outcome's words at its line, and the words of the forecast that is compared."""
    notes: list[dict[str, Any]] = [
        theme.unit_label(f"<b>Growth in {panel.year}</b>, {unit}", style, y=top, yshift=22 if top > 0.99 else 6),
        {  # at the left, where forecasts of years before keep away from an outcome that nobody foresaw
            "text": panel.outcome_words,
            "x": left.isoformat(),
            "y": panel.outcome,
            "xref": "x",
            "yref": axis,
            "xanchor": "left",
            "yanchor": "top",
            "yshift": -2,
            "xshift": 4,
            "showarrow": False,
            "font": {"size": 13, "color": style.total},
            "name": "end-label",
        },
    ]
    notes += [
        {
            "text": dot.label,
            "x": dot.day.isoformat(),
            "y": dot.value,
            "xref": "x",
            "yref": axis,
            "xanchor": "right",
            "yanchor": "bottom",
            "xshift": 6,
            "yshift": 8,
            "showarrow": False,
            "name": "used",
            "font": {"size": 13, "color": style.exports},
        }
        for dot in panel.dots
        if dot.used and dot.value is not None
    ]
    return notes
