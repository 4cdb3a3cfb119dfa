"""When the next figures of a series are due, from its last period and the source's usual delay. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

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
