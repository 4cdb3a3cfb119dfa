"""Trade after relief: what one pair traded in the year before, of and after every easing, and after its end.

calendar years   the year before the month of relief, the year that holds it, the year after
months           the months before it, the first as many after it and the next as many; its own month is in none

Dates are those of `reversals`; several of one month and one direction are one row. A year that is not complete is no
year: its months are held against the same months of the year before, and are never drawn or compared as a year. Dates
and figures are laid side by side: no test (`placebo` has it), and no claim of a cause.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal

import polars as pl

from dashboard import words
from dashboard.analysis.errors import AnalysisError
from dashboard.analysis.frames import month_of, ordinal_of
from dashboard.queries import catalogue
from dashboard.queries.senders import Senders, senders
from dashboard.studies import placebo, reversals, rounding, targets
from dashboard.studies.event_time import YEAR, total
from dashboard.studies.measures import MeasureQuery
from dashboard.studies.pair import PairQuery, ask_months, at_periods
from dashboard.studies.rounding import Change
from dashboard.studies.series import TradeSeries
from pipelines.schema.terms import MeasureType, Precision
from pipelines.store import Store

Spans = Literal["years", "months"]
ABOUT_TRADE: Mapping[str, frozenset[str]] = {
    "import": frozenset({MeasureType.TRADE_IMPORT.value, MeasureType.ENERGY.value, MeasureType.PRICE_CAP.value}),
    "export": frozenset({MeasureType.TRADE_EXPORT.value, MeasureType.TECHNOLOGY.value, MeasureType.ARMS.value}),
}
"""Kinds of measures that bear on a flow; of several in a month one of these names the row."""


@dataclass(frozen=True)
class ReliefQuery:
    """Which pair, around the relief of which target by whom, over calendar years or over how many months."""

    pair: PairQuery
    measures: MeasureQuery
    spans: Spans = "years"
    window_months: int = YEAR


@dataclass(frozen=True)
class Part:
    """The months that a year has so far, with the same months of the year before; None where one has no figure."""

    first: date
    last: date
    value: float
    width: float
    before: float | None
    width_before: float

    @property
    def change(self) -> Change:
        """Against the same months of the year before."""
        return rounding.change(self.before, self.value, self.width_before, self.width)


@dataclass(frozen=True)
class Span:
    """A year or a run of months, both ends included, and what was traded in it.

    `value` is in the currency of the series and None where a month has no trustworthy figure; `width` is what it is
    rounded to. `part` are the first months of a calendar year that is not over.
    """

    first: date
    last: date
    value: float | None
    width: float = 0.0
    part: Part | None = None

    @property
    def whole_year(self) -> bool:
        """Whether it is a calendar year."""
        return self.first.month == 1 and self.last.month == YEAR and self.first.year == self.last.year

    def words(self) -> str:
        """ "2022", "Jan–Jun 2022"."""
        return str(self.first.year) if self.whole_year else words.span(self.first, self.last)


@dataclass(frozen=True, eq=False)
class Row:
    """The turns of one month and one direction, with what was traded before, at and after it.

    `relief` is False where relief ended. `turns` has the columns of `reversals.turns`, the one that names the row
    first, and in `ended` the day on which each relief ended, where it has. `months` counts whole months from the month
    of the date to the last one with a figure. `own` says that a sender whose trade this is took part.
    """

    relief: bool
    turns: pl.DataFrame
    spans: tuple[Span, Span, Span]
    months: int
    own: bool

    @property
    def first(self) -> Mapping[str, Any]:
        """The turn that names the row."""
        return self.turns.row(0, named=True)

    @property
    def day(self) -> date:
        """The day of the turn that names the row."""
        day: date = self.first["date"]
        return day

    @property
    def until(self) -> date | None:
        """The day on which the relief that names the row ended, where it has."""
        until: date | None = self.first["ended"]
        return until

    @property
    def is_month_known(self) -> bool:
        """Whether the register knows more than the year."""
        return bool(self.first["precision"] != Precision.YEAR.value)

    @property
    def change(self) -> Change:
        """The span after against the span before; the span of the date itself holds both."""
        before, _, after = self.spans
        return rounding.change(before.value, after.value, before.width, after.width)

    @property
    def held_months(self) -> int | None:
        """How many months the relief lasted, where it has ended."""
        return None if self.until is None else ordinal_of(self.until) - ordinal_of(self.day)


@dataclass(frozen=True, eq=False)
class Relief:
    """Every row that has a figure, relief first and by date. `series` holds the drawn years or months, `months` the
    months that they are made of, `doubtful` the months of the pair that are left out.

    `bare` counts rows without a figure in any of the three spans, or later than all figures, `undated` those of which
    the register knows the year alone where months are asked for. `whom` is the target as a sentence names it;
    `who` names senders.
    """

    query: ReliefQuery
    series: TradeSeries
    months: TradeSeries
    doubtful: TradeSeries
    rows: tuple[Row, ...]
    bare: int
    undated: int
    whom: str
    last_month: date
    who: Senders = field(default_factory=Senders)

    def of(self, *, relief: bool) -> tuple[Row, ...]:
        """The rows of one direction."""
        return tuple(row for row in self.rows if row.relief is relief)

    @property
    def has_own(self) -> bool:
        """Whether some rows are of a sender whose trade this is, and so the others are another's."""
        return any(row.own for row in self.rows)

    def sharing(self) -> int:
        """Rows that stand on the same three spans as another of their direction: they are no two cases."""
        at = [(row.relief, row.spans[0].first, row.spans[2].last) for row in self.rows]
        return sum(at.count(one) > 1 for one in at)


