"""What a source ever sent: bytes by fingerprint, complete fetches, and the one that is under way.

    raw/blobs/ab/abcd…              the bytes, named by their SHA-256, once however often they came
    raw/<source>/fetches/<time>.json  one complete fetch that was taken in: names, addresses, fingerprints, headers
    raw/<source>/underway.jsonl       what the fetch under way has so far, so that an interrupted one goes on
    raw/<source>/rejected.jsonl       replies that were refused, with the reason; their bytes stay among the blobs
    raw/<source>/asked                when the source last answered in full

Every file appears whole or not at all, so a process may be killed at any point.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from pipelines.raw.requests import Payload

RESUMED_HOURS = 12
"""An interrupted fetch goes on for half a day; after that its figures may be of two vintages and it starts anew."""

_STAMP = "%Y%m%dT%H%M%S"


@dataclass(frozen=True)
class Item:
    """One reply: as `Payload`, with the fingerprint in place of the bytes; no fingerprint where nothing was there."""

    name: str
    url: str
    sha256: str | None
    retrieved: str
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Fetch:
    """One complete fetch of a source, by its time."""

    fetch: str
    items: tuple[Item, ...]


class Cache:
    """The raw folder of one source. Only one refresh writes at a time: it holds the store's lock."""

    def __init__(self, raw_dir: Path, source: str) -> None:
        self.blobs = raw_dir / "blobs"
        self.folder = raw_dir / source
        self._underway = self.folder / "underway.jsonl"
        self._fetches = self.folder / "fetches"

    def blob(self, sha256: str) -> Path:
        """Where the bytes of this fingerprint lie, or would."""
        return self.blobs / sha256[:2] / sha256

    def keep(self, part: Path, sha256: str) -> None:
        """Move a finished part file among the blobs."""
        target = self.blob(sha256)
        target.parent.mkdir(parents=True, exist_ok=True)
        part.replace(target)

    def keep_bytes(self, body: bytes) -> str:
        """Keep a few bytes, such as the page that came in place of figures; returns their fingerprint."""
        sha256 = hashlib.sha256(body).hexdigest()
        if not self.blob(sha256).exists():
            part = self.part(sha256)
            part.write_bytes(body)
            self.keep(part, sha256)
        return sha256

    def payload(self, item: Item, *, retrieved: datetime | None = None, check: bool = False) -> Payload | None:
        """The reply as a payload that reads from disk; None where its bytes are gone or, with `check`, not the same."""
        if item.sha256 is None:
            return None
        path = self.blob(item.sha256)
        try:
            with path.open("rb") as file:
                if check and hashlib.file_digest(file, "sha256").hexdigest() != item.sha256:
                    return None
        except OSError:
            return None
        moment = datetime.fromisoformat(item.retrieved) if retrieved is None else retrieved
        return Payload(item.name, path, item.sha256, item.url, moment, item.headers)

    def fetches(self) -> list[Fetch]:
        """Every complete fetch that was taken in, oldest first; an unreadable description is left out."""
        fetches = []
        for path in sorted(self._fetches.glob("[0-9]*.json")):
            with suppress(OSError, ValueError, KeyError, TypeError):
                items = json.loads(path.read_text(encoding="utf-8"))["items"]
                fetches.append(Fetch(path.stem, tuple(Item(**item) for item in items)))
        return fetches

    def description(self, name: str) -> Path:
        """Where a fetch is written down."""
        return self._fetches / f"{name}.json"

    def holds(self, fetch: Fetch) -> bool:
        """Whether the bytes of every reply of a fetch are there; they are not read."""
        return all(item.sha256 is None or self.blob(item.sha256).is_file() for item in fetch.items)

    def latest(self) -> dict[str, Item]:
        """The newest reply of every name."""
        return {item.name: item for fetch in self.fetches() for item in fetch.items}

    def next_name(self, now: datetime) -> str:
        """The name of a fetch that ends now, later than every one before it."""
        names = [path.stem for path in self._fetches.glob("[0-9]*.json")]
        while (name := now.strftime(_STAMP)) in names:
            now += timedelta(seconds=1)
        return name

    def add_fetch(self, name: str, items: Sequence[Item]) -> None:
        """Write down a complete fetch that passed every check, and end what was under way."""
        text = json.dumps({"items": [asdict(item) for item in items]}, indent=1)
        _write_whole(self._fetches / f"{name}.json", text.encode())
        self.end_fetch()

    def begin_fetch(self, plan: str, now: datetime) -> dict[str, Item]:
        """Start a fetch, or go on with the interrupted one: what it already has, by name.

        Args:
            plan: what is asked for, in one word; a fetch of another plan is not gone on with.
            now: the time; what was begun more than `RESUMED_HOURS` ago is dropped.
        """
        lines = _lines(self._underway)
        if lines and lines[0].get("plan") == plan:
            with suppress(KeyError, TypeError, ValueError):
                if now - datetime.fromisoformat(lines[0]["begun"]) < timedelta(hours=RESUMED_HOURS):
                    items = [Item(**line) for line in lines[1:]]
                    return {item.name: item for item in items if item.sha256 is None or self.blob(item.sha256).exists()}
        _write_whole(self._underway, (json.dumps({"plan": plan, "begun": now.isoformat()}) + "\n").encode())
        return {}

    def add_reply(self, item: Item) -> None:
        """Add one reply to the fetch under way."""
        with self._underway.open("a", encoding="utf-8") as file:
            file.write(json.dumps(asdict(item)) + "\n")

    def end_fetch(self) -> None:
        """Nothing is under way any more."""
        self._underway.unlink(missing_ok=True)

    def reject(self, items: Iterable[Item], why: str, now: datetime) -> None:
        """Write down replies that were refused, and why; the next refresh asks for them anew."""
        self.folder.mkdir(parents=True, exist_ok=True)
        with (self.folder / "rejected.jsonl").open("a", encoding="utf-8") as file:
            for item in items:
                file.write(json.dumps({"at": now.isoformat(), "why": why} | asdict(item)) + "\n")

    def record_answered(self, now: datetime) -> None:
        """Remember that the source answered in full, also when nothing was new."""
        _write_whole(self.folder / "asked", now.isoformat().encode())

    def last_answered(self) -> datetime | None:
        """When the source last answered in full; None when it never did."""
        try:
            return datetime.fromisoformat((self.folder / "asked").read_text(encoding="utf-8").strip())
        except (OSError, ValueError):
            return None

    def part(self, name: str) -> Path:
        """A file for bytes that are on their way; what a killed process left of the same name is overwritten."""
        self.blobs.mkdir(parents=True, exist_ok=True)
        return self.blobs / f".part-{self.folder.name}-{hashlib.sha256(name.encode()).hexdigest()[:16]}"

    def remove_leftovers(self) -> None:
        """Clear away what a killed process left half written."""
        for left in (
            *self.blobs.glob(f".part-{self.folder.name}-*"),
            *self.folder.glob(".*"),
            *self._fetches.glob(".*"),
        ):
            left.unlink(missing_ok=True)


def with_time(payload: Payload, moment: datetime) -> Payload:
    """The payload with another time of retrieval: all replies of one fetch are of one vintage."""
    return replace(payload, retrieved=moment.astimezone(UTC))


def _lines(path: Path) -> list[dict[str, Any]]:
    """The readable lines of a file of JSON lines; one that a killed process cut off ends them."""
    entries: list[dict[str, Any]] = []
    with suppress(OSError, ValueError):
        for line in path.read_text(encoding="utf-8").splitlines():
            entry = json.loads(line)
            if isinstance(entry, dict):
                entries.append(entry)
    return entries


def _write_whole(path: Path, body: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    with temporary.open("wb") as file:
        file.write(body)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)
