"""Answers on a past day use nothing that was learned later, and an empty one says what the cause is."""

from __future__ import annotations

from datetime import date

import pytest

from dashboard.answers import catalogue, lists, register
from pipelines.store import Store
from tests.dashboard import tiny

EARLY, LATE = date(2023, 1, 1), date(2026, 1, 1)
_MEASURE = {"types": "energy", "status": "confirmed", "precision": "day", "instrument": "EO 1"}
_COUNT = {"list": "SDN", "programme": "all", "frequency": "M", "period": date(2022, 3, 1)}


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Store:
    """Two measures, a licence among them; a list counted on one day; two names, one of them removed; one war."""
    listed = {"list": "SDN", "programme": "P", "entry_kind": "person", "known_from": date(2022, 6, 1)}
    return tiny.store(
        tmp_path_factory.mktemp("answers"),
        area=[{"area": code, "name": code, "area_kind": "country"} for code in ("RUS", "USA")],
        measure=[
            _MEASURE | {"measure": "ban", "target": "RUS", "sender": "US", "signed": date(2022, 3, 8),
                        "effective": date(2022, 3, 8), "wind_down_end": date(2023, 5, 1)},
            _MEASURE | {"measure": "licence", "target": "RUS", "sender": "US", "eases": "ban", "note": "until 2025",
                        "announced": date(2022, 3, 8), "wind_down_end": date(2025, 3, 12), "lifted": date(2025, 3, 12)},
            _MEASURE | {"measure": "later", "target": "RUS", "sender": "EU", "signed": date(2024, 6, 24)},
        ],
        listing_count=[_COUNT | {"area": "RUS", "source": "ofac", "known_from": date(2022, 6, 1)}],
        designation=[listed | {"entry": "1", "areas": "RUS", "removed": LATE, "removed_basis": "no longer on it"},
                     listed | {"entry": "2", "areas": "RUS", "known_from": LATE}],
        event=[{"event": "war", "date": date(2022, 2, 24), "end_date": date(2025, 5, 1), "kind": "war",
                "status": "confirmed"}],
        release=[{"release": "r", "source": "ofac", "published": date(2022, 6, 1), "published_precision": "day"}],
        source=[{"source": "ofac", "url": "https://example.org"}],
    )  # fmt: skip


def _measures(store: Store, day: date | None, sender: str | None = None) -> dict[str, dict[str, object]]:
    rows = register.measures_answer(store, target="RUS", sender=sender, clock="effective", kind=None, known_on=day)
    return {row["measure"]: row for row in rows.iter_rows(named=True)}


def test_measures_of_a_day_hide_what_was_fixed_later(small: Store) -> None:
    then = _measures(small, EARLY)
    assert set(then) == {"ban", "licence"} < set(_measures(small, None))
    assert then["licence"]["wind_down_end"] is then["licence"]["lifted"] is then["licence"]["note"] is None
    assert then["ban"]["wind_down_end"] == date(2023, 5, 1)
    assert _measures(small, LATE)["licence"]["wind_down_end"] == date(2025, 3, 12)


def test_lists_of_a_day(small: Store) -> None:
    def counted(day: date | None) -> int:
        return lists.listings_answer(small, target="RUS", name=None, known_on=day).height

    def names(day: date | None) -> list[tuple[str, object]]:
        found = lists.designations_answer(small, target="all", name=None, programme=None, known_on=day)
        return found.select("entry", "removed").sort("entry").rows()

    assert (counted(date(2022, 5, 31)), counted(EARLY), counted(None)) == (0, 1, 1)
    assert names(EARLY) == [("1", None)]
    assert names(None) == names(LATE) == [("1", LATE), ("2", None)]


def test_events_and_releases_of_a_day(small: Store) -> None:
    def war(day: date | None) -> object:
        return register.events_answer(small, kind=None, start=None, end=None, known_on=day)["end_date"].to_list()

    assert (war(EARLY), war(None), war(date(2022, 1, 1))) == ([None], [date(2025, 5, 1)], [])
    assert catalogue.releases_answer(small, source=None, known_on=date(2022, 5, 31)).is_empty()


def test_an_empty_answer_says_whether_the_day_is_the_cause(small: Store) -> None:
    early = date(2020, 1, 1)
    assert register.measures_note(small, early) == (
        "No measure of the register was out on 1 Jan 2020; the first is of 8 Mar 2022."
    )
    assert "that was out on 1 Jan 2023 for this choice" in register.measures_note(small, EARLY)
    assert lists.listings_note(small, target="RUS", name=None, known_on=early).endswith("its first is of 1 Jun 2022.")
    assert lists.listings_note(small, target="usa", name=None, known_on=early) == (
        "No list in the store is counted for USA."
    )
    assert lists.designations_note(small, early).startswith("No name was known to this store on 1 Jan 2020")
    assert "`--target all`" in lists.designations_note(small, EARLY)
    assert catalogue.releases_note(small, source=None, known_on=early).endswith("its first vintage is of 1 Jun 2022.")
    assert (
        catalogue.releases_note(small, source="ecb_fx", known_on=early) == "The store holds no vintage of this source."
    )
    assert register.events_note(small, kind=None, known_on=early).startswith("No event of this kind had happened by")
    assert register.events_note(small, kind="summit", known_on=None).endswith("those in the store are of no date.")
