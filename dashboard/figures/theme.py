"""The look of every figure: colours by meaning, type, axes, hover, and how a value axis gets its unit.

Every pair of series colours is at least 26 apart in CIELAB under normal and colour-blind sight and at least
3.4:1 on its paper; colour is never alone: lines are labelled at their end and differ by dash or marker.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Any, Literal

FONT = "'Source Sans', 'Source Sans 3', 'Source Sans Pro', 'Liberation Sans', Arial, sans-serif"
"""Source Sans comes with Streamlit; the exporter loads the same file, so print and screen agree."""

MOST_TICKS = 8
"""Ticks of a time axis: so many years stand side by side on a phone."""
SHORT_DAYS = 900
"""A window shorter than this has months on its axis."""
_YEAR_STEPS = (1, 2, 5, 10, 20, 50, 100)

ThemeName = Literal["light", "dark"]


@dataclass(frozen=True)
class Style:
    """Colours of one theme. Hashable, so that drawn exhibits can be kept by style."""

    name: ThemeName
    paper: str
    page: str
    ink: str
    quiet: str
    grid: str
    grey: str
    series: tuple[str, ...]
    band: str
    sequential: tuple[str, ...]

    @property
    def exports(self) -> str:
        """Exports are blue on every page."""
        return self.series[0]

    @property
    def imports(self) -> str:
        """Imports are orange on every page."""
        return self.series[1]

    @property
    def total(self) -> str:
        """Totals and the subject country among many are maroon (gold on dark)."""
        return self.series[3]

    def flow(self, flow: str) -> str:
        """Colour of a flow: export, import, total or balance."""
        return {"export": self.exports, "import": self.imports, "total": self.total}.get(flow, self.series[4])


LIGHT = Style(
    name="light",
    paper="#FFFFFF",
    page="#FBFAF8",
    ink="#1B2430",
    quiet="#55606E",
    grid="#E6E8EB",
    grey="#6B7280",
    series=("#0B5394", "#D9541E", "#2A9D6F", "#5E1224", "#8A5CE6"),
    band="rgba(11,83,148,0.07)",
    sequential=("#F3F7FB", "#CFE0F0", "#9CC0E0", "#5F98C9", "#2F72AE", "#0B5394", "#08325A"),
)
DARK = Style(
    name="dark",
    paper="#14181D",
    page="#14181D",
    ink="#E8EBEF",
    quiet="#A7B0BB",
    grid="#2A3038",
    grey="#98A2AE",
    series=("#6CB4EE", "#FF7F50", "#AEDC8A", "#FDC332", "#B07CFF"),
    band="rgba(108,180,238,0.10)",
    sequential=("#1A222B", "#1F3A54", "#27557F", "#3374AB", "#4C95CF", "#6CB4EE", "#B9DDF8"),
)
STYLES = MappingProxyType({"light": LIGHT, "dark": DARK})


def sender_colour(place: int | None, style: Style) -> str:
    """The colour of a sender that has one of its own, from 1 on; the others keep the grey and rely on labels."""
    return style.grey if place is None else style.series[place - 1]


def diverging(style: Style) -> list[list[float | str]]:
    """Orange – paper – blue: below and above zero, readable without red and green."""
    return [[0.0, style.imports], [0.5, style.paper], [1.0, style.exports]]


def sequential(style: Style) -> list[list[float | str]]:
    """One hue of blue from little to much."""
    steps = style.sequential
    return [[index / (len(steps) - 1), colour] for index, colour in enumerate(steps)]


def classes(style: Style, above: int, below: int = 0) -> tuple[str, ...]:
    """Colours of ordered classes: `below` steps of orange from much to little, then `above` steps of blue from little
    to much, each far enough from the next to be told apart on a map and in grey print."""
    reach = min(above + 1, 5)
    blues = [style.sequential[1 + reach * step // max(above - 1, 1)] for step in range(above)]
    oranges = [_mixed(style.imports, style.paper, 1 - 0.7 * step / max(below, 1)) for step in range(below)]
    return (*oranges, *blues)


def _mixed(one: str, other: str, share: float) -> str:
    """A colour between two: `share` of the first."""
    pairs = zip(bytes.fromhex(one[1:]), bytes.fromhex(other[1:]), strict=True)
    return "#" + "".join(f"{round(a * share + b * (1 - share)):02X}" for a, b in pairs)


@dataclass(frozen=True)
class Scale:
    """A divisor and the words for an axis: 36_021_700_000 USD drawn as 36.0 "$ billion"."""

    divisor: float
    unit: str


def money_scale(values: Sequence[float | None], symbol: str = "$") -> Scale:
    """Scale for money by the largest absolute value: billion from 2e9, million from 2e6, thousand from 2e3."""
    largest = max((abs(value) for value in values if value is not None), default=0.0)
    for floor, divisor, word in ((2e9, 1e9, "billion"), (2e6, 1e6, "million"), (2e3, 1e3, "thousand")):
        if largest >= floor:
            return Scale(divisor, f"{symbol} {word}")
    return Scale(1.0, symbol)


def axis(style: Style, **options: Any) -> dict[str, Any]:
    """An axis with quiet ticks; pass Plotly's own options to differ."""
    return {
        "showgrid": False,
        "zeroline": False,
        "showline": False,
        "ticks": "",
        "automargin": True,
        "tickfont": {"color": style.quiet, "size": 13},
        "gridcolor": style.grid,
        "fixedrange": False,
    } | options


