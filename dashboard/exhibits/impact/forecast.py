"""Forecasts by vintage against the outcome: the growth that did not come."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Literal

import polars as pl

from dashboard import words
from dashboard.analysis.errors import AnalysisError
from dashboard.analysis.impact import GrowthShortfall
from dashboard.analysis.impact import growth_shortfall as measure
from dashboard.exhibits.base import Card, Column, Exhibit, NothingToShow, Spec
from dashboard.exhibits.impact.targets import (
    SOURCE_WORDS,
    GdpSource,
    TargetParams,
    absent,
    area_names,
    one_edition,
    slug,
)
from dashboard.exhibits.passports import passport, vintage_words
from dashboard.figures.fan import Dot, Panel, vintage_fan
from dashboard.figures.marks import NOT_A_CAUSE
from dashboard.figures.theme import Style
from dashboard.queries import coverage, macro
from pipelines.store import Store

Forecaster = Literal["any", "imf_weo", "worldbank_gep", "ebrd", "imf_staff", "iif", "cbr", "minecon_russia"]
FORECASTERS = {
    "any": "Last before the event",
    "imf_weo": "IMF, World Economic Outlook",
    "worldbank_gep": "World Bank",
    "ebrd": "EBRD",
    "imf_staff": "IMF staff",
    "iif": "IIF",
    "cbr": "Bank of Russia",
    "minecon_russia": "Russian economy ministry",
}
MOST_PANELS = 3
_KINDS = ("forecast", "first_estimate", "revised")


class ShortfallParams(TargetParams):
    """Whose forecast (any: the last one that anybody published before the event), and whose outcome."""

    forecaster: Forecaster = "any"
    gdp_source: GdpSource = "worldbank"


def growth_shortfall(store: Store, params: ShortfallParams, style: Style) -> Exhibit:
    """GDP growth against the last forecast before the event, with every dated forecast and estimate around it."""
    name = area_names(store, [params.target])[params.target]
    published = _published(store, params, name)
    outcome = macro.series(
        store,
        indicator="gdp_growth",
        areas=[params.target],
        source=params.gdp_source,
        frequency="A",
        known_on=params.known_on,
    )
    outcome = one_edition(outcome)
    if outcome.is_empty():
        raise NothingToShow(absent(store, params.target, "gdp_growth", params.gdp_source, params.known_on))
    chosen = _chosen(published, params, name)
    try:
        result = measure(chosen, outcome.select("period", "value"), event=params.event)
    except AnalysisError as error:
        raise NothingToShow(f"{error} Choose another event, forecaster or country.") from error
    edition = f"{SOURCE_WORDS[params.gdp_source]} figures, {words.month(outcome['known_from'].max())}"  # type: ignore[arg-type]
    label = str(chosen["release_title"][0])
    data = _data(published, outcome, result, chosen, params.gdp_source)
    figure = vintage_fan(_panels(data, result), event=params.event, unit="% on the year before", style=style)
    first, last = result.years[0].year, result.years[-1].year
    span = f"{first}" if first == last else f"{first} and {last}" if last == first + 1 else f"{first}–{last}"
    title = f"Growth of {name} in {span}: forecasts and outcome"
    note = (
        f"The compared forecast is the last one before {words.day(params.event)}: {label}, published "
        f"{_when(chosen)}. The shortfall holds everything that the forecasters did not foresee (war, oil prices, "
        "policy, sanctions) and their ordinary errors; a forecast made after the event would flip its sign."
    )
    sources = sorted({*data["source"].drop_nulls().to_list()})
    return Exhibit(
        id="growth_shortfall",
        title=title if len(title) <= 70 else f"{name}: growth forecasts and outcome",
        subtitle=f"Real GDP growth, % on the year before, by day of publication; outcome: {edition}",
        figure=figure,
        data=data,
        alt=_alt(title, result, label, data),
        passport=replace(
            passport(
                store,
                sources=sources,
                releases=data["release"].drop_nulls().unique().to_list(),
                series="Real GDP growth: forecasts, first estimates, revisions, outcome",
                unit="% on the year before",
                last_observation=str(max(outcome["period"]).year),
                price_basis="constant prices of the local currency",
                adjustment="yearly figures",
                known_on=params.known_on,
                cannot_show=note,
                view=SPECS[0].view(params),
            ),
            vintage=_vintage(store, data, chosen, outcome),
        ),
        params=params,
        answer=_answer(result, name, label),
        note=f"{note} {NOT_A_CAUSE}",
        cards=tuple(_cards(result)),
        columns={
            "period": Column("Year"),
            "published": Column("Published"),
            "kind": Column("Kind"),
            "value_pct": Column("Growth, %", "%.2f"),
            "low_pct": Column("Range from, %", "%.1f"),
            "high_pct": Column("Range to, %", "%.1f"),
            "compared": Column("Compared"),
            "shortfall_pp": Column("Forecast minus outcome, percentage points", "%.2f"),
            "level_gap_pct": Column("Level against forecast path, %", "%.2f"),
            "title": Column("Publication"),
            "source": Column("Source"),
            "release": Column("Vintage"),
        },
        file_stem=f"growth-forecasts-and-outcome-{slug(name)}-{slug(span)}",
    )


def _published(store: Store, params: ShortfallParams, name: str) -> pl.DataFrame:
    """Every dated forecast (points and ranges), first estimate and revision of the target's yearly growth."""
    parts = [
        macro.vintages(store, indicator=indicator, area=params.target)
        for indicator in ("gdp_growth", "gdp_growth_low", "gdp_growth_high")
    ]
    rows = pl.concat(parts).with_columns(pl.col("flag").str.split(";").list.first().alias("kind"))
    rows = rows.filter(pl.col("kind").is_in(_KINDS), pl.col("frequency") == "A")
    if params.known_on is not None:
        rows = rows.filter(pl.col("known_from") <= params.known_on)
    if rows.filter(pl.col("kind") == "forecast").is_empty():
        have = sorted(area_names(store, coverage.forecast_areas(store)).values())
        raise NothingToShow(
            f"The store holds no dated growth forecasts for {name}"
            f"{'' if params.known_on is None else f' as known on {words.day(params.known_on)}'}; it has them for "
            f"{words.listing(have)}."
        )
    return rows


