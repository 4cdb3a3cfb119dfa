"""Section timing: the tests of the timing page on series of made-up figures, one pair and all partners at once."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import date
from typing import Any

import numpy as np
import polars as pl

from benchmarks.report import Table, middle
from benchmarks.workplace import Workplace

MONTHS, PARTNERS, MEASURES = 400, 220, 400
START = 1993 * 12


def _flows(partners: int) -> pl.DataFrame:
    """Growing, seasonal, wandering series; one in three has gaps, one in ten begins late."""
    draw = np.random.default_rng(3)
    t = np.arange(MONTHS)
    parts = []
    for number in range(partners):
        logs = 16 + 0.003 * t + 0.2 * np.sin(t * np.pi / 6) + 0.1 * draw.standard_normal(MONTHS)
        logs = logs + 0.05 * draw.standard_normal(MONTHS).cumsum()
        kept = t >= (draw.integers(1, 120) if number % 10 == 9 else 0)
        if number % 3 == 2:
            kept &= draw.random(MONTHS) > 0.04
        months = [date((START + i) // 12, (START + i) % 12 + 1, 1) for i in t[kept]]
        parts.append(pl.DataFrame({"partner": f"P{number:03}", "period": months, "value_usd": np.exp(logs[kept])}))
    return pl.concat(parts)


def measure(place: Workplace) -> list[Table]:
    """Milliseconds of one test, seconds of all of them, and of break dates and an event study."""
    from dashboard.analysis.breaks import break_dates
    from dashboard.analysis.event_study import event_study
    from dashboard.analysis.seasonal import stl
    from dashboard.analysis.timing import timing_test
    from dashboard.analysis.timing_many import timing_tests

    every = _flows(PARTNERS)
    one = every.filter(pl.col("partner") == "P000").drop("partner")
    logs = np.log(one["value_usd"].to_numpy())
    event, late = date(2014, 8, 1), date((START + MONTHS - 13) // 12, (START + MONTHS - 13) % 12 + 1, 1)
    first = START + 60
    months = [(first + (i * 7) % 300) for i in range(MEASURES)]
    measures = {f"m{i}": date(m // 12, m % 12 + 1, 1 + 27 * (i % 2)) for i, m in enumerate(months)}
    panel = every.with_columns(
        pl.col("value_usd").log(),
        pl.when(pl.col("partner") < "P100").then(pl.lit(date(2014, 8, 1))).otherwise(None).alias("first"),
    ).filter(pl.col("period").dt.year().is_between(2011, 2016))
    asked: list[tuple[str, int, Callable[[], Any]]] = [
        (f"STL of one series, {MONTHS} months, robust", place.repeat,
         lambda: stl(logs, seasonal_window=13, robust=True)),
        (f"timing test: one pair, {MONTHS} months, all placebo months, three windows", place.repeat,
         lambda: timing_test(one, event=event)),
        ("the same 12 months before the end of the series", place.repeat, lambda: timing_test(one, event=late)),
        (f"the same with {PARTNERS} placebo partners", 1, lambda: timing_test(one, event=event, partners=every)),
        (f"timing tests: {PARTNERS} partners × {MEASURES} measures, three windows", 1,
         lambda: timing_tests(every, events=measures)),
        (f"break dates of {MONTHS} months, up to five", place.repeat,
         lambda: break_dates(one.with_columns(pl.col("value_usd").log()), value="value_usd", time="period")),
        ("event study of 220 partners, 72 months, one cohort", 1,
         lambda: event_study(panel, unit="partner", time="period", outcome="value_usd", first_treated="first")),
    ]  # fmt: skip
    rows: list[list[Any]] = []
    for name, repeat, run in asked:
        spent = []
        for _ in range(repeat + 1 if repeat > 1 else 1):
            started, used = time.perf_counter(), time.process_time()
            run()
            spent.append(((time.perf_counter() - started) * 1e3, (time.process_time() - used) * 1e3))
        warm = spent[1:] or spent
        rows.append([name, spent[0][0], *(middle(column) for column in zip(*warm, strict=True))])
    return [
        Table(
            "Timing tests, milliseconds",
            ["what", "first", "median", "its CPU"],
            rows,
            "First: with nothing prepared. One pair should stay under 200 ms, all partners and measures under 20 s.",
        )
    ]
