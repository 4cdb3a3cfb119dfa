"""What every measure asks of a frame: its columns, one row a period, first-of-period dates, no invented values.

Periods are counted as whole months since year 0 (`year * 12 + month - 1`), so that "twelve months earlier" is plain
subtraction and a missing month cannot hide. Gaps are missing rows; a null or NaN value is treated as a gap too, an
infinite one is refused.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Final, Literal

import polars as pl

from dashboard.analysis.errors import AnalysisError

Frequency = Literal["M", "Q", "A"]

STEP: Final = {"M": 1, "Q": 3, "A": 12}
"""Months from one period to the next."""
PER_YEAR: Final = {"M": 12, "Q": 4, "A": 1}
"""Periods in a complete year."""
NAMES: Final = {"M": "month", "Q": "quarter", "A": "year"}


def ordinal_of(when: date) -> int:
    """The month of a date as a whole number of months."""
    return when.year * 12 + when.month - 1


def month_of(ordinal: int) -> date:
    """The first day of the month that `ordinal_of` counted."""
    return date(ordinal // 12, ordinal % 12 + 1, 1)


def ordinal_expr(column: str = "period") -> pl.Expr:
    """`ordinal_of` for a Date column."""
    return pl.col(column).dt.year().cast(pl.Int32) * 12 + pl.col(column).dt.month().cast(pl.Int32) - 1


def require(frame: pl.DataFrame, columns: Sequence[str], what: str = "flows") -> None:
    """Raise when a column is missing; names it."""
    absent = [column for column in columns if column not in frame.columns]
    if absent:
        raise AnalysisError(f"The {what} lack the column{'s' if len(absent) > 1 else ''} {', '.join(absent)}.")


def prepare(
    frame: pl.DataFrame, *, by: Sequence[str] = (), value: str = "value_usd", what: str = "flows"
) -> pl.DataFrame:
    """The rows that carry a value, sorted by key and period.

    Raises `AnalysisError` for a missing column, a period that is not the first day of a month, a period twice within
    one key, or an infinite value. Rows whose value is null or NaN are left out: they are gaps.
    """
    require(frame, [*by, "period", value], what)
    if frame.schema["period"] != pl.Date:
        raise AnalysisError(f"The periods of the {what} must be dates, not {frame.schema['period']}.")
    column = pl.col(value).cast(pl.Float64)
    kept = frame.with_columns(column).filter(
        column.is_not_null() & column.is_not_nan() & pl.col("period").is_not_null()
    )
    if (kept["period"].dt.day() != 1).any():
        raise AnalysisError(f"The periods of the {what} must be first days of a month.")
    kept = kept.sort([*by, "period"])
    refuse_infinite(kept, value, what)
    keys = kept.select([*by, "period"])
    repeated = keys.is_duplicated()
    if repeated.any():
        first = keys.filter(repeated).row(0)
        raise AnalysisError(f"The {what} hold more than one row for {', '.join(str(part) for part in first)}.")
    return kept


def refuse_infinite(frame: pl.DataFrame, value: str = "value_usd", what: str = "flows") -> None:
    """Raise when a value is infinite, as from a division by zero or a sum past the largest number; names its month."""
    endless = frame.filter(pl.col(value).is_infinite())
    if endless.height:
        when = endless["period"].to_list()[0]
        raise AnalysisError(f"The {what} hold an infinite value in {when:%Y-%m}; no measure can be taken of it.")


def without_partial(frame: pl.DataFrame) -> pl.DataFrame:
    """The frame without periods marked `is_partial`: a part of a year is never compared as a year."""
    if "is_partial" not in frame.columns:
        return frame
    return frame.filter(~pl.col("is_partial").fill_null(False))


def frequency_of(frame: pl.DataFrame, what: str = "flows") -> Frequency:
    """The frequency of a frame: its `frequency` column, else annual if every period is a January, else Q or M."""
    if "frequency" in frame.columns:
        found = frame["frequency"].unique().drop_nulls().to_list()
        if len(found) > 1:
            raise AnalysisError(f"The {what} mix the frequencies {', '.join(sorted(map(str, found)))}.")
        if found == ["A"] or found == ["Q"] or found == ["M"]:
            kind: Frequency = found[0]
            return kind
    months = set(frame["period"].dt.month().to_list())
    if months <= {1}:
        return "A"
    return "Q" if months <= {1, 4, 7, 10} else "M"


def base_values(
    frame: pl.DataFrame, base: date | int, frequency: Frequency, by: Sequence[str], value: str
) -> pl.DataFrame:
    """The base per key: the value of one period, or the mean over a complete base year."""
    if isinstance(base, int):
        chosen, needed = frame.filter(pl.col("period").dt.year() == base), PER_YEAR[frequency]
    else:
        chosen, needed = frame.filter(pl.col("period") == base), 1
    return (
        chosen.group_by(list(by) or pl.lit("").alias("_all"))
        .agg(pl.col(value).mean().alias("_base"), pl.len().alias("_n"))
        .filter(pl.col("_n") == needed)
        .select([*by, "_base"])
    )


def group_number(by: Sequence[str]) -> pl.Expr:
    """A running number per key of a frame already sorted by that key."""
    return pl.struct(by).rle_id() if by else pl.lit(0, dtype=pl.UInt32)


def name_keys(frame: pl.DataFrame, by: Sequence[str], limit: int = 3) -> str:
    """The first few keys of a frame, for an error message."""
    rows = frame.select(by).unique(maintain_order=True).rows()
    shown = ", ".join("/".join(str(part) for part in row) for row in rows[:limit])
    return shown + (f" and {len(rows) - limit} more" if len(rows) > limit else "")
