"""What rounding alone could make of a change: a percentage, a band, or nothing that can be told.

A source that prints 0.3 million may mean anything from 0.25 to 0.35. For figures x and y printed to widths w and v

    lowest change   (y − v/2) / (x + w/2) − 1
    highest change  (y + v/2) / (x − w/2) − 1        unbounded when x may be zero

Widths of a sum add up, the worst case. A change is told as one number while the band is no wider than
`MOST_BAND_POINTS` percentage points or `MOST_BAND_SHARE` of the change itself, whichever is more, and while it lies on
one side of zero: what rounding alone could make has no direction. Else it is told as the band, or not at all when that
has no end.
"""

from __future__ import annotations

from dataclasses import dataclass

from dashboard import words

MOST_BAND_POINTS = 5.0
MOST_BAND_SHARE = 0.1
PRINTS_AS_ZERO = 0.00005
"""A band whose ends both print as 0.0% tells no direction, and figures to the dollar have none wider."""
LEAST_TOLD_WIDTH = 1_000.0
"""A source that prints to the dollar has true zeros; one that prints to thousands and more has small figures."""


@dataclass(frozen=True)
class Change:
    """A fraction with the band that rounding leaves: 0.25 is a quarter more. `value` is None when nothing can be told
    (no positive base, or an end of the band is open); `low` and `high` are None there too."""

    value: float | None
    low: float | None
    high: float | None

    @property
    def is_sharp(self) -> bool:
        """Whether one number says it, with its direction."""
        if self.value is None or self.low is None or self.high is None:
            return False
        width = self.high - self.low
        directed = self.low > 0 or self.high < 0 or max(-self.low, self.high) < PRINTS_AS_ZERO
        return directed and width <= max(MOST_BAND_POINTS / 100, MOST_BAND_SHARE * abs(self.value))

    def words(self, *, signed: bool = True) -> str:
        """ "−9.1%", "−55% to +80% (rounded)", or that it cannot be told."""
        if self.value is None:
            return words.NO_FIGURE
        if self.is_sharp:
            return words.percent(self.value, signed=signed)
        assert self.low is not None and self.high is not None
        digits = None if self.high - self.low < MOST_BAND_POINTS / 100 else 0  # ends of a narrow band must differ
        low, high = words.percent(self.low, digits, signed=signed), words.percent(self.high, digits, signed=signed)
        return f"{low} to {high} (rounded)"


NO_CHANGE = Change(None, None, None)


def change(
    before: float | None, after: float | None, width_before: float | None = 0.0, width_after: float | None = 0.0
) -> Change:
    """The change from one figure to another, with the band of their rounding.

    Args:
        before, after: values in one currency; None where there is no figure.
        width_before, width_after: the width to which each is rounded; for a sum, the sum of the widths.
    """
    if before is None or after is None:
        return NO_CHANGE
    half_before, half_after = (width_before or 0.0) / 2, (width_after or 0.0) / 2
    if before <= half_before:  # it may be zero, or is
        return NO_CHANGE
    # What is traded is never below zero, whatever the rounding allows.
    low = max(after - half_after, min(after, 0.0)) / (before + half_before) - 1
    return Change(after / before - 1, low, (after + half_after) / (before - half_before) - 1)


def share_regained(
    peak: float,
    trough: float,
    now: float,
    width_peak: float | None = 0.0,
    width_trough: float | None = 0.0,
    width_now: float | None = 0.0,
) -> Change:
    """(now − trough) / (peak − trough) with the band of rounding; nothing when the loss may be none."""
    half_peak, half_trough, half_now = ((width or 0.0) / 2 for width in (width_peak, width_trough, width_now))
    if peak - half_peak <= trough + half_trough:
        return NO_CHANGE
    corners = [
        (now + n - (trough + t)) / (peak + p - (trough + t))
        for n in (-half_now, half_now)
        for t in (-half_trough, half_trough)
        for p in (-half_peak, half_peak)
    ]
    return Change((now - trough) / (peak - trough), min(corners), max(corners))


def amount(value: float | None, width: float | None, sign: str) -> str:
    """An amount in words; one that rounding hides is less than the most it may be: "less than $50,000", not "$0"."""
    return hidden(value, width, sign) or words.money(value, sign)


def hidden(value: float | None, width: float | None, sign: str) -> str:
    """ "less than $50,000" for an amount that rounding hides, whose own number would mislead; nothing for others."""
    if value is None or width is None or width < LEAST_TOLD_WIDTH or abs(value) >= width / 2:
        return ""
    return f"less than {words.money(abs(value) + width / 2, sign)}"
