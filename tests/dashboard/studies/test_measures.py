"""Measures of a choice by hand: which are of it, which day each stands at, what is counted, why there are none."""

from __future__ import annotations

from datetime import date
from typing import Any

import polars as pl
import pytest

from dashboard.studies import measures
from dashboard.studies.measures import MeasureQuery, Measures
from pipelines.store import Store
from tests.dashboard import tiny

LAST = date(2022, 4, 30)
MARCH, APRIL, MAY = (date(2022, month, 10) for month in (3, 4, 5))


def _row(key: str, target: str = "RUS", sender: str = "US", **more: Any) -> dict[str, Any]:
    return {"measure": key, "regime": "r", "sender": sender, "target": target, "title": f"Act {key}",
            "types": "energy", "status": "confirmed", "precision": "day", "instrument": "EO 1",
            "reference": "text"} | more  # fmt: skip


@pytest.fixture(scope="module")
def register() -> Store:
    rows = [
        _row("a", signed=MARCH, effective=MARCH, lifted=MAY),
        _row("b", effective=APRIL, wind_down_end=MAY, title="Ban on Oil", scope="Crude"),
        _row("c", sender="EU", effective=LAST, status="inferred", types="finance;trade", instrument="Reg 2"),
        _row("d", announced=MAY),
        _row("own", target="USA", sender="RUS", effective=MARCH),
        _row("self", sender="RUS", effective=MARCH),
        _row("else", target="IRN;SYR", effective=date(2019, 5, 2)),
    ]  # fmt: skip
    areas = [{"area": code, "name": code, "area_kind": "country"} for code in ("RUS", "USA", "IRN", "SYR")]
    return tiny.store(measure=rows, area=areas, regime=[{"regime": "r", "title": "R", "sender": "US"}])


def _ask(register: Store, **more: Any) -> Measures:
    return measures.ask(register, MeasureQuery(**more))


def _keys(register: Store, **more: Any) -> list[str]:
    return _ask(register, **more).frame["measure"].to_list()


def test_measures_on_a_target_and_by_it_by_date(register: Store) -> None:
    assert _keys(register) == ["a", "own", "self", "b", "c", "d"]
    assert _keys(register, by_target=False) == ["a", "b", "c", "d"]
    assert _keys(register, target="IRN") == ["else"]
    assert len(_keys(register, target="WLD")) == 7
    assert _keys(register, target="WLD", senders=("RUS",)) == ["own", "self"]


def test_senders_that_are_named_decide_for_themselves(register: Store) -> None:
    assert _keys(register, senders=("EU",)) == ["c"]
    assert _keys(register, senders=("RUS",)) == ["own", "self"]
    assert _keys(register, senders=("US", "RUS"), by_target=False) == ["a", "own", "self", "b", "d"]


def test_kinds_status_and_words(register: Store) -> None:
    assert _keys(register, types=("trade",), by_target=False) == ["c"]
    assert _keys(register, status=("inferred",)) == ["c"]
    assert _keys(register, containing="OIL ban") == ["b"]
    assert _keys(register, containing="crude") == ["b"]
    assert _keys(register, containing="reg 2") == ["c"]
    assert _keys(register, containing="oil reg") == []
    assert _keys(register, containing="o.l") == [], "words, not patterns"
    confirmed = _ask(register).frame.filter(measures.CONFIRMED)["measure"].to_list()
    assert confirmed == ["a", "own", "self", "b", "d"]


def test_a_window_holds_whole_months(register: Store) -> None:
    first = date(2022, 4, 1)
    assert _keys(register, start=first) == ["b", "c", "d"]
    assert _keys(register, end=first) == ["a", "own", "self", "b", "c"]
    assert _keys(register, start=first, end=first) == ["b", "c"]
    assert _keys(register, start=APRIL) == ["b", "c", "d"]


