"""World Bank, World Development Indicators: GDP, prices, population, goods trade and more by economy and year.

The Indicators API answers 200 with an error inside, pages its replies, puts aggregates among countries and changes
figures without moving `lastupdated`. So a figure is known from the day we fetched it, never from `lastupdated`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any, NamedTuple

import polars as pl

from pipelines.errors import ParseError
from pipelines.formats.csv_parquet import read_table
from pipelines.formats.json import json_number, read_json
from pipelines.normalise import countries
from pipelines.normalise.periods import Window
from pipelines.normalise.releases import release, release_id
from pipelines.raw import SHIPPED, Payload, Request
from pipelines.schema import TABLES
from pipelines.schema.terms import AreaKind, Frequency
from pipelines.sources.base import Frames, Source


class _Series(NamedTuple):
    """One indicator: the bank's code, our name and unit, and the words of the bank's title that state the unit."""

    code: str
    indicator: str
    unit: str
    says: str


_SERIES = (
    _Series("BN.CAB.XOKA.CD", "current_account_usd", "USD", "current US$"),
    _Series("FP.CPI.TOTL.ZG", "cpi_inflation", "%", "annual %"),
    _Series("MS.MIL.XPND.GD.ZS", "military_share", "% of GDP", "% of GDP"),
    _Series("NE.EXP.GNFS.ZS", "exports_gdp_share", "% of GDP", "% of GDP"),
    _Series("NE.IMP.GNFS.ZS", "imports_gdp_share", "% of GDP", "% of GDP"),
    _Series("NY.GDP.DEFL.KD.ZG", "gdp_deflator_growth", "%", "annual %"),
    _Series("NY.GDP.MKTP.CD", "gdp_usd", "USD", "current US$"),
    # The base year is part of the unit: another one is refused, since it would revise every figure by a factor.
    _Series("NY.GDP.MKTP.KD", "gdp_constant_usd", "constant 2015 USD", "constant 2015 US$"),
    _Series("NY.GDP.MKTP.KD.ZG", "gdp_growth", "%", "annual %"),
    _Series("NY.GDP.PCAP.CD", "gdp_per_capita_usd", "USD", "current US$"),
    _Series("NY.GDP.PCAP.KD.ZG", "gdp_per_capita_growth", "%", "annual %"),
    _Series("NY.GDP.TOTL.RT.ZS", "resource_rents_share", "% of GDP", "% of GDP"),
    _Series("PA.NUS.FCRF", "fx_lcu_per_usd", "LCU per USD", "LCU per US$"),
    _Series("SP.POP.TOTL", "population", "persons", "Population, total"),
    _Series("TM.VAL.MRCH.CD.WT", "merch_imports_usd", "USD", "current US$"),
    _Series("TX.VAL.FUEL.ZS.UN", "fuel_exports_share", "% of merchandise exports", "% of merchandise exports"),
    _Series("TX.VAL.MRCH.CD.WT", "merch_exports_usd", "USD", "current US$"),
)
_COUNTRIES = "countries"
_ROWS_A_PAGE = 20_000
_READER_URL = "https://databank.worldbank.org/source/world-development-indicators"

COVERAGE = 0.9
"""Share of the countries in the bank's own list that every indicator must name, with a figure or without one."""

WORLD_WITHIN = (0.99, 1.005)
"""The countries' population over the bank's World: Taiwan is in the World only, which is 0.3% of it."""


class WorldBank(Source):
    """All years of seventeen indicators at every refresh: the bank revises in place, whatever the year."""

    name = "worldbank"
    tables = ("macro", "release")

    def requests(self, window: Window) -> Sequence[Request]:
        """The list of countries, and the first page of every indicator from `--since`, else from 1990."""
        start = self.first_period if window.since is None else max(window.since, self.first_period)
        years = f"&date={start.year}:{window.today.year}"
        return (
            Request(SHIPPED + "reference/area_codes.csv"),
            Request(SHIPPED + "reference/areas.csv"),
            Request(f"{self.url}/v2/country?format=json&per_page=400", f"{_COUNTRIES}/1.json", "json"),
            *(
                Request(
                    f"{self.url}/v2/country/all/indicator/{series.code}?format=json&per_page={_ROWS_A_PAGE}"
                    f"&source=2{years}",
                    f"{series.indicator}/1.json",
                    "json",
                )
                for series in _SERIES
            ),
        )

    def follow(self, payloads: Sequence[Payload]) -> Sequence[Request]:
        """The further pages that the first ones announce."""
        first = [payload for payload in payloads if payload.name.endswith("/1.json")]
        return tuple(
            Request(f"{payload.url}&page={page}", payload.name.replace("/1.json", f"/{page}.json"), "json")
            for payload in first
            for page in range(2, _whole(_page(payload)[0], "pages", payload) + 1)
        )

    def parse(self, payloads: Sequence[Payload]) -> Frames:
        """`macro` with one row per economy, indicator and complete year that has a figure, and the release.

        Raises:
            ParseError: an error inside a reply, pages that do not add up to the stated total, a title in another unit,
                an unknown economy, too few countries, or a world that is not the sum of its countries.
        """
        by_name = {payload.name: payload for payload in payloads}
        known = countries.codes(by_name["reference/area_codes.csv"], "wdi")
        kinds = _kinds(by_name["reference/areas.csv"])
        replies = [payload for payload in payloads if not payload.is_shipped]
        listed = _listed(_rows(replies, _COUNTRIES), known, kinds)
        frames, updates = [], set()
        for series in _SERIES:
            rows = _rows(replies, series.indicator)
            frames.append(_figures(series, rows, listed, known))
            updates |= {_updated(payload) for payload in replies if payload.name.startswith(series.indicator + "/")}
        frame = pl.concat(frames)
        _check_world(frame, kinds)
        stated = max((day for day in updates if day is not None), default=None)
        edition = "" if stated is None else f", state of {stated.day} {stated:%b %Y}"
        known_on = max(payload.day for payload in replies)
        columns = {name: column.dtype for name, column in TABLES["macro"].columns().items() if name != "known_to"}
        macro = frame.with_columns(
            frequency=pl.lit(Frequency.YEAR.value),
            is_forecast=pl.lit(value=False),
            source=pl.lit(self.name),
            release=pl.lit(release_id(self.name, known_on)),
        ).select(pl.col(name).cast(kind) for name, kind in columns.items())
        title = f"World Development Indicators{edition}, as fetched on {known_on.day} {known_on:%b %Y}"
        # The bank fills in figures under an unchanged date, so the date describes the release and dates no figure.
        described = release(self.name, title, replies, macro.height, published=stated, url=_READER_URL)
        return {"macro": macro, "release": described}


