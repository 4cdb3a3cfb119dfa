"""Section memory: whether a server grows with reruns, now that Streamlit does not collect after each of them."""

from __future__ import annotations

import asyncio
from typing import Any

from benchmarks.report import Table
from benchmarks.server import Server, dashboard
from benchmarks.session import Session
from benchmarks.workplace import Workplace

RERUNS = 2_000
_STEPS = 4


def measure(place: Workplace) -> list[Table]:
    """Memory before and after 2,000 warm reruns over all pages in one session, and after 200 short sessions."""
    with dashboard(place.built()) as server:
        server.settle()
        rows = asyncio.run(_grow(server))
    return [
        Table(
            "Memory of the server, megabytes",
            ["after", "MB", "more than after the first views"],
            rows,
            "`runner.postScriptGC` is off; Python's own collector runs as it always does.",
        )
    ]


async def _grow(server: Server) -> list[list[Any]]:
    async with Session(server.port) as session:
        await session.go("")
        pages = list(session.pages)
        for page in pages * 2:
            await session.go(page)
        base = server.rss_mb()
        rows: list[list[Any]] = [["every page seen twice", base, 0.0]]
        for step in range(1, _STEPS + 1):
            for number in range(RERUNS // _STEPS):
                await session.go(pages[number % len(pages)])
            rows.append([f"{step * RERUNS // _STEPS:,} reruns", server.rss_mb(), server.rss_mb() - base])
    for number in range(200):
        async with Session(server.port) as short:
            await short.go(pages[number % len(pages)])
    rows.append(["200 more sessions, closed", server.rss_mb(), server.rss_mb() - base])
    return rows
