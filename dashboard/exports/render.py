"""Pictures of an exhibit: PNG, SVG and PDF, drawn by a Chrome or Chromium on this machine from the screen's figure.

One browser is kept for the life of the process (the first picture pays for its start). It is given plotly.js and the
typeface from the installed packages and can reach nothing outside: the page forbids it and so does the browser.
"""

from __future__ import annotations

import asyncio
import atexit
import os
import shutil
import struct
import sys
import threading
import zlib
from concurrent.futures import Future
from concurrent.futures import TimeoutError as LateError
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from dashboard.exports.errors import ExportError
from dashboard.exports.template import notes, passport_line, print_figure
from dashboard.exports.text import clean, without_controls
from dashboard.exports.typeface import font_face

if TYPE_CHECKING:
    from kaleido import Kaleido

    from dashboard.exhibits.base import Exhibit

ImageFormat = Literal["png", "svg", "pdf"]
NO_BROWSER = (
    "No Chrome or Chromium was found, and PNG, SVG and PDF need one: install it or name it in BROWSER_PATH. "
    "HTML, CSV, XLSX and JSON need none; nor does the camera button of the chart in your own browser (PNG)."
)
START_SECONDS, PICTURE_SECONDS = 45, 60
_NAMES = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "chrome",
    "microsoft-edge",
    "msedge",
    "brave-browser",
)
_MAC = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
)
_BEGINS: dict[ImageFormat, bytes] = {"png": b"\x89PNG\r\n\x1a\n", "svg": b"<svg", "pdf": b"%PDF-"}
_PROXY_TO_NOWHERE = "127.0.0.1:9"


def browser() -> str | None:
    """The Chrome or Chromium that draws pictures: BROWSER_PATH, else the first on PATH; None when there is none."""
    named = os.environ.get("BROWSER_PATH")
    if named:
        return named if os.access(named, os.X_OK) else None
    for name in _NAMES:
        found = shutil.which(name)
        if found is not None:
            return found
    return next((path for path in _MAC if sys.platform == "darwin" and os.access(path, os.X_OK)), None)


def to_png(exhibit: Exhibit, size: str = "slide") -> bytes:
    """A PNG at twice the size's pixels, with title, description and source in its own text fields.

    Raises:
        ExportError: there is no browser, or it failed; the sentence says what works without one.
    """
    data = picture(exhibit, "png", size, scale=2)
    about = {
        "Title": exhibit.title,
        "Description": exhibit.alt,
        "Source": passport_line(exhibit.passport),
        "Comment": notes(exhibit),
        "Software": "Tradewake",
    }
    chunks = b"".join(_text_chunk(key, clean(value)) for key, value in about.items())
    head = 8 + 25  # signature and IHDR; text may stand anywhere after them
    return data[:head] + chunks + data[head:]


def to_svg(exhibit: Exhibit, size: str = "slide") -> bytes:
    """An SVG with the typeface inside, its title and description for screen readers, and text that stays text.

    Raises:
        ExportError: as `to_png`.
    """
    return without_controls(picture(exhibit, "svg", size).decode("utf-8")).encode("utf-8")


def to_pdf(exhibit: Exhibit, size: str = "slide") -> bytes:
    """A PDF of one page in the size's shape; text can be searched and copied.

    Raises:
        ExportError: as `to_png`.
    """
    return picture(exhibit, "pdf", size)


def _text_chunk(key: str, value: str) -> bytes:
    body = b"iTXt" + key.encode("latin-1") + b"\0\0\0\0\0" + value.encode("utf-8")
    return struct.pack(">I", len(body) - 4) + body + struct.pack(">I", zlib.crc32(body))


def picture(exhibit: Exhibit, kind: ImageFormat, size: str, *, scale: int = 1) -> bytes:
    """The bytes of a picture as the browser made them, checked to be what was asked for."""
    if browser() is None:
        raise ExportError(NO_BROWSER)
    figure = print_figure(exhibit, size)
    told = figure.layout.meta["print"]
    options = {"format": kind, "width": told["width"], "height": told["height"], "scale": scale}
    spec = figure.to_dict()
    for attempt in (1, 2):
        worker = _running()
        try:
            data = worker.draw(spec, options)
        except ExportError:
            raise
        except Exception as error:  # the browser may have been killed under us: one more try with a new one
            _drop(worker)
            if attempt == 2:
                raise ExportError(
                    f"The browser could not draw {exhibit.id} ({_first_line(error)}). "
                    "HTML, CSV, XLSX and JSON need no browser; `tradewake doctor` says which one is used."
                ) from error
            continue
        if not data.startswith(_BEGINS[kind]) or len(data) < 500:
            raise ExportError(f"The browser drew nothing that is a {kind.upper()} for {exhibit.id}.")
        return data
    raise AssertionError("unreachable")


