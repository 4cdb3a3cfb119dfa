"""Whom the register's measures are aimed at: the order of choice, areas that belong together, acts to begin with.

What is known of an economy stands in `data/subjects/` and comes from the store; an area that is no subject is what it
is: its code and its name.
"""

from __future__ import annotations

from collections.abc import Mapping

from dashboard import words
from dashboard.queries import measures
from dashboard.queries.subjects import subjects
from pipelines.store import Store

LANDMARK_MEASURES = ("us-rus-magnitsky-act", "us-rus-eo13662", "us-rus-caatsa", "us-rus-eo14066")
"""The acts shown when nothing was chosen: those shown first for Russia. The default of a link stands in code, and a
test holds it to the data."""

EVERYBODY = "WLD"
"""The target that stands for all targets together."""

_ALL = "All targets"


def together(store: Store, target: str) -> tuple[str, ...]:
    """The area codes that a target stands for; none stands for every target."""
    return () if target == EVERYBODY else subjects(store).codes(target)


def name(store: Store, names: Mapping[str, str], target: str) -> str:
    """A target as a list or a title names it."""
    if target == EVERYBODY:
        return _ALL
    held = subjects(store)
    return held[target].name if target in held else names.get(target, target)


def in_sentence(store: Store, names: Mapping[str, str], target: str) -> str:
    """A target inside a sentence, with its article: "Rhodesia", "all targets", "the Netherlands"."""
    if target == EVERYBODY:
        return _ALL.lower()
    held = subjects(store)
    return held[target].name_in_sentence if target in held else words.in_sentence(names.get(target, target))


def landmarks(store: Store, target: str) -> tuple[str, ...]:
    """The measures to begin with for a target; none where trade figures do not reach them."""
    return subjects(store).shown_first(target)


def traded_as(store: Store, target: str) -> str:
    """The area whose trade stands for a target after a break of its code; the first subject's for all targets."""
    held = subjects(store)
    return next(iter(held)) if target == EVERYBODY else held.traded_as(target)


def choices(store: Store, names: Mapping[str, str]) -> dict[str, str]:
    """Every target of the register: today's first, the classic cases, then the others by name, and all of them."""
    held = set(measures.targets(store)["area"])
    known = subjects(store)
    later = {code for subject in known.values() for code in subject.codes[1:]}
    first = [code for code in (*known.sanctioned, *known.historic) if held & set(known.codes(code))]
    others = sorted(held - later - set(first), key=lambda code: name(store, names, code))
    return {code: name(store, names, code) for code in (*first, EVERYBODY, *others)}
