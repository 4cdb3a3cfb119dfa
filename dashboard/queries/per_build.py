"""Answers of a whole build that are asked for again and again: worked out once per build, gone with it."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import TypeVar
from weakref import WeakKeyDictionary

from pipelines.store import Store

Answer = TypeVar("Answer")


def per_build(ask: Callable[[Store], Answer]) -> Callable[[Store], Answer]:
    """Keeps what a question on the store alone gave, for as long as somebody holds that store.

    The store is held weakly: a build that was replaced is closed when its last session lets go, whatever it was asked.
    """
    kept: WeakKeyDictionary[Store, Answer] = WeakKeyDictionary()

    @wraps(ask)
    def answer(store: Store) -> Answer:
        if store not in kept:
            kept[store] = ask(store)
        return kept[store]

    return answer
