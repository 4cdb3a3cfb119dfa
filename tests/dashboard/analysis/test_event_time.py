from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from dashboard.analysis.errors import AnalysisError
from dashboard.analysis.event_time import event_time, median_path
from dashboard.analysis.frames import month_of, ordinal_of


def monthly(values: list[float | None], start: date = date(2020, 1, 1)) -> pl.DataFrame:
    first = ordinal_of(start)
    rows = [(month_of(first + i), value) for i, value in enumerate(values) if value is not None]
    return pl.DataFrame(rows, schema={"period": pl.Date, "value_usd": pl.Float64}, orient="row")


def test_offsets_index_and_growth_by_hand() -> None:
    frame = event_time(monthly([8.0] * 12 + [10.0] * 12 + [5.0] * 12), {"ban": date(2022, 1, 20)}, before=24, after=6)
    assert frame["offset"].to_list() == list(range(-24, 7))
    at = {row["offset"]: row for row in frame.iter_rows(named=True)}
    assert (at[0]["period"], at[0]["event"]) == (date(2022, 1, 1), date(2022, 1, 1))
    assert (at[-24]["index"], at[-1]["index"], at[0]["index"]) == (80.0, 100.0, 50.0)
    assert at[-24]["growth"] is None
    assert at[-12]["growth"] == pytest.approx(0.25)
    assert at[0]["growth"] == pytest.approx(-0.5)


def test_the_mean_index_of_the_twelve_months_before_is_100() -> None:
    frame = event_time(monthly([float(i) for i in range(1, 40)]), {"ban": date(2022, 1, 1)})
    assert frame.filter(pl.col("offset").is_between(-12, -1))["index"].mean() == pytest.approx(100)


def test_a_gap_stays_a_gap_and_takes_the_index_of_its_measure() -> None:
    values: list[float | None] = [10.0] * 36
    values[20] = None
    frame = event_time(monthly(values), {"early": date(2021, 2, 1), "late": date(2022, 1, 1)}, before=12, after=12)
    late = frame.filter(pl.col("measure") == "late")
    assert -4 not in late["offset"].to_list()
    assert late["index"].null_count() == late.height
    assert frame.filter(pl.col("measure") == "early")["index"].null_count() == 0


def test_the_median_counts_a_month_with_several_measures_once() -> None:
    series = monthly([10.0] * 24 + [5.0] * 12 + [1.0] * 24)
    events = {"a": date(2022, 1, 5), "b": date(2022, 1, 25), "c": date(2023, 1, 1)}
    path = median_path(event_time(series, events))
    at_zero = path.row(by_predicate=pl.col("offset") == 0, named=True)
    assert at_zero["months"] == 2
    assert at_zero["index"] == pytest.approx((50 + 20) / 2)
    assert at_zero["growth"] == pytest.approx((-0.5 - 0.8) / 2)


def test_refusals() -> None:
    series = monthly([1.0] * 24)
    with pytest.raises(AnalysisError, match="at least one measure"):
        event_time(series, {})
    with pytest.raises(AnalysisError, match="no month around"):
        event_time(series, {"x": date(1990, 1, 1)})
    with pytest.raises(AnalysisError, match="not be negative"):
        event_time(series, {"x": date(2021, 1, 1)}, before=-1)


def test_two_years_before_and_three_after_unless_asked_otherwise() -> None:
    frame = event_time(monthly([1.0] * 120), {"x": date(2024, 1, 1)})
    assert frame["offset"].to_list() == list(range(-24, 37))
    one = event_time(monthly([1.0] * 120), {"x": date(2024, 1, 1)}, before=0, after=0)
    assert one["offset"].to_list() == [0]
    with pytest.raises(AnalysisError, match="not be negative"):
        event_time(monthly([1.0] * 24), {"x": date(2021, 1, 1)}, after=-1)


def test_an_index_needs_all_twelve_months_and_trade_in_them() -> None:
    def index(values: list[float | None]) -> list[float | None]:
        return event_time(monthly(values), {"x": date(2021, 1, 1)}, before=1, after=0)["index"].to_list()

    assert index([2.0] * 12 + [1.0]) == [100.0, 50.0]
    assert index([None] + [2.0] * 11 + [1.0]) == [None, None]
    assert index([0.0] * 12 + [1.0]) == [None, None]
    assert index([0.0] * 11 + [12.0, 1.0]) == [1200.0, 100.0]


def test_rows_stand_by_event_measure_and_offset() -> None:
    events = {"b": date(2021, 3, 9), "a": date(2021, 3, 1), "c": date(2021, 2, 1)}
    frame = event_time(monthly([1.0] * 24), events, before=0, after=1)
    assert frame.select("measure", "offset").rows() == [(key, place) for key in "cab" for place in (0, 1)]


def test_the_median_leaves_out_paths_without_an_index() -> None:
    frame = event_time(
        monthly([10.0] * 24 + [5.0] * 12), {"early": date(2020, 6, 1), "late": date(2022, 1, 1)}, before=1, after=1
    )
    assert median_path(frame).select("offset", "index", "months").rows() == [(-1, 100.0, 1), (0, 50.0, 1), (1, 50.0, 1)]


def test_the_median_of_growth_is_no_mean() -> None:
    """Growth at the three dates: 0, 100 and 800 percent."""
    values: list[float | None] = [1.0] * 24 + [2.0] * 12 + [18.0] * 12
    events = {"a": date(2021, 6, 1), "b": date(2022, 6, 1), "c": date(2023, 6, 1)}
    path = median_path(event_time(monthly(values), events, before=0, after=0))
    assert path.select("growth", "months").rows() == [(1.0, 3)]
