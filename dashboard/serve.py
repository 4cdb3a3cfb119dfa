"""Serve the dashboard: Streamlit in this process, on loopback, with the settings that ship, warmed up for the first
visitor. The store is built before (see `dashboard.cli`); nothing here fetches anything.
"""

from __future__ import annotations

import gc
import http.client
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
PAGES = ("", "trade", "timing", "impact")
"""Pages that are run once before anybody asks, most looked at first."""

_PATIENCE_SECONDS = 120
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
    """Serve until Ctrl+C or a termination signal. Prints the address as soon as the dashboard answers."""
    check_port(host, port)
    options = config() | {
        "server.address": host,
        "server.port": port,
        "logger.level": "warning",
        "logger.hideWelcomeMessage": True,
        "server.enableStaticServing": (APP.parent / "static").is_dir(),
    }
    threading.Thread(target=_greet, args=(host, port), name="tradewake-greeting", daemon=True).start()
    from streamlit.web import bootstrap

    _send_at_once()
    bootstrap.load_config_options(options)
    bootstrap.run(str(APP), False, [], options)
    print("Stopped.", file=sys.stderr)


def _send_at_once() -> None:
    """Turn Nagle's algorithm off, as asyncio would for a socket it had bound itself: with it on, an answer in several
    pieces waits up to 40 ms for the browser's acknowledgement. Connections inherit this from the listening socket."""
    from streamlit.web.server.starlette import starlette_server

    bind = getattr(starlette_server, "_bind_socket", None)
    if bind is None:  # another Streamlit: clicks may take 40 ms longer, nothing else
        return

    def bound(*where: Any, **more: Any) -> socket.socket:
        listening: socket.socket = bind(*where, **more)
        listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return listening

    vars(starlette_server)["_bind_socket"] = bound


def _greet(host: str, port: int) -> None:
    """Say where the dashboard is once it answers, then run its pages once for the first visitor."""
    where = address(host, port)
    local = where.removeprefix("http://").rsplit(":", 1)[0].strip("[]")
    if not _answers(local, port):
        return
    print(f"Tradewake is at {where}  (Ctrl+C ends it)", file=sys.stderr, flush=True)
    for page in PAGES:
        time.sleep(_PAUSE_SECONDS if page == PAGES[1] else 0)
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
