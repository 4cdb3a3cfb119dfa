"""Around the dates: what trade did around measures, held against ordinary dates, and breaks found without any date."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dashboard.app_pages.effect.dates import near_the_target, no_relief
from dashboard.app_pages.effect.settings import CONTROLS
from dashboard.app_pages.timing import follows, no_measures
from dashboard.ui.contents import PageSpec, ViewSpec
from dashboard.ui.subject import FIRST
from pipelines.store import Store


def _defaults(store: Store, subject: str) -> Mapping[str, Any]:
    """As on the register's page, and the date of the best-known act to test."""
    found = dict(follows(store, subject))
    event = None if subject == FIRST else near_the_target(store, subject)
    return found | ({"event": event} if event is not None else {})


_PAIR = ("reporter", "partner", "flow")

PAGE = PageSpec(
    path="effect",
    title="Around the dates",
    question=lambda subject: f"Did trade with {subject} move around the measures?",
    script="app_pages/effect/page.py",
    controls=CONTROLS,
    defaults=_defaults,
    took_over=("timing",),
    views=(
        ViewSpec(
            "around",
            "Around measures",
            "What did trade do around chosen measures, and what else moved?",
            ("trade_in_event_time", "confounder_strip"),
            (*_PAIR, "measures"),
            ("window_before", "window_after", "clock", "currency", "known_on"),
            wanting=no_measures,
            words="event time oil Brent rouble confounders exchange rate",
        ),
        ViewSpec(
            "test",
            "Against ordinary dates",
            "Did trade move more than around ordinary dates?",
            ("timing_test",),
            (*_PAIR, "easings_only", "event"),
            ("window_months", "other_partners", "currency", "known_on"),
            wanting=no_measures,
            words="placebo test significance p-value distinguishable easing lifting",
            also=("easings_only", "target", "clock"),
        ),
        ViewSpec(
            "every-measure",
            "Every measure at once",
            "Which of all measures stand out, tested together?",
            ("timing_tests",),
            (*_PAIR, "easings_only"),
            ("window_months", "clock", "senders", "types", "currency", "known_on"),
            wanting=no_measures,
            words="Holm false discovery multiple tests p-value all measures",
            tables=frozenset({"timing_tests"}),
        ),
        ViewSpec(
            "relief",
            "After relief",
            "What did trade do after easings and liftings, and after their end?",
            ("after_relief",),
            (*_PAIR[:1], "flow", "spans"),
            ("window_months", "senders", "types", "currency", "known_on"),
            words="relief easing lifting suspension waiver licence JCPOA Chevron rebound",
            wanting=no_relief,
        ),
        ViewSpec(
            "breaks",
            "Breaks in the level",
            "When did the level change, whatever was imposed?",
            ("break_dates",),
            (*_PAIR, "max_breaks", "least_months"),
            ("currency", "known_on"),
            words="structural break Bai Perron level shift",
        ),
    ),
)
