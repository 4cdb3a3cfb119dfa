"""The methods as the docstrings of analysis and studies tell them, so that words and code cannot part.

A method is told when a figure rests on it: when an exhibit uses it, itself or through a study or another method. What a
reader wants is the formula and its limits: which columns a function takes and what it raises is left out.
"""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, reduce
from types import CodeType, FunctionType, ModuleType
from typing import Any


@dataclass(frozen=True)
class Method:
    """One measure: the function behind it, its plain title, and what it does with its formula."""

    name: str
    title: str
    text: str


@dataclass(frozen=True)
class Chapter:
    """One idea: its plain title, what holds for all of its measures (formulas first), and the measures.

    `module` is its room and file: analysis.collapse.
    """

    module: str
    title: str
    text: str
    methods: tuple[Method, ...]

    def paragraphs(self) -> tuple[tuple[str, str], ...]:
        """Title and text of what holds for all (without a title), then of each measure."""
        return (("", self.text), *((method.title, method.text) for method in self.methods))


TITLES: tuple[tuple[str, str, Mapping[str, str]], ...] = (
    (
        "analysis.collapse",
        "How far trade fell, and how much came back",
        {"collapse_and_rebound": "Collapse and rebound", "spread": "The same fall over other windows"},
    ),
    (
        "analysis.collapse_annual",
        "The fall on complete years",
        {"collapse_and_rebound_annual": "Collapse and rebound by year"},
    ),
    (
        "studies.series",
        "Sums over months",
        {"TradeSeries.summed": "Quarters, 12-month sums and years"},
    ),
    ("studies.deflate", "Constant prices", {"deflate": "Values in the prices of one year"}),
    ("analysis.prices", "Real values", {"real": "Values in the prices of one period"}),
    ("studies.rounding", "What rounding alone could make of a change", {"change": "A change with its band"}),
    (
        "analysis.transforms",
        "12-month sums, index and growth",
        {"rolling_sum": "12-month sum", "index_to": "Index", "growth": "Growth on a year before"},
    ),
    (
        "analysis.aggregates",
        "Years, parts of years, total and balance",
        {
            "aggregate": "Quarters and years",
            "part_year": "A part of a year",
            "total": "Exports plus imports",
            "balance": "Balance",
        },
    ),
    (
        "studies.vintages",
        "How published years were revised",
        {"months_of": "An edition's own months"},
    ),
    (
        "analysis.event_time",
        "Trade around the dates of measures",
        {"event_time": "Months before and after a measure", "median_path": "Median over measures"},
    ),
    ("analysis.timing", "Did trade move around a date", {"timing_test": "Timing test"}),
    ("analysis.timing_spread", "How much trade swings around a date", {"spread": "Yardstick of a date"}),
    ("analysis.timing_path", "The months around a date", {"event_path": "Path beside ordinary dates"}),
    (
        "analysis.timing_many",
        "Many dates on many partners",
        {"timing_tests": "Timing tests, adjusted for their number"},
    ),
    ("analysis.breaks", "When the level of a series changed", {"break_dates": "Break dates"}),
    ("analysis.event_study", "Many units with dates of their own", {"event_study": "Event study"}),
    ("analysis.seasonal", "Seasonal adjustment", {"stl": "Season, trend and remainder"}),
    ("analysis.partners", "Where trade went", {"partner_shift": "Change by partner"}),
    ("analysis.diversion", "What may have gone another way", {"diversion_ledger": "Ledger of diversion"}),
    ("analysis.concentration", "Concentration over partners", {"hhi": "Herfindahl–Hirschman index"}),
    ("analysis.chain", "Real levels from growth rates", {"chain_levels": "Chained level"}),
    (
        "analysis.impact",
        "Forecast and outcome, level and path, exposure",
        {
            "growth_shortfall": "Forecast minus outcome",
            "index_before_event": "Level since before the event",
            "path_gap": "Gap to the path before the event",
            "exposure": "Trade in percent of GDP",
        },
    ),
)
"""Plain titles by room and file, in the order of the page, of every measure there is, used or not."""

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
        "timing.unsettled",
        "timing.unusual",
        "timing_spread.reach_of",
        "timing_spread.steps_of",
        "timing_spread.thirds_of",
        "timing_spread.weights_of",
    }
)
"""Steps inside a measure, which its own text covers."""

MODULES_NOT_TOLD = frozenset(
    {
        "breaks_regression",
        "breaks_search",
        "collapse_result",
        "collapse_windows",
        "errors",
        "event_study_regression",
        "event_study_result",
        "frames",
        "loess",
        "panel_shape",
        "timing_bounds",
        "timing_null",
        "timing_result",
        "timing_series",
    }
)
"""Parts without a formula of their own."""


@cache
def chapters() -> tuple[Chapter, ...]:
    """Every measure that a figure rests on, by idea."""
    used = functions_used()
    found = []
    for place, title, titles in TITLES:
        module = importlib.import_module(f"{_PACKAGE}.{place}")
        methods = tuple(
            Method(name, plain, for_readers(inspect.getdoc(reduce(getattr, name.split("."), module)) or ""))
            for name, plain in titles.items()
            if (place, name) in used
        )
        if methods:
            found.append(Chapter(place, title, for_readers(inspect.getdoc(module) or ""), methods))
    return tuple(found)


_PACKAGE = "dashboard"


@cache
def functions_used() -> frozenset[tuple[str, str]]:
    """Functions of this package that some exhibit reaches, as room and file, and name: read from the code itself.

    Every function of the exhibits' rooms counts; one of a study or of the analysis when a reached one names it.
    """
    waiting = [function for module in _modules("exhibits") for function in _functions(module)]
    reached: set[FunctionType] = set()
    while waiting:
        function = waiting.pop()
        if function not in reached:
            reached.add(function)
            waiting += _named_in(function)
    return frozenset((function.__module__.removeprefix(f"{_PACKAGE}."), function.__qualname__) for function in reached)


def _modules(room: str) -> Iterator[ModuleType]:
    package = importlib.import_module(f"{_PACKAGE}.{room}")
    for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
        yield importlib.import_module(found.name)


def _functions(module: ModuleType) -> Iterator[FunctionType]:
    """Functions and methods that a module defines."""
    for value in vars(module).values():
        if getattr(value, "__module__", None) == module.__name__:
            yield from _code_of(value)


def _code_of(value: Any) -> Iterator[FunctionType]:
    """The functions in a value: itself, or the methods of a class."""
    value = inspect.unwrap(value) if callable(value) else value
    if isinstance(value, FunctionType):
        yield value
    elif inspect.isclass(value):
        for member in vars(value).values():
            method = getattr(member, "fget", None) or getattr(member, "__func__", None) or member
            if isinstance(method, FunctionType):
                yield method


def _named_in(function: FunctionType) -> Iterator[FunctionType]:
    """Functions of this package that a function's code names, also through their module: `output.levels`."""
    names = set(_names(function.__code__))
    for name in names & set(function.__globals__):
        value = function.__globals__[name]
        within = [value]
        if isinstance(value, ModuleType) and value.__name__.startswith(f"{_PACKAGE}."):
            within = [getattr(value, attribute) for attribute in names if hasattr(value, attribute)]
        for one in within:
            if str(getattr(one, "__module__", "")).startswith(f"{_PACKAGE}."):
                yield from _code_of(one)


def _names(code: CodeType) -> Iterator[str]:
    yield from code.co_names
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _names(constant)


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
    r"`|^(Args|Returns|Raises|Adds|Keys)\b|\b(of this module|null|raised|the caller|have no row|flows in)\b"
    r"|\b[a-z]+_[a-z_]+\b"
)
