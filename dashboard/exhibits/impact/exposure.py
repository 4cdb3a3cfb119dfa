"""Exposure: trade with the sanctioning side in percent of GDP."""

from __future__ import annotations

from dataclasses import replace

import plotly.graph_objects as go
import polars as pl
from pydantic import Field

from dashboard import words
from dashboard.exhibits.alt import lines_alt
from dashboard.exhibits.base import Card, Column, Exhibit, NothingToShow, Passport, Spec
from dashboard.exhibits.impact.targets import TargetParams, settled
from dashboard.exhibits.passports import basis_words, of_trade, valuation_words
from dashboard.figures.before_after import divide_years, middle
from dashboard.figures.lines import Line, time_lines
from dashboard.figures.marks import NOT_A_CAUSE
from dashboard.figures.theme import LIGHT, Style
from dashboard.params import Areas
from dashboard.studies import exposure as measured
from dashboard.studies.exposure import MIRROR, Exposure, ExposureQuery
from dashboard.words import trade as trade_words
from dashboard.words.flows import FLOWS
from pipelines.store import Store

SANCTIONING_SIDE = (
    "AUS",
    "AUT",
    "BEL",
    "BGR",
    "CAN",
    "CHE",
    "CYP",
    "CZE",
    "DEU",
    "DNK",
    "ESP",
    "EST",
    "FIN",
    "FRA",
    "GBR",
    "GRC",
    "HRV",
    "HUN",
    "IRL",
    "ITA",
    "JPN",
    "LTU",
    "LUX",
    "LVA",
    "MLT",
    "NLD",
    "NOR",
    "POL",
    "PRT",
    "ROU",
    "SVK",
    "SVN",
    "SWE",
    "USA",
)
"""The 27 members of the European Union, the United States, the United Kingdom, Canada, Japan, Australia,
Switzerland and Norway, the same in all years. Others joined some measures, so exposure to it is a lower bound."""


class ExposureParams(TargetParams):
    """Whose trade with whom; `side` is the list of countries that count as the sanctioning side."""

    side: Areas = Field(default=SANCTIONING_SIDE, min_length=1, max_length=60)


def exposure(store: Store, params: ExposureParams, style: Style) -> Exhibit:
    """Goods trade of the target with the sanctioning side in percent of its GDP: exports and imports, year by year."""
    params = settled(store, params)
    found = ask(store, params)
    if found.why_empty:
        raise NothingToShow(found.why_empty)
    return write(found, params, draw(found, params, style), passport(store, found, params))


def ask(store: Store, params: ExposureParams) -> Exposure:
    """The exposure that the parameters ask for."""
    return measured.study(store, ExposureQuery(params.target, params.side, params.known_on))


def draw(found: Exposure, params: ExposureParams, style: Style) -> go.Figure:
    """A line per flow with a point per year; a dashed line where the event was."""
    lines = _lines(found, style)
    years = [day for line in lines for day in line.x]
    figure = time_lines(lines, unit=found.unit, style=style, value_format=".1f", suffix="%", hover_date="%Y")
    return divide_years(figure, params.event, style, first=min(years), last=max(years))


def write(found: Exposure, params: ExposureParams, figure: go.Figure, passport: Passport) -> Exhibit:
    """Words and table of what is drawn."""
    assert found.trade is not None
    first, last = found.years
    title = f"{found.name}: goods trade with {whom(found)}"
    basis, valuation = basis_words(found.trade.frame), valuation_words(found.trade.frame)
    return Exhibit(
        id="exposure",
        title=f"{title}, % of GDP" if len(title) < 62 else title,
        subtitle=f"{side_words(found)}; % of GDP, both in current US dollars, {basis}, {valuation}, {first}–{last}",
        figure=figure,
        data=found.frame.with_columns(
            pl.lit(found.query.target).alias("area"), pl.lit(found.name).alias("name"), pl.lit("USD").alias("currency")
        )
        .rename({"share_pct": "share_of_gdp_pct"})
        .select(list(COLUMNS)),
        alt=alt(found, title),
        passport=passport,
        params=params,
        answer=answer(found, params),
        note=f"{note(found)} {NOT_A_CAUSE}",
        cards=cards(found, params),
        columns=COLUMNS,
        file_stem=trade_words.stem("goods-trade-of", found.name, "with", whom(found), "share-of-gdp", first, last),
    )


