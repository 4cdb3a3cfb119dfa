"""Section first_paint: from the start of the process to the first figure in a browser."""

from __future__ import annotations

import shutil
import time
from pathlib import Path
from typing import Any

from benchmarks.report import Table, middle
from benchmarks.server import dashboard, one_line_page
from benchmarks.workplace import Workplace
from dashboard.app_pages.contents import CONTENTS

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
AIM_SECONDS = 10.0
AIM_RATIO = 1.3
_TIMES = 5
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
        bare, pages = _beside_a_bare_page(browser, place)
        browser.close()
    return [
        Table(
            "First picture of each page beside a bare Streamlit page with one line, seconds from the request",
            ["page", "middle of so many", "× bare"],
            [["bare page", bare, 1.0], *([name, took, took / bare] for name, took in pages.items())],
            f"A fresh reader of a warm server each time, the middle of {_TIMES}. Aim: {AIM_RATIO:g} × at most.",
            {"aim_ratio": AIM_RATIO},
        ),
        Table(
            "First figure in a browser, seconds",
            ["", "server answers", "first figure since process start", "next reader"],
            rows,
            f"The browser is already running; its caches are empty for the first reader of each row. "
            f"Aim: first figure within {AIM_SECONDS:g} s.",
            {"aim_seconds": AIM_SECONDS},
        ),
    ]


def _beside_a_bare_page(browser: Any, place: Workplace) -> tuple[float, dict[str, float]]:
    """Seconds to the first picture: of a page with one line and nothing else, and of every page and two charts."""
    with one_line_page(place.folder) as server:
        server.settle()
        bare = middle([_open(browser, server.url) for _ in range(_TIMES)])
    charts = ("trade_over_time", "subject_at_a_glance")
    with dashboard(place.built()) as server:
        server.settle()
        paths = {page.path or "overview": page.path for page in CONTENTS}
        paths |= {f"chart of {name}": f"chart?chart={name}" for name in charts}
        found = {
            name: middle([_open(browser, f"{server.url}/{path}") for _ in range(_TIMES)])
            for name, path in paths.items()
        }
    return bare, found


def _once(browser: Any, home: Path) -> list[float | None]:
    with dashboard(home) as server:
        answers = time.perf_counter() - server.started
        _open(browser, server.url)
        since_start = time.perf_counter() - server.started
        return [answers, since_start, _open(browser, server.url)]


def _open(browser: Any, url: str) -> float:
    """Seconds to the first figure of a fresh reader."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    try:
        return _painted(context.new_page(), url)
    finally:
        context.close()


def _painted(page: Any, url: str) -> float:
    started = time.perf_counter()
    page.goto(url, wait_until="domcontentloaded")
    page.wait_for_selector(_PAINTED, timeout=60_000, state="attached")
    return time.perf_counter() - started
