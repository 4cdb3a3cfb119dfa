"""What CONTRIBUTING.md shows of the example is the example: the files that the tests run, letter by letter."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[3]
SHOWN = dict(
    re.findall(
        r"^`(tests/pipelines/sources/example/[\w/]+\.\w+)`:?\n\n```\w+\n(.*?)^```$",
        (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8"),
        re.MULTILINE | re.DOTALL,
    )
)


@pytest.mark.parametrize("name", ["harbour.toml", "harbour.py", "test_harbour.py"])
def test_the_text_in_the_document_is_the_text_of_the_file(name: str) -> None:
    path = f"tests/pipelines/sources/example/{name}"
    assert SHOWN[path] == (ROOT / path).read_text(encoding="utf-8")


def test_nothing_else_is_shown_as_if_it_were_a_file_of_the_example() -> None:
    assert len(SHOWN) == 3
