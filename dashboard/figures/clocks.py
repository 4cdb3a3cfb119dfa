"""The dates of one measure over the trade around them: a row per date, and the line on the same time axis."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import plotly.graph_objects as go

from dashboard.figures import theme
from dashboard.figures.lines import Line
from dashboard.figures.theme import Style

ROW = 24
"""Pixels of a row of the upper panel."""
_TRADE = 250
_GAP = 44


@dataclass(frozen=True)
class Moment:
    """One date of a measure.

    Args:
        label: what happened, with the day in words. first, last: the day, or the month or year that is all we know.
        chosen: the date that the line below is held against. later: another act that eased or replaced the measure.
        inferred: no text was read that gives it.
    """

    label: str
    first: date
    last: date
    chosen: bool = False
    later: bool = False
    inferred: bool = False


def moments_over_line(
    moments: Sequence[Moment],
    line: Line | None,
    *,
    start: date,
    end: date,
    bar: tuple[date, date] | None,
    unit: str,
    style: Style,
) -> go.Figure:
    """Rows of dates above, the line below, both from `start` to `end`; a date outside is told at the edge it left by.

    Args:
        line: one point a month; None where there are no figures, and then only the dates are drawn.
        bar: from when to when the measure held, or its wind-down ran.
        unit: words above the value axis.
    """
    rows = ROW * len(moments) + 8
    below = _TRADE + _GAP if line is not None else 0
    top, foot = 14, 30
    room = timedelta(days=max(round((end - start).days * 0.01), 8))
    layout = theme.layout(style, height=rows + below + top + foot)
    layout["margin"] = {"l": 12, "r": 20, "t": top, "b": foot, "autoexpand": True}
    layout["xaxis"] = theme.time_axis(style) | {
        "range": [(start - room).isoformat(), (end + room).isoformat()],
        "tickangle": 0,
        "anchor": "y2" if line is not None else "y",
        "tickfont": {"color": style.quiet, "size": 11.5},
        "nticks": 7,
    }
    inner = rows + below
    layout["yaxis"] = theme.axis(
        style,
        domain=[1 - rows / inner, 1.0],
        range=[len(moments) - 0.4, -0.6],
        visible=False,
        fixedrange=True,
        anchor="x",
    )
    traces = [_moments(moments, start, end, style)]
    layout["annotations"] = [_label(moment, place, start, end, style) for place, moment in enumerate(moments)]
    layout["shapes"] = [*_spans(moments, bar, start, end, style), *_through(moments, start, end, style)]
    if line is not None:
        layout["yaxis2"] = theme.value_axis(
            style, domain=[0.0, _TRADE / inner], nticks=5, rangemode="tozero", anchor="x"
        )
        layout["annotations"].append(theme.unit_label(unit, style, y=_TRADE / inner))
        traces.append(
            {
                "type": "scatter",
                "mode": "lines+markers",
                "name": line.name,
                "x": [day.isoformat() for day in line.x],
                "y": list(line.y),
                "yaxis": "y2",
                "connectgaps": False,
                "line": {"color": line.colour, "width": 2},
                "marker": {"size": 4, "color": line.colour},
                "text": list(line.hover),
                "hovertemplate": "<b>%{text}</b><extra></extra>",
            }
        )
    return go.Figure({"data": traces, "layout": layout}, skip_invalid=False)


def _inside(moment: Moment, start: date, end: date) -> bool:
    return start <= moment.last and moment.first <= end


def _moments(moments: Sequence[Moment], start: date, end: date, style: Style) -> dict[str, Any]:
    shown = [(place, one) for place, one in enumerate(moments) if _inside(one, start, end)]
    shape = {True: "line-ne", False: "circle"}
    return {
        "type": "scatter",
        "mode": "markers",
        "name": "dates",
        "x": [max(one.first, start).isoformat() for _, one in shown],
        "y": [place for place, _ in shown],
        "text": [one.label for _, one in shown],
        "hovertemplate": "%{text}<extra></extra>",
        "marker": {
            "symbol": [shape[one.later] + ("-open" if one.inferred or one.later else "") for _, one in shown],
            "opacity": 1.0,
            "size": [11 if one.chosen else 9 for _, one in shown],
            "color": style.total,
            "line": {"width": 2, "color": style.total},
        },
    }


def _label(moment: Moment, place: int, start: date, end: date, style: Style) -> dict[str, Any]:
    """Beside its date, on the side where there is room; a date outside stands at the edge with an arrow."""
    text, at, shift, anchor = moment.label, moment.last, 9, "left"
    if moment.last < start:
        text, at, shift = f"← {moment.label}", start, 2
    elif moment.first > end:
        text, at, shift, anchor = f"{moment.label} →", end, -2, "right"
    elif moment.first - start > 0.5 * (end - start):
        at, shift, anchor = moment.first, -9, "right"
    return {
        "text": f"<b>{text}</b>" if moment.chosen else text,
        "x": min(max(at, start), end).isoformat(),
        "xref": "x",
        "y": place,
        "yref": "y",
        "xanchor": anchor,
        "yanchor": "middle",
        "xshift": shift,
        "showarrow": False,
        "font": {"size": 12, "color": style.ink if moment.chosen else style.quiet},
        "bgcolor": style.paper,
        "name": "moment",
    }


def _spans(
    moments: Sequence[Moment], bar: tuple[date, date] | None, start: date, end: date, style: Style
) -> list[dict[str, Any]]:
    """The band while the measure held, and a bar over the month or year where no day is known."""
    drawn = []
    if bar is not None and bar[0] < end and bar[1] > start:
        drawn.append(
            {
                "type": "rect",
                "xref": "x",
                "yref": "paper",
                "x0": max(bar[0], start).isoformat(),
                "x1": min(bar[1], end).isoformat(),
                "y0": 0,
                "y1": 1,
                "line": {"width": 0},
                "fillcolor": style.band,
                "layer": "below",
            }
        )
    for place, moment in enumerate(moments):
        if moment.last - moment.first > timedelta(days=1) and _inside(moment, start, end):
            drawn.append(
                {
                    "type": "line",
                    "xref": "x",
                    "yref": "y",
                    "x0": max(moment.first, start).isoformat(),
                    "x1": min(moment.last, end).isoformat(),
                    "y0": place,
                    "y1": place,
                    "layer": "below",
                    "line": {"width": 2, "color": style.total},
                }
            )
    return drawn


def _through(moments: Sequence[Moment], start: date, end: date, style: Style) -> list[dict[str, Any]]:
    """A thin line down from every date, stronger where the figures are held against it."""
    return [
        {
            "type": "line",
            "xref": "x",
            "yref": "paper",
            "x0": moment.first.isoformat(),
            "x1": moment.first.isoformat(),
            "y0": 0,
            "y1": 1,
            "layer": "below",
            "opacity": 0.9 if moment.chosen else 0.7,
            "line": {
                "width": 1.6 if moment.chosen else 0.8,
                "color": style.quiet,
                "dash": "dash" if moment.inferred else "solid",
            },
        }
        for moment in moments
        if start <= moment.first <= end
    ]
