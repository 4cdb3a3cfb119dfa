"""Effects by date: a half and a double stand equally far from no change, intervals without bound leave the panel."""

from __future__ import annotations

from datetime import date

import plotly.graph_objects as go
import pytest

from dashboard.figures.effects_by_date import Effect, Finding, Panel, effects_by_date
from dashboard.figures.theme import DARK

FINDINGS = (Finding("found", "diamond", "#111111"), Finding("not found", "circle-open", "#222222"))


def _drawn(*ratios: float) -> go.Figure:
    effects = [Effect(date(2014 + i, 3, 6), ratio, None, None, i % 2, "words") for i, ratio in enumerate(ratios)]
    panels = [Panel("Imposed", effects), Panel("Eased or lifted", effects[:1])]
    return effects_by_date(panels, FINDINGS, start=date(2013, 1, 1), end=date(2020, 1, 1), unit="change", style=DARK)


def test_both_panels_share_months_and_scale() -> None:
    layout = _drawn(0.5, 2.0).layout
    assert layout.yaxis.range == layout.yaxis2.range
    assert sum(layout.yaxis.range) == pytest.approx(0)
    assert layout.yaxis.domain[0] > layout.yaxis2.domain[1]


def test_an_interval_without_bounds_runs_out_of_its_panel() -> None:
    figure = _drawn(0.5, 2.0)
    line = next(trace for trace in figure.data if trace.name == "interval")
    low, high = (10**end for end in figure.layout.yaxis.range)
    assert line.y[0] < low and line.y[1] > high and line.y[2] is None


def test_each_finding_has_one_entry_in_the_legend() -> None:
    marks = [trace for trace in _drawn(0.5, 2.0).data if trace.mode == "markers"]
    assert sorted(trace.name for trace in marks if trace.showlegend) == ["found", "not found"]
    assert len(marks) == 3


def test_ticks_are_percent_and_fewer_on_a_wide_axis() -> None:
    assert {"−50%", "no change", "+100%"} <= set(_drawn(0.5, 2.0).layout.yaxis.ticktext)
    wide = _drawn(0.001, 20.0).layout.yaxis.ticktext
    assert "−99.90%" in wide and "+900%" in wide and "−50%" not in wide
