"""UN Comtrade: what large partners report of their goods trade with sanctioned economies, by HS chapter.

With a key: by month with Russia, by year with every target. Without one the public preview gives at most 500 rows and
one period a call, so the totals with Russia of the last twelve months and three years are asked for, and no more.

A reply is cut silently at a cap. A capped reply is not used: the same question is asked again by period, and then by
reporter. `motCode=0`, `partner2Code=0` and `customsCode=C00` are always sent and checked again in what comes: without
them a total and its parts come together and would be added up. The figures are for the reader's own use; the United
Nations allow no passing on without permission.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any, NamedTuple

import polars as pl

from pipelines import facts
from pipelines.errors import ParseError
from pipelines.formats.json import json_number, read_json
from pipelines.normalise import countries
from pipelines.normalise.periods import Window, months, months_before
from pipelines.normalise.releases import release, release_id
from pipelines.raw import SHIPPED, Payload, Request
from pipelines.schema import TABLES
from pipelines.schema.terms import ALL_GOODS, Basis, Flow, Frequency, Valuation
from pipelines.sources.base import Frames, Source

_READER_URL = "https://comtradeplus.un.org/"
_KEYED_PATH, _PREVIEW_PATH = "/data/v1/get", "/public/v1/preview"
CAP = {_KEYED_PATH: 100_000, _PREVIEW_PATH: 500}
"""Rows at which a reply is cut; the preview is for anybody, the other for holders of a key."""

PREVIEW_MONTHS, PREVIEW_YEARS = 12, 3

RUSSIA = "643"
CHAPTERS = tuple(f"{number:02d}" for number in range(1, 100) if number not in (77, 98))
_FLOWS = {"M": Flow.IMPORT.value, "X": Flow.EXPORT.value}
_WHOLE = {"motCode": "0", "partner2Code": "0", "customsCode": "C00", "mosCode": "0"}
CHAPTERS_MOST = 1.01
"""Chapters over total: above it something is counted twice; below it are figures withheld by chapter."""


def targets() -> Mapping[str, str]:
    """Economies under sanctions whose trade partners are asked about, by Comtrade's number; Russia is one."""
    return facts.asked("comtrade", "targets")


def reporters() -> Mapping[str, str]:
    """Large partners of the targets, and the economies that goods pass through, by Comtrade's number."""
    return facts.asked("comtrade", "reporters")


class _Part(NamedTuple):
    """What one request is about; its name says it: `M/2022`, split `M/2022-03`, split again `M/2022-03/842`."""

    frequency: str
    period: str
    reporter: str
    path: str

    @property
    def name(self) -> str:
        return f"{self.frequency}/{self.period}{self.reporter and '/' + self.reporter}.json"

    @property
    def periods(self) -> tuple[str, ...]:
        """The periods as Comtrade writes them."""
        if self.frequency == "A" or "-" in self.period:
            return (self.period.replace("-", ""),)
        return tuple(f"{self.period}{month:02d}" for month in range(1, 13))

    @property
    def asked(self) -> Mapping[str, tuple[str, ...]]:
        """The codes asked for by parameter."""
        keyed = self.path == _KEYED_PATH
        return {
            "reporterCode": (self.reporter,) if self.reporter else tuple(reporters()),
            "partnerCode": tuple(targets()) if keyed and self.frequency == "A" else (RUSSIA,),
            "cmdCode": (ALL_GOODS, *CHAPTERS) if keyed else (ALL_GOODS,),
            "flowCode": tuple(_FLOWS),
            "period": self.periods,
        }

    def split(self) -> list[_Part]:
        """The same in smaller questions: by period, else by reporter, else nothing."""
        if len(self.periods) > 1:
            return [self._replace(period=f"{text[:4]}-{text[4:]}") for text in self.periods]
        return [] if self.reporter else [self._replace(reporter=code) for code in reporters()]


