"""The verbs that publish: refresh and rollback."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipelines.cli import output
from pipelines.errors import StoreError, UsageError

if TYPE_CHECKING:
    from pipelines.refresh import Progress, Step


def refresh(
    source: Annotated[
        list[str] | None, typer.Argument(metavar="[SOURCE…]", help="Sources to ask; all when omitted.")
    ] = None,
    offline: Annotated[bool, typer.Option("--offline", help="Never touch the network.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show what would change and publish nothing.")] = False,
    since: Annotated[
        str | None, typer.Option(metavar="PERIOD", help="Ask from this period on: 2022, 2022-03, 2022-Q1.")
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Build even if nothing new came.")] = False,
) -> None:
    """Fetch, read, check and publish: a new build, or none at all.

    Without --offline every source on the web is asked; what a source sent before is kept, so an interrupted refresh
    goes on where it stopped. With --offline the build is made from the shipped figures and the raw cache alone.
    """
    from pipelines import settings
    from pipelines.normalise.periods import parse_period
    from pipelines.refresh import pick
    from pipelines.refresh import refresh as walk

    loaded = settings.load()
    sources = pick(source or [], loaded)
    start = None if since is None else parse_period(since)
    with _progress() as progress:
        report = walk(
            sources,
            loaded,
            since=start,
            dry_run=dry_run,
            force=force,
            offline=offline or loaded.offline,
            progress=progress,
            named=source or [],
        )
    for finding in report.findings:
        output.say(f"Note: {finding.sentence}")
    changes = report.changes
    if not changes.is_empty():
        from pipelines.cli.look import CHANGE_COLUMNS, change_rows

        output.table(CHANGE_COLUMNS, change_rows(changes))
    took = f"{report.seconds:.1f} seconds"
    if report.rebuilt:
        output.say(report.rebuilt)
    if report.outcome == "unchanged":
        already_there = f"the published build {report.build_id} already holds these figures"
        again = "" if report.failed else " Add --force to build again."
        output.say(f"Nothing new: {already_there}.{again}")
    elif report.outcome == "dry_run":
        output.say(f"Dry run: {changes.height} tables and sources would change. Nothing was published ({took}).")
    else:
        rows = sum(report.rows.values())
        output.say(f"Published {report.build_id}: {rows:,} rows in {took}.")
    for loss in report.losses:
        output.say(f"{'Would be lost' if report.outcome == 'dry_run' else 'Lost'}: {loss.words}")
    for name, sentence in report.skipped.items():
        output.say(f"The source {name} was left out: {sentence}")
    _say_failed(report.failed, kept=report.previous_id is not None)
    if report.exit_code:
        raise typer.Exit(report.exit_code)


def _say_failed(failed: Mapping[str, str], *, kept: bool) -> None:
    """One line per source; where many failed for one reason, one for them all. `kept`: there was a build before."""
    so = " and keep their last good figures" if kept else ""
    alike: dict[str, list[str]] = {}
    for name, sentence in failed.items():
        alike.setdefault(sentence.removeprefix(f"{name} "), []).append(name)
    for rest, names in alike.items():
        if len(names) > 2:
            output.say(f"{len(names)} sources failed{so}: {', '.join(names)} {rest}")
        else:
            for name in names:
                output.say(f"The source {name} failed{so.replace('keep their', 'keeps its')}: {failed[name]}")


@contextmanager
def _progress() -> Iterator[Progress]:
    """Bars per source on a terminal; when piped one plain line per source and stage."""
    if not sys.stderr.isatty():
        yield _plain
        return
    from rich.console import Console
    from rich.progress import BarColumn, TextColumn, TimeElapsedColumn
    from rich.progress import Progress as Bars

    columns = (
        TextColumn("{task.fields[name]:<10}"),
        BarColumn(24),
        TextColumn("{task.description}", markup=False),
        TextColumn("{task.completed:.0f} of {task.total:.0f}"),
        TimeElapsedColumn(),
    )
    with Bars(*columns, console=Console(stderr=True), transient=True) as bars:
        tasks = {}

        def draw(step: Step) -> None:
            if step.source not in tasks:
                tasks[step.source] = bars.add_task("", total=step.total, name=step.source or "build")
            bars.update(tasks[step.source], description=output.plain(step.doing), completed=step.done, total=step.total)

        yield draw


def _plain(step: Step) -> None:
    """One line per source and stage; of the many replies of a long fetch, every tenth part."""
    if not step.doing.startswith("fetching"):
        output.say(f"{step.source or 'build'}: {step.doing}")
        return
    _, _, size = step.doing.partition(", ")
    tenths = (step.done - 1) * 10 // max(step.total, 1), step.done * 10 // max(step.total, 1)
    if size and step.total >= 10 and tenths[0] < tenths[1]:
        output.say(f"{step.source}: {step.done} of {step.total} replies, {size}")


def rollback(
    build: Annotated[
        str | None, typer.Argument(metavar="[BUILD]", help="The build; the one before the published when omitted.")
    ] = None,
) -> None:
    """Publish an older build again."""
    from pipelines import settings, store
    from pipelines.refresh import locked

    folder = settings.load().store_dir
    with locked(folder):
        known = [one.build_id for one in store.builds(folder)]
        current = store.published_id_or_none(folder)
        if build is not None and build not in known:
            raise UsageError(f"There is no build {build[:60]!r}. The builds are {', '.join(known) or 'none'}.")
        older = store.older_builds(folder) if build is None else [build]
        if not older:
            raise UsageError("There is no older build to go back to. `tradewake status` lists the builds.")
        if build is not None:
            _refuse_other_tables(folder, build, current)
        build = _publish_first_readable(folder, older, current)
    output.say(f"Published {build}; before it, {current or 'nothing'} was.")


def _refuse_other_tables(folder: Path, build: str, current: str | None) -> None:
    """A build that was named and has other tables is refused in one sentence, since nothing of it could be served."""
    from pipelines import store

    try:
        store.open_build(folder / f"{build}.duckdb")
    except store.OtherTablesError as error:
        raise StoreError(
            f"{error.what}, so it cannot be published again; the pointer still names {current or 'no build'}."
        ) from error
    except StoreError:
        pass  # Damaged: told by the attempt to publish it.


def _publish_first_readable(folder: Path, candidates: Sequence[str], current: str | None) -> str:
    """Publish the first of these builds that can be read, and say which ones cannot."""
    from pipelines import store

    for build in candidates:
        try:
            store.publish(folder, build)
        except store.OtherTablesError as error:
            output.say(f"Skipped: {error.what}.")
        except StoreError as error:
            # The remedy in the message is for a published build; here another one is served.
            output.say(f"Skipped: {str(error).removesuffix(store.REMEDY).rstrip()}")
        else:
            return build
    names = ", ".join(candidates)
    raise StoreError(
        f"{names} cannot be read, so nothing was published; the pointer still names {current or 'no build'}."
    )
