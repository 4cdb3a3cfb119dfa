"""Real output as a level: targets against peers since the year before the event."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import plotly.graph_objects as go
import polars as pl

from dashboard import words
from dashboard.exhibits.alt import lines_alt
from dashboard.exhibits.base import Card, Column, Exhibit, NothingToShow, Passport, Spec
from dashboard.exhibits.impact.targets import PeerParams, compared, settled, stem, table, year_lines, yearly_passport
from dashboard.figures.before_after import divide_years
from dashboard.figures.lines import time_lines
from dashboard.figures.marks import NOT_A_CAUSE
from dashboard.figures.theme import LIGHT, Style
from dashboard.queries import catalogue
from dashboard.studies import output
from dashboard.studies.output import Made, OutputIndex
from dashboard.studies.yearly import lacking
from pipelines.store import Store


class LevelParams(PeerParams):
    """Levels: how they are made. One figure never mixes the two."""

    level: Made = "chained"
    """chained: from growth rates of the newest edition; constant: constant 2015 US dollars of an earlier edition."""


def gdp_level(store: Store, params: LevelParams, style: Style) -> Exhibit:
    """Real GDP as an index, 100 in the last full year before the event: targets in colour, peers in grey."""
    params = settled(store, params)
    found = ask(store, params)
    if found.why_empty:
        raise NothingToShow(found.why_empty)
    how = made_how(store, found.levels.made, found.releases)
    return write(found, params, draw(found, style), passport(store, found, params), how)


def ask(store: Store, params: LevelParams) -> OutputIndex:
    """The levels that the parameters ask for."""
    return output.since(
        store,
        compared(params),
        params.level,
        event=params.event,
        known_on=params.known_on,
        start=params.first,
        end=params.end,
    )


def draw(found: OutputIndex, style: Style) -> go.Figure:
    """A line per economy; a dashed line where the event was."""
    lines = year_lines(found.frame, found.who, found.names, style, "index")
    first, last = min(line.x[0] for line in lines), max(line.x[-1] for line in lines)
    figure = time_lines(
        lines, unit=found.unit, style=style, value_format=".1f", extremes=False, zero=False, hover_date="%Y"
    )
    return divide_years(figure, found.event, style, first=first, last=last)


def write(found: OutputIndex, params: PeerParams, figure: go.Figure, passport: Passport, how: str) -> Exhibit:
    """Words and table of what is drawn.

    Args:
        how: how the level is made and from which edition.
    """
    drawn, (first, last) = found.drawn, found.years
    title = heading(found)
    return Exhibit(
        id="gdp_level",
        title=title,
        subtitle=f"Real GDP, {found.unit}, {how}, {first}–{last}",
        figure=figure,
        data=table(found.frame, found.who, found.names).select(
            "period", "area", "name", "role", "index", "source", "release", "known_from"
        ),
        alt=lines_alt(
            title,
            list(reversed(year_lines(found.frame, found.who, found.names, LIGHT, "index"))),
            lambda value: f"{value:.1f}",
            frequency="A",
        ),
        passport=passport,
        params=params,
        answer=answer(found),
        note=note(found),
        cards=cards(found),
        columns=COLUMNS | {"index": Column(f"Index, {found.base} = 100", "%.2f")},
        file_stem=stem("real-gdp-index", drawn, found.names, found.years),
    )


def passport(store: Store, found: OutputIndex, params: PeerParams) -> Passport:
    """The passport of the drawn levels: the editions are those of the rates on which they rest."""
    return yearly_passport(
        store,
        sources=[output.SOURCE],
        releases=found.releases,
        series="Real GDP",
        unit=found.unit,
        last_observation=found.last_observation,
        prices=found.levels.prices,
        known_on=params.known_on,
        cannot_show=NOTES[found.levels.made],
        view=SPECS[0].view(params),
    )


NOTES = {
    "chained": (
        "Real output in local currency at constant prices: neither nominal dollars nor purchasing power, and not an "
        "effect of sanctions. Level and growth come from one edition; the level is chained from its growth rates."
    ),
    "constant": (
        "The level in constant dollars rests on an edition of its own and is never spliced with the growth rates on "
        "this page; revisions since that edition are not in it."
    ),
}
COLUMNS = {
    "period": Column("Year"),
    "area": Column("Code"),
    "name": Column("Country"),
    "role": Column("Role"),
    "source": Column("Source"),
    "release": Column("Vintage"),
    "known_from": Column("Known from"),
}


def made_how(store: Store, made: Made, releases: Sequence[str]) -> str:
    """How the level is made and from which edition, in the words of the subtitle."""
    edition = " and ".join(edition_words(store, releases))
    if made == "chained":
        return f"chained from growth rates, {edition}"
    return f"GDP in constant 2015 US dollars, {edition}"


def edition_words(store: Store, releases: Sequence[str]) -> list[str]:
    """`July 2026 edition` for World Bank vintages; an edition whose day is not known says so."""
    rows = catalogue.releases(store).filter(pl.col("release").is_in(list(releases))).sort("published")
    found = []
    for row in rows.iter_rows(named=True):
        when: date = row["published"]
        earlier = "" if row["published_precision"] == "day" else " or earlier"
        found.append(f"World Bank edition of {words.month(when)}{earlier}")
    return found or ["edition not recorded"]


def heading(found: OutputIndex) -> str:
    """Whose output against how many peers."""
    who = words.listing([found.names[code] for code in found.drawn.targets])
    peers = f" and {words.plural(len(found.drawn.peers), 'peer')}" if found.drawn.peers else ""
    title = f"Real GDP of {who}{peers} since before the event"
    return title if len(title) <= 70 else f"Real GDP of {who} since before the event"[:70]


def note(found: OutputIndex) -> str:
    """How the level is made, where the target's years end, who is missing and why."""
    query = found.levels.series.query
    parts = [
        NOTES[found.levels.made],
        found.stops_before,
        lacking(found.lacks, known_on=query.known_on, source=query.source, base=found.base),
        NOT_A_CAUSE,
    ]
    return " ".join(part for part in parts if part)


def _against(value: float, base: int) -> str:
    if abs(value - 100) < 0.05:
        return f"level with {base}"
    return f"{words.percent(abs(value / 100 - 1))} {'above' if value > 100 else 'below'} {base}"


def answer(found: OutputIndex) -> str:
    """The target's last drawn level, and the peers' in the same year."""
    year, value = found.last_of(found.who.target)
    name = words.in_sentence(found.names[found.who.target])
    sentence = f"In {year} real GDP of {name} was {_against(value, found.base)}"
    same = [found.of(code).get(year) for code in found.drawn.peers]
    levels = sorted(level for level in same if level is not None)
    if len(levels) > 1:
        lowest, highest = _signed(levels[0]), _signed(levels[-1])
        return f"{sentence}; the peers were between {lowest} and {highest} against {found.base}."
    return f"{sentence}."


def _signed(index: float) -> str:
    return words.percent(index / 100 - 1, signed=True)


def cards(found: OutputIndex) -> tuple[Card, ...]:
    """The last level of each, targets first."""
    made = []
    for code in found.drawn.all[:4]:
        year, value = found.last_of(code)
        made.append(Card(f"{found.names[code]}, {year}", _signed(value), f"real GDP against {found.base}"))
    return tuple(made)


SPECS: tuple[Spec, ...] = (
    Spec("gdp_level", "Real GDP level since before the event", "impact", LevelParams, gdp_level),
)
