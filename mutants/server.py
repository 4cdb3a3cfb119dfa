"""A process that has the libraries loaded and forks for every run of tests: `python -m mutants.server` in a copy.

Half of a run on small tests is the loading of polars, duckdb, hypothesis and pytest. Nothing of the project is loaded
before the fork, so a mutant is read as it stands. One request a line: tests and whether byte code may be written; one
answer a line: how pytest ended (None: not in time), seconds, and what it printed at the end.
"""

from __future__ import annotations

import contextlib
import importlib
import json
import os
import signal
import sys
import tempfile
import time
import traceback
from collections.abc import Sequence

import pytest

LIBRARIES = (
    "numpy", "polars", "pyarrow", "duckdb", "dataframely", "pydantic", "pydantic_settings", "hypothesis",
    "hypothesis.strategies", "lxml.etree", "orjson", "httpx", "stamina", "plotly.graph_objects", "rich", "typer",
)  # fmt: skip
FLAGS = (
    "-x", "-q", "--no-header", "--tb=line", "-p", "mutants.quick_first", "-p", "no:xdist", "--hypothesis-profile=ci",
    "-o", "timeout=0", "-W", "ignore:Module already imported:pytest.PytestAssertRewriteWarning",
)  # fmt: skip
SHOWN = 4_000


def main() -> None:
    """Answer requests until there are none."""
    sys.modules["sqlalchemy"] = None  # type: ignore[assignment]  # Cosmic Ray brings it, and dataframely would load it
    for name in LIBRARIES:
        with contextlib.suppress(ImportError):
            importlib.import_module(name)
    for line in sys.stdin:
        asked = json.loads(line)
        print(json.dumps(_run(asked["tests"], asked["seconds"], asked["write"])), flush=True)


def _run(tests: Sequence[str], seconds: float, write: bool) -> tuple[int | None, float, str]:
    began = time.monotonic()
    with tempfile.TemporaryFile() as printed:
        child = os.fork()
        if child == 0:
            _test(tests, write, printed.fileno())
        code = _ended(child, began + seconds)
        printed.seek(0)
        told = printed.read().decode(errors="replace")
    return code, time.monotonic() - began, told[-SHOWN:]


def _test(tests: Sequence[str], write: bool, printed: int) -> None:
    """In the child: run the tests and leave, whatever happens."""
    code = 3
    try:
        os.setsid()
        for stream in (1, 2):
            os.dup2(printed, stream)
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        sys.dont_write_bytecode = not write
        code = int(pytest.main([*FLAGS, *tests]))
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def _ended(child: int, until: float) -> int | None:
    """How the child ended; None where it was stopped because its time was over."""
    while time.monotonic() < until:
        pid, status = os.waitpid(child, os.WNOHANG)
        if pid:
            return os.waitstatus_to_exitcode(status)
        time.sleep(0.02)
    os.killpg(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return None


if __name__ == "__main__":
    main()
