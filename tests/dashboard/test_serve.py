"""How the dashboard is served: settings, port, address; start and end; and with a Streamlit that lacks something."""

from __future__ import annotations

import asyncio
import gc
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import pytest
import streamlit as st
import uvicorn
from streamlit.errors import StreamlitAPIException

from dashboard import serve
from pipelines import settings
from pipelines.cli import run
from pipelines.errors import TradewakeError


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def test_settings_are_those_of_the_checkout() -> None:
    options = serve.config()
    assert options["server.address"] == "127.0.0.1"
    assert options["browser.gatherUsageStats"] is False
    assert options["runner.postScriptGC"] is False
    assert options["theme.light.primaryColor"] == "#0B5394"


def test_streamlit_knows_every_setting() -> None:
    from streamlit import config

    config.get_config_options()
    assert [name for name in serve.config() if name not in config._config_options_template] == []


def test_a_wheel_brings_its_own_settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "streamlit.toml").write_text('[server]\naddress = "127.0.0.9"\n', encoding="utf-8")
    monkeypatch.setattr(settings, "checkout", lambda: None)
    monkeypatch.setattr(serve, "__file__", str(tmp_path / "serve.py"))
    assert serve.config() == {"server.address": "127.0.0.9"}


def test_a_busy_port_is_named_before_anything_is_built(
    capfd: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from dashboard import cli

    monkeypatch.setenv("TRADEWAKE_HOME", str(tmp_path))
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        held.listen()
        port = held.getsockname()[1]
        with pytest.raises(SystemExit) as left:
            run(cli.app, ["serve", "--port", str(port)])
    assert left.value.code == 1
    said = capfd.readouterr().err
    assert f"Port {port} on 127.0.0.1 cannot be used (address already in use)" in said
    assert f"--port {port + 1}" in said
    assert list(tmp_path.iterdir()) == []


def test_an_address_of_another_machine_is_refused() -> None:
    with pytest.raises(TradewakeError, match=r"Port 8501 on 192\.0\.2\.1 cannot be used"):
        serve.check_port("192.0.2.1", 8501)


@pytest.mark.parametrize(
    ("host", "expected"),
    [("127.0.0.1", "http://127.0.0.1:80"), ("0.0.0.0", "http://127.0.0.1:80"), ("::", "http://[::1]:80"),
     ("::1", "http://[::1]:80"), ("localhost", "http://localhost:80")],
)  # fmt: skip
def test_addresses(host: str, expected: str) -> None:
    assert serve.address(host, 80) == expected


@pytest.mark.parametrize("refused", ["runner.gone", "server.cookieSecret"])
def test_a_setting_that_streamlit_does_not_take_is_named_and_left_out(
    refused: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    started: list[dict[str, Any]] = []

    class Checked(st.App):
        """Refuses as Streamlit does, and does not start."""

        def run(self, *, config: Any = None) -> None:
            if refused in config:
                super().run(config=config)
            started.append(dict(config))

    monkeypatch.setattr(st, "App", Checked)
    serve._serve({"server.port": 8501, refused: "x"})
    assert started == [{"server.port": 8501}]
    assert capsys.readouterr().err == f"Note: this Streamlit does not take the setting {refused}; it is left out.\n"


def test_another_refusal_of_streamlit_is_not_hidden(monkeypatch: pytest.MonkeyPatch) -> None:
    class Busy(st.App):
        def run(self, *, config: Any = None) -> None:
            raise StreamlitAPIException("A Streamlit server is already running.")

    monkeypatch.setattr(st, "App", Busy)
    with pytest.raises(StreamlitAPIException, match="already running"):
        serve._serve({"server.port": 8501})


@pytest.mark.parametrize("gone", ["streamlit.proto.BackMsg_pb2", "streamlit.proto.ForwardMsg_pb2", "streamlit.proto"])
def test_a_streamlit_with_other_messages_costs_the_warm_up_alone(
    gone: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in [name for name in sys.modules if name == gone or name.startswith(f"{gone}.")] or [gone]:
        monkeypatch.setitem(sys.modules, name, None)  # an import of it fails from now on
    monkeypatch.setattr(serve, "_healthy", lambda *_: True)
    serve._greet("127.0.0.1", 8501, threading.Event())
    said = capsys.readouterr().err.splitlines()
    assert said[0] == "Tradewake is at http://127.0.0.1:8501  (Ctrl+C ends it)"
    assert said[1:] == ["Note: the dashboard was not warmed up (ModuleNotFoundError)."]


def test_nothing_is_warmed_up_once_the_server_has_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    ended, visited = threading.Event(), []
    monkeypatch.setattr(serve, "_healthy", lambda *_: True)
    monkeypatch.setattr(serve, "_visit", lambda _, page: (visited.append(page), ended.set()))
    serve._greet("127.0.0.1", 8501, ended)
    assert visited == [serve.PAGES[0]]


@pytest.mark.skipif(sys.platform == "win32", reason="uvloop does not run on Windows")
def test_the_server_sends_each_piece_of_an_answer_at_once() -> None:
    """What `run` says of uvloop: on the loop that the server takes, connections have Nagle's algorithm off."""
    found: list[int] = []

    class Looked(asyncio.Protocol):
        def connection_made(self, transport: asyncio.BaseTransport) -> None:
            accepted = transport.get_extra_info("socket")
            found.append(accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY))
            transport.close()  # type: ignore[attr-defined]

    async def once() -> None:
        bound = socket.socket()  # as Streamlit binds it
        bound.bind(("127.0.0.1", 0))
        bound.listen()
        server = await asyncio.get_running_loop().create_server(Looked, sock=bound)
        reader, writer = await asyncio.open_connection(*bound.getsockname())
        await reader.read()
        writer.close()
        server.close()

    with asyncio.Runner(loop_factory=uvicorn.Config("none").get_loop_factory()) as runner:
        runner.run(once())
    assert found == [1]


def test_what_was_frozen_for_speed_is_let_go_at_the_end(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(serve, "_serve", lambda _: gc.freeze())
    monkeypatch.setattr(serve, "_greet", lambda *_: None)
    before = signal.getsignal(signal.SIGTERM)
    try:
        serve.run("127.0.0.1", _free_port())
    finally:
        signal.signal(signal.SIGTERM, before)
    assert gc.get_freeze_count() == 0
    assert capsys.readouterr().err == "Stopped.\n"


@pytest.mark.slow
@pytest.mark.parametrize("word", [signal.SIGINT, signal.SIGTERM], ids=lambda word: word.name)
def test_it_says_where_it_is_and_ends_in_order(word: signal.Signals, store_home: Path, tmp_path: Path) -> None:
    port, log = _free_port(), tmp_path / "log"
    with log.open("wb") as file:
        process = subprocess.Popen(
            [sys.executable, "-m", "dashboard.cli", "serve", "--port", str(port)],
            env=os.environ | {"TRADEWAKE_HOME": str(store_home)},
            stdout=file,
            stderr=file,
        )
    until = time.monotonic() + 60
    try:
        while time.monotonic() < until and b"Tradewake is at" not in log.read_bytes():
            time.sleep(0.1)
        serve._visit(f"http://127.0.0.1:{port}", "data")
        process.send_signal(word)
        assert process.wait(30) == 0
    finally:
        process.kill()
    said = log.read_text(encoding="utf-8").splitlines()
    assert said[0] == f"Tradewake is at http://127.0.0.1:{port}  (Ctrl+C ends it)"
    assert "Stopped." in said
    assert [line for line in said if "config option" in line or line.startswith("INFO")] == []
