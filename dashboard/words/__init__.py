"""Numbers, money and dates as a reader sees them.

At most three significant digits, a real minus sign (−), no "−0", dates like "24 Feb 2022". A value that is not
there (None, NaN) reads "no figure"; it never reads as zero. Exact numbers belong in tables, not here.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import date
from decimal import ROUND_HALF_UP, Context, Decimal

MINUS = "\u2212"
DASH = "\u2013"
NO_FIGURE = "no figure"
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_WIDE = Context(prec=700, rounding=ROUND_HALF_UP)  # every finite float has a place in it
_LOWER = ("World", "Euro area")
_ARTICLE = frozenset(
    {
        "US",
        "UK",
        "UAE",
        "EU",
        "EU27",
        "United States",
        "United Kingdom",
        "United Arab Emirates",
        "European Union (27)",
        "United Nations",
        "Netherlands",
        "Netherlands Antilles",
        "Caribbean Netherlands",
        "Philippines",
        "Bahamas",
        "Gambia",
        "Maldives",
        "Comoros",
        "Czech Republic",
        "Central African Republic",
        "Dominican Republic",
        "Republic of the Congo",
        "Democratic Republic of the Congo",
    }
)
_ARTICLE_ENDINGS = (" Islands", " Union", " States", " Territory", " Territories")
_SCALES = ((1e12, "trillion"), (1e9, "billion"), (1e6, "million"))


def _missing(value: float | None) -> bool:
    return value is None or not math.isfinite(value)


def _fixed(value: float, decimals: int) -> Decimal:
    """The value at so many decimals (negative: tens, hundreds), half away from zero as readers round by hand.

    Fifteen digits first, so that 0.285 · 100 counts as 28.5 and not as 28.499999999999996.
    """
    return Decimal(f"{value:.15g}").quantize(Decimal(1).scaleb(-decimals), context=_WIDE)


def _round3(value: float) -> float:
    """A non-negative value at three significant digits."""
    return 0.0 if value == 0 else float(_fixed(value, 2 - math.floor(math.log10(value))))


def _three(value: float) -> str:
    """A non-negative value at three significant digits: 36.0, 4.18, 583, 12,300, 0.0415."""
    rounded = _round3(value)
    if rounded == 0:
        return "0"
    return f"{_fixed(rounded, max(0, 2 - math.floor(math.log10(rounded)))):,f}"


def _sign(value: float, shown: str, signed: bool = False) -> str:
    """The sign to print before `shown`; nothing before a number that prints as zero."""
    if not any(digit in shown for digit in "123456789"):
        return ""
    if value < 0:
        return MINUS
    return "+" if signed else ""


def number(value: float | None, digits: int | None = None, signed: bool = False) -> str:
    """A bare number: three significant digits ("36.0", "12,300"), or `digits` decimals ("2.10")."""
    if value is None or _missing(value):
        return NO_FIGURE
    shown = _three(abs(value)) if digits is None else f"{_fixed(abs(value), digits):,f}"
    return _sign(value, shown, signed) + shown


def money(value_usd: float | None, currency: str = "$", signed: bool = False) -> str:
    """An amount in plain units of `currency`: "$36.0 billion", "EUR 38.2 billion", "−$583 million", "$12,300"."""
    if value_usd is None or _missing(value_usd):
        return NO_FIGURE
    rounded = _round3(abs(value_usd))
    shown, scale = (_three(rounded), "") if rounded >= 1000 else (f"{_fixed(rounded, 0):f}", "")
    for size, name in _SCALES:
        if rounded >= size:
            shown, scale = _three(rounded / size), " " + name
            break
    gap = " " if currency[-1:].isalpha() else ""
    return f"{_sign(value_usd, shown, signed)}{currency}{gap}{shown}{scale}"


def percent(fraction: float | None, digits: int | None = None, signed: bool = False) -> str:
    """A fraction as a percentage: 0.906 is "90.6%", −0.021 is "−2.1%", 12.34 is "1,230%".

    Without `digits`: one decimal below 100%, none above, two where one decimal would print nothing but zeros.
    """
    if fraction is None or _missing(fraction * 100):
        return NO_FIGURE
    size = abs(fraction) * 100
    if digits is not None:
        shown = f"{_fixed(size, digits):,f}"
    elif size >= 99.95:
        shown = _three(size) if size >= 999.5 else f"{_fixed(size, 0):f}"
    else:
        shown = f"{_fixed(size, 1):f}" if size >= 0.05 or size < 0.005 else f"{_fixed(size, 2):f}"
    return f"{_sign(fraction, shown, signed)}{shown}%"


def percent_range(low: float | None, high: float | None) -> str:
    """A range of fractions: "88.1% to 90.6%"; one figure where both ends read the same."""
    first, last = percent(low), percent(high)
    return first if first == last else f"{first} to {last}"


def points(pp: float | None, signed: bool = False) -> str:
    """A difference between percentages: "4.0 percentage points", "−0.3 percentage points"."""
    if pp is None or _missing(pp):
        return NO_FIGURE
    shown = f"{_fixed(abs(pp), 1):,f}"
    return f"{_sign(pp, shown, signed)}{shown} percentage point{'' if shown == '1.0' else 's'}"


def count(n: int | float) -> str:
    """A whole number with commas: "1,234", "−7"."""
    shown = f"{abs(round(n)):,}"
    return _sign(n, shown) + shown


def ordinal(n: int) -> str:
    """Rank words: "1st", "2nd", "3rd", "11th", "22nd"."""
    ending = "th" if n % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(n % 10, "th")
    return f"{n:,}{ending}"


_SMALL = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")


def small_count(n: int) -> str:
    """A small whole number as a word: "two", "twelve"; larger ones in digits."""
    return _SMALL[n] if 0 <= n < len(_SMALL) else count(n)


def plural(n: int, noun: str) -> str:
    """A counted noun: "1 month", "33 months"."""
    return f"{count(n)} {noun}" if abs(n) == 1 else f"{count(n)} {noun}s"


def listing(items: Sequence[str]) -> str:
    """Items in a sentence: "a", "a and b", "a, b and c"; nothing at all reads "none"."""
    if not items:
        return "none"
    return items[0] if len(items) == 1 else f"{', '.join(items[:-1])} and {items[-1]}"


def in_sentence(name: str) -> str:
    """A place's name as it stands after "to" or "with": "the Netherlands", "the US", "the world", "Russia"."""
    if name in _LOWER:
        return f"the {name[0].lower()}{name[1:]}"
    return f"the {name}" if name in _ARTICLE or name.endswith(_ARTICLE_ENDINGS) else name


def day(when: date) -> str:
    """A day: "24 Feb 2022"."""
    return f"{when.day} {MONTHS[when.month - 1]} {when.year}"


def month(when: date) -> str:
    """The month of a date: "Jul 2026"."""
    return f"{MONTHS[when.month - 1]} {when.year}"


def quarter(when: date) -> str:
    """The quarter of a date: "Q3 2026"."""
    return f"Q{(when.month + 2) // 3} {when.year}"


def span(start: date, end: date) -> str:
    """A run of months, both ends included: "Jan–Jul 2026", "Nov 2025–Jul 2026", "Jul 2026"."""
    if (start.year, start.month) == (end.year, end.month):
        return month(end)
    if start.year == end.year:
        return f"{MONTHS[start.month - 1]}{DASH}{month(end)}"
    return f"{month(start)}{DASH}{month(end)}"


def twelve_months(end: date) -> str:
    """The 12-month window that ends in a month: "12 months to Jul 2026"."""
    return f"12 months to {month(end)}"


def period(when: date, frequency: str) -> str:
    """A period by its frequency: M "Jul 2026", Q "Q3 2026", A "2026"."""
    return {"M": month(when), "Q": quarter(when)}.get(frequency, str(when.year))
