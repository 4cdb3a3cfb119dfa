"""The price of Brent: both ways to it, worked by hand, and everything that must not pass for it."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from pipelines.errors import ParseError
from pipelines.normalise.periods import Window
from pipelines.raw import Payload, payload
from pipelines.schema import TABLES
from pipelines.sources.brent import CAP, Brent

FILES = Path(__file__).parent / "payloads" / "brent"
RETRIEVED = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
API = "https://api.eia.gov/v2/petroleum/pri/spt/data/?frequency=monthly&start=2026-06&offset=0"
JUNE, JULY, AUGUST = date(2026, 6, 1), date(2026, 7, 1), date(2026, 8, 1)


def page(file: str, name: str = "prices/0.json", *, old: str = "", new: str = "") -> Payload:
    text = (FILES / file).read_text(encoding="utf-8")
    assert old in text
    return payload(name, text.replace(old, new, 1).encode() if old else text.encode(), API, retrieved=RETRIEVED)


def workbook(file: str = "history.xls") -> Payload:
    body = (FILES / file).read_bytes()
    return payload("history.xls", body, "https://www.eia.gov/dnav/pet/hist_xls/RBRTEm.xls", retrieved=RETRIEVED)


def prices(*payloads: Payload) -> dict[date, float]:
    frame = Brent().parse(payloads)["macro"]
    return dict(zip(frame["period"], frame["value"], strict=True))


def test_without_a_key_the_workbook_is_asked_for_and_with_one_the_interface() -> None:
    (without,) = Brent().requests(Window())
    assert (without.url, without.key_in) == ("https://www.eia.gov/dnav/pet/hist_xls/RBRTEm.xls", "")
    (keyed,) = Brent().requests(Window(keyed=True))
    assert keyed.key_in == "query:api_key"
    assert "start=1987-05" in keyed.url
    assert "facets[series][]=RBRTE" in keyed.url
    assert f"length={CAP}" in keyed.url


def test_a_later_refresh_asks_for_the_years_of_the_last_three_months_and_twice_the_same() -> None:
    held = Window(keyed=True, latest_period=date(2026, 9, 1), last_asked=date(2026, 10, 20), today=date(2026, 11, 22))
    (request,) = Brent().requests(held)
    assert "start=2026-01" in request.url
    again = Window(keyed=True, latest_period=date(2026, 10, 1), last_asked=date(2026, 11, 22), today=date(2026, 11, 22))
    assert Brent().requests(again) == (request,)


def test_text_and_numbers_are_one_price_and_null_and_the_running_month_are_no_rows() -> None:
    # August is null; November is not over on the day of retrieval.
    assert prices(page("prices.json")) == {
        JUNE: 71.25, JULY: 72.5, date(2026, 9, 1): 74.0, date(2026, 10, 1): 75.75,
    }  # fmt: skip


def test_the_frames_are_those_of_the_contract() -> None:
    frames = Brent().parse([page("prices.json")])
    row = frames["macro"].row(0, named=True)
    assert (row["area"], row["indicator"], row["unit"]) == ("WLD", "brent_usd_per_barrel", "USD per barrel")
    assert (row["source"], row["release"], row["known_from"]) == ("brent", "brent-live-2026-11-22", date(2026, 11, 22))
    for table, frame in frames.items():
        columns = TABLES[table].columns()
        assert {name: columns[name].dtype for name in frame.columns} == dict(frame.schema)
        assert set(columns) - set(frame.columns) == ({"known_to"} if table == "macro" else {"origin"})
    assert frames["release"]["title"].to_list() == ["Europe Brent spot price FOB, monthly, to October 2026"]


def test_a_reply_that_was_cut_names_its_next_pages_and_is_refused_without_them() -> None:
    first, second = page("prices_first.json"), page("prices_second.json", "prices/4.json")
    (request,) = Brent().follow([first])
    assert request.name == "prices/4.json"
    assert "offset=4&" in request.url
    assert "start=2026-06" in request.url
    assert Brent().follow([first, second]) == ()
    assert prices(first, second) == prices(page("prices.json"))
    with pytest.raises(ParseError, match="says 6 rows and sent 4; the reply was cut"):
        Brent().parse([first])


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ('"units": "$/BBL"', '"units": "$/GAL"', "2026-06: the unit is '\\$/GAL', not '\\$/BBL'"),
        ('"series": "RBRTE"', '"series": "RWTC"', "the series is 'RWTC'"),
        ('"series": "RBRTE",', "", "a row has no field series"),
        ('"value": "71.25"', '"value": "n.a."', "'n.a.' is not a number"),
        ('"value": "71.25"', '"value": "71250"', "71250 cannot be dollars per barrel"),
        ('"period": "2026-07"', '"period": "2026-06"', "holds 2026-06 twice"),
        ('"period": "2026-07"', '"period": "2026-12"', "2026-07 is missing between months that are there"),
        ('"period": "2026-06"', '"period": "2026-13"', "begins with 2026-07, though the months from 2026-06"),
        ('"frequency": "monthly"', '"frequency": "daily"', "the frequency is 'daily'"),
        ('"total": "6"', '"total": null', "does not say how many rows"),
        ('"data": [', '"rows": [', "has no response with data"),
        ('"apiVersion": "2.1.9"', "", "not readable JSON"),
    ],
)
def test_a_reply_that_is_something_else_is_refused(old: str, new: str, sentence: str) -> None:
    with pytest.raises(ParseError, match=sentence):
        Brent().parse([page("prices.json", old=old, new=new)])


def test_an_error_that_comes_as_a_reply_is_told_with_the_remedy() -> None:
    with pytest.raises(ParseError, match="'An invalid api_key was supplied"):
        Brent().parse([page("key.json")])


def test_the_workbook_gives_the_same_columns_and_an_empty_cell_is_no_row() -> None:
    assert prices(workbook()) == {
        date(2026, 5, 1): 70.5, JUNE: 71.25, AUGUST: 73.0, date(2026, 9, 1): 74.5,
    }  # fmt: skip
    assert Brent().follow([workbook()]) == ()


@pytest.mark.parametrize(
    ("file", "sentence"),
    [
        ("other_series.xls", "do not head the series RBRTE"),
        ("other_sheet.xls", "has no sheet 'Data 1'"),
        ("gap.xls", "2026-06 is missing between"),
        ("words.xls", "row 5: 'n.a.' is not a number"),
    ],
)
def test_a_workbook_that_is_something_else_is_refused(file: str, sentence: str) -> None:
    with pytest.raises(ParseError, match=sentence):
        Brent().parse([workbook(file)])
