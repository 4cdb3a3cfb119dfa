"""The settings of the trade page, a function each."""

from __future__ import annotations

from collections.abc import Mapping

from dashboard.exhibits.trade import choices as tp
from dashboard.queries import catalogue
from dashboard.ui import controls, state
from dashboard.ui.state import View


def _reporter(view: View) -> None:
    controls.area(view, "reporter", "Reporter", tp.reporters(state.store()))


def _partner(view: View) -> None:
    reporter = view.value("reporter")
    options = _with_the_subject(view, tp.partners(state.store(), reporter))
    untold = tp.unfitting(state.store(), reporter, view.value("partner"), options)
    view.put("partner", tp.fitting(view.value("partner"), options))
    controls.areas(view, "partner", "Partners", options, most=5)
    if untold:
        view.tell(untold)


def _with_the_subject(view: View, options: Mapping[str, str]) -> Mapping[str, str]:
    """The partners, and the subject itself where the reporter has none of it: another country must not stand in."""
    (own,) = view.default("partner")
    if own in options or own == view.value("reporter"):
        return options
    return {**options, own: f"{catalogue.names(state.store()).get(own, own)} (no figures)"}


def _panels(view: View) -> None:
    options = tp.partners(state.store(), view.value("reporter"))
    controls.areas(view, "panels", "Partners side by side", options, most=12)


def _measure(view: View) -> None:
    if controls.choice(view, "measure", "Shown as", tp.MEASURES) == "index":
        controls.number(view, "base", "Base year", 1985, 2025, start=tp.INDEX_BASE)


def _source(view: View) -> None:
    controls.choice(view, "source", "Source", tp.sources(state.store(), view.value("reporter")))


def _year_from(view: View) -> None:
    first, last = tp.imts_years(state.store())
    controls.number(view, "year_from", "From", first, last - 1)


def _year_to(view: View) -> None:
    first, last = tp.imts_years(state.store())
    controls.number(view, "year_to", "To", first + 1, last)


def _shown(view: View) -> None:
    shown = {"depth": "Depth of the fall", "regained": "Loss regained", "now": "Now against the peak"}
    controls.segments(view, "shown", "Shown", shown)


def _region(view: View) -> None:
    regions = {"world": "World", "europe": "Europe", "asia": "Asia", "africa": "Africa", "americas": "Americas"}
    controls.choice(view, "region", "Part of the world", regions)


def line_of_the_country(code: str) -> None:
    """Turn to a country that was picked on the map: its line over time."""
    if code in tp.partners(state.store(), state.current().value("reporter")):
        state.choose_subject(code, "over-time")


CONTROLS = {
    "reporter": _reporter,
    "partner": _partner,
    "flow": lambda view: controls.choice(view, "flow", "Flow", tp.FLOWS),
    "frequency": lambda view: controls.segments(view, "frequency", "Period", tp.FREQUENCIES),
    "measure": _measure,
    "prices": lambda view: controls.segments(view, "prices", "Prices", tp.PRICES),
    "currency": lambda view: controls.segments(
        view, "currency", "Currency", tp.CURRENCIES, help="One choice for every figure of this page."
    ),
    "marks": lambda view: controls.segments(view, "marks", "Marks", tp.MARKS),
    "senders": lambda view: controls.many(view, "senders", "Senders", tp.senders(state.store())),
    "types": lambda view: controls.many(view, "types", "Kinds", tp.TYPES),
    "clock": lambda view: controls.choice(view, "clock", "Date of a measure", tp.CLOCKS),
    "log": lambda view: controls.toggle(view, "log", "Log scale"),
    "spans": lambda view: controls.toggle(view, "spans", "Spans until lifted"),
    "summits": lambda view: controls.toggle(view, "summits", "Summits"),
    "start": lambda view: controls.years(view, "start", "end", least=1985, most=2026),
    "source": _source,
    "known_on": lambda view: controls.day(view, "known_on", "As known on", least=tp.FIRST_DAY),
    "event": lambda view: controls.month(view, "event", "Event"),
    "before_months": lambda view: controls.number(view, "before_months", "Months searched before", 6, 60),
    "after_months": lambda view: controls.number(view, "after_months", "Months searched after", 6, 120),
    "show_real": lambda view: controls.toggle(view, "show_real", "Constant prices beside"),
    "panels": _panels,
    "panel_period": lambda view: controls.segments(view, "panel_period", "Figures", tp.PANEL_PERIODS),
    "panel_measure": lambda view: controls.segments(view, "panel_measure", "Shown as", tp.PANEL_MEASURES),
    "direction": lambda view: controls.segments(view, "direction", "Russia’s", tp.DIRECTIONS),
    "year_from": _year_from,
    "year_to": _year_to,
    "eu_reporter": lambda view: controls.area(view, "eu_reporter", "EU exports of", tp.europeans(state.store())),
    "shown": _shown,
    "region": _region,
    "min_peak_musd": lambda view: controls.number(
        view,
        "min_peak_musd",
        "Peak at least, millions",
        0,
        100_000,
        help="Below it one ship moves a year.",
    ),
    "economy": lambda view: controls.area(view, "economy", "Economy", tp.economies(state.store())),
}
"""What draws each setting, by its name in a link."""
