"""Panels under each other on one time axis, with the names of acts as flags above them: trade, output, a price.

Every panel has its own unit and none a second axis. The years are named once, at explicit ticks that all panels share.
Names of flags stand in rows that are chosen for a narrow screen, so that they overlap at no width.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from html import escape
from textwrap import wrap
from typing import Any

import plotly.graph_objects as go

from dashboard.figures import theme
from dashboard.figures.contrast import words_in
from dashboard.figures.lines import Line, line_traces
from dashboard.figures.marks import FLAG_NAME, MOST_CHARACTERS, Flag, bands, flag_labels, flag_name, hover, shapes
from dashboard.figures.theme import Style

_GAP = 40
_TOLD_LINE, _TOLD_WIDTH = 18, 46
"""Pixels between two panels (room for the head of the lower one); a line of a sentence that stands for a panel, in
pixels, and the characters that a phone has room for."""
_FOOT = 30
_HEAD = 36
_ROW = 15
"""Pixels from the first panel to the lowest flag, and of a row of flags."""
_NUMBERED, _BARE = 50, 28
"""Pixels above the first panel with numbered flags, and without flags."""
NARROW = 230
"""The plot's width in pixels for which flags are placed: a phone's. On every wider screen they are further apart."""
_CHARACTER = 6.1
_LEFT_ROOM, _RIGHT_ROOM = 24, 80
"""Pixels that a flag may reach beyond the plot, where the margins are."""
_MOST_TICKS = 8
_HEADING = 50
"""Characters of a panel's head that a phone has room for."""
_LABEL = 17
_BAR_DAYS = 255
_CLOSE = 3
"""Pixels from a lower panel to its head in a picture, where panels stand closer: more, and it covers a tick above."""


@dataclass(frozen=True)
class Bars:
    """A bar a year: its day is the middle of the year. Forecasts are hatched, estimates dotted.

    `hover` is said under each value.
    """

    name: str
    x: Sequence[date]
    y: Sequence[float]
    colour: str
    forecast: Sequence[bool] = ()
    estimate: Sequence[bool] = ()
    hover: Sequence[str] = ()


@dataclass(frozen=True)
class Panel:
    """One panel, or the sentence that stands in its place.

    Args:
        head: what it is and its unit, for example "Brent crude oil, $ per barrel".
        ends: words at the end of each line, in the order of the lines; for bars after the last one. Parts by <br>.
        told: why there is no figure; then nothing else is drawn.
        height: in pixels.
        value_format: d3 format of the hover; `suffix` follows it.
    """

    head: str
    lines: Sequence[Line] = ()
    bars: Bars | None = None
    ends: Sequence[str] = ()
    told: str = ""
    height: int = 104
    value_format: str = ",.1f"
    suffix: str = ""
    zero: bool = True
    end_colours: Sequence[str] = field(default=())

    @property
    def tall(self) -> int:
        """Its height, or that of the sentence."""
        return _TOLD_LINE * len(self.sentence) if self.told else self.height

    @property
    def sentence(self) -> list[str]:
        """What stands in its place, in lines."""
        return wrap(self.told, _TOLD_WIDTH)


def aligned(
    panels: Sequence[Panel],
    *,
    start: date,
    end: date,
    style: Style,
    flags: Sequence[Flag] = (),
    standing: Sequence[tuple[date, date]] = (),
    named: bool = True,
    hover_date: str = "%b %Y",
) -> go.Figure:
    """Panels from top to bottom on one time axis from `start` to `end`.

    Args:
        standing: spans that are shaded through all panels, darker where two or more stand.
        named: flags carry names; else numbers, as many as there are.
    """
    placed = place(flags, start, end) if named else []
    rows = max((row for row, _ in placed), default=-1) + 1
    taller = _ROW if panels and "<br>" in heading(panels[0].head) else 0
    above = (_HEAD + rows * _ROW if placed else _NUMBERED if flags else _BARE) + taller
    gaps = _gaps(panels)
    inner = sum(panel.tall for panel in panels) + sum(gaps)
    layout = theme.layout(style, height=inner + above + _FOOT)
    layout["margin"] = {"l": 12, "r": _right(panels), "t": above, "b": _FOOT, "autoexpand": True}
    layout["hoversubplots"] = "axis"
    room = timedelta(days=max(round((end - start).days * 0.008), 5))
    first, last = start - room, end + room
    drawn: list[dict[str, Any]] = []
    annotations = flags_named(flags, placed, style, _HEAD + taller) if named else flag_labels(flags, style)
    down, lowest, bottom = 0, "y", 1.0
    for place_of, panel in enumerate(panels, start=1):
        high, low = 1 - down / inner, max(1 - (down + panel.tall) / inner, 0.0)
        down += panel.tall + gaps[place_of - 1]
        numbered = bool(flags) and not named and place_of == 1
        annotations.append(_head(panel.head, style, high, 24 if numbered else 6))
        if panel.told:
            annotations.append(_sentence(panel.sentence, style, high))
            continue
        axis = "y" if lowest == "y" and not drawn else f"y{place_of}"
        lowest, bottom = axis, low
        layout[f"yaxis{axis[1:]}"] = theme.value_axis(style, **_scale(panel), domain=[low, high], anchor="x")
        drawn += [trace | {"xaxis": "x", "yaxis": axis} for trace in _traces(panel, style)]
        annotations += _ends(panel, axis, style)
    layout["xaxis"] = theme.time_axis(style) | {
        "range": [first.isoformat(), last.isoformat()],
        "hoverformat": hover_date,
        "anchor": lowest,
        "tickangle": 0,
        "tickfont": {"color": style.quiet, "size": 12},
        **ticks(start, end),
    }
    through = [
        *bands(layers([(max(one, first), min(other, last)) for one, other in standing]), style),
        *shapes(flags, style, last=last),
    ]
    layout["shapes"] = [shape | {"y0": bottom} for shape in through]
    layout["annotations"] = annotations
    return go.Figure({"data": drawn, "layout": layout}, skip_invalid=False)


