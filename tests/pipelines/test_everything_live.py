"""All live sources at once: the real command against the replay server, from an empty home to every page.

The server gives lists of names from the recorded shapes as they are; figures come in the recorded shape of each source
but are derived from the shipped build (`derived.py` says how), because made-up ones would rightly be refused beside
the real folder of shipped figures that these refreshes run on. The command runs as a process of its own through its
own entry point. One thing is taken from it: the pace of the sources, which would be minutes of waiting here;
`raw/test_web.py` holds the pace. The lists are as short as the recorded ones, so how long they should be is not asked.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from streamlit.testing.v1 import AppTest

from pipelines import facts
from pipelines import settings as pipeline_settings
from pipelines import store as stores
from pipelines.schema import TABLES
from pipelines.store import Store
from tests.pipelines.replay import Replay
from tests.pipelines.replayed import KEYS, REPLAYED, SINCE, addresses, all_sources

pytestmark = pytest.mark.slow

APP = Path(__file__).parents[2] / "dashboard" / "app.py"
PAGES = sorted(path.parent.name for path in (APP.parent / "app_pages").glob("*/page.py"))

COMMAND = """
from dataclasses import replace
from pipelines.cli import app, run
from pipelines.sources import SOURCES
for source in SOURCES:
    source.limits = replace(source.limits, pace_seconds=0.0)
    source.expected_rows = {}
