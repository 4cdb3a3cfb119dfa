"""Payloads from recorded files: the bytes as they lie there, under the name and address that a refresh gives them."""

from __future__ import annotations

import asyncio
import gzip
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from pipelines.errors import ParseError
from pipelines.raw import Payload, Request, payload
from pipelines.raw.cache import Cache
from pipelines.raw.request_limits import RequestLimits
from pipelines.raw.web import Fetcher
from pipelines.settings import shipped_data
from pipelines.sources import Frames, Source
from tests.pipelines.replay import Replay, Reply

FETCHED = datetime(2026, 11, 22, 9, tzinfo=UTC)


def reply(file: Path, name: str, url: str = "https://figures.example.org/", fetched: datetime = FETCHED) -> Payload:
    """One recorded file as a reply; a file that is kept packed is unpacked."""
    body = file.read_bytes()
    return payload(name, gzip.decompress(body) if file.suffix == ".gz" else body, url, retrieved=fetched)


def shipped(name: str = "reference/area_codes.csv") -> Payload:
    """A file of the shipped figures."""
    return payload(name, (shipped_data() / name).read_bytes())


def parsed(source: Source, *payloads: Payload) -> Frames:
    """What a source reads from replies, with the code table that every source needs."""
    return source.parse([shipped(), *payloads])


def refused(source: Source, *payloads: Payload) -> str:
    """The one sentence with which a source refuses replies."""
    with pytest.raises(ParseError) as told:
        parsed(source, *payloads)
    sentence = str(told.value)
    assert "\n" not in sentence
    return sentence


def visited(
    source: Source, request: Request, answered: Reply | Sequence[Reply], cache: Path, server: Replay
) -> list[Payload]:
    """What one request of a source brings when a server on this machine answers it as recorded."""
    server.on(urlsplit(request.url).path, *([answered] if isinstance(answered, Reply) else answered))
    kept = Cache(cache, source.name)
    fetcher = Fetcher(
        source=source.name,
        limits=RequestLimits(pace_seconds=0, attempts=2),
        cache=kept,
        elsewhere=server.url,
        retry_seconds=0.01,
        already_fetched=kept.begin_fetch("plan", FETCHED),
        key_hint=f"Set {source.key}; a key is to be had at {source.key_from.split()[0]}." if source.key else "",
    )
    return asyncio.run(fetcher.get([request]))
