"""Measures of the register as a reader chooses them: on whom, by whom, dated by which clock, as known when.

A measure without a day on the chosen clock stands at the nearest day that it has, or, on the clocks that most measures
lack, nowhere. What is counted *by* a clock is counted on that clock alone: a measure that stands at another day is in
the picture and in no month of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

import polars as pl

from dashboard import words
from dashboard.queries import catalogue, measures, register
from dashboard.queries.per_build import per_build
from dashboard.queries.senders import Senders, senders
from dashboard.studies.targets import EVERYBODY, in_sentence, together
from dashboard.words import register as register_words
from pipelines.schema.terms import Clock, Status
from pipelines.store import Store

STRICT_CLOCKS = (Clock.WIND_DOWN_END.value, Clock.LIFTED.value)
"""Clocks that most measures do not have: another date in their place would mislead."""


@dataclass(frozen=True)
class MeasureQuery:
    """Which measures, by which of their dates.

    The target WLD stands for all targets. `containing`: words that must all stand in the title, the act or the scope.
    `start` and `end` are months, both included, of the date on the clock. `by_target`: with the target's own
    counter-measures, which belong to its story; senders that are named decide for themselves.
    """

    target: str = "RUS"
    senders: tuple[str, ...] = ()
    types: tuple[str, ...] = ()
    status: tuple[str, ...] = ()
    containing: str = ""
    clock: str = Clock.EFFECTIVE.value
    start: date | None = None
    end: date | None = None
    known_on: date | None = None
    by_target: bool = True


@dataclass(frozen=True, eq=False)
class Measures:
    """Measures of a choice: rows of the register with `date` and `clock_used`, sorted by date and key.

    `frame` is what the clock shows, `chosen` how many the choice has whatever their dates and `by_target` whether some
    of those are the target's own; `links` is what acted upon what, `who` names the senders. `why_empty` says in a
    sentence why there are no rows.
    """

    frame: pl.DataFrame
    query: MeasureQuery
    chosen: int
    by_target: bool
    links: pl.DataFrame
    who: Senders
    why_empty: str = ""

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to show."""
        return self.frame.is_empty()

    @property
    def dated(self) -> pl.DataFrame:
        """The rows that have a day on the chosen clock: those that the clock counts."""
        return self.frame.filter(pl.col("clock_used") == self.query.clock)

    @property
    def elsewhere(self) -> int:
        """Rows that stand at another day than that of the clock."""
        return self.frame.height - self.dated.height

    @property
    def left_out(self) -> int:
        """Measures of the choice that the clock does not show."""
        return self.chosen - self.frame.height

    @property
    def first(self) -> date:
        """The earliest mark."""
        return self.frame["date"].min()  # type: ignore[return-value]

    @property
    def last(self) -> date:
        """The latest mark."""
        return self.frame["date"].max()  # type: ignore[return-value]

    def by_sender(self) -> list[tuple[str, int]]:
        """Senders with their number of measures, the most active first."""
        return self.frame.group_by("sender").len().sort("len", "sender", descending=[True, False]).rows()

    def busiest(self) -> tuple[date, int] | None:
        """The month in which most measures have their day on the clock, the earliest of several; None without any."""
        counted = self.dated.group_by(pl.col("date").dt.truncate("1mo").alias("month")).len()
        if counted.is_empty():
            return None
        month, number = counted.sort("len", "month", descending=[True, False]).row(0)
        return month, number

    def where(self, *predicates: pl.Expr) -> Measures:
        """The rows that fit, as a choice of their own."""
        kept = self.frame.filter(*predicates)
        return replace(self, frame=kept, chosen=kept.height)


def ask(store: Store, query: MeasureQuery) -> Measures:
    """The measures of a choice as the clock shows them; without rows, and with the reason, when there are none."""
    chosen = choice(store, query)
    shown = on_clock(chosen, query.clock)
    links = measures.links(store, query.known_on)
    why = "" if not shown.is_empty() else _why_empty(store, query, chosen)
    return Measures(shown, query, chosen.height, _has_own(query, chosen), links, senders(store), why)