def study(store: Store, query: ReliefQuery) -> Relief:
    """Every easing, lifting and end of relief of a target with the trade of the pair around it.

    Raises:
        AnalysisError: a balance, no monthly figures, no relief in the register for this choice, or none of it within
            the figures.
    """
    if query.pair.flow == "balance":
        raise AnalysisError("A balance may be below zero, so it has no change; choose exports or imports.")
    whom = targets.in_sentence(store, catalogue.names(store), query.measures.target)
    turns = reversals.turns(store, query.measures).filter(pl.col("kind") != reversals.IMPOSED)
    if turns.is_empty():
        raise AnalysisError(placebo.none_held(store, query.measures, whom, easings_only=True))
    months = ask_months(store, query.pair)
    named = targets.landmarks(store, query.measures.target)
    return of_months(months, turns, query, whom, senders(store), named)


def of_months(
    months: TradeSeries,
    turns: pl.DataFrame,
    query: ReliefQuery,
    whom: str,
    who: Senders,
    named: tuple[str, ...] = (),
) -> Relief:
    """The same on months and turns that are at hand.

    Args:
        named: measures that name their row before others of its month.

    Raises:
        AnalysisError: no row has a figure.
    """
    trusted = months.trusted()
    if trusted.is_empty:
        raise AnalysisError("Every month of this flow is marked as doubtful; choose another reporter or flow.")
    own = who.of_area(query.pair.reporter)
    ends = turns.filter(pl.col("kind") == reversals.ENDED).select("measure", pl.col("date").alias("ended"))
    about = ABOUT_TRADE.get(query.pair.flow, ABOUT_TRADE["import"] | ABOUT_TRADE["export"])
    relief = pl.col("kind").is_in(reversals.RELIEF)
    dated = turns.join(ends.unique("measure"), on="measure", how="left", maintain_order="left").with_columns(
        relief.alias("relief"),
        pl.col("date").dt.truncate("1mo").alias("month"),
        pl.when(relief & (pl.col("ended") >= pl.col("date"))).then("ended").alias("ended"),
    )
    ordered = dated.sort(
        ~pl.col("relief"),
        "month",
        ~pl.col("sender").is_in(own),
        ~pl.col("measure").is_in(named),
        ~pl.col("types").str.split(";").list.eval(pl.element().is_in(list(about))).list.any(),
        "date",
        "measure",
    )
    groups = ordered.partition_by("relief", "month", maintain_order=True)
    placed = groups
    if query.spans == "months":
        placed = [one for one in groups if one["precision"][0] != Precision.YEAR.value]
    rows = tuple(_row(group, trusted, query, own) for group in placed if group["month"][0] <= trusted.last_month)
    drawn = tuple(row for row in rows if any(span.value is not None or span.part for span in row.spans))
    if not drawn:
        raise AnalysisError(_outside(trusted, turns, whom))
    below = _drawn(trusted, drawn)
    return Relief(
        query,
        below.summed("A") if query.spans == "years" else below,
        below,
        months.with_rows(months.flagged),
        drawn,
        bare=len(placed) - len(drawn),
        undated=len(groups) - len(placed),
        whom=whom,
        last_month=trusted.last_month,
        who=who,
    )


