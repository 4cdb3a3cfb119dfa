"""What the first page says besides its picture: what this is, how new it is, and questions to begin with."""

from __future__ import annotations

from datetime import date

import streamlit as st

from dashboard.exhibits.overview.at_a_glance import state_of_data
from dashboard.ui import panel, state
from dashboard.words.markdown import plain

QUESTIONS = (
    ("How far did US trade with Russia fall, and did it come back?", "trade", {"view": "against-the-peak"}),
    ("What did EU exports to Russia do after February 2022?", "trade", {"reporter": "EUU", "flow": "export"}),
    (
        "US imports from Iran, with sanctions marked",
        "trade",
        {"subject": "IRN", "flow": "import", "frequency": "S"},
    ),
    ("Venezuela: trade, oil sanctions and GDP on one time axis", "", {"subject": "VEN"}),
    ("Did trade with Iran move more than around ordinary dates?", "effect", {"subject": "IRN", "view": "test"}),
    ("What did the IMF expect for Russia in 2022, and what came?", "impact", {"view": "forecasts"}),
)
"""A question, the page that answers it, and the settings that ask it there."""


def what_this_is(view: state.View) -> None:
    """One sentence on the product, one on the state of its figures."""
    panel.text(
        "Official trade, sanctions and GDP figures side by side, with the source and vintage of each number. "
        + state_of_data(state.store(), date.today())
    )


def first_questions(view: state.View) -> None:
    """Six questions that open views."""
    with st.container(key="first-questions"):
        panel.section("Questions to begin with")
        for column, (question, path, settings) in zip(st.columns(2) * 3, QUESTIONS, strict=True):
            column.page_link(view.contents.page(path).script, label=plain(question), query_params=settings)
