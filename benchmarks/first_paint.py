"""Section first_paint: from the start of the process to the first figure in a browser."""

from __future__ import annotations

import shutil
import time
from pathlib import Path
from typing import Any

from benchmarks.report import Table
from benchmarks.server import Server, dashboard
from benchmarks.workplace import Workplace

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
AIM_SECONDS = 10.0
_PAINTED = ".js-plotly-plot .trace"


def measure(place: Workplace) -> list[Table]:
    """With a store and without one: health, first figure, and the figure for the next reader and the next page."""
    found = next((path for name in BROWSERS if (path := shutil.which(name)) is not None), None)
    if found is None:
        return [
            Table("First figure in a browser", ["", ""], [], "No Chrome or Chromium on this machine: not measured.")
        ]
    from playwright.sync_api import sync_playwright

    rows: list[list[Any]] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=found,
            args=["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
                  "--disable-background-networking", "--disable-component-update", "--disable-sync"],
        )  # fmt: skip
        for name, home in (("store is there", place.built()), ("no store: it is built first", place.home("fresh"))):
            rows.append([name, *_once(browser, home)])
        browser.close()
    return [
        Table(
            "First figure in a browser, seconds",
            ["", "server answers", "first figure since process start", "next reader", "same reader, trade page"],
            rows,
            f"The browser is already running; its caches are empty for the first reader of each row. "
            f"Aim: first figure within {AIM_SECONDS:g} s.",
            {"aim_seconds": AIM_SECONDS},
        )
    ]


def _once(browser: Any, home: Path) -> list[float | None]:
    with dashboard(home) as server:
        answers = time.perf_counter() - server.started
        first = _open(browser, server, None)[0] + 0.0
        since_start = time.perf_counter() - server.started if first >= 0 else None
        second, trade = _open(browser, server, f"{server.url}/trade")
        return [answers, since_start, second, trade]


def _open(browser: Any, server: Server, then: str | None) -> tuple[float, float | None]:
    """Seconds to the first figure of a fresh reader, and to that of a second page in the same tab."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    try:
        page = context.new_page()
        first = _painted(page, server.url)
        return first, None if then is None else _painted(page, then)
    finally:
        context.close()


def _painted(page: Any, url: str) -> float:
    started = time.perf_counter()
    page.goto(url, wait_until="domcontentloaded")
    page.wait_for_selector(_PAINTED, timeout=60_000, state="attached")
    return time.perf_counter() - started
