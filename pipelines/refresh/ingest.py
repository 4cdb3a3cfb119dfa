"""What the sources give: shipped files from disk, live replies over the network or from the raw cache, parsed."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from typing import Any

import polars as pl

from pipelines import checks, raw
from pipelines.errors import FetchError, ParseError, TradewakeError
from pipelines.normalise import money
from pipelines.normalise.periods import Window
from pipelines.raw import Payload, Request
from pipelines.raw.cache import Cache, Fetch, Item
from pipelines.raw.web import Fetcher
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
class Ingested:
    """What the sources gave, by source name: what is to be read, what was read, and a sentence where it failed."""

    batches: dict[str, list[Batch]] = field(default_factory=dict)
    frames: dict[str, list[Frames]] = field(default_factory=dict)
    failed: dict[str, str] = field(default_factory=dict)
    skipped: dict[str, str] = field(default_factory=dict)
    answered: list[str] = field(default_factory=list)
    findings: list[checks.Finding] = field(default_factory=list)
    unreadable: dict[str, list[str]] = field(default_factory=dict)


@dataclass(frozen=True)
class RefreshRun:
    """One refresh under way: what every step of it needs to know, and what the sources gave so far.

    Attributes:
        settings: where builds, raw cache and shipped figures lie.
        since: the first day that the maintainer asks for, None leaves it to the sources.
        previous: the build before, None when there is none.
        previous_provenance: what that one was made of; empty without it.
        ingested: what the sources gave.
        progress: called at every step.
        now: when the refresh began (UTC).
        named: sources that the maintainer named.
        is_rebuild: the published build had other tables, so that everything is made anew.
    """

    settings: Settings
    since: date | None
    previous: Store | None
    previous_provenance: Mapping[str, object]
    ingested: Ingested
    progress: Progress
    now: datetime
    named: Collection[str] = ()
    is_rebuild: bool = False

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
        self.ingested.failed[source.name] = sentence
        self.progress(Step(source.name, f"failed: {sentence}", 1, 1))


def fetch(sources: Sequence[Source], run: RefreshRun) -> None:
    """Fetch from every source; what fails is a sentence in `run.ingested.failed` and takes nothing from the others."""
    live = []
    for source in sources:
        if source.is_live:
            _ingest_cached(source, run)
            live.append(source)
        else:
            _ingest_shipped(source, run)
    if live and not run.settings.offline:
        asyncio.run(_fetch_all(live, run))


def fetch_cached(sources: Sequence[Source], run: RefreshRun) -> None:
    """Take from the raw cache alone what these live sources sent before; nothing is asked."""
    for source in sources:
        _ingest_cached(source, run)


def parse(sources: Sequence[Source], run: RefreshRun) -> None:
    """Parse what was fetched; a source whose payloads cannot be read keeps what it has."""
    ingested = run.ingested
    for source in sources:
        for batch in ingested.batches.get(source.name, []):
            run.progress(Step(source.name, "reading", 0, 1))
            try:
                frames = dict(source.parse(batch.payloads))
                if batch.is_new:
                    _check_rows(source, frames, ingested)
            except (FetchError, ParseError, *UNREADABLE) as error:
                if batch.is_new:
                    cache = run.cache(source)
                    cache.reject(batch.items, str(error), run.now)
                    cache.end_fetch()
                    ingested.batches[source.name] = [
                        other for other in ingested.batches[source.name] if other is not batch
                    ]
                run.fail(source, error)
                break
            ingested.frames.setdefault(source.name, []).append(frames)
            run.progress(Step(source.name, f"read {sum(frame.height for frame in frames.values()):,} rows", 1, 1))


def _check_rows(source: Source, frames: Frames, ingested: Ingested) -> None:
    """Hold what a live source sent to how much it sends; what was taken in before is not asked again."""
    for finding in checks.expected(source.name, frames, source.expected_rows):
        if finding.level == "fail":
            raise ParseError(finding.sentence)
        ingested.findings.append(finding)


def refuse_without_rate(run: RefreshRun) -> None:
    """A live source with euros of a month that has no dollar rate yet fails alone; the next refresh asks it again."""
    ingested = run.ingested
    rates = [frames["macro"] for fetches in ingested.frames.values() for frames in fetches if "macro" in frames]
    if run.previous is not None:
        rates.append(run.previous.table("macro").drop("known_to"))
    for name in [name for name, batches in ingested.batches.items() if any(batch.is_new for batch in batches)]:
        for frames in ingested.frames.get(name, [])[-1:]:
            lacking = money.without_rate(frames["trade_flow"], rates) if "trade_flow" in frames else None
            if lacking is not None:
                batch = ingested.batches[name].pop()
                ingested.frames[name].pop()
                error = ParseError(
                    f"{name} has euros of {lacking:%Y-%m}, and no source has that month's dollar rate yet."
                )
                cache = Cache(run.settings.raw_dir, name)
                cache.reject(batch.items, str(error), run.now)
                cache.end_fetch()
                ingested.failed[name] = str(error)
                run.progress(Step(name, f"failed: {error}", 1, 1))


def fingerprints(run: RefreshRun) -> dict[str, dict[str, str]]:
    """By source and payload; a source that failed, or was not asked, keeps those of the build before."""
    by_source = {name: dict(prints) for name, prints in _mapping(run.previous_provenance.get("payloads")).items()}
    for name, batches in run.ingested.batches.items():
        if name in run.ingested.failed:
            continue
        if any(batch.fetch for batch in batches):
            for batch in batches:
                by_source.setdefault(name, {}).update({item.name: item.sha256 or "" for item in batch.items})
        else:
            by_source[name] = {payload.name: payload.sha256 for batch in batches for payload in batch.payloads}
    return by_source


def fetch_names(run: RefreshRun) -> dict[str, list[str]]:
    """The fetches of live sources that a build then holds, by source."""
    by_source = {name: list(names) for name, names in _mapping(run.previous_provenance.get("fetches")).items()}
    for name, batches in run.ingested.batches.items():
        if name not in run.ingested.failed:
            by_source[name] = [*by_source.get(name, []), *(batch.fetch for batch in batches if batch.fetch)]
    return {name: names for name, names in by_source.items() if names}


def record_fetches(sources: Sequence[Source], run: RefreshRun) -> None:
    """Write down the new fetches that passed every check: from now on they are part of the raw cache."""
    for source in sources:
        for batch in run.ingested.batches.get(source.name, []):
            if batch.is_new and source.name not in run.ingested.failed:
                run.cache(source).add_fetch(batch.fetch, batch.items)
    mark_answered(sources, run)


def mark_answered(sources: Sequence[Source], run: RefreshRun) -> None:
    """Nothing is under way any more at the sources that answered in full."""
    for source in sources:
        if source.name in run.ingested.answered and source.name not in run.ingested.failed:
            cache = run.cache(source)
            cache.end_fetch()
            cache.record_answered(run.now)


def reject_new(sources: Sequence[Source], run: RefreshRun, why: str) -> None:
    """The checks refused what came: the bytes stay as evidence, and the next refresh asks anew."""
    for source in sources:
        for batch in run.ingested.batches.get(source.name, []):
            if batch.is_new:
                run.cache(source).reject(batch.items, why, run.now)
                run.cache(source).end_fetch()


def _ingest_shipped(source: Source, run: RefreshRun) -> None:
    try:
        requests = raw.expand(source.requests(Window(run.since)), run.settings)
        payloads = []
        for number, request in enumerate(requests):
            run.progress(Step(source.name, "fetching", number, len(requests)))
            payloads.append(raw.fetch(request, run.settings))
        run.progress(Step(source.name, "fetched", len(requests), len(requests)))
        run.ingested.batches[source.name] = [Batch(payloads)]
    except (FetchError, ParseError) as error:
        run.fail(source, error)


def _ingest_cached(source: Source, run: RefreshRun) -> None:
    """Fetches in the raw cache that the build before lacks: after a lost store, or a refresh that was killed.

    One whose bytes are gone fails the source. But where a build is made anew there is nothing of the source to keep, so
    the others of its fetches are taken; the loss is told, and later refreshes do not stumble over it again.
    """
    built = _mapping(run.previous_provenance.get("fetches")).get(source.name, [])
    lost_before = unreadable(run).get(source.name, [])
    cache = run.cache(source)
    unbuilt = [fetch for fetch in cache.fetches() if fetch.fetch not in built]
    if not unbuilt:
        return
    batches, lost = [], []
    try:
        tables = _lookup_files(source, run)
        for fetch in unbuilt:
            try:
                batches.append(_batch(fetch, cache, tables))
            except FetchError:
                if not run.is_rebuild and fetch.fetch not in lost_before:
                    raise
                lost.append(fetch.fetch)
    except (FetchError, ParseError) as error:
        run.fail(source, error)
        return
    if lost:
        run.ingested.unreadable[source.name] = lost
    if batches:
        run.ingested.batches[source.name] = batches
        run.progress(Step(source.name, "taken from the raw cache", 1, 1))


def _batch(fetch: Fetch, cache: Cache, tables: Sequence[Payload], *, is_new: bool = False) -> Batch:
    # All replies of one fetch are of one vintage: that of the last of them.
    moment = max(datetime.fromisoformat(item.retrieved) for item in fetch.items)
    payloads = []
    for item in fetch.items:
        payload = cache.payload(item, retrieved=moment, check=not is_new)
        if payload is None and item.sha256 is not None:
            raise FetchError(
                f"The raw bytes of {item.name} from {fetch.fetch} are gone or changed in {cache.blobs}. "
                f"Bring them back, or remove {cache.description(fetch.fetch)} to go on without this vintage."
            )
        if payload is not None:
            payloads.append(payload)
    return Batch([*tables, *payloads], fetch.fetch, fetch.items, is_new)


def _lookup_files(source: Source, run: RefreshRun) -> list[Payload]:
    """The shipped files that a live source reads its replies with."""
    requests = [request for request in source.requests(Window(run.since)) if request.url.startswith(raw.SHIPPED)]
    return [raw.fetch(request, run.settings) for request in raw.expand(requests, run.settings)]


async def _fetch_all(sources: Sequence[Source], run: RefreshRun) -> None:
    gate = asyncio.Semaphore(SOURCES_AT_ONCE)

    async def fetch_or_fail(source: Source) -> None:
        async with gate:
            try:
                await _fetch_source(source, run)
            except (FetchError, ParseError, *UNREADABLE) as error:
                run.fail(source, error)

    await asyncio.gather(*(fetch_or_fail(source) for source in sources))


async def _fetch_source(source: Source, run: RefreshRun) -> None:
    settings, cache = run.settings, run.cache(source)
    secret = settings.secret(source.key)
    if secret is None and (source.key_needed or (source.unkeyed_by_name and source.name not in run.named)):
        little = f" Without it `tradewake refresh {source.name}` brings a little." if source.unkeyed_by_name else ""
        sentence = f"{source.key} is not set; a key is to be had at {source.key_from}.{little}"
        run.ingested.skipped[source.name] = sentence
        run.progress(Step(source.name, f"left out: {sentence}", 1, 1))
        return
    window = replace(_window(source, run), keyed=secret is not None)
    tables = _lookup_files(source, run)
    cache.remove_leftovers()
    fetcher = Fetcher(
        source=source.name,
        limits=source.limits,
        cache=cache,
        elsewhere=settings.elsewhere(source.name),
        secret=secret,
        key_hint=_key_hint(source),
        retry_seconds=settings.retry_seconds,
        latest_items=cache.latest(),
        already_fetched=cache.begin_fetch(
            f"since={window.since} held={window.latest_period} keyed={window.keyed}", run.now
        ),
        progress=lambda done, total, size: run.progress(Step(source.name, f"fetching, {size:,.1f} MB", done, total)),
    )
    todo = _distinct([one for one in source.requests(window) if not one.url.startswith(raw.SHIPPED)], [])
    if not todo:
        run.ingested.skipped[source.name] = "It has nothing to ask for now."
        return
    run.progress(Step(source.name, "fetching", 0, len(todo)))
    asked: list[str] = []
    try:
        async for titles in _rounds(source, fetcher, tables, todo):
            asked += titles
    except (ParseError, *UNREADABLE) as error:
        # Every request was answered and an answer is no good: gone on with, it would fail again for hours.
        cache.reject([fetcher.already_fetched[name] for name in asked], str(error), run.now)
        cache.end_fetch()
        raise
    run.progress(Step(source.name, "fetched", len(asked), len(asked)))
    run.ingested.answered.append(source.name)
    items = tuple(fetcher.already_fetched[name] for name in asked)
    known = {
        item.name: item.sha256 or "" for batch in run.ingested.batches.get(source.name, []) for item in batch.items
    }
    known = _mapping(run.previous_provenance.get("payloads")).get(source.name, {}) | known
    if any(known.get(item.name) != (item.sha256 or "") for item in items):
        fetch = Fetch(cache.next_name(run.now), items)
        batch = _batch(fetch, cache, tables, is_new=True)
        run.ingested.batches.setdefault(source.name, []).append(batch)


async def _rounds(
    source: Source, fetcher: Fetcher, tables: Sequence[Payload], todo: list[Request]
) -> AsyncIterator[list[str]]:
    """Ask, and ask again for what the replies name, until they name nothing new; gives the names of every round."""
    asked: list[str] = []
    payloads: list[Payload] = []
    for _ in range(MOST_ROUNDS):
        payloads += await fetcher.get(todo)
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


def _window(source: Source, run: RefreshRun) -> Window:
    """What the source's own refreshes gave so far; as if there had been none where some of it was lost."""
    today = run.now.astimezone(UTC).date()
    if run.previous is None or source.name in ask_in_full(run):
        return Window(run.since, today)
    latest_period = run.previous.query(
        """
        WITH own AS (SELECT release FROM release WHERE origin = ?)
        SELECT max(period) AS latest FROM (
            SELECT max(period) AS period FROM trade_flow WHERE release IN (FROM own)
            UNION ALL
            SELECT max(period) AS period FROM macro WHERE NOT is_forecast AND release IN (FROM own)
        )
        """,
        [source.name],
    ).item()
    last_asked = run.cache(source).last_answered()
    return Window(run.since, today, latest_period, None if last_asked is None else last_asked.date())


def unreadable(run: RefreshRun) -> dict[str, list[str]]:
    """Fetches that the raw cache names and no longer has, by source: those of earlier builds and of this refresh."""
    return _mapping(run.previous_provenance.get("unreadable")) | run.ingested.unreadable


def ask_in_full(run: RefreshRun) -> list[str]:
    """Sources that lost figures with a build of other tables and were not asked for everything since."""
    names = run.previous_provenance.get("ask_in_full")
    return list(names) if isinstance(names, list) else []


def _mapping(value: object) -> dict[str, Any]:
    return dict(value) if isinstance(value, dict) else {}
