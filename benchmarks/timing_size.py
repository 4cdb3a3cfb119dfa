"""`python -m benchmarks.timing_size`: false alarms, power, intervals and promises of the timing test, by simulation.

Series of known make go through the same steps as a flow: season taken out by STL on logs, changes, yardsticks, ranks.
"Before" is the same test without yardsticks, |T − usual| ranked as it stands, as the dashboard had it until 2026. Each
cell draws `--draws` series from a seed of its own, so that it can be run again alone; the simulation error of a share
of 5% is 0.7 points with 1,000 draws. Nothing here is read by the tests.
"""

from __future__ import annotations

import argparse
import math
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from benchmarks.report import Table, heading, show

Array = NDArray[np.float64]

AFTER = 53
"""Months from March 2022 to the end of a series that ends in July 2026."""
FALL = math.log(0.7)
LENGTHS = (96, 180, 400)


@dataclass(frozen=True)
class Make:
    """How a series is made. `memory`: share that a month keeps of the last (1 is a random walk); `walk`: size of a
    random walk added to it; `ratio`: swings from `since` on (months before the event) over those before."""

    memory: float = 0.0
    noise: float = 0.15
    walk: float = 0.0
    ratio: float = 1.0
    since: int = 0
    until: int | None = None
    late_memory: float | None = None
    heavy: bool = False
    season: float = 0.0
    drift: float = 0.0
    gaps: float = 0.0
    trend: float = 0.0


KINDS = {
    "noise": Make(),
    "memory 0.5": Make(memory=0.5),
    "memory 0.8": Make(memory=0.8),
    "random walk": Make(memory=1.0),
    "noise on a walk": Make(noise=0.1, walk=0.05),
}
DRESSED = {"season": 0.4, "trend": 0.01, "gaps": 0.03}
"""Every series of the first tables has a season, a trend of its own and gaps."""
CHANGES_OF_SWING = {
    "1": (1.0, 0),
    "×2, Jan 2021": (2.0, 14),
    "×3, Jan 2021": (3.0, 14),
    "×2, Mar 2022": (2.0, 0),
    "×3, Mar 2022": (3.0, 0),
    "÷3, Jan 2021": (1 / 3, 14),
    "÷3, Mar 2022": (1 / 3, 0),
    "÷3, 36 before": (1 / 3, 36),
}


def series(make: Make, count: int, size: int, event: int, seed: str, planted: float | Array = 0.0) -> Array:
    """Logs of `count` series of `size` months with a step planted at the event; NaN is a gap."""
    draw = np.random.default_rng(zlib.crc32(seed.encode()))
    swing = np.ones(size)
    start = max(event - make.since, 0)
    swing[start : None if make.until is None else event + make.until] = make.ratio
    shocks = draw.standard_t(3, (count, size)) / math.sqrt(3) if make.heavy else draw.standard_normal((count, size))
    shocks = shocks * swing * make.noise
    logs = shocks.copy()
    if 0 < make.memory < 1:
        logs[:, 0] /= math.sqrt(1 - make.memory**2)
    for month in range(1, size):
        kept = make.late_memory if make.late_memory is not None and month >= start else make.memory
        if kept:
            logs[:, month] += kept * logs[:, month - 1]
    logs += (draw.standard_normal((count, size)) * swing * make.walk).cumsum(axis=1)
    t = np.arange(size)
    logs += draw.uniform(-make.trend, make.trend, (count, 1)) * t
    if make.season:
        phase = draw.uniform(0, 2 * np.pi, (count, 1)) + make.drift * t
        logs += make.season * np.sin(2 * np.pi * t / 12 + phase) + make.season / 2 * np.cos(4 * np.pi * t / 12)
    logs[:, event:] += np.broadcast_to(np.asarray(planted, dtype=np.float64), count)[:, None]
    if make.gaps:
        logs[draw.random((count, size)) < make.gaps] = np.nan
    return logs


