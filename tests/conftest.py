"""Fixtures for all tests: the real store, built once per run from the shipped figures."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings as hypothesis_settings

from pipelines import settings as pipeline_settings
from pipelines import store as stores
from pipelines.refresh import refresh
from pipelines.settings import Settings
from pipelines.sources import SOURCES
from pipelines.store import Store
from tests.dashboard import refreshed as live

# A test is judged by what it finds, not by the clock of a loaded machine.
hypothesis_settings.register_profile("tradewake", deadline=None)
hypothesis_settings.load_profile("tradewake")


@pytest.fixture(scope="session", autouse=True)
def no_network() -> Iterator[None]:
    """A refresh in a process of its own asks no source on the web; a test that serves replies takes this back."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TRADEWAKE_OFFLINE", "1")
        yield


@pytest.fixture(scope="session")
def store_home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A TRADEWAKE_HOME with one published build of the shipped figures; set for the whole run. Do not write to it."""
    home = tmp_path_factory.mktemp("home")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TRADEWAKE_HOME", str(home))
        patch.setenv("TRADEWAKE_OFFLINE", "1")
        patch.delenv("TRADEWAKE_DATA", raising=False)
        pipeline_settings.load.cache_clear()
        refresh(SOURCES, Settings())
        yield home
    pipeline_settings.load.cache_clear()


@pytest.fixture(scope="session")
def store(store_home: Path) -> Store:
    """The build of the shipped figures, open for reading."""
    return stores.current_store(store_home / "store")


@pytest.fixture(scope="session")
def refreshed(store: Store, tmp_path_factory: pytest.TempPathFactory) -> Store:
    """The shipped figures with what live refreshes bring beside them, as a second build: see `refreshed.build`."""
    return live.build(store, tmp_path_factory.mktemp("refreshed") / "store")
