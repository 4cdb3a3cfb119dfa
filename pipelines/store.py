"""Public: the published figures, and how a build of them is written, switched and opened.

A build is one immutable DuckDB file `<build-id>.duckdb` with a sidecar `<build-id>.json` (size and fingerprint).
The file `CURRENT` names the published build; it is replaced in one step, after everything it names is on disk.
This is the only module that speaks DuckDB.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import threading
from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import polars as pl

from pipelines import settings
from pipelines.answers import Answers
from pipelines.build_ids import next_build_id
from pipelines.disk import fingerprint
from pipelines.disk import sync as _sync
from pipelines.disk import write_synced as _write_synced
from pipelines.errors import RefusedError, StoreError, TradewakeError, reason
from pipelines.schema import SORT_ORDER, TABLES, TABLES_VERSION
from pipelines.schema.changes import from_json
from pipelines.schema.order import sort_rows

POINTER = "CURRENT"
_BUILD_ID = re.compile(r"^[0-9A-Za-z-]{1,64}$")
REMEDY = "Run `tradewake refresh --offline` to build it from the shipped figures."
_READ_CONFIG: dict[str, str | bool | int | float | list[str]] = {
    "threads": 2,
    # Nothing that a reader asks may reach the network or another file.
    "enable_external_access": False,
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
}


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
        _sync(working)
        facts |= {"bytes": working.stat().st_size, "sha256": fingerprint(working)}
        _write_synced(destination / f"{build_id}.json", json.dumps(facts, indent=1) + "\n")
        working.replace(final)
        _sync(destination)
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


def _read_sidecar(path: Path) -> Build:
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


def open_build(path: Path) -> Store:
    """Open one build read-only.

    Raises:
        OtherTablesError: it was made with an older or a newer version of the tables.
        StoreError: it is missing, empty, cut short or damaged; the sentence says which.
    """
    if not path.is_file():
        raise StoreError(f"The build {path.stem} is not in {path.parent}. {REMEDY}")
    build = _read_sidecar(path)
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
        connection = duckdb.connect(str(path), read_only=True, config=_READ_CONFIG)
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


@dataclass(frozen=True)
class Holdings:
    """What a build holds, by vintage and fetch, read without the contracts: so also of a build with other tables.

    Attributes:
        fetches: the fetches that it was made from, by live source, oldest first.
        releases: one row per vintage with `release`, `origin` (the source of the pipeline that took it in) and `rows`,
            over all tables whose rows name a vintage.
    """

    fetches: Mapping[str, Sequence[str]]
    releases: pl.DataFrame


def holdings(build: Build) -> Holdings | None:
    """What a build holds, whatever its tables; None where it cannot be told: the file is gone, damaged, too strange."""
    try:
        with duckdb.connect(str(build.path), read_only=True, config=_READ_CONFIG) as connection:
            names = connection.execute(
                "SELECT table_name FROM information_schema.columns WHERE column_name = 'release' "
                "AND table_name <> 'release' ORDER BY table_name"
            ).fetchall()
            quoted = ['"' + str(name).replace('"', '""') + '"' for (name,) in names]
            counts = [f"SELECT release, count(*) AS counted FROM {name} GROUP BY release" for name in quoted]  # noqa: S608
            every = " UNION ALL ".join(["SELECT NULL::VARCHAR AS release, 0 AS counted", *counts])
            releases = connection.sql(
                f"SELECT release, origin, coalesce(sum(counted), 0)::BIGINT AS rows FROM release "  # noqa: S608
                f"LEFT JOIN ({every}) USING (release) GROUP BY release, origin ORDER BY release"
            ).pl()
            facts = connection.execute("SELECT value FROM build WHERE key = 'provenance'").fetchone()
        fetches = {} if facts is None else json.loads(facts[0]).get("fetches", {})
        return Holdings(
            {str(source): [str(name) for name in made_from] for source, made_from in fetches.items()}, releases
        )
    except (duckdb.Error, OSError, ValueError, TypeError, AttributeError):
        return None


def builds(store_dir: Path) -> list[Build]:
    """Builds on disk, newest first; those without a readable description are left out."""
    listed = []
    for path in sorted(store_dir.glob("[0-9]*.duckdb"), reverse=True):
        try:
            listed.append(_read_sidecar(path))
        except StoreError:
            continue
    return listed


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
    store = open_build(_path(store_dir, build_id))
    try:
        _write_synced(store_dir / POINTER, build_id + "\n")
    except OSError as error:
        raise RefusedError(
            f"The build {build_id} could not be published ({reason(error)}). The build before it is still served."
        ) from error
    return store


def prune(store_dir: Path, keep: int) -> list[str]:
    """Remove the oldest builds beyond `keep`, never the published one, and what a killed refresh left. Names them."""
    current = published_id(store_dir)
    removed = [build.build_id for build in builds(store_dir)[keep:] if build.build_id != current]
    for build_id in removed:
        _path(store_dir, build_id).unlink(missing_ok=True)
        _path(store_dir, build_id).with_suffix(".json").unlink(missing_ok=True)
    complete = {path.stem for path in store_dir.glob("*.duckdb")}
    for leftover in (*store_dir.glob(".building-*"), *store_dir.glob(f".{POINTER}.*")):
        leftover.unlink(missing_ok=True)
    for sidecar in store_dir.glob("[0-9]*.json"):
        if sidecar.stem not in complete:
            sidecar.unlink(missing_ok=True)
    return removed


def _path(store_dir: Path, build_id: str) -> Path:
    if not _BUILD_ID.match(build_id):
        raise StoreError(
            f"{build_id[:60]!r} is not the name of a build. `tradewake status` lists the builds, "
            "`tradewake rollback` publishes one of them."
        )
    return store_dir / f"{build_id}.duckdb"


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


def older_builds(store_dir: Path) -> list[str]:
    """Ids of the builds to which one can go back, newest first: all of them when the pointer names none."""
    current = published_id_or_none(store_dir) or ""
    return [build.build_id for build in builds(store_dir) if not _BUILD_ID.match(current) or build.build_id < current]


def _with_way_back(folder: Path, error: StoreError) -> StoreError:
    """The error, and the build to which `rollback` would go without building anything."""
    for build_id in older_builds(folder):
        with suppress(StoreError):
            _opened_once(_path(folder, build_id))
            return StoreError(f"{error} Or run `tradewake rollback`: the older build {build_id} is readable.")
    return error


def _published_path(folder: Path) -> Path:
    build_id = published_id(folder)
    if build_id is None:
        raise StoreError(f"There is no store in {folder} yet. {REMEDY}")
    return _path(folder, build_id)


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
