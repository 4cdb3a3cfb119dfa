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
    rows = []
    for name, runs in (("bare scan → Parquet", bare), ("tradewake refresh", ours)):
        seconds, peak = middle([run["seconds"] for run in runs]), max(run["peak_mb"] for run in runs)
        rows.append([name, seconds, int(shipped["rows"] / seconds), peak])
    ratio = rows[1][1] / rows[0][1]
    rows.append(["ratio", ratio, None, rows[1][3] / rows[0][3]])
    return [
        Table(
            f"Build from the shipped figures: {shipped['rows']:,} rows in {shipped['bytes'] / 1e6:.1f} MB",
            ["", "seconds", "rows/s", "peak MB"],
            rows,
            f"Median of {place.repeat}, each in a process of its own, imports left out of the seconds. "
            f"Aim: a ratio of at most {AIM:g}.",
            {"ratio": ratio, "aim": AIM},
        )
    ]
