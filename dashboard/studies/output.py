"""Real output as a level: chained from growth rates or in constant dollars, as an index of the year before an event.

    index_y = 100 · L_y / L_(event year − 1)

The two ways to make a level are two editions and never stand in one line. A level rests on every rate between its year
and the base, so its editions are those of all these rates.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

import polars as pl

from dashboard import words
from dashboard.analysis.chain import chain_levels
from dashboard.analysis.errors import AnalysisError
from dashboard.analysis.impact import index_before_event
from dashboard.studies import yearly
from dashboard.studies.growth import Compared
from dashboard.studies.yearly import CONSTANT, GROWTH, Lack, YearlyQuery, YearlySeries
from pipelines.store import Store

Made = Literal["chained", "constant"]
"""chained: from growth rates of the newest edition; constant: constant 2015 US dollars of an earlier edition."""

SOURCE = "worldbank"
ROWS = ("is_estimate", "flag", "source", "release", "known_from")
"""What a level takes over from the figure of its year; the year before the first rate has a level and no figure."""


@dataclass(frozen=True, eq=False)
class Levels:
    """Real levels of some economies over all known years: `frame` has area, period, value and the columns of `ROWS`.

    `why_empty` says in a sentence why the target has none.
    """

    frame: pl.DataFrame
    series: YearlySeries
    made: Made
    base: int
    why_empty: str = ""

    @property
    def prices(self) -> str:
        """The price basis in words."""
        return GROWTH.prices if self.made == "chained" else CONSTANT.prices

    def releases(self, frame: pl.DataFrame) -> tuple[str, ...]:
        """The editions on which some levels rest: their own figures, and every rate between their years and the base.

        The base alone is 100 by definition: it names the edition to which it belongs.
        """
        own = frame["release"].drop_nulls()
        if self.made == "chained":
            reach = self.series.known.join(_reach(frame, self.base), on="area")
            year = pl.col("period").dt.year()
            rests = reach.filter(year >= pl.col("first"), year <= pl.col("last"))
            own = pl.concat([own, (rests if rests.height or len(own) else reach)["release"].drop_nulls()])
        return tuple(own.unique().sort())


def _reach(frame: pl.DataFrame, base: int) -> pl.DataFrame:
    """Per economy the years whose rates carry the drawn levels to the base and from it."""
    year = pl.col("period").dt.year()
    return frame.group_by("area").agg(
        pl.min_horizontal(year.min() + 1, pl.lit(base + 1)).alias("first"),
        pl.max_horizontal(year.max(), pl.lit(base)).alias("last"),
    )


def levels(store: Store, who: Compared, made: Made, *, event: date, known_on: date | None = None) -> Levels:
    """Levels of targets and peers, from one edition of the World Bank's indicators.

    A chain ends where a year is missing; economies whose chain does not reach the year before the event have none.
    """
    base = event.year - 1
    measure = GROWTH if made == "chained" else CONSTANT
    series = yearly.ask(store, YearlyQuery(measure, who.all, SOURCE, known_on))
    none = series.known.select("area", "period", "value", *ROWS).clear()
    if series.why_empty:
        return Levels(none, series, made, base, series.why_empty)
    if made == "constant":
        return Levels(series.known.select("area", "period", "value", *ROWS), series, made, base)
    try:
        chained = chain_levels(series.known.select("area", "period", "value"), base)
    except AnalysisError as error:
        return Levels(none, series, made, base, f"{error} {_reaches(series, who.target)}Choose another event.")
    rows = series.known.select("area", "period", *ROWS)
    frame = chained.join(rows, on=["area", "period"], how="left", maintain_order="left")
    return Levels(frame.with_columns(pl.col("is_estimate").fill_null(value=False)), series, made, base)


def _reaches(series: YearlySeries, area: str) -> str:
    """Which years the figures have, as known on the day: "As known on 1 Jan 2026 … run from 1990 to 2024. "."""
    rows = series.known.filter(pl.col("area") == area)
    if rows.is_empty():
        return ""
    first, last = yearly.span(rows)
    when = "" if series.query.known_on is None else f" known on {words.day(series.query.known_on)}"
    return f"The figures for {words.in_sentence(series.names[area])}{when} run from {first} to {last}. "


@dataclass(frozen=True, eq=False)
class OutputIndex:
    """Drawn levels, 100 in the year before the event: area, period, index and the columns of `ROWS`, by economy in
    the order asked for and by year. `lacks` names who is not drawn, with the cause."""

    frame: pl.DataFrame
    levels: Levels
    who: Compared
    event: date
    lacks: tuple[Lack, ...] = ()
    why_empty: str = ""

    @property
    def names(self) -> Mapping[str, str]:
        """Plain names by code."""
        return self.levels.series.names

    @property
    def base(self) -> int:
        """The year that is 100."""
        return self.levels.base

    @property
    def unit(self) -> str:
        """ "index, 2021 = 100"."""
        return f"index, {self.base} = 100"

    @property
    def releases(self) -> tuple[str, ...]:
        """The editions on which the drawn levels rest."""
        return self.levels.releases(self.frame)

    @property
    def drawn(self) -> Compared:
        """Who is drawn."""
        return self.who.among(set(self.frame["area"]))

    @property
    def last_observation(self) -> str:
        """The last drawn year in words."""
        return str(self.years[1])

    @property
    def years(self) -> tuple[int, int]:
        """First and last drawn year."""
        return yearly.span(self.frame)

    @property
    def stops_before(self) -> str:
        """A sentence when the target's drawn levels end before the event, with the cause; empty otherwise."""
        end = self.levels.series.end_of(self.who.target)
        drawn = yearly.End(self.last_of(self.who.target)[0], end.known, end.today)
        name = self.names[self.who.target]
        return yearly.stops_before(drawn, self.event, name, self.levels.series.query.known_on)

    def last_of(self, area: str) -> tuple[int, float]:
        """Last drawn year of one economy, and its index."""
        mine = self.of(area)
        return max(mine), mine[max(mine)]

    def of(self, area: str) -> dict[int, float]:
        """Drawn index of one economy by year."""
        rows = self.frame.filter(pl.col("area") == area)
        return dict(zip(rows["period"].dt.year(), rows["index"], strict=True))


