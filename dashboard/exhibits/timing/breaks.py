"""Break dates: when the level of a monthly flow changed, found without looking at any measure."""

from __future__ import annotations

from typing import Annotated

import plotly.graph_objects as go
import polars as pl
from pydantic import Field

from dashboard import words
from dashboard.analysis.breaks import Break
from dashboard.analysis.errors import AnalysisError
from dashboard.analysis.timing_result import p_words
from dashboard.exhibits import passports
from dashboard.exhibits.alt import lines_alt
from dashboard.exhibits.base import Card, Column, Exhibit, NothingToShow, Spec
from dashboard.exhibits.timing.pair import COLUMNS, CURRENCIES, PairParams, basis, months_table, on_card
from dashboard.figures.break_steps import BreakMark, Step, break_steps
from dashboard.figures.lines import Line
from dashboard.figures.marks import NOT_A_CAUSE
from dashboard.figures.theme import LIGHT, Scale, Style, money_scale
from dashboard.queries import catalogue
from dashboard.studies import breaks
from dashboard.studies.breaks import Breaks, BreaksQuery
from dashboard.studies.pair import coarse_words, doubtful_words
from dashboard.words import register as tw
from dashboard.words.trade import stem, subject
from pipelines.store import Store

CANNOT = (
    "A slow fall or rise looks like stairs to this method, and a series that wanders has long stretches at one level: "
    "a high p-value says that such a break is nothing special here. The search knows no measure and no cause."
)


class BreakDatesParams(PairParams):
    """Which monthly flow is searched, for how many breaks at most and how far apart, on what was known when."""

    max_breaks: Annotated[int, Field(ge=1, le=5)] = 5
    least_months: Annotated[int, Field(ge=12, le=120)] = 24

    def question(self) -> BreaksQuery:
        """What the parameters ask of the study."""
        return BreaksQuery(self.pair(), self.max_breaks, self.least_months)


def break_dates_exhibit(store: Store, params: BreakDatesParams, style: Style) -> Exhibit:
    """The log flow without season, its levels, and each break with the interval of its date."""
    try:
        found = breaks.study(store, params.question())
    except AnalysisError as reason:
        raise NothingToShow(str(reason)) from reason
    what = subject(catalogue.names(store), params.reporter, params.whom, params.flow)
    return write(store, params, found, draw(found, style), what)


def scale(found: Breaks) -> Scale:
    """The unit in which the line is drawn."""
    return money_scale(found.months["adjusted"].to_list(), found.series.sign)


def line(found: Breaks, style: Style) -> Line:
    """The flow without season; gaps stay open."""
    divisor = scale(found).divisor
    values = [None if value is None else value / divisor for value in found.months["adjusted"]]
    return Line(
        "Without season", found.months["period"].to_list(), values, style.flow(found.query.pair.flow), width=1.6
    )


def draw(found: Breaks, style: Style) -> go.Figure:
    """The line with the level of each stretch and a mark with its interval for each break."""
    unit = scale(found)
    steps = [Step(first, last, level / unit.divisor) for first, last, level in found.stretches]
    return break_steps(
        line(found, style), steps, [_mark(one, found) for one in found.found.breaks], unit=unit.unit, style=style
    )


def _mark(one: Break, found: Breaks) -> BreakMark:
    periods = found.months["period"]
    return BreakMark(
        one.date, one.low or periods[0], one.high or periods[-1], words.month(one.date), one.p_value <= 0.05
    )


def write(store: Store, params: BreakDatesParams, found: Breaks, figure: go.Figure, what: str) -> Exhibit:
    """The steps with their words, their table and their passport."""
    title = f"When the level of {tw.bare(what)} changed"
    unit = scale(found)
    span = words.span(found.months["period"][0], found.series.last_month)
    return Exhibit(
        id="break_dates",
        title=title if len(title) <= 70 else "When the level of trade changed",
        subtitle=f"{what}, by month, without season, with the level of each stretch. {basis(found.series)}, {span}",
        figure=figure,
        data=table(found),
        alt=lines_alt(title, [line(found, LIGHT)], lambda value: words.money(value * unit.divisor, found.series.sign))
        + (f" {told(found)}" if found.found.breaks else " No break was found."),
        passport=passports.of_trade(
            store,
            found.series,
            series=f"{what}, monthly",
            unit=f"{CURRENCIES[found.series.currency]} a month",
            adjustment=f"seasonally adjusted here: {found.logs.choice}",
            known_on=params.known_on,
            view=SPEC.view(params),
            cannot_show=CANNOT,
        ),
        params=params,
        answer=told(found) if found.found.breaks else f"{what[:1].upper()}{what[1:]} shows no break in its level.",
        note=note(found),
        cards=tuple(cards(found)),
        columns=_COLUMNS,
        file_stem=stem(params.reporter, params.whom, "goods", params.flow, "break dates"),
    )


