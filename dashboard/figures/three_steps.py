"""What was before, at and after each of many dates: a row of three points for each, its words above them.

The shape of a point says which of the three it is, and the words hold the figures, so that no point needs a label and
none is told by colour alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import plotly.graph_objects as go

from dashboard.figures import theme
from dashboard.figures.theme import Style

LINE = 18
"""Pixels a line of words takes."""
POINTS = 24
"""Pixels of a row below its words: the points, and room around them."""
HEADING = 30
_HEAD, _FOOT = 46, 30
_LANE = 14
"""Pixels from the foot of a row to its points."""
SYMBOLS = (("circle-open", "○"), ("diamond-open", "◇"), ("circle", "●"))
"""Plotly's symbol for before, at and after, and the sign that stands for it in the key."""


@dataclass(frozen=True)
class Row:
    """One date.

    Args:
        label: what happened when, figures: the values in words; each in lines parted by <br>.
        values: before, at and after; None where there is none to draw.
        heading: a heading above this row, where a new group begins.
    """

    label: str
    figures: str
    values: tuple[float | None, float | None, float | None]
    colour: str
    hover: str = ""
    heading: str = ""

    @property
    def height(self) -> int:
        """Pixels it takes without its heading."""
        return LINE * (self.label.count("<br>") + self.figures.count("<br>") + 2) + POINTS


def three_steps(rows: Sequence[Row], *, names: tuple[str, str, str], unit: str, style: Style) -> go.Figure:
    """Rows from top to bottom in the order given, on one value axis from zero.

    Args:
        names: what the three points are, printed once above: "year before", "year of relief", "year after".
        unit: words at the right above the axis.
    """
    tops: list[int] = []
    taken = 0
    for row in rows:
        taken += HEADING if row.heading else 0
        tops.append(taken)
        taken += row.height
    places = [top + row.height - _LANE for row, top in zip(rows, tops, strict=True)]
    layout = theme.layout(style, height=_HEAD + taken + _FOOT, hovermode="closest")
    layout["meta"] = {"rigid": True}  # words stand at places of the axis: squeezed, they would lie on the points
    layout["margin"] = {"l": 16, "r": 20, "t": _HEAD, "b": _FOOT, "autoexpand": True}
    top = max((value for row in rows for value in row.values if value is not None), default=0.0) or 1.0
    layout["xaxis"] = theme.value_axis(
        style, nticks=5, range=[-0.02 * top, 1.05 * top], zeroline=False, tickangle=0, anchor="y"
    )
    layout["yaxis"] = theme.axis(style, range=[taken, 0], visible=False, fixedrange=True)
    signs = "   ".join(f"{sign} {name}" for (_, sign), name in zip(SYMBOLS, names, strict=True))
    layout["annotations"] = [
        _above(signs, 0.0, "left", "key", style),
        _above(unit, 1.0, "right", "unit", style),
        *(_words(row, place, style) for row, place in zip(rows, tops, strict=True)),
        *(_heading(row, place, style) for row, place in zip(rows, tops, strict=True) if row.heading),
    ]
    layout["shapes"] = [_rule(place - 3, style) for place, row in zip(tops, rows, strict=True) if not row.heading]
    layout["shapes"] += [_zero(place, style) for place in places]
    return go.Figure({"data": [_joins(rows, places, style), *_points(rows, places, names)], "layout": layout})


def _joins(rows: Sequence[Row], places: Sequence[int], style: Style) -> dict[str, Any]:
    """A thin line through the points of each row; it breaks where one is missing."""
    x: list[float | None] = []
    y: list[float | None] = []
    for row, place in zip(rows, places, strict=True):
        x += [*row.values, None]
        y += [place, place, place, None]
    return {
        "type": "scatter",
        "mode": "lines",
        "name": "from one to the next",
        "x": x,
        "y": y,
        "connectgaps": False,
        "hoverinfo": "skip",
        "line": {"width": 1.4, "color": style.grey},
    }


def _points(rows: Sequence[Row], places: Sequence[int], names: Sequence[str]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for which, ((symbol, _), name) in enumerate(zip(SYMBOLS, names, strict=True)):
        mine = [(row, place) for row, place in zip(rows, places, strict=True) if row.values[which] is not None]
        found.append(
            {
                "type": "scatter",
                "mode": "markers",
                "name": name,
                "cliponaxis": False,
                "x": [row.values[which] for row, _ in mine],
                "y": [place for _, place in mine],
                "text": [row.hover for row, _ in mine],
                "hovertemplate": "%{text}<extra></extra>",
                "marker": {
                    "symbol": symbol,
                    "size": 11,
                    "opacity": 1,
                    "color": [row.colour for row, _ in mine],
                    "line": {"width": 2, "color": [row.colour for row, _ in mine]},
                },
            }
        )
    return found


def _above(text: str, x: float, anchor: str, name: str, style: Style) -> dict[str, Any]:
    return {
        "text": text,
        "x": x,
        "xref": "paper",
        "y": 1,
        "yref": "paper",
        "xanchor": anchor,
        "yanchor": "bottom",
        "yshift": 26 if name == "key" else 6,
        "showarrow": False,
        "font": {"size": 13, "color": style.quiet},
        "name": name,
    }


def _words(row: Row, top: int, style: Style) -> dict[str, Any]:
    return {
        "text": f"{row.label}<br><span style='color:{style.quiet};font-size:12.5px'>{row.figures}</span>",
        "x": 0,
        "xref": "paper",
        "y": top,
        "yref": "y",
        "xanchor": "left",
        "yanchor": "top",
        "align": "left",
        "showarrow": False,
        "borderpad": 0,
        "font": {"size": 13, "color": style.ink},
        "name": "row",
    }


def _heading(row: Row, top: int, style: Style) -> dict[str, Any]:
    return {
        "text": f"<b>{row.heading}</b>",
        "x": 0,
        "xref": "paper",
        "y": top - 4,
        "yref": "y",
        "xanchor": "left",
        "yanchor": "bottom",
        "showarrow": False,
        "font": {"size": 14, "color": style.ink},
        "name": "heading",
    }


def _rule(y: float, style: Style) -> dict[str, Any]:
    return {
        "type": "line",
        "xref": "paper",
        "yref": "y",
        "x0": 0,
        "x1": 1,
        "y0": y,
        "y1": y,
        "layer": "below",
        "line": {"width": 1, "color": style.grid},
    }


def _zero(y: float, style: Style) -> dict[str, Any]:
    """A stroke where nothing was traded; a line through all rows would cross their words."""
    return {
        "type": "line",
        "xref": "x",
        "yref": "y",
        "x0": 0,
        "x1": 0,
        "y0": y - 7,
        "y1": y + 7,
        "layer": "below",
        "line": {"width": 1, "color": style.quiet},
        "name": "zero",
    }
