"""What a collapse is made of: states, results, the words for them, and the small formulas both variants share.

The measures themselves are in `collapse`; read its first lines for the definitions.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from enum import StrEnum
from typing import Any, NamedTuple

from dashboard import words

SIGNS: Mapping[str, str] = {"USD": "$"}
"""Currencies that a sentence writes as a sign; others stand as their code: "EUR 38.2 billion"."""

FLAT_SHARE = 0.05
"""Within this share of the loss on either side of the trough next to nothing is regained or lost."""
_TIE = 1e-12  # relative; sums of the same months in another order differ by less


class State(StrEnum):
    """Where the series stands now against its peak and trough."""

    NO_FALL = "no fall"
    STILL_FALLING = "still falling"
    FELL_FURTHER = "fell further"
    FLAT = "little or none regained"
    RECOVERING = "recovering"
    RECOVERED = "recovered"


STATE_MEANING: Mapping[State, str] = {
    State.NO_FALL: "no later window lies below the peak",
    State.STILL_FALLING: "the trough is the last complete window",
    State.FELL_FURTHER: "after the search window it went clearly below the trough",
    State.FLAT: "within 5% of the loss from the trough",
    State.RECOVERING: "more than 5% of the loss regained, still below the peak",
    State.RECOVERED: "back at the peak or above",
}


@dataclass(frozen=True)
class CollapseParameters:
    """What was asked: the event's month and how many months before and after it were searched."""

    event: date
    before_months: int
    after_months: int


@dataclass(frozen=True)
class Collapse:
    """One collapse and both rebounds. Money in `currency`, shares as fractions, periods as months.

    `peak_period`, `trough_period` and `now_period` are the last months of 12-month windows. `months_to_trough` counts
    from the peak, `months_from_event` from the event. `half_fall` is the first window after the peak at or below
    (P + T)/2; `highest_since` is the highest window after the trough. A null figure has its reason in `notes`.
    """

    peak_period: date
    peak: float
    trough_period: date
    trough: float
    depth: float
    months_to_trough: int
    months_from_event: int
    half_fall: date | None
    rebound_from_trough: float | None
    share_regained: float | None
    now_period: date
    now: float
    highest_since_period: date | None
    highest_since: float | None
    state: State
    windows_before: int
    windows_after: int
    parameters: CollapseParameters
    notes: tuple[str, ...] = ()
    currency: str = "USD"

    def words(self, subject: str = "Trade", rebound: str = "", amount: AmountWords | None = None) -> str:
        """The result in plain sentences, at most three significant digits.

        Args:
            rebound: replaces the sentence on it.
            amount: words of an amount and its period; None is plain money.
        """
        told = amount or _money_of(self.currency)
        peak = f"{told(self.peak, self.peak_period)} in the {words.twelve_months(self.peak_period)}"
        trough = f"{told(self.trough, self.trough_period)} in the {words.twelve_months(self.trough_period)}"
        now = f"{told(self.now, self.now_period)} in the {words.twelve_months(self.now_period)}"
        if self.state is State.NO_FALL:
            return f"{subject} did not fall below its peak of {peak}; the lowest later window was {trough}."
        parts = [
            f"{subject} fell by {fall_words(self.depth)}, from {peak} to {trough} "
            f"({words.plural(self.months_to_trough, 'month')})."
        ]
        if self.half_fall is not None:
            parts.append(f"Half of the fall had happened by {words.month(self.half_fall)}.")
        if self.state is State.STILL_FALLING:
            return " ".join([*parts, "The trough is the last complete window, so it may still be falling."])
        parts.append(rebound or _rebound_words(now, self.rebound_from_trough, self.share_regained))
        high, when = self.highest_since, self.highest_since_period
        # Worth a sentence only where the rebound has gone into reverse by more than 1% of the loss.
        if high is not None and when is not None and high - self.now > 0.01 * (self.peak - self.trough):
            parts.append(f"In between it had reached {told(high, when)} in the {words.twelve_months(when)}.")
        return " ".join(parts)

    def row(self) -> dict[str, Any]:
        """The figures as one flat row, for a table or an export."""
        return _flat(self)


@dataclass(frozen=True)
class AnnualParameters:
    """What was asked: the year of the event, years searched before it, and the last year looked at."""

    event_year: int
    before_years: int
    horizon: int


