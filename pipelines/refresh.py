"""The walk over all sources: fetch, read, mend, hold to contract, check, build, publish. All of it or nothing."""

from __future__ import annotations

import hashlib
import json
import platform
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, Literal

import polars as pl
from filelock import FileLock, Timeout

from pipelines import checks, raw, store
from pipelines.errors import BusyError, FetchError, ParseError, RefusedError, StoreError, TradewakeError, reason
from pipelines.normalise import corrections
from pipelines.normalise.assemble import assemble
from pipelines.normalise.periods import Window
from pipelines.raw import SHIPPED, Payload, Request
from pipelines.schema import SCHEMA_VERSION, TABLES
from pipelines.schema.changes import compare
from pipelines.settings import Settings
from pipelines.sources import SOURCES, Source, check_names

LAST_REFRESH = "last-refresh.json"
"""What the last attempt came to, beside the builds; it also tells of attempts that published nothing."""

FIRST_RUN_PATIENCE_SECONDS = 60.0
"""Two dashboards started at once on a fresh machine: the second waits for the first one's build."""

_CORRECTIONS = Request(SHIPPED + "corrections.toml", optional=True)


@dataclass(frozen=True)
class Step:
    """Progress: the source (empty for the build itself), what is being done, and how far it is."""

    source: str
    doing: str
    done: int
    total: int


Progress = Callable[[Step], None]


@dataclass(frozen=True)
class RefreshReport:
    """What a refresh came to.

    `outcome`: published, unchanged (nothing new came) or dry_run; `build_id` the published build (the one before for
    a dry run); `failed` source name to sentence; `changes` as `schema.changes` describes them; `rows` per table.
    """

    outcome: Literal["published", "unchanged", "dry_run"]
    build_id: str | None
    previous_id: str | None
    failed: Mapping[str, str]
    findings: Sequence[checks.Finding]
    changes: pl.DataFrame
    rows: Mapping[str, int]
    seconds: float
    removed_builds: Sequence[str] = ()

    @property
    def exit_code(self) -> int:
        """0, or 3 when a source failed and keeps its last good figures."""
        return FetchError.exit_code if self.failed else 0


@dataclass
class _Taken:
    """What the sources gave: payloads and frames by source name, and a sentence for each that failed."""

    payloads: dict[str, list[Payload]] = field(default_factory=dict)
    frames: dict[str, Mapping[str, pl.DataFrame]] = field(default_factory=dict)
    failed: dict[str, str] = field(default_factory=dict)


def refresh(
    sources: Sequence[Source],
    settings: Settings,
    *,
    since: date | None = None,
    dry_run: bool = False,
    force: bool = False,
    offline: bool = True,
    progress: Progress | None = None,
    patience: float = 0,
) -> RefreshReport:
    """Take in what the sources give and publish it as a new build.

    Figures of sources that fail, or that are not asked, stay as they are in the published build. When all payloads
    are those of the published build nothing is done, unless `force`. Can be killed at any point: the published build
    stays, and the next refresh clears away what was left.

    Args:
        sources: the sources to ask.
        settings: where the builds lie and where shipped figures are read.
        since: ask for periods from this day on, where a source can.
        dry_run: do everything but publish.
        force: build although nothing is new.
        offline: never touch the network.
        progress: called at every step.
        patience: seconds to wait for another refresh to end.

    Raises:
        BusyError: another refresh is running.
        RefusedError: contracts or checks failed, or a source failed and there is no build to keep its figures from.
        TradewakeError: the folder cannot be written.
    """
    say = progress if progress is not None else _silent
    started = datetime.now(UTC)
    reading = settings.model_copy(update={"offline": offline or settings.offline})
    with locked(settings.store_dir, patience):
        note: dict[str, Any] = {"started": started.isoformat(), "asked": [source.name for source in sources]}
        taken = _Taken()
        try:
            report = _walk(sources, reading, Window(since), taken, started, dry_run=dry_run, force=force, say=say)
        except TradewakeError as error:
            _remember(settings.store_dir, note | {"outcome": "refused", "error": str(error), "failed": taken.failed})
            raise
        findings = [finding.as_dict() for finding in report.findings]
        _remember(settings.store_dir, note | {"outcome": report.outcome, "failed": taken.failed, "findings": findings})
        return report


def pick(names: Sequence[str], settings: Settings) -> tuple[Source, ...]:
    """The sources of these names, all when none is named, or when there is no build yet to keep the others' figures.

    Raises:
        UsageError: a name is unknown, or its figures come with another source.
    """
    check_names(names, settings)
    if not names or _previous(settings.store_dir) is None:
        return SOURCES
    return tuple(source for source in SOURCES if source.name in names)


