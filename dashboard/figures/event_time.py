"""Lines in event time: months counted from a date, so that several events can be laid over each other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import plotly.graph_objects as go

from dashboard.figures import theme
from dashboard.figures.contrast import words_in
from dashboard.figures.theme import Style


@dataclass(frozen=True)
class Path:
    """One event's line: months from the event, values (None where there is no figure), its label and hover words."""

    name: str
    x: Sequence[int]
    y: Sequence[float | None]
    colour: str
    dash: str = "solid"
    width: float = 1.8
    hover: Sequence[str] = ()


def offset_lines(
    paths: Sequence[Path],
    *,
    before: int,
    after: int,
    unit: str,
    style: Style,
    level: float = 100.0,
    zero_label: str = "month of the measure",
    height: int = 460,
) -> go.Figure:
    """Lines over months −before … +after with a line at month 0 and one at the level that everything starts from.

    Args:
        unit: words above the value axis.
        level: where "no change" stands (100 for an index).
    """
    traces = [_trace(path) for path in paths]
    longest = max((len(part) for path in paths for part in path.name.split("<br>")), default=0)
    layout = theme.layout(style, height=height)
    layout["margin"] = {"l": 12, "r": min(round(6.8 * longest) + 16, 170), "t": 46, "b": 36, "autoexpand": True}
    layout["xaxis"] = theme.axis(
        style,
        range=[-before - 0.5, after + 0.5],
        tickmode="array",
        tickvals=_ticks(before, after),
        showline=True,
        ticktext=[_month(tick) for tick in _ticks(before, after)],
        linecolor=style.quiet,
        linewidth=1,
        ticks="outside",
        ticklen=4,
        tickcolor=style.quiet,
        showspikes=True,
        spikemode="across",
        spikethickness=1,
        spikecolor=style.quiet,
        spikedash="solid",
        unifiedhovertitle={"text": "month %{x:+d}"},
        title={"text": "months from the measure", "font": {"size": 13, "color": style.quiet}, "standoff": 6},
    )
    layout["yaxis"] = theme.value_axis(style, rangemode="tozero")
    layout["shapes"] = [
        _line("y", level, style),
        _line("x", 0, style),
    ]
    layout["annotations"] = [
        theme.unit_label(unit, style, yshift=8),
        {
            "text": zero_label,
            "x": 0,
            "xref": "x",
            "y": 1,
            "yref": "paper",
            "xanchor": "left",
            "yanchor": "top",
            "xshift": 4,
            "showarrow": False,
            "font": {"size": 12, "color": style.quiet},
            "bgcolor": style.paper,
            "name": "zero",
        },
        *_end_labels(paths, height - 82, style),
    ]
    return go.Figure({"data": traces, "layout": layout}, skip_invalid=False)


def _ticks(before: int, after: int) -> list[int]:
    return (
        list(range(-(before // 12) * 12, after + 1, 12)) if before + after >= 24 else list(range(-before, after + 1, 3))
    )


def _month(offset: int) -> str:
    return "0" if offset == 0 else f"{'+' if offset > 0 else '−'}{abs(offset)}"


def _line(axis: str, at: float, style: Style) -> dict[str, Any]:
    other = "y" if axis == "x" else "x"
    return {
        "type": "line",
        f"{axis}ref": axis,
        f"{other}ref": "paper",
        f"{axis}0": at,
        f"{axis}1": at,
        f"{other}0": 0,
        f"{other}1": 1,
        "layer": "between",
        "line": {"width": 1, "color": style.quiet},
    }


def _trace(path: Path) -> dict[str, Any]:
    plain = path.name.replace("<br>", ", ")
    extra = "<br>%{text}" if any(path.hover) else ""
    return {
        "type": "scatter",
        "mode": "lines",
        "name": plain,
        "x": list(path.x),
        "y": list(path.y),
        "connectgaps": False,
        "line": {"color": path.colour, "width": path.width, "dash": path.dash},
        "text": list(path.hover) or None,
        "hovertemplate": f"<b>%{{y:,.0f}}</b>{extra}<extra>{plain}</extra>",
    }


def _end_labels(paths: Sequence[Path], pixels: int, style: Style) -> list[dict[str, Any]]:
    """Names in the right margin, near their line's last value, moved apart so that none covers another."""
    known = [value for path in paths for value in path.y if value is not None]
    if not known:
        return []
    top, bottom = 1.06 * max(known), min(0.0, *known)  # the axis ends a little above the highest point
    ends = []
    for path in paths:
        points = [(x, y) for x, y in zip(path.x, path.y, strict=True) if y is not None]
        if points:
            ends.append(((points[-1][1] - bottom) / max(top - bottom, 1e-9) * pixels, points[-1][1], path))
    ends.sort(key=lambda end: end[0])
    labels: list[dict[str, Any]] = []
    floor = 0.0  # none reaches below the plot, where the months stand
    for pixel, value, path in ends:
        rows = path.name.count("<br>") + 1
        shift = max(floor + 17 * rows / 2 - pixel, 0.0)
        floor = pixel + shift + 17 * rows / 2
        labels.append(
            {
                "text": path.name,
                "x": 1,
                "xref": "paper",
                "y": value,
                "yref": "y",
                "xanchor": "left",
                "align": "left",
                "yanchor": "middle",
                "xshift": 6,
                "yshift": round(shift),
                "showarrow": False,
                "name": "end-label",
                "font": {"size": 12.5, "color": words_in(path.colour, style)},
            }
        )
    return labels
