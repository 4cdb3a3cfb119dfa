"""What the timing test found, with its numbers and its fixed words."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date

import polars as pl

from dashboard import words

DISTINGUISHABLE = "distinguishable from ordinary months"
NOT_DISTINGUISHABLE = "not distinguishable from ordinary months"
APART = "distinguishable from other partners in the same months"
NOT_APART = "not distinguishable from other partners in the same months"
NOT_A_CAUSE = "This tells dates apart; it does not show a cause."


def fraction(log: float | None) -> float | None:
    """A change in logs as a fraction: −0.357 is −0.3; None stays None."""
    return None if log is None else math.expm1(log)


@dataclass(frozen=True)
class WindowChange:
    """The change around the event for one window and one lead. Fractions: −0.3 is a fall of 30%.

    `change` is the plain change of the means; `usual` that of ordinary months of the series (its trend); `effect`
    the change beyond the usual one, with the interval `low` … `high` (None where nothing bounds it). `p_value` is the
    share of all `months` whose change lies at least as far from the usual one, the event's own counting half, raised
    near an end of the series;
    `as_large` of `clear_months` counts only months whose windows share nothing with the event's, and `placebo_p` is
    (1 + as_large) / (1 + clear_months).
    """

    window_months: int
    lead_months: int
    months_before: int
    months_after: int
    change: float
    usual: float
    effect: float
    low: float | None
    high: float | None
    p_value: float
    months: int
    clear_months: int
    as_large: int

    @property
    def placebo_p(self) -> float:
        """Rank p-value among the clear months alone; too small where they are few, see `timing_test`."""
        return (1 + self.as_large) / (1 + self.clear_months)


@dataclass(frozen=True)
class PartnerPlacebo:
    """The event's months for other partners: each one's change against its own ordinary months.

    `p_value`: (1 + partners whose change is as unusual for themselves) / (1 + partners). `median_change` is the
    middle change of the partners in these months, beyond their usual one, as a fraction.
    """

    partners: int
    as_unusual: int
    p_value: float
    median_change: float


@dataclass(frozen=True)
class TimingResult:
    """One event tested on one series. `windows` holds every window that could be tested, the chosen one included;
    `leads` the chosen window with months left out before the date; `refused` says why others could not."""

    event: date
    alpha: float
    clock_month: str
    main: WindowChange
    windows: tuple[WindowChange, ...]
    leads: tuple[WindowChange, ...]
    year_before: WindowChange | None
    partners: PartnerPlacebo | None
    refused: tuple[str, ...]
    first: date
    last: date
    pre_months: int
    gap_months: int
    zero_months: int
    seasonal: str

    @property
    def effect(self) -> float:
        """Change beyond the usual one over the chosen window, as a fraction."""
        return self.main.effect

    @property
    def low(self) -> float | None:
        """Lower end of the interval, as a fraction."""
        return self.main.low

    @property
    def high(self) -> float | None:
        """Upper end of the interval, as a fraction."""
        return self.main.high

    @property
    def p_value(self) -> float:
        """Rank p-value over the chosen window."""
        return self.main.p_value

    @property
    def distinguishable(self) -> bool:
        """Whether the p-value is at or below the level."""
        return self.main.p_value <= self.alpha

    @property
    def verdict(self) -> str:
        """One of the two fixed phrases."""
        return DISTINGUISHABLE if self.distinguishable else NOT_DISTINGUISHABLE

    def frame(self) -> pl.DataFrame:
        """A row for each tested window and lead: `what`, window, lead, changes as fractions, p-values, counts."""
        kinds = [("main", (self.main,)), ("window", self.windows), ("lead", self.leads)]
        if self.year_before is not None:
            kinds.append(("year_before", (self.year_before,)))
        rows = [
            {
                "what": what,
                "window_months": one.window_months,
                "lead_months": one.lead_months,
                "change": one.change,
                "usual": one.usual,
                "effect": one.effect,
                "low": one.low,
                "high": one.high,
                "p_value": one.p_value,
                "months": one.months,
                "clear_months": one.clear_months,
                "as_large": one.as_large,
                "placebo_p": one.placebo_p,
                "verdict": self._phrase(one),
            }
            for what, found in kinds
            for one in found
        ]
        return pl.DataFrame(rows, schema=_SCHEMA)

    def _phrase(self, one: WindowChange) -> str:
        return DISTINGUISHABLE if one.p_value <= self.alpha else NOT_DISTINGUISHABLE

    def words(self, what: str = "The flow") -> str:
        """The finding in sentences; the verdict in its fixed words, no cause."""
        told = [self._main(what), self._other_windows(), self._earlier(), self._beside(), self._zeros(), NOT_A_CAUSE]
        return " ".join(part for part in told if part)

    def headline(self, what: str = "The flow") -> str:
        """The chosen window alone, and what takes from it or adds to it."""
        return " ".join(part for part in (self._main(what), self._earlier(), self._beside(), self._zeros()) if part)

    def _main(self, what: str) -> str:
        main, h = self.main, words.plural(self.main.window_months, "month")
        return (
            f"{what} in the {h} after {words.month(self.event)} stood {moved(main.change)} than in the {h} before; its "
            f"usual change over such a span is {words.percent(main.usual, signed=True)}. Beyond that it changed by "
            f"{words.percent(main.effect, signed=True)} ({interval(main, self.alpha)}), which is {self.verdict} "
            f"(p = {p_words(main.p_value)}): {_counted(main)}."
        )

    def _zeros(self) -> str:
        if self.zero_months == 0:
            return ""
        return f"{words.plural(self.zero_months, 'month')} with zero trade count as gaps, as zero has no log."

    def _other_windows(self) -> str:
        others = [one for one in self.windows if one.window_months != self.main.window_months]
        if not others:
            return ""
        parts = [
            f"{words.percent(one.effect, signed=True)} over {words.plural(one.window_months, 'month')} "
            f"(p = {p_words(one.p_value)})"
            for one in others
        ]
        return f"With other windows: {words.listing(parts)}."

    def _earlier(self) -> str:
        one = self.year_before
        if one is None or one.p_value > self.alpha:
            return ""
        span = words.plural(one.window_months, "month")
        return (
            f"The {span} before the date had already moved by {words.percent(one.effect, signed=True)} against the "
            f"{span} before them (p = {p_words(one.p_value)}), so the movement is older than the date."
        )

    def _beside(self) -> str:
        other = self.partners
        if other is None:
            return ""
        phrase = APART if other.p_value <= self.alpha else NOT_APART
        return (
            f"Of {words.count(other.partners)} other partners {words.count(other.as_unusual)} moved as unusually in "
            f"these months (p = {p_words(other.p_value)}), so it is {phrase}; their middle change was "
            f"{words.percent(other.median_change, signed=True)}."
        )


def moved(change: float) -> str:
    """A change of a level: "28.0% lower", "3.1% higher"."""
    return f"{words.percent(abs(change))} {'lower' if change < 0 else 'higher'}"


def interval(one: WindowChange, alpha: float) -> str:
    """The interval in words; says when one side or both have no bound."""
    level = words.percent(1 - alpha, 0)
    if one.low is None and one.high is None:
        return f"the {level} interval has no bounds, there are too few months"
    low = "no lower bound" if one.low is None else words.percent(one.low, signed=True)
    high = "no upper bound" if one.high is None else words.percent(one.high, signed=True)
    return f"{level} interval {low} to {high}"


def p_words(p_value: float) -> str:
    """A p-value at three decimals; what is smaller reads "under 0.001"."""
    return "under 0.001" if p_value < 0.001 else words.number(p_value, 3)


def _counted(one: WindowChange) -> str:
    if one.clear_months == 0:
        return "no other month of the series is clear of the event"
    return (
        f"{words.count(one.as_large)} of the {words.count(one.clear_months)} months whose windows are clear of the "
        "event changed as much"
    )


_SCHEMA = {
    "what": pl.String,
    "window_months": pl.Int32,
    "lead_months": pl.Int32,
    "change": pl.Float64,
    "usual": pl.Float64,
    "effect": pl.Float64,
    "low": pl.Float64,
    "high": pl.Float64,
    "p_value": pl.Float64,
    "months": pl.Int32,
    "clear_months": pl.Int32,
    "as_large": pl.Int32,
    "placebo_p": pl.Float64,
    "verdict": pl.String,
}
