"""The example source: worked by hand, and everything that must not pass for a figure."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from pipelines.errors import ParseError
from pipelines.normalise.periods import Window
from pipelines.raw import Payload, payload
from pipelines.schema import TABLES
from tests.pipelines.sources.example.harbour import Harbour

REPLY = """{
  "unit": "USD",
  "trade": [
    {"month": "2026-09", "partner": "Russia", "exports": "1200000", "imports": 300000},
    {"month": "2026-10", "partner": "Russia", "exports": null, "imports": 0},
    {"month": "2026-10", "partner": "All partners", "exports": 9000000, "imports": 8000000},
    {"month": "2026-11", "partner": "Russia", "exports": 5, "imports": 5}
  ]
}
"""


def reply(old: str = "", new: str = "") -> Payload:
    assert old in REPLY
    body = (REPLY.replace(old, new, 1) if old else REPLY).encode()
    day = datetime(2026, 11, 22, tzinfo=UTC)
    return payload("trade.json", body, "https://ledger.example.org/v1/trade", retrieved=day)


def test_months_that_are_over_and_have_a_figure() -> None:
    trade = Harbour().parse([reply()])["trade_flow"]
    rows = trade.filter(partner="RUS").select("flow", "period", "value_usd", "valuation").rows()
    # October has no exports, and November is not over on the day of retrieval. A zero that was reported stays.
    assert sorted(rows) == [
        ("export", date(2026, 9, 1), 1_200_000.0, "fob"),
        ("import", date(2026, 9, 1), 300_000.0, "cif"),
        ("import", date(2026, 10, 1), 0.0, "cif"),
    ]
    assert set(trade["basis"]) == {"ledger"}


def test_a_later_refresh_asks_for_the_last_three_months_again() -> None:
    (request,) = Harbour().requests(
        Window(latest_period=date(2026, 9, 1), last_asked=date(2026, 10, 5), today=date(2026, 11, 22))
    )
    assert request.url == "https://ledger.example.org/v1/trade?from=2026-07"


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ('"USD"', '"ISK"', "does not give dollars"),
        ('"partner": "Russia"', '"partner": "Atlantis"', "Atlantis 2026-09: the partner is unknown"),
        ('"1200000"', '"n.a."', "Russia 2026-09: 'n.a.' is not a number"),
        ('"1200000"', "-1", "Russia 2026-09: trade is negative"),
        ('"imports": 300000', '"import": 300000', "a row without month, partner, exports and imports"),
        ('"2026-09"', '"Sept 2026"', "Russia Sept 2026 is not a month"),
        ('"2026-09"', '"2026-10"', "Russia 2026-10 comes twice"),
        ('"trade"', '"flows"', "holds no figure of a month that is over"),
    ],
)
def test_a_reply_that_is_something_else_is_refused(old: str, new: str, sentence: str) -> None:
    with pytest.raises(ParseError, match=sentence):
        Harbour().parse([reply(old, new)])


def test_the_frames_are_those_of_the_contract() -> None:
    for table, frame in Harbour().parse([reply()]).items():
        columns = TABLES[table].columns()
        assert {name: columns[name].dtype for name in frame.columns} == dict(frame.schema)
