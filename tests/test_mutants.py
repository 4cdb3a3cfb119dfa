"""The planted faults: every module has tests of its own, and the changes of SQL and words are small ones."""

from __future__ import annotations

from pathlib import Path

import pytest

from mutants import equivalents
from mutants.changes import is_sql, sql_changes
from mutants.rooms import ROOMS, ROOT, Room

NOTHING_TO_DECIDE = {"__init__", "errors"}


@pytest.mark.parametrize("room", ROOMS, ids=lambda room: room.folder)
def test_every_module_that_decides_numbers_has_tests_of_its_own(room: Room) -> None:
    modules = [name for name in room.modules() if Path(name).stem not in NOTHING_TO_DECIDE]
    assert modules
    assert [name for name in modules if not room.tests_of(name)] == []
    for name in modules:
        assert all((ROOT / test).is_file() for test in room.tests_of(name)), name
    assert set(room.more) <= {Path(name).stem for name in room.modules()}


def test_tests_of_a_family_stand_behind_those_of_the_same_name(tmp_path: Path) -> None:
    (tmp_path / "tests").mkdir()
    for name in ("collapse", "collapse_annual", "collapsed", "other", "collapse_annual_by_hand", "collapse_by_hand"):
        (tmp_path / "tests" / f"test_{name}.py").touch()
    room = Room("room", "tests", {"collapse": ("test_other.py",)})

    def names(module: str) -> list[str]:
        return [Path(test).stem for test in room.tests_of(module, tmp_path)]

    assert names("room/collapse_annual.py") == [
        "test_collapse_annual", "test_collapse_annual_by_hand", "test_collapse_by_hand", "test_collapse",
    ]  # fmt: skip
    assert names("room/collapse.py") == [
        "test_collapse", "test_collapse_annual_by_hand", "test_collapse_by_hand", "test_collapse_annual", "test_other",
    ]  # fmt: skip
    assert names("room/nothing.py") == []


def changed(text: str) -> set[str]:
    return {text[:start] + words + text[end:] for start, end, words in sql_changes(text)}


@pytest.mark.parametrize(
    ("text", "changes"),
    [
        ("WHERE a >= 1", {"WHERE a > 1", "WHERE a >= 2"}),
        ("WHERE a <> 'M' AND b", {"WHERE a = 'M' AND b", "WHERE a <> 'M' OR b", "WHERE a <> 'A' AND b"}),
        ("SELECT min(a) FROM t", {"SELECT max(a) FROM t"}),
        ("ORDER BY a DESC, b", {"ORDER BY a ASC, b"}),
        ("ORDER BY t.a, b", {"ORDER BY t.a DESC, b"}),
        ("WHERE a IS NULL", {"WHERE a IS NOT NULL"}),
        ("WHERE a IS NOT NULL", {"WHERE a IS NULL"}),
        ("WHERE a NOT IN (b)", {"WHERE a IN (b)"}),
        ("WHERE NOT a", {"WHERE  a"}),
        ("SELECT coalesce(a, f(b, c))", {"SELECT coalesce(f(b, c), a)"}),
        ("a LEFT JOIN b", {"a JOIN b"}),
        ("SELECT DISTINCT a", {"SELECT a"}),
        ("WHERE a BETWEEN ? AND ?", set()),
        ("WHERE a = DATE '1900-01-01'", {"WHERE a <> DATE '1900-01-01'"}),
        ("SELECT a::INTEGER", set()),
    ],
)
def test_changes_of_sql(text: str, changes: set[str]) -> None:
    assert changed(text) == changes


@pytest.mark.parametrize(
    ("text", "sql"), [("SELECT a FROM b", True), (" >= ", True), ("max(period)", True), ("a sentence and more", False)]
)
def test_what_is_sql(text: str, sql: bool) -> None:
    assert is_sql(text) is sql


def test_a_listed_fault_has_a_reason(tmp_path: Path) -> None:
    entry = '[[mutant]]\nfile = "a.py"\nfunction = "f"\nwas = "x"\nnow = "y"\nwhy = "{why}"\n'
    (tmp_path / "one.toml").write_text(entry.format(why="same"))
    assert list(equivalents.read(tmp_path / "one.toml").values()) == ["same"]
    for text in (entry.format(why=" "), entry.format(why="a") * 2):
        (tmp_path / "two.toml").write_text(text)
        with pytest.raises(ValueError, match="twice or without a reason"):
            equivalents.read(tmp_path / "two.toml")


def test_a_listed_fault_whose_line_is_gone_is_told(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("x = (1 +\n     2)\n")
    here, gone, nowhere = (equivalents.Key(file, "f", was, "") for file, was in (
        ("a.py", "x = (1 + 2)"), ("a.py", "x = 3"), ("b.py", "x"),
    ))  # fmt: skip
    assert equivalents.stale([here, gone, nowhere], tmp_path) == [gone, nowhere]


@pytest.mark.parametrize(
    ("code", "changed"),
    [
        ("x = f(y, axis=-1)\n", False),
        ("x = y.shape[-1]\n", False),
        ("x = y[-1]\n", True),
        ("x = g.default_rng(2021)\n", False),
        ("x = draw(2021)\n", True),
        ("x = y.unique(maintain_order=True)\n", False),
        ("x = y.unique(keep=True)\n", True),
        ("x = 1e-9\n", False),
        ("x = 1e-7\n", True),
    ],
)
def test_what_no_test_can_hold_to_is_left_out(tmp_path: Path, code: str, changed: bool) -> None:
    places = pytest.importorskip("mutants.places", reason="Cosmic Ray lies in the extra `mutants`")
    (tmp_path / "one.py").write_text(code)
    words = ("ReplaceUnaryOperator_Delete_USub", "OtherScale", "ReplaceTrueWithFalse")
    assert any(one.operator in words for one in places.mutants_of("one.py", tmp_path)) is changed
