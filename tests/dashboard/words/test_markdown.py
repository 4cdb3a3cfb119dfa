"""Text from outside stays text: read by a Markdown parser and by Streamlit's own rules it shows its letters."""

from __future__ import annotations

import re

import pytest
from markdown_it import MarkdownIt

from dashboard.words.markdown import plain

HOSTILE = (
    "**x** and __x__ and *x* and _x_",
    "[a](javascript:alert(1))",
    "![](http://evil.example/pixel.png)",
    "a :red[x] and :blue-background[x] and :small[x]",
    "$x^2$ and $$x$$",
    "`rm -rf` and ``x``",
    "<script>alert(1)</script> <b>x</b> &lt;b&gt; <https://evil.example>",
    "~~gone~~ and ~gone~",
    "see https://evil.example/x or www.evil.example or me@evil.example",
    ":smile: :+1: :material/delete: :streamlit: :help[x] 12:30",
    "# heading",
    "- point",
    "+ point",
    "1. point",
    "12) point",
    "===",
    "---",
    "> said",
    "| a | b |",
    "\\*x\\*",
    "{x} \\(x\\)",
)
# Streamlit's frontend looks for these in the text that Markdown left, escapes gone.
STREAMLIT = (
    r"(https?://|www(?=\.))[-.\w]+",
    r"[-.\w+]+@[-\w]+(\.[-\w]+)+",
    r":\+1:|:-1:|:[\w-]+:",
    r":material[/_]\w+",
    r":[A-Za-z][\w-]*[\[{]?",
)


def read(markdown: str) -> tuple[set[str], str]:
    """The kinds of things that Markdown sees, and the letters that it shows."""
    blocks = MarkdownIt("gfm-like", {"html": True, "linkify": False}).parse(markdown)
    pieces = [piece for block in blocks for piece in block.children or ()]
    kinds = {block.type for block in blocks} | {piece.type for piece in pieces}
    return kinds, "".join(piece.content for piece in pieces)


@pytest.mark.parametrize("text", HOSTILE)
def test_the_letters_are_shown_and_nothing_else(text: str) -> None:
    kinds, shown = read(plain(text))
    assert kinds == {"paragraph_open", "paragraph_close", "inline", "text"}
    assert shown.replace("\u2060", "") == text
    for rule in STREAMLIT:
        assert re.search(rule, shown, re.IGNORECASE) is None, rule
    assert "$" not in plain(text).replace("\\$", "")


def test_a_newline_begins_no_list_heading_or_code() -> None:
    kinds, shown = read(plain("one\n\n# two\n- three\n    four\r\n1. five"))
    assert kinds == {"paragraph_open", "paragraph_close", "inline", "text"}
    assert shown == "one # two - three four 1. five"


@pytest.mark.parametrize("text", ["Trade fell by 91.5% – to $36.0 billion.", "24 Feb 2022: two acts.", ""])
def test_plain_words_get_no_sign_in_between(text: str) -> None:
    assert plain(text).replace("\\$", "$") == text
