"""From measures to marks in lanes: what shares a mark, how long its bar is, where it was eased or replaced."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import polars as pl

from dashboard import words
from dashboard.figures.theme import Style, sender_colour
from dashboard.figures.timeline import Backed, Dot, Lane, Row
from dashboard.queries.senders import Senders
from dashboard.studies.measures import STRICT_CLOCKS, Measures
from dashboard.words import register as tw
from pipelines.schema.terms import Clock, Status

ROWS_FROM = 25
"""A sender with fewer measures in view is drawn in one row: rows of two or three marks only make the picture long."""
TOLD = 7
"""Measures that the box of a bundle names; the table has them all."""
SAME_EVENT_DAYS = 45
"""An easing this near to the end of the bar is what ended it: the stroke tells it already."""
_CLOCKS = tuple(clock.value for clock in Clock)
FIRM = (Status.CONFIRMED.value,)
"""Statuses whose date stands in a text that was read."""
_GUESSED = (Status.INFERRED.value, Status.UNCERTAIN.value)


def backed(status: str) -> Backed:
    """How a status is drawn: filled, hollow (from memory or the listing date alone), hollow with a point (inferred)."""
    return "firm" if status in FIRM else "inferred" if status in _GUESSED else "soft"


def rows(found: Measures) -> pl.DataFrame:
    """Measures with their row, the span of their bar and the later acts that eased or replaced them.

    Adds:
        kind, span_start, span_end, later (keys of later acts), eased_on (their days), eased_by (in words).
    """
    start = pl.coalesce("effective", "date")
    until = pl.coalesce("lifted", "wind_down_end")
    spanned = until.is_not_null() & (until > start)
    kinds = [tw.kind(one, found.query.types) for one in found.frame["types"]]
    said = {"eases": "eased", "supersedes": "replaced"}
    later = (
        found.links.filter(pl.col("by_date") > pl.col("date"))
        .with_columns(
            pl.struct("by_date", "relation", "by_title")
            .map_elements(
                lambda row: f"{said[row['relation']]} {words.day(row['by_date'])}: {row['by_title']}",
                return_dtype=pl.String,
            )
            .alias("told")
        )
        .group_by("measure", maintain_order=True)
        .agg(
            pl.col("by").unique(maintain_order=True).str.join("; ").alias("later"),
            pl.col("by_date").unique(maintain_order=True).alias("eased_on"),
            pl.col("told").unique(maintain_order=True).str.join("; ").alias("eased_by"),
        )
    )
    return found.frame.with_columns(
        pl.Series("kind", kinds, dtype=pl.String),
        pl.when(spanned).then(start).alias("span_start"),
        pl.when(spanned).then(until).alias("span_end"),
    ).join(later, on="measure", how="left", maintain_order="left")


MOST_WITH_BARS = 600
"""With more measures bars would need a row each, and the picture would be taller than anybody reads: then there are
none, and a mark stands for a year."""


def _bare(drawn: pl.DataFrame) -> pl.DataFrame:
    """The measures as they are drawn: without bars and slashes where there are too many."""
    if drawn.height <= MOST_WITH_BARS:
        return drawn
    return drawn.with_columns(
        pl.lit(None, dtype=drawn.schema[name]).alias(name) for name in ("span_start", "span_end", "eased_on")
    )


def lanes(drawn: pl.DataFrame, clock: str, who: Senders, style: Style, *, until: date | None = None) -> list[Lane]:
    """Lanes by number of measures; the kinds inside a lane in their fixed order, each with its sign and its name.

    Args:
        until: the last day of the picture; bars and slashes beyond it are cut.
    """
    yearly = drawn.height > MOST_WITH_BARS
    drawn = _bare(drawn)
    order = drawn.group_by("sender").len().sort("len", "sender", descending=[True, False])
    found = []
    for code, size in order.iter_rows():
        mine = drawn.filter(pl.col("sender") == code)
        kinds = [kind for kind in tw.KINDS if kind in set(mine["kind"])]
        if size < ROWS_FROM or len(kinds) == 1:
            sign = f"{tw.SHAPES[kinds[0]][1]} " if len(kinds) == 1 else ""
            inside: tuple[Row, ...] = (Row(f"{sign}all", tuple(_dots(mine, clock, who, until, yearly))),)
        else:
            inside = tuple(
                Row(
                    f"{tw.SHAPES[kind][2]} {tw.SHAPES[kind][1]}",
                    tuple(_dots(mine.filter(pl.col("kind") == kind), clock, who, until, yearly)),
                )
                for kind in kinds
            )
        found.append(Lane(who.short_name(code), sender_colour(who.colour(code), style), inside))
    return found


def _dots(mine: pl.DataFrame, clock: str, who: Senders, until: date | None, yearly: bool) -> list[Dot]:
    """Measures of one month (a year where they are too many), kind and standing share a mark, unless bars differ."""
    bundles: dict[tuple[object, ...], list[dict[str, Any]]] = {}
    for row in mine.sort("date", "measure").iter_rows(named=True):
        month = (row["date"].year, 0 if yearly else row["date"].month)
        end = None if clock in STRICT_CLOCKS or row["span_end"] is None else row["span_end"].replace(day=1)
        later = tuple(row["eased_on"] or ())
        same = (
            month,
            row["kind"],
            backed(row["status"]),
            row["clock_used"] != clock,
            end,
            row["lifted"] is None,
            later,
        )
        bundles.setdefault(same, []).append(row)
    return [_dot(bundle, clock, who, until, yearly) for bundle in bundles.values()]


def _dot(bundle: list[dict[str, Any]], clock: str, who: Senders, until: date | None, yearly: bool) -> Dot:
    first = bundle[0]
    span = None
    if first["span_start"] is not None and clock not in STRICT_CLOCKS:
        start, end = min(row["span_start"] for row in bundle), max(row["span_end"] for row in bundle)
        span = (start, end if until is None else min(end, until))
        span = span if span[1] > span[0] else None
    told = "<br>".join(_told(first, who)) if len(bundle) == 1 else _list(bundle, who, yearly)
    ends = first["span_end"]
    slashes = (
        []
        if clock in STRICT_CLOCKS
        else [
            day
            for day in first["eased_on"] or ()
            if (until is None or day <= until) and (ends is None or abs((day - ends).days) > SAME_EVENT_DAYS)
        ]
    )
    return Dot(
        day=first["date"],
        hover=told,
        number=len(bundle),
        span=span,
        lifted=first["lifted"] is not None and first["lifted"] == ends and (until is None or ends <= until),
        slashes=tuple(slashes),
        shape=tw.SHAPES[first["kind"]][0],
        backed=backed(first["status"]),
        nearest=first["clock_used"] != clock,
    )


def _told(row: Mapping[str, Any], who: Senders) -> list[str]:
    used = row["clock_used"]
    told = [
        f"<b>{words.day(row['date'])}</b> · {tw.CLOCK_WORDS[used]} · {who.name(row['sender'])}",
        tw.wrapped(row["title"]),
        tw.wrapped(f"{row['instrument']} · {tw.type_list(row['types'])}"),
    ]
    others = [
        f"{tw.CLOCK_WORDS[name]} {words.day(row[name])}" for name in _CLOCKS if row[name] is not None and name != used
    ]
    if others:
        told.append(tw.wrapped(words.listing(others)))
    if row["eased_by"]:
        told.append(tw.wrapped(row["eased_by"][:1].upper() + row["eased_by"][1:]))
    if row["status"] not in FIRM:
        told.append(f"Date: {tw.STATUS_WORDS[row['status']]}")
    return told


def _list(bundle: list[dict[str, Any]], who: Senders, yearly: bool) -> str:
    first = bundle[0]
    when = str(first["date"].year) if yearly else words.month(first["date"])
    head = f"<b>{when}: {len(bundle)} measures</b> · {who.name(first['sender'])} · {first['kind']}"
    named = [tw.wrapped(f"{words.day(row['date'])} · {row['title']}") for row in bundle[:TOLD]]
    more = [f"and {len(bundle) - TOLD} more; the table names all"] if len(bundle) > TOLD else []
    doubt = [f"Dates: {tw.STATUS_WORDS[first['status']]}"] if first["status"] not in FIRM else []
    return "<br>".join([head, *named, *more, *doubt])


_FIXED = "\u00a0"
"""Keeps a sign and its word on one line."""


def _broken(text: str, width: int) -> str:
    lines = [""]
    for word in text.split(" "):
        if lines[-1] and len(lines[-1]) + 1 + len(word) > width:
            lines.append(word)
        else:
            lines[-1] = f"{lines[-1]} {word}".strip(" ")
    return "<br>".join(lines)


def key(drawn: pl.DataFrame, clock: str) -> str:
    """Lines above the plot: what shapes, numbers, fillings, bars and strokes mean; only what is there."""
    yearly = drawn.height > MOST_WITH_BARS
    drawn = _bare(drawn)
    present = set(drawn["kind"])
    signs = [tw.SHAPES[kind][1:] for kind in tw.KINDS if kind in present]
    shapes = " ".join(f"{sign}{_FIXED}{name.replace(' ', _FIXED)}" for sign, name in signs)
    standing = {backed(status) for status in drawn["status"]}
    step, named = ("1y", "year") if yearly else ("1mo", "month")
    sizes = drawn.group_by("sender", "kind", pl.col("date").dt.truncate(step)).len()["len"]
    marks = [f"Number: measures of one {named}."] if sizes.max() != 1 else []
    if "soft" in standing:
        marks.append("Hollow: from memory or a listing.")
    if "inferred" in standing:
        marks.append("Point inside: inferred.")
    if clock not in STRICT_CLOCKS:
        if drawn["span_end"].null_count() < drawn.height:
            marks.append("Line: wind-down, or until lifted (stroke).")
        if drawn["eased_on"].null_count() < drawn.height:
            marks.append("Slash: eased or replaced.")
    return "<br>".join([_broken(shapes, 46), tw.wrapped(" ".join(marks), 58)])
