from __future__ import annotations

import dataclasses
import json
import threading
import time
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import polars as pl
import pytest

from pipelines import store
from pipelines.build_ids import new_build_id
from pipelines.disk import fingerprint
from pipelines.errors import RefusedError, StoreError, TradewakeError
from pipelines.refresh import RefreshReport
from pipelines.schema import SORT_ORDER, TABLES
from pipelines.settings import Settings
from pipelines.store import POINTER, Store

Publish = Callable[..., RefreshReport]
REMEDY = r"Run `tradewake refresh --offline`"


@pytest.fixture
def folder(settings: Settings) -> Path:
    return settings.store_dir


@pytest.fixture
def two(publish: Publish, folder: Path) -> tuple[str, str]:
    """Two builds, the second published."""
    first, second = publish(), publish(force=True)
    store._open_stores.clear()
    assert first.build_id is not None
    assert second.build_id is not None
    return first.build_id, second.build_id


def damage(path: Path) -> None:
    body = bytearray(path.read_bytes())
    middle = len(body) // 2
    body[middle : middle + 64] = bytes(byte ^ 0xFF for byte in body[middle : middle + 64])
    path.write_bytes(bytes(body))


def test_a_missing_store_says_how_to_make_one(folder: Path) -> None:
    with pytest.raises(StoreError, match=f"There is no store in .* yet. {REMEDY}") as caught:
        store.current_store(folder)
    assert caught.value.exit_code == 6


def test_a_store_gives_back_what_was_built(two: tuple[str, str], folder: Path) -> None:
    current = store.current_store(folder)
    for name, contract in TABLES.items():
        frame = current.table(name)
        assert contract.is_valid(frame), name
        order = SORT_ORDER.get(name, tuple(contract.primary_key()))
        assert frame.sort(order, maintain_order=True).equals(frame), name


def test_a_build_is_opened_once(two: tuple[str, str], folder: Path) -> None:
    assert store.current_store(folder) is store.current_store(folder)


def test_a_new_build_is_picked_up_and_the_old_handle_still_answers(publish: Publish, folder: Path) -> None:
    publish()
    before = store.current_store(folder)
    publish(force=True)
    after = store.current_store(folder)
    assert after.build_id != before.build_id
    assert before.query("SELECT count(*) AS n FROM area").item() == 6


def test_values_are_parameters(two: tuple[str, str], folder: Path) -> None:
    current = store.current_store(folder)
    assert current.query("SELECT name FROM area WHERE area = ?", ["RUS"]).item() == "Russia"
    assert current.query("SELECT name FROM area WHERE area = ?", ["RUS' OR '1'='1"]).is_empty()


def test_a_question_cannot_reach_another_file(two: tuple[str, str], folder: Path) -> None:
    with pytest.raises(StoreError, match="could not answer"):
        store.current_store(folder).query("SELECT * FROM read_csv('/etc/passwd')")


def test_a_question_cannot_write(two: tuple[str, str], folder: Path) -> None:
    with pytest.raises(StoreError, match="could not answer"):
        store.current_store(folder).query("DELETE FROM area")


def test_an_unknown_table_is_named(two: tuple[str, str], folder: Path) -> None:
    with pytest.raises(StoreError, match="no table 'prices'"):
        store.current_store(folder).table("prices")


def _empty(path: Path) -> None:
    path.write_bytes(b"")


def _cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-4096])


def _no_database(path: Path) -> None:
    path.write_bytes(b"x" * path.stat().st_size)


def _no_sidecar(path: Path) -> None:
    path.with_suffix(".json").unlink()


def _bad_sidecar(path: Path) -> None:
    path.with_suffix(".json").write_text("{")


@pytest.mark.parametrize(
    ("spoil", "sentence"),
    [
        (Path.unlink, "is not in"),
        (_empty, "is damaged: 0 bytes instead of"),
        (_cut, "is damaged: .* bytes instead of"),
        (damage, "is damaged: its bytes are not those written"),
        (_no_database, "is damaged: its bytes are not those written"),
        (_no_sidecar, "has no readable description"),
        (_bad_sidecar, "has no readable description"),
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


def test_a_database_that_is_no_build_is_told(two: tuple[str, str], folder: Path) -> None:
    _, published = two
    path = folder / f"{published}.duckdb"
    _no_database(path)
    sidecar = path.with_suffix(".json")
    facts = json.loads(sidecar.read_text())
    sidecar.write_text(json.dumps(facts | {"sha256": fingerprint(path)}))
    with pytest.raises(StoreError, match="cannot be opened"):
        store.current_store(folder)


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
    _empty(folder / f"{published}.duckdb")
    assert store.current_store(folder, fallback=True).problem is not None
    store.publish(folder, older)
    assert store.current_store(folder).problem is None


def test_with_nothing_readable_even_the_fallback_tells(two: tuple[str, str], folder: Path) -> None:
    for name in two:
        _empty(folder / f"{name}.duckdb")
    with pytest.raises(StoreError, match="is damaged"):
        store.current_store(folder, fallback=True)


def test_publishing_a_broken_build_is_refused_and_the_pointer_stays(two: tuple[str, str], folder: Path) -> None:
    older, published = two
    _cut(folder / f"{older}.duckdb")
    with pytest.raises(StoreError):
        store.publish(folder, older)
    assert store.published_id(folder) == published


def test_a_pointer_that_cannot_be_written_is_refused(
    two: tuple[str, str], folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(path: Path, text: str) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(store, "_write_synced", full)
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

    monkeypatch.setattr(store, "_write_synced", full)
    with pytest.raises(TradewakeError, match=r"could not be written .*no space left"):
        store.build_store(frames, {"content_hash": "a" * 64}, tmp_path / "other")
    assert list((tmp_path / "other").iterdir()) == []


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


def test_the_real_store_knows_what_it_was_made_of(store: Store) -> None:
    facts = store.provenance()
    assert len(facts["payloads"]["snapshot"]) > 15
    assert facts["failed"] == {}
    assert store.changes()["added"].sum() > 300_000


def test_as_known_on_a_day_exactly_one_row_stands_per_figure(store: Store) -> None:
    for table in ("trade_flow", "macro"):
        frame = store.table(table)
        key = [name for name in TABLES[table].primary_key() if name != "known_from"]
        for day in (date(2023, 6, 1), date(2026, 1, 1), date(2026, 11, 22)):
            ends = pl.col("known_to").is_null() | (pl.col("known_to") > day)
            known = frame.filter(pl.col("known_from") <= day, ends)
            assert not known.is_empty()
            assert known.select(key).is_duplicated().sum() == 0


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
