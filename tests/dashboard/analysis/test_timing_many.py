"""Many dates on many series at once: which rows there are, and what stands in those that cannot be tested."""

from __future__ import annotations

from datetime import date

import numpy as np
import polars as pl
import pytest

from dashboard.analysis.frames import month_of
from dashboard.analysis.timing_many import timing_tests

FIRST = 2000 * 12


def flows(size: int, partner: str = "P", *, wild: slice = slice(0)) -> pl.DataFrame:
    logs = 10 + np.random.default_rng(7).standard_normal(size) * 0.1
    logs[wild] += np.where(np.arange(logs[wild].size) % 2, 1.0, -1.0)
    return pl.DataFrame(
        {
            "period": [month_of(FIRST + place) for place in range(size)],
            "partner": [partner] * size,
            "value_usd": np.exp(logs),
        }
    )


def month(place: int) -> date:
    return month_of(FIRST + place)


def test_without_a_series_there_is_no_row() -> None:
    found = timing_tests(flows(0).cast({"period": pl.Date, "value_usd": pl.Float64}), events={"a": month(60)})
    assert found.is_empty()
    assert {"partner", "event", "date", "p_value", "p_holm", "refused"} <= set(found.columns)


@pytest.mark.parametrize(("place", "judged"), [(35, False), (36, True)])
def test_36_months_before_are_enough(place: int, judged: bool) -> None:
    """Month 35 has 35 months before it: one fewer than is asked."""
    found = timing_tests(flows(120), events={"a": month(place)}, windows=[], window_months=12)
    assert found["p_value"].is_not_null().to_list() == [judged]
    assert found["refused"].is_null().to_list() == [judged]


def test_rows_that_cannot_be_tested_count_among_no_tests() -> None:
    found = timing_tests(flows(120), events={"early": month(10), "late": month(60)}, windows=[6])
    by_event = {key[0]: part for key, part in found.partition_by("event", as_dict=True).items()}
    assert by_event["early"]["tests"].null_count() == 2
    assert by_event["late"]["tests"].to_list() == [1, 1]
    assert by_event["late"]["p_holm"].to_list() == by_event["late"]["p_value"].to_list()


def test_a_short_series_says_that_none_can_stand_out() -> None:
    """Sixty months hold windows of 24 at thirteen places."""
    found = timing_tests(flows(60), events={"a": month(36)}, windows=[], window_months=24)
    assert found["p_value"].to_list() == [None]
    assert "Fewer than 20 months of the series can hold the windows" in found["refused"].item()


def test_a_withheld_verdict_keeps_its_figures_and_loses_its_p_value() -> None:
    """Swings became ten times as large half a year before the date, and stayed so for half a year."""
    found = timing_tests(flows(120, wild=slice(74, 86)), events={"a": month(80)}, windows=[]).row(0, named=True)
    assert found["withheld"] and found["p_value"] is None and not found["distinguishable"]
    assert found["effect"] is not None and found["low"] is not None
    assert found["refused"].startswith("The verdict is withheld: ")
