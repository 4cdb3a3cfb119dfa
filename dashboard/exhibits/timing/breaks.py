"""Break dates: when the level of a monthly flow changed, found without looking at any measure."""

from __future__ import annotations

from datetime import date
from typing import Annotated

import numpy as np
import polars as pl
from pydantic import Field

from dashboard import words
from dashboard.analysis.breaks import Break, BreakDates, break_dates
from dashboard.analysis.errors import AnalysisError
from dashboard.analysis.timing_result import p_words
from dashboard.analysis.timing_series import LogSeries, log_series
from dashboard.exhibits import passports
from dashboard.exhibits.alt import lines_alt
from dashboard.exhibits.base import Card, Column, Exhibit, NothingToShow, Spec
from dashboard.exhibits.timing.clocks import no_flow
from dashboard.figures.break_steps import BreakMark, Step, break_steps
from dashboard.figures.lines import Line
from dashboard.figures.marks import NOT_A_CAUSE
from dashboard.figures.theme import Style, money_scale
from dashboard.params import Area, Areas, FlowWord, Params
from dashboard.queries import catalogue
from dashboard.studies import legacy
from dashboard.words import register as tw
from dashboard.words.trade import stem, subject
from pipelines.store import Store

CANNOT = (
    "A slow fall or rise looks like stairs to this method, and a series that wanders has long stretches at one level: "
    "a high p-value says that such a break is nothing special here. The search knows no measure and no cause."
)


class BreakDatesParams(Params):
    """Which monthly flow is searched, for how many breaks at most and how far apart, on what was known when."""

    reporter: Area = "USA"
    partner: Areas = ("RUS",)
    flow: FlowWord = "import"
    source: str | None = None
    max_breaks: Annotated[int, Field(ge=1, le=5)] = 5
    least_months: Annotated[int, Field(ge=12, le=120)] = 24
    known_on: date | None = None


def break_dates_exhibit(store: Store, params: BreakDatesParams, style: Style) -> Exhibit:
    """The log flow without season, its levels, and each break with the interval of its date."""
    if params.flow == "balance":
        raise NothingToShow("A balance has no logarithm, because it may be below zero; choose exports or imports.")
    partner = params.partner[0] if params.partner else "RUS"
    names = catalogue.names(store, [params.reporter, partner])
    flows = legacy.series(
        store,
        reporter=params.reporter,
        partners=[partner],
        flow=params.flow,
        frequency="M",
        source=params.source,
        known_on=params.known_on,
    )
    if flows.is_empty():
        raise NothingToShow(no_flow(store, names, params.reporter, partner, params.flow))
    try:
        series = log_series(flows)[()]
        if isinstance(series, str):
            raise AnalysisError(series)
        months = pl.DataFrame(
            {"period": [series.month(i) for i in range(len(series.adjusted))], "log": series.adjusted}
        )
        share = params.least_months / max(int(np.isfinite(series.adjusted).sum()), 1)
        found = break_dates(months, value="log", time="period", max_breaks=params.max_breaks, min_share=share)
    except AnalysisError as reason:
        raise NothingToShow(f"{reason} Choose another partner or flow.") from reason
    what = subject(names, params.reporter, partner, params.flow)
    adjusted = months.with_columns(pl.col("log").exp().alias("adjusted_usd"))
    scale = money_scale(
        [None if value is None or not np.isfinite(value) else value for value in adjusted["adjusted_usd"]]
    )
    values = [value / scale.divisor if np.isfinite(value) else None for value in adjusted["adjusted_usd"]]
    periods: list[date] = adjusted["period"].to_list()
    line = Line("Without season", periods, values, style.flow(params.flow), width=1.6)
    steps = _steps(found, periods, scale.divisor)
    figure = break_steps(line, steps, [_mark(one, periods) for one in found.breaks], unit=scale.unit, style=style)
    title = f"When the level of {tw.bare(what)} changed"
    last = max(periods)
    return Exhibit(
        id="break_dates",
        title=title if len(title) <= 70 else "When the level of trade changed",
        subtitle=(
            f"{what}, by month, without season, with the level of each stretch. {passports.basis_words(flows)}, "
            f"{passports.valuation_words(flows)}, current prices, {words.span(min(periods), last)}"
        ),
        figure=figure,
        data=_data(adjusted, flows, found),
        alt=lines_alt(title, [line], lambda value: words.money(value * scale.divisor))
        + (f" {_told(found)}" if found.breaks else " No break was found."),
        passport=passports.passport(
            store,
            sources=flows["source"].unique().to_list(),
            releases=flows["release"].drop_nulls().unique().to_list(),
            series=f"{what}, monthly",
            unit="USD",
            last_observation=words.month(last),
            basis=passports.basis_words(flows),
            valuation=passports.valuation_words(flows),
            adjustment=f"seasonally adjusted here: {series.choice}",
            known_on=params.known_on,
            view=SPEC.view(params),
            cannot_show=CANNOT,
        ),
        params=params,
        answer=_told(found) if found.breaks else f"{what[:1].upper()}{what[1:]} shows no break in its level.",
        note=" ".join(_notes(found, series)),
        cards=tuple(_card(one) for one in found.breaks[-4:]),
        columns=_COLUMNS,
        file_stem=stem(params.reporter, partner, "goods", params.flow, "break dates"),
    )


