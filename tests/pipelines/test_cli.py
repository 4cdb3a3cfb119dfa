from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import typer

from pipelines import cli, store
from pipelines import settings as pipeline_settings
from pipelines.settings import Settings
from tests.pipelines import small


@dataclass(frozen=True)
class Done:
    """How a command ended."""

    code: int
    out: str
    err: str


Command = Callable[..., Done]


@pytest.fixture
def tradewake(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Iterator[Command]:
    """Run a verb in this process, on the miniature."""
    monkeypatch.setenv("TRADEWAKE_HOME", str(settings.home))
    monkeypatch.setenv("TRADEWAKE_DATA", str(settings.data))
    monkeypatch.setenv("CENSUS_API_KEY", "hush-hush")
    monkeypatch.setenv("TRADEWAKE_OFFLINE", "1")
    pipeline_settings.load.cache_clear()

    def run(*arguments: str) -> Done:
        capsys.readouterr()
        with pytest.raises(SystemExit) as left:
            cli.run(cli.app, arguments)
        out, err = capsys.readouterr()
        return Done(int(left.value.code or 0), out, err)

    yield run
    pipeline_settings.load.cache_clear()


def test_refresh_speaks_on_stderr_and_puts_the_table_on_stdout(tradewake: Command) -> None:
    done = tradewake("refresh", "--offline")
    assert done.code == 0
    assert done.out.splitlines()[0].split("\t")[:3] == ["table", "source", "added"]
    assert "snapshot: read 323 rows" in done.err
    assert "Published 20" in done.err
    again = tradewake("refresh")
    assert (again.code, again.out) == (0, "")
    assert "Nothing new: the published build" in again.err


def test_refresh_dry_run_publishes_nothing(tradewake: Command, settings: Settings) -> None:
    done = tradewake("refresh", "--dry-run")
    assert done.code == 0
    assert "Nothing was published" in done.err
    assert store.published_id(settings.store_dir) is None


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (
            ("refresh", "nope"),
            "There is no source 'nope'. The sources are snapshot, register, census, worldbank, imf_imts",
        ),
        (("refresh", "un_syb"), "The figures of un_syb come with snapshot: run `tradewake refresh snapshot`."),
        (("refresh", "--since", "soon"), "'soon' is not a period."),
        (("refresh", "--sinc", "2022"), "No such option: --sinc"),
        (("fetch",), "No such command 'fetch'. Try `tradewake --help`."),
        (("rollback", "nope"), "There is no build 'nope'. The builds are none."),
        (("rollback",), "There is no older build to go back to."),
        (("diff", "nope"), "There is no build 'nope'."),
    ],
)
def test_wrong_usage_is_one_sentence_and_exit_code_two(
    tradewake: Command, arguments: tuple[str, ...], sentence: str
) -> None:
    done = tradewake(*arguments)
    assert done.code == 2
    assert done.err.startswith(sentence)
    assert len(done.err.splitlines()) == 1
    assert done.out == ""


@pytest.mark.parametrize("verb", ["status", "check", "diff"])
def test_without_a_store_the_exit_code_is_six(tradewake: Command, verb: str) -> None:
    done = tradewake(verb)
    assert done.code == 6
    assert "There is no store in" in done.err
    assert "tradewake refresh --offline" in done.err


def test_a_failing_source_is_told_with_exit_code_three(tradewake: Command, shipped: Path) -> None:
    tradewake("refresh")
    small.edit(shipped, "regimes/RUS-US.toml", "reference = ", "referense = ")
    done = tradewake("refresh")
    assert done.code == 3
    assert "The source register failed and keeps its last good figures: regimes/RUS-US.toml" in done.err
    rows = json.loads(tradewake("status", "--json").out)
    assert rows["last_refresh"]["failed"]["register"].startswith("regimes/RUS-US.toml")


def test_a_refusal_is_told_with_exit_code_four(tradewake: Command, shipped: Path) -> None:
    small.edit(shipped, "snapshot/trade_census_2025-10.csv", ",1012,", ",-1012,")
    done = tradewake("refresh")
    assert done.code == 4
    assert done.err.splitlines()[-1].startswith("Nothing was published: trade_flow:")


