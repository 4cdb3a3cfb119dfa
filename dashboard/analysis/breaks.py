"""When did the level of a series change? Least-squares breaks in the mean, with intervals and a null distribution.

    y_t = level_j + error_t for t in regime j          breaks minimise the sum of squared errors
    BIC   n · ln(SSR / n) + 2 (m + 1) · ln n           m breaks; the number with the smallest BIC is taken
    LWZ   ln(SSR / (n − p)) + 0.299 p (ln n)^2.1 / n   p = 2 m + 1

A date is the **first** observation of the new regime; software that gives the last one of the old regime (such as R's
strucchange) names the observation before. Interval: how far the estimated place of a break strays, from the change of
level and the variance of the regimes beside it. p: how often a series without any break, of the same length and
with the same persistence, shows one as clear as this between the neighbouring breaks. Persistence matters: a series
that only wanders has stretches of high and low level, and least squares always finds some break. It is measured as
if there were no break, which asks more of a break than less: on series of 100 to 240 observations without any break,
and up to 0.8 persistent, 2% to 6% are found at 5%; above that, more. A trend looks like
stairs to this method. A date says when, not why.

Sources: Bai & Perron (2003), Journal of Applied Econometrics 18, 1–22; Bai (1997), Review of Economics and Statistics
79, 551–563; Liu, Wu & Zidek (1997), Statistica Sinica 7, 497–525.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Literal

import numpy as np
import polars as pl

from dashboard import words
from dashboard.analysis.breaks_search import best_breaks, largest_f, persistent, place_quantile
from dashboard.analysis.errors import AnalysisError
from dashboard.analysis.frames import require
from dashboard.analysis.loess import Array

Criterion = Literal["bic", "lwz"]
LEAST_SEGMENT = 2
SIMULATIONS = 999
MOST_MEMORY = 0.98
LONGEST = 1_000


@dataclass(frozen=True)
class Break:
    """One break. `date` is the first observation of the new regime, `last_old` the one before it.

    `low` … `high` is the interval of `date`; None where it runs beyond the series. `p_value` belongs to this break
    between its neighbours; `change` is `after` − `before` in the unit of the series. `at_limit`: the regime on one side
    is as short as the search allows, so the level may have changed beyond that limit.
    """

    date: Any
    last_old: Any
    low: Any
    high: Any
    before: float
    after: float
    f: float
    memory: float
    p_value: float
    at_limit: bool

    @property
    def change(self) -> float:
        """Level after less level before."""
        return self.after - self.before


@dataclass(frozen=True)
class BreakDates:
    """The breaks of the chosen number, and what every other number would have cost."""

    breaks: tuple[Break, ...]
    levels: tuple[float, ...]
    criterion: str
    criteria: tuple[float, ...]
    sums_of_squares: tuple[float, ...]
    observations: int
    least_segment: int
    level: float
    convention: str = "first observation of the new regime"

    def frame(self) -> pl.DataFrame:
        """One row a break: date, last_old, low, high, before, after, change, f, memory, p_value, at_limit."""
        names = ("date", "last_old", "low", "high", "before", "after", "change", "f", "memory", "p_value", "at_limit")
        return pl.DataFrame([{name: getattr(one, name) for name in names} for one in self.breaks])

    def words(self, what: str = "The series") -> str:
        """The breaks in sentences, with their convention; no cause."""
        tail = "A date is the first of the new level. Dates say when, not why."
        if not self.breaks:
            return f"{what} shows no break in its level. {tail}"
        told = [
            f"{shown(one.date)} ({words.percent(self.level, 0)} interval "
            f"{shown(one.low, 'before the series')} to {shown(one.high, 'after the series')}, "
            f"p = {'under 0.001' if one.p_value < 0.001 else words.number(one.p_value, 3)})"
            for one in self.breaks
        ]
        return f"{what} changes its level {_times(len(told))}: {words.listing(told)}. {tail}"


def break_dates(
    series: pl.DataFrame,
    *,
    value: str,
    time: str,
    max_breaks: int = 5,
    min_share: float = 0.15,
    criterion: Criterion = "bic",
    breaks: int | None = None,
    level: float = 0.95,
) -> BreakDates:
    """Breaks in the mean of a series, each with its interval and its p-value.

        interval   place − q / (change² / variance), rounded outwards; q the quantiles of Bai's distribution, with the
                   variance of the regime on either side
        p          (1 + simulated largest F ≥ largest F) / (1 + 999), of AR(1) series with the memory between the
                   neighbouring breaks, r + (1 + 3 r) / n from the first autocorrelation r

    The shortest regime holds `min_share` of the observations. `series`: columns `time` (dates or numbers) and
    `value`, a row an observation; rows without a value are left out and the places of the others close up. `breaks`
    asks for that many breaks whatever the criterion says. Raises `AnalysisError` for a time that stands twice, an
    unknown criterion, a constant series, or one too short for the segments asked for.
    """
    if criterion not in ("bic", "lwz"):
        raise AnalysisError(f"The number of breaks is chosen by bic or lwz, not {criterion}.")
    times, y = _observations(series, value, time)
    size = len(y)
    least = max(LEAST_SEGMENT, math.floor(min_share * size + 1e-9))
    most = min(max_breaks if breaks is None else breaks, size // least - 1)
    if most < max(1, breaks or 0) or max_breaks < 1:
        raise AnalysisError(
            f"The series has {words.plural(size, 'observation')}; with {words.count(least)} or more on either side "
            f"there is no room for {words.plural(breaks or 1, 'break')}."
        )
    totals, found = best_breaks(y, most, least)
    criteria = tuple(_criterion(criterion, float(total), size, count) for count, total in enumerate(totals))
    count = int(np.argmin(criteria)) if breaks is None else breaks
    edges = [0, *found[count].tolist(), size]
    parts = [y[start:end] for start, end in pairwise(edges)]
    levels = [float(part.mean()) for part in parts]
    made = [_break(times, y, edges, place, least, level) for place in range(1, count + 1)]
    return BreakDates(
        tuple(made),
        tuple(levels),
        criterion,
        criteria,
        tuple(float(total) for total in totals),
        size,
        least,
        level,
    )


def _observations(series: pl.DataFrame, value: str, time: str) -> tuple[list[Any], Array]:
    require(series, [value, time], "series")
    kept = series.select(time, pl.col(value).cast(pl.Float64)).filter(
        pl.col(value).is_not_null() & pl.col(value).is_not_nan() & pl.col(time).is_not_null()
    )
    kept = kept.sort(time)
    if kept[time].is_duplicated().any():
        raise AnalysisError(f"The series holds {shown(kept.filter(kept[time].is_duplicated())[time][0])} twice.")
    y = kept[value].to_numpy()
    if not np.isfinite(y).all():
        raise AnalysisError("The series holds an infinite value; no break can be found in it.")
    if len(y) > LONGEST:
        raise AnalysisError(f"The series has {words.count(len(y))} observations; breaks are searched in {LONGEST:,}.")
    if len(y) == 0 or np.ptp(y) == 0:
        raise AnalysisError("The series never changes, so it has no break.")
    return kept[time].to_list(), y


def _criterion(name: Criterion, total: float, size: int, count: int) -> float:
    total = max(total, 1e-300)
    if name == "bic":
        return size * math.log(total / size) + 2 * (count + 1) * math.log(size)
    known = 2 * count + 1
    penalty: float = 0.299 * known * math.log(size) ** 2.1 / size
    return math.log(total / (size - known)) + penalty


def _memory(values: Array) -> float:
    """First autocorrelation, raised by what short series lose of it (Kendall 1954), between 0 and 0.98."""
    centred = values - values.mean()
    square = float((centred**2).sum())
    if square == 0:
        return 0.0
    first = float((centred[1:] * centred[:-1]).sum()) / square
    raised: float = first + (1 + 3 * first) / len(values)
    return min(max(raised, 0.0), MOST_MEMORY)


def _break(times: list[Any], y: Array, edges: list[int], place: int, least: int, level: float) -> Break:
    start, at, end = edges[place - 1 : place + 2]
    before, after = y[start:at], y[at:end]
    change = float(after.mean() - before.mean())
    variance = float(before.var()), float(after.var())
    around = y[start:end]
    f = float(largest_f(around, min(least, at - start, end - at)))
    memory = _memory(around)
    null = largest_f(persistent(end - start, memory, SIMULATIONS), least)
    low, high = at, at
    if min(variance) > 0:
        unit = variance[0] / change**2
        tail = (1 - level) / 2
        low = at - math.ceil(place_quantile(1 - tail, *variance) * unit)
        high = at - math.floor(place_quantile(tail, *variance) * unit)
    return Break(
        date=times[at],
        last_old=times[at - 1],
        low=times[low] if low >= 0 else None,
        high=times[high] if high < len(times) else None,
        before=float(before.mean()),
        after=float(after.mean()),
        f=f,
        memory=memory,
        p_value=float((1 + (null >= f).sum()) / (1 + SIMULATIONS)),
        at_limit=min(at - start, end - at) <= least,
    )


def shown(when: Any, otherwise: str = "") -> str:
    """A time in words: a date by its month, a number as it stands, None as `otherwise`."""
    if when is None:
        return otherwise
    return words.month(when) if hasattr(when, "month") else f"{when:g}"


def _times(count: int) -> str:
    return {1: "once", 2: "twice"}.get(count, f"{words.count(count)} times")
