"""Tables and choices of the data page, as frames that read well: sources, vintages, dictionary, gaps."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType

import polars as pl

from dashboard import words
from dashboard.exhibits.data import gaps
from dashboard.exhibits.data.dictionary import TableEntry
from dashboard.queries import catalogue, coverage, trade
from dashboard.queries.per_build import per_build
from dashboard.words.flows import FLOWS as FLOW_WORDS
from pipelines.store import Store

REVISED = ("export", "import", "total")
FLOWS = {flow: FLOW_WORDS[flow].exact.capitalize() for flow in REVISED}
"""Flows whose vintages can be compared, as the control names them."""


@per_build
def monthly_reporters(store: Store) -> Mapping[str, str]:
    """Reporters of monthly trade by name, the United States first."""
    codes = trade.monthly_reporters(store)
    names = catalogue.names(store, codes)
    ordered = sorted(codes, key=lambda code: (code != "USA", names.get(code, code)))
    return MappingProxyType({code: names.get(code, code) for code in ordered})


def partners(store: Store, reporter: str) -> Mapping[str, str]:
    """Partners of a reporter by name."""
    rows = trade.partners(store, reporter=reporter)
    return MappingProxyType(dict(zip(rows["area"], rows["name"], strict=True)))


@per_build
def sources(store: Store) -> pl.DataFrame:
    """Sources with what they give, how far they reach, licence and credit line; one row each, by title."""
    reach = coverage.by_source(store).select("source", "frequency", "last_period", "published", "rows")
    joined = catalogue.sources(store).drop("frequency").join(reach, on="source", how="left")
    rows = joined.with_columns(
        pl.struct("last_period", "frequency").map_elements(_reach, return_dtype=pl.String).alias("reaches")
    )
    return rows.select(
        Source="title",
        Publisher="publisher",
        Gives="gives",
        Reaches="reaches",
        Published="published",
        Rows="rows",
        Licence="licence",
        Credit="credit",
        Original="url",
        Terms="licence_url",
        Key="source",
    ).sort("Source")


def _reach(row: dict[str, object]) -> str:
    last, often = row["last_period"], row["frequency"]
    if not isinstance(last, date):
        return "no series"
    return words.day(last) if often == "D" else words.period(last, str(often))


def vintages(store: Store) -> pl.DataFrame:
    """Every vintage that was taken in, newest first."""
    titles = catalogue.sources(store).select("source", source_title="title")
    rows = catalogue.releases(store).join(titles, on="source", how="left", maintain_order="left")
    return rows.select(
        Published="published",
        Known="published_precision",
        Title="title",
        Source="source_title",
        Retrieved="retrieved",
        Rows="rows",
        Original="url",
        Key="release",
        Fingerprint="sha256",
    )


def columns(table: TableEntry) -> pl.DataFrame:
    """The columns of a table as the dictionary prints them."""
    return pl.DataFrame(
        {
            "Column": [column.name for column in table.columns],
            "Type": [column.kind for column in table.columns],
            "Key": ["key" if column.key else "" for column in table.columns],
            "May be empty": ["yes" if column.may_be_empty else "" for column in table.columns],
            "Meaning": [column.text for column in table.columns],
        }
    )


@per_build
def known_gaps(store: Store) -> pl.DataFrame:
    """Known gaps by topic: what, and in words where it ends and why."""
    found = gaps.known_gaps(store)
    return pl.DataFrame(
        {
            "Topic": [gap.topic for gap in found],
            "What": [gap.subject for gap in found],
            "Where it ends, and why": [gap.text for gap in found],
        }
    )
