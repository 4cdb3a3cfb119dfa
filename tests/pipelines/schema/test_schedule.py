from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import polars as pl
import pytest

from pipelines.schema.schedule import Freshness, freshness, last_observations, next_release
from pipelines.store import Store

WITHDRAWN = {"known_to": pl.Date}


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


def test_a_figure_that_was_withdrawn_is_no_last_observation() -> None:
    def rows(*days: tuple[date, date | None]) -> pl.DataFrame:
        facts = {"source": "census", "frequency": "M", "release": "c", "known_from": date(2024, 3, 31)}
        return pl.DataFrame([facts | {"period": day, "known_to": end} for day, end in days], schema_overrides=WITHDRAWN)

    trade = rows((date(2024, 1, 1), None), (date(2024, 2, 1), date(2024, 5, 1)))
    none = trade.clear()
    held = {"is_forecast": pl.lit(False), "flag": pl.lit(None, dtype=pl.String)}
    release = pl.DataFrame(
        {"source": ["census"], "release": ["c"], "published": [None], "retrieved": [None], "origin": ["census"]}
    )
    tables = {"trade_flow": trade, "macro": none.with_columns(**held), "listing_count": none}
    found = last_observations(tables | {"partner_share": none.drop("frequency"), "release": release})
    assert found["last_observation"].to_list() == [date(2024, 1, 1)]
    macro = trade.with_columns(source=pl.lit("worldbank"), **held)
    found = last_observations(tables | {"macro": macro, "partner_share": none.drop("frequency"), "release": release})
    assert found["last_observation"].to_list() == [date(2024, 1, 1)] * 2
    single = macro.with_columns(flag=pl.lit("first_estimate;other"))
    found = last_observations(tables | {"macro": single, "partner_share": none.drop("frequency"), "release": release})
    assert found["source"].to_list() == ["census"], "a single dated estimate is no observation"


def _state(source: str, often: str, seen: date, today: date, **facts: Any) -> Freshness:
    given = {"last_period": date(2026, 7, 1), "frequency": "M", "schedule_days": 35, "is_list": False} | facts
    return freshness(source, often, seen=seen, today=today, **given)


def test_an_edition_is_expected_in_its_months_and_not_between_them() -> None:
    october = date(2025, 10, 14)
    early = _state("imf_weo", "four times a year", october, date(2026, 4, 30))
    assert (early.overdue, early.words) == (False, "the edition of April 2026 is due by 30 Apr 2026")
    late = _state("imf_weo", "four times a year", october, date(2026, 5, 1))
    assert (late.overdue, late.words, late.due) == (True, "the edition of April 2026 is out", date(2026, 4, 30))
    two_later = _state("imf_weo", "four times a year", october, date(2026, 11, 22))
    assert two_later.words == "the edition of October 2026 is out"


def test_an_edition_that_is_held_since_its_month_is_not_expected_again() -> None:
    held = _state("imf_weo", "four times a year", date(2026, 10, 20), date(2026, 11, 22))
    assert (held.overdue, held.words) == (False, "the edition of April 2027 is due by 30 Apr 2027")


@pytest.mark.parametrize(("often", "days"), [("daily", 3), ("several times a week", 7), ("several times a month", 14)])
def test_a_list_is_stale_the_day_after_its_time_is_over(often: str, days: int) -> None:
    seen = date(2026, 11, 1)
    assert not _state("ofac", often, seen, seen + timedelta(days=days), is_list=True).overdue
    assert _state("ofac", often, seen, seen + timedelta(days=days + 1), is_list=True).overdue


def test_monthly_means_of_daily_rates_go_by_the_month_not_by_the_last_look() -> None:
    rates = {"last_period": date(2026, 10, 1), "schedule_days": 1}
    assert not _state("ecb_fx", "daily", date(2026, 11, 1), date(2026, 11, 22), **rates).overdue
    assert _state("ecb_fx", "daily", date(2026, 11, 1), date(2026, 12, 2), **rates).overdue


def test_who_stopped_or_has_no_calendar_is_never_overdue() -> None:
    stopped = _state("fcs_russia", "monthly, stopped after December 2021", date(2022, 2, 28), date(2026, 11, 22))
    assert (stopped.overdue, stopped.words) == (False, "publication stopped")
    free = _state("events", "irregular", date(2020, 1, 1), date(2026, 11, 22), frequency="D")
    assert (free.overdue, free.words) == (False, "no fixed day")
