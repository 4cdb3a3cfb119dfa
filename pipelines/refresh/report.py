"""What a refresh says of itself: steps while it runs, a report when it is over, a note for `status`."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

import polars as pl

from pipelines.checks import Finding
from pipelines.errors import FetchError
from pipelines.refresh.rebuild import Loss

LAST_REFRESH = "last-refresh.json"
"""What the last attempt came to, beside the builds; it also tells of attempts that published nothing."""


@dataclass(frozen=True)
class Step:
    """Progress: the source (empty for the build itself), what is being done, and how far it is."""

    source: str
    doing: str
    done: int
    total: int


Progress = Callable[[Step], None]


def silent(step: Step) -> None:
    """Progress that nobody looks at."""
    del step


@dataclass(frozen=True)
class RefreshReport:
    """What a refresh came to.

    `outcome`: published, unchanged (nothing new came) or dry_run; `build_id` the published build (the one before for
    a dry run); `failed` source name to sentence; `skipped` the same for sources that were not asked; `changes` as
    `schema.changes` describes them; `rows` per table; `rebuilt` a sentence where the published build had other tables
    and was made anew, and `losses` what the new one lacks of it.
    """

    outcome: Literal["published", "unchanged", "dry_run"]
    build_id: str | None
    previous_id: str | None
    failed: Mapping[str, str]
    findings: Sequence[Finding]
    changes: pl.DataFrame
    rows: Mapping[str, int]
    seconds: float
    removed_builds: Sequence[str] = ()
    skipped: Mapping[str, str] = field(default_factory=dict)
    rebuilt: str = ""
    losses: Sequence[Loss] = ()

    @property
    def exit_code(self) -> int:
        """0, or 3 when a source failed and keeps its last good figures."""
        return FetchError.exit_code if self.failed else 0


def remember(store_dir: Path, facts: Mapping[str, Any]) -> None:
    """Keep what the attempt came to, for `status`; a disk that is full keeps nothing, and says so elsewhere."""
    text = json.dumps({**facts, "ended": datetime.now(UTC).isoformat()}, indent=1, default=str)
    temporary = store_dir / f".{LAST_REFRESH}.tmp"
    with suppress(OSError):
        temporary.write_text(text + "\n", encoding="utf-8")
        temporary.replace(store_dir / LAST_REFRESH)
