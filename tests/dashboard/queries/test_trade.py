"""Questions on trade: derived flows, complete and incomplete periods, groups never among countries, vintages."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from dashboard.queries import trade
from pipelines.store import Store
from tests.dashboard.rows import of_trade


def _us(store: Store, **more: object) -> pl.DataFrame:
    asked: dict[str, object] = {"reporter": "USA", "partners": ["RUS"], "flow": "export", "source": "census"}
    return of_trade(store, **(asked | more))


def test_one_row_a_period_sorted(store: Store) -> None:
    rows = _us(store, partners=["RUS", "IRN"])
    assert rows.select("partner", "period").is_duplicated().sum() == 0
    assert rows.equals(rows.sort("partner", "period"))


def test_total_is_exports_and_imports_and_balance_their_difference(store: Store) -> None:
    flows = {flow: _us(store, flow=flow)["value_usd"] for flow in ("export", "import", "total", "balance")}
    assert (flows["total"] - flows["export"] - flows["import"]).abs().max() == pytest.approx(0, abs=1e-3)
    assert (flows["balance"] - flows["export"] + flows["import"]).abs().max() == pytest.approx(0, abs=1e-3)


def test_total_exists_only_where_both_flows_do(store: Store) -> None:
    assert of_trade(store, reporter="EUU", partners=["RUS"], flow="total", frequency="M", source="eurostat").is_empty()


def test_a_year_is_the_sum_of_its_twelve_months_and_a_part_says_so(store: Store) -> None:
    months, years = _us(store), _us(store, frequency="A")
    summed = months.group_by(pl.col("period").dt.truncate("1y")).agg(pl.col("value_usd").sum()).sort("period")
    assert summed["value_usd"].to_list() == pytest.approx(years["value_usd"].to_list())
    part = years.filter(pl.col("is_partial"))
    assert part.select("period", "months", "first_month", "last_month").rows() == [
        (date(2026, 1, 1), 7, date(2026, 1, 1), date(2026, 7, 1))
    ]


def test_quarters(store: Store) -> None:
    quarters = _us(store, frequency="Q")
    assert quarters["period"].max() == date(2026, 7, 1)
    assert quarters.filter(pl.col("is_partial"))["period"].to_list() == [date(2026, 7, 1)]


def test_all_partners_means_countries_only(store: Store) -> None:
    rows = _us(store, partners=None, start=date(2022, 3, 1), end=date(2022, 3, 1))
    assert not {"WLD", "EUU"} & set(rows["partner"])
    assert rows["value_usd"].sum() == pytest.approx(180_487_348_556)


def test_world_is_asked_for_by_name(store: Store) -> None:
    rows = _us(store, partners=["WLD"], flow="import", start=date(2022, 3, 1), end=date(2022, 3, 1))
    assert rows["value_usd"].item() == pytest.approx(295_671_872_045)


@pytest.mark.parametrize(
    ("day", "year", "million"),
    [
        (date(2023, 3, 8), 2022, 1715.1), (date(2025, 10, 30), 2022, 1715.1), (date(2025, 10, 31), 2022, 1655.4),
        (date(2026, 1, 1), 2023, 598.8), (date(2026, 9, 30), 2023, 606.3),
    ],
)  # fmt: skip
def test_as_known_on_a_day(store: Store, day: date, year: int, million: float) -> None:
    rows = _us(store, frequency="A", known_on=day).filter(pl.col("period").dt.year() == year)
    assert rows["value_usd"].item() / 1e6 == pytest.approx(million, abs=0.06)


def test_as_known_on_a_day_uses_nothing_learned_later(store: Store) -> None:
    day = date(2024, 1, 1)
    rows = _us(store, known_on=day)
    assert rows["known_from"].max() <= day
    assert rows["period"].max() == date(2023, 1, 1)


def test_coverage_and_partners(store: Store) -> None:
    coverage = trade.coverage(store)
    assert {"USA", "RUS", "EUU", "DEU"} <= set(coverage["reporter"])
    partners = trade.partners(store, reporter="USA", source="census")
    assert partners.filter(pl.col("area") == "RUS")["last_period"].item() == date(2026, 7, 1)
    assert partners["area_kind"].to_list()[-1] == "world"


def test_default_source_prefers_months_for_months_and_the_fullest_for_years(store: Store) -> None:
    assert trade.default_source(store, "USA", "M") == "census"
    assert trade.default_source(store, "RUS", "A") == "imf_imts"
    assert trade.default_source(store, "RUS", "M") == "fcs_russia"
    assert trade.default_source(store, "XKX", "M") is None
    assert of_trade(store, reporter="XKX", partners=["RUS"], flow="export").is_empty()


def test_values_are_parameters_and_never_text_of_the_question(store: Store) -> None:
    assert _us(store, partners=["'; DROP TABLE trade_flow; --"]).is_empty()
    assert _us(store).height > 400


def test_vintages_of_a_year(store: Store) -> None:
    rows = trade.vintages(store, reporter="USA", partner="RUS", flow="export", year=2022)
    assert set(rows["release"]) >= {"census-2023-03", "census-2025-10"}
    assert rows.filter(pl.col("known_to").is_null()).height == 12


def test_a_yearly_source_covers_its_whole_year(store: Store) -> None:
    rows = of_trade(store, reporter="RUS", partners=["IND"], flow="export", frequency="A", source="imf_imts")
    last = rows.row(-1, named=True)
    assert (last["months"], last["first_month"], last["last_month"]) == (12, date(2024, 1, 1), date(2024, 12, 1))
    assert not rows["is_partial"].any()
