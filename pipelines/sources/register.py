"""The curated law: areas, senders, the catalogue of programmes, dated measures by regime, events, subjects, gaps.

Grain: one measure, one event. The text files are written by hand, so nothing in them is taken on trust: an unknown
key, a wrong type, a missing instrument or reference, an unknown area or kind is refused by file, entry and field.
"""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from pathlib import PurePosixPath
from typing import Any

import polars as pl

from pipelines.errors import FetchError, ParseError
from pipelines.formats.csv_parquet import read_table
from pipelines.normalise.periods import Window
from pipelines.raw import SHIPPED, Payload, Request
from pipelines.schema import TABLES
from pipelines.schema.terms import Clock, MeasureType, Precision, RegimeKind, Status
from pipelines.sources import register_subjects
from pipelines.sources.base import Frames, Source

_CLOCKS = tuple(clock.value for clock in Clock)
_REGIME: Mapping[str, type] = {"title": str, "sender": str, "targets": list, "issuer": str, "url": str, "measures": str}
_MEASURE: Mapping[str, type] = {
    **dict.fromkeys(("key", "title", "short", "scope", "precision", "status", "instrument", "reference"), str),
    **dict.fromkeys(("confirmed_in", "note"), str),
    **dict.fromkeys(("targets", "types", "supersedes", "eases"), list),
    **dict.fromkeys(_CLOCKS, date),
}
_EVENT: Mapping[str, type] = {
    **dict.fromkeys(("key", "kind", "title", "participants", "place", "what_happened", "reference", "status"), str),
    **dict.fromkeys(("date", "end_date"), date),
}
_TYPE_NAMES: Mapping[type, str] = {str: "text", list: "a list of texts", date: "a date like 2022-03-01"}


class Register(Source):
    """Areas, senders, regimes, measures, events, subjects and known gaps from the files of the register."""

    name = "register"
    gives = "areas, sanction regimes and their dated measures, the catalogue of programmes, events"
    tables = ("area", "sender", "regime", "measure", "event", "subject", "gap")

    def requests(self, window: Window) -> Sequence[Request]:
        """All files, whatever the window."""
        del window
        return (
            Request(SHIPPED + "reference/areas.csv"),
            Request(SHIPPED + "reference/senders.csv"),
            Request(SHIPPED + "reference/programmes.csv"),
            Request(SHIPPED + "regimes/*.toml"),
            Request(SHIPPED + "events/*.toml", optional=True),
            Request(SHIPPED + "subjects/*.toml", optional=True),
            Request(SHIPPED + "gaps*.toml", optional=True),
        )

    def parse(self, payloads: Sequence[Payload]) -> Frames:
        """Frames by table.

        Raises:
            ParseError: a file cannot be read as what it should be; names file, entry and field.
        """
        by_name = {payload.name: payload for payload in payloads}
        areas = read_table(by_name["reference/areas.csv"], _types("area"))
        known = frozenset(areas["area"])
        senders = read_table(by_name["reference/senders.csv"], _types("sender"))
        programmes = read_table(by_name["reference/programmes.csv"], _types("regime", without=("kind",)))
        _check_words(programmes["sender"].to_list(), set(senders["sender"]), "reference/programmes.csv", "sender")
        regimes = [programmes.with_columns(kind=pl.lit(RegimeKind.CATALOGUE.value))]
        measures: list[dict[str, Any]] = []
        events: list[dict[str, Any]] = []
        for payload in payloads:
            if payload.name.startswith("regimes/"):
                regime, rows = _regime(payload, known, frozenset(senders["sender"]))
                regimes.append(pl.DataFrame([regime], schema=_types("regime")))
                measures += rows
            elif payload.name.startswith("events/"):
                events += _events(payload)
        names = {"area": known, "sender": frozenset(senders["sender"])}
        names["measure"] = frozenset(row["measure"] for row in measures)
        names["short name for the measure"] = frozenset(row["measure"] for row in measures if row.get("short"))
        return {
            "area": areas,
            "sender": senders,
            "subject": register_subjects.subjects(_in(payloads, "subjects/"), names),
            "gap": register_subjects.gaps(_in(payloads, "gaps")),
            "regime": pl.concat(regimes),
            "measure": pl.DataFrame(measures, schema=_types("measure")),
            "event": pl.DataFrame(events, schema=_types("event")),
        }


def _types(table: str, without: Collection[str] = ()) -> dict[str, pl.DataType]:
    return {name: column.dtype for name, column in TABLES[table].columns().items() if name not in without}


