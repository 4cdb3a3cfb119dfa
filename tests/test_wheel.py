"""A built wheel does what the checkout does: the shipped figures are inside, and the store goes to the user's folder.

The wheel goes into an environment of its own that borrows this one's dependencies, so that nothing is downloaded.
"""

from __future__ import annotations

import configparser
import http.client
import os
import signal
import socket
import subprocess
import sys
import sysconfig
import time
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from dashboard import serve

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

ROOT = Path(__file__).parent.parent
START_SECONDS = 90


@dataclass(frozen=True)
class Installed:
    command: Path
    python: Path
    home: Path
    empty: Path

    @property
    def environment(self) -> dict[str, str]:
        """Nothing of ours, and a home folder with nothing in it."""
        kept = {
            name: value for name, value in os.environ.items() if not name.startswith(("TRADEWAKE", "PYTHON", "XDG"))
        }
        return kept | {"HOME": str(self.home)}

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [str(self.command), *arguments], cwd=self.empty, env=self.environment, capture_output=True, text=True,
            timeout=300, check=False,
        )  # fmt: skip


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder), str(ROOT)],
        check=True, capture_output=True, timeout=300,
    )  # fmt: skip
    (built,) = folder.glob("tradewake-*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Installed:
    folder = tmp_path_factory.mktemp("installed")
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(folder / "venv")], check=True, timeout=120)
    python = folder / "venv" / "bin" / "python"
    (site,) = (folder / "venv" / "lib").glob("python*/site-packages")
    with zipfile.ZipFile(wheel) as archive:  # what an installer does with a wheel of pure Python, without one
        archive.extractall(site)
    (dist_info,) = site.glob("tradewake-*.dist-info")
    points = configparser.ConfigParser()
    points.read(dist_info / "entry_points.txt", encoding="utf-8")
    module, function = points["console_scripts"]["tradewake"].split(":")
    command = folder / "venv" / "bin" / "tradewake"
    command.write_text(f"#!{python}\nfrom {module} import {function}\n\n{function}()\n", encoding="utf-8")
    command.chmod(0o755)
    borrowed = {sysconfig.get_path("purelib"), sysconfig.get_path("platlib")}
    (site / "borrowed.pth").write_text("\n".join(sorted(borrowed)) + "\n", encoding="utf-8")
    for name in ("home", "empty"):
        (folder / name).mkdir()
    return Installed(command, python, folder / "home", folder / "empty")


def _store_of(installed: Installed) -> Path:
    """The folder of builds in the user's data folder, whatever it is called on this system."""
    (pointer,) = installed.home.rglob("CURRENT")
    return pointer.parent


def test_wheel_holds_the_figures_their_licences_and_what_the_code_reads(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
    shipped = {name.removeprefix("pipelines/shipped/") for name in names if name.startswith("pipelines/shipped/")}
    expected = {
        str(path.relative_to(ROOT / "data"))
        for folder in ("sources", "subjects", "snapshot", "reference", "regimes", "events")
        for path in (ROOT / "data" / folder).rglob("*")
        if path.is_file()
    }
    assert expected <= shipped
    assert {"LICENCES.md", "corrections.toml", "gaps.toml"} <= shipped
    assert {"dashboard/streamlit.toml", "dashboard/app.py", "dashboard/exports/page.js"} <= names
    assert {"dashboard/figures/outlines/world.json", "dashboard/figures/outlines/README.md"} <= names
    pages = ("overview", "trade", "timing", "effect", "impact", "data")
    assert {f"dashboard/app_pages/{page}/page.py" for page in pages} <= names
    assert [name for name in names if name.startswith(("tests/", "data/", "benchmarks/"))] == []


def test_the_wheel_and_not_the_checkout_runs(installed: Installed) -> None:
    code = "import pipelines, dashboard; print(pipelines.__file__, dashboard.__file__)"
    done = subprocess.run(
        [str(installed.python), "-c", code], cwd=installed.empty, env=installed.environment, capture_output=True,
        text=True, check=True,
    )  # fmt: skip
    assert all(str(installed.python.parent.parent) in path for path in done.stdout.split())
    assert installed.run("--version").stdout.startswith("tradewake ")


def test_refresh_and_answer_in_an_empty_folder(installed: Installed) -> None:
    done = installed.run("refresh", "--offline")
    assert done.returncode == 0, done.stderr
    assert "Published" in done.stderr
    store = _store_of(installed)
    assert (store / f"{(store / 'CURRENT').read_text().strip()}.duckdb").is_file()
    assert "tradewake" in str(store.relative_to(installed.home))
    assert list(installed.empty.iterdir()) == []
    answer = installed.run("data", "trade", "--frequency", "A", "--from", "2022", "--to", "2022")
    assert answer.returncode == 0
    assert answer.stdout.splitlines()[1].startswith("2022-01-01,USA,RUS,export,TOTAL,")
    assert installed.run("check").returncode == 0


@pytest.fixture
def port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def served(installed: Installed, port: int, tmp_path: Path) -> Iterator[tuple[subprocess.Popen[bytes], Path]]:
    log = tmp_path / "log"
    with log.open("wb") as file:
        process = subprocess.Popen(
            [str(installed.command), "serve", "--port", str(port)], cwd=installed.empty,
            env=installed.environment | {"HOME": str(tmp_path)}, stdout=file, stderr=subprocess.STDOUT,
        )  # fmt: skip
        yield process, log
        process.kill()
        process.wait()


def _get(port: int, path: str) -> tuple[int, bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", path)
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()


def _wait_for(said: str, log: Path, process: subprocess.Popen[bytes]) -> str:
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until and process.poll() is None:
        text = log.read_text(encoding="utf-8")
        if said in text:
            return text
        time.sleep(0.1)
    raise AssertionError(f"never said {said!r}: {log.read_text(encoding='utf-8')[-2000:]}")


def test_serve_in_an_empty_folder_builds_serves_and_ends_cleanly(
    served: tuple[subprocess.Popen[bytes], Path], port: int, installed: Installed, tmp_path: Path
) -> None:
    process, log = served
    text = _wait_for(f"Tradewake is at http://127.0.0.1:{port}", log, process)
    assert "building one, from the shipped figures" in text
    assert _get(port, "/_stcore/health")[0] == 200
    assert b"<title>" in _get(port, "/")[1]
    serve._visit(f"http://127.0.0.1:{port}", "trade")  # what the warm-up does, and a page runs to its end
    assert len(list(tmp_path.rglob("CURRENT"))) == 1
    assert list(installed.empty.iterdir()) == []
    process.send_signal(signal.SIGINT)
    assert process.wait(timeout=30) == 0
    ended = log.read_text(encoding="utf-8")
    assert "Stopped." in ended
    assert "Traceback" not in ended and "WARNING" not in ended and "not warmed up" not in ended
