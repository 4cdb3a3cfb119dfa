"""The timing test and the break dates as exhibits: what is drawn is what was computed, and refusals are sentences."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from dashboard.analysis.timing import timing_test
from dashboard.exhibits.base import Exhibit, NothingToShow
from dashboard.exhibits.timing.breaks import BreakDatesParams, break_dates_exhibit
from dashboard.exhibits.timing.ordinary_dates import TimingTestParams, timing_test_exhibit
from dashboard.figures.marks import NOT_A_CAUSE
from dashboard.figures.theme import LIGHT
from dashboard.studies.trade import TradeQuery, ask
from pipelines.store import Store


def _tested(store: Store, **values: object) -> Exhibit:
    return timing_test_exhibit(store, TimingTestParams.parse(values), LIGHT)


def _broken(store: Store, **values: object) -> Exhibit:
    return break_dates_exhibit(store, BreakDatesParams.parse(values), LIGHT)


def test_us_imports_from_russia_fell_after_march_2022_and_the_words_say_so(store: Store) -> None:
    shown = _tested(store)
    assert "which is distinguishable from ordinary months" in shown.answer
    assert shown.note.startswith(NOT_A_CAUSE)
    assert "STL, each calendar month smoothed over 13 years" in shown.note
    flows = ask(store, TradeQuery("USA", ("RUS",), "import")).frame
    found = timing_test(flows, event=date(2022, 3, 8))
    assert f"{found.main.as_large} of the {found.main.clear_months} months" in shown.answer
    assert shown.cards[0].label == "Over 12 months"
    assert len(shown.cards) == 4


def test_the_hard_case_of_2014_is_not_distinguishable(store: Store) -> None:
    """US imports from Russia peaked in 2011: they were falling before any measure, and 2014 is no special month."""
    for flow in ("import", "export"):
        shown = _tested(store, flow=flow, event="2014-03-20")
        assert "not distinguishable from ordinary months" in shown.answer
        assert "to be found here in four cases in five it takes a fall of " in shown.answer


def test_a_verdict_is_withheld_where_swings_have_just_grown(store: Store) -> None:
    shown = _tested(store, event="2018-11-05")
    assert "which is withheld from a verdict: the 6 months before Nov 2018 swing 3.7 times as much" in shown.answer
    assert shown.cards[0].detail.endswith("; no verdict")
    assert "The date is withheld from a verdict." in shown.alt
    assert "around this one it swings " in shown.note


def test_the_drawn_path_stands_at_100_before_the_date(store: Store) -> None:
    data = _tested(store).data
    before = data.filter(pl.col("months_from_date").is_between(-12, -1))["index"].log().mean()
    assert before == pytest.approx(4.60517, abs=1e-4)
    assert data["low"].null_count() == 0
    after = data.filter(pl.col("months_from_date").is_between(6, 24))
    assert (after["index"] < after["low"]).all()


def test_lifting_runs_through_the_same_test_and_speaks_of_a_rebound(store: Store) -> None:
    shown = _tested(store, partner="MMR", flow="import", event="2016-10-07")
    assert "not distinguishable from ordinary months" in shown.answer
    assert "one of relief: “Ends the Burma emergency" in shown.answer
    assert shown.answer.endswith("Trade went higher than usual, which shows neither a rebound nor its absence.")
    venezuela = _tested(store, partner="VEN", flow="import", event="2022-11-26")
    assert "which is distinguishable from ordinary months" in venezuela.answer
    assert venezuela.answer.endswith("Trade rose after the relief.")
    assert "register has this day" not in _tested(store).answer


def test_the_end_of_relief_is_told_as_one(store: Store) -> None:
    shown = _tested(store, partner="IRN", flow="import", event="2018-05-08")
    assert "one of the end of relief: “Implementation Day" in shown.answer
    assert shown.answer.endswith("Trade went lower than usual, which shows neither a fall nor its absence.")
    both = _tested(store, partner="IRN", flow="export", event="2018-11-05")
    assert "The same day brought " in both.answer and both.answer.endswith("so no sign here speaks of relief.")


def test_relief_of_a_flow_without_trade_is_refused_and_says_what_stays_open(store: Store) -> None:
    with pytest.raises(
        NothingToShow, match=r"11 are zero: there was no trade to fall\. So this flow cannot say whether"
    ):
        _tested(store, partner="IRN", flow="import", event="2016-01-16")
    with pytest.raises(
        NothingToShow, match=r"16 months with figures above zero, and \d+ of zero trade, before Apr 2004"
    ):
        _tested(store, partner="LBY", flow="export", event="2004-04-23")


def test_refusals_are_sentences(store: Store) -> None:
    with pytest.raises(NothingToShow, match=r"needs 36 to know what is ordinary\. Choose another date"):
        _tested(store, event="1993-01-01")
    with pytest.raises(NothingToShow, match="balance has no logarithm"):
        _tested(store, flow="balance")
    with pytest.raises(NothingToShow, match="New Zealand reports no monthly trade here"):
        _tested(store, reporter="NZL")
    with pytest.raises(NothingToShow, match="The series ends in Jul 2026"):
        _tested(store, event="2026-03-01")
    with pytest.raises(NothingToShow, match="balance has no logarithm"):
        _broken(store, flow="balance")
    with pytest.raises(NothingToShow, match="New Zealand reports no monthly trade here"):
        _broken(store, reporter="NZL")


def test_breaks_of_us_exports_to_russia_stand_at_the_end_of_2014_and_in_march_2022(store: Store) -> None:
    shown = _broken(store, flow="export")
    starts = shown.data.filter(pl.col("is_break"))["period"].to_list()
    assert date(2022, 3, 1) in starts and date(2014, 12, 1) in starts
    assert [card.label for card in shown.cards][-2:] == ["Dec 2014", "Mar 2022"]
    assert shown.data["level_usd"].n_unique() == len(starts) + 1
    assert NOT_A_CAUSE in shown.note and "first month of the new level" in shown.note


def test_a_break_at_the_limit_of_the_search_is_said(store: Store) -> None:
    shown = _broken(store, least_months=62)
    assert "as near to a neighbour or an end as the search allows" in shown.note
    assert "as the search allows" not in _broken(store, flow="export", least_months=24).note
