"""Collapse and rebound: how far trade fell around an event, and how much of the fall has been regained.

Let S_t be the trailing 12-month sum of goods trade (nominal unless deflated before, not seasonally adjusted), dated by
its last month t, complete windows only, and e the first day of the event's month.

    peak    P = max S over [e − before, e]            the first, if tied
    trough  T = min S over [e, e + after], after the peak   the first, if tied
    depth   1 − T/P
    rebound from the trough   S_now/T − 1             no figure when T is zero
    share of the loss regained   (S_now − T)/(P − T)  no figure when nothing was lost

Both rebounds are always given: after a deep fall the first can be large while the second is next to nothing. Marks
and measures show dates, not causes. Definitions are the project's own, stated in its data and methods page.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import polars as pl

from dashboard import words
from dashboard.analysis.collapse_annual import collapse_and_rebound_annual
from dashboard.analysis.collapse_result import (
    FLAT_SHARE,
    STATE_MEANING,
    AnnualCollapse,
    Collapse,
    CollapseParameters,
    State,
    Window,
    first_highest,
    first_lowest,
    rebounds,
    state_of,
)
from dashboard.analysis.collapse_windows import gap_note, pairs_of, unreported, windows_of
from dashboard.analysis.errors import AnalysisError
from dashboard.analysis.frames import month_of, ordinal_expr, ordinal_of

__all__ = [
    "FLAT_SHARE",
    "STATE_MEANING",
    "AnnualCollapse",
    "Collapse",
    "Spread",
    "State",
    "collapse_and_rebound",
    "collapse_and_rebound_annual",
    "collapse_table",
    "spread",
    "spread_range",
]


def _measure(
    windows: Sequence[Window], months: Sequence[int], event: date, before: int, after: int, currency: str = "USD"
) -> Collapse:
    """Peak, trough and rebounds on 12-month sums that are sorted and complete; `months` are those with a figure."""
    at = ordinal_of(event)
    ahead = [window for window in windows if at - before <= window.at <= at]
    if not ahead:
        raise AnalysisError(
            f"There is no complete 12-month window in the {before} months up to {words.month(event)}, "
            "so there is no peak."
        )
    peak = first_highest(ahead)
    first, last = max(at, peak.at + 1), at + after
    later = [window for window in windows if first <= window.at <= last]
    if not later:
        since = words.month(month_of(first))
        if windows[-1].at < first:
            raise AnalysisError(f"There is no complete 12-month window from {since} on, so there is no trough yet.")
        raise AnalysisError(
            f"There is no complete 12-month window from {since} to {words.month(month_of(last))}, so there is no "
            f"trough: there are no figures for {unreported(months, first - 11, last)}."
        )
    if peak.value <= 0:
        raise AnalysisError(
            f"There was no trade in the {before} months up to {words.month(event)}, so nothing could fall."
        )
    trough, now = first_lowest(later), windows[-1]
    regained = [window for window in windows if window.at > trough.at]
    best = first_highest(regained) if regained else None
    rebound, share, notes = rebounds(peak.value, trough.value, now.value)
    if trough.at == at and peak.value > trough.value:
        when = words.twelve_months(month_of(at))
        notes = (*notes, f"The trough, the {when}, does not come after the event: this fall is an older one.")
    gap = gap_note(windows, months, trough.at, first, last)
    if gap is not None:
        notes = (*notes, gap)
    halfway = (peak.value + trough.value) / 2
    fell = peak.value > trough.value
    half = next((w.at for w in windows if fell and peak.at < w.at and w.value <= halfway), None)
    return Collapse(
        peak_period=month_of(peak.at),
        peak=peak.value,
        trough_period=month_of(trough.at),
        trough=trough.value,
        depth=1 - trough.value / peak.value,
        months_to_trough=trough.at - peak.at,
        months_from_event=trough.at - at,
        half_fall=None if half is None else month_of(half),
        rebound_from_trough=rebound,
        share_regained=share,
        now_period=month_of(now.at),
        now=now.value,
        highest_since_period=None if best is None else month_of(best.at),
        highest_since=None if best is None else best.value,
        state=state_of(peak.value, trough.value, now.value, trough.at == now.at),
        windows_before=len(ahead),
        windows_after=len(later),
        parameters=CollapseParameters(month_of(at), before, after),
        notes=notes,
        currency=currency,
    )


def collapse_and_rebound(
    flows: pl.DataFrame,
    *,
    event: date,
    before_months: int = 24,
    after_months: int = 36,
    value: str = "value_usd",
    currency: str = "USD",
) -> Collapse:
    """Collapse and both rebounds of one monthly series around an event.

    `flows`: `period`, `value_usd` (or the column that `value` names, in `currency`), one row a month, gaps as missing
    rows. Formulas at the head of this module.
    Windows that a gap takes out of the search after the event are counted in `notes`, with the months that lack a
    figure: such a result is not read as whole.
    Raises `AnalysisError` when no complete window precedes the event or follows the peak, when nothing was traded
    before, or when values are negative (a balance has no collapse) or infinite.
    """
    if before_months < 0 or after_months < 1:
        raise AnalysisError("The search needs at least 0 months before and 1 month after the event.")
    return _measure(*pairs_of(flows, value), event, before_months, after_months, currency)


_SPREAD_FIELDS = (
    *("before_months", "after_months", "peak_period", "peak", "trough_period", "trough", "depth"),
    *("months_to_trough", "half_fall", "rebound_from_trough", "share_regained", "now_period", "now"),
    *("highest_since_period", "highest_since", "state"),
)
_DATES = {"peak_period", "trough_period", "half_fall", "now_period", "highest_since_period"}
_WHOLE = {"before_months", "after_months", "months_to_trough"}


def _type_of(field: str) -> type[pl.DataType]:
    if field in _DATES:
        return pl.Date
    if field in _WHOLE:
        return pl.Int32
    return pl.String if field in {"state", "notes"} else pl.Float64


def spread(
    flows: pl.DataFrame | Mapping[str, pl.DataFrame],
    event: date,
    *,
    befores: Sequence[int] = (12, 24, 36),
    afters: Sequence[int] = (24, 36, 48),
    value: str = "value_usd",
) -> pl.DataFrame:
    """The same measure over a small set of windows and bases: one row each, sorted by basis, before, after.

    `flows` is one series or several named bases ({"nominal": …, "real": …}); the name stands in column `basis`.
    Windows that cannot be measured have no row; if none can, the reason is raised.
    """
    named = {"as given": flows} if isinstance(flows, pl.DataFrame) else flows
    rows: list[dict[str, object]] = []
    refusal: AnalysisError | None = None
    for basis, frame in named.items():
        windows, months = pairs_of(frame, value)
        for before in befores:
            for after in afters:
                try:
                    result = _measure(windows, months, event, before, after).row()
                except AnalysisError as reason:
                    refusal = reason
                    continue
                rows.append({"basis": basis, **{field: result[field] for field in _SPREAD_FIELDS}})
    if not rows:
        raise refusal or AnalysisError("There is no series to measure.")
    schema: dict[str, type[pl.DataType]] = {field: _type_of(field) for field in _SPREAD_FIELDS}
    return pl.DataFrame(rows, schema={"basis": pl.String, **schema}).sort("basis", "before_months", "after_months")


@dataclass(frozen=True)
class Spread:
    """Lowest and highest depth and rebounds over the rows of `spread`; (None, None) where no row has the figure."""

    depth: tuple[float | None, float | None]
    rebound_from_trough: tuple[float | None, float | None]
    share_regained: tuple[float | None, float | None]
    measured: int

    def words(self) -> str:
        """The spread in one sentence."""
        if self.depth[0] is None:
            return "No window could be measured."
        named = (
            ("depth", self.depth),
            ("rebound from the trough", self.rebound_from_trough),
            ("share of the loss regained", self.share_regained),
        )
        ranges = [f"{name} {words.percent_range(*ends)}" for name, ends in named]
        return f"Over {words.plural(self.measured, 'choice')} of windows: {words.listing(ranges)}."


def spread_range(results: pl.DataFrame) -> Spread:
    """Smallest and largest depth and rebounds of a `spread` frame."""

    def ends(column: str) -> tuple[float | None, float | None]:
        values = results[column].drop_nulls().to_list()
        return (min(values), max(values)) if values else (None, None)

    return Spread(ends("depth"), ends("rebound_from_trough"), ends("share_regained"), results.height)


def collapse_table(
    flows_by_partner: pl.DataFrame,
    event: date,
    by: str = "partner",
    *,
    before_months: int = 24,
    after_months: int = 36,
    value: str = "value_usd",
    currency: str = "USD",
) -> pl.DataFrame:
    """`collapse_and_rebound` for every partner at once: one row a partner, sorted by it.

    Columns as in the result; partners that cannot be measured keep a row of nulls with state "not measured" and the
    reason in `notes`, so that a missing colour on a heat map can be explained.
    """
    # Windows before the search decide nothing, and most of the rows are there.
    since = ordinal_of(event) - before_months
    sums, flows = windows_of(flows_by_partner, (by,), value)
    sums = sums.filter(pl.col("period") >= month_of(since))
    flows = flows.filter(pl.col("period") >= month_of(since - 11))
    keys = sorted(flows_by_partner[by].unique().drop_nulls().to_list())
    series: dict[str, tuple[list[Window], list[int]]] = {key: ([], []) for key in keys}
    ends = sums.select(ordinal_expr())["period"].to_list()
    for key, end, amount in zip(sums[by].to_list(), ends, sums[value].to_list(), strict=True):
        series[key][0].append(Window(end, amount))
    months = flows.select(ordinal_expr())["period"].to_list()
    for key, month in zip(flows[by].to_list(), months, strict=True):
        series[key][1].append(month)
    fields = (*_SPREAD_FIELDS, "notes")
    rows: list[dict[str, object]] = []
    for key, (windows, reported) in series.items():
        try:
            result = _measure(windows, reported, event, before_months, after_months, currency).row()
        except AnalysisError as reason:
            result = {"state": "not measured", "notes": str(reason)}
        rows.append({by: key, **{field: result.get(field) for field in fields}})
    return pl.DataFrame(rows, schema={by: pl.String, **{field: _type_of(field) for field in fields}}).drop(
        "before_months", "after_months"
    )
