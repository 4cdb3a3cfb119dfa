"""A served dashboard and a real browser. Skipped, with a line that says so, where no Chrome or Chromium is found."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
START_SECONDS = 60


def browser_path() -> str | None:
    """The system's Chrome or Chromium, or None."""
    return next((found for name in BROWSERS if (found := shutil.which(name)) is not None), None)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if here in Path(str(item.fspath)).parents:
            item.add_marker(pytest.mark.browser)
            if browser_path() is None:
                item.add_marker(pytest.mark.skip(reason="no Chrome or Chromium on this machine: browser tests not run"))


def free_port() -> int:
    """A port on loopback that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass(frozen=True)
class Served:
    """Address of a running dashboard and the folder its store lives in."""

    url: str
    home: Path


def serve(home: Path, log: Path) -> tuple[subprocess.Popen[bytes], str]:
    """Start `tradewake serve` on a free port and wait until it answers."""
    port = free_port()
    environment = os.environ | {"TRADEWAKE_HOME": str(home)}
    with log.open("wb") as file:
        process = subprocess.Popen(
            [sys.executable, "-m", "dashboard.cli", "serve", "--port", str(port)],
            env=environment,
            stdout=file,
            stderr=subprocess.STDOUT,
        )
    url = f"http://127.0.0.1:{port}"
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until:
        if process.poll() is not None:
            raise RuntimeError(f"The dashboard ended at once: {log.read_text()[-2000:]}")
        try:
            with urllib.request.urlopen(f"{url}/_stcore/health", timeout=2) as answer:
                if answer.status == 200:
                    return process, url
        except OSError:
            time.sleep(0.2)
    process.kill()
    raise RuntimeError(f"The dashboard did not answer within {START_SECONDS} s: {log.read_text()[-2000:]}")


@pytest.fixture(scope="session")
def served(tmp_path_factory: pytest.TempPathFactory, store_home: Path) -> Iterator[Served]:
    """One dashboard over a copy of the real store, so that a test may publish into it."""
    home = tmp_path_factory.mktemp("served")
    shutil.copytree(store_home / "store", home / "store")
    process, url = serve(home, home / "serve.log")
    yield Served(url, home)
    process.terminate()
    try:
        process.wait(timeout=15)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """One headless browser for all browser tests."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=browser_path(),
            args=["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
                  "--disable-background-networking", "--disable-component-update", "--disable-sync"],
        )  # fmt: skip
        yield browser
        browser.close()


@dataclass
class Tab:
    """A page, what it asked for outside loopback, and what its console complained of."""

    page: Any
    outside: list[str]
    complaints: list[str]

    def open(self, url: str, chart: str | None = None) -> None:
        """Go to an address and wait until its first figure is painted."""
        self.page.goto(url, wait_until="domcontentloaded")
        self.painted(chart)

    def painted(self, exhibit: str | None = None) -> None:
        """Wait until a figure has its lines, bars or cells on screen."""
        inside = f".st-key-exhibit-{exhibit} " if exhibit else ""
        self.page.wait_for_selector(f"{inside}.js-plotly-plot .trace", timeout=90_000, state="attached")


@pytest.fixture
def tab(chromium: Any) -> Iterator[Tab]:
    """A fresh session in a window of 1280 by 900, light."""
    context = chromium.new_context(viewport={"width": 1280, "height": 900}, accept_downloads=True, color_scheme="light")
    page = context.new_page()
    seen = Tab(page, [], [])
    page.on("request", lambda request: _outside(request.url, seen.outside))
    page.on("console", lambda message: _complaint(message, seen.complaints))
    page.on("pageerror", lambda error: seen.complaints.append(str(error)))
    yield seen
    context.close()


def _complaint(message: Any, found: list[str]) -> None:
    # On a page with a path Streamlit looks for its own settings beside the page first, then at the root.
    if message.type == "error" and "/_stcore/" not in message.location.get("url", ""):
        found.append(message.text)


def _outside(url: str, found: list[str]) -> None:
    if not url.startswith(("http://127.0.0.1", "ws://127.0.0.1", "data:", "blob:", "about:")):
        found.append(url)
