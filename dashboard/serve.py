"""Serve the dashboard: Streamlit in this process, on loopback, with the settings that ship, warmed up for the first
visitor. The store is built before (see `dashboard.cli`); nothing here fetches anything.

Streamlit is started the way that it documents, `st.App(script).run(config=…)`. One thing has no documented way: to open
a page without a browser (`_visit`). A Streamlit that knows another one costs the first visitor two seconds.
"""

from __future__ import annotations

import contextlib
import gc
import http.client
import signal
import socket
import sys
import threading
import time
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pipelines import settings
from pipelines.errors import TradewakeError

APP = Path(__file__).parent / "app.py"
PAGES = ("", "trade", "timing", "effect", "impact")
"""Pages that are run once before anybody asks, most looked at first."""

_PATIENCE_SECONDS = 120
_FAREWELL_SECONDS = 5.0
_PAUSE_SECONDS = 5.0
"""Between the first page and the others, so that they do not compete with a visitor who came at once."""


def config() -> dict[str, Any]:
    """Streamlit's options as the checkout's `.streamlit/config.toml` has them, or the wheel's copy of it, by full
    name: {"server.address": "127.0.0.1", "theme.light.primaryColor": …}."""
    root = settings.checkout()
    path = Path(__file__).parent / "streamlit.toml" if root is None else root / ".streamlit" / "config.toml"
    with path.open("rb") as file:
        return _flattened(tomllib.load(file))


def _flattened(table: Mapping[str, Any], above: str = "") -> dict[str, Any]:
    flat: dict[str, Any] = {}
    for name, value in table.items():
        flat |= _flattened(value, f"{above}{name}.") if isinstance(value, dict) else {above + name: value}
    return flat


def check_port(host: str, port: int) -> None:
    """Raises TradewakeError, with a remedy, when nobody can listen there."""
    try:
        family, kind, proto, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind, proto) as probe:
            if sys.platform != "win32":
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except socket.gaierror as error:
        raise TradewakeError(f"{host[:60]!r} is no address of this machine. Leave --host out to serve here.") from error
    except OSError as error:
        other = port + 1 if port < 65535 else 8501
        raise TradewakeError(
            f"Port {port} on {host} cannot be used ({(error.strerror or 'in use').lower()}). "
            f"End what uses it or choose another, for example `tradewake serve --port {other}`."
        ) from error


def address(host: str, port: int) -> str:
    """Where a browser on this machine finds the dashboard."""
    shown = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, f"[{host}]" if ":" in host else host)  # noqa: S104
    return f"http://{shown}:{port}"


def run(host: str, port: int) -> None:
    """Serve until Ctrl+C or a termination signal. Prints the address as soon as the dashboard answers.

    Clicks are quick because uvloop, which Streamlit's server takes where it is installed, sends every piece of an
    answer at once (TCP_NODELAY). Without it (on Windows) one in several pieces waits for the browser's acknowledgement.
    """
    check_port(host, port)
    options = config() | {
        "server.address": host,
        "server.port": port,
        "logger.level": "warning",
        "logger.hideWelcomeMessage": True,
        "server.enableStaticServing": (APP.parent / "static").is_dir(),
    }
    ended = threading.Event()
    greeting = threading.Thread(target=_greet, args=(host, port, ended), name="tradewake-greeting", daemon=True)
    greeting.start()
    # The server ends in order at either signal and then raises it again.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with contextlib.suppress(KeyboardInterrupt):
        _serve(options)
    ended.set()
    greeting.join(_FAREWELL_SECONDS)
    gc.unfreeze()  # or DuckDB's objects outlive the interpreter, and its binding says so in forty lines
    print("Stopped.", file=sys.stderr)


def _serve(options: dict[str, Any]) -> None:
    """Run Streamlit's server to its end. A setting that this Streamlit does not take is left out."""
    import streamlit as st
    from streamlit.errors import StreamlitAPIException

    while True:
        try:
            st.App(APP).run(config=options)
            return
        except StreamlitAPIException as error:  # raised before anything is started
            refused = next((name for name in options if repr(name) in str(error)), None)
            if refused is None:
                raise
            print(f"Note: this Streamlit does not take the setting {refused}; it is left out.", file=sys.stderr)
            del options[refused]


def _greet(host: str, port: int, ended: threading.Event) -> None:
    """Say where the dashboard is once it answers, then run its pages once for the first visitor."""
    where = address(host, port)
    local = where.removeprefix("http://").rsplit(":", 1)[0].strip("[]")
    if not _answers(local, port):
        return
    print(f"Tradewake is at {where}  (Ctrl+C ends it)", file=sys.stderr, flush=True)
    for page in PAGES:
        if ended.wait(_PAUSE_SECONDS if page in PAGES[1:2] else 0):
            return
        try:
            _visit(where, page)
        except Exception as error:  # a warm-up that fails costs the first visitor two seconds, nothing else
            if _healthy(local, port):  # not because we are being stopped
                print(f"Note: the dashboard was not warmed up ({type(error).__name__}).", file=sys.stderr)
            return
    # What is loaded now stays: Python's collector need not walk it again while somebody waits for a page.
    gc.collect()
    gc.freeze()


def _answers(host: str, port: int) -> bool:
    until = time.monotonic() + _PATIENCE_SECONDS
    while time.monotonic() < until:
        if _healthy(host, port):
            return True
        time.sleep(0.05)
    return False


def _healthy(host: str, port: int) -> bool:
    connection = http.client.HTTPConnection(host, port, timeout=5)
    try:
        connection.request("GET", "/_stcore/health")
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def _visit(where: str, page: str) -> None:
    """Open a page as a browser would and wait until it has run, so that its imports and figures are made."""
    from streamlit.proto.BackMsg_pb2 import BackMsg
    from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
    from websockets.sync.client import connect
    from websockets.typing import Subprotocol

    ask = BackMsg()
    ask.rerun_script.page_name = page
    ask.rerun_script.query_string = ""
    stream = where.replace("http://", "ws://") + "/_stcore/stream"
    with connect(stream, subprotocols=[Subprotocol("streamlit")], max_size=None, proxy=None) as line:
        line.send(ask.SerializeToString())
        until = time.monotonic() + _PATIENCE_SECONDS
        while time.monotonic() < until:
            message = line.recv(timeout=until - time.monotonic())
            told = ForwardMsg.FromString(message if isinstance(message, bytes) else message.encode())
            if told.WhichOneof("type") == "script_finished":
                return
