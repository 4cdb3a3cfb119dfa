"""Take the README's pictures: every page, light and dark, from a dashboard served for the purpose.

Run by `make shots`. Needs a Chrome or Chromium on the machine.
"""

from __future__ import annotations

import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

PAGES = {
    "overview": "",
    "iran": "?subject=IRN",
    "trade": "trade?view=against-the-peak",
    "map": "trade?view=map",
    "timing": "timing",
    "effect": "effect?view=test",
    "impact": "impact",
    "chart": "chart?chart=trade_over_time&frequency=S",
    "data": "data",
}
FOLDER = Path(__file__).parent.parent / "docs" / "pictures"
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]


def _serve() -> tuple[subprocess.Popen[bytes], str]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    process = subprocess.Popen(
        [sys.executable, "-m", "dashboard.cli", "serve", "--port", str(port)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    url = f"http://127.0.0.1:{port}"
    for _ in range(150):
        try:
            with urllib.request.urlopen(f"{url}/_stcore/health", timeout=2):
                return process, url
        except OSError:
            time.sleep(0.4)
    process.kill()
    raise SystemExit("The dashboard did not start; run `tradewake serve` to see why.")


def _settled(page: Page) -> None:
    page.wait_for_selector(".js-plotly-plot .main-svg", timeout=45_000, state="attached")
    page.wait_for_function("!document.querySelector('[data-testid=stStatusWidget]')", timeout=45_000)
    page.wait_for_timeout(1500)


def main() -> None:
    """Serve, walk the pages in both themes, write one PNG each."""
    browser_path = next(
        (found for name in ("chromium", "google-chrome", "chrome") if (found := shutil.which(name))), None
    )
    if browser_path is None:
        raise SystemExit("No Chrome or Chromium was found. Install one and run this again.")
    FOLDER.mkdir(parents=True, exist_ok=True)
    process, url = _serve()
    try:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=browser_path, args=FLAGS)
            for scheme in ("light", "dark"):
                context = browser.new_context(viewport={"width": 1280, "height": 1250}, color_scheme=scheme)
                page = context.new_page()
                for name, path in PAGES.items():
                    page.goto(f"{url}/{path}")
                    _settled(page)
                    page.screenshot(path=FOLDER / f"{name}-{scheme}.png")
                    print(f"docs/pictures/{name}-{scheme}.png")
                context.close()
            browser.close()
    finally:
        process.terminate()
        process.wait(timeout=15)


if __name__ == "__main__":
    main()
