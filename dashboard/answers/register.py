"""The answers of `tradewake data measures` and `events`: dated measures, and what happened beside them."""

from __future__ import annotations

from datetime import date

import polars as pl

from dashboard import words
from dashboard.answers.checked import checked_areas, one_of
from dashboard.queries import register
from pipelines.store import Store


def measures_answer(
    store: Store, *, target: str, sender: str | None, clock: str, kind: str | None, known_on: date | None
) -> pl.DataFrame:
    """Dated measures of the register; `date` is the clock that was asked for, or the nearest that the measure has.

    With `known_on`, measures of which nothing was out by then are left out, and days that were fixed later are not
    shown; `queries.register.as_known` says what the register can tell.

    Raises:
        UsageError: an unknown area, sender or type.
    """
    targets = checked_areas(store, target)
    if sender is not None:
        one_of(sender, register.senders(store), "sender")
    rows = register.measures(
        store,
        targets=targets or (),
        senders=() if sender is None else (sender,),
        clock=clock,
        types=() if kind is None else (kind,),
        known_on=known_on,
    )
    first = [
        "measure",
        "regime",
        "sender",
        "target",
        "title",
        "types",
        "announced",
        "signed",
        "effective",
        "wind_down_end",
        "lifted",
        "precision",
        "status",
        "instrument",
        "reference",
    ]
    return rows.select(*first, pl.exclude(*first))


def measures_note(store: Store, known_on: date | None) -> str:
    """Why an answer on measures is empty, in one sentence."""
    if known_on is not None and register.measures(store, known_on=known_on).is_empty():
        first = words.day(min(register.measures(store)["date"]))
        return f"No measure of the register was out on {words.day(known_on)}; the first is of {first}."
    when = "" if known_on is None else f" that was out on {words.day(known_on)}"
    return f"The register holds no measure{when} for this choice of target, sender and type."


def events_answer(
    store: Store, *, kind: str | None, start: date | None, end: date | None, known_on: date | None
) -> pl.DataFrame:
    """Summits, treaties, wars and laws by date. With `known_on`, those that had begun, with ends that had come.

    Raises:
        UsageError: an unknown kind.
    """
    if kind is not None:
        one_of(kind, register.events(store)["kind"].unique().sort().to_list(), "kind of event")
    last = end if known_on is None else min(end or known_on, known_on)
    rows = register.events(store, kinds=() if kind is None else (kind,), start=start, end=last)
    if known_on is None:
        return rows
    return rows.with_columns(pl.when(pl.col("end_date") <= known_on).then("end_date").alias("end_date"))


def events_note(store: Store, *, kind: str | None, known_on: date | None) -> str:
    """Why an answer on events is empty, in one sentence."""
    held = register.events(store, kinds=() if kind is None else (kind,))
    span = words.span(min(held["date"]), max(held["date"])) if held.height else "no date"
    if known_on is not None and held.height and known_on < min(held["date"]):
        return f"No event of this kind had happened by {words.day(known_on)}; those in the store are of {span}."
    return f"No event of this kind lies in these periods; those in the store are of {span}."
