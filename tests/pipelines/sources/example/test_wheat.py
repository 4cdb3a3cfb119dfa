"""The example source: worked by hand, and everything that must not pass for a price."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from pipelines.errors import ParseError
from pipelines.normalise.periods import Window
from pipelines.raw import Payload, payload
from pipelines.schema import TABLES
from tests.pipelines.sources.example.wheat import Wheat

FILE = Path(__file__).parent / "payloads" / "wheat.json"


def reply(old: str = "", new: str = "") -> Payload:
    text = FILE.read_text(encoding="utf-8")
    assert old in text
    body = (text.replace(old, new, 1) if old else text).encode()
    return payload(
        "wheat.json", body, "https://prices.example.org/v1/wheat", retrieved=datetime(2026, 11, 22, tzinfo=UTC)
    )


def test_months_that_are_over_and_have_a_price() -> None:
    frame = Wheat().parse([reply()])["macro"]
    # September has no price, and November is not over on the day of retrieval.
    assert dict(zip(frame["period"], frame["value"], strict=True)) == {
        date(2026, 8, 1): 210.5,
        date(2026, 10, 1): 214.0,
    }


def test_a_later_refresh_asks_for_the_last_three_months_again() -> None:
    (request,) = Wheat().requests(
        Window(latest_period=date(2026, 9, 1), last_asked=date(2026, 10, 5), today=date(2026, 11, 22))
    )
    assert request.url == "https://prices.example.org/v1/wheat?from=2026-07"


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("USD/t", "EUR/t", "does not give prices in USD/t"),
        ('"210.5"', '"n.a."', "2026-08: 'n.a.' is not a number"),
        ('"price": null', '"value": null', "a row without a month and a price"),
        ("2026-09", "Sept 2026", "'Sept 2026' is not a month"),
        ("2026-09", "2026-08", "holds 2026-08 twice"),
        ("2026-09", "2026-12", "2026-09 is missing between"),
    ],
)
def test_a_reply_that_is_something_else_is_refused(old: str, new: str, sentence: str) -> None:
    with pytest.raises(ParseError, match=sentence):
        Wheat().parse([reply(old, new)])


def test_the_frames_are_those_of_the_contract() -> None:
    for table, frame in Wheat().parse([reply()]).items():
        columns = TABLES[table].columns()
        assert {name: columns[name].dtype for name in frame.columns} == dict(frame.schema)
