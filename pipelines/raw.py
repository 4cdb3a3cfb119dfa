"""From a request to a payload: bytes as they came, named by their fingerprint. No rename, no sum, no date here."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath

from pipelines.errors import FetchError
from pipelines.settings import Settings

SHIPPED = "shipped:"
"""Scheme of addresses inside the folder of shipped figures, for example `shipped:regimes/RUS-US.toml`."""


@dataclass(frozen=True)
class Request:
    """One thing to get.

    `url` is an address: `shipped:` names a file of the shipped folder and may hold `*` in its last part. A pattern
    that matches nothing fails unless `optional`.
    """

    url: str
    optional: bool = False


@dataclass(frozen=True)
class Payload:
    """What came: name (the path, or the last part of the address), bytes, their SHA-256, and when it was fetched."""

    name: str
    body: bytes
    sha256: str
    url: str
    retrieved: datetime

    def text(self) -> str:
        """The bytes as UTF-8 text; a byte-order mark is dropped.

        Raises:
            FetchError: the bytes are not UTF-8.
        """
        try:
            return self.body.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            raise FetchError(f"{self.name} is not UTF-8 text (byte {error.start:,}).") from error


def payload(name: str, body: bytes, url: str | None = None) -> Payload:
    """A payload from bytes in hand."""
    address = SHIPPED + name if url is None else url
    return Payload(name, body, hashlib.sha256(body).hexdigest(), address, datetime.now(UTC))


def expand(requests: Sequence[Request], settings: Settings) -> list[Request]:
    """Requests with each pattern replaced by the files it matches, sorted by address.

    Raises:
        FetchError: a pattern leaves the shipped folder, or matches nothing and is not optional.
    """
    found: dict[str, Request] = {}
    for request in requests:
        if not request.url.startswith(SHIPPED) or "*" not in request.url:
            found[request.url] = request
            continue
        pattern = _inside(request.url)
        names = [file.name for file in (settings.data / pattern.parent).glob(pattern.name) if file.is_file()]
        if not names and not request.optional:
            raise FetchError(
                f"There is no file {pattern} in {settings.data}. Set TRADEWAKE_DATA to the shipped figures."
            )
        for name in names:
            address = SHIPPED + str(pattern.parent / name)
            found[address] = Request(address)
    return [found[address] for address in sorted(found)]


def fetch(request: Request, settings: Settings) -> Payload:
    """Get one request's bytes.

    Raises:
        FetchError: the file is missing or unreadable, the address leaves the shipped folder, or it needs a network
            that is not to be touched.
    """
    scheme = request.url.partition(":")[0]
    if scheme != "shipped":
        why = (
            "the network is off (--offline or TRADEWAKE_OFFLINE)"
            if settings.offline
            else "only shipped files can be read"
        )
        raise FetchError(f"{request.url} was not fetched: {why}.")
    name = _inside(request.url)
    root = settings.data.resolve()
    path = (root / name).resolve()
    if not path.is_relative_to(root):
        raise FetchError(f"{request.url} leads out of the folder of shipped figures and was not read.")
    return payload(str(name), _read(path, name), request.url)


def _read(path: Path, name: PurePosixPath) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        reason = error.strerror or "unreadable"
        raise FetchError(f"The file {name} in the shipped figures could not be read ({reason.lower()}).") from error


def _inside(url: str) -> PurePosixPath:
    name = PurePosixPath(url.removeprefix(SHIPPED))
    if name.is_absolute() or ".." in name.parts or not name.parts:
        raise FetchError(f"{url} leads out of the folder of shipped figures and was not read.")
    return name
