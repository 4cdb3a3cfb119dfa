"""Senders and subjects as the store describes them, and answers that live as long as their build."""

from __future__ import annotations

import dataclasses
import gc
import weakref
from datetime import date

import polars as pl
import pytest

from dashboard.exhibits.impact.targets import PeerParams, cases
from dashboard.queries.per_build import per_build
from dashboard.queries.senders import senders
from dashboard.queries.subjects import Subjects, subjects
from dashboard.studies.targets import LANDMARK_MEASURES
from dashboard.words.trade import TARGETS
from pipelines.store import Store


def test_every_sender_of_the_register_and_the_catalogue_has_its_names(store: Store) -> None:
    who = senders(store)
    used = set(store.table("measure")["sender"]) | set(store.table("regime")["sender"])
    assert used <= set(who)
    assert who.name("UK") == "United Kingdom"
    assert who.name_in_sentence("UN") == "the United Nations"
    assert who.short_name("OAPEC") == "OAPEC"
    assert who.name("XYZ") == who.short_name("XYZ") == who.name_in_sentence("XYZ") == "XYZ"
    assert [code for code in who if who.colour(code) is not None] == ["US", "EU", "UK", "CA", "JP"]
    assert sorted(who.colour(code) or 0 for code in ("US", "EU", "UK", "CA", "JP")) == [1, 2, 3, 4, 5]


def test_subjects_stand_in_their_order_with_what_is_shown_first(store: Store) -> None:
    found = subjects(store)
    assert found.sanctioned == ("RUS", "BLR", "IRN", "VEN", "PRK", "CUB", "MMR", "SYR")
    assert found.historic == ("ZAF", "IRQ", "HTI", "YUG", "LBY", "ZWE")
    assert found["UKR"].kind == "affected"
    assert found["RUS"].event == date(2022, 2, 24)
    assert found.codes("YUG") == ("YUG", "SCG") and found.traded_as("YUG") == "SCG"
    assert found.codes("FRA") == ("FRA",) and found.traded_as("FRA") == "FRA"
    assert found.standing_for("SCG") == "YUG" and found.standing_for("FRA") == "FRA"
    assert found.shown_first("ZWE") == found.landmarks("FRA") == ()


def test_what_is_shown_first_is_in_the_order_of_its_dates_and_about_its_subject(store: Store) -> None:
    measures = store.table("measure").with_columns(day=pl.coalesce("effective", "signed", "announced"))
    days = dict(zip(measures["measure"], measures["day"], strict=True))
    targets = dict(zip(measures["measure"], measures["target"].str.split(";"), strict=True))
    for code, subject in subjects(store).items():
        own = {*subject.codes, "SRB"} if code == "YUG" else set(subject.codes)
        for keys in (subject.shown_first, subject.landmarks):
            assert len(set(keys)) == len(keys)
            assert [key for key in keys if not own & set(targets[key])] == [], code
        assert list(subject.shown_first) == sorted(subject.shown_first, key=lambda key: days[key]), code


def test_every_subject_has_a_reporter_and_landmarks_with_short_names_in_the_order_of_their_dates(store: Store) -> None:
    measures = store.table("measure").with_columns(day=pl.coalesce("effective", "signed", "announced"))
    days = dict(zip(measures["measure"], measures["day"], strict=True))
    short = dict(zip(measures["measure"], measures["short"], strict=True))
    for code, subject in subjects(store).items():
        assert subject.reporter == "USA"
        assert 3 <= len(subject.landmarks) <= 10
        assert list(subject.landmarks) == sorted(subject.landmarks, key=lambda key: days[key]), code
        named = [short[key] for key in subject.landmarks]
        assert None not in named and len(set(named)) == len(named), code


def test_a_price_is_held_in_the_store(store: Store) -> None:
    held = set(store.query("SELECT DISTINCT area, indicator FROM macro").rows())
    for code, subject in subjects(store).items():
        if subject.price is not None:
            area = "WLD" if subject.price == "brent_usd_per_barrel" else subject.traded_as
            assert (area, subject.price) in held, code
    assert [code for code, subject in subjects(store).items() if subject.price is None] == ["PRK", "YUG"]


def test_an_event_that_is_an_act_has_the_day_of_the_register(store: Store) -> None:
    acts = {"YUG": "un-yug-757", "LBY": "un-lby-748", "SYR": "us-syr-eo13582", "VEN": "us-ven-pdvsa-2019"}
    for code, key in acts.items():
        row = store.table("measure").row(by_predicate=pl.col("measure") == key, named=True)
        assert subjects(store)[code].event in {row["announced"], row["signed"], row["effective"]}, code


def test_the_defaults_of_links_are_what_the_data_say(store: Store) -> None:
    """A default stands in code, because a link is read before there is a store; it may not part from the data."""
    held = subjects(store)
    assert held.sanctioned == TARGETS
    assert held.shown_first("RUS") == LANDMARK_MEASURES
    first = PeerParams()
    assert (first.target, first.event, first.peers) == ("RUS", held["RUS"].event, held["RUS"].peers)


def test_cases_are_subjects_with_peers_and_an_event_alone_and_together(store: Store) -> None:
    found = cases(store)
    assert list(found)[:3] == ["Russia", "Ukraine", "Russia and Ukraine"]
    assert found["Russia and Ukraine"] == {**found["Russia"], "also": ("UKR",)}
    assert {case["target"] for case in found.values()} == {*held_with_peers(store)}


def held_with_peers(store: Store) -> list[str]:
    return [code for code, subject in subjects(store).items() if subject.peers]


class _Held:
    """Stands for a store: it can be held weakly, and is gone when nobody holds it."""


def test_an_answer_is_asked_once_and_goes_with_its_build() -> None:
    asked = []

    @per_build
    def question(store: Store) -> int:
        asked.append(store)
        return len(asked)

    first, second = _Held(), _Held()
    assert [question(first), question(first), question(second)] == [1, 1, 2]  # type: ignore[arg-type]
    asked.clear()
    gone = weakref.ref(first)
    del first
    gc.collect()
    assert gone() is None


def test_trade_is_read_under_the_last_of_several_codes(store: Store) -> None:
    first = dataclasses.replace(subjects(store)["YUG"], codes=("YUG", "SCG", "SRB"))
    assert (first.traded_as, first.codes) == ("SRB", ("YUG", "SCG", "SRB"))
    assert Subjects(YUG=first).traded_as("YUG") == "SRB"
    assert Subjects(YUG=first).standing_for("SCG") == "YUG"


def test_each_question_of_a_build_is_asked_once_and_the_oldest_makes_room(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dashboard.queries.per_build.MOST", 2)
    asked: list[tuple[int, int]] = []

    @per_build
    def question(store: Store, one: int, *, other: int = 0) -> int:
        asked.append((one, other))
        return one + other

    held = _Held()
    answers = [question(held, one, other=other) for one, other in ((1, 0), (1, 5), (1, 0), (1, 5))]  # type: ignore[arg-type]
    assert (answers, asked) == ([1, 6, 1, 6], [(1, 0), (1, 5)])
    assert question(held, 2) == 2  # type: ignore[arg-type]
    assert question(held, 1, other=0) == 1  # type: ignore[arg-type]
    assert asked == [(1, 0), (1, 5), (2, 0), (1, 0)], "the oldest was let go"


def test_what_was_refused_is_asked_again() -> None:
    asked: list[int] = []

    @per_build
    def question(store: Store) -> int:
        asked.append(1)
        raise ValueError("none")

    held = _Held()
    for _ in range(2):
        with pytest.raises(ValueError, match="none"):
            question(held)  # type: ignore[arg-type]
    assert len(asked) == 2