class Comtrade(Source):
    """Each refresh asks again for what has changed; annual figures arrive over two years, reporter by reporter."""

    name = "comtrade"
    tables = ("trade_flow", "release")

    def requests(self, window: Window) -> Sequence[Request]:
        """With a key one request a year and frequency, the running year by month; without one the last periods."""
        this = window.today
        if window.keyed:
            years = range(self.start(window).year, this.year)
            running = months(max(self.start(window), date(this.year, 1, 1)), months_before(this, 1))
            texts = [(frequency, str(year)) for frequency in "MA" for year in years]
            texts += [("M", f"{month:%Y-%m}") for month in running]
            parts = [_Part(frequency, text, "", _KEYED_PATH) for frequency, text in texts]
        else:
            last = months(months_before(this, PREVIEW_MONTHS), months_before(this, 1))
            texts = [("M", f"{month:%Y-%m}") for month in last]
            texts += [("A", str(year)) for year in range(this.year - PREVIEW_YEARS, this.year)]
            parts = [_Part(frequency, text, "", _PREVIEW_PATH) for frequency, text in texts]
        return (Request(SHIPPED + "reference/area_codes.csv"), *(self._request(part) for part in parts))

    def follow(self, payloads: Sequence[Payload]) -> Sequence[Request]:
        """The smaller questions in place of every reply that was cut at the cap.

        Raises:
            ParseError: a reply is cut though it is about one period and reporter.
        """
        further = []
        for payload in payloads:
            if payload.is_shipped or not _is_capped(payload):
                continue
            smaller = _part(payload).split()
            if not smaller:
                raise ParseError(f"{payload.name} is cut at {len(_rows(payload)):,} rows and cannot be split further.")
            further += [self._request(part) for part in smaller]
        return further

    def parse(self, payloads: Sequence[Payload]) -> Frames:
        """`trade_flow` in dollars as the partners report it, and the release; a flow not reported is a missing row.

        Raises:
            ParseError: an error inside a reply, parts beside their total, codes that were not asked for, a value that
                is none, a reply cut at the cap without its smaller ones, chapters above their total, nothing at all.
        """
        by_name = {payload.name: payload for payload in payloads}
        codes = _areas(by_name["reference/area_codes.csv"])
        replies = [payload for payload in payloads if not payload.is_shipped]
        columns = {name: column.dtype for name, column in TABLES["trade_flow"].columns().items() if name != "known_to"}
        known_on = max(payload.day for payload in replies)
        fixed = {"source": self.name, "release": release_id(self.name, known_on), "basis": Basis.COMTRADE.value}
        schema = {name: kind for name, kind in columns.items() if name not in fixed}
        parts = []
        for payload in replies:
            if not _is_capped(payload):
                parts.append(pl.DataFrame(_figures(payload, codes), schema=schema))
                continue
            lacking = [part.name for part in _part(payload).split() if part.name not in by_name]
            if lacking:
                raise ParseError(f"{payload.name} was cut at the cap and {lacking[0]} is missing.")
        trade = pl.concat(parts) if parts else pl.DataFrame(schema=schema)
        if trade.is_empty():
            raise ParseError("Comtrade gave no figure for any of the periods asked for.")
        trade = trade.with_columns(pl.lit(text).alias(name) for name, text in fixed.items())
        _check_once(trade)
        _check_chapters(trade)
        title = f"UN Comtrade, trade reported by partners of sanctioned economies, as fetched on {known_on:%d %b %Y}"
        described = release(self.name, title, replies, trade.height, url=_READER_URL)
        return {"trade_flow": trade.select(list(columns)), "release": described}

    def _request(self, part: _Part) -> Request:
        listed = "&".join(f"{name}={','.join(codes)}" for name, codes in part.asked.items())
        address = f"{self.url}{part.path}/C/{part.frequency}/HS?{listed}"
        whole = "&motCode=0&partner2Code=0&customsCode=C00&includeDesc=false"
        key_in = "header:Ocp-Apim-Subscription-Key" if part.path == _KEYED_PATH else ""
        return Request(address + whole, part.name, "json", key_in=key_in, most_mb=200.0)


def _part(payload: Payload) -> _Part:
    """What a reply answers, from its name; whether it is of the preview, from its address."""
    match = re.fullmatch(r"([MA])/(\d{4}(?:-\d{2})?)(?:/(\d+))?\.json", payload.name)
    if match is None:
        raise ParseError(f"{payload.name} is not the name of a Comtrade reply.")
    path = _PREVIEW_PATH if _PREVIEW_PATH in payload.url else _KEYED_PATH
    return _Part(match[1], match[2], match[3] or "", path)


def _rows(payload: Payload) -> list[Mapping[str, Any]]:
    """The rows of a reply, as many as it states.

    Raises:
        ParseError: it holds an error, of which there are three shapes, or is not complete.
    """
    document = read_json(payload)
    if not isinstance(document, dict):
        raise ParseError(f"{payload.name} is not a Comtrade reply.")
    inner = document.get("errorObject")
    said = inner.get("errorMessage") if isinstance(inner, dict) else document.get("error") or document.get("message")
    if said or "statusCode" in document:
        raise ParseError(f"{payload.name}: Comtrade answers with an error: {str(said)[:200]}")
    rows, count = document.get("data"), document.get("count")
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows) or str(count) != str(len(rows)):
        given = len(rows) if isinstance(rows, list) else 0
        raise ParseError(f"{payload.name}: Comtrade states {count} rows and sent {given:,}; it may be cut short.")
    return rows


def _is_capped(payload: Payload) -> bool:
    return len(_rows(payload)) >= CAP[_part(payload).path]


