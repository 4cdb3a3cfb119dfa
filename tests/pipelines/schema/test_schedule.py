from __future__ import annotations

from datetime import date

import pytest

from pipelines.schema.schedule import last_observations, next_release
from pipelines.store import Store


@pytest.mark.parametrize(
    ("last", "frequency", "days", "period", "due"),
    [
        # FT-900: July 2026 was out; August ends on the 31st and comes about 35 days later.
        (date(2026, 7, 1), "M", 35, date(2026, 8, 1), date(2026, 10, 5)),
        (date(2026, 12, 1), "M", 35, date(2027, 1, 1), date(2027, 3, 7)),
        (date(2026, 4, 1), "Q", 45, date(2026, 7, 1), date(2026, 11, 14)),
        (date(2024, 1, 1), "A", 150, date(2025, 1, 1), date(2026, 5, 30)),
    ],
)
def test_the_next_period_is_due_after_its_end(last: date, frequency: str, days: int, period: date, due: date) -> None:
    found = next_release(last, frequency, days)
    assert found is not None
    assert (found.period, found.due) == (period, due)


def test_words_say_due_or_overdue() -> None:
    found = next_release(date(2026, 7, 1), "M", 35)
    assert found is not None
    assert found.words(date(2026, 10, 5)) == "due 5 Oct 2026"
    assert found.words(date(2026, 11, 22)) == "overdue since 5 Oct 2026"


def test_without_a_schedule_nothing_is_expected() -> None:
    assert next_release(date(2026, 7, 1), "M", None) is None
    assert next_release(date(2026, 7, 1), "D", 1) is None


def test_last_observations_of_the_real_store(store: Store) -> None:
    names = ("trade_flow", "macro", "listing_count", "partner_share", "release")
    rows = last_observations({name: store.table(name) for name in names})
    found = dict(zip(rows["source"], rows["last_observation"], strict=True))
    assert found["census"] == date(2026, 7, 1)
    assert found["fcs_russia"] == date(2021, 12, 1)
    assert rows["source"].is_sorted()
    assert rows["published"].null_count() == 0
