"""What a figure's spec says about contrast: every text against what lies under it, every mark against the paper.

Ratios are those of WCAG 2. Opacity is mixed with the paper. Left out is what carries nothing: grid lines, pale bands
behind a plot, points that only catch the pointer.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

import plotly.graph_objects as go

from dashboard.figures.contrast import contrast
from dashboard.figures.heat import colour_of
from dashboard.figures.theme import Style

TEXT, MARK = 4.5, 3.0
Found = tuple[str, str, float]
_RGB = re.compile(r"rgba?\(([\d.]+),\s*([\d.]+),\s*([\d.]+)(?:,\s*([\d.]+))?\)")
_SPAN = re.compile(r"color:\s*(#[0-9A-Fa-f]{6})")


def over(colour: str, opacity: float, paper: str) -> str:
    """A colour as it looks on paper, written #RRGGBB."""
    held = _RGB.fullmatch(colour)
    if held is not None:
        parts = [float(part) for part in held.groups()[:3]]
        opacity *= float(held[4]) if held[4] is not None else 1.0
    else:
        parts = [int(colour[at : at + 2], 16) for at in (1, 3, 5)]
    under = [int(paper[at : at + 2], 16) for at in (1, 3, 5)]
    mixed = [round(part * opacity + below * (1 - opacity)) for part, below in zip(parts, under, strict=True)]
    return "#" + "".join(f"{part:02X}" for part in mixed)


def faults(figure: go.Figure, style: Style) -> list[Found]:
    """Every text under 4.5:1 and every mark under 3:1, as (what, colour, ratio)."""
    spec = figure.to_plotly_json()
    told = [*_texts(spec, style), *_cells(spec, style)]
    low = [(what, colour, contrast(colour, under)) for what, colour, under in told]
    faint = [(what, colour, contrast(colour, style.paper)) for what, colour in _marks(spec, style)]
    return [one for one in low if one[2] < TEXT] + [one for one in faint if one[2] < MARK]


def _texts(spec: dict[str, Any], style: Style) -> Iterator[tuple[str, str, str]]:
    """Texts outside of cells: what, colour, what lies under it."""
    layout = spec["layout"]
    yield "font", layout["font"]["color"], style.paper
    for name, axis in layout.items():
        if re.fullmatch(r"[xy]axis\d*", name) and axis.get("visible", True):
            yield f"{name} ticks", axis.get("tickfont", {}).get("color", layout["font"]["color"]), style.paper
            title = axis.get("title") or {}
            if isinstance(title, dict) and title.get("font"):
                yield f"{name} title", title["font"]["color"], style.paper
    if layout.get("legend", {}).get("font"):
        yield "legend", layout["legend"]["font"].get("color", style.ink), style.paper
    for note in layout.get("annotations", ()):
        under = note.get("bgcolor") or style.paper
        inner = [over(colour, 1.0, under) for colour in _SPAN.findall(note["text"])]
        seen = note.get("opacity", 1.0)
        for colour in (note.get("font", {}).get("color", style.ink), *inner):
            yield f"annotation {note.get('name')} {note['text'][:30]}", over(colour, seen, under), under
    for trace in spec["data"]:
        if ("text" in (trace.get("mode") or "") and trace["name"] != "words") or (
            trace["type"] == "bar" and trace.get("text")
        ):
            for colour in _each(trace.get("textfont", {}).get("color", style.ink)):
                yield f"words of {trace.get('name')}", colour, style.paper


def _cells(spec: dict[str, Any], style: Style) -> Iterator[tuple[str, str, str]]:
    """Words on heat cells against the colour of their cell, those beside against the paper."""
    cells = next((trace for trace in spec["data"] if trace["type"] == "heatmap"), None)
    words = next((trace for trace in spec["data"] if trace.get("name") == "words"), None)
    if cells is None or words is None:
        return
    for x, y, text, colour in zip(words["x"], words["y"], words["text"], words["textfont"]["color"], strict=True):
        inside = float(x).is_integer() and int(x) < len(cells["x"])
        value = cells["z"][int(y)][int(x)] if inside else None
        yield f"cell {text}", colour, colour_of(value, cells["zmin"], cells["zmax"], style)


def _marks(spec: dict[str, Any], style: Style) -> Iterator[tuple[str, str]]:
    """Lines, points and bars as they look on the paper."""
    for trace in spec["data"]:
        whole = trace.get("opacity", 1.0)
        name, mode = trace.get("name"), trace.get("mode") or ""
        if trace["type"] == "bar":
            yield from _of_bars(trace, whole, style)
        if "lines" in mode and trace.get("line", {}).get("width", 2) > 0:
            yield f"line {name}", over(trace["line"].get("color", style.ink), whole, style.paper)
        if "markers" in mode:
            yield from _of_points(trace, whole, style)


def _of_bars(trace: dict[str, Any], whole: float, style: Style) -> Iterator[tuple[str, str]]:
    marker = trace["marker"]
    edges = _each(marker.get("line", {}).get("color", None))
    colours, opacities = _each(marker["color"]), _each(marker.get("opacity", 1.0))
    for place in range(max(len(colours), len(opacities))):
        colour = colours[place % len(colours)]
        edge = edges[place % len(edges)] or colour
        opacity = whole * opacities[place % len(opacities)]
        shown = [over(one, opacity, style.paper) for one in (colour, edge)]
        yield f"bar {trace.get('name')}", max(shown, key=lambda one: contrast(one, style.paper))


def _of_points(trace: dict[str, Any], whole: float, style: Style) -> Iterator[tuple[str, str]]:
    """A hollow point is its edge; one without opacity only catches the pointer."""
    marker = trace["marker"]
    colours, edges = _each(marker.get("color")), _each(marker.get("line", {}).get("color"))
    opacities = _each(marker.get("opacity", 1.0))
    for place in range(max(len(colours), len(edges), len(opacities))):
        opacity = opacities[place % len(opacities)] * whole
        pair = [one for one in (colours[place % len(colours)], edges[place % len(edges)]) if one]
        if opacity == 0 or not pair:
            continue
        shown = [over(one, opacity, style.paper) for one in pair]
        yield f"point {trace.get('name')}", max(shown, key=lambda one: contrast(one, style.paper))


def _each(value: Any) -> Sequence[Any]:
    """One colour, or those of each point."""
    if isinstance(value, str) or value is None or isinstance(value, int | float):
        return [value]
    return list(value) or [None]
