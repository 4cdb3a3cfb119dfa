"""Trade after relief on the shipped figures: known numbers, every subject, nothing that is no year."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import polars as pl
import pytest

from dashboard.exhibits.base import Exhibit, NothingToShow
from dashboard.exhibits.timing import relief_words as said
from dashboard.exhibits.timing.after_relief import AfterReliefParams, after_relief
from dashboard.figures.marks import NOT_A_CAUSE
from dashboard.figures.theme import LIGHT
from dashboard.queries.subjects import subjects
from dashboard.studies.rounding import Change
from pipelines.store import Store

CAUSE = re.compile(r"\b(because of|due to|led to|caused?|drove|thanks to|effect of|impact of|results? in)\b")


def _drawn(store: Store, **raw: str) -> Exhibit:
    return after_relief(store, AfterReliefParams.parse(raw), LIGHT)


def _values(exhibit: Exhibit, measure: str, kind: str) -> tuple[Any, ...]:
    rows = exhibit.data.filter(pl.col("measure") == measure, pl.col("kind") == kind)
    assert rows.height == 1
    return rows.select("value_before", "value_during", "value_after").row(0)


def test_imports_from_venezuela(store: Store) -> None:
    exhibit = _drawn(store, target="VEN")
    suspended = exhibit.data.filter(pl.col("title").str.starts_with("Suspends the oil and gas"), kind="easing")
    assert suspended["value_before"][0] == pytest.approx(0.41e9, rel=0.01)
    assert suspended["value_after"][0] == pytest.approx(6.02e9, rel=0.001)
    assert "$413 million in 2022, $3.59 billion in 2023 and $6.02 billion in 2024 (14.6 times)" in exhibit.answer
    raw = store.query(
        """SELECT sum(value_usd) AS usd FROM trade_flow WHERE reporter = 'USA' AND partner = 'VEN' AND flow = 'import'
           AND product = 'TOTAL' AND frequency = 'M' AND year(period) = 2024 AND known_to IS NULL"""
    )["usd"][0]
    assert suspended["value_after"][0] == pytest.approx(raw)


def test_imports_from_iran(store: Store) -> None:
    exhibit = _drawn(store, target="IRN")
    before, during, after = _values(exhibit, "us-irn-jcpoa-impl", "easing")
    assert [round(value / 1e6, 1) for value in (before, during, after)] == [10.8, 87.7, 63.1]
    before, during, after = _values(exhibit, "us-irn-jcpoa-impl", "relief ended")
    assert [round(value / 1e6, 1) for value in (before, during, after)] == [63.1, 70.0, 1.4]


def test_a_year_that_is_not_over_has_no_point(store: Store) -> None:
    exhibit = _drawn(store, target="VEN")
    late = exhibit.data.filter(pl.col("date") >= date(2026, 1, 1))
    assert late.height > 1
    assert late["value_during"].null_count() == late["value_after"].null_count() == late.height
    assert set(late["part"]) == {"Jan–Jul 2026"} and set(late["span_during"]) == {None}
    assert set(late["value_part"]) == {8.2274e9}
    assert "Jan–Jul 2026 came to $8.23 billion, against $2.57 billion in the same months" in exhibit.answer
    assert "2026 $" not in exhibit.answer.replace("Jan–Jul 2026 $", "")


def test_every_subject_is_drawn_or_says_why_not(store: Store) -> None:
    reasons = {}
    for code in subjects(store):
        try:
            exhibit = _drawn(store, target=code)
        except NothingToShow as reason:
            reasons[code] = str(reason)
            continue
        for text in (exhibit.answer, exhibit.note, exhibit.alt, exhibit.subtitle):
            assert CAUSE.search(text.replace(NOT_A_CAUSE, "")) is None, text
        assert len(exhibit.title) <= 70
        points = [trace for trace in exhibit.figure.data if trace.mode == "markers"]
        held = exhibit.data.unique(["title", "date", "kind"]).height
        assert 0 < max(len(trace.x) for trace in points) <= held
    assert set(reasons) == {"UKR", "ZWE"}
    assert reasons["UKR"] == "The register holds no easing, lifting or end of relief on Ukraine; choose another target."
    assert reasons["ZWE"].startswith("All 5 dates of relief on Rhodesia, Jan 1972–Dec 1979, lie where this flow")


@pytest.mark.parametrize(
    ("raw", "sentence"),
    [
        ({"target": "WLD"}, "one target at a time"),
        ({"flow": "balance"}, "A balance may be below zero, so it has no change"),
        ({"known_on": "2020-01-01"}, "No easing, lifting or end of relief on Venezuela was out on 1 Jan 2020"),
        ({"reporter": "DEU"}, "no monthly figures for Germany with Venezuela"),
        ({"senders": "CHN"}, "for this choice of senders, kinds and clock"),
    ],
)
def test_nothing_to_show(store: Store, raw: dict[str, str], sentence: str) -> None:
    with pytest.raises(NothingToShow, match=sentence):
        _drawn(store, **raw)


def test_as_known_on_a_day_uses_nothing_learned_later(store: Store) -> None:
    exhibit = _drawn(store, target="IRN", known_on="2023-06-01")
    assert max(exhibit.data["date"]) <= date(2023, 6, 1)
    assert "As known on 1 Jun 2023" in exhibit.note
    assert exhibit.passport.last_observation <= "Jan–Jul 2023"


def test_those_of_other_senders_are_grey_and_counted_apart(store: Store) -> None:
    exhibit = _drawn(store, target="IRN")
    after = next(trace for trace in exhibit.figure.data if trace.name == "year after")
    assert {LIGHT.imports, LIGHT.grey} == set(after.marker.color)
    assert "Grey: relief by senders whose own trade this is not." in exhibit.note
    only = _drawn(store, target="IRN", senders="EU")
    assert "Grey" not in only.note


def test_runs_of_months(store: Store) -> None:
    exhibit = _drawn(store, target="VEN", spans="months", window_months="6", flow="export")
    assert "in the 6 months before, the first 6 months after and the next 6 after" in exhibit.subtitle
    row = exhibit.data.filter(pl.col("title").str.starts_with("Lets Chevron"), kind="easing").row(0, named=True)
    assert (row["span_before"], row["span_during"]) == ("May–Oct 2022", "Dec 2022–May 2023")


@pytest.mark.parametrize(
    ("change", "told", "way"),
    [
        (Change(-0.386, -0.387, -0.385), "−38.6%", "lower"),
        (Change(13.6, 13.59, 13.61), "14.6 times", "higher"),
        (Change(5.0, 2.6, 12.0), "3.60 to 13.0 times (rounded)", "higher"),
        (Change(0.1, -0.3, 0.6), "−30% to +60% (rounded)", "untold"),
        (Change(None, None, None), "a change that cannot be told", "untold"),
    ],
)
def test_changes_in_words(change: Change, told: str, way: str) -> None:
    assert (said.change(change), said.way(change)) == (told, way)
