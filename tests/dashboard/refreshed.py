"""A store as live refreshes leave it: the shipped figures and beside them what only a refresh brings.

Chapters of HS beside the totals, UN Comtrade beside other reporters' figures, the IMF's months beside its years,
quarterly GDP, names on lists with their counts, and a figure that was revised. All made up, so that a figure that
takes one of them in by mistake is far off.
"""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path

import polars as pl

from pipelines import store as stores
from pipelines.normalise import listings
from pipelines.schema import TABLES
from pipelines.schema.changes import compare, revisions
from pipelines.store import Store

ONLY_WHEN_REFRESHED = frozenset({"changelog", "designated_names"})
"""Exhibits that have nothing to show in a store of shipped figures alone."""

FETCHED = date(2026, 11, 20)
WRONG = 7e15
"""US dollars that no figure may hold: larger than all trade of the world."""

_NAMES = (
    ("OFAC SDN entries", "ofac", "RUSSIA-EO14024", "RUSSIA-EO13662", "listed with the programme"),
    ("EU financial sanctions", "eu_fsf", "UKR", "RUS", "earliest date of an act that names the entry"),
    ("UK Sanctions List", "uk_sanctions", "Russia", "Belarus", "date designated"),
    ("UN Security Council", "un_sc", "DPRK", "Taliban", "listed on"),
    ("OFAC Consolidated (non-SDN)", "ofac", "SSI", "CMIC", "listed with the programme"),
)


def build(shipped: Store, folder: Path) -> Store:
    """Write the store and open it."""
    before = {name: shipped.table(name) for name in TABLES}
    after = dict(before)
    after["trade_flow"] = pl.concat([_revised(before["trade_flow"]), *_more_trade()])
    after["macro"] = pl.concat([_recounted(before["macro"]), _quarters()])
    after["designation"] = designations()
    counted = listings.counts(
        after["designation"], dict.fromkeys((row[0] for row in _NAMES), FETCHED), everywhere="WLD"
    )
    after["listing_count"] = pl.concat([before["listing_count"], counted])
    after["release"] = pl.concat([before["release"], _releases()])
    facts = {
        "payloads": {}, "failed": {}, "findings": [], "previous_build": shipped.build_id, "rows": {},
        "changes": json.loads(compare(before, after).write_json()),
        "revisions": json.loads(revisions(before, after).write_json()),
        "versions": {}, "content_hash": "f" * 64,
    }  # fmt: skip
    built = stores.build_store(after, facts, folder)
    return stores.publish(folder, built.build_id)


def _revised(trade: pl.DataFrame) -> pl.DataFrame:
    """US exports to Fiji in March 2014, 10% higher, known from the day of the fetch; no figure draws them unasked."""
    which = (
        (pl.col("reporter") == "USA") & (pl.col("partner") == "FJI") & (pl.col("flow") == "export")
        & (pl.col("period") == date(2014, 3, 1)) & pl.col("known_to").is_null()
    )  # fmt: skip
    old, rest = trade.filter(which), trade.filter(~which)
    assert old.height == 1
    new = old.with_columns(
        value_usd=pl.col("value_usd") * 1.1, known_from=pl.lit(FETCHED), release=pl.lit("census-live-2026-11-20")
    )
    return pl.concat([rest, old.with_columns(known_to=pl.lit(FETCHED)), new])


def _recounted(macro: pl.DataFrame) -> pl.DataFrame:
    """The population of Tuvalu in 1990, a thousand times as large."""
    which = (pl.col("area") == "TUV") & (pl.col("indicator") == "population") & (pl.col("period") == date(1990, 1, 1))
    old, rest = macro.filter(which), macro.filter(~which)
    assert old.height == 1
    new = old.with_columns(
        value=pl.col("value") * 1000, known_from=pl.lit(FETCHED), release=pl.lit("worldbank-live-2026-11-20")
    )
    return pl.concat([rest, old.with_columns(known_to=pl.lit(FETCHED)), new])


def _trade(
    reporter: str, partner: str, source: str, basis: str, product: str, frequency: str, first: int
) -> pl.DataFrame:
    step = {"M": "1mo", "A": "1y"}[frequency]
    periods = pl.date_range(date(first, 1, 1), date(2026, 9, 1), step, eager=True, closed="both")
    last = date(2025, 1, 1) if frequency == "A" else date(2026, 9, 1)
    frame = pl.DataFrame({"period": periods.filter(periods <= last)}).join(
        pl.DataFrame({"flow": ["export", "import"]}), how="cross"
    )
    return frame.with_columns(
        reporter=pl.lit(reporter), partner=pl.lit(partner), product=pl.lit(product), frequency=pl.lit(frequency),
        source=pl.lit(source), known_from=pl.lit(FETCHED), value_usd=pl.lit(WRONG), value_eur=pl.lit(WRONG),
        quantity=pl.lit(None, pl.Float64), quantity_unit=pl.lit(None, pl.String), is_estimate=pl.lit(False),
        flag=pl.lit(None, pl.String), basis=pl.lit(basis), valuation=pl.lit("fob"), rounding_usd=pl.lit(1.0),
        release=pl.lit(f"{source}-live-2026-11-20"), known_to=pl.lit(None, pl.Date),
    ).select(TABLES["trade_flow"].column_names())  # fmt: skip