def _areas(payload: Payload) -> Mapping[str, str]:
    m49 = countries.codes(payload, "m49")
    return {code.lstrip("0"): area for code, area in m49.items()} | dict(facts.labels("comtrade").areas)


def _figures(payload: Payload, codes: Mapping[str, str]) -> list[dict[str, Any]]:
    """The figures of one reply, of periods that were over when it was fetched."""
    part = _part(payload)
    asked = {name: frozenset(values) for name, values in part.asked.items()}
    figures = []
    for number, row in enumerate(_rows(payload), 1):
        where = f"{payload.name}, row {number}"
        try:
            given = {name: str(row[name]) for name in (*asked, "motCode", "partner2Code", "customsCode")}
            value, reported, summed = json_number(row["primaryValue"], where), row["isReported"], row["isAggregate"]
        except KeyError as error:
            raise ParseError(f"{where}: the field {error.args[0]} is missing.") from None
        given["mosCode"] = str(row.get("mosCode", "0"))
        for name, whole in _WHOLE.items():
            if given[name] != whole:
                raise ParseError(f"{where}: {name} is {given[name]!r}; a part stands beside its total.")
        for name, allowed in asked.items():
            if given[name] not in allowed:
                raise ParseError(f"{where}: {name} {given[name]!r} was not asked for.")
        if not isinstance(reported, bool) or not isinstance(summed, bool):
            raise ParseError(f"{where}: isReported and isAggregate are not true or false.")
        first = _first_day(given["period"])
        if value is None or not _is_over(first, part.frequency, payload.day):
            continue
        if value < 0:
            raise ParseError(f"{where}: the value {value:,.0f} is negative.")
        flow = _FLOWS[given["flowCode"]]
        figures.append(
            {
                "reporter": _area(given["reporterCode"], codes, where),
                "partner": _area(given["partnerCode"], codes, where),
                "flow": flow,
                "product": given["cmdCode"],
                "period": first,
                "frequency": Frequency.YEAR.value if part.frequency == "A" else Frequency.MONTH.value,
                "value_usd": value,
                # A chapter summed from reported lines is no estimate; what is neither reported nor summed is.
                "is_estimate": not (reported or summed),
                "flag": "sum_of_reported" if summed and not reported else None,
                "valuation": _valuation(flow, value, row, where),
                "rounding_usd": 1.0,
                "known_from": payload.day,
            }
        )
    return figures


def _area(code: str, codes: Mapping[str, str], where: str) -> str:
    if code not in codes:
        raise ParseError(f"{where}: unknown area {code!r}.")
    return codes[code]


def _first_day(text: str) -> date:
    return date(int(text[:4]), int(text[4:] or 1), 1)


def _is_over(first: date, frequency: str, day: date) -> bool:
    after = months_before(first, -12 if frequency == "A" else -1)
    return after <= day + timedelta(days=1)


def _valuation(flow: str, value: float, row: Mapping[str, Any], where: str) -> str:
    """Exports are FOB. Imports are CIF, or FOB where the reporter gives only that (Canada, Australia and others)."""
    stated = {
        kind: json_number(row.get(f"{kind}value", row.get(f"{kind}Value")), f"{where}, {kind}value")
        for kind in (Valuation.CIF.value, Valuation.FOB.value)
    }
    same = [kind for kind, number in stated.items() if number is not None and abs(number - value) < 1]
    if not same and any(number is not None for number in stated.values()):
        raise ParseError(f"{where}: primaryValue {value:,.0f} is neither the CIF nor the FOB value.")
    is_fob = flow == Flow.EXPORT.value or same == [Valuation.FOB.value]
    return Valuation.FOB.value if is_fob else Valuation.CIF.value


_CELL = ["reporter", "partner", "flow", "frequency", "period"]


def _check_once(trade: pl.DataFrame) -> None:
    twice = trade.filter(pl.struct(*_CELL, "product").is_duplicated()).sort(*_CELL, "product")
    if not twice.is_empty():
        figure = " ".join(str(twice[name][0]) for name in (*_CELL, "product"))
        raise ParseError(f"Comtrade gives one figure twice: {figure}.")


def _check_chapters(trade: pl.DataFrame) -> None:
    """The chapters of a flow are not more than its total."""
    total = trade.filter(pl.col("product") == ALL_GOODS).select(*_CELL, total="value_usd")
    sums = trade.filter(pl.col("product") != ALL_GOODS).group_by(_CELL).agg(pl.col("value_usd").sum().alias("sum"))
    wrong = total.join(sums, on=_CELL).filter(pl.col("sum") > CHAPTERS_MOST * pl.col("total") + 100).sort(_CELL)
    if not wrong.is_empty():
        row = wrong.row(0, named=True)
        figure = " ".join(str(row[name]) for name in _CELL)
        raise ParseError(f"{figure}: the chapters add up to {row['sum']:,.0f} USD, the total is {row['total']:,.0f}.")
