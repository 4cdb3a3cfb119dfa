"""The regression with controls, told again with a dummy for every unit and errors summed cluster by cluster."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from dashboard.analysis import event_study_regression
from dashboard.analysis.errors import AnalysisError
from dashboard.analysis.event_study import EventStudy, event_study


def panel(seed: int = 4) -> pl.DataFrame:
    """Fourteen units over eight periods in seven clusters, some figures missing, two controls."""
    draw = np.random.default_rng(seed)
    rows = [
        (i, i // 2, t, (None, 4, 6)[i % 3], *draw.normal(0, 1, 3).tolist())
        for i in range(14)
        for t in range(1, 9)
        if (i, t) not in {(0, 2), (3, 5), (7, 8)}
    ]
    schema = {"who": pl.Int64, "group": pl.Int64, "t": pl.Int64, "g": pl.Int64}
    schema |= dict.fromkeys(("y", "x", "z"), pl.Float64)
    return pl.DataFrame(rows, schema=schema, orient="row")


def study(frame: pl.DataFrame) -> EventStudy:
    return event_study(
        frame, unit="who", time="t", outcome="y", first_treated="g", controls=["x", "z"], cluster="group",
        method="regression",
    )  # fmt: skip


def by_hand(frame: pl.DataFrame) -> tuple[dict[tuple[int, int], tuple[float, float]], dict[tuple[int, int], int]]:
    """Estimate and clustered standard error of every cohort and time, and the rows of each."""
    rows = frame.to_dicts()
    keys = sorted({(r["g"], r["t"] - r["g"]) for r in rows if r["g"] is not None and r["t"] - r["g"] != -1})
    units, times = sorted({r["who"] for r in rows}), sorted({r["t"] for r in rows})
    design = np.array(
        [
            [float(r["g"] is not None and (r["g"], r["t"] - r["g"]) == key) for key in keys]
            + [r["x"], r["z"]]
            + [float(r["t"] == t) for t in times[1:]]
            + [float(r["who"] == unit) for unit in units]
            for r in rows
        ]
    )
    y = np.array([r["y"] for r in rows])
    beta = np.linalg.lstsq(design, y, rcond=None)[0]
    error = y - design @ beta
    bread = np.linalg.inv(design.T @ design)
    clusters = np.array([r["group"] for r in rows])
    meat = np.zeros_like(bread)
    for one in np.unique(clusters):
        score = design[clusters == one].T @ error[clusters == one]
        meat += np.outer(score, score)
    count, within = len(np.unique(clusters)), len(keys) + 2 + len(times) - 1
    factor = count / (count - 1) * (len(y) - 1) / (len(y) - within - 1)
    errors = np.sqrt(factor * np.diag(bread @ meat @ bread))
    return (
        {key: (float(beta[k]), float(errors[k])) for k, key in enumerate(keys)},
        {key: int(design[:, k].sum()) for k, key in enumerate(keys)},
    )


def test_estimates_and_clustered_errors_by_hand() -> None:
    frame = panel()
    expected, rows = by_hand(frame)
    cells = study(frame).cells
    assert {(g, e) for g, e in cells.select("cohort", "event_time").rows()} == set(expected)
    for cell in cells.iter_rows(named=True):
        key = (cell["cohort"], cell["event_time"])
        assert (cell["estimate"], cell["standard_error"]) == pytest.approx(expected[key])
        assert (cell["period"], cell["units"]) == (sum(key), rows[key])


def test_a_time_is_the_mean_of_its_cohorts_by_rows_and_the_average_that_of_all_times_after() -> None:
    frame = panel()
    expected, rows = by_hand(frame)
    found = study(frame)
    for one in found.effects:
        if one.event_time != -1:
            cells = [key for key in expected if key[1] == one.event_time]
            total = sum(rows[key] for key in cells)
            assert one.estimate == pytest.approx(sum(rows[key] * expected[key][0] for key in cells) / total)
    after = [key for key in expected if key[1] >= 0]
    assert found.average == pytest.approx(
        sum(rows[key] * expected[key][0] for key in after) / sum(rows[key] for key in after)
    )
    assert (found.treated_units, found.never_units, found.rows) == (9, 5, 14 * 8 - 3)


@pytest.mark.parametrize("spare", [0, -1])
def test_more_cells_than_fit_are_refused(monkeypatch: pytest.MonkeyPatch, spare: int) -> None:
    """Rows by cohorts and times, periods and controls: 109 by (2 cohorts with 7 times each) + 8 + 2."""
    monkeypatch.setattr(event_study_regression, "MOST_CELLS", 109 * (14 + 8 + 2) + spare)
    if spare < 0:
        with pytest.raises(AnalysisError, match="too many cohorts and periods"):
            study(panel())
    else:
        assert study(panel()).rows == 109
