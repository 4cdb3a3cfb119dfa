"""The timing test of one date on one pair, and of every dated turn of the register at once.

The statistics are those of `analysis.timing`; here is decided what they are asked of: which months in which currency,
without doubtful ones, which dates were known, and what the rounding of the figures could make of a change.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

import polars as pl

from dashboard import words
from dashboard.analysis.errors import AnalysisError
from dashboard.analysis.frames import month_of, ordinal_of
from dashboard.analysis.timing import skipped, timing_test
from dashboard.analysis.timing_many import timing_tests
from dashboard.analysis.timing_path import event_path
from dashboard.analysis.timing_result import TimingResult, WindowChange
from dashboard.queries import catalogue
from dashboard.queries.per_build import per_build
from dashboard.queries.senders import Senders, senders
from dashboard.studies import reversals, targets
from dashboard.studies.measures import STRICT_CLOCKS, MeasureQuery
from dashboard.studies.pair import PairQuery, ask_months, at_periods, log_change
from dashboard.studies.rounding import Change
from dashboard.studies.series import TradeSeries
from dashboard.studies.trade import ask
from dashboard.words.trade import PLACE
from pipelines.schema.terms import Clock, Precision
from pipelines.store import Store

ALPHA = 0.05


@dataclass(frozen=True)
class PlaceboQuery:
    """Which pair is tested around which date, over how many months, and how much of it is drawn."""

    pair: PairQuery
    event: date
    window_months: int = 12
    before: int = 24
    after: int = 36
    other_partners: bool = False


@dataclass(frozen=True, eq=False)
class Placebo:
    """One date tested. `series` are the months of the test, `drawn` those around the date, `doubtful` those left out.

    `path` is the index around the date with the band of ordinary dates; `relief` what the register dates to the day,
    where some of it is relief or the end of relief.
    """

    query: PlaceboQuery
    series: TradeSeries
    drawn: TradeSeries
    doubtful: TradeSeries
    result: TimingResult
    path: pl.DataFrame
    relief: pl.DataFrame

    @property
    def skip(self) -> int:
        """Months left out at the date: 1 when its month is part before and part after."""
        return skipped(self.query.event, "auto")

    def change(self, one: WindowChange) -> Change:
        """The change over a window, not less the usual one, with the band that rounding leaves."""
        at = ordinal_of(self.query.event)
        return _band(self.series, at, self.skip, one.window_months, one.lead_months, one.change)


def _band(series: TradeSeries, at: int, skip: int, window: int, lead: int, value: float) -> Change:
    """A change from the window before a month to the window after it, with the band that rounding leaves."""
    before = series.between(month_of(at - lead - window), month_of(at - lead - 1))
    after = series.between(month_of(at + skip), month_of(at + skip + window - 1))
    return log_change(before, after, value)


def study(store: Store, query: PlaceboQuery) -> Placebo:
    """The test of one date.

    Raises:
        AnalysisError: a balance, no figures, or a test that cannot be made; for a day of relief with what stays open.
    """
    refuse_balance(query.pair)
    months = ask_months(store, query.pair)
    others = None
    if query.other_partners:
        others = ask(store, query.pair.trade()).where((pl.col("partner") != query.pair.partner) & PLACE)
    relief = reversals.on_day(store, partner=query.pair.partner, event=query.event, known_on=query.pair.known_on)
    return of_months(months, query, relief, others)


@per_build
def last_testable(store: Store, pair: PairQuery, window_months: int) -> date | None:
    """The last month of which any day can be tested: the figures reach as far behind it; None without figures."""
    try:
        months = ask_months(store, pair).trusted()
    except AnalysisError:
        return None
    return None if months.is_empty else month_of(ordinal_of(months.last_month) - window_months)


def refuse_balance(pair: PairQuery) -> None:
    """Raises AnalysisError for a balance, which has no logarithm."""
    if pair.flow == "balance":
        raise AnalysisError("A balance has no logarithm, because it may be below zero; choose exports or imports.")


def of_months(
    months: TradeSeries, query: PlaceboQuery, relief: pl.DataFrame, others: TradeSeries | None = None
) -> Placebo:
    """The same on months that are at hand.

    Raises:
        AnalysisError: the test cannot be made.
    """
    trusted = months.trusted()
    try:
        result = timing_test(
            trusted.frame,
            event=query.event,
            window_months=query.window_months,
            partners=None if others is None else others.trusted().frame,
            value="value",
        )
        path = event_path(
            trusted.frame,
            event=query.event,
            window_months=query.window_months,
            before=query.before,
            after=query.after,
            value="value",
        )
    except AnalysisError as reason:
        told = " ".join(part for part in (str(reason), reversals.untold(relief)) if part)
        raise AnalysisError(f"{told} Choose another date, window, partner or flow.") from reason
    doubtful = months.with_rows(months.flagged)
    return Placebo(query, trusted, at_periods(trusted, path["period"]), doubtful, result, path, relief)


@dataclass(frozen=True)
class EveryMeasureQuery:
    """Which turns of the register, by which of their dates, are tested on which pair over how many months.

    `easings_only`: easings, liftings and ends of relief, without what was imposed.
    """

    pair: PairQuery
    measures: MeasureQuery
    window_months: int = 12
    easings_only: bool = False


@dataclass(frozen=True, eq=False)
class EveryMeasure:
    """Every turn with the figures of its test. `table` is a row for each turn inside the months of the flow: those of
    one month share a test, but for those of its first day.

    `table` has the columns of `reversals.turns` and of `timing_tests`, with `month`, `first_of_month`, `in_this_test`
    and, where there is no test, `refused`. `outside` counts turns beyond the months of the flow, `nearest` rows without
    a day on the chosen clock; `who` names the senders.
    """

    query: EveryMeasureQuery
    series: TradeSeries
    doubtful: TradeSeries
    table: pl.DataFrame
    outside: int
    nearest: int
    who: Senders = field(default_factory=Senders)

    @property
    def done(self) -> pl.DataFrame:
        """The turns that could be tested."""
        return self.table.filter(pl.col("p_value").is_not_null())

    @property
    def tests(self) -> pl.DataFrame:
        """One row for each test."""
        return one_a_test(self.done)

    def change(self, row: Mapping[str, Any]) -> Change:
        """The effect of a test with the band that rounding leaves."""
        at, window = ordinal_of(row["date"]), self.query.window_months
        return _band(self.series, at, skipped(row["date"], "auto"), window, 0, row["effect"])


def one_a_test(rows: pl.DataFrame) -> pl.DataFrame:
    """The first turn of every test: turns of one month share it, but for those of its first day."""
    return rows.unique(["month", "first_of_month"], keep="first", maintain_order=True)


def every_measure(store: Store, query: EveryMeasureQuery) -> EveryMeasure:
    """Every turn tested at once.

    Raises:
        AnalysisError: a balance, no figures, no turn inside their months, or not one that can be tested.
    """
    refuse_balance(query.pair)
    months = ask_months(store, query.pair)
    turns = reversals.turns(store, query.measures)
    if query.easings_only:
        turns = turns.filter(pl.col("kind") != reversals.IMPOSED)
    whom = targets.in_sentence(store, catalogue.names(store), query.measures.target)
    if turns.is_empty():
        raise AnalysisError(none_held(store, query.measures, whom, easings_only=query.easings_only))
    return replace(of_turns(months, turns, query, whom), who=senders(store))


def of_turns(months: TradeSeries, turns: pl.DataFrame, query: EveryMeasureQuery, whom: str) -> EveryMeasure:
    """The same on months and turns that are at hand.

    Args:
        whom: the target as a sentence names it.
    """
    trusted = months.trusted()
    first, last = trusted.frame["period"].min(), trusted.last_month
    assert isinstance(first, date)
    inside = turns.filter(pl.col("date").dt.truncate("1mo").is_between(first, last))
    if inside.is_empty():
        none = f"None of the {words.count(turns.height)} dates" if turns.height > 1 else "No date"
        raise AnalysisError(
            f"{none} on {whom} lies in the months of this flow, {words.span(first, last)}; choose another reporter, "
            "partner or target."
        )
    table = _tested(trusted, inside, query.window_months)
    found = EveryMeasure(
        query,
        trusted,
        months.with_rows(months.flagged),
        table,
        outside=turns.height - inside.height,
        nearest=_nearest(inside, query.measures.clock),
    )
    if found.done.is_empty():
        raise AnalysisError(_all_refused(table))
    return found


def _nearest(turns: pl.DataFrame, clock: str) -> int:
    """Turns that stand at another day than that of the clock; ends stand at their own, and beside them easings."""
    if clock == Clock.LIFTED.value:
        return 0
    own = pl.col("clock_used").is_in([clock, Clock.LIFTED.value])
    return turns.filter(~own).height


def _tested(months: TradeSeries, turns: pl.DataFrame, window: int) -> pl.DataFrame:
    """The turns with the figures of their tests; those that cannot be tested say why."""
    keyed = turns.with_columns(pl.concat_str("measure", "clock_used", "date", separator="|").alias("event")).unique(
        "event", maintain_order=True
    )
    dated = keyed.filter(pl.col("precision") != Precision.YEAR.value)
    if dated.is_empty():
        raise AnalysisError("The register dates these measures by the year alone, and a year cannot be tested.")
    try:
        found = timing_tests(
            months.frame,
            events=dict(dated.select("event", "date").iter_rows()),
            by=(),
            window_months=window,
            windows=(),
            alpha=ALPHA,
            value="value",
        )
    except AnalysisError as reason:
        raise AnalysisError(f"{reason} Choose another partner or flow.") from reason
    month, at_start = pl.col("date").dt.truncate("1mo"), pl.col("date").dt.day() == 1
    return (
        keyed.join(found.drop("date"), on="event", how="left", maintain_order="left")
        .with_columns(
            pl.when(pl.col("precision") == Precision.YEAR.value)
            .then(pl.lit("The register knows the year alone."))
            .otherwise(pl.col("refused"))
            .alias("refused"),
            month.alias("month"),
            at_start.alias("first_of_month"),
            pl.len().over(month, at_start).alias("in_this_test"),
        )
        .sort("date", "measure", "kind")
    )


def none_held(store: Store, query: MeasureQuery, whom: str, *, easings_only: bool) -> str:
    """Why there is no turn at all, in a sentence: the day of knowledge or the choice is the cause."""
    noun = "easing, lifting or end of relief" if easings_only else "measure"
    day = query.known_on
    if day is not None and not reversals.turns(store, _today(query)).is_empty():
        return f"No {noun} on {whom} was out on {words.day(day)} for this choice; choose a later day."
    if not (query.senders or query.types or query.clock in STRICT_CLOCKS):
        return f"The register holds no {noun} on {whom}; choose another target."
    return f"The register holds no {noun} on {whom} for this choice of senders, kinds and clock; widen the filters."


def _today(query: MeasureQuery) -> MeasureQuery:
    return replace(query, known_on=None)


def _all_refused(table: pl.DataFrame) -> str:
    """The commonest reason, when not one date can be tested."""
    reasons = table["refused"].drop_nulls().value_counts(sort=True)
    reason = reasons["refused"][0] if reasons.height else "The register knows only their year."
    none = f"Not one of the {words.count(table.height)} dates can" if table.height > 1 else "The one date cannot"
    return f"{none} be tested on this flow. {reason} Choose another flow, reporter or window."
