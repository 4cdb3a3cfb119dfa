"""Rows of the table `trade_flow` for what a live source reports of one reporter, month by month."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

import polars as pl

from pipelines.schema import TABLES
from pipelines.schema.terms import ALL_GOODS, Flow, Frequency, Valuation

Row = tuple[str, str, date, float]
"""Partner, flow, first day of the month, US dollars."""

FOB_AND_CIF: Mapping[str, str] = {Flow.EXPORT.value: Valuation.FOB.value, Flow.IMPORT.value: Valuation.CIF.value}
"""What customs offices report as a rule: exports at the exporter's border, imports at the importer's."""


def monthly(
    rows: Sequence[Row],
    *,
    reporter: str,
    source: str,
    basis: str,
    release: str,
    known_from: date,
    valuations: Mapping[str, str] = FOB_AND_CIF,
    rounding_usd: float = 1.0,
) -> pl.DataFrame:
    """Reported monthly totals of all goods in the contract's columns, without `known_to`."""
    columns = {name: column.dtype for name, column in TABLES["trade_flow"].columns().items() if name != "known_to"}
    facts = {
        "reporter": reporter,
        "product": ALL_GOODS,
        "frequency": Frequency.MONTH.value,
        "source": source,
        "known_from": known_from,
        "value_eur": None,
        "quantity": None,
        "quantity_unit": None,
        "is_estimate": False,
        "flag": None,
        "basis": basis,
        "rounding_usd": rounding_usd,
        "release": release,
    }
    named = ("partner", "flow", "period", "value_usd")
    frame = pl.DataFrame(rows, schema={name: columns[name] for name in named}, orient="row")
    valued = frame.with_columns(pl.col("flow").replace_strict(valuations, return_dtype=pl.String).alias("valuation"))
    return valued.with_columns(pl.lit(value, dtype=columns[name]).alias(name) for name, value in facts.items()).select(
        list(columns)
    )
