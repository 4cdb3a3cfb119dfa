"""The confounder strip: the chosen trade beside oil, the rouble and the reporter's total, on one time axis."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import partial

import polars as pl

from dashboard import words
from dashboard.exhibits import marks, passports
from dashboard.exhibits.alt import lines_alt
from dashboard.exhibits.base import Column, Exhibit, NothingToShow, Spec
from dashboard.exhibits.timing.clocks import monthly_points, no_flow
from dashboard.figures.lines import Line
from dashboard.figures.marks import NOT_A_CAUSE, Flag, group
from dashboard.figures.strips import Panel, strips
from dashboard.figures.theme import Style, money_scale
from dashboard.params import Area, Areas, ClockWord, FlowWord, Keys, Month, Params
from dashboard.queries import catalogue, coverage, macro
from dashboard.studies import legacy
from dashboard.studies.measures import named
from dashboard.studies.targets import LANDMARK_MEASURES
from dashboard.words import register as tw
from dashboard.words.trade import stem, subject
from pipelines.schema.terms import Clock
from pipelines.store import Store

WORLD = "WLD"


CONTEXT = ("Brent", "Roubles per dollar")
"""Panels beside trade, by the names a reader sees."""


LONG_OVER, AFTERWARDS = 10, 5
"""An episode that ended more years ago than this is shown with so many years after it, not with decades of quiet."""

_ROUBLE = ("RUS", "BLR", "SUN")
"""Partners whose trade the rouble bears upon; beside the others it says nothing."""


def _context(partner: str) -> tuple[str, ...]:
    return CONTEXT if partner in _ROUBLE else CONTEXT[:1]


class ConfounderStripParams(Params):
    """Which trade is shown beside the confounders, with which measures marked on which clock."""

    reporter: Area = "USA"
    partner: Areas = ("RUS",)
    flow: FlowWord = "import"
    source: str | None = None
    measures: Keys = LANDMARK_MEASURES
    clock: ClockWord = Clock.EFFECTIVE
    start: Month | None = None
    end: Month | None = None
    known_on: date | None = None


@dataclass(frozen=True)
class _Series:
    """One panel's worth of figures: period, value; what it is, its unit, who stops where and why."""

    name: str
    unit: str
    rows: pl.DataFrame
    colour: str
    height: int = 96
    divisor: float = 1.0
    digits: str = ",.1f"
    stopped: str = ""
    zero: bool = True


