"""One measure opened: its dates, its act, what came before and after it, and the trade around it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Annotated

import plotly.graph_objects as go
import polars as pl
from pydantic import StringConstraints

from dashboard import words
from dashboard.analysis.errors import AnalysisError
from dashboard.exhibits import passports
from dashboard.exhibits.base import Column, Exhibit, NothingToShow, Spec
from dashboard.exhibits.register import measure_words as mw
from dashboard.exhibits.timing import effects
from dashboard.exhibits.timing.clocks import SHIPPED, monthly_points, told_on
from dashboard.exhibits.timing.pair import COLUMNS, CURRENCIES, PairParams, basis, months_table
from dashboard.figures.clocks import Moment, moments_over_line
from dashboard.figures.lines import Line
from dashboard.figures.marks import NOT_A_CAUSE
from dashboard.figures.theme import Style, money_scale
from dashboard.params import ClockWord
from dashboard.queries import catalogue
from dashboard.studies import one_measure
from dashboard.studies.one_measure import OneMeasure, OneMeasureQuery
from dashboard.studies.pair import coarse_words, gap_words
from dashboard.words import register as tw
from dashboard.words.register import as_known_words
from dashboard.words.trade import stem, subject
from pipelines.schema.terms import Clock, Status
from pipelines.store import Store

Key = Annotated[str, StringConstraints(strip_whitespace=True, pattern=r"^[a-z0-9][a-z0-9.-]{0,80}$")]
CANNOT = (
    "Goods are bought ahead of a measure and contracts run on after it, and other measures, prices and wars fall "
    "into the same months. One measure is seldom alone: the timeline shows its neighbours."
)


class MeasureCardParams(PairParams):
    """Which measure, on which of its dates, and which monthly trade is drawn around it.

    What is not chosen of reporter, partner and flow follows the measure: its own sender with its target.
    """

    measure: Key = "us-rus-eo14066"
    clock: ClockWord = Clock.EFFECTIVE

    def question(self) -> OneMeasureQuery:
        """What the parameters ask of the study."""
        own = type(self)()
        fixed = frozenset(part for part in one_measure.PARTS if getattr(self, part) != getattr(own, part))
        return OneMeasureQuery(self.measure, str(self.clock), self.pair(), fixed)


def measure_card(store: Store, params: MeasureCardParams, style: Style) -> Exhibit:
    """A measure's dates over the monthly trade from 24 months before to 24 months after the one on the chosen clock.

    Nominal monthly values, not seasonally adjusted. Without figures for those months only the dates are drawn.
    """
    try:
        found = one_measure.study(store, params.question())
    except AnalysisError as reason:
        raise NothingToShow(str(reason)) from reason
    pair = found.query.pair
    what = subject(catalogue.names(store), pair.reporter, pair.partner, pair.flow)
    return write(store, params, found, draw(found, what, style), what)


def write(store: Store, params: MeasureCardParams, found: OneMeasure, figure: go.Figure, what: str) -> Exhibit:
    """The dates over the line, with their words, their table and their passport."""
    row = found.facts.row
    title = f"{tw.bare(what)} around one measure" if found.has_trade else "The dates of one measure"
    said = f"{mw.sentence(found.facts)} {trade_words(found, what)}"
    return Exhibit(
        id="measure_card",
        title=title if len(title) <= 70 else "Goods trade around one measure",
        subtitle=f"{row['title']} ({row['instrument']}). {_basis(found)}",
        figure=figure,
        data=table(found, what),
        alt=f"Dates of a measure on a time axis{', over a line of monthly trade' if found.has_trade else ''}. {said}",
        passport=passport(store, params, found, what),
        params=params,
        answer=said,
        note=note(found, catalogue.names(store)),
        cards=mw.cards(found.facts),
        columns=_COLUMNS,
        file_stem=stem("measure", params.measure),
    )


def moments(found: OneMeasure) -> list[Moment]:
    """The dates of the measure from the first to the last, then the acts that eased or replaced it."""
    row = found.facts.row
    doubtful = row["status"] in (Status.INFERRED.value, Status.UNCERTAIN.value, Status.MEMORY.value)
    own = [
        Moment(
            f"{tw.CLOCK_WORDS[clock]} {mw.dated(row[clock], row['precision'])}",
            *mw.known(row[clock], row["precision"]),
            chosen=clock == found.clock_used,
            inferred=doubtful,
        )
        for clock in mw.CLOCKS
        if row[clock] is not None
    ]
    related = mw.relations(found.facts)
    later = {one.day: one for one in reversed(related) if one.later and one.day != row["lifted"]}
    said = {"Eased or lifted by": "eased", "Replaced or ended by": "replaced"}
    return own + [Moment(f"{said[later[day].words]} {words.day(day)}", day, day, later=True) for day in sorted(later)]


def draw(found: OneMeasure, what: str, style: Style) -> go.Figure:
    """The dates above the line of trade; without trade the dates alone, with half a year around them."""
    row, marks = found.facts.row, moments(found)
    start, end = found.start, found.end
    until = row["lifted"] or row["wind_down_end"]
    bar = None if row["effective"] is None or until is None else (row["effective"], until)
    if not found.has_trade:
        first, last = min(one.first for one in marks), max(one.last for one in marks)
        start, end = min(start, _shift(first, -6)), max(end, _shift(last, 6))
        return moments_over_line(marks, None, start=start, end=end, bar=bar, unit="", style=style)
    scale = money_scale(found.trade.frame["value"].to_list(), found.trade.sign)
    days, values = monthly_points(found.trade.frame, "value", scale.divisor)
    widths = dict(found.trade.frame.select("period", "rounding").iter_rows())
    hover = [
        "" if v is None else f"{words.month(d)}: {found.trade.amount(v * scale.divisor, widths[d])}"
        for d, v in zip(days, values, strict=True)
    ]
    line = Line(what, days, values, style.flow(found.query.pair.flow), hover=hover)
    return moments_over_line(
        marks, line, start=start, end=end, bar=bar, unit=f"{tw.bare(what)}<br>{scale.unit} a month", style=style
    )


def _shift(day: date, months: int) -> date:
    place = day.year * 12 + day.month - 1 + months
    return date(place // 12, place % 12 + 1, 1)


def trade_words(found: OneMeasure, what: str) -> str:
    """The year before and the year after, in a sentence; or why there is none."""
    spoken, one = f"{what[:1].upper()}{what[1:]}", found.effect
    if not found.has_trade and not found.elsewhere:
        return f"There is no line of {what} around it. {found.trade.why_empty}"
    if not found.has_trade:
        window = words.span(found.start, found.end)
        return f"No monthly figures on {what} cover {window}: they {found.elsewhere}, so no trade is drawn around it."
    month = words.month(found.day)
    if one.after is None:
        doubtful = ", without those marked as doubtful," if found.trade.flagged.height else ""
        return (
            f"{spoken}: the figures{doubtful} do not hold twelve complete months before and after {month}, so no "
            "change is told."
        )
    before, after = effects.levels(one, found.trade)
    return (
        f"{spoken} came to {before} a month in the 12 months before {month} and to {after} in the 12 months after "
        f"({effects.change(one)})."
    )


def note(found: OneMeasure, names: dict[str, str]) -> str:
    """Not a cause; whether the measure is about this pair and this flow; how its dates and the figures are backed."""
    row, pair = found.facts.row, found.query.pair
    asides = []
    if found.has_trade:
        if not found.facts.concerns(pair.partner):
            asides.append(f"This measure is not aimed at {tw.the(names.get(pair.partner, pair.partner))}.")
        doubtful = [words.month(day) for day in found.trade.flagged["period"]]
        own = found.facts.who.area(row["sender"])
        if own is not None and own != pair.reporter and "reporter" not in found.query.fixed:
            asides.append(
                f"The store holds no monthly trade of {found.facts.who.name_in_sentence(row['sender'])} there."
            )
        asides += [mw.about_flow(row, pair.flow), gap_words(found.trade), coarse_words(found.trade)]
        asides.append(f"Marked as doubtful: {words.listing(doubtful)}." if doubtful else "")
    doubt = "" if row["status"] == Status.CONFIRMED.value else f"Its dates: {tw.STATUS_WORDS[row['status']]}."
    parts = (NOT_A_CAUSE, *asides, doubt, as_known_words(pair.known_on), CANNOT)
    return " ".join(part for part in parts if part)


def _basis(found: OneMeasure) -> str:
    """What the line is and from when to when it runs; the window of the dates where there is none."""
    if not found.has_trade:
        return words.span(found.start, found.end)
    drawn = words.span(found.trade.frame["period"][0], found.trade.last_month)
    return f"Monthly, {basis(found.trade)}, not seasonally adjusted, {drawn}"


def passport(store: Store, params: MeasureCardParams, found: OneMeasure, what: str) -> mw.MeasurePassport:
    """The passport of the drawn months with the facts of the measure; of the register alone without trade."""
    if found.has_trade:
        made = passports.of_trade(
            store,
            found.trade,
            series=f"one measure and {what}, monthly",
            unit=f"{CURRENCIES[found.trade.currency]} a month",
            sources=["register"],
            known_on=params.known_on,
            view=SPEC.view(params),
            cannot_show=CANNOT,
        )
    else:
        made = passports.passport(
            store,
            sources=["register"],
            releases=[],
            series="dates of one measure",
            unit="days",
            last_observation=words.day(_first(found)),
            price_basis="not applicable",
            adjustment="not applicable",
            known_on=params.known_on,
            view=SPEC.view(params),
            cannot_show=CANNOT,
        )
        made = replace(made, vintage=f"{SHIPPED}{told_on(params.known_on)}")
    values = {name: getattr(made, name) for name in made.__dataclass_fields__}
    return mw.MeasurePassport(**values, facts=mw.facts(found.facts))


def _first(found: OneMeasure) -> date:
    row = found.facts.row
    first: date = row["effective"] or next(row[clock] for clock in mw.CLOCKS if row[clock] is not None)
    return first


def table(found: OneMeasure, what: str) -> pl.DataFrame:
    """The dates first, then the months of trade."""
    row = found.facts.row
    marks = [(row[clock], tw.CLOCK_WORDS[clock], row["measure"], row["reference"]) for clock in mw.CLOCKS if row[clock]]
    marks += [(one.day, f"{one.words}: {one.title}", one.key, None) for one in mw.relations(found.facts)]
    dates = pl.DataFrame(
        marks, schema={"date": pl.Date, "what": pl.String, "measure": pl.String, "reference": pl.String}, orient="row"
    )
    day = found.day
    offset = 12 * (pl.col("period").dt.year().cast(pl.Int32) - day.year) + pl.col("period").dt.month() - day.month
    months = months_table(found.trade)
    return pl.concat(
        [
            dates,
            months.select(
                pl.col("period").alias("date"),
                pl.lit(what).alias("what"),
                offset.cast(pl.Int32).alias("months_from_measure"),
                pl.exclude("period"),
            ),
        ],
        how="diagonal",
    )


_COLUMNS = COLUMNS | {
    "date": Column("Date or month"),
    "what": Column("What"),
    "measure": Column("Key"),
    "reference": Column("Reference"),
    "months_from_measure": Column("Months from the measure"),
}

SPEC = Spec("measure_card", "One measure and the trade around it", "timing", MeasureCardParams, measure_card)
