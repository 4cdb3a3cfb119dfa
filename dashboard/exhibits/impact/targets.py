"""What the exhibits of the impact page share: parameters, presets, colours of targets and peers, yearly lines."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from types import MappingProxyType
from typing import Any, Literal

import polars as pl
from pydantic import Field, field_validator

from dashboard import words
from dashboard.exhibits.base import NothingToShow
from dashboard.figures.before_after import middle
from dashboard.figures.lines import Line
from dashboard.figures.theme import Style
from dashboard.params import Area, Areas, Month, Params
from dashboard.queries import catalogue, macro
from pipelines.store import Store

FIRST_YEAR = 2013
"""Where the drawn years begin unless the reader says otherwise: a year before the first sanctions on Russia."""

YEARS_BEFORE = 4
"""Years before the event that are drawn at least unless the reader says otherwise."""

EVENT = date(2022, 2, 24)
"""The event that divides the years unless the reader says otherwise: the invasion of Ukraine."""

GdpSource = Literal["worldbank", "imf_weo"]
SOURCE_WORDS = MappingProxyType({"worldbank": "World Bank", "imf_weo": "IMF"})

PRESETS: Mapping[str, Mapping[str, Any]] = MappingProxyType(
    {
        "Russia": {"target": "RUS", "also": (), "peers": ("BRA", "KAZ", "POL"), "event": date(2022, 2, 24)},
        "Ukraine": {"target": "UKR", "also": (), "peers": ("MDA", "POL", "ROU"), "event": date(2022, 2, 24)},
        "Russia and Ukraine": {
            "target": "RUS",
            "also": ("UKR",),
            "peers": ("BRA", "KAZ", "POL"),
            "event": date(2022, 2, 24),
        },
        "Belarus": {"target": "BLR", "also": (), "peers": ("KAZ", "LTU", "POL"), "event": date(2022, 2, 24)},
        "Iran": {"target": "IRN", "also": (), "peers": ("IRQ", "SAU", "TUR"), "event": date(2018, 5, 8)},
        "Venezuela": {"target": "VEN", "also": (), "peers": ("BRA", "COL", "ECU"), "event": date(2019, 1, 28)},
        "Myanmar": {"target": "MMR", "also": (), "peers": ("BGD", "LAO", "THA"), "event": date(2021, 2, 1)},
        "Cuba": {"target": "CUB", "also": (), "peers": ("CRI", "DOM", "JAM"), "event": date(2019, 5, 2)},
        "Syria": {"target": "SYR", "also": (), "peers": ("IRQ", "JOR", "TUR"), "event": date(2011, 8, 17)},
        "North Korea": {"target": "PRK", "also": (), "peers": ("KOR", "LAO", "MNG"), "event": date(2017, 8, 5)},
    }
)
"""Views worth starting from: a target, peers that share its region or its trade, and the event that divides the
years (the invasion of Ukraine; the US leaving the nuclear agreement; sanctions on PDVSA; the coup in Myanmar;
Title III of the Helms-Burton Act in force; EO 13582 on Syria; UN resolution 2371 on North Korea, whose output no source
gives)."""


class TargetParams(Params):
    """One target and the event that divides its years."""

    target: Area = "RUS"
    event: Month = EVENT
    known_on: date | None = None

    @field_validator("event", mode="before")
    @classmethod
    def _event_or_default(cls, value: Any) -> Any:
        """An emptied date box means the default event."""
        return EVENT if value is None else value


class PeerParams(TargetParams):
    """A target, further targets drawn in colour too, and peers drawn in grey."""

    also: Areas = Field(default=(), max_length=3)
    peers: Areas = Field(default=("BRA", "KAZ", "POL"), max_length=8)
    start: Month | None = None
    end: Month | None = None

    @property
    def coloured(self) -> tuple[str, ...]:
        """Target and further targets, each once."""
        return tuple(dict.fromkeys((self.target, *self.also)))

    @property
    def grey(self) -> tuple[str, ...]:
        """Peers that are not targets already."""
        return tuple(dict.fromkeys(code for code in self.peers if code not in self.coloured))

    @property
    def first(self) -> date:
        """First drawn year: an early event needs years before it."""
        return (
            date(min(FIRST_YEAR, self.event.year - YEARS_BEFORE), 1, 1)
            if self.start is None
            else date(self.start.year, 1, 1)
        )


def area_names(store: Store, codes: Sequence[str]) -> dict[str, str]:
    """Plain names; a code that the store does not know stays a code."""
    known = catalogue.names(store, codes)
    return {code: known.get(code, code) for code in codes}


def yearly(
    store: Store, params: PeerParams, indicator: str, source: str, *, everything: bool = False
) -> tuple[pl.DataFrame, dict[str, str], list[str]]:
    """One yearly indicator for targets and peers: rows, names by code, names of those without figures.

    Args:
        everything: all years of the store instead of the drawn ones (for chains and trends).

    Raises:
        NothingToShow: the target has no figures.
    """
    codes = (*params.coloured, *params.grey)
    names = area_names(store, codes)
    rows = macro.series(
        store,
        indicator=indicator,
        areas=codes,
        source=source,
        frequency="A",
        known_on=params.known_on,
        start=None if everything else params.first,
        end=None if everything else params.end,
    )
    rows = one_edition(rows)
    held = set(rows["area"])
    if params.target not in held:
        raise NothingToShow(absent(store, params.target, indicator, source, params.known_on))
    return rows, names, [names[code] for code in codes if code not in held]


def one_edition(rows: pl.DataFrame) -> pl.DataFrame:
    """The rows of the edition as a whole: single dated estimates beside it would be a splice of two editions."""
    kind = pl.col("flag").fill_null("").str.split(";").list.first()
    return rows.filter(~kind.is_in(["forecast", "first_estimate", "revised"]))


_INDICATORS = {
    "gdp_growth": "real GDP growth",
    "gdp_constant_usd": "GDP at constant prices",
    "cpi_inflation": "consumer prices",
    "gdp_usd": "GDP in dollars",
}


def absent(store: Store, area: str, indicator: str, source: str, known_on: date | None) -> str:
    """The sentence of an empty state: no figures in this choice, or none at all from anybody."""
    told = f"{_INDICATORS.get(indicator, indicator)} for {area_names(store, [area])[area]}"
    if one_edition(macro.series(store, indicator=indicator, areas=[area], frequency="A")).is_empty():
        return f"No source in the store gives {told}. Choose another country."
    what = f"{SOURCE_WORDS.get(source, source)} figures on {told}"
    if known_on is not None:
        return (
            f"The store holds no {what} in these years as known on {words.day(known_on)}; its editions are of 2025 "
            "and 2026. Choose a later day or the figures of today."
        )
    return f"The store holds no {what} in these years. Choose another country, other years or the other source."


def without(missing: Sequence[str]) -> str:
    """Words for the countries that have no figures."""
    return f" No figures here for {words.listing(list(missing))}." if missing else ""


def colours(params: PeerParams, style: Style) -> dict[str, str]:
    """Maroon for the target, two quiet others for further targets, grey for peers."""
    others = (style.series[4], style.series[2], style.series[0])
    found = {params.target: style.total, **dict(zip(params.coloured[1:], others, strict=False))}
    return found | dict.fromkeys(params.grey, style.grey)


def year_lines(
    rows: pl.DataFrame, params: PeerParams, names: Mapping[str, str], style: Style, value: str
) -> list[Line]:
    """A line per area with a point per year and gaps where a year is missing; peers first, so targets lie on top.

    Args:
        rows: area, period and the column `value`.
    """
    paint = colours(params, style)
    drawn = []
    for code in (*params.grey, *reversed(params.coloured)):
        points = dict(rows.filter(pl.col("area") == code).select("period", value).iter_rows())
        if not points:
            continue
        years = range(min(points).year, max(points).year + 1)
        subject = code in params.coloured
        drawn.append(
            Line(
                name=names[code],
                x=[middle(year) for year in years],
                y=[points.get(date(year, 1, 1)) for year in years],
                colour=paint[code],
                width=3.0 if code == params.target else 2.4 if subject else 1.3,
                dash="solid" if code == params.target or not subject else "dash",
            )
        )
    return drawn


def roles(rows: pl.DataFrame, params: PeerParams, names: Mapping[str, str]) -> pl.DataFrame:
    """Adds `name` and `role` (target or peer) after the area; sorted with the target first."""
    order = {code: place for place, code in enumerate((*params.coloured, *params.grey))}
    return (
        rows.with_columns(
            pl.col("area").replace_strict(dict(names), default=pl.col("area")).alias("name"),
            pl.when(pl.col("area").is_in(list(params.coloured)))
            .then(pl.lit("target"))
            .otherwise(pl.lit("peer"))
            .alias("role"),
            pl.col("area").replace_strict(order, return_dtype=pl.Int64).alias("_order"),
        )
        .sort("_order", "period")
        .drop("_order")
    )


def slug(text: str) -> str:
    """Words as a part of a file name."""
    kept = "".join(letter if letter.isascii() and letter.isalnum() else "-" for letter in text.lower())
    return "-".join(part for part in kept.split("-") if part)


def stem(what: str, params: PeerParams, names: Mapping[str, str], rows: pl.DataFrame) -> str:
    """A file name that says what is inside: real-gdp-growth-russia-against-3-peers-2013-2025."""
    who = "-and-".join(slug(names[code]) for code in params.coloured)
    peers = f"-against-{len(params.grey)}-peers" if params.grey else ""
    first, last = rows["period"].min(), rows["period"].max()
    assert isinstance(first, date)
    assert isinstance(last, date)
    return f"{what}-{who}{peers}-{first.year}-{last.year}"
