"""Marks: numbered by date, bundled where they crowd, never lost."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from dashboard.figures.marks import FLAG_ROW, Mark, flag_labels, group, levels, rise, shapes
from dashboard.figures.theme import LIGHT

START, END = date(2010, 1, 1), date(2020, 1, 1)


def _mark(key: str, day: date, **more: object) -> Mark:
    return Mark(key=key, day=day, title=f"Measure {key}", sender="US", **more)  # type: ignore[arg-type]


def test_marks_are_numbered_by_date_and_those_outside_are_left_out() -> None:
    flags = group(
        [_mark("b", date(2018, 5, 1)), _mark("a", date(2012, 12, 14)), _mark("c", date(2021, 1, 1))], START, END
    )
    assert [(flag.number, flag.marks[0].key) for flag in flags] == [(1, "a"), (2, "b")]


def test_crowding_marks_share_a_flag() -> None:
    flags = group([_mark(str(day), date(2014, 3, day)) for day in range(1, 20)], START, END)
    assert len(flags) == 1
    assert len(flags[0].marks) == 19
    assert "and 13 more" in flag_labels(flags, LIGHT, start=START, end=END)[0]["hovertext"]


def test_a_crowd_is_one_line_and_a_pale_band() -> None:
    flags = group([_mark(str(day), date(2014, 3, day)) for day in range(1, 20)], START, END)
    drawn = shapes(flags, LIGHT, last=END)
    assert [(shape["type"], shape["x0"], shape["x1"]) for shape in drawn] == [
        ("rect", "2014-03-01", "2014-03-19"),
        ("line", "2014-03-01", "2014-03-01"),
    ]


def test_summits_are_not_counted_as_measures() -> None:
    flags = group([_mark("a", date(2018, 7, 10)), _mark("b", date(2018, 7, 16), kind="summit")], START, END)
    assert flags[0].counted() == "1 measure and 1 summit"


def test_spans_are_drawn_only_when_asked_for_and_end_with_the_axis() -> None:
    flags = group([_mark("a", date(2014, 3, 1), end=date(2030, 1, 1))], START, END)
    assert [shape["type"] for shape in shapes(flags, LIGHT, last=END)] == ["line"]
    band = shapes(flags, LIGHT, last=END, spans=True)[0]
    assert (band["type"], band["x1"]) == ("rect", "2020-01-01")


def test_what_no_text_confirms_is_dashed() -> None:
    flags = group([_mark("a", date(2014, 3, 1), inferred=True), _mark("b", date(2018, 3, 1))], START, END)
    assert [shape["line"]["dash"] for shape in shapes(flags, LIGHT, last=END)] == ["dash", "solid"]


@given(st.lists(st.integers(0, 3651), max_size=60))
def test_no_mark_is_lost_or_doubled(offsets: list[int]) -> None:
    marks = [_mark(f"m{place}", START + timedelta(days=offset)) for place, offset in enumerate(offsets)]
    flags = group(marks, START, END)
    assert sorted(mark.key for flag in flags for mark in flag.marks) == sorted(mark.key for mark in marks)
    assert [flag.number for flag in flags] == list(range(1, len(flags) + 1))


def test_flags_that_would_touch_on_a_phone_stand_above_each_other() -> None:
    width = (END - START).days
    days = [START + timedelta(days=round(width * share)) for share in (0.1, 0.14, 0.18, 0.5)]
    flags = group([_mark(str(day), day) for day in days], START, END)
    assert levels(flags, START, END) == [0, 1, 0, 0]
    labels = flag_labels(flags, LIGHT, start=START, end=END)
    assert [label["yshift"] for label in labels] == [2, 2 + FLAG_ROW, 2, 2]
    assert rise(flags, START, END) == FLAG_ROW
    assert rise((), START, END) == 0
    close = group([_mark(str(day), day) for day in (days[0], days[1])], START, END, slots=1000)
    assert levels(close, START, END) == [0, 1]


def test_days_are_told_with_what_happened_on_them_and_never_as_a_state() -> None:
    day, end = date(2012, 1, 23), date(2016, 1, 16)
    assert _mark("a", day, began="took effect").dated == "took effect 23 Jan 2012"
    told = _mark("a", day, end=end, began="took effect", ended="ended").dated
    assert told == "took effect 23 Jan 2012, ended 16 Jan 2016"
    assert _mark("a", day, end=end).dated == "23 Jan 2012 to 16 Jan 2016"


def test_a_group_names_its_members_and_counts_what_is_left() -> None:
    flag = group([_mark(f"m{day}", date(2014, 3, day), short=f"Act {day}") for day in (1, 2, 3)], START, END)[0]
    assert flag.members() == "1 Mar 2014 Act 1; 2 Mar 2014 Act 2; 3 Mar 2014 Act 3"
    assert flag.members(2) == "1 Mar 2014 Act 1; 2 Mar 2014 Act 2; and 1 more"