def _interval(one: Break) -> str:
    low = "before the series" if one.low is None else words.month(one.low)
    high = "after the series" if one.high is None else words.month(one.high)
    return low if low == high else f"{low} to {high}"


def cards(found: Breaks) -> list[Card]:
    """The last four breaks with the interval of their date."""
    shown = []
    for one, change in list(zip(found.found.breaks, found.changes, strict=True))[-4:]:
        detail = f"95% interval {_interval(one)}; p = {p_words(one.p_value)}"
        shown.append(Card(words.month(one.date), on_card(change), detail))
    return shown


def told(found: Breaks) -> str:
    """Every break with its change, the interval of its date and its p-value."""
    parts = [
        f"{'a change that rounding hides' if change.value is None else change.words()} from {words.month(one.date)} "
        f"({_interval(one)}, p = {p_words(one.p_value)})"
        for one, change in zip(found.found.breaks, found.changes, strict=True)
    ]
    return f"The level changed by {words.listing(parts)}."


def note(found: Breaks) -> str:
    """Not a cause; the convention of a date; how the search was bounded; gaps, doubts and rounding."""
    result = found.found
    told = [
        NOT_A_CAUSE,
        "A date is the first month of the new level; bars and bands are the 95% intervals of the dates; a dashed line "
        "is a break whose p-value is above 5%. p asks how often a series without any break that wanders as "
        "persistently shows one as clear.",
        f"At least {words.plural(result.least_segment, 'month')} between breaks, their number by BIC. "
        f"Season: {found.logs.choice}.",
    ]
    limited = [words.month(one.date) for one in result.breaks if one.at_limit]
    if limited:
        stand = "stands" if len(limited) == 1 else "stand"
        told.append(
            f"{words.listing(limited)} {stand} as near to a neighbour or an end as the search allows, so the level may "
            "have changed beyond it; allow shorter stretches to see."
        )
    if found.gap_months:
        told.append(f"{words.plural(found.gap_months, 'month')} without a figure above zero were passed over.")
    told += [doubtful_words(found.doubtful), coarse_words(found.series), CANNOT]
    return " ".join(part for part in told if part)


def table(found: Breaks) -> pl.DataFrame:
    """Every month with its figure, without season and with its level; columns of dollars hold dollars or nothing."""
    dollars = found.series.currency == "USD"
    months = months_table(found.series)
    money = [name for name in months.columns if name.startswith(("currency", "value"))]
    return (
        found.months.join(months, on="period", how="left", maintain_order="left")
        .with_columns(
            pl.lit(found.series.currency).alias("currency"),
            *(
                (pl.col(name) if dollars else pl.lit(None, dtype=pl.Float64)).alias(f"{name}_usd")
                for name in ("adjusted", "level")
            ),
        )
        .select(
            "period",
            *money,
            "adjusted",
            "level",
            "adjusted_usd",
            "level_usd",
            "is_break",
            *(name for name in months.columns if name not in (*money, "period")),
        )
    )


_COLUMNS = COLUMNS | {
    "period": Column("Month"),
    "adjusted": Column("Without season", "%.0f"),
    "level": Column("Level", "%.0f"),
    "adjusted_usd": Column("Without season, US dollars", "%.0f"),
    "level_usd": Column("Level, US dollars", "%.0f"),
    "is_break": Column("First month of a new level"),
}

SPEC = Spec("break_dates", "Break dates of a flow", "effect", BreakDatesParams, break_dates_exhibit)
