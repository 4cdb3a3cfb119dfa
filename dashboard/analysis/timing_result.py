"""What the timing test found, with its numbers and its fixed words."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date

import polars as pl

from dashboard import words

DISTINGUISHABLE = "distinguishable from ordinary months"
NOT_DISTINGUISHABLE = "not distinguishable from ordinary months"
WITHHELD = "withheld from a verdict"
APART = "distinguishable from other partners in the same months"
NOT_APART = "not distinguishable from other partners in the same months"
NOT_A_CAUSE = "This tells dates apart; it does not show a cause."
MOST_LOG = 100.0
"""A larger change is none that anybody would name."""
MOST_TOLD = 1e4
"""An upper end above this fraction, +1,000,000%, is told as no bound: such a number says nothing that a reader could
hold against trade, and comes about where few months of a wild series are compared."""
LEAST_TOLD = 1 / (1 + MOST_TOLD) - 1
"""The same below: a lower end under −99.99% is told as no bound."""
POWER_WORDS = "four cases in five"
"""How often a change of the smallest size named would be found."""


def fraction(log: float | None) -> float | None:
    """A change in logs as a fraction: −0.357 is −0.3; None stays None, and what has no bound has no figure."""
    return None if log is None or not math.isfinite(log) or log > MOST_LOG else math.expm1(log)


@dataclass(frozen=True)
class WindowChange:
    """The change around the event for one window and one lead. Fractions: −0.3 is a fall of 30%.

    `change` is the plain change of the means; `usual` that of ordinary months of the series (its trend), the event's
    own step taken out; `effect` the change beyond the usual one, (1 + change) / (1 + usual) − 1, with the interval
    `low` … `high` (None where nothing bounds it). `p_value` is the
    share of all `months` whose change, in yardsticks of their own time, lies at least as far from the usual one, the
    event's own counting half, raised near an end of the series; `as_large` of `clear_months` counts only months whose
    windows share nothing with the event's, and `placebo_p` is (1 + as_large) / (1 + clear_months).

    `swing`: how much the months around the event swing, over what is usual in the series. `smallest_fall` (below 0)
    and `smallest_rise`: the least change beyond the usual one that the test would have found here in 80% of cases;
    None where it would have found none. `withheld`: why there is no verdict, empty where there is one.
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
    swing: float = 1.0
    smallest_fall: float | None = None
    smallest_rise: float | None = None
    withheld: str = ""

    @property
    def placebo_p(self) -> float:
        """Rank p-value among the clear months alone; too small where they are few, see `timing_test`."""
        return (1 + self.as_large) / (1 + self.clear_months)

    def distinguishable(self, alpha: float) -> bool:
        """Whether there is a verdict and the p-value is at or below the level."""
        return not self.withheld and self.p_value <= alpha

    def verdict(self, alpha: float) -> str:
        """One of the three fixed phrases."""
        if self.withheld:
            return WITHHELD
        return DISTINGUISHABLE if self.distinguishable(alpha) else NOT_DISTINGUISHABLE


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
    def smallest_fall(self) -> float | None:
        """The least fall that the test would have found in 80% of cases, as a fraction below 0; None if none."""
        return self.main.smallest_fall

    @property
    def smallest_rise(self) -> float | None:
        """The least rise that the test would have found in 80% of cases, as a fraction; None if none."""
        return self.main.smallest_rise

    @property
    def withheld(self) -> str:
        """Why there is no verdict; empty where there is one."""
        return self.main.withheld

    @property
    def distinguishable(self) -> bool:
        """Whether there is a verdict and the p-value is at or below the level."""
        return self.main.distinguishable(self.alpha)

    @property
    def verdict(self) -> str:
        """One of the three fixed phrases."""
        return self.main.verdict(self.alpha)

    def frame(self) -> pl.DataFrame:
        """A row for each tested window and lead: `what`, window, lead, changes as fractions, p-values, counts, the
        smallest changes that would have been found, the verdict and why it is withheld."""
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
                "swing": one.swing,
                "smallest_fall": one.smallest_fall,
                "smallest_rise": one.smallest_rise,
                "verdict": one.verdict(self.alpha),
                "withheld": one.withheld or None,
            }
            for what, found in kinds
            for one in found
        ]
        return pl.DataFrame(rows, schema=_SCHEMA)

    def words(self, what: str = "The flow") -> str:
        """The finding in sentences; the verdict in its fixed words, no cause."""
        told = [self._main(what), self._other_windows(), self._earlier(), self._beside(), self._zeros(), NOT_A_CAUSE]
        return " ".join(part for part in told if part)

    def headline(self, what: str = "The flow") -> str:
        """The chosen window alone, and what takes from it or adds to it."""
        return " ".join(part for part in (self._main(what), self._earlier(), self._beside(), self._zeros()) if part)

    def _main(self, what: str) -> str:
        main, h = self.main, words.plural(self.main.window_months, "month")
        told = (
            f"{what} in the {h} after {words.month(self.event)} stood {moved(main.change)} than in the {h} before; its "
            f"usual change over such a span is {words.percent(main.usual, signed=True)}. Beyond that it changed by "
            f"{words.percent(main.effect, signed=True)} ({interval(main, self.alpha)}), which is {self.verdict}"
        )
        if main.withheld:
            return f"{told}: {main.withheld}"
        return " ".join(
            part for part in (f"{told} (p = {p_words(main.p_value)}): {counted(main)}.", self.silence()) if part
        )

    def silence(self) -> str:
        """What a date that is not distinguishable leaves open: the smallest changes found; empty for other verdicts."""
        return smallest(self.main) if self.verdict == NOT_DISTINGUISHABLE else ""

    def _zeros(self) -> str:
        if self.zero_months == 0:
            return ""
        return f"{words.plural(self.zero_months, 'month')} with zero trade count as gaps, as zero has no log."

    def _other_windows(self) -> str:
        others = [one for one in self.windows if one.window_months != self.main.window_months]
        if not others:
            return ""
        parts = [
            f"{words.percent(one.effect, signed=True)} over {words.plural(one.window_months, 'month')} ({p_told(one)})"
            for one in others
        ]
        return f"With other windows: {words.listing(parts)}."

    def _earlier(self) -> str:
        one = self.year_before
        if one is None or not one.distinguishable(self.alpha):
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
    low = "no lower bound" if one.low is None or one.low < LEAST_TOLD else _low(one.low)
    high = "no upper bound" if _boundless(one.high) else words.percent(one.high, signed=True)
    return f"{level} interval {low} to {high}"