def _gaps(panels: Sequence[Panel]) -> list[int]:
    """Pixels under each panel; under the lowest one with figures the years need room where sentences follow."""
    lowest = max((place for place, panel in enumerate(panels) if not panel.told), default=-1)
    under = [_GAP + _FOOT if place == lowest else _GAP for place in range(len(panels) - 1)]
    return [*under, 0]


def layers(spans: Sequence[tuple[date, date]]) -> list[tuple[date, date]]:
    """The days that one span or more covers, and once more those that two or more cover: bands laid over each other
    would hide the lines."""
    days = sorted({day for span in spans for day in span})
    found: list[tuple[date, date]] = []
    for least in (1, 2):
        open_since: date | None = None
        for day, following in zip(days, [*days[1:], None], strict=False):
            covered = following is not None and sum(one <= day < other for one, other in spans) >= least
            if covered and open_since is None:
                open_since = day
            if not covered and open_since is not None:
                found.append((open_since, day))
                open_since = None
    return found


def ticks(start: date, end: date) -> dict[str, Any]:
    """Whole years, at most eight, at their 1 January; months in a window of less than three years."""
    if (end - start).days >= 3 * 365:
        inside = range(start.year if start == date(start.year, 1, 1) else start.year + 1, end.year + 1)
        step = next(size for size in (1, 2, 5, 10, 20, 50) if len(inside) <= size * (_MOST_TICKS - 1) or size == 50)
        days = [date(year, 1, 1) for year in inside if year % step == 0]
        text = [str(day.year) for day in days]
    else:
        months = (end.year - start.year) * 12 + end.month - start.month + 1
        step = next(size for size in (1, 2, 3, 6, 12) if months <= size * _MOST_TICKS or size == 12)
        every = [start.year * 12 + start.month - 1 + at for at in range(months)]
        days = [date(at // 12, at % 12 + 1, 1) for at in every if at % step == 0]
        text = [f"{day:%b %Y}" for day in days]
    return {"tickmode": "array", "tickvals": [day.isoformat() for day in days], "ticktext": text}


def place(
    flags: Sequence[Flag], start: date, end: date, *, across: float = NARROW, most: int = MOST_CHARACTERS
) -> list[tuple[int, str]]:
    """Row (0 is the lowest) and side of each flag's name, so that at `across` pixels and above no name covers another
    and no stem runs through a name, where that can be.

    Names to the right of their stems step down from left to right, those to the left step up: the flags are cut into
    such two groups where it takes the fewest crossings, then the fewest rows.
    """
    width = max((end - start).days, 1)
    at = [(flag.day - start).days / width * across for flag in flags]
    wide = [_CHARACTER * len(flag_name(flag, most)) + 8 for flag in flags]
    best: tuple[float, list[tuple[int, str]]] | None = None
    for cut in range(len(flags) + 1):
        sides = ["left" if place < cut else "right" for place in range(len(flags))]
        boxes = [
            (x, x + size) if side == "left" else (x - size, x) for x, size, side in zip(at, wide, sides, strict=True)
        ]
        beyond = sum(max(-_LEFT_ROOM - one, 0) + max(other - across - _RIGHT_ROOM, 0) for one, other in boxes)
        ahead, behind = list(range(cut))[::-1], list(range(cut, len(flags)))
        for order in ([*behind, *ahead], [*ahead, *behind]):
            rows, crossed = _rows(boxes, at, order)
            cost = 1000 * beyond + 30 * crossed + max(rows, default=0)
            if best is None or cost < best[0]:
                best = cost, list(zip(rows, sides, strict=True))
    return best[1] if best is not None else []


def _rows(boxes: Sequence[tuple[float, float]], at: Sequence[float], order: Sequence[int]) -> tuple[list[int], int]:
    """Each name goes above those placed before it that it would cover; how many stems then run through a name."""
    rows = [-1] * len(boxes)
    for mine in order:
        below = [
            rows[other]
            for other in range(len(boxes))
            if rows[other] >= 0 and boxes[mine][0] < boxes[other][1] + 4 and boxes[other][0] < boxes[mine][1] + 4
        ]
        rows[mine] = max(below, default=-1) + 1
    crossed = sum(
        boxes[low][0] - 2 < at[high] < boxes[low][1] + 2 and rows[low] < rows[high]
        for low in range(len(boxes))
        for high in range(len(boxes))
        if low != high
    )
    return rows, crossed


def flags_named(
    flags: Sequence[Flag], placed: Sequence[tuple[int, str]], style: Style, lowest: int
) -> list[dict[str, Any]]:
    """The names on their stems, the lowest so many pixels above the panel; hover tells date, sender and title."""
    return [
        {
            "text": f"\u00a0{escape(flag_name(flag))}\u00a0",
            "xref": "x",
            "yref": "paper",
            "x": flag.day.isoformat(),
            "y": 1,
            "ax": 0,
            "ay": -(lowest + row * _ROW),
            "xanchor": side,
            "yanchor": "middle",
            "align": side,
            "showarrow": True,
            "arrowhead": 0,
            "arrowwidth": 1,
            "arrowcolor": style.quiet,
            "borderpad": 0,
            "bgcolor": style.paper,
            "font": {"size": 12, "color": style.ink},
            "hovertext": hover(flag),
            "captureevents": True,
            "name": FLAG_NAME,
        }
        for flag, (row, side) in zip(flags, placed, strict=True)
    ]


def replaced(layout: dict[str, Any], flags: Sequence[Flag], across: float, most: int) -> None:
    """Names the flags of a figure made by `aligned` anew, for a picture that is never narrower: fewer rows of names,
    more members of a group by name, and panels' units beside their heads. What is saved leaves the top margin.

    Args:
        layout: of the figure; its labels and its top margin are changed.
        across: pixels that the time axis takes at least.
        most: characters up to which the members of a group are all named.
    """
    labels = [label for label in layout.get("annotations") or () if label.get("name") == FLAG_NAME]
    if not labels or len(labels) != len(flags):
        return
    start, end = (date.fromisoformat(str(day)[:10]) for day in layout["xaxis"]["range"])
    lowest, highest = min(-label["ay"] for label in labels), max(-label["ay"] for label in labels)
    placed = place(flags, start, end, across=across, most=most)
    heads = [label for label in layout["annotations"] if label.get("name") == "unit" and "</b><br>" in label["text"]]
    beside = _ROW if any(head["y"] == 1 for head in heads) else 0
    for head in heads:
        head["text"] = head["text"].replace("</b><br>", "</b>, ")
    for label in layout["annotations"]:
        if label.get("name") == "unit" and label["y"] != 1:
            label["yshift"] = _CLOSE
    for label, flag, (row, side) in zip(labels, flags, placed, strict=True):
        label |= {
            "text": f"\u00a0{escape(flag_name(flag, most))}\u00a0",
            "ay": -(lowest - beside + row * _ROW),
            "xanchor": side,
            "align": side,
        }
    saved = highest - lowest - _ROW * max(row for row, _ in placed) + beside
    layout["margin"]["t"] -= saved
    if layout.get("height"):
        layout["height"] -= saved


def heading(text: str) -> str:
    """What a panel is in bold, its unit behind it; under it where a phone has no room for both in a line."""
    what, _, unit = text.partition(", ")
    between = "" if not unit else "<br>" if len(text) > _HEADING else ", "
    return f"<b>{escape(what)}</b>{between}{escape(unit)}"


def _head(text: str, style: Style, y: float, yshift: int) -> dict[str, Any]:
    label = theme.unit_label(heading(text), style, y=y, yshift=yshift)
    return label | {"bgcolor": style.paper, "borderpad": 1, "align": "left"}


def _sentence(lines: Sequence[str], style: Style, y: float) -> dict[str, Any]:
    return {
        "text": "<br>".join(escape(line) for line in lines),
        "xref": "paper",
        "yref": "paper",
        "x": 0,
        "y": y,
        "xanchor": "left",
        "yanchor": "top",
        "xshift": -6,
        "showarrow": False,
        "align": "left",
        "bgcolor": style.paper,
        "font": {"size": 13, "color": style.quiet},
        "name": "told",
    }


def _values(panel: Panel) -> list[float]:
    held = [value for line in panel.lines for value in line.y if value is not None]
    return held + (list(panel.bars.y) if panel.bars is not None else [])


def _scale(panel: Panel) -> dict[str, Any]:
    positive = all(value >= 0 for value in _values(panel))
    return {
        "rangemode": "tozero" if panel.zero and positive else "normal",
        "nticks": 5 if panel.height > 150 else 4,
        "tickfont": {"size": 12},
    }


def _traces(panel: Panel, style: Style) -> list[dict[str, Any]]:
    shape, suffix = panel.value_format, panel.suffix
    parts = [line_traces(line, log=False, value_format=shape, suffix=suffix, paper=style.paper) for line in panel.lines]
    bars = [] if panel.bars is None else _bars(panel.bars, panel, style)
    return [*(trace for part in parts for trace in part), *bars]


def _bars(bars: Bars, panel: Panel, style: Style) -> list[dict[str, Any]]:
    """Outcomes filled, estimates dotted, forecasts hatched and called so: a trace for each kind that is there."""
    many = len(bars.x)
    forecast, estimate = list(bars.forecast) or [False] * many, list(bars.estimate) or [False] * many
    text = list(bars.hover) or [""] * many
    kinds = ["forecast" if one else "estimate" if other else "" for one, other in zip(forecast, estimate, strict=True)]
    drawn = []
    for kind, pattern in _PATTERNS.items():
        at = [place for place, found in enumerate(kinds) if found == kind]
        if not at:
            continue
        hollow = {"pattern": {"shape": pattern, "fgcolor": bars.colour, "bgcolor": style.paper, "size": 6}}
        drawn.append(
            {
                "type": "bar",
                "name": bars.name + (f" ({kind})" if kind else ""),
                "x": [bars.x[place].isoformat() for place in at],
                "y": [bars.y[place] for place in at],
                "width": _BAR_DAYS * 86_400_000,
                "offset": -_BAR_DAYS * 43_200_000,
                "text": [text[place] for place in at],
                "textposition": "none",
                "marker": {
                    "color": bars.colour,
                    "line": {"color": bars.colour, "width": 1 if kind else 0},
                    **(hollow if kind else {}),
                },
                "hovertemplate": f"<b>%{{y:{panel.value_format}}}{panel.suffix}</b>%{{text}}<extra>{bars.name}</extra>",
            }
        )
    return drawn


_PATTERNS = {"": "", "estimate": ".", "forecast": "/"}


def _right(panels: Sequence[Panel]) -> int:
    parts = [part for panel in panels if not panel.told for end in panel.ends for part in end.split("<br>")]
    return min(round(max((6.6 * len(part) for part in parts), default=0)) + 14, 150)


def _ends(panel: Panel, axis: str, style: Style) -> list[dict[str, Any]]:
    """Words beside the last point of each line, moved apart so that none covers another."""
    known = _values(panel)
    if not known or not panel.ends:
        return []
    top, bottom = max(known), min(0.0, *known)
    points = [
        next((x, y) for x, y in reversed(list(zip(line.x, line.y, strict=True))) if y is not None)
        for line in panel.lines
    ]
    if panel.bars is not None:
        points.append((panel.bars.x[-1] + timedelta(days=_BAR_DAYS // 2), panel.bars.y[-1]))
    colours = panel.end_colours or [line.colour for line in panel.lines]
    spots = sorted(
        (
            ((value - bottom) / max(top - bottom, 1e-9) * panel.height, day, value, text, colour)
            for (day, value), text, colour in zip(points, panel.ends, colours, strict=True)
        ),
        key=lambda spot: spot[0],
    )
    labels: list[dict[str, Any]] = []
    floor = -1e9
    for pixel, day, value, text, colour in spots:
        half = _LABEL / 2 * (text.count("<br>") + 1)
        shift = max(floor + half - pixel, 0.0)
        floor = pixel + shift + half
        labels.append(
            {
                "text": text,
                "x": day.isoformat(),
                "xref": "x",
                "y": value,
                "yref": axis,
                "xanchor": "left",
                "yanchor": "middle",
                "xshift": 6,
                "yshift": round(shift),
                "showarrow": False,
                "align": "left",
                "bgcolor": style.paper,
                "borderpad": 0,
                "font": {"size": 12.5, "color": words_in(colour, style)},
                "name": "end-label",
            }
        )
    return labels
