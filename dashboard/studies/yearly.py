"""Yearly economic series of some economies from one source: what is drawn, what is known beyond it, what is lacking.

The store is asked once, without the reader's window. What the window cuts off, what was not known on the day, what
only another source gives and what nobody publishes are four things, and each is said as what it is.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from types import MappingProxyType
from typing import Final, Literal

import polars as pl
from polars._typing import PolarsDataType

from dashboard import words
from dashboard.queries import catalogue, macro
from dashboard.words import indicators
from pipelines.store import Store

SOURCE_WORDS: Mapping[str, str] = MappingProxyType({"worldbank": "World Bank", "imf_weo": "IMF"})
"""Who publishes yearly series of whole economies, as a sentence names them after "the"."""

DATED = ("forecast", "first_estimate", "revised")
"""First words of the mark of single dated estimates; beside a whole edition they would be a splice of two."""

MAY_BE_ESTIMATE = "may_be_estimate"
"""The mark of a year for which the edition does not say where a country's reported years end."""

COLUMNS: Final[Mapping[str, PolarsDataType]] = {
    "area": pl.String,
    "period": pl.Date,
    "value": pl.Float64,
    "is_estimate": pl.Boolean,
    "flag": pl.String,
    "source": pl.String,
    "release": pl.String,
    "known_from": pl.Date,
}
"""Columns of a yearly series. `is_estimate` marks what the source itself may have estimated."""

Cause = Literal["window", "day", "source", "base", "nobody"]


@dataclass(frozen=True)
class Measure:
    """What a yearly series measures.

    `unit` of a value and `prices` it is in; `currency` where it is money.
    """

    indicator: str
    unit: str
    prices: str
    currency: str = ""

    @property
    def name(self) -> str:
        """ "Real GDP growth"."""
        return indicators.name(self.indicator)

    @property
    def noun(self) -> str:
        """ "real GDP growth"."""
        return indicators.in_sentence(self.indicator)


GROWTH = Measure("gdp_growth", "% on the year before", "constant prices of the local currency")
INFLATION = Measure("cpi_inflation", "% on the year before", "consumer prices in local currency")
CONSTANT = Measure("gdp_constant_usd", "US dollars", "constant 2015 US dollars", "USD")
GDP = Measure("gdp_usd", "US dollars", "current prices", "USD")


@dataclass(frozen=True)
class YearlyQuery:
    """Which series of whom (the first economy is the one that must be there), from which source, in which years.

    `others` are the sources that the reader could choose instead.
    """

    measure: Measure
    areas: tuple[str, ...]
    source: str
    known_on: date | None = None
    start: date | None = None
    end: date | None = None
    others: tuple[str, ...] = ()


@dataclass(frozen=True)
class Lack:
    """An economy without drawn figures, and the cause: the reader's window, the day of knowledge, the choice of the
    source, no figure in the year that everything is compared with, or that nobody publishes any. `text` is the
    sentence for the reader."""

    area: str
    name: str
    cause: Cause
    text: str


@dataclass(frozen=True)
class End:
    """Where an economy's figures end: among those that are drawn, as known on the day, and today."""

    drawn: int | None
    known: int | None
    today: int | None