def _chosen(published: pl.DataFrame, params: ShortfallParams, name: str) -> pl.DataFrame:
    """The rows of the last forecast before the event that covers the event's year; the IMF's where days tie."""
    points = published.filter(pl.col("kind") == "forecast", pl.col("indicator") == "gdp_growth")
    if params.forecaster != "any":
        points = points.filter(pl.col("source") == params.forecaster)
    of_year = points.filter(
        pl.col("period") == date(params.event.year, 1, 1), pl.col("known_from") < params.event
    ).sort("known_from", pl.col("source") == "imf_weo", "source")
    if of_year.is_empty():
        whose = "" if params.forecaster == "any" else f" of the {FORECASTERS[params.forecaster]}"
        raise NothingToShow(
            f"The store holds no forecast{whose} of growth of {name} in {params.event.year} from before "
            f"{words.day(params.event)}; later ones are not compared. Choose another event or forecaster."
        )
    newest = of_year.row(-1, named=True)
    return points.filter(pl.col("source") == newest["source"], pl.col("release") == newest["release"]).sort("period")


def _data(
    published: pl.DataFrame, outcome: pl.DataFrame, result: GrowthShortfall, chosen: pl.DataFrame, source: str
) -> pl.DataFrame:
    """What is drawn: dots of the compared years and one outcome row each."""
    years = [date(year.year, 1, 1) for year in result.years[:MOST_PANELS]]
    release = chosen["release"][0]
    drawn = published.filter(pl.col("period").is_in(years))
    points = drawn.filter(pl.col("indicator") == "gdp_growth").select(
        "period", "known_from", "kind", "release_title", "source", "release", value_pct=pl.col("value")
    )
    ends = drawn.filter(pl.col("indicator") != "gdp_growth")
    key = ["period", "known_from", "kind", "release_title", "source", "release"]
    ranges = (
        ends.filter(pl.col("indicator") == "gdp_growth_low")
        .select(*key, low_pct=pl.col("value"))
        .join(ends.filter(pl.col("indicator") == "gdp_growth_high").select(*key, high_pct=pl.col("value")), on=key)
    )
    gaps = result.frame().filter(pl.col("period").is_in(years))
    final = (
        outcome.filter(pl.col("period").is_in(years))
        .join(gaps.select("period", "shortfall_pp", level_gap_pct="level_gap_percent"), on="period")
        .select(
            "period",
            "known_from",
            "source",
            "release",
            "shortfall_pp",
            "level_gap_pct",
            value_pct=pl.col("value"),
            kind=pl.lit("outcome"),
            release_title=pl.lit(f"{SOURCE_WORDS[source]}, newest figures"),
        )
    )
    return (
        pl.concat([points, ranges, final], how="diagonal")
        .with_columns(
            ((pl.col("release") == release) & (pl.col("kind") == "forecast") & pl.col("value_pct").is_not_null()).alias(
                "compared"
            )
        )
        .rename({"known_from": "published", "release_title": "title"})
        .select(
            "period",
            "published",
            "kind",
            "value_pct",
            "low_pct",
            "high_pct",
            "compared",
            "shortfall_pp",
            "level_gap_pct",
            "title",
            "source",
            "release",
        )
        .sort("period", "published", "source", "kind")
    )