def _page(payload: Payload) -> tuple[Mapping[str, Any], list[Any]]:
    """Header and rows of one reply; an error inside a reply of status 200 is told in the bank's own words."""
    document = read_json(payload)
    head = document[0] if isinstance(document, list) and document else None
    if isinstance(head, dict) and isinstance(head.get("message"), list):
        said = {f"{one.get('id')} {one.get('key')}: {one.get('value')}" for one in head["message"]}
        archived = " The bank has archived the indicator; take it out of pipelines/sources/worldbank.py." * any(
            str(one.get("id")) == "175" for one in head["message"]
        )
        raise ParseError(f"{payload.name}: the World Bank answers with an error ({'; '.join(sorted(said))}).{archived}")
    if not isinstance(head, dict) or len(document) != 2 or not isinstance(document[1], list | None):
        raise ParseError(f"{payload.name} is not a header and rows, as the World Bank sends them.")
    return head, document[1] or []


def _whole(head: Mapping[str, Any], field: str, payload: Payload) -> int:
    """A whole number of the header; they come as numbers and as text."""
    text = str(head.get(field))
    if not text.isdecimal():
        raise ParseError(f"{payload.name}: the header says {field} {text[:40]!r}, which is no whole number.")
    return int(text)


def _updated(payload: Payload) -> date | None:
    text = _page(payload)[0].get("lastupdated")
    try:
        return None if text is None else date.fromisoformat(str(text))
    except ValueError:
        raise ParseError(f"{payload.name}: lastupdated {str(text)[:40]!r} is not a date.") from None


def _rows(replies: Sequence[Payload], part: str) -> list[tuple[Payload, dict[str, Any]]]:
    """All rows of one list with the page they stand on: every page once, as many rows as the header states."""
    pages: dict[int, Payload] = {}
    rows: list[tuple[Payload, dict[str, Any]]] = []
    stated: set[tuple[int, int]] = set()
    for payload in (payload for payload in replies if payload.name.startswith(part + "/")):
        head, page_rows = _page(payload)
        pages[_whole(head, "page", payload)] = payload
        stated.add((_whole(head, "pages", payload), _whole(head, "total", payload)))
        if not all(isinstance(row, dict) for row in page_rows):
            raise ParseError(f"{payload.name}: a row is not an object.")
        rows.extend((payload, row) for row in page_rows)
    if not pages:
        raise ParseError(f"The World Bank sent no reply for {part}.")
    if len(stated) > 1:
        raise ParseError(f"{part}: the pages state different totals; the figures changed while they were fetched.")
    count, total = next(iter(stated))
    if sorted(pages) != list(range(1, count + 1)):
        raise ParseError(f"{part}: pages {', '.join(map(str, sorted(pages)))} came of {count}.")
    if len(rows) != total:
        raise ParseError(f"{part}: the World Bank states {total:,} rows and sent {len(rows):,}.")
    return rows


def _kinds(payload: Payload) -> Mapping[str, str]:
    types = {name: column.dtype for name, column in TABLES["area"].columns().items()}
    areas = read_table(payload, types)
    return dict(zip(areas["area"], areas["area_kind"], strict=True))


class _Listed(NamedTuple):
    """The bank's own list: three-letter code to whether it is a country, and two-letter to three-letter code."""

    is_country: Mapping[str, bool]
    iso3: Mapping[str, str]


