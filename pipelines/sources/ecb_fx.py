"""Euro foreign exchange reference rates of the European Central Bank: daily rates, kept as means of whole months.

The ECB publishes a rate on its working days only; a day without one is left out, never filled. It fixed the rouble from
1 April 2005 to 1 March 2022; roubles per dollar are the rouble per euro divided by the dollar per euro, day by day.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from pipelines.errors import FetchError, ParseError
from pipelines.formats.json import json_number
from pipelines.normalise import indicators, releases
from pipelines.normalise.periods import Window, months, months_before
from pipelines.raw import Payload, Request
from pipelines.sources.base import Frames, Source

ROUBLE_FIRST, ROUBLE_LAST = date(2005, 4, 1), date(2022, 2, 1)
"""First and last whole month in which the ECB fixed the rouble."""

_COLUMNS = ("FREQ", "CURRENCY", "CURRENCY_DENOM", "EXR_TYPE", "EXR_SUFFIX", "TIME_PERIOD", "OBS_VALUE")
_FIXED = {"FREQ": "D", "CURRENCY_DENOM": "EUR", "EXR_TYPE": "SP00", "EXR_SUFFIX": "A"}
_BOUNDS: Mapping[str, tuple[float, float]] = {"USD": (0.5, 2.0), "RUB": (20.0, 400.0)}
"""Units per euro outside of which a rate is in another unit."""

_FEWEST_DAYS = 15
"""A month has 18 fixings at least since 1999; fewer than this is a part of a month."""

_SLACK = 6
"""Days without a fixing that may stand at an end of the rates: Christmas, Easter, a source that lags."""

_DECIMALS = 6
Days = dict[date, float]


class EcbFx(Source):
    """Monthly means of dollars per euro, and of roubles per dollar to February 2022."""

    name = "ecb_fx"
    tables = ("macro", "release")

    def requests(self, window: Window) -> Sequence[Request]:
        """The dollar from the first month that can have changed; the rouble too where it was fixed then."""
        end = window.today - timedelta(days=window.today.day)
        if end < self.start(window):
            return ()
        # From January on: the same question for a whole month long, so that equal bytes are seen to be equal.
        start = self.start(window).replace(month=1, day=1)
        currencies = ["USD"] if start > ROUBLE_LAST else ["USD", "RUB"]
        return tuple(
            Request(
                f"{self.url}/service/data/EXR/D.{currency}.EUR.SP00.A"
                f"?startPeriod={start}&endPeriod={end}&format=csvdata",
                f"rates/{currency}.csv",
                "text",
                headers=(("Accept", "text/csv"),),
                most_mb=16,
            )
            for currency in currencies
        )

    def parse(self, payloads: Sequence[Payload]) -> Frames:
        """Means by month: only months that are over and have their last fixing.

        Raises:
            ParseError: another series, a day twice, a rate in another unit, or a month that is missing.
        """
        rates = {payload.name.rpartition("/")[2].removesuffix(".csv"): _rates(payload) for payload in payloads}
        if "USD" not in rates:
            raise ParseError(f"{self.name} sent no dollar rates.")
        dollars = rates["USD"]
        today = max(payload.day for payload in payloads)
        rows = [("EMU", "usd_per_eur", "USD per EUR", m, v) for m, v in _means(dollars, today, "the dollar").items()]
        if "RUB" in rates:
            without = [day for day in rates["RUB"] if day not in dollars]
            if without:
                raise ParseError(f"{self.name}: the rouble was fixed on {without[0]} and the dollar was not.")
            cross = {
                day: rate / dollars[day]
                for day, rate in rates["RUB"].items()
                if ROUBLE_FIRST <= day < months_before(ROUBLE_LAST, -1)
            }
            # The rouble ends in the middle of its last month, so its last whole month is named, not found.
            means = _means(cross, today, "the rouble") if cross else {}
            rows += [("RUS", "rub_per_usd", "RUB per USD", month, value) for month, value in means.items()]
        last = max(row[3] for row in rows)
        title = f"Euro foreign exchange reference rates, daily, to {last:%B %Y}"
        release = releases.release(self.name, title, payloads, len(rows))
        macro = indicators.monthly(rows, source=self.name, release=release["release"][0], known_from=today)
        return {"macro": macro, "release": release}


def _rates(payload: Payload) -> Days:
    """Units per euro by day; days without a fixing are left out."""
    currency = payload.name.rpartition("/")[2].removesuffix(".csv")
    try:
        text = payload.text()
    except FetchError as error:
        raise ParseError(str(error)) from error
    lines = csv.DictReader(io.StringIO(text), strict=True)
    lacking = [column for column in _COLUMNS if column not in (lines.fieldnames or ())]
    if lacking:
        raise ParseError(f"{payload.name} has no column {', '.join(lacking)}.")
    if not text.endswith("\n"):
        raise ParseError(f"{payload.name} is cut short: its last line does not end.")
    low, high = _BOUNDS[currency]
    rates: Days = {}
    try:
        for row in lines:
            where = f"{payload.name}, line {lines.line_num}"
            other = [name for name, value in {**_FIXED, "CURRENCY": currency}.items() if row[name] != value]
            if other:
                raise ParseError(f"{where}: {other[0]} is {row[other[0]]!r}, another series than the one asked for.")
            day, rate = _day(row["TIME_PERIOD"], where), _rate(row["OBS_VALUE"], where)
            if day in rates:
                raise ParseError(f"{where}: {day} comes twice.")
            if rate is None:
                continue
            if not low <= rate <= high:
                raise ParseError(f"{where}: {rate:g} cannot be {currency} per euro.")
            rates[day] = rate
    except csv.Error as error:
        raise ParseError(f"{payload.name}, line {lines.line_num}: {error}.") from error
    if not rates:
        raise ParseError(f"{payload.name} holds no rates.")
    _check_span(rates, payload, currency)
    return rates


def _check_span(rates: Days, payload: Payload, currency: str) -> None:
    """The rates begin and end where they were asked to; the address says where."""
    asked = re.findall(r"(?:start|end)Period=(\d{4}-\d{2}-\d{2})", payload.url)
    if len(asked) != 2:
        return
    first, last = (date.fromisoformat(day) for day in asked)
    if currency == "RUB":
        first, last = max(first, ROUBLE_FIRST), min(last, months_before(ROUBLE_LAST, -1))
    if min(rates) > first + timedelta(days=_SLACK) or max(rates) < last - timedelta(days=_SLACK):
        raise ParseError(
            f"{payload.name} holds rates from {min(rates)} to {max(rates)}, though {first} to {last} were asked for."
        )


def _day(text: str | None, where: str) -> date:
    try:
        return date.fromisoformat(text or "")
    except ValueError as error:
        raise ParseError(f"{where}: {str(text)[:20]!r} is not a day like 2022-03-01.") from error


def _rate(text: str | None, where: str) -> float | None:
    # A closing day stands as an empty value or as NaN, depending on the series.
    return None if text in ("", "NaN") else json_number(text, where)


def _means(rates: Days, today: date, what: str) -> dict[date, float]:
    """Mean of the fixings of each whole month: it is over, and its last weekday has its fixing or is long past."""
    by_month: dict[date, list[float]] = {}
    for day, rate in rates.items():
        by_month.setdefault(months_before(day, 0), []).append(rate)
    absent = [month for month in months(min(by_month), max(by_month)) if month not in by_month]
    if absent:
        raise ParseError(f"The ECB sent no rate of {what} in {absent[0]:%Y-%m}, between months that have some.")
    last = max(by_month)
    end = months_before(last, -1) - timedelta(days=1)
    last_weekday = end - timedelta(days=max(end.weekday() - 4, 0))
    lagging = max(rates) < last_weekday and today <= end + timedelta(days=_SLACK)
    if end >= today or lagging:
        del by_month[last]
    short = [month for month, values in by_month.items() if len(values) < _FEWEST_DAYS]
    if short:
        count = len(by_month[short[0]])
        raise ParseError(f"The ECB sent {count} rates of {what} in {short[0]:%Y-%m}, fewer than a month has.")
    if not by_month:
        raise ParseError(f"The ECB sent no whole month of {what}.")
    return {month: round(sum(values) / len(values), _DECIMALS) for month, values in sorted(by_month.items())}
