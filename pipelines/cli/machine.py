"""The verb doctor: what works on this machine, and how to mend what does not."""

from __future__ import annotations

import os
import platform
import shutil
import socket
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipelines.cli import output
from pipelines.errors import StoreError

if TYPE_CHECKING:
    from pipelines.settings import Settings

_BROWSERS = ("google-chrome", "google-chrome-stable", "chromium", "chromium-browser", "chrome", "msedge")
_PACKAGES = ("tradewake", "streamlit", "plotly", "polars", "duckdb", "dataframely", "kaleido")
_PORT = 8501
_EARLIEST = datetime(2026, 11, 1, tzinfo=UTC)
"""This version is not older than its own code."""

_CLOCK_SLACK = timedelta(minutes=5)
_ROOM_MB = 500
"""A refresh needs room for one more build (about 10 MB) and the payloads of the live sources."""


@dataclass(frozen=True)
class Diagnosis:
    """One thing that was looked at: `state` is ok, note or bad."""

    what: str
    state: str
    detail: str
    mend: str = ""


def doctor(json_output: Annotated[bool, typer.Option("--json", help="As JSON.")] = False) -> None:
    """What works on this machine: store, disk, clock, keys, live sources, browser; and how to mend what does not."""
    from pipelines import settings

    loaded = settings.load()
    diagnoses = [
        *_store(loaded),
        _folder(loaded),
        _clock(loaded),
        _raw(loaded),
        *_live(loaded),
        *_keys(loaded),
        _browser(),
        _port(),
        *_environment(loaded),
        _versions(),
    ]
    if json_output:
        output.as_json([asdict(row) for row in diagnoses])
        return
    output.table(
        ("what", "state", "detail", "how to mend"), [(row.what, row.state, row.detail, row.mend) for row in diagnoses]
    )
    bad = sum(row.state == "bad" for row in diagnoses)
    output.say("Everything that is needed works." if not bad else f"{bad} of {len(diagnoses)} things need attention.")


def _store(loaded: Settings) -> list[Diagnosis]:
    from pipelines import store

    shipped = (loaded.data / "snapshot").is_dir()
    figures = Diagnosis(
        "shipped figures", "ok" if shipped else "bad", str(loaded.data), "" if shipped else "Unset TRADEWAKE_DATA."
    )
    try:
        current = store.current_store(loaded.store_dir)
        size = f"{current.build_id}, {current.build.bytes / 1e6:,.1f} MB, {len(store.builds(loaded.store_dir))} builds"
        return [figures, Diagnosis("store", "ok", size)]
    except store.OtherTablesError as error:
        from pipelines.refresh.rebuild import expected_losses

        held = store.holdings(error.build)
        lost = [] if held is None else expected_losses(held, loaded.raw_dir)
        mend = "tradewake refresh --offline"
        notes = [Diagnosis("raw cache", "bad", sentence, "Bring raw/ back first, if you can.") for sentence in lost]
        return [figures, Diagnosis("store", "bad", f"{error.what}.", mend), *notes]
    except StoreError as error:
        return [figures, Diagnosis("store", "bad", str(error), "tradewake refresh --offline")]


def _folder(loaded: Settings) -> Diagnosis:
    folder = loaded.home
    there = folder
    while not there.exists() and there != there.parent:
        there = there.parent
    if not os.access(there, os.W_OK):
        return Diagnosis(
            "folder and disk", "bad", f"{folder} cannot be written", "Set TRADEWAKE_HOME to a folder that can be."
        )
    free = shutil.disk_usage(there).free / 1e6
    state = "ok" if free > _ROOM_MB else "bad"
    return Diagnosis(
        "folder and disk", state, f"{folder}, {free:,.0f} MB free", "" if state == "ok" else "Free some space."
    )


def _browser() -> Diagnosis:
    named = os.environ.get("BROWSER_PATH")
    paths = [named, *(shutil.which(name) for name in _BROWSERS)]
    path = next((str(candidate) for candidate in paths if candidate and Path(candidate).exists()), None)
    if path is None:
        mend = "Install Chrome or Chromium; without one the reader's own browser makes PNG and SVG."
        return Diagnosis("browser for images", "note", "none found", mend)
    return Diagnosis("browser for images", "ok", path)


