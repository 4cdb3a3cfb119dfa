"""The settings of the impact page, a function each."""

from __future__ import annotations

from datetime import date

from dashboard.exhibits.impact import choices as ip
from dashboard.ui import controls, state
from dashboard.ui.state import View

_OLDEST, _NEWEST = date(1960, 1, 1), date(2026, 12, 31)


def _peers(view: View) -> None:
    controls.areas(view, "peers", "Peers, in grey", ip.countries(state.store()), most=8)


def _also(view: View) -> None:
    controls.many(view, "also", "Further targets, in colour", ip.countries(state.store()), most=3, placeholder="None")


def _level(view: View) -> None:
    controls.segments(
        view, "level", "Real level", ip.LEVELS, help="Two editions of the World Bank; never mixed in a figure."
    )


CONTROLS = {
    "target": lambda view: controls.area(view, "target", "Economy", ip.countries(state.store())),
    "peers": _peers,
    "also": _also,
    "event": lambda view: controls.day(view, "event", "Event", least=_OLDEST, most=_NEWEST),
    "start": lambda view: controls.day(view, "start", "Years from", least=_OLDEST, most=date(2024, 12, 31)),
    "known_on": lambda view: controls.day(view, "known_on", "As known on", least=date(2012, 1, 1), most=_NEWEST),
    "level": _level,
    "trend_years": lambda view: controls.number(view, "trend_years", "Years that make the path", 4, 20),
    "forecaster": lambda view: controls.choice(view, "forecaster", "Forecast", ip.FORECASTS_OF),
    "gdp_source": lambda view: controls.segments(view, "gdp_source", "Outcome", ip.GDP_SOURCES),
    "side": lambda view: controls.many(view, "side", "Partners that are counted", ip.partners(state.store()), most=60),
}
"""What draws each setting, by its name in a link."""