@dataclass(frozen=True)
class Outcome:
    """What both tests said of many series at one event."""

    p: Array
    before: Array
    withheld: NDArray[np.bool_]
    low: Array
    high: Array
    fall: Array
    rise: Array

    def small(self, level: float = 0.05) -> float:
        """Share with a p-value at or below the level."""
        return float((self.p <= level).mean())

    def found(self, level: float = 0.05) -> float:
        """Share with a verdict of distinguishable: of those, the ones that are not withheld."""
        return float(((self.p <= level) & ~self.withheld).mean())

    def small_before(self, level: float = 0.05) -> float:
        """Share with a p-value at or below the level by the test without yardsticks, which withheld nothing."""
        return float((self.before <= level).mean())


def tested(logs: Array, event: int, window: int = 12, *, plant: bool = False, robust: bool = True) -> Outcome:
    """Every series tested, as `timing_test` would; those that cannot be tested are left out."""
    from dashboard.analysis.seasonal import has_season, stl
    from dashboard.analysis.timing import MOST_UNREST
    from dashboard.analysis.timing_null import chance_at, changes, rank
    from dashboard.analysis.timing_series import SEASON_YEARS

    fit = has_season(logs)
    adjusted = logs[fit] - stl(logs[fit], seasonal_window=SEASON_YEARS, robust=robust).season
    rows = []
    for values in adjusted:
        every = changes(values, window)
        found = rank(every, np.array([event]), plant=plant).get(event)
        if found is None:
            continue
        quarter = every.size // 4
        usual = np.sort(every.change)[quarter : every.size - quarter].mean()
        far = np.abs(every.change - usual)
        place = int(np.searchsorted(every.months, event))
        before = chance_at(every, place)[int((far >= far[place] - 1e-10).sum()) - 1]
        withheld = found.unrest > MOST_UNREST
        rows.append((found.p_value, before, withheld, found.low, found.high, found.fall, found.rise))
    columns = np.array(rows, dtype=np.float64).T
    return Outcome(columns[0], columns[1], columns[2] > 0, *columns[3:])


def percent(share: float) -> str:
    """A share at one decimal, in percent."""
    return f"{100 * share:.1f}"


def pair(outcome: Outcome) -> str:
    """p-values at or below 5% now, and before in brackets."""
    return f"{percent(outcome.small())} ({percent(outcome.small_before())})"


def sizes(draws: int) -> Table:
    """False alarms at 5% at March 2022, by how and when swings change."""
    rows = []
    for size in LENGTHS:
        event = size - AFTER
        for name, make in KINDS.items():
            cells = []
            for label, (ratio, since) in CHANGES_OF_SWING.items():
                made = replace(make, ratio=ratio, since=since, **DRESSED)
                logs = series(made, draws, size, event, f"size {size} {name} {label}")
                cells.append(pair(tested(logs, event)))
            rows.append([size, name, *cells])
    return Table(
        "False alarms at 5%, percent: now (before)",
        ["months", "series", *CHANGES_OF_SWING],
        rows,
        "Swings of the shocks change by the factor from the month on; season, trend and 3% gaps in all.",
    )


PANELS = {
    "steady": Make(memory=0.6, trend=0.01),
    "wandering": Make(memory=1.0, trend=0.01),
    "seasonal": Make(memory=0.6, trend=0.01, season=0.4, drift=0.01),
    "gaps": Make(memory=0.6, trend=0.01, season=0.4, drift=0.01, gaps=0.08),
}
"""The panels of the tests."""


