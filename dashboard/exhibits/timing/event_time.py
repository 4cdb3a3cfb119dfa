"""Trade in event time: monthly flows around chosen measures, each against its own twelve months before."""

from __future__ import annotations

from typing import Annotated, Any

import plotly.graph_objects as go
import polars as pl
from pydantic import Field

from dashboard import words
from dashboard.analysis.errors import AnalysisError
from dashboard.exhibits import passports
from dashboard.exhibits.base import Column, Exhibit, NothingToShow, Spec
from dashboard.exhibits.timing import effects
from dashboard.exhibits.timing.pair import COLUMNS, PairParams, basis, months_table
from dashboard.figures.event_time import Path, offset_lines
from dashboard.figures.marks import NOT_A_CAUSE
from dashboard.figures.theme import Style
from dashboard.params import ClockWord, Keys
from dashboard.queries import catalogue
from dashboard.studies import event_time
from dashboard.studies.event_time import EventTime, EventTimeQuery
from dashboard.studies.measures import STRICT_CLOCKS
from dashboard.studies.pair import coarse_words, doubtful_words
from dashboard.studies.targets import LANDMARK_MEASURES
from dashboard.words import register as tw
from dashboard.words.register import as_known_words
from dashboard.words.trade import stem, subject
from pipelines.schema.terms import Clock
from pipelines.store import Store

MOST_COLOURS = 5
"""Beyond this many measures all lines are grey but the last: colours that cannot be told apart say nothing."""
CANNOT = (
    "Goods are bought ahead of a measure and contracts run on after it, and oil prices, wars and other measures "
    "fall into the same months. The base of each line is the year before its own measure, so lines are not levels."
)


class TradeInEventTimeParams(PairParams):
    """Which monthly flow, around which measures, on which of their dates."""

    measures: Keys = LANDMARK_MEASURES
    clock: ClockWord = Clock.EFFECTIVE
    window_before: Annotated[int, Field(ge=12, le=60)] = 24
    window_after: Annotated[int, Field(ge=1, le=60)] = 36

    def question(self) -> EventTimeQuery:
        """What the parameters ask of the study."""
        return EventTimeQuery(self.pair(), self.measures, str(self.clock), self.window_before, self.window_after)


def trade_in_event_time(store: Store, params: TradeInEventTimeParams, style: Style) -> Exhibit:
    """Monthly goods trade around each measure, indexed to the mean of the twelve months before it = 100.

    Monthly values, never 12-month sums; not seasonally adjusted. Months that are not out yet have no row.
    """
    try:
        found = event_time.study(store, params.question())
    except AnalysisError as reason:
        raise NothingToShow(str(reason)) from reason
    what = subject(catalogue.names(store), params.reporter, params.whom, params.flow)
    return write(store, params, found, draw(found, style), what)


def draw(found: EventTime, style: Style) -> go.Figure:
    """One line for each measure, over the months of the window."""
    rows = found.rows
    lines = [_path(found, key, place, len(rows), style) for place, key in enumerate(rows)]
    return offset_lines(
        lines,
        before=found.query.before,
        after=found.query.after,
        style=style,
        unit="mean of the 12 months before = 100",
    )


def _path(found: EventTime, key: str, place: int, size: int, style: Style) -> Path:
    """A line with a point for every month of the window that lies inside the series; a gap stays a gap."""
    row = found.rows[key]
    mine = found.paths.filter(pl.col("measure") == key)
    values = {
        offset: (index, period, value)
        for offset, period, value, index in mine.select("offset", "period", "value", "index").iter_rows()
    }
    x = list(range(min(values), max(values) + 1))
    points = [values.get(offset) for offset in x]
    widths = dict(found.series.frame.select("period", "rounding").iter_rows())
    colourful = size <= MOST_COLOURS
    colour = style.series[place] if colourful else (style.series[0] if place == size - 1 else style.grey)
    return Path(
        name=f"{tw.short(row)}<br>{words.month(row['date'])}",
        x=x,
        y=[None if one is None else one[0] for one in points],
        colour=colour,
        width=2.4 if not colourful and place == size - 1 else 1.8,
        hover=[
            "" if one is None else f"{words.month(one[1])}: {found.series.amount(one[2], widths.get(one[1]))}"
            for one in points
        ],
    )


