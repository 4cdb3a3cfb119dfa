"""The timing test as a picture: months around a date before the band of ordinary dates, with the verdict in words."""

from __future__ import annotations

from datetime import date
from typing import Annotated

import plotly.graph_objects as go
import polars as pl
from pydantic import Field

from dashboard import words
from dashboard.analysis.errors import AnalysisError
from dashboard.analysis.timing_result import WindowChange, interval, p_told
from dashboard.exhibits import passports
from dashboard.exhibits.base import Card, Column, Exhibit, NothingToShow, Spec
from dashboard.exhibits.timing import reversals
from dashboard.exhibits.timing.pair import COLUMNS, PairParams, basis, months_table, on_card
from dashboard.figures.event_time import Path
from dashboard.figures.marks import NOT_A_CAUSE
from dashboard.figures.placebo_band import Band, placebo_band
from dashboard.figures.theme import Style
from dashboard.params import Month
from dashboard.queries import catalogue
from dashboard.studies import placebo
from dashboard.studies.pair import coarse_words, doubtful_words
from dashboard.studies.placebo import Placebo, PlaceboQuery
from dashboard.words import register as tw
from dashboard.words.trade import stem, subject
from pipelines.store import Store

CANNOT = (
    "Other measures, oil prices, wars and contracts fall into the same months, and goods are bought ahead of a date. "
    "A date that is not distinguishable may still have mattered: noisy series hide even large changes."
)


class TimingTestParams(PairParams):
    """Which monthly flow is tested around which date, over how many months, and how much of it is drawn."""

    event: Month = date(2022, 3, 8)
    window_months: Annotated[int, Field(ge=3, le=36)] = 12
    window_before: Annotated[int, Field(ge=12, le=60)] = 24
    window_after: Annotated[int, Field(ge=1, le=60)] = 36
    other_partners: bool = False

    def question(self) -> PlaceboQuery:
        """What the parameters ask of the study."""
        return PlaceboQuery(
            self.pair(), self.event, self.window_months, self.window_before, self.window_after, self.other_partners
        )


def timing_test_exhibit(store: Store, params: TimingTestParams, style: Style) -> Exhibit:
    """One flow around one date, without season, before the band of all ordinary dates of the same flow.

    Logs of monthly values, never 12-month sums. Refuses with the test's own sentence where it cannot be made.
    """
    try:
        found = placebo.study(store, params.question())
    except AnalysisError as reason:
        raise NothingToShow(str(reason)) from reason
    what = subject(catalogue.names(store), params.reporter, params.whom, params.flow)
    return write(store, params, found, draw(found, style), what)


def draw(found: Placebo, style: Style) -> go.Figure:
    """The line of the date over the band of all others, with the months compared at the foot."""
    query, path = found.query, found.path
    h, skip = query.window_months, found.skip
    line = Path(
        name=words.month(query.event),
        x=path["offset"].to_list(),
        y=path["index"].to_list(),
        colour=style.flow(query.pair.flow),
        width=2.4,
        hover=[words.month(period) for period in path["period"]],
    )
    return placebo_band(
        line,
        Band(*(path[name].to_list() for name in ("offset", "low", "middle", "high"))),
        before=query.before,
        after=query.after,
        style=style,
        windows=[(-h, -1), (skip, skip + h - 1)],
        unit=f"mean of the {h} months before = 100",
    )


def write(store: Store, params: TimingTestParams, found: Placebo, figure: go.Figure, what: str) -> Exhibit:
    """The band with its verdict, its table and its passport."""
    result = found.result
    title = f"{tw.bare(what)} around {words.month(params.event)}"
    return Exhibit(
        id="timing_test",
        title=title if len(title) <= 70 else f"Trade around {words.day(params.event)}",
        subtitle=(
            f"{what}, by month, without season; {words.month(params.event)} against ordinary dates of "
            f"{words.span(result.first, result.last)}. {basis(found.series)}"
        ),
        figure=figure,
        data=table(found),
        alt=alt(title, found),
        passport=passports.of_trade(
            store,
            found.drawn,
            series=f"{what}, monthly; the band from {words.span(result.first, result.last)}",
            unit=f"index, mean of the {params.window_months} months before the date = 100",
            releases=found.series.releases,
            adjustment=f"seasonally adjusted here: {result.seasonal}",
            known_on=params.known_on,
            view=SPEC.view(params),
            cannot_show=CANNOT,
        ),
        params=params,
        answer=answer(found, what),
        note=note(found),
        cards=cards(found),
        columns=_COLUMNS,
        file_stem=stem(params.reporter, params.whom, "goods", params.flow, "timing test", params.event),
    )


