"""A miniature of the shipped figures, and a home of its own, for every test that wants to break something."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from pipelines.refresh import RefreshReport, refresh
from pipelines.settings import Settings
from pipelines.sources import SOURCES
from tests.pipelines import small


@pytest.fixture
def shipped(tmp_path: Path) -> Path:
    """The miniature folder of shipped figures."""
    return small.write(tmp_path / "shipped")


@pytest.fixture
def settings(tmp_path: Path, shipped: Path) -> Settings:
    """Settings that point at the miniature and at an empty home."""
    return Settings(home=tmp_path / "home", data=shipped, offline=False, keep_builds=5)


@pytest.fixture
def publish(settings: Settings) -> Callable[..., RefreshReport]:
    """Refresh the miniature."""

    def run(**options: bool) -> RefreshReport:
        return refresh(SOURCES, settings, **options)

    return run
