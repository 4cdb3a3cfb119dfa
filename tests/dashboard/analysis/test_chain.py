"""Levels chained from growth rates, by hand."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.analysis.chain import chain_levels
from dashboard.analysis.errors import AnalysisError


def _rates(rates: dict[int, float], area: str = "AAA") -> pl.DataFrame:
    return pl.DataFrame(
        {"area": [area] * len(rates), "period": [date(year, 1, 1) for year in rates], "value": list(rates.values())},
        schema={"area": pl.String, "period": pl.Date, "value": pl.Float64},
    )


def _chained(rates: dict[int, float], base: int) -> dict[int, float]:
    rows = chain_levels(_rates(rates), base)
    return dict(rows.select(pl.col("period").dt.year(), "value").iter_rows())


def test_a_chain_by_hand() -> None:
    """+10, −50 and +20 percent around 2021: 2020 is twice as high, and 2019 that over 1.1."""
    assert _chained({2020: 10.0, 2021: -50.0, 2022: 20.0}, 2021) == {
        2019: pytest.approx(200 / 1.1), 2020: pytest.approx(200), 2021: 100, 2022: pytest.approx(120),
    }  # fmt: skip


def test_the_base_needs_no_rate_of_its_own_to_go_on_from_it() -> None:
    assert _chained({2022: 10.0, 2023: 10.0}, 2021) == {
        2021: 100, 2022: pytest.approx(110), 2023: pytest.approx(121),
    }  # fmt: skip
    assert _chained({2021: 25.0}, 2021) == {2020: pytest.approx(80), 2021: 100}


def test_a_chain_does_not_bridge_a_gap() -> None:
    assert sorted(_chained({2015: 3.0, 2020: 1.0, 2021: 2.0, 2023: 5.0}, 2021)) == [2019, 2020, 2021]
    assert sorted(_chained({2015: 3.0, 2016: 1.0, 2018: 2.0, 2019: 5.0}, 2017)) == [2017, 2018, 2019]


def test_a_chain_that_does_not_reach_the_base_is_refused() -> None:
    with pytest.raises(AnalysisError, match="No growth rates reach 2030, so no level can be chained to it"):
        chain_levels(_rates({2020: 1.0}), 2030)
    with pytest.raises(AnalysisError, match="2018"):
        chain_levels(_rates({2020: 1.0}), 2018)


def test_a_fall_to_nothing_is_refused() -> None:
    with pytest.raises(AnalysisError, match="Growth of -100% in 2022 leaves no level"):
        chain_levels(_rates({2022: -100.0}), 2021)
    with pytest.raises(AnalysisError, match="in 2021 leaves no level"):
        chain_levels(_rates({2021: -120.5}), 2021)


def test_those_who_do_not_reach_the_base_are_left_out_and_the_others_sorted() -> None:
    rates = pl.concat([_rates({2022: 1.0}, "BBB"), _rates({2022: 10.0}), _rates({2010: 1.0}, "CCC")])
    rows = chain_levels(rates, 2021)
    assert rows.select("area", pl.col("period").dt.year(), pl.col("value").round(6)).rows() == [
        ("AAA", 2021, 100.0), ("AAA", 2022, 110.0), ("BBB", 2021, 100.0), ("BBB", 2022, 101.0),
    ]  # fmt: skip


def test_a_single_series_needs_no_key() -> None:
    rows = chain_levels(_rates({2022: 10.0}).drop("area"), 2021, by=())
    assert rows.columns == ["period", "value"]
    assert rows["value"].to_list() == [100.0, pytest.approx(110.0)]


@given(st.lists(st.floats(-90, 200), min_size=2, max_size=12), st.data())
def test_the_rates_come_back_from_the_levels(rates: list[float], data: st.DataObject) -> None:
    years = range(2000, 2000 + len(rates))
    levels = _chained(dict(zip(years, rates, strict=True)), data.draw(st.sampled_from(years)))
    assert [100 * (levels[year] / levels[year - 1] - 1) for year in years] == pytest.approx(rates, rel=1e-6, abs=1e-6)


def test_levels_stand_on_the_first_day_of_their_year() -> None:
    frame = chain_levels(_rates({2020: 2.0, 2021: 3.0}), 2020)
    assert frame["period"].to_list() == [date(2019, 1, 1), date(2020, 1, 1), date(2021, 1, 1)]