def test_a_clock_that_most_lack_shows_those_alone_that_have_it(register: Store) -> None:
    ended = _ask(register, clock="lifted")
    assert ended.frame.select("measure", "date").rows() == [("a", MAY)]
    assert (ended.chosen, ended.left_out, ended.elsewhere) == (6, 5, 0)
    assert _keys(register, clock="wind_down_end") == ["b"]
    signed = _ask(register, clock="signed")
    assert (signed.frame.height, signed.left_out, signed.elsewhere) == (6, 0, 5)
    assert signed.dated["measure"].to_list() == ["a"]


def test_what_is_counted_is_counted_on_the_clock(register: Store) -> None:
    found = _ask(register)
    assert found.by_sender() == [("US", 3), ("RUS", 2), ("EU", 1)]
    assert (found.first, found.last) == (MARCH, MAY)
    assert found.busiest() == (date(2022, 3, 1), 3)
    assert (found.dated.height, found.elsewhere) == (5, 1), "the one that was announced has no day in effect"
    assert found.by_target
    assert not _ask(register, by_target=False).by_target
    assert _ask(register, containing="ban").busiest() == (date(2022, 4, 1), 1)
    assert _ask(register, containing="Act d").busiest() is None


def test_of_two_busy_months_the_first_and_of_two_senders_the_alphabet(register: Store) -> None:
    two = _ask(register).where(pl.col("measure").is_in(["a", "c"]))
    assert two.busiest() == (date(2022, 3, 1), 1)
    assert two.by_sender() == [("EU", 1), ("US", 1)]
    assert (two.chosen, two.left_out) == (2, 0)


def test_the_cause_of_an_empty_choice(register: Store) -> None:
    assert _ask(register, clock="lifted", containing="ban").why_empty == (
        "None of the 1 measure of this choice has a date on the clock “lifted or replaced”; choose another clock."
    )
    early = _ask(register, known_on=date(2022, 3, 1))
    assert early.why_empty == "No measure of this choice was out on 1 Mar 2022; choose a later day."
    late = _ask(register, start=date(2023, 1, 1))
    assert late.why_empty == (
        "The measures of this choice are dated Mar–May 2022, outside these months; choose an earlier start or a later "
        "end."
    )
    assert _ask(register, end=date(2020, 1, 1)).why_empty.startswith("The measures of this choice are dated Mar–May")
    none = _ask(register, containing="wheat")
    assert none.is_empty
    assert none.why_empty.startswith("The register holds no measure on RUS for this choice of senders")
    assert (
        "as known on 12 Mar 2022; choose another clock"
        in _ask(register, clock="wind_down_end", known_on=date(2022, 3, 12)).why_empty
    )
    assert _ask(register).why_empty == ""


def test_measures_that_are_named_by_key(register: Store) -> None:
    found = measures.named(register, ["b", "a"], "effective")
    assert (found.frame["measure"].to_list(), found.chosen, found.why_empty) == (["a", "b"], 2, "")
    ended = measures.named(register, ["b", "a"], "lifted")
    assert (ended.frame["measure"].to_list(), ended.left_out) == (["a"], 1)
    none = measures.named(register, [], "effective")
    assert (none.chosen, none.is_empty) == (0, True)
    assert "None of the chosen measures is in the register with a date on the clock" in none.why_empty
    then = measures.named(register, ["b"], "effective", date(2022, 3, 1))
    assert then.why_empty == (
        "None of the chosen measures had such a date on 1 Mar 2022; choose others or a later day."
    )
    assert "is in the register with" in measures.named(register, ["zz"], "effective", date(2022, 3, 1)).why_empty


def test_whom_measures_are_aimed_at(register: Store) -> None:
    def told(*, by_target: bool = False, **more: Any) -> str:
        return measures.whom(register, MeasureQuery(**more), by_target=by_target)

    assert told() == "on RUS"
    assert told(by_target=True) == "on RUS or by it"
    assert told(senders=("RUS",)) == "by RUS"
    assert told(target="WLD") == "on all targets"


def test_measures_that_are_named_are_not_told_as_a_targets_own(register: Store) -> None:
    assert not measures.named(register, ["own", "self"], "effective").by_target