@per_build
def choice(store: Store, query: MeasureQuery) -> pl.DataFrame:
    """Every measure that the filters let through, dated by the clock or the nearest it has; sorted by date and key."""
    found = _about(store, query)
    text = pl.concat_str("title", "instrument", pl.col("scope").fill_null(""), separator=" ").str.to_lowercase()
    wanted = [text.str.contains(word, literal=True) for word in query.containing.lower().split()]
    if query.status:
        wanted.append(pl.col("status").is_in(list(query.status)))
    if query.start is not None:
        wanted.append(pl.col("date") >= query.start)
    if query.end is not None:
        wanted.append(pl.col("date").dt.truncate("1mo") <= query.end)
    return found.filter(*wanted) if wanted else found


def _about(store: Store, query: MeasureQuery) -> pl.DataFrame:
    """Measures on a target and, where they are asked for, by it."""

    def found(targets: Sequence[str], senders: Sequence[str]) -> pl.DataFrame:
        return register.measures(
            store,
            targets=targets,
            senders=senders,
            types=query.types,
            clock=query.clock,
            known_on=query.known_on,
        )

    on = found(together(store, query.target), query.senders)
    own = query.target in query.senders or (query.by_target and not query.senders)
    if query.target == EVERYBODY:
        return on
    if not own:
        return on.filter(pl.col("sender") != query.target)
    return pl.concat([on, found((), (query.target,))]).unique("measure").sort("date", "measure")


def on_clock(chosen: pl.DataFrame, clock: str) -> pl.DataFrame:
    """Measures as a clock shows them: on the strict ones those alone that have the date; on the others all, at the
    nearest day that they have, named by `clock_used`."""
    return chosen.filter(pl.col("clock_used") == clock) if clock in STRICT_CLOCKS else chosen


def named(store: Store, keys: Sequence[str], clock: str, known_on: date | None = None) -> Measures:
    """The measures of some keys as the clock shows them; none for no keys."""
    query = MeasureQuery(target=EVERYBODY, clock=clock, known_on=known_on)
    held = register.measures(store, keys=keys, clock=clock, known_on=known_on)
    chosen = held if keys else held.clear()
    shown = on_clock(chosen, clock)
    why = ""
    if shown.is_empty():
        why = (
            f"None of the chosen measures is in the register with a date on the clock "
            f"“{register_words.CLOCK_WORDS[clock]}”; choose another measure or clock."
        )
        if known_on is not None and keys and not register.measures(store, keys=keys).is_empty():
            why = f"None of the chosen measures had such a date on {words.day(known_on)}; choose others or a later day."
    return Measures(shown, query, chosen.height, False, measures.links(store, known_on), senders(store), why)


CONFIRMED = pl.col("status") == Status.CONFIRMED.value
"""Rows whose dates stand in a text that was read."""


def _why_empty(store: Store, query: MeasureQuery, chosen: pl.DataFrame) -> str:
    """The clock, the day of knowledge, the window or the filters: whichever is the cause."""
    if not chosen.is_empty():
        return (
            f"None of the {words.plural(chosen.height, 'measure')} of this choice has a date on the clock "
            f"“{register_words.CLOCK_WORDS[query.clock]}”{_then(query)}; choose another clock."
        )
    if query.known_on is not None and not choice(store, replace(query, known_on=None)).is_empty():
        return f"No measure of this choice was out on {words.day(query.known_on)}; choose a later day."
    if query.start is not None or query.end is not None:
        every = choice(store, replace(query, start=None, end=None))
        if not every.is_empty():
            first, last = min(every["date"]), max(every["date"])
            return (
                f"The measures of this choice are dated {words.span(first, last)}, outside these months; choose an "
                "earlier start or a later end."
            )
    aimed = whom(store, query, by_target=False)
    return (
        f"The register holds no measure {aimed} for this choice of senders, kinds, words and dates; widen the filters, "
        "or choose another target."
    )


def _has_own(query: MeasureQuery, chosen: pl.DataFrame) -> bool:
    return bool((chosen["sender"] == query.target).any())


def whom(store: Store, query: MeasureQuery, *, by_target: bool) -> str:
    """Whom measures are aimed at: "on Russia", "on Russia or by it" (where some are), "by Russia"."""
    target = in_sentence(store, catalogue.names(store), query.target)
    if query.senders == (query.target,):
        return f"by {target}"
    return f"on {target} or by it" if by_target else f"on {target}"


def _then(query: MeasureQuery) -> str:
    return "" if query.known_on is None else f" as known on {words.day(query.known_on)}"
