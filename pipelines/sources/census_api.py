"""Replies of the Census interface: tables in JSON, a header and rows of text, one reply per flow and year.

What must hold of every month: countries add up to World, so do the continents (with what belongs to none), and the
chapters of a sanctioned partner add up to its total: to the dollar in revised years, within the carry-over since.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import NamedTuple
from urllib.parse import parse_qs, urlsplit

import polars as pl

from pipelines.errors import ParseError
from pipelines.formats.json import read_json
from pipelines.normalise import countries
from pipelines.normalise.periods import months
from pipelines.raw import Payload
from pipelines.schema.terms import ALL_GOODS, Flow

WORLD = "-"
_EU = "0003"
_COUNTRY = re.compile(r"^[1-9]\d{3}$")
_CONTINENT = re.compile(r"^[1-7]XXX$")
_NO_CONTINENT = re.compile(r"^8\d{3}$")
"""Unidentified countries and international organisations: countries to the source, on no continent."""
_GROUP = re.compile(r"^00\d{2}$")
"""OPEC, OECD and the like. Only the European Union is kept: the same numbers mean other groups in the workbook."""

_CARRYOVER_SHARE = 0.005
"""Until the yearly revision each June a total may carry late documents that its parts do not: up to 0.40% of World in
the workbook of March 2023 (exports of November 2022), nothing in the years revised before it."""

_CHAPTER = re.compile(r"^\d{2}$")
_ASKED = re.compile(r"^from (\d{4})-(\d{2}) to (\d{4})-(\d{2})$")


class _Side(NamedTuple):
    flow: str
    value: str
    product: str


_SIDES = {
    "exports": _Side(Flow.EXPORT.value, "ALL_VAL_MO", "E_COMMODITY"),
    "imports": _Side(Flow.IMPORT.value, "GEN_VAL_MO", "I_COMMODITY"),
}


def questions(begin: date, end: date, partners: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Name and path of what is asked for some months of one year: both flows, in total and by chapter."""
    time = f"time=from+{begin:%Y-%m}+to+{end:%Y-%m}"
    which = "&".join(f"CTY_CODE={code}" for code in partners)
    for place, side in _SIDES.items():
        path = f"/data/timeseries/intltrade/{place}/hs?get=CTY_CODE,CTY_NAME"
        yield f"{place}/{begin.year}.json", f"{path},{side.value}&{time}"
        yield f"{place}-hs2/{begin.year}.json", f"{path},{side.product},{side.value}&COMM_LVL=HS2&{which}&{time}"


def figures(answers: Sequence[Payload], known: Mapping[str, str], sanctioned: Mapping[str, str]) -> pl.DataFrame:
    """Partner, flow, product, period, value_usd and rounding_usd of all replies.

    Raises:
        ParseError: see `Census.parse`.
    """
    every: list[pl.DataFrame] = []
    ends: list[str] = []
    for place, side in _SIDES.items():
        whole = [payload for payload in answers if payload.name.startswith(f"{place}/")]
        parts = [payload for payload in answers if payload.name.startswith(f"{place}-hs2/")]
        if not whole:
            raise ParseError(f"census sent no {place}, only {', '.join(sorted(p.name for p in answers)[:3])}.")
        total = _read(whole, side)
        _no_gap(total, whole, place)
        day = max(payload.day for payload in whole)
        _adds_up(total, place, day)
        chapter = _read(parts, side, sanctioned) if parts else total.clear()
        _chapters_add_up(total, chapter, place, sanctioned, day)
        every += [total, chapter]
        ends.append(f"{total['period'].sort()[-1]:%Y-%m}")
    if ends[0] != ends[1]:
        raise ParseError(f"exports reach {ends[0]} and imports {ends[1]}: one of the replies is not complete yet.")
    rows = pl.concat(every)
    kept = rows.filter(pl.col("code").is_in([*_words_of_form(rows, _COUNTRY), WORLD, _EU]))
    partner = countries.to_area(kept["code"], known, "census, CTY_CODE").alias("partner")
    # Two codes that stand for one area (Gaza and the West Bank) are one partner here.
    return (
        kept.with_columns(partner)
        .group_by("partner", "flow", "product", "period", maintain_order=True)
        .agg(pl.col("value").sum().cast(pl.Float64).alias("value_usd"))
        .with_columns(rounding_usd=pl.lit(1.0))
    )


