"""When did the level of a series change? Least-squares breaks in the mean, with intervals and a null distribution.

    y_t = level_j + error_t for t in regime j          breaks minimise the sum of squared errors
    y_t = x_t' β_j + error_t                           with regressors (lags, a trend): all coefficients may change
    BIC   n · ln(SSR / n) + (q + 1) (m + 1) · ln n     m breaks, q coefficients a regime (1 for a level); the number
                                                       with the smallest BIC is taken
    LWZ   ln(SSR / (n − p)) + 0.299 p (ln n)^2.1 / n   p = q (m + 1) + m

A date is the **first** observation of the new regime; software that gives the last one of the old regime (such as R's
strucchange) names the observation before. Interval: how far the estimated place of a break strays, from the change of
level and the variance of the regimes beside it. p: how often a series without any break, of the same length and
with the same persistence, shows one as clear as this between the neighbouring breaks. Persistence matters: a series
that only wanders has stretches of high and low level, and least squares always finds some break. It is measured as
if there were no break, which asks more of a break than less: on series of 100 to 240 observations without any break,
and up to 0.8 persistent, 2% to 6% are found at 5%; above that, more. A trend looks like
stairs to a search for levels: give the trend as a regressor. With regressors persistence is theirs to hold (lags), and
the null distribution keeps them as they are and draws the errors anew. Simulated with a lag, 180 observations: 5% found
at 5% where neighbours correlate by 0.5, 9% by 0.8, about 20% by 0.95; of intervals at 95%, 90% held a planted change of
slope of half an error's spread. A date says when, not why.

Sources: Bai & Perron (2003), Journal of Applied Econometrics 18, 1–22; Bai (1997), Review of Economics and Statistics
79, 551–563; Liu, Wu & Zidek (1997), Statistica Sinica 7, 497–525; Hansen (2000), Journal of Econometrics 97, 93–115.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any, Literal

import numpy as np
import polars as pl

from dashboard import words
from dashboard.analysis.breaks_regression import (
    coefficients,
    largest_f_given,
    regression_costs,
    repeats,
    unbroken,
)
from dashboard.analysis.breaks_search import best_breaks, cheapest, largest_f, persistent, place_quantile
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

    `low` … `high` is the interval of `date`; None where it runs beyond the series, or none is known. `p_value` belongs
    to this break between its neighbours; `before` and `after` are the means of the regimes, `change` is `after` −
    `before`, in the unit of the series; `memory` is that of the series, or of what the regressors leave. `at_limit`:
    the regime on one side is as short as the search allows, so the level may have changed beyond that limit.
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
    """The breaks of the chosen number, and what every other number would have cost.

    `levels`: mean of each regime; `coefficients`: of each regime, the constant, then one per name in `regressors`.
    `trending`: the regressors that only rise or only fall, with which no interval of a date is known.
    """

    breaks: tuple[Break, ...]
    levels: tuple[float, ...]
    criterion: str
    criteria: tuple[float, ...]
    sums_of_squares: tuple[float, ...]
    observations: int
    least_segment: int
    level: float
    coefficients: tuple[tuple[float, ...], ...] = ()
    regressors: tuple[str, ...] = ()
    trending: tuple[str, ...] = ()
    convention: str = "first observation of the new regime"

    def frame(self) -> pl.DataFrame:
        """One row a break: date, last_old, low, high, before, after, change, f, memory, p_value, at_limit."""
        names = ("date", "last_old", "low", "high", "before", "after", "change", "f", "memory", "p_value", "at_limit")
        return pl.DataFrame([{name: getattr(one, name) for name in names} for one in self.breaks])

    def words(self, what: str = "The series") -> str:
        """The breaks in sentences, with their convention; no cause."""
        given = f"relation to {words.listing(list(self.regressors))}" if self.regressors else "level"
        tail = f"A date is the first of the new {'relation' if self.regressors else 'level'}. Dates say when, not why."
        if not self.breaks:
            return f"{what} shows no break in its {given}. {tail}"
        told = [
            f"{shown(one.date)} ({self._interval(one)}"
            f"p = {'under 0.001' if one.p_value < 0.001 else words.number(one.p_value, 3)})"
            for one in self.breaks
        ]
        if self.trending:
            tail = f"No interval is known with {words.listing(list(self.trending))}, which only rises or falls. {tail}"
        return f"{what} changes its {given} {_times(len(told))}: {words.listing(told)}. {tail}"

    def _interval(self, one: Break) -> str:
        if self.trending:
            return ""
        low, high = shown(one.low, "before the series"), shown(one.high, "after the series")
        return f"{words.percent(self.level, 0)} interval {low} to {high}, "


def break_dates(
    series: pl.DataFrame,
    *,
    value: str,
    time: str,
    regressors: Sequence[str] = (),
    max_breaks: int = 5,
    min_share: float = 0.15,
    criterion: Criterion = "bic",
    breaks: int | None = None,
    level: float = 0.95,
) -> BreakDates:
    """Breaks in the mean of a series, or in its relation to `regressors`, each with its interval and its p-value.

        interval   place − q / (change² / variance), rounded outwards; q the quantiles of Bai's distribution, with the
                   variance of the regime on either side
        p          (1 + simulated largest F ≥ largest F) / (1 + 999), of AR(1) series with the memory between the
                   neighbouring breaks, r + (1 + 3 r) / n from the first autocorrelation r; with regressors, of the
                   residuals times normal draws on the same regressors. It holds less and less as memory grows: with a
                   lag at memory 0.95 about 20% of unbroken series are given a break at a nominal 5%
        regressors change² is the mean of (x' change of coefficients)² in the regime on either side; the distribution is
                   known where they neither trend nor wander, so a column that only rises or falls leaves no interval

    The shortest regime holds `min_share` of the observations. `series`: columns `time` (dates or numbers), `value` and
    the `regressors` (numbers: lags, a trend; a constant is added), a row an observation; rows that lack one are left
    out and the places of the others close up (`with_lags` makes lags by the calendar). `breaks` asks for that many
    breaks whatever the criterion says. Raises `AnalysisError` for a time that stands twice, an unknown criterion, a
    constant series, one too short for the segments asked for, or regressors that repeat one another in a regime.
    """
    if criterion not in ("bic", "lwz"):
        raise AnalysisError(f"The number of breaks is chosen by bic or lwz, not {criterion}.")
    names = tuple(regressors)
    times, y, design = _observations(series, value, time, names)
    size = len(y)
    least = max(LEAST_SEGMENT, len(names) + 2 if names else 0, math.floor(min_share * size + 1e-9))
    most = min(max_breaks if breaks is None else breaks, size // least - 1)
    if most < (breaks or 1) or max_breaks < 1:
        raise AnalysisError(
            f"The series has {words.plural(size, 'observation')}; with {words.count(least)} or more on either side "
            f"there is no room for {words.plural(breaks or 1, 'break')}."
        )
    totals, found = cheapest(regression_costs(y, design, least), most, least) if names else best_breaks(y, most, least)
    criteria = tuple(
        _criterion(criterion, float(total), size, count, design.shape[1]) for count, total in enumerate(totals)
    )
    count = int(np.argmin(criteria)) if breaks is None else breaks
    edges = [0, *found[count].tolist(), size]
    regimes = [slice(start, end) for start, end in pairwise(edges)]
    if names:
        _refuse_repeated(times, design, regimes, names)
    trending = tuple(name for name, column in zip(names, design.T[1:], strict=True) if _one_way(column))
    made = [_break(times, y, design, edges, place, least, level) for place in range(1, count + 1)]
    if trending:
        made = [replace(one, low=None, high=None) for one in made]
    return BreakDates(
        tuple(made),
        tuple(float(y[regime].mean()) for regime in regimes),
        criterion,
        criteria,
        tuple(float(total) for total in totals),
        size,
        least,
        level,
        tuple(tuple(float(one) for one in coefficients(y[regime], design[regime])) for regime in regimes),
        names,
        trending,
    )


def _observations(
    series: pl.DataFrame, value: str, time: str, regressors: tuple[str, ...]
) -> tuple[list[Any], Array, Array]:
    """Times, values and the design (a constant, then the regressors) of the rows that lack nothing, in order."""
    if time in regressors:
        raise AnalysisError(f"{time} is the time of the series; give a trend as a column of its own.")
    if value in regressors or len(set(regressors)) < len(regressors):
        raise AnalysisError("A series cannot be told by itself, nor twice by the same regressor.")
    require(series, [value, time, *regressors], "series")
    numbers = [value, *regressors]
    kept = series.select(time, *(pl.col(name).cast(pl.Float64) for name in numbers))
    known = pl.all_horizontal(pl.col(name).is_not_null() & pl.col(name).is_not_nan() for name in numbers)
    kept = kept.filter(known & pl.col(time).is_not_null()).sort(time)
    if kept[time].is_duplicated().any():
        raise AnalysisError(f"The series holds {shown(kept.filter(kept[time].is_duplicated())[time][0])} twice.")
    y = kept[value].to_numpy()
    design = np.column_stack([np.ones(len(y)), *(kept[name].to_numpy() for name in regressors)])
    if not (np.isfinite(y).all() and np.isfinite(design).all()):
        raise AnalysisError("The series holds an infinite value; no break can be found in it.")
    if len(y) > LONGEST:
        raise AnalysisError(f"The series has {words.count(len(y))} observations; breaks are searched in {LONGEST:,}.")
    if len(y) == 0 or np.ptp(y) == 0:
        raise AnalysisError("The series never changes, so it has no break.")
    return kept[time].to_list(), y, design


def _one_way(column: Array) -> bool:
    """Whether the numbers only rise or only fall."""
    steps = np.diff(column)
    return bool((steps >= 0).all() or (steps <= 0).all())


def _refuse_repeated(times: list[Any], design: Array, regimes: list[slice], names: tuple[str, ...]) -> None:
    for regime in regimes:
        if repeats(design[regime]):
            raise AnalysisError(
                f"From {shown(times[regime.start])} to {shown(times[regime.stop - 1])} a regressor of "
                f"{words.listing(list(names))} is constant or repeats the others; leave it out or ask for fewer breaks."
            )


def _criterion(name: Criterion, total: float, size: int, count: int, coefficients: int) -> float:
    total = max(total, 1e-300)
    if name == "bic":
        return size * math.log(total / size) + (coefficients + 1) * (count + 1) * math.log(size)
    known = coefficients * (count + 1) + count
    if known >= size:
        return math.inf
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


def _break(times: list[Any], y: Array, design: Array, edges: list[int], place: int, least: int, level: float) -> Break:
    start, at, end = edges[place - 1 : place + 2]
    before, after = slice(start, at), slice(at, end)
    residuals = _left(y, design, before), _left(y, design, after)
    variance = float((residuals[0] ** 2).mean()), float((residuals[1] ** 2).mean())
    f, memory, p_value = _clearness(y[start:end], design[start:end], least, np.concatenate(residuals))
    change = coefficients(y[after], design[after]) - coefficients(y[before], design[before])
    squares = [float(((design[regime] @ change) ** 2).mean()) for regime in (before, after)]
    low, high = at, at
    if min(variance) > 0 and min(squares) > 0:
        unit, drift = variance[0] / squares[0], squares[1] / squares[0]
        tail = (1 - level) / 2
        low = at - math.ceil(place_quantile(1 - tail, variance[0], drift * variance[1], drift) * unit)
        high = at - math.floor(place_quantile(tail, variance[0], drift * variance[1], drift) * unit)
    return Break(
        date=times[at],
        last_old=times[at - 1],
        low=times[low] if low >= 0 else None,
        high=times[high] if high < len(times) else None,
        before=float(y[before].mean()),
        after=float(y[after].mean()),
        f=f,
        memory=memory,
        p_value=p_value,
        at_limit=min(at - start, end - at) <= least,
    )


def _left(y: Array, design: Array, regime: slice) -> Array:
    """What the coefficients of a regime leave of its values."""
    left: Array = y[regime] - design[regime] @ coefficients(y[regime], design[regime])
    return left


def _clearness(y: Array, design: Array, least: int, residuals: Array) -> tuple[float, float, float]:
    """Largest F of one break between the neighbouring ones, the memory there, and how often chance shows as much."""
    if design.shape[1] == 1:
        f, memory = float(largest_f(y, least)), _memory(y)
        null = largest_f(persistent(len(y), memory, SIMULATIONS), least)
    else:
        f, memory = float(largest_f_given(y[None, :], design, least)[0]), _memory(residuals)
        null = largest_f_given(unbroken(residuals, SIMULATIONS), design, least)
    return f, memory, float((1 + (null >= f).sum()) / (1 + SIMULATIONS))


def shown(when: Any, otherwise: str = "") -> str:
    """A time in words: a date by its month, a number as it stands, None as `otherwise`."""
    if when is None:
        return otherwise
    return words.month(when) if hasattr(when, "month") else f"{when:g}"


def _times(count: int) -> str:
    return {1: "once", 2: "twice"}.get(count, f"{words.count(count)} times")
