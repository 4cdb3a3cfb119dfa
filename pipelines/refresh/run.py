"""One refresh over all sources: fetch, parse, correct, hold to contract, check, publish. All of it or nothing."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any, Literal

import polars as pl

from pipelines import checks, raw, store
from pipelines.errors import ParseError, RefusedError, StoreError, TradewakeError
from pipelines.normalise import corrections
from pipelines.normalise.assemble import assemble
from pipelines.normalise.touched import split
from pipelines.raw import SHIPPED, Payload, Request
from pipelines.refresh import ingest
from pipelines.refresh.ingest import Ingested, RefreshRun
from pipelines.refresh.lock import locked
from pipelines.refresh.provenance import Fingerprints, content_hash, versions
from pipelines.refresh.rebuild import Loss, RefusedBuild
from pipelines.refresh.report import Progress, RefreshReport, Step, remember, silent
from pipelines.schema import TABLES
from pipelines.schema.changes import compare, revisions
from pipelines.settings import Settings
from pipelines.sources import SOURCES, Source, check_names

FIRST_RUN_PATIENCE_SECONDS = 60.0
"""Two dashboards started at once on a fresh machine: the second waits for the first one's build."""

_CORRECTIONS = Request(SHIPPED + "corrections.toml", optional=True)


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
    named: Sequence[str] = (),
) -> RefreshReport:
    """Take in what the sources give and publish it as a new build.

    Figures of sources that fail, or that are not asked, stay as they are in the published build. When all payloads
    are those of the published build nothing is done, unless `force`. Can be killed at any point: the published build
    stays, and the next refresh clears away what was left and goes on with what was fetched.

    Where the published build was made with other tables, none of its rows is kept: all is made anew from the shipped
    figures and the raw cache, also of sources that are not asked, and what is lost by it is in the report.

    Args:
        sources: the sources to ask.
        settings: where the builds and the raw cache lie and where shipped figures are read.
        since: ask for periods from this day on, where a source can.
        dry_run: do everything but publish.
        force: build although nothing is new.
        offline: never touch the network; live sources give what the raw cache holds of them.
        progress: called at every step.
        patience: seconds to wait for another refresh to end.
        named: the sources that the maintainer named; some are asked without their key only then.

    Raises:
        BusyError: another refresh is running.
        RefusedError: contracts or checks failed, or shipped files failed and there is no build to keep figures from.
        TradewakeError: the folder cannot be written.
    """
    say = progress if progress is not None else silent
    started = datetime.now(UTC)
    reading = settings.model_copy(update={"offline": offline or settings.offline})
    with locked(settings.store_dir, patience):
        previous, refused = _previous(settings)
        before = previous.provenance() if previous is not None else {}
        run = RefreshRun(
            reading, since, previous, before, Ingested(), say, started, frozenset(named), refused is not None
        )
        note: dict[str, Any] = {"started": started.isoformat(), "asked": [source.name for source in sources]}
        note |= {"offline": reading.offline}
        try:
            report = _run(sources, run, refused, dry_run=dry_run, force=force)
        except TradewakeError as error:
            if isinstance(error, RefusedError):
                ingest.reject_new(sources, run, str(error))
            failed = {"outcome": "refused", "error": str(error), "failed": run.ingested.failed}
            remember(settings.store_dir, note | failed)
            raise
        findings = [finding.as_dict() for finding in report.findings]
        facts: dict[str, Any] = {
            "outcome": report.outcome,
            "failed": report.failed,
            "skipped": report.skipped,
            "findings": findings,
        }
        facts |= {"rebuilt": report.rebuilt, "losses": [loss.as_dict() for loss in report.losses]}
        remember(settings.store_dir, note | facts)
        return report


def pick(names: Sequence[str], settings: Settings) -> tuple[Source, ...]:
    """The sources of these names, all when none is named; with them those that ship, when there is no build yet.

    Raises:
        UsageError: a name is unknown, or its figures come with another source.
    """
    check_names(names, settings)
    if not names:
        return SOURCES
    first = _previous(settings)[0] is None
    return tuple(source for source in SOURCES if source.name in names or (first and source.complete))


def ensure_store(settings: Settings, progress: Progress | None = None) -> store.Store:
    """The published build; made from shipped figures and raw cache when there is none, or when it has other tables. For
    the dashboard's first run, and its first after an update.

    Raises:
        TradewakeError: there is none and none could be made.
    """
    try:
        return store.current_store(settings.store_dir)
    except store.OtherTablesError:
        pass
    except StoreError:
        with suppress(StoreError):
            return store.current_store(settings.store_dir, fallback=True)
    refresh(SOURCES, settings, progress=progress, patience=FIRST_RUN_PATIENCE_SECONDS)
    return store.current_store(settings.store_dir)


