"""The drawn data as CSV and XLSX, and any answer as CSV, JSON or Parquet.

Text that a spreadsheet would run as a formula is defused; numbers stay numbers. The same exhibit of the same build
gives the same bytes.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import orjson
import polars as pl

from dashboard.exports.text import clean
from dashboard.figures.marks import flag_name

if TYPE_CHECKING:
    from dashboard.exhibits.base import Exhibit

_RUNS_AS_FORMULA = r"^[=+\-@\t\r\n]"
_DRAWN_IN_1980 = datetime(1980, 1, 1)
"""Stands in the file's own dates where a build id says none, so that equal content gives equal bytes."""


def flat(frame: pl.DataFrame) -> pl.DataFrame:
    """A frame that any table format can hold: lists joined by ";", enums as text, NaN and infinity as missing."""
    plain: list[pl.Expr] = []
    for name, kind in frame.schema.items():
        column = pl.col(name)
        if isinstance(kind, (pl.List, pl.Array)):
            plain.append(column.cast(pl.List(pl.String)).list.join(";"))
        elif isinstance(kind, (pl.Categorical, pl.Enum)):
            plain.append(column.cast(pl.String))
        elif kind.is_float():
            plain.append(pl.when(column.is_finite()).then(column).otherwise(None).alias(name))
    return frame.with_columns(plain)


def defused(frame: pl.DataFrame) -> pl.DataFrame:
    """Text cells that begin like a formula (= + - @ tab return) get a leading apostrophe; so do column names."""
    safe = frame.with_columns(
        pl.when(pl.col(pl.String).str.contains(_RUNS_AS_FORMULA))
        .then("'" + pl.col(pl.String))
        .otherwise(pl.col(pl.String))
        .name.keep()
    )
    return safe.rename({name: "'" + name for name in safe.columns if re.match(_RUNS_AS_FORMULA, name)})


def csv_table(frame: pl.DataFrame) -> bytes:
    """UTF-8 CSV with a header; missing is empty; dates are ISO; line ends inside text become spaces.

    A text that begins with "#" gets an apostrophe too, so that no row is taken for a comment.
    """
    one_line = flat(frame).with_columns(pl.col(pl.String).str.replace_all(r"[\r\n]+", " "))
    first = [name for name in one_line.columns[:1] if one_line.schema[name] == pl.String]
    marked = one_line.with_columns(pl.col(name).str.replace("^#", "'#") for name in first)
    return defused(marked).write_csv().encode("utf-8")


def json_table(frame: pl.DataFrame) -> bytes:
    """A JSON list with one object a row; missing is null, dates are ISO text."""
    return orjson.dumps(flat(frame).to_dicts(), option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE, default=str)


def parquet_table(frame: pl.DataFrame) -> bytes:
    """Parquet with the frame's own types."""
    buffer = io.BytesIO()
    frame.write_parquet(buffer, compression="zstd")
    return buffer.getvalue()


TABLE_FORMATS: Mapping[str, Callable[[pl.DataFrame], bytes]] = MappingProxyType(
    {"csv": csv_table, "json": json_table, "parquet": parquet_table}
)
"""How `tradewake data` writes an answer."""


def facts(exhibit: Exhibit) -> list[tuple[str, str]]:
    """What every file says about an exhibit: title, words, passport, parameters that differ from the defaults."""
    about = [("Title", exhibit.title), ("Subtitle", exhibit.subtitle), ("Answer", exhibit.answer)]
    about += exhibit.passport.rows()
    if clean(exhibit.note) != clean(exhibit.passport.cannot_show):
        about.append(("Note", exhibit.note))
    about.append(("Parameters", ", ".join(f"{name}={value}" for name, value in exhibit.params.query().items())))
    return [(label, clean(value)) for label, value in about if clean(value)]


def to_csv(exhibit: Exhibit, size: str = "") -> bytes:
    """The drawn data as CSV under the passport in lines that begin with "#".

    Reads back with polars.read_csv(path, comment_prefix="#") or pandas.read_csv(path, comment="#").
    """
    del size
    head = "".join(f"# {label}: {value}\n" for label, value in facts(exhibit))
    return head.encode("utf-8") + csv_table(exhibit.data)


