"""The pointer is switched in one step or not at all, and old builds are cleared away behind it."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipelines import store
from pipelines.errors import RefusedError, StoreError
from tests.pipelines.store import spoil


def test_publishing_a_broken_build_is_refused_and_the_pointer_stays(two: tuple[str, str], folder: Path) -> None:
    older, published = two
    spoil.cut(folder / f"{older}.duckdb")
    with pytest.raises(StoreError):
        store.publish(folder, older)
    assert store.published_id(folder) == published


def test_a_pointer_that_cannot_be_written_is_refused(
    two: tuple[str, str], folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(path: Path, text: str) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("pipelines.store.pointer.write_synced", full)
    with pytest.raises(RefusedError, match=r"could not be published .*no space left"):
        store.publish(folder, two[0])
    assert store.published_id(folder) == two[1]


def test_pruning_keeps_the_published_build_and_clears_what_was_left(two: tuple[str, str], folder: Path) -> None:
    older, published = two
    store.publish(folder, older)
    for name in (".building-x.duckdb", ".CURRENT.123", "20200101-000000-00000000.json"):
        (folder / name).write_text("x")
    assert store.prune(folder, 1) == []
    assert {build.build_id for build in store.builds(folder)} == {older, published}
    assert not list(folder.glob(".building-*"))
    assert not (folder / "20200101-000000-00000000.json").exists()
    store.publish(folder, published)
    assert store.prune(folder, 1) == [older]
