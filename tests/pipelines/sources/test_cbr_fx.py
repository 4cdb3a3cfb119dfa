"""The Bank of Russia's rates: windows-1251, commas, nominals, whole months, and what must not pass for rates."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from pipelines.errors import ParseError
from pipelines.normalise.periods import Window
from pipelines.raw import Payload, payload
from pipelines.schema import TABLES
from pipelines.sources.cbr_fx import CbrFx

FILES = Path(__file__).parent / "payloads" / "cbr_fx"
ADDRESS = "https://www.cbr.ru/scripts/XML_dynamic.asp?date_req1=01/01/2022&date_req2={}&VAL_NM_RQ=R01235"
LATER = datetime(2022, 3, 2, 9, 0, tzinfo=UTC)


def year(file: str = "2022.xml", to: str = "28/02/2022", *, old: str = "", new: str = "") -> Payload:
    text = (FILES / file).read_bytes().decode("windows-1251")
    assert old in text
    body = (text.replace(old, new, 1) if old else text).encode("windows-1251")
    return payload("usd/2022.xml", body, ADDRESS.format(to), retrieved=LATER)


def test_the_first_refresh_asks_year_by_year_and_never_for_a_day_to_come() -> None:
    requests = CbrFx().requests(Window(today=date(2026, 11, 22)))
    assert len(requests) == 29
    assert requests[0].url.endswith("date_req1=01/01/1998&date_req2=31/12/1998&VAL_NM_RQ=R01235")
    assert requests[-1].url.endswith("date_req1=01/01/2026&date_req2=31/10/2026&VAL_NM_RQ=R01235")
    assert requests[-1].name == "usd/2026.xml"
    assert CbrFx().limits.user_agent == "Mozilla/5.0 (compatible; Tradewake)"


def test_a_later_refresh_asks_for_the_last_three_months_over_the_turn_of_the_year() -> None:
    window = Window(latest_period=date(2026, 12, 1), last_asked=date(2027, 1, 4), today=date(2027, 2, 3))
    first, second = CbrFx().requests(window)
    assert "date_req1=01/01/2026&date_req2=31/12/2026" in first.url
    assert "date_req1=01/01/2027&date_req2=31/01/2027" in second.url
    assert CbrFx().requests(Window(since=date(2027, 2, 1), today=date(2027, 2, 3))) == ()


def test_means_of_the_published_days_without_carrying_any_forward() -> None:
    frame = CbrFx().parse([year()])["macro"]
    means = dict(zip(frame["period"], frame["value"], strict=True))
    # January 2022: 15 published days, eight at 69.5 and seven at 70.5. February: 20, ten at each of 79.5 and 80.5. The
    # Sundays, Mondays and holidays on which a rate stands are not counted.
    assert means[date(2022, 1, 1)] == round((8 * 69.5 + 7 * 70.5) / 15, 6) == 69.966667
    assert means[date(2022, 2, 1)] == 80.0


def test_a_rate_for_ten_dollars_is_divided_by_ten() -> None:
    text = (FILES / "2022.xml").read_bytes().decode("windows-1251")
    assert "<Nominal>10</Nominal><Value>805,0000</Value>" in text
    assert CbrFx().parse([year()])["macro"]["value"].max() < 81


def test_the_frames_are_those_of_the_contract() -> None:
    frames = CbrFx().parse([year()])
    for table, frame in frames.items():
        columns = TABLES[table].columns()
        assert {name: columns[name].dtype for name in frame.columns} == dict(frame.schema)
    row = frames["macro"].row(0, named=True)
    assert (row["area"], row["indicator"], row["unit"], row["source"]) == (
        "RUS",
        "rub_per_usd",
        "RUB per USD",
        "cbr_fx",
    )
    assert (row["release"], row["known_from"]) == ("cbr_fx-live-2022-03-02", date(2022, 3, 2))


def test_a_month_that_was_asked_for_and_is_missing_is_refused() -> None:
    later = year(to="31/03/2022")
    assert CbrFx().parse([later])["macro"].height == 2  # March is not over on the day of retrieval
    over = payload(later.name, later.body, later.url, retrieved=datetime(2022, 4, 2, tzinfo=UTC))
    with pytest.raises(ParseError, match="sent 0 rates of 2022-03, fewer than a month has"):
        CbrFx().parse([over])


def test_the_banks_own_error_is_told_in_its_words() -> None:
    with pytest.raises(ParseError, match="the Bank of Russia answers 'Ошибка в параметрах'"):
        CbrFx().parse([year("error.xml")])


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ('<ValCurs ID="R01235"', '<ValCurs ID="R01239"', "the currency is 'R01239'"),
        ('Date="12.01.2022" Id="R01235"', 'Date="12.01.2022" Id="R01239"', "2022-01-12: the currency is 'R01239'"),
        ('Date="12.01.2022"', 'Date="11.01.2022"', "2022-01-11 comes twice"),
        ('Date="12.01.2022"', 'Date="12.01.2021"', "2021-01-12 is not a day of 2022"),
        ('Date="12.01.2022"', 'Date="2022-01-12"', "'2022-01-12' is not a day like"),
        ("<Value>69,5000</Value>", "<Value>69.5000</Value>", "Value is '69.5000', not a number like"),
        ("<Value>69,5000</Value>", "<Value>1 069,5000</Value>", "Value is '1 069,5000', not a number"),
        ("<Value>69,5000</Value>", "", "Value is '', not a number"),
        ("<Nominal>1</Nominal>", "<Nominal>0</Nominal>", "the rate is given for 0 dollars"),
        ("<Nominal>1</Nominal>", "<Nominal>100</Nominal>", "69.5 for 100 dollars is not 69.5 for one"),
        (
            "<Value>69,5000</Value><VunitRate>69,5000</VunitRate>",
            "<Value>695,000</Value><VunitRate>695,000</VunitRate>",
            "costs 695 roubles on 2022-01-11 and 70.5 on 2022-01-12; the unit differs",
        ),
        (
            "<Value>69,5000</Value><VunitRate>69,5000</VunitRate>",
            "<Value>69500</Value><VunitRate>69500</VunitRate>",
            "69500 cannot be roubles per dollar",
        ),
        ("</ValCurs>", "", "not readable XML"),
    ],
)
def test_a_reply_that_is_something_else_is_refused(old: str, new: str, sentence: str) -> None:
    with pytest.raises(ParseError, match=sentence):
        CbrFx().parse([year(old=old, new=new)])


def test_entities_are_never_followed() -> None:
    body = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/hostname">]><ValCurs>&x;</ValCurs>'
    with pytest.raises(ParseError, match="declares a document type"):
        CbrFx().parse([payload("usd/2022.xml", body, ADDRESS.format("28/02/2022"), retrieved=LATER)])
