"""The catalogue: 261 programmes, counted once by sender, once under each target by target."""

from __future__ import annotations

import polars as pl
import pytest

from dashboard.exhibits.base import Exhibit
from dashboard.exhibits.register.catalogue import RegimeCatalogueParams, regime_catalogue
from dashboard.figures.theme import LIGHT
from pipelines.store import Store


def _shown(store: Store, **values: object) -> Exhibit:
    return regime_catalogue(store, RegimeCatalogueParams.parse(values), LIGHT)


def test_bars_of_senders_hold_every_programme_once(store: Store) -> None:
    shown = _shown(store)
    assert shown.data.height == 261
    assert shown.data["programme"].is_unique().all()
    part, rest = shown.figure.data
    assert sum(part.x) + sum(rest.x) == 261
    assert sum(part.x) == shown.data.filter(pl.col("targets").str.contains("Russia")).height
    assert "261 programmes" in shown.answer


def test_bars_of_targets_count_a_programme_under_each(store: Store) -> None:
    shown = _shown(store, catalogue_by="target")
    assert shown.data["programme"].n_unique() == 261
    assert shown.data.height > 261
    assert "a programme counts under each of its targets" in shown.subtitle


def test_the_note_denies_severity(store: Store) -> None:
    assert "nothing about severity" in _shown(store).note


def test_a_wrong_grouping_is_refused() -> None:
    with pytest.raises(ValueError, match="catalogue_by"):
        RegimeCatalogueParams.parse({"catalogue_by": "colour"})
