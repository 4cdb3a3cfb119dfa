"""What the picture of trade after relief says: each date with its figures, and how often trade was higher after it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

import polars as pl

from dashboard import words
from dashboard.exhibits.base import Card, Column
from dashboard.exhibits.columns import TRADE
from dashboard.figures.marks import NOT_A_CAUSE
from dashboard.studies import reversals, rounding
from dashboard.studies.pair import coarse_words, doubtful_words
from dashboard.studies.relief import Relief, ReliefQuery, Row, Span
from dashboard.studies.rounding import Change
from dashboard.words import register as tw
from dashboard.words.register import as_known_words

MULTIPLE = 3.0
"""From a fourfold rise on a change is told as a multiple."""
SPAN_WORDS: Mapping[str, str] = MappingProxyType({"years": "calendar years", "months": "runs of months"})
CANNOT = (
    "Contracts, prices, wars and other measures fall into the same years, goods wait for a licence that is expected, "
    "and relief may bear on other things than this flow."
)


def names(query: ReliefQuery) -> tuple[str, str, str]:
    """What the three points of a row are."""
    if query.spans == "years":
        return "year before", "year of the date", "year after"
    wide = words.plural(query.window_months, "month")
    return f"{wide} before", f"first {query.window_months} after", f"next {query.window_months}"


def a_span(query: ReliefQuery) -> str:
    """What a value on the axis is summed over: " a year", " in 6 months"."""
    return " a year" if query.spans == "years" else f" in {words.plural(query.window_months, 'month')}"


def compared(query: ReliefQuery) -> str:
    """The comparison in the subtitle: "in the calendar year before, of and after"."""
    if query.spans == "years":
        return "in the calendar year before, of and after"
    wide = words.plural(query.window_months, "month")
    return f"in the {wide} before, the first {wide} after and the next {query.window_months} after"


def when(row: Row) -> str:
    """ "Nov 2022", "Nov 2022–Mar 2025" for relief that has ended, "1991" where the register knows no month."""
    if not row.is_month_known:
        return str(row.day.year)
    return words.month(row.day) if row.until is None else words.span(row.day, row.until)


def name(found: Relief, row: Row) -> str:
    """The turn that names the row, by whom, and how many more there were: "US · Lets Chevron … and 2 more"."""
    more = f", and {words.count(row.turns.height - 1)} more" if row.turns.height > 1 else ""
    return f"{_short(row.first['sender'], found)} · {act(row.first)}{more}"


def _short(sender: str, found: Relief) -> str:
    """A sender as a row has room for it: its code where that is a word, else its short name."""
    return sender if len(sender) == 2 else found.who.short_name(sender)


def act(turn: Mapping[str, Any]) -> str:
    """What a turn undid or did: an easing in its own words, a measure that was lifted as the end of it."""
    title: str = turn["title"].removesuffix(" (easing)")
    return f"end of: {title}" if turn["kind"] == reversals.LIFTED else title


def turns(found: Relief, row: Row) -> list[str]:
    """Every turn of the row in a line each, up to four."""
    shown = row.turns.head(4).iter_rows(named=True)
    told = [f"{words.day(one['date'])} · {found.who.name(one['sender'])} · {act(one)}" for one in shown]
    return told + ([f"and {words.count(row.turns.height - 4)} more"] if row.turns.height > 4 else [])


def age(row: Row) -> str:
    """How long ago it was, and how long the relief held."""
    ago = f"{words.plural(row.months, 'month')} to the last figure"
    return ago if row.held_months is None else f"held for {words.plural(row.held_months, 'month')}; {ago}"


def amount(found: Relief, span: Span) -> str:
    """What was traded in a span: "2022 $413 million", "Jan–Jul 2026 $8.23 billion (a year before $2.57 billion)"."""
    if span.value is not None:
        return f"{span.words()} {rounding.amount(span.value, span.width, found.series.sign)}"
    if span.part is None:
        return f"{span.words()} {'not yet whole' if span.last > found.last_month else words.NO_FIGURE}"
    return f"{words.span(span.part.first, span.part.last)} {_so_far(found, span)}"


def _so_far(found: Relief, span: Span) -> str:
    """What the months of a year that is not over hold, and the same months of the year before."""
    part, sign = span.part, found.series.sign
    assert part is not None
    now = rounding.amount(part.value, part.width, sign)
    if part.before is None:
        return now
    return f"{now} (a year before {rounding.amount(part.before, part.width_before, sign)})"


def figures(found: Relief, row: Row) -> str:
    """The three values of a row in words, spans that have not begun left out."""
    begun = [span for span in row.spans if span.first <= found.last_month]
    return " · ".join(amount(found, span) for span in begun)


def change(one: Change) -> str:
    """ "−38.6%", "14.6 times" from a fourfold rise on, a band, or that it cannot be told."""
    if one.value is None or one.low is None or one.high is None:
        return "a change that cannot be told"
    if one.value < MULTIPLE:
        return one.words()
    if one.is_sharp:
        return f"{words.number(1 + one.value)} times"
    return f"{words.number(1 + one.low)} to {words.number(1 + one.high)} times (rounded)"


def way(one: Change) -> str:
    """higher, lower, or untold where rounding could turn it round or there is no base."""
    if one.value is None or one.low is None or one.high is None:
        return "untold"
    return "higher" if one.low > 0 else "lower" if one.high < 0 else "untold"


def counted(rows: Sequence[Row]) -> list[Row]:
    """Rows with a whole span before and after."""
    return [row for row in rows if row.spans[0].value is not None and row.spans[2].value is not None]


def answer(what: str, found: Relief) -> str:
    """How often trade was higher or lower after relief and after its end, and the figures of one row of each."""
    told = [_tally(found, what, relief=True), _tally(found, what, relief=False)]
    for relief in (True, False):
        row = _example(found, relief=relief)
        if row is not None:
            how = when(row) if relief else f"{_month(row)}, when relief ended"
            told.append(f"{how} ({act(row.first)}): {_three(found, row)}.")
    newest = _newest(found)
    if newest is not None:
        told.append(newest)
    return " ".join(part for part in told if part)


def _month(row: Row) -> str:
    return words.month(row.day) if row.is_month_known else str(row.day.year)


def _three(found: Relief, row: Row) -> str:
    return f"{words.listing([_in_words(found, span) for span in row.spans])} ({change(row.change)})"


def _in_words(found: Relief, span: Span) -> str:
    return f"{rounding.amount(span.value, span.width, found.series.sign)} in {span.words()}"


def _tally(found: Relief, what: str, *, relief: bool) -> str:
    """How often trade was higher and lower after dates of relief, or of its end, in a sentence.

    "In the year after against the year before, US goods imports from Iran were higher around 3 and lower around 1 of
    5 dates of relief; around 1 no change can be told."
    """
    before, _, after = names(found.query)
    noun = "relief" if relief else "the end of relief"
    if not found.of(relief=relief):
        return "" if not relief else f"The register has no relief of {found.whom} within these figures."
    rows = counted(_mine(found, relief=relief))
    if not rows:
        return f"No date of {noun} has figures for all of the {before} and all of the {after}."
    ways = [way(row.change) for row in rows]
    flat, dates = ways.count("untold"), words.plural(len(rows), "date")
    if flat == len(rows):
        return f"No change from the {before} to the {after} can be told around {dates} of {noun}."
    told = words.listing([f"{word} around {ways.count(word)}" for word in ("higher", "lower") if word in ways])
    one = found.query.pair.flow == "total"
    lead = f"In the {after} against the {before}, {what} {'was' if one else 'were'}"
    if not relief:
        lead = "After the end of relief"
        return f"{lead}, {told} of {dates}{f'; around {flat} no change can be told' if flat else ''}."
    return f"{lead} {told} of {dates} of {noun}{f'; around {flat} no change can be told' if flat else ''}."


def _mine(found: Relief, *, relief: bool) -> tuple[Row, ...]:
    """The rows of the senders whose trade this is; of everybody where there are none."""
    rows = found.of(relief=relief)
    own = tuple(row for row in rows if row.own)
    return own or rows


def _example(found: Relief, *, relief: bool) -> Row | None:
    """The row with the largest change around it in money, of those whose change can be told."""
    rows = [row for row in counted(_mine(found, relief=relief)) if row.change.value is not None]
    return max(
        rows, key=lambda row: (abs((row.spans[2].value or 0.0) - (row.spans[0].value or 0.0)), row.day), default=None
    )


def _newest(found: Relief) -> str | None:
    """What a year that is not over has so far, after the newest relief or end in it."""
    rows = [row for row in found.rows if row.spans[1].part is not None and (row.own or not found.has_own)]
    if not rows:
        return None
    row = max(rows, key=lambda one: one.day)
    part = row.spans[1].part
    assert part is not None
    against = ""
    if part.before is not None:
        earlier = rounding.amount(part.before, part.width_before, found.series.sign)
        against = f", against {earlier} in the same months of the year before"
    last = "The last relief" if row.relief else "The last end of relief"
    now = rounding.amount(part.value, part.width, found.series.sign)
    return f"{last} is of {_month(row)}; {words.span(part.first, part.last)} came to {now}{against}."


def cards(found: Relief) -> tuple[Card, ...]:
    """The change around one date of each direction, with the two levels beside it."""
    made = []
    for relief in (True, False):
        row = _example(found, relief=relief)
        if row is not None:
            before, _, after = row.spans
            label = f"{'Relief' if relief else 'End of relief'}, {_month(row)}"
            made.append(Card(label, change(row.change), f"{_in_words(found, before)}, {_in_words(found, after)}"))
    return tuple(made)


def note(found: Relief) -> str:
    """Not a cause; what a year of a date holds; dates that share years; what is left out."""
    query, told = found.query, [NOT_A_CAUSE]
    if query.spans == "years":
        told.append("The year of a date holds the months before it too. A year that is not over has no point.")
    else:
        told.append("The month of a date is in none of its three runs of months.")
    sharing = found.sharing()
    if sharing:
        told.append(f"{words.count(sharing)} rows share all three with another row, so they are no independent cases.")
    told.append("Several acts of one month are one row; the table has them all.")
    if found.has_own and not all(row.own for row in found.rows):
        told.append("Grey: relief by senders whose own trade this is not.")
    if found.bare:
        are = "is" if found.bare == 1 else "are"
        told.append(f"{words.plural(found.bare, 'more row')} {are} left out, without figures around the date.")
    if found.undated:
        told.append(
            f"Of {words.plural(found.undated, 'row')} the register knows the year alone; calendar years show them."
        )
    told.append("Whether trade moved more than in ordinary months is asked where every measure is tested at once.")
    told += [doubtful_words(found.doubtful), coarse_words(found.months), as_known_words(query.pair.known_on), CANNOT]
    return " ".join(part for part in told if part)


def alt(title: str, found: Relief) -> str:
    """The picture in words: how many rows of each direction, and the first and last of each."""
    parts = []
    for relief, noun in ((True, "relief"), (False, "the end of relief")):
        rows = found.of(relief=relief)
        if rows:
            ends = rows if len(rows) < 3 else (rows[0], rows[-1])
            each = "; ".join(f"{when(row)}: {figures(found, row)}" for row in ends)
            parts.append(f"{words.plural(len(rows), 'row')} after {noun}, for example {each}.")
    return f"Rows of three points: {title}. {' '.join(parts)}"


def table(found: Relief) -> pl.DataFrame:
    """A line for each turn of every row: the figures of a row stand beside each of its turns."""
    return pl.DataFrame(
        [_line(found, row, turn) for row in found.rows for turn in row.turns.iter_rows(named=True)],
        schema=_SCHEMA,
    )


def _line(found: Relief, row: Row, turn: Mapping[str, Any]) -> dict[str, Any]:
    line: dict[str, Any] = {
        "date": turn["date"],
        "kind": turn["kind"],
        "sender": found.who.name(turn["sender"]),
        "title": turn["title"],
        "ended": turn["ended"],
        "months_since": row.months,
        "currency": found.series.currency,
    }
    for word, span in zip(("before", "during", "after"), row.spans, strict=True):
        held = span.value is not None
        line |= {f"span_{word}": span.words() if held else None, f"value_{word}": span.value}
        line |= {f"rounding_{word}": span.width if held else None}
    one = row.change
    line |= {
        name: None if share is None else 100 * share
        for name, share in (("change_pct", one.value), ("change_low_pct", one.low), ("change_high_pct", one.high))
    }
    part = next((span.part for span in row.spans if span.part is not None), None)
    if part is not None:
        line |= {
            "part": words.span(part.first, part.last),
            "value_part": part.value,
            "value_part_year_before": part.before,
        }
    return line | {
        "types": tw.type_list(turn["types"]),
        "clock": tw.CLOCK_WORDS[turn["clock_used"]],
        "measure": turn["measure"],
    }


_SCHEMA = {
    "date": pl.Date,
    "kind": pl.String,
    "sender": pl.String,
    "title": pl.String,
    "span_before": pl.String,
    "value_before": pl.Float64,
    "span_during": pl.String,
    "value_during": pl.Float64,
    "span_after": pl.String,
    "value_after": pl.Float64,
    "change_pct": pl.Float64,
    "change_low_pct": pl.Float64,
    "change_high_pct": pl.Float64,
    "part": pl.String,
    "value_part": pl.Float64,
    "value_part_year_before": pl.Float64,
    "currency": pl.String,
    "months_since": pl.Int64,
    "ended": pl.Date,
    "rounding_before": pl.Float64,
    "rounding_during": pl.Float64,
    "rounding_after": pl.Float64,
    "types": pl.String,
    "clock": pl.String,
    "measure": pl.String,
}

COLUMNS = {
    "date": Column("Date"),
    "kind": Column("Kind"),
    "sender": Column("Sender"),
    "title": Column("Measure"),
    "span_before": Column("Before"),
    "value_before": Column("Value before", "%.0f"),
    "span_during": Column("At the date"),
    "value_during": Column("Value at the date", "%.0f"),
    "span_after": Column("After"),
    "value_after": Column("Value after", "%.0f"),
    "change_pct": Column("After against before, %", "%.1f"),
    "change_low_pct": Column("Lowest change that rounding allows, %", "%.1f"),
    "change_high_pct": Column("Highest change that rounding allows, %", "%.1f"),
    "part": Column("Part of a year so far"),
    "value_part": Column("Value of that part", "%.0f"),
    "value_part_year_before": Column("The same months of the year before", "%.0f"),
    "currency": TRADE["currency"],
    "months_since": Column("Months to the last figure"),
    "ended": Column("Relief ended"),
    "rounding_before": Column("Value before is rounded to", "%.0f"),
    "rounding_during": Column("Value at the date is rounded to", "%.0f"),
    "rounding_after": Column("Value after is rounded to", "%.0f"),
    "types": Column("What it bears on"),
    "clock": Column("Which date"),
    "measure": Column("Key"),
}
