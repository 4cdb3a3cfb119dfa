from __future__ import annotations

import errno
import os

import pytest

from pipelines.errors import reason


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR), "/x"), "not a directory"),
        (
            ValueError("TransactionContext Error: Failed to commit: Could not write file x: No space left\nmore"),
            "Could not write file x: No space left",
        ),
        (ValueError("IO Error: Cannot open file."), "Cannot open file"),
        (ValueError("Invalid Input Error: bad"), "bad"),
        (ValueError("what Error: is inside stays"), "is inside stays"),
        (ValueError("it said Error in the middle"), "it said Error in the middle"),
    ],
)
def test_a_reason_has_no_words_of_machines(error: Exception, words: str) -> None:
    assert reason(error) == words
