"""The formulas of the breaks, each held to its own words: criteria, intervals, memory, the place of a break."""

from __future__ import annotations

import math

import numpy as np
import polars as pl
import pytest

from dashboard.analysis.breaks import _memory, _observations, break_dates, shown
from dashboard.analysis.breaks_search import _damped, _place_share, largest_f, persistent, place_quantile
from dashboard.analysis.errors import AnalysisError

STEP = [1.0, 3.0, 2.0, 2.0, 1.0, 3.0, 9.0, 7.0, 8.0, 6.0, 8.0, 10.0]
"""Six around 2, six around 8."""


def series(values: list[float]) -> pl.DataFrame:
    return pl.DataFrame({"t": range(len(values)), "y": values})


def test_the_criteria_are_those_of_the_head_of_the_module() -> None:
    for name in ("bic", "lwz"):
        found = break_dates(series(STEP), value="y", time="t", criterion=name, max_breaks=2)  # type: ignore[arg-type]
        n = len(STEP)
        for m, (value, squares) in enumerate(zip(found.criteria, found.sums_of_squares, strict=True)):
            p = 2 * m + 1
            expected = {
                "bic": n * math.log(squares / n) + 2 * (m + 1) * math.log(n),
                "lwz": math.log(squares / (n - p)) + 0.299 * p * math.log(n) ** 2.1 / n,
            }
            assert value == pytest.approx(expected[name])
        assert len(found.breaks) == int(np.argmin(found.criteria))
        assert (found.criterion, found.observations, found.least_segment) == (name, n, 2)


def test_one_break_by_hand() -> None:
    """Levels 2 and 8; squares 4 and 10 within; one break takes the sum from 122 to 14."""
    found = break_dates(series(STEP), value="y", time="t", breaks=1)
    (one,) = found.breaks
    assert (one.date, one.last_old, one.before, one.after, one.change) == (6, 5, 2.0, 8.0, 6.0)
    assert found.sums_of_squares == pytest.approx((122.0, 14.0))
    assert found.levels == (2.0, 8.0)
    assert one.f == pytest.approx((122 - 14) / (14 / 10))
    before, after = 4 / 6, 10 / 6
    reach = [place_quantile(share, before, after) * before / 36 for share in (0.975, 0.025)]
    assert (one.low, one.high) == (6 - math.ceil(reach[0]), 6 - math.floor(reach[1]))
    assert found.level == 0.95


def test_a_regime_without_spread_on_one_side_leaves_the_place_without_an_interval() -> None:
    for values in ([1.0] * 6 + [5.0, 7.0, 6.0, 6.0, 5.0, 7.0], [5.0, 7.0, 6.0, 6.0, 5.0, 7.0] + [1.0] * 6):
        (one,) = break_dates(series(values), value="y", time="t", breaks=1).breaks
        assert (one.low, one.date, one.high) == (6, 6, 6)


def test_memory_is_the_first_autocorrelation_raised_by_what_short_series_lose() -> None:
    values = np.array(STEP)
    centred = values - values.mean()
    first = float((centred[1:] * centred[:-1]).sum() / (centred**2).sum())
    (one,) = break_dates(series(STEP), value="y", time="t", breaks=1).breaks
    assert one.memory == pytest.approx(first + (1 + 3 * first) / 12)
    swing = [1.0, -1.0] * 10 + [3.0, 1.0] * 10
    assert break_dates(series(swing[::-1][:20] + swing[:4]), value="y", time="t", breaks=1).breaks[0].memory >= 0


def test_a_chance_is_counted_with_the_series_itself() -> None:
    (one,) = break_dates(series(STEP), value="y", time="t", breaks=1).breaks
    null = largest_f(persistent(12, one.memory, 999), 2)
    assert one.p_value == (1 + int((null >= one.f).sum())) / 1000


def test_a_wider_level_gives_a_wider_interval() -> None:
    noise = np.random.default_rng(5).standard_normal(80)
    held = series([*noise[:40], *(noise[40:] + 1.5)])
    narrow, wide = (break_dates(held, value="y", time="t", breaks=1, level=level).breaks[0] for level in (0.5, 0.99))
    assert wide.low < narrow.low <= narrow.date <= narrow.high < wide.high


def test_a_regime_as_short_as_the_search_allows_says_so() -> None:
    early = [0.0, 0.1] + [9.0, 9.1] * 5
    assert break_dates(series(early), value="y", time="t", breaks=1).breaks[0].at_limit
    later = [0.0, 0.1, 0.0] + [9.0, 9.1] * 5
    assert not break_dates(series(later), value="y", time="t", breaks=1).breaks[0].at_limit


def test_regimes_without_any_spread_have_no_interval_around_their_break() -> None:
    (one,) = break_dates(series([1.0] * 6 + [2.0] * 6), value="y", time="t", breaks=1).breaks
    assert (one.low, one.date, one.high) == (6, 6, 6)


