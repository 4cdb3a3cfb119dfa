"""Collapse and rebound of one pair: 12-month sums (or complete years) around an event, with both rebounds."""

from __future__ import annotations

from datetime import date
from typing import Annotated

import plotly.graph_objects as go
import polars as pl
from pydantic import Field

from dashboard import words
from dashboard.analysis.collapse import State
from dashboard.analysis.errors import AnalysisError
from dashboard.analysis.frames import month_of, ordinal_of
from dashboard.exhibits import passports
from dashboard.exhibits.alt import lines_alt
from dashboard.exhibits.base import Column, Exhibit, NothingToShow, Spec
from dashboard.exhibits.columns import TRADE
from dashboard.exhibits.trade import collapse_words as said
from dashboard.exhibits.trade.lines import line, middle
from dashboard.figures import theme
from dashboard.figures.collapse import Point, collapse_line
from dashboard.figures.lines import Line
from dashboard.figures.marks import NOT_A_CAUSE
from dashboard.figures.theme import Style
from dashboard.params import Area, Areas, CurrencyWord, Month, PageFlow, Params, SourceName
from dashboard.queries import catalogue
from dashboard.studies import collapse
from dashboard.studies.collapse import CollapseStudy
from dashboard.studies.series import TradeSeries
from dashboard.words import trade as trade_words
from dashboard.words.flows import FLOWS
from pipelines.store import Store

YEARS_SHOWN_BEFORE = 5
"""The picture begins so many years before the search for the peak does."""
MonthsBefore = Annotated[int, Field(ge=6, le=60)]
MonthsAfter = Annotated[int, Field(ge=6, le=120)]


class CollapseParams(Params):
    """One reporter with one partner (the first of those chosen), a flow, an event and the months searched around it.

    The flow `both` is measured as exports plus imports, or as the one flow that the reporter has.
    Where a reporter has years only, the peak is sought over the last `before_years` up to the event and the trough
    up to the last complete year.
    """

    reporter: Area = "USA"
    partner: Areas = ("RUS",)
    flow: PageFlow = "both"
    event: Month = date(2022, 2, 1)
    before_months: MonthsBefore = 24
    after_months: MonthsAfter = 36
    before_years: Annotated[int, Field(ge=1, le=15)] = 5
    show_real: bool = False
    currency: CurrencyWord = "reported"
    source: SourceName | None = None
    known_on: date | None = None

    @property
    def whom(self) -> str:
        """The partner that is measured."""
        return self.partner[0] if self.partner else "RUS"


def collapse_card(store: Store, params: CollapseParams, style: Style) -> Exhibit:
    """How far trade of one pair fell around an event, and how much of the fall has been regained."""
    try:
        found = collapse.study(store, question(params))
    except AnalysisError as reason:
        raise NothingToShow(str(reason)) from reason
    drawn = Drawn(found, params)
    return write(store, params, drawn, draw(drawn, params, style), catalogue.names(store), style)


def question(params: CollapseParams) -> collapse.CollapseQuery:
    """What the parameters ask of the study."""
    return collapse.CollapseQuery(
        reporter=params.reporter,
        partner=params.whom,
        flow=params.flow,
        event=params.event,
        before_months=params.before_months,
        after_months=params.after_months,
        before_years=params.before_years,
        currency=params.currency,
        source=params.source,
        known_on=params.known_on,
    )


class Drawn:
    """The study and the rows of it that the picture shows, with their scale."""

    def __init__(self, found: CollapseStudy, params: CollapseParams) -> None:
        begin = ordinal_of(params.event) - 12 * YEARS_SHOWN_BEFORE
        begin -= 12 * params.before_years if found.frequency == "A" else params.before_months
        self.found = found
        self.sums = found.sums.between(month_of(begin), None)
        constant = found.constant.between(month_of(begin), None)
        self.constant = constant if params.show_real else constant.with_rows(constant.frame.clear())
        amounts = [*self.sums.frame["value"], *self.constant.frame["value"]]
        self.scale = theme.money_scale(amounts, found.sums.sign)

    @property
    def lines(self) -> list[TradeSeries]:
        """What is drawn: current prices, and constant ones where they are chosen and held."""
        return [self.sums, *([] if self.constant.is_empty else [self.constant])]

    def line(self, style: Style) -> Line:
        """The sums in current prices."""
        return line(
            self.sums.frame,
            frequency=self.found.frequency,
            name="Current prices",
            colour=style.flow(self.found.flow),
            divisor=self.scale.divisor,
            value="value",
            sign=self.sums.sign,
        )


def draw(drawn: Drawn, params: CollapseParams, style: Style) -> go.Figure:
    """The line with its named points, the event and the months searched."""
    found, annual = drawn.found, drawn.found.frequency == "A"
    beside = line(
        drawn.constant.frame,
        frequency="M",
        name=said.sentence_case(drawn.constant.prices.words().split(",")[0]),
        colour=style.grey,
        divisor=drawn.scale.divisor,
        value="value",
        dash="dash",
        width=1.5,
        sign=found.sums.sign,
    )
    return collapse_line(
        drawn.line(style),
        _points(drawn),
        event=params.event,
        event_words=words.month(params.event),
        search=_search(params, found),
        unit=drawn.scale.unit + (", years" if annual else ", 12-month sums"),
        style=style,
        beside=None if drawn.constant.is_empty else beside,
        hover_date="%Y" if annual else "12 months to %b %Y",
    )


