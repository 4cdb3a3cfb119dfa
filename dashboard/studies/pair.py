"""Monthly trade of one pair, as the studies of timing read it: without doubtful figures, with what is said about gaps
and about rounding.

A figure that its source or we mark as doubtful is left out of every measure here and named. Months without a figure
stay gaps.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date

import polars as pl

from dashboard import words
from dashboard.analysis.errors import AnalysisError
from dashboard.queries.trade import TradeFlowWord
from dashboard.studies import rounding
from dashboard.studies.rounding import NO_CHANGE, Change
from dashboard.studies.series import CurrencyChoice, TradeSeries
from dashboard.studies.trade import TradeQuery, ask
from pipelines.store import Store

COARSE_SHARE = 0.1
"""A figure that is rounded to more than this share of itself is coarse: two steps of it look like a fifth."""
FEW_SHARE = 0.05
"""Coarse months up to this share of all go unmentioned: they cannot make a test or a level."""
MOST_NAMED = 3
"""Gaps and doubtful months that a sentence names; the others are counted."""


@dataclass(frozen=True)
class PairQuery:
    """Whose monthly trade with whom, in which flow and currency, from which source, as known when."""

    reporter: str
    partner: str
    flow: TradeFlowWord
    currency: CurrencyChoice = "reported"
    source: str | None = None
    known_on: date | None = None

    def trade(self, partners: tuple[str, ...] | None = None) -> TradeQuery:
        """The question to the store: of the partner, or of other partners of the same flow."""
        return TradeQuery(
            self.reporter,
            partners,
            self.flow,
            currency=self.currency,
            source=self.source,
            known_on=self.known_on,
        )


def ask_months(store: Store, query: PairQuery) -> TradeSeries:
    """All months of the pair.

    Raises:
        AnalysisError: there are none; the sentence says whether the pair, the flow, the source or the day is the cause.
    """
    series = ask(store, query.trade((query.partner,)))
    if series.is_empty:
        raise AnalysisError(series.why_empty)
    return series


def at_periods(series: TradeSeries, periods: pl.Series) -> TradeSeries:
    """The rows of some months: what a picture of these months draws."""
    return series.where(pl.col("period").is_in(periods.unique().to_list()))


def doubtful_words(series: TradeSeries) -> str:
    """Which months are left out as doubtful, in a sentence; empty when none is."""
    told = [f"{words.month(day)} ({flag.replace('_', ' ')})" for day, flag in _flags(series)]
    if not told:
        return ""
    is_are = "is" if len(told) == 1 else "are"
    return f"{words.listing(_some(told))} {is_are} marked as doubtful and left out."


def _flags(series: TradeSeries) -> list[tuple[date, str]]:
    return series.flagged.select("period", "flag").rows()


def _some(told: list[str]) -> list[str]:
    """The first few, and how many more."""
    return told if len(told) <= MOST_NAMED else [*told[:MOST_NAMED], f"{len(told) - MOST_NAMED} more"]


def gap_words(series: TradeSeries) -> str:
    """Months of one line that have no figure between its first and its last, in a sentence; empty when none lacks."""
    gaps = [words.span(first, last) for first, last in series.gaps()]
    return f"No figures for {words.listing(_some(gaps))}, which stay a gap." if gaps else ""


def coarse(series: TradeSeries) -> TradeSeries:
    """The rows that are rounded to more than `COARSE_SHARE` of themselves; zeros of a coarse edition among them."""
    width, value = pl.col("rounding").fill_null(0.0), pl.col("value").abs()
    return series.where((width >= rounding.LEAST_TOLD_WIDTH) & (width > COARSE_SHARE * value))


def coarse_words(series: TradeSeries) -> str:
    """A sentence on months whose figure is hardly larger than its rounding; empty when hardly any is."""
    rows = coarse(series).frame
    if rows.height <= FEW_SHARE * series.frame.height:
        return ""
    width: float = rows["rounding"].max()  # type: ignore[assignment]
    return (
        f"{words.count(rows.height)} of the {words.plural(series.frame.height, 'month')} "
        f"{'is' if rows.height == 1 else 'are'} rounded to more than a tenth of the figure (up to "
        f"{series.money(width)}), so one step of rounding looks like a change of trade."
    )


def log_change(before: TradeSeries, after: TradeSeries, value: float) -> Change:
    """A change of mean logs, as a fraction, with the band that rounding leaves.

    The lowest change sets every month before at its upper end and every month after at its lower, and so round.

    Args:
        value: the change that was measured, for example with the season taken out.
    """
    lows, highs = (_mean_logs(series.frame.filter(pl.col("value") > 0)) for series in (before, after))
    if lows is None or highs is None:
        return NO_CHANGE
    (low_before, middle_before, high_before), (low_after, middle_after, high_after) = lows, highs
    middle = middle_after - middle_before
    logs = math.log1p(value)
    return Change(
        value,
        math.expm1(logs + (low_after - high_before) - middle),
        math.expm1(logs + (high_after - low_before) - middle),
    )


def _mean_logs(rows: pl.DataFrame) -> tuple[float, float, float] | None:
    """Means of the logs of the lowest, printed and highest values; None where a value may be zero."""
    half = pl.col("rounding").fill_null(0.0) / 2
    ends = rows.select(low=pl.col("value") - half, middle=pl.col("value"), high=pl.col("value") + half)
    if ends.is_empty() or (ends["low"] <= 0).any():
        return None
    low, middle, high = (float(ends[name].log().mean()) for name in ("low", "middle", "high"))  # type: ignore[arg-type]
    return low, middle, high
