"""What to get, and what came: requests and payloads. No rename, no sum, no date here."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import BinaryIO, Literal
from urllib.parse import unquote, urlsplit

from pipelines.errors import FetchError

SHIPPED = "shipped:"
"""Scheme of addresses inside the folder of shipped figures, for example `shipped:regimes/RUS-US.toml`."""

Kind = Literal["any", "json", "xml", "zip", "text"]
"""What the first bytes of a reply must look like; `zip` is also a workbook, `text` anything but a web page."""


@dataclass(frozen=True)
class Request:
    """One thing to get.

    Attributes:
        url: an address without any key. `shipped:` names a file of the shipped folder; its last part may hold `*`.
        name: what the reply is called inside its source, the same at every refresh ("exports/2026-03.json"); the last
            part of the address when omitted. Two requests of one source never share a name.
        kind: what the first bytes must look like; a web page in place of figures is refused before it is kept.
        optional: a pattern may match nothing; an address may answer 204 or 404, and then gives no payload.
        headers: further headers, in pairs.
        key_in: where the source's key goes, "query:key" or "header:Ocp-Apim-Subscription-Key"; empty for nowhere. It is
            added on the way out and never kept.
        redirects: hosts to which the source may send us on, beside its own; "*.example.org" allows subdomains.
        own_redirects: whether it may send us on within its own host.
        most_mb: a reply beyond this is cut off and refused.
        lasting: the reply never changes; once it is in the raw cache it is not asked for again.
        later: the statuses that mean "being prepared, ask again" (Eurostat's 413).
    """

    url: str
    name: str = ""
    kind: Kind = "any"
    optional: bool = False
    headers: tuple[tuple[str, str], ...] = ()
    key_in: str = ""
    redirects: tuple[str, ...] = ()
    own_redirects: bool = False
    most_mb: float = 64.0
    lasting: bool = False
    later: tuple[int, ...] = ()

    @property
    def title(self) -> str:
        """What the reply is called: `name`, or the last part of the address."""
        if self.name:
            return self.name
        if self.url.startswith(SHIPPED):
            return self.url.removeprefix(SHIPPED)
        return unquote(urlsplit(self.url).path.rstrip("/").rpartition("/")[2]) or "reply"


@dataclass(frozen=True)
class Payload:
    """What came: its name, bytes, their SHA-256, the address (without key), when it was fetched, headers that matter.

    `content` is the bytes, or the file that holds them, so that a list of 127 MB need not lie in memory.
    """

    name: str
    content: bytes | Path
    sha256: str
    url: str
    retrieved: datetime
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def body(self) -> bytes:
        """All bytes as they came."""
        if isinstance(self.content, bytes):
            return self.content
        try:
            return self.content.read_bytes()
        except OSError as error:
            raise FetchError(f"The raw bytes of {self.name} are no longer in {self.content.parent}.") from error

    def open(self) -> BinaryIO:
        """The bytes as a stream, for what should not lie in memory."""
        if isinstance(self.content, bytes):
            return io.BytesIO(self.content)
        try:
            return self.content.open("rb")
        except OSError as error:
            raise FetchError(f"The raw bytes of {self.name} are no longer in {self.content.parent}.") from error

    def text(self, encoding: str = "utf-8-sig") -> str:
        """The bytes as text, UTF-8 unless the source uses another encoding; a byte-order mark is dropped.

        Raises:
            FetchError: the bytes are not text in that encoding.
        """
        try:
            return self.body.decode(encoding)
        except UnicodeDecodeError as error:
            name = "UTF-8" if encoding.startswith("utf-8") else encoding
            raise FetchError(f"{self.name} is not {name} text (byte {error.start:,}).") from error

    @property
    def day(self) -> date:
        """The day on which it was fetched, in UTC."""
        return self.retrieved.astimezone(UTC).date()

    @property
    def last_modified(self) -> date | None:
        """The day of the `Last-Modified` header, None without a readable one."""
        try:
            return parsedate_to_datetime(self.headers["last-modified"]).date()
        except (KeyError, ValueError):
            return None

    @property
    def is_shipped(self) -> bool:
        """Whether it is a file of the shipped folder, not a reply of a source."""
        return self.url.startswith(SHIPPED)


def payload(name: str, body: bytes, url: str | None = None, *, retrieved: datetime | None = None) -> Payload:
    """A payload from bytes in hand."""
    address = SHIPPED + name if url is None else url
    moment = datetime.now(UTC) if retrieved is None else retrieved
    return Payload(name, body, hashlib.sha256(body).hexdigest(), address, moment)
