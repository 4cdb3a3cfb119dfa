"""What an event study found: effects by time since the event, their average, and the test of the time before."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass

import numpy as np
import polars as pl

from dashboard import words
from dashboard.analysis.loess import Array

Z95 = 1.959963984540054
DRAWS = 1_000


@dataclass(frozen=True)
class Effect:
    """One time since the event; `units`: the treated units (in a regression: their rows) behind it.

    `low` … `high`: 95% for this time; `band_low` … `band_high`: 95% for all of them together.
    """

    event_time: int
    estimate: float
    standard_error: float
    low: float
    high: float
    band_low: float
    band_high: float
    units: int


@dataclass(frozen=True)
class EventStudy:
    """Effects in the unit of the outcome. `cells` has a row for each cohort and period, with estimate and error."""

    method: str
    effects: tuple[Effect, ...]
    average: float
    average_error: float
    before_p: float | None
    cells: pl.DataFrame
    treated_units: int
    never_units: int
    dropped_early: int
    rows: int

    @property
    def average_low(self) -> float:
        """Lower end of the 95% interval of the average."""
        return self.average - Z95 * self.average_error

    @property
    def average_high(self) -> float:
        """Upper end of the 95% interval of the average."""
        return self.average + Z95 * self.average_error

    def frame(self) -> pl.DataFrame:
        """One row for each time since the event."""
        return pl.DataFrame([asdict(one) for one in self.effects])

    def words(self, what: str = "The outcome") -> str:
        """Average, interval and the time before in sentences; no cause."""
        told = [
            f"{what} of {words.plural(self.treated_units, 'treated unit')} moved by "
            f"{words.number(self.average, 3, signed=True)} on average after the event (95% interval "
            f"{words.number(self.average_low, 3, signed=True)} to {words.number(self.average_high, 3, signed=True)}), "
            f"against {words.plural(self.never_units, 'unit')} never treated."
        ]
        if self.before_p is not None:
            apart = "already apart" if self.before_p <= 0.05 else "not distinguishable"
            told.append(f"Before the event the two were {apart} (p = {words.number(self.before_p, 3)}).")
        if self.dropped_early:
            told.append(f"{words.plural(self.dropped_early, 'unit')} treated from the start left out.")
        told.append("The comparison holds only if both would have moved alike without the event.")
        return " ".join(told)


def effects_of(times: list[int], estimates: Array, influence: Array, units: list[int]) -> tuple[Effect, ...]:
    """Standard errors and bands from influence sums: a row a cluster, a column a time; error² = Σ rows².

    Bands by 1,000 draws of signs over the clusters (always the same ones): the 95% point of the largest |t|.
    """
    errors = np.sqrt((influence**2).sum(axis=0))
    signs = np.random.default_rng(2021).integers(0, 2, (DRAWS, len(influence))) * 2.0 - 1
    known = errors > 0
    width = Z95
    if known.any():
        largest = np.abs(signs @ influence[:, known] / errors[known]).max(axis=1)
        width = max(float(np.quantile(largest, 0.95)), Z95)
    return tuple(
        Effect(
            time,
            value,
            error,
            value - Z95 * error,
            value + Z95 * error,
            value - width * error,
            value + width * error,
            count,
        )
        for time, value, error, count in zip(times, estimates.tolist(), errors.tolist(), units, strict=True)
    )


def joint_p(estimates: Array, influence: Array) -> float | None:
    """Wald test that all are zero; None when there is none or when they are too many for the clusters."""
    if len(estimates) == 0:
        return None
    spread = influence.T @ influence
    if np.linalg.matrix_rank(spread) < len(estimates):
        return None
    return chi_square_tail(float(estimates @ np.linalg.solve(spread, estimates)), len(estimates))


def chi_square_tail(x: float, freedom: int) -> float:
    """P(χ² > x) for a whole number of degrees of freedom, by its recurrence in steps of two."""
    if x <= 0:
        return 1.0
    tail, start = (math.erfc(math.sqrt(x / 2)), 1) if freedom % 2 else (math.exp(-x / 2), 2)
    for degree in range(start, freedom, 2):
        tail += math.exp(degree / 2 * math.log(x / 2) - x / 2 - math.lgamma(degree / 2 + 1))
    return min(tail, 1.0)
