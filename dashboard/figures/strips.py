"""Thin panels above each other that share one time axis: each has its own unit, none has a second axis.

The same marks run through all panels, so that a fall in one can be held against the others on the same day.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import plotly.graph_objects as go

from dashboard.figures import theme
from dashboard.figures.contrast import words_in
from dashboard.figures.lines import Line, hover_value
from dashboard.figures.marks import Flag, flag_labels, rise, shapes
from dashboard.figures.theme import Style

_GAP = 40
"""Pixels between two panels: room for the unit of the lower one."""
_FOOT = 30
_NOTE_SHARE = 0.6
"""Share of the axis that a note takes on a phone."""
_WIDE_NAMES = 90
"""Names in the right margin that are wider leave a phone room for few years."""


@dataclass(frozen=True)
class Bars:
    """Bars of a panel: values below zero hang from the zero line."""

    name: str
    x: Sequence[date]
    y: Sequence[float | None]
    colour: str


@dataclass(frozen=True)
class Panel:
    """One panel.

    Args:
        title: unit and subject above the panel, for example "Brent, USD per barrel".
        note: quiet words inside the panel at `note_day` (who stopped, since when).
        height: pixels.
        value_format: d3 format of the hover.
        zero: start the value axis at zero.
        step: draw lines as steps (a stock that changes on listed days).
    """

    title: str
    lines: Sequence[Line] = ()
    bars: Sequence[Bars] = ()
    note: str = ""
    note_day: date | None = None
    note_left: bool = False
    height: int = 110
    value_format: str = ",.1f"
    zero: bool = True
    step: bool = False
    labels: bool = field(default=False)


def strips(
    panels: Sequence[Panel],
    *,
    start: date,
    end: date,
    style: Style,
    flags: Sequence[Flag] = (),
    hover_date: str = "%b %Y",
    spans: bool = False,
) -> go.Figure:
    """Panels from top to bottom on one time axis from `start` to `end`, with numbered flags above the first.

    Args:
        spans: shade from each mark to the day it was lifted.
    """
    above = rise(flags, start, end)
    top = (56 if flags else 34) + above
    inner = sum(panel.height for panel in panels) + _GAP * (len(panels) - 1)
    layout = theme.layout(style, height=inner + top + _FOOT)
    labels = [line.name for panel in panels if panel.labels for line in panel.lines if line.label]
    right = min(round(max((6.6 * len(part) for label in labels for part in label.split("<br>")), default=0)) + 16, 180)
    layout["margin"] = {"l": 12, "r": right, "t": top, "b": _FOOT, "autoexpand": True}
    layout["hoversubplots"] = "axis"
    room = timedelta(days=max(round((end - start).days * 0.01), 10))
    span = [(start - room).isoformat(), (end + room).isoformat()]
    last = f"y{len(panels)}" if len(panels) > 1 else "y"
    layout["xaxis"] = theme.time_axis(style) | {
        "range": span,
        "hoverformat": hover_date,
        "anchor": last,
        "tickfont": {"color": style.quiet, "size": 11.5},
        "nticks": 4 if right > _WIDE_NAMES else theme.MOST_TICKS,
    }
    traces: list[dict[str, Any]] = []
    annotations = [*flag_labels(flags, style, start=start, end=end)]
    down = 0
    for place, panel in enumerate(panels, start=1):
        axis = "y" if place == 1 else f"y{place}"
        high, low = 1 - down / inner, 1 - (down + panel.height) / inner
        down += panel.height + _GAP
        drawn = [value for line in panel.lines for value in line.y] + [value for bar in panel.bars for value in bar.y]
        positive = all(value is None or value >= 0 for value in drawn)
        layout[f"yaxis{'' if place == 1 else place}"] = theme.value_axis(
            style,
            domain=[max(low, 0.0), high],
            nticks=5,
            anchor="x",
            rangemode="tozero" if panel.zero and positive else "normal",
            tickfont={"color": style.quiet, "size": 12},
        )
        title = theme.unit_label(panel.title, style, y=high, yshift=24 + above if flags and place == 1 else 6)
        annotations.append(title | {"bgcolor": style.paper, "borderpad": 1})
        traces += [_bar(bars, axis, panel) for bars in panel.bars]
        traces += [_line(line, axis, panel) for line in panel.lines]
        if panel.labels:
            annotations += _end_labels(panel, axis, style)
        if panel.note and panel.note_day is not None:
            annotations.append(_note(panel, axis, style, start, end))
    layout["barmode"] = "relative"
    layout["bargap"] = 0.15
    layout["shapes"] = shapes(flags, style, last=end, spans=spans)
    layout["annotations"] = annotations
    return go.Figure({"data": traces, "layout": layout}, skip_invalid=False)


def _line(line: Line, axis: str, panel: Panel) -> dict[str, Any]:
    text = list(line.hover) or None
    extra = "" if text is None else "<br>%{text}"
    shape = "hv" if panel.step else "linear"
    return {
        "type": "scatter",
        "mode": "lines",
        "name": line.name,
        "x": [day.isoformat() for day in line.x],
        "y": list(line.y),
        "xaxis": "x",
        "yaxis": axis,
        "connectgaps": False,
        "text": text,
        "line": {"color": line.colour, "width": line.width, "dash": line.dash, "shape": shape},
        **hover_value(line, panel.value_format, "", extra),
    }


def _bar(bars: Bars, axis: str, panel: Panel) -> dict[str, Any]:
    return {
        "type": "bar",
        "name": bars.name,
        "x": [day.isoformat() for day in bars.x],
        "y": list(bars.y),
        "xaxis": "x",
        "yaxis": axis,
        "marker": {"color": bars.colour, "line": {"width": 0}},
        "hovertemplate": f"<b>%{{y:{panel.value_format}}}</b><extra>{bars.name}</extra>",
    }


def _note(panel: Panel, axis: str, style: Style, start: date, end: date) -> dict[str, Any]:
    """Beside the day it is about; where the right edge is near, it ends there so that no phone cuts it off."""
    assert panel.note_day is not None
    near_end = not panel.note_left and (panel.note_day - start) > 0.7 * (end - start)
    room_before = (panel.note_day - start) > _NOTE_SHARE * (end - start)
    left = (panel.note_left and room_before) or near_end
    return {
        "text": panel.note,
        "x": (end if near_end else panel.note_day).isoformat(),
        "xref": "x",
        "y": 0.22,
        "yref": f"{axis} domain",
        "xanchor": "right" if left else "left",
        "yanchor": "middle",
        "xshift": 0 if near_end else -8 if left else 8,
        "showarrow": False,
        "bgcolor": style.paper,
        "font": {"size": 11.5, "color": style.quiet},
        "align": "right" if left else "left",
        "name": "gap",
    }


def _end_labels(panel: Panel, axis: str, style: Style) -> list[dict[str, Any]]:
    """Names at the lines' ends in the right margin, moved apart so that none covers another."""
    known = [value for line in panel.lines for value in line.y if value is not None]
    if not known:
        return []
    top, bottom = max(known), min(0.0, *known)
    ends = []
    for line in panel.lines:
        value = next((value for value in reversed(list(line.y)) if value is not None), None)
        if line.label and value is not None:
            ends.append(((value - bottom) / max(top - bottom, 1e-9) * panel.height, value, line))
    ends.sort(key=lambda end: end[0])
    labels: list[dict[str, Any]] = []
    floor = 0.0  # none reaches below the panel, where the years stand
    for pixel, value, line in ends:
        half = 8 * (line.name.count("<br>") + 1)
        shift = max(floor + half - pixel, 0.0)
        floor = pixel + shift + half
        labels.append(
            {
                "text": line.name,
                "x": 1,
                "xref": "paper",
                "y": value,
                "yref": axis,
                "xanchor": "left",
                "yanchor": "middle",
                "xshift": 6,
                "yshift": round(shift),
                "showarrow": False,
                "align": "left",
                "font": {"size": 12, "color": words_in(line.colour, style)},
                "name": "end-label",
            }
        )
    return labels
