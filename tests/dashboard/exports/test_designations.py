"""`tradewake data designations` and `listings`: names and counts, one programme at a time."""

from __future__ import annotations

from datetime import date

import pytest

from dashboard.answers import lists as answers
from pipelines.errors import UsageError
from pipelines.store import Store
from tests.dashboard.refreshed import FETCHED


def _names(store: Store, **more: object) -> object:
    asked: dict[str, object] = {"target": "RUS", "name": "UN Security Council", "programme": None, "known_on": None}
    return answers.designations_answer(store, **(asked | more))  # type: ignore[arg-type]


def test_a_row_per_entry_and_programme_newest_first(refreshed: Store) -> None:
    rows = answers.designations_answer(
        refreshed, target="rus", name="UN Security Council", programme=None, known_on=None
    )
    assert rows.columns[:8] == [
        "list", "name", "entry_kind", "programme", "listed", "listed_basis", "removed", "legal_act",
    ]  # fmt: skip
    assert rows.height == 14
    assert rows["listed"].to_list() == sorted(rows["listed"].to_list(), reverse=True)
    assert rows.filter(entry="0001")["programme"].sort().to_list() == ["DPRK", "Taliban"]


def test_every_list_every_country_and_one_programme(refreshed: Store) -> None:
    def rows(**more: object) -> int:
        asked: dict[str, object] = {"target": "RUS", "name": None, "programme": None, "known_on": None}
        return answers.designations_answer(refreshed, **(asked | more)).height  # type: ignore[arg-type]

    assert rows() == 5 * 14
    assert rows(target="all") == rows(target="WLD") == 5 * 15
    assert rows(target="IRN") == 5
    assert rows(programme="Taliban") == 1


def test_as_known_on_a_day_a_later_removal_is_not_shown(refreshed: Store) -> None:
    def removed(day: date) -> list[date | None]:
        rows = answers.designations_answer(
            refreshed, target="RUS", name="UN Security Council", programme=None, known_on=day
        )
        assert rows["removed"].null_count() == rows["removed_basis"].null_count()
        return rows["removed"].to_list()

    assert removed(FETCHED).count(FETCHED) == 2
    assert removed(date(2026, 10, 1)) == [None] * 14
    assert removed(date(2026, 1, 1)) == []  # nothing was known before the first fetch


def test_wrong_words_are_refused_with_what_there_is(refreshed: Store) -> None:
    for more, words in (
        ({"target": "RSU"}, "RSU is not an area"),
        ({"target": "RUS,IRN"}, "Name one area"),
        ({"name": "OFAC SDN"}, "Did you mean OFAC SDN entries"),
        ({"programme": "DPKR"}, "Did you mean DPRK"),
    ):
        with pytest.raises(UsageError, match=words):
            _names(refreshed, **more)


def test_shipped_figures_hold_no_names_and_say_what_brings_them(store: Store, refreshed: Store) -> None:
    rows = answers.designations_answer(store, target="RUS", name=None, programme=None, known_on=None)
    assert rows.is_empty()
    assert answers.designations_note(store).endswith("tradewake refresh ofac eu_fsf uk_sanctions un_sc")
    assert "--target all" in answers.designations_note(refreshed)


def test_counts_of_one_programme(refreshed: Store) -> None:
    asked = {"target": "RUS", "name": "UK Sanctions List", "known_on": None}
    alone = answers.listings_answer(refreshed, programme="Russia", **asked)  # type: ignore[arg-type]
    assert alone["programme"].unique().to_list() == ["Russia"]
    assert set(answers.listings_answer(refreshed, **asked)["programme"]) == {"all", "Russia", "Belarus"}  # type: ignore[arg-type]
    with pytest.raises(UsageError, match="no programme 'Nope'"):
        answers.listings_answer(refreshed, programme="Nope", **asked)  # type: ignore[arg-type]
