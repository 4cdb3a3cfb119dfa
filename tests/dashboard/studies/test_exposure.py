"""Exposure: the same partners in every year, sources chosen among what was known, dollars over dollars."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from dashboard.studies import exposure
from dashboard.studies.exposure import Exposure, ExposureQuery
from pipelines.store import Store
from tests.dashboard import tiny


def _study(store: Store, *side: str, target: str = "AAA", **more: object) -> Exposure:
    return exposure.study(store, ExposureQuery(target, side or ("USA", "NLD"), **more))  # type: ignore[arg-type]


def test_shares_by_hand(lands: Store) -> None:
    """20 bn with each of two partners in 2020, of a GDP of 1,000 bn: 4%."""
    found = _study(lands)
    row = found.of("export").filter(pl.col("period") == date(2020, 1, 1)).row(0, named=True)
    assert (row["value_usd"], row["gdp_usd"], row["partners"]) == (40e9, 1e12, 2)
    assert row["share_pct"] == pytest.approx(4.0)
    assert found.total(2020) == pytest.approx(8.0)
    assert (found.currency, found.unit, found.prices) == ("USD", "% of GDP", "current US dollars in both")
    assert (row["release"], row["gdp_release"], row["known_from"]) == (
        "imts-2026-05", "worldbank-2026-07", date(2026, 7, 1)
    )  # fmt: skip


def test_rows_stand_by_flow_and_year(lands: Store) -> None:
    rows = _study(lands, "USA").frame.select("flow", "period").rows()
    assert rows == sorted(rows)
    assert len(rows) == 14


def test_a_year_that_lacks_a_partner_is_a_gap_and_told(lands: Store) -> None:
    found = _study(lands)
    assert 2021 not in found.frame["period"].dt.year()
    assert found.broken == {("export", 2021): ("Netherlands",), ("import", 2021): ("Netherlands",)}
    assert found.total(2021) is None
    assert 2021 in _study(lands, "USA").frame["period"].dt.year()


def test_a_partner_that_the_source_does_not_have_is_named(lands: Store) -> None:
    found = _study(lands, "USA", "DDD", "AAA")
    assert (found.uncounted, found.counted) == (("DDD",), ("USA",))


def test_estimates_are_marked_and_the_series_behind_ends_where_the_shares_do(lands: Store) -> None:
    found = _study(lands)
    assert found.estimated == [2022, 2023, 2024]
    assert found.trade is not None
    assert found.gdp is not None
    assert set(found.trade.frame["period"]) == set(found.gdp.frame["period"]) == set(found.frame["period"])


def test_a_target_without_its_own_figures_is_seen_from_the_united_states(lands: Store) -> None:
    assert (
        _study(lands, target="CCC").why_empty
        == "No source in the store gives GDP in dollars for Cordia. Choose another country."
    )
    store = tiny.store(
        macro=tiny.macro("CCC", {2022: 1e9, 2023: 1e9}, indicator="gdp_usd"),
        trade_flow=[
            *tiny.months(tiny.year_of(2022, [1e6] * 12), flow="import", partner="CCC"),
            *tiny.months(tiny.year_of(2022, [3e6] * 12), flow="export", partner="CCC"),
            *tiny.months(tiny.year_of(2023, [1e6] * 7), flow="import", partner="CCC"),
        ],
    )
    found = _study(store, target="CCC")
    assert found.mirrored
    assert found.frame.select("period", "flow", "value_usd", "share_pct").rows() == [
        (date(2022, 1, 1), "export", 12e6, pytest.approx(1.2)),  # US imports; the part of 2023 is no year
        (date(2022, 1, 1), "import", 36e6, pytest.approx(3.6)),
    ]
    without = _study(store, "NLD", target="CCC")
    assert "add the United States to the sanctioning side" in without.why_empty
    assert without.mirrored


def _two_sources() -> Store:
    """Aland by the customs of its own in 2022 and by the IMF in 2026; GDP by the IMF in 2025 and the Bank in 2026."""
    own = {"reporter": "AAA", "partner": "USA"}
    early = own | {"source": "fcs_russia", "release": "fcs-2022-02", "known_from": date(2022, 2, 28)}
    late = own | {"source": "imf_imts", "release": "imts-2026-05", "known_from": date(2026, 5, 31), "frequency": "A"}
    fund = {"source": "imf_weo", "release": "imf_weo-2025-10", "known_from": date(2025, 10, 14)}
    rows = []
    for flow in ("export", "import"):
        rows += tiny.months(tiny.year_of(2020, [1e9] * 12), flow=flow, **early)
        rows += tiny.months({date(2020, 1, 1): 24e9}, flow=flow, **late)
    return tiny.store(
        macro=[
            *tiny.macro("AAA", {2020: 1e12}, indicator="gdp_usd"),
            *tiny.macro("AAA", {2020: 1.2e12}, indicator="gdp_usd", **fund),
        ],
        trade_flow=rows,
        source=[
            {"source": name, "title": name, "url": "https://example.org", "rank": rank, "answers_unasked": True}
            for rank, name in enumerate(("imf_imts", "fcs_russia", "worldbank", "imf_weo"), start=1)
        ],
    )


def test_sources_are_chosen_among_what_was_known_on_the_day() -> None:
    """On a day before the IMF's edition its place is taken by what was known then, and not by nothing."""
    store = _two_sources()
    today = _study(store, "USA")
    then = _study(store, "USA", known_on=date(2026, 1, 1))
    assert today.frame.select("value_usd", "gdp_usd", "source").row(0) == (24e9, 1e12, "imf_imts")
    assert then.frame.select("value_usd", "gdp_usd", "source").row(0) == (12e9, 1.2e12, "fcs_russia")
    assert then.frame["share_pct"][0] == pytest.approx(1.0)
    assert then.why_empty == ""


