from __future__ import annotations

import io
from datetime import date

import polars as pl
import pytest

from pipelines.errors import ParseError
from pipelines.formats.csv_parquet import read_table
from pipelines.raw import payload

COLUMNS: dict[str, pl.DataType] = {
    "area": pl.String(),
    "period": pl.Date(),
    "value": pl.Float64(),
    "rank": pl.Int64(),
    "is_forecast": pl.Boolean(),
}
GOOD = "area,period,value,rank,is_forecast\nRUS,2022-01-01,1.5,1,false\nUSA,,,,\n"


def read(text: str, **options: tuple[str, ...]) -> pl.DataFrame:
    return read_table(payload("snapshot/x.csv", text.encode()), COLUMNS, **options)


def test_words_become_the_contract_s_types_and_empty_is_missing() -> None:
    assert read(GOOD).rows() == [("RUS", date(2022, 1, 1), 1.5, 1, False), ("USA", None, None, None, None)]


def test_a_byte_order_mark_and_another_order_of_columns_do_no_harm() -> None:
    text = "\ufeffperiod,area,value,rank,is_forecast\n2022-01-01,RUS,1,1,true\n"
    assert read(text).columns == list(COLUMNS)


def test_an_optional_column_may_be_absent() -> None:
    text = "area,period,value,is_forecast\nRUS,2022-01-01,1,true\n"
    assert read(text, optional=("rank",))["rank"].to_list() == [None]


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("value,", "", "has no column value"),
        ("area,period", "area,extra,period", "column that is not known: extra"),
        ("area,period", "area,area,period", "the column area twice"),
        ("RUS,2022-01-01,1.5,1,false\n", "RUS,2022-01-01\n", "line 2: 2 fields instead of 5"),
        ("USA,,,,\n", "USA,,", "line 3: 3 fields instead of 5"),
        ("USA,,,,\n", "USA,,,,tru", "cut short"),
        ("2022-01-01", "2022-13-01", "line 2, column period: '2022-13-01' is not a date like 2022-03-01"),
        ("1.5", "1,5", "fields instead of 5"),
        ("1.5", "much", "line 2, column value: 'much' is not a number"),
        ("1.5", "NaN", "'NaN' is not a number"),
        ("1.5", "inf", "'inf' is not a number"),
        (",1,false", ",1.5,false", "column rank: '1.5' is not a whole number"),
        ("false", "no", "column is_forecast: 'no' is not true or false"),
        ("RUS,", '"RUS,', "line"),
    ],
)
def test_a_broken_csv_is_refused_by_file_line_and_column(old: str, new: str, sentence: str) -> None:
    with pytest.raises(ParseError, match=sentence) as caught:
        read(GOOD.replace(old, new, 1))
    assert str(caught.value).startswith("snapshot/x.csv")


def test_an_empty_file_and_wrong_bytes_are_refused() -> None:
    with pytest.raises(ParseError, match=r"^[^ ]+ is empty\.$"):
        read("")
    with pytest.raises(ParseError, match="not UTF-8"):
        read_table(payload("x.csv", b"area\xff\n"), COLUMNS)


def parquet(frame: pl.DataFrame) -> bytes:
    buffer = io.BytesIO()
    frame.write_parquet(buffer)
    return buffer.getvalue()


def test_parquet_is_held_to_the_same_columns_and_types() -> None:
    frame = read(GOOD)
    assert read_table(payload("x.parquet", parquet(frame)), COLUMNS).equals(frame)
    with pytest.raises(ParseError, match="no column value"):
        read_table(payload("x.parquet", parquet(frame.drop("value"))), COLUMNS)
    with pytest.raises(ParseError, match="column value: its type is String, not Float64"):
        read_table(payload("x.parquet", parquet(frame.cast({"value": pl.String}))), COLUMNS)


def test_a_parquet_file_cut_short_is_refused() -> None:
    body = parquet(read(GOOD))
    with pytest.raises(ParseError, match="may be cut short"):
        read_table(payload("x.parquet", body[: len(body) // 2]), COLUMNS)
    with pytest.raises(ParseError, match=r"^x\.parquet is empty\.$"):
        read_table(payload("x.parquet", b""), COLUMNS)
