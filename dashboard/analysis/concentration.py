"""Concentration of trade over partners: the Herfindahl–Hirschman index on three labelled scales.

    H           Σ s²                       0–1, with s the share of each partner in the sum
    points      10,000 · H                 as competition authorities print it
    normalised  (H − 1/n) / (1 − 1/n)      0 when all possible partners are equal, 1 when there is one

Source: Hirschman (1945) and Herfindahl (1950). UNCTAD prints a variant normalised on square roots, which is larger;
the two are not to be mixed.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

import polars as pl

from dashboard import words
from dashboard.analysis.errors import AnalysisError


@dataclass(frozen=True)
class Concentration:
    """The index on its three scales, with the number of partners that trade and of those that could.

    `equivalent_partners` is 1/H: so many partners of equal size would be as concentrated. `normalised` is None when
    there is only one possible partner (0/0).
    """

    hhi: float
    points: float
    normalised: float | None
    partners: int
    possible: int
    equivalent_partners: float
    largest_share: float

    def words(self) -> str:
        """The index in one sentence, scale named."""
        return (
            f"Concentration (HHI) {words.number(self.points)} of 10,000 points over "
            f"{words.plural(self.partners, 'partner')}, as concentrated as "
            f"{words.number(self.equivalent_partners)} partners of equal size; "
            f"the largest has {words.percent(self.largest_share)}."
        )


def hhi(values: Iterable[float] | pl.Series, *, possible: int | None = None) -> Concentration:
    """Herfindahl–Hirschman index of partner values (any unit; shares are formed here).

    `possible` is the number of possible partners n of the normalised scale; without it n is the number of values
    given, zeros included. A partner that did not report is left out by the caller, not passed as zero.
    Raises `AnalysisError` for a missing or negative value, a sum of zero, or fewer possible partners than trade.
    """
    amounts = [float("nan") if value is None else float(value) for value in values]
    if any(not math.isfinite(value) for value in amounts):
        raise AnalysisError("A partner's value is missing; leave the partner out rather than guess.")
    if any(value < 0 for value in amounts):
        raise AnalysisError("A partner's value is below zero; concentration is measured on exports or imports.")
    whole = math.fsum(amounts)
    if whole <= 0:
        raise AnalysisError("There is no trade to be concentrated.")
    trading = sum(1 for value in amounts if value > 0)
    n = len(amounts) if possible is None else possible
    if n < trading:
        raise AnalysisError(f"{trading} partners trade, so there cannot be only {n} possible ones.")
    shares = [value / whole for value in amounts]
    index = math.fsum(share * share for share in shares)
    normalised = (index - 1 / n) / (1 - 1 / n) if n > 1 else None
    return Concentration(index, index * 10_000, normalised, trading, n, 1 / index, max(shares))
