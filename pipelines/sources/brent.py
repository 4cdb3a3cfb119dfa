"""Brent crude oil: the monthly mean spot price, from the U.S. Energy Information Administration.

Two ways to the same series: the keyed interface, by pages, and without a key the public workbook with all its history.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from pipelines.errors import ParseError
from pipelines.formats.excel import read_sheet
from pipelines.formats.json import json_number, read_json
from pipelines.normalise import indicators, releases
from pipelines.normalise.periods import Window, months
from pipelines.raw import Payload, Request
from pipelines.sources.base import Frames, Source

SERIES = "RBRTE"
UNIT = "$/BBL"
CAP = 5000
"""Rows that one reply holds at most; beyond them it is cut without an error, and `total` alone tells."""

_API = "/v2/petroleum/pri/spt/data/"
_SHEET = "Data 1"
_TITLE = "Europe Brent Spot Price FOB (Dollars per Barrel)"
_MONTH = re.compile(r"^\d{4}-(0[1-9]|1[0-2])$")
_LEAST, _MOST = 1.0, 1000.0
"""Dollars per barrel outside of which a price is in another unit: Brent has been between 9 and 144."""


class Brent(Source):
    """Monthly mean of the Europe Brent spot price FOB, US dollars per barrel, from May 1987."""

    name = "brent"
    tables = ("macro", "release")

    def requests(self, window: Window) -> Sequence[Request]:
        """With a key the months that can have changed; without one the workbook, which is always whole."""
        if not window.keyed:
            return (Request("https://www.eia.gov/dnav/pet/hist_xls/RBRTEm.xls", "history.xls", most_mb=8),)
        # From January on: the same question all year long, so that equal bytes are seen to be equal.
        return (_page(self.url, f"{max(self.start(window).replace(month=1), self.first_period):%Y-%m}", 0),)

    def follow(self, payloads: Sequence[Payload]) -> Sequence[Request]:
        """The pages after the first, when there are more rows than one reply holds."""
        if len(payloads) != 1 or payloads[0].name.endswith(".xls"):
            return ()
        total, rows = _reply(payloads[0])
        start = re.search(r"[?&]start=([\d-]+)", payloads[0].url)
        if not rows or start is None:
            return ()
        return tuple(_page(self.url, start[1], offset) for offset in range(len(rows), total, len(rows)))

    def parse(self, payloads: Sequence[Payload]) -> Frames:
        """Prices by month. The running month is left out; a month without a price is a missing row.

        Raises:
            ParseError: another series or unit, a reply that was cut, a month that is missing or comes twice.
        """
        if payloads and payloads[0].name.endswith(".xls"):
            prices = _checked(_workbook(payloads[0]), payloads[0].name)
        else:
            prices = _checked(_pages(payloads), payloads[0].name if payloads else self.name)
        today = max(payload.day for payload in payloads)
        running = date(today.year, today.month, 1)
        kept = {month: price for month, price in prices.items() if price is not None and month < running}
        if not kept:
            raise ParseError(f"{payloads[0].name} holds no price of a month that is over.")
        last = max(kept)
        title = f"Europe Brent spot price FOB, monthly, to {last:%B %Y}"
        release = releases.release(self.name, title, payloads, len(kept))
        rows = [("WLD", "brent_usd_per_barrel", "USD per barrel", month, price) for month, price in kept.items()]
        macro = indicators.monthly(rows, source=self.name, release=release["release"][0], known_from=today)
        return {"macro": macro, "release": release}


def _page(host: str, start: str, offset: int) -> Request:
    query = (
        f"frequency=monthly&data[0]=value&facets[series][]={SERIES}&start={start}"
        f"&sort[0][column]=period&sort[0][direction]=asc&offset={offset}&length={CAP}"
    )
    return Request(f"{host}{_API}?{query}", f"prices/{offset}.json", "json", key_in="query:api_key", most_mb=8)


def _reply(payload: Payload) -> tuple[int, list[Any]]:
    """The number of rows there are, and those of this page."""
    document = read_json(payload)
    error = document.get("error") if isinstance(document, dict) else None
    if error is not None:
        message = error.get("message") or error.get("code") if isinstance(error, dict) else error
        raise ParseError(f"{payload.name}: the EIA answers {str(message)[:120]!r}. Check EIA_API_KEY.")
    response = document.get("response") if isinstance(document, dict) else None
    rows = response.get("data") if isinstance(response, dict) else None
    if not isinstance(response, dict) or not isinstance(rows, list):
        raise ParseError(f"{payload.name} has no response with data in it.")
    if response.get("frequency") != "monthly":
        raise ParseError(f"{payload.name}: the frequency is {response.get('frequency')!r}, not 'monthly'.")
    total = json_number(response.get("total"), f"{payload.name}, total")
    if total is None or total != int(total):
        raise ParseError(f"{payload.name} does not say how many rows there are.")
    return int(total), rows


def _pages(payloads: Sequence[Payload]) -> list[tuple[str, float | None]]:
    prices: list[tuple[str, float | None]] = []
    totals = set()
    for payload in payloads:
        total, rows = _reply(payload)
        totals.add(total)
        prices += [_row(row, payload.name) for row in rows]
    start = re.search(r"[?&]start=(\d{4}-\d{2})", payloads[0].url) if payloads else None
    if start is not None and prices and min(period for period, _ in prices) != start[1]:
        first = min(period for period, _ in prices)
        raise ParseError(
            f"{payloads[0].name} begins with {first[:20]}, though the months from {start[1]} on were asked."
        )
    if totals != {len(prices)}:
        said = " or ".join(f"{total:,}" for total in sorted(totals)) or "no"
        raise ParseError(f"The EIA says {said} rows and sent {len(prices):,}; the reply was cut.")
    return prices


def _row(row: Any, name: str) -> tuple[str, float | None]:
    lacking = [
        field for field in ("period", "series", "units", "value") if not isinstance(row, dict) or field not in row
    ]
    if lacking:
        raise ParseError(f"{name}: a row has no field {', '.join(lacking)}.")
    where = f"{name}, {str(row['period'])[:20]}"
    if row["series"] != SERIES:
        raise ParseError(f"{where}: the series is {row['series']!r}, not {SERIES!r}.")
    if row["units"] != UNIT:
        raise ParseError(f"{where}: the unit is {row['units']!r}, not {UNIT!r}.")
    return str(row["period"]), json_number(row["value"], where)


def _workbook(payload: Payload) -> list[tuple[str, float | None]]:
    rows = read_sheet(payload, _SHEET)
    heads = [[cell or "" for cell in row[:2]] for row in rows[:3]]
    if len(heads) < 3 or heads[1] != ["Sourcekey", SERIES] or heads[2] != ["Date", _TITLE]:
        raise ParseError(f"{payload.name}, sheet {_SHEET}: the second and third row do not head the series {SERIES}.")
    return [
        (str(row[0])[:7], json_number(row[1], f"{payload.name}, sheet {_SHEET}, row {place}"))
        for place, row in enumerate(rows[3:], start=4)
        if row[0] is not None or row[1] is not None
    ]


def _checked(rows: Iterable[tuple[str, float | None]], name: str) -> dict[date, float | None]:
    prices: dict[date, float | None] = {}
    for period, price in rows:
        if not _MONTH.match(period):
            raise ParseError(f"{name}: {period[:20]!r} is not a month.")
        month = date(int(period[:4]), int(period[5:]), 1)
        if month in prices:
            raise ParseError(f"{name} holds {period} twice.")
        if price is not None and not _LEAST <= price <= _MOST:
            raise ParseError(f"{name}, {period}: {price:g} cannot be dollars per barrel of oil.")
        prices[month] = price
    if not prices:
        raise ParseError(f"{name} holds no months.")
    absent = [month for month in months(min(prices), max(prices)) if month not in prices]
    if absent:
        raise ParseError(f"{name}: {absent[0]:%Y-%m} is missing between months that are there.")
    return prices
