from __future__ import annotations

import math
from datetime import date

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dashboard.analysis.errors import AnalysisError
from dashboard.analysis.event_study import EventStudy, event_study
from dashboard.analysis.event_study_result import chi_square_tail, effects_of, joint_p
from dashboard.analysis.frames import month_of

SMALL = pl.DataFrame(
    [
        ("a", 1, 10.0, 2), ("a", 2, 15.0, 2), ("a", 3, 17.0, 2),
        ("b", 1, 20.0, 3), ("b", 2, 22.0, 3), ("b", 3, 20.0, 3),
        ("c", 1, 30.0, None), ("c", 2, 31.0, None), ("c", 3, 33.0, None),
        ("d", 1, 40.0, 0), ("d", 2, 43.0, 0), ("d", 3, 43.0, 0),
    ],
    schema={"who": pl.String, "t": pl.Int64, "y": pl.Float64, "g": pl.Int64},
    orient="row",
)  # fmt: skip


def study(frame: pl.DataFrame, **asked: object) -> EventStudy:
    return event_study(frame, unit="who", time="t", outcome="y", first_treated="g", **asked)  # type: ignore[arg-type]


def made(units: int = 60, periods: int = 12, effect: float = 0.0, seed: int = 1, noise: float = 1.0) -> pl.DataFrame:
    """A third never treated, the others from period 5 or 8 on; unit levels, common shocks, growing effect."""
    draw = np.random.default_rng(seed)
    level, common = draw.normal(0, 5, units), draw.normal(0, 2, periods).cumsum()
    rows = []
    for i in range(units):
        g = (None, 5, 8)[i % 3]
        x = draw.normal(0, 1, periods)
        for t in range(1, periods + 1):
            since = -1 if g is None else t - g
            y = (
                level[i]
                + common[t - 1]
                + 0.7 * x[t - 1]
                + noise * draw.normal()
                + (effect * (since + 1) if since >= 0 else 0)
            )
            rows.append((i, t, y, g, float(x[t - 1])))
    schema = {"who": pl.Int64, "t": pl.Int64, "y": pl.Float64, "g": pl.Int64, "x": pl.Float64}
    return pl.DataFrame(rows, schema=schema, orient="row")


def test_cohorts_by_hand() -> None:
    """Never treated move +2, then +1 (3 in all); a moves +5, 7 in all; b +2 before its date and −2 at it."""
    found = study(SMALL)
    cells = {(row["cohort"], row["period"]): row["estimate"] for row in found.cells.iter_rows(named=True)}
    assert cells == {(2, 2): 5 - 2, (2, 3): 7 - 3, (3, 2): 2 - 2, (3, 3): -2 - 1}
    effects = {one.event_time: one.estimate for one in found.effects}
    assert effects == {-1: 0.0, 0: (3 - 3) / 2, 1: 4.0}
    assert found.average == 2.0
    assert (found.treated_units, found.never_units, found.dropped_early, found.rows) == (2, 2, 0, 12)
    by_time = {one.event_time: one for one in found.effects}
    assert by_time[1].units == 1
    """Influence on cell (2, 3): a has none, c and d deviate by 0 from their mean change of 3."""
    assert by_time[1].standard_error == pytest.approx(0)


def test_standard_errors_by_hand() -> None:
    """One cohort of two (changes 4 and 6), two never treated (0 and 2): error² = 2/4 + 2/4 = Σ (half deviations)²."""
    rows = [
        (f"u{i}", t, float(c * t), g) for i, (c, g) in enumerate([(4, 1), (6, 1), (0, None), (2, None)]) for t in (0, 1)
    ]
    found = study(pl.DataFrame(rows, schema=SMALL.schema, orient="row"))
    (only,) = found.effects
    assert only.estimate == 4.0
    assert only.standard_error == pytest.approx(math.sqrt(4 * 0.5**2))
    assert only.low == pytest.approx(4 - 1.959964)
    assert found.before_p is None


