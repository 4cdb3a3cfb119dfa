"""The event study as one regression with controls: cohort by time since the event (Sun & Abraham 2021)."""

from __future__ import annotations

import numpy as np
import polars as pl
from numpy.typing import NDArray

from dashboard.analysis.errors import AnalysisError
from dashboard.analysis.event_study_result import EventStudy, effects_of, joint_p
from dashboard.analysis.loess import Array
from dashboard.analysis.panel_shape import Panel

MOST_CELLS = 30_000_000
"""Rows times columns that fit into memory."""


def regression(panel: Panel, earliest: int | None, latest: int | None) -> EventStudy:
    """y = unit + period + controls + Σ cohort × time since the event, by least squares; errors clustered by unit.

    Small-sample factor G/(G − 1) · (N − 1)/(N − K), K the columns but for the units, which lie within clusters. Times
    beyond `earliest` and `latest` keep their own columns and are only not shown: the average is over those shown.
    """
    row, column = np.nonzero(np.isfinite(panel.outcome))
    y = panel.outcome[row, column]
    start = panel.start[row]
    since = column - start
    treated = start < panel.periods
    keys = np.unique(np.column_stack([start, since])[treated & (since != -1)], axis=0)
    rows, width = len(y), len(keys) + panel.periods + panel.extra.shape[2]
    if rows * width > MOST_CELLS:
        raise AnalysisError("The regression has too many cohorts and periods for its rows; ask for cohorts instead.")
    dummies = [((start == g) & (since == e)).astype(np.float64) for g, e in keys.tolist()]
    periods = [(column == t).astype(np.float64) for t in np.unique(column)[1:]]
    design = np.column_stack([*dummies, *panel.extra[row, column].T, *periods])
    centred_y, centred = _within(y[:, None], row).ravel(), _within(design, row)
    inverse = np.linalg.pinv(centred.T @ centred, rcond=1e-10, hermitian=True)
    beta = inverse @ centred.T @ centred_y
    error = centred_y - centred @ beta
    names, place = np.unique(panel.cluster[row], return_inverse=True)
    score = np.zeros((len(names), centred.shape[1]))
    np.add.at(score, place, centred * error[:, None])
    rank = int(np.linalg.matrix_rank(centred))
    count = len(names)
    factor = count / (count - 1) * (rows - 1) / (rows - rank - 1)
    influence = score @ inverse * np.sqrt(factor)
    estimates, psi = beta[: len(keys)], influence[:, : len(keys)]
    cell_rows = np.array([int(dummy.sum()) for dummy in dummies])
    cohort, of_time = keys[:, 0], keys[:, 1]
    within = [(earliest is None or e >= earliest) and (latest is None or e <= latest) for e in of_time]
    times = [int(e) for e in np.unique(of_time[within])]
    if not any(e >= 0 for e in times):
        raise AnalysisError("No cohort has figures before and after its event.")
    mix = np.stack([_weights(of_time == e, cell_rows) for e in times], axis=1)
    after = _weights((of_time >= 0) & np.isin(of_time, times), cell_rows)
    before = of_time < -1
    cells = pl.DataFrame(
        {
            "cohort": [panel.labels[g] for g in cohort],
            "period": [panel.labels[t] for t in cohort + of_time],
            "event_time": of_time,
            "estimate": estimates,
            "standard_error": np.sqrt((psi**2).sum(axis=0)),
            "units": cell_rows,
        }
    )
    return EventStudy(
        method="regression on cohort by time since the event (Sun and Abraham)",
        effects=effects_of(times, estimates @ mix, psi @ mix, [int(cell_rows[of_time == e].sum()) for e in times]),
        average=float(estimates @ after),
        average_error=float(np.sqrt(((psi @ after) ** 2).sum())),
        before_p=joint_p(estimates[before], psi[:, before]),
        cells=cells,
        treated_units=int((~panel.never).sum()),
        never_units=int(panel.never.sum()),
        dropped_early=panel.early_units,
        rows=rows,
    )


def _within(values: Array, row: NDArray[np.int64]) -> Array:
    """Values less the mean of their unit."""
    count = np.bincount(row)
    sums = np.zeros((len(count), values.shape[1]))
    np.add.at(sums, row, values)
    return values - (sums / np.maximum(count, 1)[:, None])[row]


def _weights(chosen: NDArray[np.bool_], rows: NDArray[np.int64]) -> Array:
    weight = np.where(chosen, rows, 0).astype(np.float64)
    total: Array = weight / weight.sum()
    return total
