"""One subject at a glance: its trade with one reporter, its real output, and the price or rate that matters for it.

Each panel is asked of the study that other pictures ask, so that one question has one answer. A panel without figures
holds the sentence that says why. Which reporter and which price: facts of the subject; for an area that is no subject,
the reporter with the newest and longest months, and a rate of exchange or inflation where either is held.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

import polars as pl

from dashboard import words
from dashboard.analysis.errors import AnalysisError
from dashboard.analysis.frames import ordinal_of
from dashboard.queries import catalogue, macro
from dashboard.queries.subjects import subjects
from dashboard.queries.trade import reporters_of
from dashboard.studies import collapse, over_time, yearly
from dashboard.studies.collapse import CollapseQuery, CollapseStudy
from dashboard.studies.over_time import LATE_MONTHS, OverTimeQuery, OverTimeStudy
from dashboard.studies.series import CurrencyChoice, Period
from dashboard.studies.shortfall import FORECASTERS
from dashboard.studies.trade import TradeQuery
from dashboard.studies.yearly import CONSTANT, GROWTH, YearlySeries
from dashboard.words import indicators
from pipelines.schema.terms import Frequency, SubjectPrice
from pipelines.store import Store

WORLD = "WLD"
OUTPUT_SOURCES = {"growth": ("worldbank", "imf_weo"), "level": ("worldbank",)}
"""Whose figures of output are drawn: the first that has the economy. One line is one source."""
PRICES = (SubjectPrice.EXCHANGE_RATE.value, SubjectPrice.INFLATION.value)
"""What stands for the price of an area that is no subject: the first that is held."""


@dataclass(frozen=True)
class GlanceQuery:
    """Whose picture, by which reporter (None: its own), in which period (S: 12-month sums) and window.

    `output` is real growth in percent, or the level in constant dollars.
    """

    subject: str
    reporter: str | None = None
    period: Period = "S"
    output: Literal["growth", "level"] = "growth"
    currency: CurrencyChoice = "reported"
    start: date | None = None
    end: date | None = None
    known_on: date | None = None


@dataclass(frozen=True)
class About:
    """What is known of the subject: its names, the area under which figures are read, reporter, event, price."""

    code: str
    name: str
    in_sentence: str
    area: str
    reporter: str | None
    event: date | None
    price: str | None
    price_title: str
    landmarks: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Output:
    """Real output: `series` holds the drawn years, `forecast` (year, value, source, release, known_from) the years
    after them that a forecast gives, from one edition. `lack` says why there is nothing to draw."""

    series: YearlySeries
    forecast: pl.DataFrame
    lack: str = ""


@dataclass(frozen=True, eq=False)
class Price:
    """The price or rate beside trade: period, value, flag, source, release, known_from; `lack` says why it is missing.

    `frequency` is M or A; `unit` is what a value is in, `title` how the panel is headed.
    """

    indicator: str
    title: str
    unit: str
    frame: pl.DataFrame
    frequency: str = "A"
    lack: str = ""


@dataclass(frozen=True, eq=False)
class Glance:
    """The three panels between `start` and `end`, and what fell and came back around the subject's event.

    `trade` and `fall` hold the reason where there are no figures. `newest` is the newest month that the store has.
    """

    query: GlanceQuery
    about: About
    reporter: str | None
    trade: OverTimeStudy | str
    output: Output
    price: Price
    fall: CollapseStudy | str
    start: date
    end: date
    newest: date

    def is_late(self, last: date) -> bool:
        """Whether a line that ends with a month ends long before the newest data."""
        return ordinal_of(self.newest) - ordinal_of(last) > LATE_MONTHS


def about(store: Store, code: str) -> About:
    """What the store's facts say of a subject, or of an area that is none.

    Raises:
        AnalysisError: there is no such area.
    """
    held = subjects(store)
    names = catalogue.names(store)
    code = held.standing_for(code)
    if code in held:
        one = held[code]
        return About(
            code,
            one.name,
            one.name_in_sentence,
            one.traded_as,
            one.reporter,
            one.event,
            one.price,
            one.price_title or "",
            one.landmarks,
        )
    if code not in names:
        raise AnalysisError(f"{code} is not an area of this store. Choose one from the list.")
    return About(code, names[code], words.in_sentence(names[code]), code, None, None, None, "", ())


def study(store: Store, query: GlanceQuery) -> Glance:
    """The panels that were asked for.

    Raises:
        AnalysisError: there is no such area, or nothing at all to draw, with the reason.
    """
    known = about(store, query.subject)
    reporter = query.reporter or known.reporter or next(iter(reporters_of(store, known.area)), None)
    trade = _trade(store, query, known, reporter)
    output = _output(store, query, known)
    price = _price(store, query, known)
    start, end = _window(query, trade, output, price)
    output, price = _cut_output(output, start, end), _cut_price(price, start, end)
    if isinstance(trade, str) and output.lack and price.lack:
        raise AnalysisError(trade)
    if query.output == "growth" and not output.lack:
        output = Output(output.series, _forecast(store, query, known.area, output.series.years[1], end))
    newest = end if query.known_on is not None else newest_month(store)
    return Glance(
        query,
        known,
        reporter,
        trade,
        output,
        price,
        _fall(store, query, known, reporter),
        start,
        end,
        newest if query.end is None else min(newest, query.end),
    )


def _trade(store: Store, query: GlanceQuery, known: About, reporter: str | None) -> OverTimeStudy | str:
    if reporter is None:
        return f"Nobody in this store reports trade with {known.in_sentence}."
    asked = TradeQuery(
        reporter,
        (known.area,),
        "total",
        query.period,
        currency=query.currency,
        known_on=query.known_on,
        start=query.start,
        end=query.end,
    )
    try:
        return over_time.study(store, OverTimeQuery(asked, "both"))
    except AnalysisError as reason:
        return str(reason)


def _fall(store: Store, query: GlanceQuery, known: About, reporter: str | None) -> CollapseStudy | str:
    """Peak, trough and both rebounds around the subject's event, as the card of the trade page measures them."""
    if reporter is None or known.event is None:
        return f"No event of {known.in_sentence} divides before and after."
    asked = CollapseQuery(
        reporter,
        known.area,
        "both",
        known.event.replace(day=1),
        currency=query.currency,
        known_on=query.known_on,
    )
    try:
        return collapse.study(store, asked, other_choices=False)
    except AnalysisError as reason:
        return str(reason)


