"""Section refresh_noop: a refresh that finds nothing new, from the start of the process to its end.

All sources answer from a server on this machine as the tests have it (`tests.pipelines.replayed`), first with whole
replies and then with 304 to the conditional questions. The pace of the sources is taken out of the timed runs and
stands in a row of its own: it is theirs, not ours, and no machine makes it shorter.
"""

from __future__ import annotations

import hashlib
import os
import resource
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from benchmarks.report import Table, middle
from benchmarks.workplace import ROOT, Workplace
from pipelines import store as stores
from pipelines.sources import SOURCES
from tests.pipelines.replay import Replay, Reply
from tests.pipelines.replayed import KEYS, SINCE, addresses, all_sources

AIM_SECONDS = 2.0

_COMMAND = """
from pipelines.cli import app, run
from dataclasses import replace
from pipelines.sources import SOURCES
for source in SOURCES:
    source.limits = replace(source.limits, pace_seconds=0.0)
    source.expected_rows = {}
run(app, name="tradewake")
"""
_PACKAGES = "import dataframely, duckdb, polars, pydantic_settings, typer"
_ASKING = f"{_PACKAGES}, aiolimiter, httpx, stamina"


def measure(place: Workplace) -> list[Table]:
    """Nothing at all, the packages alone, a refresh from the raw cache alone, and one that asks every source."""
    home = place.home("noop")
    store = stores.current_store(place.built() / "store")
    with all_sources(store) as server:
        environment = _environment(home, server)
        first = _run(["-c", _COMMAND, "refresh", "--since", SINCE], environment)
        asked = _asked(server)
        _run(["-c", _COMMAND, "refresh", "--since", SINCE], environment)
        plain = {name: [] for name in _TASKS}  # type: dict[str, list[tuple[float, float]]]
        for _ in range(place.repeat):
            for name, arguments in _TASKS.items():
                plain[name].append(_run(arguments, environment))
        _with_etags(server)
        # The first of these takes the marks in, as ordinary replies.
        tagged = [_run(_TASKS[_ONLINE], environment) for _ in range(place.repeat + 1)][1:]
    floor = middle([seconds for seconds, _ in plain[_FLOOR]])
    rows: list[list[Any]] = [_row(name, runs, floor) for name, runs in [*plain.items(), (_TAGGED, tagged)]]
    pace = {name: count * _pace(name) for name, count in asked.items()}
    slowest = max(pace, key=lambda name: pace[name])
    rows.append([f"pace alone: {slowest}, {asked[slowest]} requests", pace[slowest], None, None])
    return [
        Table(
            f"A refresh with nothing new: {sum(asked.values())} requests to {len(asked)} sources, process start to end",
            ["", "seconds", "CPU seconds", "× packages"],
            rows,
            f"Median of {place.repeat}, by turns. The first refresh, with all to build, took {first[0]:.1f} s. "
            f"Aim: under {AIM_SECONDS:g} s for ours; the pace of the sources comes on top. Slowest by pace: "
            + ", ".join(f"{name} {pace[name]:.0f} s" for name in sorted(pace, key=lambda name: -pace[name])[:4])
            + ".",
            {"aim_seconds": AIM_SECONDS},
        )
    ]


_FLOOR = "the packages, imported"
_ONLINE = "tradewake refresh, equal bytes"
_TAGGED = "tradewake refresh, 304"
_TASKS: Mapping[str, Sequence[str]] = {
    "python -c pass": ["-c", "pass"],
    _FLOOR: ["-c", _PACKAGES],
    "the packages that ask, imported": ["-c", _ASKING],
    "tradewake refresh --offline": ["-c", _COMMAND, "refresh", "--offline"],
    _ONLINE: ["-c", _COMMAND, "refresh", "--since", SINCE],
}


def _row(name: str, runs: Sequence[tuple[float, float]], floor: float) -> list[Any]:
    seconds, cpu = middle([run[0] for run in runs]), middle([run[1] for run in runs])
    return [name, seconds, cpu, seconds / floor]


def _run(arguments: Sequence[str], environment: Mapping[str, str]) -> tuple[float, float]:
    """Seconds and processor seconds of one process."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    start = time.perf_counter()
    done = subprocess.run(
        [sys.executable, *arguments], cwd=ROOT, env=dict(environment), capture_output=True, text=True, check=False
    )
    seconds = time.perf_counter() - start
    if done.returncode != 0:
        raise RuntimeError(f"{' '.join(arguments)[-60:]} failed: {done.stderr[-1000:]}")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return seconds, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def _environment(home: Path, server: Replay) -> dict[str, str]:
    own = {f"TRADEWAKE_{name.upper()}_URL": address for name, address in addresses(server).items()}
    return dict(os.environ) | own | KEYS | {"TRADEWAKE_HOME": str(home), "TRADEWAKE_RETRY_SECONDS": "0.01"}


def _asked(server: Replay) -> dict[str, int]:
    """Requests by source of one refresh."""
    found: dict[str, int] = {}
    for path in server.paths():
        source = path.split("/")[1]
        found[source] = found.get(source, 0) + 1
    return found


def _pace(name: str) -> float:
    return next(source.limits.pace_seconds for source in SOURCES if source.name == name)


def _with_etags(server: Replay) -> None:
    """From now on every reply carries a mark of its bytes, so that the server can say that nothing changed."""
    plain = server.otherwise

    def answer(path: str, query: dict[str, list[str]], question: str) -> Reply:
        reply = plain(path, query, question)
        tag = f'"{hashlib.sha256(reply.body).hexdigest()}"'
        return replace(reply, headers={**reply.headers, "ETag": tag}) if reply.status == 200 else reply

    server.otherwise = answer
