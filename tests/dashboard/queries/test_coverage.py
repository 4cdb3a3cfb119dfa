"""What the store holds and where it ends, on a store of a few rows."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from dashboard.queries import coverage
from pipelines.store import Store
from tests.dashboard import tiny

FIRST, SECOND = date(2024, 3, 31), date(2025, 3, 31)
JAN, FEB, MAR, APR = (date(2023, month, 1) for month in (1, 2, 3, 4))
IMTS = {"source": "imf_imts", "release": "imts-1", "known_from": FIRST}


def _trade() -> list[dict[str, Any]]:
    old = {"release": "census-1", "known_from": FIRST}
    new = {"release": "census-2", "known_from": SECOND}
    return [
        *tiny.months({JAN: 1.0, FEB: 2.0}, **old),
        *tiny.months({MAR: 3.0}, **old, known_to=SECOND),
        *tiny.months({MAR: 4.0}, **new, rounding_usd=100.0),
        *tiny.months({APR: 9.0}, **old, known_to=SECOND),  # withdrawn: it stands no longer
        *tiny.months({JAN: 5.0}, flow="import", **old),
        *tiny.months({JAN: 7.0}, partner="WLD", **new),
        *tiny.months({JAN: 7.0}, partner="CCC", **old),
        *tiny.months({FEB: 7.0}, partner="BBB", **new),
        *tiny.months({JAN: 7.0}, partner="AAA", **new, product="27"),
        *tiny.months({JAN: 1.0, date(2024, 1, 1): 1.0}, reporter="AAA", partner="BBB", frequency="A", **IMTS),
        *tiny.months({date(2024, 1, 1): 1.0}, reporter="AAA", partner="BBB", frequency="Q", **IMTS),
        *tiny.months({date(2024, 1, 1): 1.0}, reporter="AAA", partner="BBB", frequency="M", **IMTS),
    ]


def _macro() -> list[dict[str, Any]]:
    fund = {"source": "imf_weo", "release": "weo-1", "known_from": FIRST}
    monthly = {"indicator": "brent", "source": "eia", "release": "eia-1", "known_from": FIRST, "frequency": "M"}
    return [
        *tiny.macro("AAA", {2020: 1.0, 2021: 2.0}),
        *tiny.macro("AAA", {2022: 2.0}, known_to=SECOND, known_from=FIRST, release="wb-1"),
        *tiny.macro("AAA", {2023: 2.0}, flag="may_be_estimate"),
        *tiny.macro("AAA", {2024: 2.0}, flag="first_estimate;x", release="x-1"),
        *tiny.macro("AAA", {2025: 2.0}, flag="revised", release="x-2"),
        *tiny.macro("CCC", {2026: 2.0}, is_forecast=True, **fund),
        *tiny.macro("BBB", {2026: 2.0}, is_forecast=True, known_to=SECOND, **fund),
        *tiny.macro("DDD", {2026: 2.0}, is_forecast=True, indicator="cpi_inflation", **fund),
        *(tiny.macro("WLD", {1: 1.0}, **monthly)[0] | {"period": day} for day in (JAN, APR, date(2023, 6, 1))),
    ]  # fmt: skip


@pytest.fixture(scope="module")
def held(tmp_path_factory: pytest.TempPathFactory) -> Store:
    listing = {"list": "sdn", "area": "AAA", "programme": "all", "source": "ofac", "release": "ofac-1"}
    share = {"area": "AAA", "flow": "export", "partner": "BBB", "source": "un_syb", "release": "syb-1"}
    totals = [
        {"reporter": "USA", "partner": partner, "flow": flow, "period": date(2023, 1, 1), "source": source,
         "known_from": day, "value_usd": 12.0, "rounding_usd": 0.1, "release": release}
        for partner, flow, source, day, release in (
            ("RUS", "import", "census", FIRST, "census-1"), ("RUS", "export", "census", SECOND, "census-2"),
            ("RUS", "export", "census", FIRST, "census-1"), ("CCC", "export", "census", FIRST, "census-1"),
            ("RUS", "export", "other", FIRST, "other-1"),
        )
    ]  # fmt: skip
    return tiny.store(
        Path(tmp_path_factory.mktemp("coverage")),
        trade_flow=_trade(),
        macro=_macro(),
        listing_count=[listing | {"period": APR, "frequency": "M", "level": 1}],
        partner_share=[share | {"period": date(2022, 1, 1), "rank": 1}],
        designation=[{"list": "eu", "entry": "1", "programme": "x", "source": "eu_fsf"}],
        published_total=totals,
        source=[
            {"source": name, "title": name.title(), "short_title": name, "publisher": "p", "url": "https://example.org",
             "frequency": "monthly", "schedule_days": 3}
            for name in ("census", "imf_imts", "worldbank", "imf_weo", "eia", "ofac", "un_syb", "eu_fsf", "silent")
        ],
        release=[
            {"release": key, "source": source, "title": "t", "published": day, "published_precision": precision}
            for key, source, day, precision in (
                ("census-1", "census", FIRST, "day"), ("census-2", "census", SECOND, "month"),
                ("census-0", "census", date(2023, 1, 1), "day"), ("imts-1", "imf_imts", FIRST, "day"),
            )
        ],
        gap=[
            {"gap": name, "rank": rank, "kind": "end", "subject": "subject", "text": "because"}
            for name, rank in (("b", 2), ("a", 3), ("c", 1))
        ],
    )  # fmt: skip


def _of(held: Store, source: str) -> dict[str, Any]:
    return coverage.by_source(held).filter(source=source).row(0, named=True)


def test_every_source_has_a_row_in_order(held: Store) -> None:
    rows = coverage.by_source(held)
    assert rows["source"].to_list() == sorted(rows["source"])
    assert rows.height == 9
    silent = _of(held, "silent")
    assert (silent["rows"], silent["first_period"], silent["release"], silent["is_list"]) == (0, None, None, False)
    assert (silent["rhythm"], silent["schedule_days"]) == ("monthly", 3)


def test_the_last_observation_is_one_that_stands(held: Store) -> None:
    census = _of(held, "census")
    assert (census["first_period"], census["last_period"], census["frequency"], census["rows"]) == (JAN, MAR, "M", 10)
    assert (census["release"], census["published"], census["published_precision"]) == ("census-2", SECOND, "month")


def test_forecasts_and_single_dated_estimates_are_no_observation(held: Store) -> None:
    bank = _of(held, "worldbank")
    assert (bank["first_period"], bank["last_period"], bank["rows"]) == (date(2020, 1, 1), date(2023, 1, 1), 6)
    fund = _of(held, "imf_weo")
    assert (fund["first_period"], fund["last_period"], fund["frequency"], fund["rows"]) == (None, None, None, 3)


def test_of_periods_that_begin_on_one_day_the_shortest_is_the_last(held: Store) -> None:
    imts = _of(held, "imf_imts")
    assert (imts["last_period"], imts["frequency"], imts["rows"]) == (date(2024, 1, 1), "M", 4)


def test_a_quarter_is_out_before_the_year(tmp_path: Path) -> None:
    rows = [*tiny.months({JAN: 1.0}, frequency="A", **IMTS), *tiny.months({JAN: 1.0}, frequency="Q", **IMTS)]
    assert coverage.by_source(tiny.store(tmp_path, trade_flow=rows))["frequency"].to_list() == ["Q"]


def test_lists_are_told_apart(held: Store) -> None:
    rows = coverage.by_source(held)
    assert rows.filter("is_list")["source"].to_list() == ["eu_fsf", "ofac"]
    assert (_of(held, "ofac")["last_period"], _of(held, "ofac")["frequency"]) == (APR, "M")
    shares = _of(held, "un_syb")
    assert (shares["last_period"], shares["frequency"], shares["rows"]) == (date(2022, 1, 1), "A", 1)


def test_lines_of_trade_end_with_what_stands(held: Store) -> None:
    assert coverage.trade_ends(held).rows() == [
        ("census", "USA", "BBB", FEB),
        ("census", "USA", "CCC", JAN),
        ("census", "USA", "RUS", MAR),
        ("census", "USA", "WLD", JAN),
        ("imf_imts", "AAA", "BBB", date(2024, 1, 1)),
    ]


def test_products_beside_all_goods(held: Store) -> None:
    assert coverage.products(held) == ["27"]


def test_series_end_without_forecasts_and_withdrawn_figures(held: Store) -> None:
    assert coverage.macro_ends(held).rows() == [
        ("eia", "brent", "WLD", date(2023, 6, 1)),
        ("worldbank", "gdp_growth", "AAA", date(2025, 1, 1)),
    ]


def test_areas_with_forecasts_of_growth(held: Store) -> None:
    assert coverage.forecast_areas(held) == ["BBB", "CCC"]


def test_gaps_are_told_by_rank(held: Store) -> None:
    assert coverage.known_gaps(held)["gap"].to_list() == ["c", "b", "a"]


def test_partners_of_the_newest_vintage_are_countries_that_it_gave(held: Store) -> None:
    # RUS and BBB in the second edition; the world is none, CCC is of the first, AAA's row is a chapter.
    assert coverage.partners_of_newest(held, source="census") == 2
    assert coverage.partners_of_newest(held, source="imf_imts") == 1
    assert coverage.partners_held(held, source="census") == ["BBB", "CCC", "RUS"]


def test_months_missing_lie_between_the_first_and_the_last(held: Store) -> None:
    missing = coverage.months_missing(held, source="eia", indicator="brent", area="WLD")
    assert missing == [FEB, MAR, date(2023, 5, 1)]
    assert coverage.months_missing(held, source="eia", indicator="brent", area="AAA") == []
    assert coverage.months_missing(held, source="worldbank", indicator="gdp_growth", area="AAA") == []


def test_every_edition_of_a_month(held: Store) -> None:
    rows = coverage.months_by_vintage(held, reporter="USA", partner="RUS", source="census")
    assert rows.select("flow", "period", "value_usd", "known_from", "known_to").rows() == [
        ("export", JAN, 1.0, FIRST, None), ("export", FEB, 2.0, FIRST, None), ("export", MAR, 3.0, FIRST, SECOND),
        ("export", MAR, 4.0, SECOND, None), ("export", APR, 9.0, FIRST, SECOND), ("import", JAN, 5.0, FIRST, None),
    ]  # fmt: skip
    assert rows["rounding_usd"].to_list()[3] == 100.0
    assert coverage.months_by_vintage(held, reporter="AAA", partner="BBB", source="imf_imts").height == 1
    assert coverage.months_by_vintage(held, reporter="USA", partner="AAA", source="census").is_empty()


def test_what_each_edition_spans(held: Store) -> None:
    assert coverage.months_of_editions(held, reporter="USA", source="census").rows() == [
        ("census-1", FIRST, JAN, APR), ("census-2", SECOND, JAN, MAR),
    ]  # fmt: skip
    assert coverage.months_of_editions(held, reporter="AAA", source="imf_imts").rows() == [
        ("imts-1", FIRST, date(2024, 1, 1), date(2024, 1, 1))
    ]


def test_years_as_editions_print_them(held: Store) -> None:
    rows = coverage.printed_years(held, reporter="USA", partner="RUS", source="census")
    assert rows.select("flow", "release").rows() == [
        ("export", "census-1"), ("export", "census-2"), ("import", "census-1"),
    ]  # fmt: skip
    assert rows["value_usd"].unique().to_list() == [12.0]
