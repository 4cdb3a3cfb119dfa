"""Names on sanctions lists over time: one list per panel, never compared and never added."""

from __future__ import annotations

import re

import polars as pl

from dashboard.analysis import words
from dashboard.exhibits import passports
from dashboard.exhibits import timing_words as tw
from dashboard.exhibits.base import Area, Column, Exhibit, Month, NothingToShow, Params, Spec
from dashboard.figures.lines import Line
from dashboard.figures.strips import Bars, Panel, strips
from dashboard.figures.theme import Style
from dashboard.queries import catalogue, register
from pipelines.store import Store

OFAC, EU = "OFAC SDN", "EU Official Journal"
MOST_PROGRAMMES = 5
_OPENING = (
    r"^(EU )?(restrictive measures|sanctions?) (in view of|against|related to|imposed with respect to) "
    r"(the situation in )?"
)
COUNTING = (
    "Counts of different lists are never compared or added: a unit is a name tied to the country on the US list and an "
    "entry of an annex on the EU's. The US count begins in Apr 2022 with all earlier names in its first level; the EU "
    "count holds survivors only, because entries that were taken off are not counted at all."
)


class ListingsOverTimeParams(Params):
    """Whose listings, and since when."""

    target: Area = "RUS"
    start: Month | None = None
    end: Month | None = None


def listings_over_time(store: Store, params: ListingsOverTimeParams, style: Style) -> Exhibit:
    """Names or entries on each list: the level where a list gives one, else listings still in force by listing date.

    One panel per list; programmes of one list are separate lines, because an entry may stand in several annexes.
    """
    target = catalogue.names(store, [params.target]).get(params.target, params.target)
    rows = register.listings(store, area=params.target)
    if rows.is_empty():
        raise NothingToShow(
            f"No name on the counted lists is tied to {tw.the(target)}; choose another target, for example Russia."
        )
    drawn = pl.concat([part for part in (_ofac(rows), _eu(rows, store)) if part is not None])
    if params.start is not None:
        drawn = drawn.filter(pl.col("period") >= params.start)
    if params.end is not None:
        drawn = drawn.filter(pl.col("period").dt.truncate("1mo") <= params.end)
    if drawn.is_empty():
        raise NothingToShow("No list has a count in these months; choose an earlier start or a later end.")
    panels = _panels(drawn, style)
    start, end = drawn["period"].min(), drawn["period"].max()
    assert start is not None and end is not None
    figure = strips(panels, start=start, end=end, style=style, hover_date="%-d %b %Y")  # type: ignore[arg-type]
    used = rows.join(drawn.select("list").unique(), on="list", how="semi")
    title = f"Names on sanctions lists tied to {tw.the(target)}"
    told = _told(drawn)
    return Exhibit(
        id="listings_over_time",
        title=title,
        subtitle=(
            "One list per panel, never added: US names by month (level, additions and removals); "
            f"EU entries still in force, cumulated by listing date. {words.span(start, end)}"  # type: ignore[arg-type]
        ),
        figure=figure,
        data=drawn,
        alt=f"Panels of counts: {title}. {' '.join(told)} {COUNTING}",
        passport=passports.passport(
            store, sources=used["source"].unique().to_list(), releases=used["release"].unique().to_list(),
            series=f"names and entries tied to {target}, by list", unit="one name (US), one entry of an annex (EU)",
            last_observation="; ".join(_last(drawn)), price_basis="not applicable", adjustment="not applicable",
            view=SPEC.view(params), cannot_show=COUNTING,
        ),
        params=params,
        answer=" ".join(told),
        note=COUNTING,
        columns=_COLUMNS,
        file_stem=f"sanctions-listings-{params.target.lower()}-{start.year}-{end.year}",  # type: ignore[union-attr]
    )  # fmt: skip


def _ofac(rows: pl.DataFrame) -> pl.DataFrame | None:
    mine = rows.filter(pl.col("list") == OFAC)
    if mine.is_empty():
        return None
    return _shaped(
        mine.with_columns(
            pl.lit("all programmes").alias("series"),
            pl.col("level").alias("count"),
            pl.lit("names at the end of the month").alias("unit"),
        )
    )


