"""Section load: many readers at once on one server process."""

from __future__ import annotations

from typing import Any

from benchmarks.readers import THINK_SECONDS
from benchmarks.report import Table, middle, percentile
from benchmarks.server import dashboard
from benchmarks.workplace import Workplace, child

CROWDS = (50, 100, 200)
AIM_MS = 150.0


def measure(place: Workplace) -> list[Table]:
    """So many sessions on a fresh server each; the readers live in a process of their own."""
    rows: list[list[Any]] = []
    problems: set[str] = set()
    for readers in CROWDS:
        with dashboard(place.built()) as server:
            server.settle()
            idle, before = server.rss_mb(), server.cpu_seconds()
            found = child("benchmarks.readers", str(server.port), str(readers), str(place.seconds))
            busy, clicks = server.cpu_seconds() - before, found["clicks"]
            problems |= set(found["problems"])
            rows.append(
                [
                    readers, len(clicks), middle(found["first"]), middle(clicks), percentile(clicks, 95), max(clicks),
                    busy / (place.seconds + THINK_SECONDS), idle, server.rss_mb(),
                ]
            )  # fmt: skip
    note = (
        f"Each reader thinks {THINK_SECONDS:g} s between clicks; half of the clicks change a control, a quarter turn a "
        f"switch, a quarter go to another page. Aim: p95 under {AIM_MS:g} ms at 100 readers, no problem at 200."
    )
    if problems:
        note += " Shown on pages: " + " · ".join(sorted(problems))[:300]
    return [
        Table(
            f"Readers at once on one process, {place.seconds} s each, milliseconds from click to script end",
            ["readers", "clicks", "first view", "p50", "p95", "max", "cores busy", "MB before", "MB after"],
            rows,
            note,
            {"aim_p95_ms": AIM_MS},
        )
    ]
