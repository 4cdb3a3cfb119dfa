"""The whole register as one table to take away: every measure with its act and reference, and who aims at whom."""

from __future__ import annotations

import plotly.graph_objects as go
import polars as pl

from dashboard import words
from dashboard.exhibits.base import Column, Exhibit, NothingToShow, Spec
from dashboard.exhibits.timing import targets as tt
from dashboard.exhibits.timing.clocks import register_passport
from dashboard.figures.heat import Row, heat_table
from dashboard.figures.theme import Style
from dashboard.params import ClockWord, Params
from dashboard.queries import catalogue, register
from dashboard.words import register as tw
from dashboard.words.trade import TARGETS
from pipelines.schema.terms import Clock, Status
from pipelines.store import Store

MOST_SENDERS = 6
"""Senders with a column of their own; the others share one."""


class RegisterTableParams(Params):
    """The register is given whole; `clock` is the date that it is sorted by."""

    clock: ClockWord = Clock.EFFECTIVE


def register_table(store: Store, params: RegisterTableParams, style: Style) -> Exhibit:
    """Every measure of the register, one row each, with five dates, act, reference and links to what it acts upon.

    The picture counts measures by target and sender; one with several targets counts once for each of them.
    """
    rows = register.measures(store, clock=params.clock)
    if rows.is_empty():
        raise NothingToShow("The register of this store is empty; run tradewake refresh register.")
    names = catalogue.names(store)
    cells = _cells(rows, names)
    regimes, confirmed = rows["regime"].n_unique(), rows.filter(pl.col("status") == Status.CONFIRMED.value).height
    cannot = (
        "A measure is one thing that one act did, so counts say nothing about severity. Small senders and acts before "
        "2003 are covered unevenly; dates that no text confirmed say so in their status."
    )
    title = "The register: measures by target and sender"
    first, last = min(rows["date"]), max(rows["date"])
    biggest = cells[0]
    return Exhibit(
        id="register_table",
        title=title,
        subtitle=(
            f"Number of measures, {words.count(rows.height)} in {words.count(regimes)} regimes, "
            f"{words.span(first, last)}; a measure with several targets counts once for each"
        ),
        figure=_figure(cells, style),
        data=_data(rows),
        alt=f"Table of counts: {title}. "
        + " ".join(f"{name}: {', '.join(f'{s} {n}' for s, n in by.items() if n)}." for name, by in cells),
        passport=register_passport(
            store,
            source="register",
            series="all dated measures of the register",
            unit="one measure of one act",
            last_observation=f"latest date {words.day(last)}",
            cannot_show=cannot,
            view=SPEC.view(params),
        ),
        params=params,
        answer=(
            f"The register holds {words.plural(rows.height, 'measure')} by "
            f"{words.plural(rows['sender'].n_unique(), 'sender')}, each with its act and a reference; "
            f"{words.count(confirmed)} are confirmed in a text that was read. Most are aimed at {tw.the(biggest[0])}."
        ),
        note=cannot,
        columns=_COLUMNS,
        file_stem=f"sanctions-register-whole-{first.year}-{last.year}",
    )


def _cells(rows: pl.DataFrame, names: dict[str, str]) -> list[tuple[str, dict[str, int]]]:
    """Targets of today and of the classic cases, by number of measures, with the count of each sender."""
    order = rows.group_by("sender").len().sort("len", "sender", descending=[True, False])["sender"].to_list()
    own, others = order[:MOST_SENDERS], order[MOST_SENDERS:]
    found = []
    for target in (*TARGETS, *tt.CLASSIC):
        mine = rows.filter(
            pl.col("target").str.split(";").list.eval(pl.element().is_in(tt.together(target))).list.any()
        )
        counts = {code: mine.filter(pl.col("sender") == code).height for code in own}
        counts["others"] = mine.filter(pl.col("sender").is_in(others)).height
        found.append((tt.name(names, target), counts))
    return sorted(found, key=lambda one: (-sum(one[1].values()), one[0]))


def _figure(cells: list[tuple[str, dict[str, int]]], style: Style) -> go.Figure:
    senders = list(cells[0][1])
    most = max(n for _, by in cells for n in by.values())
    table = [
        Row(
            label=name,
            values=[float(n) ** 0.5 if n else None for n in by.values()],
            words=[words.count(n) if n else "–" for n in by.values()],
            plain=(words.count(sum(by.values())),),
            hover=[f"{tw.sender(code)} on {tw.the(name)}: {words.plural(n, 'measure')}" for code, n in by.items()],
        )
        for name, by in cells
    ]
    return heat_table(
        table,
        columns=senders,
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
