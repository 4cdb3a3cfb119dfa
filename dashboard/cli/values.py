"""Words of a command line as values, and bytes as files."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

from pipelines.cli import output
from pipelines.errors import TradewakeError, UsageError


def period(text: str | None, *, last: bool = False) -> date | None:
    """First (or last) day of a period in text: a year, quarter, month or day."""
    if text is None:
        return None
    from pipelines.normalise.periods import parse_period

    try:
        return date.fromisoformat(text) if len(text) == 10 else _edge(parse_period(text), text, last)
    except ValueError as error:
        raise UsageError(f"{text[:40]!r} is not a period. Write 2022, 2022-03, 2022-Q1 or 2022-03-01.") from error


def _edge(first: date, text: str, last: bool) -> date:
    if not last:
        return first
    months = 12 if len(text.strip()) == 4 else 3 if "q" in text.lower() else 1
    ends = first.month - 1 + months
    return date(first.year + ends // 12, ends % 12 + 1, 1) - timedelta(days=1)


def span(start: str | None, end: str | None) -> tuple[date | None, date | None]:
    """First day of --from and last day of --to.

    Raises:
        UsageError: one is no period, or --from lies after --to.
    """
    first, last = period(start), period(end, last=True)
    if first is not None and last is not None and first > last:
        raise UsageError(f"--from {start} lies after --to {end}; swap them.")
    return first, last


def day(text: str | None) -> date | None:
    """A day in text: 2023-06-30.

    Raises:
        UsageError: it is none.
    """
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise UsageError(f"{text[:40]!r} is not a day. Write it as 2023-06-30.") from error


def write(path: Path, content: bytes) -> None:
    """A file that is there whole or not at all; says what was written and what it replaced."""
    replaced = path.exists()
    temporary = path.with_name(f".{path.name}.part")
    try:
        temporary.write_bytes(content)
        temporary.replace(path)
    except OSError as error:
        temporary.unlink(missing_ok=True)
        reason = (error.strerror or "not possible").lower()
        if not path.parent.is_dir() or path.is_dir():
            raise UsageError(f"{path} cannot be written ({reason}).") from error
        raise TradewakeError(f"{path} could not be written ({reason}). Free some space or choose a folder.") from error
    output.say(f"{'Replaced' if replaced else 'Wrote'} {path} ({len(content) / 1000:,.0f} kB).")
