"""The register, its lists and events on a store of a few rows: filters, clocks, orders, what was known on a day."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from dashboard.queries import measures, register
from dashboard.queries.senders import senders
from dashboard.queries.shares import main_partners
from pipelines.store import Store
from tests.dashboard import tiny

JAN, FEB, MAR = (date(2022, month, 1) for month in (1, 2, 3))


def _measure(key: str, **more: Any) -> dict[str, Any]:
    return {"measure": key, "regime": "r", "sender": "US", "target": "RUS", "title": f"Act {key}", "types": "energy",
            "status": "confirmed", "precision": "day", "instrument": "EO 1"} | more  # fmt: skip


def _name(entry: str, list_: str = "sdn", **more: Any) -> dict[str, Any]:
    return {"list": list_, "entry": entry, "programme": "x", "name": entry, "areas": "RUS;BLR", "source": "ofac",
            "known_from": JAN} | more  # fmt: skip


@pytest.fixture(scope="module")
def held() -> Store:
    return tiny.store(
        measure=[
            _measure("b", effective=FEB, announced=JAN),
            _measure("a", effective=FEB, types="finance;trade", target="BLR;RUS"),
            _measure("c", signed=MAR, sender="EU", wind_down_end=JAN, status="memory"),
            _measure("d", lifted=date(2021, 1, 1), target="IRN", regime="q"),
            _measure("e", announced=date(2020, 1, 1), wind_down_end=FEB, sender="UN"),
        ],
        regime=[
            {"regime": key, "title": key, "sender": sender, "kind": kind, "targets": targets}
            for key, sender, kind, targets in (
                ("r", "US", "register", "RUS;BLR"), ("q", "EU", "register", "IRN"), ("z", "EU", "catalogue", None),
                ("k", "US", "catalogue", "RUS"),
            )
        ],
        listing_count=[
            {"list": name, "area": area, "programme": programme, "period": day, "frequency": "M", "level": 1,
             "known_from": known}
            for name, area, programme, day, known in (
                ("sdn", "RUS", "b", FEB, FEB), ("sdn", "RUS", "all", FEB, FEB), ("sdn", "RUS", "a", JAN, JAN),
                ("eu", "RUS", "a", FEB, FEB), ("sdn", "IRN", "c", JAN, JAN),
            )
        ],
        designation=[
            _name("2", programme="y"), _name("2", areas="IRN", removed=MAR, removed_basis="gone"),
            _name("1", known_from=FEB), _name("3", areas=None), _name("9", "eu"), _name("8", "eu", areas="IRN"),
            _name("7", "eu", areas="IRN"), _name("6", "eu", areas="IRN"),
        ],
        event=[
            {"event": key, "date": day, "kind": kind}
            for key, day, kind in (("y", FEB, "war"), ("x", FEB, "summit"), ("w", JAN, "summit"), ("v", MAR, "law"))
        ],
        partner_share=[
            {"area": "AAA", "direction": flow, "period": date(year, 1, 1), "rank": rank, "partner": partner,
             "share_pct": 5.0, "known_from": known}
            for flow, year, rank, partner, known in (
                ("export", 2020, 2, "BBB", JAN), ("export", 2020, 1, "CCC", JAN), ("export", 2020, 1, "DDD", FEB),
                ("export", 2019, 1, "BBB", JAN), ("import", 2020, 1, "BBB", JAN),
            )
        ],
        sender=[
            {"sender": key, "name": key, "short_name": key, "name_in_sentence": key, "rank": rank}
            for key, rank in (("EU", 2), ("US", 1))
        ],
    )  # fmt: skip


def _keys(held: Store, **more: Any) -> list[str]:
    return register.measures(held, **more)["measure"].to_list()


def test_filters_of_targets_senders_kinds_and_keys(held: Store) -> None:
    assert _keys(held) == ["e", "d", "a", "b", "c"]
    assert _keys(held, targets=["BLR"]) == ["a"]
    assert _keys(held, targets=["IRN", "BLR"]) == ["d", "a"]
    assert _keys(held, senders=["EU", "UN"]) == ["e", "c"]
    assert _keys(held, types=["trade"]) == ["a"]
    assert _keys(held, keys=["b", "zz"]) == ["b"]
    assert _keys(held, targets=["RUS"], senders=["US"], types=["energy"]) == ["b"]


def test_a_measure_stands_at_its_clock_or_the_nearest_it_has(held: Store) -> None:
    def dated(clock: str) -> dict[str, tuple[date, str]]:
        rows = register.measures(held, clock=clock).select("measure", "date", "clock_used").iter_rows()
        return {key: (day, used) for key, day, used in rows}

    effective = dated("effective")
    assert (effective["b"], effective["c"]) == ((FEB, "effective"), (MAR, "signed"))
    assert effective["e"] == (date(2020, 1, 1), "announced"), "before the end of its wind-down"
    assert effective["d"] == (date(2021, 1, 1), "lifted")
    assert dated("announced")["b"] == (JAN, "announced")
    assert dated("wind_down_end")["c"] == (JAN, "wind_down_end")
    assert dated("lifted")["b"] == (FEB, "effective")


def test_measures_are_counted_by_target_sender_and_status(held: Store) -> None:
    rows = register.measure_counts(held).rows()
    assert rows == [
        ("BLR;RUS", "US", "confirmed", 1, FEB, FEB),
        ("IRN", "US", "confirmed", 1, None, None),
        ("RUS", "EU", "memory", 1, MAR, MAR),
        ("RUS", "UN", "confirmed", 1, date(2020, 1, 1), date(2020, 1, 1)),
        ("RUS", "US", "confirmed", 1, FEB, FEB),
    ]


def test_regimes_with_their_dated_measures(held: Store) -> None:
    rows = register.regimes(held).select("regime", "dated_measures").rows()
    assert rows == [("q", 1), ("r", 4), ("z", 0), ("k", 0)], "the register first, then by sender"
    assert register.regimes(held, target="RUS")["regime"].to_list() == ["r", "k"]


def test_counts_on_lists(held: Store) -> None:
    def counted(**more: Any) -> list[tuple[str, str, date]]:
        rows = register.listings(held, **({"area": "RUS"} | more))
        return rows.select("list", "programme", "period").rows()

    assert counted() == [("eu", "a", FEB), ("sdn", "a", JAN), ("sdn", "all", FEB), ("sdn", "b", FEB)]
    assert counted(name_of_list="eu") == [("eu", "a", FEB)]
    assert counted(programme="a") == [("eu", "a", FEB), ("sdn", "a", JAN)]
    assert counted(known_on=JAN) == [("sdn", "a", JAN)]
    assert counted(area="IRN") == [("sdn", "c", JAN)]
    assert register.lists(held) == ["eu", "sdn"]
    assert register.programmes(held, name_of_list="sdn", area="RUS") == ["all", "a", "b"]
    assert register.programmes(held, name_of_list="sdn", area="IRN") == ["c"]


def test_lists_with_names_the_longest_first(held: Store) -> None:
    assert register.lists_of_names(held) == ["eu", "sdn"]
    assert register.lists_of_names(held, area="RUS") == ["sdn", "eu"]
    assert register.lists_of_names(held, area="ZZZ") == []


def test_names_by_list_area_and_programme(held: Store) -> None:
    def names(**more: Any) -> list[tuple[str, str, str]]:
        return register.designations(held, **more).select("list", "entry", "programme").rows()

    assert len(names()) == 8
    assert names(name_of_list="sdn") == [("sdn", "1", "x"), ("sdn", "2", "x"), ("sdn", "2", "y"), ("sdn", "3", "x")]
    # Every row of an entry that is tied to the area under any programme.
    assert names(name_of_list="sdn", area="IRN") == [("sdn", "2", "x"), ("sdn", "2", "y")]
    assert names(area="BLR") == [("eu", "9", "x"), ("sdn", "1", "x"), ("sdn", "2", "x"), ("sdn", "2", "y")]
    assert names(name_of_list="sdn", programme="x", area="RUS") == [("sdn", "1", "x")]
    assert names(programme="y") == [("sdn", "2", "y")]


def test_names_and_removals_as_known_on_a_day(held: Store) -> None:
    def told(day: date) -> list[tuple[str, str, date | None, str | None]]:
        rows = register.designations(held, name_of_list="sdn", known_on=day)
        return rows.select("entry", "programme", "removed", "removed_basis").rows()

    assert told(JAN) == [("2", "x", None, None), ("2", "y", None, None), ("3", "x", None, None)]
    assert ("1", "x", None, None) in told(FEB)
    assert ("2", "x", MAR, "gone") in told(MAR)
    assert told(date(2021, 12, 31)) == []


def test_events_by_kind_and_window(held: Store) -> None:
    def keys(**more: Any) -> list[str]:
        return register.events(held, **more)["event"].to_list()

    assert keys() == ["w", "x", "y", "v"]
    assert keys(kinds=["summit"]) == ["w", "x"]
    assert keys(start=FEB) == ["x", "y", "v"]
    assert keys(end=FEB) == ["w", "x", "y"]


def test_senders_the_most_active_first(held: Store) -> None:
    assert register.senders(held) == ["US", "EU", "UN"]
    assert register.senders(held, target="RUS") == ["US", "EU", "UN"]
    assert register.senders(held, target="IRN") == ["US"]
    assert list(senders(held)) == ["US", "EU"]


def test_targets_the_most_aimed_at_first(held: Store) -> None:
    assert measures.targets(held).rows() == [("RUS", 4), ("BLR", 1), ("IRN", 1)]


def test_main_partners_by_the_newest_vintage_known(held: Store) -> None:
    def told(**more: Any) -> list[tuple[int, str, int, str]]:
        rows = main_partners(held, **({"area": "AAA"} | more))
        return [(day.year, *rest) for day, *rest in rows.select("period", "direction", "rank", "partner").rows()]

    assert told() == [
        (2019, "export", 1, "BBB"), (2020, "export", 1, "DDD"), (2020, "export", 2, "BBB"), (2020, "import", 1, "BBB"),
    ]  # fmt: skip
    assert (2020, "export", 1, "CCC") in told(known_on=JAN)
    assert told(known_on=date(2021, 12, 31)) == []
    assert told(area="BBB") == []


def test_a_sender_that_nobody_described_stands_for_itself(held: Store) -> None:
    who = senders(held)
    assert (who.name("US"), who.name("ZZ"), who.short_name("ZZ"), who.name_in_sentence("ZZ")) == (
        "US",
        "ZZ",
        "ZZ",
        "ZZ",
    )
    assert who.colour("ZZ") is None


def test_a_measure_of_a_regime_that_nobody_described_is_found_all_the_same() -> None:
    row = measures.one(tiny.store(measure=[_measure("a", effective=FEB)]), "a")
    assert row is not None
    assert (row["measure"], row["title"], row["regime_title"]) == ("a", "Act a", None)
