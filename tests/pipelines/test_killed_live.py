"""A hundred kills −9 over whole live refreshes: fetching, reading, building, publishing; readers ask all the while.

Two sources in miniature answer from a server on this machine, slowly enough that kills land in the fetch, and every
reply is news: all of its figures carry one mark, and the mark grows with every reply. So a build that mixes two
replies, a torn one, or an answer that changes within one build shows.
"""

from __future__ import annotations

import hashlib
import itertools
import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from pipelines import store as stores
from pipelines.errors import TradewakeError
from pipelines.refresh import RefreshReport
from pipelines.settings import Settings
from tests.pipelines.replay import Replay, Reply, serving
from tests.pipelines.test_killed import environment
from tests.pipelines.toy import year

KILLS = 100
MOST_TRIES = 400
WHOLE_EVERY = 10
"""After so many kills one refresh is let through to its end."""

ROOT = Path(__file__).parents[2]
Publish = Callable[..., RefreshReport]

# As in test_killed: everything is imported once, and each refresh is a fork of its own.
SERVER = """
import os, sys
import httpx, stamina.instrumentation, aiolimiter
from pipelines import settings
from pipelines.refresh import refresh
from tests.pipelines.test_killed_live import sources
loaded = settings.load()
print("ready", flush=True)
for line in sys.stdin:
    child = os.fork()
    if child == 0:
        code = 1
        try:
            code = refresh(sources(sys.argv[1]), loaded, offline=False).exit_code
        finally:
            os._exit(code)
    print(child, flush=True)
    print(os.waitpid(child, 0)[1], flush=True)
"""

READER = """
import json, sys, threading
from pathlib import Path
from tests.pipelines.test_killed_live import Reader
reader = Reader(Path(sys.argv[1]))
thread = threading.Thread(target=reader.run)
thread.start()
print("ready", flush=True)
sys.stdin.read()
reader.stop.set()
thread.join()
print(json.dumps({"asked": reader.asked, "builds": len(reader.answers), "problems": reader.problems}), flush=True)
"""


def sources(url: str) -> tuple[object, ...]:
    """The shipped figures, exports by one live source and imports by another."""
    import polars as pl

    from pipelines.raw import Payload
    from pipelines.sources import SOURCES, Frames
    from tests.pipelines.toy import Toy

    class Imports(Toy):
        name = "imports"

        def parse(self, payloads: list[Payload]) -> Frames:
            frames = super().parse(payloads)
            trade = frames["trade_flow"].with_columns(flow=pl.lit("import"), valuation=pl.lit("customs_value"))
            return {**frames, "trade_flow": trade}

    shipped = tuple(source for source in SOURCES if source.complete)
    return (*shipped, Toy(f"{url}/exports"), Imports(f"{url}/imports"))


