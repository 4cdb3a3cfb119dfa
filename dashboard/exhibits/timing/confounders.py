"""The confounder strip: the chosen trade beside oil, the rouble and the reporter's total, on one time axis."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial

import plotly.graph_objects as go
import polars as pl

from dashboard import words
from dashboard.analysis.errors import AnalysisError
from dashboard.exhibits import marks, passports
from dashboard.exhibits.alt import lines_alt
from dashboard.exhibits.base import Column, Exhibit, NothingToShow, Passport, Spec
from dashboard.exhibits.timing.clocks import monthly_points
from dashboard.exhibits.timing.pair import COLUMNS, CURRENCIES, PairParams
from dashboard.figures.lines import Line
from dashboard.figures.marks import NOT_A_CAUSE, Flag, group
from dashboard.figures.strips import Panel, strips
from dashboard.figures.theme import Style, money_scale
from dashboard.params import ClockWord, Keys, Month
from dashboard.queries import catalogue
from dashboard.studies import confounders
from dashboard.studies.confounders import ROUBLE_PARTNERS, Beside, Confounders, ConfoundersQuery
from dashboard.studies.pair import coarse_words, gap_words
from dashboard.studies.rounding import amount, hidden
from dashboard.studies.series import TradeSeries, edition_words
from dashboard.studies.targets import LANDMARK_MEASURES
from dashboard.words import register as tw
from dashboard.words.register import as_known_words
from dashboard.words.trade import stem, subject
from pipelines.schema.terms import Clock
from pipelines.store import Store

CANNOT = (
    "Panels side by side suggest, and prove nothing: prices, demand, war and other measures move at the same time. "
    "Values are in current prices, so part of every rise and fall in oil trade is the oil price."
)


class ConfounderStripParams(PairParams):
    """Which trade is shown beside the confounders, with which measures marked on which clock."""

    measures: Keys = LANDMARK_MEASURES
    clock: ClockWord = Clock.EFFECTIVE
    start: Month | None = None
    end: Month | None = None

    def question(self) -> ConfoundersQuery:
        """What the parameters ask of the study."""
        return ConfoundersQuery(self.pair(), self.measures, str(self.clock), self.start, self.end)


@dataclass(frozen=True, eq=False)
class Strip:
    """One panel's worth of figures: `rows` has period and value in `unit`, and for trade the doubt and the edition."""

    name: str
    unit: str
    rows: pl.DataFrame
    currency: str | None = None
    divisor: float = 1.0
    height: int = 96
    stopped: str = ""
    zero: bool = True
    chosen: bool = False

    def worded(self, value: float, width: float | None = None) -> str:
        """A drawn value in words, where its name stands before it: "$204 million", "$83.8 per barrel", "78.4", "less
        than $50,000" where its rounding (a width in the unit) hides it."""
        if self.currency is not None:
            sign = "$" if self.currency == "USD" else self.currency
            return amount(value * self.divisor, None if width is None else width * self.divisor, sign)
        return f"${words.number(value)} per barrel" if self.unit == "$ per barrel" else words.number(value)

    def line(self, colour: str) -> Line:
        """The months with their gaps; an amount that rounding hides is told in words."""
        days, values = monthly_points(self.rows, "value")
        held = dict(self.rows.select("period", "rounding").iter_rows())
        sign = "$" if self.currency == "USD" else self.currency or ""
        told = [
            "" if value is None or width is None else hidden(value * self.divisor, width * self.divisor, sign)
            for value, width in ((value, held.get(day)) for day, value in zip(days, values, strict=True))
        ]
        return Line(self.name, days, values, colour, width=1.8, told=told)


