"""Goods trade on a store of a few rows: what two flows make together, what stood on a day, who answers first."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from dashboard.queries import trade
from pipelines.store import Store
from tests.dashboard import tiny

FIRST, SECOND = date(2024, 3, 31), date(2025, 3, 31)
JAN, FEB, MAR = (date(2023, month, 1) for month in (1, 2, 3))
IMTS = {"source": "imf_imts", "release": "imts-1", "known_from": FIRST, "frequency": "A"}
YEARS = [date(year, 1, 1) for year in (2020, 2021, 2022)]


def _rows() -> list[dict[str, Any]]:
    old = {"release": "census-1", "known_from": FIRST, "rounding_usd": 10.0}
    new = {"release": "census-2", "known_from": SECOND}
    return [
        *tiny.months({JAN: 100.0, FEB: 200.0}, **old),
        *tiny.months({MAR: 300.0}, **old, known_to=SECOND, flag="low"),
        *tiny.months({MAR: 310.0}, **new, flag="x"),
        *tiny.months({JAN: 40.0}, flow="import", **new, is_estimate=True, flag="low"),
        *tiny.months({MAR: 30.0}, flow="import", **new, flag="x", rounding_usd=5.0),
        *tiny.months({JAN: 7.0}, partner="WLD", **new),
        *tiny.months({FEB: 9.0}, partner="BBB", **new),
        *tiny.months({JAN: 8.0}, partner="AAA", **new, product="27"),
        *tiny.months({JAN: 5.0, FEB: 6.0}, reporter="NLD", source="eurostat", release="e-1", value_eur=4.0),
        *tiny.months({JAN: 2.0, FEB: 3.0}, reporter="NLD", source="eurostat", release="e-1", flow="import"),
    ]


@pytest.fixture(scope="module")
def held(tmp_path_factory: pytest.TempPathFactory) -> Store:
    rows = _rows()
    for row in rows[-2:-1]:
        row["value_eur"] = 1.0
    return tiny.store(tmp_path_factory.mktemp("by_hand"), trade_flow=rows)


def _seen(store: Store, **more: Any) -> pl.DataFrame:
    asked: dict[str, Any] = {"reporter": "USA", "partners": ["RUS"], "flow": "export", "frequency": "M"}
    return trade.observations(store, **(asked | {"source": "census"} | more))


def test_one_flow_is_told_as_it_stands(held: Store) -> None:
    rows = _seen(held)
    assert rows.select("period", "value_usd", "rounding", "flag", "known_from").rows() == [
        (JAN, 100.0, 10.0, None, FIRST), (FEB, 200.0, 10.0, None, FIRST), (MAR, 310.0, 1.0, "x", SECOND),
    ]  # fmt: skip
    assert rows["releases"].to_list() == [["census-1"], ["census-1"], ["census-2"]]
    first = rows.row(0, named=True)
    assert (first["reporter"], first["partner"], first["flow"], first["product"]) == ("USA", "RUS", "export", "TOTAL")
    assert (first["source"], first["basis"], first["valuation"]) == ("census", "census", "fas")
    assert (first["months"], first["first_month"], first["last_month"], first["is_partial"]) == (1, JAN, JAN, False)


def test_a_total_is_there_where_both_flows_are_and_says_what_they_say(held: Store) -> None:
    rows = _seen(held, flow="total")
    assert rows.select("period", "value_usd", "rounding", "flag", "is_estimate", "known_from").rows() == [
        (JAN, 140.0, 11.0, "low", True, SECOND), (MAR, 340.0, 6.0, "x", False, SECOND),
    ]  # fmt: skip
    assert rows["releases"].to_list() == [["census-1", "census-2"], ["census-2"]]
    assert rows["valuation"].to_list() == ["customs_value and fas"] * 2
    assert rows["flow"].to_list() == ["total"] * 2


def test_a_balance_is_exports_less_imports(held: Store) -> None:
    assert _seen(held, flow="balance")["value_usd"].to_list() == [60.0, 280.0]
    euros = _seen(held, flow="balance", reporter="NLD", source="eurostat")
    assert euros.select("value_usd", "value_eur").rows() == [(3.0, 3.0), (3.0, None)]
    total = _seen(held, flow="total", reporter="NLD", source="eurostat")
    assert total.select("value_usd", "value_eur").rows() == [(7.0, 5.0), (9.0, None)]


def test_different_flags_of_two_flows_are_both_told(tmp_path: Path) -> None:
    rows = [*tiny.months({JAN: 1.0}, flag="low"), *tiny.months({JAN: 1.0}, flow="import", flag="old")]
    assert _seen(tiny.store(tmp_path, trade_flow=rows), flow="total")["flag"].to_list() == ["low; old"]


def test_as_known_on_a_day(held: Store) -> None:
    assert _seen(held, known_on=date(2025, 3, 30)).select("value_usd", "flag").rows() == [
        (100.0, None), (200.0, None), (300.0, "low"),
    ]  # fmt: skip
    assert _seen(held, known_on=SECOND)["value_usd"].to_list() == [100.0, 200.0, 310.0]
    assert _seen(held, known_on=FIRST).height == 3
    assert _seen(held, known_on=date(2024, 3, 30)).is_empty()


def test_a_window_holds_both_ends(held: Store) -> None:
    assert _seen(held, start=FEB)["period"].to_list() == [FEB, MAR]
    assert _seen(held, end=FEB)["period"].to_list() == [JAN, FEB]
    assert _seen(held, start=FEB, end=FEB)["period"].to_list() == [FEB]
    assert _seen(held, flow="total", start=FEB)["period"].to_list() == [MAR]


def test_partners_are_those_named_or_every_country(held: Store) -> None:
    assert _seen(held, partners=None)["partner"].unique(maintain_order=True).to_list() == ["BBB", "RUS"]
    assert _seen(held, partners=["WLD", "RUS"])["partner"].unique(maintain_order=True).to_list() == ["RUS", "WLD"]
    assert _seen(held, partners=[]).is_empty()
    assert _seen(held, partners=None, product="27")["value_usd"].to_list() == [8.0]


@pytest.mark.parametrize(("frequency", "months", "last"), [("Q", 3, MAR), ("A", 12, date(2023, 12, 1))])
def test_a_quarter_and_a_year_end_with_their_last_month(
    tmp_path: Path, frequency: Any, months: int, last: date
) -> None:
    store = tiny.store(tmp_path, trade_flow=tiny.months({JAN: 1.0}, frequency=frequency))
    row = _seen(store, frequency=frequency).row(0, named=True)
    assert (row["months"], row["first_month"], row["last_month"]) == (months, JAN, last)


def _estimated(tmp_path: Path, estimate: float, *, reported: float = 2e8, **more: Any) -> pl.DataFrame:
    """The highest reported year, a lower one, and an estimate."""
    rows = tiny.months(dict(zip(YEARS, (reported, reported / 2, estimate), strict=True)), **IMTS)
    rows[2] |= {"is_estimate": True} | more
    rows += tiny.months({YEARS[0]: 9e12}, partner="BBB", **IMTS) + tiny.months({YEARS[0]: 9e12}, flow="import", **IMTS)
    return _seen(tiny.store(tmp_path, trade_flow=rows), source="imf_imts", frequency="A")


@pytest.mark.parametrize(
    ("estimate", "reported", "flag"),
    [
        (2.1e10, 2e8, "implausible"),  # more than a hundred times the highest that was reported
        (2.0e10, 2e8, None),  # a hundred times
        (1.0e10, 2e8, None),
        (1.0e9, 1e6, None),  # a thousand times, but small
        (1.1e9, 1e6, "implausible"),
    ],
)
def test_an_estimate_far_above_what_was_reported_is_implausible(
    tmp_path: Path, estimate: float, reported: float, flag: str | None
) -> None:
    assert _estimated(tmp_path, estimate, reported=reported)["flag"].to_list() == [None, None, flag]


def test_only_estimates_are_judged_and_the_sources_own_flag_stays(tmp_path: Path) -> None:
    assert _estimated(tmp_path / "own", 9e12, flag="incomplete")["flag"][2] == "incomplete"
    assert _estimated(tmp_path / "reported", 9e12, is_estimate=False)["flag"][2] is None


def test_an_implausible_flow_marks_the_total(tmp_path: Path) -> None:
    both = [*tiny.months({YEARS[0]: 1e6, YEARS[1]: 9e12}, **IMTS), *tiny.months({YEARS[1]: 1e6}, flow="import", **IMTS)]
    both[1]["is_estimate"] = True
    rows = _seen(tiny.store(tmp_path, trade_flow=both), source="imf_imts", frequency="A", flow="total")
    assert rows.select("flag", "is_estimate").rows() == [("implausible", True)]


def _source(name: str, rank: int, **more: Any) -> dict[str, Any]:
    return {"source": name, "title": name, "url": "https://example.org", "rank": rank, "answers_unasked": True} | more


@pytest.fixture(scope="module")
def several(tmp_path_factory: pytest.TempPathFactory) -> Store:
    """One reporter in five sources: rank, then those of totals, then those that wait to be named."""
    rows = [
        *tiny.months({JAN: 1.0, FEB: 1.0}, known_from=FIRST),
        *tiny.months({JAN: 1.0}, known_from=FIRST, frequency="A"),
        *tiny.months({JAN: 1.0}, **IMTS | {"known_from": SECOND}),
        *tiny.months({JAN: 1.0}, partner="BBB", **IMTS | {"known_from": SECOND}),
        *tiny.months({JAN: 1.0}, **IMTS | {"known_from": SECOND}, flow="import", known_to=date(2026, 1, 1)),
        *tiny.months({MAR: 1.0}, source="eurostat", release="e-1", known_from=SECOND, frequency="Q"),
        *tiny.months({JAN: 1.0}, source="fcs_russia", release="f-1", known_from=FIRST),
        *tiny.months({JAN: 1.0}, source="fcs_russia", release="f-1", known_from=FIRST, reporter="CCC"),
        *tiny.months({JAN: 1.0}, known_from=SECOND, reporter="AAA", product="27"),
        *tiny.months({JAN: 1.0}, known_from=SECOND, known_to=date(2026, 1, 1), reporter="BBB"),
    ]
    sources = [
        _source("census", 2), _source("imf_imts", 1), _source("eurostat", 1, totals_only=True),
        _source("fcs_russia", 1, answers_unasked=False),
    ]  # fmt: skip
    return tiny.store(tmp_path_factory.mktemp("several"), trade_flow=rows, source=sources)


def test_sources_stand_in_the_order_in_which_they_answer(several: Store) -> None:
    assert trade.sources_of(several, "USA") == [
        ("imf_imts", "A"), ("census", "A"), ("census", "M"), ("eurostat", "Q"), ("fcs_russia", "M"),
    ]  # fmt: skip
    assert trade.sources_of(several, "USA", known_on=FIRST) == [("census", "A"), ("census", "M"), ("fcs_russia", "M")]
    assert trade.sources_of(several, "AAA") == []
    assert trade.sources_of(several, "AAA", "27") == [("census", "M")]
    assert trade.sources_of(several, "BBB") == []
    assert trade.on_request(several) == {"fcs_russia"}


def test_sources_that_have_one_of_the_partners(several: Store) -> None:
    assert trade.sources_of(several, "USA", partners=["BBB"]) == [("imf_imts", "A")]
    assert trade.sources_of(several, "USA", partners=["BBB", "ZZZ"]) == [("imf_imts", "A")]
    assert len(trade.sources_of(several, "USA", partners=["RUS"])) == 5
    assert trade.sources_of(several, "USA", partners=["ZZZ"]) == []
    assert trade.sources_of(several, "USA", partners=[]) == []
    assert trade.default_source(several, "USA", "A", partners=["BBB"]) == "imf_imts"
    assert trade.default_source(several, "USA", "M", partners=["BBB"]) == "census", "none has it: who has the reporter"


def test_the_first_that_has_the_frequency_or_months_to_sum_answers(several: Store) -> None:
    assert trade.default_source(several, "USA", "M") == "census"
    assert trade.default_source(several, "USA", "A") == "imf_imts"
    assert trade.default_source(several, "USA", "Q") == "census", "months before a source of totals"
    assert trade.default_source(several, "USA", "A", known_on=FIRST) == "census"
    assert trade.default_source(several, "CCC", "M") is None, "it answers only when it is named"
    assert trade.default_source(several, "AAA", "M") is None
    assert trade.default_source(several, "AAA", "M", "27") == "census"


def test_years_alone_do_not_answer_for_months(tmp_path: Path) -> None:
    store = tiny.store(tmp_path, trade_flow=tiny.months({JAN: 1.0}, **IMTS))
    assert trade.default_source(store, "USA", "M") is None
    assert trade.default_source(store, "USA", "Q") is None
    assert trade.default_source(store, "USA", "A") == "imf_imts"


def test_what_trade_there_is(several: Store) -> None:
    rows = trade.coverage(several).filter(reporter="USA")
    told = rows.select("source", "frequency", "basis", "partners", "first_period", "last_period", "known_from").rows()
    assert told[1] == ("census", "M", "census", 1, JAN, FEB, FIRST)
    assert ("imf_imts", "A", "imts", 2, JAN, JAN, SECOND) in told
    assert [row[:2] for row in told] == sorted(row[:2] for row in told)
    assert trade.coverage(several)["product"].unique().to_list() == ["TOTAL"]
    assert trade.coverage(several, product="27")["reporter"].to_list() == ["AAA"]
    assert trade.coverage(several, product=None)["reporter"].unique().sort().to_list() == ["AAA", "CCC", "USA"]


def test_who_reports_months_unasked(several: Store) -> None:
    assert trade.monthly_reporters(several) == ["USA"]


def test_partners_of_a_reporter(several: Store, held: Store) -> None:
    assert trade.partners(several, reporter="USA").select("area", "last_period").rows() == [("BBB", JAN), ("RUS", MAR)]
    assert trade.partners(several, reporter="USA", source="census").rows() == [("RUS", "Russia", "country", FEB)]
    assert trade.partners(several, reporter="BBB").is_empty()
    assert trade.partners(held, reporter="USA")["area"].to_list() == ["BBB", "RUS", "WLD"], "countries first"


def test_the_first_vintage(several: Store, held: Store) -> None:
    assert trade.first_known(several, reporter="USA", source="imf_imts") == SECOND
    assert trade.first_known(held, reporter="USA", source="census") == FIRST
    assert trade.first_known(held, reporter="USA", source="census", product="27") == SECOND
    assert trade.first_known(several, reporter="DDD", source="census") is None


def test_every_vintage_of_a_year(held: Store) -> None:
    rows = trade.vintages(held, reporter="USA", partner="RUS", flow="total", year=2023)
    assert rows.select("period", "flow", "value_usd", "known_from").rows() == [
        (JAN, "export", 100.0, FIRST), (JAN, "import", 40.0, SECOND), (FEB, "export", 200.0, FIRST),
        (MAR, "export", 300.0, FIRST), (MAR, "export", 310.0, SECOND), (MAR, "import", 30.0, SECOND),
    ]  # fmt: skip
    assert trade.vintages(held, reporter="USA", partner="RUS", flow="import", year=2023).height == 2
    assert trade.vintages(held, reporter="USA", partner="RUS", flow="balance", year=2023).height == 6
    assert trade.vintages(held, reporter="USA", partner="RUS", flow="export", year=2022).is_empty()
    assert trade.vintages(held, reporter="USA", partner="AAA", flow="export", year=2023, product="27").height == 1
    assert trade.vintages(held, reporter="USA", partner="RUS", flow="export", year=2023, source="other").is_empty()


def test_a_source_that_nobody_described_answers_all_the_same() -> None:
    rows = [*tiny.months({JAN: 1.0}), *tiny.months({JAN: 1.0}, source="eurostat", release="e-1")]
    store = tiny.store(trade_flow=rows, source=[_source("eurostat", 1)])
    assert trade.sources_of(store, "USA") == [("eurostat", "M"), ("census", "M")]


def test_bases_have_titles(several: Store) -> None:
    sources = [
        _source("census", 2, basis="census", basis_title="Census basis"), _source("imf_imts", 1, basis="imts",
        basis_title="IMTS basis"), _source("silent", 3),
    ]  # fmt: skip
    store = tiny.store(trade_flow=tiny.months({JAN: 1.0}), source=sources)
    assert dict(trade.basis_titles(store)) == {"census": "Census basis", "imts": "IMTS basis"}
    assert dict(trade.basis_titles(several)) == {}


def test_who_reports_with_an_area_by_months_then_newest_then_most() -> None:
    """Years after months however new; what stood, other products, mirrors and totals do not make a reporter."""
    year = {"frequency": "A", "source": "imf_imts", "release": "i-1"}
    rows = [
        *tiny.months({JAN: 1.0}, reporter="AAA"),
        *tiny.months({JAN: 1.0, FEB: 1.0}, reporter="BBB"),
        *tiny.months({MAR: 1.0}, reporter="CCC"),
        *tiny.months({FEB: 1.0}, reporter="NLD"),
        *tiny.months({date(2030, 1, 1): 1.0}, reporter="DDD", **year),
        *tiny.months({MAR: 1.0}, reporter="EEE", known_to=SECOND),
        *tiny.months({MAR: 1.0}, reporter="FFF", product="27"),
        *tiny.months({MAR: 1.0}, reporter="GGG", source="fcs_russia", release="f-1"),
        *tiny.months({MAR: 1.0}, reporter="HHH", partner="AAA"),
        *tiny.months({MAR: 1.0}, reporter="RUS"),
        *tiny.months({MAR: 1.0}, reporter="KKK", frequency="Q"),
        *tiny.months({MAR: 1.0}, reporter="III", source="eurostat", release="e-1"),
    ]
    sources = [
        _source("census", 1), _source("imf_imts", 2), _source("fcs_russia", 3, answers_unasked=False),
        _source("eurostat", 4, totals_only=True),
    ]  # fmt: skip
    found = trade.reporters_of(tiny.store(trade_flow=rows, source=sources), "RUS")
    assert found == ["CCC", "BBB", "NLD", "AAA", "DDD"]
