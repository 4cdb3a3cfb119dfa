"""All measures on a target tested at once: one test for a month, adjusted for their number, refusals with reasons."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from dashboard.analysis.timing import timing_test
from dashboard.analysis.timing_null import holm
from dashboard.analysis.timing_result import WITHHELD
from dashboard.exhibits.base import Exhibit, NothingToShow
from dashboard.exhibits.timing import every_measure_words as said
from dashboard.exhibits.timing.every_measure import TimingTestsParams, timing_tests_exhibit
from dashboard.figures.marks import NOT_A_CAUSE
from dashboard.figures.theme import LIGHT
from dashboard.studies.trade import TradeQuery, ask
from pipelines.store import Store


def _shown(store: Store, **values: object) -> Exhibit:
    return timing_tests_exhibit(store, TimingTestsParams.parse(values), LIGHT)


@pytest.fixture(scope="module")
def russia(store: Store) -> Exhibit:
    return _shown(store)


def test_each_row_has_the_figures_of_the_single_test(store: Store, russia: Exhibit) -> None:
    flows = ask(store, TradeQuery("USA", ("RUS",), "import")).frame
    for key in ("us-rus-eo13662", "us-rus-eo14066"):
        row = russia.data.row(by_predicate=(pl.col("measure") == key), named=True)
        alone = timing_test(flows, event=row["date"])
        assert row["effect_pct"] == pytest.approx(100 * alone.effect)
        assert row["p_value"] == pytest.approx(alone.p_value)


def test_measures_on_russia_are_not_those_by_russia(store: Store, russia: Exhibit) -> None:
    assert "424 measures, 9 easings, 1 lifting or replacement and 1 end of relief on Russia" in russia.subtitle
    assert "tested at 87 dates" in russia.subtitle
    assert "and 11 are on their own" in russia.answer
    assert "Russia" not in set(russia.data["sender"])
    own = _shown(store, senders="RUS")
    assert set(own.data["sender"]) == {"Russia"} and " by Russia, tested at" in own.subtitle


def test_what_was_not_out_on_the_day_is_not_tested(store: Store, russia: Exhibit) -> None:
    then = _shown(store, known_on="2023-04-01")
    assert then.data["date"].max() <= date(2024, 1, 1)
    assert then.data.height < russia.data.height
    assert "on Russia, as known on 1 Apr 2023, tested at" in then.subtitle


def test_measures_of_one_month_are_one_test_and_adjusted_once(russia: Exhibit) -> None:
    done = russia.data.filter(pl.col("p_value").is_not_null())
    tests = done.unique([pl.col("date").dt.truncate("1mo"), pl.col("date").dt.day() == 1])
    assert set(done["tests"]) == {tests.height} and tests.height < done.height
    assert sorted(holm(tests["p_value"].to_numpy())) == pytest.approx(sorted(tests["p_holm"]))
    march = done.filter(pl.col("date").is_between(date(2022, 3, 2), date(2022, 3, 31)))
    assert march["p_value"].n_unique() == 1 and set(march["in_this_test"]) == {march.height}
    assert "count as one test" in russia.note and russia.note.startswith(NOT_A_CAUSE)


def test_verdicts_are_fixed_words_and_none_passes_among_a_hundred(russia: Exhibit) -> None:
    assert set(russia.data["verdict"]) <= {said.ALSO, said.ALONE, said.NOT, said.UNTESTED, WITHHELD}
    assert said.ALSO not in set(russia.data["verdict"])
    assert "none is distinguishable from ordinary months after adjustment" in russia.answer
    assert "no date can pass among so many" in russia.note


def test_verdict_words_follow_both_values() -> None:
    assert said.verdict({"p_value": 0.001, "p_holm": 0.02}) == said.ALSO
    assert said.verdict({"p_value": 0.001, "p_holm": 0.2}) == said.ALONE
    assert said.verdict({"p_value": 0.4, "p_holm": 1.0}) == said.NOT
    assert said.verdict({"p_value": None, "p_holm": None}) == said.UNTESTED
    assert said.verdict({"p_value": None, "p_holm": None, "withheld": True}) == WITHHELD


def test_silence_names_the_smallest_change_for_every_date_and_for_the_middle_one(russia: Exhibit) -> None:
    done = russia.data.filter(pl.col("p_value").is_not_null())
    assert done["smallest_fall_pct"].is_between(-100, 0).all() and (done["smallest_rise_pct"] > 0).all()
    assert "to be found alone in four cases in five, it takes a fall of " in russia.answer
    silent = [
        text for trace in russia.figure.data if trace.mode == "markers" for text in trace.text if said.NOT in text
    ]
    assert silent and all("it takes a fall of" in text.replace("<br>", " ") for text in silent)


def test_withheld_rows_keep_their_effect_and_count_in_no_adjustment(russia: Exhibit) -> None:
    withheld = russia.data.filter(pl.col("verdict") == WITHHELD)
    assert (
        withheld.height > 0 and withheld["p_value"].null_count() == withheld["p_holm"].null_count() == withheld.height
    )
    assert withheld["effect_pct"].null_count() == 0
    assert withheld["refused"].str.starts_with("The verdict is withheld: the 6 months before ").all()
    assert (
        f"{withheld.height} are withheld from a verdict, because swings had just grown before the date" in russia.note
    )


def test_what_could_not_be_tested_says_why_and_what_lies_outside_is_counted(russia: Exhibit) -> None:
    refused = russia.data.filter(pl.col("p_value").is_null())
    assert refused.height > 0 and refused["refused"].null_count() == 0
    assert refused["refused"].str.contains("The series ends in Jul 2026|needs 36|The verdict is withheld").all()
    assert "outside the months of this flow, Jan 1992–Jul 2026" in russia.note
    assert russia.data["date"].is_sorted()


def test_filters_make_fewer_tests(store: Store, russia: Exhibit) -> None:
    banks = _shown(store, types="banking", senders="US")
    assert banks.data["tests"].max() < russia.data["tests"].max()
    assert set(banks.data["sender"]) == {"United States"}


def test_easings_alone_are_easings_liftings_and_ends_of_relief(store: Store) -> None:
    shown = _shown(store, target="IRN", partner="IRN", flow="export", easings_only=True)
    assert set(shown.data["kind"]) == {"easing", "lifted or replaced", "relief ended"}
    assert "dates of relief" in shown.answer
    assert [note.text for note in shown.figure.layout.annotations if note.name == "panel"] == [
        "Relief ended", "Eased or lifted",
    ]  # fmt: skip


def test_a_mark_is_told_by_its_shape_and_its_words(russia: Exhibit) -> None:
    marks = [trace for trace in russia.figure.data if trace.mode == "markers"]
    symbols = {trace.name: trace.marker.symbol for trace in marks}
    assert len(set(symbols.values())) == len(symbols) > 1
    every = [text for trace in marks for text in trace.text]
    assert all(any(phrase in text for phrase in (said.ALSO, said.ALONE, said.NOT)) for text in every)
    assert sum(trace.showlegend for trace in marks) == len(symbols)


def test_empty_states_are_sentences(store: Store) -> None:
    with pytest.raises(NothingToShow, match="balance has no logarithm"):
        _shown(store, flow="balance")
    with pytest.raises(NothingToShow, match="New Zealand reports no monthly trade here"):
        _shown(store, reporter="NZL")
    with pytest.raises(NothingToShow, match="holds no measure on Russia for this choice"):
        _shown(store, senders="OAPEC")
    with pytest.raises(NothingToShow, match=r"lies in the months of this flow.*choose another reporter"):
        _shown(store, target="SUN")
    with pytest.raises(NothingToShow, match=r"exports to Russia of the European Union .*, but not the imports; choose"):
        _shown(store, reporter="EUU")
    with pytest.raises(NothingToShow, match=r"Not one of the 7 dates can be tested on this flow\. .* is not known"):
        _shown(store, target="PRK", partner="PRK", easings_only=True)
    with pytest.raises(NothingToShow, match="known to this store on 1 Jan 1990: its first vintage is of 8 Mar 2023"):
        _shown(store, known_on="1990-01-01")
