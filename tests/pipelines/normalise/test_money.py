from __future__ import annotations

from datetime import date
from typing import Any

import polars as pl
import pytest

from pipelines.errors import ParseError
from pipelines.normalise.money import eur_to_usd, without_rate

JANUARY = date(2022, 1, 1)


def trade(**values: Any) -> pl.DataFrame:
    row = {"reporter": "DEU", "partner": "RUS", "flow": "export", "source": "eurostat", "period": JANUARY}
    row |= {"frequency": "M", "value_usd": None, "value_eur": 1000.0}
    schema = {"value_usd": pl.Float64, "value_eur": pl.Float64}
    return pl.DataFrame([row | values], schema_overrides=schema)


def rates(*rows: tuple[date, float, date]) -> pl.DataFrame:
    frame = pl.DataFrame(rows, schema={"period": pl.Date, "value": pl.Float64, "known_from": pl.Date}, orient="row")
    return frame.with_columns(indicator=pl.lit("usd_per_eur"), frequency=pl.lit("M"))


def test_euros_become_dollars_at_the_rate_of_the_month() -> None:
    result = eur_to_usd(trade(), rates((JANUARY, 1.1314, date(2022, 2, 1))))
    assert result["value_usd"].to_list() == [1131.0]
    assert result["value_eur"].to_list() == [1000.0]


def test_the_newest_vintage_of_a_rate_counts() -> None:
    two = rates((JANUARY, 2.0, date(2023, 2, 1)), (JANUARY, 1.0, date(2022, 2, 1)))
    assert eur_to_usd(trade(), two)["value_usd"].item() == 2000.0


def test_dollars_that_are_given_stay() -> None:
    result = eur_to_usd(trade(value_usd=5.0), rates((JANUARY, 2.0, date(2023, 2, 1))))
    assert result["value_usd"].item() == 5.0


def test_a_month_without_a_rate_is_named() -> None:
    with pytest.raises(ParseError, match="no dollar rate of the euro for DEU–RUS export 2022-02"):
        eur_to_usd(trade(period=date(2022, 2, 1)), rates((JANUARY, 1.1, date(2022, 2, 1))))


def test_a_year_has_no_rate() -> None:
    with pytest.raises(ParseError, match="no dollar rate"):
        eur_to_usd(trade(frequency="A"), rates((JANUARY, 1.1, date(2022, 2, 1))))


def test_a_row_without_any_value_is_named() -> None:
    with pytest.raises(ParseError, match="neither dollars nor euros"):
        eur_to_usd(trade(value_eur=None), rates((JANUARY, 1.1, date(2022, 2, 1))))


FEBRUARY = date(2022, 2, 1)


def test_each_row_is_priced_at_its_own_month_in_its_own_place() -> None:
    rows = pl.concat([trade(period=FEBRUARY), trade(value_usd=5.0), trade(value_eur=10.4)])
    two = rates((JANUARY, 2.0, date(2022, 2, 1)), (FEBRUARY, 3.0, date(2022, 3, 1)))
    assert eur_to_usd(rows, two)["value_usd"].to_list() == [3000.0, 5.0, 21.0]


def test_the_first_month_without_a_rate_and_the_number_of_empty_rows_are_told() -> None:
    late = pl.concat([trade(period=date(2022, 3, 1)), trade(period=FEBRUARY)])
    with pytest.raises(ParseError, match=r"euro for DEU–RUS export 2022-02 \(eurostat\)"):
        eur_to_usd(late, rates((JANUARY, 1.0, JANUARY)))
    empty = pl.concat([trade(value_eur=None), trade(value_eur=None, period=FEBRUARY), trade()])
    with pytest.raises(ParseError, match="2 trade rows have neither dollars nor euros, the first of them DEU–RUS"):
        eur_to_usd(empty, rates((JANUARY, 1.0, JANUARY)))


def test_only_monthly_rates_of_the_euro_are_rates() -> None:
    other = rates((JANUARY, 2.0, JANUARY)).with_columns(indicator=pl.lit("rub_per_usd"))
    yearly = rates((JANUARY, 2.0, JANUARY)).with_columns(frequency=pl.lit("A"))
    for strange in (other, yearly):
        with pytest.raises(ParseError, match="no dollar rate"):
            eur_to_usd(trade(), strange)
        assert without_rate(trade(), [strange]) == JANUARY


def test_the_first_month_that_waits_for_a_rate() -> None:
    rows = pl.concat([trade(period=date(2022, 3, 1)), trade(period=FEBRUARY), trade()])
    january, february = rates((JANUARY, 2.0, JANUARY)), rates((FEBRUARY, 2.0, JANUARY))
    assert without_rate(rows, []) == JANUARY
    assert without_rate(rows, [january]) == FEBRUARY
    assert without_rate(rows, [january, february]) == date(2022, 3, 1)
    assert without_rate(trade(), [january]) is None
    assert without_rate(trade(value_usd=1.0), []) is None