def _in(payloads: Sequence[Payload], folder: str) -> list[Payload]:
    return [payload for payload in payloads if payload.name.startswith(folder)]


def _regime(
    payload: Payload, areas: Collection[str], senders: Collection[str]
) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    document = _toml(payload, ("regime", "measure"))
    key = PurePosixPath(payload.name).stem
    head = document.get("regime")
    if not isinstance(head, dict):
        raise ParseError(f"{payload.name}: the section [regime] is missing.")
    where = f"{payload.name}, [regime]"
    _check(head, _REGIME, ("title", "sender", "targets"), where)
    _check_words([head["sender"]], senders, f"{where}, sender", "sender")
    _check_words(head["targets"], areas, f"{where}, targets", "area")
    regime = {**head, "regime": key, "targets": ";".join(head["targets"]), "kind": RegimeKind.REGISTER.value}
    rows = []
    for number, entry in enumerate(_entries(document, "measure", payload.name), 1):
        where = f"{payload.name}, {_entry_name(entry, 'measure', number)}"
        rows.append(_measure(entry, head, areas, where) | {"regime": key})
    return regime, rows


def _measure(entry: dict[str, Any], head: dict[str, Any], areas: Collection[str], where: str) -> dict[str, Any]:
    _check(entry, _MEASURE, ("key", "title", "types", "precision", "status", "instrument", "reference"), where)
    targets: list[str] = entry["targets"] if "targets" in entry else head["targets"]
    _check_words(targets, areas, f"{where}, targets", "area")
    _check_words(entry["types"], [kind.value for kind in MeasureType], f"{where}, types", "type")
    _check_words([entry["precision"]], [word.value for word in Precision], f"{where}, precision", "precision")
    _check_words([entry["status"]], [word.value for word in Status], f"{where}, status", "status")
    if not any(clock in entry for clock in _CLOCKS):
        raise ParseError(f"{where}: it has none of the dates {', '.join(_CLOCKS)}.")
    own = {name: value for name, value in entry.items() if name not in ("key", "targets")}
    lists = {name: ";".join(entry[name]) for name in ("types", "supersedes", "eases") if name in entry}
    return own | lists | {"measure": entry["key"], "sender": head["sender"], "target": ";".join(targets)}


def _events(payload: Payload) -> list[dict[str, Any]]:
    document = _toml(payload, ("event",))
    rows = []
    for number, entry in enumerate(_entries(document, "event", payload.name), 1):
        where = f"{payload.name}, {_entry_name(entry, 'event', number)}"
        _check(entry, _EVENT, ("key", "date", "kind", "title", "reference", "status"), where)
        _check_words([entry["status"]], [word.value for word in Status], f"{where}, status", "status")
        rows.append({**{name: value for name, value in entry.items() if name != "key"}, "event": entry["key"]})
    return rows


def _toml(payload: Payload, sections: Collection[str]) -> dict[str, Any]:
    try:
        document = tomllib.loads(payload.text())
    except (tomllib.TOMLDecodeError, FetchError) as error:
        raise ParseError(f"{payload.name} is not readable TOML: {str(error).rstrip('.')}.") from error
    unknown = [name for name in document if name not in sections]
    if unknown:
        raise ParseError(f"{payload.name}: unknown section {unknown[0]!r}. Known are {', '.join(sections)}.")
    return document


def _entries(document: Mapping[str, Any], section: str, name: str) -> list[dict[str, Any]]:
    entries = document.get(section, [])
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        raise ParseError(f"{name}: entries are written as [[{section}]].")
    return entries


def _entry_name(entry: Mapping[str, Any], section: str, number: int) -> str:
    return f"{section} {entry['key']!r}" if isinstance(entry.get("key"), str) else f"{section} number {number}"


def _check(entry: Mapping[str, Any], fields: Mapping[str, type], needed: Sequence[str], where: str) -> None:
    for name in needed:
        if name not in entry or entry[name] in ("", []):
            raise ParseError(f"{where}: the field {name} is missing.")
    for name, value in entry.items():
        if name not in fields:
            raise ParseError(f"{where}: unknown field {name!r}.")
        wanted = fields[name]
        fits = isinstance(value, wanted) and not isinstance(value, datetime)
        if wanted is list:
            fits = fits and all(isinstance(word, str) for word in value)
        if not fits:
            raise ParseError(f"{where}, {name}: {value!r} is not {_TYPE_NAMES[wanted]}.")


def _check_words(words: Sequence[str], known: Collection[str], where: str, what: str) -> None:
    for word in words:
        if word not in known:
            raise ParseError(f"{where}: unknown {what} {word!r}.")