@dataclass(frozen=True)
class AnnualCollapse:
    """One collapse on complete years. Money in `currency`, shares as fractions, periods as 1 January.

    `now` is the last complete year up to the horizon. `max_after` is the highest year after the trough within the
    horizon, `recovery_ratio` is (max_after − T)/(P − T). `half_regained` and `back_at_peak` are the first years in
    which half of the loss, and all of it, was regained. A null figure has its reason in `notes`.
    """

    peak_period: date
    peak: float
    trough_period: date
    trough: float
    depth: float
    years_to_trough: int
    half_fall: date | None
    rebound_from_trough: float | None
    share_regained: float | None
    now_period: date
    now: float
    max_after_period: date | None
    max_after: float | None
    recovery_ratio: float | None
    half_regained: date | None
    back_at_peak: date | None
    state: State
    parameters: AnnualParameters
    notes: tuple[str, ...] = ()
    currency: str = "USD"

    def words(self, subject: str = "Trade", rebound: str = "", amount: AmountWords | None = None) -> str:
        """The result in plain sentences, at most three significant digits; arguments as `Collapse.words`."""
        told = amount or _money_of(self.currency)
        peak = f"{told(self.peak, self.peak_period)} in {self.peak_period.year}"
        trough = f"{told(self.trough, self.trough_period)} in {self.trough_period.year}"
        if self.state is State.NO_FALL:
            return f"{subject} did not fall below its peak of {peak}; the lowest later year was {trough}."
        first = f"{subject} fell by {fall_words(self.depth)}, from {peak} to {trough}."
        if self.state is State.STILL_FALLING:
            return f"{first} The trough is the last complete year, so it may still be falling."
        now = f"{told(self.now, self.now_period)} in {self.now_period.year}"
        return f"{first} {rebound or _rebound_words(now, self.rebound_from_trough, self.share_regained)}"

    def row(self) -> dict[str, Any]:
        """The figures as one flat row, for a table or an export."""
        return _flat(self)


_MONEY = ("peak", "trough", "now", "highest_since", "max_after")
"""Amounts of a result; a row has each a second time in a column that holds dollars or nothing."""


def _flat(result: Collapse | AnnualCollapse) -> dict[str, Any]:
    # By hand: `asdict` copies every date, which was half of the cost of the table of all partners.
    values = {field.name: getattr(result, field.name) for field in fields(result) if field.name != "parameters"}
    asked = {field.name: getattr(result.parameters, field.name) for field in fields(result.parameters)}
    dollars = {f"{name}_usd": values[name] if result.currency == "USD" else None for name in _MONEY if name in values}
    return {**values, **dollars, "state": str(result.state), "notes": " ".join(result.notes), **asked}


AmountWords = Callable[[float, date], str]


def _money_of(currency: str) -> AmountWords:
    """Plain money, whatever the period."""
    sign = SIGNS.get(currency, currency)
    return lambda value, _: words.money(value, sign)


def fall_words(depth: float) -> str:
    """A depth that never rounds up to the whole: 0.9997 is "more than 99.9%", exactly 1 is "100%"."""
    return "more than 99.9%" if 0.9995 <= depth < 1 else words.percent(depth)


def _rebound_words(now: str, rebound: float | None, share: float | None) -> str:
    """Both rebounds in one sentence."""
    if rebound is None:
        first = "a rise from zero has no percentage"
    else:
        first = f"{words.percent(abs(rebound))} {'above' if rebound >= 0 else 'below'} the trough"
    if share is None:
        return f"It stood at {now}, {first}."
    if share < 0:
        return f"It stood at {now}, {first}: it fell further, and none of the loss has been regained."
    return f"It stood at {now}, {first}; {words.percent(share)} of the loss has been regained."


class Window(NamedTuple):
    """One value and its date: a whole number of months, or a year."""

    at: int
    value: float


def rebounds(peak: float, trough: float, now: float) -> tuple[float | None, float | None, tuple[str, ...]]:
    """(S_now/T − 1, (S_now − T)/(P − T), why one has no figure)."""
    notes: list[str] = []
    if trough == 0:
        notes.append("The trough is zero, so a rebound in percent of it has no figure.")
    if peak <= trough:
        notes.append("Nothing was lost, so there is no share of a loss to regain.")
    rebound = now / trough - 1 if trough > 0 else None
    share = (now - trough) / (peak - trough) if peak > trough else None
    return rebound, share, tuple(notes)


def state_of(peak: float, trough: float, now: float, trough_is_last: bool) -> State:
    """The state of a series: see `STATE_MEANING`. Still falling outranks the rest."""
    if peak <= trough:
        return State.NO_FALL
    if trough_is_last:
        return State.STILL_FALLING
    if now >= peak:
        return State.RECOVERED
    share = (now - trough) / (peak - trough)
    if abs(share) <= FLAT_SHARE:
        return State.FLAT
    return State.RECOVERING if share > 0 else State.FELL_FURTHER


def first_highest(windows: Sequence[Window]) -> Window:
    """The first window at the highest value; ties are judged at 12 digits."""
    top = max(window.value for window in windows)
    return next(window for window in windows if window.value >= top - abs(top) * _TIE)


def first_lowest(windows: Sequence[Window]) -> Window:
    """The first window at the lowest value; ties are judged at 12 digits."""
    low = min(window.value for window in windows)
    return next(window for window in windows if window.value <= low + abs(low) * _TIE)
