"""A refresh as a process of its own: killed at any point, on a full disk, in a folder that cannot be written."""

from __future__ import annotations

import os
import random
import resource
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

from pipelines import store
from pipelines.errors import TradewakeError
from pipelines.refresh import RefreshReport, locked
from pipelines.settings import Settings
from tests.pipelines import small

KILLS = 20
Publish = Callable[..., RefreshReport]

# Imports everything once and forks a refresh per line it reads, so that a kill lands in the refresh itself. The parent
# never runs a refresh: what threads importing started are idle, and the child starts its own.
SERVER = """
import os, sys
from pipelines import settings
from pipelines.refresh import refresh
from pipelines.sources import SOURCES
loaded = settings.load()
print("ready", flush=True)
for line in sys.stdin:
    child = os.fork()
    if child == 0:
        code = 1
        try:
            refresh(SOURCES, loaded, force=True)
            code = 0
        finally:
            os._exit(code)
    print(child, flush=True)
    print(os.waitpid(child, 0)[1], flush=True)
"""


def environment(settings: Settings) -> dict[str, str]:
    return os.environ | {
        "TRADEWAKE_HOME": str(settings.home),
        "TRADEWAKE_DATA": str(settings.data),
        "POLARS_MAX_THREADS": "2",
    }


class Server:
    """Refreshes in processes of their own."""

    def __init__(self, settings: Settings) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", SERVER],
            env=environment(settings),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        assert self.line() == "ready"

    def line(self) -> str:
        assert self.process.stdout is not None
        return self.process.stdout.readline().strip()

    def begin(self) -> int:
        """Start a refresh; its process id."""
        assert self.process.stdin is not None
        self.process.stdin.write("refresh\n")
        self.process.stdin.flush()
        return int(self.line())

    def end(self) -> int:
        """Wait for it; how it ended: 0 well, 9 killed."""
        return int(self.line())


@pytest.mark.slow
def test_killed_at_any_point_a_refresh_leaves_the_last_good_build(publish: Publish, settings: Settings) -> None:
    """Twenty kills over a whole refresh while a reader asks all the time: no torn build, no error, nothing lost."""
    publish()
    folder = settings.store_dir
    stop = threading.Event()
    problems: list[str] = []
    answers: set[int] = set()

    def read() -> None:
        while not stop.is_set():
            try:
                answers.add(store.current_store(folder).query("SELECT count(*) FROM trade_flow").item())
            except TradewakeError as error:
                problems.append(str(error))
            time.sleep(0.01)

    reader = threading.Thread(target=read)
    server = Server(settings)
    dice = random.Random(20_221_122)
    ends = []
    reader.start()
    try:
        began = time.perf_counter()
        server.begin()
        assert server.end() == 0
        length = time.perf_counter() - began
        for number in range(KILLS):
            refreshing = server.begin()
            time.sleep(length * (number + dice.random()) / KILLS)
            # It may have ended just before; then this kill hits a process that only waits to be counted.
            with suppress(ProcessLookupError):
                os.kill(refreshing, signal.SIGKILL)
            ends.append(server.end())
            good = store.open_build(folder / f"{store.published_id(folder)}.duckdb")
            assert good.query("SELECT count(*) FROM trade_flow").item() == 265
    finally:
        stop.set()
        reader.join()
        server.process.kill()
        server.process.communicate()
    assert len(ends) == KILLS
    assert ends.count(signal.SIGKILL) >= KILLS / 2
    assert problems == []
    assert answers == {265}
    assert publish(force=True).outcome == "published"
    assert not list(folder.glob(".building-*"))
    assert {path.stem for path in folder.glob("20*.json")} == {path.stem for path in folder.glob("20*.duckdb")}


def command(settings: Settings, *arguments: str, limit: int | None = None) -> subprocess.CompletedProcess[str]:
    def full_disk() -> None:
        if limit is not None:
            resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))

    return subprocess.run(
        [sys.executable, "-m", "pipelines", *arguments],
        env=environment(settings),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        preexec_fn=full_disk,
    )


def test_a_full_disk_publishes_nothing_and_says_so(publish: Publish, settings: Settings) -> None:
    first = publish()
    done = command(settings, "refresh", "--force", limit=300_000)
    assert done.returncode == 1, done.stderr
    assert "could not be written" in done.stderr
    assert "Traceback" not in done.stderr
    assert store.published_id(settings.store_dir) == first.build_id
    assert not list(settings.store_dir.glob(".building-*"))


def test_a_folder_that_cannot_be_written_says_so(settings: Settings) -> None:
    done = command(settings.model_copy(update={"home": Path("/proc/tradewake")}), "refresh", "--offline")
    assert done.returncode == 1
    assert "cannot be written" in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_of_two_refreshes_at_once_one_publishes_and_one_is_told(settings: Settings) -> None:
    with locked(settings.store_dir):
        told = command(settings, "refresh", "--offline")
    assert told.returncode == 5
    assert told.stderr.startswith("Another refresh is running")
    done = command(settings, "refresh", "--offline")
    assert done.returncode == 0, done.stderr
    assert store.current_store(settings.store_dir).query("SELECT count(*) FROM area").item() == 6


def test_bad_input_ends_with_one_sentence_and_its_code(publish: Publish, settings: Settings, shipped: Path) -> None:
    publish()
    small.edit(shipped, "regimes/RUS-US.toml", "instrument = ", "instrumnt = ")
    done = command(settings, "refresh", "--offline")
    assert done.returncode == 3
    assert "regimes/RUS-US.toml, measure 'us-rus-first': the field instrument is missing." in done.stderr
    assert "Traceback" not in done.stderr
