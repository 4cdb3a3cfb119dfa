"""The names behind a count of listings: one list at a time, each entry with its dates and what these dates are."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

import plotly.graph_objects as go
import polars as pl
from pydantic import StringConstraints

from dashboard import words
from dashboard.exhibits import passports
from dashboard.exhibits.base import Column, Exhibit, NothingToShow, Spec
from dashboard.exhibits.designations import lists as timing_lists
from dashboard.exhibits.designations.lists import ALL, ListParams
from dashboard.figures.strips import Bars, Panel, strips
from dashboard.figures.theme import Style
from dashboard.queries import register
from pipelines.store import Store

REFRESH = "Names come with a live refresh: tradewake refresh ofac eu_fsf uk_sanctions un_sc"
LEAST_YEARS = 2
"""A single month stands among two years of them, so that it looks like a month."""
STATES = {"all": "All", "listed": "Still listed", "removed": "Removed"}


class NamesParams(ListParams):
    """Which names: listed (or, of the removed ones, taken off) in a year or month; by state; by words in the name."""

    listed_in: Annotated[str, StringConstraints(pattern=r"^(19|20)\d{2}(-(0[1-9]|1[0-2]))?$")] | None = None
    state: Literal["all", "listed", "removed"] = "all"
    search: timing_lists.Words = ""


def designated_names(store: Store, params: NamesParams, style: Style) -> Exhibit:
    """Entries of one list by day of listing, newest first; above them how many were listed and removed by month."""
    name = _list(store, params)
    every = _entries(store, params, name)
    data = _chosen(every, params)
    tied = timing_lists.tied(store, params)
    if data.is_empty():
        raise NothingToShow(
            f"None of the {_entries_words(every.height)} on the list {name} {tied} fits; "
            "choose another time, state or other words."
        )
    fetched = _fetched(store, params, name, data)
    note = _note(data, _first_fetch(every))
    title = f"{name}: names {tied}"
    dated = data.drop_nulls("listed")
    undated = data.height - dated.height
    when = "" if params.listed_in is None else f", {_verb(params)} in {_when(params.listed_in)}"
    programme = "each entry once" if params.programme == ALL else f"programme {params.programme}"
    return Exhibit(
        id="designated_names",
        title=title if len(title) <= 70 else f"{name}: names by country",
        subtitle=(
            f"{_entries_words(data.height)}{when}; {programme}; list as fetched on {words.day(fetched)}"
            + (f"; {words.count(undated)} without a day of listing" if undated else "")
        ),
        figure=_figure(data, style),
        data=data,
        alt=f"Bars by month and a table: {title}{when}. {_answer(data)} {note}",
        passport=passports.passport(
            store,
            sources=data["source"].unique().to_list(),
            releases=data["release"].unique().to_list(),
            series=f"names {tied}, {name}",
            unit="one entry of the list",
            last_observation=f"list as fetched on {words.day(fetched)}",
            price_basis="not applicable",
            adjustment="not applicable",
            view=SPEC.view(params),
            cannot_show=note,
        ),
        params=params,
        answer=_answer(data),
        note=note,
        columns=_COLUMNS,
        file_stem="-".join(part for part in ("names", _slug(name), params.area.lower(), params.listed_in) if part),
    )


def _list(store: Store, params: NamesParams) -> str:
    """The list that was chosen, or the longest one with names of the target.

    Raises:
        NothingToShow: the store holds no names at all, or none of these.
    """
    held = register.lists_of_names(store)
    if not held:
        raise NothingToShow(f"The shipped figures count names and do not hold them. {REFRESH}")
    if params.list_name is not None and params.list_name not in held:
        raise NothingToShow(
            f"The store counts the list {params.list_name} but holds no names of it. It has names of: "
            f"{words.listing(held)}. {REFRESH}"
        )
    found = register.lists_of_names(store, area=params.whose)
    if params.list_name is None and found:
        return found[0]
    if params.list_name is None or params.list_name not in found:
        raise NothingToShow(
            f"No name {timing_lists.tied(store, params)} stands on "
            f"{'any list here' if params.list_name is None else f'the list {params.list_name}'}; choose another target."
        )
    return params.list_name


def _entries(store: Store, params: NamesParams, name: str) -> pl.DataFrame:
    """One row per entry, counted as the counts count it.

    Under `all` programmes together an entry is listed when first listed and removed when it is off all of them.
    """
    programme = None if params.programme == ALL else params.programme
    rows = register.designations(store, name_of_list=name, area=params.whose, programme=programme)
    if rows.is_empty():
        raise NothingToShow(
            f"No name {timing_lists.tied(store, params)} stands under the programme {params.programme} of {name}; "
            "choose another programme."
        )
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
        .select(
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
    )


def _chosen(rows: pl.DataFrame, params: NamesParams) -> pl.DataFrame:
    if params.state != "all":
        off = pl.col("removed").is_not_null()
        rows = rows.filter(off if params.state == "removed" else ~off)
    if params.listed_in is not None:
        day = pl.col("removed" if params.state == "removed" else "listed")
        year, _, month = params.listed_in.partition("-")
        rows = rows.filter(day.dt.year() == int(year))
        if month:
            rows = rows.filter(day.dt.month() == int(month))
    for word in params.search.lower().split():
        rows = rows.filter(pl.col("name").str.to_lowercase().str.contains(word, literal=True))
    return rows


def _figure(data: pl.DataFrame, style: Style) -> go.Figure:
    """Entries by month: listed upwards, removed downwards; a month without any is a zero, so bars are a month wide."""
    days = [data[name].drop_nulls().dt.truncate("1mo") for name in ("listed", "removed")]
    dated: list[date] = [*days[0], *days[1]] or [_first_fetch(data).replace(day=1)]
    last = max(dated)
    first = min(*dated, last.replace(year=last.year - LEAST_YEARS))
    months = pl.DataFrame({"month": pl.date_range(first, last, "1mo", eager=True)})
    up, down = (
        months.join(found.alias("month").to_frame().group_by("month").len(), on="month", how="left")
        .sort("month")
        .with_columns(pl.col("len").fill_null(0).cast(pl.Int64))
        for found in days
    )
    panel = Panel(
        title="entries listed in a month (up), removed (down)",
        bars=[
            Bars("listed", up["month"].to_list(), up["len"].to_list(), style.series[0]),
            Bars("removed", down["month"].to_list(), [-n for n in down["len"]], style.grey),
        ],
        height=190,
        value_format=",.0f",
        note="no entry here has a day of listing" if days[0].is_empty() else "",
        note_day=first if days[0].is_empty() else None,
    )
    return strips([panel], start=first, end=last, style=style)


def _fetched(store: Store, params: NamesParams, name: str, data: pl.DataFrame) -> date:
    """The day on which the list stood so: that of its counts, which is the newest fetch."""
    counted = register.listings(store, area=params.area, name_of_list=name)["known_from"].max()
    known = [day for day in (counted, data["known_from"].max()) if isinstance(day, date)]
    return max(known)


def _first_fetch(rows: pl.DataFrame) -> date:
    first = rows["known_from"].min()
    assert isinstance(first, date)
    return first


def _note(data: pl.DataFrame, first: date) -> str:
    bases = data["listed_basis"].drop_nulls().unique().sort().to_list()
    told = f"Its days of listing are: {words.listing(bases[:3])}" if bases else "It gives no days of listing"
    return (
        f"Names that were taken off before {words.day(first)}, the first fetch, are missing, so what is shown of "
        f"earlier years are the survivors. {told}; other lists date and count otherwise, and are never added up."
    )


def _answer(data: pl.DataFrame) -> str:
    off = data["removed"].drop_nulls().len()
    parts = f"{_entries_words(data.height)}: {words.count(data.height - off)} still listed, {words.count(off)} removed."
    newest = data.drop_nulls("listed")
    if newest.is_empty():
        return parts
    return f"{parts} The latest was listed on {words.day(newest['listed'][0])}: {newest['name'][0]}."


def _entries_words(number: int) -> str:
    return "1 entry" if number == 1 else f"{words.count(number)} entries"


def _verb(params: NamesParams) -> str:
    return "removed" if params.state == "removed" else "listed"


def _when(text: str) -> str:
    year, _, month = text.partition("-")
    return words.month(date(int(year), int(month), 1)) if month else year


def _slug(text: str) -> str:
    return "-".join("".join(c if c.isascii() and c.isalnum() else " " for c in text.lower()).split())


def times(store: Store, params: NamesParams) -> dict[str | None, str]:
    """Years and months in which entries were listed or removed, newest first, with their number, for a control."""
    try:
        rows = _entries(store, params, _list(store, params))
    except NothingToShow:
        return {None: "Any time"}
    kept = _chosen(rows, params.model_copy(update={"listed_in": None}))
    days = kept.select(day=pl.col("removed" if params.state == "removed" else "listed")).drop_nulls()
    counts = [days["day"].dt.strftime(form).alias("when").value_counts() for form in ("%Y", "%Y-%m")]
    year = pl.col("when").str.slice(0, 4)
    counted = pl.concat(counts).sort(year, pl.col("when").str.len_chars() > 4, "when", descending=[True, False, True])
    return {None: "Any time", **{when: f"{_when(when)} ({words.count(n)})" for when, n in counted.iter_rows()}}


_COLUMNS = {
    "name": Column("Name"),
    "entry_kind": Column("Kind"),
    "programme": Column("Programme"),
    "listed": Column("Listed"),
    "listed_basis": Column("Which date that is"),
    "removed": Column("Removed"),
    "removed_basis": Column("Which date that is (removed)"),
    "legal_act": Column("Act"),
    "areas": Column("Countries"),
    "entry": Column("Number on the list"),
    "list": Column("List"),
    "source": Column("Source"),
    "release": Column("Vintage"),
    "known_from": Column("Known from"),
}

SPEC = Spec("designated_names", "Names behind a count of listings", "timing", NamesParams, designated_names)
