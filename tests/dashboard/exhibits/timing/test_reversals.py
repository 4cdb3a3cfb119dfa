"""Easings, liftings and ends of relief come from the register's links and dates, and run through the same test."""

from __future__ import annotations

from datetime import date

import polars as pl

from dashboard.exhibits.timing import reversals as said
from dashboard.queries.senders import senders
from dashboard.queries.subjects import subjects
from dashboard.studies import reversals
from dashboard.studies import targets as tt
from dashboard.studies.measures import MeasureQuery
from pipelines.store import Store


def _turn(store: Store, target: str, key: str, kind: str, clock: str = "effective") -> list[date]:
    found = reversals.turns(store, MeasureQuery(target=target, clock=clock))
    days: list[date] = found.filter(pl.col("measure") == key, pl.col("kind") == kind)["date"].to_list()
    return days


def test_the_easings_that_history_knows_are_there(store: Store) -> None:
    known = {
        ("IRN", "us-irn-jcpoa-impl"): date(2016, 1, 16),
        ("MMR", "us-mmr-eo13742"): date(2016, 10, 7),
        ("CUB", "us-cub-ease-2015-01"): date(2015, 1, 16),
        ("LBY", "us-lby-2004-apr"): date(2004, 4, 23),
        ("ZAF", "us-zaf-eo12769"): date(1991, 7, 10),
        ("SYR", "us-syr-eo14312"): date(2025, 7, 1),
    }
    assert {one: _turn(store, *one, reversals.EASING) for one in known} == {one: [day] for one, day in known.items()}


def test_the_end_of_relief_is_a_turn_of_its_own(store: Store) -> None:
    assert _turn(store, "IRN", "us-irn-jcpoa-impl", reversals.ENDED) == [date(2018, 5, 8)]
    assert _turn(store, "IRN", "eu-irn-jcpoa-impl", reversals.ENDED) == [date(2025, 9, 30)]
    assert _turn(store, "VEN", "us-ven-gl44", reversals.ENDED) == [date(2024, 4, 18)]


def test_relief_that_grew_into_more_relief_did_not_end(store: Store) -> None:
    """A licence lapsed with its whole programme, or what was eased had ended meanwhile: nothing came back."""
    assert _turn(store, "MMR", "us-mmr-gl18", reversals.ENDED) == []
    assert _turn(store, "IRQ", "un-irq-986", reversals.ENDED) == []
    assert _turn(store, "YUG", "un-yug-1021", reversals.ENDED) == []


def test_an_end_that_an_easing_or_a_new_act_stands_for_is_not_told_twice(store: Store) -> None:
    assert _turn(store, "IRN", "eu-irn-oil-embargo", reversals.LIFTED) == []
    assert _turn(store, "IRN", "eu-irn-423-2007", reversals.LIFTED) == []
    assert _turn(store, "ZAF", "jp-zaf-1986", reversals.LIFTED) == [date(1991, 10, 1)]


def test_on_the_clock_of_liftings_nothing_imposed_is_left(store: Store) -> None:
    found = reversals.turns(store, MeasureQuery(target="IRN", clock="lifted"))
    assert reversals.IMPOSED not in set(found["kind"])
    assert _turn(store, "IRN", "us-irn-jcpoa-impl", reversals.EASING, "lifted") == [date(2016, 1, 16)]


def test_every_target_has_its_turns_named_and_dated(store: Store) -> None:
    who = senders(store)
    for target in subjects(store).historic:
        found = reversals.turns(store, MeasureQuery(target=target, clock="effective"))
        assert found["date"].null_count() == 0 and found["date"].is_sorted()
        assert set(said.named(found, who)) == set(found["date"])
    named = said.named(reversals.turns(store, MeasureQuery(target="IRN", clock="effective")), who)
    assert named[date(2018, 5, 8)].startswith("8 May 2018 · ")
    turns = reversals.turns(store, MeasureQuery(target="RUS", clock="effective"))
    russia = said.named(turns, who, tt.landmarks(store, "RUS"))
    assert russia[date(2022, 3, 8)].startswith("8 Mar 2022 · United States · Bans imports of Russian oil")