def confounder_strip(store: Store, params: ConfounderStripParams, style: Style) -> Exhibit:
    """Monthly trade, Brent, roubles per dollar and the reporter's world total, aligned, with the same marks.

    Monthly values, never 12-month sums. A series that stops says who stopped, and nothing is filled in.
    """
    try:
        found = confounders.study(store, params.question())
    except AnalysisError as reason:
        raise NothingToShow(str(reason)) from reason
    shown = panels(found, catalogue.names(store))
    told_on = marks.built_on(store)
    rows = found.chosen.frame.iter_rows(named=True)
    flags = group([marks.mark(row, found.chosen.who, told_on) for row in rows], found.start, found.end)
    return write(store, params, found, shown, flags, draw(found, shown, flags, style))


def panels(found: Confounders, names: dict[str, str]) -> list[Strip]:
    """The chosen trade first, then what stands beside it, and the reporter's total last."""
    pair = found.query.pair
    trade = _trade(found.trade, subject(names, pair.reporter, pair.partner, pair.flow), height=150, chosen=True)
    total = []
    if not found.world.is_empty:
        name = subject(names, pair.reporter, confounders.WORLD, pair.flow)
        total = [_trade(found.world, name, stopped=found.world_stopped)]
    return [trade, *(_beside(one) for one in found.beside), *total]


def _trade(series: TradeSeries, name: str, *, height: int = 96, stopped: str = "", chosen: bool = False) -> Strip:
    scale = money_scale(series.frame["value"].to_list(), series.sign)
    release = [edition_words(releases) for releases in series.frame["releases"].to_list()]
    rows = series.frame.select(
        "period",
        pl.col("value", "rounding") / scale.divisor,
        "flag",
        "source",
        pl.Series("release", release, dtype=pl.String),
        "known_from",
    )
    return Strip(
        name,
        scale.unit,
        rows,
        series.currency,
        scale.divisor,
        height,
        stopped,
        zero=series.flow != "balance",
        chosen=chosen,
    )


def _beside(one: Beside) -> Strip:
    none = (pl.lit(None, dtype=pl.String).alias("flag"), pl.lit(None, dtype=pl.Float64).alias("rounding"))
    rows = one.frame.with_columns(*none)
    return Strip(one.kind.name, one.kind.unit, rows, stopped=one.stopped)


def draw(found: Confounders, shown: list[Strip], flags: tuple[Flag, ...], style: Style) -> go.Figure:
    """The panels under each other, with the same marks through all of them."""
    flow = style.flow(found.query.pair.flow)
    drawn = [_panel(one, found, flow if one.chosen else style.grey) for one in shown]
    return strips(drawn, start=found.start, end=found.end, style=style, flags=flags, spans=True)


def _panel(one: Strip, found: Confounders, colour: str) -> Panel:
    line = one.line(colour)
    last = line.x[-1]
    stops = bool(one.stopped) and last < found.end
    return Panel(
        title=one.name if one.unit == "roubles" else f"{one.name}, {one.unit}",
        lines=[line],
        height=one.height,
        zero=one.zero,
        note=f"ends {words.month(last)}" if stops else "",
        note_day=last if stops else None,
    )


def write(
    store: Store,
    params: ConfounderStripParams,
    found: Confounders,
    shown: list[Strip],
    flags: tuple[Flag, ...],
    figure: go.Figure,
) -> Exhibit:
    """The panels with their words, their table and their passport."""
    what = shown[0].name
    beside = "oil, the rouble and the total" if params.whom in ROUBLE_PARTNERS else "oil and the total"
    title = f"{tw.bare(what)} beside {beside}"
    whole = not found.absent and not found.world.is_empty
    last = max(one.rows["period"][-1] for one in shown)
    return Exhibit(
        id="confounder_strip",
        title=title if len(title) <= 70 and whole else f"{tw.bare(what)} and what else moved",
        subtitle=(
            f"Monthly, {CURRENCIES[found.trade.currency]}, current prices, not seasonally adjusted; trade on "
            f"{passports.basis_words(found.trade.frame)}, {passports.valuation_words(found.trade.frame).rstrip('.')}. "
            f"Each panel has its own unit. {words.span(found.start, min(found.end, last))}"
        ),
        figure=figure,
        data=table(shown),
        alt=_alt(title, shown, flags),
        passport=passport(store, params, found, shown),
        params=params,
        answer=answer(shown),
        note=note(found, shown, flags),
        flags=flags,
        columns=_COLUMNS,
        file_stem=stem(
            params.reporter, params.whom, "goods", params.flow, "and confounders", found.start.year, last.year
        ),
    )


