"""The drawn figures as a table that is read: names for codes, units in the head, the newest first.

Downloads hold every column under its own name; what is changed here is changed for the eye alone. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

import polars as pl

from dashboard import words
from dashboard.exhibits.base import Column
from dashboard.words import flags, register
from dashboard.words.flows import FLOWS

_SAID_BY = {
    "area": "name",
    "partner": "partner_name",
    "reporter": "reporter_name",
    "target": "target_name",
    "regime": "target",
}
"""Columns of codes, and the column that says the same in words."""
_PLACES = ("reporter", "partner", "area", "areas", "target", "sender")
_MONEY = frozenset({"value", "printed", "rounding"})
"""Amounts in the currency of the row that may have no twin in dollars; the others are known by theirs."""
_CURRENCIES = {"USD": "US dollars", "EUR": "euros"}
_FREQUENCIES = {"A": "Yearly", "Q": "Quarterly", "M": "Monthly", "D": "Daily"}
_CLOCKS = ("effective", "announced", "signed", "wind_down_end", "lifted")
_LINKS = frozenset({"reference", "url", "reference_url"})
_CODE = re.compile(r"[a-z]+(_[a-z]+)+")
_NUMBER = re.compile(r"%(\.\d+)?[df]")
_LONGEST_SAID_ONCE = 80
_DAY, _MONTH, _QUARTER, _YEAR = "D MMM YYYY", "MMM YYYY", "[Q]Q YYYY", "YYYY"
_PERIODS: tuple[tuple[str, str, Callable[[date], str]], ...] = (
    ("Month", _MONTH, words.month),
    ("12 months to", _MONTH, words.twelve_months),
    ("Quarter", _QUARTER, words.quarter),
    ("Year", _YEAR, lambda when: str(when.year)),
)
"""Head, pattern of the date, and the words for which a date of that pattern stands; dates sort, words do not."""


@dataclass(frozen=True)
class Head:
    """A column's head; the pattern of its dates or numbers; whether its cells are addresses."""

    label: str
    format: str | None = None
    link: bool = False


@dataclass(frozen=True)
class Reading:
    """A table for the eye: its rows, the head of each column, and what all rows have in common, by label."""

    rows: pl.DataFrame
    heads: Mapping[str, Head]
    common: Mapping[str, str]

    @property
    def in_every_row(self) -> str:
        """ "In every row: Reporter: United States · Prices: current prices."; empty where there is no such thing."""
        told = " · ".join(f"{label}: {said}" for label, said in self.common.items())
        return f"In every row: {told}." if told else ""


def reading(
    data: pl.DataFrame, columns: Mapping[str, Column], names: Mapping[str, str], sources: Mapping[str, str]
) -> Reading:
    """What an exhibit drew, as a reader's table.

    Args:
        columns: how the exhibit names and prints its columns.
        names: of areas and senders, by code; sources: short titles, by key.
    """
    labels = {name: columns[name].label if name in columns else _named(name) for name in data.columns}
    rows = _newest_first(data).drop(_said_twice(data, labels))
    rows, heads = _dates(rows, labels)
    rows = _in_words(rows, names, sources)
    rows = rows.drop(name for name in rows.columns if rows.height and _says_nothing(rows, name))
    labels = {name: heads[name].label if name in heads else _plain(label) for name, label in labels.items()}
    units = _units(data, labels)
    labels |= units
    rows = rows.drop("currency", strict=False) if units else rows
    common = {name: said for name in rows.columns if (said := _said_once(rows, name, heads))}
    rows = rows.drop(common)
    for name, kind in rows.schema.items():
        own = columns[name].format if name in columns else None
        heads[name] = Head(labels[name], _pattern(name, kind, own, heads.get(name)), name in _LINKS)
    return Reading(rows, {name: heads[name] for name in rows.columns}, {labels[name]: common[name] for name in common})


def _newest_first(data: pl.DataFrame) -> pl.DataFrame:
    held = {name for name, kind in data.schema.items() if kind == pl.Date}
    first = next((name for name in ("period", "date") if name in held), None)
    by = [name for name in _CLOCKS if name in held] if first is None else [first]
    if not by:
        return data
    return data.sort(pl.coalesce(by), descending=True, nulls_last=True, maintain_order=True)


def _said_twice(data: pl.DataFrame, labels: Mapping[str, str]) -> set[str]:
    """Codes beside their words, amounts beside the same in their own currency, keys that no column refers to."""
    held = {*data.columns}
    twice = {one for one, other in _SAID_BY.items() if {one, other} <= held}
    for name in held:
        own = re.sub(r"_(usd|eur)$", "", name)
        if own != name and own in held and _same(data[own], data[name]):
            twice.add(name)
    if not any(label.endswith("(keys)") for label in labels.values()):
        twice |= {name for name in held if labels[name].casefold().split()[-1:] == ["key"]}
    return twice


def _same(one: pl.Series, other: pl.Series) -> bool:
    if not (one.dtype.is_numeric() and other.dtype.is_numeric()):
        return False
    return one.cast(pl.Float64).equals(other.cast(pl.Float64), null_equal=True)


def _says_nothing(rows: pl.DataFrame, name: str) -> bool:
    """Whether no row has it, or another column says the same: a name beside its source, a currency beside the unit."""
    column = rows[name]
    empty = column.is_null() | (column == "") if column.dtype == pl.String else column.is_null()
    twin = {"source": "name", "currency": "unit"}.get(name, "")
    return bool(empty.all()) or (twin in rows.columns and (name == "currency" or column.equals(rows[twin])))


