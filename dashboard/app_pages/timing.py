"""Sanction timing: what was imposed when, and what the figures did around those dates."""

from __future__ import annotations

import streamlit as st

from dashboard.exhibits import timing_words as tw
from dashboard.exhibits.trade_words import TARGETS
from dashboard.queries import catalogue, register, trade
from dashboard.ui import controls, panel, state
from dashboard.ui.names import names_on_lists


def one_partner(view: state.View, options: dict[str, str]) -> None:
    """The first of the partners that pages share; it has no key of its own, so that a link can set it."""
    held = next((code for code in view.value("partner") if code in options), next(iter(options)))
    chosen = st.selectbox("Partner", options, index=list(options).index(held), format_func=lambda code: options[code])
    if tuple(view.value("partner")[:1]) != (chosen,):
        view.put("partner", (chosen,))


view = state.open_view(
    "register_timeline", "trade_in_event_time", "confounder_strip", "listings_over_time", "designated_names",
    "regime_catalogue",
)  # fmt: skip
store = state.store()
names = catalogue.names(store)
senders = {code: tw.sender(code) for code in register.senders(store)}
clocks = {clock: word[:1].upper() + word[1:] for clock, word in tw.CLOCK_WORDS.items()}

panel.head("What was imposed when, and did trade move around it?")
with controls.row():
    controls.area(view, "target", "Target", {code: names[code] for code in TARGETS})
    controls.segments(view, "clock", "Date of a measure", clocks, help="A measure has up to five dates.")
with controls.more("Filter measures"), controls.row():
    controls.many(view, "senders", "Senders", senders)
    controls.many(view, "types", "Kinds", tw.TYPE_WORDS)
    controls.many(view, "status", "Status", tw.STATUS_WORDS)
panel.show(view.exhibit("register_timeline"))

panel.section("Trade around chosen measures")
monthly = trade.monthly_reporters(store)
with controls.row():
    reporter = controls.area(view, "reporter", "Reporter", {code: names[code] for code in monthly})
    partners = trade.partners(store, reporter=reporter)
    one_partner(view, dict(zip(partners["area"], partners["name"], strict=True)))
    controls.segments(view, "flow", "Flow", {"import": "Imports", "export": "Exports", "total": "Total"})
choices = tw.choices(register.measures(store, clock=view.value("clock")))
controls.many(view, "measures", "Measures", choices, most=8, empty_is_default=True)
with controls.more("Window"), controls.row():
    controls.number(view, "window_before", "Months before", 12, 60)
    controls.number(view, "window_after", "Months after", 1, 60)
panel.show(view.exhibit("trade_in_event_time"))
panel.show(view.exhibit("confounder_strip"))

names_on_lists(view)

panel.section("Programmes worldwide")
controls.segments(view, "catalogue_by", "Count by", {"sender": "Sender", "target": "Target"})
panel.show(view.exhibit("regime_catalogue"))
