"""The collapse picture on the shipped figures: hand-checked numbers, both rebounds, years where there are no months."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import polars as pl
import pytest

from dashboard import words
from dashboard.exhibits.base import NothingToShow
from dashboard.exhibits.trade.collapse import SPEC, CollapseParams, collapse_card, question
from dashboard.figures.marks import NOT_A_CAUSE
from dashboard.figures.theme import LIGHT
from dashboard.studies import collapse
from dashboard.studies.trade import TradeQuery, ask
from pipelines.store import Store
from tests.dashboard import tiny
from tests.dashboard.studies import hand


def sums(store: Store, **chosen: object) -> dict[date, float]:
    data = collapse_card(store, CollapseParams(**chosen), LIGHT).data.filter(pl.col("price_basis") == "current prices")
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
    found = collapse.study(store, question(CollapseParams(flow="export"))).result
    assert found.peak / 1e6 == pytest.approx(6388.2, abs=0.1)  # the year 2021, API edition
    assert found.peak_period == date(2021, 12, 1)
    by_hand = (found.now / found.trough - 1, (found.now - found.trough) / (6388.2e6 - found.trough))
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


def test_constant_prices_end_with_the_index_and_the_missing_month_is_interpolated(store: Store) -> None:
    exhibit = collapse_card(store, CollapseParams(show_real=True), LIGHT)
    constant = exhibit.data.filter(pl.col("price_basis") != "current prices")
    assert constant["period"].to_list()[-1] == date(2026, 5, 1)
    assert "Sums in constant prices end in May 2026: US consumer prices (CPI-U) end there as well" in exhibit.note
    assert "No price index was published for Oct 2025; it is interpolated" in exhibit.note
    assert set(constant["price_basis"]) == {"prices of 2024, deflated by US consumer prices (CPI-U)"}
    # Published in 2026 and 2024 with the month's own index: 12 months to Jun 2022 are 34.70 billion, not 32.76.
    june = constant.filter(pl.col("period") == date(2022, 6, 1))["value"].item()
    assert june / 1e9 == pytest.approx(34.70, abs=0.005)


def test_euros_stay_euros_and_are_not_deflated_by_us_prices(store: Store) -> None:
    exhibit = collapse_card(store, CollapseParams(reporter="DEU", flow="export", show_real=True), LIGHT)
    months = ask(store, TradeQuery("DEU", ("RUS",), "export")).frame
    last = exhibit.data.sort("period").row(-1, named=True)
    assert last["value_eur"] == last["value"] == pytest.approx(sum(months["value_eur"][-12:]))
    assert exhibit.data["value_usd"].null_count() == exhibit.data.height
    assert set(exhibit.data["price_basis"]) == {"current prices"}
    said = " ".join(
        [exhibit.answer, exhibit.note, exhibit.alt, *(f"{card.value} {card.detail}" for card in exhibit.cards)]
    )
    assert "EUR" in exhibit.answer
    assert "$" not in said
    assert "not deflated" in exhibit.note
    assert exhibit.cards[2].value == "None yet"  # the trough is the last window
    assert exhibit.passport.unit == "EUR"


def test_dollars_by_choice(store: Store) -> None:
    exhibit = collapse_card(store, CollapseParams(reporter="DEU", flow="export", currency="USD"), LIGHT)
    assert "74.4%" in exhibit.answer and "Jan 2022" in exhibit.answer and "EUR" not in exhibit.subtitle
    assert "72.2%" in collapse_card(store, CollapseParams(reporter="DEU", flow="export"), LIGHT).answer


def test_a_change_that_rounding_could_make_is_a_band(store: Store) -> None:
    exhibit = collapse_card(store, CollapseParams(partner=("IRN",), flow="import", event=date(2018, 5, 1)), LIGHT)
    last = exhibit.cards[3]
    assert "less than $50,000 in Jul 2025" in last.detail
    assert "−55% to +80% (rounded)" in last.detail


def test_a_trough_older_than_the_event_is_told(store: Store) -> None:
    exhibit = collapse_card(store, CollapseParams(reporter="RUS", partner=("EGY",), flow="total"), LIGHT)
    assert "lies before the event" in exhibit.answer + exhibit.note


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


def test_the_amounts_of_the_sentence_know_their_rounding(tmp_path: Path) -> None:
    """A fall from 120 billion to nothing that an edition rounded to 100,000 can print: sharp, and not to "$0"."""
    values = hand.months(date(2020, 1, 1), [10e9] * 26 + [0.0] * 24)
    rows = [row | {"rounding_usd": 1e5} for row in tiny.months(values)]
    drawn = collapse_card(tiny.store(tmp_path, trade_flow=rows), CollapseParams(flow="export"), LIGHT)
    assert "from $120 billion in the 12 months to Dec 2020 to less than $600,000 in the 12 months" in drawn.answer
    assert "$0" not in f"{drawn.answer} {drawn.alt} {[note.text for note in drawn.figure.layout.annotations]}"
    assert set(drawn.data["rounding"]) == {12e5}
