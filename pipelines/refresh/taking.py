"""Taking in what the sources give: shipped files from disk, live replies over the network or from the raw cache."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from typing import Any

import polars as pl

from pipelines import raw
from pipelines.errors import FetchError, ParseError, TradewakeError
from pipelines.normalise import money
from pipelines.normalise.periods import Window
from pipelines.raw import Payload, Request
from pipelines.raw.cache import Cache, Fetch, Item
from pipelines.raw.web import Visit
from pipelines.refresh.report import Progress, Step
from pipelines.settings import Settings
from pipelines.sources.base import Frames, Source
from pipelines.store import Store

SOURCES_AT_ONCE = 8
"""Sources asked side by side; each keeps its own pace."""

MOST_ROUNDS = 60
"""Rounds of further requests that replies may name: pages of an index, parts of parts."""

UNREADABLE = (pl.exceptions.PolarsError, LookupError, TypeError, ValueError, AttributeError, ArithmeticError)
"""What a reader may stumble over in a reply of a shape that nobody thought of. One source's reader takes down only that
source: the others publish their news, and the reply is kept for the report."""


@dataclass
class Batch:
    """Payloads that are read together: the files that ship, or one fetch of a live source (then with its name)."""

    payloads: list[Payload]
    fetch: str = ""
    items: tuple[Item, ...] = ()
    is_new: bool = False


@dataclass
class Taken:
    """What the sources gave, by source name: what is to be read, what was read, and a sentence where it failed."""

    batches: dict[str, list[Batch]] = field(default_factory=dict)
    frames: dict[str, list[Frames]] = field(default_factory=dict)
    hashes: dict[str, dict[str, str]] = field(default_factory=dict)
    failed: dict[str, str] = field(default_factory=dict)
    skipped: dict[str, str] = field(default_factory=dict)
    answered: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Walker:
    """The facts that every step of taking in needs."""

    settings: Settings
    since: date | None
    previous: Store | None
    before: Mapping[str, object]
    taken: Taken
    say: Progress
    now: datetime
    named: Collection[str] = ()

    def cache(self, source: Source) -> Cache:
        """The raw folder of a source."""
        return Cache(self.settings.raw_dir, source.name)

    def fail(self, source: Source, error: Exception) -> None:
        """The source keeps what it has."""
        sentence = str(error)
        if not isinstance(error, TradewakeError):
            kind, words = type(error).__name__, " ".join(str(error).split())[:120]
            sentence = (
                f"The reader of {source.name} could not make sense of what came ({kind}: {words}). The reply is kept "
                f"in {self.cache(source).folder}; please report it."
            )
        self.taken.failed[source.name] = sentence
        self.say(Step(source.name, f"failed: {sentence}", 1, 1))


def take(sources: Sequence[Source], walker: Walker) -> None:
    """Fetch from every source; what fails is told in `taken.failed` and takes nothing from the others."""
    live = []
    for source in sources:
        if source.is_live:
            _waiting(source, walker)
            live.append(source)
        else:
            _shipped(source, walker)
    if live and not walker.settings.offline:
        asyncio.run(_ask_all(live, walker))


def read(sources: Sequence[Source], walker: Walker) -> None:
    """Parse what was taken; a source whose payloads cannot be read keeps what it has."""
    taken = walker.taken
    for source in sources:
        for batch in taken.batches.get(source.name, []):
            walker.say(Step(source.name, "reading", 0, 1))
            try:
                frames = dict(source.parse(batch.payloads))
            except (FetchError, ParseError, *UNREADABLE) as error:
                if batch.is_new:
                    cache = walker.cache(source)
                    cache.reject(batch.items, str(error), walker.now)
                    cache.end()
                    taken.batches[source.name] = [other for other in taken.batches[source.name] if other is not batch]
                walker.fail(source, error)
                break
            taken.frames.setdefault(source.name, []).append(frames)
            walker.say(Step(source.name, f"read {sum(frame.height for frame in frames.values()):,} rows", 1, 1))


def hold_back(walker: Walker) -> None:
    """A live source with euros of a month that has no dollar rate yet fails alone; the next refresh asks it again."""
    taken = walker.taken
    rates = [frames["macro"] for fetches in taken.frames.values() for frames in fetches if "macro" in frames]
    if walker.previous is not None:
        rates.append(walker.previous.table("macro").drop("known_to"))
    for name in [name for name, batches in taken.batches.items() if any(batch.is_new for batch in batches)]:
        for frames in taken.frames.get(name, [])[-1:]:
            lacking = money.without_rate(frames["trade_flow"], rates) if "trade_flow" in frames else None
            if lacking is not None:
                batch = taken.batches[name].pop()
                taken.frames[name].pop()
                error = ParseError(
                    f"{name} has euros of {lacking:%Y-%m}, and no source has that month's dollar rate yet."
                )
                cache = Cache(walker.settings.raw_dir, name)
                cache.reject(batch.items, str(error), walker.now)
                cache.end()
                taken.failed[name] = str(error)
                walker.say(Step(name, f"failed: {error}", 1, 1))


def fingerprints(walker: Walker) -> dict[str, dict[str, str]]:
    """By source and payload; a source that failed, or was not asked, keeps those of the build before."""
    found = {name: dict(prints) for name, prints in _mapping(walker.before.get("payloads")).items()}
    for name, batches in walker.taken.batches.items():
        if name in walker.taken.failed:
            continue
        if any(batch.fetch for batch in batches):
            for batch in batches:
                found.setdefault(name, {}).update({item.name: item.sha256 or "" for item in batch.items})
        else:
            found[name] = {payload.name: payload.sha256 for batch in batches for payload in batch.payloads}
    return found


def fetches(walker: Walker) -> dict[str, list[str]]:
    """The fetches of live sources that a build then holds, by source."""
    found = {name: list(names) for name, names in _mapping(walker.before.get("fetches")).items()}
    for name, batches in walker.taken.batches.items():
        if name not in walker.taken.failed:
            found[name] = [*found.get(name, []), *(batch.fetch for batch in batches if batch.fetch)]
    return {name: names for name, names in found.items() if names}


def keep(sources: Sequence[Source], walker: Walker) -> None:
    """Write down the new fetches that passed every check: from now on they are part of the raw cache."""
    for source in sources:
        for batch in walker.taken.batches.get(source.name, []):
            if batch.is_new and source.name not in walker.taken.failed:
                walker.cache(source).add_fetch(batch.fetch, batch.items)
    settle(sources, walker)


def settle(sources: Sequence[Source], walker: Walker) -> None:
    """Nothing is under way any more at the sources that answered in full."""
    for source in sources:
        if source.name in walker.taken.answered and source.name not in walker.taken.failed:
            cache = walker.cache(source)
            cache.end()
            cache.answered(walker.now)


def refuse(sources: Sequence[Source], walker: Walker, why: str) -> None:
    """The checks refused what came: the bytes stay as evidence, and the next refresh asks anew."""
    for source in sources:
        for batch in walker.taken.batches.get(source.name, []):
            if batch.is_new:
                walker.cache(source).reject(batch.items, why, walker.now)
                walker.cache(source).end()


def _shipped(source: Source, walker: Walker) -> None:
    try:
        requests = raw.expand(source.requests(Window(walker.since)), walker.settings)
        payloads = []
        for number, request in enumerate(requests):
            walker.say(Step(source.name, "fetching", number, len(requests)))
            payloads.append(raw.fetch(request, walker.settings))
        walker.say(Step(source.name, "fetched", len(requests), len(requests)))
        walker.taken.batches[source.name] = [Batch(payloads)]
    except (FetchError, ParseError) as error:
        walker.fail(source, error)


def _waiting(source: Source, walker: Walker) -> None:
    """Fetches in the raw cache that the build before lacks: after a lost store, or a refresh that was killed."""
    held = _mapping(walker.before.get("fetches")).get(source.name, [])
    cache = walker.cache(source)
    waiting = [fetch for fetch in cache.fetches() if fetch.fetch not in held]
    if not waiting:
        return
    try:
        tables = _tables(source, walker)
        walker.taken.batches[source.name] = [_batch(fetch, cache, tables) for fetch in waiting]
        walker.say(Step(source.name, "taken from the raw cache", 1, 1))
    except (FetchError, ParseError) as error:
        walker.taken.batches.pop(source.name, None)
        walker.fail(source, error)


def _batch(fetch: Fetch, cache: Cache, tables: Sequence[Payload], *, is_new: bool = False) -> Batch:
    # All replies of one fetch are of one vintage: that of the last of them.
    moment = max(datetime.fromisoformat(item.retrieved) for item in fetch.items)
    payloads = []
    for item in fetch.items:
        payload = cache.payload(item, retrieved=moment, check=not is_new)
        if payload is None and item.sha256 is not None:
            raise FetchError(f"The raw bytes of {item.name} from {fetch.fetch} are gone or changed in {cache.blobs}.")
        if payload is not None:
            payloads.append(payload)
    return Batch([*tables, *payloads], fetch.fetch, fetch.items, is_new)


def _tables(source: Source, walker: Walker) -> list[Payload]:
    """The shipped files that a live source reads its replies with."""
    requests = [request for request in source.requests(Window(walker.since)) if request.url.startswith(raw.SHIPPED)]
    return [raw.fetch(request, walker.settings) for request in raw.expand(requests, walker.settings)]


async def _ask_all(sources: Sequence[Source], walker: Walker) -> None:
    gate = asyncio.Semaphore(SOURCES_AT_ONCE)

    async def ask(source: Source) -> None:
        async with gate:
            try:
                await _ask(source, walker)
            except (FetchError, ParseError, *UNREADABLE) as error:
                walker.fail(source, error)

    await asyncio.gather(*(ask(source) for source in sources))


async def _ask(source: Source, walker: Walker) -> None:
    settings, cache = walker.settings, walker.cache(source)
    secret = settings.secret(source.key)
    if secret is None and (source.key_needed or (source.unkeyed_by_name and source.name not in walker.named)):
        little = f" Without it `tradewake refresh {source.name}` brings a little." if source.unkeyed_by_name else ""
        sentence = f"{source.key} is not set; a key is to be had at {source.key_from}.{little}"
        walker.taken.skipped[source.name] = sentence
        walker.say(Step(source.name, f"left out: {sentence}", 1, 1))
        return
    window = replace(_window(source, walker), keyed=secret is not None)
    tables = _tables(source, walker)
    cache.tidy()
    visit = Visit(
        source=source.name,
        manners=source.manners,
        cache=cache,
        elsewhere=settings.elsewhere(source.name),
        secret=secret,
        key_hint=_key_hint(source),
        retry_seconds=settings.retry_seconds,
        known=cache.latest(),
        have=cache.begin(f"since={window.since} held={window.held} keyed={window.keyed}", walker.now),
        progress=lambda done, total, size: walker.say(Step(source.name, f"fetching, {size:,.1f} MB", done, total)),
    )
    todo = _distinct([one for one in source.requests(window) if not one.url.startswith(raw.SHIPPED)], [])
    if not todo:
        walker.taken.skipped[source.name] = "It has nothing to ask for now."
        return
    walker.say(Step(source.name, "fetching", 0, len(todo)))
    asked: list[str] = []
    try:
        async for titles in _rounds(source, visit, tables, todo):
            asked += titles
    except (ParseError, *UNREADABLE) as error:
        # Every request was answered and an answer is no good: gone on with, it would fail again for hours.
        cache.reject([visit.have[name] for name in asked], str(error), walker.now)
        cache.end()
        raise
    walker.say(Step(source.name, "fetched", len(asked), len(asked)))
    walker.taken.answered.append(source.name)
    items = tuple(visit.have[name] for name in asked)
    known = {
        item.name: item.sha256 or "" for batch in walker.taken.batches.get(source.name, []) for item in batch.items
    }
    known = _mapping(walker.before.get("payloads")).get(source.name, {}) | known
    if any(known.get(item.name) != (item.sha256 or "") for item in items):
        fetch = Fetch(cache.next_name(walker.now), items)
        batch = _batch(fetch, cache, tables, is_new=True)
        walker.taken.batches.setdefault(source.name, []).append(batch)


async def _rounds(
    source: Source, visit: Visit, tables: Sequence[Payload], todo: list[Request]
) -> AsyncIterator[list[str]]:
    """Ask, and ask again for what the replies name, until they name nothing new; gives the names of every round."""
    asked: list[str] = []
    payloads: list[Payload] = []
    for _ in range(MOST_ROUNDS):
        payloads += await visit.get(todo)
        titles = [request.title for request in todo]
        asked += titles
        yield titles
        try:
            todo = _distinct(source.follow([*tables, *payloads]), asked)
        except FetchError as error:
            # It came, and is not even text.
            raise ParseError(str(error)) from error
        if not todo:
            return
    raise ParseError(f"{source.name} names further replies without end; stopped after {len(asked)}.")


def _distinct(requests: Sequence[Request], asked: Sequence[str]) -> list[Request]:
    found = {request.title: request for request in requests if request.title not in asked}
    return list(found.values())


def _key_hint(source: Source) -> str:
    return f"Set {source.key}; a key is to be had at {source.key_from}." if source.key and source.key_from else ""


def _window(source: Source, walker: Walker) -> Window:
    """What the source's own refreshes gave so far."""
    today = walker.now.astimezone(UTC).date()
    if walker.previous is None:
        return Window(walker.since, today)
    held = walker.previous.query(
        """
        WITH own AS (SELECT release FROM release WHERE origin = ?)
        SELECT max(period) AS held FROM (
            SELECT max(period) AS period FROM trade_flow WHERE release IN (FROM own)
            UNION ALL
            SELECT max(period) AS period FROM macro WHERE NOT is_forecast AND release IN (FROM own)
        )
        """,
        [source.name],
    ).item()
    last = walker.cache(source).last_answered()
    return Window(walker.since, today, held, None if last is None else last.date())


def _mapping(found: object) -> dict[str, Any]:
    return dict(found) if isinstance(found, dict) else {}