def _row(group: pl.DataFrame, months: TradeSeries, query: ReliefQuery, own: tuple[str, ...]) -> Row:
    at = ordinal_of(group["month"][0])
    make = _year if query.spans == "years" else _run
    before, during, after = (make(months, first, last) for first, last in _around(at, query))
    return Row(
        bool(group["relief"][0]),
        group.drop("relief", "month"),
        (before, during, after),
        months=ordinal_of(months.last_month) - at,
        own=bool(group["sender"].is_in(own).any()),
    )


def _around(at: int, query: ReliefQuery) -> tuple[tuple[int, int], ...]:
    """First and last month before, at and after a month, counted as `ordinal_of` does."""
    if query.spans == "months":
        wide = query.window_months
        return (at - wide, at - 1), (at + 1, at + wide), (at + wide + 1, at + 2 * wide)
    january = at // YEAR * YEAR
    return tuple((january + by, january + by + YEAR - 1) for by in (-YEAR, 0, YEAR))


def _run(months: TradeSeries, first: int, last: int) -> Span:
    """A run of months; without a value where one of them has no figure."""
    held = total(months, first, last)
    value, width = (None, 0.0) if held is None else held
    return Span(month_of(first), month_of(last), value, width)


def _year(months: TradeSeries, first: int, last: int) -> Span:
    """A calendar year; of the one that is not over its months so far, beside the same of the year before."""
    whole = _run(months, first, last)
    end = ordinal_of(months.last_month)
    if whole.value is not None or not first <= end < last:
        return whole
    held, before = total(months, first, end), total(months, first - YEAR, end - YEAR)
    if held is None:  # the year is not over and has a gap
        return whole
    earlier, wide = (None, 0.0) if before is None else before
    part = Part(month_of(first), month_of(end), held[0], held[1], earlier, wide)
    return Span(whole.first, whole.last, None, part=part)


def _drawn(months: TradeSeries, rows: tuple[Row, ...]) -> TradeSeries:
    """The months that the rows stand on."""
    held = {
        month_of(at)
        for row in rows
        for span in row.spans
        if span.value is not None or span.part is not None
        for at in range(ordinal_of(span.first), ordinal_of(span.last) + 1)
    }
    return at_periods(months, pl.Series(sorted(held), dtype=pl.Date))


def _outside(months: TradeSeries, turns: pl.DataFrame, whom: str) -> str:
    """The relief that there is lies where the flow has no figures."""
    first: date = months.frame["period"][0]
    lies, none = ("lies", "The one date") if turns.height == 1 else ("lie", f"All {words.count(turns.height)} dates")
    return (
        f"{none} of relief on {whom}, {words.span(turns['date'][0], turns['date'][-1])}, {lies} where this flow has no "
        f"whole year or run of months; its figures begin in {words.month(first)}. Choose another reporter or flow."
    )
