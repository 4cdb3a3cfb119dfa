"""The schedule recipe runs: its script by every exit code, and its files call what exists."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

import pytest

from pipelines import facts
from pipelines.cli import app

FOLDER = Path(__file__).resolve().parent.parent / "docs" / "schedule"
SCRIPT = FOLDER / "refresh.sh"
FILES = sorted(path for path in FOLDER.iterdir() if path.is_file())
VERBS = {command.name for command in app.registered_commands}


def _run(tmp_path: Path, code: int, *arguments: str, says: str = "") -> tuple[int, list[str], str, str]:
    """The script with a command that writes down how it is called and ends its refresh with `code`."""
    calls = tmp_path / "calls"
    calls.touch()
    command = tmp_path / "tradewake"
    told = says or "told on $1"
    command.write_text(
        f'#!/bin/sh\necho "$*" >> {calls}\necho "{told}"\n[ "$1" = refresh ] && exit {code}\nexit 0\n',
        encoding="utf-8",
    )
    command.chmod(0o755)
    done = subprocess.run(
        ["sh", str(SCRIPT), *arguments],
        env={**os.environ, "TRADEWAKE_COMMAND": str(command)},
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, calls.read_text(encoding="utf-8").splitlines(), done.stdout, done.stderr


def test_a_refresh_that_went_well_says_nothing(tmp_path: Path) -> None:
    assert _run(tmp_path, 0) == (0, ["refresh"], "", "")


def test_what_a_rebuild_lost_is_told_although_all_went_well(tmp_path: Path) -> None:
    code, _, _, err = _run(tmp_path, 0, "all", says="Lost: 12 rows of census")
    assert (code, err) == (0, "Lost: 12 rows of census\n")


def test_a_refresh_that_is_running_already_is_no_failure(tmp_path: Path) -> None:
    assert _run(tmp_path, 5, "all") == (0, ["refresh"], "", "")


def test_a_source_that_failed_is_told_with_the_state_of_all(tmp_path: Path) -> None:
    code, calls, _, err = _run(tmp_path, 3)
    assert (code, calls) == (3, ["refresh", "status"])
    assert err == "told on refresh\ntold on status\n"


@pytest.mark.parametrize("ended", [1, 2, 4, 6])
def test_nothing_published_is_told_with_what_the_machine_lacks(tmp_path: Path, ended: int) -> None:
    code, calls, _, err = _run(tmp_path, ended)
    assert (code, calls) == (ended, ["refresh", "doctor"])
    assert err.startswith("told on refresh")


def test_lists_are_sources_of_their_own_and_other_words_are_refused(tmp_path: Path) -> None:
    code, calls, _, _ = _run(tmp_path, 0, "lists")
    assert code == 0
    (call,) = calls
    verb, *names = call.split()
    assert verb == "refresh"
    assert names
    assert set(names) <= set(facts.live())
    code, calls, _, err = _run(tmp_path, 0, "everything")
    assert code == 2
    assert "knows lists and all, not everything" in err


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_every_file_calls_only_verbs_that_exist(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    named = re.findall(r'(?:"\$tradewake"|"\$TRADEWAKE_COMMAND"|`tradewake) ([a-z]+)', text)
    assert set(named) <= VERBS
    called = re.findall(r"docs/schedule/([\w.@-]+\.sh)(?: (\S+))?", text)
    for script, argument in called:
        assert (FOLDER / script).is_file()
        assert argument in ("", "lists", "all", "%i"), argument


def test_the_crontab_has_lines_of_five_fields_and_a_command() -> None:
    lines = (FOLDER / "crontab").read_text(encoding="utf-8").splitlines()
    jobs = [line for line in lines if line[:1].isdigit()]
    assert [job.split()[-1] for job in jobs] == ["lists", "all"]
    for job in jobs:
        assert re.match(r"^\d+ \d+ \* \* (\*|[0-6]) \S", job)


def test_every_timer_starts_an_instance_that_the_script_knows() -> None:
    service = (FOLDER / "tradewake-refresh@.service").read_text(encoding="utf-8")
    assert "ExecStart=/srv/tradewake/docs/schedule/refresh.sh %i\n" in service
    assert "SuccessExitStatus=3\n" in service
    timers = sorted(FOLDER.glob("*.timer"))
    assert [timer.name for timer in timers] == ["tradewake-refresh@all.timer", "tradewake-refresh@lists.timer"]
    for timer in timers:
        text = timer.read_text(encoding="utf-8")
        assert re.search(r"^OnCalendar=.+$", text, re.MULTILINE)
        assert "Persistent=true" in text
        assert "WantedBy=timers.target" in text


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.sh")), ids=lambda path: path.name)
def test_scripts_are_runnable_shell(path: Path) -> None:
    assert os.access(path, os.X_OK)
    assert subprocess.run(["sh", "-n", str(path)], check=False).returncode == 0
