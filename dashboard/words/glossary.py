"""Twenty terms that a reader meets here, each in a sentence or two, and how the text of a figure betrays them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType

_TERMS: tuple[tuple[str, str, str], ...] = (
    (
        "12-month sum",
        r"12[- ]month|12 months",
        "The month and the eleven before it, added up. It shows the level without the seasons, and smears a "
        "sudden change over a year.",
    ),
    (
        "Vintage",
        r"vintage|edition",
        "The day from which a figure has been known as it stands. Statistics are revised; a vintage says "
        "which version is shown.",
    ),
    (
        "F.a.s.",
        r"f\.a\.s\.",
        "Free alongside ship: exports valued at the port, before loading. US exports are valued so.",
    ),
    (
        "FOB",
        r"\bFOB\b|\bfob\b",
        "Free on board: goods valued at the border of the exporting country.",
    ),
    (
        "CIF",
        r"\bCIF\b|\bcif\b",
        "Cost, insurance and freight: imports valued on arrival, with the cost of getting there, commonly 5 "
        "to 10% above FOB.",
    ),
    (
        "Customs value",
        r"customs value",
        "What customs assess imported goods at, without freight and insurance.",
    ),
    (
        "Census basis",
        r"Census basis",
        "US trade as customs record it. The balance-of-payments basis of the same trade adjusts it for "
        "ownership, and differs by some percent.",
    ),
    (
        "Mirror figures",
        r"mirror",
        "A country's trade told by its partners, where it does not report itself. Partners record other "
        "times, values and routes.",
    ),
    (
        "Current prices",
        r"current prices|nominal",
        "Money of the day, not adjusted for inflation.",
    ),
    (
        "Constant prices",
        r"constant prices|prices of \d{4}|\breal\b",
        "Adjusted for inflation: each month in the money of one year.",
    ),
    (
        "Trough",
        r"trough",
        "The lowest 12-month sum after the peak, within the months that are searched.",
    ),
    (
        "Rebound",
        r"rebound|regained",
        "Two measures of coming back: growth from the trough, and the share of the loss regained. A small "
        "base makes the first large; both are always shown.",
    ),
    (
        "STL",
        r"\bSTL\b",
        "Seasonal-trend decomposition by loess: takes the repeating seasonal pattern out of a series.",
    ),
    (
        "Seasonally adjusted",
        r"seasonally adjusted|seasonal adjustment",
        "Without what repeats each year, so that one month can be held against the next.",
    ),
    (
        "Ordinary dates",
        r"ordinary (dates|months)|placebo",
        "Months at which nothing in particular was imposed. A change at a sanction's date is unusual only if "
        "few ordinary months changed as much.",
    ),
    (
        "P-value",
        r"p-value|\bp \d?\.|p ?[=<≤]",
        "The share of ordinary months that changed at least as much. It tells how unusual a month is, not why.",
    ),
    (
        "Holm",
        r"\bHolm\b",
        "An adjustment for testing many dates at once, so that even one false alarm stays rare.",
    ),
    (
        "BIC",
        r"\bBIC\b",
        "Bayesian information criterion: a rule that adds a break only where the fit gains more than chance "
        "would give.",
    ),
    (
        "Event time",
        r"event time",
        "Months counted from the date of a measure, so that several can be laid over each other.",
    ),
    (
        "Clocks of a measure",
        r"took effect|by the day|wind[- ]down|announced|signed",
        "A measure has up to five dates: announced, signed, in effect, end of wind-down, lifted. A figure "
        "says which is drawn.",
    ),
    (
        "Sanctions lists",
        r"\bSDN\b|sanctions lists",
        "Names that may not be dealt with, published by each sender. Lists overlap, so their counts are never added.",
    ),
)


def every() -> Mapping[str, str]:
    """All terms and their meaning."""
    return MappingProxyType({term: meaning for term, _, meaning in _TERMS})


def terms_in(text: str) -> Mapping[str, str]:
    """The terms that a text uses, in the order of the glossary."""
    return MappingProxyType(
        {term: meaning for term, pattern, meaning in _TERMS if re.search(pattern, text, re.IGNORECASE)}
    )