def _run(
    sources: Sequence[Source], run: RefreshRun, refused: RefusedBuild | None, *, dry_run: bool, force: bool
) -> RefreshReport:
    settings, ingested, previous, progress = run.settings, run.ingested, run.previous, run.progress
    if refused is not None:
        progress(Step("", refused.rebuilding, 0, 4))
    ingest.fetch(sources, run)
    if refused is not None:
        named = {source.name for source in sources}
        unasked = [source for source in SOURCES if source.is_live and source.name not in named]
        ingest.fetch_cached(unasked, run)
        sources = (*sources, *unasked)
    correction_files = [
        raw.fetch(request, settings) for request in raw.expand([_optional_pattern(_CORRECTIONS)], settings)
    ]
    _keep_or_refuse(sources, run)
    published = previous is not None and previous.problem is None and not force

    def is_known(hashes: Fingerprints) -> bool:
        return published and previous is not None and previous.build.content_hash == content_hash(hashes)

    # Once before reading, because most refreshes bring nothing new; and once more, because a source that fails while
    # it is read keeps the figures of the build before, and so their fingerprint.
    if is_known(_hashes(run, correction_files)):
        return _unchanged(sources, run)
    ingest.parse(sources, run)
    ingest.refuse_without_rate(run)
    _keep_or_refuse(sources, run)
    hashes = _hashes(run, correction_files)
    if is_known(hashes):
        return _unchanged(sources, run)

    progress(Step("", "putting vintages together", 0, 4))
    old = {name: previous.table(name) for name in TABLES} if previous is not None else {}
    live = {source.name for source in (*sources, *SOURCES) if not source.complete}
    try:
        declared = [entry for payload in correction_files for entry in corrections.read(payload)]
        removable = {pair for payload in correction_files for pair in corrections.removals(payload, run.now.date())}
        parts = split(ingested.frames, old, live, declared)
        assembled, tripped = assemble(ingested.frames, parts.touched, live, declared)
    except ParseError as error:
        # Not one source failed but what they say together: there is nothing to fall back on.
        raise RefusedError(f"Nothing was published: {error}") from error
    progress(Step("", "checking", 1, 4))
    # Rows that nobody touched were held to their contract when the build before was made of them.
    findings = [*run.ingested.findings, *_warnings(tripped), *checks.contract(assembled)]
    _refuse_if_failing(findings)
    frames = parts.whole(assembled)
    live_frames = {name: fetches for name, fetches in ingested.frames.items() if name in live}
    findings += checks.review(
        frames, old or None, fetched=live_frames, removable=removable, touched=(parts.touched, assembled)
    )
    _refuse_if_failing(findings)
    lost = [] if refused is None else _losses(refused, run, frames)
    changes = compare(parts.touched, assembled, untouched={"trade_flow": parts.untouched})
    rows = {name: frame.height for name, frame in frames.items()}
    if dry_run:
        report = _report("dry_run", previous, run, findings, changes, rows)
        return replace(report, rebuilt=f"{refused.rebuilding}." if refused is not None else "", losses=tuple(lost))

    # From here on the new fetches count as taken in: a refresh that is killed now is made good from the raw cache.
    ingest.record_fetches(sources, run)
    progress(Step("", "writing the build", 2, 4))
    facts = {
        "content_hash": content_hash(hashes),
        "payloads": hashes,
        "fetches": ingest.fetch_names(run),
        "failed": dict(ingested.failed),
        "findings": [finding.as_dict() for finding in findings],
        "changes": json.loads(changes.write_json()),
        "revisions": json.loads(revisions(parts.touched, assembled).write_json()),
        "previous_build": None if previous is None else previous.build_id,
        "rebuilt_from": None if refused is None else refused.build_id,
        "losses": [*_list(run.previous_provenance.get("losses")), *(loss.as_dict() for loss in lost)],
        "unreadable": ingest.unreadable(run),
        "ask_in_full": _ask_in_full(run, lost),
        "rows": rows,
        "since": None if run.since is None else run.since.isoformat(),
        "versions": versions(),
        "started": run.now.isoformat(),
        "ended": datetime.now(UTC).isoformat(),
    }
    same = [name for name, frame in frames.items() if frame is old.get(name)]
    base = None if previous is None else previous.build
    built = store.build_store(frames, facts, settings.store_dir, base=base, unchanged=same)
    progress(Step("", "publishing", 3, 4))
    now = store.publish(settings.store_dir, built.build_id)
    removed = store.prune(settings.store_dir, settings.keep_builds)
    progress(Step("", "published", 4, 4))
    report = _report("published", now, run, findings, changes, rows, removed)
    return replace(report, rebuilt=refused.rebuilt if refused is not None else "", losses=tuple(lost))


