"""From a source's own label or code to our area code. There is no guessing: an unknown label stops the parse."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from pipelines.errors import ParseError
from pipelines.formats.csv_parquet import read_table
from pipelines.raw import Payload

_COLUMNS = {"scheme": pl.String(), "code": pl.String(), "area": pl.String()}


def codes(payload: Payload, scheme: str) -> Mapping[str, str]:
    """Label to area code for one scheme of `reference/area_codes.csv` (census, comext, wdi, m49 …).

    Raises:
        ParseError: the scheme is not in the file, or it gives one label two areas.
    """
    rows = read_table(payload, _COLUMNS).filter(pl.col("scheme") == scheme)
    if rows.is_empty():
        raise ParseError(f"{payload.name} has no scheme {scheme!r}.")
    twice = rows.filter(pl.col("code").is_duplicated())
    if not twice.is_empty():
        raise ParseError(f"{payload.name}, scheme {scheme}: {twice['code'][0]!r} stands for two areas.")
    return dict(zip(rows["code"], rows["area"], strict=True))


def to_area(labels: pl.Series, known: Mapping[str, str], where: str) -> pl.Series:
    """Area codes for a column of labels; `where` (file and column) goes into the error.

    Raises:
        ParseError: a label is unknown; names the first ones in alphabetical order.
    """
    unknown = sorted({label for label in labels.unique() if label not in known}, key=str)
    if unknown:
        raise ParseError(f"{where}: unknown area {', '.join(repr(label) for label in unknown[:3])}.")
    return labels.replace_strict(dict(known), return_dtype=pl.String)
