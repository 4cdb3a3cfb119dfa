"""One shallow tree of errors; each knows the exit code of the command that meets it.

A message is one or two sentences: what happened, where, what to do.
"""

from __future__ import annotations

import re


class TradewakeError(Exception):
    """Something went wrong that a reader or maintainer can act on. Exit code 1."""

    exit_code = 1


class UsageError(TradewakeError):
    """Wrong arguments or input. Exit code 2."""

    exit_code = 2


class FetchError(TradewakeError):
    """A source could not be reached or did not send what it promises. Its last good figures stay. Exit code 3."""

    exit_code = 3


class ParseError(TradewakeError):
    """A payload could not be read as what its source should send. Its last good figures stay. Exit code 3."""

    exit_code = 3


class RefusedError(TradewakeError):
    """Contracts or checks failed: nothing was published. Exit code 4."""

    exit_code = 4


class BusyError(TradewakeError):
    """Another refresh holds the lock. Exit code 5."""

    exit_code = 5


class StoreError(TradewakeError):
    """There is no store, or it cannot be read. Exit code 6."""

    exit_code = 6


_MACHINE = re.compile(r"^([A-Za-z ]{1,40}(Error|Exception):\s*)+")
"""What a database or a library puts before its sentence: "IO Error: ", "TransactionContext Error: "."""


def reason(error: BaseException) -> str:
    """Why something failed, in a few words without the machine's own: "no space left on device"."""
    if isinstance(error, OSError) and error.strerror:
        return error.strerror[:1].lower() + error.strerror[1:]
    words = _MACHINE.sub("", str(error).strip().split("\n", 1)[0]).rstrip(".")
    # A failed commit names its cause last.
    return words.removeprefix("Failed to commit: ")
