"""The settings of the page around the dates: those of the register's page, and its own windows."""

from __future__ import annotations

from dashboard.app_pages.effect.dates import date_tested, easings_only
from dashboard.app_pages.timing.settings import CONTROLS as OF_THE_REGISTER
from dashboard.ui import controls

CONTROLS = OF_THE_REGISTER | {
    "event": date_tested,
    "easings_only": easings_only,
    "window_before": lambda view: controls.number(view, "window_before", "Months before", 12, 60),
    "window_after": lambda view: controls.number(view, "window_after", "Months after", 1, 60),
    "window_months": lambda view: controls.number(view, "window_months", "Months compared on either side", 3, 36),
    "other_partners": lambda view: controls.toggle(
        view,
        "other_partners",
        "Compare with other partners",
        help="Did the same reporter's trade with others move as much in these months? Takes some seconds.",
    ),
    "spans": lambda view: controls.segments(
        view, "spans", "Compared", {"years": "Calendar years", "months": "Months around the date"}
    ),
    "max_breaks": lambda view: controls.number(view, "max_breaks", "Breaks at most", 1, 5),
    "least_months": lambda view: controls.number(view, "least_months", "Months between breaks at least", 12, 120),
}
"""What draws each setting, by its name in a link."""
