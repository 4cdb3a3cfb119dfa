"""The changelog: figures that a build revised, by name, largest first; a sentence where there are none."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace
from typing import Any, cast

import polars as pl
import pytest

from dashboard.exhibits.base import Exhibit, NothingToShow
from dashboard.exhibits.data.changelog import ChangelogParams, changelog, choices
from dashboard.figures.theme import LIGHT
from pipelines.schema.changes import CHANGES, REVISIONS
from pipelines.store import Store
from tests.dashboard.refreshed import FETCHED


def _shown(store: Store, **values: object) -> Exhibit:
    return changelog(store, ChangelogParams.parse(values), LIGHT)


def test_the_revised_figures_stand_there_before_and_after_largest_first(refreshed: Store) -> None:
    data = _shown(refreshed).data
    assert data["what"].to_list() == ["Population, Tuvalu", "US exports to Fiji"]
    tuvalu, fiji = data.iter_rows(named=True)
    assert tuvalu["after"] == pytest.approx(1000 * tuvalu["before"])
    assert (tuvalu["change_pct"], fiji["change_pct"]) == (pytest.approx(99_900), pytest.approx(10))
    assert (fiji["period"], fiji["unit"], fiji["known_from"]) == (date(2014, 3, 1), "USD", FETCHED)
    assert (fiji["area"], fiji["partner"], fiji["publisher"]) == ("USA", "FJI", "The US Census Bureau")


def test_the_words_count_by_source_and_name_the_largest(refreshed: Store) -> None:
    shown = _shown(refreshed)
    assert shown.answer.startswith("2 figures changed with the build of")
    assert "Largest: Population, Tuvalu, 1990: from" in shown.answer
    assert [(card.label, card.value) for card in shown.cards] == [
        ("Figures revised", "2"), ("The US Census Bureau", "1"), ("The World Bank (World Development Indicators)", "1"),
    ]  # fmt: skip
    assert shown.subtitle.startswith("All 2 revised figures")


def test_a_change_beyond_the_edge_is_marked_there_and_told_exactly(refreshed: Store) -> None:
    figure = _shown(refreshed).figure
    edge = next(trace for trace in figure.data if trace.name == "change beyond 200%")
    assert list(edge.x) == [200.0]
    assert "+99,900%" in [note.text for note in figure.layout.annotations]


def test_filters_narrow_and_an_empty_choice_is_a_sentence(refreshed: Store) -> None:
    assert _shown(refreshed, revised_by="census").data["source"].to_list() == ["census"]
    assert _shown(refreshed, revised_table="macro").data["area"].to_list() == ["TUV"]
    one = _shown(refreshed, figures=1)
    assert one.data.height == 1
    assert one.subtitle.startswith("The 1 largest change in percent, of 2 revised figures")
    with pytest.raises(NothingToShow, match="none of this choice"):
        _shown(refreshed, revised_by="census", revised_table="macro")
    assert list(choices(refreshed)) == [None, "census", "worldbank"]


def test_the_first_build_says_that_there_was_nothing_before_it(store: Store) -> None:
    with pytest.raises(NothingToShow, match="is the first, so there is no figure before it"):
        _shown(store)
    assert list(choices(store)) == [None]


class _Made:
    """A store whose build recorded what the test says."""

    build_id = "20261122-000000-new"

    def __init__(self, store: Store, made: dict[str, Any]) -> None:
        self.build = SimpleNamespace(created=store.build.created)
        self._made, self._store = made, store

    def query(self, sql: str, parameters: Any = ()) -> pl.DataFrame:
        return self._store.query(sql, parameters)

    def provenance(self) -> dict[str, Any]:
        return self._made

    def changes(self) -> pl.DataFrame:
        row = dict.fromkeys(CHANGES) | {"table": "trade_flow", "source": "census", "added": 0, "removed": 0}
        return pl.DataFrame([row | {"revised": 250, "largest_pct": 5.0, "median_pct": 0.5}], schema=CHANGES)


def _from(store: Store, made: dict[str, Any]) -> Exhibit:
    return changelog(cast(Store, _Made(store, made)), ChangelogParams(), LIGHT)


def test_a_build_that_revised_nothing_says_so(store: Store) -> None:
    with pytest.raises(NothingToShow, match="revised no figure of the build before it"):
        _from(store, {"revisions": [], "previous_build": "old"})


@pytest.mark.parametrize("recorded", [None, "much", [1], [{"area": "USA"}], [{"table": "macro", "old": "many"}]])
def test_a_build_of_an_older_make_does_not_record_them(store: Store, recorded: object) -> None:
    with pytest.raises(NothingToShow, match="does not record which figures it revised"):
        _from(store, {"revisions": recorded, "previous_build": "old"})


def test_figures_from_zero_chapters_and_more_revisions_than_are_named(store: Store) -> None:
    row = dict.fromkeys(REVISIONS) | {
        "table": "trade_flow", "source": "census", "area": "USA", "partner": "RUS", "item": "import 27",
        "period": "2024-05-01", "frequency": "M", "old": 0.0, "new": 5e6, "unit": "USD",
    }  # fmt: skip
    del row["known_from"]  # builds made before it was noted
    shown = _from(store, {"revisions": [row], "previous_build": "old"})
    assert shown.data["what"].to_list() == ["US imports from Russia, HS 27"]
    assert shown.data["known_from"].to_list() == [None]
    assert "from $0 to $5.00 million (from zero)" in shown.answer
    assert shown.answer.startswith("250 figures changed")
    assert (shown.cards[1].value, shown.cards[1].detail) == ("250", "largest change from zero")


def test_the_change_of_a_rate_is_in_percentage_points(store: Store) -> None:
    row = dict.fromkeys(REVISIONS) | {
        "table": "macro", "source": "worldbank", "area": "RUS", "item": "gdp_growth", "period": "2022-01-01",
        "frequency": "A", "old": -2.1, "new": -1.4, "change_pct": 0.7, "unit": "%", "known_from": "2026-11-20",
    }  # fmt: skip
    shown = _from(store, {"revisions": [row], "previous_build": "old"})
    assert "Real GDP growth, Russia, 2022: from −2.10% to −1.40% (+0.7 percentage points)" in shown.answer
    assert "+0.7 pp" in [note.text for note in shown.figure.layout.annotations]
