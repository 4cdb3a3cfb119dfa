"""The main picture: goods trade of one reporter with one or several partners over time, with sanctions marked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Annotated, Literal

import plotly.graph_objects as go
import polars as pl
from pydantic import Field

from dashboard import words
from dashboard.analysis.aggregates import months_covered
from dashboard.analysis.errors import AnalysisError
from dashboard.exhibits import marks as register_marks
from dashboard.exhibits import passports
from dashboard.exhibits.alt import lines_alt
from dashboard.exhibits.base import Exhibit, NothingToShow, Spec
from dashboard.exhibits.columns import TRADE
from dashboard.exhibits.trade import over_time_words as said
from dashboard.exhibits.trade.lines import filled, told
from dashboard.figures import theme
from dashboard.figures.before_after import year_ticks
from dashboard.figures.lines import Line, time_lines
from dashboard.figures.marks import Flag
from dashboard.figures.theme import Style
from dashboard.params import (
    Area,
    Areas,
    ClockWord,
    CurrencyWord,
    Month,
    PageFlow,
    Params,
    Senders,
    SourceName,
    Types,
)
from dashboard.queries import catalogue
from dashboard.queries.subjects import subjects
from dashboard.studies import over_time
from dashboard.studies.over_time import OverTimeQuery, OverTimeStudy
from dashboard.studies.rounding import hidden
from dashboard.studies.series import TradeSeries
from dashboard.studies.trade import TradeQuery
from dashboard.words import flags
from dashboard.words.flows import FLOWS
from pipelines.store import Store


class TradeParams(Params):
    """Whose trade with whom, which flow, at which frequency, as what, and which marks stand on it."""

    reporter: Area = "USA"
    partner: Areas = ("RUS",)
    flow: PageFlow = "both"
    frequency: Literal["M", "Q", "S", "A"] = "M"
    measure: Literal["level", "index", "growth"] = "level"
    base: Annotated[int, Field(ge=1900, le=2100)] | None = None
    log: bool = False
    prices: Literal["nominal", "real"] = "nominal"
    currency: CurrencyWord = "reported"
    marks: Literal["landmarks", "all", "none"] = "landmarks"
    spans: bool = False
    summits: bool = False
    senders: Senders = ()
    types: Types = ()
    clock: ClockWord = Field(default=ClockWord.EFFECTIVE)
    source: SourceName | None = None
    start: Month | None = None
    end: Month | None = None
    known_on: date | None = None


def trade_over_time(store: Store, params: TradeParams, style: Style) -> Exhibit:
    """Draw goods trade over time.

    Raises:
        NothingToShow: the store holds no such series, or none was known on the chosen day.
    """
    names = catalogue.names(store)
    _check_areas(params, names)
    try:
        found = over_time.study(store, question(params))
    except AnalysisError as reason:
        raise NothingToShow(str(reason)) from reason
    flags = _flags(store, params, found.first, _end_of(found.last, params.frequency))
    picture = draw(found, params, names, flags, style)
    return write(store, params, names, found, flags, picture)


def question(params: TradeParams) -> OverTimeQuery:
    """What the parameters ask of the study."""
    trade = TradeQuery(
        reporter=params.reporter,
        partners=params.partner,
        flow="total" if params.flow == "both" else params.flow,
        period=params.frequency,
        currency=params.currency,
        prices=params.prices,
        source=params.source,
        known_on=params.known_on,
        start=params.start,
        end=params.end,
    )
    return OverTimeQuery(trade, params.flow, params.measure, params.base)


def _check_areas(params: TradeParams, names: dict[str, str]) -> None:
    """Raises NothingToShow, with the codes, when an area is unknown or no partner is chosen."""
    unknown = [code for code in (params.reporter, *params.partner) if code not in names]
    if unknown:
        raise NothingToShow(f"{words.listing(unknown)} is not an area of this store. Choose one from the list.")
    if not params.partner:
        raise NothingToShow("Choose at least one partner.")


@dataclass(frozen=True, eq=False)
class Picture:
    """The figure with its lines and the unit in which they are drawn."""

    figure: go.Figure
    lines: list[Line]
    unit: str
    value_format: str
    suffix: str


def draw(
    found: OverTimeStudy, params: TradeParams, names: dict[str, str], flags: Sequence[Flag], style: Style
) -> Picture:
    """Lines with marks; doubtful figures hollow, a part of a year hollow at the end, gaps open."""
    scale = theme.Scale(1.0, "")
    if found.measure == "level":
        amounts = [value for line in found.lines for value in line.frame["shown"].to_list()]
        scale = theme.money_scale(amounts, found.lines[0].sign)
    lines = drawn_lines(found, names, style, scale)
    unit, value_format, suffix = _unit(params, scale)
    figure = time_lines(
        lines,
        unit=unit,
        style=style,
        flags=flags,
        spans=params.spans,
        value_format=value_format,
        suffix=suffix,
        log=params.log and params.measure != "growth" and params.flow != "balance",
        hover_date=hover_date_format(params.frequency),
        ceiling=said.GROWTH_CEILING_PCT if params.measure == "growth" else None,
    )
    if params.frequency == "A":
        figure.layout.xaxis.update(year_ticks(found.first.year, _last_full(found).year))
    return Picture(figure, lines, unit, value_format, suffix)


def write(
    store: Store,
    params: TradeParams,
    names: dict[str, str],
    found: OverTimeStudy,
    flags: tuple[Flag, ...],
    picture: Picture,
) -> Exhibit:
    """Words, table and passport of the lines that are drawn."""
    whole = found.whole
    drawn = [words.in_sentence(names[code]) for code in whole.partners]
    title, note = said.title(found, names), said.note(found, names, marked=bool(flags))
    scale_unit = picture.unit if found.measure == "level" else ""
    return Exhibit(
        id=SPEC.id,
        title=title,
        subtitle=said.subtitle(found, names, picture.unit),
        figure=picture.figure,
        data=table(found, names),
        alt=lines_alt(
            title,
            picture.lines,
            lambda value: f"{value:{picture.value_format}}{picture.suffix} {scale_unit}".strip().replace(
                "-", words.MINUS
            ),
            frequency={"A": "A", "Q": "Q"}.get(params.frequency, "M"),
            flags=flags,
        ),
        passport=passports.of_trade(
            store,
            whole,
            series=f"Goods trade, all products: {names[params.reporter]} with {words.listing(drawn)}",
            unit={"level": "", "index": "index", "growth": "% change on a year before"}[found.measure],
            price_basis=said.price_basis(found),
            known_on=params.known_on,
            view=SPEC.view(params),
            cannot_show=note or "Services, and goods that pass through third countries.",
        ),
        params=params,
        answer=said.answer(found, names),
        note=note,
        flags=flags,
        columns=TRADE,
        file_stem=_stem(params, found),
    )


_PARTNER_COLOURS = (3, 2, 4, 0, 1)
"""Several partners: the first is the subject; blue and orange, which mean exports and imports elsewhere, come last."""


def drawn_lines(found: OverTimeStudy, names: dict[str, str], style: Style, scale: theme.Scale) -> list[Line]:
    period = found.query.trade.period
    several = len(found.whole.partners) > 1
    dashes = ("solid", "dash", "dot", "dashdot", "longdash")
    drawn = []
    for place, series in enumerate(found.lines):
        partner, flow = series.partner, series.flow
        frame = filled(series.frame, "M" if period == "S" else period)
        partial = bool(series.frame["is_partial"][-1])
        name = names[partner] if several else FLOWS[flow].line
        drawn.append(
            Line(
                name=name + (f" ({passports.last_observation(series)})" if partial else ""),
                x=_middles(frame, period),
                y=[None if value is None else value / scale.divisor for value in frame["shown"].to_list()],
                colour=style.series[_PARTNER_COLOURS[place]] if several else style.flow(flow),
                dash=dashes[place % len(dashes)] if several else "solid",
                estimates=frame["is_estimate"].fill_null(value=False).to_list(),
                doubtful=frame["flag"].is_not_null().to_list(),
                partial=partial,
                hover=_hover(frame, series, found.measure, scale),
                told=told(frame, "value", series.sign) if found.measure == "level" else (),
                width=1.6 if period == "M" else 2.2,
            )
        )
    return drawn


def _middles(frame: pl.DataFrame, frequency: str) -> list[date]:
    """Where a period's value stands on the axis: its middle, so that a mark of March 2022 does not seem to come after
    the year 2022. A 12-month sum stands at its last month; a part of a year in the middle of its months."""
    days = {"M": 14, "Q": 45, "A": 181, "S": 14}[frequency]
    places = [period + timedelta(days=days) for period in frame["period"].to_list()]
    if frequency != "S" and frame["is_partial"][-1]:
        first, last = frame["first_month"][-1], frame["last_month"][-1]
        places[-1] = first + timedelta(days=((last - first).days + 30) // 2)
    return places


def _hover(frame: pl.DataFrame, series: TradeSeries, measure: str, scale: theme.Scale) -> list[str]:
    """Under the value: the level where another measure is drawn, the same period a year before, doubts, the vintage."""
    before = {day: (value, width) for day, value, width in frame.select("period", "value", "rounding").iter_rows()}
    money = scale if measure == "level" else theme.money_scale(frame["value"].to_list(), series.sign)
    vintages = {day: f"vintage {words.month(day)}" for day in frame["known_from"].drop_nulls().unique()}
    texts = []

    def level(amount: float, width: float) -> str:
        return hidden(amount, width, series.sign) or f"{amount / money.divisor:,.3g} {money.unit}"

    columns = (
        "period",
        "value",
        "rounding",
        "is_partial",
        "is_estimate",
        "flag",
        "known_from",
        "first_month",
        "last_month",
    )
    for day, value, width, partial, estimate, flag, known_from, first, last in frame.select(columns).iter_rows():
        if value is None:
            texts.append("")
            continue
        earlier, rounded = before.get(day.replace(year=day.year - 1), (None, None))
        parts = [f"level {level(value, width)}"] if measure != "level" else []
        if partial:
            parts.append(months_covered(pl.date_range(first, last, "1mo", eager=True).to_list()))
        elif earlier is not None:
            parts.append(f"a year before {level(earlier, rounded)}")
        if estimate:
            parts.append("estimate")
        if flag is not None:
            parts.append(flags.flag(flag))
        parts.append(vintages[known_from])
        texts.append(", ".join(parts))
    return texts


def _flags(store: Store, params: TradeParams, first: date, last: date) -> tuple[Flag, ...]:
    if params.marks == "none":
        return ()
    targets = [code for code in (params.reporter, *params.partner) if code != "USA"]
    landmarks = params.marks == "landmarks"
    held = subjects(store)
    acts = dict.fromkeys(key for code in targets for key in held.landmarks(held.standing_for(code)))
    if landmarks and not acts:
        return ()
    return register_marks.flags(
        store,
        start=first,
        end=last,
        keys=tuple(acts) if landmarks else (),
        targets=() if landmarks else targets,
        senders=params.senders,
        types=params.types,
        clock=str(params.clock),
        with_summits=params.summits,
        known_on=params.known_on,
    )


def _end_of(period: date, frequency: str) -> date:
    days = {"M": 31, "S": 31, "Q": 92, "A": 366}[frequency]
    return period + timedelta(days=days - 1)


def _unit(params: TradeParams, scale: theme.Scale) -> tuple[str, str, str]:
    if params.measure == "growth":
        return "% change on the same period a year before", ",.1f", "%"
    if params.measure == "index":
        return "index", ",.1f", ""
    return scale.unit, ",.2f" if scale.divisor >= 1e9 else ",.1f", ""


def hover_date_format(frequency: str) -> str:
    return {"A": "%Y", "Q": "Q%q %Y", "S": "12 months to %b %Y"}.get(frequency, "%b %Y")


def _with_untold(found: OverTimeStudy) -> TradeSeries:
    """What is drawn, and beside growth the periods whose change is not told, so that no row is missing in silence."""
    if not found.untold:
        return found.whole
    order = {(line.partner, line.flow): place for place, line in enumerate(found.lines)}
    last = len(order)
    lines = sorted([*found.lines, *found.untold], key=lambda one: order.get((one.partner, one.flow), last))
    together = pl.concat([one.frame for one in lines], how="diagonal")
    place = pl.Series("_place", [order.get(key, last) for key in together.select("partner", "flow").iter_rows()])
    return found.whole.with_rows(
        together.with_columns(place).sort("_place", "partner", "flow", "period").drop("_place")
    )


def table(found: OverTimeStudy, names: dict[str, str]) -> pl.DataFrame:
    """The drawn figures in long form, exact; a change that is not told is empty beside its figure."""
    whole = found.whole
    shown = {"index": "index", "growth": "growth_pct"}.get(found.measure)
    shown_rows = _with_untold(found)
    grown = found.measure == "growth"
    band = ["growth_low_pct", "growth_high_pct"] if grown else []
    period = found.query.trade.period
    kind = "M" if period == "S" else period
    labels = [
        words.span(row["first_month"], row["last_month"])
        if row["is_partial"]
        else words.twelve_months(row["period"])
        if period == "S"
        else words.period(row["period"], kind)
        for row in shown_rows.frame.iter_rows(named=True)
    ]
    rows = shown_rows.table().with_columns(
        pl.Series("label", labels, dtype=pl.String),
        pl.col("partner").replace_strict(names, default=None).alias("partner_name"),
        *([pl.col("shown").alias(shown)] if shown else []),
        *(
            [pl.col("shown_low").alias("growth_low_pct"), pl.col("shown_high").alias("growth_high_pct")]
            if grown
            else []
        ),
    )
    euros = ["value_eur"] if whole.currency == "EUR" else []
    columns = ["period", "label", "reporter", "partner", "partner_name", "flow", "currency", "price_basis", "value"]
    columns += [
        "value_usd",
        *euros,
        "rounding",
        *([shown] if shown else []),
        *band,
        "is_estimate",
        "is_partial",
        "flag",
        "source",
    ]
    return rows.select(*columns, "release", "known_from")


def _last_full(found: OverTimeStudy) -> date:
    """The last period that is whole in any line; where none is, the last."""
    whole: list[date] = [day for line in found.lines for day in line.whole().frame["period"].to_list()]
    return max(whole, default=found.last)


def _stem(params: TradeParams, found: OverTimeStudy) -> str:
    partners = "-".join(code.lower() for code in params.partner[: over_time.MOST_LINES])
    flow = FLOWS["total" if params.flow == "both" else params.flow].stem
    every = said.PERIOD_WORDS[params.frequency].replace(" ", "-")
    what = "" if params.measure == "level" else f"-{params.measure}"
    end = str(found.last.year)
    partial = [line for line in found.lines if line.frame["is_partial"][-1]]
    if params.frequency == "A" and partial:
        part = passports.last_observation(partial[0])
        end = f"{_last_full(found).year}-and-{part.lower().replace(words.DASH, '-').replace(' ', '-')}"
    return f"{params.reporter.lower()}-{partners}-{flow}{what}-{every}-{found.first.year}-{end}"


SPEC = Spec("trade_over_time", "Goods trade over time", "trade", TradeParams, trade_over_time)
SPECS: tuple[Spec, ...] = (SPEC,)
