"""What can go wrong when an exhibit becomes a file."""

from __future__ import annotations

from pipelines.errors import TradewakeError


class ExportError(TradewakeError):
    """The file could not be made: one or two sentences on what happened and what works instead. Exit code 1."""
