"""Official rate of the US dollar in roubles from the Bank of Russia, kept as means of whole months.

The Bank sets a rate on its working days for the day that follows; it stands over weekends and holidays, on which
nothing is published. The mean here is that of the published days, each counted once; nothing is carried forward.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, unquote, urlsplit

from pipelines.errors import ParseError
from pipelines.formats import xml
from pipelines.formats.json import json_number
from pipelines.normalise import indicators, releases
from pipelines.normalise.periods import Window, months, months_before
from pipelines.raw import Payload, Request
from pipelines.sources.base import Frames, Source

if TYPE_CHECKING:
    from lxml.etree import _Element

DOLLAR = "R01235"
"""The Bank's own number of the US dollar."""

_NUMBER = re.compile(r"^\d+(,\d+)?$")
_FEWEST_DAYS = 10
"""January, with its ten holidays, has 14 published days at least; fewer than this is a part of a month."""

_LEAST, _MOST = 1.0, 1000.0
_LEAP = 1.6
"""Roubles per dollar outside of which, and the factor from one published day to the next beyond which, the unit is
another one: the largest day of the crisis of 1998 was below it."""

_DECIMALS = 6


class CbrFx(Source):
    """Monthly means of roubles per US dollar from the official rates, from the new rouble of January 1998 on."""

    name = "cbr_fx"
    tables = ("macro", "release")

    def requests(self, window: Window) -> Sequence[Request]:
        """One request a year from January on, to the end of the last whole month."""
        end = window.today - timedelta(days=window.today.day)
        start = self.start(window)
        if end < start:
            return ()
        requests = []
        for year in range(start.year, end.year + 1):
            # Whole years, whatever changed in them: the same question again, so that equal bytes are seen to be equal.
            last = min(end, date(year, 12, 31))
            query = f"date_req1=01/01/{year}&date_req2={last:%d/%m/%Y}&VAL_NM_RQ={DOLLAR}"
            address = f"{self.url}/scripts/XML_dynamic.asp?{query}"
            requests.append(Request(address, f"usd/{year}.xml", "xml", own_redirects=True, most_mb=2))
        return tuple(requests)

    def parse(self, payloads: Sequence[Payload]) -> Frames:
        """Means by month over the published days.

        Raises:
            ParseError: an error in place of rates, another currency, a day twice or outside of its year, a month that
                was asked for and is missing, a rate in another unit.
        """
        days: dict[date, float] = {}
        asked: list[date] = []
        for payload in payloads:
            rates = _rates(payload)
            twice = sorted(days.keys() & rates.keys())
            if twice:
                raise ParseError(f"{payload.name} repeats {twice[0]}, which another year's file holds.")
            days |= rates
            asked += _months_asked_for(payload, rates)
        if not days:
            raise ParseError("The Bank of Russia sent no rates.")
        _check_leaps(days)
        today = max(payload.day for payload in payloads)
        means = _means(days, sorted({month for month in asked if months_before(month, -1) <= today}))
        title = f"Official rate of the US dollar, daily, to {max(means):%B %Y}"
        release = releases.release(self.name, title, payloads, len(means))
        rows = [("RUS", "rub_per_usd", "RUB per USD", month, value) for month, value in means.items()]
        macro = indicators.monthly(rows, source=self.name, release=release["release"][0], known_from=today)
        return {"macro": macro, "release": release}


def _rates(payload: Payload) -> dict[date, float]:
    """Roubles for one dollar by published day."""
    root = next(xml.elements(payload, ["ValCurs"]), None)
    if root is None:
        raise ParseError(f"{payload.name} has no element ValCurs.")
    records = xml.children(root, "Record")
    if not records:
        message = xml.text(root)
        said = f"the Bank of Russia answers {message[:100]!r}" if message else "there are no rates in it"
        raise ParseError(f"{payload.name}: {said}.")
    if root.get("ID") != DOLLAR:
        raise ParseError(f"{payload.name}: the currency is {root.get('ID')!r}, not the US dollar ({DOLLAR}).")
    year = payload.name.rpartition("/")[2].removesuffix(".xml")
    rates: dict[date, float] = {}
    for record in records:
        day = _day(record.get("Date"), payload.name)
        where = f"{payload.name}, {day}"
        if record.get("Id") != DOLLAR:
            raise ParseError(f"{where}: the currency is {record.get('Id')!r}, not the US dollar ({DOLLAR}).")
        if day in rates:
            raise ParseError(f"{where} comes twice.")
        if str(day.year) != year:
            raise ParseError(f"{where} is not a day of {year}.")
        rates[day] = _rate(record, where)
    return rates


def _day(text: str | None, name: str) -> date:
    try:
        return datetime.strptime(text or "", "%d.%m.%Y").date()
    except ValueError as error:
        raise ParseError(f"{name}: {str(text)[:20]!r} is not a day like 03.03.2020.") from error


def _rate(record: _Element, where: str) -> float:
    nominal, value = _number(record, "Nominal", where), _number(record, "Value", where)
    if nominal <= 0:
        raise ParseError(f"{where}: the rate is given for {nominal:g} dollars.")
    rate = value / nominal
    if xml.child(record, "VunitRate") is not None:
        unit = _number(record, "VunitRate", where)
        if abs(unit - rate) > 1e-3 * rate:
            raise ParseError(f"{where}: {value:g} for {nominal:g} dollars is not {unit:g} for one.")
    if not _LEAST <= rate <= _MOST:
        raise ParseError(f"{where}: {rate:g} cannot be roubles per dollar.")
    return rate


def _number(record: _Element, field: str, where: str) -> float:
    text = xml.text(record, field) or ""
    number = json_number(text.replace(",", "."), f"{where}, {field}") if _NUMBER.match(text) else None
    if number is None:
        raise ParseError(f"{where}: {field} is {text[:40]!r}, not a number like 66,4437.")
    return number


def _months_asked_for(payload: Payload, rates: dict[date, float]) -> list[date]:
    """The months that were asked for, from the address; those of the rates where it does not say."""
    query = parse_qs(unquote(urlsplit(payload.url).query))
    if "date_req1" not in query or "date_req2" not in query:
        return months(min(rates), max(rates))
    first, last = (datetime.strptime(query[name][0], "%d/%m/%Y").date() for name in ("date_req1", "date_req2"))
    return months(first, last)


def _check_leaps(days: dict[date, float]) -> None:
    ordered = sorted(days)
    for before, day in pairwise(ordered):
        if not 1 / _LEAP <= days[day] / days[before] <= _LEAP and (day - before).days < 31:
            raise ParseError(
                f"The dollar costs {days[before]:g} roubles on {before} and {days[day]:g} on {day}; the unit differs."
            )


def _means(days: dict[date, float], asked: Sequence[date]) -> dict[date, float]:
    means = {}
    for month in asked:
        values = [rate for day, rate in days.items() if months_before(day, 0) == month]
        if len(values) < _FEWEST_DAYS:
            raise ParseError(f"The Bank of Russia sent {len(values)} rates of {month:%Y-%m}, fewer than a month has.")
        means[month] = round(sum(values) / len(values), _DECIMALS)
    if not means:
        raise ParseError("The Bank of Russia sent no whole month.")
    return means
