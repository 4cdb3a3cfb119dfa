"""Revisions of published years and the freshness of sources: what they say, on figures made by hand."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from dashboard.exhibits.base import Exhibit, NothingToShow
from dashboard.exhibits.data.freshness import FreshnessParams, freshness
from dashboard.exhibits.data.vintages import RevisionParams, vintage_revisions
from dashboard.figures.theme import LIGHT
from pipelines.store import Store
from tests.dashboard import tiny

OLD, NEW = date(2025, 10, 31), date(2026, 9, 30)


@pytest.fixture(scope="module")
def editions() -> Store:
    """US trade with Russia, 12 · 30 million a year from 2022 to 2024, of which a later edition at 0.1 million revised a
    month of each year in exports and one of 2024 in imports; imports from the Netherlands began at zero."""
    rows: list[dict[str, Any]] = []
    later = {"release": "census-2026-09", "known_from": NEW, "rounding_usd": 1e5}

    def add(flow: str, partner: str, year: int, first: float, revised: float | None) -> None:
        months = tiny.months(tiny.year_of(year, [first] * 12), flow=flow, partner=partner)
        if revised is not None:
            months[0]["known_to"] = NEW
            months += tiny.months({date(year, 1, 1): revised}, flow=flow, partner=partner, **later)
        rows.extend(months)

    for year, revised in ((2022, 60e6), (2023, 40e6), (2024, 31e6)):
        add("export", "RUS", year, 30_040_000.0, revised)
        add("import", "RUS", year, 100e6, 101e6 if year == 2024 else None)
    add("import", "NLD", 2023, 0.0, 2e5)
    add("export", "NLD", 2023, 2e5, 3e5)
    rows += tiny.months({date(2026, 7, 1): 1e6}, **later)
    return tiny.store(trade_flow=rows)


def _shown(store: Store, **values: object) -> Exhibit:
    return vintage_revisions(store, RevisionParams.parse(values), LIGHT)


def test_every_year_is_told_with_all_its_vintages(editions: Store) -> None:
    shown = _shown(editions)
    assert shown.title == "Revisions of US goods exports to Russia, year by year"
    assert shown.alt.endswith(
        "2024: $360.5 million then $361.0 million; 2023: $360.5 million then $370.0 million; 2022: $360.5 million then "
        "$390.0 million."
    )
    assert shown.answer == (
        "US goods exports to Russia in 2022 were revised up from $360.5 million to $390.0 million (+8.2%), the largest "
        "change of 3 revised years."
    )


def test_unit_basis_and_valuation_are_those_of_the_rows(editions: Store) -> None:
    shown = _shown(editions)
    assert (shown.passport.unit, shown.passport.basis, shown.passport.valuation) == (
        "USD", "Census basis", "exports f.a.s.",
    )  # fmt: skip
    assert shown.passport.last_observation == "2024"
    assert set(shown.data["currency"]) == {"USD"}
    assert shown.data["value_usd"].to_list() == shown.data["value"].to_list()
    total = _shown(editions, flow="total")
    assert total.passport.valuation == "general imports, customs value and exports f.a.s."
    assert "trade with Russia in 2022 was revised" in total.answer


def test_a_chosen_year_moves_passport_and_words(editions: Store) -> None:
    shown = _shown(editions, year="2023")
    assert shown.passport.last_observation == "2023"
    assert shown.answer.endswith("in 2023 were revised up from $360.5 million to $370.0 million (+2.6%).")
    assert "11 months of a coarser vintage" in shown.note


def test_the_rebuilding_is_told(editions: Store) -> None:
    assert (
        "33 months of a coarser vintage that agreed with a finer one were not kept apart and are the finer figure "
        "rounded to $100,000, as that vintage rounds."
    ) in _shown(editions).note
    assert "coarser vintage" not in _shown(editions, flow="import", partner="RUS", currency="USD").answer


def test_what_rounding_could_make_is_a_band(editions: Store) -> None:
    shown = _shown(editions, partner="NLD")
    told = "a change of −21% to +29% (rounded) that rounding alone could make."
    assert (
        shown.answer == f"US goods exports to the Netherlands in 2023 were $2.4 million and then $2.5 million, {told}"
    )


def test_a_year_that_was_zero_first_is_named(editions: Store) -> None:
    with pytest.raises(NothingToShow, match="were zero in the first vintage of 2023, so a revision has no percentage"):
        _shown(editions, partner="NLD", flow="import")


def test_both_flows_side_by_side_are_one_sum_here_and_a_balance_has_none(editions: Store) -> None:
    assert _shown(editions, flow="total").data.equals(_shown(editions, flow="both").data)
    with pytest.raises(NothingToShow, match="choose exports"):
        _shown(editions, flow="balance")


def test_no_revision_says_for_what(editions: Store) -> None:
    with pytest.raises(NothingToShow, match=r"No later vintage in the store changed .* exports .* in 2005"):
        _shown(editions, year="2005")
    with pytest.raises(NothingToShow, match="no monthly trade of"):
        _shown(editions, reporter="IND")


@pytest.fixture
def sources() -> Store:
    """A source with months, one with a long name that gives vintages alone, and one that stopped."""
    names = {
        "census": ("US Census", "monthly"), "minecon": ("Ministry of the Economy of Aland", "twice a year"),
        "customs": ("Customs", "monthly, stopped after December 2021"),
    }  # fmt: skip
    ends = {"census": date(2026, 7, 1), "customs": date(2021, 12, 1)}
    return tiny.store(
        trade_flow=[
            row | {"source": name} for name, last in ends.items() for row in tiny.months({last: 1.0}, partner="RUS")
        ],
        source=[
            {"source": name, "title": name, "short_title": short[:30], "publisher": name, "frequency": rhythm,
             "schedule_days": 35, "url": "https://example.org"} for name, (short, rhythm) in names.items()
        ],
        release=[
            {"release": f"{name}-1", "source": name, "title": "Figures", "published": NEW,
             "published_precision": "month"} for name in names
        ],
    )  # fmt: skip


def test_freshness_tells_what_reaches_how_far(sources: Store) -> None:
    shown = freshness(sources, FreshnessParams(), LIGHT)
    assert shown.answer == (
        "US trade reaches Jul 2026 (vintage of Sep 2026). 1 source could have newer figures by their own schedules: US "
        "Census."
    )
    assert shown.alt.endswith(
        "US Census to 31 Jul 2026; Customs to 31 Dec 2021; 1 source without a series of its own, the newest vintage of "
        "30 Sep 2026."
    )
    assert "Figures of Customs ended." in shown.note
    assert shown.passport.last_observation == "31 Jul 2026"
    assert shown.data.columns[:3] == ["source", "name", "publisher"]


def test_long_names_take_two_lines_beside_the_figure(sources: Store) -> None:
    names = freshness(sources, FreshnessParams(), LIGHT).figure.layout.yaxis.ticktext
    assert max(len(line) for name in names for line in name.split("<br>")) <= 20


def test_sources_left_out_by_choice_are_counted(sources: Store) -> None:
    shown = freshness(sources, FreshnessParams(only_statistics=True), LIGHT)
    assert shown.data["source"].to_list() == ["census", "customs"]
    assert "1 source without a series of its own is left out by choice." in shown.note
    assert "without a series" not in shown.alt


def test_a_revision_that_rounding_alone_could_make_has_no_direction() -> None:
    """Of 360.5 million, eleven months are given to 0.1 million afterwards: half a million may be nothing."""
    rows = tiny.months(tiny.year_of(2024, [30_040_000.0] * 12))
    rows[0]["known_to"] = NEW
    later = {"release": "census-2026-09", "known_from": NEW, "rounding_usd": 1e5}
    rows += tiny.months({date(2024, 1, 1): 30.9e6}, **later)
    rows += tiny.months({date(2026, 7, 1): 1e6}, **later)
    assert _shown(tiny.store(trade_flow=rows)).answer == (
        "US goods exports to Russia in 2024 were $360.5 million and then $360.9 million, a change of −0.05% to +0.3% "
        "(rounded) that rounding alone could make."
    )
