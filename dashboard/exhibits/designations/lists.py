"""What the pictures of sanctions lists share: which list, whose names, under which programme."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated

from pydantic import StringConstraints

from dashboard.params import Area, Params
from dashboard.queries import catalogue, register
from dashboard.words import register as tw
from pipelines.store import Store

ALL = "all"
"""Programme of the counts that take every entry of a list once."""
WORLD = "WLD"
"""Area of the counts that take every entry, tied to a country or not."""
US_NAMES, EU_ACTS = "OFAC SDN", "EU Official Journal"
"""The lists that ship, as counts alone."""

_OPENING = (
    r"^(EU )?(restrictive measures|sanctions?) (in view of|against|related to|imposed with respect to) "
    r"(the situation in )?"
)

Words = Annotated[str, StringConstraints(pattern=r"^[^\x00-\x1f\x7f]{0,160}$")]


class ListParams(Params):
    """Whose names: of a target or of everybody (`everyone`, or the target WLD); on which list, under which programme.

    Without a list an exhibit chooses; `all` takes each entry once, whatever the programmes it stands under.
    """

    target: Area = "RUS"
    everyone: bool = False
    list_name: Words | None = None
    programme: Words = ALL

    @property
    def area(self) -> str:
        """The area that is counted."""
        return WORLD if self.everyone else self.target

    @property
    def whose(self) -> str | None:
        """The area that names must be tied to; None for all of a list."""
        return None if self.area == WORLD else self.target


def tied(store: Store, params: ListParams) -> str:
    """Whose names, after "names": "tied to Russia", "of all countries"."""
    if params.whose is None:
        return "of all countries"
    return f"tied to {tw.the(catalogue.names(store, [params.target]).get(params.target, params.target))}"


def lists(store: Store) -> dict[str | None, str]:
    """The lists of the store, for a control."""
    return {None: "All lists", **{name: name for name in register.lists(store)}}


def programmes(store: Store, params: ListParams) -> dict[str, str]:
    """The programmes of the chosen list, for a control; one at a time, because an entry may stand under several."""
    found = (
        [] if params.list_name is None else register.programmes(store, name_of_list=params.list_name, area=params.area)
    )
    titles = regime_titles(store)
    first = "Each act apart" if params.list_name == EU_ACTS else "All programmes, each entry once"
    return {ALL: first, **{key: programme_words(key, titles) for key in found if key != ALL}}


def regime_titles(store: Store) -> dict[str, str]:
    """Titles of regimes by key."""
    return {row["regime"]: row["title"] for row in register.regimes(store).iter_rows(named=True)}


def programme_words(key: str, titles: Mapping[str, str]) -> str:
    """The act where the key carries its number (32014R0269 is Regulation 269/2014), else a short title."""
    act = re.search(r"\b3(\d{4})R(\d{4})$", key)
    if act is not None:
        return f"Reg {int(act[2])}/{act[1]}" if int(act[1]) < 2015 else f"Reg {act[1]}/{int(act[2])}"
    title = titles.get(key, key).replace("'", "’")
    short = re.sub(_OPENING, "", title, flags=re.IGNORECASE)
    short = short[:1].upper() + short[1:]
    return short if len(short) <= 44 else short[:43].rstrip() + "…"
