"""The register as a timeline: dates typed in by hand, five clocks, filters that filter, words that hold."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from dashboard.exhibits.base import NothingToShow
from dashboard.exhibits.timing_register import RegisterTimelineParams, register_timeline
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
    dots = sum(len(trace.x) for trace in shown.figure.data if trace.hovertemplate)
    assert dots == shown.data.height
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
    assert "faint, at the nearest clock known" in shown.note


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
