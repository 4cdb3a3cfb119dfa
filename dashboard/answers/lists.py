"""The answers of `tradewake data listings` and `designations`: names on sanctions lists, counted and one by one."""

from __future__ import annotations

from datetime import date

import polars as pl

from dashboard import words
from dashboard.answers.checked import checked_area, checked_areas, one_of
from dashboard.queries import register
from pipelines.errors import UsageError
from pipelines.store import Store


def listings_answer(
    store: Store, *, target: str, name: str | None, known_on: date | None, programme: str | None = None
) -> pl.DataFrame:
    """Counts of names on lists for one area. Lists count different things: never add or compare two of them.

    Programmes of one list are not to be added either: an entry may stand under several, and `all` counts it once.

    Raises:
        UsageError: an unknown area, list or programme.
    """
    if name is not None:
        one_of(name, register.lists(store), "list")
    area = checked_area(store, target)
    held = register.listings(store, area=area, name_of_list=name)
    if programme is not None and not held.is_empty():
        one_of(programme, held["programme"].unique().sort().to_list(), "programme")
    rows = register.listings(store, area=area, name_of_list=name, programme=programme, known_on=known_on)
    first = ["period", "list", "area", "level", "added", "removed"]
    return rows.select(*first, pl.exclude(*first))


def listings_note(store: Store, *, target: str, name: str | None, known_on: date | None) -> str:
    """Why an answer on counts is empty, in one sentence."""
    held = register.listings(store, area=checked_area(store, target), name_of_list=name)
    if known_on is not None and not held.is_empty():
        first = words.day(min(held["known_from"]))
        return f"No count of these names was known to this store on {words.day(known_on)}; its first is of {first}."
    return f"No {'list' if name is None else 'entry of this list'} in the store is counted for {target.upper()}."


def designations_answer(
    store: Store, *, target: str, name: str | None, programme: str | None, known_on: date | None
) -> pl.DataFrame:
    """Names on lists, a row per list, entry and programme; `target` all takes every entry, tied to a country or not.

    With `known_on`, names that this store did not know by then are left out, and removals that came later not shown.
    What was taken off a list before its first fetch is nowhere; lists count differently and are never added up.

    Raises:
        UsageError: an unknown area, list or programme.
    """
    areas = checked_areas(store, target)
    if areas is not None and len(areas) > 1:
        raise UsageError("Name one area, for example RUS, or all.")
    if name is not None:
        one_of(name, register.lists_of_names(store), "list of names")
    everything = register.designations(store, name_of_list=name)
    if programme is not None and not everything.is_empty():
        one_of(programme, everything["programme"].unique().sort().to_list(), "programme")
    area = None if areas is None or areas == ["WLD"] else areas[0]
    rows = register.designations(store, name_of_list=name, area=area, programme=programme, known_on=known_on)
    first = ["list", "name", "entry_kind", "programme", "listed", "listed_basis", "removed", "legal_act"]
    return rows.select(*first, pl.exclude(*first)).sort(
        "list", "listed", "name", "entry", "programme", descending=[False, True, False, False, False], nulls_last=True
    )


def designations_note(store: Store, known_on: date | None = None) -> str:
    """Why an answer on names is empty, in one sentence."""
    if known_on is not None and register.designations(store, known_on=known_on).is_empty():
        held = register.designations(store)["known_from"]
        if held.len():
            first = words.day(min(held))
            return f"No name was known to this store on {words.day(known_on)}; its first list is of {first}."
    if not register.lists_of_names(store):
        return (
            "The shipped figures count names and do not hold them. Names come with a live refresh: "
            "tradewake refresh ofac eu_fsf uk_sanctions un_sc"
        )
    return "No name in the store fits; `--target all` takes entries of every country and of none."
