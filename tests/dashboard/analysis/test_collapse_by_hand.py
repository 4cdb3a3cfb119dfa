"""Collapse and rebound by months and by years, told a second time in loops; series of less than a dollar, with gaps."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import date
from typing import Any

import numpy as np
import polars as pl
import pytest

from dashboard.analysis.collapse import collapse_and_rebound, collapse_and_rebound_annual, collapse_table, spread
from dashboard.analysis.collapse_result import AnnualCollapse, Collapse
from dashboard.analysis.errors import AnalysisError
from dashboard.analysis.frames import month_of, ordinal_of

START, EVENT = ordinal_of(date(2018, 1, 1)), date(2020, 7, 15)
AT = ordinal_of(EVENT)
Values = dict[int, float]


def drawn(seed: int) -> Values:
    """Sixty months of eighths; levels that hold for years, so that ties, rises and falls all come."""
    draw = np.random.default_rng(seed)
    levels = draw.integers(0, 4, 6) / 8
    values = {START + place: float(levels[place // 12] + (draw.integers(0, 2) / 8 if seed % 3 else 0))
              for place in range(66)}  # fmt: skip
    for gap in draw.integers(0, 66, draw.integers(0, 3)):
        values.pop(START + int(gap), None)
    return values


def frame(values: Values) -> pl.DataFrame:
    rows = [(month_of(at), value) for at, value in values.items()]
    return pl.DataFrame(rows, schema={"period": pl.Date, "value_usd": pl.Float64}, orient="row")


def state(peak: float, trough: float, now: float, last: bool) -> str:
    if peak <= trough:
        return "no fall"
    if last:
        return "still falling"
    if now >= peak:
        return "recovered"
    share = (now - trough) / (peak - trough)
    return "little or none regained" if abs(share) <= 0.05 else "recovering" if share > 0 else "fell further"


def by_months(values: Values, before: int, after: int) -> dict[str, Any] | None:
    sums = {at: sum(values[at - k] for k in range(12)) for at in values if all(at - k in values for k in range(12))}
    ahead = [at for at in sorted(sums) if AT - before <= at <= AT]
    if not ahead:
        return None
    peak = max(ahead, key=lambda at: (sums[at], -at))
    later = [at for at in sorted(sums) if max(AT, peak + 1) <= at <= AT + after]
    if not later or sums[peak] <= 0:
        return None
    trough, now = min(later, key=lambda at: (sums[at], at)), max(sums)
    p, t, s = sums[peak], sums[trough], sums[now]
    since = [at for at in sorted(sums) if at > trough]
    best = max(since, key=lambda at: (sums[at], -at)) if since else None
    half = [at for at in sorted(sums) if at > peak and p > t and sums[at] <= (p + t) / 2]
    return {
        "peak_period": month_of(peak), "peak": p, "trough_period": month_of(trough), "trough": t, "depth": 1 - t / p,
        "months_to_trough": trough - peak, "months_from_event": trough - AT,
        "half_fall": month_of(half[0]) if half else None,
        "rebound_from_trough": s / t - 1 if t > 0 else None, "share_regained": (s - t) / (p - t) if p > t else None,
        "now_period": month_of(now), "now": s,
        "highest_since_period": None if best is None else month_of(best),
        "highest_since": None if best is None else sums[best],
        "state": state(p, t, s, trough == now), "windows_before": len(ahead), "windows_after": len(later),
    }  # fmt: skip


def seen(result: Collapse | AnnualCollapse, names: Mapping[str, Any]) -> dict[str, Any]:
    held = {name: getattr(result, name) for name in names}
    return held | {"state": str(held["state"])}


def test_months_follow_the_definition_and_every_window_of_the_spread_too() -> None:
    told: Counter[str] = Counter()
    for seed in range(60):
        values = drawn(seed)
        rows: dict[tuple[int, int], dict[str, Any] | None] = {
            (before, after): by_months(values, before, after) for before in (0, 6, 24) for after in (1, 20, 36)
        }
        for (before, after), expected in rows.items():
            try:
                result = collapse_and_rebound(
                    frame(values), event=EVENT, before_months=before, after_months=after
                )  # fmt: skip
            except AnalysisError:
                assert expected is None
                told["refused"] += 1
                continue
            assert expected is not None
            assert seen(result, expected) == expected
            told[expected["state"]] += 1
        measured = {key: row for key, row in rows.items() if row is not None}
        if measured:
            table = spread(frame(values), EVENT, befores=(24, 0, 6), afters=(36, 1, 20))
            assert [(row["before_months"], row["after_months"]) for row in table.to_dicts()] == sorted(measured)
            for row in table.to_dicts():
                expected = measured[row["before_months"], row["after_months"]]
                assert {name: row[name] for name in ("peak", "trough", "depth", "now", "state")} == {
                    name: expected[name] for name in ("peak", "trough", "depth", "now", "state")
                }
    assert min(told.values()) >= 3 and len(told) == 7, told


def test_the_windows_of_a_spread_that_nobody_named() -> None:
    table = spread(frame({START - 60 + place: 1.0 + place % 5 for place in range(200)}), EVENT)
    assert table.select("before_months", "after_months").rows() == [
        (before, after) for before in (12, 24, 36) for after in (24, 36, 48)
    ]


def test_the_table_of_partners_says_what_each_says_alone() -> None:
    """With every gap near the search: the windows that it takes out are told in the same words."""
    lines = {f"P{seed:02}": drawn(seed) for seed in range(60)}
    flows = pl.concat([frame(values).with_columns(partner=pl.lit(name)) for name, values in lines.items()])
    for before, after in ((24, 36), (6, 20)):
        table = collapse_table(flows, EVENT, before_months=before, after_months=after)
        assert table["partner"].to_list() == sorted(lines)
        for row in table.to_dicts():
            try:
                result = collapse_and_rebound(
                    frame(lines[row["partner"]]), event=EVENT, before_months=before, after_months=after
                )
            except AnalysisError as reason:
                assert (row["state"], row["notes"], row["peak"]) == ("not measured", str(reason), None)
            else:
                alone = result.row()
                assert row == {"partner": row["partner"], **{name: alone[name] for name in row if name != "partner"}}


def by_years(values: Values, event: int, before: int, horizon: int) -> dict[str, Any] | None:
    years = {year: value for year, value in values.items() if year <= horizon}
    ahead = [year for year in sorted(years) if event - before <= year <= event]
    if not ahead:
        return None
    peak = max(ahead, key=lambda year: (years[year], -year))
    later = [year for year in sorted(years) if year > peak]
    if not later or years[peak] <= 0:
        return None
    trough, now = min(later, key=lambda year: (years[year], year)), max(years)
    p, t, s = years[peak], years[trough], years[now]
    lost, after = p - t, [year for year in later if year > trough]
    best = max(after, key=lambda year: (years[year], -year)) if after else None

    def first(found: list[int]) -> date | None:
        return date(found[0], 1, 1) if found and lost > 0 else None

    return {
        "peak_period": date(peak, 1, 1), "peak": p, "trough_period": date(trough, 1, 1), "trough": t,
        "depth": 1 - t / p, "years_to_trough": trough - peak,
        "half_fall": first([year for year in later if years[year] <= p - lost / 2]),
        "rebound_from_trough": s / t - 1 if t > 0 else None, "share_regained": (s - t) / lost if lost > 0 else None,
        "now_period": date(now, 1, 1), "now": s,
        "max_after_period": None if best is None else date(best, 1, 1),
        "max_after": None if best is None else years[best],
        "recovery_ratio": (years[best] - t) / lost if best is not None and lost > 0 else None,
        "half_regained": first([year for year in after if years[year] - t >= lost / 2]),
        "back_at_peak": first([year for year in after if years[year] >= p]),
        "state": state(p, t, s, trough == now),
    }  # fmt: skip


def test_years_follow_the_definition() -> None:
    told: Counter[str] = Counter()
    for seed in range(300):
        draw = np.random.default_rng(seed)
        values = {year: float(draw.integers(0, 6)) / 8 for year in range(2008, 2022) if draw.random() < 0.9}
        event, before, horizon = 2014, int(draw.integers(0, 5)), int(draw.integers(2014, 2023))
        expected = by_years(values, event, before, horizon)
        flows = pl.DataFrame({"period": [date(year, 1, 1) for year in values], "value_usd": list(values.values())})
        try:
            result = collapse_and_rebound_annual(flows, event_year=event, before_years=before, horizon=horizon)
        except AnalysisError:
            assert expected is None
            told["refused"] += 1
            continue
        assert expected is not None
        assert seen(result, expected) == expected
        fell, notes = expected["trough"] < expected["peak"], " ".join(result.notes)
        assert ("no recovery to measure" in notes) is (expected["max_after"] is None)
        assert ("this fall is an older one" in notes) is (fell and expected["trough_period"].year < event)
        assert ("The trough is zero" in notes) is (expected["trough"] == 0)
        assert ("Nothing was lost" in notes) is not fell
        told[expected["state"]] += 1
    assert len(told) == 6 and min(told.values()) > 3, told


def test_a_gap_that_no_window_of_the_search_reaches_is_not_told() -> None:
    """The first window that is looked at after January 2021 begins in February 2020, the month after another gap."""
    missing = {24, *range(36, 81)}
    values = {START + place: 1.0 for place in range(100) if place not in missing}
    with pytest.raises(AnalysisError, match=r"there are no figures for Jan 2021–Sep 2024\.$"):
        collapse_and_rebound(frame(values), event=date(2021, 1, 5))


def test_a_last_window_behind_a_gap_is_looked_at() -> None:
    """Of the months from the gap on only the last has a whole window again."""
    values = {START + place: 1.0 for place in range(61) if place != 48}
    result = collapse_and_rebound(frame(values), event=date(2020, 1, 15), after_months=40)
    assert "Only 25 of the 37 windows from Jan 2020 to Jan 2023 are complete" in result.notes[-1]
