"""One measure opened: its dates, its act, what came before and after it, and the trade around it."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

import polars as pl
from pydantic import StringConstraints

from dashboard import words
from dashboard.exhibits import passports
from dashboard.exhibits.base import Column, Exhibit, NothingToShow, Spec
from dashboard.exhibits.register import measure_words as mw
from dashboard.exhibits.timing import effects
from dashboard.exhibits.timing.clocks import monthly_points
from dashboard.figures.clocks import Moment, moments_over_line
from dashboard.figures.lines import Line
from dashboard.figures.marks import NOT_A_CAUSE
from dashboard.figures.theme import Style, money_scale
from dashboard.params import Area, Areas, ClockWord, FlowWord, Params
from dashboard.queries import catalogue, measures, register
from dashboard.studies import legacy
from dashboard.words import register as tw
from dashboard.words.trade import stem, subject
from pipelines.schema.terms import Clock, Status
from pipelines.store import Store

AROUND = 24
"""Months before and after."""

Key = Annotated[str, StringConstraints(strip_whitespace=True, pattern=r"^[a-z0-9][a-z0-9.-]{0,80}$")]


class MeasureCardParams(Params):
    """Which measure, on which of its dates, and which monthly trade is drawn around it."""

    measure: Key = "us-rus-eo14066"
    reporter: Area = "USA"
    partner: Areas = ("RUS",)
    flow: FlowWord = "import"
    source: str | None = None
    clock: ClockWord = Clock.EFFECTIVE
    known_on: date | None = None


def measure_card(store: Store, params: MeasureCardParams, style: Style) -> Exhibit:
    """A measure's dates over the monthly trade from 24 months before to 24 months after the one on the chosen clock.

    Nominal monthly values, not seasonally adjusted. Without figures for those months only the dates are drawn.
    """
    if params.flow == "balance":
        raise NothingToShow("A balance may be below zero, so it has no change in per cent; choose exports or imports.")
    row = measures.one(store, params.measure)
    if row is None:
        raise NothingToShow(f"There is no measure “{params.measure}” in the register; choose one from the list.")
    dated = register.measures(store, keys=[params.measure], clock=params.clock).row(0, named=True)
    day, used = dated["date"], dated["clock_used"]
    partner = params.partner[0] if params.partner else "RUS"
    names = catalogue.names(store)
    what = subject(names, params.reporter, partner, params.flow)
    series = legacy.series(
        store,
        reporter=params.reporter,
        partners=[partner],
        flow=params.flow,
        frequency="M",
        source=params.source,
        known_on=params.known_on,
    )
    start, end = _shift(day, -AROUND), _shift(day, AROUND)
    around = series.filter(pl.col("period").is_between(start, end)).with_columns(
        (12 * (pl.col("period").dt.year().cast(pl.Int32) - day.year) + pl.col("period").dt.month() - day.month)
        .cast(pl.Int32)
        .alias("offset")
    )
    related = mw.relations(store, params.measure)
    moments = _moments(row, related, used)
    figure = _figure(moments, row, around, what, (start, end), params, style)
    one = effects.effect(dated, around)
    told = _told(one, what, day) if not around.is_empty() else _silent(series, what, start, end)
    aimed = partner in row["target"].split(";") or partner == row["sender"]
    asides = (
        ()
        if around.is_empty()
        else (
            "" if aimed else f"This measure is not aimed at {tw.the(names.get(partner, partner))}.",
            mw.about_flow(row, params.flow),
        )
    )
    cannot = (
        "Goods are bought ahead of a measure and contracts run on after it, and other measures, prices and wars fall "
        "into the same months. One measure is seldom alone: the timeline shows its neighbours."
    )
    title = f"{tw.bare(what)} around one measure" if not around.is_empty() else "The dates of one measure"
    return Exhibit(
        id="measure_card",
        title=title if len(title) <= 70 else "Goods trade around one measure",
        subtitle=f"{row['title']} ({row['instrument']}). {_basis(around)}{words.span(start, end)}",
        figure=figure,
        data=_data(row, related, around, what),
        alt=f"Dates of a measure on a time axis{', over a line of monthly trade' if not around.is_empty() else ''}. "
        f"{mw.sentence(row, names)} {told}",
        passport=_passport(store, params, row, names, around, what, cannot),
        params=params,
        answer=f"{mw.sentence(row, names)} {told}",
        note=" ".join(part for part in (NOT_A_CAUSE, *asides, _doubt(row), cannot) if part),
        cards=mw.cards(row, related),
        columns=_COLUMNS,
        file_stem=stem("measure", params.measure),
    )


def _shift(day: date, months: int) -> date:
    place = day.year * 12 + day.month - 1 + months
    return date(place // 12, place % 12 + 1, 1)


def _moments(row: dict[str, Any], related: tuple[mw.Relation, ...], used: str) -> list[Moment]:
    """The dates of the measure from the first to the last, then the acts that eased or replaced it."""
    doubtful = row["status"] in (Status.INFERRED.value, Status.UNCERTAIN.value, Status.MEMORY.value)
    own = [
        Moment(
            f"{tw.CLOCK_WORDS[clock]} {mw.dated(row[clock], row['precision'])}",
            *mw.known(row[clock], row["precision"]),
            chosen=clock == used,
            inferred=doubtful,
        )
        for clock in mw.CLOCKS
        if row[clock] is not None
    ]
    later = {one.day: one for one in reversed(related) if one.later and one.day != row["lifted"]}
    said = {"Eased or lifted by": "eased", "Replaced or ended by": "replaced"}
    return own + [Moment(f"{said[later[day].words]} {words.day(day)}", day, day, later=True) for day in sorted(later)]


def _figure(
    moments: list[Moment],
    row: dict[str, Any],
    around: pl.DataFrame,
    what: str,
    window: tuple[date, date],
    params: MeasureCardParams,
    style: Style,
) -> Any:
    start, end = window
    until = row["lifted"] or row["wind_down_end"]
    bar = None if row["effective"] is None or until is None else (row["effective"], until)
    if around.is_empty():
        first, last = min(one.first for one in moments), max(one.last for one in moments)
        start, end = min(start, _shift(first, -6)), max(end, _shift(last, 6))
        return moments_over_line(moments, None, start=start, end=end, bar=bar, unit="", style=style)
    scale = money_scale(around["value_usd"].to_list())
    days, values = monthly_points(around, "value_usd", scale.divisor)
    hover = [
        "" if v is None else f"{words.month(d)}: {words.money(v * scale.divisor)}"
        for d, v in zip(days, values, strict=True)
    ]
    line = Line(what, days, values, style.flow(params.flow), hover=hover)
    return moments_over_line(
        moments, line, start=start, end=end, bar=bar, unit=f"{tw.bare(what)}, {scale.unit} a month", style=style
    )


def _told(one: dict[str, Any], what: str, day: date) -> str:
    """The year before and the year after, in a sentence."""
    fraction = effects.change(one)
    subject_words = f"{what[:1].upper()}{what[1:]}"
    if fraction is None:
        return (
            f"{subject_words}: the figures do not hold twelve complete months before and after {words.month(day)}, so "
            "no change is told."
        )
    return (
        f"{subject_words} came to {words.money(one['before'])} a month in the 12 months before {words.month(day)} and "
        f"to {words.money(one['after'])} in the 12 months after ({words.percent(fraction, signed=True)})."
    )


def _silent(series: pl.DataFrame, what: str, start: date, end: date) -> str:
    """Why there is no line: no series at all, or one that begins later or ends earlier."""
    window = words.span(start, end)
    if series.is_empty():
        return f"No monthly figures on {what} are in the store, so no trade is drawn around it."
    first, last = series["period"].min(), series["period"].max()
    assert isinstance(first, date) and isinstance(last, date)
    where = f"begin in {words.month(first)}" if first > end else f"end in {words.month(last)}"
    if first <= end and last >= start:
        where = "have a gap there"
    return f"No monthly figures on {what} cover {window}: they {where}, so no trade is drawn around it."


def _doubt(row: dict[str, Any]) -> str:
    return "" if row["status"] == Status.CONFIRMED.value else f"Its dates: {tw.STATUS_WORDS[row['status']]}."


def _basis(around: pl.DataFrame) -> str:
    if around.is_empty():
        return ""
    return (
        f"Monthly, {passports.basis_words(around)}, {passports.valuation_words(around)}, current prices, "
        "not seasonally adjusted, "
    )


def _passport(
    store: Store,
    params: MeasureCardParams,
    row: dict[str, Any],
    names: dict[str, str],
    around: pl.DataFrame,
    what: str,
    cannot: str,
) -> mw.MeasurePassport:
    drawn = not around.is_empty()
    made = passports.passport(
        store,
        sources=[*around["source"].unique().to_list(), "register"],
        releases=around["release"].drop_nulls().unique().to_list(),
        series=f"one measure and {what}, monthly" if drawn else "dates of one measure",
        unit="US dollars a month" if drawn else "days",
        last_observation=words.month(max(around["period"])) if drawn else words.day(_first(row)),
        basis=passports.basis_words(around) if drawn else "not applicable",
        valuation=passports.valuation_words(around) if drawn else "not applicable",
        price_basis="current prices" if drawn else "not applicable",
        adjustment="not seasonally adjusted" if drawn else "not applicable",
        known_on=params.known_on,
        view=SPEC.view(params),
        cannot_show=cannot,
    )
    values = {name: getattr(made, name) for name in made.__dataclass_fields__}
    if not drawn:
        values["vintage"] = "as shipped with this build"
    return mw.MeasurePassport(**values, facts=mw.facts(row, names))


def _first(row: dict[str, Any]) -> date:
    first: date = row["effective"] or next(row[clock] for clock in mw.CLOCKS if row[clock] is not None)
    return first


def _data(row: dict[str, Any], related: tuple[mw.Relation, ...], around: pl.DataFrame, what: str) -> pl.DataFrame:
    """The dates first, then the months of trade."""
    marks = [(row[clock], tw.CLOCK_WORDS[clock], row["measure"], row["reference"]) for clock in mw.CLOCKS if row[clock]]
    marks += [(one.day, f"{one.words}: {one.title}", one.key, None) for one in related]
    dates = pl.DataFrame(
        marks, schema={"date": pl.Date, "what": pl.String, "measure": pl.String, "reference": pl.String}, orient="row"
    )
    months = around.select(
        pl.col("period").alias("date"),
        pl.lit(what).alias("what"),
        pl.col("offset").alias("months_from_measure"),
        "value_usd",
        "is_estimate",
        "source",
        "known_from",
    )
    return pl.concat([dates, months], how="diagonal")


_COLUMNS = {
    "date": Column("Date or month"),
    "what": Column("What"),
    "measure": Column("Key"),
    "reference": Column("Reference"),
    "months_from_measure": Column("Months from the measure"),
    "value_usd": Column("Value, USD", "%.0f"),
    "is_estimate": Column("Estimate"),
    "source": Column("Source"),
    "known_from": Column("Known from"),
}

SPEC = Spec("measure_card", "One measure and the trade around it", "timing", MeasureCardParams, measure_card)
