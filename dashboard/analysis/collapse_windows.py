"""The windows of a collapse: 12-month sums, and what a gap in the months takes out of the search."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from itertools import pairwise

import polars as pl

from dashboard import words
from dashboard.analysis.collapse_result import Window
from dashboard.analysis.errors import AnalysisError
from dashboard.analysis.frames import month_of, ordinal_expr, ordinal_of, prepare, refuse_infinite, without_partial
from dashboard.analysis.transforms import rolling_sum


def windows_of(
    flows: pl.DataFrame, by: Sequence[str] = (), value: str = "value_usd"
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The 12-month sums of flows that cannot be negative, and the months they were made of."""
    checked = without_partial(prepare(flows, by=by, value=value))
    if (checked[value] < 0).any():
        raise AnalysisError("A collapse is measured on exports, imports or their total; these values go below zero.")
    sums = rolling_sum(checked, by=by, value=value)
    refuse_infinite(sums, value, what="12-month sums of the flows")
    return sums, checked


def pairs_of(flows: pl.DataFrame, value: str = "value_usd") -> tuple[list[Window], list[int]]:
    """The windows of one series, and its months with a figure."""
    sums, months = windows_of(flows, value=value)
    windows = [Window(ordinal_of(when), amount) for when, amount in sums.select("period", value).iter_rows()]
    return windows, months.select(ordinal_expr())["period"].to_list()


def unreported(months: Sequence[int], first: int, last: int) -> str:
    """The runs of months without a figure that touch `first`…`last`, whole and in words; months are sorted."""
    near = months[max(0, bisect_left(months, first) - 1) : bisect_right(months, last) + 1]
    return words.listing(
        [
            words.span(month_of(one + 1), month_of(other - 1))
            for one, other in pairwise(near)
            if other - one > 1 and one < last and other > first
        ]
    )


def gap_note(windows: Sequence[Window], months: Sequence[int], trough: int, first: int, last: int) -> str | None:
    """Why the search after the event did not see everything; months after the last figure are not yet a gap."""
    there = {window.at for window in windows}
    last = min(last, windows[-1].at)
    seen = sum(first <= at <= last for at in there)
    if seen == last - first + 1:
        return None
    note = (
        f"Only {seen} of the {last - first + 1} windows from {words.month(month_of(first))} to "
        f"{words.month(month_of(last))} are complete: there are no figures for {unreported(months, first - 11, last)}."
    )
    if trough + 1 not in there and trough != windows[-1].at:
        return f"{note} The trough is the last window before a gap, so the fall may have gone on unseen."
    return f"{note} A deeper trough may lie in the gap."
