"""Public: the published figures, and how a build of them is written, switched and opened.

A build is one immutable DuckDB file `<build-id>.duckdb` with a sidecar `<build-id>.json` (size and fingerprint).
The file `CURRENT` names the published build; it is replaced in one step, after everything it names is on disk.
This is the only room that speaks DuckDB.
"""

from __future__ import annotations

from pipelines.store.contents import Holdings, holdings
from pipelines.store.current import current_store, newest_readable
from pipelines.store.on_disk import REMEDY, Build, builds
from pipelines.store.pointer import POINTER, older_builds, prune, publish, published_id, published_id_or_none
from pipelines.store.read import OtherTablesError, Store, open_build
from pipelines.store.write import build_store

__all__ = [
    "POINTER",
    "REMEDY",
    "Build",
    "Holdings",
    "OtherTablesError",
    "Store",
    "build_store",
    "builds",
    "current_store",
    "holdings",
    "newest_readable",
    "older_builds",
    "open_build",
    "prune",
    "publish",
    "published_id",
    "published_id_or_none",
]
