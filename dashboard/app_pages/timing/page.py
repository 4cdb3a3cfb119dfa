"""Sanction timing: what was imposed when, and what the figures did around those dates."""

from __future__ import annotations

from dashboard.app_pages.timing.designations import names_on_lists
from dashboard.app_pages.timing.measure import open_measure
from dashboard.app_pages.timing.register import the_register, trade_beside
from dashboard.app_pages.timing.tests import against_ordinary_dates, breaks_of_level, every_measure_at_once
from dashboard.ui import controls, panel, state

view = state.open_view(
    "register_timeline",
    "measure_card",
    "trade_in_event_time",
    "timing_test",
    "timing_tests",
    "break_dates",
    "confounder_strip",
    "listings_over_time",
    "designated_names",
    "regime_catalogue",
    "register_table",
)

panel.head("What was imposed when, and did trade move around it?")
the_register(view)
open_measure(view)

trade_beside(view)
with controls.more("Window"), controls.row():
    controls.number(view, "window_before", "Months before", 12, 60)
    controls.number(view, "window_after", "Months after", 1, 60)
panel.show(view.exhibit("trade_in_event_time"))
against_ordinary_dates(view)
every_measure_at_once(view)
breaks_of_level(view)
panel.section("What else moved")
panel.show(view.exhibit("confounder_strip"))

names_on_lists(view)

panel.section("Programmes worldwide")
controls.segments(view, "catalogue_by", "Count by", {"sender": "Sender", "target": "Target"})
panel.show(view.exhibit("regime_catalogue"))

panel.section("The whole register, to take away")
panel.show(view.exhibit("register_table"))
