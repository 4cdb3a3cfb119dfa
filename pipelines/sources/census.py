"""US goods trade by partner and month, from the U.S. Census Bureau: the keyed interface, or the public workbook.

With a key: whole dollars from 2010, every partner, and the chapters of the Harmonized System for the sanctioned
economies. Without one: the workbook by country, million dollars from 1985, with the year totals it prints.
Exports are f.a.s., general imports at customs value; Census basis, not seasonally adjusted.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

import polars as pl

from pipelines.errors import ParseError
from pipelines.normalise import countries, releases
from pipelines.normalise.periods import Window, months_before
from pipelines.raw import SHIPPED, Payload, Request
from pipelines.schema import TABLES
from pipelines.schema.terms import Basis, Flow, Frequency, Valuation
from pipelines.sources import census_api, census_workbook
from pipelines.sources.base import Frames, Source

_WORKBOOK = "country.xlsx"
_AREAS = "reference/area_codes.csv"
_VALUATION = {Flow.EXPORT.value: Valuation.FAS.value, Flow.IMPORT.value: Valuation.CUSTOMS_VALUE.value}
_MAY_BE_EMPTY_MONTHS = 6
"""A window that begins this near to today may hold no published month: a release comes some 35 days after its month,
and months later when the government is shut."""


class Census(Source):
    """US exports and general imports of goods by partner and month; with a key also by chapter where it matters."""

    name = "census"
    tables = ("release", "trade_flow", "published_total")

    def requests(self, window: Window) -> Sequence[Request]:
        """With a key one request per flow, year and detail; without one the workbook, which is always whole."""
        codes = Request(SHIPPED + _AREAS)
        if not window.keyed:
            book = f"https://www.census.gov/foreign-trade/balance/{_WORKBOOK}"
            return (Request(book, _WORKBOOK, kind="zip", most_mb=16), codes)
        start, last = self.start(window), months_before(window.today, 1)
        late = months_before(window.today, _MAY_BE_EMPTY_MONTHS)
        asked = (
            Request(
                self.url + path,
                name,
                kind="json",
                key_in="query:key",
                optional=begin >= late,
                most_mb=8,
            )
            for begin, end in _years(start, last)
            for name, path in census_api.questions(begin, end, list(self.asked("by_chapter")))
        )
        return (*asked, codes)

    def parse(self, payloads: Sequence[Payload]) -> Frames:
        """Trade by partner, flow, product and month. From the workbook also the totals of complete years.

        Known from the day of retrieval, or for the workbook from the day on which its server says it was changed. The
        interface tells no day of publication for a figure.

        Raises:
            ParseError: a column is gone, a code is unknown, a value is no whole number, a month is missing or asked in
                vain, or the countries, continents or chapters do not add up to the source's own total.
        """
        known = countries.codes(_only(payloads, _AREAS), self.name)
        answers = [payload for payload in payloads if payload.name != _AREAS]
        books = [payload for payload in answers if payload.name == _WORKBOOK]
        if not answers:
            raise ParseError("census sent no month: none of those asked for is published yet.")
        if books:
            months, totals = census_workbook.figures(books[0], known)
            title, page = "US goods trade by country, public workbook", books[0].url
        else:
            months, totals = census_api.figures(answers, known, self.asked("by_chapter")), None
            title = "US goods trade by country, international trade interface"
            page = f"{self.url}/data/timeseries/intltrade/"
        last: date = months["period"].sort()[-1]
        day = _changed(books[0], last) if books else max(payload.day for payload in answers)
        rows = months.height + (0 if totals is None else totals.height)
        release = releases.release(self.name, f"{title}, to {last:%B %Y}", answers, rows, published=day, url=page)
        facts = {
            "reporter": "USA",
            "source": self.name,
            "known_from": day,
            "release": release["release"].item(),
            "frequency": Frequency.MONTH.value,
            "basis": Basis.CENSUS.value,
            "is_estimate": False,
        }
        months = months.with_columns(
            pl.col("flow").replace_strict(_VALUATION, return_dtype=pl.String).alias("valuation")
        )
        return {
            "release": release,
            "trade_flow": _shaped(months, "trade_flow", facts),
            "published_total": _shaped(totals, "published_total", facts),
        }


def _years(start: date, last: date) -> Iterator[tuple[date, date]]:
    """The window cut into years: first and last month of each part."""
    for year in range(start.year, last.year + 1):
        begin, end = max(start, date(year, 1, 1)), min(last, date(year, 12, 1))
        if begin <= end:
            yield begin, end


def _only(payloads: Sequence[Payload], name: str) -> Payload:
    matching = [payload for payload in payloads if payload.name == name]
    if not matching:
        raise ParseError(f"census cannot be read without {name}.")
    return matching[0]


def _changed(book: Payload, last: date) -> date:
    """The day on which the workbook was changed, if that can be: after its last month and not after its retrieval."""
    changed = book.last_modified
    return changed if changed is not None and months_before(last, -1) <= changed <= book.day else book.day


def _shaped(frame: pl.DataFrame | None, table: str, facts: Mapping[str, object]) -> pl.DataFrame:
    """The contract's columns; what neither the frame nor the facts give is empty."""
    columns = {name: column.dtype for name, column in TABLES[table].columns().items() if name != "known_to"}
    if frame is None:
        return pl.DataFrame(schema=columns)
    rest = [
        pl.lit(facts.get(name), dtype=dtype).alias(name) for name, dtype in columns.items() if name not in frame.columns
    ]
    return frame.with_columns(rest).select(pl.col(name).cast(dtype) for name, dtype in columns.items())
