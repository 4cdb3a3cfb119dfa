"""The first page: what happened to a subject's trade, in one picture, and questions to begin with."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dashboard.app_pages.overview.blocks import first_questions, what_this_is
from dashboard.app_pages.overview.settings import CONTROLS
from dashboard.ui.contents import PageSpec, ViewSpec
from pipelines.store import Store


def _defaults(store: Store, subject: str) -> Mapping[str, Any]:
    return {"subject": subject}


def _only_russia(store: Store, subject: str) -> str:
    return "" if subject == "RUS" else "This picture is of the United States and Russia; choose Russia to see it."


PAGE = PageSpec(
    path="",
    title="Overview",
    question=lambda subject: f"What happened to trade with {subject} under sanctions?",
    script="app_pages/overview/page.py",
    controls=CONTROLS,
    defaults=_defaults,
    views=(
        ViewSpec(
            "at-a-glance",
            "At a glance",
            "What happened to trade, measures and the economy, on one time axis?",
            ("subject_at_a_glance",),
            ("frequency", "output", "marks"),
            ("reporter", "start", "currency", "known_on"),
            words="overview summary trade GDP oil price sanctions one picture",
            named_only=True,
            before=what_this_is,
            after=first_questions,
        ),
        ViewSpec(
            "us-russia",
            "United States and Russia since 1992",
            "What happened to trade between the United States and Russia since 1992?",
            ("us_russia_at_a_glance",),
            ("frequency", "marks", "summits"),
            words="Magnitsky CAATSA summit Helsinki Anchorage",
            wanting=_only_russia,
        ),
    ),
)
