"""What a check found."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal

import polars as pl

Frames = Mapping[str, pl.DataFrame]
"""Table name to frame."""


@dataclass(frozen=True)
class Finding:
    """One thing a check found: level fail or warn, the check, the table, a sentence for the reader, rows concerned."""

    level: Literal["fail", "warn"]
    check: str
    table: str
    sentence: str
    rows: int

    def as_dict(self) -> dict[str, Any]:
        """The finding as JSON-ready facts."""
        return asdict(self)