def confounder_strip(store: Store, params: ConfounderStripParams, style: Style) -> Exhibit:
    """Monthly trade, Brent, roubles per dollar and the reporter's world total, aligned, with the same marks.

    Monthly values, never 12-month sums. A series that stops says who stopped, and nothing is filled in.
    """
    partner = params.partner[0] if params.partner else "RUS"
    names = catalogue.names(store, [params.reporter, partner])
    flows = {
        whom: legacy.series(
            store,
            reporter=params.reporter,
            partners=[whom],
            flow=params.flow,
            frequency="M",
            source=params.source,
            known_on=params.known_on,
        )
        for whom in (partner, WORLD)
    }
    if flows[partner].is_empty():
        raise NothingToShow(no_flow(store, names, params.reporter, partner, params.flow))
    measures = named(store, params.measures, params.clock, params.known_on).frame
    start = params.start or _default_start(measures, flows[partner])
    last_trade = flows[partner]["period"].max()
    assert isinstance(last_trade, date)
    end = params.end or _default_end(measures, last_trade)
    series = [
        one for one in _series(store, params, partner, flows, names, style) if not _cut(one, start, end).is_empty()
    ]
    if not series or series[0].name != subject(names, params.reporter, partner, params.flow):
        raise NothingToShow("The chosen trade has no month between this start and this end; widen the window.")
    shown = [(one, _cut(one, start, end)) for one in series]
    flags = group([marks.mark(row) for row in measures.iter_rows(named=True)], start, end)
    panels = [_panel(one, rows, end) for one, rows in shown]
    figure = strips(panels, start=start, end=end, style=style, flags=flags, spans=True)
    what = series[0].name
    beside = "oil, the rouble and the total" if partner in _ROUBLE else "oil and the total"
    title = f"{tw.bare(what)} beside {beside}"
    cannot = (
        "Panels side by side suggest, and prove nothing: prices, demand, war and other measures move at the same time. "
        "Values are in current prices, so part of every rise and fall in oil trade is the oil price."
    )
    gaps = " ".join(f"{one.name}: {one.stopped}." for one, _ in shown if one.stopped)
    missing = (
        ""
        if not flows[WORLD].is_empty()
        else "This source gives no monthly total for the reporter, so that panel is missing."
    )
    shaded = (
        "Shaded: until a measure was lifted or replaced."
        if any(mark.end is not None for flag in flags for mark in flag.marks)
        else ""
    )
    absent = [name for name in _context(partner) if name not in {one.name for one, _ in shown}]
    if absent:
        when = "" if params.known_on is None else f" as known on {words.day(params.known_on)}"
        missing = f"{missing} Not shown, since the store has no figures for this window{when}: {words.listing(absent)}."
    chosen = flows[partner]
    used = pl.concat([rows.select("source", "release") for _, rows in shown]).unique()
    return Exhibit(
        id="confounder_strip",
        title=title if len(title) <= 70 and not absent else f"{tw.bare(what)} and what else moved",
        subtitle=(
            f"Monthly, current prices, not seasonally adjusted; trade on {passports.basis_words(chosen)}, "
            f"{passports.valuation_words(chosen).rstrip('.')}. Each panel has its own unit. {words.span(start, end)}"
        ),
        figure=figure,
        data=pl.concat(
            [
                rows.select(
                    pl.lit(one.name).alias("series"),
                    "period",
                    "value",
                    pl.lit(one.unit).alias("unit"),
                    "source",
                    "release",
                    "known_from",
                )
                for one, rows in shown
            ]
        ),
        alt=_alt(title, shown, flags),
        passport=passports.passport(
            store,
            sources=used["source"].drop_nulls().unique().to_list(),
            releases=used["release"].drop_nulls().unique().to_list(),
            series="; ".join(one.name for one, _ in shown),
            unit="; ".join(dict.fromkeys(one.unit for one, _ in shown)),
            last_observation="; ".join(f"{one.name} {words.month(rows['period'][-1])}" for one, rows in shown),
            basis=passports.basis_words(chosen),
            valuation=passports.valuation_words(chosen),
            known_on=params.known_on,
            view=SPEC.view(params),
            cannot_show=cannot,
        ),
        params=params,
        answer=_answer(shown),
        note=" ".join(part for part in (NOT_A_CAUSE if flags else "", shaded, gaps, missing, cannot) if part),
        flags=flags,
        columns=_COLUMNS,
        file_stem=stem(params.reporter, partner, "goods", params.flow, "and confounders", start.year, end.year),
    )


def _default_start(measures: pl.DataFrame, flows: pl.DataFrame) -> date:
    """January two years before the first mark, so that the picture shows what went before it."""
    first = flows["period"].min()
    assert isinstance(first, date)
    if measures.is_empty():
        return first
    mark = measures["date"].min()
    assert isinstance(mark, date)
    return max(first, date(mark.year - 2, 1, 1))


def _default_end(measures: pl.DataFrame, last_trade: date) -> date:
    """The last month of the figures; for an episode long over, the December five years after its last mark or end."""
    days = [day for name in ("date", "lifted") if not measures.is_empty() for day in measures[name].drop_nulls()]
    if not days or last_trade.year - max(days).year <= LONG_OVER:
        return last_trade
    return date(max(days).year + AFTERWARDS, 12, 1)


