"""Asking a source over the network: politely, within a budget, and without believing what it says of itself.

A reply is streamed to disk, counted and fingerprinted on the way. What can pass is tried again with a longer and longer
wait (the source's own, where it names one): no connection, a reply that breaks off, 429, 5xx. What cannot is told in
one sentence, and its bytes are kept as evidence.
"""

from __future__ import annotations

import asyncio
import hashlib
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import lru_cache
from importlib.metadata import PackageNotFoundError, version
from time import monotonic
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from pipelines.errors import FetchError, reason
from pipelines.raw import guard
from pipelines.raw.cache import Cache, Item
from pipelines.raw.request_limits import RequestLimits
from pipelines.raw.requests import Payload, Request

if TYPE_CHECKING:
    import ssl

    import httpx

_KEPT_HEADERS = ("content-type", "date", "etag", "last-modified")
_TRANSIENT_STATUS = (408, 425, 429, 500, 502, 503, 504)
_MOST_REDIRECTS = 3
_EVIDENCE_BYTES = 65_536
_LONGEST_WAIT_SECONDS = 60.0
_TRIES_WHILE_UNREACHABLE = 3
_POLLS = 20
"""A reply that is being prepared is asked for this often: with waits of up to a minute, a quarter of an hour."""


_NO_NAME = ("Name or service not known", "nodename nor servname", "name resolution", "getaddrinfo failed")
"""What the systems say where an address cannot be looked up, most often because there is no network."""

_ERRNO = re.compile(r"^\[Errno -?\d+\] ")


class _TransientError(Exception):
    """Something that may be over soon: the sentence, and the wait that the source asked for."""

    def __init__(
        self,
        sentence: str,
        wait_seconds: float | None = None,
        *,
        is_unreachable: bool = False,
        is_prepared: bool = False,
    ) -> None:
        super().__init__(sentence)
        self.is_prepared = is_prepared
        self.wait_seconds = wait_seconds
        self.is_unreachable = is_unreachable


