"""Did trade move around a date more than it moves around ordinary months?

    T_t     mean log flow over the h months after month t − mean over the h months before it, without season
    s_t     how much trade swings around t, from month to month, on both sides: the yardstick of t
    usual   mean of the middle half of all T_t, each by weight 1 / s_t²: what the series does anyway, its trend
    Z_t     |T_t − usual| / s_t
    p       share of all months t whose Z_t is at least that of the event, which itself counts half
    effect  the step δ which, taken out of the series at the date, leaves T_event = usual, in percent

The usual change that is told is the one beside the effect, T_event − effect: of the series without the event's own
step, which is part of the neighbouring months' T_t and so of the usual change of the whole series.

Monthly figures, never 12-month sums: a rolling sum smears a break over a year. The season is taken out once, by STL on
logs; the choice stands with the result. Every month of the series that can hold the two windows is a placebo date.

Why a yardstick? Many flows swing more after 2021 than before. Ranked as they stand, changes of the wild years come
first whether or not anything happened: with swings three times as large from 2021 on, dates without any effect were
found in 13% to 31% of series of 15 to 33 years, instead of 5%. Held against the swings around its own date, a change of
wild years and one of calm years rank alike. The yardstick is read from changes from one month to the next, so a step at
the date itself, which lies between its two sides, is no part of it, and a slow fall is part of it by its monthly pace
only.

Measured on series without any effect, with season, trend and gaps, at March 2022: with swings twice or three times as
large from 2021 or from the date on, 3.1% to 6.0% are found in series of 15 and 33 years and 4.0% to 7.8% in series of
8, where 3.5% to 6.5% are without any change of swings; where swings fall to a third, 2.1% to 6.7%. Of intervals at 95%,
91% to 99% hold a planted fall of 30%. That fall is found in 84% to 99% of series with noise or short memory of 10% a
month; with memory 0.6 and shocks of 15% in 54% to 69%, where no test of this change could find more than 76%.

Silence is no proof. So the smallest fall and rise are named that the test would have found here: steps are planted at
ordinary months of the same series, as large for their time, and the least size is taken that is found in four of five.
Planted in series of their own, changes of that size were found in 72% to 82% of cases with even swings, and in 65% to
95% where swings change.

No verdict is given where the third of the reach next before the date swings more than three times as much as the rest:
in series that wander, a rise of swings within the window brings alarms in up to 11% of cases. What stays open: the
memory of a series is taken to be the same all the time. Noise that turns into memory 0.5 or 0.8 in 2021 is found in 13%
to 30% of series, as it was before, and no window of a year can tell such a turn from an effect.

Why all months, also those whose windows overlap the event's? Neighbouring months share figures, so their changes rise
and fall together. Where Z comes about in one way all the time, a date without any effect stands among the largest 5% in
5% of cases, however strongly the months depend on each other, if it is ranked among all of them. Leaving out the
neighbours of the event alone breaks this: on simulated series without any effect the share among clear months fell
below 5% in 5% to 8% of cases with 400 months, and in 13% to 32% with 96. So the verdict ranks among all months, and the
count among months clear of the event stands beside it. Near an end of the series, where a change has neighbours on one
side only, the rank is read against random walks of the same length. The usual change is taken off, so a steady trend,
fixed or wandering, is no effect.

Whether trade came back after relief is asked by the same test: an easing, a lifting, a suspension or the end of one is
a date like any other, and the sign is free. The register says which dates these are, by its links from an easing to
what it eased and by the day on which a measure ended. A rebound needs something to rise from: where the months before
relief are zero, or fewer than 36 months with figures lie before it, the test is refused and says nothing about a
rebound. A rise that is not distinguishable does not show that relief brought nothing: it may have come slowly, or be
hidden in a flow that swings widely. Relief and new measures of one month cannot be told apart.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Literal

import numpy as np
import polars as pl

from dashboard import words
from dashboard.analysis.errors import AnalysisError
from dashboard.analysis.frames import require
from dashboard.analysis.seasonal import SeasonalWindow
from dashboard.analysis.timing_null import Changes, Ranked, changes, covered, rank
from dashboard.analysis.timing_result import PartnerPlacebo, TimingResult, WindowChange, fraction, unrest_words
from dashboard.analysis.timing_series import SEASON_YEARS, LogSeries, log_series
from dashboard.analysis.timing_spread import thirds_of

LEAST_BEFORE = 36
"""Months with figures that must lie before the event: with fewer, ordinary is not known."""
LEAST_MONTHS = 20
"""Months that must be able to hold both windows: among fewer, none can be among the rarest 5%."""
LEAST_PARTNERS = 10
MOST_UNREST = 3.0
"""No verdict where the months next before the date swing more than so many times as much as those before them."""
WINDOWS = (6, 12, 24)
LEADS = (3, 6)

ClockMonth = Literal["auto", "after", "out"]


def timing_test(
    flows: pl.DataFrame,
    *,
    event: date,
    window_months: int = 12,
    placebo: Literal["all"] | int = "all",
    windows: Sequence[int] = WINDOWS,
    leads: Sequence[int] = LEADS,
    partners: pl.DataFrame | None = None,
    value: str = "value_usd",
    clock_month: ClockMonth = "auto",
    alpha: float = 0.05,
    seasonal_window: SeasonalWindow = SEASON_YEARS,
    robust: bool = True,
) -> TimingResult:
    """The change in the mean of the log flow, after a date against before, ranked among all months of the series.

        effect     change of the mean log, h months after against h months before, less the usual change, as a percent
        interval   every step which, taken out of the series, leaves the date an ordinary month
        p          rank of the event's distance from the usual change, among all months that can hold the windows
        lead       3 and 6 months before the date left out, for what was bought or stopped ahead of it
        earlier    the same change one window before the date: large where the movement is older than the date
        partners   rank of (T − mean T) / spread of T among other partners in the same months, for common shocks

    The month of the date is after it where the date is the first of its month, and is left out where it is a later
    day, being part before and part after. A window needs figures in three quarters of its months; gaps stay gaps, and
    zeros count as gaps, having no logarithm. A lifting or a suspension is tested as any other date: the sign is free.

    `flows`: `period` and figures in the column `value`, months of one pair and flow; `partners`: the same with
    `partner`, the tested one not among them. `placebo`: "all" months, or those within so many years of the event.
    Raises `AnalysisError` with the reason: fewer than 36 months with figures before the event, windows not filled, too
    few months, or trade that stopped altogether (zeros), which needs no test.
    """
    if window_months < 1 or any(h < 1 for h in windows) or any(lead < 1 for lead in leads):
        raise AnalysisError("Windows and leads are whole months, one or more.")
    found = log_series(flows, value=value, seasonal_window=seasonal_window, robust=robust)[()]
    if isinstance(found, str):
        raise AnalysisError(found)
    skip = skipped(event, clock_month)
    refuse(found, event, window_months, skip)
    main = one_window(found, event, window_months, skip, 0, placebo, alpha)
    tried = [(h, 0) for h in sorted({*windows, window_months})] + [(window_months, lead) for lead in leads]
    tested: list[WindowChange] = []
    refused: list[str] = []
    for h, lead in tried:
        try:
            refuse(found, event, h, skip, lead)
            tested.append(one_window(found, event, h, skip, lead, placebo, alpha))
        except AnalysisError as reason:
            ahead = f", {words.plural(lead, 'month')} before it left out" if lead else ""
            refused.append(f"{words.plural(h, 'month')}{ahead}: {reason}")
    at = found.place(event)
    beside = None
    if partners is not None:
        require(partners, ["partner"], "partners")
        others = log_series(partners, by=["partner"], value=value, seasonal_window=seasonal_window)
        beside = _beside(found, others, event, window_months, skip)
    return TimingResult(
        event=event,
        alpha=alpha,
        clock_month="left out, being part before and part after" if skip else "counted as after the date",
        main=main,
        windows=tuple(one for one in tested if one.lead_months == 0),
        leads=tuple(one for one in tested if one.lead_months > 0),
        year_before=_earlier(found, at - window_months, window_months, placebo, alpha),
        partners=beside,
        refused=tuple(refused),
        first=found.month(0),
        last=found.month(len(found.logs) - 1),
        pre_months=int(np.isfinite(found.logs[:at]).sum()),
        gap_months=int((~np.isfinite(found.logs) & ~found.zeros).sum()),
        zero_months=int(found.zeros.sum()),
        seasonal=found.choice,
    )


def skipped(event: date, clock_month: ClockMonth) -> int:
    """Months left out at the date: 1 when its month is part before and part after, else 0."""
    return 0 if clock_month == "after" or (clock_month == "auto" and event.day == 1) else 1


def refuse(found: LogSeries, event: date, window: int, skip: int, lead: int = 0) -> None:
    """Raise `AnalysisError` with the reason when this event cannot be tested on this series."""
    at = found.place(event)
    before = int(np.isfinite(found.logs[: max(at, 0)]).sum())
    if before < LEAST_BEFORE:
        zeros = int(found.zeros[: max(at, 0)].sum())
        silent = f" above zero, and {words.count(zeros)} of zero trade," if zeros else ""
        raise AnalysisError(
            f"The series has {words.plural(before, 'month')} with figures{silent} before {words.month(event)}; "
            f"the test needs {LEAST_BEFORE} to know what is ordinary."
        )
    if at + skip + window > len(found.logs):
        raise AnalysisError(
            f"The series ends in {words.month(found.month(len(found.logs) - 1))}, before the "
            f"{words.count(window)} months after {words.month(event)} are over."
        )
    n_before, n_after = covered(found.sums, at, window, skip, lead)
    need = int(np.ceil(0.75 * window))
    ends = {"before": (at - lead - window, n_before), "after": (at + skip, n_after)}
    for side, (start, count) in ends.items():
        if count < need:
            zeros = int(found.zeros[max(start, 0) : max(start + window, 0)].sum())
            silent = "there was no trade to fall" if side == "before" else "trade stopped, which needs no test"
            stopped = f" and {words.count(zeros)} are zero: {silent}" if zeros else ""
            raise AnalysisError(
                f"Only {words.count(count)} of the {words.count(window)} months {side} {words.month(event)} have "
                f"figures above zero, {words.count(need)} are needed{stopped}."
            )


def one_window(
    found: LogSeries, event: date, window: int, skip: int, lead: int, placebo: Literal["all"] | int, alpha: float
) -> WindowChange:
    """One window tested; raises `AnalysisError` when too few months can hold it."""
    at = found.place(event)
    every = near(changes(found.adjusted, window, skip, lead), at, placebo)
    ranked = rank(every, np.array([at]), alpha, plant=True).get(at)
    if ranked is None or every.size < LEAST_MONTHS:
        raise AnalysisError(
            f"Only {words.plural(every.size, 'month')} of the series can hold {words.plural(window, 'month')} before "
            f"and after; among fewer than {LEAST_MONTHS} none can stand out."
        )
    return told(ranked, every, covered(found.sums, at, window, skip, lead), unsettled(ranked, event, window))


def unsettled(ranked: Ranked, event: date, window: int) -> str:
    """Why the verdict is withheld: swings have just grown; empty where they have not, or where nobody can tell."""
    return unrest_words(event, ranked.unrest, *thirds_of(window)) if ranked.unrest > MOST_UNREST else ""


def near(every: Changes, at: int, placebo: Literal["all"] | int) -> Changes:
    """The admissible months to compare with: all, or those within so many years of the event."""
    if placebo == "all":
        return every
    kept = np.abs(every.months - at) <= 12 * placebo
    return replace(every, months=every.months[kept], change=every.change[kept], spread=every.spread.at(kept))


def told(ranked: Ranked, every: Changes, figures: tuple[int, int], withheld: str = "") -> WindowChange:
    """Logs as fractions, infinite ends as None."""
    return WindowChange(
        every.window,
        every.lead,
        *figures,
        change=float(np.expm1(ranked.change)),
        usual=float(np.expm1(ranked.usual_beside)),
        effect=float(np.expm1(ranked.effect)),
        low=fraction(ranked.low),
        high=fraction(ranked.high),
        p_value=ranked.p_value,
        months=every.size,
        clear_months=ranked.clear_months,
        as_large=ranked.as_large,
        swing=ranked.swing,
        smallest_fall=fraction(-ranked.fall),
        smallest_rise=fraction(ranked.rise),
        withheld=withheld,
    )


def _earlier(
    found: LogSeries, at: int, window: int, placebo: Literal["all"] | int, alpha: float
) -> WindowChange | None:
    every = near(changes(found.adjusted, window), at, placebo)
    ranked = rank(every, np.array([at]), alpha).get(at)
    if ranked is None:
        return None
    return told(ranked, every, covered(found.sums, at, window, 0, 0), unsettled(ranked, found.month(at), window))


def unusual(found: LogSeries, event: date, window: int, skip: int) -> tuple[float, float] | None:
    """The event's change beyond the usual one, in logs, and its size over the usual size; None if untestable."""
    try:
        refuse(found, event, window, skip)
    except AnalysisError:
        return None
    every = changes(found.adjusted, window, skip)
    ranked = rank(every, np.array([found.place(event)])).get(found.place(event))
    if ranked is None or every.size < LEAST_MONTHS or ranked.size == 0:
        return None
    return ranked.change - ranked.usual, ranked.size


def _beside(
    found: LogSeries, others: Mapping[tuple[object, ...], LogSeries | str], event: date, window: int, skip: int
) -> PartnerPlacebo | None:
    own = unusual(found, event, window, skip)
    sizes = [unusual(one, event, window, skip) for one in others.values() if isinstance(one, LogSeries)]
    known = [one for one in sizes if one is not None]
    if own is None or len(known) < LEAST_PARTNERS:
        return None
    as_unusual = sum(size >= own[1] for _, size in known)
    middle = float(np.expm1(np.median([beyond for beyond, _ in known])))
    return PartnerPlacebo(len(known), as_unusual, (1 + as_unusual) / (1 + len(known)), middle)
