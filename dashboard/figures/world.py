"""A map of the world: areas filled by class, small ones as dots, drawn as plain polygons.

The outlines ship with the project and are already on the plane (Equal Earth, cut at 169° W), so that nothing is loaded
from anywhere: the library's own maps would fetch theirs. Every area is a trace of its own, which makes the hover exact.
A click needs points: invisible discs inside the areas carry the area's code, as do the dots.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal

import plotly.graph_objects as go

from dashboard.figures import theme
from dashboard.figures.theme import Style

DOT = 8
"""Diameter of a dot in pixels."""
Region = Literal["world", "europe", "asia", "africa", "americas"]
REGIONS: Mapping[str, tuple[int, int, int, int]] = MappingProxyType(
    {
        "world": (-1390, -590, 1475, 735),
        "europe": (-330, 320, 560, 745),
        "asia": (130, -140, 1390, 560),
        "africa": (-420, -385, 560, 420),
        "americas": (-1385, -585, -260, 735),
    }
)
"""What is shown, in units of the plane: left, bottom, right, top."""
_NOMINAL_WIDTH = 1000
"""Pixels for which the discs are as large as the areas let them be."""
_HEIGHT = 540


@dataclass(frozen=True)
class Kind:
    """A class of areas: its words in the legend and its colour; `pattern` makes it hatched ("/") or dotted (".")."""

    name: str
    colour: str
    pattern: str = ""


@dataclass(frozen=True)
class Land:
    """An area: the index of its kind, and its words on hover."""

    kind: int
    hover: str


@dataclass(frozen=True)
class Outlines:
    """The plane's shapes by area code: rings (x and y in turn), discs (x, y, radius) and dots (x, y)."""

    rings: Mapping[str, list[list[int]]]
    discs: Mapping[str, list[list[int]]]
    dots: Mapping[str, list[int]]

    def seen(self, code: str, region: Region) -> bool:
        """Whether any of an area lies in a part of the world."""
        left, bottom, right, top = REGIONS[region]
        places = [(x, y) for ring in self.rings.get(code, ()) for x, y in zip(ring[::2], ring[1::2], strict=True)]
        if code in self.dots:
            places.append((self.dots[code][0], self.dots[code][1]))
        return any(left < x < right and bottom < y < top for x, y in places)


@cache
def outlines() -> Outlines:
    """The shapes that ship with the project."""
    read = json.loads((Path(__file__).parent / "outlines" / "world.json").read_text(encoding="utf-8"))
    return Outlines(read["outlines"], read["discs"], read["dots"])


def world_map(
    lands: Mapping[str, Land],
    kinds: Sequence[Kind],
    *,
    dotted: frozenset[str],
    style: Style,
    region: Region = "world",
) -> go.Figure:
    """The areas of the world, coloured by their kind. The code of an area is the custom data of what can be clicked.

    Args:
        lands: by area code; others are not drawn.
        kinds: in the order of the legend; those that no area has are left out of it.
        dotted: those that get a dot where they are too small to be seen.
        region: what part of the world is shown.
    """
    shapes = outlines()
    held = {code: lands[code] for code in shapes.rings if code in lands}
    dots = {code: lands[code] for code in sorted(dotted) if code in lands and code in shapes.dots}
    used = {land.kind for land in (*held.values(), *dots.values())}
    left, bottom, right, top = REGIONS[region]
    traces = [
        *(_key(kind, style) for index, kind in enumerate(kinds) if index in used),
        *(_area(code, land, kinds[land.kind], style) for code, land in held.items()),
        _discs(shapes, held, _NOMINAL_WIDTH / (right - left)),
        _dots(shapes, dots, kinds, style),
    ]
    layout = theme.layout(
        style,
        template=_alike(style),
        height=_HEIGHT,
        hovermode="closest",
        hoverdistance=2,
        showlegend=True,
        dragmode=False,
    )
    layout["margin"] = {"l": 4, "r": 4, "t": 8, "b": 76, "autoexpand": True}
    layout["legend"] = {
        "orientation": "h",
        "x": 0,
        "y": 0,
        "xref": "container",
        "yref": "container",
        "yanchor": "bottom",
        "xanchor": "left",
        "itemclick": False,
        "itemdoubleclick": False,
        "font": {"size": 13, "color": style.ink},
    }
    plain = theme.axis(style, visible=False, fixedrange=True, constrain="domain")
    layout["xaxis"] = plain | {"range": [left, right]}
    layout["yaxis"] = plain | {"range": [bottom, top], "scaleanchor": "x", "scaleratio": 1, "constraintoward": "middle"}
    return go.Figure({"data": traces, "layout": layout})