def write(store: Store, params: TradeInEventTimeParams, found: EventTime, figure: go.Figure, what: str) -> Exhibit:
    """The lines with their words, their table and their passport."""
    title = f"{tw.bare(what)} around sanctions"
    last = found.series.last_month
    return Exhibit(
        id="trade_in_event_time",
        title=title if len(title) <= 70 else "Goods trade around sanctions",
        subtitle=(
            f"{what}, by month, each line indexed to its 12 months before (mean = 100). {basis(found.series)}, "
            f"not seasonally adjusted, to {words.month(last)}"
        ),
        figure=figure,
        data=table(found),
        alt=effects.alt(title, found.effects, found.series, last),
        passport=passports.of_trade(
            store,
            found.series,
            series=f"{what}, monthly, index",
            unit="index, mean of the 12 months before the measure = 100",
            sources=["register"],
            known_on=params.known_on,
            view=SPEC.view(params),
            cannot_show=CANNOT,
        ),
        params=params,
        answer=effects.answer(what, found.effects),
        note=note(found),
        cards=tuple(effects.card(one, found.series) for one in found.effects[:4]),
        columns=_COLUMNS,
        file_stem=stem(params.reporter, params.whom, "goods", params.flow, "event time", params.clock),
    )


def note(found: EventTime) -> str:
    """Not a cause; shared months; what has no line, no date or no trustworthy figure."""
    clock = found.query.clock
    told = (
        NOT_A_CAUSE,
        _overlaps(found),
        _left_out(found),
        tw.clock_rule(clock, found.chosen.left_out or found.chosen.elsewhere).replace(", small,", ""),
        doubtful_words(found.doubtful),
        coarse_words(found.series),
        as_known_words(found.query.pair.known_on),
        CANNOT,
    )
    return " ".join(part for part in told if part)


def _overlaps(found: EventTime) -> str:
    """Windows share months when two measures are nearer than a window is long: said, because they are no two cases."""
    rows = found.rows
    pairs = [(tw.short(rows[one]), tw.short(rows[other])) for one, other in found.overlaps()]
    if not pairs:
        return ""
    told = words.listing([f"{one} with {other}" for one, other in pairs[:3]])
    more = f", and {words.plural(len(pairs) - 3, 'more pair')}" if len(pairs) > 3 else ""
    return f"Windows overlap and share months ({told}{more}): they are not independent cases."


def _left_out(found: EventTime) -> str:
    """Measures without a line, and keys without a measure."""
    held: dict[str, dict[str, Any]] = {row["measure"]: row for row in found.chosen.frame.iter_rows(named=True)}
    silent = [tw.short(held[key]) for key in found.silent]
    told = []
    if silent:
        told.append(f"No line for {words.listing(silent)}: the 12 months before are not complete in these figures.")
    if found.unknown and found.query.clock not in STRICT_CLOCKS:
        when = found.query.pair.known_on
        where = "the register" if when is None else f"the register as known on {words.day(when)}"
        told.append(f"Not in {where}: {words.listing(list(found.unknown))}.")
    return " ".join(told)


def table(found: EventTime) -> pl.DataFrame:
    """Every drawn month with its measure, index and growth."""
    facts = pl.DataFrame(
        [
            {
                "measure": key,
                "name": tw.short(row),
                "date": row["date"],
                "clock": tw.CLOCK_WORDS[row["clock_used"]],
                "reference": row["reference"],
            }
            for key, row in found.rows.items()
        ]
    )
    months = months_table(found.series)
    return (
        found.paths.drop("value")
        .join(facts, on="measure", how="left", maintain_order="left")
        .join(months, on="period", how="left", maintain_order="left")
        .select(
            "measure",
            "name",
            "date",
            "clock",
            pl.col("offset").alias("months_from_measure"),
            "period",
            "index",
            *(name for name in months.columns if name.startswith(("currency", "value"))),
            (100 * pl.col("growth")).alias("growth_pct"),
            *(name for name in COLUMNS if name in months.columns and not name.startswith(("currency", "value"))),
            "reference",
        )
    )


_COLUMNS = COLUMNS | {
    "measure": Column("Key"),
    "name": Column("Measure"),
    "date": Column("Date of the measure"),
    "clock": Column("Clock"),
    "months_from_measure": Column("Months from the measure"),
    "period": Column("Month"),
    "index": Column("Index (12 months before = 100)", "%.1f"),
    "growth_pct": Column("Change on the same month a year before, %", "%.1f"),
    "reference": Column("Reference"),
}


SPEC = Spec(
    "trade_in_event_time", "Trade in event time around measures", "effect", TradeInEventTimeParams, trade_in_event_time
)
