"""Builds on disk: a file each, with a sidecar that says what it is."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from pipelines.errors import StoreError
from pipelines.schema import TABLES_VERSION

BUILD_ID = re.compile(r"^[0-9A-Za-z-]{1,64}$")
REMEDY = "Run `tradewake refresh --offline` to build it from the shipped figures."


@dataclass(frozen=True)
class Build:
    """One build on disk: id, when it was made (UTC), bytes, fingerprint of the file and of what went in.

    `tables_version` is the version of the tables that it was made with, empty where it does not say.
    """

    build_id: str
    created: datetime
    bytes: int
    sha256: str
    content_hash: str
    path: Path
    tables_version: str = str(TABLES_VERSION)


def builds(store_dir: Path) -> list[Build]:
    """Builds on disk, newest first; those without a readable description are left out."""
    listed = []
    for path in sorted(store_dir.glob("[0-9]*.duckdb"), reverse=True):
        try:
            listed.append(read_sidecar(path))
        except StoreError:
            continue
    return listed


def path_of(store_dir: Path, build_id: str) -> Path:
    if not BUILD_ID.match(build_id):
        raise StoreError(
            f"{build_id[:60]!r} is not the name of a build. `tradewake status` lists the builds, "
            "`tradewake rollback` publishes one of them."
        )
    return store_dir / f"{build_id}.duckdb"


def read_sidecar(path: Path) -> Build:
    sidecar = path.with_suffix(".json")
    try:
        facts = json.loads(sidecar.read_text(encoding="utf-8"))
        return Build(
            build_id=str(facts["build_id"]),
            created=datetime.fromisoformat(facts["created"]),
            bytes=int(facts["bytes"]),
            sha256=str(facts["sha256"]),
            content_hash=str(facts["content_hash"]),
            path=path,
            tables_version=str(facts.get("schema_version", "")),
        )
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise StoreError(f"The build {path.stem} has no readable description ({sidecar.name}). {REMEDY}") from error