def _low(low: float) -> str:
    """A lower end in words; what is not all of trade never rounds to it."""
    return f"under {words.percent(-0.999)}" if -1 < low <= -0.9995 else words.percent(low, signed=True)


def _boundless(high: float | None) -> bool:
    """Whether an upper end bounds nothing that anybody would name; the table keeps its figure."""
    return high is None or high > MOST_TOLD


def p_words(p_value: float) -> str:
    """A p-value at three decimals; what is smaller reads "under 0.001"."""
    return "under 0.001" if p_value < 0.001 else words.number(p_value, 3)


def p_told(one: WindowChange) -> str:
    """The p-value as a card has it, or that there is no verdict."""
    return "no verdict" if one.withheld else f"p = {p_words(one.p_value)}"


def counted(one: WindowChange) -> str:
    """How many clear months changed as much for their time."""
    if one.clear_months == 0:
        return "no other month of the series is clear of the event"
    if one.clear_months == 1:
        as_much = "changed as much" if one.as_large else "did not change as much"
        return f"the one month whose windows are clear of the event {as_much} for how much trade swings around it"
    return (
        f"{words.count(one.as_large)} of the {words.count(one.clear_months)} months whose windows are clear of the "
        "event changed as much for how much trade swings around them"
    )


def smallest(one: WindowChange) -> str:
    """The smallest changes that the test would have found, so that silence is not read as proof."""
    if one.smallest_fall is None and one.smallest_rise is None:
        return "That proves nothing: no change, however large, would be found here, there are too few months."
    steps = smallest_steps(one.smallest_fall, one.smallest_rise)
    return f"That is no proof of no change: to be found here in {POWER_WORDS} it takes {steps}."


def smallest_steps(fall: float | None, rise: float | None) -> str:
    """Both steps in words: "a fall of 24.1% or a rise of 31.8%"."""
    down = "no fall is ever found" if fall is None else f"a fall of {_all_but(fall)}"
    up = "no rise is ever found" if rise is None else f"a rise of {_most(rise)}"
    if fall is None:
        return f"{up}, and {down}"
    return f"{down}, and {up}" if rise is None else f"{down} or {up}"


def _all_but(fall: float) -> str:
    """A fall in words that never rounds up to all of trade: "24.1%", "more than 99.9%"."""
    return f"more than {words.percent(0.999)}" if -1 < fall <= -0.9995 else words.percent(abs(fall))


def _most(rise: float) -> str:
    """A rise in words: "31.8%", "more than 1,000,000%"."""
    return f"more than {words.percent(MOST_TOLD)}" if rise > MOST_TOLD else words.percent(rise)


def unrest_words(event: date, ratio: float, near: int, far: int) -> str:
    """Why there is no verdict where swings have just grown."""
    return (
        f"the {words.plural(near, 'month')} before {words.month(event)} swing {words.number(ratio, 1)} times as much "
        f"as the {words.count(far)} before them, and where swings have just grown so much, chance alone makes changes "
        "that look unusual."
    )


MEASURED = {
    "change": pl.Float64,
    "usual": pl.Float64,
    "effect": pl.Float64,
    "low": pl.Float64,
    "high": pl.Float64,
    "p_value": pl.Float64,
    "months": pl.Int32,
    "clear_months": pl.Int32,
    "as_large": pl.Int32,
}
"""Columns of a `WindowChange` in every table of tests: the change and how usual it is."""
SENSED = {"swing": pl.Float64, "smallest_fall": pl.Float64, "smallest_rise": pl.Float64}
"""Columns of a `WindowChange` in every table of tests: what could have been found."""

_SCHEMA = {
    "what": pl.String,
    "window_months": pl.Int32,
    "lead_months": pl.Int32,
    **MEASURED,
    "placebo_p": pl.Float64,
    **SENSED,
    "verdict": pl.String,
    "withheld": pl.String,
}