def _first_line(error: BaseException) -> str:
    return (str(error).strip() or type(error).__name__).split("\n", 1)[0].rstrip(".")[:200]


class _Page:
    """The page that kaleido opens: plotly.js and kaleido's own script from disk, our fitting script, the typeface."""

    def generate_index(self) -> str:
        import kaleido
        import plotly

        library = (Path(plotly.__file__).parent / "package_data" / "plotly.min.js").as_uri()
        scopes = (Path(kaleido.__file__).parent / "vendor" / "kaleido_scopes.js").as_uri()
        ours = (Path(__file__).parent / "page.js").as_uri()
        return (
            '<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" '
            "content=\"default-src 'none'; script-src file:; style-src 'unsafe-inline'; font-src data:; "
            'img-src data: blob:"><title>Tradewake</title>'
            f'<style id="head-style"></style><style id="face">{font_face()}</style>'
            f'<script src="{library}" charset="utf-8"></script></head>'
            '<body style="margin:0;padding:0"><img id="kaleido-image" alt="">'
            f'<script src="{ours}" charset="utf-8"></script><script src="{scopes}"></script></body></html>'
        )


class _Worker:
    """A browser with one tab in a thread of its own. Any thread may ask it; pictures are drawn one after another."""

    def __init__(self) -> None:
        self._loop: asyncio.AbstractEventLoop | None = None
        self._kaleido: Kaleido | None = None
        self._stop: asyncio.Event | None = None
        self._started: Future[None] = Future()
        self._thread = threading.Thread(target=self._live, name="tradewake-pictures", daemon=True)
        self._thread.start()

    def draw(self, spec: dict[str, Any], options: dict[str, Any]) -> bytes:
        """One picture.

        Raises:
            Exception: whatever the browser said; the caller words it.
        """
        self._started.result(START_SECONDS)
        assert self._loop is not None and self._kaleido is not None
        job = asyncio.run_coroutine_threadsafe(self._kaleido.calc_fig(spec, options), self._loop)
        try:
            return bytes(job.result(PICTURE_SECONDS))
        except LateError as error:
            job.cancel()
            raise RuntimeError(f"no picture within {PICTURE_SECONDS} seconds") from error

    def close(self) -> None:
        """Stops the browser; waits a little for it to go."""
        if self._loop is not None and self._stop is not None and self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join(10)

    @property
    def alive(self) -> bool:
        """False once the browser has gone or could not start."""
        return self._thread.is_alive()

    def _live(self) -> None:
        try:
            asyncio.run(self._serve())
        except Exception as error:
            if not self._started.done():
                self._started.set_exception(error)

    async def _serve(self) -> None:
        from kaleido import Kaleido

        self._loop, self._stop = asyncio.get_running_loop(), asyncio.Event()
        kaleido = Kaleido(
            path=browser(), page_generator=_Page(), timeout=PICTURE_SECONDS, proxy_server=_PROXY_TO_NOWHERE
        )
        try:
            await asyncio.wait_for(kaleido.open(), START_SECONDS - 5)
            self._kaleido = kaleido
            self._started.set_result(None)
            await self._stop.wait()
        finally:
            await kaleido.close()


_worker: _Worker | None = None
_lock = threading.Lock()


def _running() -> _Worker:
    global _worker
    with _lock:
        if _worker is None or not _worker.alive:
            if _worker is None:
                atexit.register(close)
            _worker = _Worker()
        return _worker


def _drop(worker: _Worker) -> None:
    global _worker
    with _lock:
        if _worker is worker:
            _worker = None
    worker.close()


def prepare() -> None:
    """Starts the browser without waiting for it, where somebody is about to ask for a picture."""
    if browser() is not None:
        _running()


def close() -> None:
    """Stops the browser, if one runs. The next picture starts a new one."""
    if _worker is not None:
        _drop(_worker)
