"""Three questions put to the timing page, answered from the shipped figures; each number also worked out plainly.

The plain way: means of logs over twelve whole months on both sides. A season that stays the same cancels there, so
the change must come out as the test's, which takes the season out by STL.
"""

from __future__ import annotations

import math
from datetime import date

import polars as pl
import pytest

from dashboard.exhibits.base import Exhibit, NothingToShow
from dashboard.exhibits.timing.breaks import BreakDatesParams, break_dates_exhibit
from dashboard.exhibits.timing.every_measure import TimingTestsParams, timing_tests_exhibit
from dashboard.exhibits.timing.ordinary_dates import TimingTestParams, timing_test_exhibit
from dashboard.figures.theme import LIGHT
from dashboard.queries import macro
from dashboard.studies.trade import TradeQuery, ask
from pipelines.store import Store

NOT = "which is not distinguishable from ordinary months"
YES = "which is distinguishable from ordinary months"


def _tested(store: Store, **values: object) -> Exhibit:
    return timing_test_exhibit(store, TimingTestParams.parse(values), LIGHT)


def _all(store: Store, **values: object) -> pl.DataFrame:
    return timing_tests_exhibit(store, TimingTestsParams.parse(values), LIGHT).data


def _broken(store: Store, **values: object) -> str:
    return break_dates_exhibit(store, BreakDatesParams.parse(values), LIGHT).answer


def _plain(store: Store, event: date, **pair: str) -> float:
    """Change of the mean log, twelve months after the month of the event against twelve before it, in percent.

    In the currency in which the source reports: euros for the European Union.
    """
    column = "value_eur" if pair["reporter"] == "EUU" else "value_usd"
    flows = store.table("trade_flow").filter(
        pl.col("known_to").is_null(),
        pl.col("frequency") == "M",
        pl.col("product") == "TOTAL",
        *(pl.col(name) == code for name, code in pair.items()),
    )
    month = event.replace(day=1)
    logs = flows.filter(pl.col(column) > 0).select("period", pl.col(column).log().alias("log"))
    after = logs.filter(pl.col("period").is_between(_months(month, 1), _months(month, 12)))["log"].mean()
    before = logs.filter(pl.col("period").is_between(_months(month, -12), _months(month, -1)))["log"].mean()
    assert isinstance(after, float) and isinstance(before, float)
    return 100 * math.expm1(after - before)