def test_the_regression_recovers_effects_and_the_control() -> None:
    frame = made(units=150, effect=1.0)
    for found in (study(frame), study(frame, controls=["x"])):
        effects = {one.event_time: one for one in found.effects}
        for e in range(5):
            assert effects[e].low - 0.4 < e + 1 < effects[e].high + 0.4
            assert effects[e].band_low <= effects[e].low and effects[e].high <= effects[e].band_high
        assert found.before_p is not None and found.before_p > 0.01
    assert study(frame, controls=["x"]).average_error < study(frame, method="regression").average_error
    assert "Sun and Abraham" in study(frame, controls=["x"]).method


def test_both_methods_agree_on_one_cohort_of_a_whole_panel() -> None:
    frame = made(effect=0.5).filter(pl.col("g").is_null() | (pl.col("g") == 5))
    one, other = study(frame), study(frame, method="regression")
    after = {e.event_time: e.estimate for e in one.effects if e.event_time >= 0}
    assert {e.event_time: pytest.approx(e.estimate) for e in other.effects if e.event_time >= 0} == after
    assert other.average == pytest.approx(one.average)


@settings(deadline=None, max_examples=15)
@given(st.integers(0, 1000), st.floats(-50, 50), st.floats(0.1, 10))
def test_unit_levels_and_common_shocks_drop_out(seed: int, shift: float, scale: float) -> None:
    frame = made(units=18, seed=seed)
    moved = frame.with_columns((scale * (pl.col("y") + shift * pl.col("who") + pl.col("t") ** 2)).alias("y"))
    one, other = study(frame), study(moved)
    assert [e.estimate for e in other.effects] == pytest.approx([scale * e.estimate for e in one.effects], abs=1e-6)
    assert other.average_error == pytest.approx(scale * one.average_error)


@pytest.mark.slow
def test_without_an_effect_one_in_twenty_is_found() -> None:
    studies = [study(made(units=90, periods=10, seed=seed)) for seed in range(200)]
    found = np.array([[one.average_low > 0 or one.average_high < 0, (one.before_p or 1) <= 0.05] for one in studies])
    assert 0.02 <= found[:, 0].mean() <= 0.09
    assert found[:, 1].mean() <= 0.15
    outside = [any(e.band_low > 0 or e.band_high < 0 for e in one.effects) for one in studies]
    assert np.mean(outside) <= 0.11


def test_a_trend_of_the_treated_shows_before_the_event() -> None:
    frame = made(units=120).with_columns(
        pl.when(pl.col("g").is_not_null()).then(pl.col("y") + 1.0 * pl.col("t")).otherwise(pl.col("y"))
    )
    found = study(frame)
    assert found.before_p is not None and found.before_p < 0.001
    assert "already apart" in found.words()


def test_dates_are_months_and_cells_carry_them() -> None:
    frame = made(effect=1.0).with_columns(
        pl.col("t").map_elements(lambda t: month_of(24_263 + t), return_dtype=pl.Date),
        pl.col("g").map_elements(lambda g: month_of(24_263 + g).replace(day=17), return_dtype=pl.Date),
    )
    found, plain = study(frame), study(made(effect=1.0))
    assert [e.estimate for e in found.effects] == [e.estimate for e in plain.effects]
    assert found.cells["cohort"].unique().sort().to_list() == [date(2022, 5, 1), date(2022, 8, 1)]


def test_years_as_dates_step_by_years() -> None:
    frame = SMALL.with_columns(
        pl.date(2000 + pl.col("t"), 1, 1).alias("t"), pl.date(2000 + pl.col("g"), 8, 1).alias("g")
    )
    frame = frame.with_columns(pl.when(pl.col("g") < date(2001, 1, 1)).then(None).otherwise("g").alias("g"))
    assert [e.event_time for e in study(frame).effects] == [-1, 0, 1]


