"""What has been published keeps working: links that people saved, exhibits and command lines that scripts call.

`published_addresses.csv` beside this file says what was out there with release 0.1.0, a row each:

| column | holds |
|---|---|
| kind | link, exhibit, data, export, command, options |
| text | path, settings and anchor of a link; the words after `tradewake` |
| code | the exit code that it left with |
| opened | exhibits that a link is about; an exhibit's title; columns of a table; kind of a file; options of a verb |
| replaced_by | empty; or, where it is refused on purpose now, one sentence on what to ask for instead |

A row is never taken out and never made easier. What an empty store or an impossible question answered with a sentence
(code 2) may be answered by now. A row with `replaced_by` must be refused in one sentence, never with a traceback, and
must not work after all, so that the table stays true.
"""

from __future__ import annotations

import csv
import io
import json
import os
import re
import shlex
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import polars as pl
import pytest
import typer.main
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from typer.testing import CliRunner
from websockets.sync.client import connect
from websockets.typing import Subprotocol

from dashboard import cli
from dashboard.app_pages.contents import CONTENTS
from dashboard.exhibits import EXHIBITS

pytestmark = pytest.mark.usefixtures("store")


@dataclass(frozen=True)
class Row:
    """A line of the table."""

    kind: str
    text: str
    code: int | None
    opened: str
    replaced_by: str

    @property
    def words(self) -> list[str]:
        """What stands after `tradewake`."""
        return shlex.split(self.text)

    @property
    def page(self) -> str:
        """The path of a link without its slash; empty for the first page."""
        return urlsplit(self.text).path.strip("/")

    @property
    def settings(self) -> dict[str, str]:
        """The settings of a link, or of an exhibit's `--set`."""
        if self.kind == "link":
            return dict(parse_qsl(urlsplit(self.text).query))
        given = self.words
        return dict(after.split("=", 1) for word, after in pairwise(given) if word == "--set")

    @property
    def exhibits(self) -> list[str]:
        """The exhibits that a link is about."""
        return [part.partition(": ")[0] for part in self.opened.split(" | ") if part]


def _table() -> list[Row]:
    with Path(__file__).with_name("published_addresses.csv").open(encoding="utf-8", newline="") as file:
        return [
            Row(
                line["kind"],
                line["text"],
                int(line["code"]) if line["code"] else None,
                line["opened"],
                line["replaced_by"],
            )
            for line in csv.DictReader(file)
        ]


TABLE = _table()
LONG = re.compile(r"collapse_table --set (?!.* --set)|other_partners=true|collapse .*--partner all")
"""Rows that take half a second and more each."""


def rows(*kinds: str) -> pytest.MarkDecorator:
    """The rows of some kinds, a test each; the long ones are slow."""
    chosen = [row for row in TABLE if row.kind in kinds]
    marked = [row.kind in ("exhibit", "data") and LONG.search(row.text) is not None for row in chosen]
    return pytest.mark.parametrize(
        "row",
        [
            pytest.param(row, id=row.text, marks=[pytest.mark.slow] * long)
            for row, long in zip(chosen, marked, strict=True)
        ],
    )


def test_the_table_is_whole_and_in_order() -> None:
    assert {row.kind for row in TABLE} == {"link", "exhibit", "data", "export", "command", "options"}
    assert len({(row.kind, row.text) for row in TABLE}) == len(TABLE) >= 799
    for row in TABLE:
        assert row.replaced_by == "" or re.fullmatch(r"[A-Z].*\.", row.replaced_by), row


# ------------------------------------------------------------------------------------------------ links, as models


def _specs(page: str) -> list[Any]:
    """The exhibits that a link to a page may mean, those that moved to another page too."""
    return [spec for one in CONTENTS if page in (one.path, *one.took_over) for spec in one.specs]


def _means(text: str, value: Any) -> bool:
    """Whether a value is what the text of a link says."""
    if isinstance(value, bool):
        return text == ("true" if value else "false")
    if isinstance(value, date):
        return str(value).startswith(text[:7])
    if isinstance(value, int | float):
        return float(text) == value
    if isinstance(value, tuple | list):
        return len(parts := text.split(",")) == len(value) and all(map(_means, parts, value))
    return str(value).casefold() == text.casefold()


