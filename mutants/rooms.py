"""Which rooms decide numbers, and which tests are a module's own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Room:
    """A package and the folder of tests that mirrors it."""

    folder: str
    tests: str
    more: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Tests of a module that its name does not lead to, as paths under `tests`."""

    def modules(self, root: Path = ROOT) -> list[str]:
        """Modules of the room as paths from the root, sorted."""
        return sorted(path.relative_to(root).as_posix() for path in (root / self.folder).glob("*.py"))

    def tests_of(self, module: str, root: Path = ROOT) -> tuple[str, ...]:
        """The module's own tests as paths from the root, the nearest name first.

        `test_collapse` and `test_collapse_by_hand` are of `collapse` and of `collapse_annual`; `test_register_as_known`
        is of `register`.
        """
        stem = Path(module).stem
        found = {path.stem.removeprefix("test_"): path for path in sorted((root / self.tests).glob("test_*.py"))}
        family = [name for name in found if f"{stem}_".startswith(f"{name.removesuffix('_by_hand')}_")]
        family += [name for name in found if name.startswith(f"{stem}_")]
        own = [found[name] for name in sorted(family, key=lambda name: (name != stem, -len(name)))]
        own += [(root / self.tests / name).resolve() for name in self.more.get(stem, ())]
        return tuple(dict.fromkeys(path.relative_to(root.resolve()).as_posix() for path in own))


_CHECKS = ("__init__", "contract", "coverage", "expected", "finding", "magnitude", "totals", "whole")

ROOMS = (
    Room("pipelines/normalise", "tests/pipelines/normalise", {
        "assemble": ("test_touched.py",), "flows": ("test_releases.py",), "indicators": ("test_releases.py",),
    }),
    Room("pipelines/checks", "tests/pipelines/checks", dict.fromkeys(_CHECKS, ("../test_checks.py",))),
    Room("dashboard/analysis", "tests/dashboard/analysis", {
        "aggregates": ("test_transforms.py",), "chain": ("test_transforms.py",), "frames": ("test_transforms.py",),
        "loess": ("test_seasonal.py",), "partners": ("test_impact.py", "test_diversion.py"),
        "panel_shape": ("test_event_study.py",), "prices": ("test_transforms.py",),
    }),
    Room("dashboard/queries", "tests/dashboard/queries", {
        "trade": ("test_live_figures_apart.py",), "per_build": ("test_subjects.py",),
        "senders": ("test_register_by_hand.py", "test_subjects.py"), "shares": ("test_register_by_hand.py",),
        "measures": ("test_register_by_hand.py", "test_register_as_known.py"),
    }),
    Room("dashboard/studies", "tests/dashboard/studies", {
        "growth": ("test_output.py", "test_yearly.py"), "path_gap": ("test_output.py",),
        "breaks": ("test_placebo.py",),
    }),
)  # fmt: skip


def room_of(module: str) -> Room:
    """The room that a module lies in."""
    return next(room for room in ROOMS if Path(module).parent.as_posix() == room.folder)
