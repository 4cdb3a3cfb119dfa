"""The methods as the docstrings of the analysis layer tell them, so that words and code cannot part.

What a reader wants is the formula and its limits: which columns a function takes and what it raises is left out.
"""

from __future__ import annotations

import importlib
import inspect
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from dashboard import analysis


@dataclass(frozen=True)
class Method:
    """One measure: the function behind it, its plain title, and what it does with its formula."""

    name: str
    title: str
    text: str


@dataclass(frozen=True)
class Chapter:
    """One idea: its plain title, what holds for all of its measures (formulas first), and the measures."""

    module: str
    title: str
    text: str
    methods: tuple[Method, ...]

    def told(self) -> tuple[tuple[str, str], ...]:
        """Title and text of what holds for all (without a title), then of each measure."""
        return (("", self.text), *((method.title, method.text) for method in self.methods))


_CHAPTERS: tuple[tuple[str, str, Mapping[str, str]], ...] = (
    (
        "collapse",
        "How far trade fell, and how much came back",
        {"collapse_and_rebound": "Collapse and rebound", "spread": "The same fall over other windows"},
    ),
    ("collapse_annual", "The fall on complete years", {"collapse_and_rebound_annual": "Collapse and rebound by year"}),
    (
        "transforms",
        "12-month sums, index and growth",
        {"rolling_sum": "12-month sum", "index_to": "Index", "growth": "Growth on a year before"},
    ),
    (
        "aggregates",
        "Years, parts of years, total and balance",
        {
            "aggregate": "Quarters and years",
            "part_year": "A part of a year",
            "total": "Exports plus imports",
            "balance": "Balance",
        },
    ),
    ("prices", "Real values", {"real": "Values in the prices of one period"}),
    (
        "event_time",
        "Trade around the dates of measures",
        {"event_time": "Months before and after a measure", "median_path": "Median over measures"},
    ),
    ("timing", "Did trade move around a date", {"timing_test": "Timing test"}),
    ("timing_path", "The months around a date", {"event_path": "Path beside ordinary dates"}),
    ("timing_many", "Many dates on many partners", {"timing_tests": "Timing tests, adjusted for their number"}),
    ("breaks", "When the level of a series changed", {"break_dates": "Break dates"}),
    ("event_study", "Many units with dates of their own", {"event_study": "Event study"}),
    ("seasonal", "Seasonal adjustment", {"stl": "Season, trend and remainder"}),
    ("partners", "Where trade went", {"partner_shift": "Change by partner"}),
    ("diversion", "What may have gone another way", {"diversion_ledger": "Ledger of diversion"}),
    ("concentration", "Concentration over partners", {"hhi": "Herfindahl–Hirschman index"}),
    ("chain", "Real levels from growth rates", {"chain_levels": "Chained level"}),
    (
        "impact",
        "Forecast and outcome, level and path, exposure",
        {
            "growth_shortfall": "Forecast minus outcome",
            "index_before_event": "Level since before the event",
            "path_gap": "Gap to the path before the event",
            "exposure": "Trade in percent of GDP",
        },
    ),
)

NOT_TOLD = frozenset(
    {
        "aggregates.months_covered",
        "breaks.shown",
        "collapse.collapse_table",
        "collapse.spread_range",
        "collapse_annual.complete_years",
        "prices.bridge",
        "prices.price_factors",
        "seasonal.has_season",
        "timing.near",
        "timing.one_window",
        "timing.refuse",
        "timing.skipped",
        "timing.told",
        "timing.unusual",
    }
)
"""Steps inside a measure, which its own text covers."""

MODULES_NOT_TOLD = frozenset(
    {
        "breaks_search",
        "collapse_result",
        "collapse_windows",
        "errors",
        "event_study_regression",
        "event_study_result",
        "frames",
        "loess",
        "panel_shape",
        "timing_null",
        "timing_result",
        "timing_series",
    }
)
"""Parts without a formula of their own."""


@cache
def chapters() -> tuple[Chapter, ...]:
    """Every measure that a reader meets in a figure, by idea."""
    found = []
    for name, title, functions in _CHAPTERS:
        module = importlib.import_module(f"{analysis.__name__}.{name}")
        methods = tuple(
            Method(function, plain, for_readers(inspect.getdoc(getattr(module, function)) or ""))
            for function, plain in functions.items()
        )
        found.append(Chapter(name, title, for_readers(inspect.getdoc(module) or ""), methods))
    return tuple(found)


def for_readers(text: str) -> str:
    """A docstring without what only a programmer wants: formulas stay as they are, names of code go."""
    kept = []
    for paragraph in text.split("\n\n"):
        if paragraph.startswith(" "):
            kept.append(paragraph)
            continue
        sentences = re.split(r"(?<=\.) (?=[A-Z`])", " ".join(paragraph.split()))
        lead = 0 if kept else 1  # the first sentence says what it is, whatever it names
        plain = [
            re.sub(r"[`*]", "", sentence)
            for place, sentence in enumerate(sentences)
            if place < lead or _CODE.search(sentence) is None
        ]
        if plain:
            kept.append(" ".join(plain))
    return "\n\n".join(kept)


_CODE = re.compile(
    r"`|^(Returns|Raises|Adds|Keys)\b|\b(of this module|null|raised|the caller|have no row|flows in)\b"
    r"|\b[a-z]+_[a-z_]+\b"
)
