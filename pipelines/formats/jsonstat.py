"""JSON-stat 2.0, the cubes that Eurostat sends: codes by dimension, and values at flat positions.

A cube lists the codes of every dimension and gives its values as a list in row-major order (the last dimension runs
fastest) or, sparse, as an object from position to value. A position without a value is missing, never zero.
Format: https://json-stat.org/full/
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

import polars as pl

from pipelines.errors import ParseError
from pipelines.formats.json import json_number, read_json
from pipelines.raw import Payload

_BEING_PREPARED = 413


def load(payload: Payload) -> Mapping[str, Any]:
    """The cube of one reply, still in its own form.

    Raises:
        ParseError: it is an error or a notice that the reply is being prepared, both of which come with status 200
            too, or it is no cube.
    """
    document = read_json(payload)
    if not isinstance(document, dict):
        raise ParseError(f"{payload.name} is not a JSON-stat data set.")
    for kind in ("warning", "error"):
        for notice in _notices(document.get(kind)):
            if str(notice.get("status")) == str(_BEING_PREPARED):
                raise ParseError(f"{payload.name} is still being prepared by the source. Refresh again later.")
            raise ParseError(
                f"{payload.name}: the source answers with the {kind} {notice.get('id', notice.get('status'))}: "
                f"{str(notice.get('label'))[:200]}"
            )
    if document.get("class") != "dataset":
        raise ParseError(f"{payload.name} is not a JSON-stat data set (its class is {document.get('class')!r}).")
    return document


def decode(payload: Payload) -> pl.DataFrame:
    """The cells of a cube that hold a value or a mark.

    Returns:
        One text column of codes for each dimension, in the cube's order and under its names; `value` (number, empty
        where only a mark is given); `status` (text, empty where there is none).

    Raises:
        ParseError: a dimension is empty (the source collapses what it does not want to answer), its codes do not
            match its size, a position lies outside the cube, a list is shorter than the cube, or a value is no number.
    """
    cube, name = load(payload), payload.name
    ids, sizes = cube.get("id"), cube.get("size")
    if not isinstance(ids, list) or not isinstance(sizes, list) or len(ids) != len(sizes) or not ids:
        raise ParseError(f"{name}: the data set does not name its dimensions and their sizes.")
    if not all(isinstance(size, int) and not isinstance(size, bool) and size >= 0 for size in sizes):
        raise ParseError(f"{name}: a size of the data set is not a whole number.")
    if 0 in sizes:
        raise ParseError(f"{name}: the dimension {ids[sizes.index(0)]} came empty; the source collapsed the query.")
    codes = [_codes(cube, dimension, size, name) for dimension, size in zip(ids, sizes, strict=True)]
    cells = math.prod(sizes)
    values = {
        position: number
        for position, given in _positions(cube.get("value"), cells, "value", name)
        if (number := json_number(given, f"{name}, position {position}")) is not None
    }
    marks = {
        position: str(given)
        for position, given in _positions(cube.get("status", {}), cells, "status", name)
        if given not in (None, "")
    }
    at = sorted(values.keys() | marks.keys())
    place = pl.Series("position", at, dtype=pl.Int64)
    columns, stride = [], cells
    for dimension, size, labels in zip(ids, sizes, codes, strict=True):
        stride //= size
        columns.append(pl.Series(labels, dtype=pl.String).gather((place // stride) % size).alias(str(dimension)))
    return pl.DataFrame(columns).with_columns(
        pl.Series("value", [values.get(position) for position in at], dtype=pl.Float64),
        pl.Series("status", [marks.get(position) for position in at], dtype=pl.String),
    )


def updated(payload: Payload) -> date | None:
    """The day on which the source says it last changed the data set; None where it does not say."""
    text = load(payload).get("updated")
    if text is None:
        return None
    try:
        return datetime.fromisoformat(str(text)).date()
    except ValueError:
        raise ParseError(f"{payload.name}: updated {str(text)[:40]!r} is not a date.") from None


def _notices(given: object) -> Sequence[Mapping[str, Any]]:
    if given is None:
        return ()
    notices = given if isinstance(given, list) else [given]
    return [one if isinstance(one, dict) else {"label": one} for one in notices]


def _codes(cube: Mapping[str, Any], dimension: str, size: int, name: str) -> list[str]:
    """The codes of a dimension in their order: from an object code → place, a list, or the label of the only one."""
    try:
        category = cube["dimension"][dimension]["category"]
        index = category.get("index", category.get("label"))
        pairs = list(enumerate(index)) if isinstance(index, list) else []
        if isinstance(index, dict):
            placed = "index" in category
            pairs = [(place if placed else number, code) for number, (code, place) in enumerate(index.items())]
        ordered = {int(place): str(code) for place, code in pairs}
    except (KeyError, TypeError, AttributeError, ValueError):
        raise ParseError(f"{name}: the dimension {dimension} has no readable list of codes.") from None
    if len(pairs) != size or sorted(ordered) != list(range(size)):
        raise ParseError(f"{name}: the dimension {dimension} names {len(pairs)} codes and says it has {size}.")
    return [ordered[place] for place in range(size)]


def _positions(given: object, cells: int, field: str, name: str) -> list[tuple[int, Any]]:
    """Position and content: from a full list, from a sparse object, or one mark that holds for every cell."""
    if isinstance(given, list):
        if len(given) != cells:
            raise ParseError(f"{name}: {field} has {len(given):,} entries for {cells:,} cells; it may be cut short.")
        return list(enumerate(given))
    if isinstance(given, str) and field == "status":
        return [(position, given) for position in range(cells)]
    if not isinstance(given, dict):
        raise ParseError(f"{name}: {field} is neither a list nor an object.")
    entries = []
    for text, content in given.items():
        if not str(text).isdecimal() or int(text) >= cells:
            raise ParseError(f"{name}: {field} has the position {str(text)[:20]!r} in a data set of {cells:,} cells.")
        entries.append((int(text), content))
    return entries
