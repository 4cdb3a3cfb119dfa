"""Economic impact: growth, level, gap to the path, forecasts, inflation and exposure of a subject and its peers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dashboard.app_pages.impact.settings import CONTROLS
from dashboard.exhibits.impact.targets import PEERS
from dashboard.queries.subjects import subjects
from dashboard.ui.contents import PageSpec, ViewSpec
from pipelines.store import Store


def _defaults(store: Store, subject: str) -> Mapping[str, Any]:
    """A subject's own event and peers."""
    held = subjects(store)
    found: dict[str, Any] = {"target": subject}
    if subject in held:
        found["peers"] = held[subject].peers or PEERS
        if (event := held[subject].event) is not None:
            found["event"] = event
    return found


_WHO = ("peers", "event")

PAGE = PageSpec(
    path="impact",
    title="Economic impact",
    question=lambda subject: f"What happened to the economy of {subject}?",
    script="app_pages/impact/page.py",
    controls=CONTROLS,
    defaults=_defaults,
    views=(
        ViewSpec(
            "growth",
            "Growth",
            "How did the economy grow, beside its peers?",
            ("gdp_growth",),
            _WHO,
            ("also", "gdp_source", "start", "known_on"),
            words="GDP real output recession peers",
        ),
        ViewSpec(
            "level",
            "Level and path",
            "Where does output stand since the event, and against its path before?",
            ("gdp_level", "gdp_gap"),
            (*_WHO, "level"),
            ("also", "trend_years", "start", "known_on"),
            words="GDP output trend gap loss counterfactual",
        ),
        ViewSpec(
            "forecasts",
            "Forecasts",
            "What did forecasters expect before, and what came?",
            ("growth_shortfall",),
            ("event", "forecaster", "gdp_source"),
            ("known_on",),
            words="IMF WEO World Bank expected outcome shortfall GDP",
        ),
        ViewSpec(
            "prices",
            "Prices",
            "How did consumer prices move?",
            ("inflation",),
            _WHO,
            ("also", "start", "known_on"),
            words="inflation CPI consumer",
        ),
        ViewSpec(
            "exposure",
            "Exposure",
            "How much of the economy hung on trade with those who imposed sanctions?",
            ("exposure",),
            ("side",),
            ("event", "known_on"),
            words="share of GDP sanctioning side dependence",
        ),
    ),
)
