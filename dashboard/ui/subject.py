"""The subject that the whole dashboard is about: who can be one, how a link names it, what follows from it.

What follows is read from the store (`data/subjects/`); an area without a file of its own is followed by its trade and
its economy alone.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType

import streamlit as st

from dashboard.queries import catalogue
from dashboard.queries.per_build import per_build
from dashboard.queries.subjects import subjects
from dashboard.words.areas import findable
from pipelines.store import Store

FIRST = "RUS"
"""The subject of a bare address."""
ALL = "WLD"
"""All targets together; they have a register and no trade of their own."""


@per_build
def choices(store: Store) -> Mapping[str, str]:
    """Every subject by code: sanctioned economies, Ukraine and the historic cases first, then every other area."""
    held = subjects(store)
    rows = catalogue.areas(store).filter(area_kind="country").sort("name")
    names = {code: name for code, name in rows.select("area", "name").iter_rows() if not code.startswith("X")}
    later = {code for subject in held.values() for code in subject.codes[1:]}
    first = {code: held[code].name for code in held}
    every = first | {code: name for code, name in names.items() if code not in first and code not in later}
    return MappingProxyType({code: findable(code, name) for code, name in every.items()})


def name(store: Store, subject: str) -> str:
    """How a title names a subject."""
    held = subjects(store)
    return held[subject].name if subject in held else catalogue.names(store).get(subject, subject)


def name_in_sentence(store: Store, subject: str) -> str:
    """How a sentence names a subject."""
    held = subjects(store)
    if subject in held:
        return held[subject].name_in_sentence
    return catalogue.names(store).get(subject, subject)


def link(subject: str) -> dict[str, str]:
    """What a link says of the subject: nothing for the first."""
    return {} if subject == FIRST else {"subject": subject}


def of_link(asked: Mapping[str, str]) -> tuple[str, str]:
    """The subject that an address names, and a sentence where it cannot be one."""
    text = asked.get("subject", FIRST).strip().upper()
    held = st.session_state.get("view.store")
    known = choices(held) if held is not None else {FIRST: FIRST}
    if re.fullmatch(r"[A-Z0-9]{3}", text) and text in known:
        return text, ""
    return FIRST, f"There is no subject “{text[:40]}”; {known.get(FIRST, 'Russia')} is shown."