def _eu(rows: pl.DataFrame, store: Store) -> pl.DataFrame | None:
    """Survivors cumulated by listing date, per programme; the smallest beyond five programmes are not drawn."""
    mine = rows.filter(pl.col("list") == EU)
    if mine.is_empty():
        return None
    sizes = mine.group_by("programme").agg(pl.col("added").sum()).sort("added", "programme", descending=[True, False])
    kept = sizes["programme"].head(MOST_PROGRAMMES)
    titles = {row["regime"]: row["title"] for row in register.regimes(store).iter_rows(named=True)}
    named = {key: _programme(key, titles) for key in kept}
    return _shaped(
        mine.filter(pl.col("programme").is_in(kept.implode()))
        .sort("programme", "period")
        .with_columns(
            pl.col("programme").replace_strict(named, return_dtype=pl.String).alias("series"),
            pl.col("added").cum_sum().over("programme").alias("count"),
            pl.lit("entries still in force, cumulated by listing date").alias("unit"),
        )
    )


def _shaped(rows: pl.DataFrame) -> pl.DataFrame:
    return rows.select(
        "list", "series", "period", "count", "added", "removed", "unit", "programme", "source", "release", "known_from"
    )


def _programme(key: str, titles: dict[str, str]) -> str:
    """The act where the key carries its number (32014R0269 is Regulation 269/2014), else a short title."""
    act = re.search(r"\b3(\d{4})R(\d{4})$", key)
    if act is not None:
        return f"Reg {int(act[2])}/{act[1]}" if int(act[1]) < 2015 else f"Reg {act[1]}/{int(act[2])}"
    title = titles.get(key, key).replace("'", "’")
    short = re.sub(_OPENING, "", title, flags=re.IGNORECASE)
    short = short[:1].upper() + short[1:]
    return short if len(short) <= 44 else short[:43].rstrip() + "…"


def _panels(drawn: pl.DataFrame, style: Style) -> list[Panel]:
    panels = []
    us = drawn.filter(pl.col("list") == OFAC).sort("period")
    if not us.is_empty():
        colour = style.series[0]
        panels.append(Panel(
            title="US list (OFAC SDN): names at the end of the month",
            lines=[Line("US list", us["period"].to_list(), us["count"].to_list(), colour)],
            height=150, value_format=",.0f", note=f"no count before {words.month(us['period'][0])}",
            note_day=us["period"][0], note_left=True,
        ))  # fmt: skip
        panels.append(Panel(
            title="US list: added (up), removed (down) in a month",
            bars=[
                Bars("added", us["period"].to_list(), us["added"].to_list(), colour),
                Bars("removed", us["period"].to_list(), [None if v is None else -v for v in us["removed"]], style.grey),
            ],
            height=110, value_format=",.0f",
        ))  # fmt: skip
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
        panels.append(Panel(
            title="EU annexes: entries still in force, by listing date", lines=lines, height=170, value_format=",.0f",
            step=True, labels=True,
        ))  # fmt: skip
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
    return told


def _last(drawn: pl.DataFrame) -> list[str]:
    return [
        f"{row['list']} {words.month(row['period']) if row['list'] == OFAC else words.day(row['period'])}"
        for row in drawn.group_by("list").agg(pl.col("period").max()).sort("list").iter_rows(named=True)
    ]


_COLUMNS = {
    "list": Column("List"), "series": Column("Programme"), "period": Column("Month or day of listing"),
    "count": Column("Names or entries", "%d"), "added": Column("Added", "%d"), "removed": Column("Removed", "%d"),
    "unit": Column("What is counted"), "programme": Column("Programme key"), "source": Column("Source"),
    "release": Column("Vintage"), "known_from": Column("Known from"),
}  # fmt: skip

SPEC = Spec(
    "listings_over_time", "Names on sanctions lists over time", "timing", ListingsOverTimeParams, listings_over_time
)