def passport(store: Store, found: Exposure, params: ExposureParams) -> Passport:
    """The passport of the drawn years: editions and last observation of the trade, and the editions of the GDP."""
    assert found.trade is not None
    assert found.gdp is not None
    made = of_trade(
        store,
        found.trade,
        sources=found.gdp.sources,
        releases=found.gdp.releases,
        series=f"Goods trade with {whom(found)} over GDP",
        unit=found.unit,
        price_basis=found.prices,
        known_on=params.known_on,
        cannot_show=note(found),
        view=SPECS[0].view(params),
    )
    return replace(made, adjustment="yearly figures")


COLUMNS = {
    "period": Column("Year"),
    "area": Column("Code"),
    "name": Column("Country"),
    "flow": Column("Flow"),
    "share_of_gdp_pct": Column("Share of GDP, %", "%.2f"),
    "currency": Column("Currency"),
    "value_usd": Column("Trade, USD", "%.0f"),
    "gdp_usd": Column("GDP, USD", "%.0f"),
    "partners": Column("Partners counted"),
    "is_estimate": Column("Estimate"),
    "flag": Column("Doubt"),
    "source": Column("Source"),
    "release": Column("Vintage"),
    "gdp_release": Column("Vintage of the GDP"),
    "known_from": Column("Known from"),
}


def _lines(found: Exposure, style: Style) -> list[Line]:
    return [_line(found, flow, style) for flow in MIRROR if not found.of(flow).is_empty()]


def _line(found: Exposure, flow: str, style: Style) -> Line:
    """A point per year; what rests on an estimate or on a doubtful figure is dotted, a year that lacks a part a gap."""
    rows = found.of(flow).select("period", "share_pct", pl.col("is_estimate") | pl.col("flag").is_not_null())
    held = {when.year: (share, doubt) for when, share, doubt in rows.iter_rows()}
    years = range(min(held), max(held) + 1)
    return Line(
        name=FLOWS[flow].head,
        x=[middle(year) for year in years],
        y=[held[year][0] if year in held else None for year in years],
        colour=style.flow(flow),
        estimates=[year in held and bool(held[year][1]) for year in years],
    )


def whom(found: Exposure) -> str:
    """The other side in a sentence: only who is under sanctions has a sanctioning side."""
    if found.mirrored:
        return "the United States"
    return "the sanctioning side" if found.sanctioned else "the chosen countries"


def side_words(found: Exposure) -> str:
    """Who is counted, as the subtitle begins."""
    if found.mirrored:
        return "With the United States only, as the United States reports it"
    whole = set(found.query.side) == set(SANCTIONING_SIDE)
    if whole and len(found.counted) == len(SANCTIONING_SIDE):
        return "With the EU 27, US, UK, Canada, Japan, Australia, Switzerland and Norway"
    if len(found.counted) <= 5:
        return f"With {words.listing([words.in_sentence(found.names[code]) for code in found.counted])}"
    if whole and found.sanctioned:
        return f"With {len(found.counted)} of the {len(SANCTIONING_SIDE)} countries of the sanctioning side"
    return f"With {len(found.counted)} chosen countries"


def note(found: Exposure) -> str:
    """What is counted and what is not, gaps, doubts and estimates, and what moves the ratio."""
    parts = [_counted(found), _gaps(found), _doubts(found), _estimates(found)]
    parts.append("Trade and GDP are both in current US dollars, so exchange rates move the ratio.")
    return " ".join(part for part in parts if part)


def _counted(found: Exposure) -> str:
    if found.mirrored:
        less = "far less than the whole sanctioning side" if found.sanctioned else "a small share of its whole trade"
        name = words.in_sentence(found.name)
        return (
            f"No source here has the trade of {name} with these countries{_as_known(found)}: this is the "
            f"part that the United States reports (US imports are exports of {name}), {less}."
        )
    text = "Goods through third countries and all services are missing."
    if found.sanctioned:
        text = f"Countries that joined only some measures are left out, so this is a lower bound. {text}"
    if not found.uncounted:
        return text
    names = [words.in_sentence(found.names[code]) for code in found.uncounted[:6]]
    names += [f"{len(found.uncounted) - 6} more"] if len(found.uncounted) > 6 else []
    return f"{text} This source has no figures with {words.listing(names)}."


