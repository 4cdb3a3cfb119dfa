"""What the pictures of sanctions lists share: which list, whose names, under which programme, as known when."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from pydantic import StringConstraints

from dashboard import words
from dashboard.params import Area, Params
from dashboard.queries import catalogue, register
from dashboard.studies.listings import ALL, EU_ACTS, WORLD, ListQuery, programme_words, regime_titles
from pipelines.store import Store

Words = Annotated[str, StringConstraints(pattern=r"^[^\x00-\x1f\x7f]{0,160}$")]


class ListParams(Params):
    """Whose names: of a target or of everybody (`everyone`, or the target WLD); on which list, under which programme.

    Without a list an exhibit chooses; `all` takes each entry once, whatever the programmes it stands under.
    `known_on`: as this store knew them on that day.
    """

    target: Area = "RUS"
    everyone: bool = False
    list_name: Words | None = None
    programme: Words = ALL
    known_on: date | None = None

    @property
    def area(self) -> str:
        """The area that is counted."""
        return WORLD if self.everyone else self.target

    def question(self, store: Store, start: date | None = None, end: date | None = None) -> ListQuery:
        """What the parameters ask of the lists."""
        return ListQuery(
            self.area, tied(store, self.area), self.list_name, self.programme, start, end, known_on=self.known_on
        )


def tied(store: Store, area: str) -> str:
    """Whose names, after "names": "tied to Russia", "of all countries"."""
    if area == WORLD:
        return "of all countries"
    return f"tied to {words.in_sentence(catalogue.names(store, [area]).get(area, area))}"


def told_on(known_on: date | None) -> str:
    """ ", as known on 1 Jan 2023"; nothing today."""
    return "" if known_on is None else f", as known on {words.day(known_on)}"


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
