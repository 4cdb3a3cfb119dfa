"""Section reruns: what each view costs the server when nothing but the reader's next click is new."""

from __future__ import annotations

import asyncio
from typing import Any

from benchmarks.report import Table, middle, percentile
from benchmarks.server import Server, dashboard, empty_page
from benchmarks.session import Run, Session
from benchmarks.workplace import Workplace
from dashboard.app_pages.contents import CONTENTS

AIM_MS = 30.0
_WARM_UP = 5


def measure(place: Workplace) -> list[Table]:
    """Reruns of every view in one session, beside those of an empty page under the same settings."""
    with empty_page(place.folder) as server:
        server.settle()
        floor, cost = asyncio.run(_view(server, "", "", place.reruns))
    base = middle([run.ms for run in floor[1:]])
    rows: list[list[Any]] = [_row("empty Streamlit page", floor, cost, base)]
    with dashboard(place.built()) as server:
        server.settle()
        for found in CONTENTS.every():
            runs, cost = asyncio.run(_view(server, found.page.path, found.view.id, place.reruns))
            rows.append(_row(f"{found.page.path or 'overview'}: {found.view.id}", runs, cost, base))
    return [
        Table(
            f"Reruns of each view, {place.reruns} warm ones in one session, milliseconds from request to script end",
            ["view", "first", "p50", "p95", "× empty", "server CPU", "messages", "KB first", "KB warm", "problems"],
            rows,
            "The client parses every message on the same machine. First: the first run in the session, after the "
            f"server has warmed itself up. Server CPU: per rerun, all threads. Aim: p95 under {AIM_MS:g} ms warm.",
            {"aim_p95_ms": AIM_MS},
        )
    ]


def _row(name: str, runs: list[Run], cost: float, base: float) -> list[Any]:
    first, warm = runs[0], [run.ms for run in runs[1:]]
    return [
        name, first.ms, middle(warm), percentile(warm, 95), middle(warm) / base, cost, runs[-1].messages,
        first.kilobytes, runs[-1].kilobytes, "; ".join(first.problems)[:60] or "none",
    ]  # fmt: skip


async def _view(server: Server, page: str, view: str, count: int) -> tuple[list[Run], float]:
    """The first run of a view, then `count` warm ones; and the processor's milliseconds of a warm one."""
    async with Session(server.port) as session:
        await session.go("")
        first = await session.go(page, {"view": view} if view else None)
        for _ in range(_WARM_UP):
            await session.again()
        used = server.cpu_seconds()
        runs = [await session.again() for _ in range(count)]
        return [first, *runs], (server.cpu_seconds() - used) * 1e3 / count
