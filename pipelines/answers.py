"""Answers that were given before: a build never changes, so the same question has the same answer."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Sequence
from typing import Any

import polars as pl

KEPT_BYTES = 64 * 2**20
"""All answers together. A page asks some 40 questions of 1 to 300 kB; all partners' months are 20 MB."""

LARGEST_BYTES = 16 * 2**20
"""A larger answer is not kept: one of them would push out a hundred small ones."""


class Answers:
    """Kept answers of one build, the least used thrown out first. Safe to share between threads."""

    def __init__(self, kept_bytes: int = KEPT_BYTES, largest_bytes: int = LARGEST_BYTES) -> None:
        self._kept: OrderedDict[tuple[str, str], tuple[pl.DataFrame, int]] = OrderedDict()
        self._room, self._largest = kept_bytes, largest_bytes
        self._lock = threading.Lock()

    def find(self, sql: str, parameters: Sequence[Any]) -> pl.DataFrame | None:
        """The answer to this question if it was kept. Columns may be added to it or renamed without harm."""
        key = (sql, repr(parameters))
        with self._lock:
            kept = self._kept.get(key)
            if kept is None:
                return None
            self._kept.move_to_end(key)
        return kept[0].clone()

    def keep(self, sql: str, parameters: Sequence[Any], answer: pl.DataFrame) -> None:
        """Keep an answer while there is room for it."""
        size = int(answer.estimated_size())
        if size > self._largest:
            return
        key = (sql, repr(parameters))
        with self._lock:
            before = self._kept.pop(key, None)
            self._room += before[1] if before is not None else 0
            self._kept[key] = (answer.clone(), size)
            self._room -= size
            while self._room < 0:
                _, (_, freed) = self._kept.popitem(last=False)
                self._room += freed
