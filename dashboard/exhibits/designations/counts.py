"""Names on sanctions lists over time: one list per panel, never compared and never added."""

from __future__ import annotations

from datetime import date

import polars as pl

from dashboard import words
from dashboard.exhibits import passports
from dashboard.exhibits.base import Column, Exhibit, NothingToShow, Spec
from dashboard.exhibits.designations import lists as timing_lists
from dashboard.exhibits.designations import names as timing_names
from dashboard.exhibits.designations.lists import ALL, ListParams
from dashboard.figures.lines import Line
from dashboard.figures.strips import Bars, Panel, strips
from dashboard.figures.theme import Style
from dashboard.params import Month
from dashboard.queries import register
from dashboard.words import register as tw
from pipelines.store import Store

OFAC, EU = timing_lists.US_NAMES, timing_lists.EU_ACTS
MOST_PROGRAMMES = 5
FETCHED_TITLES = {
    "OFAC SDN entries": "US list (SDN), every entry",
    "OFAC Consolidated (non-SDN)": "US non-SDN lists",
    "EU financial sanctions": "EU list",
    "UK Sanctions List": "UK list",
    "UN Security Council": "UN list",
}
"""Lists as a live refresh fetches them, in the order in which they are drawn; others follow under their own names."""
COUNTING = "Counts of different lists are never compared or added."
COUNTED = {
    OFAC: (
        "A unit on the US list is a name tied to the country; its count begins in Apr 2022 with all earlier names in "
        "its first level."
    ),
    EU: (
        "A unit of the EU is an entry of an annex; the count holds survivors only, because entries that were taken off "
        "are not counted at all."
    ),
}
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
    tied = timing_lists.tied(store, params)
    rows = register.listings(store, area=params.area, name_of_list=params.list_name)
    if rows.is_empty():
        raise NothingToShow(
            f"No name on the counted lists is {tied}; choose another target, for example Russia."
            if params.whose is not None and params.list_name is None
            else f"No count of {params.list_name or 'a whole list'} {tied} is in the store. {timing_names.REFRESH}"
        )
    parts = [part for part in (_ofac(rows, params), _eu(rows, store, params), _fetched(rows, params)) if part.height]
    if not parts:
        raise NothingToShow(
            f"No list counts names {tied} under the programme {params.programme}; choose another or all of them."
        )
    drawn = pl.concat(parts)
    start_asked = params.start or _default_start(drawn)
    drawn = drawn.filter(pl.col("period") >= start_asked)
    if params.end is not None:
        drawn = drawn.filter(pl.col("period").dt.truncate("1mo") <= params.end)
    if drawn.is_empty():
        raise NothingToShow("No list has a count in these months; choose an earlier start or a later end.")
    panels = _panels(drawn, style, levels=params.list_name is not None)
    start, end = drawn["period"].min(), drawn["period"].max()
    assert start is not None and end is not None
    figure = strips(panels, start=start, end=end, style=style, hover_date="%-d %b %Y")  # type: ignore[arg-type]
    used = rows.join(drawn.select("list").unique(), on="list", how="semi")
    title = f"Names on sanctions lists, {tied}" if params.whose is None else f"Names on sanctions lists {tied}"
    told = _told(drawn)
    held = set(drawn["list"])
    told_of = [text for name, text in COUNTED.items() if name in held]
    counting = " ".join([COUNTING, *told_of, *([FETCHED] if _live(drawn) else [])])
    return Exhibit(
        id="listings_over_time",
        title=title,
        subtitle=f"One list per panel, never added: {'; '.join(_how(drawn))}. {words.span(start, end)}",  # type: ignore[arg-type]
        figure=figure,
        data=drawn,
        alt=f"Panels of counts: {title}. {' '.join(told)} {counting}",
        passport=passports.passport(
            store,
            sources=used["source"].unique().to_list(),
            releases=used["release"].unique().to_list(),
            series=f"names and entries {tied}, by list",
            unit="one name (US), one entry of an annex (EU), one entry of a list as fetched",
            last_observation="; ".join(_last(drawn)),
            price_basis="not applicable",
            adjustment="not applicable",
            view=SPEC.view(params),
            cannot_show=counting,
        ),
        params=params,
        answer=" ".join(told),
        note=counting,
        columns=_COLUMNS,
        file_stem=f"sanctions-listings-{params.area.lower()}-{start.year}-{end.year}",  # type: ignore[union-attr]
    )


def _default_start(drawn: pl.DataFrame) -> date:
    """Where the shipped counts begin, so that a list that goes back further does not squeeze them; else the first."""
    shipped = drawn.filter(pl.col("list").is_in([OFAC, EU]))
    first = (drawn if shipped.is_empty() else shipped)["period"].min()
    assert isinstance(first, date)
    return first


def _live(drawn: pl.DataFrame) -> list[str]:
    """The lists as fetched that are drawn, in their order."""
    held = [name for name in drawn["list"].unique().sort() if name not in (OFAC, EU)]
    known = [*FETCHED_TITLES]
    return sorted(held, key=lambda name: (known.index(name) if name in known else len(known), name))


