"""Collapse and rebound on complete years.

    peak    P = max over [e − before, e]        the first, if tied
    trough  T = min over (peak, horizon]        the first, if tied
    depth   1 − T/P
    recovery ratio  (highest value after the trough within the horizon − T)/(P − T)

A part of a year never enters: months are summed first and incomplete years are left out.
"""

from __future__ import annotations

from datetime import date

import polars as pl

from dashboard.analysis.collapse_result import (
    AnnualCollapse,
    AnnualParameters,
    Window,
    first_highest,
    first_lowest,
    rebounds,
    state_of,
)
from dashboard.analysis.errors import AnalysisError
from dashboard.analysis.frames import frequency_of, prepare, refuse_infinite, without_partial
from dashboard.analysis.transforms import aggregate


def complete_years(flows: pl.DataFrame, value: str = "value_usd") -> pl.DataFrame:
    """Annual rows as they are (parts of years left out), or monthly rows summed over years with all twelve months."""
    checked = prepare(flows, value=value)
    kind = frequency_of(checked)
    if kind == "Q":
        raise AnalysisError("The annual measure takes months or years, not quarters.")
    years = aggregate(checked, to="A", value=value) if kind == "M" else checked
    return without_partial(years)


def collapse_and_rebound_annual(
    flows: pl.DataFrame,
    *,
    event_year: int,
    before_years: int = 5,
    horizon: int,
    value: str = "value_usd",
    currency: str = "USD",
) -> AnnualCollapse:
    """Collapse and rebound of one series on complete years, looked at up to the year `horizon`.

    `flows`: `period`, `value_usd` (or the column that `value` names, in `currency`), monthly or annual. Rows that all
    fall on 1 January count as annual unless a column `frequency` says otherwise. Both rebounds are measured at the last
    complete year up to the horizon. A trough that is older than the event is told in `notes`.
    Raises `AnalysisError` when no complete year is there to be the peak or the trough.
    """
    if horizon < event_year or before_years < 0:
        raise AnalysisError(f"The horizon {horizon} must not lie before the event year {event_year}.")
    years = complete_years(flows, value)
    refuse_infinite(years, value, what="sums of the flows")
    if (years[value] < 0).any():
        raise AnalysisError("A collapse is measured on exports, imports or their total; these values go below zero.")
    pairs = [
        Window(when.year, amount) for when, amount in years.select("period", value).iter_rows() if when.year <= horizon
    ]
    ahead = [pair for pair in pairs if event_year - before_years <= pair.at <= event_year]
    if not ahead:
        raise AnalysisError(f"There is no complete year from {event_year - before_years} to {event_year}, so no peak.")
    peak = first_highest(ahead)
    if peak.value <= 0:
        raise AnalysisError(
            f"There was no trade from {event_year - before_years} to {event_year}, so nothing could fall."
        )
    later = [pair for pair in pairs if pair.at > peak.at]
    if not later:
        raise AnalysisError(f"There is no complete year after the peak of {peak.at} up to {horizon}, so no trough.")
    trough, now = first_lowest(later), pairs[-1]
    lost = peak.value - trough.value
    fell = lost > 0
    rebound, share, notes = rebounds(peak.value, trough.value, now.value)
    after = [pair for pair in later if pair.at > trough.at]
    best = first_highest(after) if after else None
    if best is None:
        notes = (*notes, "The trough is the last complete year, so there is no recovery to measure.")
    if trough.at < event_year and fell:
        notes = (*notes, f"The trough of {trough.at} lies before the event of {event_year}: this fall is an older one.")
    half_fall = next((p.at for p in later if fell and p.value <= peak.value - lost / 2), None)
    half_back = next((p.at for p in after if fell and p.value - trough.value >= lost / 2), None)
    all_back = next((p.at for p in after if fell and p.value >= peak.value), None)
    return AnnualCollapse(
        peak_period=date(peak.at, 1, 1),
        peak=peak.value,
        trough_period=date(trough.at, 1, 1),
        trough=trough.value,
        depth=1 - trough.value / peak.value,
        years_to_trough=trough.at - peak.at,
        half_fall=_new_year(half_fall),
        rebound_from_trough=rebound,
        share_regained=share,
        now_period=date(now.at, 1, 1),
        now=now.value,
        max_after_period=_new_year(best.at if best is not None else None),
        max_after=best.value if best is not None else None,
        recovery_ratio=(best.value - trough.value) / lost if best is not None and fell else None,
        half_regained=_new_year(half_back),
        back_at_peak=_new_year(all_back),
        state=state_of(peak.value, trough.value, now.value, trough.at == now.at),
        parameters=AnnualParameters(event_year, before_years, horizon),
        notes=notes,
        currency=currency,
    )


def _new_year(year: int | None) -> date | None:
    return None if year is None else date(year, 1, 1)
