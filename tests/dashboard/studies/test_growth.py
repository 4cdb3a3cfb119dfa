"""Rates of targets and peers: who is drawn, and the middle of the peers, by hand."""

from __future__ import annotations

from datetime import date

import pytest

from dashboard.studies import growth
from dashboard.studies.growth import Compared, Rates
from dashboard.studies.yearly import GROWTH
from pipelines.store import Store
from tests.dashboard import tiny

EVENT = date(2022, 2, 24)


@pytest.fixture(scope="module")
def held() -> Store:
    late = {"known_from": date(2026, 9, 1), "release": "wb-2"}
    return tiny.store(
        macro=[
            *tiny.macro("AAA", {2021: 1.0, 2022: -5.0}), *tiny.macro("AAA", {2023: 2.0}, **late),  # type: ignore[arg-type]
            *tiny.macro("BBB", {2021: 4.0, 2022: 1.0}), *tiny.macro("CCC", {2021: 2.0, 2022: 3.0}),
            *tiny.macro("NLD", {2021: 9.0}), *tiny.macro("RUS", {2024: 9.0}, **late),  # type: ignore[arg-type]
        ],
    )  # fmt: skip


def rates(held: Store, *peers: str, targets: tuple[str, ...] = ("AAA",), **more: object) -> Rates:
    return growth.ask(held, GROWTH, Compared(targets, peers), event=EVENT, source="worldbank", **more)  # type: ignore[arg-type]


def test_the_middle_of_the_peers(held: Store) -> None:
    found = rates(held, "BBB", "CCC", "NLD")
    assert found.peers_in(2021) == [2.0, 4.0, 9.0]
    assert found.median_of_peers(2021) == 4.0
    assert (found.peers_in(2022), found.median_of_peers(2022)) == ([1.0, 3.0], 2.0)
    assert rates(held, "BBB").median_of_peers(2021) is None
    assert rates(held, "BBB", "CCC").median_of_peers(2023) is None


def test_the_target_comes_first_and_each_once(held: Store) -> None:
    who = Compared(("AAA", "BBB"), ("CCC", "BBB", "DDD"))
    assert (who.target, who.all) == ("AAA", ("AAA", "BBB", "CCC", "DDD"))
    assert (who.role("BBB"), who.role("CCC")) == ("target", "peer")
    assert who.among(["DDD", "BBB"]) == Compared(("BBB",), ("BBB", "DDD"))
    found = rates(held, "CCC", "DDD", targets=("AAA", "BBB"))
    assert found.drawn == Compared(("AAA", "BBB"), ("CCC",))
    assert [lack.area for lack in found.lacks] == ["DDD"]


def test_the_targets_own_figures(held: Store) -> None:
    found = rates(held, "RUS")
    assert found.own == {2021: 1.0, 2022: -5.0, 2023: 2.0}
    assert found.last_year == 2023
    assert found.published == date(2026, 9, 1)
    assert rates(held, "RUS", end=date(2022, 1, 1)).published == date(2026, 7, 1)
    assert rates(held, start=date(2022, 1, 1)).own == {2022: -5.0, 2023: 2.0}
