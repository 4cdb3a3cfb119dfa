"""One measure opened: its facts, the months around its day, and where the figures lie otherwise; by hand."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from dashboard.analysis.errors import AnalysisError
from dashboard.studies import one_measure
from dashboard.studies.one_measure import OneMeasureQuery
from dashboard.studies.pair import PairQuery
from pipelines.store import Store
from tests.dashboard import tiny
from tests.dashboard.studies import hand

EVENT = date(2021, 3, 8)


def _measure(key: str, **more: Any) -> dict[str, Any]:
    return {"measure": key, "sender": "US", "target": "RUS;AAA", "title": f"Act {key}", "types": "energy",
            "status": "confirmed", "precision": "day", "instrument": "EO"} | more  # fmt: skip


@pytest.fixture(scope="module")
def held() -> Store:
    months = {day: value for day, value in hand.months(date(2018, 1, 1), [100.0] * 39 + [50.0] * 40).items() if value}
    sender = {"sender": "US", "name": "United States", "short_name": "US", "name_in_sentence": "the US", "rank": 1}
    return tiny.store(
        trade_flow=[
            *tiny.months(months),
            *tiny.months({date(2025, 1, 1): 1.0}, partner="BBB"),
            *tiny.months({date(2010, 1, 1): 1.0}, partner="CCC"),
            *tiny.months({date(2010, 1, 1): 1.0, date(2025, 1, 1): 1.0}, partner="DDD"),
            *tiny.months({date(2023, 3, 1): 1.0}, partner="AAA"),
        ],
        measure=[
            _measure("ban", effective=EVENT, signed=date(2021, 1, 5)),
            _measure("ease", effective=date(2022, 1, 1), eases="ban"),
            _measure("next", effective=date(2023, 1, 1), supersedes="ease"),
        ],
        sender=[sender],
    )


def _study(held: Store, partner: str = "RUS", clock: str = "effective", **more: Any) -> one_measure.OneMeasure:
    return one_measure.study(held, OneMeasureQuery("ban", clock, PairQuery("USA", partner, "export", **more)))


def test_two_years_to_either_side(held: Store) -> None:
    found = _study(held)
    assert (found.start, found.end, found.day) == (date(2019, 3, 1), date(2023, 3, 1), EVENT)
    assert (found.trade.frame.height, found.has_trade, found.elsewhere) == (49, True, "")
    assert (found.effect.before, found.effect.after) == (100.0, 50.0)
    signed = _study(held, clock="signed")
    assert (signed.day, signed.clock_used) == (date(2021, 1, 5), "signed")
    assert _study(held, clock="lifted").clock_used == "effective"


@pytest.mark.parametrize(
    ("partner", "words"),
    [("BBB", "begin in Jan 2025"), ("CCC", "end in Jan 2010"), ("DDD", "have a gap there"), ("AAA", "")],
)
def test_where_the_figures_lie(held: Store, partner: str, words: str) -> None:
    found = _study(held, partner)
    assert (found.elsewhere, found.has_trade) == (words, words == "")


def test_a_pair_without_figures_has_its_own_sentence(held: Store) -> None:
    found = _study(held, "NLD")
    assert (found.elsewhere, found.has_trade) == ("", False)
    assert "no monthly figures" in found.trade.why_empty


def test_facts_of_a_measure(held: Store) -> None:
    found = one_measure.facts(held, "ease")
    assert found.targets == ("Russia", "Aland")
    assert (found.sender, found.concerns("AAA"), found.concerns("US"), found.concerns("BBB")) == (
        "United States", True, True, False,
    )  # fmt: skip
    assert found.links.select("measure", "by", "relation").rows() == [
        ("ban", "ease", "eases"), ("ease", "next", "supersedes"),
    ]  # fmt: skip
    assert one_measure.facts(held, "ban").links.height == 1
    then = one_measure.facts(held, "ease", date(2022, 6, 1))
    assert (then.links.height, then.known_on) == (1, date(2022, 6, 1))


def test_what_cannot_be_opened(held: Store) -> None:
    with pytest.raises(AnalysisError, match="Nothing of the measure “ease” was out on 1 Jun 2021; choose a later day"):
        one_measure.facts(held, "ease", date(2021, 6, 1))
    with pytest.raises(AnalysisError, match="There is no measure “zz” in the register"):
        one_measure.facts(held, "zz", date(2021, 6, 1))
    with pytest.raises(AnalysisError, match="A balance may be below zero"):
        one_measure.study(held, OneMeasureQuery("ban", "effective", PairQuery("USA", "RUS", "balance")))
