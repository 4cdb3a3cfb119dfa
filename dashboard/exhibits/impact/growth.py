"""Yearly growth and inflation of targets against peers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import plotly.graph_objects as go
import polars as pl

from dashboard import words
from dashboard.exhibits.alt import lines_alt
from dashboard.exhibits.base import Card, Column, Exhibit, NothingToShow, Passport, Spec
from dashboard.exhibits.impact.targets import (
    GdpSource,
    PeerParams,
    compared,
    estimates_words,
    settled,
    stem,
    table,
    year_lines,
    yearly_passport,
)
from dashboard.figures.before_after import divide_years
from dashboard.figures.lines import time_lines
from dashboard.figures.marks import NOT_A_CAUSE
from dashboard.figures.theme import LIGHT, Style
from dashboard.studies import growth as study
from dashboard.studies.growth import Rates
from dashboard.studies.yearly import GROWTH, INFLATION, SOURCE_WORDS, Measure, lacking
from pipelines.store import Store


class GrowthParams(PeerParams):
    """Real growth: targets, peers, years, and whose figures."""

    gdp_source: GdpSource = "worldbank"


class InflationParams(PeerParams):
    """Consumer prices: targets, peers, years."""


@dataclass(frozen=True)
class Rate:
    """What differs between the two rates; `verbs` for above and below zero."""

    exhibit: str
    measure: Measure
    column: str
    label: str
    series: str
    stem: str
    subject: str
    verbs: tuple[str, str]
    note: str


RATES = {
    "gdp_growth": Rate(
        "gdp_growth",
        GROWTH,
        "growth_pct",
        "Growth, %",
        "Real GDP growth",
        "real-gdp-growth",
        "The economy of {name}",
        ("grew by {size}", "shrank by {size}"),
        "Real growth is in local currency at constant prices: neither nominal dollars nor purchasing power, and not an "
        "effect of sanctions, since war, oil prices and policy are in the same figures. Later years are revised most.",
    ),
    "inflation": Rate(
        "inflation",
        INFLATION,
        "inflation_pct",
        "Inflation, %",
        "Consumer price inflation, yearly average",
        "inflation",
        "Consumer prices in {name}",
        ("rose by {size}", "fell by {size}"),
        "Yearly averages hide the months: a jump within a year is spread over two yearly means. Official price indices "
        "under controls, rationing or war may understate what people paid.",
    ),
}


def gdp_growth(store: Store, params: GrowthParams, style: Style) -> Exhibit:
    """Real GDP growth of targets against peers, year by year, from one edition of one source."""
    return _shown(store, params, style, RATES["gdp_growth"], params.gdp_source)


def inflation(store: Store, params: InflationParams, style: Style) -> Exhibit:
    """Consumer price inflation of targets against peers, year by year."""
    return _shown(store, params, style, RATES["inflation"], "worldbank")


def _shown(store: Store, params: PeerParams, style: Style, rate: Rate, source: str) -> Exhibit:
    params = settled(store, params)
    others = tuple(SOURCE_WORDS) if isinstance(params, GrowthParams) else ()
    found = ask(store, params, rate, source, others)
    if found.series.why_empty:
        raise NothingToShow(found.series.why_empty)
    return write(found, params, rate, draw(found, style), passport(store, found, params, rate))


def ask(store: Store, params: PeerParams, rate: Rate, source: str, others: tuple[str, ...] = ()) -> Rates:
    """The rates that the parameters ask for; `others` are the sources that could be chosen instead."""
    return study.ask(
        store,
        rate.measure,
        compared(params),
        event=params.event,
        source=source,
        known_on=params.known_on,
        start=params.first,
        end=params.end,
        others=others,
    )


def draw(found: Rates, style: Style) -> go.Figure:
    """A line per economy; a dashed line where the event was."""
    lines = year_lines(found.series.frame, found.who, found.series.names, style, "value")
    first, last = min(line.x[0] for line in lines), max(line.x[-1] for line in lines)
    unit = found.series.measure.unit
    figure = time_lines(lines, unit=unit, style=style, value_format=".1f", suffix="%", extremes=False, hover_date="%Y")
    return divide_years(figure, found.event, style, first=first, last=last)


def write(found: Rates, params: PeerParams, rate: Rate, figure: go.Figure, passport: Passport) -> Exhibit:
    """Words and table of what is drawn."""
    series, drawn = found.series, found.drawn
    first, last = series.years
    who = words.listing([series.names[code] for code in drawn.targets])
    heading = f"{series.measure.name} of {who}{peer_words(series.names, drawn.peers)}"
    source = SOURCE_WORDS[series.query.source]
    return Exhibit(
        id=rate.exhibit,
        title=heading if len(heading) <= 70 else f"{series.measure.name} of {who}"[:70],
        subtitle=f"{rate.series}, {series.measure.unit}, {series.measure.prices}, {first}–{last}, {source}",
        figure=figure,
        data=(
            table(series.frame, found.who, series.names)
            .rename({"value": rate.column})
            .select("period", "area", "name", "role", rate.column, "flag", "source", "release", "known_from")
        ),
        alt=alt(found, heading),
        passport=passport,
        params=params,
        answer=answer(found, rate),
        note=note(found, rate),
        cards=cards(found),
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
        file_stem=stem(rate.stem, drawn, series.names, series.years),
    )


def passport(store: Store, found: Rates, params: PeerParams, rate: Rate) -> Passport:
    """The passport of the drawn rows."""
    return yearly_passport(
        store,
        sources=found.series.sources,
        releases=found.series.releases,
        series=rate.series,
        unit=found.series.measure.unit,
        last_observation=found.series.last_observation,
        prices=found.series.measure.prices,
        known_on=params.known_on,
        cannot_show=rate.note,
        view=SPEC_OF[rate.exhibit].view(params),
    )


def alt(found: Rates, heading: str) -> str:
    """The lines in words, the target first."""
    series = found.series
    lines = year_lines(series.frame, found.who, series.names, LIGHT, "value")
    told = lines_alt(heading, list(reversed(lines)), lambda value: words.percent(value / 100), frequency="A")
    doubt = estimates_words(series.estimates, series.names, series.query.source)
    return f"{told} {doubt}".rstrip()


def note(found: Rates, rate: Rate) -> str:
    """What the figure cannot show, where the target's years end, who is missing and why, what may be an estimate."""
    series = found.series
    parts = [
        rate.note,
        series.stops_before(found.event, found.who.target),
        estimates_words(series.estimates, series.names, series.query.source),
        lacking(found.lacks, known_on=series.query.known_on, source=series.query.source),
        NOT_A_CAUSE,
    ]
    return " ".join(part for part in parts if part)


