"""The settings of the first page, a function each."""

from __future__ import annotations

from dashboard.exhibits.trade import choices as tp
from dashboard.ui import controls, state
from dashboard.ui.state import View

_OUTPUT = {"growth": "Growth", "level": "Level"}


def _reporter(view: View) -> None:
    of_the_subject = {None: "The subject’s own"}
    controls.choice(view, "reporter", "Trade as reported by", {**of_the_subject, **tp.reporters(state.store())})


CONTROLS = {
    "frequency": lambda view: controls.segments(
        view,
        "frequency",
        "Figures",
        {"S": "12-month sums", "M": "Monthly", "Q": "Quarterly", "A": "Yearly"},
        help="12-month sums show levels without seasons; they smear dates, so read timing from monthly figures.",
    ),
    "output": lambda view: controls.segments(view, "output", "Real GDP", _OUTPUT),
    "marks": lambda view: controls.segments(view, "marks", "Marks", tp.MARKS),
    "summits": lambda view: controls.toggle(view, "summits", "Summits"),
    "reporter": _reporter,
    "start": lambda view: controls.years(view, "start", "end", least=1960, most=2026),
    "currency": lambda view: controls.segments(view, "currency", "Currency", tp.CURRENCIES),
    "known_on": lambda view: controls.day(view, "known_on", "As known on", least=tp.FIRST_DAY),
}
"""What draws each setting, by its name in a link."""
