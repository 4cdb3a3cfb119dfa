"""The timing test as a picture: months around a date before the band of ordinary dates, with the verdict in words."""

from __future__ import annotations

from datetime import date
from typing import Annotated

import polars as pl
from pydantic import Field

from dashboard import words
from dashboard.analysis.errors import AnalysisError
from dashboard.analysis.timing import timing_test
from dashboard.analysis.timing_path import event_path
from dashboard.analysis.timing_result import TimingResult, WindowChange, interval, p_words
from dashboard.exhibits import passports
from dashboard.exhibits.base import Card, Column, Exhibit, NothingToShow, Spec
from dashboard.exhibits.timing import reversals as said
from dashboard.exhibits.timing.clocks import no_flow
from dashboard.figures.event_time import Path
from dashboard.figures.marks import NOT_A_CAUSE
from dashboard.figures.placebo_band import Band, placebo_band
from dashboard.figures.theme import Style
from dashboard.params import Area, Areas, FlowWord, Month, Params
from dashboard.queries import catalogue
from dashboard.studies import legacy, reversals
from dashboard.words import register as tw
from dashboard.words.trade import PLACE, stem, subject
from pipelines.store import Store

CANNOT = (
    "Other measures, oil prices, wars and contracts fall into the same months, and goods are bought ahead of a date. "
    "A date that is not distinguishable may still have mattered: noisy series hide even large changes."
)


class TimingTestParams(Params):
    """Which monthly flow is tested around which date, over how many months, and how much of it is drawn."""

    reporter: Area = "USA"
    partner: Areas = ("RUS",)
    flow: FlowWord = "import"
    source: str | None = None
    event: Month = date(2022, 3, 8)
    window_months: Annotated[int, Field(ge=3, le=36)] = 12
    window_before: Annotated[int, Field(ge=12, le=60)] = 24
    window_after: Annotated[int, Field(ge=1, le=60)] = 36
    other_partners: bool = False
    known_on: date | None = None


def timing_test_exhibit(store: Store, params: TimingTestParams, style: Style) -> Exhibit:
    """One flow around one date, without season, before the band of all ordinary dates of the same flow.

    Logs of monthly values, never 12-month sums. Refuses with the test's own sentence where it cannot be made.
    """
    if params.flow == "balance":
        raise NothingToShow("A balance has no logarithm, because it may be below zero; choose exports or imports.")
    partner = params.partner[0] if params.partner else "RUS"
    names = catalogue.names(store, [params.reporter, partner])
    flows = _flows(store, params, [partner])
    if flows.is_empty():
        raise NothingToShow(no_flow(store, names, params.reporter, partner, params.flow))
    relief = reversals.on_day(store, partner=partner, event=params.event, known_on=params.known_on)
    others = None
    if params.other_partners:
        others = _flows(store, params, None).filter((pl.col("partner") != partner) & PLACE)
    try:
        found = timing_test(flows, event=params.event, window_months=params.window_months, partners=others)
        path = event_path(
            flows,
            event=params.event,
            window_months=params.window_months,
            before=params.window_before,
            after=params.window_after,
        )
    except AnalysisError as reason:
        told = " ".join(part for part in (str(reason), said.untold(relief)) if part)
        raise NothingToShow(f"{told} Choose another date, window, partner or flow.") from reason
    what = subject(names, params.reporter, partner, params.flow)
    h, skip = params.window_months, 0 if params.event.day == 1 else 1
    line = Path(
        name=words.month(params.event),
        x=path["offset"].to_list(),
        y=path["index"].to_list(),
        colour=style.flow(params.flow),
        width=2.4,
        hover=[words.month(period) for period in path["period"]],
    )
    band = Band(*(path[name].to_list() for name in ("offset", "low", "middle", "high")))
    figure = placebo_band(
        line,
        band,
        before=params.window_before,
        after=params.window_after,
        style=style,
        windows=[(-h, -1), (skip, skip + h - 1)],
        unit=f"mean of the {h} months before = 100",
    )
    title = f"{tw.bare(what)} around {words.month(params.event)}"
    drawn = flows.join(path.select("period"), on="period", how="semi")
    last = max(drawn["period"])
    return Exhibit(
        id="timing_test",
        title=title if len(title) <= 70 else f"Trade around {words.day(params.event)}",
        subtitle=(
            f"{what}, by month, without season; {words.month(params.event)} against ordinary dates of "
            f"{words.span(found.first, found.last)}. {passports.basis_words(flows)}, "
            f"{passports.valuation_words(flows)}, current prices"
        ),
        figure=figure,
        data=_data(path, flows),
        alt=_alt(title, path, found),
        passport=passports.passport(
            store,
            sources=flows["source"].unique().to_list(),
            releases=flows["release"].drop_nulls().unique().to_list(),
            series=f"{what}, monthly",
            unit=f"index, mean of the {h} months before the date = 100",
            last_observation=words.month(last),
            basis=passports.basis_words(flows),
            valuation=passports.valuation_words(flows),
            adjustment=f"seasonally adjusted here: {found.seasonal}",
            known_on=params.known_on,
            view=SPEC.view(params),
            cannot_show=CANNOT,
        ),
        params=params,
        answer=" ".join(
            part for part in (found.headline(what[:1].upper() + what[1:]), said.told(relief, found)) if part
        ),
        note=" ".join(_notes(found)),
        cards=_cards(found),
        columns=_COLUMNS,
        file_stem=stem(params.reporter, partner, "goods", params.flow, "timing test", params.event),
    )