def passport(store: Store, params: ConfounderStripParams, found: Confounders, shown: list[Strip]) -> Passport:
    """The passport of all panels; each has its own last month."""
    beside = pl.concat([one.frame.select("source", "release") for one in found.beside]) if found.beside else None
    made = passports.of_trade(
        store,
        [found.trade, *([] if found.world.is_empty else [found.world])],
        series="; ".join(one.name for one in shown),
        unit="; ".join(dict.fromkeys(one.unit for one in shown)),
        sources=[] if beside is None else beside["source"].unique().to_list(),
        releases=[] if beside is None else beside["release"].drop_nulls().unique().to_list(),
        known_on=params.known_on,
        view=SPEC.view(params),
        cannot_show=CANNOT,
    )
    last = "; ".join(f"{one.name} {words.month(one.rows['period'][-1])}" for one in shown)
    return replace(made, last_observation=last)


def answer(shown: list[Strip]) -> str:
    """The last month of each panel: the trade first, then what else moved. A doubtful figure says so."""
    told = []
    for one in shown:
        last = one.rows.row(-1, named=True)
        doubt = "" if last["flag"] is None else f", marked as {last['flag'].replace('_', ' ')}"
        told.append(f"{one.name} {one.worded(last['value'], last['rounding'])} ({words.month(last['period'])}{doubt})")
    return f"Last figures: {'; '.join(told)}."


def note(found: Confounders, shown: list[Strip], flags: tuple[Flag, ...]) -> str:
    """Not a cause; what is shaded, missing, doubtful or coarse, and who stopped."""
    shaded = any(mark.end is not None for flag in flags for mark in flag.marks)
    doubtful = [words.month(day) for day in found.trade.flagged["period"]]
    told = (
        NOT_A_CAUSE if flags else "",
        "Shaded: until a measure was lifted or replaced." if shaded else "",
        *(f"{one.name}: {one.stopped}." for one in shown if one.stopped),
        *found.lacking,
        f"Marked as doubtful: {words.listing(doubtful)}." if doubtful else "",
        gap_words(found.trade),
        coarse_words(found.trade),
        as_known_words(found.query.pair.known_on) if flags else "",
        CANNOT,
    )
    return " ".join(part for part in told if part)


def table(shown: list[Strip]) -> pl.DataFrame:
    """Every month of every panel, in the unit of its panel."""
    parts = [
        one.rows.select(
            pl.lit(one.name).alias("series"),
            "period",
            "value",
            pl.lit(one.unit).alias("unit"),
            pl.lit(one.currency, dtype=pl.String).alias("currency"),
            "rounding",
            "flag",
            "source",
            "release",
            "known_from",
        )
        for one in shown
    ]
    return pl.concat(parts)


def _alt(title: str, shown: list[Strip], flags: tuple[Flag, ...]) -> str:
    told = []
    for place, one in enumerate(shown):
        text = lines_alt(title, [one.line("")], partial(Strip.worded, one))
        told.append(text if place == 0 else text.split(". ", 1)[1])
    if flags:
        told.append(lines_alt(title, [], words.number, flags=flags).split(". ", 1)[1])
    return f"{len(shown)} panels on one time axis. " + " ".join(told)


_COLUMNS = COLUMNS | {
    "series": Column("Series"),
    "period": Column("Month"),
    "value": Column("Value, in the unit", "%.2f"),
    "unit": Column("Unit"),
    "rounding": Column("Width of rounding, in the unit", "%.2f"),
}

SPEC = Spec(
    "confounder_strip", "Trade beside oil, the rouble and the total", "effect", ConfounderStripParams, confounder_strip
)
