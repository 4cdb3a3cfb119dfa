"""SDMX-JSON 2.0 from outside: one reply to one long frame, column by column.

A reply names every code once, under `structures`, and its series and observations point at the names by position:
the series "3:0:12:1" is the fourth country, first indicator, and so on; the observation "7" the eighth period. An
observation is a list of the value and of its attributes. An attribute is a position in its own list of values, or the
text itself where the list has none. Attributes also hang on a whole series, on a group of them (all series of one
country and indicator), or on the whole reply.

Nothing here knows a publisher: what the codes mean is the connector's business.
"""

from __future__ import annotations

import gc
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from itertools import chain
from operator import itemgetter
from typing import Any

import polars as pl

from pipelines.errors import ParseError
from pipelines.formats.json import json_number, read_json
from pipelines.raw import Payload
from pipelines.schema.terms import Frequency

_PERIOD = re.compile(r"^(?P<year>\d{4})(?:-(?:A1|Q(?P<quarter>[1-4])|M?(?P<month>0[1-9]|1[0-2])))?$")


@dataclass(frozen=True)
class Reply:
    """What a reply holds.

    Attributes:
        frame: one row per observation: a column per dimension (codes as text), `TIME_PERIOD` (text as sent), `period`
            (its first day), `period_frequency` (A, Q or M), `value` (empty where the source sends null), and a text
            column per wanted attribute. Without rows where the source found nothing.
        facts: the wanted attributes of the whole reply.
        declared: names of all attributes that the reply's structure knows, on whatever level.
    """

    frame: pl.DataFrame
    facts: Mapping[str, str] = field(default_factory=dict)
    declared: frozenset[str] = frozenset()

    @property
    def is_empty(self) -> bool:
        """Whether the source found nothing: a reply without observations, though its status is 200."""
        return self.frame.is_empty()


def first_day(text: str) -> tuple[date, str]:
    """First day and frequency of `2024`, `2024-A1`, `2024-Q1`, `2024-M01` or `2024-01`.

    Raises:
        ValueError: the text is no year, quarter or month.
    """
    match = _PERIOD.match(text)
    if match is None:
        raise ValueError(text)
    year = int(match["year"])
    if match["quarter"] is not None:
        return date(year, 3 * int(match["quarter"]) - 2, 1), Frequency.QUARTER.value
    if match["month"] is not None:
        return date(year, int(match["month"]), 1), Frequency.MONTH.value
    return date(year, 1, 1), Frequency.YEAR.value


def decode(payload: Payload, dimensions: Sequence[str], wanted: Sequence[str] = ()) -> Reply:
    """Read a reply of the form `dimensionAtObservation=TIME_PERIOD`.

    Args:
        payload: the reply.
        dimensions: the dimensions that its series must have, in any order.
        wanted: attributes to bring along; one that the reply does not have is an empty column.

    Raises:
        ParseError: it is not SDMX-JSON 2.0, a dimension is missing or new, a position points nowhere, or a value is
            no number. The sentence names the file and the place.
    """
    with _uncollected():
        return _decode(payload, dimensions, wanted)


