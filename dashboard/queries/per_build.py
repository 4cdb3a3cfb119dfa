"""Answers of a whole build that are asked for again and again: worked out once per build, gone with it."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, TypeVar
from weakref import WeakKeyDictionary

from pipelines.store import Store

Answer = TypeVar("Answer")
More = ParamSpec("More")
MOST = 256
"""Answers to one question that are kept of a build; the oldest makes room."""


def per_build(ask: Callable[Concatenate[Store, More], Answer]) -> Callable[Concatenate[Store, More], Answer]:
    """Keeps what a question on the store gave, for as long as somebody holds that store.

    What else the question takes must be hashable. The store is held weakly: a build that was replaced is closed when
    its last session lets go, whatever it was asked. Answers are shared, so nobody may change one.
    """
    kept: WeakKeyDictionary[Store, dict[object, Answer]] = WeakKeyDictionary()

    @wraps(ask)
    def answer(store: Store, /, *more: More.args, **named: More.kwargs) -> Answer:
        known = kept.setdefault(store, {})
        key = (more, tuple(sorted(named.items())))
        try:
            return known[key]
        except KeyError:
            pass
        found = ask(store, *more, **named)
        if len(known) >= MOST:
            known.pop(next(iter(known)), None)
        known[key] = found
        return found

    return answer