def _as_known(found: Exposure) -> str:
    day = found.query.known_on
    return "" if day is None else f", as known on {words.day(day)}"


def _gaps(found: Exposure) -> str:
    """Years left out because a partner lacks a figure there."""
    by: dict[tuple[str, ...], set[int]] = {}
    for (_, year), names in found.broken.items():
        by.setdefault(names[:3], set()).add(year)
    told = []
    for names, years in by.items():
        when = str(min(years)) if len(years) == 1 else f"{min(years)}–{max(years)}"
        told.append(f"{when}, no figure with {words.listing([words.in_sentence(name) for name in names])}")
    return f"Gaps: {'; '.join(told)}." if told else ""


def _doubts(found: Exposure) -> str:
    """Shares that rest on a flagged figure, with what they are: drawn, and left out of the sentence and the cards."""
    rows = found.doubtful.sort("period", "flow")
    if rows.is_empty():
        return ""
    marks = words.listing(sorted(set(rows["flag"])))
    told = [
        f"{FLOWS[flow].noun} {when.year} ({words.percent(share / 100)})"
        for when, flow, share in rows.select("period", "flow", "share_pct").iter_rows()
    ]
    return f"In doubt, since a figure in it is marked {marks}, and drawn dotted: {words.listing(told)}."


def _estimates(found: Exposure) -> str:
    years = found.estimated
    if not years:
        return ""
    told = f"{years[0]}–{years[-1]} are estimates" if len(years) > 1 else f"{years[0]} is an estimate"
    return f"{told} of the source from partners' reports, drawn dotted."


def answer(found: Exposure, params: ExposureParams) -> str:
    """Both flows together in the last year that has both, and in the year before the event."""
    first, last = found.years
    whole = {year: total for year in range(first, last + 1) if (total := found.total(year)) is not None}
    if not whole:
        return ""
    year, before = max(whole), params.event.year - 1
    estimate = " (an estimate)" if year in found.estimated else ""
    sentence = (
        f"Goods trade with {whom(found)} was {words.percent(whole[year] / 100)} of the GDP of "
        f"{words.in_sentence(found.name)} in {year}{estimate}"
    )
    if before in whole and before < year:
        sentence += f", after {words.percent(whole[before] / 100)} in {before}, the year before the event"
    return sentence + "."


def cards(found: Exposure, params: ExposureParams) -> tuple[Card, ...]:
    """The last share of each flow that is not in doubt, with its dollars and the share before the event."""
    made = []
    for flow in MIRROR:
        rows = found.of(flow).filter(pl.col("flag").is_null())
        if rows.is_empty():
            continue
        last = rows.row(-1, named=True)
        year, before = last["period"].year, params.event.year - 1
        detail = f"{words.money(last['value_usd'])}{', estimate' if last['is_estimate'] else ''}"
        shares = {when.year: share for when, share in rows.select("period", "share_pct").iter_rows()}
        if before in shares and before < year:
            detail += f"; {words.percent(shares[before] / 100)} in {before}"
        label = f"{FLOWS[flow].head}, {year}, share of GDP"
        made.append(Card(label, words.percent(last["share_pct"] / 100), detail))
    return tuple(made)


def alt(found: Exposure, title: str) -> str:
    """Both lines in words, and which years are gaps, estimates or in doubt; what is in doubt is no high and no low."""
    sure = replace(found, frame=found.frame.filter(pl.col("flag").is_null()))
    told = lines_alt(title, _lines(sure, LIGHT), lambda value: words.percent(value / 100), frequency="A")
    return " ".join(part for part in (told, _gaps(found), _doubts(found), _estimates(found)) if part)


SPECS: tuple[Spec, ...] = (
    Spec("exposure", "Trade with the sanctioning side in % of GDP", "impact", ExposureParams, exposure),
)
