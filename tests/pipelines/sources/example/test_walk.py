"""The steps of CONTRIBUTING.md, taken: a new source in a copy of the checkout touches six files and answers by rank."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.pipelines.replay import Replay, Reply, serving

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[3]
COPIED = ("pipelines", "dashboard", "scripts", "tests", "data", "docs")
TOUCHED = {
    "data/sources/harbour.toml",
    "pipelines/sources/harbour.py",
    "pipelines/sources/__init__.py",
    "tests/pipelines/sources/test_harbour.py",
    "README.md",
    "data/LICENCES.md",
}
MONTHS = [f"{year}-{month:02d}" for year in (2023, 2024) for month in range(1, 13)]
"""The UN yearbook has these two years of Iceland as totals: the new source goes before it."""


def _prints(root: Path) -> dict[str, str]:
    files = (path for path in root.rglob("*") if path.is_file() and "__pycache__" not in path.parts)
    return {path.relative_to(root).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the checkout with the example added as the page says."""
    root = tmp_path_factory.mktemp("walk") / "checkout"
    without = shutil.ignore_patterns("__pycache__", "raw", "store") if (ROOT / "data" / "store").exists() else None
    for name in COPIED:
        ignore = without if name == "data" else shutil.ignore_patterns("__pycache__")
        shutil.copytree(ROOT / name, root / name, ignore=ignore)
    for path in (*ROOT.glob("*.md"), ROOT / "pyproject.toml"):
        shutil.copy(path, root / path.name)
    before = _prints(root)
    shutil.copy(HERE / "harbour.toml", root / "data" / "sources")
    shutil.copy(HERE / "harbour.py", root / "pipelines" / "sources")
    test = (HERE / "test_harbour.py").read_text(encoding="utf-8")
    test = test.replace("tests.pipelines.sources.example.harbour", "pipelines.sources.harbour")
    (root / "tests" / "pipelines" / "sources" / "test_harbour.py").write_text(test, encoding="utf-8")
    listed = root / "pipelines" / "sources" / "__init__.py"
    text = listed.read_text(encoding="utf-8")
    text = text.replace(
        "from pipelines.sources.imf_imts",
        "from pipelines.sources.harbour import Harbour\nfrom pipelines.sources.imf_imts",
    )
    text = text.replace("Eurostat(), Comtrade()", "Eurostat(), Comtrade(), Harbour()")
    listed.write_text(text, encoding="utf-8")
    _python(root, "-m", "scripts.write_documents")
    after = _prints(root)
    assert {name for name in after if after[name] != before.get(name)} == TOUCHED
    return root


def _python(root: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(("TRADEWAKE_", "PYTEST_"))}
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=root,
        env=inherited | {"PYTHONPATH": str(root), "PYTHONDONTWRITEBYTECODE": "1"} | environment,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    return done


@pytest.fixture(scope="module")
def server() -> Iterator[Replay]:
    trade = [
        {"month": month, "partner": partner, "exports": 1_000_000, "imports": 2_000_000}
        for month in MONTHS
        for partner in ("Russia", "All partners")
    ]
    with serving() as replay:
        replay.on("/v1/trade", Reply(json.dumps({"unit": "USD", "trade": trade}).encode()))
        yield replay


def test_its_own_test_and_the_walk_over_every_source_pass_in_the_copy(checkout: Path) -> None:
    here = "tests/pipelines/sources"
    _python(
        checkout, "-m", "pytest", "-n0", "-q", f"{here}/test_harbour.py", f"{here}/test_every_source.py",
        "tests/test_documents.py", "-k", "harbour or document",
    )  # fmt: skip


def test_a_question_that_names_no_source_is_answered_by_it(checkout: Path, server: Replay, tmp_path: Path) -> None:
    place = {"TRADEWAKE_HOME": str(tmp_path), "TRADEWAKE_HARBOUR_URL": server.url}
    shipped = {"TRADEWAKE_HOME": str(tmp_path / "shipped")}
    asked = (
        "data",
        "trade",
        "--reporter",
        "ISL",
        "--partner",
        "WLD",
        "--frequency",
        "A",
        "--from",
        "2023",
        "--to",
        "2024",
    )
    _python(checkout, "-m", "pipelines", "refresh", "--offline", **shipped)
    before = _python(checkout, "-m", "dashboard.cli", *asked, "--format", "json", **shipped)
    assert {row["source"] for row in json.loads(before.stdout)} == {"un_syb"}
    done = _python(checkout, "-m", "pipelines", "refresh", "harbour", **place)
    assert "Published" in done.stderr
    after = json.loads(_python(checkout, "-m", "dashboard.cli", *asked, "--format", "json", **place).stdout)
    assert [(row["source"], row["value_usd"]) for row in after] == [("harbour", 12e6), ("harbour", 12e6)]
    rows = json.loads(_python(checkout, "-m", "pipelines", "sources", "--json", **place).stdout)
    own = next(row for row in rows if row["source"] == "harbour")
    assert (own["basis_title"], own["rank"], own["refreshed_by"]) == ("Harbour basis", 500, "harbour")