def to_xlsx(exhibit: Exhibit, size: str = "") -> bytes:
    """A workbook with the sheets Data, Passport and, where there are any, Marks."""
    del size
    import xlsxwriter

    buffer = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(buffer, options) as book:
        made = _moment(exhibit.passport.build_id)
        book.set_properties(
            {
                "title": exhibit.title,
                "subject": exhibit.subtitle,
                "author": "",
                "created": made,
                "comments": "Made with Tradewake",
            }
        )
        labels = _labels(exhibit)
        formats = {
            labels[name]: column.format for name, column in exhibit.columns.items() if name in labels and column.format
        }
        frame = flat(exhibit.data)
        money = {labels[name]: "%.0f" for name in frame.columns if name.endswith(("_usd", "_eur"))}
        _sheet(book, "Data", frame.rename(labels), money | formats)
        names = [(f"Column “{label}”", f"{name} in CSV and JSON") for name, label in labels.items() if label != name]
        passport = pl.DataFrame([*facts(exhibit), *names], schema=["What", "Value"], orient="row")
        _sheet(book, "Passport", passport, {}, wrapped=True)
        if exhibit.flags:
            _sheet(book, "Marks", marks_table(exhibit), {})
    return buffer.getvalue()


def marks_table(exhibit: Exhibit) -> pl.DataFrame:
    """Every mark under the flags: number or name of the flag, date and what happened on it, end, sender, what, act,
    reference, whether it is inferred."""
    schema = {
        "Flag": pl.String if exhibit.marks_named else pl.Int64,
        "Date": pl.Date,
        "On this date": pl.String,
        "Until": pl.Date,
        "Sender": pl.String,
        "What": pl.String,
        "Act": pl.String,
        "Reference": pl.String,
        "Inferred": pl.Boolean,
    }
    rows = [
        (named or flag.number, m.day, m.began, m.end, m.sender, m.title, m.instrument, m.reference, m.inferred)
        for flag in exhibit.flags
        for named in (flag_name(flag) if exhibit.marks_named else None,)
        for m in flag.marks
    ]
    return pl.DataFrame(rows, schema=schema, orient="row")


def _labels(exhibit: Exhibit) -> dict[str, str]:
    """Column name to heading; a heading that would stand twice keeps the column's own name."""
    wanted = {name: exhibit.columns[name].label if name in exhibit.columns else name for name in exhibit.data.columns}
    seen = list(wanted.values())
    return {name: label if seen.count(label) == 1 else name for name, label in wanted.items()}


def _moment(build_id: str) -> datetime:
    """When a build was made, from its name."""
    try:
        return datetime.strptime(build_id[:15], "%Y%m%d-%H%M%S")
    except ValueError:
        return _DRAWN_IN_1980


def number_format(printf: str | None) -> str:
    """A spreadsheet's number format for a printf one: "%.1f" is "#,##0.0", "%.1f%%" is '#,##0.0"%"'."""
    found = re.fullmatch(r"\D*%\.?(\d*)[dfg](%%)?.*", printf or "")
    if found is None:
        return "General"
    decimals = int(found[1] or 0)
    return "#,##0" + ("." + "0" * decimals if decimals else "") + ('"%"' if found[2] else "")


def _sheet(book: Any, name: str, frame: pl.DataFrame, formats: Mapping[str, str], *, wrapped: bool = False) -> None:
    sheet = book.add_worksheet(name)
    bold = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
    day = book.add_format({"num_format": "yyyy-mm-dd", "align": "left"})
    text = book.add_format({"text_wrap": wrapped, "valign": "top"})
    quoted = book.add_format({"text_wrap": wrapped, "valign": "top", "quote_prefix": True})
    for index, (column, kind) in enumerate(frame.schema.items()):
        sheet.write_string(0, index, clean(column), bold)
        number = book.add_format({"num_format": number_format(formats.get(column))})
        longest = len(column) if wrapped else min(len(column), 24)
        for row, value in enumerate(frame[column], start=1):
            if value is None:
                continue
            if isinstance(value, bool):
                sheet.write_boolean(row, index, value)
            elif isinstance(value, date):
                sheet.write_datetime(row, index, value, day)
            elif kind.is_numeric():
                sheet.write_number(row, index, float(value), number)
            else:
                shown = str(value)[:32_000]
                sheet.write_string(row, index, shown, quoted if re.match(_RUNS_AS_FORMULA, shown) else text)
                longest = max(longest, len(shown))
        sheet.set_column(index, index, min(max(longest, 11), 100 if wrapped else 48) + 2)
    sheet.freeze_panes(1, 0)
    if not wrapped and frame.height:
        sheet.autofilter(0, 0, frame.height, max(frame.width - 1, 0))