def ensure_store(settings: Settings, progress: Progress | None = None) -> store.Store:
    """The published build; made from the shipped figures when there is none. For the first run of the dashboard.

    Raises:
        TradewakeError: there is none and none could be made.
    """
    try:
        return store.current_store(settings.store_dir, fallback=True)
    except StoreError:
        refresh(SOURCES, settings, progress=progress, patience=FIRST_RUN_PATIENCE_SECONDS)
        return store.current_store(settings.store_dir)


def _silent(step: Step) -> None:
    del step


@contextmanager
def locked(store_dir: Path, patience: float = 0) -> Iterator[None]:
    """Hold the only lock under which builds are written or switched; a killed process lets go of it by dying.

    Raises:
        BusyError: somebody else holds it.
        TradewakeError: the folder cannot be written.
    """
    try:
        store_dir.mkdir(parents=True, exist_ok=True)
        lock = FileLock(store_dir / ".lock", timeout=patience)
        lock.acquire()
    except Timeout as error:
        raise BusyError(f"Another refresh is running in {store_dir}. Wait for it, then try again.") from error
    except OSError as error:
        raise TradewakeError(
            f"The folder {store_dir} cannot be written ({reason(error)}). Set TRADEWAKE_HOME to a folder that can be."
        ) from error
    try:
        yield
    finally:
        lock.release()


def _walk(
    sources: Sequence[Source],
    settings: Settings,
    window: Window,
    taken: _Taken,
    started: datetime,
    *,
    dry_run: bool,
    force: bool,
    say: Progress,
) -> RefreshReport:
    previous = _previous(settings.store_dir)
    before = previous.provenance() if previous is not None else {}
    for source in sources:
        _fetch(source, settings, window, taken, say)
    mends = [raw.fetch(request, settings) for request in raw.expand([_optional_pattern(_CORRECTIONS)], settings)]
    _keep_or_refuse(taken.failed, previous)
    content_hash = _content_hash(_hashes(taken, mends, before))
    published = previous is not None and previous.problem is None
    if previous is not None and published and previous.build.content_hash == content_hash and not force:
        return _report("unchanged", previous, previous, taken, (), _none_changed(), {}, started)

    for source in sources:
        _parse(source, taken, say)
    _keep_or_refuse(taken.failed, previous)
    # A source that failed while it was read keeps the figures of the build before, and so their fingerprint.
    hashes = _hashes(taken, mends, before)
    if published and previous is not None and previous.build.content_hash == _content_hash(hashes) and not force:
        return _report("unchanged", previous, previous, taken, (), _none_changed(), {}, started)
    say(Step("", "putting vintages together", 0, 4))
    old = {name: previous.table(name) for name in TABLES} if previous is not None else {}
    incomplete = {source.name for source in sources if not source.complete}
    try:
        mended = [entry for payload in mends for entry in corrections.read(payload)]
        may_go = {gone for payload in mends for gone in corrections.removals(payload, started.date())}
        frames, tripped = assemble(taken.frames, old, incomplete, mended)
    except ParseError as error:
        # Not one source failed but what they say together: there is nothing to fall back on.
        raise RefusedError(f"Nothing was published: {error}") from error
    say(Step("", "checking", 1, 4))
    findings = [*_warnings(tripped), *checks.contract(frames)]
    _refuse_if_failing(findings)
    findings += checks.review(frames, previous, may_go=may_go)
    _refuse_if_failing(findings)
    changes = compare(old, frames)
    rows = {name: frame.height for name, frame in frames.items()}
    if dry_run:
        return _report("dry_run", previous, previous, taken, findings, changes, rows, started)

    say(Step("", "writing the build", 2, 4))
    provenance = _provenance(hashes, taken, findings, changes, rows, previous, started, window)
    built = store.build_store(frames, provenance, settings.store_dir)
    say(Step("", "publishing", 3, 4))
    now = store.publish(settings.store_dir, built.build_id)
    removed = store.prune(settings.store_dir, settings.keep_builds)
    say(Step("", "published", 4, 4))
    return _report("published", now, previous, taken, findings, changes, rows, started, removed)


def _report(
    outcome: Literal["published", "unchanged", "dry_run"],
    now: store.Store | None,
    previous: store.Store | None,
    taken: _Taken,
    findings: Sequence[checks.Finding],
    changes: pl.DataFrame,
    rows: Mapping[str, int],
    started: datetime,
    removed: Sequence[str] = (),
) -> RefreshReport:
    return RefreshReport(
        outcome=outcome,
        build_id=None if now is None else now.build_id,
        previous_id=None if previous is None else previous.build_id,
        failed=dict(taken.failed),
        findings=tuple(findings),
        changes=changes,
        rows=dict(rows),
        seconds=(datetime.now(UTC) - started).total_seconds(),
        removed_builds=tuple(removed),
    )


def _none_changed() -> pl.DataFrame:
    return compare({}, {})


