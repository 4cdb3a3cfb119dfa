"""Main partners as the yearbook prints them."""

from __future__ import annotations

from datetime import date

from dashboard.queries import shares
from pipelines.store import Store


def test_three_partners_by_direction_and_year(store: Store) -> None:
    rows = shares.main_partners(store, area="IRN")
    assert rows["period"].dt.year().unique().sort().to_list() == [2015, 2020, 2024]
    assert rows.group_by("period", "direction").len()["len"].to_list() == [3] * 6
    china = rows.filter(period=date(2024, 1, 1), direction="export", partner="CHN")
    assert china.select("rank", "name", "share_pct").row(0) == (1, "China", 27.7)


def test_nothing_before_it_was_published(store: Store) -> None:
    assert shares.main_partners(store, area="IRN", known_on=date(2020, 1, 1)).is_empty()
