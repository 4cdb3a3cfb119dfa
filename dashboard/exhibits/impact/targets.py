"""What the exhibits of the impact page share: parameters, presets, colours and lines of targets and peers, tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Literal, TypeVar

import polars as pl
from pydantic import Field, field_validator

from dashboard import words
from dashboard.exhibits.passports import StorePassport, passport
from dashboard.figures.before_after import middle
from dashboard.figures.lines import Line
from dashboard.figures.theme import Style
from dashboard.params import Area, Areas, Month, Params
from dashboard.queries.subjects import subjects
from dashboard.studies.growth import Compared
from dashboard.studies.yearly import SOURCE_WORDS
from dashboard.words import trade as trade_words
from pipelines.store import Store

FIRST_YEAR = 2013
"""Where the drawn years begin unless the reader says otherwise: a year before the first sanctions on Russia."""

YEARS_BEFORE = 4
"""Years before the event that are drawn at least unless the reader says otherwise."""

EVENT = date(2022, 2, 24)
"""The event that divides the years unless the reader says otherwise: the invasion of Ukraine."""

GdpSource = Literal["worldbank", "imf_weo"]

PEERS = ("BRA", "KAZ", "POL")
"""The economies in grey unless the reader says otherwise: Russia's. The defaults of a link stand in code, and a test
holds them to the subject's file."""


def cases(store: Store) -> dict[str, Mapping[str, Any]]:
    """Views worth starting from, by name: a subject with its peers and its event; and two drawn together."""
    held = subjects(store)
    found: dict[str, Mapping[str, Any]] = {}
    for code, subject in held.items():
        if subject.event is None or not subject.peers:
            continue
        own = {"target": code, "also": (), "peers": subject.peers, "event": subject.event}
        found[subject.name] = own
        for other in held.values():
            if code in other.seen_with and other.name in found:
                found[f"{other.name} and {subject.name}"] = {**found[other.name], "also": (code,)}
    return found


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
    peers: Areas = Field(default=PEERS, max_length=8)
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


P = TypeVar("P", bound=TargetParams)


def settled(store: Store, params: P) -> P:
    """The parameters with the event and the peers of the target where the reader left those of the first subject.

    A target chosen in a box and the same one chosen by its button are one view. An economy that is no subject, or has
    no event of its own, keeps what stands there.
    """
    subject = subjects(store).get(params.target)
    if subject is None:
        return params
    change: dict[str, Any] = {}
    if params.event == EVENT and subject.event is not None:
        change["event"] = subject.event
    if isinstance(params, PeerParams) and params.peers == PEERS and subject.peers:
        change["peers"] = subject.peers
    return params.model_copy(update=change) if change else params


def compared(params: PeerParams) -> Compared:
    """Who is compared, as a study asks it."""
    return Compared(params.coloured, params.grey)


def colours(who: Compared, style: Style) -> dict[str, str]:
    """Maroon for the target, two quiet others for further targets, grey for peers."""
    others = (style.series[4], style.series[2], style.series[0])
    found = {who.target: style.total, **dict(zip(who.targets[1:], others, strict=False))}
    return found | {code: style.grey for code in who.peers if code not in found}


def year_lines(rows: pl.DataFrame, who: Compared, names: Mapping[str, str], style: Style, value: str) -> list[Line]:
    """A line per economy with a point per year and gaps where a year is missing; peers first, so targets lie on top.

    Args:
        rows: area, period, is_estimate and the column `value`.
    """
    paint = colours(who, style)
    drawn = []
    for code in (*(one for one in who.all if one not in who.targets), *reversed(who.targets)):
        mine = rows.filter(pl.col("area") == code).select("period", value, "is_estimate")
        points = {when.year: (figure, bool(doubt)) for when, figure, doubt in mine.iter_rows()}
        if not points:
            continue
        years = range(min(points), max(points) + 1)
        subject = code in who.targets
        drawn.append(
            Line(
                name=names[code],
                x=[middle(year) for year in years],
                y=[points[year][0] if year in points else None for year in years],
                colour=paint[code],
                width=3.0 if code == who.target else 2.4 if subject else 1.3,
                dash="solid" if code == who.target or not subject else "dash",
                estimates=[year in points and points[year][1] for year in years],
            )
        )
    return drawn


def table(rows: pl.DataFrame, who: Compared, names: Mapping[str, str]) -> pl.DataFrame:
    """The drawn rows with `name` and `role` (target or peer) beside the area."""
    return rows.with_columns(
        pl.col("area").replace_strict(dict(names), default=pl.col("area")).alias("name"),
        pl.col("area").map_elements(who.role, return_dtype=pl.String).alias("role"),
    )


def estimates_words(rows: pl.DataFrame, names: Mapping[str, str], source: str) -> str:
    """The drawn figures that their source may have estimated, by year; empty when there is none."""
    marked = rows.filter("is_estimate").sort("period")
    by_year: dict[int, list[str]] = {}
    for area, when in marked.select("area", "period").iter_rows():
        by_year.setdefault(when.year, []).append(words.in_sentence(names[area]))
    told = [f"{year} for {words.listing(who)}" for year, who in by_year.items()]
    if not told:
        return ""
    return f"Drawn dotted, since the {SOURCE_WORDS[source]} does not say whether it is a result or an estimate: " + (
        f"{words.listing(told)}."
    )


def stem(what: str, who: Compared, names: Mapping[str, str], years: tuple[int, int]) -> str:
    """A file name that says what is inside: real-gdp-growth-russia-against-3-peers-2013-2025."""
    targets = "-and-".join(trade_words.stem(names[code]) for code in who.targets)
    peers = f"-against-{len(who.peers)}-peers" if who.peers else ""
    return f"{what}-{targets}{peers}-{years[0]}-{years[1]}"


def yearly_passport(
    store: Store,
    *,
    sources: Sequence[str],
    releases: Sequence[str],
    series: str,
    unit: str,
    last_observation: str,
    prices: str,
    known_on: date | None,
    view: str,
    cannot_show: str,
) -> StorePassport:
    """The passport of yearly figures of whole economies: neither a trade basis nor a valuation, nothing seasonal."""
    return passport(
        store,
        sources=sources,
        releases=releases,
        series=series,
        unit=unit,
        last_observation=last_observation,
        price_basis=prices,
        adjustment="yearly figures",
        known_on=known_on,
        cannot_show=cannot_show,
        view=view,
    )
