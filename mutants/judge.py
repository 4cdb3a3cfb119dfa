"""A copy of the checkout in which mutants are made, and what the tests say of them. The checkout stays as it is."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from mutants.places import Mutant
from mutants.rooms import ROOT


class Verdict(Enum):
    """What became of a mutant."""

    CAUGHT = "caught"
    BROKEN = "caught on import"
    TIMEOUT = "caught by time"
    SURVIVED = "survived"
    UNTESTED = "no test of its own"


VERDICTS = {
    0: Verdict.SURVIVED, 1: Verdict.CAUGHT, 2: Verdict.BROKEN, 4: Verdict.BROKEN, None: Verdict.TIMEOUT,
}  # fmt: skip
"""What the way in which pytest ends says: 2 and 4 where a module cannot even be loaded."""


@dataclass(frozen=True)
class Trial:
    """A verdict and how long it took."""

    verdict: Verdict
    seconds: float
    output: str = ""


class Copy:
    """One copy of the checkout, for one mutant at a time."""

    def __init__(self, folder: Path) -> None:
        listed = subprocess.run(
            ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
            cwd=ROOT, check=True, capture_output=True, text=True,
        ).stdout.split("\0")  # fmt: skip
        self.folder = folder
        self._server: subprocess.Popen[str] | None = None
        for name in listed:
            if name and (ROOT / name).is_file():
                (folder / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(ROOT / name, folder / name)

    def environment(self) -> dict[str, str]:
        """One thread a worker, and modules from the copy alone."""
        kept = {key: value for key, value in os.environ.items() if not key.startswith("TRADEWAKE_")}
        own = {"PYTHONPATH": str(self.folder), "PYTHONHASHSEED": "0"}
        return {**kept, **own, "POLARS_MAX_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}

    def prepare(self) -> None:
        """Compile what stays as it is, and see that the packages are found in the copy.

        Raises:
            RuntimeError: the tests would read the packages from somewhere else.
        """
        subprocess.run([sys.executable, "-m", "compileall", "-q", "."], cwd=self.folder, check=False)
        where = "import dashboard, pipelines; print(dashboard.__file__, pipelines.__file__)"
        found = subprocess.run(
            [sys.executable, "-c", where],
            cwd=self.folder, env=self.environment(), check=True, capture_output=True, text=True,
        ).stdout.split()  # fmt: skip
        if not all(Path(name).is_relative_to(self.folder.resolve()) for name in found):
            raise RuntimeError(f"The copy's tests would read {found}.")

    def run(self, tests: Sequence[str], seconds: float, *, write: bool = True) -> Trial:
        """Run tests in the copy as it stands; `write`: keep byte code for the next run.

        Raises:
            RuntimeError: pytest could not run them.
        """
        if self._server is None:
            self._server = subprocess.Popen(
                [sys.executable, "-m", "mutants.server"],
                cwd=self.folder, env=self.environment(), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
            )  # fmt: skip
        assert self._server.stdin is not None and self._server.stdout is not None
        print(json.dumps({"tests": tests, "seconds": seconds, "write": write}), file=self._server.stdin, flush=True)
        code, took, told = json.loads(self._server.stdout.readline())
        if code not in VERDICTS:
            raise RuntimeError(f"pytest ended with {code} for {' '.join(tests)}:\n{told}")
        return Trial(VERDICTS[code], took, told)

    def close(self) -> None:
        """Let the server end."""
        if self._server is not None and self._server.stdin is not None:
            self._server.stdin.close()
            self._server.wait()

    def judge(self, mutant: Mutant, tests: Sequence[str], seconds: float) -> Trial:
        """Make the mutant, run its tests, and put the module back."""
        if not tests:
            return Trial(Verdict.UNTESTED, 0.0)
        module = self.folder / mutant.module
        before = module.read_text(encoding="utf-8")
        for compiled in module.parent.glob(f"__pycache__/{module.stem}.*.pyc"):
            compiled.unlink()
        module.write_text(mutant.code(self.folder), encoding="utf-8")
        try:
            # No byte code of a mutant that a later run could find.
            return self.run(tests, seconds, write=False)
        finally:
            module.write_text(before, encoding="utf-8")
