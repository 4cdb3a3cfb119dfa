"""Measures and what undid them, by hand: which end is told as one, and what stands for it instead."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import pytest

from dashboard.studies import reversals
from dashboard.studies.measures import MeasureQuery
from dashboard.studies.reversals import EASING, ENDED, IMPOSED, LIFTED
from pipelines.store import Store
from tests.dashboard import tiny

BEGAN, EASED, OVER = date(2016, 1, 16), date(2017, 6, 1), date(2018, 11, 5)


def _row(key: str, effective: date | None, lifted: date | None = None, **more: Any) -> dict[str, Any]:
    return {"measure": key, "regime": "r", "sender": "US", "target": "IRN", "title": f"Act {key}", "types": "energy",
            "status": "confirmed", "precision": "day", "instrument": "EO 1", "effective": effective,
            "lifted": lifted} | more  # fmt: skip


def _register(*rows: dict[str, Any], shown_first: str | None = None) -> Store:
    areas = [{"area": code, "name": code, "area_kind": "country"} for code in ("IRN", "SYR")]
    subject = {"subject": "IRN", "name": "Iran", "name_in_sentence": "Iran", "kind": "sanctioned", "codes": "IRN",
               "shown_first": shown_first}  # fmt: skip
    return tiny.store(measure=rows, area=areas, subject=[] if shown_first is None else [subject])


def _turns(store: Store, **more: Any) -> Sequence[tuple[str, date, str]]:
    found = reversals.turns(store, MeasureQuery(**({"target": "IRN"} | more)))
    return found.select("measure", "date", "kind").rows()


def test_a_measure_that_ended_gives_two_turns() -> None:
    store = _register(_row("ban", BEGAN, OVER), _row("on", EASED))
    assert _turns(store) == [("ban", BEGAN, IMPOSED), ("on", EASED, IMPOSED), ("ban", OVER, LIFTED)]
    assert reversals.turns(store, MeasureQuery(target="IRN"))["clock_used"].to_list()[-1] == "lifted"


@pytest.mark.parametrize(("days", "told"), [(31, False), (-31, False), (32, True), (-32, True), (0, False)])
def test_an_easing_of_the_month_stands_for_the_end_of_what_it_eased(days: int, told: bool) -> None:
    store = _register(_row("ban", BEGAN, OVER), _row("ease", OVER + timedelta(days=days), eases="ban"))
    assert (("ban", OVER, LIFTED) in _turns(store)) is told
    assert ("ease", OVER + timedelta(days=days), EASING) in _turns(store)


def test_what_replaced_a_measure_stands_for_its_end() -> None:
    store = _register(_row("ban", BEGAN, OVER), _row("next", OVER, supersedes="ban"))
    assert _turns(store) == [("ban", BEGAN, IMPOSED), ("next", OVER, IMPOSED)]


def test_relief_that_ended_is_told_and_not_where_a_wider_one_goes_on() -> None:
    ban, ease = _row("ban", date(2010, 1, 1)), _row("ease", BEGAN, OVER, eases="ban")
    assert _turns(_register(ban, ease))[-1] == ("ease", OVER, ENDED)

    def with_wider(day: date, **more: Any) -> bool:
        wider = _row("wide", day, eases="other", **more)
        return ("ease", OVER, ENDED) in _turns(_register(ban, ease, wider))

    assert not with_wider(OVER)
    assert not with_wider(OVER + timedelta(days=31))
    assert with_wider(OVER + timedelta(days=32))
    assert not with_wider(OVER, target="SYR;IRN")
    assert with_wider(OVER, target="SYR"), "relief of another target"
    assert with_wider(OVER, sender="EU"), "relief of another sender"


def test_an_easing_that_was_replaced_by_a_measure_is_an_end_of_relief() -> None:
    ban, ease = _row("ban", date(2010, 1, 1)), _row("ease", BEGAN, OVER, eases="ban")
    back = _row("back", OVER, supersedes="ease")
    assert ("ease", OVER, ENDED) in _turns(_register(ban, ease, back))
    other = _row("renewed", OVER, supersedes="ease", eases="ban", target="SYR")
    assert ("ease", OVER, ENDED) not in _turns(_register(ban, ease, other))


@pytest.mark.parametrize(
    ("ended", "told"),
    [
        (None, True),
        (BEGAN + timedelta(days=31), True),  # it ended with the easing's own beginning
        (BEGAN + timedelta(days=32), False),
        (OVER + timedelta(days=31), False),
        (OVER + timedelta(days=32), True),  # what was eased outlived the easing
    ],
)
def test_nothing_comes_back_where_what_was_eased_ended_meanwhile(ended: date | None, told: bool) -> None:
    store = _register(_row("ban", date(2010, 1, 1), ended), _row("ease", BEGAN, OVER, eases="ban"))
    assert (("ease", OVER, ENDED) in _turns(store)) is told


def test_all_that_was_eased_must_have_ended() -> None:
    rows = [
        _row("one", date(2010, 1, 1), EASED),
        _row("two", date(2010, 1, 1)),
        _row("ease", BEGAN, OVER, eases="one;two"),
    ]
    assert ("ease", OVER, ENDED) in _turns(_register(*rows))


def test_clocks() -> None:
    store = _register(
        _row("ban", BEGAN, OVER, signed=EASED),
        _row("ease", EASED, eases="other"),
        _row("end", None, wind_down_end=OVER),
    )
    assert _turns(store, clock="lifted") == [("ease", EASED, EASING), ("ban", OVER, LIFTED)]
    assert _turns(store, clock="wind_down_end") == [("ban", OVER, LIFTED), ("end", OVER, IMPOSED)]
    assert _turns(store, clock="signed") == [
        ("ban", EASED, IMPOSED), ("ease", EASED, EASING), ("ban", OVER, LIFTED),
    ]  # fmt: skip
    assert ("end", OVER, IMPOSED) not in _turns(store), "the end of a wind-down is no beginning"


def test_what_the_register_dates_to_a_day_of_relief() -> None:
    store = _register(
        _row("ban", BEGAN, OVER), _row("next", OVER), _row("ease", EASED, eases="other"), _row("with", EASED),
        _row("signed", date(2020, 1, 1), signed=EASED),
    )  # fmt: skip
    on = reversals.on_day(store, partner="IRN", event=EASED)
    assert on.select("measure", "kind").rows() == [("ease", EASING), ("signed", IMPOSED), ("with", IMPOSED)]
    assert reversals.is_relief(on)
    assert "came back after the relief" in reversals.untold(on)
    ended = reversals.on_day(store, partner="IRN", event=OVER)
    assert (ended["kind"].to_list(), reversals.is_relief(ended)) == ([LIFTED, IMPOSED], True)
    assert reversals.on_day(store, partner="IRN", event=BEGAN).is_empty(), "nothing was undone on it"
    nothing = reversals.on_day(store, partner="IRN", event=date(2001, 1, 1))
    assert (reversals.untold(nothing), reversals.is_relief(nothing)) == ("", False)


def test_the_acts_that_are_shown_first_stand_first() -> None:
    rows = [_row("a", EASED, eases="x"), _row("b", EASED, eases="x"), _row("c", EASED, eases="x")]

    def keys(shown_first: str | None) -> list[str]:
        on = reversals.on_day(_register(*rows, shown_first=shown_first), partner="IRN", event=EASED)
        return on["measure"].to_list()

    assert keys(None) == ["a", "b", "c"]
    assert keys("b") == ["b", "a", "c"]


def test_the_end_of_relief_is_no_relief() -> None:
    store = _register(_row("ban", date(2010, 1, 1)), _row("ease", BEGAN, OVER, eases="ban"))
    on = reversals.on_day(store, partner="IRN", event=OVER)
    assert on["kind"].to_list() == [ENDED]
    assert not reversals.is_relief(on)
    assert reversals.untold(on) == "So this flow cannot say whether trade fell after the relief had ended."


def test_as_known_on_a_day() -> None:
    store = _register(_row("ban", BEGAN, OVER), _row("ease", OVER, eases="ban"))
    assert _turns(store, known_on=EASED) == [("ban", BEGAN, IMPOSED)]
    assert reversals.easings(store, EASED).is_empty()
    assert reversals.easings(store)["measure"].to_list() == ["ease"]
    assert reversals.on_day(store, partner="IRN", event=OVER, known_on=EASED).is_empty()
