"""What this is, the state of the data, the headline, the one picture."""

from __future__ import annotations

from datetime import date

from dashboard.exhibits.overview.at_a_glance import state_of_data
from dashboard.ui import controls, panel, state

view = state.open_view("us_russia_at_a_glance")

panel.head("What happened to trade under sanctions?")
panel.text(
    "Tradewake sets official trade, sanctions and GDP figures side by side and says where each number comes from. It "
    "starts from the United States and Russia since 1992 and covers the other economies under sanctions too: their "
    "trade, their GDP, and the measures on them by date, back to the classic cases such as Rhodesia and South Africa."
)
with controls.row():
    controls.segments(
        view,
        "frequency",
        "Figures",
        {"S": "12-month sums", "M": "Monthly", "A": "Yearly"},
        help="12-month sums show levels without seasons; they smear dates, so read timing from monthly figures.",
    )
    controls.segments(view, "marks", "Marks", {"landmarks": "Landmark acts", "all": "All measures", "none": "None"})
    controls.toggle(view, "summits", "Summits")

panel.text(state_of_data(state.store(), date.today()))
panel.show(view.exhibit("us_russia_at_a_glance"))

panel.section("Where to go next")
panel.doors(
    {
        "trade": (
            "Trade collapse and rebound",
            "Any reporter and partner: how far trade fell, and whether it came back.",
        ),
        "timing/page": ("Sanction timing", "What was imposed when, and what moved around it."),
        "impact": ("Economic impact", "Growth, inflation and exposure of the sanctioned economies and their peers."),
        "data": ("Data and methods", "Sources, licences, vintages, definitions and known gaps."),
    }
)
