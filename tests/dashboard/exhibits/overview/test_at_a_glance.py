"""Headline cards and the one picture, against figures checked by hand."""

from __future__ import annotations

from datetime import date

import polars as pl

from dashboard.exhibits.overview.at_a_glance import OverviewParams, headline, state_of_data, us_russia_at_a_glance
from dashboard.figures.theme import LIGHT
from pipelines.store import Store


def test_headline_is_computed_from_the_store(store: Store) -> None:
    cards = {card.label: card for card in headline(store)}
    assert cards["US–Russia goods trade, 2025"].value == "$4.36 billion"
    assert "2011 ($42.9 billion)" in cards["US–Russia goods trade, 2025"].detail
    assert cards["Jan–Jul 2026"].value == "$2.30 billion"
    assert cards["Last month, Jul 2026"].value == "$270 million"
    assert not any(label.endswith(" 2026") and "–" not in label and "month" not in label for label in cards)


def test_both_rebounds_stand_on_one_card(store: Store) -> None:
    card = next(card for card in headline(store) if card.label == "Rebound from the trough")
    assert card.value == "+0.1%"
    assert "of the loss since Feb 2022 regained" in card.detail


def test_picture_shows_both_flows_and_the_landmarks(store: Store) -> None:
    exhibit = us_russia_at_a_glance(store, OverviewParams(), LIGHT)
    assert set(exhibit.data["flow"]) == {"export", "import"}
    titles = [mark.title for flag in exhibit.flags for mark in flag.marks]
    assert any("Magnitsky" in title for title in titles)
    assert any("CAATSA" in title for title in titles)
    assert any("EO 14066" in (mark.instrument or "") for flag in exhibit.flags for mark in flag.marks)
    last = exhibit.data.filter(pl.col("period") == date(2026, 7, 1))
    assert last.height == 2


def test_state_of_the_data_says_how_far_and_when_the_next_release_is(store: Store) -> None:
    sentence = state_of_data(store, date(2026, 11, 22))
    assert "run to Jul 2026" in sentence
    assert "from Aug 2026 on" in sentence
    assert "Next release about 5 Dec 2026, with the figures of Oct 2026" in sentence
    assert "Newer ones are out" not in state_of_data(store, date(2026, 9, 1))
