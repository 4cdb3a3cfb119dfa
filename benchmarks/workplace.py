"""The folder a benchmark works in: one store for all sections, and how often things are repeated."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent


@dataclass
class Workplace:
    """A throwaway folder; the store in it is built once, when a section first asks for it."""

    folder: Path
    repeat: int
    seconds: int
    reruns: int
    _homes: dict[str, Path] = field(default_factory=dict)

    def home(self, name: str = "home") -> Path:
        """A folder for TRADEWAKE_HOME with nothing in it yet."""
        path = self.folder / name
        path.mkdir(parents=True, exist_ok=True)
        return path

    def built(self) -> Path:
        """The home with a published store of the shipped figures."""
        if "built" not in self._homes:
            home = self.home("built")
            child("benchmarks.build_work", "tradewake", str(home))
            self._homes["built"] = home
        return self._homes["built"]


def child(module: str, *arguments: str) -> dict[str, Any]:
    """Run a module in a process of its own and give back the JSON of its last line.

    Raises:
        RuntimeError: it failed; its last words are in the message.
    """
    done = subprocess.run(
        [sys.executable, "-m", module, *arguments],
        cwd=ROOT, env=dict(os.environ), capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode != 0:
        raise RuntimeError(f"{module} {' '.join(arguments)} failed: {done.stderr[-2000:]}")
    found: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
    return found