def test_a_day_on_which_nothing_was_known_is_named() -> None:
    store = _two_sources()
    assert _study(store, "USA", known_on=date(2024, 1, 1)).why_empty == (
        "No source here had given GDP in dollars for Aland by 1 Jan 2024: the first vintage here is of 14 Oct 2025. "
        "Choose a later day."
    )
    assert "1 Jan 2020" in _study(store, "USA", known_on=date(2020, 1, 1)).why_empty


def test_a_flagged_figure_makes_its_year_doubtful() -> None:
    own = {"reporter": "AAA", "partner": "USA", "source": "imf_imts", "frequency": "A", "release": "imts-2026-05"}
    values = {date(2020, 1, 1): 1e9, date(2021, 1, 1): 1e11}
    rows = tiny.months(values, flow="export", **own) + tiny.months(values, flow="import", **own)
    rows[1]["flag"] = "implausible"
    store = tiny.store(
        macro=tiny.macro("AAA", {2020: 1e12, 2021: 1e12}, indicator="gdp_usd"),
        trade_flow=rows,
    )
    found = _study(store, "USA")
    assert found.doubtful.select("period", "flow").rows() == [(date(2021, 1, 1), "export")]
    assert (found.total(2020), found.total(2021)) == (pytest.approx(0.2), None)


def test_years_stand_in_their_order_whenever_they_were_published_and_one_estimate_marks_a_sum() -> None:
    own = {"reporter": "AAA", "source": "imf_imts", "frequency": "A"}
    rows = []
    for year, known in ((2020, date(2026, 9, 1)), (2021, date(2026, 8, 1))):
        for flow in ("export", "import"):
            for partner, estimate in (("USA", False), ("NLD", flow == "export")):
                rows += tiny.months(
                    {date(year, 1, 1): 1e9}, flow=flow, partner=partner, known_from=known, release=f"imts-{year}",
                    is_estimate=estimate, **own,
                )  # fmt: skip
    store = tiny.store(macro=tiny.macro("AAA", {2020: 1e12, 2021: 1e12}, indicator="gdp_usd"), trade_flow=rows)
    found = _study(store)
    assert found.frame.select("flow", "period", "is_estimate").rows() == [
        (flow, date(year, 1, 1), flow == "export") for flow in ("export", "import") for year in (2020, 2021)
    ]
    assert (found.mirrored, found.frame["partners"].to_list()) == (False, [2] * 4)


def test_figures_of_its_own_that_came_later_leave_those_of_the_united_states() -> None:
    early = {"release": "census-2022-12", "known_from": date(2022, 12, 31)}
    late = {"source": "imf_imts", "release": "imts-2026-05", "known_from": date(2026, 5, 31), "frequency": "A"}
    rows = [row for flow in ("export", "import") for row in (
        *tiny.months(tiny.year_of(2020, [1e6] * 12), flow=flow, partner="CCC", **early),
        *tiny.months({date(2020, 1, 1): 9e6}, flow=flow, reporter="CCC", partner="USA", **late),
    )]  # fmt: skip
    gdp = tiny.macro("CCC", {2020: 1e9}, indicator="gdp_usd", known_from=date(2022, 1, 1))
    store = tiny.store(macro=gdp, trade_flow=rows)
    then, now = (_study(store, "USA", target="CCC", known_on=day) for day in (date(2024, 1, 1), None))
    assert (then.mirrored, then.frame["value_usd"].to_list()) == (True, [12e6, 12e6])
    assert (now.mirrored, now.frame["value_usd"].to_list()) == (False, [9e6, 9e6])
    before = _study(store, "USA", target="CCC", known_on=date(2021, 1, 1))
    assert (before.mirrored, before.frame.height) == (True, 0)
    assert "its first vintage is of 31 May 2026" in before.why_empty
    nobody = _study(tiny.store(macro=tiny.macro("DDD", {2020: 1e9}, indicator="gdp_usd")), "USA", target="DDD")
    assert (nobody.mirrored, nobody.why_empty != "") == (True, True)