def since(
    store: Store,
    who: Compared,
    made: Made,
    *,
    event: date,
    known_on: date | None = None,
    start: date | None = None,
    end: date | None = None,
) -> OutputIndex:
    """Levels as an index since before the event, cut to the reader's years."""
    return index_of(levels(store, who, made, event=event, known_on=known_on), who, event=event, start=start, end=end)


def index_of(
    held: Levels, who: Compared, *, event: date, start: date | None = None, end: date | None = None
) -> OutputIndex:
    """The index of some levels. Who has no level in the base year or none in these years is named, with the cause."""
    empty = held.frame.with_columns(pl.lit(None, dtype=pl.Float64).alias("index")).drop("value").clear()
    if held.why_empty:
        return OutputIndex(empty, held, who, event, held.series.lacks, held.why_empty)
    try:
        indexed = index_before_event(held.frame, event.year).drop("value")
    except AnalysisError as error:
        why = f"{error} {_reaches(held.series, who.target)}Choose another event or the other way to make the level."
        return OutputIndex(empty, held, who, event, held.series.lacks, why)
    order = {code: place for place, code in enumerate(who.all)}
    window = [pl.col("period") >= start] if start is not None else []
    window += [pl.col("period") <= end] if end is not None else []
    place = pl.col("area").replace_strict(order, return_dtype=pl.Int64)
    shown = indexed.filter(*window).sort(place, "period") if window else indexed.sort(place, "period")
    shown = shown.select("area", "period", "index", *ROWS)
    lacks = [*held.series.lacks, *_not_drawn(held, indexed, shown, who)]
    why = next((lack.text for lack in lacks if lack.area == who.target), "")
    return OutputIndex(shown if not why else empty, held, who, event, tuple(lacks), why)


def _not_drawn(held: Levels, indexed: pl.DataFrame, shown: pl.DataFrame, who: Compared) -> list[Lack]:
    """Economies with figures but without a drawn level: none in the base year, or none in the reader's years."""
    gone = {lack.area for lack in held.series.lacks} | set(shown["area"])
    found = []
    for code in (one for one in who.all if one not in gone):
        name = held.series.names.get(code, code)
        mine = indexed.filter(pl.col("area") == code)
        if mine.is_empty():
            text = (
                f"{name} has no level for {held.base}, the year before the event. {_reaches(held.series, code)}"
                "Choose another event or the other way to make the level."
            )
            found.append(Lack(code, name, "base", text))
            continue
        first, last = yearly.span(mine)
        whose = words.in_sentence(name)
        text = f"The levels of {whose} run from {first} to {last} and lie outside these years. Choose other years."
        found.append(Lack(code, name, "window", text))
    return found
