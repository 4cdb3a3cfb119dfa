"""Read access to one build, its shape held to this version of the tables."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import duckdb
import polars as pl

from pipelines.answers import Answers
from pipelines.disk import fingerprint
from pipelines.errors import StoreError, reason
from pipelines.schema import TABLES, TABLES_VERSION
from pipelines.schema.changes import from_json
from pipelines.store.on_disk import REMEDY, Build, read_sidecar

READ_CONFIG: dict[str, str | bool | int | float | list[str]] = {
    "threads": 2,
    # Nothing that a reader asks may reach the network or another file.
    "enable_external_access": False,
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
}


class OtherTablesError(StoreError):
    """A build was made with an older or a newer version of the tables.

    Attributes:
        build: the build.
        what: what is wrong, without the remedy and without an end: for a sentence with another remedy.
    """

    def __init__(self, build: Build, what: str, remedy: str) -> None:
        super().__init__(f"{what}: {remedy}.")
        self.build = build
        self.what = what


class Store:
    """Read access to one immutable build. Safe to share between threads: every question gets its own cursor."""

    def __init__(self, build: Build, connection: duckdb.DuckDBPyConnection) -> None:
        self._connection = connection
        self._answers = Answers()
        self.build = build
        self.problem: str | None = None
        """Set when this is not the published build because that one cannot be read: one sentence for the reader."""

    @property
    def build_id(self) -> str:
        """Name of the build, on every passport."""
        return self.build.build_id

    def query(self, sql: str, parameters: Sequence[Any] = ()) -> pl.DataFrame:
        """Answer one question. Values go in as parameters (`?`), never into the text.

        Raises:
            StoreError: the file is damaged or the build is of another shape.
        """
        kept = self._answers.find(sql, parameters)
        if kept is not None:
            return kept
        try:
            with self._connection.cursor() as cursor:
                rows: pl.DataFrame = cursor.sql(sql, params=list(parameters)).pl()
        except duckdb.Error as error:
            raise StoreError(
                f"The store {self.build.path.name} could not answer ({reason(error)}). "
                "Run `tradewake check`; `tradewake rollback` publishes the build before it."
            ) from error
        self._answers.keep(sql, parameters, rows)
        return rows

    def table(self, name: str) -> pl.DataFrame:
        """A whole table, in its stored order, with the contract's column types."""
        if name not in TABLES:
            raise StoreError(f"The store has no table {name!r}. Its tables are {', '.join(TABLES)}.")
        rows = self.query(f'SELECT * FROM "{name}"')  # noqa: S608 - the name was checked against our contracts
        return TABLES[name].cast(rows)

    def provenance(self) -> dict[str, Any]:
        """What the build was made of: sources with fingerprints, findings, versions."""
        text = self.query("SELECT value FROM build WHERE key = 'provenance'").item()
        return dict(json.loads(text))

    def changes(self) -> pl.DataFrame:
        """What this build changed against the one before it, as `schema.changes.CHANGES` describes it."""
        return from_json(self.provenance()["changes"])

    def __hash__(self) -> int:
        return hash(self.build_id)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Store) and other.build_id == self.build_id


def open_build(path: Path) -> Store:
    """Open one build read-only.

    Raises:
        OtherTablesError: it was made with an older or a newer version of the tables.
        StoreError: it is missing, empty, cut short or damaged; the sentence says which.
    """
    if not path.is_file():
        raise StoreError(f"The build {path.stem} is not in {path.parent}. {REMEDY}")
    build = read_sidecar(path)
    # First of all: of a build with other tables nothing else need be right, and reading it all would take a while.
    _refuse_other_tables(build, build.tables_version)
    try:
        size = path.stat().st_size
        # Once per process and build, some 2 ms a megabyte: a flipped byte is told now, not in the middle of a question.
        intact = size == build.bytes and fingerprint(path) == build.sha256
    except OSError as error:
        raise StoreError(f"The build {build.build_id} cannot be read ({reason(error)}). {REMEDY}") from error
    if not intact:
        how = f"{size:,} bytes instead of {build.bytes:,}" if size != build.bytes else "its bytes are not those written"
        raise StoreError(f"The build {build.build_id} is damaged: {how}. {REMEDY}")
    try:
        connection = duckdb.connect(str(path), read_only=True, config=READ_CONFIG)
    except duckdb.Error as error:
        raise StoreError(f"The build {build.build_id} cannot be opened ({reason(error)}). {REMEDY}") from error
    store = Store(build, connection)
    versions = store.query("SELECT value FROM build WHERE key = 'schema_version'")["value"].to_list()
    _refuse_other_tables(build, versions[0] if versions else "")
    return store


def _refuse_other_tables(build: Build, version: str) -> None:
    if version == str(TABLES_VERSION):
        return
    anew = "run `tradewake refresh --offline` to build it anew from the shipped figures and the raw cache"
    if not version.isdecimal():
        raise OtherTablesError(build, f"The build {build.build_id} does not say with which tables it was made", anew)
    age, remedy = ("newer", f"update Tradewake, or {anew}") if int(version) > TABLES_VERSION else ("older", anew)
    raise OtherTablesError(
        build,
        f"The build {build.build_id} was made with {age} tables (version {version}, and this Tradewake reads version "
        f"{TABLES_VERSION})",
        remedy,
    )