@pytest.mark.parametrize(("size", "share", "least"), [(20, 0.15, 3), (20, 0.149, 2), (8, 0.15, 2), (100, 0.07, 7)])
def test_the_shortest_regime_is_a_share_of_the_series_and_two_at_least(size: int, share: float, least: int) -> None:
    values = [float(place % 3) + 5 * (place >= size // 2) for place in range(size)]
    assert break_dates(series(values), value="y", time="t", min_share=share).least_segment == least


def test_gaps_are_left_out_and_places_close_up() -> None:
    held = series(STEP).with_columns(
        y=pl.Series([*STEP[:2], None, *STEP[3:9], float("nan"), *STEP[10:]], dtype=pl.Float64, strict=False)
    )
    found = break_dates(held, value="y", time="t", breaks=1)
    assert (found.observations, found.breaks[0].date) == (10, 6)
    with pytest.raises(AnalysisError, match="no room for 1 break"):
        break_dates(series(STEP), value="y", time="t", max_breaks=0)


@pytest.mark.parametrize("ratio", [0.25, 1.0, 3.0, 60.0])
@pytest.mark.parametrize("share", [0.025, 0.3, 0.5, 0.8, 0.99])
def test_backwards_in_time_the_place_strays_to_the_other_side(ratio: float, share: float) -> None:
    """The same break read from its end: variances change places, and so do the tails."""
    there, back = place_quantile(share, 1.0, ratio), place_quantile(1 - share, ratio, 1.0) * ratio
    assert there == pytest.approx(-back, abs=1e-6 * max(1.0, abs(there)))
    assert place_quantile(share, 1.0, ratio) == pytest.approx(place_quantile(share, 7.0, 7 * ratio))


@pytest.mark.parametrize("z", [5.0, 24.9, 25.0, 26.0, 60.0])
def test_a_tail_is_the_same_by_either_way_of_counting(z: float) -> None:
    """exp(z²/2) · Φ(−z) · √(2π) is 1 / (z + 1 / (z + 2 / (z + …)))."""
    fraction = z
    for step in range(60, 0, -1):
        fraction = z + step / fraction
    assert _damped(z * z / 2, z) * math.sqrt(2 * math.pi) == pytest.approx(1 / fraction, rel=1e-7)


def test_times_in_words() -> None:
    assert (shown(None, "later"), shown(1899), shown(2.5)) == ("later", "1899", "2.5")


@pytest.mark.parametrize("values", [[1.0] * 6 + STEP[6:], [*STEP[:6], *[9.0] * 6]])
def test_one_regime_without_any_spread_leaves_no_interval(values: list[float]) -> None:
    (one,) = break_dates(series(values), value="y", time="t", breaks=1).breaks
    assert (one.low, one.date, one.high) == (6, 6, 6)


@pytest.mark.parametrize(("ratio", "drift"), [(1.0, 1.0), (0.4, 1.7), (2.5, 0.6), (3.0, 3.0)])
def test_the_place_of_a_break_seen_from_the_other_side(ratio: float, drift: float) -> None:
    """Time turned round, the side after is the side before: 1 − P(−x) with the inverse ratio and drift, in its units.

    At the break itself the share is that of the side before: the highest points of two motions with drifts −½ and
    −drift / 2 and variances 1 and ratio are exponential, with rates 1 and drift / ratio.
    """
    at_break = drift / (ratio + drift)
    for near in (-1e-12, 0.0, 1e-12):
        assert _place_share(near, ratio, drift) == pytest.approx(at_break, abs=1e-5)
    for x in (-9.0, -2.0, -0.3, 0.2, 1.5, 11.0):
        other = 1 - _place_share(-x * drift**2 / ratio, 1 / ratio, 1 / drift)
        assert _place_share(x, ratio, drift) == pytest.approx(other, abs=1e-9)
    assert _place_share(-400.0, ratio, drift) == pytest.approx(0, abs=1e-9)
    assert _place_share(400.0 * ratio, ratio, drift) == pytest.approx(1, abs=1e-9)


def test_persistent_series_are_drawn_step_by_step() -> None:
    draws = np.random.default_rng(5).standard_normal((6, 3))
    for made, own in zip(persistent(6, 0.7, 3, seed=5), draws.T, strict=True):
        last = float(own[0]) / math.sqrt(1 - 0.49)
        assert made[0] == pytest.approx(last)
        for value, shock in zip(made[1:], own[1:], strict=True):
            last = 0.7 * last + float(shock)
            assert value == pytest.approx(last)


def test_the_shortest_regime_unless_asked_otherwise_and_the_longest_series() -> None:
    values = [float(place % 3) + 5 * (place >= 20) for place in range(40)]
    assert break_dates(series(values), value="y", time="t").least_segment == 6
    assert len(_observations(series([float(place) for place in range(1000)]), "y", "t", ())[1]) == 1000
    with pytest.raises(AnalysisError, match="1,001 observations"):
        _observations(series([float(place) for place in range(1001)]), "y", "t", ())


def test_the_memory_of_a_trend_is_no_more_than_98_of_100() -> None:
    assert _memory(np.arange(2000.0)) == 0.98
    assert 0.9 < _memory(np.arange(100.0)) < 0.98 + 1e-12
    assert _memory(np.tile([1.0, -1.0], 20)) == 0.0


def test_a_break_without_any_change_has_no_interval_around_it() -> None:
    """The only place that there is room for: 1 and 3 before it, 3 and 1 after."""
    (one,) = break_dates(series([1.0, 3.0, 3.0, 1.0]), value="y", time="t", breaks=1).breaks
    assert (one.change, one.low, one.date, one.high) == (0.0, 2, 2, 2)
