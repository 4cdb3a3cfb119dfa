"""Figures that a build revised, by hand: which are named, how many each source revised, and why there are none."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from dashboard.studies import revisions
from dashboard.studies.revisions import RevisedFigures, RevisionsQuery
from pipelines.store import Store
from tests.dashboard import tiny

DAY = date(2026, 11, 22)
PUBLISHERS = {"census": "US Census Bureau", "worldbank": "the World Bank"}


def _revision(new: float, change: float | None, **more: Any) -> dict[str, Any]:
    return {"table": "trade_flow", "source": "census", "area": "USA", "partner": "RUS", "item": "export",
            "period": date(2024, 5, 1), "frequency": "M", "old": 100.0, "new": new, "change_pct": change,
            "unit": "USD", "known_from": DAY} | more  # fmt: skip


GDP = {"table": "macro", "source": "worldbank", "area": "AAA", "partner": None, "item": "gdp_growth",
       "period": date(2025, 1, 1), "frequency": "A", "unit": "%"}  # fmt: skip
ROWS = [
    _revision(200.0, 100.0), _revision(150.0, 50.0, item="import 27", partner="ZZZ", period=date(2025, 3, 1)),
    _revision(3.0, 3.0, **GDP),
]  # fmt: skip


def _change(source: str, table: str, revised: int) -> dict[str, Any]:
    return {"table": table, "source": source, "added": 0, "removed": 0, "revised": revised}


CHANGES = [
    _change("census", "trade_flow", 7), _change("worldbank", "macro", 9), _change("census", "macro", 1),
    _change("imf", "macro", 0), _change("other", "designation", 50), _change("alike", "macro", 8),
]  # fmt: skip


def _store(**made: Any) -> Store:
    facts = {"revisions": ROWS, "changes": CHANGES, "previous_build": "before"} | made
    areas = [{"area": code, "name": tiny.NAMES[code], "area_kind": "country"} for code in ("USA", "RUS", "AAA")]
    releases = [
        {"release": key, "source": source, "title": "t", "published": day, "published_precision": "day"}
        for key, source, day in (
            ("census-9", "census", DAY), ("census-1", "census", date(2020, 1, 1)), ("wb-9", "worldbank", DAY),
            ("imf-9", "imf", DAY),
        )
    ]  # fmt: skip
    return tiny.store(made=facts, area=areas, release=releases)


def _study(store: Store | None = None, **query: Any) -> RevisedFigures:
    return revisions.study(store or _store(), RevisionsQuery(**query), PUBLISHERS)


def test_named_figures_come_in_their_order_with_names() -> None:
    found = _study()
    assert found.frame.select("what", "before", "after", "change_pct", "publisher").rows() == [
        ("US exports to Russia", 100.0, 200.0, 100.0, "US Census Bureau"),
        ("US imports from ZZZ, HS 27", 100.0, 150.0, 50.0, "US Census Bureau"),
        (found.frame["what"][2], 100.0, 3.0, 3.0, "The World Bank"),
    ]
    assert found.frame["what"][2].endswith(", Aland")
    assert found.frame["partner_name"].to_list() == ["Russia", "ZZZ", None]
    assert (found.sources, found.last_observation) == (("census", "worldbank"), "Mar 2025")
    assert set(found.releases) == {"census-9", "wb-9"}
    assert not found.query.is_filtered


def test_all_that_was_revised_is_counted_most_first() -> None:
    found = _study()
    assert list(found.counts.items()) == [("worldbank", 9), ("alike", 8), ("census", 8)]
    assert found.total == 25


def test_a_choice_of_source_and_kind() -> None:
    census = _study(source="census")
    assert (census.frame.height, census.counts) == (2, {"census": 8})
    economy = _study(table="macro")
    assert (economy.frame["source"].to_list(), economy.counts["census"]) == (["worldbank"], 1)
    assert census.query.is_filtered and economy.query.is_filtered
    none = _study(source="worldbank", table="trade_flow")
    assert none.frame.is_empty()
    assert none.why_empty.endswith(
        "revised figures, but none of this choice (figures of trade from the World Bank). Choose all sources and all "
        "figures."
    )
    assert "(figures of economies from census2)" in _study(source="census2", table="macro").why_empty
    assert "(figures from imf)" in _study(source="imf").why_empty


def test_no_more_are_drawn_than_asked_for() -> None:
    found = _study(most=1)
    assert (found.frame.height, found.named.height) == (1, 3)
    assert found.releases == ("census-9",)
    many = _study(_store(revisions=[_revision(100.0 + place, float(place)) for place in range(12)]))
    assert (many.frame.height, many.named.height) == (10, 12)
    largest = found.largest_of("worldbank")
    assert largest is not None
    assert largest["after"] == 3.0
    assert found.largest_of("census")["after"] == 200.0  # type: ignore[index]
    assert found.largest_of("imf") is None


def test_why_no_revision_is_named() -> None:
    assert (
        "is the first, so there is no figure before it" in _study(_store(revisions=[], previous_build=None)).why_empty
    )
    assert _study(_store(revisions=[])).why_empty == (
        "The build of 28 Nov 2026, 22:00 UTC revised no figure of the build before it."
    )
    old = _study(_store(revisions=None))
    assert "does not record which figures it revised; the next refresh will" in old.why_empty
    assert (old.frame.is_empty(), old.counts, old.total) == (True, {}, 0)
    assert _study().why_empty == ""


@pytest.mark.parametrize(
    ("unit", "before", "after", "change", "told"),
    [
        ("USD", 100.0, 150.0, 50.0, "+50.0%"),
        ("USD", 0.0, 5.0, None, "from zero"),
        ("%", 3.0, 2.5, -0.5, "−0.5 percentage points"),
        ("% of GDP", 3.0, 4.0, 1.0, "+1.0 percentage point"),
    ],
)
def test_a_change_in_words(unit: str, before: float, after: float, change: float | None, told: str) -> None:
    assert revisions.change_words({"unit": unit, "before": before, "after": after, "change_pct": change}) == told


def test_a_day_without_an_edition_is_told_by_the_newest_of_its_source() -> None:
    late = _revision(200.0, 100.0, known_from=date(2026, 11, 25))
    assert _study(_store(revisions=[late])).releases == ("census-9",)


def test_ten_revisions_are_named_unless_otherwise() -> None:
    assert revisions.RevisionsQuery() == revisions.RevisionsQuery(None, None, 10)
    assert not revisions.RevisionsQuery().is_filtered
    assert revisions.RevisionsQuery("census").is_filtered and revisions.RevisionsQuery(table="macro").is_filtered
