"""Yearly rates of some economies beside each other: real growth or inflation of targets and peers, around an event."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Literal

import polars as pl

from dashboard.studies import yearly
from dashboard.studies.yearly import Lack, Measure, YearlyQuery, YearlySeries
from pipelines.store import Store


@dataclass(frozen=True)
class Compared:
    """Who is compared: the target first, further targets, and peers that are no targets already."""

    targets: tuple[str, ...]
    peers: tuple[str, ...] = ()

    @property
    def target(self) -> str:
        """The one whose figures must be there."""
        return self.targets[0]

    @property
    def all(self) -> tuple[str, ...]:
        """Targets, then peers, each once."""
        return tuple(dict.fromkeys((*self.targets, *self.peers)))

    def among(self, areas: Collection[str]) -> Compared:
        """Those of some economies, in the same order."""
        kept = (tuple(code for code in codes if code in areas) for codes in (self.targets, self.peers))
        return Compared(*kept)

    def role(self, area: str) -> Literal["target", "peer"]:
        """Whether an economy stands in colour or in grey."""
        return "target" if area in self.targets else "peer"


@dataclass(frozen=True, eq=False)
class Rates:
    """Rates of targets and peers from one edition of one source; the values are percent on the year before."""

    series: YearlySeries
    who: Compared
    event: date

    @property
    def drawn(self) -> Compared:
        """Who is drawn."""
        return self.who.among(self.series.areas)

    @property
    def own(self) -> dict[int, float]:
        """The target's drawn rates by year."""
        return self.series.of(self.who.target)

    @property
    def last_year(self) -> int:
        """The target's last drawn year."""
        return max(self.own)

    @property
    def published(self) -> date:
        """The day of the newest edition among the target's drawn rows."""
        day = self.series.frame.filter(pl.col("area") == self.who.target)["known_from"].max()
        assert isinstance(day, date)
        return day

    @property
    def lacks(self) -> tuple[Lack, ...]:
        """Who is not drawn, and why."""
        return self.series.lacks

    def peers_in(self, year: int) -> list[float]:
        """The peers' drawn rates of one year, smallest first."""
        found = [self.series.of(code).get(year) for code in self.who.peers]
        return sorted(rate for rate in found if rate is not None)

    def median_of_peers(self, year: int) -> float | None:
        """The middle of the peers' rates of one year; None for fewer than two."""
        rates = self.peers_in(year)
        half = len(rates) // 2
        if len(rates) < 2:
            return None
        return rates[half] if len(rates) % 2 else (rates[half - 1] + rates[half]) / 2


def ask(
    store: Store,
    measure: Measure,
    who: Compared,
    *,
    event: date,
    source: str,
    known_on: date | None = None,
    start: date | None = None,
    end: date | None = None,
    others: tuple[str, ...] = (),
) -> Rates:
    """Rates as one source's edition has them. Without the target's figures `series.why_empty` says why.

    Args:
        others: sources that the reader could choose instead.
    """
    return Rates(yearly.ask(store, YearlyQuery(measure, who.all, source, known_on, start, end, others)), who, event)
