"""A new build, written beside the old ones: whole, or not there."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Collection, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import polars as pl

from pipelines.build_ids import next_build_id
from pipelines.disk import fingerprint, sync, write_synced
from pipelines.errors import TradewakeError, reason
from pipelines.schema import SORT_ORDER, TABLES, TABLES_VERSION
from pipelines.schema.order import sort_rows
from pipelines.store.on_disk import Build
from pipelines.store.read import Store, open_build


def build_store(
    frames: Mapping[str, pl.DataFrame],
    provenance: Mapping[str, Any],
    destination: Path,
    *,
    base: Build | None = None,
    unchanged: Collection[str] = (),
) -> Store:
    """Write a new immutable build beside the old ones and open it. It is not published yet: see `publish`.

    Args:
        frames: one frame per table of `TABLES`, already held to its contract.
        provenance: JSON-ready facts on what went in; `content_hash` names the content.
        destination: folder of the builds; made when missing.
        base: the build before, whose `unchanged` tables are taken over with a copy of its file.
        unchanged: tables of which every row is as it is in `base`.

    Raises:
        TradewakeError: the folder cannot be written or the disk is full. Nothing is left behind.
    """
    content_hash = str(provenance["content_hash"])
    build_id = next_build_id(destination, content_hash)
    working = destination / f".building-{build_id}-{os.getpid()}.duckdb"
    final = destination / f"{build_id}.duckdb"
    created = datetime.now(UTC)
    try:
        destination.mkdir(parents=True, exist_ok=True)
        working.unlink(missing_ok=True)
        facts: dict[str, Any] = {
            "build_id": build_id,
            # The name on disk since the first build; a Tradewake from before looks for it there.
            "schema_version": str(TABLES_VERSION),
            "created": created.isoformat(),
            "content_hash": content_hash,
        }
        kept = unchanged if base is not None and unchanged and _copied(base, working) else ()
        written = {name: frames[name] for name in TABLES if name not in kept}
        _write_tables(working, written, facts | {"provenance": json.dumps(provenance, default=str)})
        sync(working)
        facts |= {"bytes": working.stat().st_size, "sha256": fingerprint(working)}
        write_synced(destination / f"{build_id}.json", json.dumps(facts, indent=1) + "\n")
        working.replace(final)
        sync(destination)
    except (OSError, duckdb.Error) as error:
        for leftover in (working, working.with_name(working.name + ".wal"), destination / f"{build_id}.json"):
            # A folder that cannot be written cannot be tidied either; the error that led here says so.
            with suppress(OSError):
                leftover.unlink(missing_ok=True)
        raise TradewakeError(
            f"The new build could not be written to {destination} ({reason(error)}). "
            "The published build is unchanged; free some space or set TRADEWAKE_HOME to a folder that can be written."
        ) from error
    return open_build(final)


def _copied(base: Build, path: Path) -> bool:
    """Copy the file of a build, whole and as it was written; False, and nothing there, when it no longer is."""
    if base.path.is_file():
        shutil.copyfile(base.path, path)
        if fingerprint(path) == base.sha256:
            return True
        path.unlink()
    return False


def _write_tables(path: Path, frames: Mapping[str, pl.DataFrame], facts: Mapping[str, str]) -> None:
    with duckdb.connect(str(path)) as connection:
        for name, frame in frames.items():
            contract = TABLES[name]
            order = SORT_ORDER.get(name, tuple(contract.primary_key()))
            rows = sort_rows(frame.select(contract.column_names()), order)
            connection.register("rows", rows.to_arrow())
            connection.execute(f'CREATE OR REPLACE TABLE "{name}" AS SELECT * FROM rows')  # noqa: S608 - our own names
            connection.unregister("rows")
        connection.execute("CREATE OR REPLACE TABLE build (key VARCHAR PRIMARY KEY, value VARCHAR)")
        connection.executemany("INSERT INTO build VALUES (?, ?)", list(facts.items()))
        connection.execute("CHECKPOINT")