@rows("link")
def test_a_link_is_read_without_a_complaint(row: Row) -> None:
    specs = _specs(row.page)
    assert specs, f"no exhibit has the address /{row.page}"
    strange = [name for name in row.settings if not any(name in spec.params.model_fields for spec in specs)]
    complaints: dict[str, str] = {}
    for spec in specs:
        mine = {name: text for name, text in row.settings.items() if name in spec.params.model_fields}
        read, refused = spec.params.read_with_refusals(mine)
        complaints |= refused
        meant = {name for name, text in mine.items() if name not in refused and not _means(text, getattr(read, name))}
        assert meant == set(), f"{spec.id} reads {read}"
    if row.replaced_by == "":
        assert (strange, complaints) == ([], {})
    assert all(len(sentence.splitlines()) == 1 for sentence in complaints.values())


# ------------------------------------------------------------------------------------------ exhibits and commands


@dataclass
class Ended:
    """How a command ended."""

    code: int
    out: bytes
    told: str


def _run(words: list[str]) -> Ended:
    """`tradewake` in this process: exit code, standard output, and the sentence of an error."""
    ended = CliRunner().invoke(cli.app, words)
    error = ended.exception
    if error is None or isinstance(error, SystemExit):
        return Ended(ended.exit_code, ended.stdout_bytes, ended.stderr)
    return Ended(int(getattr(error, "exit_code", 1)), ended.stdout_bytes, str(error))


def _check_code(row: Row, ended: Ended) -> None:
    """The code of the table; better than an empty answer is fine, and refused on purpose is a sentence."""
    if row.replaced_by:
        assert ended.code == 2, f"It works: take its replaced_by out of the table ({row.replaced_by})"
    elif row.code == 2 and row.kind == "exhibit":
        assert ended.code in (0, 2), ended.told
    else:
        assert ended.code == row.code, ended.told
    if ended.code:
        assert ended.told.strip()
        assert "Traceback" not in ended.told
        assert ended.out == b""


@rows("exhibit")
def test_an_exhibit_takes_its_settings_and_is_built(row: Row) -> None:
    spec = next((spec for spec in EXHIBITS if spec.id == row.words[1]), None)
    assert spec is not None, f"there is no exhibit {row.words[1]}"
    if row.replaced_by == "":
        read = spec.params.parse(row.settings)
        assert [name for name, text in row.settings.items() if not _means(text, getattr(read, name))] == []
    ended = _run([*row.words, "--format", "csv", "-o", "-"])
    _check_code(row, ended)
    if ended.code == 0:
        table = pl.read_csv(ended.out, comment_prefix="#", infer_schema=False)
        assert not table.is_empty()


