from __future__ import annotations

from datetime import date
from html import unescape
from typing import Any

import pytest

from dashboard.exhibits.base import Exhibit
from dashboard.exports.template import (
    SIZES,
    flag_line,
    headline,
    note_lines,
    notes,
    passport_line,
    print_figure,
    source_lines,
)
from dashboard.figures.aligned import Panel, aligned
from dashboard.figures.lines import Line
from dashboard.figures.marks import NOT_A_CAUSE, Mark, group
from dashboard.figures.theme import LIGHT
from tests.dashboard.exports.small import MONTHS, TITLE, exhibit, passport


def _words(figure: object, name: str) -> str:
    layout = figure.layout  # type: ignore[attr-defined]
    return " ".join(unescape(a.text.replace("<br>", " ")) for a in layout.annotations if a.name == name)


@pytest.mark.parametrize("size", [size for size in SIZES if size != "slide"])
def test_every_printed_size_has_title_note_and_the_whole_passport(size: str) -> None:
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
    sizes = [a.font.size * told["zoom"] for a in layout.annotations if a.name == "print-head"]
    assert max(sizes) == pytest.approx(form.title, abs=0.1)


def test_a_legend_at_the_foot_stands_between_plot_and_words() -> None:
    made = exhibit()
    made.figure.update_layout(showlegend=True, legend={"yref": "container", "y": 0, "orientation": "h"})
    layout = print_figure(made).layout
    assert layout.legend.y == pytest.approx(layout.meta["print"]["foot"] / layout.height, rel=1e-3)
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
    line = flag_line(flag)
    assert f"{len(flag.marks)} measures: " in line
    assert all(f"{mark.day.day} {mark.day:%b %Y} {mark.title}" in line for mark in flag.marks[:4])


def test_an_unknown_size_is_refused() -> None:
    with pytest.raises(KeyError):
        print_figure(exhibit(), "poster")


LONG = "It says that much of this goes on for a good while. "


def _named(marks: list[Mark], **changes: Any) -> Exhibit:
    flags = group(marks, MONTHS[0], MONTHS[-1], slots=60)
    line = Line("Exports", MONTHS, [float(month % 7) for month in range(60)], LIGHT.exports)
    panels = [Panel("Goods trade of Ruritania with the rest of the world, 12-month sums", lines=[line], height=210)]
    panels.append(Panel("Output, %", lines=[line]))
    figure = aligned(panels, start=MONTHS[0], end=MONTHS[-1], style=LIGHT, flags=flags)
    return exhibit(figure=figure, flags=flags, **changes)


def _act(day: date, short: str) -> Mark:
    return Mark(short, day, f"Limits {short}", "US", short=short, began="took effect")


def test_a_slide_leaves_three_fifths_to_the_plot_however_much_there_is_to_say() -> None:
    said: dict[str, Any] = {"note": f"{LONG * 20}{NOT_A_CAUSE}", "answer": LONG * 20, "subtitle": LONG * 4}
    said["passport"] = passport(source="; ".join(f"Office {n} of Ruritania, A long name of a table" for n in range(20)))
    for made in (exhibit(60, **said), _named([_act(date(2021, 3, 1), "Oil ban")], **said)):
        told = print_figure(made).layout.meta["print"]
        assert (told["head"] + told["foot"]) * told["zoom"] <= 0.4 * SIZES["slide"].height


def test_the_answer_is_the_title_of_a_slide_and_the_title_stands_above_it() -> None:
    made = exhibit(answer="Exports fell by 90.5% to $3.10 billion; more is left out " + "and goes on " * 30 + ".")
    blocks = [a for a in print_figure(made).layout.annotations if a.name == "print-head"]
    assert [unescape(a.text) for a in blocks[:2]] == [
        f"<b>{TITLE}</b>",
        "<b>Exports fell by 90.5% to $3.10 billion.</b>",
    ]
    assert TITLE in blocks[0].text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
    assert blocks[0].font.size < blocks[1].font.size
    assert headline("One answer that never ends " * 20, 26, 1100) == []


def test_a_slide_says_what_cannot_be_shown_what_signs_mean_and_no_cause() -> None:
    cannot = "Services are not in it."
    note = f"{LONG * 9}See the column of the vintage. Hollow: part of a year. {cannot} {NOT_A_CAUSE}"
    lines = note_lines(exhibit(note=note), 13, 1150)
    assert len(lines) == 2
    told = " ".join(lines)
    assert told.endswith(f"Hollow: part of a year. {cannot} {NOT_A_CAUSE}")
    assert "column" not in told


def test_the_source_of_a_slide_is_two_lines_with_licence_and_build() -> None:
    licence = "Public domain (work of the government); Creative Commons Attribution 4.0 (CC BY 4.0)"
    told = source_lines(passport(licence=licence, credit="Made for tests. " * 40), 12, 1150)
    assert len(told) <= 2
    assert "Licence: Public domain; CC BY 4.0" in " ".join(told)
    assert "Vintage: ruritania-2025-01 (published Jan 2025)" in " ".join(told)
    many = "; ".join(f"Office {n} of Ruritania, A table with a name that is long" for n in range(20))
    told = source_lines(passport(source=many), 12, 1150)
    assert len(told) <= 2
    assert "and 17 more" in " ".join(told)
    assert "20250131-120000-0a1b2c3d" in " ".join(told)


def test_what_a_slide_leaves_out_is_in_its_notes() -> None:
    made = _named([_act(date(2021, 3, 1), "Oil ban")], note=f"{LONG * 20}{NOT_A_CAUSE}")
    told = notes(made)
    assert print_figure(made).layout.meta["notes"] == told
    assert made.answer in told
    assert made.note in told
    assert made.passport.view in told
    assert "Took effect 1 Mar 2021 · US · Limits Oil ban." in told


def test_named_flags_need_no_list_on_a_slide_and_no_numbers_on_a_page() -> None:
    made = _named([_act(date(2021, 3, 1), "Oil ban"), _act(date(2023, 3, 1), "Gas ban")])
    slide, page = (_words(print_figure(made, size), "print-foot") for size in ("slide", "page"))
    assert "ban" not in slide
    assert "numbered" not in slide + page
    assert page.startswith("Took effect 1 Mar 2021 · US · Limits Oil ban Took effect 1 Mar 2023 · US · Limits Gas ban")


def test_a_group_of_named_flags_names_its_members_on_a_slide() -> None:
    close = [_act(date(2021, 3, day), name) for day, name in ((1, "Oil ban"), (2, "Gas ban"), (3, "Coal and ore ban"))]
    printed = print_figure(_named(close))
    flag = next(a for a in printed.layout.annotations if a.name == "flag-name")
    assert flag.text.strip("\u00a0") == "Oil ban, Gas ban, Coal and ore ban"
    assert "Gas ban" not in _words(printed, "print-foot")
    long = [_act(date(2021, 3, day), f"A ban of the name {day} that is long") for day in (1, 2, 3)]
    told = _words(print_figure(_named(long)), "print-foot")
    assert "+2: 1 Mar 2021 A ban of the name 1 that is long; 2 Mar 2021 A ban of the name 2" in told


def test_the_numbered_marks_of_a_slide_are_short() -> None:
    foot = _words(print_figure(exhibit(3)), "print-foot")
    assert foot.startswith("1 · 1 Jan 2020 · Act 0")
    assert " · EU · " not in foot