def peer_words(names: Mapping[str, str], codes: Sequence[str]) -> str:
    """The peers at the end of a title: named while there are two, counted beyond, nothing when there are none."""
    if len(codes) in (1, 2):
        return f" beside {words.listing([words.in_sentence(names[code]) for code in codes])}"
    return f" and {len(codes)} peers" if codes else ""


def _moved(value: float, verbs: tuple[str, str]) -> str:
    return verbs[0 if value >= 0 else 1].format(size=words.percent(abs(value) / 100))


def answer(found: Rates, rate: Rate) -> str:
    """The target's rate in the event's year and in its last drawn year, and whose figures these are."""
    values, last, event = found.own, found.last_year, found.event.year
    told = f"{_moved(values[last], rate.verbs)} in {last}"
    if event in values and event != last:
        if (values[event] >= 0) == (values[last] >= 0):
            told = f"by {words.percent(abs(values[last]) / 100)} in {last}"
        told = f"{_moved(values[event], rate.verbs)} in {event} and {told}"
    estimates = found.series.estimates.filter(pl.col("area") == found.who.target)["period"].dt.year().to_list()
    doubt = " (which may be an estimate)" if last in estimates else ""
    subject = rate.subject.format(name=words.in_sentence(found.series.names[found.who.target]))
    whose = SOURCE_WORDS[found.series.query.source]
    return f"{subject} {told}{doubt}, by the {whose}'s figures of {words.month(found.published)}."


def cards(found: Rates) -> tuple[Card, ...]:
    """The event's year and the last year: each target, and the middle of the peers."""
    made = []
    for year in dict.fromkeys((found.event.year, found.last_year)):
        middle, many = found.median_of_peers(year), len(found.peers_in(year))
        detail = "" if middle is None else f"median of {many} peers {words.percent(middle / 100, signed=True)}"
        for code in found.who.targets[:2]:
            value = found.series.of(code).get(year)
            if value is not None:
                label = f"{found.series.names[code]}, {year}"
                made.append(Card(label, words.percent(value / 100, signed=True), detail))
    return tuple(made)


SPECS: tuple[Spec, ...] = (
    Spec("gdp_growth", "Real GDP growth of targets and peers", "impact", GrowthParams, gdp_growth),
    Spec("inflation", "Consumer price inflation of targets and peers", "impact", InflationParams, inflation),
)
SPEC_OF = {spec.id: spec for spec in SPECS}
