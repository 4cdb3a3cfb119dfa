"""Names on sanctions lists: how many by month, one list apart from the other, and who they are.

Counts of different lists are never compared or added, nor are programmes of one list: an entry may stand under several.
Some lists give a level, what was added and what was removed; the EU's annexes give survivors alone, the entries that
are still in force on the day of the vintage, by their day of listing. So a window or an earlier month says how many of
today's survivors had been listed by then, never how many were in force then.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

import polars as pl

from dashboard import words
from dashboard.analysis.errors import AnalysisError
from dashboard.queries import register
from pipelines.store import Store

ALL = "all"
"""Programme of the counts that take every entry of a list once."""
WORLD = "WLD"
"""Area of the counts that take every entry, tied to a country or not."""
US_NAMES, EU_ACTS = "OFAC SDN", "EU Official Journal"
"""The lists that ship, as counts alone."""
MOST_PROGRAMMES = 5
"""Annexes of the EU that are drawn, the longest first."""
REFRESH = "Names come with a live refresh: tradewake refresh ofac eu_fsf uk_sanctions un_sc"

_OPENING = (
    r"^(EU )?(restrictive measures|sanctions?) (in view of|against|related to|imposed with respect to) "
    r"(the situation in )?"
)


@dataclass(frozen=True)
class ListQuery:
    """Whose names, on which list (None: all), under which programme, listed in which months, as known when.

    `tied` says whose names in words, after "names": "tied to Russia", "of all countries".
    """

    area: str
    tied: str
    name: str | None = None
    programme: str = ALL
    start: date | None = None
    end: date | None = None
    known_on: date | None = None

    @property
    def whose(self) -> str | None:
        """The area that names must be tied to; None for all of a list."""
        return None if self.area == WORLD else self.area


@dataclass(frozen=True, eq=False)
class Listings:
    """Counts by list, programme and month (or day of listing, for the EU), as they are drawn.

    `frame` has list, series (the programme in words), period, count, added, removed, unit, programme, source, release
    and known_from. `survivors` are the entries of each EU programme drawn that are still in force on the day of the
    vintage, whatever the window; `undrawn` counts EU programmes beyond those drawn, with their entries.
    """

    query: ListQuery
    frame: pl.DataFrame
    survivors: Mapping[str, int]
    undrawn: tuple[int, int] = (0, 0)

    @property
    def first(self) -> date:
        """The first month or day that is drawn."""
        return self.frame["period"].min()  # type: ignore[return-value]

    @property
    def last(self) -> date:
        """The last month or day that is drawn."""
        return self.frame["period"].max()  # type: ignore[return-value]

    def of(self, name: str) -> pl.DataFrame:
        """The rows of one list, by period."""
        return self.frame.filter(pl.col("list") == name).sort("period", "series")

    @property
    def names(self) -> set[str]:
        """The lists that are drawn."""
        return set(self.frame["list"])

    @property
    def fetched(self) -> list[str]:
        """The lists that a live refresh fetched."""
        return sorted(self.names - {US_NAMES, EU_ACTS})

    @property
    def vintage_of_survivors(self) -> date:
        """The day on which the EU's entries were still in force."""
        return self.of(EU_ACTS)["known_from"].max()  # type: ignore[return-value]


def counts(store: Store, query: ListQuery) -> Listings:
    """The counts of a choice.

    Raises:
        AnalysisError: there are none; the sentence says whether the store, the programme, the day or the months are
            the cause.
    """
    rows = register.listings(store, area=query.area, name_of_list=query.name, known_on=query.known_on)
    if rows.is_empty():
        raise AnalysisError(_no_counts(store, query))
    return of_rows(rows, query, regime_titles(store))


def of_rows(rows: pl.DataFrame, query: ListQuery, titles: Mapping[str, str]) -> Listings:
    """The same on counts that are at hand.

    Args:
        rows: of one area, as `queries.register.listings` gives them; titles: those of regimes by key.
    """
    eu, survivors, undrawn = _annexes(rows, query, titles)
    parts = [part for part in (_names(rows, query), eu, _fetched(rows, query)) if part.height]
    if not parts:
        raise AnalysisError(
            f"No list counts names {query.tied} under the programme {query.programme}; choose another or all of them."
        )
    every = pl.concat(parts)
    start = query.start or _default_start(every)
    wanted = [pl.col("period") >= start]
    if query.end is not None:
        wanted.append(pl.col("period").dt.truncate("1mo") <= query.end)
    drawn = every.filter(*wanted)
    if drawn.is_empty():
        span = words.span(min(every["period"]), max(every["period"]))
        raise AnalysisError(f"The counts of these names are of {span}; choose an earlier start or a later end.")
    shown = set(drawn.filter(pl.col("list") == EU_ACTS)["series"])
    return Listings(query, drawn, {name: number for name, number in survivors.items() if name in shown}, undrawn)


