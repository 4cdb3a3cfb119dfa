"""The collapse picture on the shipped figures: hand-checked numbers, both rebounds, years where there are no months."""

from __future__ import annotations

import dataclasses
from datetime import date

import polars as pl
import pytest

from dashboard import words
from dashboard.exhibits.base import NothingToShow
from dashboard.exhibits.trade.collapse import SPEC, collapse_card
from dashboard.exhibits.trade.collapse_measure import CollapseParams, measure
from dashboard.exhibits.trade.collapse_words import note
from dashboard.figures.marks import NOT_A_CAUSE
from dashboard.figures.theme import LIGHT
from dashboard.studies import legacy
from pipelines.store import Store


def sums(store: Store, **chosen: object) -> dict[date, float]:
    data = collapse_card(store, CollapseParams(**chosen), LIGHT).data.filter(pl.col("price_basis") == "current")
    return dict(zip(data["period"], data["value_usd"], strict=True))


@pytest.mark.parametrize(
    ("flow", "year", "million"),
    [("export", 2019, 5787.4), ("import", 2019, 22279.1), ("export", 2022, 1655.4), ("import", 2022, 14437.1),
     ("export", 2024, 528.5), ("import", 2024, 3007.9), ("export", 2025, 582.5), ("import", 2025, 3776.6),
     ("total", 2024, 3536.4), ("total", 2025, 4359.1)],
)  # fmt: skip
def test_twelve_months_to_december_are_the_published_year(store: Store, flow: str, year: int, million: float) -> None:
    # From 2023 on a month is the finer of two editions that agree within rounding to 0.1 million, so a year may be off
    # by a few tenths; before that by nothing but the rounding of the printed year.
    tolerance = 0.3 if year >= 2023 else 0.06
    assert sums(store, flow=flow)[date(year, 12, 1)] / 1e6 == pytest.approx(million, abs=tolerance)


def test_both_rebounds_stand_side_by_side(store: Store) -> None:
    exhibit = collapse_card(store, CollapseParams(flow="export"), LIGHT)
    found = measure(store, CollapseParams(flow="export"), "RUS").result
    assert found.peak_usd / 1e6 == pytest.approx(6388.2, abs=0.1)  # the year 2021, API edition
    assert found.peak_period == date(2021, 12, 1)
    by_hand = (found.now_usd / found.trough_usd - 1, (found.now_usd - found.trough_usd) / (6388.2e6 - found.trough_usd))
    assert found.rebound_from_trough == pytest.approx(by_hand[0])
    assert found.share_regained == pytest.approx(by_hand[1], abs=1e-6)
    card = exhibit.cards[2]
    assert "|" in card.label
    assert card.value.count("%") == 2


def test_the_part_of_the_year_is_compared_with_the_same_months(store: Store) -> None:
    last = collapse_card(store, CollapseParams(), LIGHT).cards[3]
    assert last.label == "Last month, Jul 2026"
    assert "Jan–Jul 2026: $2.30 billion" in last.detail
    assert "same months" in last.detail


def test_named_points_lie_on_the_line(store: Store) -> None:
    data = collapse_card(store, CollapseParams(), LIGHT).data
    named = data.filter(pl.col("point").is_not_null())
    assert set(named["point"]) == {"peak", "half of the fall", "trough", "now"}
    assert (
        named.filter(pl.col("point") == "peak")["value_usd"][0] > named.filter(pl.col("point") == "now")["value_usd"][0]
    )


def test_spread_and_cause_are_printed(store: Store) -> None:
    said = collapse_card(store, CollapseParams(), LIGHT).note
    assert "12 to 36 months before" in said
    assert "all 6 combinations of flow and prices" in said
    assert NOT_A_CAUSE in said


def test_constant_prices_end_before_the_month_that_the_deflator_lacks(store: Store) -> None:
    exhibit = collapse_card(store, CollapseParams(show_real=True), LIGHT)
    constant = exhibit.data.filter(pl.col("price_basis") != "current")
    assert constant["period"].to_list()[-1] == date(2025, 9, 1)  # no US CPI was published for October 2025
    assert "Sums in constant prices end in Sep 2025: no index was published for Oct 2025" in exhibit.note
    assert set(constant["price_basis"]) == {"prices of 2024, deflated by US consumer prices (CPI-U)"}


def test_an_earlier_day_ends_constant_prices_with_the_index(store: Store) -> None:
    found = measure(store, CollapseParams(flow="export"), "RUS")
    assert found.prices_end == date(2026, 5, 1)
    ends = dataclasses.replace(found, prices_end=date(2025, 9, 1))
    assert "US consumer prices (CPI-U) end there as well" in note(CollapseParams(), ends, "Russia")


