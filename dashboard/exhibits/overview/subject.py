"""One subject at a glance: trade with named acts above it, real output and the price that matters, on one axis."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Literal

import plotly.graph_objects as go
import polars as pl

from dashboard import words
from dashboard.analysis.errors import AnalysisError
from dashboard.exhibits import marks as register_marks
from dashboard.exhibits import passports
from dashboard.exhibits.base import Column, Exhibit, NothingToShow, Passport, Spec
from dashboard.exhibits.columns import TRADE
from dashboard.exhibits.overview import subject_words as said
from dashboard.exhibits.trade import over_time
from dashboard.figures import theme
from dashboard.figures.aligned import Bars, Panel, aligned
from dashboard.figures.lines import Line
from dashboard.figures.marks import Flag, Mark, group
from dashboard.figures.theme import Style
from dashboard.params import Area, CurrencyWord, Month, Params
from dashboard.queries import catalogue
from dashboard.studies import at_a_glance, rounding
from dashboard.studies.at_a_glance import Glance, GlanceQuery
from dashboard.studies.over_time import OverTimeStudy
from dashboard.studies.series import TradeSeries
from dashboard.words import trade as trade_words
from pipelines.store import Store

NAMED_SLOTS, NUMBERED_SLOTS = 60, 40
"""How many flags fit side by side: named ones stand in rows, numbered ones in one."""


class SubjectParams(Params):
    """Whose picture, by which reporter (none: the one that the facts of the subject name), which trade and output.

    `frequency` S is 12-month sums; `output` level is GDP in constant dollars. `marks` landmarks are the acts that the
    facts of the subject name.
    """

    subject: Area = "RUS"
    reporter: Area | None = None
    frequency: Literal["S", "M", "Q", "A"] = "S"
    output: Literal["growth", "level"] = "growth"
    marks: Literal["landmarks", "all", "none"] = "landmarks"
    start: Month | None = None
    end: Month | None = None
    currency: CurrencyWord = "reported"
    known_on: date | None = None

    def question(self) -> GlanceQuery:
        """What the parameters ask of the study."""
        return GlanceQuery(
            self.subject,
            self.reporter,
            self.frequency,
            self.output,
            self.currency,
            self.start,
            self.end,
            self.known_on,
        )


def subject_at_a_glance(store: Store, params: SubjectParams, style: Style) -> Exhibit:
    """Trade, output and price of one subject, aligned, with the acts that anybody would name.

    Raises:
        NothingToShow: there is no such area, or neither trade nor output nor a price of it.
    """
    names = catalogue.names(store)
    try:
        found = at_a_glance.study(store, params.question())
    except AnalysisError as reason:
        raise NothingToShow(str(reason)) from reason
    acts = marks(store, params, found)
    flags = group(acts, found.start, found.end, slots=NUMBERED_SLOTS if params.marks == "all" else NAMED_SLOTS)
    shown = panels(found, names, style)
    standing = spans(acts, found) if params.marks == "landmarks" else []
    figure = draw(found, params, shown, flags, standing, style)
    return write(store, params, names, found, flags, standing, shown, figure)


def spans(acts: Sequence[Mark], found: Glance) -> list[Mark]:
    """The acts that stood in the window and were lifted later."""
    return [mark for mark in acts if mark.end is not None and mark.end > found.start and mark.day < found.end]


def marks(store: Store, params: SubjectParams, found: Glance) -> list[Mark]:
    """The landmark acts, or every measure on the subject, by the day from which they bind."""
    keys = found.about.landmarks if params.marks == "landmarks" else ()
    if params.marks == "none" or (params.marks == "landmarks" and not keys):
        return []
    targets = register_marks.targets_of(store, found.about.code) if params.marks == "all" else ()
    return register_marks.marks(store, keys=keys, targets=targets, known_on=params.known_on)


@dataclass(frozen=True, eq=False)
class Shown:
    """A panel and its part of the table; `last` is the last month that it holds, `ended` that month in words."""

    panel: Panel
    rows: pl.DataFrame | None = None
    last: date | None = None
    ended: str = ""
    name: str = ""


def panels(found: Glance, names: dict[str, str], style: Style) -> list[Shown]:
    """Trade, output, price; where one has no figures, the sentence that says so."""
    return [_trade(found, names, style), _output(found, style), _price(found, style)]


TABLE = {
    "panel": pl.String,
    "series": pl.String,
    "period": pl.Date,
    "label": pl.String,
    "value": pl.Float64,
    "unit": pl.String,
    "currency": pl.String,
    "is_partial": pl.Boolean,
    "is_estimate": pl.Boolean,
    "is_forecast": pl.Boolean,
    "flag": pl.String,
    "source": pl.String,
    "release": pl.String,
    "known_from": pl.Date,
}
"""Columns of the table: every drawn figure of every panel in its own unit."""


def _trade(found: Glance, names: dict[str, str], style: Style) -> Shown:
    trade = found.trade
    if isinstance(trade, str):
        return Shown(Panel(said.trade_head(found, names, ""), told=trade))
    scale = theme.money_scale(
        [value for line in trade.lines for value in line.frame["shown"].to_list()], trade.lines[0].sign
    )
    lines = over_time.drawn_lines(trade, names, style, scale)
    ends = [_end(line, series) for line, series in zip(lines, trade.lines, strict=True)]
    panel = Panel(
        said.trade_head(found, names, scale.unit),
        lines=[replace(line, name=line.name.split(" (")[0]) for line in lines],
        ends=ends,
        height=210,
        value_format=",.2f" if scale.divisor >= 1e9 else ",.1f",
    )
    whole = trade.whole
    rows = over_time.table(trade, names).select(
        pl.lit("trade").alias("panel"),
        pl.col("flow").alias("series"),
        "period",
        "label",
        "value",
        pl.lit(CURRENCY_WORDS[whole.currency]).alias("unit"),
        "currency",
        "is_partial",
        "is_estimate",
        pl.lit(value=False).alias("is_forecast"),
        "flag",
        "source",
        "release",
        "known_from",
    )
    return Shown(panel, rows, whole.last_month, passports.last_observation(whole), "Goods trade")


CURRENCY_WORDS = {"USD": "US dollars", "EUR": "euros"}


def _end(line: Line, series: TradeSeries) -> str:
    """ "Exports 0.88"; a part of a year is named by its months under it, and what rounding hides is no figure."""
    last = next(value for value in reversed(list(line.y)) if value is not None)
    name, _, part = line.name.partition(" (")
    told = rounding.amount(series.frame["value"][-1], series.frame["rounding"][-1], series.sign)
    if told.startswith("less than"):
        return f"{name}<br>{told.replace('less than ', 'less than<br>')}"
    return f"{name} {words.number(last)}" + (f"<br>{part.rstrip(')')}" if part else "")


_MIDDLE = timedelta(days=181)


def _output(found: Glance, style: Style) -> Shown:
    output, name = found.output, said.output_name(found)
    if output.lack:
        return Shown(Panel(name, told=output.lack))
    series, rows = output.series, output.series.frame
    growth = found.query.output == "growth"
    scale = theme.Scale(1.0, series.measure.unit) if growth else theme.money_scale(rows["value"].to_list())
    days, values = [day + _MIDDLE for day in rows["period"]], [value / scale.divisor for value in rows["value"]]
    last = rows["period"][-1]
    unit = scale.unit if growth else f"{scale.unit}, {series.measure.prices}"
    head = f"{name}, {unit}"
    if growth:
        forecast = output.forecast
        hover = ["<br>may be an estimate" if one else "" for one in rows["is_estimate"]]
        bars = Bars(
            name,
            [*days, *(date(year, 7, 1) for year in forecast["year"])],
            [*values, *forecast["value"]],
            style.total,
            [False] * len(days) + [True] * forecast.height,
            [*rows["is_estimate"], *([False] * forecast.height)],
            [*hover, *(f"<br>{said.forecast_words(row)}" for row in forecast.iter_rows(named=True))],
        )
        ends = f"{last.year}: {words.percent(values[-1] / 100, signed=True)}"
        if forecast.height:
            year, value = forecast.select("year", "value").row(-1)
            ends += f"<br>{year}: {words.percent(value / 100, signed=True)}<br>(forecast)"
        panel = Panel(head, bars=bars, ends=[ends], end_colours=[style.total], suffix="%")
    else:
        line = Line(name, days, values, style.total, estimates=rows["is_estimate"].to_list())
        panel = Panel(head, lines=[line], ends=[f"{last.year}: {words.number(values[-1])}"])
    return Shown(panel, _output_rows(found, name), date(last.year, 12, 1), str(last.year), name)


def _output_rows(found: Glance, name: str) -> pl.DataFrame:
    growth, rows, forecast = found.query.output == "growth", found.output.series.frame, found.output.forecast
    unit, currency = ("percent", None) if growth else (found.output.series.measure.prices, "USD")
    drawn = rows.select(
        "period",
        pl.col("period").dt.year().cast(pl.String).alias("label"),
        "value",
        "is_estimate",
        pl.lit(value=False).alias("is_forecast"),
        "flag",
        "source",
        "release",
        "known_from",
    )
    after = forecast.select(
        pl.date("year", 1, 1).alias("period"),
        pl.format("{} (forecast)", "year").alias("label"),
        "value",
        pl.lit(value=False).alias("is_estimate"),
        pl.lit(value=True).alias("is_forecast"),
        pl.lit(None, dtype=pl.String).alias("flag"),
        "source",
        "release",
        "known_from",
    )
    return pl.concat([drawn, after] if growth else [drawn]).select(
        pl.lit("output").alias("panel"),
        pl.lit(name).alias("series"),
        "period",
        "label",
        "value",
        pl.lit(unit).alias("unit"),
        pl.lit(currency, dtype=pl.String).alias("currency"),
        pl.lit(value=False).alias("is_partial"),
        *("is_estimate", "is_forecast", "flag", "source", "release", "known_from"),
    )


def _price(found: Glance, style: Style) -> Shown:
    price = found.price
    if price.lack:
        return Shown(Panel(price.title or "Price or exchange rate", told=price.lack))
    rows, kind = price.frame, price.frequency
    shift = _MIDDLE if kind == "A" else timedelta(days=14)
    days, values = _with_gaps(rows, kind)
    last, value = rows["period"][-1], rows["value"][-1]
    when = words.period(last, kind)
    line = Line(price.title, [day + shift for day in days], values, style.grey, width=1.8)
    suffix = "%" if price.unit.startswith("%") else ""
    head = ", ".join(part for part in (price.title, price.unit, "monthly" if kind == "M" else "") if part)
    panel = Panel(head, lines=[line], ends=[f"{when}:<br>{words.number(value)}{suffix}"], suffix=suffix)
    table = rows.select(
        pl.lit("price").alias("panel"),
        pl.lit(price.title).alias("series"),
        "period",
        pl.Series("label", [words.period(day, kind) for day in rows["period"]], dtype=pl.String),
        "value",
        pl.lit(said.price_unit(price)).alias("unit"),
        pl.lit("USD" if price.unit.startswith("$") else None, dtype=pl.String).alias("currency"),
        *(pl.lit(value=False).alias(name) for name in ("is_partial", "is_estimate", "is_forecast")),
        *("flag", "source", "release", "known_from"),
    )
    return Shown(panel, table, last if kind == "M" else date(last.year, 12, 1), when, price.title)


def _with_gaps(rows: pl.DataFrame, kind: str) -> tuple[list[date], list[float | None]]:
    """Every period from the first to the last; one without a figure has none, so that no line bridges it."""
    held = dict(rows.select("period", "value").iter_rows())
    step = "1y" if kind == "A" else "1mo"
    days: list[date] = pl.date_range(min(held), max(held), step, eager=True).to_list()
    return days, [held.get(day) for day in days]


def draw(
    found: Glance,
    params: SubjectParams,
    shown: Sequence[Shown],
    flags: Sequence[Flag],
    standing: Sequence[Mark],
    style: Style,
) -> go.Figure:
    """The panels with their flags, and pale spans over what stood until it was lifted."""
    return aligned(
        [one.panel for one in shown],
        start=found.start,
        end=found.end,
        style=style,
        flags=flags,
        standing=[(mark.day, mark.end) for mark in standing if mark.end is not None],
        named=params.marks != "all",
        hover_date=over_time.hover_date_format(params.frequency if params.frequency != "S" else "M"),
    )


def write(
    store: Store,
    params: SubjectParams,
    names: dict[str, str],
    found: Glance,
    flags: tuple[Flag, ...],
    standing: Sequence[Mark],
    shown: Sequence[Shown],
    figure: go.Figure,
) -> Exhibit:
    """Words, cards, table and passport of what is drawn."""
    title = said.title(found)
    held = [
        one.rows.select(pl.col(name).cast(kind) for name, kind in TABLE.items())
        for one in shown
        if one.rows is not None
    ]
    outside = params.marks == "landmarks" and bool(found.about.landmarks) and not flags
    note = said.note(found, names, shaded=standing, outside=outside)
    return Exhibit(
        id=SPEC.id,
        title=title,
        subtitle=said.subtitle(
            found, names, [(one.name, one.last, one.ended) for one in shown if one.last is not None]
        ),
        figure=figure,
        data=pl.concat(held),
        alt=said.alt(title, [one.panel for one in shown], flags),
        passport=_passport(store, params, names, found, shown),
        params=params,
        answer=said.answer(found, names),
        note=note,
        flags=flags,
        cards=said.cards(found),
        columns=COLUMNS,
        file_stem=trade_words.stem(
            found.about.name,
            "at-a-glance",
            params.frequency if params.frequency != "S" else "",
            found.start.year,
            found.end.year,
        ),
    )


def _passport(
    store: Store, params: SubjectParams, names: dict[str, str], found: Glance, shown: Sequence[Shown]
) -> Passport:
    """The passport of all panels; each has its own unit and its own last observation."""
    beside = [one.rows for one in shown[1:] if one.rows is not None]
    sources = [source for rows in beside for source in rows["source"].unique().to_list()]
    releases = [release for rows in beside for release in rows["release"].drop_nulls().unique().to_list()]
    series = "; ".join(said.series_words(found, names, one.name) for one in shown if one.rows is not None)
    last = "; ".join(f"{one.name} {one.ended}" for one in shown if one.rows is not None)
    unit = "; ".join(dict.fromkeys(unit for one in shown if one.rows is not None for unit in one.rows["unit"].unique()))
    common = {"series": series, "unit": unit, "known_on": params.known_on, "view": SPEC.view(params)}
    if isinstance(found.trade, OverTimeStudy):
        made = passports.of_trade(
            store,
            found.trade.whole,
            sources=sources,
            releases=releases,
            cannot_show=said.CANNOT,
            price_basis=said.price_basis(found),
            **common,  # type: ignore[arg-type]
        )
    else:
        made = passports.passport(
            store,
            sources=sources,
            releases=releases,
            last_observation=last,
            price_basis=said.price_basis(found),
            cannot_show=said.CANNOT,
            **common,  # type: ignore[arg-type]
        )
    return replace(made, last_observation=last)


COLUMNS: Mapping[str, Column] = {
    **TRADE,
    "panel": Column("Panel"),
    "series": Column("Series"),
    "value": Column("Value, in the unit", "%.2f"),
    "unit": Column("Unit"),
    "is_forecast": Column("Forecast"),
}

SPEC = Spec("subject_at_a_glance", "A subject at a glance", "overview", SubjectParams, subject_at_a_glance)
SPECS: tuple[Spec, ...] = (SPEC,)
