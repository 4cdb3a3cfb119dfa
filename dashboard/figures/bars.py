"""Two bars per year side by side, for years that do not follow each other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import plotly.graph_objects as go

from dashboard.figures import theme
from dashboard.figures.contrast import words_in
from dashboard.figures.theme import Style


@dataclass(frozen=True)
class Bars:
    """One kind of bar: its name, colour, a value per label (None is a gap), words above, and which are doubtful."""

    name: str
    colour: str
    values: Sequence[float | None]
    words: Sequence[str]
    hollow: Sequence[bool]


def paired_bars(
    labels: Sequence[str], kinds: Sequence[Bars], *, unit: str, style: Style, height: int = 380
) -> go.Figure:
    """Bars grouped by label. The labels are words, not a time axis, because years are missing between them."""
    layout = theme.layout(style, height=height, hovermode="closest", barmode="group", bargap=0.28, bargroupgap=0.06)
    layout["margin"] = {"l": 12, "r": 12, "t": 58, "b": 8, "autoexpand": True}
    layout["xaxis"] = theme.axis(
        style,
        type="category",
        categoryorder="array",
        categoryarray=list(labels),
        showline=True,
        linecolor=style.quiet,
        fixedrange=True,
    )
    layout["yaxis"] = theme.value_axis(style, rangemode="tozero")
    key = "   ".join(f"<span style='color:{words_in(kind.colour, style)}'>■ {kind.name}</span>" for kind in kinds)
    layout["annotations"] = [
        theme.unit_label(unit, style, yshift=10),
        theme.unit_label(key, style, yshift=32) | {"name": "key"},
    ]
    return go.Figure({"data": [_trace(labels, kind, style) for kind in kinds], "layout": layout})


def _trace(labels: Sequence[str], kind: Bars, style: Style) -> dict[str, Any]:
    return {
        "type": "bar",
        "name": kind.name,
        "x": list(labels),
        "y": list(kind.values),
        "text": list(kind.words),
        "textposition": "outside",
        "textfont": {"size": 11, "color": style.ink},
        "cliponaxis": False,
        "constraintext": "none",
        "hovertemplate": "%{x}: %{text}<extra>" + kind.name + "</extra>",
        "marker": {
            "color": [style.paper if hollow else kind.colour for hollow in kind.hollow],
            "line": {"color": kind.colour, "width": 1.5},
        },
    }
