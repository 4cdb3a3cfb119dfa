"""Words inside a picture: how wide they run in Source Sans, how they wrap, and how they are made harmless.

Plotly breaks no lines by itself, so the print template has to know widths before a browser is asked. The advance
widths below were measured in Source Sans at weight 400, in hundredths of the type size; weight 700 runs 7% wider.
"""

from __future__ import annotations

import re
from html import escape

_ADVANCE = {
    20: " ",
    25: "',.:;ijl·’|",
    26: "I",
    30: "!f()[]{}",
    31: "-",
    35: "t/\\r",
    42: "*?sz",
    43: '"“”',
    46: "xc",
    48: "vyJY–",
    50: "0123456789#$+<=>^_aeg~−€£éäFLk",
    54: "VXESATZ`houüö",
    58: "bdnpqñCPRKßB",
    63: "&DGUHN",
    66: "OQ",
    73: "wM",
    82: "—W%m",
    95: "@…",
}
_WIDTH = {letter: advance / 100 for advance, letters in _ADVANCE.items() for letter in letters}
_BOLD = 1.07
_KEPT = "\x1f"
"""Stands for a space at which no line ends."""
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]")


def clean(text: str) -> str:
    """Text without the control characters that XML and spreadsheets refuse; runs of white space become one space."""
    return re.sub(r"\s+", " ", _ILLEGAL.sub("", text)).strip()


def without_controls(text: str) -> str:
    """Text without the characters that may not stand in XML at all; line ends and tabs stay."""
    return _ILLEGAL.sub("", text)


def harmless(text: str) -> str:
    """Text for a Plotly label: what would be read as markup is shown as it is written."""
    return escape(clean(text), quote=False)


def width(text: str, size: float, *, bold: bool = False) -> float:
    """Width in pixels of a line of text at a type size in pixels; letters that were not measured count as wide."""
    return (
        sum(_WIDTH.get(letter, 0.2 if letter == _KEPT else 0.6 if letter < "\u2e80" else 1.0) for letter in text)
        * size
        * (_BOLD if bold else 1)
    )


def wrap(text: str, size: float, room: float, *, bold: bool = False) -> list[str]:
    """Lines no wider than `room` pixels. Nothing is cut: a word that is wider than a line goes on in the next. No line
    begins with the dot that parts two facts.

    Returns:
        no line for text that is empty.
    """
    lines: list[str] = []
    line = ""
    for word in clean(text).replace(" · ", _KEPT + "· ").split(" "):
        longer = f"{line} {word}" if line else word
        if width(longer, size, bold=bold) <= room:
            line = longer
            continue
        if line:
            lines.append(line)
        *full, line = _pieces(word, size, room, bold=bold)
        lines.extend(full)
    return [done.replace(_KEPT, " ") for done in (*lines, line) if done]


def _pieces(word: str, size: float, room: float, *, bold: bool) -> list[str]:
    """A word cut where a line ends, so that a long link wraps; one piece for a word that fits."""
    pieces, piece = [], ""
    for letter in word:
        if piece and width(piece + letter, size, bold=bold) > room:
            pieces.append(piece)
            piece = ""
        piece += letter
    return [*pieces, piece]
