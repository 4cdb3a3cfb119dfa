"""A store of a few rows made by hand: the tables' contracts, and in them nothing but what a test says.

Areas, sources and releases that the rows name are added by themselves, so that passports have titles to print.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from functools import cache
from itertools import count
from pathlib import Path
from typing import Any

import duckdb
import polars as pl

from pipelines import store as stores
from pipelines.schema import TABLES
from pipelines.store import Build, Store

NAMES = {
    "AAA": "Aland", "BBB": "Borduria", "CCC": "Cordia", "DDD": "Drakmar", "RUS": "Russia", "USA": "United States",
    "NLD": "Netherlands", "WLD": "World", "EMU": "Euro area",
}  # fmt: skip
TITLES = {"worldbank": "World Development Indicators", "imf_weo": "World Economic Outlook"}
BASES = {
    "census": ("census", "Census basis"), "eurostat": ("comext", "Comext basis"), "imf_imts": ("imts", "IMTS basis"),
    "fcs_russia": ("customs", "Russian customs basis"),
}  # fmt: skip
"""The statistical basis of a source of trade, and its title."""

DEFAULTS: Mapping[type[pl.DataType], Any] = {
    pl.String: "tiny", pl.Float64: 1.0, pl.Int64: 1, pl.Boolean: False, pl.Date: date(2020, 1, 1),
}  # fmt: skip
Rows = Sequence[Mapping[str, Any]]


def macro(
    area: str,
    values: Mapping[int, float],
    *,
    indicator: str = "gdp_growth",
    source: str = "worldbank",
    release: str = "worldbank-2026-07",
    known_from: date = date(2026, 7, 1),
    **more: Any,
) -> list[dict[str, Any]]:
    """Yearly figures of one economy from one edition."""
    return [
        {"area": area, "indicator": indicator, "period": date(year, 1, 1), "frequency": "A", "source": source,
         "known_from": known_from, "value": float(value), "unit": "%", "release": release, **more}
        for year, value in values.items()
    ]  # fmt: skip


def months(
    values: Mapping[date, float],
    *,
    flow: str = "export",
    reporter: str = "USA",
    partner: str = "RUS",
    source: str = "census",
    release: str = "census-2025-10",
    known_from: date = date(2025, 10, 31),
    frequency: str = "M",
    **more: Any,
) -> list[dict[str, Any]]:
    """Goods trade of one pair in one flow from one edition."""
    basis, _ = BASES[source]
    valuation = "fob" if source != "census" else {"export": "fas", "import": "customs_value"}[flow]
    return [
        {"reporter": reporter, "partner": partner, "flow": flow, "product": "TOTAL", "period": period,
         "frequency": frequency, "source": source, "known_from": known_from, "value_usd": float(value),
         "basis": basis, "valuation": valuation, "release": release, **more}
        for period, value in values.items()
    ]  # fmt: skip


def year_of(year: int, values: Iterable[float]) -> dict[date, float]:
    """Twelve values as the months of a year; fewer are its first months."""
    return {date(year, month, 1): float(value) for month, value in enumerate(values, start=1)}


def store(
    folder: Path | None = None, *, made: Mapping[str, Any] | None = None, content_hash: str = "", **tables: Rows
) -> Store:
    """A build that holds these rows, open for reading.

    Args:
        folder: where it is written; None keeps it in memory, which is quicker.
        made: what the build records of itself beside the obligatory facts.
        content_hash: another for every build when empty, so that two builds of one second are two.
        tables: rows by table; columns that a row leaves out are empty, or a value of their type where they must not be.
    """
    given = {name: list(rows) for name, rows in tables.items()}
    held = [*given.get("trade_flow", []), *given.get("macro", [])]
    named = {row[key] for row in held for key in ("area", "reporter", "partner") if key in row}
    given.setdefault("area", [
        {"area": code, "name": NAMES.get(code, f"Land {code}"), "area_kind": "world" if code == "WLD" else "country"}
        for code in sorted(named)
    ])  # fmt: skip
    given.setdefault("source", [
        {"source": name, "title": TITLES.get(name, f"Figures of {name}"), "publisher": f"Office {name}",
         "url": "https://example.org", "answers_unasked": True, "rank": place,
         "basis": BASES.get(name, (None, None))[0], "basis_title": BASES.get(name, (None, None))[1]}
        for place, name in enumerate(sorted({row["source"] for row in held}), start=1)
    ])  # fmt: skip
    seen = sorted({(row["release"], row["source"], row["known_from"]) for row in held}, key=str)
    given.setdefault("release", [
        {"release": key, "source": name, "title": TITLES.get(name, "Edition"), "published": day,
         "published_precision": "day"}
        for key, name, day in {row[0]: row for row in seen}.values()
    ])  # fmt: skip
    facts = {
        "payloads": {}, "failed": {}, "findings": [], "previous_build": None, "rows": {}, "changes": [],
        "revisions": [], "versions": {}, "content_hash": content_hash or f"{next(_BUILDS):08x}".ljust(64, "0"),
    } | dict(made or {})  # fmt: skip
    frames = {name: frame(name, given.get(name, [])) for name in TABLES}
    return _in_memory(frames, facts) if folder is None else stores.build_store(frames, facts, folder)


MADE = datetime(2026, 11, 28, 22, 0, tzinfo=UTC)
"""When a build in memory was made."""


def _in_memory(frames: Mapping[str, pl.DataFrame], facts: Mapping[str, Any]) -> Store:
    connection = duckdb.connect()
    for name, rows in frames.items():
        connection.register("rows", rows.to_arrow())
        connection.execute(f'CREATE TABLE "{name}" AS SELECT * FROM rows')
        connection.unregister("rows")
    connection.execute("CREATE TABLE build (key VARCHAR, value VARCHAR)")
    connection.execute("INSERT INTO build VALUES ('provenance', ?)", [json.dumps(facts, default=str)])
    build_id = f"{MADE:%Y%m%d-%H%M%S}-{next(_BUILDS):08x}"
    return Store(Build(build_id, MADE, 0, "", str(facts["content_hash"]), Path(f"{build_id}.duckdb")), connection)


_BUILDS = count(1)


def frame(table: str, rows: Rows) -> pl.DataFrame:
    """Rows of a table of the store with all columns of its contract."""
    columns = _columns(table)
    filled = [{name: row.get(name, default) for name, (_, default) in columns.items()} for row in rows]
    return pl.DataFrame(filled, schema={name: kind for name, (kind, _) in columns.items()})


@cache
def _columns(table: str) -> dict[str, tuple[pl.DataType, Any]]:
    """Type and value of a column that a row leaves out, by name."""
    return {
        name: (column.dtype, None if column.nullable else DEFAULTS[type(column.dtype)])
        for name, column in TABLES[table].columns().items()
    }