def test_status_as_a_table_and_as_json(tradewake: Command, settings: Settings) -> None:
    tradewake("refresh")
    done = tradewake("status")
    assert done.code == 0
    assert "census\t2024-12-01\tcensus-2025-10" in done.out
    facts = json.loads(tradewake("status", "--json").out)
    assert facts["published"] == facts["builds"][0]["build"] == store.published_id(settings.store_dir)
    census = next(row for row in facts["sources"] if row["source"] == "census")
    # December 2024 is there; January ends on the 31st and comes 35 days later.
    assert (census["due"], census["overdue"]) == ("2025-03-07", True)
    assert census["next"] == "overdue since 7 Mar 2025"


def test_status_tells_of_a_failed_source_that_has_no_row(tradewake: Command, settings: Settings) -> None:
    """The register gives no figures, so its failure stood in no column."""
    tradewake("refresh")
    note = settings.store_dir / "last-refresh.json"
    facts = json.loads(note.read_text())
    note.write_text(json.dumps(facts | {"outcome": "unchanged", "failed": {"register": "IRN-EU.toml is no TOML."}}))
    told = tradewake("status").err
    assert "Last refresh: unchanged" in told
    assert "register failed and keeps what it had: IRN-EU.toml is no TOML." in told
    note.write_text(json.dumps(facts | {"failed": {"snapshot": "It is broken."}}))
    assert "failed and keeps" not in tradewake("status").err, "stands in the column of its rows"


def test_status_of_a_damaged_store_still_lists_the_builds(tradewake: Command, settings: Settings) -> None:
    tradewake("refresh")
    path = settings.store_dir / f"{store.published_id(settings.store_dir)}.duckdb"
    path.write_bytes(b"")
    store.current._open_stores.clear()
    done = tradewake("status")
    assert done.code == 6
    assert path.stem in done.out
    assert "is damaged" in done.err


def test_check_passes_and_says_so(tradewake: Command) -> None:
    tradewake("refresh")
    assert "All checks passed." in tradewake("check").err
    facts = json.loads(tradewake("check", "--json").out)
    assert facts["ok"] is True
    assert facts["rows"]["trade_flow"] == 265


def test_sources_need_no_store(tradewake: Command) -> None:
    rows = json.loads(tradewake("sources", "--json").out)
    assert {"snapshot", "register", "census"} <= {row["source"] for row in rows}
    assert all({"gives", "key_needed", "licence", "schedule_days"} <= set(row) for row in rows)
    assert "census\tfigures\tno\tPublic domain" in tradewake("sources").out


def test_diff_and_rollback(tradewake: Command, settings: Settings, shipped: Path) -> None:
    tradewake("refresh")
    first = str(store.published_id(settings.store_dir))
    small.edit(shipped, "snapshot/macro_all_2025-10.csv", ",-2.1,", ",-1.4,")
    tradewake("refresh")
    second = str(store.published_id(settings.store_dir))
    facts = json.loads(tradewake("diff", "--json").out)
    assert (facts["old"], facts["new"]) == (first, second)
    assert [(row["table"], row["revised"]) for row in facts["changes"]] == [("macro", 1)]
    assert json.loads(tradewake("diff", first, second, "--json").out) == facts
    assert "macro\timf_weo\t0\t0\t1\t33.33" in tradewake("diff").out
    (figure,) = facts["revisions"]
    assert (figure["area"], figure["item"], figure["period"], figure["old"], figure["new"]) == (
        "RUS", "gdp_growth", "2022-01-01", -2.1, -1.4,
    )  # fmt: skip
    assert "RUS\t\tgdp_growth\t2022-01-01\tA\t−2.10\t−1.40\t%\t0.70" in tradewake("diff").out
    assert "1 of 1 revised figures" in tradewake("diff").err + tradewake("diff").out
    assert json.loads(tradewake("diff", "--figures", "0", "--json").out)["revisions"] == []
    done = tradewake("rollback")
    assert done.code == 0
    assert store.published_id(settings.store_dir) == first
    assert tradewake("rollback", second).code == 0
    assert store.published_id(settings.store_dir) == second