def _flows(store: Store, params: TimingTestParams, partners: list[str] | None) -> pl.DataFrame:
    return legacy.series(
        store,
        reporter=params.reporter,
        partners=partners,
        flow=params.flow,
        frequency="M",
        source=params.source,
        known_on=params.known_on,
    )


def _cards(found: TimingResult) -> tuple[Card, ...]:
    """The chosen window first, then the others, then with months before the date left out."""
    shown = [found.main]
    shown += [one for one in found.windows if one.window_months != found.main.window_months]
    shown += list(found.leads[:1])
    return tuple(_card(one, found.alpha) for one in shown[:4])


def _card(one: WindowChange, alpha: float) -> Card:
    label = f"Over {words.plural(one.window_months, 'month')}"
    if one.lead_months:
        label += f", {words.count(one.lead_months)} before left out"
    bounds = interval(one, alpha)
    return Card(
        label, words.percent(one.effect, signed=True), f"{bounds[:1].upper()}{bounds[1:]}; p = {p_words(one.p_value)}"
    )


def _notes(found: TimingResult) -> list[str]:
    told = [NOT_A_CAUSE]
    told.append(f"Season: {found.seasonal}. The month of the date is {found.clock_month}.")
    told.append("The bars at the foot are the months that are compared.")
    told.append("One month outside the band is no finding: of twenty ordinary months one is.")
    if found.gap_months:
        told.append(f"{words.plural(found.gap_months, 'month')} without a figure stay gaps.")
    told += [f"Not tested: {reason}" for reason in found.refused]
    return [*told, CANNOT]


def _data(path: pl.DataFrame, flows: pl.DataFrame) -> pl.DataFrame:
    return (
        path.join(
            flows.select("period", "value_usd", "is_estimate", "source", "known_from"),
            on="period",
            how="left",
            maintain_order="left",
        )
        .rename({"offset": "months_from_date"})
        .select(
            "months_from_date",
            "period",
            "value_usd",
            "index",
            "low",
            "middle",
            "high",
            "dates",
            "is_estimate",
            "source",
            "known_from",
        )
    )


def _alt(title: str, path: pl.DataFrame, found: TimingResult) -> str:
    known = path.drop_nulls("index")
    low, high = (known.sort("index").row(place, named=True) for place in (0, -1))
    band = known.drop_nulls("low")
    outside = band.filter((pl.col("index") < pl.col("low")) | (pl.col("index") > pl.col("high"))).height
    return (
        f"Line before a band: {title}. The line is trade without season, 100 before the date; lowest "
        f"{words.number(low['index'])} in {words.month(low['period'])}, highest {words.number(high['index'])} in "
        f"{words.month(high['period'])}. {words.count(outside)} of {words.plural(band.height, 'month')} lie outside "
        f"the band of 95% of ordinary dates. The date is {found.verdict}."
    )


_COLUMNS = {
    "months_from_date": Column("Months from the date"),
    "period": Column("Month"),
    "value_usd": Column("Value, USD", "%.0f"),
    "index": Column("Without season, index", "%.1f"),
    "low": Column("Ordinary dates, 2.5%", "%.1f"),
    "middle": Column("Ordinary dates, middle", "%.1f"),
    "high": Column("Ordinary dates, 97.5%", "%.1f"),
    "dates": Column("Ordinary dates compared"),
    "is_estimate": Column("Estimate"),
    "source": Column("Source"),
    "known_from": Column("Known from"),
}

SPEC = Spec(
    "timing_test", "Timing test: a date against ordinary dates", "timing", TimingTestParams, timing_test_exhibit
)
