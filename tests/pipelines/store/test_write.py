"""A new build is whole and newer than all others, or leaves nothing behind."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from pipelines import store
from pipelines.build_ids import new_build_id
from pipelines.errors import TradewakeError
from pipelines.refresh import RefreshReport
from pipelines.schema import TABLES
from pipelines.settings import Settings

Publish = Callable[..., RefreshReport]


def test_builds_of_one_second_sort_by_age(two: tuple[str, str], folder: Path) -> None:
    frames = {name: store.current_store(folder).table(name) for name in TABLES}
    names = [store.build_store(frames, {"content_hash": letter * 64}, folder).build_id for letter in "cba"]
    assert sorted(names) == names
    assert min(names) > two[1]


def test_build_ids_sort_by_time() -> None:
    early = new_build_id("f" * 64, datetime(2026, 11, 22, 8, 30, tzinfo=UTC))
    assert early == "20261122-083000-ffffffff"
    assert early < new_build_id("0" * 64, datetime(2026, 11, 22, 8, 31, tzinfo=UTC))


def test_a_build_that_cannot_be_written_leaves_nothing(
    two: tuple[str, str], folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    frames = {name: store.current_store(folder).table(name) for name in TABLES}

    def full(path: Path, text: str) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("pipelines.store.write.write_synced", full)
    with pytest.raises(TradewakeError, match=r"could not be written .*no space left"):
        store.build_store(frames, {"content_hash": "a" * 64}, tmp_path / "other")
    assert list((tmp_path / "other").iterdir()) == []


def test_tables_that_did_not_change_come_with_a_copy_of_the_build_before(publish: Publish, settings: Settings) -> None:
    publish()
    before = store.current_store(settings.store_dir)
    frames = {name: before.table(name) for name in TABLES}
    fewer = {name: frame for name, frame in frames.items() if name != "trade_flow"}
    fewer["event"] = frames["event"].clear()
    facts = {"content_hash": "c" * 64}
    built = store.build_store(fewer, facts, settings.store_dir, base=before.build, unchanged=["trade_flow"])
    assert built.table("trade_flow").equals(frames["trade_flow"])
    assert built.table("macro").equals(frames["macro"])
    assert built.table("event").is_empty()
    assert built.provenance() == facts
    assert before.table("event").height == 1, "the build before is not written to"


def test_a_build_before_that_was_damaged_is_not_copied(publish: Publish, settings: Settings) -> None:
    publish()
    before = store.current_store(settings.store_dir)
    frames = {name: before.table(name) for name in TABLES}
    other = dataclasses.replace(before.build, sha256="0" * 64)
    built = store.build_store(
        frames, {"content_hash": "c" * 64}, settings.store_dir, base=other, unchanged=list(TABLES)
    )
    assert all(built.table(name).equals(frames[name]) for name in TABLES)
