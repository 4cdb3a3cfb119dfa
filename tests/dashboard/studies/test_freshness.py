"""How fresh sources are, on a table of sources made by hand."""

from __future__ import annotations

from datetime import date
from typing import Any

import polars as pl
import pytest

from dashboard.queries import coverage
from dashboard.studies import freshness
from dashboard.studies.freshness import Freshness, last_day_of, reach_words
from pipelines.schema.schedule import last_observations
from pipelines.store import Store

BUILT = date(2026, 11, 28)
SCHEMA = {
    "source": pl.String, "short_title": pl.String, "publisher": pl.String, "rhythm": pl.String, "frequency": pl.String,
    "first_period": pl.Date, "last_period": pl.Date, "rows": pl.Int64, "release": pl.String, "published": pl.Date,
    "published_precision": pl.String, "schedule_days": pl.Int64, "is_list": pl.Boolean,
}  # fmt: skip


def source(name: str, last: date | None, often: str | None = "M", **more: Any) -> dict[str, Any]:
    """A row of `coverage.by_source`."""
    return {
        "source": name, "short_title": name.title(), "publisher": f"Office {name}", "rhythm": "monthly",
        "frequency": often, "first_period": last, "last_period": last, "rows": 1, "release": f"{name}-1",
        "published": date(2026, 10, 1), "published_precision": "day", "schedule_days": 35, "is_list": False,
    } | more  # fmt: skip


def _of(*rows: dict[str, Any]) -> Freshness:
    return freshness.freshness_of(pl.DataFrame(rows, schema=SCHEMA), BUILT)


def test_states_are_those_of_the_schedule() -> None:
    found = _of(
        source("late", date(2026, 7, 1)),
        source("fresh", date(2026, 10, 1)),
        source("gone", date(2021, 12, 1), rhythm="monthly, stopped after December 2021"),
        source("talker", None, None),
        source("names", date(2026, 3, 1), is_list=True, rhythm="daily", published=date(2026, 11, 27)),
        source("imf_weo", date(2024, 1, 1), "A", published=date(2026, 1, 19)),
    )
    assert dict(found.frame.select("source", "state").iter_rows()) == {
        "late": "overdue", "fresh": "up to date", "gone": "ended", "talker": "no schedule", "names": "up to date",
        "imf_weo": "overdue",
    }  # fmt: skip
    told = dict(found.frame.select("source", "next").iter_rows())
    assert told["late"] == "overdue since 5 Oct 2026"
    assert told["imf_weo"] == "the edition of October 2026 is out"
    assert (found.ended, found.overdue["name"].to_list()) == (("Gone",), ["Late", "Imf_Weo"])


def test_the_furthest_reach_stands_first_and_age_is_counted_on_the_day_of_the_build() -> None:
    found = _of(source("old", date(2026, 1, 1)), source("bare", None, None), source("new", date(2026, 7, 1)))
    assert found.frame["source"].to_list() == ["new", "old", "bare"]
    assert found.frame["age_days"].to_list() == [120, 301, None]
    assert (found.last_day, found.without_series) == (date(2026, 7, 31), 1)


def test_the_readers_choice_is_named_when_it_leaves_nothing() -> None:
    found = _of(source("bare", None, None)).only_statistics()
    assert found.why_empty == "No source here has a series of its own. Show all sources."
    kept = _of(source("bare", None, None), source("new", date(2026, 7, 1))).only_statistics()
    assert (kept.left_out, kept.why_empty, kept.frame["source"].to_list()) == (1, "", ["new"])
    nothing = _of()
    assert nothing.why_empty == nothing.only_statistics().why_empty != ""
    assert "tradewake refresh" in nothing.why_empty


@pytest.mark.parametrize(
    ("often", "last", "text"),
    [
        ("D", date(2026, 8, 23), "23 Aug 2026"), ("M", date(2026, 7, 31), "Jul 2026"),
        ("Q", date(2026, 9, 30), "Q3 2026"),
        ("A", date(2025, 12, 31), "2025"), (None, None, "vintages only"),
    ],
)  # fmt: skip
def test_reach_in_words(often: str | None, last: date | None, text: str) -> None:
    assert reach_words({"last_day": last, "frequency": often}) == text


def test_last_days_of_periods() -> None:
    assert last_day_of(date(2024, 2, 1), "M") == date(2024, 2, 29)
    assert last_day_of(date(2026, 10, 1), "Q") == date(2026, 12, 31)
    assert last_day_of(date(2025, 1, 1), "A") == date(2025, 12, 31)
    assert last_day_of(date(2025, 5, 9), "D") == date(2025, 5, 9)


def test_a_source_by_its_name_where_it_has_a_series() -> None:
    found = _of(source("bare", None, None), source("new", date(2026, 7, 1), rows=5), source("old", date(2025, 7, 1)))
    (new, old) = (found.of(name) for name in ("new", "old"))
    assert new is not None and old is not None
    assert (new["rows"], new["last_day"], old["last_day"]) == (5, date(2026, 7, 31), date(2025, 7, 31))
    assert (found.of("bare"), found.of("other")) == (None, None)
    assert (found.left_out, found.why_empty, found.built) == (0, "", BUILT)


def test_of_vintages_alone_the_newest_day_is_that_of_publication() -> None:
    bare = _of(source("bare", None, None), source("other", None, None, published=date(2026, 11, 2)))
    assert (bare.last_day, bare.without_series) == (date(2026, 11, 2), 2)
    assert bare.frame["source"].to_list() == ["other", "bare"]
    assert _of(source("never", None, None, published=None)).frame.is_empty()


def test_years_turn() -> None:
    assert last_day_of(date(2025, 12, 1), "M") == date(2025, 12, 31)
    assert last_day_of(date(2025, 11, 1), "M") == date(2025, 11, 30)
    assert last_day_of(date(2025, 1, 1), "Q") == date(2025, 3, 31)


def test_the_command_and_the_page_count_the_same_periods(store: Store) -> None:
    """`tradewake status` read single estimates as observations, and called forecasters overdue."""
    names = ("trade_flow", "macro", "listing_count", "partner_share", "release")
    status = last_observations({name: store.table(name) for name in names})
    page = coverage.by_source(store).filter(pl.col("rows") > 0)
    told = dict(status.select("source", "last_observation").iter_rows())
    assert told == dict(page.filter(pl.col("source").is_in(list(told))).select("source", "last_period").iter_rows())
    assert [told[name] for name in ("worldbank_gep", "ukrstat", "minecon_ukraine")] == [None] * 3
    assert told["imf_weo"] == date(2024, 1, 1)
    assert dict(status.select("source", "release").iter_rows())["worldbank_gep"] == "worldbank_gep-2025-10"
