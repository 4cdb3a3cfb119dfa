"""The gap between real output and the path that it was on before the event."""

from __future__ import annotations

from datetime import date

import polars as pl
from pydantic import Field

from dashboard import words
from dashboard.analysis.errors import AnalysisError
from dashboard.analysis.impact import path_gap
from dashboard.exhibits.base import Card, Column, Exhibit, NothingToShow, Spec
from dashboard.exhibits.impact.level import COLUMNS, Level, levels, made_how
from dashboard.exhibits.impact.targets import PeerParams, TargetParams, slug
from dashboard.exhibits.passports import passport
from dashboard.figures.marks import NOT_A_CAUSE
from dashboard.figures.paths import path_and_gap
from dashboard.figures.theme import Style
from pipelines.store import Store


class GapParams(TargetParams):
    """How many years before the event make the path, and how the level is made."""

    level: Level = "chained"
    """chained: from growth rates of the newest edition; constant: constant 2015 US dollars of an earlier edition."""
    trend_years: int = Field(default=8, ge=4, le=20)


def gdp_gap(store: Store, params: GapParams, style: Style) -> Exhibit:
    """Real GDP against the log-linear trend of the years before the event, and the gap between them in percent."""
    asked = PeerParams(target=params.target, event=params.event, known_on=params.known_on, peers=())
    frame, rows, names, _ = levels(store, asked, params.level)
    name = names[params.target]
    try:
        gap = path_gap(frame, params.event.year, params.trend_years)
    except AnalysisError as error:
        raise NothingToShow(f"{error} Choose another event or another number of years.") from error
    base = params.event.year - 1
    unit = f"index, {base} = 100"
    trend, fit = gap["trend_percent"][0], gap["fit_percent"][0]
    years, level, path, gaps = _filled(gap)
    figure = path_and_gap(years, level, path, gaps, name=name, unit=unit, event=params.event, style=style)
    data = (
        gap.join(rows.select("area", "period", "source", "release", "known_from"), on=["area", "period"], how="left")
        .with_columns(pl.lit(name).alias("name"))
        .rename({"gap_percent": "gap_pct", "index": "level_index"})
        .select("period", "area", "name", "level_index", "path_index", "gap_pct", "source", "release", "known_from")
    )
    first, last = years[0].year, years[-1].year
    trend_first = max(first, params.event.year - params.trend_years)
    title = f"Real GDP of {name} against its path before the event"
    note = (
        f"The path prolongs the trend of {trend_first}–{base} ({words.number(trend, 1, signed=True)}% a year; before "
        f"the event it missed by {words.number(fit, 1)}% on average). A trend is not a counterfactual: it says what "
        "the past was, not what would have been, and other years give another gap."
    )
    price_basis = "constant prices of the local currency" if params.level == "chained" else "constant 2015 US dollars"
    after = data.filter(pl.col("period") >= date(params.event.year, 1, 1)).drop_nulls("gap_pct")
    return Exhibit(
        id="gdp_gap",
        title=title,
        subtitle=f"Real GDP, {unit}, and gap in %, {made_how(store, params.level, rows)}, {first}–{last}",
        figure=figure,
        data=data,
        alt=_alt(title, data, params.event.year),
        passport=passport(
            store,
            sources=["worldbank"],
            releases=rows["release"].unique().to_list(),
            series="Real GDP",
            unit=f"{unit}; gap in %",
            last_observation=str(last),
            price_basis=price_basis,
            adjustment="yearly figures",
            known_on=params.known_on,
            cannot_show=note,
            view=SPECS[0].view(params),
        ),
        params=params,
        answer=_answer(after, name, trend_first, base),
        note=f"{note} {NOT_A_CAUSE}",
        cards=tuple(
            Card(f"Gap to the path, {when.year}", words.percent(value / 100, signed=True), name)
            for when, value in after.select("period", "gap_pct").tail(4).iter_rows()
        ),
        columns=COLUMNS
        | {
            "level_index": Column(f"Level, {base} = 100", "%.2f"),
            "path_index": Column("Path", "%.2f"),
            "gap_pct": Column("Gap to the path, %", "%.2f"),
        },
        file_stem=f"real-gdp-gap-to-path-{slug(name)}-{first}-{last}",
    )


def _filled(gap: pl.DataFrame) -> tuple[list[date], list[float | None], list[float], list[float | None]]:
    """Every year between the first and the last; the path is known in years without a figure as well."""
    held = {row["period"].year: row for row in gap.iter_rows(named=True)}
    first, last = min(held), max(held)
    growth = 1 + gap["trend_percent"][0] / 100
    origin = held[first]["path_index"]
    years = range(first, last + 1)
    return (
        [date(year, 1, 1) for year in years],
        [held[year]["index"] if year in held else None for year in years],
        [origin * growth ** (year - first) for year in years],
        [held[year]["gap_percent"] if year in held else None for year in years],
    )


def _answer(after: pl.DataFrame, name: str, first: int, base: int) -> str:
    if after.is_empty():
        return f"There is no figure for {name} from the event on yet."
    (first_when, first_value), (when, value) = (after.select("period", "gap_pct").row(place) for place in (0, -1))
    path = f"the path of {first}–{base}"
    if when == first_when:
        return f"In {when.year} real GDP of {name} was {_beside(value)} {path}."
    return (
        f"Real GDP of {name} was {_beside(first_value)} {path} in {first_when.year} and {_beside(value)} it in "
        f"{when.year}."
    )


def _beside(gap: float) -> str:
    return f"{words.percent(abs(gap) / 100)} {'above' if gap > 0 else 'below'}"


def _alt(title: str, data: pl.DataFrame, event_year: int) -> str:
    after = data.filter(pl.col("period") >= date(event_year, 1, 1))
    gaps = "; ".join(
        f"{when.year} {words.percent(value / 100, signed=True)}"
        for when, value in after.select("period", "gap_pct").iter_rows()
    )
    first, last = data["period"].min(), data["period"].max()
    assert isinstance(first, date)
    assert isinstance(last, date)
    return (
        f"Two panels: {title}. Above, the level as a solid line and the path as a dashed one, {first.year} to "
        f"{last.year}; the level ends at {data['level_index'][-1]:.1f}, the path at {data['path_index'][-1]:.1f}. "
        f"Below, columns of the gap since the event: {gaps or 'none yet'}."
    )


SPECS: tuple[Spec, ...] = (Spec("gdp_gap", "Real GDP against its path before the event", "impact", GapParams, gdp_gap),)
