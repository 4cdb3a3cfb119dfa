from __future__ import annotations

from html import unescape

import pytest

from dashboard.exports.template import SIZES, flag_line, passport_line, print_figure
from tests.dashboard.exports.small import TITLE, exhibit, passport


def _words(figure: object, name: str) -> str:
    layout = figure.layout  # type: ignore[attr-defined]
    return " ".join(unescape(a.text.replace("<br>", " ")) for a in layout.annotations if a.name == name)


@pytest.mark.parametrize("size", SIZES)
def test_every_size_has_title_note_and_the_whole_passport(size: str) -> None:
    made = exhibit()
    figure = print_figure(made, size)
    assert (figure.layout.width, figure.layout.height) == (SIZES[size].width, SIZES[size].height)
    assert TITLE in _words(figure, "print-head")
    assert made.subtitle in _words(figure, "print-head")
    foot = _words(figure, "print-foot")
    assert made.note in foot
    assert passport_line(made.passport, made.note) in foot
    assert made.passport.build_id in foot
    assert made.passport.view in foot


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("marks", [0, 3, 60])
def test_the_plot_keeps_room_between_head_and_foot(size: str, marks: int) -> None:
    margin = print_figure(exhibit(marks), size).layout.margin
    form = SIZES[size]
    assert form.height - margin.t - margin.b > form.height * 0.25
    assert form.width - margin.l - margin.r > form.width * 0.5


def test_a_long_passport_is_never_cut() -> None:
    long = passport(credit="A credit line that goes on. " * 40, source_url="")
    foot = _words(print_figure(exhibit(passport=long), "column"), "print-foot")
    assert foot.count("A credit line that goes on") == 40


def test_text_from_data_is_not_markup() -> None:
    title = next(a for a in print_figure(exhibit()).layout.annotations if a.name == "print-head")
    assert title.text == "<b>Exports of Ruritania &lt;b&gt;fell&lt;/b&gt; &amp; rose</b>"


def test_the_figure_of_the_screen_is_left_alone() -> None:
    made = exhibit()
    before = made.figure.to_json()
    print_figure(made)
    assert made.figure.to_json() == before


def test_the_plot_is_the_same_as_on_screen() -> None:
    made = exhibit()
    printed = print_figure(made)
    assert printed.to_dict()["data"] == made.figure.to_dict()["data"]
    own = made.figure.to_dict()["layout"]["annotations"]
    assert printed.to_dict()["layout"]["annotations"][: len(own)] == own


def test_marks_that_find_no_room_are_counted() -> None:
    made = exhibit(60)
    foot = _words(print_figure(made, "column"), "print-foot")
    shown = sum(foot.count(f"{flag.number} · ") > 0 for flag in made.flags)
    assert "more in the table of marks" in foot or "numbered marks are named" in foot
    assert shown < len(made.flags)


def test_a_flag_with_many_marks_says_how_many() -> None:
    flag = next(flag for flag in exhibit(60).flags if len(flag.marks) > 1)
    assert f"{len(flag.marks)} measures, first" in flag_line(flag)


def test_an_unknown_size_is_refused() -> None:
    with pytest.raises(KeyError):
        print_figure(exhibit(), "poster")
