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
    told = figure.layout.meta["print"]
    assert (told["width"], told["height"]) == (SIZES[size].width, SIZES[size].height)
    assert figure.layout.width == pytest.approx(told["width"] / told["zoom"], abs=1)
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
    layout = print_figure(exhibit(marks), size).layout
    margin = layout.margin
    assert layout.height - margin.t - margin.b > layout.height * 0.3
    assert layout.width - margin.l - margin.r > layout.width * 0.5


def test_a_long_passport_is_never_cut() -> None:
    long = passport(credit="A credit line that goes on. " * 40, source_url="")
    foot = _words(print_figure(exhibit(passport=long), "column"), "print-foot")
    assert foot.count("A credit line that goes on") == 40


@pytest.mark.parametrize("size", SIZES)
def test_a_tall_figure_gets_its_height(size: str) -> None:
    made = exhibit()
    made.figure.layout.height = 900
    layout = print_figure(made, size).layout
    told, form = layout.meta["print"], SIZES[size]
    assert layout.height - layout.margin.t - layout.margin.b > 0.6 * (900 - 70)
    assert told["width"] == form.width
    assert told["height"] > form.height if form.grows else told["height"] == form.height
    title = next(a for a in layout.annotations if a.name == "print-head")
    assert title.font.size * told["zoom"] == pytest.approx(form.title, abs=0.1)


def test_a_legend_at_the_foot_stands_between_plot_and_words() -> None:
    made = exhibit()
    made.figure.update_layout(showlegend=True, legend={"yref": "container", "y": 0, "orientation": "h"})
    layout = print_figure(made).layout
    assert layout.legend.y == pytest.approx(layout.meta["print"]["foot"] / layout.height)
    assert layout.margin.b > layout.meta["print"]["foot"] + 30


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
