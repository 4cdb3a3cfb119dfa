"""Every exhibit, light and dark, from the spec of its figure: contrast of words and marks, ticks of the time axes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import plotly.graph_objects as go
import pytest

from dashboard.exhibits import EXHIBITS
from dashboard.exhibits.base import NothingToShow, Spec
from dashboard.figures.theme import DARK, LIGHT, MOST_TICKS, Style
from pipelines.store import Store
from tests.dashboard.contrast import faults
from tests.dashboard.refreshed import ONLY_WHEN_REFRESHED

SUBJECTS = ("IRN", "PRK", "SYR", "UKR", "WLD")
"""Beside the defaults: many marks, few figures, small ones, none, and all targets at once."""


def _drawn(spec: Spec, store: Store, style: Style) -> Iterator[go.Figure]:
    """The exhibit as it begins and for some other subjects, where it has them."""
    yield spec.build(store, spec.params(), style).figure
    names = {name for name in ("partner", "target", "area") if name in spec.params.model_fields}
    for code in SUBJECTS if names else ():
        if spec.id in ONLY_WHEN_REFRESHED or (code == "WLD" and "target" not in names):
            continue
        try:
            yield spec.build(store, spec.params.parse(dict.fromkeys(names, code)), style).figure
        except NothingToShow:
            continue


def _store(spec: Spec, store: Store, request: pytest.FixtureRequest) -> Store:
    built: Store = request.getfixturevalue("refreshed") if spec.id in ONLY_WHEN_REFRESHED else store
    return built


@pytest.mark.parametrize("style", [LIGHT, DARK], ids=lambda style: style.name)
@pytest.mark.parametrize("spec", EXHIBITS, ids=lambda spec: spec.id)
def test_words_stand_out_by_4_5_to_1_and_marks_by_3(
    spec: Spec, style: Style, store: Store, request: pytest.FixtureRequest
) -> None:
    for figure in _drawn(spec, _store(spec, store, request), style):
        assert faults(figure, style) == []


@pytest.mark.parametrize("spec", EXHIBITS, ids=lambda spec: spec.id)
def test_time_axes_name_whole_years_once_and_at_most_eight(
    spec: Spec, store: Store, request: pytest.FixtureRequest
) -> None:
    for figure in _drawn(spec, _store(spec, store, request), LIGHT):
        axes = {
            name: axis
            for name, axis in figure.to_plotly_json()["layout"].items()
            if re.fullmatch(r"xaxis\d*", name) and axis.get("type") == "date"
        }
        shared = {name for name, axis in axes.items() if axis.get("matches") or axis.get("overlaying")}
        shared |= {f"xaxis{axes[name]['matches'][1:]}" for name in shared if axes[name].get("matches")}
        for name, axis in axes.items():
            assert axis["tickangle"] == 0, "numbers never lean"
            if axis.get("tickmode") == "array":
                _named_ticks(axis)
            else:
                assert name not in shared, "axes on one scale do not choose their own"
                assert axis["nticks"] <= MOST_TICKS
        assert len({tuple(axes[name]["ticktext"]) for name in shared}) <= 1


def _named_ticks(axis: dict[str, Any]) -> None:
    texts, days = list(axis["ticktext"]), list(axis["tickvals"])
    assert len(texts) == len(set(texts)) == len(days) <= 8
    for text, day in zip(texts, days, strict=True):
        assert text[-4:] == day[:4]
        if len(text) == 4:
            assert day[4:] in ("-01-01", "-07-01"), "the first day of a year, or its middle for a yearly figure"


def test_values_on_one_axis_have_no_two_ticks_alike(store: Store) -> None:
    for spec in EXHIBITS:
        if spec.id in ONLY_WHEN_REFRESHED:
            continue
        for figure in _drawn(spec, store, LIGHT):
            for name, axis in figure.to_plotly_json()["layout"].items():
                if re.fullmatch(r"[xy]axis\d*", name) and axis.get("tickmode") == "array" and name[0] == "x":
                    assert len(axis["ticktext"]) == len(set(axis["ticktext"])), (spec.id, name)
