"""A dashboard in a process of its own, and an empty Streamlit page under the same settings."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil

from benchmarks.workplace import ROOT

PATIENCE_SECONDS = 90.0
_EMPTY = "import streamlit as st\n\nst.title('Nothing')\n"
_ONE_LINE = """import plotly.graph_objects as go
import streamlit as st

st.title('One line')
st.plotly_chart(go.Figure({'data': [{'type': 'scatter', 'y': [n % 7 for n in range(400)]}]}), theme=None)
"""


@dataclass(frozen=True)
class Server:
    """A running server: its address on loopback, and its process."""

    port: int
    process: subprocess.Popen[bytes]
    started: float

    @property
    def url(self) -> str:
        """Where a browser goes."""
        return f"http://127.0.0.1:{self.port}"

    def rss_mb(self) -> float:
        """Memory that the server and its children hold, in megabytes."""
        whole = psutil.Process(self.process.pid)
        return float(sum(part.memory_info().rss for part in (whole, *whole.children(recursive=True))) / 1024**2)

    def cpu_seconds(self) -> float:
        """Processor time that the server has used."""
        times = psutil.Process(self.process.pid).cpu_times()
        return float(times.user + times.system)

    def settle(self) -> None:
        """Wait until the server's own warm-up is over: until it has rested for a second."""
        until, rested = time.monotonic() + PATIENCE_SECONDS, 0
        while rested < 4 and time.monotonic() < until:
            before = self.cpu_seconds()
            time.sleep(0.25)
            rested = rested + 1 if self.cpu_seconds() - before <= 0.02 else 0


def free_port() -> int:
    """A port on loopback that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def dashboard(home: Path) -> Iterator[Server]:
    """Serve the store under `home`."""
    port = free_port()
    command = [sys.executable, "-m", "dashboard.cli", "serve", "--port", str(port)]
    with _running(command, port, home) as server:
        yield server


@contextmanager
def empty_page(folder: Path) -> Iterator[Server]:
    """Serve a page with one heading through the same server code and settings."""
    script, port = folder / "empty_page.py", free_port()
    script.write_text(_EMPTY)
    with _running([sys.executable, "-m", "benchmarks.empty_server", str(script), str(port)], port, folder) as server:
        yield server


@contextmanager
def one_line_page(folder: Path) -> Iterator[Server]:
    """Serve a page with one line figure of the dashboard's size, and nothing else."""
    script, port = folder / "one_line_page.py", free_port()
    script.write_text(_ONE_LINE)
    with _running([sys.executable, "-m", "benchmarks.empty_server", str(script), str(port)], port, folder) as server:
        yield server


@contextmanager
def _running(command: list[str], port: int, home: Path) -> Iterator[Server]:
    log = home / f"server-{port}.log"
    with log.open("wb") as said:
        started = time.perf_counter()
        process = subprocess.Popen(
            command, cwd=ROOT, env=os.environ | {"TRADEWAKE_HOME": str(home)}, stdout=said, stderr=subprocess.STDOUT
        )
        server = Server(port, process, started)
        try:
            _wait(server, log)
            yield server
        finally:
            process.terminate()
            try:
                process.wait(timeout=15)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _wait(server: Server, log: Path) -> None:
    until = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < until:
        if server.process.poll() is not None:
            raise RuntimeError(f"The server ended at once: {log.read_text()[-2000:]}")
        try:
            with urllib.request.urlopen(f"{server.url}/_stcore/health", timeout=2) as answer:
                if answer.status == 200:
                    return
        except OSError:
            time.sleep(0.02)
    raise RuntimeError(f"The server did not answer within {PATIENCE_SECONDS:g} s: {log.read_text()[-2000:]}")