def _dates(rows: pl.DataFrame, labels: Mapping[str, str]) -> tuple[pl.DataFrame, dict[str, Head]]:
    """Periods as years, quarters or months where all of them are; else in words. Other dates are days."""
    found = {name: Head(_plain(labels[name]), _DAY) for name, kind in rows.schema.items() if kind == pl.Date}
    periods = [name for name in found if name == "period" or name.endswith("_period")]
    if "frequency" in rows.columns and periods:
        for name in periods:
            told = [
                words.day(when) if when is not None and frequency == "D" else _or_nothing(when, frequency)
                for when, frequency in rows.select(name, "frequency").iter_rows()
            ]
            rows = rows.with_columns(pl.Series(name, told, dtype=pl.String))
            del found[name]
        return rows, found
    pattern = _pattern_of([when for name in periods for when in rows[name].drop_nulls()])
    found |= {name: Head(_period_head(labels[name], pattern), pattern) for name in periods}
    if "label" not in rows.columns or "period" not in found:
        return rows, found
    pairs = rows.select("period", "label").drop_nulls().rows()
    for head, shown, said in _PERIODS:
        if len(pairs) == rows.height and all(said(when) == label for when, label in pairs):
            return rows.drop("label"), found | {"period": Head(head, shown)}
    del found["period"]
    return rows.drop("period"), found | {"label": Head("Period")}


def _period_head(label: str, pattern: str) -> str:
    """The head of a period that may be the one or the other, by what it is here."""
    either = {_MONTH: "12 months to", _YEAR: "Year"}
    return either.get(pattern, label) if "12 months" in label and "year" in label else _plain(label)


def _or_nothing(when: date | None, frequency: str) -> str | None:
    return None if when is None else words.period(when, frequency)


def _pattern_of(periods: list[date]) -> str:
    if any(when.day != 1 for when in periods):
        return _DAY
    return _YEAR if all(when.month == 1 for when in periods) else _MONTH


def _in_words(rows: pl.DataFrame, names: Mapping[str, str], sources: Mapping[str, str]) -> pl.DataFrame:
    """Words for codes, and yes or nothing for a truth: a box that cannot be ticked is no word."""
    flow_words = {flow: said.head for flow, said in FLOWS.items()}
    spoken: dict[str, Callable[[str], str]] = {
        "flow": lambda code: flow_words.get(code, code),
        "direction": lambda code: flow_words.get(code, code),
        "series": lambda code: flow_words.get(code, code),
        "currency": lambda code: _CURRENCIES.get(code, code),
        "frequency": lambda code: _FREQUENCIES.get(code, code),
        "source": lambda key: "; ".join(sources.get(one, one) for one in re.split(r"; ?", key)),
        "status": lambda key: register.STATUS_WORDS.get(key, key.replace("_", " ")),
        "clock": lambda key: register.CLOCK_WORDS.get(key, key),
        "types": lambda keys: register.type_list(keys.replace("; ", ";")),
        "flag": flags.flag,
        "release": str,
        **dict.fromkeys(_PLACES, lambda codes: ", ".join(names.get(one, one) for one in codes.split(";"))),
    }
    told = []
    for name, kind in rows.schema.items():
        if kind == pl.Boolean:
            told.append(pl.when(pl.col(name)).then(pl.lit("yes")).otherwise(None).alias(name))
        elif kind == pl.String and name not in _LINKS:
            said = {text: spoken.get(name, _uncoded)(text) for text in rows[name].drop_nulls().unique()}
            changed = {text: to for text, to in said.items() if to != text}
            if changed:
                told.append(pl.col(name).replace(changed))
    return rows.with_columns(told)


def _uncoded(text: str) -> str:
    return text.replace("_", " ") if _CODE.fullmatch(text) else text


def _plain(label: str) -> str:
    """A label as a head: what a code's column is called is what its words are called."""
    shown = label.removesuffix(" code").replace(" in words", "")
    return re.sub(r"\bUSD\b", "US dollars", re.sub(r"\bEUR\b", "euros", shown))


def _named(column: str) -> str:
    """A head for a column that its exhibit does not name."""
    return column[:1].upper() + column[1:].replace("_", " ")


def _units(data: pl.DataFrame, labels: Mapping[str, str]) -> dict[str, str]:
    """Heads of amounts with the currency, where all rows have the same."""
    if "currency" not in data.columns or "unit" in data.columns or data["currency"].drop_nulls().n_unique() != 1:
        return {}
    code = data["currency"].drop_nulls()[0]
    amounts = {name for name in data.columns if name in _MONEY or f"{name}_usd" in data.columns}
    return {name: f"{labels[name]}, {_CURRENCIES.get(code, code)}" for name in amounts}


def _said_once(rows: pl.DataFrame, name: str, heads: Mapping[str, Head]) -> str:
    """What all rows say in a column of words or days; empty where they differ, or where there are too few to tell."""
    column = rows[name]
    if rows.height < 2 or name in _LINKS or column.null_count() or column.n_unique() != 1:
        return ""
    if column.dtype == pl.Date:
        return words.day(column[0]) if heads[name].format == _DAY else ""
    said = column[0] if column.dtype == pl.String else ""
    return said if len(said) <= _LONGEST_SAID_ONCE else ""


def _pattern(name: str, kind: pl.DataType, own: str | None, dated: Head | None) -> str | None:
    """How cells are printed: dates by their head, numbers with separators, years without."""
    if dated is not None:
        return dated.format
    if not kind.is_numeric():
        return None
    if name.endswith("year"):
        return "%d"
    pattern = own or ("%d" if kind.is_integer() else None)
    return "localized" if pattern is None else f"%,{pattern[1:]}" if _NUMBER.fullmatch(pattern) else pattern
