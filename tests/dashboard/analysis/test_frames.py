"""What every measure asks of a frame, at its edges."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from dashboard.analysis import frames
from dashboard.analysis.errors import AnalysisError

JAN, FEB, MAR = (date(2020, month, 1) for month in (1, 2, 3))


def series(values: dict[date, float | None], **more: object) -> pl.DataFrame:
    made = pl.DataFrame({"period": list(values), "value_usd": list(values.values())}, strict=False)
    return made.with_columns(
        pl.col("value_usd").cast(pl.Float64), **{name: pl.lit(word) for name, word in more.items()}
    )


def test_months_are_counted_from_the_year_nought() -> None:
    for day, ordinal in ((date(1, 1, 1), 12), (date(2020, 12, 31), 2020 * 12 + 11), (JAN, 2020 * 12)):
        assert frames.ordinal_of(day) == ordinal
        assert frames.month_of(ordinal) == day.replace(day=1)
    held = series({date(2020, 12, 1): 1.0, JAN: 1.0})
    assert held.select(frames.ordinal_expr()).to_series().to_list() == [2020 * 12 + 11, 2020 * 12]


def test_missing_columns_are_named_together() -> None:
    frames.require(series({JAN: 1.0}), ["period"])
    with pytest.raises(AnalysisError, match="The flows lack the column partner"):
        frames.require(series({JAN: 1.0}), ["period", "partner"])
    with pytest.raises(AnalysisError, match="The prices lack the columns a, b"):
        frames.require(series({JAN: 1.0}), ["a", "b"], "prices")


def test_rows_are_sorted_by_key_and_period_and_gaps_are_left_out() -> None:
    held = pl.concat([series({FEB: 2.0, JAN: None, MAR: float("nan")}, who="b"), series({FEB: 3.0, JAN: 1.0}, who="a")])
    rows = frames.prepare(held, by=["who"])
    assert rows.select("who", "period", "value_usd").rows() == [("a", JAN, 1.0), ("a", FEB, 3.0), ("b", FEB, 2.0)]
    assert frames.prepare(held.with_columns(period=None, value_usd=1.0).cast({"period": pl.Date})).is_empty()


def test_a_period_may_stand_once_in_each_key() -> None:
    both = pl.concat([series({JAN: 1.0}, who="a"), series({JAN: 1.0}, who="b")])
    assert frames.prepare(both, by=["who"]).height == 2
    twice = pl.concat([both, series({JAN: 2.0}, who="b")])
    with pytest.raises(AnalysisError, match="hold more than one row for b, 2020-01-01"):
        frames.prepare(twice, by=["who"])


def test_an_infinite_value_is_named_by_its_first_month() -> None:
    with pytest.raises(AnalysisError, match="The sums hold an infinite value in 2020-02; no measure"):
        frames.refuse_infinite(series({JAN: 1.0, FEB: float("inf"), MAR: float("-inf")}), what="sums")
    frames.refuse_infinite(series({JAN: 1.0}))


def test_parts_of_periods_are_left_out_where_they_are_marked() -> None:
    held = series({JAN: 1.0, FEB: 2.0, MAR: 3.0})
    assert frames.without_partial(held).height == 3
    marked = held.with_columns(is_partial=pl.Series([True, False, None]))
    assert frames.without_partial(marked)["period"].to_list() == [FEB, MAR]


@pytest.mark.parametrize(
    ("months", "frequency"), [((1,), "A"), ((1, 4), "Q"), ((7, 10), "Q"), ((1, 2), "M"), ((2,), "M"), ((), "A")]
)
def test_the_frequency_is_read_off_the_months(months: tuple[int, ...], frequency: str) -> None:
    assert frames.frequency_of(series({date(2020, month, 1): 1.0 for month in months}).cast({"period": pl.Date})) == (
        frequency
    )


@pytest.mark.parametrize("word", ["A", "Q", "M"])
def test_the_frequency_that_is_stated_stands(word: str) -> None:
    assert frames.frequency_of(series({JAN: 1.0}, frequency=word)) == word
    assert frames.frequency_of(series({FEB: 1.0}, frequency="S")) == "M", "a word that is none of ours says nothing"
    with pytest.raises(AnalysisError, match="The prices mix the frequencies A, M"):
        frames.frequency_of(pl.concat([series({JAN: 1.0}, frequency=one) for one in ("M", "A")]), "prices")


def test_a_base_is_one_period_or_the_mean_of_a_whole_year() -> None:
    year = {date(2020, month, 1): float(month) for month in range(1, 13)}
    held = pl.concat([series(year, who="a"), series({JAN: 5.0}, who="b")])

    def base(of: date | int) -> list[tuple[str, float]]:
        return sorted(frames.base_values(held, of, "M", ["who"], "value_usd").rows())

    assert base(2020) == [("a", 6.5)]
    assert base(JAN) == [("a", 1.0), ("b", 5.0)]
    assert base(2019) == []
    one = series({JAN: 5.0})
    assert frames.base_values(one, 2020, "A", [], "value_usd")["_base"].to_list() == [5.0]
    assert frames.base_values(one, 2020, "Q", [], "value_usd").is_empty()
    four = series({date(2020, month, 1): 2.0 for month in (1, 4, 7, 10)})
    assert frames.base_values(four, 2020, "Q", [], "value_usd")["_base"].to_list() == [2.0]


def test_keys_are_numbered_and_named() -> None:
    held = pl.concat([series({JAN: 1.0}, who=word) for word in ("a", "a", "b", "c", "d", "e")])
    assert held.select(frames.group_number(["who"])).to_series().to_list() == [0, 0, 1, 2, 3, 4]
    assert held.select(frames.group_number([]).alias("n"))["n"].to_list()[0] == 0
    assert frames.name_keys(held, ["who"]) == "a, b, c and 2 more"
    assert frames.name_keys(held.head(4), ["who"]) == "a, b, c"
    assert frames.name_keys(held.head(4), ["who"], 2) == "a, b and 1 more"
