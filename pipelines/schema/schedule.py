"""What a source last gave, and when its next figures are due. Pure, on frames."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

import polars as pl

from pipelines.schema.terms import Frequency

EDITIONS: Mapping[str, tuple[int, ...]] = {"imf_weo": (4, 10)}
"""Sources that publish editions, with the months in which they come out."""

LIST_DAYS: Mapping[str, int] = {
    "daily": 3,
    "several times a week": 7,
    "several times a month": 14,
    "several times a year": 31,
}
"""How old the last look at a list may be, by how often the list changes."""

SINGLE_ESTIMATES = ("first_estimate", "revised")
"""Flags of figures that a forecaster dates apart from its series: they are no observed period of the source."""

STOPPED = "publication stopped"
"""What is said of a source that publishes no more."""

_MONTHS = {Frequency.MONTH: 1, Frequency.QUARTER: 3, Frequency.YEAR: 12}


@dataclass(frozen=True)
class NextRelease:
    """The next period of a series (its first day), and the day on which it is usually out."""

    period: date
    due: date

    def words(self, today: date) -> str:
        """`due 5 Dec 2026` or `overdue since 5 Nov 2026`, in the words a reader sees."""
        return f"overdue since {_day(self.due)}" if self.due < today else f"due {_day(self.due)}"


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


@dataclass(frozen=True)
class Freshness:
    """Whether newer figures than those held are to be had; `due` is the day from which they are, None without one."""

    due: date | None
    overdue: bool
    words: str


def freshness(
    source: str,
    often: str,
    *,
    last_period: date,
    frequency: str,
    schedule_days: int | None,
    seen: date,
    is_list: bool,
    today: date,
) -> Freshness:
    """How a source stands against its release calendar.

    A list of names is stale once nobody looked at it for longer than `LIST_DAYS`; a source with editions once an
    edition is out that is newer than what is held; anything else once the next period is out by `next_release`.

    Args:
        source: the source.
        often: how often it publishes, as the list of sources words it.
        last_period: first day of the last observed period.
        frequency: that of the period: M, Q, A or D.
        schedule_days: usual days from the end of a period to its release.
        seen: the day of the newest figures that are held: of the last fetch, else of publication.
        is_list: whether it is a list of names.
        today: the day on which it is asked.
    """
    if "stopped" in often:
        return Freshness(None, False, STOPPED)
    if source in EDITIONS:
        return _edition(EDITIONS[source], seen, today)
    if is_list and often in LIST_DAYS:
        due = seen + timedelta(days=LIST_DAYS[often])
        changes = f"the list changes {often}"
        words = f"not looked at since {_day(seen)}; {changes}" if due < today else f"due {_day(due)}; {changes}"
        return Freshness(due, due < today, words)
    next_one = next_release(last_period, frequency, schedule_days)
    if next_one is None:
        return Freshness(None, False, "no fixed day")
    return Freshness(next_one.due, next_one.due < today, next_one.words(today))


def _edition(months: tuple[int, ...], seen: date, today: date) -> Freshness:
    # An edition may come out on any day of its month, so it is expected by the last one.
    starts = [date(year, month, 1) for year in (seen.year, seen.year + 1) for month in months]
    following = next(start for start in starts if start > date(seen.year, seen.month, 1))
    due = _shifted(following, 1) - timedelta(days=1)
    newest = max(
        date(year, month, 1)
        for year in (today.year - 1, today.year)
        for month in months
        if _shifted(date(year, month, 1), 1) <= today
    )
    if due < today:
        return Freshness(due, True, f"the edition of {newest:%B %Y} is out")
    return Freshness(due, False, f"the edition of {following:%B %Y} is due by {_day(due)}")


def _day(day: date) -> str:
    return f"{day.day} {day:%b %Y}"


def _shifted(day: date, months: int) -> date:
    years, month = divmod(day.month - 1 + months, 12)
    return date(day.year + years, month + 1, 1)


def last_observations(tables: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """The last observed period of each source, and the release it came with.

    Forecasts, single dated estimates and figures that no longer stand are no observations; the page on freshness counts
    the same. A source that has none has its newest release and no period.

    Args:
        tables: trade_flow, macro, listing_count, partner_share and release.

    Returns:
        source, last_observation, frequency, release, published, retrieved, origin; one row a source, by source.
    """
    stands = pl.col("known_to").is_null()
    single = pl.col("flag").str.split(";").list.first().is_in(SINGLE_ESTIMATES).fill_null(value=False)
    macro = tables["macro"]
    parts = [
        tables["trade_flow"].filter(stands),
        macro.filter(stands, ~pl.col("is_forecast"), ~single),
        tables["listing_count"],
        tables["partner_share"].with_columns(frequency=pl.lit(Frequency.YEAR.value)),
    ]
    columns = ["source", "period", "frequency", "release", "known_from"]
    order = pl.col("period", "known_from", "frequency")
    last = pl.concat([part.select(columns) for part in parts]).sort(order).group_by("source").last()
    releases = tables["release"].select("source", "release", "published", "retrieved", "origin")
    held = last.join(releases.drop("source"), on="release", how="left").rename({"period": "last_observation"})
    figures = {name for part in [*parts, macro] for name in part["source"].unique()}
    without = releases.filter(pl.col("source").is_in(figures), ~pl.col("source").is_in(last["source"].implode()))
    without = without.sort("published", "release").group_by("source").last()
    return pl.concat([held.drop("known_from"), without], how="diagonal").sort("source")
