"""Areas, sources, vintages and last observations, on a store of a few rows."""

from __future__ import annotations

from datetime import date

import pytest

from dashboard.queries import catalogue
from pipelines.store import Store
from tests.dashboard import tiny

EARLY, LATE = date(2024, 3, 31), date(2025, 3, 31)


@pytest.fixture(scope="module")
def held() -> Store:
    year = date(2024, 1, 1)
    return tiny.store(
        trade_flow=[
            *tiny.months({date(2024, 1, 1): 1.0, date(2024, 2, 1): 1.0}, known_from=EARLY),
            *tiny.months({date(2024, 3, 1): 1.0}, known_from=LATE, product="27"),
            *tiny.months({date(2024, 5, 1): 1.0}, known_from=EARLY, known_to=LATE),  # withdrawn
            *(tiny.months({year: 1.0}, source="imf_imts", release="i", frequency=kind)[0] for kind in ("A", "M", "Q")),
        ],
        macro=[
            *tiny.macro("AAA", {2020: 1.0, 2021: 1.0}),
            *tiny.macro("AAA", {2030: 1.0}, is_forecast=True),
            *tiny.macro("AAA", {2022: 1.0}, known_to=date(2027, 1, 1)),  # withdrawn
        ],
        area=[{"area": code, "name": name, "area_kind": "country"} for code, name in (("AAA", "Z"), ("BBB", "Y"))],
        release=[
            {"release": key, "source": source, "title": "t", "published": day, "published_precision": "day"}
            for key, source, day in (("c", "census", LATE), ("b", "census", EARLY), ("a", "imf_imts", LATE))
        ],
    )


def test_areas_by_name(held: Store) -> None:
    assert catalogue.areas(held)["area"].to_list() == ["BBB", "AAA"]
    assert catalogue.names(held) == {"AAA": "Z", "BBB": "Y"}
    assert catalogue.names(held, ["AAA", "CCC"]) == {"AAA": "Z"}
    assert catalogue.names(held, []) == {}


def test_sources_and_their_credit(held: Store) -> None:
    assert catalogue.sources(held)["source"].to_list() == ["census", "imf_imts", "worldbank"]
    assert catalogue.credits(held, ["worldbank", "census", "none"])["source"].to_list() == ["census", "worldbank"]


def test_vintages_newest_first(held: Store) -> None:
    assert catalogue.releases(held)["release"].to_list() == ["a", "c", "b"]
    assert catalogue.releases(held, source="census")["release"].to_list() == ["c", "b"]


def test_last_observations_are_of_all_goods_and_no_forecasts(held: Store) -> None:
    rows = catalogue.last_observations(held).select("source", "frequency", "last_period", "known_from", "rows").rows()
    assert rows == [
        ("census", "M", date(2024, 2, 1), EARLY, 2),
        ("imf_imts", "M", date(2024, 1, 1), date(2025, 10, 31), 3),
        ("worldbank", "A", date(2021, 1, 1), date(2026, 7, 1), 2),
    ]


def test_revisions_that_the_build_records(held: Store) -> None:
    found = catalogue.revisions(held)
    assert found is not None
    assert found.is_empty()
