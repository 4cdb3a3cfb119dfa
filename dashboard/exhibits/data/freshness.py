"""How fresh each source is: its last period, its newest vintage, and when the next figures are due."""

from __future__ import annotations

from datetime import date
from typing import Any

import plotly.graph_objects as go
import polars as pl

from dashboard import words
from dashboard.exhibits.base import Column, Exhibit, NothingToShow, Passport, Spec
from dashboard.exhibits.passports import published_words
from dashboard.figures.dots import Kind, Point, Row, dot_rows
from dashboard.figures.theme import Style
from dashboard.params import Params
from dashboard.studies import freshness as study
from dashboard.studies.freshness import Freshness, reach_words
from dashboard.words import register as tw
from pipelines.store import Store

NAME_WIDTH = 20
"""Letters of a source's name that fit beside a figure on a phone; longer names take two lines."""


class FreshnessParams(Params):
    """Forecasters and lists may be left out."""

    only_statistics: bool = False


def freshness(store: Store, params: FreshnessParams, style: Style) -> Exhibit:
    """Per source the end of its last observed period and its newest vintage, oldest last; ages on the build's day."""
    found = ask(store, params)
    if found.why_empty:
        raise NothingToShow(found.why_empty)
    return write(found, params, draw(found, style), passport(store.build_id, found, params))


def ask(store: Store, params: FreshnessParams) -> Freshness:
    """The sources that the parameters ask for."""
    every = study.study(store)
    return every.only_statistics() if params.only_statistics else every


def draw(found: Freshness, style: Style) -> go.Figure:
    """A row a source with a mark for its last period and one for its newest vintage."""
    kinds = [
        Kind("end of the last observed period", "circle", style.exports),
        Kind("newest vintage published", "diamond-open", style.imports),
    ]
    rows = [_row(row) for row in found.frame.iter_rows(named=True)]
    height = 36 if any("<br>" in row.name for row in rows) else 27
    return dot_rows(rows, kinds, unit="last period, vintage", style=style, row_height=height)


def write(found: Freshness, params: FreshnessParams, figure: go.Figure, passport: Passport) -> Exhibit:
    """Words and table of what is drawn."""
    title = "How fresh the figures of each source are"
    return Exhibit(
        id="freshness",
        title=title,
        subtitle=f"End of the last period and day of the newest vintage, {words.plural(found.frame.height, 'source')}",
        figure=figure,
        data=found.frame,
        alt=alt(found, title),
        passport=passport,
        params=params,
        answer=answer(found),
        note=note(found),
        columns={
            "source": Column("Source"),
            "name": Column("Name"),
            "publisher": Column("Publisher"),
            "frequency": Column("Frequency"),
            "first_period": Column("First period"),
            "last_period": Column("Last period"),
            "last_day": Column("Last day covered"),
            "release": Column("Newest vintage"),
            "published": Column("Published"),
            "published_precision": Column("Published, known to the"),
            "age_days": Column("Age, days"),
            "next_due": Column("Next release usually by"),
            "state": Column("State"),
            "next": Column("By its own calendar"),
            "rows": Column("Rows"),
        },
        file_stem=f"freshness-of-sources-{found.built.isoformat()}",
    )


def passport(build_id: str, found: Freshness, params: FreshnessParams) -> Passport:
    """The passport of a table that we made ourselves, of the sources that are drawn."""
    return Passport(
        source="Tradewake, table of sources and vintages",
        series="Coverage by source",
        basis="not applicable",
        unit="days of the calendar; ages in days",
        last_observation=words.day(found.last_day),
        vintage=f"as built on {words.day(found.built)}",
        price_basis="not applicable",
        adjustment="not applicable",
        licence="Apache License 2.0; each source under its own",
        credit="Source: Tradewake, from the sources' own periods and days of publication.",
        cannot_show=note(found),
        build_id=build_id,
        view=SPEC.view(params),
    )


def _row(row: dict[str, Any]) -> Row:
    points = []
    name = f"<b>{row['name']}</b><br>"
    last, published = row["last_day"], row["published"]
    if isinstance(last, date):
        points.append(Point(last, 0, f"{name}figures to {words.day(last)}, {row['age_days']} days old"))
    if isinstance(published, date):
        points.append(Point(published, 1, f"{name}newest vintage, published {_published(row)}"))
    quiet = not isinstance(last, date)
    return Row(tw.wrapped(row["name"], NAME_WIDTH), points, text=reach_words(row), quiet=quiet)


def _published(row: dict[str, Any]) -> str:
    return published_words(row["published"], row["published_precision"])


def note(found: Freshness) -> str:
    """On which day ages are counted, and what has no next release."""
    ended = f"Figures of {words.listing(found.ended)} ended. " if found.ended else ""
    own = "its own is" if found.left_out == 1 else "their own are"
    hidden = (
        f"{words.plural(found.left_out, 'source')} without a series of {own} left out by choice."
        if found.left_out
        else "A source that gives forecasts alone has no next release."
    )
    return (
        f"Ages are counted on {words.day(found.built)}, the day of this build; nothing is fetched without being asked. "
        f"{ended}{hidden}"
    )


def answer(found: Freshness) -> str:
    """How far US trade reaches, and which of the drawn sources could have newer figures."""
    newest = found.of("census")
    sentence = ""
    if newest is not None:
        sentence = f"US trade reaches {words.month(newest['last_period'])} (vintage of {_published(newest)}). "
    if found.overdue.is_empty():
        return sentence + "No source is overdue by its own schedule."
    return sentence + (
        f"{words.plural(found.overdue.height, 'source')} could have newer figures by their own schedules: "
        f"{words.listing(found.overdue['name'].sort().to_list())}."
    )


def alt(found: Freshness, title: str) -> str:
    """Every source with the last day that it covers, and the newest vintages of those without a series."""
    parts = [
        f"{row['name']} to {words.day(row['last_day'])}"
        for row in found.frame.filter(pl.col("last_day").is_not_null()).iter_rows(named=True)
    ]
    bare = found.frame.filter(pl.col("last_day").is_null())
    if bare.height:
        newest = max(bare.iter_rows(named=True), key=lambda row: row["published"])
        parts.append(
            f"{words.plural(bare.height, 'source')} without a series of its own, the newest vintage of "
            f"{words.day(newest['published'])}"
        )
    return f"Rows of dots: {title}. {'; '.join(parts)}."


SPEC = Spec("freshness", "How fresh each source is", "data", FreshnessParams, freshness)
SPECS: tuple[Spec, ...] = (SPEC,)