def _more_trade() -> list[pl.DataFrame]:
    """Chapters of US and EU trade; UN Comtrade of everybody, China among them who reports nothing else by partner."""
    chapters = [
        _trade(reporter, partner, source, basis, product, "M", 2019)
        for reporter, source, basis in (("USA", "census", "census"), ("EUU", "eurostat", "comext"))
        for partner in ("RUS", "KAZ")
        for product in ("27", "84")
    ]
    comtrade = [
        _trade(reporter, "RUS", "comtrade", "comtrade", product, frequency, 2019)
        for reporter in ("USA", "CHN", "DEU")
        for product in ("TOTAL", "27")
        for frequency in ("M", "A")
    ]
    # Months of the IMF for a few years only: its own years must go on to answer for years.
    months = [_trade("RUS", "CHN", "imf_imts", "imts", "TOTAL", "M", 2023)]
    return [*chapters, *comtrade, *months]


def _quarters() -> pl.DataFrame:
    quarters = pl.date_range(date(2019, 1, 1), date(2026, 7, 1), "1q", eager=True)
    return (
        pl.DataFrame({"period": quarters})
        .with_columns(
            area=pl.lit("DEU"), indicator=pl.lit("gdp_volume_meur"), frequency=pl.lit("Q"), source=pl.lit("eurostat"),
            known_from=pl.lit(FETCHED), value=pl.lit(WRONG), unit=pl.lit("million euros, chain linked volumes"),
            is_forecast=pl.lit(False), flag=pl.lit(None, pl.String), release=pl.lit("eurostat-live-2026-11-20"),
            known_to=pl.lit(None, pl.Date),
        )
        .select(TABLES["macro"].column_names())
    )  # fmt: skip


def designations() -> pl.DataFrame:
    """Per list 14 entries: 12 of Russia since March 2022, one of them under both programmes and two taken off by the
    fetch of November; one of Iran, one of no country and without a date."""
    first = date(2026, 9, 1)
    rows = []
    for name, source, programme, other, basis in _NAMES:
        for number in range(14):
            areas = "RUS" if number < 12 else "IRN;RUS" if number == 12 else None
            removed = FETCHED if number in (3, 4) else None
            row = {
                "list": name, "entry": f"{number + 1:04d}", "programme": programme,
                "name": f"{('Volga', 'Ladoga', 'Baikal', 'Onega')[number % 4]} {source.upper()} {number + 1}",
                "entry_kind": ("person", "entity", "vessel")[number % 3], "areas": areas,
                "listed": None if areas is None else date(2022, 3, 3) + timedelta(days=61 * number),
                "listed_basis": None if areas is None else basis, "removed": removed,
                "removed_basis": None if removed is None else listings.GONE,
                "legal_act": "Act 1 of 2022" if number % 2 else None, "source": source,
                "release": f"{source}-live-2026-09-01", "known_from": first,
            }  # fmt: skip
            rows.append(row)
            if number == 0:
                rows.append(row | {"programme": other, "listed": date(2022, 5, 9)})
    schema = {name: column.dtype for name, column in TABLES["designation"].columns().items()}
    return pl.DataFrame(rows, schema=schema).sort(TABLES["designation"].primary_key())


def _releases() -> pl.DataFrame:
    keys = [
        *((f"{source}-live-2026-11-20", source, FETCHED)
          for source in ("census", "eurostat", "comtrade", "imf_imts", "worldbank")),
        *((f"{source}-live-2026-09-01", source, date(2026, 9, 1))
          for source in ("ofac", "eu_fsf", "uk_sanctions", "un_sc")),
    ]  # fmt: skip
    rows = [
        {
            "release": key, "source": source, "title": "Figures as fetched", "published": day,
            "published_precision": "day", "retrieved": day, "url": "https://example.org", "sha256": "0" * 64,
            "rows": 1, "origin": source,
        }
        for key, source, day in keys
    ]  # fmt: skip
    schema = {name: column.dtype for name, column in TABLES["release"].columns().items()}
    return pl.DataFrame(rows, schema=schema)
