"""Section reruns: what a page costs the server when nothing but the reader's next click is new."""

from __future__ import annotations

import asyncio
from typing import Any

from benchmarks.report import Table, middle, percentile
from benchmarks.server import Server, dashboard, empty_page
from benchmarks.session import Run, Session
from benchmarks.workplace import Workplace

AIM_MS = 30.0
_WARM_UP = 5


def measure(place: Workplace) -> list[Table]:
    """Reruns of every page in one session, beside those of an empty page under the same settings."""
    with empty_page(place.folder) as server:
        server.settle()
        floor, cost = asyncio.run(_page(server, "", place.reruns))
    base = middle([run.ms for run in floor[1:]])
    rows: list[list[Any]] = [_row("empty Streamlit page", floor, cost, base)]
    with dashboard(place.built()) as server:
        server.settle()
        for page in asyncio.run(_pages(server)):
            runs, cost = asyncio.run(_page(server, page, place.reruns))
            rows.append(_row(page or "overview", runs, cost, base))
    return [
        Table(
            f"Reruns of each page, {place.reruns} warm ones in one session, milliseconds from request to script end",
            ["page", "first", "p50", "p95", "× empty", "server CPU", "messages", "KB first", "KB warm", "problems"],
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


async def _pages(server: Server) -> list[str]:
    async with Session(server.port) as session:
        await session.go("")
        return list(session.pages)


async def _page(server: Server, page: str, count: int) -> tuple[list[Run], float]:
    """The first run of a page, then `count` warm ones; and the processor's milliseconds of a warm one."""
    async with Session(server.port) as session:
        first = await session.go(page)
        for _ in range(_WARM_UP):
            await session.again()
        used = server.cpu_seconds()
        runs = [await session.again() for _ in range(count)]
        return [first, *runs], (server.cpu_seconds() - used) * 1e3 / count
