"""Figures of yearly points: a year's value stands in the middle of its year, an event on its own day."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import plotly.graph_objects as go

from dashboard import words
from dashboard.figures.theme import Style

MOST_TICKS = 7
"""Year labels that stand side by side on a phone."""


def middle(year: int) -> date:
    """Where the value of a year stands on a time axis: it covers all of the year, so in its middle."""
    return date(year, 7, 1)


def year_ticks(first: int, last: int) -> dict[str, Any]:
    """Options of a time axis that name the years under their points, the last one always among them."""
    step = max(-(-(last - first + 1) // MOST_TICKS), 1)
    years: Sequence[int] = [year for year in range(first, last + 1) if (last - year) % step == 0]
    return {
        "tickmode": "array",
        "tickvals": [middle(year).isoformat() for year in years],
        "ticktext": [str(year) for year in years],
        "tickangle": 0,
    }


def divide_years(figure: go.Figure, event: date, style: Style, *, first: date, last: date) -> go.Figure:
    """The figure with the years named under their points, and a dashed line with its day where the event was.

    Args:
        first: first drawn day; last: last drawn day. An event outside them is not drawn.
    """
    layout = figure.to_dict()["layout"]
    layout["xaxis"] = {**layout["xaxis"], **year_ticks(first.year, last.year)}
    if first <= event <= last:
        layout["margin"] = {**layout["margin"], "t": max(layout["margin"]["t"], 58)}
        late = (event - first) > (last - first) * 0.55
        layout["shapes"] = [*layout.get("shapes", ()), event_line(event, style)]
        layout["annotations"] = [_lifted(note) for note in layout.get("annotations", ())]
        layout["annotations"].append(event_label(event, style, left=late))
    return go.Figure({"data": figure.to_dict()["data"], "layout": layout})


def event_line(event: date, style: Style) -> dict[str, Any]:
    """A dashed line over the whole height on the event's day."""
    return {
        "type": "line",
        "xref": "x",
        "yref": "paper",
        "x0": event.isoformat(),
        "x1": event.isoformat(),
        "y0": 0,
        "y1": 1,
        "layer": "below",
        "line": {"width": 1, "color": style.quiet, "dash": "dash"},
        "name": "event",
    }


def event_label(event: date, style: Style, *, left: bool) -> dict[str, Any]:
    """The event's day above its line, to the left of it or to the right."""
    return {
        "text": words.day(event),
        "x": event.isoformat(),
        "y": 1,
        "xref": "x",
        "yref": "paper",
        "showarrow": False,
        "xanchor": "right" if left else "left",
        "yanchor": "bottom",
        "yshift": 2,
        "name": "event",
        "font": {"size": 12, "color": style.quiet},
    }


def _lifted(note: dict[str, Any]) -> dict[str, Any]:
    """The unit goes one line higher, so that the day fits between it and the plot at any width."""
    return {**note, "yshift": max(note.get("yshift", 0), 24)} if note.get("name") == "unit" else note
