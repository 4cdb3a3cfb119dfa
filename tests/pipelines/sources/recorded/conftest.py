"""Parsers against replies recorded at the sources themselves, which are not part of this project.

TRADEWAKE_RECORDED names a folder with one folder of replies per source. Without it these tests are skipped, with a line
that says so: the tests beside this folder prove the same traps with figures of our own.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

VARIABLE = "TRADEWAKE_RECORDED"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if here in Path(str(item.fspath)).parents:
            item.add_marker(pytest.mark.recorded)
            if not os.environ.get(VARIABLE):
                item.add_marker(pytest.mark.skip(reason=f"{VARIABLE} names no folder of recorded replies: not read"))


@pytest.fixture(scope="session")
def recorded() -> Path:
    """The folder of recorded replies, one folder per source."""
    folder = Path(os.environ[VARIABLE])
    if not folder.is_dir():
        pytest.fail(f"{VARIABLE} names {folder}, which is no folder.")
    return folder
