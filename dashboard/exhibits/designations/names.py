"""The names behind a count of listings: one list at a time, each entry with its dates and what these dates are."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

import plotly.graph_objects as go
import polars as pl
from pydantic import StringConstraints

from dashboard import words
from dashboard.analysis.errors import AnalysisError
from dashboard.exhibits import passports
from dashboard.exhibits.base import Column, Exhibit, NothingToShow, Spec
from dashboard.exhibits.designations.lists import ListParams, Words, told_on
from dashboard.figures.strips import Bars, Panel, strips
from dashboard.figures.theme import Style
from dashboard.studies import listings
from dashboard.studies.listings import ALL, Names, NamesQuery, entries_words
from pipelines.store import Store

LEAST_YEARS = 2
"""A single month stands among two years of them, so that it looks like a month."""
STATES = {"all": "All", "listed": "Still listed", "removed": "Removed"}


class NamesParams(ListParams):
    """Which names: listed (or, of the removed ones, taken off) in a year or month; by state; by words in the name."""

    listed_in: Annotated[str, StringConstraints(pattern=r"^(19|20)\d{2}(-(0[1-9]|1[0-2]))?$")] | None = None
    state: Literal["all", "listed", "removed"] = "all"
    search: Words = ""

    def names(self, store: Store) -> NamesQuery:
        """What the parameters ask of a list."""
        return NamesQuery(self.question(store), self.listed_in, self.state, self.search)


def designated_names(store: Store, params: NamesParams, style: Style) -> Exhibit:
    """Entries of one list by day of listing, newest first; above them how many were listed and removed by month."""
    try:
        found = listings.names(store, params.names(store))
    except AnalysisError as reason:
        raise NothingToShow(str(reason)) from reason
    return write(store, params, found, draw(found, style))


def write(store: Store, params: NamesParams, found: Names, figure: go.Figure) -> Exhibit:
    """The bars with their words, the names and the passport of the list."""
    tied = found.query.list.tied
    title = f"{found.name}: names {tied}"
    undated = found.frame["listed"].null_count()
    when = "" if params.listed_in is None else f", {_verb(params)} in {_when(params.listed_in)}"
    programme = "each entry once" if params.programme == ALL else f"programme {params.programme}"
    fetched = f"list as fetched on {words.day(found.fetched)}"
    told, cannot = answer(found), note(found)
    return Exhibit(
        id="designated_names",
        title=title if len(title) <= 70 else f"{found.name}: names by country",
        subtitle=(
            f"{entries_words(found.frame.height)}{when}; {programme}; {fetched}"
            + (f"; {words.count(undated)} without a day of listing" if undated else "")
            + told_on(params.known_on)
        ),
        figure=figure,
        data=found.frame,
        alt=f"Bars by month and a table: {title}{when}. {told} {cannot}",
        passport=passports.passport(
            store,
            sources=found.frame["source"].unique().to_list(),
            releases=found.frame["release"].unique().to_list(),
            series=f"names {tied}, {found.name}",
            unit="one entry of the list",
            last_observation=fetched,
            price_basis="not applicable",
            adjustment="not applicable",
            known_on=params.known_on,
            view=SPEC.view(params),
            cannot_show=cannot,
        ),
        params=params,
        answer=told,
        note=cannot,
        columns=_COLUMNS,
        file_stem="-".join(
            part for part in ("names", _slug(found.name), params.area.lower(), params.listed_in) if part
        ),
    )


def draw(found: Names, style: Style) -> go.Figure:
    """Entries by month: listed upwards, removed downwards; a month without any is a zero, so bars are a month wide."""
    data = found.frame
    days = [data[name].drop_nulls().dt.truncate("1mo") for name in ("listed", "removed")]
    dated: list[date] = [*days[0], *days[1]] or [found.first_fetch.replace(day=1)]
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


def note(found: Names) -> str:
    """What is missing, and what the days of listing are."""
    bases = found.frame["listed_basis"].drop_nulls().unique().sort().to_list()
    told = f"Its days of listing are: {words.listing(bases[:3])}" if bases else "It gives no days of listing"
    return (
        f"Names that were taken off before {words.day(found.first_fetch)}, the first fetch, are missing, so what is "
        f"shown of earlier years are the survivors. {told}; other lists date and count otherwise, and are never added "
        "up."
    )


def answer(found: Names) -> str:
    """How many are still listed, how many removed, and the latest."""
    data = found.frame
    off = data["removed"].drop_nulls().len()
    parts = f"{entries_words(data.height)}: {words.count(data.height - off)} still listed, {words.count(off)} removed."
    newest = data.drop_nulls("listed")
    if newest.is_empty():
        return parts
    return f"{parts} The latest was listed on {words.day(newest['listed'][0])}: {newest['name'][0]}."


def _verb(params: NamesParams) -> str:
    return "removed" if params.state == "removed" else "listed"


def _when(text: str) -> str:
    year, _, month = text.partition("-")
    return words.month(date(int(year), int(month), 1)) if month else year


def _slug(text: str) -> str:
    return "-".join("".join(c if c.isascii() and c.isalnum() else " " for c in text.lower()).split())


def times(store: Store, params: NamesParams) -> dict[str | None, str]:
    """Years and months in which entries were listed or removed, newest first, with their number, for a control."""
    query = params.model_copy(update={"listed_in": None}).names(store)
    try:
        rows = listings.entries(store, query.list, listings.list_of_names(store, query.list))
    except AnalysisError:
        return {None: "Any time"}
    kept = listings.choose(rows, query)
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
