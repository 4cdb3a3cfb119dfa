"""Trade over time: the lines of the main picture, as level, index or growth, with their gaps and their newest level.

Order: the study of trade deflates and sums; then index or growth; then the reader's window.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

import polars as pl

from dashboard.analysis import transforms
from dashboard.analysis.errors import AnalysisError
from dashboard.queries.trade import TradeFlowWord
from dashboard.studies import rounding
from dashboard.studies.rounding import Change
from dashboard.studies.series import TradeSeries, together
from dashboard.studies.trade import TradeQuery, ask, ask_flows, both_or_total
from pipelines.store import Store

Measure = Literal["level", "index", "growth"]
MOST_LINES = 5
"""Lines stay countable."""
LATE_MONTHS = 6
"""A line that ends so many months before the newest of its view says so."""


@dataclass(frozen=True)
class OverTimeQuery:
    """Which trade, shown as what; `flow` both is two lines for one partner and their sum for several."""

    trade: TradeQuery
    flow: Literal["both", "export", "import", "total", "balance"] = "both"
    measure: Measure = "level"
    base: int | None = None


@dataclass(frozen=True, eq=False)
class NewestLevel:
    """The newest level of one partner that nobody doubts beside the highest of the window, in the prices drawn.

    `against` is the change from the highest to now; it has no value where nothing is compared (a balance, a single
    level). `doubted` are newer periods that are flagged, with their flag.
    """

    partner: str
    now: float
    now_width: float
    now_period: date
    highest: float
    highest_period: date
    against: Change
    is_highest: bool
    doubted: tuple[tuple[date, str], ...] = ()


@dataclass(frozen=True, eq=False)
class OverTimeStudy:
    """Lines as drawn: each a series of one partner and flow whose frame holds `shown` (index, growth in percent, or
    the value itself) beside `value`. `base` is the base year of an index. At most `MOST_LINES` partners are drawn.
    `untold` are the periods of the same lines whose change is not drawn, each with the reason: see `untold`."""

    query: OverTimeQuery
    lines: tuple[TradeSeries, ...]
    base: int | None
    newest: tuple[NewestLevel, ...]
    untold: tuple[TradeSeries, ...] = ()

    @property
    def measure(self) -> Measure:
        """What is shown: level, index or growth."""
        return self.query.measure

    @property
    def flow(self) -> TradeFlowWord:
        """The one flow that is drawn; exports and imports side by side are spoken of as trade."""
        flows = {line.flow for line in self.lines}
        return flows.pop() if len(flows) == 1 else "total"

    @property
    def partners_not_drawn(self) -> tuple[str, ...]:
        """Partners beyond the first `MOST_LINES`."""
        return (self.query.trade.partners or ())[MOST_LINES:]

    @property
    def partners_without_figures(self) -> tuple[str, ...]:
        """Partners among the first `MOST_LINES` that have no figure in the window."""
        held = set(self.whole.partners)
        return tuple(code for code in (self.query.trade.partners or ())[:MOST_LINES] if code not in held)

    @property
    def whole(self) -> TradeSeries:
        """All lines as one series, for passport and table."""
        return together(self.lines)

    @property
    def first(self) -> date:
        """The first period that is drawn."""
        first: date = min(line.frame["period"][0] for line in self.lines)
        return first

    @property
    def last(self) -> date:
        """The last period that is drawn."""
        last: date = max(line.frame["period"][-1] for line in self.lines)
        return last

    def late(self) -> list[TradeSeries]:
        """Lines that end more than `LATE_MONTHS` before the newest of the view."""
        newest = self.whole.last_month
        return [line for line in self.lines if _months(line.last_month, newest) > LATE_MONTHS]


def study(store: Store, query: OverTimeQuery) -> OverTimeStudy:
    """The lines that were asked for.

    Raises:
        AnalysisError: there is nothing to draw, with the reason and what brings it.
    """
    partners = (query.trade.partners or ())[:MOST_LINES]
    whole_span = replace(query.trade, partners=partners, start=None, end=None)
    series = _series(store, query.flow, whole_span)
    if not series:
        raise AnalysisError(_why_empty(store, query, whole_span))
    ordered = _in_order(series, partners)
    shown, base = as_measure(ordered, query.measure, query.base, balance=query.flow == "balance")
    hidden = [untold(line) for line in ordered] if query.measure == "growth" else []
    kept = [window(line, query.trade.start, query.trade.end, query.measure) for line in hidden]
    left = tuple(line for line in kept if not line.is_empty)
    cut = [window(line, query.trade.start, query.trade.end, query.measure) for line in shown]
    drawn = tuple(line for line in cut if not line.is_empty)
    if not drawn:
        asked = _series(store, query.flow, query.trade)
        reason = "" if asked else _why_empty(store, query, query.trade)
        reason = reason or (_NO_CHANGE_TOLD if left else "")
        raise AnalysisError(reason or "There are no figures in this window. Choose an earlier “From” or a later “To”.")
    return OverTimeStudy(query, drawn, base, newest_levels(_levels(store, query, drawn, left)), left)


_NO_CHANGE_TOLD = (
    "The figures in this window are doubtful, zero or too coarsely rounded for a change to be told. Choose “Level”, an "
    "earlier “From” or a later “To”."
)


def _series(store: Store, flow: str, query: TradeQuery) -> list[TradeSeries]:
    found = both_or_total(store, query) if flow == "both" else ask_flows(store, query, [flow])  # type: ignore[list-item]
    return [line for series in found for line in series.lines()]


def _in_order(series: Sequence[TradeSeries], partners: Sequence[str]) -> list[TradeSeries]:
    """Lines in the order in which partners were chosen, exports before imports."""
    order = {code: place for place, code in enumerate(partners)}
    return sorted(series, key=lambda line: (order.get(line.partner, len(order)), line.flow))


def _why_empty(store: Store, query: OverTimeQuery, trade: TradeQuery) -> str:
    flows: tuple[TradeFlowWord, ...] = ("total", "export") if query.flow == "both" else (query.flow,)
    reasons = [ask(store, replace(trade, flow=flow)).why_empty for flow in flows]
    return next((reason for reason in reasons[::-1] if reason), "There are no figures for this choice.")


def as_measure(
    lines: Sequence[TradeSeries], measure: Measure, base: int | None, *, balance: bool = False
) -> tuple[list[TradeSeries], int | None]:
    """The lines with `shown` added, and the base year of an index.

    Raises:
        AnalysisError: a balance has no index; the base is missing; there is no common base.
    """
    if measure == "level":
        return [line.with_rows(line.frame.with_columns(pl.col("value").alias("shown"))) for line in lines], None
    if balance:
        raise AnalysisError("A balance has no index and no growth rate, since it changes sign. Choose “Level”.")
    if measure == "growth":
        return [_growth(line) for line in lines], None
    year = base if base is not None else _first_common_year(lines)
    return [_index(line, year) for line in lines], year


def _growth(line: TradeSeries) -> TradeSeries:
    """Change on the same period a year before, in percent in `shown`, with the band of rounding in `shown_low` and
    `shown_high`. A flagged figure has no change, and nothing is compared with it."""
    trusted = line.trusted()
    grown = transforms.growth(trusted.frame, value="value").drop("growth", "year_before_usd")
    facts = trusted.frame.select("period", "value", "rounding").iter_rows()
    held = {day: (value, width) for day, value, width in facts}
    changes = [_change(held, day) for day in grown["period"].to_list()]
    parts = {name: [getattr(change, part) for change in changes] for name, part in _PARTS.items()}
    columns = [pl.Series(name, values, dtype=pl.Float64) * 100 for name, values in parts.items()]
    return line.with_rows(grown.with_columns(columns).filter(pl.col("shown").is_not_null()))


def untold(line: TradeSeries) -> TradeSeries:
    """Whole periods with a figure and without a change that can be told, although their year before is there: the rows
    with the reason in `why`. `doubt`: the figure or the one before is flagged; `rounding`: the one before may be
    nothing, since it is printed rounded; `zero`: it is nothing. A flagged figure counts whatever is there before it."""
    whole = line.whole()
    facts = whole.frame.select("period", "value", "rounding", "flag").iter_rows()
    held = {day: (value, width, mark) for day, value, width, mark in facts}
    return whole.with_rows(
        whole.frame.with_columns(
            pl.Series("why", [_why_untold(held, day) for day in whole.frame["period"].to_list()], dtype=pl.String)
        ).filter(pl.col("why").is_not_null())
    )


def _why_untold(held: Mapping[date, tuple[float, float, str | None]], day: date) -> str | None:
    value, width, mark = held[day]
    if mark is not None:
        return "doubt"
    if (earlier := held.get(day.replace(year=day.year - 1))) is None:
        return None
    before, width_before, mark_before = earlier
    if mark_before is not None:
        return "doubt"
    if rounding.change(before, value, width_before, width).value is not None:
        return None
    return "rounding" if width_before >= rounding.LEAST_TOLD_WIDTH else "zero"


_PARTS = {"shown": "value", "shown_low": "low", "shown_high": "high"}


def _change(held: Mapping[date, tuple[float, float]], day: date) -> Change:
    """The change on the same period a year before."""
    (before, width_before), (after, width_after) = held[day.replace(year=day.year - 1)], held[day]
    return rounding.change(before, after, width_before, width_after)


def _index(line: TradeSeries, base: int) -> TradeSeries:
    """100 is the base year: the mean of its periods, or the 12-month sum at its December, which is the same year."""
    if line.frequency == "S":
        indexed = transforms.index_to(line.frame, base=date(base, 12, 1), frequency="M", value="value")
    else:
        indexed = transforms.index_to(line.frame, base=base, frequency=line.frequency, value="value")
    return line.with_rows(indexed.rename({"index": "shown"}))


def _first_common_year(lines: Sequence[TradeSeries]) -> int:
    need = {"M": 12, "S": 12, "Q": 4, "A": 1}
    years: set[int] | None = None
    for line in lines:
        whole = line.whole().frame.filter(pl.col("value") > 0)
        counted = whole.group_by(pl.col("period").dt.year().alias("year")).len()
        full = set(counted.filter(pl.col("len") == need[line.frequency])["year"])
        years = full if years is None else years & full
    if not years:
        raise AnalysisError("The chosen partners have no complete year in common, so there is no base for an index.")
    return min(years)


def window(line: TradeSeries, start: date | None, end: date | None, measure: Measure) -> TradeSeries:
    """The rows between the reader's From and To; a part of a period stays only at the end of a level, where it is drawn
    hollow and named by its months."""
    cut = line.between(start, end)
    if cut.is_empty:
        return cut
    whole = ~pl.col("is_partial")
    last = cut.frame["period"].max()
    return cut.where(whole | (pl.col("period") == last) if measure == "level" else whole)


def _levels(
    store: Store, query: OverTimeQuery, drawn: Sequence[TradeSeries], untold: Sequence[TradeSeries]
) -> TradeSeries:
    """The levels behind the sentence above the picture, inside the window that is drawn and in its prices: years where
    years are drawn, else 12-month sums; both flows together as their sum. Periods whose change is not told are part of
    the window, so that the newest is not an older one. Without rows where the window holds none."""
    flows = {line.flow for line in drawn}
    flow: TradeFlowWord = "total" if len(flows) == 2 else next(iter(flows))
    partners = tuple(dict.fromkeys(line.partner for line in drawn))
    yearly = drawn[0].frequency == "A"
    asked = replace(
        query.trade,
        partners=partners,
        flow=flow,
        period="A" if yearly else "S",
        source=drawn[0].sources[0],
        start=None,
        end=None,
    )
    first = min(line.frame["first_month"].min() for line in drawn)  # type: ignore[type-var]
    last = max(line.last_month for line in [*drawn, *untold])
    found = ask(store, asked).whole()
    return found.where(pl.col("first_month") >= first, pl.col("last_month") <= last)


def newest_levels(series: TradeSeries) -> tuple[NewestLevel, ...]:
    """The newest and the highest level of each partner, in the order of the rows; flagged figures are neither."""
    return tuple(_newest(line) for line in series.lines() if not line.trusted().is_empty)


def _newest(line: TradeSeries) -> NewestLevel:
    trusted = line.trusted().frame
    last = trusted.row(-1, named=True)
    high = trusted.sort("value", "period", descending=[True, False]).row(0, named=True)
    comparable = trusted.height > 1 and line.flow != "balance"
    against = rounding.change(high["value"], last["value"], high["rounding"], last["rounding"])
    newer = line.flagged.filter(pl.col("period") > last["period"])
    return NewestLevel(
        partner=line.partner,
        now=last["value"],
        now_width=last["rounding"],
        now_period=last["period"],
        highest=high["value"],
        highest_period=high["period"],
        against=against if comparable else rounding.NO_CHANGE,
        is_highest=comparable and high["period"] == last["period"],
        doubted=tuple(newer.select("period", "flag").iter_rows()),
    )


def _months(earlier: date, later: date) -> int:
    return 12 * (later.year - earlier.year) + later.month - earlier.month
