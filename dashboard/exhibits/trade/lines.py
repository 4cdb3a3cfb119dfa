"""From rows of trade to a line of a figure: gaps stay gaps, estimates stay marked, values come in the axis' unit."""

from __future__ import annotations

from datetime import date, timedelta

import polars as pl

from dashboard.figures.lines import Line
from dashboard.studies.rounding import hidden


def filled(frame: pl.DataFrame, frequency: str) -> pl.DataFrame:
    """Every period from the first to the last; a missing one becomes a row without values, so that no line bridges it.

    Args:
        frame: one series, sorted by `period`; frequency: M, Q or A.
    """
    if frame.height < 2:
        return frame
    periods = frame["period"].to_list()
    step = {"M": "1mo", "Q": "3mo"}.get(frequency, "1y")
    days = pl.date_range(periods[0], periods[-1], step, eager=True).alias("period").to_frame()
    return days.join(frame, on="period", how="left", maintain_order="left")


def middle(period: date, frequency: str) -> date:
    """Where a value stands on the axis: a year in its middle, so that an event of that year does not seem to come
    after it; a 12-month sum at its last month."""
    return period + timedelta(days=181) if frequency == "A" else period


def line(
    frame: pl.DataFrame,
    *,
    frequency: str,
    name: str,
    colour: str,
    divisor: float = 1.0,
    value: str = "value_usd",
    dash: str = "solid",
    width: float = 2.4,
    label: bool = False,
    sign: str = "",
) -> Line:
    """One series as a line; `is_estimate`, `is_doubtful` and `is_partial` of the rows decide what is dotted or hollow.

    Only the last row may be partial. With the sign of the currency, amounts that the `rounding` of the rows hides are
    told in words.
    """
    rows = filled(frame, frequency)
    partial = "is_partial" in rows.columns and rows.height > 0 and bool(rows["is_partial"].to_list()[-1])
    return Line(
        name=name,
        x=_places(rows, frequency, partial=partial),
        y=[None if held is None else held / divisor for held in rows[value]],
        colour=colour,
        dash=dash,
        width=width,
        estimates=rows["is_estimate"].fill_null(False).to_list() if "is_estimate" in rows.columns else (),
        doubtful=rows["is_doubtful"].fill_null(False).to_list() if "is_doubtful" in rows.columns else (),
        partial=partial,
        hover=rows["hover"].fill_null("").to_list() if "hover" in rows.columns else (),
        label=label,
        told=told(rows, value, sign) if sign else (),
    )


def told(rows: pl.DataFrame, value: str, sign: str) -> list[str]:
    """Words for amounts that their `rounding` hides ("less than $50,000"), "" for all others and for gaps."""
    return [hidden(held, width, sign) for held, width in rows.select(value, "rounding").iter_rows()]


def _places(rows: pl.DataFrame, frequency: str, *, partial: bool) -> list[date]:
    places = [middle(period, frequency) for period in rows["period"].to_list()]
    if partial and "last_month" in rows.columns:  # a part of a year stands in the middle of its months
        first, last = rows["first_month"].to_list()[-1], rows["last_month"].to_list()[-1]
        places[-1] = first + timedelta(days=((last - first).days + 30) // 2)
    return places