def _key(kind: Kind, style: Style) -> dict[str, Any]:
    """An entry of the legend: a bar without a length, whose sign is a whole square."""
    pattern = {"pattern": _pattern(kind, style)} if kind.pattern else {}
    return {
        "type": "bar",
        "name": kind.name,
        "showlegend": True,
        "x": [None],
        "y": [None],
        "hoverinfo": "skip",
        "marker": {"color": kind.colour, "line": {"width": 0.6, "color": style.grey}, **pattern},
    }


def _pattern(kind: Kind, style: Style) -> dict[str, Any]:
    return {"shape": kind.pattern, "size": 6, "solidity": 0.15, "fgcolor": style.grey, "bgcolor": style.paper}


def _area(code: str, land: Land, kind: Kind, style: Style) -> dict[str, Any]:
    x: list[int | None] = []
    y: list[int | None] = []
    for ring in outlines().rings[code]:
        x += [*([None] if x else []), *ring[::2]]
        y += [*([None] if y else []), *ring[1::2]]
    look = {"fillpattern": _pattern(kind, style)} if kind.pattern else {"fillcolor": kind.colour}
    return {"type": "scatter", "name": code, "x": x, "y": y, "text": land.hover, "customdata": [code], **look}


def _alike(style: Style) -> dict[str, Any]:
    """What all areas share, said once: it is a fifth of the figure's size and half of the time to make it."""
    return {
        "data": {
            "scatter": [
                {
                    "mode": "lines",
                    "fill": "toself",
                    "line": {"width": 0.6, "color": style.grey},
                    "hoveron": "fills",
                    "hoverinfo": "text",
                    "showlegend": False,
                }
            ]
        }
    }


def _discs(shapes: Outlines, held: Mapping[str, Land], pixels: float) -> dict[str, Any]:
    """Discs of the areas, to be clicked on; they say the same as the area under them."""
    found = [(code, x, y, radius) for code in held for x, y, radius in shapes.discs.get(code, ())]
    return {
        "type": "scatter",
        "mode": "markers",
        "fill": "none",
        "hoveron": "points",
        "name": "discs",
        "x": [x for _, x, _, _ in found],
        "y": [y for _, _, y, _ in found],
        "customdata": [code for code, _, _, _ in found],
        "text": [held[code].hover for code, _, _, _ in found],
        "hovertemplate": "%{text}<extra></extra>",
        "marker": {"size": [round(2 * radius * pixels, 1) for _, _, _, radius in found], "opacity": 0},
        "selected": {"marker": {"opacity": 0}},
        "unselected": {"marker": {"opacity": 0}},
    }


def _dots(shapes: Outlines, dots: Mapping[str, Land], kinds: Sequence[Kind], style: Style) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "markers",
        "fill": "none",
        "hoveron": "points",
        "name": "dots",
        "x": [shapes.dots[code][0] for code in dots],
        "y": [shapes.dots[code][1] for code in dots],
        "customdata": list(dots),
        "text": [land.hover for land in dots.values()],
        "hovertemplate": "%{text}<extra></extra>",
        "marker": {
            "size": DOT,
            "opacity": 1,
            "color": [kinds[land.kind].colour for land in dots.values()],
            "line": {"width": 1, "color": style.ink},
        },
        "selected": {"marker": {"opacity": 1}},
        "unselected": {"marker": {"opacity": 1}},
    }
