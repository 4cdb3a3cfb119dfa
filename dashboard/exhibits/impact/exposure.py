"""Exposure: trade with the sanctioning side in percent of GDP."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import polars as pl
from pydantic import Field

from dashboard import words
from dashboard.analysis.errors import AnalysisError
from dashboard.analysis.impact import exposure as measure
from dashboard.exhibits.alt import lines_alt
from dashboard.exhibits.base import Card, Column, Exhibit, NothingToShow, Spec
from dashboard.exhibits.impact.targets import TargetParams, absent, area_names, slug
from dashboard.exhibits.passports import basis_words, passport, valuation_words
from dashboard.figures.before_after import divide_years, middle
from dashboard.figures.lines import Line, time_lines
from dashboard.figures.marks import NOT_A_CAUSE
from dashboard.figures.theme import Style
from dashboard.params import Areas
from dashboard.queries import macro, trade
from dashboard.studies import legacy
from dashboard.words.trade import TARGETS
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

_MIRROR: tuple[tuple[str, trade.TradeFlowWord], ...] = (("export", "import"), ("import", "export"))
"""The target's flow and the flow of the United States that shows it."""

OWN_PARTNERS = "imf_imts"
"""The source that gives a target's own trade by partner; other targets are seen from the United States alone."""


class ExposureParams(TargetParams):
    """Whose trade with whom; `side` is the list of countries that count as the sanctioning side."""

    side: Areas = Field(default=SANCTIONING_SIDE, min_length=1, max_length=60)


def exposure(store: Store, params: ExposureParams, style: Style) -> Exhibit:
    """Goods trade of the target with the sanctioning side in percent of its GDP: exports and imports, year by year."""
    name = area_names(store, [params.target])[params.target]
    flows, seen_from = _trade(store, params, name)
    gdp = macro.series(
        store, indicator="gdp_usd", areas=[params.target], source="worldbank", frequency="A", known_on=params.known_on
    )
    if gdp.is_empty():
        raise NothingToShow(absent(store, params.target, "gdp_usd", "worldbank", params.known_on))
    parts = []
    for flow in ("export", "import"):
        try:
            part = measure(_summed(flows, flow), gdp.select("period", "value"))
        except AnalysisError as error:
            raise NothingToShow(f"{error} Choose another country.") from error
        parts.append(part.with_columns(pl.lit(flow).alias("flow")))
    shares = pl.concat(parts)
    if shares.is_empty():
        raise NothingToShow(f"For {name} no year has both trade figures and GDP. Choose another country.")
    data = (
        shares.join(
            flows.group_by("period", "flow").agg(pl.col("release").max(), pl.col("known_from").max()),
            on=["period", "flow"],
        )
        .with_columns(
            pl.lit(params.target).alias("area"),
            pl.lit(name).alias("name"),
            pl.lit(flows["source"][0]).alias("source"),
        )
        .rename({"share_percent": "share_of_gdp_pct"})
        .select(
            "period",
            "area",
            "name",
            "flow",
            "share_of_gdp_pct",
            "value_usd",
            "gdp_usd",
            "is_estimate",
            "source",
            "release",
            "known_from",
        )
        .sort("flow", "period")
    )
    lines = [_line(data, flow, style) for flow in ("export", "import")]
    years = [day for line in lines for day in line.x]
    first, last = min(years), max(years)
    side = _side_words(store, params, seen_from)
    figure = time_lines(lines, unit="% of GDP", style=style, value_format=".1f", suffix="%", hover_date="%Y")
    figure = divide_years(figure, params.event, style, first=first, last=last)
    whom = "the United States" if seen_from else "the sanctioning side"
    title = f"{name}: goods trade with {whom}"
    estimated = sorted({when.year for when in data.filter(pl.col("is_estimate"))["period"]})
    note = _note(name, seen_from, estimated, params.target in TARGETS)
    releases = [*data["release"].unique().to_list(), *gdp["release"].unique().to_list()]
    basis, valuation = basis_words(flows), valuation_words(flows)
    return Exhibit(
        id="exposure",
        title=f"{title}, % of GDP" if len(title) < 62 else title,
        subtitle=f"{side}; % of GDP, {basis}, {valuation}, current prices, {first.year}–{last.year}",
        figure=figure,
        data=data,
        alt=lines_alt(title, lines, lambda value: words.percent(value / 100), frequency="A"),
        passport=passport(
            store,
            sources=[flows["source"][0], "worldbank"],
            releases=releases,
            series=f"Goods trade with {whom} over GDP",
            unit="% of GDP",
            last_observation=str(last.year),
            basis=basis,
            valuation=valuation,
            price_basis="current US dollars in both",
            adjustment="yearly figures",
            known_on=params.known_on,
            cannot_show=note,
            view=SPECS[0].view(params),
        ),
        params=params,
        answer=_answer(data, name, params.event, seen_from),
        note=f"{note} {NOT_A_CAUSE}",
        cards=tuple(_cards(data, params.event)),
        columns={
            "period": Column("Year"),
            "area": Column("Code"),
            "name": Column("Country"),
            "flow": Column("Flow"),
            "share_of_gdp_pct": Column("Share of GDP, %", "%.2f"),
            "value_usd": Column("Trade, USD", "%.0f"),
            "gdp_usd": Column("GDP, USD", "%.0f"),
            "is_estimate": Column("Estimate"),
            "source": Column("Source"),
            "release": Column("Vintage"),
            "known_from": Column("Known from"),
        },
        file_stem=f"goods-trade-of-{slug(name)}-with-{slug(whom)}-share-of-gdp-{first.year}-{last.year}",
    )


