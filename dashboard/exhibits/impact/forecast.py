"""Forecasts by vintage against the outcome: the growth that did not come."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Literal

import plotly.graph_objects as go
import polars as pl

from dashboard import words
from dashboard.analysis.impact import YearShortfall
from dashboard.exhibits.base import Card, Column, Exhibit, NothingToShow, Passport, Spec
from dashboard.exhibits.impact.targets import GdpSource, TargetParams, settled, yearly_passport
from dashboard.exhibits.passports import vintage_words
from dashboard.figures.fan import SYMBOLS, Dot, Panel, vintage_fan
from dashboard.figures.marks import NOT_A_CAUSE
from dashboard.figures.theme import Style
from dashboard.studies import shortfall
from dashboard.studies.shortfall import Shortfall, ShortfallQuery
from dashboard.words import trade as trade_words
from pipelines.store import Store

Forecaster = Literal["any", "imf_weo", "worldbank_gep", "ebrd", "imf_staff", "iif", "cbr", "minecon_russia"]


class ShortfallParams(TargetParams):
    """Whose forecast (any: the last one that anybody published before the event), and whose outcome."""

    forecaster: Forecaster = "any"
    gdp_source: GdpSource = "worldbank"


def growth_shortfall(store: Store, params: ShortfallParams, style: Style) -> Exhibit:
    """GDP growth against the last forecast before the event, with every dated forecast and estimate around it."""
    params = settled(store, params)
    found = ask(store, params)
    if found.why_empty:
        raise NothingToShow(found.why_empty)
    return write(found, params, draw(found, style), passport(store, found, params))


def ask(store: Store, params: ShortfallParams) -> Shortfall:
    """The shortfall that the parameters ask for."""
    query = ShortfallQuery(params.target, params.event, params.forecaster, params.gdp_source, params.known_on)
    return shortfall.study(store, query)


def draw(found: Shortfall, style: Style) -> go.Figure:
    """One panel a year: dots and ranges by day of publication, the outcome as a line."""
    panels = [_panel(found, year) for year in found.years]
    return vintage_fan(panels, event=found.query.event, unit=found.unit, style=style)


def _panel(found: Shortfall, year: YearShortfall) -> Panel:
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
        for row in found.dots(year.year).iter_rows(named=True)
    ]
    return Panel(year.year, dots, year.outcome_percent, f"outcome {_signed(year.outcome_percent)}")


def write(found: Shortfall, params: ShortfallParams, figure: go.Figure, passport: Passport) -> Exhibit:
    """Words and table of what is drawn."""
    span = span_words(found)
    title = f"Growth of {words.in_sentence(found.name)} in {span}: forecasts and outcome"
    title = title if len(title) <= 70 else f"{found.name}: growth forecasts and outcome"
    return Exhibit(
        id="growth_shortfall",
        title=title,
        subtitle=f"Real GDP growth, {found.unit}, by day of publication; outcome: {found.edition}",
        figure=figure,
        data=found.frame,
        alt=alt(found, title),
        passport=passport,
        params=params,
        answer=answer(found),
        note=f"{note(found)} {NOT_A_CAUSE}",
        cards=cards(found),
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
        file_stem=f"growth-forecasts-and-outcome-{trade_words.stem(found.name, span)}",
    )


def passport(store: Store, found: Shortfall, params: ShortfallParams) -> Passport:
    """The passport of what is drawn; the two vintages that are compared stand first."""
    made = yearly_passport(
        store,
        sources=found.sources,
        releases=found.releases,
        series="Real GDP growth: forecasts, first estimates, revisions, outcome",
        unit=found.unit,
        last_observation=found.last_observation,
        prices=found.prices,
        known_on=params.known_on,
        cannot_show=note(found),
        view=SPECS[0].view(params),
    )
    as_known = "" if params.known_on is None else f", as known on {words.day(params.known_on)}"
    vintage = (
        f"forecast of {vintage_words(store, [found.forecast_release], None)}, outcome of "
        f"{vintage_words(store, found.outcome_releases, None)}, and "
        f"{words.plural(found.other_publications, 'other publication')}{as_known}"
    )
    return replace(made, vintage=vintage)


def span_words(found: Shortfall) -> str:
    """The compared years: "2022", "2022 and 2023", "2022–2024"."""
    first, last = found.years[0].year, found.years[-1].year
    return str(first) if first == last else f"{first} and {last}" if last == first + 1 else f"{first}–{last}"


def note(found: Shortfall) -> str:
    """Which forecast is compared, what a shortfall holds, and how many more years could be compared."""
    event, known_on = found.query.event, found.query.known_on
    are = "is" if found.more_years == 1 else "are"
    more = f" {words.plural(found.more_years, 'later year')} of it {are} not drawn." if found.more_years else ""
    seen = "" if known_on is None else f" Nothing that was published after {words.day(known_on)} is drawn."
    return (
        f"The compared forecast is the last one before {words.day(event)}: {found.label}, published "
        f"{found.published_words}.{more} The shortfall holds everything that the forecasters did not foresee (war, oil "
        "prices, policy, sanctions) and their ordinary errors; a forecast made after the event would flip its sign."
        f"{seen}"
    )


def _signed(percent: float) -> str:
    return words.percent(percent / 100, signed=True)


def _range(low: float, high: float) -> str:
    return _signed(low) if _signed(low) == _signed(high) else f"{_signed(low)} to {_signed(high)}"


def answer(found: Shortfall) -> str:
    """Outcome and shortfall of every drawn year, and where the level ended."""
    told = []
    for place, year in enumerate(found.years):
        moved = "grew" if year.outcome_percent >= 0 else "shrank"
        side = "below" if year.shortfall_pp >= 0 else "above"
        against = f"the last forecast before the event ({found.label})" if place == 0 else "it"
        told.append(
            f"{moved} by {words.percent(abs(year.outcome_percent) / 100)} in {year.year}, "
            f"{words.points(abs(year.shortfall_pp))} {side} {against}"
        )
    sentence = f"The economy of {words.in_sentence(found.name)} {'; it '.join(told)}"
    last = found.years[-1]
    if len(found.years) > 1:
        way = "below" if last.level_gap_percent < 0 else "above"
        size = words.percent(abs(last.level_gap_percent) / 100)
        sentence += f"; by {last.year} output was {size} {way} the forecast path"
    return sentence + "."


def cards(found: Shortfall) -> tuple[Card, ...]:
    """Forecast minus outcome of every drawn year, and the level by the last."""
    made = [
        Card(
            f"Forecast minus outcome, {year.year}",
            words.points(year.shortfall_pp, signed=True),
            f"forecast {_signed(year.forecast_percent)}, outcome {_signed(year.outcome_percent)}",
        )
        for year in found.years
    ]
    last = found.years[-1]
    return (*made, Card(f"Level by {last.year}", _signed(last.level_gap_percent), "against the forecast path"))


def drawn_words(found: Shortfall, year: int) -> str:
    """Everything that one panel holds beside the compared forecast and the outcome: "19 forecasts from −15.0% to
    +3.9%, 3 ranges of forecasts from −10.0% to −4.0%, 1 first estimate of −2.1%"."""
    rows = found.dots(year)
    told = []
    for kind, (_, word) in SYMBOLS.items():
        values = rows.filter(pl.col("kind") == kind)["value_pct"].drop_nulls().to_list()
        if values:
            link = "of" if _signed(min(values)) == _signed(max(values)) else "from"
            told.append(f"{words.plural(len(values), word)} {link} {_range(min(values), max(values))}")
    ranges = rows.filter(pl.col("low_pct").is_not_null() | pl.col("high_pct").is_not_null())
    ends = [end for column in ("low_pct", "high_pct") for end in ranges[column].drop_nulls().to_list()]
    if ends:
        many = "1 range of a forecast" if ranges.height == 1 else f"{ranges.height} ranges of forecasts"
        told.insert(1 if told else 0, f"{many} from {_range(min(ends), max(ends))}")
    return words.listing(told)


def alt(found: Shortfall, title: str) -> str:
    """Every panel in words: all dots and ranges that it holds, the compared forecast, the outcome."""
    days = found.frame.filter(pl.col("kind") != shortfall.OUTCOME)["published"]
    first, last = days.min(), days.max()
    assert isinstance(first, date)
    assert isinstance(last, date)
    parts = [
        f"{year.year}: {drawn_words(found, year.year)}; the last before the event {_signed(year.forecast_percent)}, "
        f"outcome {_signed(year.outcome_percent)}."
        for year in found.years
    ]
    when = f"{words.month(first)} to {words.month(last)}"
    return (
        f"Dots and ranges by day of publication, {when}, one panel a year: {title}. {' '.join(parts)} "
        f"Compared forecast: {found.label}."
    )


SPECS: tuple[Spec, ...] = (
    Spec("growth_shortfall", "Growth forecasts by vintage and outcome", "impact", ShortfallParams, growth_shortfall),
)