def _unchanged(sources: Sequence[Source], run: RefreshRun) -> RefreshReport:
    ingest.mark_answered(sources, run)
    return _report("unchanged", run.previous, run, (), compare({}, {}), {})


def _report(
    outcome: Literal["published", "unchanged", "dry_run"],
    now: store.Store | None,
    run: RefreshRun,
    findings: Sequence[checks.Finding],
    changes: pl.DataFrame,
    rows: Mapping[str, int],
    removed: Sequence[str] = (),
) -> RefreshReport:
    return RefreshReport(
        outcome=outcome,
        build_id=None if now is None else now.build_id,
        previous_id=None if run.previous is None else run.previous.build_id,
        failed=dict(run.ingested.failed),
        findings=tuple(findings),
        changes=changes,
        rows=dict(rows),
        seconds=(datetime.now(UTC) - run.now).total_seconds(),
        removed_builds=tuple(removed),
        skipped=dict(run.ingested.skipped),
    )


def _optional_pattern(request: Request) -> Request:
    """A folder without this file is allowed: asked for as a pattern, it may match nothing."""
    return Request(request.url.replace(".toml", "*.toml"), optional=request.optional)


def _previous(settings: Settings) -> tuple[store.Store | None, RefusedBuild | None]:
    """The published build, or the last good one when that cannot be read; None when there is none at all.

    A published build with other tables comes as the second: of it nothing but the losses is made. The first is then a
    build with our tables from before it, if there is one.
    """
    try:
        return store.current_store(settings.store_dir), None
    except store.OtherTablesError as error:
        spare = store.newest_readable(settings.store_dir, error)
        return spare, RefusedBuild(error.build.build_id, error.what, store.holdings(error.build))
    except StoreError:
        try:
            return store.current_store(settings.store_dir, fallback=True), None
        except StoreError:
            return None, None


def _losses(refused: RefusedBuild, run: RefreshRun, frames: Mapping[str, pl.DataFrame]) -> list[Loss]:
    """What is lost of the refused build; also told as steps, because the dashboard's start shows nothing else."""
    lost = refused.losses(run.settings.raw_dir, ingest.fetch_names(run), frames, _answered_in_full(run))
    for loss in lost:
        run.progress(Step(loss.source, loss.sentence, 1, 1))
    return lost


def _ask_in_full(run: RefreshRun, lost: Sequence[Loss]) -> list[str]:
    """Sources that the next refresh asks for everything: what only lost fetches gave is to be had from them alone."""
    names = {*ingest.ask_in_full(run), *(loss.source for loss in lost if not loss.is_in_cache)}
    return sorted(names - _answered_in_full(run))


def _answered_in_full(run: RefreshRun) -> set[str]:
    """Sources that were asked for all they have, and gave it."""
    answered = {name for name in run.ingested.answered if name not in run.ingested.failed and run.since is None}
    return answered if run.previous is None else answered & set(ingest.ask_in_full(run))


def _list(value: object) -> list[Any]:
    return list(value) if isinstance(value, list) else []


def _keep_or_refuse(sources: Sequence[Source], run: RefreshRun) -> None:
    """Shipped files that cannot be read leave nothing to show when there is no build before; a live source may fail."""
    if run.previous is not None:
        return
    for source in sources:
        sentence = run.ingested.failed.get(source.name)
        if sentence is not None and source.complete:
            raise RefusedError(
                f"{sentence} The source {source.name} has no earlier figures to keep, so nothing was published."
            )


def _hashes(run: RefreshRun, correction_files: Sequence[Payload]) -> dict[str, dict[str, str]]:
    return ingest.fingerprints(run) | {"corrections": {payload.name: payload.sha256 for payload in correction_files}}


def _warnings(tripped: Sequence[str]) -> list[checks.Finding]:
    return [checks.Finding("warn", "corrections", "", sentence, 1) for sentence in tripped]


def _refuse_if_failing(findings: Sequence[checks.Finding]) -> None:
    failing = [finding.sentence for finding in findings if finding.level == "fail"]
    if failing:
        more = f" {len(failing) - 1} more checks failed." if len(failing) > 1 else ""
        raise RefusedError(f"Nothing was published: {failing[0]}{more}")
