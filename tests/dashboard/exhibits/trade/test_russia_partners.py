"""Where Russia's trade went, EU exports on the way, totals and main partners: against figures checked by hand."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest
from pydantic import ValidationError

from dashboard.exhibits.base import NothingToShow
from dashboard.exhibits.trade.eu_transit import TransitParams, eu_transit
from dashboard.exhibits.trade.russia_partners import RussiaPartnersParams, russia_partners
from dashboard.exhibits.trade.target_partners import target_partners
from dashboard.exhibits.trade.target_totals import EconomyParams, target_totals
from dashboard.figures.marks import NOT_A_CAUSE
from dashboard.figures.theme import LIGHT
from dashboard.studies.trade import TradeQuery, ask
from pipelines.store import Store


@pytest.mark.parametrize(
    ("partner", "before", "after"),
    [("IND", 9.1, 68.7), ("CHN", 68.4, 112.1), ("TUR", 26.5, 40.3), ("DEU", 29.7, 1.2)],
)
def test_russias_exports(store: Store, partner: str, before: float, after: float) -> None:
    row = russia_partners(store, RussiaPartnersParams(), LIGHT).data.filter(pl.col("partner") == partner)
    assert row["value_from_usd"][0] / 1e9 == pytest.approx(before, abs=0.05)
    assert row["value_to_usd"][0] / 1e9 == pytest.approx(after, abs=0.05)
    assert row["estimate_to"][0]
    assert not row["estimate_from"][0]


def test_estimates_are_hollow_and_said(store: Store) -> None:
    exhibit = russia_partners(store, RussiaPartnersParams(), LIGHT)
    before, after = exhibit.figure.data[-2:]
    assert set(after.marker.color) == {LIGHT.paper}
    assert LIGHT.paper not in set(before.marker.color)
    assert "Hollow" in exhibit.subtitle
    assert "Kazakhstan" in exhibit.note
    assert "implausible" in exhibit.note
    assert "Uzbekistan" not in exhibit.answer


def test_an_estimate_far_beyond_anything_reported_makes_no_headline(store: Store) -> None:
    exhibit = russia_partners(store, RussiaPartnersParams(direction="import"), LIGHT)
    row = exhibit.data.filter(pl.col("partner") == "UGA").row(0, named=True)
    assert row["flag"] == "implausible"
    assert row["value_to_usd"] > 1000 * row["value_from_usd"]
    assert row["change_pct"] is None  # a flagged figure carries no percentage
    assert "Uganda" not in exhibit.answer
    assert "Uganda" in exhibit.note
    assert "Uganda *" in exhibit.figure.layout.yaxis.ticktext
    assert "*: implausible" in exhibit.subtitle
    # Years that are both estimates are judged by what Russia reported before them.
    late = russia_partners(store, RussiaPartnersParams(direction="import", year_from=2022, year_to=2023), LIGHT)
    assert "Uganda" not in late.answer
    assert "Uganda" in late.note


def test_names_take_their_article(store: Store) -> None:
    answer = russia_partners(store, RussiaPartnersParams(), LIGHT).answer
    assert "the Netherlands (" in answer


def test_a_date_outside_the_months_is_not_said_to_be_marked(store: Store) -> None:
    exhibit = eu_transit(store, TransitParams(event=date(2014, 3, 1)), LIGHT)
    assert "Thin line" not in exhibit.subtitle
    assert NOT_A_CAUSE not in exhibit.note
    assert "Thin line: Feb 2022" in eu_transit(store, TransitParams(), LIGHT).subtitle


def test_rows_go_from_the_largest_rise_to_the_largest_fall(store: Store) -> None:
    changes = (
        russia_partners(store, RussiaPartnersParams(direction="import", top=9), LIGHT).data["change_usd"].to_list()
    )
    assert len(changes) == 9
    assert changes == sorted(changes, reverse=True)


def test_years_must_follow_each_other_and_exist(store: Store) -> None:
    with pytest.raises(ValidationError):
        RussiaPartnersParams(year_from=2024, year_to=2021)
    with pytest.raises(NothingToShow, match="2021 and 2030 both"):
        russia_partners(store, RussiaPartnersParams(year_to=2030), LIGHT)


@pytest.mark.parametrize(
    ("partner", "before", "after"),
    [("RUS", 89_169, 38_182), ("KGZ", 263, 2_734), ("ARM", 757, 2_162), ("KAZ", 5_487, 12_110)],
)
def test_eu_exports(store: Store, partner: str, before: float, after: float) -> None:
    found = ask(store, TradeQuery("EUU", (partner,), "export", "A", source="eurostat")).whole().frame
    years = dict(found.select(pl.col("period").dt.year(), "value").iter_rows())
    assert years[2021] / 1e6 == pytest.approx(before, abs=0.6)
    assert years[2023] / 1e6 == pytest.approx(after, abs=0.6)
    assert 2024 not in years  # Jan–Aug only
    drawn = eu_transit(store, TransitParams(), LIGHT).data
    december = drawn.filter((pl.col("partner") == partner) & (pl.col("period") == pl.date(2023, 12, 1)))
    assert december["value_eur"][0] == pytest.approx(years[2023])


def test_a_rise_is_not_called_proof(store: Store) -> None:
    exhibit = eu_transit(store, TransitParams(), LIGHT)
    assert "not proof of re-export" in exhibit.note
    assert "EUR 89.2 billion in 2021 to EUR 38.2 billion in 2023" in exhibit.answer
    assert "2024" not in exhibit.answer


def test_index_of_the_base_year(store: Store) -> None:
    data = eu_transit(store, TransitParams(transit_measure="index"), LIGHT).data
    base = data.filter(pl.col("period") == pl.date(2021, 12, 1))
    assert base["index"].to_list() == pytest.approx([100.0] * 6)
    with pytest.raises(NothingToShow):
        eu_transit(store, TransitParams(transit_measure="index", transit_base=2035), LIGHT)
    with pytest.raises(NothingToShow):
        eu_transit(store, TransitParams(eu_reporter="USA"), LIGHT)


def test_a_doubtful_total_is_hollow_and_makes_no_headline(store: Store) -> None:
    exhibit = target_totals(store, EconomyParams(), LIGHT)
    exports = exhibit.figure.data[0]
    assert exports.marker.color[-1] == LIGHT.paper
    assert LIGHT.paper not in exports.marker.color[:-1]
    assert "exports were $64.9 billion in 2023" in exhibit.answer
    assert "exports of 2024" in exhibit.note


def test_shares_of_a_doubtful_year_say_so(store: Store) -> None:
    exhibit = target_partners(store, EconomyParams(), LIGHT)
    assert exhibit.data.filter(pl.col("looks_incomplete"))["direction"].unique().to_list() == ["export"]
    assert "look incomplete" in exhibit.note
    row = exhibit.data.filter((pl.col("direction") == "import") & (pl.col("partner") == "ARE"))
    assert row["share_after_pct"][0] == 30.7


def test_unknown_economies_get_a_sentence(store: Store) -> None:
    for build in (target_totals, target_partners):
        with pytest.raises(NothingToShow, match="Choose another"):
            build(store, EconomyParams(economy="ZZZ"), LIGHT)


def test_a_hollow_mark_is_explained_only_where_one_is_drawn(store: Store) -> None:
    known = RussiaPartnersParams(known_on=date(2023, 1, 1), year_from=2019, year_to=2021)
    assert "Hollow" not in russia_partners(store, known, LIGHT).subtitle
    assert "Hollow: IMF estimates." in russia_partners(store, RussiaPartnersParams(), LIGHT).subtitle