_NO_FORECAST = pl.DataFrame(
    schema={
        "year": pl.Int32,
        "value": pl.Float64,
        "source": pl.String,
        "release": pl.String,
        "known_from": pl.Date,
    }
)


def _output(store: Store, query: GlanceQuery, known: About) -> Output:
    """All known years of output from the first source that has them."""
    measure = GROWTH if query.output == "growth" else CONSTANT
    found = yearly.first_source(store, measure, known.area, OUTPUT_SOURCES[query.output], query.known_on)
    lack = next(iter(found.lacks), None)
    if lack is None:
        return Output(found, _NO_FORECAST)
    told = f"The store holds no GDP figures of {known.in_sentence}."
    if lack.cause == "day" and query.known_on is not None:
        told = f"The store knew no GDP figures of {known.in_sentence} on {words.day(query.known_on)}."
    return Output(found, _NO_FORECAST, told)


def _cut_output(output: Output, start: date, end: date) -> Output:
    """The years whose middle lies in the window."""
    if output.lack:
        return output
    first, last = output.series.years
    middle = pl.col("period").dt.offset_by("6mo")
    cut = output.series.with_rows(output.series.frame.filter(middle.is_between(start, end)))
    if not cut.is_empty:
        return Output(cut, output.forecast)
    return Output(cut, output.forecast, f"Figures of GDP run from {first} to {last} and lie outside these years.")


def _forecast(store: Store, query: GlanceQuery, area: str, last: int, end: date) -> pl.DataFrame:
    """Years after the last outcome that lie in the window, from the newest edition that forecasts them."""
    rows = macro.series(
        store,
        indicator=GROWTH.indicator,
        areas=[area],
        source=None,  # any forecaster, and then one edition of one
        frequency=Frequency.YEAR.value,
        known_on=query.known_on,
        forecasts=True,
    ).filter(
        "is_forecast",
        pl.col("source").is_in([name for name in FORECASTERS if name != "any"]),
        pl.col("period").dt.year().is_between(last + 1, end.year),
    )
    if rows.is_empty():
        return _NO_FORECAST
    newest = rows.sort("known_from", "release", descending=True)["release"][0]
    return rows.filter(pl.col("release") == newest).select(
        pl.col("period").dt.year().alias("year"), "value", "source", "release", "known_from"
    )