def _series(
    store: Store,
    params: ConfounderStripParams,
    partner: str,
    flows: dict[str, pl.DataFrame],
    names: dict[str, str],
    style: Style,
) -> list[_Series]:
    """The chosen trade first, then what else may have moved it."""
    found = []
    for whom, height in ((partner, 150), (WORLD, 96)):
        rows = flows[whom]
        if rows.is_empty():
            continue
        scale = money_scale(rows["value_usd"].to_list())
        found.append(
            _Series(
                name=subject(names, params.reporter, whom, params.flow),
                unit=scale.unit,
                height=height,
                rows=rows.select("period", pl.col("value_usd").alias("value"), "source", "release", "known_from"),
                colour=style.flow(params.flow) if whom == partner else style.grey,
                divisor=scale.divisor,
                zero=params.flow != "balance",
                stopped="" if whom == partner else _world_stop(store, rows, flows[partner]),
            )
        )
    for indicator, area, name, unit, stopped in (
        ("brent_usd_per_barrel", WORLD, CONTEXT[0], "$ per barrel", ""),
        ("rub_per_usd", "RUS", CONTEXT[1], "roubles", "the ECB stopped fixing the rouble after {month}"),
    ):
        if name not in _context(partner):
            continue
        rows = macro.one_source(store, indicator=indicator, areas=[area], frequency="M", known_on=params.known_on)
        if not rows.is_empty():
            # The Bank of Russia's rate goes on; only a line drawn with the ECB's ends for good.
            ended = stopped and rows["source"][0] == "ecb_fx"
            told = stopped.format(month=words.month(rows["period"][-1])) if ended else ""
            kept = rows.select("period", "value", "source", "release", "known_from")
            found.insert(-1 if len(found) > 1 else len(found), _Series(name, unit, kept, style.grey, stopped=told))
    return found


def _world_stop(store: Store, world: pl.DataFrame, chosen: pl.DataFrame) -> str:
    """Why the total ends before the chosen partner does: the newest release does not cover the world."""
    last, wanted = world["period"].max(), chosen["period"].max()
    assert isinstance(last, date) and isinstance(wanted, date)
    if last >= wanted:
        return ""
    partners = words.plural(coverage.partners_of_newest(store, source=world["source"][0]), "partner")
    return f"ends {words.month(last)}, because the newest release in the store covers {partners} and no world total"


def _cut(one: _Series, start: date, end: date) -> pl.DataFrame:
    return one.rows.filter(pl.col("period").is_between(start, end)).with_columns(
        (pl.col("value") / one.divisor).alias("value")
    )


def _panel(one: _Series, rows: pl.DataFrame, end: date) -> Panel:
    days, values = monthly_points(rows, "value")
    stops = bool(one.stopped) and days[-1] < end
    return Panel(
        title=one.name if one.unit == "roubles" else f"{one.name}, {one.unit}",
        lines=[Line(one.name, days, values, one.colour, width=1.8)],
        height=one.height,
        value_format=one.digits,
        zero=one.zero,
        note=f"ends {words.month(days[-1])}" if stops else "",
        note_day=days[-1] if stops else None,
    )


def _worded(value: float, *, one: _Series) -> str:
    """A drawn value in words, where its name stands before it: "$204 million", "$83.8 per barrel", "78.4"."""
    if one.unit == "$ per barrel":
        return f"${words.number(value)} per barrel"
    return words.money(value * one.divisor) if one.unit.startswith("$") else words.number(value)


def _answer(shown: list[tuple[_Series, pl.DataFrame]]) -> str:
    """The last month of each panel: the trade first, then what else moved."""
    told = [
        f"{one.name} {_worded(rows['value'][-1], one=one)} ({words.month(rows['period'][-1])})" for one, rows in shown
    ]
    return f"Last figures: {'; '.join(told)}."


def _alt(title: str, shown: list[tuple[_Series, pl.DataFrame]], flags: tuple[Flag, ...]) -> str:
    told = []
    for place, (one, rows) in enumerate(shown):
        days, values = monthly_points(rows, "value")
        line = Line(one.name, days, values, one.colour)
        text = lines_alt(title, [line], partial(_worded, one=one))
        told.append(text if place == 0 else text.split(". ", 1)[1])
    if flags:
        told.append(lines_alt(title, [], words.number, flags=flags).split(". ", 1)[1])
    return f"{len(shown)} panels on one time axis. " + " ".join(told)


_COLUMNS = {
    "series": Column("Series"),
    "period": Column("Month"),
    "value": Column("Value", "%.2f"),
    "unit": Column("Unit"),
    "source": Column("Source"),
    "release": Column("Vintage"),
    "known_from": Column("Known from"),
}

SPEC = Spec(
    "confounder_strip", "Trade beside oil, the rouble and the total", "timing", ConfounderStripParams, confounder_strip
)
