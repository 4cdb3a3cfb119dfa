"""The changelog: figures that a build revised, by name, largest first; the cause in a sentence where there are none."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import polars as pl
import pytest

from dashboard.exhibits.base import Exhibit, NothingToShow
from dashboard.exhibits.data.changelog import ChangelogParams, changelog, choices
from dashboard.figures.theme import LIGHT
from pipelines.schema.changes import CHANGES, REVISIONS
from pipelines.store import Store
from tests.dashboard import tiny

FETCHED = date(2026, 11, 20)


def _revision(**more: Any) -> dict[str, Any]:
    """A revised figure as a build records it; US exports to Russia in March 2014 unless said otherwise."""
    return dict.fromkeys(REVISIONS) | {
        "table": "trade_flow", "source": "census", "area": "USA", "partner": "RUS", "item": "export",
        "period": "2014-03-01", "frequency": "M", "old": 36e6, "new": 39.6e6, "change_pct": 10.0, "unit": "USD",
        "known_from": FETCHED.isoformat(),
    } | more  # fmt: skip


POPULATION = _revision(
    table="macro", source="worldbank", area="AAA", partner=None, item="population", period="1990-01-01",
    frequency="A", old=9e3, new=9e6, change_pct=99_900.0, unit="persons",
)  # fmt: skip


def _store(*rows: dict[str, Any], previous: str | None = "old", recorded: object = None) -> Store:
    """A build that records these revisions; `recorded` instead of them, where a test wants something else there."""
    counts: dict[tuple[str, str], int] = {}
    for row in rows:
        key = (row["table"], row["source"])
        counts[key] = counts.get(key, 0) + 1
    changed = [
        dict.fromkeys(CHANGES) | {"table": table, "source": source, "added": 0, "removed": 0, "revised": number}
        for (table, source), number in counts.items()
    ]
    made = {"previous_build": previous, "revisions": list(rows) if recorded is None else recorded}
    return tiny.store(
        made=made | {"changes": json.loads(pl.DataFrame(changed, schema=CHANGES).write_json())},
        area=[{"area": code, "name": tiny.NAMES[code], "area_kind": "country"} for code in ("USA", "RUS", "AAA")],
        source=[
            {"source": "census", "title": "Trade", "publisher": "U.S. Census Bureau", "url": "https://example.org"},
            {"source": "worldbank", "title": "Indicators", "publisher": "World Bank", "url": "https://example.org"},
        ],
        release=[
            {"release": f"{name}-live", "source": name, "title": "Figures", "published": FETCHED,
             "published_precision": "day"} for name in ("census", "worldbank")
        ],
    )  # fmt: skip


def _shown(store: Store, **values: object) -> Exhibit:
    return changelog(store, ChangelogParams.parse(values), LIGHT)


def test_the_revised_figures_stand_there_before_and_after() -> None:
    data = _shown(_store(POPULATION, _revision())).data
    assert data["what"].to_list() == ["Population, Aland", "US exports to Russia"]
    exports = data.row(1, named=True)
    assert (exports["before"], exports["after"], exports["change_pct"]) == (36e6, 39.6e6, 10.0)
    assert (exports["period"], exports["unit"], exports["known_from"]) == (date(2014, 3, 1), "USD", FETCHED)
    assert (exports["area"], exports["partner"], exports["publisher"]) == ("USA", "RUS", "The US Census Bureau")


def test_the_words_count_by_source_and_name_the_largest() -> None:
    shown = _shown(_store(POPULATION, _revision()))
    assert shown.answer.startswith("2 figures changed with the build of")
    assert "Largest: Population, Aland, 1990: from 9,000 to 9,000,000 (+99,900%)." in shown.answer
    assert [(card.label, card.value, card.detail) for card in shown.cards] == [
        ("Figures revised", "2", "by 2 sources"),
        ("The US Census Bureau", "1", "largest change +10.0%"),
        ("The World Bank", "1", "largest change +99,900%"),
    ]
    assert shown.subtitle.startswith("All 2 revised figures")
    assert "US exports to Russia, Mar 2014: from $36.0 million to $39.6 million (+10.0%)" in shown.alt
    assert shown.passport.last_observation == "Mar 2014"


def test_a_change_beyond_the_edge_is_marked_there_and_told_exactly() -> None:
    figure = _shown(_store(POPULATION, _revision())).figure
    edge = next(trace for trace in figure.data if trace.name == "change beyond 200%")
    assert list(edge.x) == [200.0]
    assert "+99,900%" in [note.text for note in figure.layout.annotations]


def test_filters_narrow_figures_counts_and_passport() -> None:
    store = _store(POPULATION, _revision())
    census = _shown(store, revised_by="census")
    assert census.data["source"].to_list() == ["census"]
    assert census.answer.startswith("1 figure changed")
    assert "census-live" in dict(census.passport.rows())["Vintage"]
    assert "worldbank-live" not in dict(census.passport.rows())["Vintage"]
    assert _shown(store, revised_table="macro").data["area"].to_list() == ["AAA"]
    one = _shown(store, figures=1)
    assert one.data.height == 1
    assert one.subtitle.startswith("The 1 largest change in percent, of 2 revised figures")
    assert one.passport.last_observation == "1990"
    assert dict(choices(store)) == {
        None: "All sources", "census": "The US Census Bureau", "worldbank": "The World Bank",
    }  # fmt: skip


def test_a_choice_that_holds_none_is_the_cause_and_is_named() -> None:
    store = _store(POPULATION, _revision())
    with pytest.raises(NothingToShow, match=r"none of this choice \(figures of economies from the US Census Bureau\)"):
        _shown(store, revised_by="census", revised_table="macro")


def test_what_the_alternative_text_does_not_spell_out_is_counted() -> None:
    months = [_revision(period=f"2014-{month:02d}-01", change_pct=float(month)) for month in range(12, 0, -1)]
    alt = _shown(_store(*months)).alt
    assert alt.count("US exports to Russia") == 8
    assert alt.endswith("; and 2 smaller changes, which the table holds.")


def test_the_first_build_says_that_there_was_nothing_before_it() -> None:
    store = _store(previous=None)
    with pytest.raises(NothingToShow, match="is the first, so there is no figure before it"):
        _shown(store)
    assert list(choices(store)) == [None]


def test_a_build_that_revised_nothing_says_so() -> None:
    with pytest.raises(NothingToShow, match="revised no figure of the build before it"):
        _shown(_store())


@pytest.mark.parametrize("recorded", ["much", [1], [{"area": "USA"}], [{"table": "macro", "old": "many"}]])
def test_a_build_of_an_older_make_does_not_record_them(recorded: object) -> None:
    with pytest.raises(NothingToShow, match="does not record which figures it revised"):
        _shown(_store(recorded=recorded))


def test_figures_from_zero_and_chapters() -> None:
    row = _revision(item="import 27", period="2024-05-01", old=0.0, new=5e6, change_pct=None)
    del row["known_from"]  # builds made before it was noted
    shown = _shown(_store(row))
    assert shown.data["what"].to_list() == ["US imports from Russia, HS 27"]
    assert shown.data["known_from"].to_list() == [None]
    assert "from $0 to $5.00 million (from zero)" in shown.answer
    assert (shown.cards[1].value, shown.cards[1].detail) == ("1", "largest change from zero")


def test_the_change_of_a_rate_is_in_percentage_points() -> None:
    row = POPULATION | {"item": "gdp_growth", "old": -2.1, "new": -1.4, "change_pct": 0.7, "unit": "%"}
    shown = _shown(_store(row))
    assert "Real GDP growth, Aland, 1990: from −2.10% to −1.40% (+0.7 percentage points)" in shown.answer
    assert "+0.7 pp" in [note.text for note in shown.figure.layout.annotations]
    assert "of a rate in percentage points" in shown.passport.unit