@dataclass(frozen=True, eq=False)
class YearlySeries:
    """The drawn rows (`COLUMNS`, by economy in the order asked for and by year) and what stands behind them.

    `known` holds the same without the reader's window. `today` is the last year of each economy as known today.
    """

    query: YearlyQuery
    frame: pl.DataFrame
    known: pl.DataFrame
    names: Mapping[str, str]
    lacks: tuple[Lack, ...] = ()
    today: Mapping[str, int] = field(default_factory=dict)

    @property
    def measure(self) -> Measure:
        """What it measures."""
        return self.query.measure

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to draw."""
        return self.frame.is_empty()

    @property
    def why_empty(self) -> str:
        """Why the first economy has no drawn figure, and what brings some; empty when it has."""
        first = self.query.areas[0]
        return next((lack.text for lack in self.lacks if lack.area == first), "")

    @property
    def areas(self) -> tuple[str, ...]:
        """Economies with drawn figures, in the order asked for."""
        return tuple(self.frame["area"].unique(maintain_order=True))

    @property
    def sources(self) -> tuple[str, ...]:
        """The source of the drawn rows."""
        return tuple(self.frame["source"].unique().sort())

    @property
    def releases(self) -> tuple[str, ...]:
        """The editions of the drawn rows."""
        return tuple(self.frame["release"].drop_nulls().unique().sort())

    @property
    def years(self) -> tuple[int, int]:
        """First and last drawn year."""
        return span(self.frame)

    @property
    def last_observation(self) -> str:
        """The last drawn year in words."""
        return str(self.years[1])

    @property
    def estimates(self) -> pl.DataFrame:
        """The drawn rows that may be estimates of the source."""
        return self.frame.filter("is_estimate")

    def of(self, area: str) -> dict[int, float]:
        """Drawn values of one economy by year."""
        rows = self.frame.filter(pl.col("area") == area)
        return dict(zip(rows["period"].dt.year(), rows["value"], strict=True))

    def with_rows(self, frame: pl.DataFrame) -> YearlySeries:
        """The same with other drawn rows."""
        return replace(self, frame=frame)

    def end_of(self, area: str) -> End:
        """Where the figures of one economy end."""
        drawn, known = (_last_year(rows, area) for rows in (self.frame, self.known))
        return End(drawn, known, self.today.get(area, known))

    def stops_before(self, event: date, area: str) -> str:
        """A sentence when an economy's drawn years end before the event, with the cause; empty otherwise."""
        return stops_before(self.end_of(area), event, self.names.get(area, area), self.query.known_on)


def stops_before(end: End, event: date, name: str, known_on: date | None) -> str:
    """What ends before the event, and whether the figures, the day or the reader's years are the cause."""
    if end.drawn is None or end.known is None or end.drawn >= event.year:
        return ""
    whose = words.in_sentence(name)
    if end.known > end.drawn:
        return (
            f"These years end in {end.drawn}, before the event; the figures for {whose} go on to {end.known}."
            if end.known >= event.year
            else f"These years end in {end.drawn} and the figures for {whose} in {end.known}, before the event."
        )
    if known_on is not None and end.today is not None and end.today > end.known:
        return (
            f"As known on {words.day(known_on)} the figures for {whose} end in {end.known}, before the event; those of "
            f"today go on to {end.today}."
        )
    return f"The figures for {whose} end in {end.known}, before the event."


def span(frame: pl.DataFrame) -> tuple[int, int]:
    """First and last year of some rows.

    Raises:
        ValueError: there are none.
    """
    first, last = frame["period"].min(), frame["period"].max()
    if not isinstance(first, date) or not isinstance(last, date):
        raise ValueError("no rows, so no years")
    return first.year, last.year


def _last_year(rows: pl.DataFrame, area: str) -> int | None:
    last = rows.filter(pl.col("area") == area)["period"].max()
    return last.year if isinstance(last, date) else None


def ask(store: Store, query: YearlyQuery) -> YearlySeries:
    """The series that was asked for; economies without figures are named with the cause."""
    order = {code: place for place, code in enumerate(query.areas)}
    known = _edition(store, query, query.areas, query.source, query.known_on)
    known = known.sort(pl.col("area").replace_strict(order, return_dtype=pl.Int64), "period")
    window = [pl.col("period") >= query.start] if query.start is not None else []
    window += [pl.col("period") <= query.end] if query.end is not None else []
    frame = known.filter(*window) if window else known
    names = catalogue.names(store, list(query.areas))
    names = {code: names.get(code, code) for code in query.areas}
    today = known if query.known_on is None else _edition(store, query, query.areas, query.source, None)
    ends = {area: end.year for area, end in today.group_by("area").agg(pl.col("period").max()).iter_rows()}
    held = set(frame["area"])
    missing = [code for code in query.areas if code not in held]
    lacks = tuple(_lack(store, query, code, names[code], known, today) for code in missing)
    return YearlySeries(query, frame, known, MappingProxyType(names), lacks, MappingProxyType(ends))


def _edition(
    store: Store, query: YearlyQuery, areas: Sequence[str], source: str | None, known_on: date | None
) -> pl.DataFrame:
    """The rows of the edition as a whole, without forecasts and single dated estimates."""
    rows = macro.series(
        store,
        indicator=query.measure.indicator,
        areas=list(areas),
        source=source,
        frequency="A",
        known_on=known_on,
    )
    kind = pl.col("flag").fill_null("").str.split(";").list.first()
    estimate = (pl.col("flag") == MAY_BE_ESTIMATE).fill_null(value=False).alias("is_estimate")
    return rows.filter(~kind.is_in(list(DATED))).with_columns(estimate).select(list(COLUMNS))


