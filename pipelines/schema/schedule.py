"""What a source last gave, and when its next figures are due. Pure, on frames."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

import polars as pl

from pipelines.schema.terms import Frequency

_MONTHS = {Frequency.MONTH: 1, Frequency.QUARTER: 3, Frequency.YEAR: 12}


@dataclass(frozen=True)
class NextRelease:
    """The next period of a series (its first day), and the day on which it is usually out."""

    period: date
    due: date

    def words(self, today: date) -> str:
        """`due 5 Dec 2026` or `overdue since 5 Nov 2026`, in the words a reader sees."""
        day = f"{self.due.day} {self.due:%b %Y}"
        return f"overdue since {day}" if self.due < today else f"due {day}"


def next_release(last_period: date, frequency: str, schedule_days: int | None) -> NextRelease | None:
    """When the period after `last_period` is due: its last day plus the source's usual delay.

    Args:
        last_period: first day of the last observed period.
        frequency: M, Q or A; of a daily series nothing is expected.
        schedule_days: usual days from the end of a period to its release; None when there is no schedule.
    """
    if schedule_days is None or frequency not in list(_MONTHS):
        return None
    step = _MONTHS[Frequency(frequency)]
    following = _shifted(last_period, step)
    return NextRelease(following, _shifted(following, step) - timedelta(days=1) + timedelta(days=schedule_days))


def _shifted(day: date, months: int) -> date:
    years, month = divmod(day.month - 1 + months, 12)
    return date(day.year + years, month + 1, 1)


def last_observations(tables: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """The last observed period of each source, and the release it came with; forecasts are no observations.

    Args:
        tables: trade_flow, macro, listing_count, partner_share and release.

    Returns:
        source, last_observation, frequency, release, published, retrieved, origin; one row a source, by source.
    """
    parts = [
        tables["trade_flow"],
        tables["macro"].filter(~pl.col("is_forecast")),
        tables["listing_count"],
        tables["partner_share"].with_columns(frequency=pl.lit(Frequency.YEAR.value)),
    ]
    columns = ["source", "period", "frequency", "release", "known_from"]
    order = pl.col("period", "known_from", "frequency")
    last = pl.concat([part.select(columns) for part in parts]).sort(order).group_by("source").last()
    facts = tables["release"].select("release", "published", "retrieved", "origin")
    return (
        last.join(facts, on="release", how="left")
        .rename({"period": "last_observation"})
        .drop("known_from")
        .sort("source")
    )
