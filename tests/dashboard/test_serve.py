"""Before Streamlit starts: its settings, the port, the address."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from dashboard import serve
from pipelines import settings
from pipelines.cli import run
from pipelines.errors import TradewakeError


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