def _port() -> Diagnosis:
    with socket.socket() as probe:
        try:
            probe.bind(("127.0.0.1", _PORT))
        except OSError:
            return Diagnosis(f"port {_PORT}", "note", "in use", "tradewake serve --port N takes another one.")
    return Diagnosis(f"port {_PORT}", "ok", "free")


def _clock(loaded: Settings) -> Diagnosis:
    """Vintages are dated by the clock: one that runs behind would date them before what is already held."""
    from pipelines import store

    now = datetime.now(UTC)
    built = [
        build.created if build.created.tzinfo else build.created.replace(tzinfo=UTC)
        for build in store.builds(loaded.store_dir)
    ]
    newest = max([_EARLIEST, *built])
    shown = f"{now:%Y-%m-%d %H:%M} UTC"
    if now + _CLOCK_SLACK < newest:
        behind = (
            f"{shown}, but there are builds of {newest:%Y-%m-%d %H:%M}" if built else f"{shown}, before this version"
        )
        return Diagnosis("clock", "bad", behind, "Set the clock: vintages are dated by it.")
    return Diagnosis("clock", "ok", shown)


def _raw(loaded: Settings) -> Diagnosis:
    """What the replies of the live sources weigh."""
    sizes = []
    for path in loaded.raw_dir.rglob("*"):
        # A refresh that is running moves its files while we count.
        with suppress(OSError):
            if path.is_file():
                sizes.append(path.stat().st_size)
    if not sizes:
        return Diagnosis("raw cache", "ok", f"{loaded.raw_dir}, empty: nothing was fetched yet")
    return Diagnosis("raw cache", "ok", f"{loaded.raw_dir}, {sum(sizes) / 1e6:,.1f} MB in {len(sizes):,} files")


def _live(loaded: Settings) -> list[Diagnosis]:
    """Which sources were ever fetched over the network from this folder."""
    from pipelines.cli.freshness import fetched
    from pipelines.sources import SOURCES

    days = {source.name: fetched(source, loaded) for source in SOURCES if source.is_live}
    if not days:
        return []
    rows = []
    ever = [f"{name} ({day.day} {day:%b %Y})" for name, day in days.items() if day is not None]
    never = [name for name, day in days.items() if day is None]
    if ever:
        rows.append(Diagnosis("fetched live", "ok", ", ".join(ever)))
    if never:
        rows.append(Diagnosis("never fetched live", "note", ", ".join(never), "tradewake refresh asks them."))
    return rows


def _keys(loaded: Settings) -> list[Diagnosis]:
    """The keys that live sources can use: whether each is set, and where it is to be had. Never what it is."""
    from pipelines.sources import SOURCES

    rows = []
    for source in SOURCES:
        if source.key is None or loaded.secret(source.key) is not None:
            continue
        without = (
            f"{source.name} is left out without it" if source.key_needed else f"{source.name} works without it too"
        )
        rows.append(Diagnosis(source.key, "note", f"not set; {without}", f"A key is to be had at {source.key_from}."))
    return rows


def _environment(loaded: Settings) -> list[Diagnosis]:
    """Every variable that is read: whether it is set; a secret's value is never shown, an unused address left out."""
    rows = []
    for name, field in type(loaded).model_fields.items():
        if name in ("keys", "addresses"):
            continue
        is_set = name in loaded.model_fields_set
        shown = f"{getattr(loaded, name)}{'' if is_set else ' (default)'}"
        rows.append(Diagnosis(f"TRADEWAKE_{name.upper()}", "ok", shown, "" if is_set else field.description or ""))
    rows += [Diagnosis(variable, "ok", "set") for variable in loaded.keys if loaded.secret(variable) is not None]
    for source, address in loaded.addresses.items():
        shown = "set, with a user name or password in it, which is refused" if "@" in address else address
        # Figures that come from elsewhere than their source are worth a second look.
        mend = "Another address for this source, such as a proxy."
        rows.append(Diagnosis(f"TRADEWAKE_{source.upper()}_URL", "note", shown, mend))
    return rows


def _versions() -> Diagnosis:
    parts = [f"python {platform.python_version()}"]
    for name in _PACKAGES:
        try:
            parts.append(f"{name} {version(name)}")
        except PackageNotFoundError:
            parts.append(f"{name} not installed")
    return Diagnosis("versions", "ok", ", ".join(parts))