def _read(payloads: Sequence[Payload], side: _Side, sanctioned: Mapping[str, str] | None = None) -> pl.DataFrame:
    """Code, flow, product, period and value of the replies of one flow, and nothing that was not asked for."""
    said = pl.concat([_reply(payload, side, chapters=sanctioned is not None) for payload in payloads])
    rows = said.with_columns(
        flow=pl.lit(side.flow),
        period=(pl.col("month") + "-01").str.to_date("%Y-%m-%d", strict=False),
        value=pl.col("said").cast(pl.Int64, strict=False),
    )
    bad = rows.filter(pl.any_horizontal(pl.col("code", "product", "period", "value").is_null()) | (pl.col("value") < 0))
    if not bad.is_empty():
        row = bad.row(0, named=True)
        raise ParseError(
            f"{row['reply']}: {row['said']!r} of partner {row['code']!r} in {row['month']!r} is not a whole number of "
            "dollars in a month."
        )
    _refuse_unasked(rows, payloads, sanctioned)
    return rows.select("code", "flow", "product", "period", "value")


def _reply(payload: Payload, side: _Side, *, chapters: bool) -> pl.DataFrame:
    """The columns of one reply that count, as text. Predicates come back as further columns, also when they were asked
    for as well, so that a name may stand twice."""
    try:
        text = payload.body.removeprefix(b"\xef\xbb\xbf").decode()
        cells = pl.Series([text]).str.json_decode(pl.List(pl.List(pl.String))).explode()
    except (UnicodeDecodeError, pl.exceptions.PolarsError):
        cells = pl.Series([], dtype=pl.List(pl.String))
    header = [] if cells.is_empty() or cells[0] is None else cells[0].to_list()
    if len(cells) < 2 or None in header:
        read_json(payload)  # Says it where it is not even JSON.
        raise ParseError(f"{payload.name} is not a table of a header and rows.")
    rows = cells.slice(1)
    if (rows.list.len() != len(header)).fill_null(value=True).any():
        raise ParseError(f"{payload.name} has a row that is not as wide as its header.")
    dated = ["time"] if "time" in header else ["YEAR", "MONTH"]
    needed = ["CTY_CODE", side.value, *dated, *([side.product] if chapters else [])]
    missing = [column for column in needed if column not in header]
    if missing:
        raise ParseError(f"{payload.name} has no column {', '.join(missing)}.")
    table = pl.DataFrame([rows.list.get(header.index(name)).alias(name) for name in needed])
    for place, name in enumerate(header):
        if name in needed and place != header.index(name) and (rows.list.get(place) != table[name]).any():
            raise ParseError(f"{payload.name} has the column {name} twice, with two contents.")
    return table.select(
        reply=pl.lit(payload.name),
        code="CTY_CODE",
        product=pl.col(side.product) if chapters else pl.lit(ALL_GOODS),
        month=pl.col("time") if dated == ["time"] else pl.concat_str("YEAR", "MONTH", separator="-"),
        said=side.value,
    )


def _words_of_form(rows: pl.DataFrame, form: re.Pattern[str], column: str = "code") -> list[str]:
    """The words of a column that have this form: there are few of them, and many rows."""
    return [word for word in rows[column].unique() if form.match(word)]