def write(
    store: Store, params: CollapseParams, drawn: Drawn, figure: go.Figure, names: dict[str, str], style: Style
) -> Exhibit:
    """Words, table and passport of what is drawn."""
    found, scale, annual = drawn.found, drawn.scale, drawn.found.frequency == "A"
    who, whom = trade_words.short(names, params.reporter), trade_words.short(names, params.whom)
    subject = trade_words.subject(names, params.reporter, params.whom, found.flow)
    noun = f"{FLOWS[found.flow].noun} {FLOWS[found.flow].link}"
    title = f"{trade_words.whose(names, params.reporter)} goods {noun} {trade_words.whom(names, params.whom)}"
    title += ": collapse and rebound"
    title = title if len(title) <= 70 else f"{who} and {whom}: goods trade, collapse and rebound"[:70]
    answer = said.answer(found, subject)
    alt = lines_alt(
        title, [drawn.line(style)], lambda value: f"{words.number(value)} {scale.unit}", frequency=found.frequency
    )
    return Exhibit(
        id=SPEC.id,
        title=title,
        subtitle=said.subtitle(found, drawn.lines, scale.unit),
        figure=figure,
        data=table(drawn),
        alt=f"{alt} {answer}",
        passport=passports.of_trade(
            store,
            drawn.sums,
            series=f"{subject}, {'complete years' if annual else '12-month sums of months'}",
            # The cards tell the fall in constant prices too.
            releases=found.constant.prices.releases,
            sources=found.constant.price_sources,
            price_basis=said.price_basis(drawn.lines),
            known_on=params.known_on,
            view=SPEC.view(params),
            cannot_show=f"{said.cannot_show(found)} {NOT_A_CAUSE}",
        ),
        params=params,
        answer=answer,
        note=said.note(found, drawn.lines, whom if len(params.partner) > 1 else ""),
        cards=said.cards(found),
        columns=COLUMNS,
        file_stem=trade_words.stem(
            who,
            whom,
            "goods",
            found.flow,
            "collapse",
            params.event.year,
            "to",
            found.result.now_period.strftime("%Y" if annual else "%Y-%m"),
        ),
    )


def _points(drawn: Drawn) -> list[Point]:
    """Peak, now, trough, half of the fall: in order of importance."""
    found, divisor = drawn.found, drawn.scale.divisor
    result, kind = found.result, found.frequency
    fell, lowest_now = result.state is not State.NO_FALL, result.trough_period == result.now_period

    def told(label: str, value: float, when: date) -> str:
        return f"<b>{label}</b> {said.amount_words(found, value, when)}<br>{words.period(when, kind)}"

    now = "<b>Now, lowest</b>" if lowest_now else "<b>Now</b>"
    now = (
        f"{now}<br>{said.amount_words(found, result.now, result.now_period)}<br>{words.period(result.now_period, kind)}"
    )
    points = [
        Point(told("Peak", result.peak, result.peak_period), middle(result.peak_period, kind), result.peak / divisor),
        Point(now, middle(result.now_period, kind), result.now / divisor, margin=True),
    ]
    if not lowest_now:
        trough = told("Trough" if fell else "Lowest since", result.trough, result.trough_period)
        points.append(Point(trough, middle(result.trough_period, kind), result.trough / divisor, "square"))
    if fell and result.half_fall is not None and kind == "M":
        at = found.sums.frame.filter(pl.col("period") == result.half_fall)["value"][0]
        half = f"Half of the fall<br>by {words.month(result.half_fall)}"
        points.append(Point(half, result.half_fall, at / divisor, "diamond", optional=True))
    return points


def _search(params: CollapseParams, found: CollapseStudy) -> tuple[date, date]:
    if found.frequency == "A":
        return date(params.event.year - params.before_years, 1, 1), middle(found.result.now_period, "A")
    at = ordinal_of(params.event)
    return month_of(at - params.before_months), month_of(at + params.after_months)


COLUMNS = {
    **TRADE,
    "period": Column("Period (12 months up to it, or year)"),
    "point": Column("Named point"),
}


def table(drawn: Drawn) -> pl.DataFrame:
    """The drawn line or lines; the named points stand in a column of their own on the line in current prices."""
    result = drawn.found.result
    named: dict[date, list[str]] = {}
    for when, name in (
        (result.peak_period, "peak"),
        (result.half_fall, "half of the fall"),
        (result.trough_period, "trough"),
        (result.now_period, "now"),
    ):
        if when is not None:
            named.setdefault(when, []).append(name)
    points = pl.DataFrame(
        {"period": list(named), "point": [", ".join(names) for names in named.values()]},
        schema={"period": pl.Date, "point": pl.String},
    )
    current = drawn.sums.table().join(points, on="period", how="left", maintain_order="left")
    none = pl.lit(None, dtype=pl.String)
    fixed = drawn.constant.table().with_columns(none.alias("point"))
    euros = ["value_eur"] if drawn.sums.currency == "EUR" else []
    columns = [
        "period",
        "price_basis",
        "currency",
        "value",
        "value_usd",
        *euros,
        "rounding",
        "point",
        "is_estimate",
        "source",
    ]
    columns += ["release", "known_from"]
    return pl.concat([current.select(columns), fixed.select(columns)])


SPEC = Spec("collapse_card", "Collapse and rebound of one pair", "trade", CollapseParams, collapse_card)
SPECS = (SPEC,)