def _how(drawn: pl.DataFrame) -> list[str]:
    """What is counted on the drawn lists, in words."""
    held = set(drawn["list"])
    told = {
        OFAC: "US names by month (level, additions and removals)",
        EU: "EU entries still in force, cumulated by listing date",
    }
    live = ["lists as fetched, entries by month of listing and of removal"] if _live(drawn) else []
    return [*(text for name, text in told.items() if name in held), *live]


def _ofac(rows: pl.DataFrame, params: ListingsOverTimeParams) -> pl.DataFrame:
    mine = rows.filter(list=OFAC, programme=params.programme)
    return _shaped(
        mine.with_columns(
            pl.lit("all programmes").alias("series"),
            pl.col("level").alias("count"),
            pl.lit("names at the end of the month").alias("unit"),
        )
    )


def _eu(rows: pl.DataFrame, store: Store, params: ListingsOverTimeParams) -> pl.DataFrame:
    """Survivors cumulated by listing date, per programme; the smallest beyond five programmes are not drawn."""
    mine = rows.filter(list=EU)
    if params.programme != ALL:
        mine = mine.filter(programme=params.programme)
    sizes = mine.group_by("programme").agg(pl.col("added").sum()).sort("added", "programme", descending=[True, False])
    kept = sizes["programme"].head(MOST_PROGRAMMES)
    titles = timing_lists.regime_titles(store)
    named = {key: timing_lists.programme_words(key, titles) for key in kept}
    return _shaped(
        mine.filter(pl.col("programme").is_in(kept.implode()))
        .sort("programme", "period")
        .with_columns(
            pl.col("programme").replace_strict(named, return_dtype=pl.String, default=None).alias("series"),
            pl.col("added").cum_sum().over("programme").alias("count"),
            pl.lit("entries still in force, cumulated by listing date").alias("unit"),
        )
    )


def _fetched(rows: pl.DataFrame, params: ListingsOverTimeParams) -> pl.DataFrame:
    """Lists as a refresh fetched them, under one programme or under `all`, where an entry counts once; never both."""
    mine = rows.filter(~pl.col("list").is_in([OFAC, EU]), pl.col("programme") == params.programme)
    series = "all programmes" if params.programme == ALL else params.programme
    return _shaped(
        mine.with_columns(
            pl.lit(series).alias("series"),
            pl.col("level").alias("count"),
            pl.lit("entries at the end of the month; added by day of listing").alias("unit"),
        )
    )


def _shaped(rows: pl.DataFrame) -> pl.DataFrame:
    """The columns that are drawn."""
    return rows.select(
        "list", "series", "period", "count", "added", "removed", "unit", "programme", "source", "release", "known_from"
    )


def _panels(drawn: pl.DataFrame, style: Style, *, levels: bool) -> list[Panel]:
    """The panels from top to bottom; fetched lists show their level only where there is room (`levels`)."""
    panels = []
    us = drawn.filter(pl.col("list") == OFAC).sort("period")
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
    eu = drawn.filter(pl.col("list") == EU)
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
                title="EU annexes: entries still in force, by listing date",
                lines=lines,
                height=170,
                value_format=",.0f",
                step=True,
                labels=True,
            )
        )
    for place, name in enumerate(_live(drawn)):
        mine = drawn.filter(list=name).sort("period")
        panels += _panels_of_a_fetched_list(mine, style.series[place % 5], style, levels=levels)
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


def _told(drawn: pl.DataFrame) -> list[str]:
    told = []
    us = drawn.filter(pl.col("list") == OFAC).sort("period")
    if not us.is_empty():
        top = us.filter(pl.col("added").is_not_null()).sort("added", "period", descending=[True, False]).head(1)
        told.append(
            f"The US list held {words.count(us['count'][-1])} names in {words.month(us['period'][-1])}, against "
            f"{words.count(us['count'][0])} in {words.month(us['period'][0])}."
        )
        if not top.is_empty():
            told.append(f"Most were added in {words.month(top['period'][0])}: {words.count(top['added'][0])}.")
    eu = drawn.filter(pl.col("list") == EU)
    if not eu.is_empty():
        largest = eu.sort("count", descending=True).row(0, named=True)
        told.append(
            f"The EU's longest annex here ({largest['series']}) has {words.count(largest['count'])} entries still in "
            "force."
        )
    for name in _live(drawn)[: 5 if len(told) == 0 else 0]:
        mine = drawn.filter(list=name).sort("added", "period", descending=[True, False], nulls_last=True)
        most = mine.row(0, named=True)
        if most["added"]:
            told.append(
                f"{FETCHED_TITLES.get(name, name)}: most entries, {words.count(most['added'])}, have "
                f"{words.month(most['period'])} as their month of listing."
            )
    return told


def _last(drawn: pl.DataFrame) -> list[str]:
    return [
        f"{row['list']} {words.day(row['period']) if row['list'] == EU else words.month(row['period'])}"
        for row in drawn.group_by("list").agg(pl.col("period").max()).sort("list").iter_rows(named=True)
    ]


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
