"""A build made with an older or a newer version of the tables: refused, built anew, and what is lost by it is told."""

from __future__ import annotations

import gc
import json
import shutil
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import duckdb
import pytest

from dashboard.cli import app
from pipelines import cli, store
from pipelines import settings as pipeline_settings
from pipelines.disk import fingerprint
from pipelines.errors import StoreError
from pipelines.refresh import LAST_REFRESH, RefreshReport, Step, ensure_store, pick, refresh
from pipelines.refresh import run as runs
from pipelines.schema import TABLES_VERSION
from pipelines.settings import Settings
from pipelines.sources import SOURCES, Source
from tests.pipelines.replay import Replay, serving
from tests.pipelines.test_live import SHIPPED, figures, yesterday
from tests.pipelines.toy import Toy, script, year

OLDER, NEWER = str(TABLES_VERSION - 1), str(TABLES_VERSION + 1)
Refresh = Callable[..., RefreshReport]


@pytest.fixture
def server() -> Iterator[Replay]:
    with serving() as replay:
        script(replay)
        yield replay


@pytest.fixture
def quick(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """The miniature's settings, also for the commands and the dashboard."""
    monkeypatch.setenv("TRADEWAKE_HOME", str(settings.home))
    monkeypatch.setenv("TRADEWAKE_DATA", str(settings.data))
    quick = settings.model_copy(update={"retry_seconds": 0.01})
    monkeypatch.setattr(pipeline_settings, "load", lambda: quick)
    return quick


@pytest.fixture
def toy(server: Replay, monkeypatch: pytest.MonkeyPatch) -> Toy:
    """The one live source, among the house's own."""
    toy = Toy(server.url)
    monkeypatch.setattr(runs, "SOURCES", (*SHIPPED, toy))
    return toy


@pytest.fixture
def run(toy: Toy, quick: Settings) -> Refresh:
    def ask(*sources: Source, offline: bool = False, **options: Any) -> RefreshReport:
        return refresh(sources or (*SHIPPED, toy), quick, offline=offline, **options)

    return ask


def mark(settings: Settings, version: str | None, *changes: str, build: str | None = None) -> str:
    """Make every build, or one, a build of another version, with these changes to its tables.

    Returns:
        The name of the published build.
    """
    store.current._open_stores.clear()
    gc.collect()  # What a test still had open would be read from memory instead of from the file that is made here.
    for one in store.builds(settings.store_dir):
        if build in (None, one.build_id):
            _mark(one.path, version, changes)
    published = store.published_id(settings.store_dir)
    assert published is not None
    return published


def _mark(path: Path, version: str | None, changes: Sequence[str]) -> None:
    altered = path.with_suffix(".altered")
    shutil.copyfile(path, altered)
    with duckdb.connect(str(altered)) as connection:
        if version is None:
            connection.execute("DELETE FROM build WHERE key = 'schema_version'")
        else:
            connection.execute("UPDATE build SET value = ? WHERE key = 'schema_version'", [version])
        for change in changes:
            connection.execute(change)
    altered.replace(path)
    sidecar = path.with_suffix(".json")
    facts = json.loads(sidecar.read_text())
    facts |= {"schema_version": version, "bytes": path.stat().st_size, "sha256": fingerprint(path)}
    if version is None:
        del facts["schema_version"]
    sidecar.write_text(json.dumps(facts))


def days_ago(settings: Settings, days: int) -> None:
    """Make the only fetch of the raw cache older, in its name too, and forget the builds."""
    yesterday(settings, days)
    (fetch,) = (settings.raw_dir / "toy" / "fetches").glob("*.json")
    fetch.rename(fetch.with_name("2026" + fetch.name[4:].replace(fetch.name[4:8], "0101", 1)))


def command(*words: str) -> int:
    with pytest.raises(SystemExit) as left:
        cli.run(app, list(words))
    return int(left.value.code or 0)


def rows(settings: Settings) -> Any:
    return store.current_store(settings.store_dir).query("SELECT * FROM trade_flow ORDER BY ALL")


@pytest.mark.parametrize(
    ("version", "sentence"),
    [
        (
            OLDER,
            f"was made with older tables .version {OLDER}, and this Tradewake reads version {TABLES_VERSION}.: run",
        ),
        (
            NEWER,
            r"was made with newer tables .*: update Tradewake, or run `tradewake refresh --offline` to build it anew",
        ),
        (
            None,
            "does not say with which tables it was made: run `tradewake refresh --offline` to build it anew from the",
        ),
        ("next", "does not say with which tables it was made"),
    ],
)
def test_it_is_refused_in_one_sentence_that_says_what_to_do(
    run: Refresh, quick: Settings, version: str | None, sentence: str
) -> None:
    run()
    mark(quick, version)
    for fallback in (False, True):
        with pytest.raises(store.OtherTablesError, match=sentence) as caught:
            store.current_store(quick.store_dir, fallback=fallback)
        assert str(caught.value).count(". ") == 0
        assert str(caught.value).endswith(".")
        assert caught.value.exit_code == 6


def test_a_build_that_lies_about_its_version_is_refused_too(run: Refresh, quick: Settings) -> None:
    run()
    name = mark(quick, OLDER)
    sidecar = quick.store_dir / f"{name}.json"
    facts = json.loads(sidecar.read_text())
    sidecar.write_text(json.dumps(facts | {"schema_version": str(TABLES_VERSION)}))
    with pytest.raises(store.OtherTablesError, match="older tables"):
        store.current_store(quick.store_dir)


@pytest.mark.parametrize("version", [OLDER, NEWER, None])
def test_the_dashboards_start_builds_it_anew_and_loses_nothing(
    run: Refresh, quick: Settings, server: Replay, version: str | None
) -> None:
    run()
    days_ago(quick, 1)
    run(offline=True)
    script(server, y2025=year(2025, change={"RUS 2025-11": 900}))
    run()
    before = rows(quick)
    old = mark(quick, version, "ALTER TABLE trade_flow DROP COLUMN flag", "DROP TABLE event")
    server.asked.clear()
    steps: list[Step] = []
    made = ensure_store(quick, steps.append)
    assert made.build_id != old
    assert made.problem is None
    assert rows(quick).equals(before)
    assert figures(quick, period="2025-11-01") == [(1011.0, False), (900.0, True)]
    assert server.asked == [], "what it was made from is at hand"
    assert any(f"The build {old}" in step.doing and "built anew" in step.doing for step in steps)
    facts = made.provenance()
    assert (facts["rebuilt_from"], facts["losses"], facts["ask_in_full"]) == (old, [], [])
    assert ensure_store(quick).build_id == made.build_id
    assert run(offline=True).outcome == "unchanged"


def test_what_the_raw_cache_no_longer_has_is_told(
    run: Refresh, quick: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    run()
    old = mark(quick, OLDER)
    (vintage,) = (quick.raw_dir / "toy" / "fetches").glob("*.json")
    shutil.rmtree(quick.raw_dir)
    assert command("status") == 6
    assert "The raw cache no longer has the one fetch of toy" in capsys.readouterr().err
    assert command("refresh", "--offline", "--dry-run") == 0
    dry = capsys.readouterr().err
    assert "Would be lost: 1 vintage (toy-live-" in dry
    assert store.published_id(quick.store_dir) == old

    report = run(offline=True)
    assert report.outcome == "published"
    assert report.rebuilt.startswith(f"The build {old} was made with older tables")
    (loss,) = report.losses
    assert (loss.source, loss.build, loss.fetches, loss.is_in_cache) == ("toy", old, 1, False)
    assert loss.vintages == (f"toy-live-{vintage.stem[:8][:4]}-{vintage.stem[4:6]}-{vintage.stem[6:8]}",)
    assert loss.rows == 24
    assert loss.sentence == (
        f"Lost: 1 vintage ({loss.vintages[0]}) and 24 rows of toy, which the build {old} held; the raw cache no longer "
        "has 1 fetch."
    )
    noted = json.loads((quick.store_dir / LAST_REFRESH).read_text())
    assert noted["losses"] == [loss.as_dict()]
    assert noted["rebuilt"] == report.rebuilt
    assert command("status") == 0
    assert loss.sentence in capsys.readouterr().err
    assert command("status", "--json") == 0
    assert json.loads(capsys.readouterr().out)["losses"] == [loss.sentence]


def test_the_refresh_command_says_what_was_lost(
    run: Refresh, quick: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    run()
    old = mark(quick, OLDER)
    shutil.rmtree(quick.raw_dir)
    assert command("refresh", "--offline") == 0
    told = capsys.readouterr().err
    assert f"The build {old} was made with older tables" in told
    assert "it was built anew from the shipped figures and the raw cache." in told
    assert f"and 24 rows of toy, which the build {old} held" in told


def test_a_loss_stays_in_later_builds_and_the_figures_come_back(run: Refresh, quick: Settings, server: Replay) -> None:
    run()
    mark(quick, OLDER)
    shutil.rmtree(quick.raw_dir)
    run(offline=True)
    assert figures(quick, period="2025-12-01") == []
    server.asked.clear()
    report = run()
    assert sorted(server.paths()) == ["/2024", "/2025"], "everything is asked for again"
    assert report.losses == ()
    assert figures(quick, period="2025-12-01") == [(1012.0, True)]
    assert [loss["source"] for loss in store.current_store(quick.store_dir).provenance()["losses"]] == ["toy"]


def test_asked_on_the_way_the_figures_are_there_and_only_earlier_vintages_are_lost(
    run: Refresh, quick: Settings, server: Replay
) -> None:
    run()
    days_ago(quick, 2)
    run(offline=True)
    mark(quick, OLDER)
    shutil.rmtree(quick.raw_dir)
    script(server, y2025=year(2025, change={"RUS 2025-11": 900}))
    report = run()
    (loss,) = report.losses
    assert (len(loss.vintages), loss.rows) == (1, 0)
    assert loss.sentence.startswith(f"Lost: 1 vintage ({loss.vintages[0]}) of toy, which")
    assert figures(quick, period="2025-11-01") == [(900.0, True)]


@pytest.mark.parametrize("gone", ["description", "bytes"])
def test_of_some_lost_fetches_the_others_are_taken_and_the_source_is_asked_for_everything_once(
    run: Refresh, quick: Settings, server: Replay, gone: str
) -> None:
    run()
    days_ago(quick, 2)
    run(offline=True)
    script(server, y2025=year(2025, change={"RUS 2025-11": 900}))
    run()
    mark(quick, OLDER)
    first, second = sorted((quick.raw_dir / "toy" / "fetches").glob("*.json"))
    if gone == "description":
        first.unlink()
    else:
        hashes = [{item["sha256"] for item in json.loads(path.read_text())["items"]} for path in (first, second)]
        for sha256 in hashes[0] - hashes[1]:
            (quick.raw_dir / "blobs" / sha256[:2] / sha256).unlink()
    report = run(offline=True)
    assert (report.exit_code, dict(report.failed)) == (0, {})
    (loss,) = report.losses
    assert (loss.fetches, loss.is_in_cache) == (1, False)
    assert figures(quick, period="2025-11-01") == [(900.0, True)], "the second fetch is there"
    assert run(offline=True).outcome == "unchanged", "a lost fetch is not stumbled over again"

    server.asked.clear()
    script(server, y2024=year(2024, change={"RUS 2024-05": 7}), y2025=year(2025, change={"RUS 2025-11": 901}))
    run()
    assert sorted(server.paths()) == ["/2024", "/2025"]
    server.asked.clear()
    assert run().outcome == "unchanged"
    assert server.paths() == ["/2025"]


def test_replies_that_cannot_be_read_again_are_no_loss_of_the_cache(
    run: Refresh, quick: Settings, toy: Toy, monkeypatch: pytest.MonkeyPatch
) -> None:
    run()
    mark(quick, OLDER)

    def stumble(self: Toy, payloads: object) -> None:
        raise KeyError("partner")

    with monkeypatch.context() as patch:
        patch.setattr(Toy, "parse", stumble)
        report = run(offline=True)
    assert report.exit_code == 3
    (loss,) = report.losses
    assert loss.is_in_cache
    assert "the raw cache still has, though nothing could be read from, 1 fetch." in loss.sentence
    assert run(offline=True).outcome == "published", "a reader that was mended reads them"
    assert figures(quick, period="2025-12-01") == [(1012.0, True)]


def test_sources_that_are_not_asked_are_taken_from_the_raw_cache(run: Refresh, quick: Settings, server: Replay) -> None:
    run()
    mark(quick, OLDER)
    server.asked.clear()
    report = refresh(pick(["snapshot"], quick), quick, offline=False, named=["snapshot"])
    assert (report.outcome, report.losses, server.asked) == ("published", (), [])
    assert figures(quick, period="2025-12-01") == [(1012.0, True)]


def test_a_build_too_strange_to_be_looked_into_is_built_anew_and_that_is_said(run: Refresh, quick: Settings) -> None:
    run()
    mark(quick, OLDER, "DROP TABLE release")
    report = run(offline=True)
    assert (report.outcome, report.losses) == ("published", ())
    assert report.rebuilt.endswith("What it held of live sources cannot be told.")


def test_a_damaged_build_of_other_tables_is_built_anew(run: Refresh, quick: Settings) -> None:
    run()
    path = quick.store_dir / f"{mark(quick, OLDER)}.duckdb"
    path.write_bytes(path.read_bytes()[:-4096])
    assert ensure_store(quick).problem is None


def test_older_builds_with_our_tables_are_the_ground_of_the_new_one(
    run: Refresh, quick: Settings, server: Replay
) -> None:
    first = run()
    script(server, y2025=year(2025, change={"RUS 2025-11": 900}))
    second = run()
    mark(quick, NEWER, build=second.build_id)
    shutil.rmtree(quick.raw_dir)
    report = run(offline=True)
    assert report.previous_id == first.build_id
    assert figures(quick, period="2025-12-01") == [(1012.0, True)], "of the first build nothing is lost"
    assert figures(quick, period="2025-11-01") == [(1011.0, True)]
    (loss,) = report.losses
    assert loss.words.startswith(f"revisions of toy, which the build {second.build_id} held;")


def test_a_dashboard_that_runs_goes_on_with_the_build_that_it_has_open(run: Refresh, quick: Settings) -> None:
    first = run()
    shown = store.current_store(quick.store_dir)
    assert shown.build_id == first.build_id
    second = run(force=True)
    mark(quick, NEWER, build=second.build_id)
    store.current._open_stores[shown.build.path] = shown
    spare = store.current_store(quick.store_dir, fallback=True)
    assert spare is shown
    assert spare.problem is not None
    assert "newer tables" in spare.problem
    assert ensure_store(quick).build_id not in (first.build_id, second.build_id)


def test_commands_that_read_refuse_it_with_exit_code_six(
    run: Refresh, quick: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    run()
    mark(quick, OLDER)
    for words in (["data", "releases"], ["data", "events"], ["check"], ["status"], ["diff"]):
        assert command(*words) == 6, words
        told = capsys.readouterr().err
        assert "was made with older tables" in told, words


def test_doctor_says_what_is_wrong_and_what_would_be_lost(
    run: Refresh, quick: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    run()
    old = mark(quick, OLDER)
    command("doctor", "--json")
    rows = {(row["what"], row["detail"]): row for row in json.loads(capsys.readouterr().out)}
    (detail,) = [detail for what, detail in rows if what == "store"]
    assert detail.startswith(f"The build {old} was made with older tables")
    assert not any("no longer has" in detail for _, detail in rows)
    shutil.rmtree(quick.raw_dir)
    command("doctor", "--json")
    details = [row["detail"] for row in json.loads(capsys.readouterr().out) if row["what"] == "raw cache"]
    assert any("no longer has the one fetch of toy" in detail and "24 rows" in detail for detail in details)


def test_status_lists_builds_with_the_version_of_their_tables(
    run: Refresh, quick: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    run()
    old = mark(quick, OLDER)
    new = ensure_store(quick).build_id
    capsys.readouterr()
    assert command("status", "--json") == 0
    builds = {row["build"]: row["tables_version"] for row in json.loads(capsys.readouterr().out)["builds"]}
    assert builds == {old: OLDER, new: str(TABLES_VERSION)}


def test_rollback_to_it_is_refused_in_one_sentence(
    run: Refresh, quick: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    run()
    old = mark(quick, OLDER)
    new = ensure_store(quick).build_id
    capsys.readouterr()
    assert command("rollback", old) == 6
    (line,) = capsys.readouterr().err.strip().splitlines()
    assert line.startswith(f"The build {old} was made with older tables")
    assert line.endswith(f"so it cannot be published again; the pointer still names {new}.")
    assert command("rollback") == 6
    assert f"Skipped: The build {old} was made with older tables" in capsys.readouterr().err
    assert store.published_id(quick.store_dir) == new
    with pytest.raises(StoreError):
        store.publish(quick.store_dir, old)


def test_diff_with_it_is_refused_in_one_sentence(
    run: Refresh, quick: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    run()
    old = mark(quick, OLDER)
    ensure_store(quick)
    capsys.readouterr()
    assert command("diff", old) == 6
    assert capsys.readouterr().err.strip().endswith("so it cannot be compared with others.")


def test_holdings_of_a_build_are_its_vintages_and_fetches(run: Refresh, quick: Settings) -> None:
    run()
    mark(quick, OLDER)
    (build,) = store.builds(quick.store_dir)
    held = store.holdings(build)
    assert held is not None
    assert list(held.fetches) == ["toy"]
    counted = dict(held.releases.select("release", "rows").iter_rows())
    assert sum(counted.values()) > 24
    assert [rows for release, rows in counted.items() if release.startswith("toy-live")] == [24]


def test_every_source_of_ours_is_live_or_ships() -> None:
    assert all(source.is_live or source.complete for source in SOURCES)