def panels(draws: int) -> Table:
    """False alarms of the panels of the tests, in the middle of the series, at March 2022 and near the end."""
    rows = []
    for size in (96, 120, 180, 240, 400):
        for name, make in PANELS.items():
            cells = []
            for place, event in (("60%", int(0.6 * size)), ("Mar 2022", size - AFTER), ("end", size - 14)):
                logs = series(make, draws, size, event, f"panel {size} {name} {place}")
                outcome = tested(logs, event)
                cells += [pair(outcome), percent(outcome.small(0.10))]
            rows.append([size, name, *cells])
    heads = [f"{place}, {level}" for place in ("60% in", "Mar 2022", "14 before the end") for level in ("5%", "10%")]
    return Table(
        "False alarms of steady series, percent: now (before)", ["months", "panel", *heads], rows,
        "Steady has memory 0.6 and shocks of 15%; seasons drift by 0.01 a month; 8% gaps.",
    )  # fmt: skip


def windows(draws: int) -> Table:
    """False alarms with other windows."""
    rows = []
    for size in (180, 400):
        event = size - AFTER
        for name, make in KINDS.items():
            cells = []
            for window in (6, 24):
                for ratio, since in ((1.0, 0), (3.0, 14), (3.0, 0)):
                    made = replace(make, ratio=ratio, since=since, **DRESSED)
                    logs = series(made, draws, size, event, f"window {size} {name} {window} {ratio} {since}")
                    cells.append(pair(tested(logs, event, window)))
            rows.append([size, name, *cells])
    heads = [f"{h} months, {label}" for h in (6, 24) for label in ("1", "×3, Jan 2021", "×3, Mar 2022")]
    return Table("False alarms at 5% with other windows, percent: now (before)", ["months", "series", *heads], rows)


ORDINARY = {
    "noise 10%": Make(noise=0.10),
    "noise 15%": Make(noise=0.15),
    "memory 0.5, shocks 10%": Make(memory=0.5, noise=0.10),
    "memory 0.6, shocks 10%": Make(memory=0.6, noise=0.10),
    "memory 0.6, shocks 15% (panels of the tests)": Make(memory=0.6, noise=0.15),
    "noise 10% on a walk of 5%": Make(noise=0.10, walk=0.05),
    "random walk of 5%": Make(memory=1.0, noise=0.05),
    "random walk of 15% (wandering panel)": Make(memory=1.0, noise=0.15),
}


def ceiling(make: Make, planted: float, window: int = 12) -> float:
    """The power of the test of this change that knows the spread of T: none that looks at T alone can have more."""
    size, event = 400, 200
    logs = series(replace(make, season=0.0, gaps=0.0, trend=0.0), 20_000, size, event, "ceiling")
    moves = logs[:, event : event + window].mean(axis=1) - logs[:, event - window : event].mean(axis=1)
    spread = moves.std()
    return float((np.abs(moves + planted) > 1.959964 * spread).mean())


def power(draws: int) -> Table:
    """How often a planted fall of 30% is found."""
    rows = []
    for name, make in ORDINARY.items():
        cells = []
        for size in (96, 180, 240, 400):
            event = size - AFTER
            logs = series(replace(make, **DRESSED), draws, size, event, f"power {size} {name}", FALL)
            outcome = tested(logs, event)
            cells.append(f"{100 * outcome.found():.0f} ({100 * outcome.small_before():.0f})")
        rows.append([name, *cells, f"{100 * ceiling(make, FALL):.0f}"])
    return Table(
        "A fall of 30% planted at March 2022, distinguishable in percent of series: now (before)",
        ["series", "96 months", "180", "240", "400", "at most"],
        rows,
        "At most: a test that knew how widely 12-month changes of this series spread.",
    )


