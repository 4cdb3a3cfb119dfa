"""Rows of the table `macro` for series that a live source sends month by month."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import polars as pl

from pipelines.schema import TABLES
from pipelines.schema.terms import Frequency

Row = tuple[str, str, str, date, float]
"""Area, indicator, unit, first day of the month, value."""


def monthly(rows: Sequence[Row], *, source: str, release: str, known_from: date) -> pl.DataFrame:
    """Observed monthly values in the contract's columns, without `known_to`."""
    columns = {name: column.dtype for name, column in TABLES["macro"].columns().items() if name != "known_to"}
    facts = {
        "frequency": Frequency.MONTH.value,
        "is_forecast": False,
        "flag": None,
        "source": source,
        "release": release,
        "known_from": known_from,
    }
    named = ("area", "indicator", "unit", "period", "value")
    frame = pl.DataFrame(rows, schema={name: columns[name] for name in named}, orient="row")
    return frame.with_columns(pl.lit(value, dtype=columns[name]).alias(name) for name, value in facts.items()).select(
        list(columns)
    )
