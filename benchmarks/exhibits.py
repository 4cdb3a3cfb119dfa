"""Section exhibits: what each exhibit costs in questions, analysis, drawing and JSON."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

import polars as pl

from benchmarks.report import Table, middle
from benchmarks.workplace import Workplace


@dataclass
class _Asked:
    """Milliseconds and number of questions since the last reset."""

    ms: float = 0.0
    count: int = 0


def measure(place: Workplace) -> list[Table]:
    """Every exhibit with its default parameters; medians of warm builds."""
    import plotly.io

    from dashboard.exhibits import EXHIBITS
    from dashboard.exhibits.base import NothingToShow
    from dashboard.figures.theme import LIGHT
    from pipelines import store as stores

    path = stores.current_store(place.built() / "store").build.path
    asked = _Asked()

    class Timed(stores.Store):
        """A store that counts its questions."""

        def query(self, sql: str, parameters: Any = ()) -> pl.DataFrame:
            started = time.perf_counter()
            answer = super().query(sql, parameters)
            asked.ms += (time.perf_counter() - started) * 1e3
            asked.count += 1
            return answer

    opened = stores.open_build(path)  # held open, so that DuckDB keeps what it has read
    rows: list[list[Any]] = []
    for spec in EXHIBITS:
        runs: list[tuple[float, ...]] = []
        again = Timed(opened.build, opened._connection)
        for _ in range(place.repeat + 1):
            new = Timed(opened.build, opened._connection)  # nobody has asked it anything
            asked.ms, asked.count = 0.0, 0
            started, used = time.perf_counter(), time.process_time()
            try:
                exhibit = spec.build(new, spec.params(), LIGHT)
            except NothingToShow:
                break
            built, cost = (time.perf_counter() - started) * 1e3, (time.process_time() - used) * 1e3
            queries, count = asked.ms, float(asked.count)
            started = time.perf_counter()
            spec.build(again, spec.params(), LIGHT)
            repeated = (time.perf_counter() - started) * 1e3
            started = time.perf_counter()
            text = plotly.io.to_json(exhibit.figure, validate=False)
            to_json = (time.perf_counter() - started) * 1e3
            runs.append((queries, built, count, cost, repeated, to_json, len(text) / 1024))
        if not runs:
            rows.append([spec.id, "nothing to show", *[None] * 7])
            continue
        queries, built, count, cost, repeated, to_json, size = (
            middle(column) for column in zip(*runs[1:], strict=True)
        )
        rows.append([spec.id, int(count), queries, built - queries, built, cost, repeated, to_json, size])
    rows.sort(key=lambda row: row[4] if isinstance(row[4], float) else 0.0, reverse=True)
    return [
        Table(
            f"Exhibits with default parameters, medians of {place.repeat} warm builds, milliseconds",
            [
                "exhibit",
                "questions",
                "in questions",
                "in Python",
                "new view",
                "its CPU",
                "asked again",
                "to JSON",
                "KB",
            ],
            rows,
            "New view: a store that has answered nothing yet. Asked again: the same view from a store that has "
            "answered before. A page builds a view once and keeps it.",
        )
    ]
