"""Horizontal bars of counts: whole numbers, each printed at the end of its bar."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

import plotly.graph_objects as go

from dashboard.figures import theme
from dashboard.figures.theme import Style


@dataclass(frozen=True)
class Count:
    """One bar: its name, the whole count, the part of it that is picked out, and words for the hover."""

    name: str
    total: int
    part: int = 0
    hover: str = ""


def count_bars(counts: Sequence[Count], *, unit: str, part_name: str, style: Style) -> go.Figure:
    """Bars from the top down in the order given; the part is drawn darker at the foot of the bar.

    Args:
        unit: words above the bars, for example "programmes".
        part_name: what the picked-out part is; no part is drawn when it is empty.
    """
    names = [escape(count.name, quote=False) for count in counts]  # some come from outside
    traces: list[dict[str, Any]] = []
    rest = [count.total - count.part if part_name else count.total for count in counts]
    if part_name:
        traces.append(_bars(part_name, names, [count.part for count in counts], style.total, counts))
    traces.append(_bars("others" if part_name else unit, names, rest, style.grey, counts))
    left = round(6.6 * max((len(name) for name in names), default=0)) + 14
    layout = theme.layout(style, height=20 * len(counts) + 56, hovermode="closest", barmode="stack", bargap=0.28)
    layout["margin"] = {"l": min(left, 190), "r": 40, "t": 40, "b": 12, "autoexpand": False}
    layout["xaxis"] = theme.axis(style, showticklabels=False, rangemode="tozero", fixedrange=True)
    layout["yaxis"] = theme.axis(
        style,
        autorange="reversed",
        tickfont={"color": style.ink, "size": 12.5},
        fixedrange=True,
        automargin=False,
        type="category",
        categoryorder="array",
        categoryarray=names,
        tickmode="array",
        tickvals=names,
    )
    layout["annotations"] = [
        theme.unit_label(unit, style) | {"xshift": 8 - min(left, 190)},
        *(
            {
                "text": _label(count, part_name),
                "x": count.total,
                "y": name,
                "xref": "x",
                "yref": "y",
                "xanchor": "left",
                "yanchor": "middle",
                "xshift": 5,
                "showarrow": False,
                "font": {"size": 12, "color": style.quiet},
                "name": "count",
            }
            for name, count in zip(names, counts, strict=True)
        ),
    ]
    return go.Figure({"data": traces, "layout": layout}, skip_invalid=False)


def _label(count: Count, part_name: str) -> str:
    if not part_name or count.part == 0:
        return f"{count.total}"
    return f"<b>{count.total}</b>" if count.part == count.total else f"<b>{count.part}</b> of {count.total}"


def _bars(name: str, names: list[str], values: list[int], colour: str, counts: Sequence[Count]) -> dict[str, Any]:
    return {
        "type": "bar",
        "orientation": "h",
        "name": name,
        "y": names,
        "x": values,
        "text": [one.hover for one in counts],
        "textposition": "none",
        "marker": {"color": colour, "line": {"width": 0}},
        "hovertemplate": "<b>%{y}</b><br>%{text}<extra></extra>",
    }
