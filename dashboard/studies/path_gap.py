"""Real output against the path that it was on before an event: the trend of the years before, prolonged."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import polars as pl

from dashboard import words
from dashboard.analysis.errors import AnalysisError
from dashboard.analysis.impact import path_gap as measure
from dashboard.studies import output, yearly
from dashboard.studies.growth import Compared
from dashboard.studies.output import ROWS, Levels, Made
from pipelines.store import Store

COLUMNS = ("area", "period", "level_index", "path_index", "gap_pct", *ROWS)


@dataclass(frozen=True, eq=False)
class PathGap:
    """One economy's level and path (100 is the last year before the event) and the gap in percent of the path.

    `frame` holds `COLUMNS`, a row a year from the first year of the trend on; a year without a figure has none.
    `trend_years` are the years with a figure through which the path is drawn, `trend_pct` its growth a year and
    `miss_pct` how far it missed them on average. `why_empty` says why there is no gap.
    """

    frame: pl.DataFrame
    levels: Levels
    target: str
    event: date
    trend_years: tuple[int, ...] = ()
    trend_pct: float = 0.0
    miss_pct: float = 0.0
    why_empty: str = ""

    @property
    def name(self) -> str:
        """The economy's plain name."""
        return self.levels.series.names[self.target]

    @property
    def base(self) -> int:
        """The year that is 100."""
        return self.event.year - 1

    @property
    def unit(self) -> str:
        """Of level and path; the gap is in percent."""
        return f"index, {self.base} = 100"

    @property
    def releases(self) -> tuple[str, ...]:
        """The editions on which the drawn levels rest."""
        return self.levels.releases(self.frame)

    @property
    def years(self) -> tuple[int, int]:
        """First and last year with a figure."""
        return yearly.span(self.frame)

    @property
    def before(self) -> pl.DataFrame:
        """The years of the trend."""
        return self.frame.filter(pl.col("period").dt.year() < self.event.year)

    @property
    def after(self) -> pl.DataFrame:
        """The event's year and those after it."""
        return self.frame.filter(pl.col("period").dt.year() >= self.event.year)

    @property
    def nothing_after(self) -> str:
        """Why no year from the event on has a figure: the day, or that there is none yet. Empty when one has."""
        if not self.after.is_empty():
            return ""
        end = self.levels.series.end_of(self.target)
        known_on = self.levels.series.query.known_on
        if known_on is not None and end.today is not None and end.today >= self.event.year:
            return (
                f"As known on {words.day(known_on)} there was no figure for {words.in_sentence(self.name)} from the "
                f"event on; those of today go on to {end.today}."
            )
        return f"There is no figure for {words.in_sentence(self.name)} from the event on yet."

    def every_year(self) -> list[tuple[int, float | None, float, float | None]]:
        """Year, level, path and gap for every year between the first and the last; the path is known in all."""
        held: Mapping[int, dict[str, float]] = {row["period"].year: row for row in self.frame.iter_rows(named=True)}
        first, last = self.years
        origin = held[first]["path_index"]
        found: list[tuple[int, float | None, float, float | None]] = []
        for year in range(first, last + 1):
            row = held.get(year)
            path = origin * (1 + self.trend_pct / 100) ** (year - first)
            found.append((year, row and row["level_index"], path, row and row["gap_pct"]))  # type: ignore[arg-type]
        return found


def study(
    store: Store, target: str, made: Made, *, event: date, trend_years: int, known_on: date | None = None
) -> PathGap:
    """The gap of one economy to the path of the years before the event."""
    return gap_of(output.levels(store, Compared((target,)), made, event=event, known_on=known_on), event, trend_years)


def gap_of(levels: Levels, event: date, trend_years: int) -> PathGap:
    """The gap of the levels' first economy to its path."""
    target = levels.series.query.areas[0]
    empty = pl.DataFrame(schema={"area": pl.String, "period": pl.Date} | dict.fromkeys(COLUMNS[2:5], pl.Float64))
    if levels.why_empty:
        return PathGap(empty, levels, target, event, why_empty=levels.why_empty)
    own = levels.frame.filter(pl.col("area") == target)
    try:
        found = measure(own.select("period", "value"), event.year, trend_years, by=())
    except AnalysisError as error:
        why = f"{error} Choose another event or another number of years."
        return PathGap(empty, levels, target, event, why_empty=why)
    frame = (
        found.rename({"index": "level_index", "gap_percent": "gap_pct"})
        .with_columns(pl.lit(target).alias("area"))
        .join(own.select("period", *ROWS), on="period", maintain_order="left")
        .select(list(COLUMNS))
    )
    trend_pct, miss_pct = (found[name].unique().item() for name in ("trend_percent", "fit_percent"))
    trend = tuple(year for year in found["period"].dt.year() if year < event.year)
    return PathGap(frame, levels, target, event, trend, trend_pct, miss_pct)
