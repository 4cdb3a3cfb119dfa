"""Panels for the event study: units by periods as a matrix, with the period in which each unit was first treated."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from dashboard.analysis.errors import AnalysisError
from dashboard.analysis.frames import month_of, ordinal_of, require
from dashboard.analysis.loess import Array


@dataclass(frozen=True)
class Panel:
    """Outcome by unit (rows) and period (columns, NaN where there is none); `start` is the column of the first treated
    period, or `periods` for a unit that is not treated within the panel. `extra` holds the controls, last axis;
    `labels` the time of each column."""

    units: tuple[Any, ...]
    outcome: Array
    extra: Array
    start: NDArray[np.int64]
    cluster: NDArray[np.int64]
    early_units: int
    labels: tuple[Any, ...]

    @property
    def periods(self) -> int:
        """Periods from the first to the last, also those without any figure."""
        return len(self.labels)

    @property
    def never(self) -> NDArray[np.bool_]:
        """Units that are not treated within the panel."""
        found: NDArray[np.bool_] = np.equal(self.start, self.periods)
        return found


def read_panel(
    frame: pl.DataFrame,
    *,
    unit: str,
    time: str,
    outcome: str,
    first_treated: str,
    controls: Sequence[str] = (),
    cluster: str | None = None,
) -> Panel:
    """The panel as matrices.

    Times are dates or whole numbers at an even step (the greatest one that fits all). A unit whose `first_treated` is
    null, zero or after the last period is not treated; one treated in the first period or earlier has no period
    before and is left out and counted. Raises `AnalysisError` for a time that stands twice in a unit, a unit with
    two first treatments, no untreated unit or no treated one.
    """
    columns = list(dict.fromkeys([unit, time, outcome, first_treated, *controls, *([cluster] if cluster else [])]))
    require(frame, columns, "panel")
    kept = frame.select(columns).drop_nulls([unit, time, outcome, *controls])
    kept = kept.filter(pl.all_horizontal(pl.col(name).cast(pl.Float64).is_finite() for name in (outcome, *controls)))
    if kept.is_empty():
        raise AnalysisError("The panel has no row with an outcome.")
    if kept.select(unit, time).is_duplicated().any():
        twice = kept.filter(kept.select(unit, time).is_duplicated()).row(0)
        raise AnalysisError(f"The panel holds more than one row for {twice[0]}, {twice[1]}.")
    if (kept.group_by(unit).agg(pl.col(first_treated).n_unique().alias("n"))["n"] > 1).any():
        raise AnalysisError("A unit of the panel has more than one first treatment.")
    when = np.array([_number(one) for one in kept[time].to_list()])
    first, step = int(when.min()), math.gcd(*np.diff(np.unique(when)).tolist()) or 1
    column = (when - first) // step
    periods = int(column.max()) + 1
    units, row = np.unique(kept[unit].to_numpy(), return_inverse=True)
    start = np.full(len(units), periods)
    for place, value in zip(row, kept[first_treated].to_list(), strict=True):
        number = None if value is None else _number(value)
        if number:
            start[place] = min(max((number - first) // step, 0), periods)
    values = np.full((len(units), periods), np.nan)
    values[row, column] = kept[outcome].cast(pl.Float64).to_numpy()
    extra = np.full((len(units), periods, len(controls)), np.nan)
    for place, name in enumerate(controls):
        extra[row, column, place] = kept[name].cast(pl.Float64).to_numpy()
    groups = np.arange(len(units))
    if cluster:
        groups[row] = np.unique(kept[cluster].to_numpy(), return_inverse=True)[1]
    late = start > 0
    if not (start == periods).any():
        raise AnalysisError("Every unit of the panel is treated; an event study needs some that never are.")
    if not ((start < periods) & late).any():
        raise AnalysisError("No unit of the panel is treated after its first period.")
    numbers = range(first, first + periods * step, step)
    dated = kept.schema[time].is_temporal()
    return Panel(
        tuple(units[late].tolist()),
        values[late],
        extra[late],
        start[late],
        groups[late],
        int((~late).sum()),
        tuple(month_of(number) for number in numbers) if dated else tuple(numbers),
    )


def _number(value: Any) -> int:
    """A date as its month, a whole number as itself."""
    if isinstance(value, date):
        return ordinal_of(value)
    if value != int(value):
        raise AnalysisError(f"The times of a panel are dates or whole numbers, not {value}.")
    return int(value)
