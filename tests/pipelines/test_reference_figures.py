"""The raw numbers must survive the trip: totals checked by hand against the published releases."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from pipelines import settings
from pipelines.store import Store

WORKBOOK, INTERFACE, AUTUMN_2026 = date(2023, 3, 8), date(2025, 10, 31), date(2026, 11, 22)
LAST = date(2026, 12, 31)


def known(frame: pl.DataFrame, day: date) -> pl.DataFrame:
    return frame.filter(pl.col("known_from") <= day, pl.col("known_to").is_null() | (pl.col("known_to") > day))


@pytest.fixture(scope="module")
def russia(store: Store) -> pl.DataFrame:
    """Monthly US goods trade with Russia, every vintage."""
    return store.table("trade_flow").filter(
        reporter="USA", partner="RUS", product="TOTAL", frequency="M", source="census"
    )


def year_musd(frame: pl.DataFrame, flow: str, year: int, day: date, months: int = 12) -> float:
    rows = known(frame, day).filter(pl.col("flow") == flow, pl.col("period").dt.year() == year)
    assert rows.height == months
    return round(rows["value_usd"].sum() / 1e6, 1)


@pytest.mark.parametrize(
    ("year", "day", "exports", "imports"),
    [
        (2011, LAST, 8318.4, 34619.0),
        (2013, LAST, 11144.7, 27085.7),
        (2019, LAST, 5787.4, 22279.1),
        (2020, WORKBOOK, 4889.0, 16899.6),
        (2020, INTERFACE, 4889.1, 16902.0),
        (2021, WORKBOOK, 6387.1, 29634.7),
        (2021, INTERFACE, 6388.2, 29638.3),
        (2022, WORKBOOK, 1715.1, 14457.8),
        (2022, INTERFACE, 1655.4, 14437.1),
        (2022, AUTUMN_2026, 1655.4, 14437.1),
        (2023, INTERFACE, 598.8, 4570.8),
        (2023, AUTUMN_2026, 606.3, 4570.7),
        (2024, AUTUMN_2026, 528.5, 3007.9),
        (2025, AUTUMN_2026, 582.5, 3776.6),
    ],
)
def test_us_trade_with_russia_by_year(
    russia: pl.DataFrame, year: int, day: date, exports: float, imports: float
) -> None:
    # Months of 2024 whose finer figure stands may differ from the rounded release by half of 0.1 each.
    slack = 0.11 if day == AUTUMN_2026 else 0.051
    assert year_musd(russia, "export", year, day) == pytest.approx(exports, abs=slack)
    assert year_musd(russia, "import", year, day) == pytest.approx(imports, abs=slack)


@pytest.mark.parametrize(
    ("year", "total"), [(2011, 42937.5), (2013, 38230.4), (2019, 28066.5), (2023, 5177.0), (2024, 3536.4)]
)
def test_us_trade_with_russia_in_total(russia: pl.DataFrame, year: int, total: float) -> None:
    assert year_musd(russia, "export", year, LAST) + year_musd(russia, "import", year, LAST) == pytest.approx(
        total, abs=0.2
    )


def test_the_first_seven_months_of_2026(russia: pl.DataFrame) -> None:
    assert year_musd(russia, "export", 2026, LAST, months=7) == pytest.approx(346.1, abs=0.05)
    assert year_musd(russia, "import", 2026, LAST, months=7) == pytest.approx(1956.1, abs=0.05)
    assert russia["period"].max() == date(2026, 7, 1)


def test_russian_trade_begins_in_january_1992(russia: pl.DataFrame) -> None:
    assert russia["period"].min() == date(1992, 1, 1)
    months = russia.filter(pl.col("flow") == "export")["period"].unique().len()
    assert months == 34 * 12 + 7


def test_a_rounded_release_leaves_the_finer_figure_standing(russia: pl.DataFrame) -> None:
    november = russia.filter(pl.col("flow") == "export", pl.col("period") == date(2023, 11, 1))
    assert november.select("value_usd", "known_to").rows() == [(69_162_506.0, None)]


@pytest.mark.parametrize(("flow", "value"), [("export", 180_487_348_556), ("import", 295_671_872_045)])
def test_us_trade_with_the_world_in_march_2022(store: Store, flow: str, value: int) -> None:
    trade = store.table("trade_flow").filter(reporter="USA", source="census", flow=flow, period=date(2022, 3, 1))
    kinds = store.table("area").select(partner="area", kind="area_kind")
    standing = known(trade, INTERFACE).join(kinds, on="partner")
    assert standing.filter(partner="WLD")["value_usd"].item() == value
    assert standing.filter(kind="country")["value_usd"].sum() == value


RUSSIA_GROWTH = (1.8, 0.7, -2.0, 0.2, 1.8, 2.8, 2.2, -2.7, 5.9, -1.4, 4.1, 4.9, 1.0)
UKRAINE_GROWTH = {2022: -28.8, 2023: 5.5, 2024: 3.2, 2025: 1.8}


def growth(store: Store, area: str) -> dict[int, float]:
    rows = known(store.table("macro"), LAST).filter(
        area=area, indicator="gdp_growth", source="worldbank", frequency="A"
    )
    return {row["period"].year: round(row["value"], 1) for row in rows.iter_rows(named=True)}


def test_real_growth_of_russia_and_ukraine(store: Store) -> None:
    russia, ukraine = growth(store, "RUS"), growth(store, "UKR")
    assert tuple(russia[year] for year in range(2013, 2026)) == RUSSIA_GROWTH
    assert {year: ukraine[year] for year in UKRAINE_GROWTH} == UKRAINE_GROWTH


def test_every_dated_forecast_and_estimate_is_in_the_store(store: Store) -> None:
    shipped = pl.read_csv(settings.load().data / "snapshot/macro_gdp-vintages.csv", try_parse_dates=True)
    assert shipped.height == 211
    key = ["area", "indicator", "period", "frequency", "source", "release", "known_from"]
    held = shipped.join(store.table("macro").select(*key, held="value"), on=key, how="inner")
    assert held.height == shipped.height
    assert (held["held"] == held["value"]).all()
    # On the day of its publication each is what was known, and the next of the same source ends it.
    macro = store.table("macro")
    for day in shipped["known_from"].unique():
        published = shipped.filter(pl.col("known_from") == day)
        assert published.join(known(macro, day), on=key, how="anti").is_empty()


@pytest.mark.parametrize(
    ("partner", "in_2021", "in_2024"),
    [("IND", 9.1, 68.7), ("CHN", 68.4, 112.1), ("TUR", 26.5, 40.3), ("DEU", 29.7, 1.2)],
)
def test_where_russian_exports_went(store: Store, partner: str, in_2021: float, in_2024: float) -> None:
    rows = store.table("trade_flow").filter(reporter="RUS", partner=partner, flow="export", source="imf_imts")
    by_year = {row["period"].year: row for row in rows.iter_rows(named=True)}
    assert round(by_year[2021]["value_usd"] / 1e9, 1) == in_2021
    assert round(by_year[2024]["value_usd"] / 1e9, 1) == in_2024
    assert (by_year[2021]["is_estimate"], by_year[2024]["is_estimate"]) == (False, True)


@pytest.mark.parametrize(
    ("partner", "in_2021", "in_2023"),
    [("RUS", 89_169, 38_182), ("KGZ", 263, 2_734), ("ARM", 757, 2_162), ("KAZ", 5_487, 12_110)],
)
def test_what_the_eu_exported(store: Store, partner: str, in_2021: int, in_2023: int) -> None:
    rows = store.table("trade_flow").filter(reporter="EUU", partner=partner, flow="export", source="eurostat")
    by_year = rows.group_by(pl.col("period").dt.year()).agg(pl.col("value_eur").sum(), pl.len())
    found = {year: (round(euros / 1e6), months) for year, euros, months in by_year.iter_rows()}
    assert found[2021] == (in_2021, 12)
    assert found[2023] == (in_2023, 12)


def test_euros_of_january_2022_in_dollars(store: Store) -> None:
    # ECB monthly mean of January 2022: 1.1314 dollars per euro.
    row = (
        store.table("trade_flow")
        .filter(reporter="EUU", partner="RUS", period=date(2022, 1, 1), source="eurostat")
        .row(0, named=True)
    )
    assert row["value_usd"] / row["value_eur"] == pytest.approx(1.1314, abs=5e-5)
