"""Trade in event time: monthly flows around chosen measures, each against its own twelve months before."""

from __future__ import annotations

from datetime import date
from itertools import combinations
from typing import Annotated, Any

import polars as pl
from pydantic import Field

from dashboard import words
from dashboard.analysis.errors import AnalysisError
from dashboard.analysis.event_time import event_time
from dashboard.exhibits import passports
from dashboard.exhibits.base import Column, Exhibit, NothingToShow, Spec
from dashboard.exhibits.timing import effects
from dashboard.exhibits.timing.clocks import no_flow
from dashboard.figures.event_time import Path, offset_lines
from dashboard.figures.marks import NOT_A_CAUSE
from dashboard.figures.theme import Style
from dashboard.params import Area, Areas, ClockWord, FlowWord, Keys, Params
from dashboard.queries import catalogue
from dashboard.studies import legacy, measures
from dashboard.studies.targets import LANDMARK_MEASURES
from dashboard.words import register as tw
from dashboard.words.trade import stem, subject
from pipelines.schema.terms import Clock
from pipelines.store import Store

MOST_COLOURS = 5
"""Beyond this many measures all lines are grey but the last: colours that cannot be told apart say nothing."""


class TradeInEventTimeParams(Params):
    """Which monthly flow, around which measures, on which of their dates."""

    reporter: Area = "USA"
    partner: Areas = ("RUS",)
    flow: FlowWord = "import"
    source: str | None = None
    measures: Keys = LANDMARK_MEASURES
    clock: ClockWord = Clock.EFFECTIVE
    window_before: Annotated[int, Field(ge=12, le=60)] = 24
    window_after: Annotated[int, Field(ge=1, le=60)] = 36
    known_on: date | None = None


def trade_in_event_time(store: Store, params: TradeInEventTimeParams, style: Style) -> Exhibit:
    """Monthly goods trade around each measure, indexed to the mean of the twelve months before it = 100.

    Monthly values, never 12-month sums; not seasonally adjusted. Months that are not out yet have no row.
    """
    if params.flow == "balance":
        raise NothingToShow("A balance has no index, because its base may be below zero; choose exports or imports.")
    partner = params.partner[0] if params.partner else "RUS"
    names = catalogue.names(store, [params.reporter, partner])
    named = measures.named(store, params.measures, params.clock, params.known_on)
    chosen, missing = named.frame, named.left_out or named.elsewhere
    if not params.measures or chosen.is_empty():
        raise NothingToShow(
            f"None of the chosen measures is in the register with a date on the clock "
            f"“{tw.CLOCK_WORDS[params.clock]}”; choose another measure or clock."
        )
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
    shown = {row["measure"]: row for row in chosen.iter_rows(named=True)}
    try:
        paths = event_time(
            flows,
            {key: row["date"] for key, row in shown.items()},
            before=params.window_before,
            after=params.window_after,
        )
    except AnalysisError as error:
        raise NothingToShow(str(error)) from error
    drawn = paths.filter(pl.col("index").is_not_null())
    if drawn.is_empty():
        raise NothingToShow("No chosen measure has twelve complete months of figures before it; choose a later one.")
    order = drawn["measure"].unique(maintain_order=True).to_list()
    lines = [
        _path(shown[key], drawn.filter(pl.col("measure") == key), place, len(order), style)
        for place, key in enumerate(order)
    ]
    figure = offset_lines(
        lines,
        before=params.window_before,
        after=params.window_after,
        style=style,
        unit="mean of the 12 months before = 100",
    )
    what = subject(names, params.reporter, partner, params.flow)
    last = max(drawn["period"])
    title = f"{tw.bare(what)} around sanctions"
    cannot = (
        "Goods are bought ahead of a measure and contracts run on after it, and oil prices, wars and other measures "
        "fall into the same months. The base of each line is the year before its own measure, so lines are not levels."
    )
    told = (
        NOT_A_CAUSE,
        _overlaps(shown, order, params),
        _left_out(params, shown, order),
        tw.clock_rule(params.clock, missing).replace(", faint,", ""),
        cannot,
    )
    measured = [effects.effect(shown[key], drawn.filter(pl.col("measure") == key)) for key in order]
    return Exhibit(
        id="trade_in_event_time",
        title=title,
        subtitle=(
            f"{what}, by month, each line indexed to its 12 months before (mean = 100). "
            f"{passports.basis_words(flows)}, {passports.valuation_words(flows)}, "
            f"current prices, not seasonally adjusted, to {words.month(last)}"
        ),
        figure=figure,
        data=_data(drawn, shown, flows),
        alt=effects.alt(title, measured, last),
        passport=passports.passport(
            store,
            sources=[*flows["source"].unique().to_list(), "register"],
            releases=_drawn_of(flows, drawn)["release"].drop_nulls().unique().to_list(),
            series=f"{what}, monthly, index",
            unit="index, mean of the 12 months before the measure = 100",
            last_observation=words.month(last),
            basis=passports.basis_words(flows),
            valuation=passports.valuation_words(flows),
            known_on=params.known_on,
            view=SPEC.view(params),
            cannot_show=cannot,
        ),
        params=params,
        answer=effects.answer(what, measured),
        note=" ".join(part for part in told if part),
        cards=tuple(effects.card(one) for one in measured[:4]),
        columns=_COLUMNS,
        file_stem=stem(params.reporter, partner, "goods", params.flow, "event time", params.clock),
    )