def _refuse_unasked(rows: pl.DataFrame, payloads: Sequence[Payload], sanctioned: Mapping[str, str] | None) -> None:
    for payload in payloads:
        begin, end = _months_asked_for(payload)
        strange = rows.filter(pl.col("reply") == payload.name, ~pl.col("period").is_between(begin, end))
        if not strange.is_empty():
            raise ParseError(f"{payload.name} gives {strange['period'][0]:%Y-%m}, which was not asked for.")
    code = pl.col("code")
    if sanctioned is None:
        forms = [word for form in (_COUNTRY, _CONTINENT, _GROUP) for word in _words_of_form(rows, form)]
        strange = rows.filter(~code.is_in([*forms, WORLD])).sort("code")
    else:
        strange = rows.filter(~code.is_in(list(sanctioned))).sort("code")
        wrong = rows.filter(~pl.col("product").is_in(_words_of_form(rows, _CHAPTER, "product"))).sort("product")
        if not wrong.is_empty():
            row = wrong.row(0, named=True)
            raise ParseError(f"{row['reply']}: {row['product']!r} is not a chapter of two digits.")
    if not strange.is_empty():
        row = strange.row(0, named=True)
        raise ParseError(f"{row['reply']}, CTY_CODE: unknown area {row['code']!r}.")
    cell = ["code", "product", "period"]
    if rows.select(pl.struct(cell).n_unique()).item() < rows.height:
        row = rows.filter(pl.struct(cell).is_duplicated()).sort(cell).row(0, named=True)
        raise ParseError(f"{row['reply']} gives partner {row['code']} in {row['period']:%Y-%m} more than once.")


def _months_asked_for(payload: Payload) -> tuple[date, date]:
    """First and last month of the question, as its address says."""
    words = _ASKED.match(parse_qs(urlsplit(payload.url).query).get("time", [""])[0])
    if words is None:
        raise ParseError(f"{payload.name} does not say in its address which months were asked for.")
    year, month, last_year, last_month = map(int, words.groups())
    return date(year, month, 1), date(last_year, last_month, 1)


def _no_gap(total: pl.DataFrame, payloads: Sequence[Payload], place: str) -> None:
    """Every month from the first that was asked for to the last that came is there."""
    begin = min(_months_asked_for(payload)[0] for payload in payloads)
    have = set(total["period"].unique())
    for month in months(begin, max(have)):
        if month not in have:
            raise ParseError(f"{place}: the month {month:%Y-%m} is missing, though later months are there.")


def _carryover_share(day: date) -> pl.Expr:
    """The share by which parts may miss their whole on that day: none once the yearly revision has put them right."""
    return pl.when(pl.col("period").dt.year() >= day.year - 1).then(_CARRYOVER_SHARE).otherwise(0.0)


def _adds_up(total: pl.DataFrame, place: str, day: date) -> None:
    code, value = pl.col("code"), pl.col("value")
    within = [*_words_of_form(total, _CONTINENT), *_words_of_form(total, _NO_CONTINENT)]
    sums = total.group_by("period").agg(
        rows=(code == WORLD).sum(),
        world=value.filter(code == WORLD).sum(),
        countries=value.filter(code.is_in(_words_of_form(total, _COUNTRY))).sum(),
        continents=value.filter(code.is_in(within)).sum(),
    )
    for row in sums.with_columns(share=_carryover_share(day)).sort("period").iter_rows(named=True):
        if row["rows"] == 0:
            raise ParseError(f"{place} {row['period']:%Y-%m}: World (code {WORLD}) is missing.")
        for kind in ("countries", "continents"):
            if abs(row[kind] - row["world"]) > row["share"] * row["world"]:
                raise ParseError(
                    f"{place} {row['period']:%Y-%m}: the {kind} add up to {row[kind]:,} USD, World is "
                    f"{row['world']:,} USD; the gap is {row['world'] - row[kind]:,} USD."
                )


def _chapters_add_up(
    total: pl.DataFrame, chapter: pl.DataFrame, place: str, sanctioned: Mapping[str, str], day: date
) -> None:
    cell = ["code", "period"]
    whole = total.filter(pl.col("code").is_in(list(sanctioned))).select(*cell, "value")
    parts = chapter.group_by(cell).agg(pl.col("value").sum().alias("parts"))
    both = whole.join(parts, on=cell, how="full", coalesce=True).with_columns(pl.col("value", "parts").fill_null(0))
    gap = (pl.col("value") - pl.col("parts")).abs()
    wrong = both.filter(gap > _carryover_share(day) * pl.col("value")).sort("period", "code")
    if not wrong.is_empty():
        row = wrong.row(0, named=True)
        raise ParseError(
            f"{place} {row['period']:%Y-%m}, {sanctioned[row['code']]}: the chapters add up to {row['parts']:,} USD, "
            f"the total is {row['value']:,} USD."
        )
