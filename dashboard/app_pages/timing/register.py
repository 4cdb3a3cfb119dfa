"""Blocks of the timing page: the register with its filters, and the trade that its measures are held against."""

from __future__ import annotations

from datetime import date

import streamlit as st

from dashboard.exhibits.trade.choices import CURRENCIES, fitting, unfitting
from dashboard.queries import catalogue, register, trade
from dashboard.queries.senders import senders
from dashboard.studies import measures
from dashboard.studies import targets as tt
from dashboard.studies.measures import MeasureQuery
from dashboard.ui import controls, panel, state
from dashboard.words import register as tw
from dashboard.words.flows import FLOWS

_FOLLOWED = "timing.followed"
_YEARS = (1945, 2030)


def the_register(view: state.View) -> None:
    """Whose measures, by which of their dates, through which filters; and the timeline of them."""
    store = state.store()
    names = catalogue.names(store)
    clocks = {clock: word[:1].upper() + word[1:] for clock, word in tw.CLOCK_WORDS.items()}
    with controls.row():
        controls.area(view, "target", "Target", tt.choices(store, names))
        controls.segments(view, "clock", "Date of a measure", clocks, help="A measure has up to five dates.")
    _follow(view)
    with controls.more("Filter measures"):
        with controls.row():
            who = senders(store)
            controls.many(view, "senders", "Senders", {code: who.name(code) for code in register.senders(store)})
            controls.many(view, "types", "Kinds", tw.TYPE_WORDS)
            controls.many(view, "status", "Status", tw.STATUS_WORDS)
        with controls.row():
            controls.text(view, "containing", "Words in title, act or scope", most=80)
            _years(view)
            controls.day(
                view,
                "known_on",
                "As known on",
                least=date(_YEARS[0], 1, 1),
                help="Measures, figures and lists as they could be told on that day.",
            )
    panel.show(view.exhibit("register_timeline"))


def _years(view: state.View) -> None:
    """The window in years; what lies outside every register is as good as no bound."""
    for name in ("start", "end"):
        bound: date | None = view.value(name)
        if bound is not None and not _YEARS[0] <= bound.year <= _YEARS[1]:
            view.put(name, None)
    start, end = view.value("start"), view.value("end")
    if start is not None and end is not None and start > end:
        view.put("start", None)
    controls.years(view, "start", "end", least=_YEARS[0], most=_YEARS[1])


def _follow(view: state.View) -> None:
    """Partner and marks go with the target: a reader who turns to Iran wants trade with Iran, and the acts on it.

    What somebody chose by hand or in a link stays until another target is chosen.
    """
    target = view.value("target")
    arrived = _FOLLOWED not in st.session_state
    before = st.session_state.get(_FOLLOWED, view.default("target"))
    st.session_state[_FOLLOWED] = target
    if target == before:
        return
    acts = tt.landmarks(state.store(), target)
    query = MeasureQuery(target=target, clock=view.value("clock"), known_on=view.value("known_on"))
    held = measures.choice(state.store(), query)["measure"].to_list()
    first = (
        view.default("measure")
        if view.default("measure") in held
        else next(iter([*acts, *held]), view.default("measure"))
    )
    partner = (tt.traded_as(state.store(), target),)
    wanted = {"partner": partner, "measures": acts or view.default("measures"), "measure": first}
    for name, value in wanted.items():
        if arrived and view.value(name) != view.default(name):
            continue
        st.session_state.pop(view.key(name), None)
        view.put(name, value)


def trade_beside(view: state.View) -> None:
    """Which trade, and which measures are marked on it."""
    panel.section("Trade around chosen measures")
    store = state.store()
    names = catalogue.names(store)
    with controls.row():
        reporters = {code: names[code] for code in trade.monthly_reporters(store)}
        reporter = controls.area(view, "reporter", "Reporter", reporters)
        partners = trade.partners(store, reporter=reporter)
        untold = _one_partner(view, reporter, dict(zip(partners["area"], partners["name"], strict=True)))
        controls.segments(view, "flow", "Flow", {flow: FLOWS[flow].head for flow in ("import", "export", "total")})
        controls.segments(view, "currency", "Currency", CURRENCIES, help="One choice for every figure of this page.")
    if untold:
        panel.told(untold)
    choices = tw.choices(register.measures(store, clock=view.value("clock"), known_on=view.value("known_on")))
    controls.many(view, "measures", "Measures", choices, most=8, empty_is_default=True)


def _one_partner(view: state.View, reporter: str, options: dict[str, str]) -> str:
    """The first of the partners that pages share; it has no key of its own, so that a link can set it. Says what is
    shown where the reporter has none of them."""
    held = fitting(view.value("partner"), options)[0]
    untold = "" if held in view.value("partner") else unfitting(state.store(), reporter, view.value("partner"), options)
    chosen = st.selectbox("Partner", options, index=list(options).index(held), format_func=lambda code: options[code])
    if tuple(view.value("partner")[:1]) != (chosen,):
        view.put("partner", (chosen,))
    return untold
