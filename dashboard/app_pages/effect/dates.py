"""Which date is tested: the days of the subject's measures by name, easings alone if asked, or any of a link."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

import polars as pl
import streamlit as st

from dashboard import words
from dashboard.exhibits.timing import reversals as said
from dashboard.exhibits.timing.ordinary_dates import TimingTestParams
from dashboard.queries import catalogue, register
from dashboard.queries.per_build import per_build
from dashboard.queries.senders import senders
from dashboard.studies import placebo, reversals
from dashboard.studies import targets as tt
from dashboard.studies.measures import MeasureQuery
from dashboard.ui import controls, state
from pipelines.store import Store

_OFFERED = "effect.dates-offered"


def easings_only(view: state.View) -> None:
    """Whether only relief is offered; a date that nobody chose goes with it."""
    controls.toggle(
        view,
        "easings_only",
        "Only easings, liftings and ends of relief",
        help="Did trade come back after relief, and fall when relief ended? The same test; the sign is free.",
    )


def date_tested(view: state.View) -> None:
    """The date, from those of the measures on the subject."""
    only = view.takes("easings_only") and bool(view.value("easings_only"))
    dates = _dates(view, only=only)
    current: date = view.value("event")
    dates.setdefault(current, words.day(current))
    controls.choice(
        view,
        "event",
        "Date tested",
        dict(sorted(dates.items())),
        help="Dates of measures on this subject. A link may ask for any other: event=2015-07-14.",
    )


def no_relief(store: Store, subject: str) -> str:
    """Why nothing can be shown after relief: the register has none; empty where it has some."""
    if not _offered(store, subject, "effective", None, True).no_relief:
        return ""
    whom = tt.in_sentence(store, catalogue.names(store), subject)
    return f"The register holds no easing, lifting or end of relief for {whom}."


def near_the_target(store: Store, target: str) -> date | None:
    """The date to begin with: the last of a target's well-known acts, else the day of its most turns; None without."""
    turns = reversals.turns(store, MeasureQuery(target=target, clock="effective", by_target=False))
    return _best_known(store, target, turns["date"].to_list())


def _best_known(store: Store, target: str, turns: Sequence[date]) -> date | None:
    first = tt.landmarks(store, target)
    acts = register.measures(store, keys=first or ("none",), clock="effective")
    of_acts = [day for day in acts["date"].drop_nulls().to_list() if day in turns]
    if of_acts:
        found: date = of_acts[-1]
        return found
    counted = Counter(turns)
    return max(counted, key=lambda day: (counted[day], day), default=None)


def _over(view: state.View, dates: Collection[date]) -> list[date]:
    """Dates whose months after are over in the chosen trade, so that what nobody chose can be tested: the ends of
    wind-downs reach years ahead. All dates where none is over."""
    asked = view.params("timing_test")
    assert isinstance(asked, TimingTestParams)
    last = placebo.last_testable(state.store(), asked.pair(), asked.window_months)
    return [day for day in dates if last is not None and day.replace(day=1) <= last] or list(dates)


@dataclass(frozen=True)
class Offered:
    """Dates that can be picked, in words; those on which something was imposed; the turns behind them."""

    dates: Mapping[date, str]
    imposed: frozenset[date]
    turns: pl.DataFrame
    no_relief: bool


@per_build
def _offered(store: Store, target: str, clock: str, known_on: date | None, only: bool) -> Offered:
    query = MeasureQuery(target=target, clock=clock, known_on=known_on, by_target=False)
    turns = reversals.turns(store, query)
    relief = turns.filter(pl.col("kind") != reversals.IMPOSED)
    imposed = turns.filter(pl.col("kind") == reversals.IMPOSED)["date"].to_list()
    shown = relief if only and not relief.is_empty() else turns
    dates = said.named(shown, senders(store), tt.landmarks(store, target))
    return Offered(MappingProxyType(dates), frozenset(imposed), shown, only and relief.is_empty())


def _dates(view: state.View, *, only: bool) -> dict[date, str]:
    """Dates of the target's measures, easings and ends, in words; a date that nobody chose goes with them."""
    store = state.store()
    target = view.value("target") if view.takes("target") else view.subject
    clock = view.value("clock") if view.takes("clock") else "effective"
    offered = _offered(store, target, str(clock), view.value("known_on"), only)
    if offered.no_relief:
        view.tell("The register holds no easing, lifting or end of relief for this subject; all its dates are offered.")
    now = (target, only)
    before = st.session_state.get(_OFFERED)
    st.session_state[_OFFERED] = now
    event: date = view.value("event")
    nobody_chose = before not in (now, None) or event == view.default("event")
    asked_for_relief = only and before in (None, (target, False)) and event in offered.imposed
    if offered.dates and nobody_chose:
        over = _over(view, offered.dates)
        if event not in over or asked_for_relief:
            view.begin_with("event", _most_eased(offered.turns) if only else _best_known(store, target, over))
    return dict(offered.dates)


def _most_eased(turns: pl.DataFrame) -> date:
    """The day of the most easings: relief on many measures at once is the first thing to look at."""
    eased = turns.filter(pl.col("kind") == reversals.EASING)
    counted = (turns if eased.is_empty() else eased)["date"].value_counts().sort("count", "date")
    found: date = counted["date"][-1]
    return found
