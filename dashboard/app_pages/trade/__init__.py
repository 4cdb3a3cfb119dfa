"""Trade collapse and rebound: how far trade fell around an event, whether it came back, and where it went."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dashboard.app_pages.trade.settings import CONTROLS, line_of_the_country
from dashboard.exhibits.trade import choices as tp
from dashboard.exhibits.trade.multiples import MultiplesParams
from dashboard.queries.subjects import subjects
from dashboard.ui.contents import PageSpec, ViewSpec
from dashboard.ui.subject import FIRST
from pipelines.store import Store


def _defaults(store: Store, subject: str) -> Mapping[str, Any]:
    """A subject's trade with the reporter of the page, around its own event."""
    held = subjects(store)
    found: dict[str, Any] = {"partner": (held.traded_as(subject),)}
    if subject != FIRST:  # a bare link always showed Iran's totals, beside Russia's trade
        found["economy"] = held.traded_as(subject)
    if found["partner"][0] not in MultiplesParams().panels:  # the subject first, and as many beside it as before
        found["panels"] = (*found["partner"], *MultiplesParams().panels[:-1])
    if subject in held and (event := held[subject].event) is not None:
        found["event"] = event.replace(day=1)
    return found


def _no_totals(store: Store, subject: str) -> str:
    held = tp.economies(store)
    if subjects(store).traded_as(subject) in held:
        return ""
    return (
        "The store holds no yearly totals of this economy's trade; the lines over time have what its partners report."
    )


def _only_russia(store: Store, subject: str) -> str:
    if subject == "RUS":
        return ""
    return "Only Russia's trade is held by partner from its own and its neighbours' side; choose Russia to see it."


_AROUND = ("before_months", "after_months", "currency", "source", "known_on")

PAGE = PageSpec(
    path="trade",
    title="Trade collapse and rebound",
    question=lambda subject: f"How far did trade with {subject} fall, and did it come back?",
    script="app_pages/trade/page.py",
    controls=CONTROLS,
    defaults=_defaults,
    views=(
        ViewSpec(
            "over-time",
            "Over time",
            "How did trade with the subject move over the years?",
            ("trade_over_time",),
            ("reporter", "partner", "flow", "frequency"),
            (
                "measure",
                "prices",
                "currency",
                "marks",
                "senders",
                "types",
                "clock",
                "log",
                "spans",
                "summits",
                "start",
                "source",
                "known_on",
            ),
            words="line exports imports balance level index growth constant prices real monthly yearly euro dollar",
        ),
        ViewSpec(
            "against-the-peak",
            "Against the peak",
            "How far did trade fall from its peak, and how much came back?",
            ("collapse_card", "collapse_table"),
            ("reporter", "partner", "flow", "event"),
            (*_AROUND[:2], "show_real", *_AROUND[2:]),
            words="collapse rebound trough recovery regained loss depth fall partners table",
        ),
        ViewSpec(
            "map",
            "Map",
            "What became of trade with every partner, on a map?",
            ("partners_map",),
            ("reporter", "flow", "event", "shown"),
            ("region", *_AROUND, "min_peak_musd"),
            words="world map countries every partner depth",
            named_only=True,
            pick=line_of_the_country,
        ),
        ViewSpec(
            "side-by-side",
            "Side by side",
            "How did trade with other sanctioned economies move?",
            ("trade_multiples",),
            ("reporter", "panels", "flow", "panel_period"),
            ("panel_measure", "currency", "source", "known_on"),
            words="multiples compare partners small panels",
        ),
        ViewSpec(
            "whole-economy",
            "The whole economy",
            "What did the economy trade with all partners, and with whom most?",
            ("target_totals", "target_partners"),
            ("economy",),
            ("known_on",),
            words="totals main partners world exports imports yearbook UN",
            wanting=_no_totals,
        ),
        ViewSpec(
            "where-it-went",
            "Where it went",
            "Where did Russia’s trade go instead?",
            ("russia_partners", "eu_transit"),
            ("direction", "year_from", "year_to", "eu_reporter"),
            ("event", "currency", "known_on"),
            words="reroute rerouting diversion transit circumvention neighbours Kazakhstan China India Turkey",
            wanting=_only_russia,
        ),
    ),
)