def test_gaps_units_treated_from_the_start_and_windows() -> None:
    frame = made(effect=1.0)
    early = frame.with_columns(pl.when(pl.col("who") == 1).then(1).otherwise("g").alias("g"))
    found = study(early, earliest=-2, latest=3)
    assert found.dropped_early == 1 and "treated from the start" in found.words()
    assert [e.event_time for e in found.effects] == [-2, -1, 0, 1, 2, 3]
    assert [e.event_time for e in study(early, earliest=-2, latest=3, method="regression").effects] == [-2, 0, 1, 2, 3]
    holes = frame.filter(~((pl.col("who") == 4) & pl.col("t").is_in([4, 6])))
    by_cell = {(r["cohort"], r["period"]): r["units"] for r in study(holes).cells.iter_rows(named=True)}
    assert by_cell[5, 5] == by_cell[5, 9] == 19
    assert by_cell[8, 8] == 20


def test_clusters_above_the_unit_widen_the_errors() -> None:
    frame = made(effect=1.0).with_columns((pl.col("who") // 6).alias("bloc"))
    shocks = np.random.default_rng(4).normal(0, 3, (10, 13))
    frame = frame.with_columns(
        pl.struct("bloc", "t", "y", "g")
        .map_elements(lambda r: r["y"] + (shocks[r["bloc"], r["t"]] if r["g"] else 0), return_dtype=pl.Float64)
        .alias("y")
    )
    assert study(frame, cluster="bloc").average_error > 1.2 * study(frame).average_error


def test_the_tail_of_chi_square_matches_tables() -> None:
    """Upper 5% points as in any table."""
    for freedom, point in ((1, 3.841459), (2, 5.991465), (5, 11.070498), (10, 18.307038), (31, 44.985343)):
        assert chi_square_tail(point, freedom) == pytest.approx(0.05, abs=1e-6)
    assert chi_square_tail(0, 3) == 1.0


def test_words_hold_the_average_and_its_condition() -> None:
    told = study(made(effect=1.0)).words("Log trade")
    assert told.startswith("Log trade of 40 treated units moved by +")
    assert told.endswith("The comparison holds only if both would have moved alike without the event.")


@pytest.mark.parametrize(
    ("frame", "asked", "sentence"),
    [
        (SMALL.filter(pl.col("g") > 0), {}, "some that never are"),
        (SMALL.filter(pl.col("who").is_in(["c", "d"])), {}, "No unit of the panel is treated after"),
        (SMALL.clear(), {}, "no row with an outcome"),
        (pl.concat([SMALL, SMALL]), {}, "more than one row for a, 1"),
        (SMALL.with_columns(pl.when(pl.col("t") == 3).then(3).otherwise("g").alias("g")), {}, "more than one first"),
        (SMALL.drop("y"), {}, "lack the column y"),
        (SMALL, {"method": "magic"}, "cohorts or regression, not magic"),
        (SMALL, {"method": "cohorts", "controls": ["t"]}, "takes no controls"),
        (SMALL.with_columns(pl.col("t") + 0.5), {}, "whole numbers, not 1.5"),
        (SMALL, {"earliest": -1, "latest": -1}, "before and after its event"),
        (made(), {"earliest": -3, "latest": -2, "method": "regression"}, "before and after its event"),
    ],
)
def test_refusals(frame: pl.DataFrame, asked: dict[str, object], sentence: str) -> None:
    with pytest.raises(AnalysisError, match=sentence):
        study(frame, **asked)


def test_the_event_itself_is_a_time_after_it() -> None:
    assert [one.event_time for one in study(made(), latest=0, earliest=0, method="regression").effects] == [0]
    assert [one.event_time for one in study(SMALL, latest=0, earliest=0).effects] == [0]


def told(**more: object) -> str:
    facts = {"method": "m", "effects": (), "average": 1.0, "average_error": 0.25, "before_p": None,
             "cells": pl.DataFrame(), "treated_units": 2, "never_units": 1, "dropped_early": 0, "rows": 9}  # fmt: skip
    return EventStudy(**(facts | more)).words()  # type: ignore[arg-type]


def test_words_tell_the_interval_with_its_signs() -> None:
    assert told() == (
        "The outcome of 2 treated units moved by +1.000 on average after the event (95% interval +0.510 to "
        "+1.490), against 1 unit never treated. The comparison holds only if both would have moved alike without the "
        "event."
    )


@pytest.mark.parametrize(("p", "words"), [(0.05, "already apart"), (0.051, "not distinguishable")])
def test_words_tell_whether_the_groups_were_apart_before(p: float, words: str) -> None:
    assert f"Before the event the two were {words} (p = " in told(before_p=p)
    assert "Before the event" not in told()
    assert "1 unit treated from the start left out." in told(dropped_early=1)
    assert "left out" not in told()


def test_bands_over_all_times_are_no_narrower_than_those_of_one() -> None:
    """One cluster alone: |t| is 1 whatever the signs, so the band stays that of one time."""
    (one,) = effects_of([0], np.array([2.0]), np.array([[3.0]]), [4])
    assert (one.standard_error, one.units) == (3.0, 4)
    assert (one.low, one.high) == (pytest.approx(2 - 1.959964 * 3), pytest.approx(2 + 1.959964 * 3))
    assert (one.band_low, one.band_high) == (one.low, one.high)
    (sure,) = effects_of([0], np.array([2.0]), np.array([[0.0]]), [4])
    assert (sure.low, sure.band_high) == (2.0, 2.0)
    many = effects_of(list(range(30)), np.zeros(30), np.random.default_rng(1).normal(size=(200, 30)), [1] * 30)
    assert many[0].band_high > 1.3 * many[0].high


def test_the_test_of_the_time_before() -> None:
    assert joint_p(np.array([]), np.zeros((5, 0))) is None
    assert joint_p(np.array([1.0, 1.0]), np.array([[1.0, 1.0], [2.0, 2.0]])) is None, "one says what the other says"
    # Independent errors of 1 and 2: (1/1)² + (2/2)² = 2 on two degrees of freedom.
    assert joint_p(np.array([1.0, 2.0]), np.array([[1.0, 0.0], [0.0, 2.0]])) == pytest.approx(math.exp(-1))


def test_times_without_error_neither_widen_nor_narrow_the_band() -> None:
    influence = np.random.default_rng(3).standard_normal((40, 4))
    alone = effects_of([0, 1, 2, 3], np.ones(4), influence, [1] * 4)
    still = np.column_stack([np.zeros(40), influence])
    beside = effects_of([-1, 0, 1, 2, 3], np.ones(5), still, [1] * 5)
    assert beside[1:] == alone
    assert (beside[0].band_low, beside[0].standard_error) == (1.0, 0.0)
    assert (alone[0].band_high - 1) / alone[0].standard_error > 2.2


def test_the_band_is_the_95th_of_a_hundred_largest_of_a_thousand_draws_of_signs() -> None:
    influence = np.random.default_rng(7).standard_normal((25, 5))
    errors = np.sqrt((influence**2).sum(axis=0))
    signs = np.random.default_rng(2021).integers(0, 2, (1000, 25))
    largest = [
        max(abs(sum(float(row[k]) * (1 if one else -1) for row, one in zip(influence, draw, strict=True))) / errors[k]
            for k in range(5))
        for draw in signs
    ]  # fmt: skip
    width = float(np.quantile(largest, 0.95))
    for one in effects_of([0, 1, 2, 3, 4], np.zeros(5), influence, [1] * 5):
        assert (one.band_low, one.band_high) == (
            pytest.approx(-width * one.standard_error), pytest.approx(width * one.standard_error),
        )  # fmt: skip
    assert width > 1.96