@rows("data")
def test_a_question_is_answered_with_the_columns_it_had(
    row: Row, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    ended = _run(row.words)
    _check_code(row, ended)
    if ended.code == 0:
        assert set(row.opened.split()) - set(_columns(row.words, ended.out)) == set()


def _columns(words: list[str], out: bytes) -> list[str]:
    """The columns of what a command wrote, to standard output or into its file."""
    said = dict(zip(words, [*words[1:], ""], strict=True))
    file = said.get("-o") or said.get("--output")
    kind = said.get("--format") or (Path(file).suffix[1:] if file else "csv")
    content = Path(file).read_bytes() if file else out
    if kind == "json":
        return list((json.loads(content) or [{}])[0])
    if kind == "parquet":
        return pl.read_parquet(io.BytesIO(content)).columns
    return pl.read_csv(content, infer_schema=False, n_rows=1).columns


BEGINNINGS = {
    "csv": (b"#",),
    "json": (b"{",),
    "html": (b"<!DOCTYPE html>",),
    "xlsx": (b"PK",),
    "png": (b"\x89PNG",),
    "pdf": (b"%PDF",),
    "svg": (b"<svg", b"<?xml"),
}
_PICTURES = ("png", "svg", "pdf")
_FILES = [row for row in TABLE if row.kind == "export"]


@pytest.mark.parametrize(
    "row",
    [pytest.param(row, marks=[pytest.mark.slow] if row.opened in _PICTURES else [], id=row.text) for row in _FILES],
)
def test_an_export_writes_the_file_it_wrote(row: Row, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    ended = _run(row.words)
    if ended.code == 1 and row.opened in _PICTURES and "No Chrome" in ended.told:
        pytest.skip("no Chrome or Chromium on this machine: pictures not made")
    _check_code(row, ended)
    written = [path.read_bytes() for path in tmp_path.iterdir()] + ([ended.out] if ended.out else [])
    assert [content.lstrip().startswith(BEGINNINGS[row.opened]) for content in written] == [True] * (ended.code == 0)


@rows("command")
def test_other_commands_end_as_they_did(row: Row) -> None:
    ended = _run(row.words)
    _check_code(row, ended)
    if "--json" in row.words:
        json.loads(ended.out)


@rows("options")
def test_every_option_is_still_there(row: Row) -> None:
    command: Any = typer.main.get_command(cli.app)
    for word in row.words:
        command = command.commands[word]
    known = {name for option in command.params for name in (*option.opts, *option.secondary_opts)}
    assert set(row.opened.split()) - known == set()


# ------------------------------------------------------------------------------------- links, on the served pages


@dataclass
class Shown:
    """What a page holds after a link has been opened."""

    anchors: set[str] = field(default_factory=set)
    complaints: list[str] = field(default_factory=list)
    boxes: list[str] = field(default_factory=list)


@pytest.fixture(scope="module")
def served(store_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """The port of a dashboard that serves the store of the tests."""
    log = tmp_path_factory.mktemp("served") / "log"
    port = _free_port()
    with log.open("wb") as file:
        process = subprocess.Popen(
            [sys.executable, "-m", "dashboard.cli", "serve", "--port", str(port)],
            env=os.environ | {"TRADEWAKE_HOME": str(store_home)},
            stdout=file,
            stderr=file,
        )
    try:
        _await(process, port, log)
        yield port
    finally:
        process.terminate()
        process.wait(30)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _await(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    until = time.monotonic() + 60
    while time.monotonic() < until and process.poll() is None:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/_stcore/health", timeout=2) as answer:
                if answer.status == 200:
                    return
        except OSError:
            time.sleep(0.2)
    raise RuntimeError(f"The dashboard did not start: {log.read_text()[-2000:]}")


def _open(port: int, page: str, query: str) -> Shown:
    """Follow a link as a new visitor's browser does, to the end of the page's script."""
    asked = BackMsg()
    asked.rerun_script.page_name = page
    asked.rerun_script.query_string = query
    asked.rerun_script.context_info.url = f"http://127.0.0.1:{port}/{page}"
    shown = Shown()
    stream = f"ws://127.0.0.1:{port}/_stcore/stream"
    with connect(stream, subprotocols=[Subprotocol("streamlit")], max_size=None, proxy=None) as line:
        line.send(asked.SerializeToString())
        while True:
            data = line.recv(timeout=60)
            said = ForwardMsg.FromString(data if isinstance(data, bytes) else data.encode())
            kind = said.WhichOneof("type")
            if kind == "script_finished" and said.script_finished != ForwardMsg.FINISHED_EARLY_FOR_RERUN:
                return shown
            if kind == "delta" and said.delta.WhichOneof("type") == "new_element":
                _take(said.delta.new_element, shown)


def _take(element: Any, shown: Shown) -> None:
    drawn = element.WhichOneof("type")
    if drawn == "html":
        shown.anchors |= set(re.findall(r'\bid="([a-z_]+)"', element.html.body))
    elif drawn == "exception":
        shown.complaints.append(element.exception.message)
    elif drawn == "alert":
        bad = element.alert.format in (element.alert.ERROR, element.alert.WARNING)
        (shown.complaints if bad else shown.boxes).append(element.alert.body)


@pytest.mark.slow
@rows("link")
def test_a_link_opens_what_it_opened(row: Row, served: int) -> None:
    """What the settings of the link are about is drawn, under the name that the link may jump to.

    What follows the # stays in the browser, where the page's own script reads it (`ui/anchors`, tried in a browser): it
    opens the exhibit alone unless it is on the page already.
    """
    link = urlsplit(row.text)
    shown = _open(served, row.page, link.query)
    if link.fragment and link.fragment not in shown.anchors:
        shown = _open(served, "chart", "&".join(part for part in (f"chart={link.fragment}", link.query) if part))
    if row.replaced_by:
        assert shown.complaints or shown.boxes
        return
    if not row.exhibits:  # it showed a sentence then; now that or more
        assert shown.anchors or shown.boxes or shown.complaints
        return
    assert shown.complaints == []
    wanted = {link.fragment} & set(row.exhibits) or set(row.exhibits)
    for name in sorted(wanted - shown.anchors) if not wanted & shown.anchors else ():
        # Of several pictures that a page showed below each other the link meant none: they are a click away, as asked.
        found = CONTENTS.holding(name)
        beside = _open(
            served, found.page.path, "&".join(part for part in (link.query, f"view={found.view.id}") if part)
        )
        shown.anchors |= beside.anchors
    assert wanted & shown.anchors, f"drawn: {sorted(shown.anchors)}; boxes: {shown.boxes}"
