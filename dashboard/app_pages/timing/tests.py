"""Blocks of the timing page: one date or all tested against ordinary dates, and breaks found without any date."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

import polars as pl
import streamlit as st

from dashboard import words
from dashboard.exhibits.timing import reversals as said
from dashboard.exhibits.timing.ordinary_dates import TimingTestParams
from dashboard.queries import register
from dashboard.queries.senders import senders
from dashboard.studies import placebo, reversals
from dashboard.studies import targets as tt
from dashboard.studies.measures import MeasureQuery
from dashboard.ui import controls, panel, state

_OFFERED = "timing.dates-offered"


def against_ordinary_dates(view: state.View) -> None:
    """Which date is tested over how many months, the verdict, and the path before the band of ordinary dates."""
    panel.section("Did trade move more than around ordinary dates?")
    only = controls.toggle(
        view,
        "easings_only",
        "Only easings, liftings and ends of relief",
        help="Did trade come back after relief, and fall when relief ended? The same test; the sign is free.",
    )
    dates = _dates(view, only=only)
    current: date = view.value("event")
    dates.setdefault(current, words.day(current))
    controls.choice(
        view,
        "event",
        "Date tested",
        dict(sorted(dates.items())),
        help="Dates of measures on this target. A link may ask for any other: event=2015-07-14.",
    )
    with controls.row():
        controls.number(view, "window_months", "Months compared on either side", 3, 36)
        controls.toggle(
            view,
            "other_partners",
            "Compare with other partners",
            help="Did the same reporter's trade with others move as much in these months? Takes some seconds.",
        )
    panel.show(view.exhibit("timing_test"))


def breaks_of_level(view: state.View) -> None:
    """Break dates of the same flow."""
    panel.section("When did the level change, whatever was imposed?")
    with controls.more("Search"), controls.row():
        controls.number(view, "max_breaks", "Breaks at most", 1, 5)
        controls.number(view, "least_months", "Months between breaks at least", 12, 120)
    panel.show(view.exhibit("break_dates"))


def every_measure_at_once(view: state.View) -> None:
    """All measures on the target tested together; made when it is opened, because it takes some seconds at first."""
    box = st.expander("Test every measure on the target at once", on_change="rerun", key="timing-tests")
    if not box.open:
        return
    with box:
        st.caption(
            "Target, clock, senders and kinds are those of the register above; flow and months those of the test."
        )
        panel.show(view.exhibit("timing_tests"), table=True)


def _dates(view: state.View, *, only: bool) -> dict[date, str]:
    """Dates of the target's measures, easings and ends, in words. A date that nobody chose goes with the target."""
    query = MeasureQuery(
        target=view.value("target"), clock=view.value("clock"), known_on=view.value("known_on"), by_target=False
    )
    turns = reversals.turns(state.store(), query)
    relief = turns.filter(pl.col("kind") != reversals.IMPOSED)
    imposed = turns.filter(pl.col("kind") == reversals.IMPOSED)["date"].to_list()
    if only and relief.is_empty():
        st.info("The register holds no easing, lifting or end of relief for this target; all its dates are offered.")
    elif only:
        turns = relief
    dates = said.named(turns, senders(state.store()), tt.landmarks(state.store(), view.value("target")))
    now = (view.value("target"), only)
    before = st.session_state.get(_OFFERED, now)
    st.session_state[_OFFERED] = now
    event: date = view.value("event")
    nobody_chose = before != now or event == view.default("event")
    asked_for_relief = only and before == (now[0], False) and event in imposed
    if dates and nobody_chose and (event not in dates or asked_for_relief):
        _choose(view, _most_eased(turns) if only else _near_the_target(view, _over(view, dates)))
    return dates


def _over(view: state.View, dates: Collection[date]) -> list[date]:
    """Dates whose months after are over in the chosen trade, so that what nobody chose can be tested: the ends of
    wind-downs reach years ahead. All dates where none is over."""
    asked = view.params("timing_test")
    assert isinstance(asked, TimingTestParams)
    last = placebo.last_testable(state.store(), asked.pair(), asked.window_months)
    return [day for day in dates if last is not None and day.replace(day=1) <= last] or list(dates)


def _most_eased(turns: pl.DataFrame) -> date:
    """The day of the most easings: relief on many measures at once is the first thing to look at."""
    eased = turns.filter(pl.col("kind") == reversals.EASING)
    counted = (turns if eased.is_empty() else eased)["date"].value_counts().sort("count", "date")
    found: date = counted["date"][-1]
    return found


def _choose(view: state.View, event: date) -> None:
    view.put("event", event)
    st.session_state.pop(view.key("event"), None)


def _near_the_target(view: state.View, dates: Collection[date]) -> date:
    """A date that nobody chose follows the target: the last of its well-known acts, or its newest measure."""
    first = tt.landmarks(state.store(), view.value("target"))
    acts = register.measures(state.store(), keys=first or ("none",), clock="effective")
    of_acts = [day for day in acts["date"].drop_nulls().to_list() if day in dates]
    return of_acts[-1] if of_acts else max(dates)
