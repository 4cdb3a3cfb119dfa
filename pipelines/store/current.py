"""The published build as a reader has it: opened once, and the newest readable one where it is damaged."""

from __future__ import annotations

import threading
from contextlib import suppress
from pathlib import Path

from pipelines import settings
from pipelines.errors import StoreError
from pipelines.store.on_disk import REMEDY, builds, path_of
from pipelines.store.pointer import older_builds, published_id
from pipelines.store.read import OtherTablesError, Store, open_build

_open_stores: dict[Path, Store] = {}
_open_lock = threading.Lock()


def current_store(store_dir: Path | None = None, *, fallback: bool = False) -> Store:
    """The published build, opened once per process and build; a newly published build is picked up on the next call.

    Args:
        store_dir: folder of the builds; the settings' own when omitted.
        fallback: serve the newest readable build when the published one cannot be read, and say so in
            `Store.problem` (the dashboard keeps showing figures; commands do not hide the damage). Where the published
            one has other tables, only a build that this process has open is served: whoever starts has it built anew.

    Raises:
        OtherTablesError: the published build was made with an older or a newer version of the tables.
        StoreError: nothing was published or nothing can be read.
    """
    folder = settings.load().store_dir if store_dir is None else store_dir
    with _open_lock:
        broken: Path | None = None
        try:
            path = _published_path(folder)
            try:
                store = _opened_once(path)
            except StoreError:
                # A refresh may have published another build and cleared this one away in between.
                again = _published_path(folder)
                broken = path
                if again == path:
                    raise
                store = _opened_once(again)
        except StoreError as error:
            if not fallback and isinstance(error, OtherTablesError):
                raise  # Its one remedy loses no figures; an older build would hide the newest ones.
            if not fallback:
                raise _with_way_back(folder, error) from error
            spare = _last_good(folder, broken, error, only_open=isinstance(error, OtherTablesError))
            if spare is None:
                raise
            return spare
        # Sessions that still hold an older build keep it alive; it closes itself when the last one lets go.
        for other in [known for known in _open_stores if known.parent == folder and known != store.build.path]:
            del _open_stores[other]
        store.problem = None
        return store


def _with_way_back(folder: Path, error: StoreError) -> StoreError:
    """The error, and the build to which `rollback` would go without building anything."""
    for build_id in older_builds(folder):
        with suppress(StoreError):
            _opened_once(path_of(folder, build_id))
            return StoreError(f"{error} Or run `tradewake rollback`: the older build {build_id} is readable.")
    return error


def _published_path(folder: Path) -> Path:
    build_id = published_id(folder)
    if build_id is None:
        raise StoreError(f"There is no store in {folder} yet. {REMEDY}")
    return path_of(folder, build_id)


def _opened_once(path: Path) -> Store:
    store = _open_stores.get(path)
    if store is None:
        store = _open_stores[path] = open_build(path)
    return store


def newest_readable(store_dir: Path, error: StoreError) -> Store | None:
    """The newest build that opens, where the published one does not; `error` says why, for `Store.problem`."""
    with _open_lock:
        return _last_good(store_dir, None, error)


def _last_good(folder: Path, broken: Path | None, error: StoreError, *, only_open: bool = False) -> Store | None:
    for build in builds(folder):
        if build.path == broken or (only_open and build.path not in _open_stores):
            continue
        try:
            store = _opened_once(build.path)
        except StoreError:
            continue
        shown = f"{build.created.day} {build.created:%b %Y %H:%M}"
        store.problem = f"{error} Until then the build of {shown} UTC is shown."
        return store
    return None