def _lack(store: Store, query: YearlyQuery, area: str, name: str, known: pl.DataFrame, today: pl.DataFrame) -> Lack:
    """The cause, from the one nearest to the reader to the one that nobody can help."""
    told = f"{query.measure.noun} for {words.in_sentence(name)}"
    own, theirs = known.filter(pl.col("area") == area), today.filter(pl.col("area") == area)
    if not own.is_empty():
        first, last = span(own)
        text = f"The figures on {told} run from {first} to {last} and lie outside these years. Choose other years."
        return Lack(area, name, "window", text)
    given = set(_edition(store, query, [area], None, query.known_on)["source"])
    there = [f"the {SOURCE_WORDS[source]}" for source in query.others if source in given]
    whose = SOURCE_WORDS.get(query.source, query.source)
    if query.known_on is not None and not theirs.is_empty():
        since = macro.first_known(store, indicator=query.measure.indicator, area=area, source=query.source)
        begun = "" if since is None else f": the first vintage here is of {words.day(since)}"
        other = f", or the figures of {words.listing(there)}" if there else ""
        text = (
            f"The {whose}'s figures on {told} were not known to this store on {words.day(query.known_on)}{begun}. "
            f"Choose a later day{other}."
        )
        return Lack(area, name, "day", text)
    if there:
        does = "does" if len(there) == 1 else "do"
        text = f"The {whose} gives no {told} here, but {words.listing(there)} {does}. Choose the other source."
        return Lack(area, name, "source", text)
    if given:
        return Lack(area, name, "source", f"The {whose} gives no {told} here. Choose another country.")
    if query.known_on is not None and not _edition(store, query, [area], None, None).is_empty():
        return Lack(area, name, "day", _nobody_yet(store, query, area, told))
    return Lack(area, name, "nobody", f"No source in the store gives {told}. Choose another country.")


def _nobody_yet(store: Store, query: YearlyQuery, area: str, told: str) -> str:
    """No source had the figures on the day: the first one that had is told."""
    assert query.known_on is not None
    every = _edition(store, query, [area], None, None)["source"].unique().sort().to_list()
    begun = [macro.first_known(store, indicator=query.measure.indicator, area=area, source=name) for name in every]
    since = min((day for day in begun if day is not None), default=None)
    first = "" if since is None else f": the first vintage here is of {words.day(since)}"
    return f"No source here had given {told} by {words.day(query.known_on)}{first}. Choose a later day."


def lacking(
    lacks: Sequence[Lack], *, known_on: date | None = None, source: str = "", base: int | str = "that year"
) -> str:
    """A few words on economies that are not drawn, by cause, for the end of a note; empty when all are there."""
    by: dict[Cause, list[str]] = {}
    for lack in lacks:
        by.setdefault(lack.cause, []).append(words.in_sentence(lack.name))
    told = {
        "nobody": "No figures here for {who}.",
        "source": f"No figures of the {SOURCE_WORDS.get(source, source)} here for {{who}}.",
        "day": f"Not known yet on {'that day' if known_on is None else words.day(known_on)}: figures for {{who}}.",
        "window": "Figures for {who} lie outside these years.",
        "base": f"No figures in {base} for {{who}}, so nothing to compare with.",
    }
    return " ".join(told[cause].format(who=words.listing(who)) for cause, who in by.items())


def first_source(
    store: Store, measure: Measure, area: str, sources: Sequence[str], known_on: date | None
) -> YearlySeries:
    """The series of one economy from the first of some sources that had figures on the day; without rows and with the
    reason when none had."""
    for source in sources:
        found = ask(store, YearlyQuery(measure, (area,), source, known_on))
        if not found.is_empty:
            return found
    (lack,) = found.lacks
    query = found.query
    if lack.cause != "nobody" and known_on is not None:
        told = f"{measure.noun} for {words.in_sentence(lack.name)}"
        lack = replace(lack, cause="day", text=_nobody_yet(store, query, area, told))
    return replace(found, lacks=(lack,))
