"""One shallow tree of errors; each knows the exit code of the command that meets it.

A message is one or two sentences: what happened, where, what to do.
"""

from __future__ import annotations


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
