"""Sanction timing: what was imposed when, by whom, on whom by name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl

from dashboard.app_pages.timing.measure import facts_of_measure
from dashboard.app_pages.timing.settings import CONTROLS
from dashboard.queries import catalogue
from dashboard.queries.per_build import per_build
from dashboard.studies import targets
from dashboard.studies.measures import MeasureQuery, choice
from dashboard.ui.contents import PageSpec, ViewSpec
from pipelines.store import Store

MOST_BEGUN_WITH = 4


def follows(store: Store, subject: str) -> Mapping[str, Any]:
    """What a subject's measures are held against: its own trade, and the acts to begin with."""
    acts = targets.landmarks(store, subject) or _newest(store, subject)
    found: dict[str, Any] = {"target": subject, "partner": (targets.traded_as(store, subject),)}
    if acts:
        found |= {"measures": acts, "measure": acts[-1]}
    return found


@per_build
def _newest(store: Store, subject: str) -> tuple[str, ...]:
    """The newest measures on a subject that names no acts to begin with, in order of date."""
    held = choice(store, MeasureQuery(target=subject, by_target=False)).filter(pl.col("date").is_not_null())
    return tuple(held.sort("date", "measure")["measure"].tail(MOST_BEGUN_WITH))


@per_build
def _targets(store: Store) -> frozenset[str]:
    """Everybody whom the register has measures on."""
    return frozenset(targets.choices(store, catalogue.names(store)))


def no_measures(store: Store, subject: str) -> str:
    if subject in _targets(store):
        return ""
    whom = targets.in_sentence(store, catalogue.names(store), subject)
    return f"The register holds no measure on {whom}; “Programmes worldwide” shows whom it covers."


PAGE = PageSpec(
    path="timing",
    title="Sanction timing",
    question=lambda subject: f"What was imposed on {subject}, and when?",
    script="app_pages/timing/page.py",
    controls=CONTROLS,
    defaults=follows,
    views=(
        ViewSpec(
            "timeline",
            "Timeline",
            "What was imposed when, by whom?",
            ("register_timeline",),
            ("clock", "senders", "types"),
            ("status", "containing", "start", "known_on"),
            words="register measures sanctions dates acts executive order package embargo",
            wanting=no_measures,
        ),
        ViewSpec(
            "measure",
            "One measure",
            "What does one measure say, and what did trade do around it?",
            ("measure_card",),
            ("measure", "reporter", "partner", "flow"),
            ("clock", "currency", "known_on"),
            words="act executive order Magnitsky CAATSA JCPOA SWIFT oil ban price cap text reference",
            after=facts_of_measure,
            wanting=no_measures,
            also=("target", "senders", "types", "status", "containing"),
        ),
        ViewSpec(
            "names",
            "Names on lists",
            "How many names stand on sanctions lists, and which?",
            ("listings_over_time", "designated_names"),
            ("list_name", "programme", "everyone"),
            ("state", "listed_in", "search", "known_on"),
            words="designations SDN OFAC entities persons vessels listed delisted",
            tables=frozenset({"designated_names"}),
        ),
        ViewSpec(
            "programmes",
            "Programmes worldwide",
            "Which sanction programmes are there, worldwide?",
            ("regime_catalogue", "register_table"),
            ("catalogue_by",),
            words="regimes programmes senders world whole register table download",
        ),
    ),
)