def _no_counts(store: Store, query: ListQuery) -> str:
    held = register.listings(store, area=query.area, name_of_list=query.name)
    if query.known_on is not None and not held.is_empty():
        first = words.day(min(held["known_from"]))
        return (
            f"No count of names {query.tied} was known to this store on {words.day(query.known_on)}; the first is of "
            f"{first}. Choose a later day."
        )
    if query.whose is not None and query.name is None:
        return f"No name on the counted lists is {query.tied}; choose another target, for example Russia."
    return f"No count of {query.name or 'a whole list'} {query.tied} is in the store. {REFRESH}"


def _default_start(every: pl.DataFrame) -> date:
    """Where the shipped counts begin, so that a list that goes back further does not squeeze them; else the first."""
    shipped = every.filter(pl.col("list").is_in([US_NAMES, EU_ACTS]))
    first = (every if shipped.is_empty() else shipped)["period"].min()
    assert isinstance(first, date)
    return first


def _names(rows: pl.DataFrame, query: ListQuery) -> pl.DataFrame:
    mine = rows.filter(pl.col("list") == US_NAMES, pl.col("programme") == query.programme)
    return _shaped(mine, "all programmes", "level", "names at the end of the month")


def _annexes(
    rows: pl.DataFrame, query: ListQuery, titles: Mapping[str, str]
) -> tuple[pl.DataFrame, dict[str, int], tuple[int, int]]:
    """Survivors cumulated by listing date, per programme: the longest five; all of each; and what is not drawn."""
    mine = rows.filter(pl.col("list") == EU_ACTS)
    if query.programme != ALL:
        mine = mine.filter(pl.col("programme") == query.programme)
    sizes = mine.group_by("programme").agg(pl.col("added").sum()).sort("added", "programme", descending=[True, False])
    kept, rest = sizes.head(MOST_PROGRAMMES), sizes.slice(MOST_PROGRAMMES)
    named = {key: programme_words(key, titles) for key in kept["programme"]}
    drawn = (
        mine.filter(pl.col("programme").is_in(kept["programme"].implode()))
        .sort("programme", "period")
        .with_columns(pl.col("added").cum_sum().over("programme").alias("level"))
    )
    series = pl.col("programme").replace_strict(named, return_dtype=pl.String, default=None)
    shaped = _shaped(drawn, series, "level", "entries still in force, cumulated by listing date")
    survivors = {named[key]: int(number) for key, number in kept.iter_rows()}
    return shaped, survivors, (rest.height, int(rest["added"].sum()))


def _fetched(rows: pl.DataFrame, query: ListQuery) -> pl.DataFrame:
    """Lists as a refresh fetched them, under one programme or under `all`, where an entry counts once; never both."""
    mine = rows.filter(~pl.col("list").is_in([US_NAMES, EU_ACTS]), pl.col("programme") == query.programme)
    series = "all programmes" if query.programme == ALL else query.programme
    return _shaped(mine, series, "level", "entries at the end of the month; added by day of listing")


def _shaped(rows: pl.DataFrame, series: str | pl.Expr, count: str, unit: str) -> pl.DataFrame:
    """The columns that are drawn."""
    return rows.select(
        "list",
        (pl.lit(series) if isinstance(series, str) else series).alias("series"),
        "period",
        pl.col(count).cast(pl.Int64).alias("count"),
        "added",
        "removed",
        pl.lit(unit).alias("unit"),
        "programme",
        "source",
        "release",
        "known_from",
    )


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


@dataclass(frozen=True)
class NamesQuery:
    """Which names of a list: listed (or, of the removed ones, taken off) in a year or month; by state; by words."""

    list: ListQuery
    listed_in: str | None = None
    state: Literal["all", "listed", "removed"] = "all"
    search: str = ""


@dataclass(frozen=True, eq=False)
class Names:
    """Entries of one list: `frame` those that were asked for, `every` all of the choice of list and programme.

    `fetched` is the day on which the list stood so, `first_fetch` the day from which removals are known.
    """

    query: NamesQuery
    name: str
    frame: pl.DataFrame
    every: int
    fetched: date
    first_fetch: date


def entries_words(number: int) -> str:
    """ "1 entry", "13 entries"."""
    return "1 entry" if number == 1 else f"{words.count(number)} entries"


