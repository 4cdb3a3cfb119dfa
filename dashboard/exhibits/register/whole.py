"""The whole register as one table to take away: every measure with its act and reference, and who aims at whom."""

from __future__ import annotations

from datetime import date

import plotly.graph_objects as go
import polars as pl

from dashboard import words
from dashboard.exhibits.base import Column, Exhibit, NothingToShow, Spec
from dashboard.exhibits.timing.clocks import register_passport, told_on
from dashboard.figures.heat import Row, heat_table
from dashboard.figures.theme import Style
from dashboard.params import ClockWord, Params
from dashboard.queries import register
from dashboard.queries.senders import Senders, senders
from dashboard.queries.subjects import Subjects, subjects
from dashboard.studies import measures, targets
from dashboard.studies.measures import MeasureQuery
from dashboard.words import register as tw
from dashboard.words.register import as_known_words
from pipelines.schema.terms import Clock
from pipelines.store import Store

MOST_SENDERS = 6
"""Senders with a column of their own; the others share one."""


class RegisterTableParams(Params):
    """The register is given whole; `clock` is the date that it is sorted by. `known_on`: as it could be told then."""

    clock: ClockWord = Clock.EFFECTIVE
    known_on: date | None = None


Cells = list[tuple[str, dict[str, int]]]
"""Targets, each with the number of measures of every sender."""


def register_table(store: Store, params: RegisterTableParams, style: Style) -> Exhibit:
    """Every measure of the register, one row each, with five dates, act, reference and links to what it acts upon.

    The picture counts measures by target and sender; one with several targets counts once for each of them.
    """
    query = MeasureQuery(target=targets.EVERYBODY, clock=params.clock, known_on=params.known_on)
    rows = measures.choice(store, query)
    if rows.is_empty():
        raise NothingToShow(_why_empty(store, params))
    cells = count(rows, subjects(store))
    return write(store, params, rows, cells, draw(cells, senders(store), style))


def _why_empty(store: Store, params: RegisterTableParams) -> str:
    if params.known_on is None or register.measures(store).is_empty():
        return "The register of this store is empty; run tradewake refresh register."
    return f"No measure of the register was out on {words.day(params.known_on)}; choose a later day."


def write(store: Store, params: RegisterTableParams, rows: pl.DataFrame, cells: Cells, figure: go.Figure) -> Exhibit:
    """The counts with their words, the whole table and its passport."""
    title = "The register: measures by target and sender"
    first, last = min(rows["date"]), max(rows["date"])
    return Exhibit(
        id="register_table",
        title=title,
        subtitle=(
            f"Number of measures, {words.count(rows.height)} in {words.plural(rows['regime'].n_unique(), 'regime')}, "
            f"{words.span(first, last)}; a measure with several targets counts once for each{told_on(params.known_on)}"
        ),
        figure=figure,
        data=_data(rows),
        alt=f"Table of counts: {title}. "
        + " ".join(f"{name}: {', '.join(f'{s} {n}' for s, n in by.items() if n) or 'none'}." for name, by in cells),
        passport=register_passport(
            store,
            source="register",
            series="all dated measures of the register",
            unit="one measure of one act",
            last_observation=f"latest date {words.day(last)}",
            cannot_show=CANNOT,
            view=SPEC.view(params),
            known_on=params.known_on,
        ),
        params=params,
        answer=answer(rows, cells),
        note=" ".join(part for part in (as_known_words(params.known_on), CANNOT) if part),
        columns=_COLUMNS,
        file_stem=f"sanctions-register-whole-{first.year}-{last.year}",
    )


CANNOT = (
    "A measure is one thing that one act did, so counts say nothing about severity. Small senders and acts before "
    "2003 are covered unevenly; dates that no text confirmed say so in their status."
)


def answer(rows: pl.DataFrame, cells: Cells) -> str:
    """How many measures by how many senders, how many confirmed, and whose target most are."""
    name, by = cells[0]
    return (
        f"The register holds {words.plural(rows.height, 'measure')} by "
        f"{words.plural(rows['sender'].n_unique(), 'sender')}, each with its act and a reference; "
        f"{words.count(rows.filter(measures.CONFIRMED).height)} are confirmed in a text that was read. Of the targets "
        f"shown none has more than {tw.the(name)}, with {words.count(sum(by.values()))}."
    )


def count(rows: pl.DataFrame, held: Subjects) -> Cells:
    """Targets of today and of the classic cases, by number of measures, with the count of each sender."""
    order = rows.group_by("sender").len().sort("len", "sender", descending=[True, False])["sender"].to_list()
    own, others = order[:MOST_SENDERS], order[MOST_SENDERS:]
    found = []
    for target in (*held.sanctioned, *held.historic):
        mine = rows.filter(pl.col("target").str.split(";").list.eval(pl.element().is_in(held.codes(target))).list.any())
        counts = {code: mine.filter(pl.col("sender") == code).height for code in own}
        counts["others"] = mine.filter(pl.col("sender").is_in(others)).height
        found.append((held[target].name, counts))
    return sorted(found, key=lambda one: (-sum(one[1].values()), one[0]))


def draw(cells: Cells, who: Senders, style: Style) -> go.Figure:
    """A row for each target, a column for each of the most active senders; deeper means more."""
    columns = list(cells[0][1])
    most = max(n for _, by in cells for n in by.values())
    table = [
        Row(
            label=name,
            values=[float(n) ** 0.5 if n else None for n in by.values()],
            words=[words.count(n) if n else "–" for n in by.values()],
            plain=(words.count(sum(by.values())),),
            hover=[f"{who.name(code)} on {tw.the(name)}: {words.plural(n, 'measure')}" for code, n in by.items()],
        )
        for name, by in cells
    ]
    return heat_table(
        table,
        columns=columns,
        plain_columns=("all",),
        title="measures by sender (deeper: more)",
        low=0.0,
        high=float(most) ** 0.5,
        style=style,
    )


def _data(rows: pl.DataFrame) -> pl.DataFrame:
    """The columns of the register in the order in which a reader cites it."""
    return rows.select(
        "measure",
        "regime",
        "sender",
        "target",
        "title",
        "types",
        "scope",
        *(c.value for c in Clock),
        "precision",
        "status",
        "instrument",
        "reference",
        "confirmed_in",
        "supersedes",
        "eases",
        "note",
    )


_COLUMNS = {
    "measure": Column("Key"),
    "regime": Column("Regime"),
    "sender": Column("Sender"),
    "target": Column("Targets"),
    "title": Column("Measure"),
    "types": Column("Kinds"),
    "scope": Column("Scope"),
    "announced": Column("Announced"),
    "signed": Column("Signed"),
    "effective": Column("In effect"),
    "wind_down_end": Column("End of wind-down"),
    "lifted": Column("Lifted or replaced"),
    "precision": Column("Precision"),
    "status": Column("Status"),
    "instrument": Column("Act"),
    "reference": Column("Reference"),
    "confirmed_in": Column("Read in"),
    "supersedes": Column("Replaces (keys)"),
    "eases": Column("Eases (keys)"),
    "note": Column("Note"),
}

SPEC = Spec("register_table", "The whole register", "timing", RegisterTableParams, register_table)
