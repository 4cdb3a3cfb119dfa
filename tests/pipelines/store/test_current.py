"""The published build, and what is served while it cannot be read."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest

from pipelines import store
from pipelines.errors import StoreError, TradewakeError
from pipelines.refresh import RefreshReport
from pipelines.schema import TABLES
from pipelines.store import POINTER
from tests.pipelines.store import spoil

Publish = Callable[..., RefreshReport]
REMEDY = r"Run `tradewake refresh --offline`"


def test_a_missing_store_says_how_to_make_one(folder: Path) -> None:
    with pytest.raises(StoreError, match=f"There is no store in .* yet. {REMEDY}") as caught:
        store.current_store(folder)
    assert caught.value.exit_code == 6


def test_a_build_is_opened_once(two: tuple[str, str], folder: Path) -> None:
    assert store.current_store(folder) is store.current_store(folder)


def test_a_new_build_is_picked_up_and_the_old_handle_still_answers(publish: Publish, folder: Path) -> None:
    publish()
    before = store.current_store(folder)
    publish(force=True)
    after = store.current_store(folder)
    assert after.build_id != before.build_id
    assert before.query("SELECT count(*) AS n FROM area").item() == 6


@pytest.mark.parametrize(
    ("spoil", "sentence"),
    [
        (Path.unlink, "is not in"),
        (spoil.empty, "is damaged: 0 bytes instead of"),
        (spoil.cut, "is damaged: .* bytes instead of"),
        (spoil.damage, "is damaged: its bytes are not those written"),
        (spoil.no_database, "is damaged: its bytes are not those written"),
        (spoil.no_sidecar, "has no readable description"),
        (spoil.bad_sidecar, "has no readable description"),
    ],
)
def test_a_broken_build_is_told_and_the_one_before_it_is_served(
    two: tuple[str, str], folder: Path, spoil: Callable[[Path], None], sentence: str
) -> None:
    older, published = two
    spoil(folder / f"{published}.duckdb")
    with pytest.raises(StoreError, match=sentence) as caught:
        store.current_store(folder)
    assert "\n" not in str(caught.value)
    spare = store.current_store(folder, fallback=True)
    assert spare.build_id == older
    assert spare.problem is not None
    assert "Until then the build of" in spare.problem
    assert spare.query("SELECT count(*) FROM trade_flow").item() == 265


@pytest.mark.parametrize("pointer", [b"", b"\xff\xfe", b"../../etc/passwd", b"20200101-000000-deadbeef", b"x" * 5000])
def test_a_garbled_pointer_is_told_and_the_newest_build_is_served(
    two: tuple[str, str], folder: Path, pointer: bytes
) -> None:
    (folder / POINTER).write_bytes(pointer)
    with pytest.raises(StoreError):
        store.current_store(folder)
    spare = store.current_store(folder, fallback=True)
    assert spare.build_id == two[1]
    assert spare.problem is not None


def test_a_pointer_that_is_a_folder_is_told(two: tuple[str, str], folder: Path) -> None:
    (folder / POINTER).unlink()
    (folder / POINTER).mkdir()
    with pytest.raises(StoreError, match="cannot be read"):
        store.current_store(folder)


def test_a_spare_loses_its_warning_once_it_is_published(two: tuple[str, str], folder: Path) -> None:
    older, published = two
    spoil.empty(folder / f"{published}.duckdb")
    assert store.current_store(folder, fallback=True).problem is not None
    store.publish(folder, older)
    assert store.current_store(folder).problem is None


def test_with_nothing_readable_even_the_fallback_tells(two: tuple[str, str], folder: Path) -> None:
    for name in two:
        spoil.empty(folder / f"{name}.duckdb")
    with pytest.raises(StoreError, match="is damaged"):
        store.current_store(folder, fallback=True)


def test_readers_never_meet_a_mixed_build_or_an_error_over_ten_swaps(two: tuple[str, str], folder: Path) -> None:
    """Every build marks two of its tables with its number; whoever sees two numbers saw a mixture."""
    frames = {name: store.current_store(folder).table(name) for name in TABLES}
    stop = threading.Event()
    errors: list[str] = []
    seen: set[str] = set()

    def read() -> None:
        while not stop.is_set():
            try:
                current = store.current_store(folder)
                area = current.query("SELECT DISTINCT name FROM area WHERE area = 'RUS'").item()
                place = current.query("SELECT DISTINCT place FROM event").item()
                if area != place and current.build_id not in two:
                    errors.append(f"{area} beside {place}")
                seen.add(current.build_id)
            except TradewakeError as error:
                errors.append(str(error))

    readers = [threading.Thread(target=read) for _ in range(4)]
    for reader in readers:
        reader.start()
    for number in range(10):
        mark = f"build {number}"
        marked = frames | {
            "area": frames["area"].with_columns(name=pl.lit(mark)),
            "event": frames["event"].with_columns(place=pl.lit(mark)),
        }
        built = store.build_store(marked, {"content_hash": f"{number:064x}"}, folder)
        store.publish(folder, built.build_id)
        store.prune(folder, 2)
        time.sleep(0.05)
    stop.set()
    for reader in readers:
        reader.join()
    assert errors == []
    assert len(seen) >= 5