def names(store: Store, query: NamesQuery) -> Names:
    """The entries of a choice.

    Raises:
        AnalysisError: there are none; the sentence says what is missing and what brings it.
    """
    name = list_of_names(store, query.list)
    every = entries(store, query.list, name)
    chosen = choose(every, query)
    if chosen.is_empty():
        raise AnalysisError(
            f"None of the {entries_words(every.height)} on the list {name} {query.list.tied} fits; "
            "choose another time, state or other words."
        )
    counted = register.listings(store, area=query.list.area, name_of_list=name, known_on=query.list.known_on)
    known = [day for day in (counted["known_from"].max(), chosen["known_from"].max()) if isinstance(day, date)]
    first = every["known_from"].min()
    assert isinstance(first, date)
    return Names(query, name, chosen, every.height, max(known), first)


def list_of_names(store: Store, query: ListQuery) -> str:
    """The list that was chosen, or the longest one with names of the target.

    Raises:
        AnalysisError: the store holds no names at all, or none of these.
    """
    held = register.lists_of_names(store)
    if not held:
        raise AnalysisError(f"The shipped figures count names and do not hold them. {REFRESH}")
    if query.name is not None and query.name not in held:
        raise AnalysisError(
            f"The store counts the list {query.name} but holds no names of it. It has names of: "
            f"{words.listing(held)}. {REFRESH}"
        )
    found = register.lists_of_names(store, area=query.whose)
    if query.name is None and found:
        return found[0]
    if query.name is None or query.name not in found:
        raise AnalysisError(
            f"No name {query.tied} stands on {'any list here' if query.name is None else f'the list {query.name}'}; "
            "choose another target."
        )
    return query.name


def entries(store: Store, query: ListQuery, name: str) -> pl.DataFrame:
    """One row per entry, counted as the counts count it.

    Under `all` programmes together an entry is listed when first listed and removed when it is off all of them.
    """
    programme = None if query.programme == ALL else query.programme
    rows = register.designations(
        store, name_of_list=name, area=query.whose, programme=programme, known_on=query.known_on
    )
    if rows.is_empty():
        raise AnalysisError(_no_names(store, query, name, programme))
    gone = pl.col("removed").is_not_null().all()
    return (
        rows.sort("entry", "programme")
        .group_by("entry", maintain_order=True)
        .agg(
            pl.col("name").first(),
            pl.col("entry_kind").first(),
            pl.col("programme").str.join("; "),
            pl.col("listed").min(),
            pl.col("listed_basis").sort_by("listed", nulls_last=True).first(),
            pl.when(gone).then(pl.col("removed").max()).alias("removed"),
            pl.when(gone).then(pl.col("removed_basis").sort_by("removed").last()).alias("removed_basis"),
            pl.col("legal_act").drop_nulls().unique(maintain_order=True).str.join("; ").replace("", None),
            pl.col("areas").drop_nulls().first(),
            pl.col("source", "release", "list").first(),
            pl.col("known_from").min(),
        )
        .sort("listed", "name", "entry", descending=[True, False, False], nulls_last=True)
        .select(_NAME_COLUMNS)
    )


_NAME_COLUMNS = (
    "name",
    "entry_kind",
    "programme",
    "listed",
    "listed_basis",
    "removed",
    "removed_basis",
    "legal_act",
    "areas",
    "entry",
    "list",
    "source",
    "release",
    "known_from",
)


def _no_names(store: Store, query: ListQuery, name: str, programme: str | None) -> str:
    if query.known_on is not None:
        held = register.designations(store, name_of_list=name, area=query.whose, programme=programme)
        if not held.is_empty():
            return (
                f"No name {query.tied} on the list {name} was known to this store on {words.day(query.known_on)}; the "
                f"first are of {words.day(min(held['known_from']))}. Choose a later day."
            )
    return f"No name {query.tied} stands under the programme {query.programme} of {name}; choose another programme."


def choose(rows: pl.DataFrame, query: NamesQuery) -> pl.DataFrame:
    """The entries of a state and a time whose name has all the words."""
    if query.state != "all":
        off = pl.col("removed").is_not_null()
        rows = rows.filter(off if query.state == "removed" else ~off)
    if query.listed_in is not None:
        day = pl.col("removed" if query.state == "removed" else "listed")
        year, _, month = query.listed_in.partition("-")
        rows = rows.filter(day.dt.year() == int(year))
        if month:
            rows = rows.filter(day.dt.month() == int(month))
    for word in query.search.lower().split():
        rows = rows.filter(pl.col("name").str.to_lowercase().str.contains(word, literal=True))
    return rows
