"""A line in event time before the band in which the same series moves around ordinary dates."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import log10
from typing import Any

import plotly.graph_objects as go

from dashboard.figures import theme
from dashboard.figures.event_time import Path, offset_lines
from dashboard.figures.theme import Style

_FINE = tuple(digit * 10**power for power in range(9) for digit in (1, 2, 5))
"""Written out: Plotly’s own ticks between powers of ten are bare digits, 2 and 5 for 200 and 500."""
_COARSE = tuple(10**power for power in range(-2, 13))
_FINE_DECADES, _COARSE_DECADES = 3.0, 9.0
"""An axis that spans more has powers of ten alone; one that spans still more every second of them."""


@dataclass(frozen=True)
class Band:
    """Low, middle and high of ordinary dates by month from the date; None where too few reach."""

    x: Sequence[int]
    low: Sequence[float | None]
    middle: Sequence[float | None]
    high: Sequence[float | None]


def placebo_band(
    path: Path,
    band: Band,
    *,
    before: int,
    after: int,
    windows: Sequence[tuple[int, int]],
    style: Style,
    unit: str,
    height: int = 460,
) -> go.Figure:
    """The line of one date over the band of all others, on a logarithmic axis so that a half and a double look alike.

    Args:
        windows: first and last month of each window that the test compares; drawn as bars at the foot.
    """
    figure = offset_lines(
        [path],
        before=before,
        after=after,
        unit=f"{unit}, log scale",
        style=style,
        zero_label="the date",
        height=height,
    )
    known = [
        (x, low, middle, high)
        for x, low, middle, high in zip(band.x, band.low, band.middle, band.high, strict=True)
        if low is not None and middle is not None and high is not None
    ]
    x = [one[0] for one in known]
    edge: dict[str, Any] = {
        "type": "scatter",
        "mode": "lines",
        "x": x,
        "line": {"width": 1, "color": style.grey, "dash": "dot"},
    }
    behind = [
        edge
        | {
            "y": [one[1] for one in known],
            "name": "95% of ordinary dates, from",
            "hovertemplate": "%{y:,.0f}<extra>ordinary dates from</extra>",
        },
        edge
        | {
            "y": [one[3] for one in known],
            "name": "95% of ordinary dates, to",
            "fill": "tonexty",
            "fillcolor": _pale(style),
            "hovertemplate": "%{y:,.0f}<extra>ordinary dates to</extra>",
        },
        edge
        | {
            "y": [one[2] for one in known],
            "name": "middle of ordinary dates",
            "line": {"width": 1.4, "color": style.quiet, "dash": "dash"},
            "hovertemplate": "%{y:,.0f}<extra>middle of ordinary dates</extra>",
        },
    ]
    drawn = figure.to_dict()
    layout = drawn["layout"]
    ticks = _ticks([value for value in [*path.y, *(end for one in known for end in one[1:])] if value and value > 0])
    layout["yaxis"] = theme.value_axis(
        style, type="log", nticks=0, tickmode="array", tickvals=list(ticks), ticktext=[f"{tick:,}" for tick in ticks]
    )
    layout["xaxis"]["title"]["text"] = "months from the date"
    for note in layout["annotations"]:
        if note.get("name") == "end-label":  # positions on a log axis are powers of ten
            last = next(value for value in reversed(path.y) if value is not None)
            note |= {"y": log10(last), "yshift": 0}
    for shape in layout["shapes"]:
        if shape.get("yref") == "y":
            shape |= {"y0": 100, "y1": 100}
    layout["shapes"] = [*layout["shapes"], *(_window(start, end, style) for start, end in windows)]
    if known:
        layout["annotations"] = [
            *layout["annotations"],
            {
                "text": "95% of ordinary dates",
                "x": x[0],
                "xref": "x",
                "y": log10(known[0][3]),
                "yref": "y",
                "xanchor": "left",
                "yanchor": "top",
                "yshift": -4,
                "showarrow": False,
                "name": "band",
                "font": {"size": 12, "color": style.quiet},
                "bgcolor": style.paper,
            },
        ]
    return go.Figure({"data": [*behind, *drawn["data"]], "layout": layout}, skip_invalid=False)


def _ticks(seen: Sequence[float]) -> tuple[float, ...]:
    """As many as stand apart: 1, 2 and 5 of each power of ten, the powers alone, or every second power."""
    decades = log10(max(seen) / min(seen)) if seen else 0.0
    if decades <= _FINE_DECADES:
        return _FINE
    return _COARSE if decades <= _COARSE_DECADES else _COARSE[::2]


def _pale(style: Style) -> str:
    return style.band.replace("0.07", "0.12").replace("0.10", "0.16")


def _window(start: int, end: int, style: Style) -> dict[str, Any]:
    """A bar at the foot under the months of one window."""
    return {
        "type": "line",
        "xref": "x",
        "yref": "paper",
        "x0": start - 0.4,
        "x1": end + 0.4,
        "y0": 0.012,
        "y1": 0.012,
        "layer": "above",
        "line": {"width": 4, "color": style.total},
    }
