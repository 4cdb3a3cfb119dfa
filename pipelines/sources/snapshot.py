"""The figures that ship: every vintage under `snapshot/`, and the list of sources."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import PurePosixPath

import polars as pl

from pipelines import facts
from pipelines.errors import FetchError, ParseError
from pipelines.formats.csv_parquet import Columns, read_table
from pipelines.normalise.periods import Window
from pipelines.raw import SHIPPED, Payload, Request
from pipelines.schema import TABLES
from pipelines.sources.base import Frames, Source

_TABLE_OF = {
    "trade": "trade_flow",
    "macro": "macro",
    "published_total": "published_total",
    "partner_share": "partner_share",
    "listing": "listing_count",
    "releases": "release",
}
_NAME = re.compile(rf"^({'|'.join(_TABLE_OF)})(_[A-Za-z0-9._-]+)?\.(csv|parquet)$")
_PIPELINE_FILLS = {"known_to", "sha256", "rows", "origin"}
_GIVEN = pl.Schema({"release": pl.String(), "rows": pl.UInt32(), "sha256": pl.String()})
_OPTIONAL = {"quantity", "quantity_unit"}


FACTS = "sources/*.toml"
"""The facts of the sources, a file each."""


def rows_of_sources(payloads: Sequence[Payload]) -> pl.DataFrame:
    """The table `source`, a row for each file of facts.

    Raises:
        ParseError: a file is not what it should be; names file and field.
    """
    return pl.DataFrame([_facts(payload).row() for payload in payloads], schema=dict(_columns("source")))


def _facts(payload: Payload) -> facts.SourceFacts:
    try:
        text = payload.text()
    except FetchError as error:
        raise ParseError(str(error)) from error
    return facts.read(payload.name, text)


class Snapshot(Source):
    """Shipped vintages of official figures, as published; the file's name says which table it belongs to."""

    name = "snapshot"
    gives = "the figures that ship with Tradewake: trade, GDP, prices, listings, every vintage"
    tables = ("source", "release", "trade_flow", "macro", "published_total", "partner_share", "listing_count")

    def requests(self, window: Window) -> Sequence[Request]:
        """All files, whatever the window: a vintage is taken in whole."""
        del window
        return (
            Request(SHIPPED + "snapshot/*.csv"),
            Request(SHIPPED + "snapshot/*.parquet", optional=True),
            Request(SHIPPED + FACTS),
        )

    def parse(self, payloads: Sequence[Payload]) -> Frames:
        """Frames by table; `release` gets the fingerprint of the file that gave most of its rows, and their number.

        Raises:
            ParseError: a file has an unknown name, is damaged, or a release gave no row or is not described.
        """
        parts: dict[str, list[pl.DataFrame]] = {table: [] for table in self.tables}
        counts: list[pl.DataFrame] = []
        described = [payload for payload in payloads if payload.name.startswith("sources/")]
        parts["source"].append(rows_of_sources(described))
        for payload in payloads:
            if payload in described:
                continue
            table = _table_of(payload.name)
            frame = read_table(payload, _columns(table), _OPTIONAL if table == "trade_flow" else ())
            if frame.is_empty():
                raise ParseError(f"{payload.name} holds no rows.")
            parts[table].append(frame)
            if "release" in frame.columns and table != "release":
                counts.append(frame.group_by("release").len("rows").with_columns(sha256=pl.lit(payload.sha256)))
        frames = {
            table: pl.concat(read) if read else pl.DataFrame(schema=dict(_columns(table)))
            for table, read in parts.items()
        }
        given = pl.concat(counts) if counts else pl.DataFrame(schema=_GIVEN)
        return frames | {"release": _described(frames["release"], given)}


def _table_of(name: str) -> str:
    match = _NAME.match(PurePosixPath(name).name)
    if match is None:
        raise ParseError(f"{name} is named after no table. Names begin with {', '.join(_TABLE_OF)}.")
    return _TABLE_OF[match[1]]


def _columns(table: str) -> Columns:
    return {
        column: contract.dtype
        for column, contract in TABLES[table].columns().items()
        if not (table in ("trade_flow", "macro", "release") and column in _PIPELINE_FILLS)
    }


def _described(releases: pl.DataFrame, counts: pl.DataFrame) -> pl.DataFrame:
    unknown = counts.join(releases, on="release", how="anti")
    if not unknown.is_empty():
        raise ParseError(f"The release {unknown['release'].sort()[0]} has figures but stands in no releases file.")
    per_release = (
        counts.sort("rows", "sha256", descending=True)
        .group_by("release")
        .agg(pl.col("sha256").first(), pl.col("rows").sum().cast(pl.Int64))
    )
    return releases.join(per_release, on="release", how="left")