def _months(month: date, by: int) -> date:
    place = month.year * 12 + month.month - 1 + by
    return date(place // 12, place % 12 + 1, 1)


def _years(store: Store, reporter: str, partner: str, flow: str) -> dict[int, float]:
    found = ask(store, TradeQuery(reporter, (partner,), flow, "A")).frame  # type: ignore[arg-type]
    return {row["period"].year: row["value_usd"] / 1e6 for row in found.iter_rows(named=True) if not row["is_partial"]}


def test_the_measures_of_2014_did_not_move_us_exports_to_russia_more_than_ordinary_dates(store: Store) -> None:
    told = {
        date(2014, 3, 6): ("14.6% lower", "−25.9%", "0.288"),
        date(2014, 7, 16): ("30.9% lower", "−39.8%", "0.101"),
        date(2014, 9, 12): ("34.3% lower", "−42.6%", "0.088"),
    }
    for event, (change, beyond, p) in told.items():
        shown = _tested(store, flow="export", event=event.isoformat())
        assert NOT in shown.answer and change in shown.answer and f"(p = {p})" in shown.answer
        assert shown.cards[0].value == beyond
        plain = _plain(store, event, reporter="USA", partner="RUS", flow="export")
        assert plain == pytest.approx(-float(change.split("%")[0]), abs=0.3)
    year = _all(store, flow="export").filter(pl.col("date").dt.year() == 2014, pl.col("p_value").is_not_null())
    assert year.height > 30 and year["p_holm"].min() > 0.05
    assert set(year.filter(pl.col("p_value") <= 0.05)["date"].dt.month()) == {12}  # when the level broke, and just so


def test_their_level_broke_in_december_2014_later_than_the_measures_and_beside_the_oil_price(store: Store) -> None:
    assert "−42.6% from Dec 2014 (Oct 2014 to Jan 2015, p = 0.001)" in _broken(store, flow="export")
    years = _years(store, "USA", "RUS", "export")
    assert [round(years[year]) for year in (2013, 2014, 2015)] == [11145, 10752, 7087]
    brent = {row["period"]: row["value"] for row in macro.series(
        store, areas=["WLD"], indicator="brent_usd_per_barrel", frequency="M").iter_rows(named=True)}  # fmt: skip
    assert brent[date(2014, 6, 1)] > 110 and brent[date(2015, 1, 1)] < 50


def test_us_exports_to_iran_neither_rose_with_the_jcpoa_nor_fell_at_its_end_more_than_ordinary_dates(
    store: Store,
) -> None:
    came = _tested(store, partner="IRN", flow="export", event="2016-01-16")
    assert NOT in came.answer and "(p = 0.245)" in came.answer and came.cards[0].value == "−53.5%"
    assert "shows neither a rebound nor its absence" in came.answer
    left = _tested(store, partner="IRN", flow="export", event="2018-05-08")
    assert NOT in left.answer and "(p = 0.524)" in left.answer and left.cards[0].value == "+43.9%"
    for event, change in ((date(2016, 1, 16), -50.6), (date(2018, 5, 8), 51.4)):
        plain = _plain(store, event, reporter="USA", partner="IRN", flow="export")
        assert plain == pytest.approx(change, abs=0.5)
    easings = _all(store, target="IRN", partner="IRN", flow="export", easings_only=True)
    assert easings["p_value"].min() == pytest.approx(0.014, abs=0.001)  # the end of the oil waivers, May 2019
    assert easings["p_holm"].min() == pytest.approx(0.138, abs=0.001)


def test_us_imports_from_iran_cannot_be_tested_at_the_jcpoa_and_fell_after_august_2018(store: Store) -> None:
    with pytest.raises(NothingToShow, match=r"11 are zero: there was no trade to fall\. So this flow cannot say"):
        _tested(store, partner="IRN", flow="import", event="2016-01-16")
    assert NOT in _tested(store, partner="IRN", flow="import", event="2018-05-08").answer
    first_tranche = _tested(store, partner="IRN", flow="import", event="2018-08-07")
    assert YES in first_tranche.answer and "(p = 0.048)" in first_tranche.answer
    row = _all(store, target="IRN", partner="IRN").filter(pl.col("date") == date(2018, 8, 7)).row(0, named=True)
    assert row["verdict"] == "distinguishable from ordinary months alone, not among all tests"
    assert "−98.0% from Sep 2018 (Jul 2018 to Oct 2018, p = 0.001)" in _broken(store, partner="IRN", flow="import")
    years = _years(store, "USA", "IRN", "import")
    assert [round(years[year], 1) for year in (2014, 2015, 2016, 2018, 2019)] == [0.0, 10.8, 87.7, 70.0, 1.4]
    for reporter in ("EUU", "DEU", "RUS"):
        with pytest.raises(NothingToShow, match="no monthly figures"):
            _tested(store, reporter=reporter, partner="IRN", flow="export", event="2016-01-16")


def test_the_shipped_figures_cannot_say_what_eu_imports_did_when_the_oil_embargo_took_effect(store: Store) -> None:
    with pytest.raises(NothingToShow, match=r"exports to Russia of the European Union .*, but not the imports"):
        _tested(store, reporter="EUU", flow="import", event="2022-12-05")


def test_eu_exports_did_not_move_with_the_embargo_they_had_fallen_in_march_2022(store: Store) -> None:
    for event, beyond, p in (("2022-12-05", "−25.9%", "0.524"), ("2023-02-05", "−20.2%", "0.700")):
        shown = _tested(store, reporter="EUU", flow="export", event=event)
        assert NOT in shown.answer and f"(p = {p})" in shown.answer and shown.cards[0].value == beyond
    plain = _plain(store, date(2022, 12, 5), reporter="EUU", partner="RUS", flow="export")
    assert plain == pytest.approx(-32.7, abs=0.2)
    assert "−53.5% from Mar 2022 (Feb 2022 to Apr 2022, p = 0.011)" in _broken(store, reporter="EUU", flow="export")


def test_us_imports_at_the_embargo_still_show_the_us_ban_of_march_2022(store: Store) -> None:
    year, half = (_tested(store, flow="import", event="2022-12-05", window_months=h) for h in (12, 6))
    assert YES in year.answer and year.cards[0].value == "−68.8%"
    assert NOT in half.answer and half.cards[0].value == "−30.1%"
    plain = _plain(store, date(2022, 12, 5), reporter="USA", partner="RUS", flow="import")
    assert plain == pytest.approx(-65.4, abs=0.2)
    assert "−77.3% from Jun 2022 (May 2022 to Jul 2022" in _broken(store, flow="import")


def test_russias_exports_to_the_eu_by_year_are_estimates_from_2022_and_fall_in_2023(store: Store) -> None:
    found = ask(store, TradeQuery("RUS", ("EUU",), "export", "A", source="imf_imts")).frame
    rows = {row["period"].year: row for row in found.iter_rows(named=True)}
    assert [round(rows[year]["value_usd"] / 1e9, 1) for year in (2021, 2022, 2023, 2024)] == [188.2, 206.2, 51.5, 34.5]
    assert [rows[year]["is_estimate"] for year in (2021, 2022, 2023, 2024)] == [False, True, True, True]
