"""How fresh each source is: the end of its last observed period, its newest vintage, and when the next one is due.

Ages are counted on the day on which the build was made, so that a build says the same whenever it is looked at. What is
overdue is decided where the command `tradewake status` decides it, in `pipelines.schema.schedule`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any, Final

import polars as pl
from polars._typing import PolarsDataType

from dashboard import words
from dashboard.queries import coverage
from pipelines.schema import schedule
from pipelines.store import Store

COLUMNS: Final[Mapping[str, PolarsDataType]] = {
    "source": pl.String,
    "name": pl.String,
    "publisher": pl.String,
    "frequency": pl.String,
    "first_period": pl.Date,
    "last_period": pl.Date,
    "last_day": pl.Date,
    "release": pl.String,
    "published": pl.Date,
    "published_precision": pl.String,
    "age_days": pl.Int64,
    "next_due": pl.Date,
    "state": pl.String,
    "next": pl.String,
    "rows": pl.Int64,
}

UP_TO_DATE, OVERDUE, ENDED, NO_SCHEDULE = "up to date", "overdue", "ended", "no schedule"
_LENGTH = {"M": 1, "Q": 3, "A": 12}


@dataclass(frozen=True, eq=False)
class Freshness:
    """A row a source (`COLUMNS`), the one that reaches furthest first; `built` is the day of the build.

    `left_out` counts sources that the reader's choice hides. `why_empty` says why there is none to show.
    """

    frame: pl.DataFrame
    built: date
    left_out: int = 0
    why_empty: str = ""

    @property
    def overdue(self) -> pl.DataFrame:
        """Sources that could have newer figures by their own schedules."""
        return self.frame.filter(pl.col("state") == OVERDUE)

    @property
    def ended(self) -> tuple[str, ...]:
        """Names of sources that publish no more."""
        return tuple(self.frame.filter(pl.col("state") == ENDED)["name"])

    @property
    def without_series(self) -> int:
        """Sources with vintages and no observed period of their own."""
        return int(self.frame["last_day"].null_count())

    @property
    def last_day(self) -> date:
        """The newest day that any source covers; of vintages where none has a period."""
        days = [day for day in (self.frame["last_day"].max(), self.frame["published"].max()) if isinstance(day, date)]
        return days[0]

    def of(self, source: str) -> dict[str, Any] | None:
        """The row of one source; None where it is not shown or has no observed period."""
        rows = self.frame.filter(pl.col("source") == source, pl.col("last_day").is_not_null())
        return None if rows.is_empty() else rows.row(0, named=True)

    def only_statistics(self) -> Freshness:
        """Without forecasters and lists that have no series of their own."""
        kept = self.frame.filter(pl.col("last_period").is_not_null())
        hidden = self.frame.height - kept.height
        why = "" if kept.height or self.why_empty else "No source here has a series of its own. Show all sources."
        return replace(self, frame=kept, left_out=hidden, why_empty=self.why_empty or why)


def study(store: Store) -> Freshness:
    """All sources that gave figures or vintages, with their ages on the day of the build."""
    return freshness_of(coverage.by_source(store), store.build.created.date())


def freshness_of(sources: pl.DataFrame, built: date) -> Freshness:
    """The ages of some sources: see `coverage.by_source`."""
    rows = [_aged(row, built) for row in sources.iter_rows(named=True)]
    frame = pl.DataFrame(rows, schema=dict(COLUMNS))
    held = frame.filter(pl.col("last_day").is_not_null() | pl.col("published").is_not_null())
    held = held.sort("last_day", "published", "source", descending=[True, True, False], nulls_last=True)
    why = "" if held.height else "The store names no source. A refresh (tradewake refresh --offline) builds it."
    return Freshness(held, built, why_empty=why)


def _aged(row: dict[str, Any], built: date) -> dict[str, Any]:
    last, often = row["last_period"], row["frequency"]
    ends = None if last is None else last_day_of(last, often)
    held = {name: row.get(name) for name in COLUMNS} | {"name": row["short_title"], "last_day": ends}
    if ends is None:
        return held | {"state": NO_SCHEDULE}
    stands = schedule.freshness(
        row["source"],
        row["rhythm"] or "",
        last_period=last,
        frequency=often,
        schedule_days=row["schedule_days"],
        seen=row["published"] or ends,
        is_list=row["is_list"],
        today=built,
    )
    ended = stands.words == schedule.STOPPED
    state = OVERDUE if stands.overdue else ENDED if ended else NO_SCHEDULE if stands.due is None else UP_TO_DATE
    return held | {"age_days": (built - ends).days, "next_due": stands.due, "state": state, "next": stands.words}


def last_day_of(period: date, frequency: str) -> date:
    """The last day of a period; of a daily figure its own."""
    months = _LENGTH.get(frequency, 0)
    if months == 0:
        return period
    index = period.year * 12 + period.month - 1 + months
    return date(index // 12, index % 12 + 1, 1) - timedelta(days=1)


def reach_words(row: Mapping[str, Any]) -> str:
    """How far a source's figures reach, as its rhythm counts: "30 Oct 2026", "Jul 2026", "2025", "vintages only"."""
    last = row["last_day"]
    if not isinstance(last, date):
        return "vintages only"
    return words.day(last) if row["frequency"] == "D" else words.period(last, row["frequency"])