def _trade(store: Store, params: ExposureParams, name: str) -> tuple[pl.DataFrame, bool]:
    """Yearly flows seen from the target, by partner; and whether they are mirrored from US figures alone."""
    partners = [code for code in params.side if code != params.target]
    own = [
        legacy.series(
            store,
            reporter=params.target,
            partners=partners,
            flow=flow,
            frequency="A",
            source=OWN_PARTNERS,
            known_on=params.known_on,
        )
        for flow in ("export", "import")
    ]
    found = pl.concat(own).filter(~pl.col("is_partial"))
    if not found.is_empty():
        return found, False
    if "USA" not in partners:
        raise NothingToShow(
            f"The store has no trade of {name} with its partners, only what the United States reports; add the "
            "United States to the sanctioning side to see it."
        )
    mirrored = [
        legacy.series(
            store,
            reporter="USA",
            partners=[params.target],
            flow=theirs,
            frequency="A",
            source="census",
            known_on=params.known_on,
        ).with_columns(pl.lit(ours).alias("flow"))
        for ours, theirs in _MIRROR
    ]
    found = pl.concat(mirrored).filter(~pl.col("is_partial"))
    if found.is_empty():
        raise NothingToShow(f"The store has no goods trade of {name} with the United States. Choose another country.")
    return found, True


def _summed(flows: pl.DataFrame, flow: str) -> pl.DataFrame:
    return (
        flows.filter(pl.col("flow") == flow)
        .group_by("period")
        .agg(pl.col("value_usd").sum(), pl.col("is_estimate").any())
        .sort("period")
    )


def _line(data: pl.DataFrame, flow: str, style: Style) -> Line:
    rows = data.filter(pl.col("flow") == flow).sort("period")
    held = {
        when.year: (share, doubt)
        for when, share, doubt in rows.select("period", "share_of_gdp_pct", "is_estimate").iter_rows()
    }
    years = range(min(held), max(held) + 1)
    return Line(
        name={"export": "Exports", "import": "Imports"}[flow],
        x=[middle(year) for year in years],
        y=[held[year][0] if year in held else None for year in years],
        colour=style.flow(flow),
        estimates=[year in held and bool(held[year][1]) for year in years],
    )


def _side_words(store: Store, params: ExposureParams, seen_from: bool) -> str:
    if seen_from:
        return "With the United States only, as the United States reports it"
    if set(params.side) == set(SANCTIONING_SIDE):
        return "With the EU 27, US, UK, Canada, Japan, Australia, Switzerland and Norway"
    names = area_names(store, params.side)
    if len(params.side) <= 5:
        return f"With {words.listing([names[code] for code in params.side])}"
    return f"With {len(params.side)} chosen countries"


def _less(sanctioned: bool) -> str:
    return "far less than the whole sanctioning side" if sanctioned else "a small share of its trade with all partners"


def _note(name: str, seen_from: bool, estimated: Sequence[int], sanctioned: bool) -> str:
    if seen_from:
        text = (
            f"The store has no trade of {name} by partner: this is the part that the United States reports (US imports "
            f"are exports of {name}), {_less(sanctioned)}."
        )
    else:
        text = (
            "Countries that joined only some measures are left out, so this is a lower bound; goods through third "
            "countries and all services are missing."
        )
    if estimated:
        span = f"{estimated[0]}–{estimated[-1]}" if len(estimated) > 1 else str(estimated[0])
        text += f" {span} are estimates of the source from partners' reports, drawn dotted."
    return f"{text} Both parts are nominal, so exchange rates move the ratio."


def _total(data: pl.DataFrame, year: int) -> float | None:
    rows = data.filter(pl.col("period") == date(year, 1, 1))
    return float(rows["share_of_gdp_pct"].sum()) if rows.height == 2 else None


def _answer(data: pl.DataFrame, name: str, event: date, seen_from: bool) -> str:
    years = sorted({when.year for when in data["period"] if _total(data, when.year) is not None})
    if not years:
        return ""
    whom = "the United States" if seen_from else "the sanctioning side"
    last = years[-1]
    sentence = (
        f"Goods trade with {whom} was {words.percent((_total(data, last) or 0.0) / 100)} of the GDP of {name} in {last}"
    )
    before = _total(data, event.year - 1)
    if before is not None and event.year - 1 < last:
        sentence += f", after {words.percent(before / 100)} in {event.year - 1}, the year before the event"
    return sentence + "."


def _cards(data: pl.DataFrame, event: date) -> list[Card]:
    cards = []
    for flow, word in (("export", "Exports"), ("import", "Imports")):
        rows = data.filter(pl.col("flow") == flow).sort("period")
        if rows.is_empty():
            continue
        when, share, value, doubt = rows.select("period", "share_of_gdp_pct", "value_usd", "is_estimate").row(-1)
        before = rows.filter(pl.col("period") == date(event.year - 1, 1, 1))["share_of_gdp_pct"].to_list()
        detail = f"{words.money(value)}{', estimate' if doubt else ''}"
        if before and event.year - 1 < when.year:
            detail += f"; {words.percent(before[0] / 100)} in {event.year - 1}"
        cards.append(Card(f"{word}, {when.year}, share of GDP", words.percent(share / 100), detail))
    return cards


SPECS: tuple[Spec, ...] = (
    Spec("exposure", "Trade with the sanctioning side in % of GDP", "impact", ExposureParams, exposure),
)