def _listed(
    rows: Sequence[tuple[Payload, Mapping[str, Any]]], known: Mapping[str, str], kinds: Mapping[str, str]
) -> _Listed:
    """The list of countries and aggregates; aggregates are those of the region NA.

    Raises:
        ParseError: a country that we have no code for, or an aggregate where we have a country, or the reverse.
    """
    listed: dict[str, bool] = {}
    iso3: dict[str, str] = {}
    for payload, row in rows:
        region = row.get("region")
        if not isinstance(row.get("id"), str) or not isinstance(region, dict) or "id" not in region:
            raise ParseError(f"{payload.name}: a row has no id and region.")
        code, is_country = row["id"], region["id"] != "NA"
        listed[code] = is_country
        iso3[str(row.get("iso2Code"))] = code
        if is_country and code not in known:
            raise ParseError(
                f"{payload.name}: unknown country {code!r} ({row.get('name')}). Add it to reference/area_codes.csv."
            )
        if code in known and is_country != (kinds.get(known[code]) == AreaKind.COUNTRY.value):
            raise ParseError(
                f"{payload.name}: {code!r} is {'a country' if is_country else 'an aggregate'} for the World Bank and "
                f"not so in reference/areas.csv."
            )
    return _Listed(listed, iso3)


def _figures(
    series: _Series,
    rows: Sequence[tuple[Payload, Mapping[str, Any]]],
    listed: _Listed,
    known: Mapping[str, str],
) -> pl.DataFrame:
    """The figures of one indicator: area, indicator, period, value, unit, flag, known_from."""
    figures: list[tuple[str, date, float, str | None, date]] = []
    named: set[str] = set()
    for payload, row in rows:
        where = f"{payload.name}, {series.code}"
        try:
            title = row["indicator"]
            # Some aggregates come without their three letters; the list has them.
            code = row["countryiso3code"] or listed.iso3.get(row["country"]["id"], "")
            if title["id"] != series.code or series.says.casefold() not in title["value"].casefold():
                raise ParseError(f"{where}: the series is {title['value']!r} and should be in {series.says}.")
            year, value = str(row["date"]), json_number(row["value"], f"{where} {code} {row['date']}")
        except (KeyError, TypeError, AttributeError):
            raise ParseError(f"{where}: a row lacks its indicator, country, date or value.") from None
        if not re.fullmatch(r"(19|20)\d\d", year):
            raise ParseError(f"{where}: {year[:20]!r} is not a year.")
        named.add(code)
        if code not in known:
            # "Not classified" is on no list and has no code; aggregates that we do not keep are on the bank's list.
            if listed.is_country.get(code, bool(code)):
                raise ParseError(f"{where}: unknown area {code!r}. Add it to reference/area_codes.csv.")
            continue
        over = date(int(year), 12, 31) <= payload.day + timedelta(days=1)
        if value is None or not over or _is_artefact(series, code, value):
            continue
        mark = row.get("obs_status") or None
        figures.append((known[code], date(int(year), 1, 1), value, None if mark is None else str(mark), payload.day))
    nations = [code for code, is_country in listed.is_country.items() if is_country]
    given = sum(code in named for code in nations)
    if given < COVERAGE * len(nations) or not figures:
        raise ParseError(
            f"{series.indicator} came with {len(figures):,} figures for {given} of the World Bank's {len(nations)} "
            "countries; that is too few."
        )
    schema = {"area": pl.String, "period": pl.Date, "value": pl.Float64, "flag": pl.String, "known_from": pl.Date}
    frame = pl.DataFrame(figures, schema=schema, orient="row")
    twice = frame.filter(pl.struct("area", "period").is_duplicated())
    if not twice.is_empty():
        raise ParseError(f"{series.indicator}: {twice['area'][0]} {twice['period'][0].year} comes twice.")
    return frame.with_columns(indicator=pl.lit(series.indicator), unit=pl.lit(series.unit))


def _is_artefact(series: _Series, code: str, value: float) -> bool:
    """Venezuela's zeros of 1991–2011 in % of GDP come from three currency reforms; the shipped edition lacks them."""
    return value == 0 and code == "VEN" and series.indicator in ("exports_gdp_share", "imports_gdp_share")


def _check_world(frame: pl.DataFrame, kinds: Mapping[str, str]) -> None:
    """The bank's own World against the sum of its countries, on the one indicator that adds up: population."""
    people = frame.filter(pl.col("indicator") == "population").with_columns(
        pl.col("area").replace_strict(dict(kinds), default=None).alias("kind")
    )
    sums = people.group_by("period").agg(
        pl.col("value").filter(pl.col("kind") == AreaKind.COUNTRY.value).sum().alias("sum"),
        pl.col("value").filter(pl.col("area") == "WLD").sum().alias("world"),
    )
    low, high = WORLD_WITHIN
    wrong = sums.filter(~pl.col("sum").is_between(low * pl.col("world"), high * pl.col("world"))).sort("period")
    if not wrong.is_empty():
        row = wrong.row(0, named=True)
        raise ParseError(
            f"population: in {row['period'].year} the countries add up to {row['sum']:,.0f} persons, the World Bank's "
            f"world to {row['world']:,.0f}."
        )
