"""The verbs that only look: status, check, sources, diff."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pipelines.cli import output
from pipelines.errors import RefusedError, StoreError, UsageError

if TYPE_CHECKING:
    import polars as pl

    from pipelines.store import Build, Store

AsJson = Annotated[bool, typer.Option("--json", help="As JSON.")]
CHANGE_COLUMNS = ("table", "source", "added", "removed", "revised", "largest %", "median %", "since", "to")


def status(json_output: AsJson = False) -> None:
    """Builds, and per source the last observation, its vintage, what is stale, the last fetch, the last error."""
    from pipelines import settings, store
    from pipelines.cli.freshness import freshness_rows
    from pipelines.refresh.rebuild import expected_losses

    loaded = settings.load()
    folder = loaded.store_dir
    last = _last_refresh(folder)
    problem: str | None = None
    rows: list[dict[str, Any]] = []
    current: str | None = None
    lost: list[str] = []
    try:
        current = store.published_id(folder)
        opened = store.current_store(folder)
        rows = freshness_rows(opened, loaded, last)
        lost = [str(loss["sentence"]) for loss in opened.provenance().get("losses", ())]
    except store.OtherTablesError as error:
        held = store.holdings(error.build)
        problem, lost = str(error), [] if held is None else expected_losses(held, loaded.raw_dir)
    except StoreError as error:
        problem = str(error)
    built: list[dict[str, Any]] = [
        {
            "build": build.build_id,
            "created": build.created,
            "bytes": build.bytes,
            "published": build.build_id == current,
            "tables_version": build.tables_version,
        }
        for build in store.builds(folder)
    ]
    if json_output:
        facts: dict[str, Any] = {
            "store": str(folder),
            "published": current,
            "problem": problem,
            "builds": built,
            "last_refresh": last,
        }
        facts["losses"] = lost
        output.as_json({**facts, "sources": rows})
    else:
        output.say(f"Store: {folder}")
        output.table(
            ("build", "created (UTC)", "megabytes", "published"),
            [(r["build"], f"{r['created']:%Y-%m-%d %H:%M}", r["bytes"] / 1e6, r["published"]) for r in built],
        )
        print()
        keys = ("source", "last_observation", "release", "published", "next", "live", "last_error")
        output.table([key.replace("_", " ") for key in keys], [[row[key] for key in keys] for row in rows])
        stale = [row["source"] for row in rows if row["overdue"] and row["can_refresh"]]
        if stale:
            output.say(f"Stale: {', '.join(stale)}. Run `tradewake refresh`, or name some of them.")
        for sentence in lost:
            output.say(sentence)
        if last is not None:
            ended = last["ended"][:16].replace("T", " ")
            output.say(f"Last refresh: {last['outcome']}, {ended} UTC. {last.get('error', '')}".rstrip())
            # A source without figures of its own (the register) has no row, and a sentence that nobody reads.
            shown = {row["last_error"] for row in rows}
            for name, sentence in dict(last.get("failed", {})).items():
                if sentence not in shown:
                    output.say(f"{name} failed and keeps what it had: {sentence}")
    if problem is not None:
        raise StoreError(problem)


def _last_refresh(folder: Path) -> dict[str, Any] | None:
    from pipelines.refresh import LAST_REFRESH

    try:
        facts = json.loads((folder / LAST_REFRESH).read_text(encoding="utf-8"))
        return facts if isinstance(facts, dict) and "outcome" in facts and "ended" in facts else None
    except (OSError, ValueError):
        return None


def check(json_output: AsJson = False) -> None:
    """Run contracts and checks on the published store."""
    from pipelines import checks, store
    from pipelines.schema import TABLES

    current = store.current_store()
    frames = {name: current.table(name) for name in TABLES}
    findings = checks.contract(frames)
    if not any(finding.level == "fail" for finding in findings):
        findings += checks.review(frames, None)
    failing = [finding for finding in findings if finding.level == "fail"]
    if json_output:
        rows = {name: frame.height for name, frame in frames.items()}
        facts = [finding.as_dict() for finding in findings]
        output.as_json({"build": current.build_id, "ok": not failing, "rows": rows, "findings": facts})
    else:
        output.table(
            ("level", "check", "table", "rows", "finding"),
            [(finding.level, finding.check, finding.table, finding.rows, finding.sentence) for finding in findings],
        )
        output.say(
            f"{current.build_id}: {sum(frame.height for frame in frames.values()):,} rows in {len(frames)} tables."
        )
    if failing:
        raise RefusedError(f"{len(failing)} checks failed on {current.build_id}: {failing[0].sentence}")
    if not json_output:
        output.say("All checks passed." if not findings else "No check failed; the notes above deserve a look.")


def sources(json_output: AsJson = False) -> None:
    """Every source: what it gives, whether it needs a key, licence, schedule."""
    from pipelines import settings
    from pipelines.sources import listed

    rows = listed(settings.load())
    if json_output:
        output.as_json(rows)
        return
    columns = ("source", "gives", "key_needed", "licence", "frequency", "schedule_days", "refreshed_by")
    output.table(
        [column.replace("_", " ") for column in columns], [[row[column] for column in columns] for row in rows]
    )


def diff(
    old: Annotated[
        str | None, typer.Argument(metavar="[OLD]", help="A build; the one before NEW when omitted.")
    ] = None,
    new: Annotated[str | None, typer.Argument(metavar="[NEW]", help="A build; the published one when omitted.")] = None,
    figures: Annotated[int, typer.Option(min=0, metavar="N", help="Revised figures to name, largest first.")] = 20,
    json_output: AsJson = False,
) -> None:
    """What changed from one build to another: rows per table and source, and the figures that were revised."""
    from pipelines import settings, store
    from pipelines.schema import BITEMPORAL, TABLES
    from pipelines.schema.changes import compare, recorded_revisions, revisions

    folder = settings.load().store_dir
    known = {build.build_id: build for build in store.builds(folder)}
    for name in (old, new):
        if name is not None and name not in known:
            raise UsageError(f"There is no build {name[:60]!r}. The builds are {', '.join(known) or 'none'}.")
    later = store.current_store(folder) if new is None else _comparable(known[new])
    if old is None:
        changes, before = later.changes(), later.provenance().get("previous_build")
        revised = recorded_revisions(later.provenance())
    else:
        earlier = _comparable(known[old])
        was, now = ({name: build.table(name) for name in TABLES} for build in (earlier, later))
        changes, revised, before = compare(was, now), revisions(was, now), old
    named = None if revised is None else revised.head(figures)
    if json_output:
        facts = {"old": before, "new": later.build_id, "changes": changes.to_dicts()}
        output.as_json(facts | {"revisions": None if named is None else named.to_dicts()})
        return
    output.table(CHANGE_COLUMNS, change_rows(changes))
    output.say(f"From {before or 'nothing'} to {later.build_id}: {changes.height} tables and sources changed.")
    if named is None:
        output.say("The build does not record which figures it revised; name both builds to compare them.")
    elif not named.is_empty():
        print()
        output.table([name.replace("_", " ") for name in REVISION_COLUMNS], revision_rows(named))
        total = sum(row["revised"] for row in changes.iter_rows(named=True) if row["table"] in BITEMPORAL)
        output.say(f"{named.height} of {total} revised figures, largest change first.")


def _comparable(build: Build) -> Store:
    """The build, opened; one with other tables has no rows that could be compared with ours."""
    from pipelines import store

    try:
        return store.open_build(build.path)
    except store.OtherTablesError as error:
        raise StoreError(f"{error.what}, so it cannot be compared with others.") from error


def change_rows(changes: pl.DataFrame) -> list[list[Any]]:
    """The changes as rows under `CHANGE_COLUMNS`."""
    picked = ("table", "source", "added", "removed", "revised", "largest_pct", "median_pct", "since", "last_new")
    return [[_day(row[name]) for name in picked] for row in changes.iter_rows(named=True)]


REVISION_COLUMNS = (
    "area",
    "partner",
    "item",
    "period",
    "frequency",
    "old",
    "new",
    "unit",
    "change_pct",
    "source",
    "known_from",
)


def revision_rows(revised: pl.DataFrame) -> list[list[Any]]:
    """The revised figures as rows under `REVISION_COLUMNS`."""
    return [[_day(row[name]) for name in REVISION_COLUMNS] for row in revised.iter_rows(named=True)]


def _day(cell: Any) -> Any:
    return cell.isoformat() if isinstance(cell, date) else cell
