"""A pytest plugin: tests on frames made by hand run before those that need a whole store: a fault is found sooner."""

from __future__ import annotations

import pytest

WHOLE = {"store", "store_home", "refreshed", "publish", "previous"}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: bool(WHOLE & set(getattr(item, "fixturenames", ()))))
