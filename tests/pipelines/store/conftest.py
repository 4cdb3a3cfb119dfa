"""Two builds of the miniature, to break one of them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from pipelines import store
from pipelines.refresh import RefreshReport
from pipelines.settings import Settings


@pytest.fixture
def folder(settings: Settings) -> Path:
    return settings.store_dir


@pytest.fixture
def two(publish: Callable[..., RefreshReport], folder: Path) -> tuple[str, str]:
    """Two builds, the second published."""
    first, second = publish(), publish(force=True)
    store.current._open_stores.clear()
    assert first.build_id is not None
    assert second.build_id is not None
    return first.build_id, second.build_id
