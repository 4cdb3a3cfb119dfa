from __future__ import annotations

from datetime import date

import numpy as np
import polars as pl
import pytest

from dashboard.analysis.errors import AnalysisError
from dashboard.analysis.frames import month_of
from dashboard.analysis.timing_path import event_path
from dashboard.analysis.timing_series import log_series
from dashboard.analysis.timing_spread import spread, steps_of

FIRST = 2000 * 12


def flows(values: np.ndarray) -> pl.DataFrame:  # type: ignore[type-arg]
    rows = [(month_of(FIRST + i), float(value)) for i, value in enumerate(values) if np.isfinite(value)]
    return pl.DataFrame(rows, schema={"period": pl.Date, "value_usd": pl.Float64}, orient="row")


def stepped(seed: int = 1) -> np.ndarray:  # type: ignore[type-arg]
    draw = np.random.default_rng(seed)
    logs = 10 + 0.1 * draw.standard_normal(300)
    logs[150:] -= 0.5
    return np.exp(logs)


def test_the_index_stands_at_100_before_and_at_the_fall_after() -> None:
    path = event_path(flows(stepped()), event=date(2012, 7, 1))
    assert path["offset"].to_list() == list(range(-24, 37))
    assert np.log(path.filter(pl.col("offset").is_between(-12, -1))["index"]).mean() == pytest.approx(np.log(100))
    assert path.filter(pl.col("offset") >= 0)["index"].mean() == pytest.approx(100 * np.exp(-0.5), rel=0.05)
    assert path.row(24, named=True)["period"] == date(2012, 7, 1)


def test_the_band_holds_95_of_100_ordinary_months_and_none_of_the_fall() -> None:
    path = event_path(flows(stepped()), event=date(2012, 7, 1))
    after = path.filter(pl.col("offset").is_between(0, 24))
    assert (after["index"] < after["low"]).mean() > 0.9
    before = path.filter(pl.col("offset") < 0)
    assert before["index"].is_between(before["low"], before["high"]).mean() > 0.85
    assert after["middle"].is_between(94, 106).all()


def test_placebo_dates_keep_clear_of_the_event() -> None:
    path = event_path(flows(stepped()), event=date(2012, 7, 1), before=12, after=12, window_months=6)
    assert path.filter(pl.col("offset") == 0)["dates"].item() == 300 - 6 - 35 + 0


def test_gaps_and_the_end_of_the_series() -> None:
    values = stepped()
    values[155] = np.nan
    path = event_path(flows(values), event=date(2012, 7, 1), after=48)
    assert path.filter(pl.col("offset") == 5)["index"].item() is None
    late = event_path(flows(values), event=date(2023, 12, 1), after=36)
    assert late["offset"].max() == 12


def test_too_few_ordinary_dates_draw_no_band() -> None:
    path = event_path(flows(stepped()[100:180]), event=date(2004, 3, 1))
    assert path["low"].null_count() == path.height
    with pytest.raises(AnalysisError, match="needs 36"):
        event_path(flows(stepped()), event=date(2002, 1, 1))
    with pytest.raises(AnalysisError, match="no figure above zero"):
        event_path(flows(np.zeros(50)), event=date(2002, 1, 1))


@pytest.mark.parametrize(
    ("event", "before", "after", "window"), [(60, 20, 30, 6), (40, 60, 4, 12), (110, 5, 36, 6), (60, 12, 12, 12)]
)
def test_the_path_and_its_band_month_by_month(event: int, before: int, after: int, window: int) -> None:
    """From the definitions: each month against the mean of the window before the date; ordinary dates clear of it."""
    draw = np.random.default_rng(5)
    values = np.exp(10 + 0.2 * draw.standard_normal(120).cumsum() * np.linspace(0.5, 1, 120))
    values[[3, 30, 31, 70]] = np.nan
    held = log_series(flows(values))[()]
    assert not isinstance(held, str)
    y, size = held.adjusted, 120
    scale = spread(steps_of(y), np.arange(size), window, 0, 0).scale
    base: dict[int, float] = {}
    for t in range(window, size):
        there = [float(y[place]) for place in range(t - window, t) if np.isfinite(y[place])]
        if len(there) >= 0.75 * window:
            base[t] = sum(there) / len(there)
    clear = [t for t in base if abs(t - event) >= max(after, window) + window]
    path = event_path(flows(values), event=month_of(FIRST + event), before=before, after=after, window_months=window)
    assert path["offset"].to_list() == [k for k in range(-before, after + 1) if 0 <= event + k < size]
    assert path["dates"].max() > 19
    for row in path.to_dicts():
        k = row["offset"]
        own = float(y[event + k])
        assert row["period"] == month_of(FIRST + event + k)
        assert row["index"] == (pytest.approx(100 * np.exp(own - base[event])) if np.isfinite(own) else None)
        others = [(t, float(y[t + k]) - base[t]) for t in clear if 0 <= t + k < size and np.isfinite(y[t + k])]
        assert row["dates"] == len(others)
        if len(others) < 20:
            assert (row["low"], row["middle"], row["high"]) == (None, None, None)
            continue
        middle = float(np.median([one for _, one in others]))
        widened = [middle + (one - middle) * float(scale[event] / scale[t]) for t, one in others]
        expected = [100 * float(np.exp(np.quantile(widened, share))) for share in (0.025, 0.5, 0.975)]
        assert [row["low"], row["middle"], row["high"]] == pytest.approx(expected)
