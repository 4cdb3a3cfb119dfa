"""Small stores for the dashboard's tests, built once per run; nobody writes to them."""

from __future__ import annotations

import pytest

from pipelines.store import Store
from tests.dashboard import economies


@pytest.fixture(scope="session")
def lands() -> Store:
    """Five economies made by hand, with two sources, two editions and gaps: see `economies`."""
    return economies.build()
