"""Yearly growth and inflation of targets against peers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import polars as pl

from dashboard import words
from dashboard.exhibits.alt import lines_alt
from dashboard.exhibits.base import Card, Column, Exhibit, Spec
from dashboard.exhibits.impact.targets import (
    SOURCE_WORDS,
    GdpSource,
    PeerParams,
    roles,
    stem,
    without,
    year_lines,
    yearly,
)
from dashboard.exhibits.passports import passport
from dashboard.figures.before_after import divide_years
from dashboard.figures.lines import time_lines
from dashboard.figures.marks import NOT_A_CAUSE
from dashboard.figures.theme import Style
from pipelines.store import Store


class GrowthParams(PeerParams):
    """Real growth: targets, peers, years, and whose figures."""

    gdp_source: GdpSource = "worldbank"


class InflationParams(PeerParams):
    """Consumer prices: targets, peers, years."""


@dataclass(frozen=True)
class _Rate:
    """What differs between the two rates."""

    exhibit: str
    indicator: str
    column: str
    label: str
    series: str
    unit: str
    price_basis: str
    stem: str


_GROWTH = _Rate(
    "gdp_growth",
    "gdp_growth",
    "growth_pct",
    "Growth, %",
    "Real GDP growth",
    "% on the year before",
    "constant prices of the local currency",
    "real-gdp-growth",
)
_PRICES = _Rate(
    "inflation",
    "cpi_inflation",
    "inflation_pct",
    "Inflation, %",
    "Consumer price inflation, yearly average",
    "% on the year before",
    "consumer prices in local currency",
    "inflation",
)


def gdp_growth(store: Store, params: GrowthParams, style: Style) -> Exhibit:
    """Real GDP growth of targets against peers, year by year, from one edition of one source."""
    return _rates(
        store,
        params,
        style,
        _GROWTH,
        params.gdp_source,
        title="Real GDP growth of {who} and {peers}",
        verbs=("grew by {size}", "shrank by {size}"),
        subject="The economy of {name}",
        note=(
            "Real growth is in local currency at constant prices: neither nominal dollars nor purchasing power, and "
            "not an effect of sanctions, since war, oil prices and policy are in the same figures. "
            "Later years are revised most."
        ),
    )


def inflation(store: Store, params: InflationParams, style: Style) -> Exhibit:
    """Consumer price inflation of targets against peers, year by year."""
    return _rates(
        store,
        params,
        style,
        _PRICES,
        "worldbank",
        title="Consumer price inflation of {who} and {peers}",
        verbs=("rose by {size}", "fell by {size}"),
        subject="Consumer prices in {name}",
        note=(
            "Yearly averages hide the months: a jump within a year is spread over two yearly means. "
            "Official price indices under controls, rationing or war may understate what people paid."
        ),
    )


def _rates(
    store: Store,
    params: PeerParams,
    style: Style,
    rate: _Rate,
    source: str,
    *,
    title: str,
    verbs: tuple[str, str],
    subject: str,
    note: str,
) -> Exhibit:
    rows, names, missing = yearly(store, params, rate.indicator, source)
    lines = year_lines(rows, params, names, style, "value")
    first, last = min(line.x[0] for line in lines), max(line.x[-1] for line in lines)
    figure = time_lines(
        lines, unit=rate.unit, style=style, value_format=".1f", suffix="%", extremes=False, hover_date="%Y"
    )
    figure = divide_years(figure, params.event, style, first=first, last=last)
    data = (
        roles(rows, params, names)
        .rename({"value": rate.column})
        .select("period", "area", "name", "role", rate.column, "flag", "source", "release", "known_from")
    )
    releases = rows["release"].unique().to_list()
    who = words.listing([names[code] for code in params.coloured])
    heading = title.format(who=who, peers=_peer_words(names, params.grey))
    own = data.filter(pl.col("area") == params.target)
    published = own["known_from"].max()
    assert isinstance(published, date)
    shown = f"the {SOURCE_WORDS[source]}'s figures of {words.month(published)}"
    return Exhibit(
        id=rate.exhibit,
        title=heading,
        subtitle=f"{rate.series}, {rate.unit}, {rate.price_basis}, {first.year}–{last.year}, {SOURCE_WORDS[source]}",
        figure=figure,
        data=data,
        alt=lines_alt(heading, list(reversed(lines)), lambda value: words.percent(value / 100), frequency="A"),
        passport=passport(
            store,
            sources=[source],
            releases=releases,
            series=rate.series,
            unit=rate.unit,
            last_observation=str(last.year),
            price_basis=rate.price_basis,
            adjustment="yearly figures",
            known_on=params.known_on,
            cannot_show=note,
            view=_SPECS[rate.exhibit].view(params),
        ),
        params=params,
        answer=_answer(own, rate.column, params.event, subject.format(name=_the(names[params.target])), verbs, shown),
        note=f"{note}{_too_short(own, names[params.target], params.event)}{without(missing)} {NOT_A_CAUSE}",
        cards=tuple(_cards(data, rate, params, names)),
        columns={
            "period": Column("Year"),
            "area": Column("Code"),
            "name": Column("Country"),
            "role": Column("Role"),
            rate.column: Column(rate.label, "%.2f"),
            "flag": Column("Mark of the source"),
            "source": Column("Source"),
            "release": Column("Vintage"),
            "known_from": Column("Known from"),
        },
        file_stem=stem(rate.stem, params, names, data),
    )


def _too_short(own: pl.DataFrame, name: str, event: date) -> str:
    """Words for a target whose figures stop before the event, so that the years after it are not looked for."""
    last = own["period"].max()
    if not isinstance(last, date) or last.year >= event.year:
        return ""
    return f" The figures for {_the(name)} end in {last.year}, before the event."


def _the(name: str) -> str:
    return f"the {name}" if name.startswith("United ") else name


def _peer_words(names: dict[str, str], codes: Sequence[str]) -> str:
    if len(codes) in (1, 2):
        return words.listing([names[code] for code in codes])
    return f"{len(codes)} peers" if codes else "no peers"


def _moved(value: float, verbs: tuple[str, str]) -> str:
    return verbs[0 if value >= 0 else 1].format(size=words.percent(abs(value) / 100))


def _answer(own: pl.DataFrame, column: str, event: date, subject: str, verbs: tuple[str, str], vintage: str) -> str:
    values = {when.year: value for when, value in own.select("period", column).iter_rows()}
    last = max(values)
    told = f"{_moved(values[last], verbs)} in {last}"
    if event.year in values and event.year != last:
        if (values[event.year] >= 0) == (values[last] >= 0):
            told = f"by {words.percent(abs(values[last]) / 100)} in {last}"
        told = f"{_moved(values[event.year], verbs)} in {event.year} and {told}"
    return f"{subject} {told}, by {vintage}."


def _cards(data: pl.DataFrame, rate: _Rate, params: PeerParams, names: dict[str, str]) -> list[Card]:
    """The event's year and the last year: each target, and the middle of the peers."""
    cards = []
    last = data.filter(pl.col("area") == params.target)["period"].max()
    years = dict.fromkeys((params.event.year, last.year if isinstance(last, date) else params.event.year))
    for year in years:
        of_year = data.filter(pl.col("period") == date(year, 1, 1))
        peers = of_year.filter(pl.col("role") == "peer")[rate.column]
        middle = peers.median()
        detail = (
            f"median of {len(peers)} peers {words.percent(float(middle) / 100, signed=True)}"
            if len(peers) > 1 and isinstance(middle, float)
            else ""
        )
        for code in params.coloured[:2]:
            value = of_year.filter(pl.col("area") == code)[rate.column].to_list()
            if value:
                cards.append(Card(f"{names[code]}, {year}", words.percent(value[0] / 100, signed=True), detail))
    return cards


SPECS: tuple[Spec, ...] = (
    Spec("gdp_growth", "Real GDP growth of targets and peers", "impact", GrowthParams, gdp_growth),
    Spec("inflation", "Consumer price inflation of targets and peers", "impact", InflationParams, inflation),
)
_SPECS = {spec.id: spec for spec in SPECS}
