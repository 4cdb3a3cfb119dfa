"""Real output as a level: against peers since the event, and against its own path before it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Literal

import polars as pl

from dashboard import words
from dashboard.analysis.chain import chain_levels
from dashboard.analysis.errors import AnalysisError
from dashboard.analysis.impact import index_before_event
from dashboard.exhibits.alt import lines_alt
from dashboard.exhibits.base import Card, Column, Exhibit, NothingToShow, Spec
from dashboard.exhibits.impact.targets import PeerParams, roles, stem, without, year_lines, yearly
from dashboard.exhibits.passports import passport
from dashboard.figures.before_after import divide_years
from dashboard.figures.lines import time_lines
from dashboard.figures.marks import NOT_A_CAUSE
from dashboard.figures.theme import Style
from dashboard.queries import catalogue
from pipelines.store import Store

Level = Literal["chained", "constant"]


class LevelParams(PeerParams):
    """Levels: how they are made. One figure never mixes the two."""

    level: Level = "chained"
    """chained: from growth rates of the newest edition; constant: constant 2015 US dollars of an earlier edition."""


def levels(
    store: Store, params: PeerParams, level: Level
) -> tuple[pl.DataFrame, pl.DataFrame, dict[str, str], list[str]]:
    """Real levels of targets and peers over all years: levels, the rows they rest on, names, who is missing.

    Raises:
        NothingToShow: the target has no level in the year before the event.
    """
    base = params.event.year - 1
    indicator = "gdp_growth" if level == "chained" else "gdp_constant_usd"
    rows, names, missing = yearly(store, params, indicator, "worldbank", everything=True)
    if level == "constant":
        return rows.select("area", "period", "value"), rows, names, missing
    try:
        chained = chain_levels(rows, base)
    except AnalysisError as error:
        raise NothingToShow(f"{error} Choose another event or another country.") from error
    return chained, rows, names, missing


def made_how(store: Store, level: Level, rows: pl.DataFrame) -> str:
    """How the level is made and from which edition, in the words of the subtitle."""
    edition = " and ".join(edition_words(store, rows["release"].unique().sort().to_list()))
    if level == "chained":
        return f"chained from growth rates, {edition}"
    return f"GDP in constant 2015 US dollars, {edition}"


def edition_words(store: Store, releases: Sequence[str]) -> list[str]:
    """`July 2026 edition` for World Bank vintages; an edition whose day is not known says so."""
    table = catalogue.releases(store).filter(pl.col("release").is_in(list(releases))).sort("published")
    found = []
    for row in table.iter_rows(named=True):
        when: date = row["published"]
        earlier = "" if row["published_precision"] == "day" else " or earlier"
        found.append(f"World Bank edition of {words.month(when)}{earlier}")
    return found or ["edition not recorded"]


_NOTE = {
    "chained": (
        "Real output in local currency at constant prices: neither nominal dollars nor purchasing power, and not an "
        "effect of sanctions. Level and growth come from one edition; the level is chained from its growth rates."
    ),
    "constant": (
        "Constant-price GDP comes from an earlier edition than the growth rates on this page and ends a year sooner; "
        "the two are never spliced. Revisions since then are not in it."
    ),
}


def gdp_level(store: Store, params: LevelParams, style: Style) -> Exhibit:
    """Real GDP as an index, 100 in the last full year before the event: targets in colour, peers in grey."""
    frame, rows, names, missing = levels(store, params, params.level)
    base = params.event.year - 1
    try:
        indexed = index_before_event(frame, params.event.year)
    except AnalysisError as error:
        raise NothingToShow(f"{error} Choose another event or other countries.") from error
    shown = indexed.filter(
        (pl.col("period") >= params.first) & (pl.lit(params.end is None) | (pl.col("period") <= pl.lit(params.end)))
    )
    if params.target not in set(shown["area"]):
        raise NothingToShow(
            f"{names[params.target]} has no level for {base}, the year before the event, or none in these years. "
            "Choose another event, other years or the other way to make the level."
        )
    dropped = [names[code] for code in dict.fromkeys(rows["area"]) if code not in set(shown["area"])]
    lines = year_lines(shown, params, names, style, "index")
    first, last = min(line.x[0] for line in lines), max(line.x[-1] for line in lines)
    unit = f"index, {base} = 100"
    figure = time_lines(lines, unit=unit, style=style, value_format=".1f", extremes=False, zero=False, hover_date="%Y")
    figure = divide_years(figure, params.event, style, first=first, last=last)
    data = (
        roles(shown, params, names)
        .join(rows.select("area", "period", "source", "release", "known_from"), on=["area", "period"], how="left")
        .select("period", "area", "name", "role", "index", "source", "release", "known_from")
    )
    who = words.listing([names[code] for code in params.coloured])
    title = f"Real GDP of {who} and {words.plural(len(params.grey), 'peer')} since before the event"
    title = title if len(title) <= 70 else f"Real GDP of {who} since before the event"
    note = _NOTE[params.level]
    releases = rows.filter(pl.col("area").is_in(shown["area"].unique().to_list()))["release"].unique().to_list()
    return Exhibit(
        id="gdp_level",
        title=title,
        subtitle=f"Real GDP, {unit}, {made_how(store, params.level, rows)}, {first.year}–{last.year}",
        figure=figure,
        data=data,
        alt=lines_alt(title, list(reversed(lines)), lambda value: f"{value:.1f}", frequency="A"),
        passport=passport(
            store,
            sources=["worldbank"],
            releases=releases,
            series="Real GDP",
            unit=unit,
            last_observation=str(last.year),
            price_basis=_PRICES[params.level],
            adjustment="yearly figures",
            known_on=params.known_on,
            cannot_show=note,
            view=SPECS[0].view(params),
        ),
        params=params,
        answer=_answer(data, params, names, base),
        note=f"{note}{without([*missing, *dropped])} {NOT_A_CAUSE}",
        cards=tuple(_cards(data, params, names, base)),
        columns=COLUMNS | {"index": Column(f"Index, {base} = 100", "%.2f")},
        file_stem=stem("real-gdp-index", params, names, data),
    )


_PRICES = {"chained": "constant prices of the local currency", "constant": "constant 2015 US dollars"}
COLUMNS = {
    "period": Column("Year"),
    "area": Column("Code"),
    "name": Column("Country"),
    "role": Column("Role"),
    "source": Column("Source"),
    "release": Column("Vintage"),
    "known_from": Column("Known from"),
}


def _last(data: pl.DataFrame, code: str) -> tuple[int, float]:
    when, value = data.filter(pl.col("area") == code).sort("period").select("period", "index").row(-1)
    return when.year, value


def _against(value: float, base: int) -> str:
    if abs(value - 100) < 0.05:
        return f"level with {base}"
    return f"{words.percent(abs(value / 100 - 1))} {'above' if value > 100 else 'below'} {base}"


def _answer(data: pl.DataFrame, params: PeerParams, names: dict[str, str], base: int) -> str:
    year, value = _last(data, params.target)
    sentence = f"In {year} real GDP of {names[params.target]} was {_against(value, base)}"
    peers = [_last(data.filter(pl.col("period") <= date(year, 1, 1)), code) for code in _held(data, params.grey)]
    same = sorted(index for when, index in peers if when == year)
    if len(same) > 1:
        return f"{sentence}; the peers were between {_signed(same[0])} and {_signed(same[-1])} against {base}."
    return f"{sentence}."


def _signed(index: float) -> str:
    return words.percent(index / 100 - 1, signed=True)


def _held(data: pl.DataFrame, codes: Sequence[str]) -> list[str]:
    held = set(data["area"])
    return [code for code in codes if code in held]


def _cards(data: pl.DataFrame, params: PeerParams, names: dict[str, str], base: int) -> list[Card]:
    cards = []
    for code in [*_held(data, params.coloured), *_held(data, params.grey)][:4]:
        year, value = _last(data, code)
        cards.append(Card(f"{names[code]}, {year}", _signed(value), f"real GDP against {base}"))
    return cards


SPECS: tuple[Spec, ...] = (
    Spec("gdp_level", "Real GDP level since before the event", "impact", LevelParams, gdp_level),
)
