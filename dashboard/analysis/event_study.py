"""Staggered events: how units moved after their own date, against units that never had one.

    ATT(g, t)  mean(y_t − y_(g−1)) of the units first treated in g − the same mean of the never treated
    effect(e)  Σ_g share_g · ATT(g, g + e), shares by the number of units of each cohort
    average    mean of effect(e) over e ≥ 0

Each cohort is compared with the never treated only, so that early cohorts do not serve as controls for late ones, which
is what biases an ordinary two-way regression. Before the event the change runs from one period to the next, and the
test of the time before asks whether all those are zero: if they are not, the groups were already apart. The comparison
holds only if treated and never treated would have moved alike: partners of a sanctioned country rarely do by nature.

Sources: Callaway & Sant'Anna (2021), Journal of Econometrics 225, 200–230; Sun & Abraham (2021), Journal of
Econometrics 225, 175–199.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np
import polars as pl
from numpy.typing import NDArray

from dashboard.analysis.errors import AnalysisError
from dashboard.analysis.event_study_regression import regression
from dashboard.analysis.event_study_result import EventStudy, effects_of, joint_p
from dashboard.analysis.loess import Array
from dashboard.analysis.panel_shape import Panel, read_panel

Method = Literal["cohorts", "regression"]


def event_study(
    panel: pl.DataFrame,
    *,
    unit: str,
    time: str,
    outcome: str,
    first_treated: str,
    controls: Sequence[str] = (),
    method: Method | None = None,
    cluster: str | None = None,
    earliest: int | None = None,
    latest: int | None = None,
) -> EventStudy:
    """Effects by time since the event, with standard errors clustered by unit and bands over all times.

        cohorts      ATT(g, t) as above; errors from the influence of each unit on its cohort's means and shares
        regression   y = unit + period + controls + cohort × time since the event (Sun & Abraham), −1 left out;
                     effect(e) and average weighted by observations

    `panel`: a row a unit and period; `first_treated`: the period in which the unit was first treated (null, zero or
    after the last period: never). `method`: "cohorts" unless there are controls. `earliest`, `latest` limit the times
    since the event. Gaps stay gaps: a cell uses the units that have both periods. Raises `AnalysisError` when nobody
    or everybody is treated, for a time that stands twice, or controls with the method of cohorts.
    """
    if method not in (None, "cohorts", "regression"):
        raise AnalysisError(f"The method is cohorts or regression, not {method}.")
    read = read_panel(
        panel, unit=unit, time=time, outcome=outcome, first_treated=first_treated, controls=controls, cluster=cluster
    )
    if method == "regression" or (method is None and controls):
        return regression(read, earliest, latest)
    if controls:
        raise AnalysisError("The method of cohorts takes no controls; ask for the regression.")
    return _cohorts(read, earliest, latest)


def _cohorts(panel: Panel, earliest: int | None, latest: int | None) -> EventStudy:
    size = len(panel.units)
    cohorts = [int(g) for g in np.unique(panel.start) if g < panel.periods]
    cells: list[dict[str, float | int]] = []
    influence: list[Array] = []
    for g in cohorts:
        for t in range(1, panel.periods):
            base = g - 1 if t >= g else t - 1
            if _outside(t - g, earliest, latest):
                continue
            made = _cell(panel, g, t, base)
            if made is not None:
                cells.append({"cohort": g, "period": t, "event_time": t - g, "estimate": made[0], "units": made[2]})
                influence.append(made[1])
    if not any(cell["event_time"] >= 0 for cell in cells):
        raise AnalysisError("No cohort has figures before and after its event.")
    estimates, psi = np.array([float(cell["estimate"]) for cell in cells]), np.stack(influence, axis=1)
    of_time = np.array([cell["event_time"] for cell in cells])
    own = np.array([cell["cohort"] for cell in cells])
    share = {g: float((panel.start == g).mean()) for g in cohorts}
    times = sorted(set(of_time.tolist()))
    combined, sums = np.zeros(len(times)), np.zeros((size, len(times)))
    for place, e in enumerate(times):
        at = np.flatnonzero(of_time == e)
        p = np.array([share[int(g)] for g in own[at]])
        weight = p / p.sum()
        combined[place] = weight @ estimates[at]
        belongs = (panel.start[:, None] == own[at][None, :]).astype(np.float64)
        moved = belongs / p.sum() - belongs.sum(axis=1, keepdims=True) * weight[None, :] / p.sum()
        sums[:, place] = psi[:, at] @ weight + moved @ estimates[at]
    clusters = _by_cluster(np.column_stack([sums, psi]) / size, panel.cluster)
    of_times, of_cells = clusters[:, : len(times)], clusters[:, len(times) :]
    after = np.array(times) >= 0
    errors = np.sqrt((of_cells**2).sum(axis=0))
    before = of_time < 0
    return EventStudy(
        method="cohorts against the never treated (Callaway and Sant'Anna)",
        effects=effects_of(
            times,
            combined,
            of_times,
            [int(sum(int(cells[i]["units"]) for i in np.flatnonzero(of_time == e))) for e in times],
        ),
        average=float(combined[after].mean()),
        average_error=float(np.sqrt((of_times[:, after].mean(axis=1) ** 2).sum())),
        before_p=joint_p(estimates[before], of_cells[:, before]),
        cells=pl.DataFrame(cells).with_columns(
            pl.Series("cohort", [panel.labels[int(cell["cohort"])] for cell in cells]),
            pl.Series("period", [panel.labels[int(cell["period"])] for cell in cells]),
            pl.Series("standard_error", errors),
        ),
        treated_units=int((~panel.never).sum()),
        never_units=int(panel.never.sum()),
        dropped_early=panel.early_units,
        rows=int(np.isfinite(panel.outcome).sum()),
    )


def _cell(panel: Panel, g: int, t: int, base: int) -> tuple[float, Array, int] | None:
    """ATT of one cohort in one period, the influence of every unit on it, and the cohort's units; None if empty."""
    size = len(panel.units)
    change = panel.outcome[:, t] - panel.outcome[:, base]
    there = np.isfinite(change)
    treated, never = there & (panel.start == g), there & panel.never
    if not treated.any() or not never.any():
        return None
    of_treated, of_never = float(change[treated].mean()), float(change[never].mean())
    influence = np.zeros(size)
    influence[treated] = (change[treated] - of_treated) * size / treated.sum()
    influence[never] = -(change[never] - of_never) * size / never.sum()
    return of_treated - of_never, influence, int(treated.sum())


def _by_cluster(influence: Array, cluster: NDArray[np.int64]) -> Array:
    """Influence summed within clusters."""
    names, place = np.unique(cluster, return_inverse=True)
    if len(names) == len(influence):
        return influence
    summed = np.zeros((len(names), influence.shape[1]))
    np.add.at(summed, place, influence)
    return summed


def _outside(e: int, earliest: int | None, latest: int | None) -> bool:
    return (earliest is not None and e < earliest) or (latest is not None and e > latest)