_TITLES = {SubjectPrice.EXCHANGE_RATE.value: "Units of its currency per dollar"}
"""How the panel of an area that is no subject is headed, where the name of the series would not do."""

_ROWS = ("period", "value", "flag", "source", "release", "known_from")


def _price(store: Store, query: GlanceQuery, known: About) -> Price:
    """All known figures of the subject's price; for other areas, of the first of `PRICES` that is held: an economy
    that pays in dollars has no rate to draw."""
    wanted = PRICES if known.code not in subjects(store) else (() if known.price is None else (known.price,))
    lack = f"The store holds no price, exchange rate or inflation of {known.in_sentence}."
    empty = pl.DataFrame(schema=dict.fromkeys(_ROWS, pl.String))
    for indicator in wanted:
        area = WORLD if indicator == SubjectPrice.OIL.value else known.area
        title = known.price_title or _TITLES.get(indicator) or indicators.name(indicator)
        rows = macro.one_source(store, indicator=indicator, areas=[area], known_on=query.known_on)
        if rows.height and not (indicator == SubjectPrice.EXCHANGE_RATE.value and bool((rows["value"] == 1).all())):
            frequency = rows["frequency"][0]
            return Price(indicator, title, indicators.unit(indicator), rows.select(_ROWS), frequency)
        when = "" if query.known_on is None else f" that were known on {words.day(query.known_on)}"
        if len(wanted) == 1:
            lack = f"The store holds no figures of {indicators.in_sentence(indicator)}{when}."
    return Price("", "", "", empty, lack=lack)


def _cut_price(price: Price, start: date, end: date) -> Price:
    """The periods whose middle lies in the window."""
    if price.lack:
        return price
    first, last = price.frame["period"][0], price.frame["period"][-1]
    middle = pl.col("period").dt.offset_by("6mo" if price.frequency == "A" else "14d")
    cut = price.frame.filter(middle.is_between(start, end))
    span = words.span(first, last) if price.frequency == "M" else f"{first.year} to {last.year}"
    lack = f"Its figures are of {span} and lie outside these years." if cut.is_empty() else ""
    return Price(price.indicator, price.title, price.unit, cut, price.frequency, lack)


def _window(query: GlanceQuery, trade: OverTimeStudy | str, output: Output, price: Price) -> tuple[date, date]:
    """The reader's window; without one, from the first year of the trade to the newest figure of any panel."""
    days: list[date] = [] if output.lack else [date(year, 12, 1) for year in output.series.years]
    days += [] if price.lack else [_last_month(price.frame["period"][at], price.frequency) for at in (0, -1)]
    if isinstance(trade, OverTimeStudy):
        first: date = min(day for line in trade.lines for day in line.frame["first_month"].to_list())
        days = [first, trade.whole.last_month, *(day for day in days if day > first)]
    days = days or [date(2000, 1, 1)]
    return query.start or date(min(days).year, 1, 1), _month_end(query.end or max(days))


def _last_month(period: date, frequency: str) -> date:
    """The last month of a period."""
    return date(period.year, 12, 1) if frequency == Frequency.YEAR.value else period.replace(day=1)


def _month_end(month: date) -> date:
    """The last day of the month; from July on of its year, so that the bar of the year has room."""
    if month.month >= _LATE_IN_YEAR:
        return date(month.year, 12, 31)
    return date(month.year, month.month + 1, 1) - timedelta(days=1)


_LATE_IN_YEAR = 7
"""From July on the axis ends with the year: the middle of the year, where a bar stands, lies behind."""


def newest_month(store: Store) -> date:
    """The newest month of which the store has a figure of trade or of an economic series."""
    ends: Sequence[date] = [
        _last_month(day, frequency)
        for frequency, day in catalogue.last_observations(store).select("frequency", "last_period").iter_rows()
    ]
    return max(ends)