def promises(draws: int) -> list[Table]:
    """Whether the smallest change named is found in 80% of cases, and intervals hold what was planted in 95%."""
    rows, held = [], []
    for size in LENGTHS:
        event = size - AFTER
        for name, make in KINDS.items():
            cells, kept = [], []
            for label in ("1", "×3, Jan 2021", "×3, Mar 2022", "÷3, Jan 2021"):
                ratio, since = CHANGES_OF_SWING[label]
                made = replace(make, ratio=ratio, since=since, **(DRESSED | {"gaps": 0.0}))
                seed = f"promise {size} {name} {label}"
                quiet = tested(series(made, draws, size, event, seed), event, plant=True)
                shown = []
                for sign, least in ((-1.0, quiet.fall), (1.0, quiet.rise)):
                    named = np.isfinite(least)
                    logs = series(made, draws, size, event, seed, np.where(named, sign * least, 0.0))[named]
                    shown.append(f"{100 * (tested(logs, event).p <= 0.05).mean():.0f}")
                middle = -np.expm1(-np.median(quiet.fall))
                cells.append(f"{' and '.join(shown)} ({100 * middle:.0f}%)")
                fallen = tested(series(made, draws, size, event, f"held {seed}", FALL), event)
                kept.append(f"{100 * ((fallen.low <= FALL) & (fallen.high >= FALL)).mean():.1f}")
            rows.append([size, name, *cells])
            held.append([size, name, *kept])
    heads = ["months", "series", "1", "×3, Jan 2021", "×3, Mar 2022", "÷3, Jan 2021"]
    return [
        Table(
            "The smallest fall and rise named, planted and found, percent (middle fall named)", heads, rows, "Aim: 80."
        ),
        Table("Intervals that hold a planted fall of 30%, percent", heads, held, "Aim: 95."),
    ]


LIMITS = {
    "random walk, ×3 from 9 months before": Make(memory=1.0, ratio=3.0, since=9),
    "random walk, ×3 from 6 months before": Make(memory=1.0, ratio=3.0, since=6),
    "random walk, ×3 from 3 months before": Make(memory=1.0, ratio=3.0, since=3),
    "random walk, ×10 from 6 months before": Make(memory=1.0, ratio=10.0, since=6),
    "random walk, ×3 in the 12 months after only": Make(memory=1.0, ratio=3.0, since=0, until=12),
    "noise, ×3 from 6 months before": Make(ratio=3.0, since=6),
    "noise, ×3 from 6 months after": Make(ratio=3.0, since=-6),
    "noise, ×10 from Jan 2021": Make(ratio=10.0, since=14),
    "noise with heavy tails (t, 3 degrees)": Make(heavy=True),
    "memory 0.8 with heavy tails": Make(memory=0.8, heavy=True),
    "noise to Jan 2021, then memory 0.5": Make(late_memory=0.5, since=14),
    "noise to Jan 2021, then memory 0.8": Make(late_memory=0.8, since=14),
}


def limits(draws: int) -> Table:
    """Where the test is wrong, and what is withheld."""
    rows = []
    for name, make in LIMITS.items():
        cells = []
        for size in (180, 400):
            event = size - AFTER
            outcome = tested(series(replace(make, **DRESSED), draws, size, event, f"limit {size} {name}"), event)
            cells += [pair(outcome), percent(outcome.found()), percent(float(outcome.withheld.mean()))]
        rows.append([name, *cells])
    heads = [f"{size}: {what}" for size in (180, 400) for what in ("p ≤ 5%", "verdicts", "withheld")]
    return Table("Where the test strains, percent: now (before)", ["series", *heads], rows)


TABLES: dict[str, Callable[[int], Table | list[Table]]] = {
    "size": sizes,
    "panels": panels,
    "windows": windows,
    "power": power,
    "promises": promises,
    "limits": limits,
}


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the tables that were named, all of them when none was."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.timing_size", description=__doc__)
    parser.add_argument("table", nargs="*", help=f"what to simulate: {', '.join(TABLES)} (default: all)")
    parser.add_argument("--draws", type=int, default=1000, metavar="N", help="series in each cell (default 1000)")
    asked = parser.parse_args(arguments)
    unknown = [name for name in asked.table if name not in TABLES]
    if unknown:
        parser.error(f"there is no table {unknown[0]!r}; there are {', '.join(TABLES)}")
    heading()
    for name in asked.table or TABLES:
        found = TABLES[name](asked.draws)
        for table in found if isinstance(found, list) else [found]:
            show(table)


if __name__ == "__main__":
    main()
