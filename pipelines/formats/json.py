"""JSON from outside: read strictly, and refused in one sentence when it is something else."""

from __future__ import annotations

from typing import Any

import orjson

from pipelines.errors import ParseError
from pipelines.raw import Payload


def read_json(payload: Payload) -> Any:
    """The document; a byte-order mark is dropped.

    Raises:
        ParseError: it is not JSON, or cut short.
    """
    body = payload.body.removeprefix(b"\xef\xbb\xbf")
    if not body.strip():
        raise ParseError(f"{payload.name} is empty.")
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError as error:
        where = f"line {error.lineno}" if error.lineno > 1 else f"byte {error.pos:,}"
        raise ParseError(f"{payload.name} is not readable JSON ({where}); it may be cut short.") from error


def json_number(value: object, where: str) -> float | None:
    """A number that comes as a number, as text, or not at all; null and empty text give None, never 0.

    Raises:
        ParseError: it is something else, or not finite; `where` (file and place) goes into the sentence.
    """
    if value is None or value == "":
        return None
    try:
        if isinstance(value, bool):
            raise ValueError
        parsed = float(value)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        raise ParseError(f"{where}: {str(value)[:60]!r} is not a number.") from None
    if parsed != parsed or parsed in (float("inf"), float("-inf")):
        raise ParseError(f"{where}: {str(value)[:60]!r} is not a finite number.")
    return parsed
