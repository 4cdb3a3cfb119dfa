"""Section build: the store from the shipped figures, beside a bare scan of the same files."""

from __future__ import annotations

from typing import Any

from benchmarks.report import Table, middle
from benchmarks.workplace import Workplace, child

AIM = 4.0
"""The walk may cost this many times the bare scan."""


def measure(place: Workplace) -> list[Table]:
    """Rows a second and peak memory of both, each repetition in a fresh process, by turns."""
    shipped = child("benchmarks.build_work", "rows")
    ours: list[dict[str, Any]] = []
    bare: list[dict[str, Any]] = []
    for turn in range(place.repeat):
        bare.append(child("benchmarks.build_work", "bare", str(place.home(f"bare-{turn}"))))
        ours.append(child("benchmarks.build_work", "tradewake", str(place.home(f"build-{turn}"))))
    rows: list[list[Any]] = []
    for name, runs in (("bare scan → Parquet", bare), ("tradewake refresh", ours)):
        seconds, cpu = (middle([run[kind] for run in runs]) for kind in ("seconds", "cpu"))
        rows.append([name, seconds, cpu, int(shipped["rows"] / seconds), max(run["peak_mb"] for run in runs)])
    ratio = rows[1][1] / rows[0][1]
    rows.append(["ratio", ratio, rows[1][2] / rows[0][2], None, rows[1][4] / rows[0][4]])
    return [
        Table(
            f"Build from the shipped figures: {shipped['rows']:,} rows in {shipped['bytes'] / 1e6:.1f} MB",
            ["", "seconds", "CPU seconds", "rows/s", "peak MB"],
            rows,
            f"Median of {place.repeat}, each in a process of its own, imports left out of the seconds. "
            f"Aim: a ratio of at most {AIM:g}.",
            {"ratio": ratio, "aim": AIM},
        )
    ]