class Reader:
    """Asks the published build again and again, and remembers what each build answered."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.stop = threading.Event()
        self.answers: dict[str, list[tuple[str, int, int]]] = {}
        self.problems: list[str] = []
        self.asked = 0

    def run(self) -> None:
        """Until it is told to stop."""
        while not self.stop.is_set():
            try:
                self.ask()
            except TradewakeError as error:
                self.problems.append(str(error))
            time.sleep(0.03)

    def ask(self) -> None:
        """The newest year by flow: how many marks it carries, and which; 24 figures with one mark each."""
        store = stores.current_store(self.folder)
        mark = "value_usd - month(period) - CASE partner WHEN 'CAN' THEN 3000 ELSE 1000 END"
        newest = "known_to IS NULL AND period >= DATE '2025-01-01' AND partner IN ('CAN', 'RUS')"
        found = store.query(
            f"SELECT flow, count(DISTINCT {mark}) AS marks, count(*) AS rows, max({mark})::INT AS mark "
            f"FROM trade_flow WHERE {newest} GROUP BY flow ORDER BY flow"
        ).rows()
        again = store.query(f"SELECT count(*), sum(value_usd) FROM trade_flow WHERE {newest}").row(0)
        whole = sum(24 * mark + 24 * 2000 + 2 * 78 for _, _, _, mark in found)
        if any(row[1:3] != (1, 24) for row in found) or again != (24 * len(found), whole or None):
            self.problems.append(f"{store.build_id} is mixed: {found}, {again}")
        answer = [tuple(row) for row in found]
        if self.answers.setdefault(store.build_id, answer) != answer:
            self.problems.append(f"{store.build_id} answered {answer} after {self.answers[store.build_id]}")
        self.asked += 1


@pytest.fixture
def server() -> Iterator[Replay]:
    """Every reply is news, and comes in two pieces."""
    marks = itertools.count(1)

    def answer(path: str, query: dict[str, list[str]], question: str) -> Reply:
        del query, question
        number, mark = int(path.rpartition("/")[2]), next(marks)
        cells = [f"{partner} {number}-{month:02d}" for partner in ("CAN", "RUS") for month in range(1, 13)]
        base = {"CAN": 3000, "RUS": 1000}
        figures = {cell: base[cell[:3]] + int(cell[-2:]) + mark for cell in cells}
        return Reply(year(number, change=figures), stalls_seconds=0.03)

    with serving() as replay:
        replay.otherwise = answer
        yield replay


class Refreshes:
    """Refreshes in processes of their own, one at a time."""

    def __init__(self, settings: Settings, url: str) -> None:
        self.process = _python(SERVER, url, env=environment(settings) | {"TRADEWAKE_OFFLINE": "0"})

    def begin(self) -> int:
        """Start one; its process id."""
        assert self.process.stdin is not None
        self.process.stdin.write("refresh\n")
        self.process.stdin.flush()
        return int(_line(self.process))

    def end(self) -> int:
        """Wait for it; how it ended."""
        return int(_line(self.process))


def _python(script: str, *arguments: str, env: dict[str, str]) -> subprocess.Popen[str]:
    process = subprocess.Popen(
        [sys.executable, "-c", script, *arguments],
        env=env,
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert _line(process) == "ready"
    return process


def _line(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


@contextmanager
def reading(settings: Settings) -> Iterator[dict[str, object]]:
    """A reader in a process of its own; what it met is there afterwards."""
    process = _python(READER, str(settings.store_dir), env=environment(settings) | {"TRADEWAKE_OFFLINE": "0"})
    met: dict[str, object] = {}
    try:
        yield met
        out, _ = process.communicate(timeout=60)
        met.update(json.loads(out.splitlines()[-1]))
    finally:
        process.kill()
        process.communicate()


def problems_of_raw(settings: Settings) -> list[str]:
    """Blobs that are not what their name says, and what a killed process left lying about."""
    files = [path for path in settings.raw_dir.rglob("*") if path.is_file()]
    found = [f"{path} was left" for path in files if path.name.startswith(".") or path.name == "underway.jsonl"]
    for path in files:
        if path.is_relative_to(settings.raw_dir / "blobs") and not path.name.startswith("."):
            if hashlib.sha256(path.read_bytes()).hexdigest() != path.name:
                found.append(f"{path} is torn")
        elif path.suffix == ".json":
            items = json.loads(path.read_text(encoding="utf-8"))["items"]
            blobs = [settings.raw_dir / "blobs" / item["sha256"][:2] / item["sha256"] for item in items]
            found += [f"{path} names {blob.name}, which is gone" for blob in blobs if not blob.is_file()]
    return found


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_a_hundred_kills_over_live_refreshes_leave_whole_builds_and_a_whole_raw_cache(
    publish: Publish, settings: Settings, server: Replay
) -> None:
    publish()
    folder = settings.store_dir
    dice = random.Random(20_221_122)
    refreshes = Refreshes(settings, server.url)
    ends: list[int] = []
    reader = Reader(folder)
    thread = threading.Thread(target=reader.run)
    thread.start()
    try:
        with reading(settings) as met:
            length = 0.0
            for _ in range(2):  # The first asks for more.
                began = time.perf_counter()
                refreshes.begin()
                assert refreshes.end() == 0
                length = time.perf_counter() - began
            for number in range(MOST_TRIES):
                if ends.count(signal.SIGKILL) >= KILLS:
                    break
                began = time.perf_counter()
                refreshing = refreshes.begin()
                time.sleep(length * (number % 20 + dice.random()) / 20)
                # It may have ended just before; then this kill hits a process that only waits to be counted.
                with suppress(ProcessLookupError):
                    os.kill(refreshing, signal.SIGKILL)
                ends.append(refreshes.end())
                if ends[-1] == 0:
                    # It was faster than the first ones, which ran on a busier machine.
                    length = min(length, (time.perf_counter() - began) * 0.9)
                stores.open_build(folder / f"{stores.published_id(folder)}.duckdb").query("SELECT 1 FROM trade_flow")
                if number % WHOLE_EVERY == WHOLE_EVERY - 1:
                    before = stores.published_id(folder)
                    refreshes.begin()
                    assert refreshes.end() == 0
                    assert stores.published_id(folder) != before, "every refresh has news"
                    assert problems_of_raw(settings) == []
    finally:
        reader.stop.set()
        thread.join()
        refreshes.process.kill()
        refreshes.process.communicate()
    assert set(ends) <= {0, signal.SIGKILL}
    assert ends.count(signal.SIGKILL) == KILLS
    assert reader.problems == []
    assert met["problems"] == []
    assert min(len(reader.answers), int(str(met["builds"]))) >= KILLS // WHOLE_EVERY
    assert not list(folder.glob(".building-*"))
    assert {path.stem for path in folder.glob("20*.json")} == {path.stem for path in folder.glob("20*.duckdb")}
