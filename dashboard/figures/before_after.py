"""A thin line between the years before an event and the years from it on, for figures of yearly points."""

from __future__ import annotations

from datetime import date
from typing import Any

import plotly.graph_objects as go

from dashboard.analysis import words
from dashboard.figures.theme import Style


def divide_years(figure: go.Figure, event: date, style: Style, *, first: date, last: date) -> go.Figure:
    """The figure with a dashed line half-way between the year before the event and the event's year.

    A year's figure covers all of it, so the line stands before the whole event year and the words name the day.
    Nothing is drawn when the event lies outside the drawn years.
    """
    place = date(event.year - 1, 7, 2)
    if not first <= place <= last:
        return figure
    layout = figure.to_dict()["layout"]
    layout["xaxis"] = {**layout["xaxis"], "nticks": 7}  # years side by side on a phone
    layout["margin"] = {**layout["margin"], "t": max(layout["margin"]["t"], 58)}
    layout["annotations"] = [_lifted(note) for note in layout.get("annotations", ())]
    late = (place - first) > (last - first) * 0.55
    layout["shapes"] = [*layout.get("shapes", ()), {
        "type": "line", "xref": "x", "yref": "paper", "x0": place.isoformat(), "x1": place.isoformat(), "y0": 0,
        "y1": 1, "layer": "below", "line": {"width": 1, "color": style.quiet, "dash": "dash"}, "name": "event",
    }]  # fmt: skip
    layout["annotations"] = [*layout["annotations"], {
        "text": words.day(event), "x": place.isoformat(), "y": 1, "xref": "x", "yref": "paper", "showarrow": False,
        "xanchor": "right" if late else "left", "yanchor": "bottom", "yshift": 2, "name": "event",
        "font": {"size": 12, "color": style.quiet},
    }]  # fmt: skip
    return go.Figure({"data": figure.to_dict()["data"], "layout": layout})


def _lifted(note: dict[str, Any]) -> dict[str, Any]:
    """The unit goes one line higher, so that the day fits between it and the plot at any width."""
    return {**note, "yshift": max(note.get("yshift", 0), 24)} if note.get("name") == "unit" else note