def test_rollback_skips_a_damaged_build_and_says_so(tradewake: Command, settings: Settings) -> None:
    names = []
    for _ in range(3):
        tradewake("refresh", "--force")
        names.append(str(store.published_id(settings.store_dir)))
    (settings.store_dir / f"{names[1]}.duckdb").write_bytes(b"")
    refused = tradewake("rollback", names[1])
    assert refused.code == 6
    assert store.published_id(settings.store_dir) == names[2]
    assert refused.err.splitlines()[-1].endswith(f"so nothing was published; the pointer still names {names[2]}.")
    assert "refresh" not in refused.err
    done = tradewake("rollback")
    assert done.code == 0
    assert f"Skipped: The build {names[1]} is damaged" in done.err
    assert store.published_id(settings.store_dir) == names[0]


def test_a_damaged_store_names_the_older_build_to_go_back_to(tradewake: Command, settings: Settings) -> None:
    for _ in range(2):
        tradewake("refresh", "--force")
    (settings.store_dir / f"{store.published_id(settings.store_dir)}.duckdb").write_bytes(b"")
    store.current._open_stores.clear()
    done = tradewake("check")
    assert done.code == 6
    assert "is damaged" in done.err
    assert "Or run `tradewake rollback`: the older build 20" in done.err
    assert tradewake("rollback").code == 0
    assert tradewake("check").code == 0


def test_no_message_carries_characters_that_command_a_terminal(tradewake: Command, shipped: Path) -> None:
    tradewake("refresh")
    small.edit(shipped, "snapshot/trade_census_2025-10.csv", "USA,CAN", "USA,\x1b[31m\x9bC\u202e")
    refused = tradewake("refresh")
    assert refused.code == 4
    status = tradewake("status")
    told = refused.err + refused.out + status.err + status.out + tradewake("refresh", "\x1b]0;x\x07").err
    assert "[31m" in told
    assert not {"\x1b", "\x9b", "\x07", "\u202e"} & set(told)


def test_doctor_says_what_works_and_never_prints_a_key(tradewake: Command) -> None:
    done = tradewake("doctor")
    assert done.code == 0
    assert "tradewake refresh --offline" in done.out
    assert "CENSUS_API_KEY\tok\tset" in done.out
    assert "hush-hush" not in done.out + done.err
    tradewake("refresh")
    rows = json.loads(tradewake("doctor", "--json").out)
    assert {row["what"] for row in rows} >= {"store", "browser for images", "port 8501", "folder and disk", "versions"}
    assert next(row for row in rows if row["what"] == "store")["state"] == "ok"
    assert "hush-hush" not in json.dumps(rows)


def test_an_unknown_error_is_one_sentence_and_a_traceback_only_with_debug(
    capsys: pytest.CaptureFixture[str],
) -> None:
    app = typer.Typer(pretty_exceptions_enable=False)

    @app.command()
    def fail() -> None:
        raise ZeroDivisionError("by\nzero")

    for arguments, traced in (([], False), (["--debug"], True)):
        with pytest.raises(SystemExit) as left:
            cli.run(app, arguments)
        err = capsys.readouterr().err
        assert left.value.code == 1
        assert ("Traceback" in err) is traced
        assert "Something went wrong that Tradewake does not know: by zero (ZeroDivisionError)." in err


def test_bad_settings_are_named(tradewake: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRADEWAKE_KEEP_BUILDS", "many")
    pipeline_settings.load.cache_clear()
    done = tradewake("refresh")
    assert done.code == 2
    assert done.err.startswith("TRADEWAKE_KEEP_BUILDS cannot be used")


def test_help_is_quick_because_nothing_heavy_is_imported() -> None:
    code = (
        "import sys\nfrom pipelines.cli import app, run\n"
        "try:\n    run(app, ['--help'])\nexcept SystemExit as left:\n    assert not left.code, left.code\n"
        "heavy = {'polars', 'duckdb', 'dataframely', 'pydantic', 'streamlit'} & set(sys.modules)\n"
        "assert not heavy, heavy\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    for verb in ("refresh", "status", "check", "sources", "diff", "rollback", "doctor"):
        assert verb in done.stdout