def _path(row: dict[str, Any], mine: pl.DataFrame, place: int, size: int, style: Style) -> Path:
    """A line with a point for every month of the window that lies inside the series; a gap stays a gap."""
    values = {
        offset: (index, period, value)
        for offset, period, value, index in mine.select("offset", "period", "value_usd", "index").iter_rows()
    }
    x = list(range(min(values), max(values) + 1))
    found = [values.get(offset) for offset in x]
    colourful = size <= MOST_COLOURS
    colour = style.series[place] if colourful else (style.series[0] if place == size - 1 else style.grey)
    return Path(
        name=f"{tw.short(row)}<br>{words.month(row['date'])}",
        x=x,
        y=[None if one is None else one[0] for one in found],
        colour=colour,
        width=2.4 if not colourful and place == size - 1 else 1.8,
        hover=["" if one is None else f"{words.month(one[1])}: {words.money(one[2])}" for one in found],
    )


def _overlaps(shown: dict[str, Any], order: list[str], params: TradeInEventTimeParams) -> str:
    """Windows share months when two measures are nearer than a window is long: said, because they are no two cases."""
    window = params.window_before + params.window_after
    pairs = [
        (tw.short(shown[one]), tw.short(shown[other]))
        for one, other in combinations(order, 2)
        if abs(_months(shown[one]["date"]) - _months(shown[other]["date"])) <= window
    ]
    if not pairs:
        return ""
    told = words.listing([f"{one} with {other}" for one, other in pairs[:3]])
    more = f", and {words.plural(len(pairs) - 3, 'more pair')}" if len(pairs) > 3 else ""
    return f"Windows overlap and share months ({told}{more}): they are not independent cases."


def _months(day: date) -> int:
    return day.year * 12 + day.month


def _left_out(params: TradeInEventTimeParams, shown: dict[str, Any], order: list[str]) -> str:
    unknown = [key for key in params.measures if key not in shown]
    silent = [tw.short(row) for key, row in shown.items() if key not in order]
    told = []
    if silent:
        told.append(f"No line for {words.listing(silent)}: the 12 months before are not complete in these figures.")
    if unknown and params.clock not in (Clock.WIND_DOWN_END.value, Clock.LIFTED.value):
        told.append(f"Not in the register: {words.listing(unknown)}.")
    return " ".join(told)


def _drawn_of(flows: pl.DataFrame, drawn: pl.DataFrame) -> pl.DataFrame:
    """The rows of the series whose months stand in some window: only their vintages belong in the passport."""
    return flows.join(drawn.select("period").unique(), on="period", how="semi")


def _data(drawn: pl.DataFrame, shown: dict[str, Any], flows: pl.DataFrame) -> pl.DataFrame:
    facts = pl.DataFrame(
        [
            {
                "measure": key,
                "name": tw.short(row),
                "date": row["date"],
                "clock": tw.CLOCK_WORDS[row["clock_used"]],
                "reference": row["reference"],
            }
            for key, row in shown.items()
        ]
    )
    return (
        drawn.join(facts, on="measure", how="left", maintain_order="left")
        .join(
            flows.select("period", "is_estimate", "source", "known_from"),
            on="period",
            how="left",
            maintain_order="left",
        )
        .select(
            "measure",
            "name",
            "date",
            "clock",
            pl.col("offset").alias("months_from_measure"),
            "period",
            "index",
            "value_usd",
            (100 * pl.col("growth")).alias("growth_pct"),
            "is_estimate",
            "source",
            "known_from",
            "reference",
        )
    )


_COLUMNS = {
    "measure": Column("Key"),
    "name": Column("Measure"),
    "date": Column("Date of the measure"),
    "clock": Column("Clock"),
    "months_from_measure": Column("Months from the measure"),
    "period": Column("Month"),
    "index": Column("Index (12 months before = 100)", "%.1f"),
    "value_usd": Column("Value, USD", "%.0f"),
    "growth_pct": Column("Change on the same month a year before, %", "%.1f"),
    "is_estimate": Column("Estimate"),
    "source": Column("Source"),
    "known_from": Column("Known from"),
    "reference": Column("Reference"),
}


SPEC = Spec(
    "trade_in_event_time", "Trade in event time around measures", "timing", TradeInEventTimeParams, trade_in_event_time
)
