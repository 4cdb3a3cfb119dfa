"""Where figures come from: one file per source, and the explicit list of them."""

from __future__ import annotations

from pipelines.sources.base import Frames, Source
from pipelines.sources.register import Register
from pipelines.sources.snapshot import Snapshot

SOURCES: tuple[Source, ...] = (Snapshot(), Register())
"""Every source, in the order in which a refresh asks them."""

__all__ = ["SOURCES", "Frames", "Source"]