def _optional_pattern(request: Request) -> Request:
    """A folder without this file is allowed: asked for as a pattern, it may match nothing."""
    return Request(request.url.replace(".toml", "*.toml"), optional=request.optional)


def _previous(store_dir: Path) -> store.Store | None:
    """The published build, or the last good one when that cannot be read; None when there is none at all."""
    try:
        return store.current_store(store_dir, fallback=True)
    except StoreError:
        return None


def _fetch(source: Source, settings: Settings, window: Window, taken: _Taken, say: Progress) -> None:
    try:
        requests = raw.expand(source.requests(window), settings)
        payloads = []
        for number, request in enumerate(requests):
            say(Step(source.name, "fetching", number, len(requests)))
            payloads.append(raw.fetch(request, settings))
        say(Step(source.name, "fetched", len(requests), len(requests)))
        taken.payloads[source.name] = payloads
    except (FetchError, ParseError) as error:
        _failed(source, error, taken, say)


def _parse(source: Source, taken: _Taken, say: Progress) -> None:
    payloads = taken.payloads.get(source.name)
    if payloads is None:
        return
    say(Step(source.name, "reading", 0, 1))
    try:
        frames = dict(source.parse(payloads))
        if "release" in frames:
            frames["release"] = frames["release"].with_columns(origin=pl.lit(source.name))
        taken.frames[source.name] = frames
        say(Step(source.name, f"read {sum(frame.height for frame in frames.values()):,} rows", 1, 1))
    except (FetchError, ParseError) as error:
        del taken.payloads[source.name]
        _failed(source, error, taken, say)


def _failed(source: Source, error: TradewakeError, taken: _Taken, say: Progress) -> None:
    taken.failed[source.name] = str(error)
    say(Step(source.name, f"failed: {error}", 1, 1))


def _keep_or_refuse(failed: Mapping[str, str], previous: store.Store | None) -> None:
    if failed and previous is None:
        name, sentence = next(iter(failed.items()))
        raise RefusedError(f"{sentence} The source {name} has no earlier figures to keep, so nothing was published.")


def _hashes(taken: _Taken, mends: Sequence[Payload], before: Mapping[str, Any]) -> dict[str, dict[str, str]]:
    """Fingerprints by source and payload; a source that was not asked or failed keeps those of the build before."""
    kept = {name: dict(found) for name, found in before.get("payloads", {}).items()}
    now = {name: {payload.name: payload.sha256 for payload in found} for name, found in taken.payloads.items()}
    return kept | now | {"corrections": {payload.name: payload.sha256 for payload in mends}}


def _content_hash(hashes: Mapping[str, Mapping[str, str]]) -> str:
    facts = [SCHEMA_VERSION, _version("tradewake"), {name: dict(found) for name, found in hashes.items()}]
    return hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "not installed"  # run from a folder of sources


def _warnings(tripped: Sequence[str]) -> list[checks.Finding]:
    return [checks.Finding("warn", "corrections", "", sentence, 1) for sentence in tripped]


def _refuse_if_failing(findings: Sequence[checks.Finding]) -> None:
    failing = [finding.sentence for finding in findings if finding.level == "fail"]
    if failing:
        more = f" {len(failing) - 1} more checks failed." if len(failing) > 1 else ""
        raise RefusedError(f"Nothing was published: {failing[0]}{more}")


def _provenance(
    hashes: Mapping[str, Mapping[str, str]],
    taken: _Taken,
    findings: Sequence[checks.Finding],
    changes: pl.DataFrame,
    rows: Mapping[str, int],
    previous: store.Store | None,
    started: datetime,
    window: Window,
) -> dict[str, Any]:
    packages = ("tradewake", "polars", "duckdb", "dataframely", "pyarrow")
    return {
        "content_hash": _content_hash(hashes),
        "payloads": {name: dict(found) for name, found in hashes.items()},
        "failed": dict(taken.failed),
        "findings": [finding.as_dict() for finding in findings],
        "changes": json.loads(changes.write_json()),
        "previous_build": None if previous is None else previous.build_id,
        "rows": dict(rows),
        "since": None if window.since is None else window.since.isoformat(),
        "versions": {name: _version(name) for name in packages} | {"python": platform.python_version()},
        "started": started.isoformat(),
        "ended": datetime.now(UTC).isoformat(),
    }


def _remember(store_dir: Path, facts: Mapping[str, Any]) -> None:
    """Keep what the attempt came to, for `status`; a disk that is full keeps nothing, and says so elsewhere."""
    text = json.dumps({**facts, "ended": datetime.now(UTC).isoformat()}, indent=1, default=str)
    temporary = store_dir / f".{LAST_REFRESH}.tmp"
    with suppress(OSError):
        temporary.write_text(text + "\n", encoding="utf-8")
        temporary.replace(store_dir / LAST_REFRESH)
