"""Many dates on many series in one go: the timing test of every pair, adjusted for how many were looked at.

    Holm                 p_(i) · (m − i + 1), never falling: the chance of even one false alarm stays at the level
    Benjamini–Hochberg   p_(i) · m / i, never rising from the end: the share of false alarms among the found ones does

A test is one series and one month: measures of the same month are one test and share its result. Each series is
deseasonalised once and its changes are computed once for all dates. Of twenty dates without any effect one is found
by chance; only the adjusted values may be read as a list of findings. Tests on one series share months, and partners
share crises: Holm holds all the same, Benjamini and Hochberg's where such tests lean the same way.

The bar can be out of reach: among n ordinary months no p is below ½ / n, so with 390 months and 102 dates even the
largest change of the series has an adjusted p of 0.13. Then the list says how many dates stand out alone and how many
would by chance, and a shorter list of dates, chosen before looking, is the way to a finding.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import numpy as np
import polars as pl

from dashboard.analysis.errors import AnalysisError
from dashboard.analysis.seasonal import SeasonalWindow
from dashboard.analysis.timing import (
    LEAST_BEFORE,
    LEAST_MONTHS,
    WINDOWS,
    ClockMonth,
    refuse,
    skipped,
    unsettled,
)
from dashboard.analysis.timing_null import Ranked, benjamini_hochberg, changes, holm, rank
from dashboard.analysis.timing_result import MEASURED, SENSED, fraction
from dashboard.analysis.timing_series import SEASON_YEARS, LogSeries, log_series


def timing_tests(
    flows: pl.DataFrame,
    *,
    events: Mapping[str, date],
    by: Sequence[str] = ("partner",),
    window_months: int = 12,
    windows: Sequence[int] = WINDOWS,
    value: str = "value_usd",
    clock_month: ClockMonth = "auto",
    alpha: float = 0.05,
    seasonal_window: SeasonalWindow = SEASON_YEARS,
    robust: bool = True,
) -> pl.DataFrame:
    """Every event tested on every series: a row per key, event and window, as `timing_test` would find it.

    `flows`: `period`, figures in the column `value` and the key columns `by`; `events`: name and date. Returns the
    keys, `event`, `date`, `window_months`, `change`, `usual`, `effect`, `low`, `high` (fractions), `p_value`, `months`,
    `clear_months`, `as_large`, `swing`, `smallest_fall`, `smallest_rise` (by the test of one date alone), `p_holm` and
    `p_bh` (adjusted over all tests of one window), `tests` (how many), `distinguishable` (by Holm), `withheld` and
    `refused`: the reason where a test cannot be made and all figures are null, or where its verdict is withheld and
    the p-values are. Raises `AnalysisError` without events.
    """
    if not events:
        raise AnalysisError("Choose at least one measure with a date on this clock.")
    dates = pl.DataFrame(
        [(name, when, when.replace(day=1), skipped(when, clock_month)) for name, when in events.items()],
        schema=_EVENTS,
        orient="row",
    )
    months = [
        (
            skip,
            [
                when
                for when, other in dates.select("_month", "_skip").unique().sort("_month").iter_rows()
                if other == skip
            ],
        )
        for skip in (0, 1)
    ]
    sizes = sorted({*windows, window_months})
    keys: list[tuple[Any, ...]] = []
    rows: list[tuple[Any, ...]] = []
    for key, found in log_series(flows, by=by, value=value, seasonal_window=seasonal_window, robust=robust).items():
        before = len(rows)
        for skip, whens in months:
            for h in sizes if whens else ():
                rows += _of_series(found, whens, h, skip, alpha)
        keys += [key] * (len(rows) - before)
    tests = pl.concat(
        [
            pl.DataFrame(keys, schema=dict(flows.select(by).schema), orient="row"),
            pl.DataFrame(rows, schema={"_month": pl.Date, "_skip": pl.Int8, **_TYPES}, orient="row"),
        ],
        how="horizontal",
    )
    order = [*by, "_place", "window_months"]
    return (
        dates.with_row_index("_place")
        .join(_adjusted(tests), on=["_month", "_skip"], how="inner")
        .sort(order)
        .select(
            *by,
            "event",
            "date",
            *(name for name in _TYPES if name != "refused"),
            "p_holm",
            "p_bh",
            "tests",
            (pl.col("p_holm") <= alpha).alias("distinguishable"),
            (pl.col("effect").is_not_null() & pl.col("p_value").is_null()).alias("withheld"),
            "refused",
        )
    )


def _of_series(found: LogSeries | str, whens: Sequence[date], h: int, skip: int, alpha: float) -> list[tuple[Any, ...]]:
    """One row for each month; a month that cannot be tested carries the reason instead of figures."""
    empty = (None,) * (len(_TYPES) - 2)
    if isinstance(found, str):
        return [(when, skip, h, *empty, found) for when in whens]
    every = changes(found.adjusted, h, skip)
    places = [found.place(when) for when in whens]
    ranked = rank(every, np.array(places), alpha, plant=True) if every.size >= LEAST_MONTHS else {}
    count = found.sums[1]
    rows: list[tuple[Any, ...]] = []
    for when, place in zip(whens, places, strict=True):
        one = ranked.get(place)
        if one is not None and count[place] >= LEAST_BEFORE:
            reason = unsettled(one, when, h)
            rows.append((when, skip, h, *_columns(one, withheld=bool(reason)), _sentence(reason)))
            continue
        try:
            refuse(found, when, h, skip)
            rows.append((when, skip, h, *empty, _TOO_FEW))
        except AnalysisError as reason:
            rows.append((when, skip, h, *empty, str(reason)))
    return rows


def _columns(one: Ranked, *, withheld: bool) -> tuple[Any, ...]:
    low, high, fall, rise = (fraction(end) for end in (one.low, one.high, -one.fall, one.rise))
    return (
        math.expm1(one.change),
        math.expm1(one.usual_beside),
        math.expm1(one.effect),
        low,
        high,
        None if withheld else one.p_value,
        one.months,
        one.clear_months,
        one.as_large,
        one.swing,
        fall,
        rise,
    )


def _sentence(reason: str) -> str | None:
    return f"The verdict is withheld: {reason}" if reason else None


def _adjusted(tests: pl.DataFrame) -> pl.DataFrame:
    """Holm and Benjamini–Hochberg over the tests of each window; nulls where nothing was tested."""
    parts = []
    for part in tests.partition_by("window_months", maintain_order=True) or [tests]:  # without a row there is no part
        done = part["p_value"].is_not_null()
        raw = part.filter(done)["p_value"].to_numpy()
        holms, bhs = (np.full(part.height, np.nan) for _ in range(2))
        holms[done.to_numpy()], bhs[done.to_numpy()] = holm(raw), benjamini_hochberg(raw)
        parts.append(
            part.with_columns(
                pl.Series("p_holm", holms, nan_to_null=True),
                pl.Series("p_bh", bhs, nan_to_null=True),
                pl.when(done).then(pl.lit(len(raw), dtype=pl.Int32)).alias("tests"),
            )
        )
    return pl.concat(parts)


_TOO_FEW = f"Fewer than {LEAST_MONTHS} months of the series can hold the windows, so none can stand out."
_EVENTS = {"event": pl.String, "date": pl.Date, "_month": pl.Date, "_skip": pl.Int8}
_TYPES = {"window_months": pl.Int32, **MEASURED, **SENSED, "refused": pl.String}
