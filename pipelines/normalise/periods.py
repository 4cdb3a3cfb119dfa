"""Periods as text, and windows of them."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import UTC, date, datetime

from pipelines.errors import UsageError

_FORM = re.compile(r"^(?P<year>\d{4})(?:-(?:(?P<month>\d{2})|[Qq](?P<quarter>[1-4])))?$")
_FIRST_YEAR = 1900
_LAST_YEAR = 2100


@dataclass(frozen=True)
class Window:
    """Which periods to ask a source for.

    `since` is the first day of the first period that the maintainer asks for; None leaves it to the source. `today`
    is the day of the refresh. `latest_period` is the last one that this source's own refreshes gave so far,
    `last_asked` the day of the last of them; both None when there was none. `keyed` says whether the source's key is
    set.
    """

    since: date | None = None
    today: date = field(default_factory=lambda: datetime.now(UTC).date())
    latest_period: date | None = None
    last_asked: date | None = None
    keyed: bool = False


def months_before(day: date, months: int) -> date:
    """First day of the month that many months earlier; a negative number goes forward."""
    years, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    return date(years, month + 1, 1)


def months(first: date, last: date) -> list[date]:
    """First days of the months from one to another, both included."""
    count = (last.year - first.year) * 12 + last.month - first.month + 1
    return [months_before(first, -step) for step in range(max(count, 0))]


def parse_period(text: str) -> date:
    """First day of the period that `2022`, `2022-03` or `2022-Q1` names.

    Raises:
        UsageError: the text names no year, month or quarter.
    """
    match = _FORM.match(text.strip())
    if match is not None and _FIRST_YEAR <= int(match["year"]) <= _LAST_YEAR:
        year = int(match["year"])
        if match["quarter"] is not None:
            return date(year, 3 * int(match["quarter"]) - 2, 1)
        month = 1 if match["month"] is None else int(match["month"])
        if 1 <= month <= 12:
            return date(year, month, 1)
    raise UsageError(f"{text!r} is not a period. Write a year, a month or a quarter: 2022, 2022-03 or 2022-Q1.")