def _panels(data: pl.DataFrame, result: GrowthShortfall) -> list[Panel]:
    panels = []
    for year in result.years[:MOST_PANELS]:
        rows = data.filter(pl.col("period") == date(year.year, 1, 1), pl.col("kind") != "outcome")
        dots = [
            Dot(
                day=row["published"],
                kind=row["kind"],
                who=row["title"],
                value=row["value_pct"],
                low=row["low_pct"],
                high=row["high_pct"],
                used=row["compared"],
                label=_signed(year.forecast_percent),
            )
            for row in rows.iter_rows(named=True)
        ]
        panels.append(Panel(year.year, dots, year.outcome_percent, f"outcome {_signed(year.outcome_percent)}"))
    return panels


def _vintage(store: Store, data: pl.DataFrame, chosen: pl.DataFrame, outcome: pl.DataFrame) -> str:
    """The two vintages that are compared, and how many stand around them."""
    others = data.filter(pl.col("kind") != "outcome")["release"].n_unique() - 1
    return (
        f"forecast of {vintage_words(store, [chosen['release'][0]], None)}, outcome of "
        f"{vintage_words(store, outcome['release'].unique().to_list(), None)}, and "
        f"{words.plural(others, 'other publication')}"
    )


def _signed(percent: float) -> str:
    return words.percent(percent / 100, signed=True)


def _when(chosen: pl.DataFrame) -> str:
    """The publication's day; where only the month is known its last day is stored."""
    day: date = chosen["known_from"][0]
    following = date(day.year + day.month // 12, day.month % 12 + 1, 1)
    return words.month(day) if (following - day).days == 1 else words.day(day)


def _answer(result: GrowthShortfall, name: str, label: str) -> str:
    first, last = result.years[0], result.years[-1]
    moved = "grew" if first.outcome_percent >= 0 else "shrank"
    side = "below" if first.shortfall_pp >= 0 else "above"
    sentence = (
        f"{name}'s economy {moved} by {words.percent(abs(first.outcome_percent) / 100)} in {first.year}, "
        f"{words.points(abs(first.shortfall_pp))} {side} the last forecast before the event ({label})"
    )
    if last.year != first.year:
        way = "below" if last.level_gap_percent < 0 else "above"
        sentence += (
            f"; by {last.year} output was {words.percent(abs(last.level_gap_percent) / 100)} {way} the forecast path"
        )
    return sentence + "."


def _cards(result: GrowthShortfall) -> list[Card]:
    cards = [
        Card(
            f"Forecast minus outcome, {year.year}",
            words.points(year.shortfall_pp, signed=True),
            f"forecast {_signed(year.forecast_percent)}, outcome {_signed(year.outcome_percent)}",
        )
        for year in result.years[:MOST_PANELS]
    ]
    last = result.years[-1]
    return [*cards, Card(f"Level by {last.year}", _signed(last.level_gap_percent), "against the forecast path")]


def _alt(title: str, result: GrowthShortfall, label: str, data: pl.DataFrame) -> str:
    parts = []
    for year in result.years[:MOST_PANELS]:
        rows = data.filter(pl.col("period") == date(year.year, 1, 1), pl.col("kind") == "forecast")
        values: Sequence[float] = rows["value_pct"].drop_nulls().to_list()
        parts.append(
            f"{year.year}: {words.plural(len(values), 'forecast')} from {_signed(min(values))} to "
            f"{_signed(max(values))}; the last before the event {_signed(year.forecast_percent)}, outcome "
            f"{_signed(year.outcome_percent)}."
        )
    return f"Dots by day of publication, one panel a year: {title}. {' '.join(parts)} Compared forecast: {label}."


SPECS: tuple[Spec, ...] = (
    Spec("growth_shortfall", "Growth forecasts by vintage and outcome", "impact", ShortfallParams, growth_shortfall),
)
