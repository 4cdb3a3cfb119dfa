"""Blocks of the timing page: one date tested against ordinary dates, and breaks found without looking at any date."""

from __future__ import annotations

from datetime import date

import polars as pl
import streamlit as st

from dashboard.analysis import words
from dashboard.exhibits import timing_targets as tt
from dashboard.exhibits import timing_words as tw
from dashboard.queries import register
from dashboard.ui import controls, panel, state


def against_ordinary_dates(view: state.View) -> None:
    """Which date is tested over how many months, the verdict, and the path before the band of ordinary dates."""
    panel.section("Did trade move more than around ordinary dates?")
    dates = _dates(view)
    _near_the_target(view, dates)
    current: date = view.value("event")
    dates.setdefault(current, words.day(current))
    with controls.row():
        controls.choice(
            view, "event", "Date tested", dict(sorted(dates.items())),
            help="Dates of measures on this target. A link may ask for any other: event=2015-07-14.",
        )  # fmt: skip
        controls.number(view, "window_months", "Months compared on either side", 3, 36)
    controls.toggle(
        view, "other_partners", "Compare with other partners",
        help="Did the same reporter's trade with others move as much in these months? Takes some seconds.",
    )  # fmt: skip
    panel.show(view.exhibit("timing_test"))


def breaks_of_level(view: state.View) -> None:
    """Break dates of the same flow."""
    panel.section("When did the level change, whatever was imposed?")
    with controls.more("Search"), controls.row():
        controls.number(view, "max_breaks", "Breaks at most", 1, 5)
        controls.number(view, "least_months", "Months between breaks at least", 12, 120)
    panel.show(view.exhibit("break_dates"))


def _dates(view: state.View) -> dict[date, str]:
    """Dates of the target's measures on the chosen clock, with the first measure of each in words."""
    clock = view.value("clock")
    listed = tt.about(state.store(), target=view.value("target"), clock=clock)
    known = listed.filter(pl.col("date").is_not_null() & (pl.col("clock_used") == clock))
    shown: dict[date, str] = {}
    for day, rows in known.group_by("date", maintain_order=True):
        first = next(rows.iter_rows(named=True))
        more = f" and {words.plural(rows.height - 1, 'more measure')}" if rows.height > 1 else ""
        when = day[0]
        assert isinstance(when, date)
        shown[when] = f"{words.day(when)} · {tw.sender(first['sender'])} · {first['title']}{more}"
    return shown


def _near_the_target(view: state.View, dates: dict[date, str]) -> None:
    """A date that nobody chose follows the target: the first of its well-known acts, or its newest measure."""
    if view.value("event") != view.default("event") or view.default("event") in dates or not dates:
        return
    acts = register.measures(state.store(), keys=tt.landmarks(view.value("target")) or ("none",), clock="effective")
    of_acts = [day for day in acts["date"].drop_nulls().to_list() if day in dates]
    view.put("event", of_acts[-1] if of_acts else max(dates))
    st.session_state.pop(view.key("event"), None)
