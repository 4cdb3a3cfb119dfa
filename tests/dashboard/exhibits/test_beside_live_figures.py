"""Figures that only a live refresh brings stand beside the others and never get into them."""

from __future__ import annotations

import pytest

from dashboard.exhibits import EXHIBITS
from dashboard.exhibits.base import Spec
from dashboard.figures.theme import LIGHT
from pipelines.store import Store

ABOUT_THE_STORE = {"freshness", "changelog", "designated_names", "listings_over_time"}
"""Exhibits on what the store holds: they are meant to show what is new."""


@pytest.mark.parametrize(
    "spec", [spec for spec in EXHIBITS if spec.id not in ABOUT_THE_STORE], ids=lambda spec: spec.id
)
def test_an_exhibit_draws_the_same_figures_with_and_without_them(store: Store, refreshed: Store, spec: Spec) -> None:
    before, after = (spec.build(one, spec.params(), LIGHT) for one in (store, refreshed))
    drawn = [name for name in before.data.columns if name not in ("known_from", "release")]
    assert after.data.select(drawn).equals(before.data.select(drawn))
    assert after.subtitle == before.subtitle
    assert after.passport.basis == before.passport.basis
