"""Text that a page shows as Markdown and that must mean nothing in it: from a link, a store, an exception."""

from __future__ import annotations

import re

_SIGNS = re.compile(r"[\\`*_{}\[\]<>#$~|!&]")
_LIST = re.compile(r"^([-+=]|\d+(?=[.)]))")
# Read after the escapes are gone: addresses, icons, emoji and directives of Streamlit. Nothing but a sign in between
# stops them; this one has no width and no break.
_JOINER = "\u2060"
_READ_LATE = re.compile(r"(?<=:)(?=\S)|(?<=www)(?=\.)|(?<=@)(?=\S)", re.IGNORECASE)


def plain(sentence: str) -> str:
    """One line of Markdown that shows the sentence letter for letter: no markup, formula, picture, link, icon."""
    told = " ".join(sentence.split())
    return _READ_LATE.sub(_JOINER, _LIST.sub(_escaped, _SIGNS.sub(r"\\\g<0>", told)))


def _escaped(start: re.Match[str]) -> str:
    """What would begin a list or underline a heading. The sign is escaped, of a number the one that follows it."""
    return start[0] + "\\" if start[0].isdigit() else "\\" + start[0]
