"""Which build is published: the pointer, what it is switched to, what is cleared away behind it."""

from __future__ import annotations

from pathlib import Path

from pipelines.disk import write_synced
from pipelines.errors import RefusedError, StoreError, reason
from pipelines.store.on_disk import BUILD_ID, REMEDY, builds, path_of
from pipelines.store.read import Store, open_build

POINTER = "CURRENT"


def published_id(store_dir: Path) -> str | None:
    """Id of the published build, or None when nothing was published yet."""
    try:
        return (store_dir / POINTER).read_text(encoding="utf-8").strip() or None
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError) as error:
        raise StoreError(f"The pointer {store_dir / POINTER} cannot be read ({reason(error)}). {REMEDY}") from error


def published_id_or_none(store_dir: Path) -> str | None:
    """Id of the published build; None also when the pointer cannot be read."""
    try:
        return published_id(store_dir)
    except StoreError:
        return None


def publish(store_dir: Path, build_id: str) -> Store:
    """Switch the pointer to a build that opens. Readers see the old build or the new one, never something between.

    Raises:
        StoreError: the build cannot be read.
        RefusedError: the pointer cannot be written.
    """
    store = open_build(path_of(store_dir, build_id))
    try:
        write_synced(store_dir / POINTER, build_id + "\n")
    except OSError as error:
        raise RefusedError(
            f"The build {build_id} could not be published ({reason(error)}). The build before it is still served."
        ) from error
    return store


def older_builds(store_dir: Path) -> list[str]:
    """Ids of the builds to which one can go back, newest first: all of them when the pointer names none."""
    current = published_id_or_none(store_dir) or ""
    return [build.build_id for build in builds(store_dir) if not BUILD_ID.match(current) or build.build_id < current]


def prune(store_dir: Path, keep: int) -> list[str]:
    """Remove the oldest builds beyond `keep`, never the published one, and what a killed refresh left. Names them."""
    current = published_id(store_dir)
    removed = [build.build_id for build in builds(store_dir)[keep:] if build.build_id != current]
    for build_id in removed:
        path_of(store_dir, build_id).unlink(missing_ok=True)
        path_of(store_dir, build_id).with_suffix(".json").unlink(missing_ok=True)
    complete = {path.stem for path in store_dir.glob("*.duckdb")}
    for leftover in (*store_dir.glob(".building-*"), *store_dir.glob(f".{POINTER}.*")):
        leftover.unlink(missing_ok=True)
    for sidecar in store_dir.glob("[0-9]*.json"):
        if sidecar.stem not in complete:
            sidecar.unlink(missing_ok=True)
    return removed