@contextmanager
def _uncollected() -> Iterator[None]:
    """Python's collector walks every list of a large reply again and again while it grows; there is no cycle in it."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


def _decode(payload: Payload, dimensions: Sequence[str], wanted: Sequence[str]) -> Reply:
    name = payload.name
    document = read_json(payload)
    try:
        data = document["data"]
        sets, structures = data["dataSets"], data["structures"]
        if len(sets) != 1:
            raise ParseError(f"{name} has {len(sets)} data sets instead of one.")
        content = sets[0]
        structure = structures[content.get("structure", 0)]
        dimensions_sent = structure["dimensions"]["series"]
        heads = [str(dimension["id"]) for dimension in dimensions_sent]
        _check_dimensions(name, heads, structure["dimensions"]["observation"], dimensions)
        if "observations" in content:
            raise ParseError(f"{name} has its observations flat; ask with dimensionAtObservation=TIME_PERIOD.")
        return _Reader(name, content, structure).read(wanted)
    except (KeyError, TypeError, IndexError, AttributeError, ValueError) as error:
        raise ParseError(f"{name} is not SDMX-JSON 2.0 as it should be ({type(error).__name__}: {error}).") from error


def _check_dimensions(
    name: str, heads: Sequence[str], observation: Sequence[Mapping[str, Any]], dimensions: Sequence[str]
) -> None:
    missing = [dimension for dimension in dimensions if dimension not in heads]
    if missing:
        raise ParseError(f"{name} has no dimension {', '.join(missing)}; it has {', '.join(heads)}.")
    extra = [head for head in heads if head not in dimensions]
    if extra:
        raise ParseError(f"{name} has a dimension that is not known: {', '.join(extra)}.")
    if [dimension["id"] for dimension in observation] != ["TIME_PERIOD"]:
        raise ParseError(f"{name}: its observations are not by TIME_PERIOD alone.")


class _Reader:
    """One data set with its structure; every method reads one kind of column."""

    def __init__(self, name: str, content: Mapping[str, Any], structure: Mapping[str, Any]) -> None:
        self.name = name
        self.content = content
        self.dimensions = structure["dimensions"]["series"]
        self.periods = [_word(value) for value in structure["dimensions"]["observation"][0]["values"]]
        levels = structure.get("attributes") or {}
        self.attributes = {level: list(levels.get(level) or ()) for level in _LEVELS}
        self.measures = max(1, len((structure.get("measures") or {}).get("observation") or ()))

    def read(self, wanted: Sequence[str]) -> Reply:
        declared = frozenset(item["id"] for items in self.attributes.values() for item in items)
        facts = self._facts(wanted)
        series = {key: one for key, one in (self.content.get("series") or {}).items() if one.get("observations")}
        if not series:
            return Reply(self._empty(wanted), facts, declared)
        maps = [one["observations"] for one in series.values()]
        keys = [[int(place) for place in key.split(":")] for key in series]
        if {len(key) for key in keys} != {len(self.dimensions)}:
            raise ParseError(f"{self.name}: a series key has not {len(self.dimensions)} parts.")
        per_series = self._heads(keys) | self._series_attributes(list(series.values()), keys, wanted)
        # Each series' own facts are repeated by the number of its observations: a gather, not an object per cell.
        numbers = pl.select(
            pl.int_range(len(maps), dtype=pl.UInt32).repeat_by(pl.Series([len(one) for one in maps])).explode()
        ).to_series()
        cells = list(chain.from_iterable(one.values() for one in maps))
        places = list(chain.from_iterable(maps))
        columns: dict[str, pl.Series] = {
            **{column: values.gather(numbers) for column, values in per_series.items()},
            **self._dated(places),
            "value": self._values(cells),
            **self._observation_attributes(cells, wanted),
        }
        order = self._schema(wanted)
        absent = {column: pl.Series([None], dtype=pl.String).new_from_index(0, len(cells)) for column in wanted}
        return Reply(
            pl.DataFrame({column: columns.get(column, absent.get(column)) for column in order}), facts, declared
        )

    def _schema(self, wanted: Sequence[str]) -> dict[str, pl.DataType]:
        heads = {str(dimension["id"]): pl.String() for dimension in self.dimensions}
        dated = {"TIME_PERIOD": pl.String(), "period": pl.Date(), "period_frequency": pl.String()}
        return {**heads, **dated, "value": pl.Float64(), **dict.fromkeys(wanted, pl.String())}

    def _empty(self, wanted: Sequence[str]) -> pl.DataFrame:
        return pl.DataFrame(schema=self._schema(wanted))

    def _heads(self, keys: Sequence[Sequence[int]]) -> dict[str, pl.Series]:
        columns = {}
        for place, dimension in enumerate(self.dimensions):
            words = [_word(value) for value in dimension["values"]]
            texts = [words[self._in_range(key[place], words, dimension["id"])] for key in keys]
            columns[str(dimension["id"])] = pl.Series(texts, dtype=pl.String)
        twice = pl.DataFrame(columns).is_duplicated()
        if twice.any():
            series = pl.DataFrame(columns).filter(twice).row(0)
            raise ParseError(f"{self.name} has the series {'.'.join(series)} twice.")
        return columns

    def _in_range(self, place: int, words: Sequence[str], what: str) -> int:
        if not 0 <= place < len(words):
            raise ParseError(f"{self.name}: position {place} of {what} points nowhere; it has {len(words)} values.")
        return place

    def _dated(self, places: Sequence[str]) -> dict[str, pl.Series]:
        days, frequencies = [], []
        for text in self.periods:
            try:
                day, frequency = first_day(text)
            except ValueError:
                raise ParseError(f"{self.name}: {text[:20]!r} is not a year, quarter or month.") from None
            days.append(day)
            frequencies.append(frequency)
        if len(set(zip(days, frequencies, strict=True))) < len(days):
            raise ParseError(f"{self.name} names a period twice.")
        position = {str(place): place for place in range(len(self.periods))}
        try:
            index = pl.Series(list(map(position.__getitem__, places)), dtype=pl.UInt32)
        except KeyError as error:
            raise ParseError(f"{self.name}: observation {error} points at no period.") from error
        return {
            "TIME_PERIOD": pl.Series(self.periods, dtype=pl.String).gather(index),
            "period": pl.Series(days, dtype=pl.Date).gather(index),
            "period_frequency": pl.Series(frequencies, dtype=pl.String).gather(index),
        }

    def _values(self, cells: Sequence[Sequence[Any]]) -> pl.Series:
        sent = list(map(itemgetter(0), cells))
        try:
            words = pl.Series(sent, dtype=pl.String, strict=True)
        except TypeError:
            # Numbers, or numbers among text: the same figures, only slower to read.
            return pl.Series([self._number(value) for value in sent], dtype=pl.Float64)
        values = words.cast(pl.Float64, strict=False)
        wrong = (values.is_null() & words.is_not_null()) | ~values.is_finite().fill_null(value=True)
        if wrong.any():
            raise ParseError(f"{self.name}: the value {words.filter(wrong)[0][:60]!r} is not a number.")
        return values

    def _number(self, value: object) -> float | None:
        if value == "":
            raise ParseError(f"{self.name}: the value '' is not a number.")
        return json_number(value, self.name)

    def _observation_attributes(self, cells: Sequence[Sequence[Any]], wanted: Sequence[str]) -> dict[str, pl.Series]:
        columns = {}
        for place, item in enumerate(self.attributes["observation"], start=self.measures):
            if item["id"] in wanted:
                try:
                    sent = list(map(itemgetter(place), cells))
                except IndexError:
                    # Attributes at the end may be left out where they are empty.
                    sent = [cell[place] if len(cell) > place else None for cell in cells]
                columns[str(item["id"])] = self._resolved(sent, item)
        return columns

    def _resolved(self, sent: Sequence[Any], item: Mapping[str, Any]) -> pl.Series:
        try:
            known = {raw: self._text(raw, item) for raw in set(sent)}
            texts: Iterable[str | None] = map(known.__getitem__, sent)
        except TypeError:
            texts = (self._text(raw, item) for raw in sent)
        return pl.Series(list(texts), dtype=pl.String)

    def _series_attributes(
        self, series: Sequence[Mapping[str, Any]], keys: Sequence[Sequence[int]], wanted: Sequence[str]
    ) -> dict[str, pl.Series]:
        columns = {}
        for place, item in enumerate(self.attributes["series"]):
            if item["id"] in wanted:
                sent = [(one.get("attributes") or ())[place : place + 1] for one in series]
                columns[str(item["id"])] = self._resolved([raw[0] if raw else None for raw in sent], item)
        groups = self.content.get("dimensionGroupAttributes") or {}
        for place, item in enumerate(self.attributes["dimensionGroup"]):
            if item["id"] in wanted:
                columns[str(item["id"])] = self._group_attribute(groups, place, item, keys)
        return columns

    def _group_attribute(
        self, groups: Mapping[str, Sequence[Any]], place: int, item: Mapping[str, Any], keys: Sequence[Sequence[int]]
    ) -> pl.Series:
        # "0:2::" hangs on the first country and third indicator, whatever the other dimensions.
        by_places: dict[tuple[int, ...], dict[tuple[int, ...], str | None]] = {}
        for key, values in groups.items():
            if len(values) <= place or values[place] is None:
                continue
            parts = key.split(":")
            fixed = tuple(number for number, part in enumerate(parts) if part)
            if any(number >= len(self.dimensions) for number in fixed):
                raise ParseError(f"{self.name}: the attribute {item['id']} hangs on single periods.")
            codes = tuple(int(parts[number]) for number in fixed)
            by_places.setdefault(fixed, {})[codes] = self._text(values[place], item)
        texts = []
        for key_parts in keys:
            hits = (found.get(tuple(key_parts[number] for number in fixed)) for fixed, found in by_places.items())
            texts.append(next((hit for hit in hits if hit is not None), None))
        return pl.Series(texts, dtype=pl.String)

    def _facts(self, wanted: Sequence[str]) -> dict[str, str]:
        sent = self.content.get("attributes") or ()
        facts = {}
        for raw, item in zip(sent, self.attributes["dataSet"], strict=False):
            text = self._text(raw, item) if item["id"] in wanted else None
            if text is not None:
                facts[str(item["id"])] = text
        return facts

    def _text(self, raw: Any, item: Mapping[str, Any]) -> str | None:
        """The text of an attribute: named by position where the list of values has it, else sent as it is."""
        if isinstance(raw, list):
            return next((text for text in (self._text(one, item) for one in raw) if text is not None), None)
        values = item.get("values") or ()
        if isinstance(raw, int) and not isinstance(raw, bool) and values:
            return _word(values[self._in_range(raw, values, item["id"])])
        if isinstance(raw, Mapping):
            return _word(raw)
        return None if raw is None else str(raw)


_LEVELS = ("dataSet", "dimensionGroup", "series", "observation")


def _word(value: Any) -> str:
    """The code of a dimension's or attribute's value, or its text where it has no code."""
    if not isinstance(value, Mapping):
        return str(value)
    for name in ("id", "value", "name", "en"):
        if value.get(name) is not None:
            return str(value[name])
    raise ValueError("a value without a code")
