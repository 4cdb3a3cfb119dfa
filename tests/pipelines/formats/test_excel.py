"""Workbooks from outside: whatever is wrong with one is a sentence, and never the end of the process."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipelines.errors import ParseError
from pipelines.formats.excel import read_sheet
from pipelines.raw import payload

BOOK = (Path(__file__).parents[1] / "sources" / "payloads" / "brent" / "history.xls").read_bytes()


def test_an_old_workbook_is_read_as_text() -> None:
    rows = read_sheet(payload("book.xls", BOOK), "Data 1")
    assert rows[1] == ["Sourcekey", "RBRTE"]
    assert rows[3] == ["2026-05-15 00:00:00", "70.5"]
    assert rows[5] == ["2026-07-15 00:00:00", None]


def test_a_web_page_is_no_workbook() -> None:
    with pytest.raises(ParseError, match=r"book.xls is not a workbook"):
        read_sheet(payload("book.xls", b"<html>maintenance</html>"), "Data 1")


@pytest.mark.parametrize("size", [4, 600, 3000])
def test_a_workbook_that_was_cut_is_refused(size: int) -> None:
    with pytest.raises(ParseError, match="not a readable workbook"):
        read_sheet(payload("book.xls", BOOK[:size]), "Data 1")


def test_damage_that_stops_the_reader_does_not_stop_us() -> None:
    # A sector size of 2 to the 65535th in the file's header.
    damaged = BOOK[:30] + b"\xff\xff" + BOOK[32:]
    with pytest.raises(ParseError, match="not a readable workbook"):
        read_sheet(payload("book.xls", damaged), "Data 1")


def test_a_sheet_that_is_not_there_is_named() -> None:
    with pytest.raises(ParseError, match="has no sheet 'Data 9'"):
        read_sheet(payload("book.xls", BOOK), "Data 9")
