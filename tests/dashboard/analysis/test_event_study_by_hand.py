"""Cohorts against the never treated, told a second time: every unit with a weight, errors from the slopes in them."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np
import polars as pl
import pytest

from dashboard.analysis.errors import AnalysisError
from dashboard.analysis.event_study import EventStudy, event_study
from dashboard.analysis.event_study_result import chi_square_tail

Values = dict[tuple[int, int], float]
STARTS: Mapping[int, int | None] = {unit: (None, 3, 5, None, 5, 3, 6)[unit % 7] for unit in range(16)}
PERIODS = 7


def outcomes(seed: int) -> Values:
    """Sixteen units over seven periods, a few figures missing; unit 3 has none but the first."""
    draw = np.random.default_rng(seed)
    held = {(unit, t): float(draw.standard_normal()) for unit in range(16) for t in range(1, PERIODS + 1)}
    missing = {(0, 2), (1, 4), (2, 4), (6, 6), (6, 7), (13, 6), *((3, t) for t in range(2, PERIODS + 1))}
    return {key: value for key, value in held.items() if key not in missing}


def study(values: Values, **asked: object) -> EventStudy:
    rows = [(unit, t, STARTS[unit], unit // 2, value) for (unit, t), value in values.items()]
    schema = {"who": pl.Int64, "t": pl.Int64, "g": pl.Int64, "pair": pl.Int64, "y": pl.Float64}
    frame = pl.DataFrame(rows, schema=schema, orient="row")
    return event_study(frame, unit="who", time="t", outcome="y", first_treated="g", **asked)  # type: ignore[arg-type]


def cell(values: Values, weights: list[float], g: int, t: int) -> tuple[float, int] | None:
    """The change of a cohort less that of the never treated, and how many treated units are in it."""
    base = g - 1 if t >= g else t - 1

    def mean(start: int | None) -> tuple[float, int]:
        there = [u for u in STARTS if STARTS[u] == start and (u, t) in values and (u, base) in values]
        total = sum(weights[u] for u in there)
        return (sum(weights[u] * (values[u, t] - values[u, base]) for u in there) / total if there else 0.0), len(there)

    (of_treated, n), (of_never, others) = mean(g), mean(None)
    return (of_treated - of_never, n) if n and others else None


def told(values: Values, weights: list[float]) -> dict[object, float]:
    """Every cell by cohort and period, every effect by its time, and the average."""
    cells = {(g, t): made[0] for g in (3, 5, 6) for t in range(2, PERIODS + 1) if (made := cell(values, weights, g, t))}
    share = {g: sum(weight for u, weight in enumerate(weights) if STARTS[u] == g) for g in (3, 5, 6)}
    out: dict[object, float] = dict(cells)
    for e in sorted({t - g for g, t in cells}):
        of_time = [(g, t) for g, t in cells if t - g == e]
        out[e] = sum(share[g] * cells[g, t] for g, t in of_time) / sum(share[g] for g, _ in of_time)
    after = [value for e, value in out.items() if isinstance(e, int) and e >= 0]
    out["average"] = sum(after) / len(after)
    return out


def slopes(values: Values) -> dict[object, list[float]]:
    """How each number moves with the weight of each unit."""
    step, found = 1e-5, []
    for unit in range(16):
        up, down = ([1.0 + sign * step * (other == unit) for other in range(16)] for sign in (1, -1))
        high, low = told(values, up), told(values, down)
        found.append({key: (high[key] - low[key]) / (2 * step) for key in high})
    return {key: [one[key] for one in found] for key in found[0]}


@pytest.mark.parametrize("cluster", [None, "pair"])
@pytest.mark.parametrize("seed", [1, 2])
def test_cohorts_follow_the_definition(seed: int, cluster: str | None) -> None:
    values = outcomes(seed)
    expected, moved = told(values, [1.0] * 16), slopes(values)
    if cluster:
        moved = {key: [one + other for one, other in zip(each[::2], each[1::2], strict=True)]
                 for key, each in moved.items()}  # fmt: skip
    errors = {key: math.sqrt(sum(one * one for one in each)) for key, each in moved.items()}
    found = study(values, cluster=cluster)
    for row in found.cells.iter_rows(named=True):
        key = (row["cohort"], row["period"])
        made = cell(values, [1.0] * 16, *key)
        assert made is not None and row["event_time"] == key[1] - key[0]
        assert (row["estimate"], row["units"]) == (pytest.approx(expected[key]), made[1])
        assert row["standard_error"] == pytest.approx(errors[key], abs=1e-6)
    assert {(row["cohort"], row["period"]) for row in found.cells.to_dicts()} == {
        key for key in expected if isinstance(key, tuple)
    }
    assert [one.event_time for one in found.effects] == sorted(key for key in expected if isinstance(key, int))
    for one in found.effects:
        assert one.estimate == pytest.approx(expected[one.event_time])
        assert one.standard_error == pytest.approx(errors[one.event_time], abs=1e-6)
        of_time = found.cells.filter(pl.col("event_time") == one.event_time)
        assert one.units == of_time["units"].sum()
    assert found.average == pytest.approx(expected["average"])
    assert found.average_error == pytest.approx(errors["average"], abs=1e-6)
    before = [key for key in expected if isinstance(key, tuple) and key[1] < key[0]]
    if not cluster:
        slope = np.array([moved[key] for key in before])
        x = np.array([expected[key] for key in before])
        assert found.before_p == pytest.approx(
            chi_square_tail(float(x @ np.linalg.solve(slope @ slope.T, x)), len(before)), rel=1e-4
        )
    assert (found.treated_units, found.never_units, found.rows) == (11, 5, len(values))


def test_times_are_limited_with_both_ends() -> None:
    values = outcomes(1)
    whole = {one.event_time: one.estimate for one in study(values).effects}
    some = study(values, earliest=-2, latest=1)
    assert {one.event_time: one.estimate for one in some.effects} == {e: whole[e] for e in (-2, -1, 0, 1)}
    assert some.average == pytest.approx((whole[0] + whole[1]) / 2)


def test_without_a_figure_on_both_sides_there_is_no_cell() -> None:
    """Never treated units that end before the event, and treated ones that begin after it."""
    values = outcomes(1)
    for start in (None, "treated"):
        kept = {
            (u, t): value for (u, t), value in values.items()
            if ((STARTS[u] is None) is (start is not None)) or t < 3
        }  # fmt: skip
        with pytest.raises(AnalysisError, match="No cohort has figures before and after its event"):
            study(kept)