run(app, name="tradewake")
"""

Done = subprocess.CompletedProcess[str]
Tables = dict[str, pl.DataFrame]


def tradewake(home: Path, server: Replay | None, *arguments: str, keys: dict[str, str] | None = None) -> Done:
    """The command in an environment of its own; without a server nothing answers anywhere."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("TRADEWAKE_")}
    sent = addresses(server) if server is not None else {}
    own = {f"TRADEWAKE_{name.upper()}_URL": value for name, value in sent.items()}
    # A key that is set but blank counts as none, also where a file .env has one.
    own |= {"TRADEWAKE_HOME": str(home), "TRADEWAKE_RETRY_SECONDS": "0.01"} | dict.fromkeys(KEYS, "") | (keys or {})
    return subprocess.run(
        [sys.executable, "-c", COMMAND, *arguments],
        env=inherited | own,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


def tables(home: Path) -> Tables:
    """Every table of the published build, in an order of its own."""
    store = stores.current_store(home / "store")
    return {name: store.query(f"SELECT * FROM {name} ORDER BY ALL") for name in TABLES}


@dataclass
class Told:
    """What the commands of this module said and left."""

    home: Path
    asked: int
    asked_again: int
    first: Done
    again: Done
    status: Any
    rebuilt: Done
    before: Tables
    after: Tables


@pytest.fixture(scope="module")
def server(store: Store) -> Iterator[Replay]:
    with all_sources(store) as replay:
        yield replay


@pytest.fixture(scope="module")
def told(server: Replay, tmp_path_factory: pytest.TempPathFactory) -> Told:
    """A refresh into an empty home, the same once more, the status, and a build from the raw cache alone."""
    home = tmp_path_factory.mktemp("live")
    first = tradewake(home, server, "refresh", *REPLAYED, "--since", SINCE, keys=KEYS)
    assert first.returncode == 0, first.stderr[-3000:]
    asked = len(server.asked)
    again = tradewake(home, server, "refresh", *REPLAYED, "--since", SINCE, keys=KEYS)
    asked_again = len(server.asked) - asked
    status = json.loads(tradewake(home, None, "status", "--json").stdout)
    before = tables(home)
    shutil.rmtree(home / "store")
    rebuilt = tradewake(home, None, "refresh", "--offline")
    return Told(home, asked, asked_again, first, again, status, rebuilt, before, tables(home))


def test_a_refresh_of_an_empty_home_publishes_a_build(told: Told) -> None:
    assert told.first.returncode == 0
    assert "Published 20" in told.first.stderr
    assert "failed" not in told.first.stderr
    assert "left out" not in told.first.stderr
    assert "Note:" not in told.first.stderr, "no check found anything to say"


@pytest.mark.parametrize("source", REPLAYED)
def test_every_live_source_has_figures_of_its_own_in_it(told: Told, source: str) -> None:
    own = told.before["release"].filter(pl.col("origin") == source)
    assert own.height >= 1
    assert own["retrieved"].null_count() == 0
    held = [
        frame.join(own, on="release", how="semi").height
        for name, frame in told.before.items()
        if name != "release" and "release" in frame.columns
    ]
    assert sum(held) >= 1


def test_the_same_replies_again_are_nothing_new(told: Told) -> None:
    assert told.again.returncode == 0, told.again.stderr
    assert "Nothing new" in told.again.stderr + told.again.stdout
    # Publications never change, so they are not asked for again.
    # Archived editions and publications never change and are not asked for again.
    assert told.asked - 10 <= told.asked_again < told.asked


def test_the_status_says_of_every_live_source_when_it_was_fetched(told: Told) -> None:
    fetched = {row["source"]: row["fetched"] for row in told.status["sources"] if row["can_refresh"]}
    assert {name for name in REPLAYED if fetched.get(name) is None} == set()
    assert (told.status["last_refresh"]["outcome"], told.status["last_refresh"]["failed"]) == ("unchanged", {})


@pytest.mark.parametrize("name", TABLES)
def test_the_raw_cache_alone_gives_the_same_tables(told: Told, name: str) -> None:
    assert told.rebuilt.returncode == 0, told.rebuilt.stderr
    assert told.after[name].equals(told.before[name])


def test_no_key_is_anywhere_in_the_home_or_in_what_was_said(told: Told) -> None:
    # Without blanks, so that a line that was wrapped hides nothing.
    said = ["".join((done.stdout + done.stderr).split()) for done in (told.first, told.again, told.rebuilt)]
    files = [path for path in told.home.rglob("*") if path.is_file()]
    assert len(files) > 100
    for key in KEYS.values():
        assert not any(key in text for text in said)
        assert [path.name for path in files if key.encode() in path.read_bytes()] == []


def test_without_keys_the_workbooks_are_read_and_comtrade_is_left_out(server: Replay, tmp_path: Path) -> None:
    before = len(server.asked)
    done = tradewake(tmp_path, server, "refresh", "--since", SINCE)
    # A source that the server does not stand for fails alone.
    assert done.returncode == (0 if set(facts.live()) == set(REPLAYED) else 3), done.stderr
    said = " ".join(done.stderr.split())
    assert "The source comtrade was left out: COMTRADE_API_KEY is not set" in said
    paths = {asked.path for asked in server.asked[before:]}
    for source, only in (
        ("census", {"/census/foreign-trade/balance/country.xlsx"}),
        ("brent", {"/brent/dnav/pet/hist_xls/RBRTEm.xls"}),
        ("comtrade", set()),
    ):
        assert {path for path in paths if path.startswith(f"/{source}/")} == only
    releases = tables(tmp_path)["release"]
    assert set(releases["origin"]) == {*REPLAYED, "snapshot"} - {"comtrade"}
    title = releases.filter(pl.col("origin") == "census")["title"].item()
    assert "public workbook" in title


@pytest.mark.parametrize("page", PAGES)
def test_every_page_shows_that_build(told: Told, page: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRADEWAKE_HOME", str(told.home))
    pipeline_settings.load.cache_clear()
    try:
        app = AppTest.from_file(str(APP), default_timeout=120).run()
        shown = app if page == "overview" else app.switch_page(f"app_pages/{page}/page.py").run()
    finally:
        monkeypatch.undo()
        pipeline_settings.load.cache_clear()
    assert list(shown.exception) == []
    assert list(shown.error) == []
    assert shown.title[0].value.endswith("?")
    if page != "data.py":
        charts = shown.get("plotly_chart")
        assert charts
        assert all(len(chart.proto.alt) >= 40 for chart in charts)
