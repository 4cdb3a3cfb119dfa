from __future__ import annotations

import io
from datetime import datetime

import openpyxl
import orjson
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.exports.tables import (
    csv_table,
    defused,
    json_table,
    number_format,
    parquet_table,
    to_csv,
    to_xlsx,
)
from tests.dashboard.exports.small import exhibit


def _read(content: bytes) -> pl.DataFrame:
    return pl.read_csv(io.BytesIO(content), comment_prefix="#", try_parse_dates=True)


def test_csv_has_its_passport_in_comments_and_reads_back() -> None:
    made = exhibit()
    content = to_csv(made)
    head = [line for line in content.decode().splitlines() if line.startswith("# ")]
    assert "# Source: Statistics Office of Ruritania, Trade by month" in head
    assert f"# Build: {made.passport.build_id}" in head
    assert "# Parameters: log=true" in head
    rows = _read(content)
    assert rows["value_usd"].to_list() == made.data["value_usd"].to_list()
    assert rows["period"].to_list() == made.data["period"].to_list()
    assert rows["share_pct"].null_count() == 2


def test_csv_formulas_are_defused_and_numbers_stay_numbers() -> None:
    rows = _read(to_csv(exhibit()))
    assert rows["note"][:7].to_list() == ["'=1+1", "'+x", "'-2", "'@a", "'\tb", "#c", "a,b"]
    assert rows["note"][7:10].to_list() == ['q"q', None, "line break"]
    negative = pl.DataFrame({"v": [-1.5], "t": ["-1.5"]})
    assert csv_table(negative) == b"v,t\n-1.5,'-1.5\n"


def test_a_row_that_begins_with_a_hash_is_no_comment() -> None:
    frame = pl.DataFrame({"name": ["#1", "b"], "v": [1, 2]})
    assert _read(csv_table(frame)).height == 2


def test_column_names_are_defused_too() -> None:
    assert defused(pl.DataFrame({"=cmd": [1]})).columns == ["'=cmd"]


@given(st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\r\n\0"), min_size=1), min_size=1))
def test_any_text_survives_csv(texts: list[str]) -> None:
    frame = pl.DataFrame({"n": range(len(texts)), "t": texts})
    read = pl.read_csv(io.BytesIO(csv_table(frame)), comment_prefix="#", schema={"n": pl.Int64, "t": pl.String})
    assert [text.removeprefix("'") if text is not None else "" for text in read["t"]] == [
        text.removeprefix("'") for text in texts
    ]


def test_workbook_has_data_passport_and_marks() -> None:
    made = exhibit()
    book = openpyxl.load_workbook(io.BytesIO(to_xlsx(made)))
    assert book.sheetnames == ["Data", "Passport", "Marks"]
    data = book["Data"]
    assert [cell.value for cell in data[1]] == ["period", "Value, USD", "Share, %", "note", "is_estimate"]
    assert data["A2"].value == datetime(2020, 1, 1)
    assert data["B2"].value == made.data["value_usd"][0]
    assert data["B2"].number_format == "#,##0"
    assert data["C2"].value is None and data["C3"].value is None
    assert data["C4"].number_format == "#,##0.0"
    assert data["E2"].value is False
    assert data.freeze_panes == "A2"
    said = {row[0].value: row[1].value for row in book["Passport"].iter_rows(min_row=2)}
    assert said["Source"] == made.passport.source
    assert said["Build"] == made.passport.build_id
    assert said["Original"] == made.passport.source_url
    assert said["Note"] == made.note
    assert said["Column “Value, USD”"] == "value_usd in CSV and JSON"
    assert book["Marks"].max_row == 1 + sum(len(flag.marks) for flag in made.flags)


def test_workbook_runs_no_text_as_formula() -> None:
    sheet = openpyxl.load_workbook(io.BytesIO(to_xlsx(exhibit())))["Data"]
    for row in range(2, 7):
        cell = sheet.cell(row, 4)
        assert cell.data_type == "s"
        assert cell.quotePrefix
    assert not sheet.cell(8, 4).quotePrefix


def test_workbook_without_marks_has_no_sheet_for_them() -> None:
    assert openpyxl.load_workbook(io.BytesIO(to_xlsx(exhibit(0)))).sheetnames == ["Data", "Passport"]


@pytest.mark.parametrize("make", [to_csv, to_xlsx])
def test_same_exhibit_same_bytes(make: object) -> None:
    assert make(exhibit()) == make(exhibit())  # type: ignore[operator]


def test_answers_as_json_and_parquet() -> None:
    frame = exhibit().data
    rows = orjson.loads(json_table(frame))
    assert rows[0]["period"] == "2020-01-01"
    assert rows[1]["share_pct"] is None
    back = pl.read_parquet(io.BytesIO(parquet_table(frame)))
    assert back.equals(frame, null_equal=True)


@pytest.mark.parametrize(
    ("printf", "expected"),
    [("%.1f", "#,##0.0"), ("%.0f", "#,##0"), ("%d", "#,##0"), ("%.1f%%", '#,##0.0"%"'), (None, "General"),
     ("compact", "General")],
)  # fmt: skip
def test_number_formats(printf: str | None, expected: str) -> None:
    assert number_format(printf) == expected
