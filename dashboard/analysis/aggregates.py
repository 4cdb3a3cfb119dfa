"""Sums: months to quarters and years, a part of a year against the same part, exports and imports to one figure.

The first step of every measure (aggregate, then transform, then formula). A year that is not complete comes back as
what it is, a part, with the months it holds; it is compared only with the same months of the year before.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Literal

import polars as pl

from dashboard import words
from dashboard.analysis.frames import STEP, ordinal_of, prepare, without_partial

_IMPORTS = {"value_usd": "_imports", "is_estimate": "_imports_estimate"}


def months_covered(periods: Sequence[date]) -> str:
    """The months a partial period holds, in runs: "Jan–Jul 2026", "Jan–Mar 2020 and May–Dec 2020"."""
    runs: list[tuple[date, date]] = []
    for when in sorted(periods):
        if runs and ordinal_of(when) == ordinal_of(runs[-1][1]) + 1:
            runs[-1] = (runs[-1][0], when)
        else:
            runs.append((when, when))
    return words.listing([words.span(start, end) for start, end in runs])


def aggregate(
    flows: pl.DataFrame, *, to: Literal["Q", "A"], by: Sequence[str] = (), value: str = "value_usd"
) -> pl.DataFrame:
    """Months summed to quarters or years.

    Returns `by`, `period`, `value_usd`, `is_estimate` (if given; true when any month is one), `months` (Int32, months
    present), `is_partial` (months are missing) and `label`: "2025" or "Q3 2026" when complete, otherwise the months
    covered, "Jan–Jul 2026". An incomplete period is never labelled, and must never be drawn, as a whole one.
    """
    monthly = prepare(flows, by=by, value=value)
    estimate = [pl.col("is_estimate").any()] if "is_estimate" in monthly.columns else []
    frame = (
        monthly.with_columns(
            pl.col("period").alias("_month"), pl.col("period").dt.truncate("1q" if to == "Q" else "1y")
        )
        .group_by([*by, "period"])
        .agg(pl.col(value).sum(), *estimate, pl.len().cast(pl.Int32).alias("months"), "_month")
        .with_columns((pl.col("months") < STEP[to]).alias("is_partial"))
        .sort([*by, "period"])
    )
    labels = [
        months_covered(months) if partial else words.period(when, to)
        for when, partial, months in frame.select("period", "is_partial", "_month").iter_rows()
    ]
    return frame.drop("_month").with_columns(pl.Series("label", labels, dtype=pl.String))


def part_year(flows: pl.DataFrame, *, by: Sequence[str] = ()) -> pl.DataFrame:
    """The last year where it is incomplete, against the same months of the year before.

    Monthly flows in. Returns `by`, `period` (1 January of the year), `label` ("Jan–Jul 2026"), `months`, `value_usd`,
    `year_before_usd` and `growth` (a fraction). The last two are null when a month is missing a year before; growth
    is null too when those months sum to zero. Keys whose last year is complete have no row.
    """
    monthly = prepare(flows, by=by)
    years = aggregate(monthly, to="A", by=by)
    newest = years["period"].max() if not by else pl.col("period").max().over(list(by))
    last = years.filter(pl.col("is_partial") & (pl.col("period") == newest))
    before = monthly.select(*by, pl.col("period").dt.offset_by("1y"), pl.col("value_usd").alias("_before"))
    matched = (
        monthly.join(before, on=[*by, "period"], how="left")
        .group_by([*by, pl.col("period").dt.truncate("1y")])
        .agg(pl.col("_before").sum(), pl.col("_before").is_null().any().alias("_short"))
    )
    return (
        last.join(matched, on=[*by, "period"], how="left")
        .with_columns(pl.when(~pl.col("_short")).then(pl.col("_before")).alias("year_before_usd"))
        .with_columns(
            pl.when(pl.col("year_before_usd") > 0)
            .then(pl.col("value_usd") / pl.col("year_before_usd") - 1)
            .alias("growth")
        )
        .select(*by, "period", "label", "months", "value_usd", "year_before_usd", "growth")
        .sort([*by, "period"])
    )


def total(exports: pl.DataFrame, imports: pl.DataFrame, *, by: Sequence[str] = ()) -> pl.DataFrame:
    """Exports plus imports, period by period. A period that lacks either flow is a gap, not half a total.

    Add the months first and aggregate after: partial years are left out here, because two parts need not match.
    US exports are valued f.a.s. and imports at customs value: the sum mixes two valuations, as the published one does.
    """
    return _combine(exports, imports, by, pl.col("value_usd") + pl.col("_imports"))


def balance(exports: pl.DataFrame, imports: pl.DataFrame, *, by: Sequence[str] = ()) -> pl.DataFrame:
    """Exports less imports, period by period; negative is a deficit. Never indexed, never on a log scale."""
    return _combine(exports, imports, by, pl.col("value_usd") - pl.col("_imports"))


def _combine(exports: pl.DataFrame, imports: pl.DataFrame, by: Sequence[str], formula: pl.Expr) -> pl.DataFrame:
    keys = [*by, "period"]
    out = without_partial(prepare(exports, by=by, what="exports"))
    into = without_partial(prepare(imports, by=by, what="imports"))
    renamed = into.select(*keys, *(pl.col(c).alias(new) for c, new in _IMPORTS.items() if c in into.columns))
    joined = out.join(renamed, on=keys, how="inner")
    flags = [column for column in ("is_estimate", _IMPORTS["is_estimate"]) if column in joined.columns]
    estimate = [pl.any_horizontal(flags).alias("is_estimate")] if flags else []
    return joined.select(*keys, formula.alias("value_usd"), *estimate).sort(keys)