def test_euros_stay_euros_and_are_not_deflated_by_us_prices(store: Store) -> None:
    exhibit = collapse_card(store, CollapseParams(reporter="DEU", flow="export", show_real=True), LIGHT)
    months = legacy.series(store, reporter="DEU", partners=["RUS"], flow="export", frequency="M").sort("period")
    last = exhibit.data.sort("period").row(-1, named=True)
    assert last["value_eur"] == pytest.approx(sum(months["value_eur"][-12:]))
    assert "value_usd" not in exhibit.data.columns
    assert set(exhibit.data["price_basis"]) == {"current"}
    said = " ".join(
        [exhibit.answer, exhibit.note, exhibit.alt, *(f"{card.value} {card.detail}" for card in exhibit.cards)]
    )
    assert "EUR" in exhibit.answer
    assert "$" not in said
    assert "not deflated" in exhibit.note
    assert exhibit.cards[2].value == "None yet"  # the trough is the last window
    assert exhibit.passport.unit == "EUR"


def test_what_fell_further_is_not_called_regained(store: Store) -> None:
    exhibit = collapse_card(store, CollapseParams(event=date(2014, 3, 1)), LIGHT)
    rebound = exhibit.cards[2]
    assert rebound.value.endswith("| none")
    assert "fell further" in rebound.detail
    assert "it fell further, and none of the loss" in exhibit.answer
    assert "fallen further" in exhibit.cards[1].detail
    assert "none of the loss regained" in exhibit.note
    assert "regained −" not in " ".join([exhibit.answer, exhibit.note, *(card.detail for card in exhibit.cards)])


def test_a_small_part_regained_is_not_called_flat(store: Store) -> None:
    detail = collapse_card(store, CollapseParams(flow="export"), LIGHT).cards[2].detail
    assert detail.endswith("little or none of the loss regained since.")


def test_the_world_reads_as_a_sentence_and_no_fall_has_no_figures(store: Store) -> None:
    exhibit = collapse_card(store, CollapseParams(partner=("WLD",)), LIGHT)
    assert exhibit.title == "US goods trade with the world: collapse and rebound"
    assert words.NO_FIGURE not in exhibit.note
    assert "depth −" not in exhibit.note


def test_a_reporter_with_years_only_is_measured_by_years(store: Store) -> None:
    exhibit = collapse_card(store, CollapseParams(reporter="RUS", partner=("DEU",), flow="export"), LIGHT)
    values = dict(zip(exhibit.data["period"].dt.year(), exhibit.data["value_usd"], strict=True))
    assert values[2021] / 1e9 == pytest.approx(29.7, abs=0.05)
    assert values[2024] / 1e9 == pytest.approx(1.2, abs=0.05)
    assert exhibit.data.filter(pl.col("is_estimate"))["period"].dt.year().to_list() == [2022, 2023, 2024]
    assert "Dotted: estimates" in exhibit.note


def test_both_falls_back_to_the_flow_that_is_reported(store: Store) -> None:
    exhibit = collapse_card(store, CollapseParams(reporter="EUU"), LIGHT)
    assert exhibit.title.startswith("EU27 goods exports to Russia")
    assert "Only exports are reported" in exhibit.note


@pytest.mark.parametrize(
    "chosen",
    [{"flow": "balance"}, {"event": date(2026, 12, 1)}, {"partner": ("ZZZ",)}, {"reporter": "IRN", "partner": ("WLD",)},
     {"known_on": date(2000, 1, 1)}, {"source": "nowhere"}],
)  # fmt: skip
def test_what_cannot_be_measured_says_why(store: Store, chosen: dict[str, object]) -> None:
    with pytest.raises(NothingToShow, match=r"[A-Z].*\."):
        collapse_card(store, CollapseParams(**chosen), LIGHT)


def test_an_earlier_day_knows_only_the_earlier_edition(store: Store) -> None:
    early = sums(store, flow="export", known_on=date(2023, 6, 1))
    assert max(early) == date(2023, 1, 1)
    assert early[date(2022, 12, 1)] / 1e6 == pytest.approx(1715.1, abs=0.06)


def test_link_opens_the_same_view(store: Store) -> None:
    params = CollapseParams(flow="import", before_months=36, event=date(2014, 3, 1))
    assert collapse_card(store, params, LIGHT).passport.view == SPEC.view(params)
    assert CollapseParams.parse(params.query()) == params