def time_axis(style: Style, **options: Any) -> dict[str, Any]:
    """A time axis: years without separators, months (their year below them) only in short windows, a thin base line.

    Plotly places its ticks, also after a zoom: at most eight, and upright, since a phone turned them otherwise. Axes
    that share a scale need `shared_ticks`.
    """
    return axis(
        style,
        type="date",
        showline=True,
        linecolor=style.quiet,
        linewidth=1,
        ticks="outside",
        ticklen=4,
        tickcolor=style.quiet,
        tickformatstops=[
            {"dtickrange": [None, "M11"], "value": "%b<br>%Y"},
            {"dtickrange": ["M11", None], "value": "%Y"},
        ],
        hoverformat="%b %Y",
        nticks=MOST_TICKS,
        tickangle=0,
        spikemode="across",
        spikethickness=1,
        spikecolor=style.quiet,
        spikedash="solid",
        showspikes=True,
        **options,
    )


def shared_ticks(start: date, end: date, *, most: int = MOST_TICKS) -> dict[str, Any]:
    """Ticks on 1 January of at most so many years, or on firsts of months in a short window, for axes on one scale.

    Left to itself each axis chooses its own, at any width another, and some a moment before midnight, which is the year
    before.
    """
    if (end - start).days < SHORT_DAYS:
        months = [date(at // 12, at % 12 + 1, 1) for at in range(start.year * 12 + start.month - 1, end.year * 12 + 12)]
        inside = [day for day in months if start <= day <= end]
        step = next((step for step in (1, 2, 3, 6) if len(inside) <= step * most), 12)
        shown = [day for day in inside if (day.month - 1) % step == 0]
        return _named(shown, [f"{day:%b}<br>{day.year}" for day in shown])
    years = [year for year in range(start.year, end.year + 1) if start <= date(year, 1, 1) <= end]
    step = next((step for step in _YEAR_STEPS if len([y for y in years if y % step == 0]) <= most), _YEAR_STEPS[-1])
    shown = [date(year, 1, 1) for year in years if year % step == 0]
    return _named(shown, [str(day.year) for day in shown])


def _named(days: Sequence[date], texts: Sequence[str]) -> dict[str, Any]:
    return {"tickmode": "array", "tickvals": [day.isoformat() for day in days], "ticktext": list(texts)}


def value_axis(style: Style, **options: Any) -> dict[str, Any]:
    """A value axis: horizontal grid only, few ticks, a zero line where zero is inside."""
    return axis(
        style,
        **(
            {
                "showgrid": True,
                "nticks": 6,
                "zeroline": True,
                "zerolinecolor": style.quiet,
                "zerolinewidth": 1,
                "separatethousands": True,
                "fixedrange": True,
            }
            | options
        ),
    )


def unit_label(unit: str, style: Style, *, y: float = 1.0, yshift: int = 6) -> dict[str, Any]:
    """The unit as a quiet word above the value axis, instead of a rotated axis title."""
    return {
        "text": unit,
        "xref": "paper",
        "yref": "paper",
        "x": 0,
        "y": y,
        "xanchor": "left",
        "yanchor": "bottom",
        "yshift": yshift,
        "xshift": -6,
        "showarrow": False,
        "font": {"size": 13, "color": style.quiet},
        "name": "unit",
    }


def legend_below(style: Style) -> dict[str, Any]:
    """A legend along the lower edge that explains and hides nothing: what is drawn is what the table and words tell."""
    return {
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


def layout(style: Style, *, height: int = 460, **options: Any) -> dict[str, Any]:
    """The layout every figure starts from: no title and no legend (labels stand on the lines), unified hover."""
    return {
        "template": "none",
        "height": height,
        "autosize": True,
        "paper_bgcolor": style.paper,
        "plot_bgcolor": style.paper,
        "font": {"family": FONT, "size": 14, "color": style.ink},
        "showlegend": False,
        "hovermode": "x unified",
        "margin": {"l": 12, "r": 24, "t": 40, "b": 8, "autoexpand": True},
        "separators": ".,",
        "dragmode": "zoom",
        "hoverlabel": {
            "bgcolor": style.paper,
            "bordercolor": style.grid,
            "align": "left",
            "font": {"family": FONT, "size": 13, "color": style.ink},
        },
        "modebar": {"bgcolor": "rgba(0,0,0,0)", "color": style.quiet, "activecolor": style.ink},
    } | options
