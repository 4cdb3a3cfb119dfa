"""Economic impact: growth, level, gap to the path, forecasts, inflation and exposure of targets and their peers."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import streamlit as st

from dashboard.exhibits.impact import choices as ip
from dashboard.exhibits.impact.targets import cases
from dashboard.ui import controls, panel, state
from dashboard.words.markdown import plain


def take(view: state.View, case: Mapping[str, Any]) -> None:
    """Set the view to a case: its target, peers and event."""
    for name, value in case.items():
        view.put(name, value)
        st.session_state.pop(view.key(name), None)


view = state.open_view("gdp_growth", "gdp_level", "gdp_gap", "growth_shortfall", "inflation", "exposure")
countries = ip.countries(state.store())

panel.head("What happened to economies under sanctions, and to Ukraine?")
with controls.row():
    for label, case in cases(state.store()).items():
        st.button(plain(label), on_click=take, args=(view, case), key=f"case-{label}")
with controls.row():
    controls.area(view, "target", "Target", countries)
    controls.areas(view, "peers", "Peers, in grey", countries, most=8)
    controls.day(view, "event", "Event", least=date(1995, 1, 1), most=date(2026, 12, 31))
with controls.more(), controls.row():
    controls.many(view, "also", "Further targets, in colour", countries, most=3, placeholder="None")
    controls.day(view, "start", "Years from", least=date(1990, 1, 1), most=date(2024, 12, 31))
    controls.day(view, "known_on", "As known on", least=date(2012, 1, 1), most=date(2026, 12, 31))
panel.show(view.exhibit("gdp_growth"))

panel.section("Where output stands since the event")
controls.segments(
    view, "level", "Real level", ip.LEVELS, help="Two editions of the World Bank; never mixed in a figure."
)
panel.show(view.exhibit("gdp_level"))
controls.number(view, "trend_years", "Years that make the path", 4, 20)
panel.show(view.exhibit("gdp_gap"))

panel.section("What forecasters expected")
with controls.row():
    controls.choice(view, "forecaster", "Forecast", ip.FORECASTS_OF)
    controls.segments(view, "gdp_source", "Outcome", ip.GDP_SOURCES)
panel.show(view.exhibit("growth_shortfall"))

panel.section("Prices")
panel.show(view.exhibit("inflation"))

panel.section(ip.exposure_heading(state.store(), view.value("target")))
with controls.more("Partners that are counted"):
    controls.many(view, "side", "Countries", ip.partners(state.store()), most=60)
panel.show(view.exhibit("exposure"))
