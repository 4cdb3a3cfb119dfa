"""The economies that the dashboard follows, and the known gaps: files of facts beside the register.

Grain: one subject, one gap. They name measures, areas, senders and sources; a name that nobody knows is refused by file
and field.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from pathlib import PurePosixPath
from string import Formatter
from typing import Any

import polars as pl
from pydantic import Field

from pipelines.errors import FetchError, ParseError
from pipelines.facts import Code, Facts, Words, read_as
from pipelines.raw import Payload
from pipelines.schema import TABLES
from pipelines.schema.terms import GAP_COUNTS, Frequency, GapCondition, GapTopic, SubjectKind, SubjectPrice

Names = tuple[str, ...]


class _Event(Facts):
    day: date
    what: Words


class _Price(Facts):
    series: SubjectPrice = Field(strict=False)
    title: Words


class _Subject(Facts):
    subject: Code
    name: Words
    name_in_sentence: Words
    kind: SubjectKind = Field(strict=False)
    rank: int = Field(ge=1)
    codes: Names = Field(default=(), strict=False)
    sender: Words | None = None
    event: _Event | None = None
    peers: Names = Field(default=(), strict=False)
    seen_with: Names = Field(default=(), strict=False)
    reporter: Code | None = None
    price: _Price | None = None
    landmarks: Names = Field(default=(), strict=False)
    shown_first: Names = Field(default=(), strict=False)


class _Gap(Facts):
    key: Words
    topic: GapTopic = Field(strict=False)
    subject: Words
    frequency: Frequency = Field(strict=False)
    source: Words | None = None
    series: Words | None = None
    counterpart: Words | None = None
    expected_end: date | None = None
    condition: GapCondition | None = Field(default=None, strict=False)
    text: Words


class _Gaps(Facts):
    gap: tuple[_Gap, ...] = Field(default=(), strict=False)


def subjects(payloads: Sequence[Payload], known: Mapping[str, Collection[str]]) -> pl.DataFrame:
    """The table `subject`, a row for each file.

    Args:
        known: what may be named: `area`, `sender` and `measure`, each with its codes or keys, and the measures that
            have a `short name for the measure`, which a landmark needs.

    Raises:
        ParseError: a file is not what it should be, or names what is not known; two subjects share a rank.
    """
    rows: list[dict[str, Any]] = []
    ranks: dict[int, str] = {}
    for payload in payloads:
        found = read_as(_Subject, payload.name, _text(payload), subject=PurePosixPath(payload.name).stem)
        codes = found.codes or (found.subject,)
        for field, kind, names in (
            ("codes", "area", (found.subject, *codes)),
            ("sender", "sender", () if found.sender is None else (found.sender,)),
            ("peers", "area", found.peers),
            ("seen_with", "area", found.seen_with),
            ("reporter", "area", () if found.reporter is None else (found.reporter,)),
            ("landmarks", "measure", found.landmarks),
            ("landmarks", "short name for the measure", found.landmarks),
            ("shown_first", "measure", found.shown_first),
        ):
            unknown = next((name for name in names if name not in known[kind]), None)
            if unknown is not None:
                raise ParseError(f"{payload.name}, {field}: there is no {kind} {unknown!r}.")
        if found.rank in ranks:
            raise ParseError(f"{payload.name}, rank: {found.rank} is that of {ranks[found.rank]}.")
        ranks[found.rank] = payload.name
        lists = {name: _joined(getattr(found, name)) for name in ("peers", "seen_with", "landmarks", "shown_first")}
        event = {} if found.event is None else {"event": found.event.day, "event_title": found.event.what}
        price = {} if found.price is None else {"price": found.price.series.value, "price_title": found.price.title}
        plain = {
            name: getattr(found, name) for name in ("subject", "name", "name_in_sentence", "rank", "sender", "reporter")
        }
        rows.append({**plain, "kind": found.kind.value, "codes": _joined(codes), **lists, **event, **price})
    return pl.DataFrame(rows, schema=_types("subject"))


def gaps(payloads: Sequence[Payload]) -> pl.DataFrame:
    """The table `gap`.

    Raises:
        ParseError: the file is not what it should be, or a line or a condition lacks a part.
    """
    rows: list[dict[str, Any]] = []
    for payload in payloads:
        for gap in read_as(_Gaps, payload.name, _text(payload)).gap:
            where = f"{payload.name}, gap {gap.key!r}"
            if (gap.source is None) != (gap.series is None) or (gap.series is None and gap.counterpart is not None):
                raise ParseError(f"{where}: a line is named by source and series together.")
            if gap.expected_end is not None and gap.source is None:
                raise ParseError(f"{where}: expected_end is the end of a line, and no line is named.")
            if gap.condition is GapCondition.MONTHS_MISSING and gap.counterpart is None:
                raise ParseError(f"{where}: months_missing needs source, series and counterpart.")
            _check_counts(gap.text, where)
            facts = gap.model_dump(exclude={"key"}) | {"gap": gap.key, "rank": len(rows) + 1}
            rows.append({name: getattr(value, "value", value) for name, value in facts.items()})
    return pl.DataFrame(rows, schema=_types("gap"))


def _check_counts(text: str, where: str) -> None:
    try:
        named = [name for _, name, _, _ in Formatter().parse(text) if name is not None]
    except ValueError as error:
        raise ParseError(f"{where}, text: {error}.") from error
    unknown = next((name for name in named if name not in GAP_COUNTS), None)
    if unknown is not None:
        raise ParseError(f"{where}, text: {unknown!r} is not counted; {', '.join(GAP_COUNTS)} are.")


def _types(table: str) -> dict[str, pl.DataType]:
    return {name: column.dtype for name, column in TABLES[table].columns().items()}


def _joined(names: Iterable[str]) -> str | None:
    return ";".join(names) or None


def _text(payload: Payload) -> str:
    try:
        return payload.text()
    except FetchError as error:
        raise ParseError(str(error)) from error