def _steps(found: BreakDates, periods: list[date], divisor: float) -> list[Step]:
    edges = [0, *(periods.index(one.date) for one in found.breaks), len(periods)]
    return [
        Step(periods[edges[i]], periods[edges[i + 1] - 1], float(np.exp(level)) / divisor)
        for i, level in enumerate(found.levels)
    ]


def _mark(one: Break, periods: list[date]) -> BreakMark:
    low, high = one.low or periods[0], one.high or periods[-1]
    return BreakMark(one.date, low, high, words.month(one.date), one.p_value <= 0.05)


def _interval(one: Break) -> str:
    low = "before the series" if one.low is None else words.month(one.low)
    high = "after the series" if one.high is None else words.month(one.high)
    return low if low == high else f"{low} to {high}"


def _card(one: Break) -> Card:
    change = float(np.expm1(one.change))
    return Card(
        words.month(one.date),
        words.percent(change, signed=True),
        f"95% interval {_interval(one)}; p = {p_words(one.p_value)}",
    )


def _told(found: BreakDates) -> str:
    parts = [
        f"{words.percent(float(np.expm1(one.change)), signed=True)} from {words.month(one.date)} ({_interval(one)}, "
        f"p = {p_words(one.p_value)})"
        for one in found.breaks
    ]
    return f"The level changed by {words.listing(parts)}."


def _notes(found: BreakDates, series: LogSeries) -> list[str]:
    gaps = int((~np.isfinite(series.adjusted)).sum())
    told = [
        NOT_A_CAUSE,
        "A date is the first month of the new level; bars and bands are the 95% intervals of the dates; a dashed line "
        "is a break whose p-value is above 5%. p asks how often a series without any break that wanders as "
        "persistently shows one as clear.",
        f"At least {words.plural(found.least_segment, 'month')} between breaks, their number by BIC. "
        f"Season: {series.choice}.",
    ]
    limited = [words.month(one.date) for one in found.breaks if one.at_limit]
    if limited:
        stand = "stands" if len(limited) == 1 else "stand"
        told.append(
            f"{words.listing(limited)} {stand} as near to a neighbour or an end as the search allows, so the level may "
            "have changed beyond it; allow shorter stretches to see."
        )
    if gaps:
        told.append(f"{words.plural(gaps, 'month')} without a figure above zero were passed over.")
    return [*told, CANNOT]


def _data(adjusted: pl.DataFrame, flows: pl.DataFrame, found: BreakDates) -> pl.DataFrame:
    starts = [one.date for one in found.breaks]
    level = pl.col("period").map_elements(
        lambda period: float(np.exp(found.levels[sum(start <= period for start in starts)])), return_dtype=pl.Float64
    )
    return (
        adjusted.select(
            "period",
            pl.col("adjusted_usd").fill_nan(None),
            level.alias("level_usd"),
            pl.col("period").is_in(starts).alias("is_break"),
        )
        .join(
            flows.select("period", "value_usd", "is_estimate", "source", "known_from"),
            on="period",
            how="left",
            maintain_order="left",
        )
        .select("period", "value_usd", "adjusted_usd", "level_usd", "is_break", "is_estimate", "source", "known_from")
    )


_COLUMNS = {
    "period": Column("Month"),
    "value_usd": Column("Value, USD", "%.0f"),
    "adjusted_usd": Column("Without season, USD", "%.0f"),
    "level_usd": Column("Level, USD", "%.0f"),
    "is_break": Column("First month of a new level"),
    "is_estimate": Column("Estimate"),
    "source": Column("Source"),
    "known_from": Column("Known from"),
}

SPEC = Spec("break_dates", "Break dates of a flow", "timing", BreakDatesParams, break_dates_exhibit)
