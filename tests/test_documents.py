"""What the documents and the pages tell of the data is what the data say: `make documents` writes it."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from pipelines import facts
from scripts.write_documents import DOCUMENTS, ROOT, Block, Data, NotFoundError, written

COUNTED = (
    "sources|measures|regimes|programmes|senders|facts|partners|economies|countries|publishers|listings|events|exhibits"
    "|indicators|rows|vintages|editions|areas|reporters|targets|claims|files"
)
WORDS = "four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|twenty"
COUNT = re.compile(rf"(?<![\w.,/-])(?!(?:19|20)\d\d\b)(\d[\d,]*)(?: (?!for\b)[\w-]+){{0,2}} (?:{COUNTED})\b")
HISTORY = {
    "data/snapshot/README.md": (
        *(
            "39 codes",
            "76 countries",
            "816 rows",
            "1,705 rows",
            "42 rows",
            "206 countries",
            "278 figures",
            "375 listings",
        ),
        *("27 EU members", "14 analytical groups", "502 months"),
    ),
}
"""Numbers on how the files were made, of what is not among them: nothing here could count them again."""


@pytest.fixture(scope="module")
def data() -> Data:
    return Data(ROOT)


@pytest.mark.parametrize("name", DOCUMENTS)
def test_a_document_says_what_the_data_say(name: str, data: Data) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    assert written(name, text, data) == text, "run `make documents`"


def test_a_sentence_or_a_passage_that_is_gone_is_noticed(data: Data) -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    with pytest.raises(NotFoundError, match="no passage live-sources"):
        written("README.md", text.replace("<!-- end live-sources -->", ""), data)
    with pytest.raises(NotFoundError, match="any of its"):
        written("README.md", text.replace("any of its", "one of its"), data)


def test_a_number_that_is_wrong_is_written_anew(data: Data) -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    wrong = re.sub(r"None of the \d+ live sources", "None of the 99 live sources", text)
    assert wrong != text
    assert written("README.md", wrong, data) == text


def test_the_register_names_its_measures_out_of_order(data: Data) -> None:
    text = (ROOT / "data" / "regimes" / "README.md").read_text(encoding="utf-8")
    told = re.search(r"measures are out of it: (.*?)\n\n", text, re.DOTALL)
    assert told is not None
    assert sorted(re.findall(r"`([a-z0-9-]+)`", told[1])) == data.out_of_order()


def test_what_may_not_be_passed_on_is_told_where_the_terms_stand() -> None:
    text = (ROOT / "data" / "LICENCES.md").read_text(encoding="utf-8")
    for source in facts.every().values():
        section = re.search(rf"^- Source key: `{source.source}`\n(?:- .*\n)+", text, re.MULTILINE)
        assert section is not None, source.source
        assert ("may not be passed on" in section[0]) != source.terms.may_be_passed_on, source.source


def _documents() -> list[str]:
    found = [*ROOT.glob("*.md"), *ROOT.glob("data/**/*.md"), *ROOT.glob("docs/**/*.md")]
    return sorted(path.relative_to(ROOT).as_posix() for path in found if path.name != "CHANGELOG.md")


@pytest.mark.parametrize("name", _documents())
def test_no_count_in_a_document_is_typed_by_hand(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    parts = DOCUMENTS.get(name, ())
    patterns = [part.marks if isinstance(part, Block) else re.compile(part.pattern) for part in parts]
    written_here = [found.span(1) for pattern in patterns for found in pattern.finditer(text)]
    code = [found.span() for found in re.finditer(r"^```.*?^```", text, re.MULTILINE | re.DOTALL)]
    typed = [
        found[0]
        for found in COUNT.finditer(text)
        if not any(start <= found.start(1) < end for start, end in (*written_here, *code))
        and not any(
            known in " ".join(text[found.start() : found.end() + 20].split()) for known in HISTORY.get(name, ())
        )
    ]
    assert typed == []


def _said(path: Path) -> list[str]:
    """Texts of a module, its docstrings aside; those of the methods are shown to readers and count."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    shown = path.parent.name == "analysis"
    quiet = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef)) and ast.get_docstring(node) and not shown
        for first in node.body[:1]
        if isinstance(first, ast.Expr)
    }
    alone = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    return [
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and id(node) not in quiet
        and (shown or id(node) not in alone)
    ]


def test_no_count_in_the_words_of_a_page_is_typed_by_hand() -> None:
    count = re.compile(rf"(?<![\w.,/-])(?:\d[\d,]*|{WORDS})(?: [\w-]+){{0,1}} (?:{COUNTED})\b", re.IGNORECASE)
    typed = {
        (path.relative_to(ROOT).as_posix(), found[0])
        for path in (ROOT / "dashboard").rglob("*.py")
        for text in _said(path)
        for found in count.finditer(text)
    }
    assert typed == set()
