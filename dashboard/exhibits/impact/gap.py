"""The gap between real output and the path that it was on before the event."""

from __future__ import annotations

from datetime import date

import plotly.graph_objects as go
import polars as pl
from pydantic import Field

from dashboard import words
from dashboard.exhibits.base import Card, Column, Exhibit, NothingToShow, Passport, Spec
from dashboard.exhibits.impact.level import COLUMNS, made_how
from dashboard.exhibits.impact.targets import TargetParams, settled, yearly_passport
from dashboard.figures.marks import NOT_A_CAUSE
from dashboard.figures.paths import path_and_gap
from dashboard.figures.theme import Style
from dashboard.studies import output, path_gap
from dashboard.studies.output import Made
from dashboard.studies.path_gap import PathGap
from dashboard.words import trade as trade_words
from pipelines.store import Store


class GapParams(TargetParams):
    """How many years before the event make the path, and how the level is made."""

    level: Made = "chained"
    """chained: from growth rates of the newest edition; constant: constant 2015 US dollars of an earlier edition."""
    trend_years: int = Field(default=8, ge=4, le=20)


def gdp_gap(store: Store, params: GapParams, style: Style) -> Exhibit:
    """Real GDP against the log-linear trend of the years before the event, and the gap between them in percent."""
    params = settled(store, params)
    found = ask(store, params)
    if found.why_empty:
        raise NothingToShow(found.why_empty)
    how = made_how(store, found.levels.made, found.releases)
    return write(found, params, draw(found, style), passport(store, found, params), how)


def ask(store: Store, params: GapParams) -> PathGap:
    """The gap that the parameters ask for."""
    return path_gap.study(
        store,
        params.target,
        params.level,
        event=params.event,
        trend_years=params.trend_years,
        known_on=params.known_on,
    )


def draw(found: PathGap, style: Style) -> go.Figure:
    """Level and path above, the gap below."""
    years, level, path, gap = zip(*found.every_year(), strict=True)
    days = [date(year, 1, 1) for year in years]
    return path_and_gap(days, level, path, gap, name=found.name, unit=found.unit, event=found.event, style=style)


def write(found: PathGap, params: GapParams, figure: go.Figure, passport: Passport, how: str) -> Exhibit:
    """Words and table of what is drawn.

    Args:
        how: how the level is made and from which edition.
    """
    first, last = found.years
    title = f"Real GDP of {words.in_sentence(found.name)} against its path before the event"
    return Exhibit(
        id="gdp_gap",
        title=title,
        subtitle=f"Real GDP, {found.unit}, and gap in %, {how}, {first}–{last}",
        figure=figure,
        data=found.frame.with_columns(pl.lit(found.name).alias("name")).select(
            "period", "area", "name", "level_index", "path_index", "gap_pct", "source", "release", "known_from"
        ),
        alt=alt(found, title),
        passport=passport,
        params=params,
        answer=answer(found),
        note=f"{note(found)} {NOT_A_CAUSE}",
        cards=cards(found),
        columns=COLUMNS
        | {
            "level_index": Column(f"Level, {found.base} = 100", "%.2f"),
            "path_index": Column("Path", "%.2f"),
            "gap_pct": Column("Gap to the path, %", "%.2f"),
        },
        file_stem=f"real-gdp-gap-to-path-{trade_words.stem(found.name)}-{first}-{last}",
    )


def passport(store: Store, found: PathGap, params: GapParams) -> Passport:
    """The passport of the drawn levels."""
    return yearly_passport(
        store,
        sources=[output.SOURCE],
        releases=found.releases,
        series="Real GDP",
        unit=f"{found.unit}; gap in %",
        last_observation=str(found.years[1]),
        prices=found.levels.prices,
        known_on=params.known_on,
        cannot_show=note(found),
        view=SPECS[0].view(params),
    )


def path_words(found: PathGap) -> str:
    """The years through which the path is drawn: "2014–2021"."""
    return f"{found.trend_years[0]}–{found.trend_years[-1]}"


def note(found: PathGap) -> str:
    """How the path is made, and what it is not."""
    return (
        f"The path prolongs the trend of {path_words(found)} ({words.number(found.trend_pct, 1, signed=True)}% a year; "
        f"before the event it missed by {words.number(found.miss_pct, 1)}% on average). A trend is not a "
        "counterfactual: it says what the past was, not what would have been, and other years give another gap."
    )


def answer(found: PathGap) -> str:
    """The gap in the first year from the event on and in the last."""
    if found.nothing_after:
        return found.nothing_after
    told = within_reach(found)
    if told.is_empty():
        return f"A path of {words.plural(len(found.trend_years), 'year')} says nothing about years so long after it."
    (first_when, first_value), (when, value) = (told.select("period", "gap_pct").row(at) for at in (0, -1))
    name, path = words.in_sentence(found.name), f"the path of {path_words(found)}"
    beyond = ""
    if found.after.height > told.height:
        last: date = found.after["period"][-1]
        beyond = (
            f" The path rests on {words.plural(len(found.trend_years), 'year')}; the years after {when.year}, to "
            f"{last.year}, lie further from it than it is long and are drawn without a figure here."
        )
    if when == first_when:
        return f"In {when.year} real GDP of {name} was {_beside(value)} {path}.{beyond}"
    return (
        f"Real GDP of {name} was {_beside(first_value)} {path} in {first_when.year} and {_beside(value)} it in "
        f"{when.year}.{beyond}"
    )


def within_reach(found: PathGap) -> pl.DataFrame:
    """The years from the event on that are no further from the path's last year than the path is long: a trend that is
    prolonged beyond that is told in no headline, however large the gap to it grows."""
    last = found.trend_years[-1] + (found.trend_years[-1] - found.trend_years[0] + 1)
    return found.after.filter(pl.col("period").dt.year() <= last)


def _beside(gap: float) -> str:
    return f"{words.percent(abs(gap) / 100)} {'above' if gap > 0 else 'below'}"


def cards(found: PathGap) -> tuple[Card, ...]:
    """The last four gaps since the event."""
    return tuple(
        Card(f"Gap to the path, {when.year}", words.percent(value / 100, signed=True), found.name)
        for when, value in within_reach(found).select("period", "gap_pct").tail(4).iter_rows()
    )


def alt(found: PathGap, title: str) -> str:
    """Both panels in words: where level and path end, every gap since the event, and the range of those before."""
    rows = found.every_year()
    level = next(value for _, value, _, _ in reversed(rows) if value is not None)
    gaps = "; ".join(
        f"{when.year} {words.percent(value / 100, signed=True)}"
        for when, value in found.after.select("period", "gap_pct").iter_rows()
    )
    fit: list[float] = found.before["gap_pct"].to_list()
    low, high = (words.percent(end / 100, signed=True) for end in (min(fit), max(fit)))
    return (
        f"Two panels: {title}. Above, the level as a solid line and the path as a dashed one, {rows[0][0]} to "
        f"{rows[-1][0]}; the level ends at {level:.1f}, the path at {rows[-1][2]:.1f}. Below, columns of the gap since "
        f"the event: {gaps or 'none yet'}; before it, in hollow columns, from {low} to {high}."
    )


SPECS: tuple[Spec, ...] = (Spec("gdp_gap", "Real GDP against its path before the event", "impact", GapParams, gdp_gap),)
