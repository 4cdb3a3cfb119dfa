"""Names of builds: by time, so that they sort by age, and by content."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

_STAMP = "%Y%m%d-%H%M%S"
_STAMP_LENGTH = len("20261122-083000")


def new_build_id(content_hash: str, now: datetime | None = None) -> str:
    """A build id that sorts by time and shows the content: 20261122-083000-1a2b3c4d."""
    moment = datetime.now(UTC) if now is None else now
    return f"{moment.strftime(_STAMP)}-{content_hash[:8]}"


def next_build_id(destination: Path, content_hash: str) -> str:
    """A build id later than every one on disk, so that ids sort by age even within a second or after a clock was set
    back, and no build is ever replaced."""
    moment = datetime.now(UTC)
    stamps = [path.stem[:_STAMP_LENGTH] for path in destination.glob("[0-9]*.*")]
    if stamps:
        with suppress(ValueError):
            newest = datetime.strptime(max(stamps), _STAMP).replace(tzinfo=UTC)
            moment = max(moment, newest + timedelta(seconds=1))
    return new_build_id(content_hash, moment)
