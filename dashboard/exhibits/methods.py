"""The methods as the docstrings of the analysis layer tell them, so that words and code cannot part."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

from dashboard import analysis

BUILDING_BLOCKS = ("errors", "frames", "words")
"""Modules that carry no measure of their own; they come last."""


@dataclass(frozen=True)
class Method:
    """One function: its name, how it is called, and its docstring as plain text (formulas, units, source)."""

    name: str
    call: str
    summary: str
    text: str


@dataclass(frozen=True)
class Chapter:
    """One idea: a module of the analysis layer with its public functions in the order of the file."""

    module: str
    title: str
    text: str
    methods: tuple[Method, ...]

    @property
    def name(self) -> str:
        """The module's name as words."""
        return self.module.replace("_", " ")


@cache
def chapters() -> tuple[Chapter, ...]:
    """Every module of the analysis layer that has public functions: measures first, building blocks last."""
    names = sorted(
        (found.name for found in pkgutil.iter_modules(analysis.__path__) if not found.name.startswith("_")),
        key=lambda name: (name in BUILDING_BLOCKS, name),
    )
    written = [_chapter(name) for name in names]
    return tuple(chapter for chapter in written if chapter.methods)


def _chapter(name: str) -> Chapter:
    module = importlib.import_module(f"{analysis.__name__}.{name}")
    functions = [
        value
        for key, value in vars(module).items()
        if inspect.isfunction(value) and not key.startswith("_") and value.__module__ == module.__name__
    ]
    functions.sort(key=lambda function: function.__code__.co_firstlineno)
    text = inspect.getdoc(module) or ""
    return Chapter(name, _first_line(text), text, tuple(_method(function) for function in functions))


def _method(function: Callable[..., Any]) -> Method:
    text = inspect.getdoc(function) or ""
    return Method(function.__name__, _call(function), _first_line(text), text)


def _call(function: Callable[..., Any]) -> str:
    """Name, parameters and defaults, without types: a reader wants to know what can be chosen."""
    parts: list[str] = []
    starred = False
    for parameter in inspect.signature(function).parameters.values():
        if parameter.kind is parameter.KEYWORD_ONLY and not starred:
            parts.append("*")
            starred = True
        given = "" if parameter.default is parameter.empty else f"={parameter.default!r}"
        parts.append(parameter.name + given)
    return f"{function.__name__}({', '.join(parts)})"


def _first_line(text: str) -> str:
    return text.split("\n", 1)[0].strip()
