"""Names on sanctions lists over time: one list per panel, never compared and never added."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import plotly.graph_objects as go
import polars as pl

from dashboard import words
from dashboard.analysis.errors import AnalysisError
from dashboard.exhibits import passports
from dashboard.exhibits.base import Column, Exhibit, NothingToShow, Spec
from dashboard.exhibits.designations.lists import ListParams, told_on
from dashboard.figures.lines import Line
from dashboard.figures.strips import Bars, Panel, strips
from dashboard.figures.theme import Style
from dashboard.params import Month
from dashboard.studies import listings
from dashboard.studies.listings import EU_ACTS, MOST_PROGRAMMES, US_NAMES, Listings
from dashboard.words import register as tw
from pipelines.store import Store

FETCHED_TITLES: Mapping[str, str] = MappingProxyType(
    {
        "OFAC SDN entries": "US list (SDN), every entry",
        "OFAC Consolidated (non-SDN)": "US non-SDN lists",
        "EU financial sanctions": "EU list",
        "UK Sanctions List": "UK list",
        "UN Security Council": "UN list",
    }
)
"""Lists as a live refresh fetches them, in the order in which they are drawn; others follow under their own names."""
COUNTING = "Counts of different lists are never compared or added."
FETCHED = (
    "Lists as fetched count entries, each once whatever its programmes, by the day of listing that the list gives; "
    "entries that were taken off before the first fetch are missing."
)


class ListingsOverTimeParams(ListParams):
    """Whose listings, on all lists or one, under one programme or all, and since when."""

    start: Month | None = None
    end: Month | None = None


def listings_over_time(store: Store, params: ListingsOverTimeParams, style: Style) -> Exhibit:
    """Names or entries on each list: the level where a list gives one, what was added and removed, by month.

    One panel per list; programmes of one list are never added, because an entry may stand under several.
    """
    try:
        found = listings.counts(store, params.question(store, params.start, params.end))
    except AnalysisError as reason:
        raise NothingToShow(str(reason)) from reason
    return write(store, params, found, draw(found, style))


def draw(found: Listings, style: Style) -> go.Figure:
    """A panel, or two, for each list."""
    return strips(_panels(found, style), start=found.first, end=found.last, style=style, hover_date="%-d %b %Y")


def write(store: Store, params: ListingsOverTimeParams, found: Listings, figure: go.Figure) -> Exhibit:
    """The panels with their words, their table and their passport."""
    tied = found.query.tied
    title = f"Names on sanctions lists, {tied}" if found.query.whose is None else f"Names on sanctions lists {tied}"
    told, counting = answer(found), note(found)
    return Exhibit(
        id="listings_over_time",
        title=title,
        subtitle=(
            f"One list per panel, never added: {'; '.join(_how(found))}. {words.span(found.first, found.last)}"
            f"{told_on(params.known_on)}"
        ),
        figure=figure,
        data=found.frame,
        alt=f"Panels of counts: {title}. {told} {counting}",
        passport=passports.passport(
            store,
            sources=found.frame["source"].unique().to_list(),
            releases=found.frame["release"].unique().to_list(),
            series=f"names and entries {tied}, by list",
            unit="; ".join(_units(found)),
            last_observation="; ".join(_last(found)),
            price_basis="not applicable",
            adjustment="not applicable",
            known_on=params.known_on,
            view=SPEC.view(params),
            cannot_show=counting,
        ),
        params=params,
        answer=told,
        note=counting,
        columns=_COLUMNS,
        file_stem=f"sanctions-listings-{params.area.lower()}-{found.first.year}-{found.last.year}",
    )


def _fetched(found: Listings) -> list[str]:
    """The lists as fetched that are drawn, in their order."""
    known = [*FETCHED_TITLES]
    return sorted(found.fetched, key=lambda name: (known.index(name) if name in known else len(known), name))


def _how(found: Listings) -> list[str]:
    """What is counted on the drawn lists, in words."""
    told = {US_NAMES: "US names by month (level, additions and removals)"}
    if EU_ACTS in found.names:
        day = words.day(found.vintage_of_survivors)
        told[EU_ACTS] = f"EU entries in force on {day}, cumulated by listing date"
    live = ["lists as fetched, entries by month of listing and of removal"] if found.fetched else []
    return [*(text for name, text in told.items() if name in found.names), *live]


def _units(found: Listings) -> list[str]:
    """What one unit of each drawn list is."""
    told = {US_NAMES: "one name (US)", EU_ACTS: "one entry of an annex (EU)"}
    live = ["one entry of a list as fetched"] if found.fetched else []
    return [*(text for name, text in told.items() if name in found.names), *live]


def _panels(found: Listings, style: Style) -> list[Panel]:
    """The panels from top to bottom; fetched lists show their level only where a single list leaves room."""
    panels = []
    us = found.of(US_NAMES)
    if not us.is_empty():
        colour = style.series[0]
        panels.append(
            Panel(
                title="US list (OFAC SDN): names at the end of the month",
                lines=[Line("US list", us["period"].to_list(), us["count"].to_list(), colour)],
                height=150,
                value_format=",.0f",
                note=f"no count before {words.month(us['period'][0])}",
                note_day=us["period"][0],
                note_left=True,
            )
        )
        panels.append(
            Panel(
                title="US list: added (up), removed (down) in a month",
                bars=[
                    Bars("added", us["period"].to_list(), us["added"].to_list(), colour),
                    Bars(
                        "removed",
                        us["period"].to_list(),
                        [None if v is None else -v for v in us["removed"]],
                        style.grey,
                    ),
                ],
                height=110,
                value_format=",.0f",
            )
        )
    eu = found.of(EU_ACTS)
    if not eu.is_empty():
        lines = []
        last = eu["period"].max()
        colours = [style.series[place] for place in (1, 3, 4, 2)] + [style.grey]
        sizes = eu.group_by("series").agg(pl.col("count").max()).sort("count", "series", descending=[True, False])
        for name, colour in zip(sizes["series"], colours, strict=False):
            mine = eu.filter(pl.col("series") == name)
            days, counts = mine["period"].to_list(), mine["count"].to_list()
            if days[-1] != last:  # the stock stays until the vintage's last listing
                days, counts = [*days, last], [*counts, counts[-1]]
            lines.append(Line(tw.wrapped(name, 22), days, counts, colour))
        panels.append(
            Panel(
                title=f"EU annexes: in force on {words.day(found.vintage_of_survivors)}, by listing date",
                lines=lines,
                height=170,
                value_format=",.0f",
                step=True,
                labels=True,
            )
        )
    levels = found.query.name is not None
    for place, name in enumerate(_fetched(found)):
        panels += _panels_of_a_fetched_list(found.of(name), style.series[place % 5], style, levels=levels)
    return panels


def _panels_of_a_fetched_list(rows: pl.DataFrame, colour: str, style: Style, *, levels: bool) -> list[Panel]:
    """What was added and removed by month, and the level where two months of it are known."""
    name, series = rows["list"][0], rows["series"][0]
    title = FETCHED_TITLES.get(name, name) + ("" if series == "all programmes" else f", {series}")
    panels = []
    level = rows.drop_nulls("count")
    if levels and level.height > 1:
        panels.append(
            Panel(
                title=f"{title}: entries at the end of the month",
                lines=[Line(title, level["period"].to_list(), level["count"].to_list(), colour)],
                height=90,
                value_format=",.0f",
            )
        )
    panels.append(
        Panel(
            title=f"{title}: listed (up), removed (down) in a month",
            bars=[
                Bars("listed", rows["period"].to_list(), rows["added"].to_list(), colour),
                Bars(
                    "removed",
                    rows["period"].to_list(),
                    [None if v is None else -v for v in rows["removed"]],
                    style.grey,
                ),
            ],
            height=100,
            value_format=",.0f",
        )
    )
    return panels


def answer(found: Listings) -> str:
    """The level of each drawn list and its busiest month; survivors as survivors, whatever the months shown."""
    told = [*_told_of_the_us(found), *_told_of_the_eu(found)]
    for name in _fetched(found)[: 0 if told else MOST_PROGRAMMES]:
        most = found.of(name).sort("added", "period", descending=[True, False], nulls_last=True).row(0, named=True)
        if most["added"]:
            told.append(
                f"{FETCHED_TITLES.get(name, name)}: most entries, {words.count(most['added'])}, have "
                f"{words.month(most['period'])} as their month of listing."
            )
    return " ".join(told)


def _told_of_the_us(found: Listings) -> list[str]:
    us = found.of(US_NAMES)
    levels = us.drop_nulls("count")
    if levels.is_empty():
        return []
    first, last = levels.row(0, named=True), levels.row(-1, named=True)
    now = f"The US list held {words.count(last['count'])} names in {words.month(last['period'])}"
    against = f", against {words.count(first['count'])} in {words.month(first['period'])}"
    told = [f"{now}{against if levels.height > 1 else ''}."]
    top = us.drop_nulls("added").sort("added", "period", descending=[True, False]).head(1)
    if not top.is_empty() and us.height > 1:
        told.append(
            f"Of the months shown most were added in {words.month(top['period'][0])}: {words.count(top['added'][0])}."
        )
    return told


def _told_of_the_eu(found: Listings) -> list[str]:
    eu = found.of(EU_ACTS)
    if eu.is_empty():
        return []
    largest = eu.sort("count", descending=True).row(0, named=True)
    day, every = words.day(found.vintage_of_survivors), found.survivors[largest["series"]]
    if largest["count"] == every:
        return [
            f"The EU's longest annex here ({largest['series']}) has {words.count(every)} entries in force on {day}."
        ]
    return [
        f"Of the {words.count(every)} entries of the EU's longest annex here ({largest['series']}) that are in force "
        f"on {day}, {words.count(largest['count'])} had been listed by {words.month(largest['period'])}."
    ]


def note(found: Listings) -> str:
    """What a unit of each drawn list is, and what its count cannot know."""
    told = [COUNTING]
    us = found.of(US_NAMES)
    if not us.is_empty():
        told.append("A unit on the US list is a name tied to the country.")
        if us["added"][0] is None:
            told.append(
                f"Its count begins in {words.month(us['period'][0])} with all earlier names in its first level."
            )
    if EU_ACTS in found.names:
        told.append(
            "A unit of the EU is an entry of an annex; the count holds survivors only, because entries that were taken "
            "off are not counted at all."
        )
        acts, number = found.undrawn
        if acts:
            told.append(f"Shorter annexes, {words.count(acts)} with {words.count(number)} entries, are not drawn.")
    if found.fetched:
        told.append(FETCHED)
    return " ".join(told)


def _last(found: Listings) -> list[str]:
    """The last month of each drawn list, for the EU the last day of listing."""
    ends = found.frame.group_by("list").agg(pl.col("period").max()).sort("list").iter_rows()
    return [f"{name} {words.day(day) if name == EU_ACTS else words.month(day)}" for name, day in ends]


_COLUMNS = {
    "list": Column("List"),
    "series": Column("Programme"),
    "period": Column("Month, or day of listing"),
    "count": Column("Names or entries", "%d"),
    "added": Column("Added", "%d"),
    "removed": Column("Removed", "%d"),
    "unit": Column("What is counted"),
    "programme": Column("Programme key"),
    "source": Column("Source"),
    "release": Column("Vintage"),
    "known_from": Column("Known from"),
}

SPEC = Spec(
    "listings_over_time", "Names on sanctions lists over time", "timing", ListingsOverTimeParams, listings_over_time
)