@dataclass
class Fetcher:
    """One fetch of one source.

    Attributes:
        source: its name, for sentences.
        limits: pace, waits, budget of time and size.
        cache: where its bytes go.
        elsewhere: the address that replaces the source's own.
        secret: the source's key.
        key_hint: what to do when the key is refused or missing, a sentence.
        retry_seconds: the first wait before a second try.
        latest_items: the newest reply of every name, so that the source can say "not modified".
        already_fetched: what an interrupted fetch already got.
        progress: called with how many of how many requests are done, and the megabytes so far.
    """

    source: str
    limits: RequestLimits
    cache: Cache
    elsewhere: str | None = None
    secret: str | None = None
    key_hint: str = ""
    retry_seconds: float = 2.0
    latest_items: Mapping[str, Item] = field(default_factory=dict)
    already_fetched: dict[str, Item] = field(default_factory=dict)
    progress: Callable[[int, int, float], None] = lambda done, total, megabytes: None
    _bytes: int = 0
    _started: float = field(default_factory=monotonic)
    _done: int = 0
    _requested: int = 0
    _unreachable_tries: int = 0

    async def get(self, requests: Sequence[Request]) -> list[Payload]:
        """The replies of these requests, in their order; what is not there and may be missing is left out.

        Raises:
            FetchError: a request failed for good, or the source's budget of time or size is used up.
        """
        import httpx
        import stamina.instrumentation
        from aiolimiter import AsyncLimiter

        # A second try is ordinary and shows in the progress; its log line would only frighten.
        stamina.instrumentation.set_on_retry_hooks([])
        pace = AsyncLimiter(1, self.limits.pace_seconds) if self.limits.pace_seconds > 0 else None
        gate = asyncio.Semaphore(self.limits.at_once)
        self._requested += len(requests)
        # A proxy of the environment stands between us and the web, not between us and a server on this machine.
        local = (urlsplit(self.elsewhere or requests[0].url).hostname or "") in ("127.0.0.1", "localhost", "::1")
        async with httpx.AsyncClient(
            follow_redirects=False,
            timeout=httpx.Timeout(30.0, read=self.limits.read_seconds),
            headers={"User-Agent": self.limits.user_agent or f"Tradewake/{_version()}"},
            trust_env=not local,
            verify=_trusted(),
        ) as client:
            tasks = [asyncio.ensure_future(self._fetch_one(client, request, gate, pace)) for request in requests]
            try:
                async with asyncio.timeout(self._seconds_left()):
                    items = await asyncio.gather(*tasks)
            except TimeoutError as error:
                minutes = self.limits.budget_seconds / 60
                raise FetchError(
                    f"{self.source} took longer than the {minutes:,.0f} minutes it may; {self._done} of "
                    f"{self._requested} replies came. The next refresh goes on from there."
                ) from error
            finally:
                for task in tasks:
                    task.cancel()
                await asyncio.gather(*tasks, return_exceptions=True)
        payloads = [self.cache.payload(item) for item in items if item.sha256 is not None]
        return [payload for payload in payloads if payload is not None]

    def _seconds_left(self) -> float:
        return max(self.limits.budget_seconds - (monotonic() - self._started), 0.01)

    async def _fetch_one(
        self, client: httpx.AsyncClient, request: Request, gate: asyncio.Semaphore, pace: object | None
    ) -> Item:
        import stamina

        item = self.already_fetched.get(request.title)
        old = self.latest_items.get(request.title)
        if item is None and request.lasting and old is not None and self._is_cached(old, request):
            item = old
            self.already_fetched[request.title] = item
        if item is None:
            failures, asked = 0, 0

            def again(error: Exception) -> bool | float:
                # A reply that is being prepared is waited for; one that fails is tried only so often, there too.
                nonlocal failures
                failures += isinstance(error, _TransientError) and not error.is_prepared
                return self._retry_wait(error) if failures < self.limits.attempts else False

            async with gate:
                try:
                    async for attempt in stamina.retry_context(
                        on=again,
                        attempts=_POLLS if request.later else self.limits.attempts,
                        timeout=None,
                        wait_initial=self.retry_seconds,
                        wait_max=_LONGEST_WAIT_SECONDS,
                        wait_jitter=self.retry_seconds / 2,
                    ):
                        with attempt:
                            if pace is not None:
                                await pace.acquire()  # type: ignore[attr-defined]
                            asked += 1
                            item = await self._request_once(client, request)
                except _TransientError as error:
                    explained = error.wait_seconds is not None or error.is_unreachable
                    tried = "" if explained else f" It was asked {asked} times."
                    raise FetchError(f"{error}{tried} Try again later.") from error
            assert item is not None
            self.cache.add_reply(item)
            self.already_fetched[request.title] = item
        self._done += 1
        self.progress(self._done, self._requested, self._bytes / 1e6)
        return item

    def _retry_wait(self, error: Exception) -> bool | float:
        """Whether to try again: no, yes, or after so many seconds."""
        if not isinstance(error, _TransientError):
            return False
        if error.is_unreachable:
            # A machine without a network should hear so soon, not after every wait of every source.
            self._unreachable_tries += 1
            return self._unreachable_tries < _TRIES_WHILE_UNREACHABLE
        if error.wait_seconds is None:
            return True
        # A quota that comes back tomorrow is not waited for; the sentence tells when.
        return (
            min(error.wait_seconds, self._seconds_left()) if error.wait_seconds <= self._seconds_left() / 2 else False
        )

    async def _request_once(self, client: httpx.AsyncClient, request: Request) -> Item:
        import httpx

        address, headers = guard.with_key(guard.with_replaced_host(request.url, self.elsewhere), request, self.secret)
        headers |= dict(request.headers)
        old = self.latest_items.get(request.title)
        if old is not None and self._is_cached(old, request):
            headers |= {"If-None-Match": old.headers["etag"]} if "etag" in old.headers else {}
            headers |= {"If-Modified-Since": old.headers["last-modified"]} if "last-modified" in old.headers else {}
        try:
            for _ in range(_MOST_REDIRECTS + 1):
                async with client.stream("GET", address, headers=headers) as reply:
                    if reply.is_redirect and reply.status_code != 304:
                        address = self._redirect(address, reply, request)
                        # The key is for the source, not for whoever it sends us to.
                        headers = {name: value for name, value in headers.items() if name.startswith("If-")}
                        continue
                    return await self._read_reply(reply, request, old)
        except httpx.DecodingError as error:
            raise FetchError(f"{self._name(request)} is not compressed as it says it is; nothing was read.") from error
        except httpx.TimeoutException as error:
            raise _TransientError(
                f"{self._name(request)} stalled for {self.limits.read_seconds:,.0f} seconds."
            ) from error
        except httpx.ConnectError as error:
            raise _TransientError(
                f"{self.source} could not be reached ({self._transport_reason(error)}).", is_unreachable=True
            ) from error
        except httpx.TransportError as error:
            raise _TransientError(f"{self._name(request)} broke off ({self._transport_reason(error)}).") from error
        except httpx.InvalidURL as error:
            raise FetchError(f"{self._name(request)} was sent on to an address that is none.") from error
        except OSError as error:
            raise FetchError(
                f"{self._name(request)} could not be written to {self.cache.blobs} ({reason(error)})."
            ) from error
        raise FetchError(f"{self._name(request)} was sent on more than {_MOST_REDIRECTS} times; not followed further.")

    def _is_cached(self, old: Item, request: Request) -> bool:
        """Whether the bytes of an earlier reply to the same question are still there."""
        return old.sha256 is not None and old.url == request.url and self.cache.blob(old.sha256).exists()

    def _redirect(self, address: str, reply: httpx.Response, request: Request) -> str:
        location = reply.headers.get("location", "")
        if "key" in urlsplit(location).path.lower() or "x-datawebapi-keyerror" in reply.headers:
            # The Census sends requests without a valid key on to a page that answers 200.
            wrong = "does not accept the key" if self.secret is not None else "asks for a key"
            raise FetchError(f"{self.source} {wrong}. {self.key_hint}".strip())
        return guard.redirect_target(address, guard.redacted(location, None), request)

    async def _read_reply(self, reply: httpx.Response, request: Request, old: Item | None) -> Item:
        now = datetime.now(UTC).isoformat()
        status = reply.status_code
        if status == 304 and old is not None:
            await _head(reply)  # Read to its end, the connection serves the next request too.
            return Item(request.title, request.url, old.sha256, now, old.headers)
        if status == 200:
            return await self._read_body(reply, request, now)
        if status in (204, 404) and request.optional:
            await _head(reply)
            return Item(request.title, request.url, None, now)
        head = await _head(reply)
        wait = _retry_after(reply)
        if status in request.later:
            sentence = f"{self._name(request)} is still being prepared by the source ({status})."
            raise _TransientError(sentence, wait, is_prepared=True)
        if status in _TRANSIENT_STATUS or (status == 403 and wait is not None):
            if wait is not None and wait > _LONGEST_WAIT_SECONDS:
                when = f" for another {wait / 60:,.0f} minutes" if wait < 7200 else f" for {wait / 3600:,.0f} hours"
                raise _TransientError(f"{self.source} takes no further requests{when} ({status}).", wait)
            raise _TransientError(f"{self._name(request)} was answered with {status}.", wait)
        self._keep_evidence(head, request, f"status {status}")
        if status == 403 and b"quota" in head.lower():
            raise FetchError(f"{self.source} takes no further requests for now ({status}: {self._quoted(head)}).")
        if status in (401, 403) and (self.secret is not None or self.key_hint):
            wrong = "does not accept the key" if self.secret is not None else "asks for a key"
            raise FetchError(f"{self.source} {wrong} ({status}: {self._quoted(head)}). {self.key_hint}".strip())
        nothing = " with nothing" if status == 204 else ""
        said = f": {self._quoted(head)}" if head.strip() else ""
        raise FetchError(f"{self._name(request)} was answered{nothing} with {status}{said}.")

    async def _read_body(self, reply: httpx.Response, request: Request, now: str) -> Item:
        most = int(request.most_mb * 1e6)
        if int(_number(reply.headers.get("content-length")) or 0) > most:
            raise FetchError(self._too_large(request, int(reply.headers["content-length"])))
        part = self.cache.part(request.title)
        digest, size, head = hashlib.sha256(), 0, b""
        try:
            with part.open("wb") as file:
                async for chunk in reply.aiter_bytes():
                    size += len(chunk)
                    self._bytes += len(chunk)
                    head = head if len(head) >= 512 else head + chunk[:512]
                    digest.update(chunk)
                    file.write(chunk)
                    if size > most:
                        raise FetchError(self._too_large(request, size))
                    if self._bytes > self.limits.budget_mb * 1e6:
                        raise FetchError(
                            f"{self.source} sent more than the {self.limits.budget_mb:,.0f} MB it may; stopped."
                        )
            wrong = guard.wrong_start(head, request.kind) if size else "nothing at all"
            if wrong is not None:
                self._keep_evidence(part.read_bytes()[:_EVIDENCE_BYTES], request, wrong)
                if size == 0 and request.optional:
                    return Item(request.title, request.url, None, now)
                hint = f" {self.key_hint}" if self.key_hint and self.secret is None and "page" in wrong else ""
                raise FetchError(f"{self._name(request)} is {wrong}; it was not taken in.{hint}")
            sha256 = digest.hexdigest()
            self.cache.keep(part, sha256)
        finally:
            part.unlink(missing_ok=True)
        headers = {name: reply.headers[name] for name in _KEPT_HEADERS if name in reply.headers}
        return Item(request.title, request.url, sha256, now, headers)

    def _name(self, request: Request) -> str:
        return f"The reply {request.title} of {self.source}"

    def _quoted(self, head: bytes) -> str:
        words = guard.redacted(head.decode("utf-8", "replace").removeprefix("\ufeff"), self.secret)
        return (
            "a web page" if words.lower().startswith(("<!doctype html", "<html")) else words[:160] or "no reason given"
        )

    def _transport_reason(self, error: Exception) -> str:
        words = guard.redacted(str(error) or type(error).__name__, self.secret).rstrip(".")
        if any(sign in words for sign in _NO_NAME):
            return "its name was not found; is this machine online?"
        return _ERRNO.sub("", words)

    def _too_large(self, request: Request, size: int) -> str:
        return (
            f"{self._name(request)} has {size / 1e6:,.0f} MB or more where at most {request.most_mb:,.0f} MB were "
            "expected; it was not taken in."
        )

    def _keep_evidence(self, body: bytes, request: Request, why: str) -> None:
        now = datetime.now(UTC)
        item = Item(request.title, request.url, self.cache.keep_bytes(body), now.isoformat())
        self.cache.reject([item], why, now)


@lru_cache(maxsize=1)
def _trusted() -> ssl.SSLContext:
    """Whose certificates are believed: read once, since reading them takes longer than a small reply."""
    import httpx

    return httpx.create_ssl_context()


async def _head(reply: httpx.Response) -> bytes:
    head = b""
    async for chunk in reply.aiter_bytes():
        head += chunk
        if len(head) >= _EVIDENCE_BYTES:
            break
    return head[:_EVIDENCE_BYTES]


def _number(text: str | None) -> float | None:
    try:
        return float(text or "")
    except ValueError:
        return None


def _retry_after(reply: httpx.Response) -> float | None:
    """The seconds of a `Retry-After` header, as a number or as a date; None without one."""
    text = reply.headers.get("retry-after")
    seconds = _number(text)
    if seconds is not None:
        return max(seconds, 0.0) if seconds == seconds else None
    try:
        return max((parsedate_to_datetime(text or "") - datetime.now(UTC)).total_seconds(), 0.0)
    except (ValueError, TypeError):
        return None


def _version() -> str:
    try:
        return version("tradewake")
    except PackageNotFoundError:
        return "0"
