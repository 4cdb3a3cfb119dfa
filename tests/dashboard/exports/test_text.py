from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from dashboard.exports.text import clean, harmless, width, wrap

WORDS = st.lists(st.text(st.characters(codec="utf-8", exclude_categories=("C", "Z")), min_size=1, max_size=40))


@given(WORDS, st.integers(60, 400))
def test_wrapping_loses_nothing_and_stays_inside(parts: list[str], room: int) -> None:
    text = " ".join(parts)
    lines = wrap(text, 12, room)
    assert "".join(lines).replace(" ", "") == clean(text).replace(" ", "")
    assert all(width(line, 12) <= room for line in lines)


def test_a_long_link_goes_on_in_the_next_line() -> None:
    link = "https://example.org/" + "a" * 200
    lines = wrap(link, 10, 200)
    assert len(lines) > 2
    assert "".join(lines) == link


def test_no_text_takes_no_line() -> None:
    assert wrap("  ", 12, 100) == []


def test_markup_is_shown_as_written() -> None:
    assert harmless("<b>R&D</b>\x00\n now") == "&lt;b&gt;R&amp;D&lt;/b&gt; now"


def test_wide_letters_are_wider_than_narrow_ones_and_bold_is_wider() -> None:
    assert width("WWW", 10) > width("iii", 10) * 2
    assert width("abc", 10, bold=True) > width("abc", 10)


def test_no_line_begins_with_the_dot_between_facts() -> None:
    lines = wrap(" · ".join(["Source: somebody"] * 30), 11, 130)
    assert len(lines) > 10
    assert not any(line.startswith("·") for line in lines)