def answer(found: Placebo, what: str) -> str:
    """The verdict with its numbers; where rounding could make the change, only its band; and what relief says."""
    result, change = found.result, found.change(found.result.main)
    told = result.headline(what[:1].upper() + what[1:])
    if not change.is_sharp:
        h = words.plural(result.main.window_months, "month")
        hidden = "is hidden by rounding" if change.value is None else f"is {change.words()}"
        told = (
            f"{what[:1].upper()}{what[1:]}: the change from the {h} before to the {h} after "
            f"{words.month(result.event)} {hidden}. The date is {result.verdict} ({p_told(result.main)})."
        )
        if result.withheld:
            told = f"{told} Why: {result.withheld}"
        told = " ".join(part for part in (told, result.silence()) if part)
    return " ".join(part for part in (told, reversals.told(found.relief, result)) if part)


def cards(found: Placebo) -> tuple[Card, ...]:
    """The chosen window first, then the others, then with months before the date left out."""
    result = found.result
    shown = [result.main]
    shown += [one for one in result.windows if one.window_months != result.main.window_months]
    shown += list(result.leads[:1])
    return tuple(_card(found, one) for one in shown[:4])


def _card(found: Placebo, one: WindowChange) -> Card:
    label = f"Over {words.plural(one.window_months, 'month')}"
    if one.lead_months:
        label += f", {words.count(one.lead_months)} before left out"
    change = found.change(one)
    if not change.is_sharp:
        return Card(label, on_card(change), f"Not less the usual change; {p_told(one)}")
    bounds = interval(one, found.result.alpha)
    return Card(label, words.percent(one.effect, signed=True), f"{bounds[:1].upper()}{bounds[1:]}; {p_told(one)}")


def note(found: Placebo) -> str:
    """Not a cause; season, the month of the date, gaps, doubts, rounding, and windows that could not be tested."""
    result = found.result
    told = [NOT_A_CAUSE]
    told.append(f"Season: {result.seasonal}. The month of the date is {result.clock_month}.")
    told.append("The bars at the foot are the months that are compared.")
    told.append("One month outside the band is no finding: of twenty ordinary months one is.")
    told.append(
        "Every date is held against how much trade swings around it, from month to month; around this one it swings "
        f"{words.number(result.main.swing, 2)} times as much as is usual, and the band is drawn for such months."
    )
    if result.gap_months:
        told.append(f"{words.plural(result.gap_months, 'month')} without a figure stay gaps.")
    told += [doubtful_words(found.doubtful), coarse_words(found.drawn)]
    told += [f"Not tested: {reason}" for reason in result.refused]
    return " ".join(part for part in (*told, CANNOT) if part)


def table(found: Placebo) -> pl.DataFrame:
    """Every drawn month with its figure, its index and the band."""
    months = months_table(found.drawn)
    money = [name for name in months.columns if name.startswith(("currency", "value"))]
    return (
        found.path.join(months, on="period", how="left", maintain_order="left")
        .rename({"offset": "months_from_date"})
        .select(
            "months_from_date",
            "period",
            *money,
            "index",
            "low",
            "middle",
            "high",
            "dates",
            *(name for name in months.columns if name not in (*money, "period")),
        )
    )


def alt(title: str, found: Placebo) -> str:
    """The picture in words: extremes of the line, months outside the band, the verdict."""
    known = found.path.drop_nulls("index")
    low, high = (known.sort("index").row(place, named=True) for place in (0, -1))
    band = known.drop_nulls("low")
    outside = band.filter((pl.col("index") < pl.col("low")) | (pl.col("index") > pl.col("high"))).height
    return (
        f"Line before a band: {title}. The line is trade without season, 100 before the date; lowest "
        f"{words.number(low['index'])} in {words.month(low['period'])}, highest {words.number(high['index'])} in "
        f"{words.month(high['period'])}. {words.count(outside)} of {words.plural(band.height, 'month')} lie outside "
        f"the band of 95% of ordinary dates. The date is {found.result.verdict}."
    )


_COLUMNS = COLUMNS | {
    "months_from_date": Column("Months from the date"),
    "period": Column("Month"),
    "index": Column("Without season, index", "%.1f"),
    "low": Column("Ordinary dates, 2.5%", "%.1f"),
    "middle": Column("Ordinary dates, middle", "%.1f"),
    "high": Column("Ordinary dates, 97.5%", "%.1f"),
    "dates": Column("Ordinary dates compared"),
}

SPEC = Spec(
    "timing_test", "Timing test: a date against ordinary dates", "effect", TimingTestParams, timing_test_exhibit
)
