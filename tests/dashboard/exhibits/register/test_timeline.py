"""The register as a timeline: dates typed in by hand, five clocks, filters that filter, words that hold."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from dashboard.exhibits.base import NothingToShow
from dashboard.exhibits.register.timeline import RegisterTimelineParams, register_timeline
from dashboard.figures.marks import NOT_A_CAUSE
from dashboard.figures.theme import DARK, LIGHT
from pipelines.store import Store


def _data(store: Store, **values: object) -> pl.DataFrame:
    return register_timeline(store, RegisterTimelineParams.parse(values), LIGHT).data


def _held(store: Store) -> int:
    """How many measures of the register are on Russia or by it."""
    on_russia = pl.col("target").str.split(";").list.contains("RUS")
    return store.table("measure").filter(on_russia | (pl.col("sender") == "RUS")).height


def _row(data: pl.DataFrame, key: str) -> dict[str, object]:
    return data.row(by_predicate=pl.col("measure") == key, named=True)


@pytest.mark.parametrize(
    ("key", "clock", "day"),
    [
        ("us-rus-magnitsky-act", "signed", date(2012, 12, 14)),
        ("us-rus-caatsa", "signed", date(2017, 8, 2)),
        ("us-rus-caatsa", "announced", date(2017, 7, 25)),
        ("us-rus-eo14066", "effective", date(2022, 3, 8)),
        ("eu-rus-p03-swift7", "effective", date(2022, 3, 12)),
        ("eu-rus-p03-swift7", "signed", date(2022, 3, 1)),
        ("us-rus-rusal-sdn", "lifted", date(2019, 1, 27)),
    ],
)
def test_marks_stand_at_the_dates_of_the_acts(store: Store, key: str, clock: str, day: date) -> None:
    row = _row(_data(store, clock=clock), key)
    assert row["date"] == day
    assert row[clock] == day


def test_all_measures_are_drawn_once_and_carry_an_act_and_a_reference(store: Store) -> None:
    shown = register_timeline(store, RegisterTimelineParams(), LIGHT)
    assert shown.data.height == _held(store) < store.table("measure").height
    assert shown.data["measure"].is_unique().all()
    assert shown.data["instrument"].null_count() == 0
    assert shown.data["reference"].null_count() == 0
    numbers = [text for trace in shown.figure.data if trace.hovertemplate for text in trace.text]
    assert sum(int(text or 1) for text in numbers) == shown.data.height
    assert len(numbers) < shown.data.height
    assert shown.note.startswith(NOT_A_CAUSE)
    assert len(shown.title) <= 70


def test_filters_by_sender_type_status_and_time(store: Store) -> None:
    banks = _data(store, senders="EU", types="banking", start="2022-01", end="2022-12")
    assert banks["sender"].unique().to_list() == ["European Union"]
    assert banks["kind"].unique().to_list() == ["Finance, banks"]
    assert banks["types"].str.contains("Banks and SWIFT").all()
    assert banks["date"].is_between(date(2022, 1, 1), date(2022, 12, 31)).all()
    assert "eu-rus-p03-swift7" in banks["measure"].to_list()
    inferred = _data(store, status="inferred")
    assert 0 < inferred.height < 20
    assert inferred["status"].unique().to_list() == ["inferred"]


def test_counter_measures_of_the_target_are_in_unless_senders_are_chosen(store: Store) -> None:
    everyone = _data(store)
    food = _row(everyone, "rus-food-embargo")
    assert (food["sender"], food["date"]) == ("Russia", date(2014, 8, 7))
    assert "rus-food-embargo" not in _data(store, senders="US,EU")["measure"].to_list()


def test_lifted_clock_leaves_out_what_was_never_lifted_and_says_how_many(store: Store) -> None:
    shown = register_timeline(store, RegisterTimelineParams.parse({"clock": "lifted"}), LIGHT)
    assert shown.data["lifted"].null_count() == 0
    held = _held(store)
    left_out = held - shown.data.height
    assert shown.answer.startswith(f"Of {held} measures on Russia or by it, {shown.data.height} have a lifting date")
    assert "busiest" not in shown.answer and "Most in one month" not in shown.alt
    assert f"{left_out} measures have no such date and are left out." in shown.note


def test_a_clock_that_a_measure_lacks_falls_back_and_is_named(store: Store) -> None:
    shown = register_timeline(store, RegisterTimelineParams.parse({"clock": "effective"}), LIGHT)
    gold = _row(shown.data, "ca-rus-gold")
    assert (gold["date"], gold["clock"], gold["effective"]) == (date(2022, 7, 7), "announced", None)
    assert "small, at the nearest clock known" in shown.note


def test_spans_run_from_effect_to_lifting(store: Store) -> None:
    row = _row(_data(store), "us-rus-rusal-sdn")
    assert (row["span_start"], row["span_end"]) == (date(2018, 4, 6), date(2019, 1, 27))


def test_nothing_to_show_says_what_is_missing(store: Store) -> None:
    with pytest.raises(NothingToShow, match="holds no measure"):
        _data(store, target="NZL", senders="US")
    with pytest.raises(NothingToShow, match="lifted or replaced"):
        _data(store, clock="lifted", senders="JP")


def test_dark_draws_the_same_data(store: Store) -> None:
    light = register_timeline(store, RegisterTimelineParams(), LIGHT)
    dark = register_timeline(store, RegisterTimelineParams(), DARK)
    assert dark.data.equals(light.data)
    assert dark.figure.layout.paper_bgcolor == DARK.paper


def test_one_sender_is_said_as_one(store: Store) -> None:
    shown = register_timeline(store, RegisterTimelineParams.parse({"senders": "US"}), LIGHT)
    assert "all by the United States" in shown.answer


def test_words_are_looked_for_in_title_act_and_scope(store: Store) -> None:
    caps = _data(store, containing="price CAP")
    assert 5 < caps.height < 40
    assert caps.filter(~pl.concat_str("title", "instrument", pl.col("scope").fill_null("")).str.contains("(?i)price"))[
        "measure"
    ].is_empty()
    assert "eu-rus-p06-crude" in _data(store, containing="hs 2709 2022/879")["measure"].to_list()
    shown = register_timeline(store, RegisterTimelineParams.parse({"containing": "price cap"}), LIGHT)
    assert "has “price cap”" in shown.subtitle
    with pytest.raises(NothingToShow, match="no measure on Russia for this choice of senders, kinds, words"):
        _data(store, containing="unobtainium")


@pytest.mark.parametrize(
    ("target", "key", "least"),
    [
        ("IRN", "us-irn-jcpoa-impl", 90),
        ("CUB", "us-cub-proc3447", 50),
        ("ZAF", "us-zaf-krugerrand-1985", 30),
        ("IRQ", "un-irq-661", 20),
        ("HTI", "us-hti-eo12779", 15),
        ("LBY", "us-lby-eo12543", 25),
        ("ZWE", "un-zwe-232", 10),
        ("PRK", "us-prk-1950", 60),
    ],
)
def test_every_case_of_the_register_has_a_timeline(store: Store, target: str, key: str, least: int) -> None:
    data = _data(store, target=target)
    assert data.height >= least
    assert key in data["measure"].to_list()


def test_yugoslavia_goes_on_under_the_code_of_its_successor(store: Store) -> None:
    data = _data(store, target="YUG")
    assert {"us-yug-1991-12", "us-yug-eo13304"} <= set(data["measure"])
    assert data["date"].max() > date(2000, 1, 1)


def test_all_targets_and_counter_sanctions(store: Store) -> None:
    assert _data(store, target="WLD").height == store.table("measure").height
    by_russia = register_timeline(store, RegisterTimelineParams.parse({"senders": "RUS"}), LIGHT)
    assert by_russia.title == "Sanctions by Russia, by kind and date"
    assert by_russia.data["sender"].unique().to_list() == ["Russia"]
    assert by_russia.data.height >= 20


def test_shape_and_word_tell_the_kind_and_inferred_rows_look_inferred(store: Store) -> None:
    shown = register_timeline(store, RegisterTimelineParams.parse({"senders": "EU", "status": "inferred"}), LIGHT)
    marks = next(trace for trace in shown.figure.data if trace.hovertemplate)
    assert all(symbol.endswith("-open-dot") for symbol in marks.marker.symbol)
    firm = register_timeline(store, RegisterTimelineParams.parse({"types": "banking", "senders": "EU"}), LIGHT)
    marks = next(trace for trace in firm.figure.data if trace.hovertemplate)
    assert {symbol.split("-")[0] for symbol in marks.marker.symbol} == {"square"}
    assert any("■\u00a0Finance" in (note.text or "") for note in firm.figure.layout.annotations)


def test_a_measure_that_was_eased_or_replaced_later_carries_a_slash_and_the_words(store: Store) -> None:
    shown = register_timeline(store, RegisterTimelineParams.parse({"target": "CUB", "senders": "US"}), LIGHT)
    told = _row(shown.data, "us-cub-export-embargo-1960")["eased_or_replaced"]
    assert "replaced 7 Feb 1962" in str(told) or "eased" in str(told)
    slashes = next(trace for trace in shown.figure.data if trace.name == "United States: eased or replaced")
    assert "2001-07-26" in slashes.x


def test_too_many_measures_for_bars_share_a_mark_by_year_and_the_note_says_so(store: Store) -> None:
    shown = register_timeline(store, RegisterTimelineParams.parse({"target": "WLD"}), LIGHT)
    numbers = [int(text or 1) for trace in shown.figure.data if trace.hovertemplate for text in trace.text]
    assert sum(numbers) == shown.data.height
    assert not any("lifted" in (trace.name or "") for trace in shown.figure.data)
    assert "a mark stands for a year" in shown.note
    assert shown.figure.layout.height < 3000
    assert shown.data["span_end"].null_count() < shown.data.height
