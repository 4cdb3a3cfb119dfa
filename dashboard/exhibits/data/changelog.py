"""What the published build changed against the one before it: the revised figures themselves, largest first."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Annotated, Any, Literal

import plotly.graph_objects as go
from pydantic import Field, StringConstraints

from dashboard import words
from dashboard.exhibits import passports
from dashboard.exhibits.base import Card, Column, Exhibit, NothingToShow, Passport, Spec
from dashboard.exhibits.data import changes
from dashboard.figures.dots import Kind, Point, Row, dot_rows
from dashboard.figures.theme import Style
from dashboard.params import Params
from dashboard.queries import catalogue
from dashboard.studies import revisions
from dashboard.studies.revisions import RevisedFigures, RevisionsQuery, change_words, start
from dashboard.words import register as tw
from pipelines.schema.changes import MOST_REVISIONS
from pipelines.store import Store

TABLES = MappingProxyType({"all": "All figures", **revisions.TABLES})
MOST_PCT = 200.0
"""Changes beyond this stand at the edge of the picture, as hollow marks; the words beside them are exact."""

MOST_TOLD = 8
"""Figures that the alternative text spells out; the others are counted."""


class ChangelogParams(Params):
    """Whose revisions (all sources when empty), of which kind of figures, and how many of them."""

    revised_by: Annotated[str, StringConstraints(pattern=r"^[a-z0-9_]{2,30}$")] | None = None
    revised_table: Literal["all", "trade_flow", "macro"] = "all"
    figures: int = Field(default=10, ge=1, le=MOST_REVISIONS)


def changelog(store: Store, params: ChangelogParams, style: Style) -> Exhibit:
    """Every figure that stood in the build before and reads otherwise now, from the largest change in percent down."""
    found = ask(store, params)
    if found.why_empty:
        raise NothingToShow(found.why_empty)
    return write(found, params, draw(found, style), passport(store, found, params))


def ask(store: Store, params: ChangelogParams) -> RevisedFigures:
    """The revisions that the parameters ask for."""
    table = None if params.revised_table == "all" else params.revised_table
    query = RevisionsQuery(params.revised_by, table, params.figures)
    return revisions.study(store, query, changes.publishers(store))


def draw(found: RevisedFigures, style: Style) -> go.Figure:
    """A row a figure with a mark for its change."""
    kinds = [
        Kind("change", "circle", style.series[0]),
        Kind(f"change beyond {MOST_PCT:.0f}%", "diamond-open", style.series[1]),
    ]
    rows = [_row(row) for row in found.frame.iter_rows(named=True)]
    return dot_rows(rows, kinds, unit="change, % (of a rate: points)", style=style, zero=0.0, row_height=56)


def write(found: RevisedFigures, params: ChangelogParams, figure: go.Figure, passport: Passport) -> Exhibit:
    """Words and table of what is drawn."""
    title = f"Figures that the build of {words.day(found.built.date())} revised"
    shown, total = found.frame.height, found.total
    return Exhibit(
        id="changelog",
        title=title,
        subtitle=(
            f"The {words.plural(shown, 'largest change')} in percent, of {words.plural(total, 'revised figure')};"
            " before → after"
            if shown < total
            else f"All {words.plural(total, 'revised figure')}, largest change in percent first; before → after"
        ),
        figure=figure,
        data=found.frame,
        alt=alt(found, title),
        passport=passport,
        params=params,
        answer=answer(found),
        note=NOTE,
        cards=cards(found),
        columns=_COLUMNS,
        file_stem=f"figures-revised-{found.built.date().isoformat()}",
    )


NOTE = (
    "A revision here is a figure of the build before that now reads otherwise; figures that are new or went away are "
    f"counted above. A build names its {MOST_REVISIONS} largest revisions and counts the others: a revision does not "
    "say why the source made it."
)


def passport(store: Store, found: RevisedFigures, params: ChangelogParams) -> Passport:
    """The passport of the drawn figures and of the vintages that brought them."""
    return passports.passport(
        store,
        sources=found.sources,
        releases=found.releases,
        series="Figures of the build before against this build",
        unit="before and after as each figure; change in % of the figure before, of a rate in percentage points",
        last_observation=found.last_observation,
        price_basis="as each figure",
        adjustment="not applicable",
        cannot_show=NOTE,
        view=SPEC.view(params),
    )


def _period(row: Mapping[str, Any]) -> str:
    return words.period(row["period"], row["frequency"])


def _value(value: float, unit: str) -> str:
    if unit == "USD":
        return words.money(value)
    shown = words.number(value)
    return f"{shown}%" if unit.startswith("%") else shown


def _both(row: Mapping[str, Any]) -> str:
    """Before and after; a scale that both share is said once: "$36.0 → $39.6 million"."""
    before, after = _value(row["before"], row["unit"]), _value(row["after"], row["unit"])
    number, _, scale = before.partition(" ")
    return f"{number if scale and after.endswith(f' {scale}') else before} → {after}"


def _row(row: Mapping[str, Any]) -> Row:
    both = _both(row)
    name = f"{tw.wrapped(row['what'], 30)}<br>{_period(row)}: {both}"
    change = row["change_pct"]
    if change is None:
        return Row(name, [], text=change_words(row), quiet=True)
    known = "" if row["known_from"] is None else f"<br>known from {words.day(row['known_from'])}"
    far = abs(change) > MOST_PCT
    hover = f"<b>{row['what']}, {_period(row)}</b><br>{both} ({change_words(row)})<br>{row['publisher']}{known}"
    text = change_words(row).replace("percentage points", "pp").replace("percentage point", "pp")
    return Row(name, [Point(max(min(change, MOST_PCT), -MOST_PCT), int(far), hover)], text=text)


def _said(row: Mapping[str, Any]) -> str:
    return (
        f"{row['what']}, {_period(row)}: from {_value(row['before'], row['unit'])} to "
        f"{_value(row['after'], row['unit'])} ({change_words(row)})"
    )


def answer(found: RevisedFigures) -> str:
    """How many figures changed, and the largest change."""
    when = words.day(found.built.date())
    largest = _said(found.frame.row(0, named=True))
    return f"{words.plural(found.total, 'figure')} changed with the build of {when}. Largest: {largest}."


def cards(found: RevisedFigures) -> tuple[Card, ...]:
    """All revised figures, and those of the three sources with most of them, each with its largest change."""
    made = [Card("Figures revised", words.count(found.total), f"by {words.plural(len(found.counts), 'source')}")]
    for source, number in list(found.counts.items())[:3]:
        row = found.largest_of(source)
        detail = "" if row is None else f"largest change {change_words(row)}"
        made.append(Card(start(found.publishers.get(source, source)), words.count(number), detail))
    return tuple(made)


def alt(found: RevisedFigures, title: str) -> str:
    """The largest changes spelled out, and how many more are drawn."""
    told = [_said(row) for row in found.frame.head(MOST_TOLD).iter_rows(named=True)]
    more = found.frame.height - len(told)
    rest = f"; and {words.plural(more, 'smaller change')}, which the table holds" if more > 0 else ""
    return f"Rows of dots: {title}. {'; '.join(told)}{rest}."


def choices(store: Store) -> dict[str | None, str]:
    """Sources that revised something, for a control; the first choice is all of them."""
    rows = catalogue.revisions(store)
    found = [] if rows is None else rows["source"].unique().sort().to_list()
    publishers = changes.publishers(store)
    return {None: "All sources", **{name: start(publishers.get(name, name)) for name in found}}


_COLUMNS = {
    "what": Column("What"),
    "period": Column("Period"),
    "frequency": Column("Frequency"),
    "before": Column("Before", "%.2f"),
    "after": Column("After", "%.2f"),
    "unit": Column("Unit"),
    "change_pct": Column("Change, % (of a rate: points)", "%.2f"),
    "area": Column("Area"),
    "area_name": Column("Name"),
    "partner": Column("Partner"),
    "partner_name": Column("Name of the partner"),
    "item": Column("Series"),
    "source": Column("Source"),
    "publisher": Column("Publisher"),
    "known_from": Column("Known from"),
}

SPEC = Spec("changelog", "Figures that the last refresh revised", "data", ChangelogParams, changelog)
SPECS: tuple[Spec, ...] = (SPEC,)
