"""Economic series on a store of a few rows: which rows stand, which source draws, what counts as an edition."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from dashboard.queries import macro
from pipelines.store import Store
from tests.dashboard import tiny

EARLY, FIRST, SECOND = date(2020, 1, 1), date(2024, 3, 31), date(2025, 3, 31)


def _rows(values: dict[int, float], area: str = "AAA", **more: Any) -> list[dict[str, Any]]:
    return tiny.macro(area, values, **({"known_from": FIRST, "release": "a-1"} | more))


@pytest.fixture(scope="module")
def held() -> Store:
    fund = {"source": "imf_weo", "release": "weo-1"}
    rouble = {"indicator": "rub_per_usd", "frequency": "M"}
    return tiny.store(macro=[
        *_rows({2020: 1.0, 2021: 2.0}),
        *_rows({2022: 3.0}, known_to=SECOND),
        *_rows({2022: 3.5}, known_from=SECOND, release="a-2"),
        *_rows({2020: 9.0}, "BBB"),
        *_rows({2030: 4.0}, is_forecast=True, flag="forecast", known_from=EARLY, **fund | {"release": "weo-0"}),
        *_rows({2021: 5.0}, **fund),
        *_rows({2021: 5.5}, flag="first_estimate;x", known_from=date(2022, 1, 1), **fund | {"release": "weo-e"}),
        *_rows({2020: 7.0}, indicator="gdp_usd", unit="USD", frequency="Q"),
        *_rows({2021: 8.0}, "BBB", indicator="gdp_usd", unit="USD", known_to=SECOND, frequency="Q"),
        *_rows({2020: 70.0}, "RUS", source="cbr_fx", release="c-1", known_from=SECOND, **rouble),
        *_rows({2020: 71.0}, "RUS", source="ecb_fx", release="e-1", **rouble),
        *_rows({2020: 72.0}, "RUS", source="aaa_fx", release="f-1", **rouble),
    ])  # fmt: skip


def _values(held: Store, **more: Any) -> list[float]:
    asked: dict[str, Any] = {"indicator": "gdp_growth", "areas": ["AAA"], "source": "worldbank"}
    return macro.series(held, **(asked | more))["value"].to_list()


def test_a_series_holds_what_stands(held: Store) -> None:
    assert _values(held) == [1.0, 2.0, 3.5]
    assert _values(held, known_on=date(2025, 3, 30)) == [1.0, 2.0, 3.0]
    assert _values(held, known_on=SECOND) == [1.0, 2.0, 3.5]
    assert _values(held, known_on=FIRST) == [1.0, 2.0, 3.0]
    assert _values(held, known_on=date(2024, 3, 30)) == []


def test_areas_sources_frequencies_and_windows(held: Store) -> None:
    every = macro.series(held, indicator="gdp_growth", areas=None)
    assert every.select("area", "source", "value").rows() == [
        ("AAA", "imf_weo", 5.0), ("AAA", "imf_weo", 5.5), ("AAA", "worldbank", 1.0), ("AAA", "worldbank", 2.0),
        ("AAA", "worldbank", 3.5), ("BBB", "worldbank", 9.0),
    ]  # fmt: skip
    assert _values(held, areas=[]) == []
    assert _values(held, areas=["BBB"]) == [9.0]
    assert _values(held, frequency="M") == []
    assert _values(held, frequency="A") == [1.0, 2.0, 3.5]
    assert _values(held, start=date(2021, 1, 1)) == [2.0, 3.5]
    assert _values(held, end=date(2021, 1, 1)) == [1.0, 2.0]
    assert _values(held, start=date(2021, 1, 1), end=date(2021, 1, 1)) == [2.0]


def test_forecasts_come_when_they_are_asked_for(held: Store) -> None:
    assert _values(held, source="imf_weo") == [5.0, 5.5]
    assert _values(held, source="imf_weo", forecasts=True) == [5.0, 5.5, 4.0]


def test_one_source_draws_a_line(held: Store) -> None:
    def drawn(**more: Any) -> list[str]:
        return macro.one_source(held, **more)["source"].unique().to_list()

    rouble: dict[str, Any] = {"indicator": "rub_per_usd", "areas": ["RUS"]}
    assert drawn(**rouble) == ["cbr_fx"]
    assert drawn(**rouble, known_on=FIRST) == ["ecb_fx"]
    assert drawn(indicator="gdp_growth", areas=["AAA"]) == ["imf_weo"], "nobody is preferred: the alphabet"
    assert drawn(indicator="gdp_growth", areas=["BBB"]) == ["worldbank"]
    assert drawn(indicator="gdp_growth", areas=["CCC"]) == []
    assert drawn(**rouble, frequency="A") == []


def test_every_vintage_with_its_release(held: Store) -> None:
    rows = macro.vintages(held, indicator="gdp_growth", area="AAA")
    assert rows.select("period", "source", "value").rows() == [
        (date(2020, 1, 1), "worldbank", 1.0), (date(2021, 1, 1), "imf_weo", 5.5), (date(2021, 1, 1), "imf_weo", 5.0),
        (date(2021, 1, 1), "worldbank", 2.0), (date(2022, 1, 1), "worldbank", 3.0),
        (date(2022, 1, 1), "worldbank", 3.5), (date(2030, 1, 1), "imf_weo", 4.0),
    ]  # fmt: skip
    assert rows["release_title"].to_list()[0] == "World Development Indicators"
    one = macro.vintages(held, indicator="gdp_growth", area="AAA", period=date(2022, 1, 1))
    assert one["value"].to_list() == [3.0, 3.5]


def test_a_vintage_without_a_described_release_is_told_all_the_same() -> None:
    store = tiny.store(macro=_rows({2020: 1.0}), release=[])
    assert macro.vintages(store, indicator="gdp_growth", area="AAA").height == 1


def test_the_first_edition_is_no_forecast_and_no_single_estimate(held: Store) -> None:
    def first(**more: Any) -> date | None:
        asked: dict[str, Any] = {"indicator": "gdp_growth", "area": "AAA", "source": "imf_weo"}
        return macro.first_known(held, **(asked | more))

    assert first() == FIRST
    assert first(source="worldbank") == FIRST
    assert first(area="BBB") is None
    assert first(source="cbr_fx", area="RUS", indicator="rub_per_usd") == SECOND
    early = _rows({2020: 1.0}) + _rows({2021: 1.0}, flag="revised", known_from=date(2020, 1, 1), release="x")
    assert macro.first_known(
        tiny.store(macro=early), indicator="gdp_growth", area="AAA", source="worldbank"
    ) == FIRST  # fmt: skip


def test_what_series_there_are(held: Store) -> None:
    rows = macro.indicators(held).rows()
    assert rows == [
        ("gdp_growth", "%", "A", "imf_weo;worldbank", 2, date(2020, 1, 1), date(2030, 1, 1)),
        ("gdp_usd", "USD", "Q", "worldbank", 1, date(2020, 1, 1), date(2020, 1, 1)),
        ("rub_per_usd", "%", "M", "aaa_fx;cbr_fx;ecb_fx", 1, date(2020, 1, 1), date(2020, 1, 1)),
    ]
