"""The settings of the data page, a function each."""

from __future__ import annotations

from dashboard.exhibits.data import changelog
from dashboard.exhibits.data import choices as dp
from dashboard.ui import controls, state
from dashboard.ui.state import View


def _partner(view: View) -> None:
    options = dp.partners(state.store(), view.value("reporter"))
    controls.areas(view, "partner", "Partner", options, most=1)


CONTROLS = {
    "only_statistics": lambda view: controls.toggle(view, "only_statistics", "Only sources with a series of their own"),
    "revised_by": lambda view: controls.choice(view, "revised_by", "Source", changelog.choices(state.store())),
    "revised_table": lambda view: controls.segments(view, "revised_table", "Figures", changelog.TABLES),
    "figures": lambda view: controls.number(view, "figures", "How many", 1, 200),
    "reporter": lambda view: controls.area(view, "reporter", "Reporter", dp.monthly_reporters(state.store())),
    "partner": _partner,
    "flow": lambda view: controls.segments(view, "flow", "Flow", dp.FLOWS),
}
"""What draws each setting, by its name in a link."""
