"""Tables out of files: CSV and Parquet read strictly, by the names and types of a contract.

A file that lacks a column, has one too many, is cut short or holds a word where a number belongs is refused with the
file, the line and the column. Keys and ranges are the contracts' own business, later.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Collection, Mapping

import polars as pl

from pipelines.errors import FetchError, ParseError
from pipelines.raw import Payload

Columns = Mapping[str, pl.DataType]
"""Column name to type."""

_NAMES: Mapping[type[pl.DataType], str] = {
    pl.Date: "a date like 2022-03-01",
    pl.Float64: "a number",
    pl.Int64: "a whole number",
    pl.Boolean: "true or false",
}


def read_table(payload: Payload, columns: Columns, optional: Collection[str] = ()) -> pl.DataFrame:
    """One file as a frame with exactly `columns`, in that order; an `optional` column that is absent is all empty.

    Raises:
        ParseError: the file is not what its name says; the sentence names the file and the line or column.
    """
    if not payload.body.strip():
        raise ParseError(f"{payload.name} is empty.")
    frame = (
        _parquet(payload, columns, optional) if payload.name.endswith(".parquet") else _csv(payload, columns, optional)
    )
    absent = [pl.lit(None, dtype=columns[name]).alias(name) for name in optional if name not in frame.columns]
    return frame.with_columns(absent).select(list(columns))


def _check_header(name: str, header: list[str], columns: Columns, optional: Collection[str]) -> None:
    missing = [column for column in columns if column not in header and column not in optional]
    if missing:
        raise ParseError(f"{name} has no column {', '.join(missing)}.")
    extra = [column for column in header if column not in columns]
    if extra:
        raise ParseError(f"{name} has a column that is not known: {', '.join(extra)}.")
    twice = sorted({column for column in header if header.count(column) > 1})
    if twice:
        raise ParseError(f"{name} has the column {', '.join(twice)} twice.")


def _csv(payload: Payload, columns: Columns, optional: Collection[str]) -> pl.DataFrame:
    name = payload.name
    try:
        text = payload.text()
    except FetchError as error:
        raise ParseError(str(error)) from error
    lines = csv.reader(io.StringIO(text), strict=True)
    try:
        header = next(lines, [])
        _check_header(name, header, columns, optional)
        width = len(header)
        for row in lines:
            if len(row) != width:
                raise ParseError(f"{name}, line {lines.line_num}: {len(row)} fields instead of {width}.")
    except csv.Error as error:
        raise ParseError(f"{name}, line {lines.line_num}: {error}.") from error
    if not text.endswith("\n"):
        raise ParseError(f"{name} is cut short: its last line {lines.line_num} does not end.")
    raw = pl.read_csv(io.BytesIO(text.encode()), infer_schema=False)
    return raw.with_columns(_typed(raw, column, columns[column], name) for column in header)


def _typed(raw: pl.DataFrame, column: str, dtype: pl.DataType, name: str) -> pl.Series:
    words = raw[column]
    if dtype == pl.String:
        return words
    if dtype == pl.Boolean:
        values = words.replace_strict({"true": True, "false": False}, default=None, return_dtype=pl.Boolean)
    elif dtype == pl.Date:
        values = words.str.to_date("%Y-%m-%d", strict=False)
    else:
        values = words.cast(dtype, strict=False)
    lost = (values.is_null() & words.is_not_null()).arg_true()
    if dtype == pl.Float64 and lost.is_empty():
        lost = (~values.is_finite()).fill_null(value=False).arg_true()
    if not lost.is_empty():
        first = int(lost[0])
        # Line 1 is the header; a quoted field with a line break would shift this, and our files hold none.
        raise ParseError(f"{name}, line {first + 2}, column {column}: {words[first]!r} is not {_NAMES[type(dtype)]}.")
    return values


def _parquet(payload: Payload, columns: Columns, optional: Collection[str]) -> pl.DataFrame:
    name = payload.name
    try:
        frame = pl.read_parquet(io.BytesIO(payload.body))
    except (pl.exceptions.PolarsError, OSError) as error:
        raise ParseError(f"{name} is not a readable Parquet file; it may be cut short.") from error
    _check_header(name, frame.columns, columns, optional)
    for column, given in frame.schema.items():
        if given not in (columns[column], pl.Null):
            raise ParseError(f"{name}, column {column}: its type is {given}, not {columns[column]}.")
    return frame.cast({column: columns[column] for column in frame.columns})
