"""One subject at a glance, on a store of a few rows: which reporter, which price, which years, and what is missing."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest

from dashboard.analysis.errors import AnalysisError
from dashboard.studies import at_a_glance
from dashboard.studies.at_a_glance import GlanceQuery
from dashboard.studies.over_time import OverTimeStudy
from pipelines.store import Store
from tests.dashboard import tiny

SUBJECT: Mapping[str, Any] = {
    "subject": "AAA", "name": "Aland", "name_in_sentence": "Aland", "kind": "sanctioned", "rank": 1, "codes": "AAA",
    "reporter": "USA", "price": "brent_usd_per_barrel", "price_title": "Brent crude oil", "event": date(2021, 2, 24),
}  # fmt: skip


def brent(values: Mapping[date, float]) -> list[dict[str, Any]]:
    return [
        {"area": "WLD", "indicator": "brent_usd_per_barrel", "period": day, "frequency": "M", "source": "brent",
         "known_from": date(2024, 2, 1), "value": value, "unit": "USD per barrel", "release": "brent-2024-02"}
        for day, value in values.items()
    ]  # fmt: skip


def forecast(year: int, value: float, *, known_from: date, source: str = "imf_weo") -> dict[str, Any]:
    return tiny.macro("AAA", {year: value}, source=source, release=f"{source}-{known_from:%Y-%m}",
                      known_from=known_from, is_forecast=True, flag="forecast")[0]  # fmt: skip


def trade(partner: str = "AAA", years: tuple[int, ...] = (2020, 2021, 2022, 2023), **more: Any) -> list[dict[str, Any]]:
    held = {day: value for year in years for day, value in tiny.year_of(year, [float(year)] * 12).items()}
    return [
        *tiny.months(held, partner=partner, **more),
        *tiny.months(dict.fromkeys(held, 1.0), partner=partner, flow="import", **more),
    ]


@pytest.fixture(scope="module")
def held() -> Store:
    return tiny.store(
        subject=[SUBJECT, {**SUBJECT, "subject": "BBB", "name": "Borduria", "name_in_sentence": "Borduria", "rank": 2,
                           "codes": "BBB", "price": None, "price_title": None, "event": None}],
        trade_flow=[
            *trade(),
            *trade("BBB"),
            *trade("CCC", (2020, 2021), source="eurostat", reporter="DDD", release="eurostat-2024-01"),
            *trade("CCC", (2018, 2019, 2020), reporter="RUS", source="fcs_russia", release="fcs-2022"),
        ],
        macro=[
            *tiny.macro("AAA", {2015: 9.0, 2021: -3.0, 2022: 2.0}),
            forecast(2022, 7.0, known_from=date(2022, 1, 1)),
            forecast(2023, 5.0, known_from=date(2022, 4, 1)),
            forecast(2023, 4.0, known_from=date(2023, 1, 1)),
            forecast(2024, 6.0, known_from=date(2023, 1, 1)),
            *brent({date(2019, 12, 1): 60.0, date(2020, 1, 1): 50.0, date(2023, 6, 1): 80.0}),
            *tiny.macro("CCC", {2020: 11.0, 2021: 12.0}, indicator="cpi_inflation"),
        ],
    )  # fmt: skip


def test_the_reporter_and_the_price_are_facts_of_the_subject(held: Store) -> None:
    found = at_a_glance.study(held, GlanceQuery("AAA"))
    assert found.reporter == "USA"
    assert (found.price.title, found.price.unit, found.price.frequency) == ("Brent crude oil", "$ per barrel", "M")


def test_the_reader_may_name_another_reporter(held: Store) -> None:
    assert at_a_glance.study(held, GlanceQuery("CCC", "RUS")).reporter == "RUS"


def test_an_area_that_is_no_subject_has_the_reporter_with_the_newest_months_and_the_price_that_is_held(
    held: Store,
) -> None:
    found = at_a_glance.study(held, GlanceQuery("CCC"))
    assert found.reporter == "DDD"
    assert (found.about.event, found.about.landmarks) == (None, ())
    assert (found.price.title, found.price.frequency) == ("Consumer price inflation", "A")
    assert found.fall == "No event of Cordia divides before and after."


def test_the_window_is_that_of_the_trade_and_cuts_what_stands_beside_it(held: Store) -> None:
    found = at_a_glance.study(held, GlanceQuery("AAA"))
    assert (found.start, found.end) == (date(2020, 1, 1), date(2023, 12, 31))
    assert found.output.series.of("AAA") == {2021: -3.0, 2022: 2.0}
    assert found.price.frame["period"].to_list() == [date(2020, 1, 1), date(2023, 6, 1)]


def test_trade_is_summed_before_it_is_cut(held: Store) -> None:
    found = at_a_glance.study(held, GlanceQuery("AAA", start=date(2021, 1, 1), end=date(2021, 3, 1)))
    assert isinstance(found.trade, OverTimeStudy)
    exports = found.trade.lines[0].frame
    assert exports["period"].to_list() == [date(2021, 1, 1), date(2021, 2, 1), date(2021, 3, 1)]
    assert exports["value"].to_list() == [11 * 2020 + 2021, 10 * 2020 + 2 * 2021, 9 * 2020 + 3 * 2021]
    assert (found.start, found.end) == (date(2021, 1, 1), date(2021, 3, 31))


def test_a_year_is_drawn_where_its_middle_lies_in_the_window(held: Store) -> None:
    first = at_a_glance.study(held, GlanceQuery("AAA", start=date(2021, 7, 1)))
    assert list(first.output.series.of("AAA")) == [2021, 2022]
    later = at_a_glance.study(held, GlanceQuery("AAA", start=date(2021, 8, 1)))
    assert list(later.output.series.of("AAA")) == [2022]


def test_a_forecast_follows_the_last_outcome_from_the_newest_edition_and_ends_with_the_window(held: Store) -> None:
    """The year 2022 has an outcome, 2023 two forecasts, 2024 lies beyond the trade."""
    found = at_a_glance.study(held, GlanceQuery("AAA")).output.forecast
    assert found.select("year", "value", "release").rows() == [(2023, 4.0, "imf_weo-2023-01")]


def test_a_past_day_knows_neither_later_forecasts_nor_later_figures(held: Store) -> None:
    early = at_a_glance.study(held, GlanceQuery("AAA", known_on=date(2025, 12, 1)))
    assert early.output.lack == "The store knew no GDP figures of Aland on 1 Dec 2025."
    store = tiny.store(
        subject=[SUBJECT],
        trade_flow=trade(known_from=date(2022, 2, 1)),
        macro=[
            *tiny.macro("AAA", {2021: 1.0}, known_from=date(2022, 3, 1)),
            forecast(2022, 7.0, known_from=date(2022, 4, 1)),
            forecast(2022, 5.0, known_from=date(2022, 10, 1)),
        ],
    )
    asked = GlanceQuery("AAA", end=date(2022, 12, 1), known_on=date(2022, 5, 1))
    assert at_a_glance.study(store, asked).output.forecast["value"].to_list() == [7.0]


def test_a_level_is_in_constant_dollars_and_has_no_forecast() -> None:
    store = tiny.store(
        subject=[SUBJECT],
        trade_flow=trade(),
        macro=[
            *tiny.macro("AAA", {2021: 5e9}, indicator="gdp_constant_usd"),
            forecast(2023, 4.0, known_from=date(2023, 1, 1)),
        ],
    )
    found = at_a_glance.study(store, GlanceQuery("AAA", output="level")).output
    assert (found.series.of("AAA"), found.forecast.height) == ({2021: 5e9}, 0)
    assert found.series.measure.prices == "constant 2015 US dollars"


def test_what_is_not_held_is_told_in_its_place(held: Store) -> None:
    found = at_a_glance.study(held, GlanceQuery("BBB"))
    assert isinstance(found.trade, OverTimeStudy)
    assert found.output.lack == "The store holds no GDP figures of Borduria."
    assert found.price.lack == "The store holds no price, exchange rate or inflation of Borduria."


def test_what_the_window_cuts_off_is_told_with_its_years(held: Store) -> None:
    found = at_a_glance.study(held, GlanceQuery("CCC", start=date(2018, 1, 1), end=date(2019, 12, 1), reporter="RUS"))
    assert found.price.lack == "Its figures are of 2020 to 2021 and lie outside these years."
    early = at_a_glance.study(held, GlanceQuery("AAA", start=date(2023, 1, 1), end=date(2023, 3, 1)))
    assert early.output.lack == "Figures of GDP run from 2015 to 2022 and lie outside these years."


def test_without_trade_the_other_panels_stand(held: Store) -> None:
    found = at_a_glance.study(held, GlanceQuery("AAA", "DDD"))
    assert isinstance(found.trade, str) and found.trade.startswith("There are no")
    assert (found.start.year, found.end.year) == (2015, 2023)
    assert isinstance(found.fall, str)


def test_nothing_at_all_says_why(held: Store) -> None:
    with pytest.raises(AnalysisError, match="There are no"):
        at_a_glance.study(held, GlanceQuery("BBB", "DDD"))
    with pytest.raises(AnalysisError, match="XXY is not an area of this store"):
        at_a_glance.study(held, GlanceQuery("XXY"))


def test_a_line_is_late_that_ends_more_than_six_months_before_the_newest_figure(held: Store) -> None:
    found = at_a_glance.study(held, GlanceQuery("AAA"))
    assert found.newest == date(2023, 12, 1)
    assert not found.is_late(date(2023, 6, 1))
    assert found.is_late(date(2023, 5, 1))


def test_an_end_that_the_reader_chose_makes_no_line_late(held: Store) -> None:
    found = at_a_glance.study(held, GlanceQuery("AAA", end=date(2021, 3, 1)))
    assert not found.is_late(date(2021, 3, 1))


def test_an_economy_that_pays_in_dollars_has_no_rate() -> None:
    store = tiny.store(
        trade_flow=trade("CCC"),
        macro=[
            *tiny.macro("CCC", {2021: 1.0, 2022: 1.0}, indicator="fx_lcu_per_usd"),
            *tiny.macro("CCC", {2021: 4.0, 2022: 5.0}, indicator="cpi_inflation"),
        ],
    )
    assert at_a_glance.study(store, GlanceQuery("CCC")).price.indicator == "cpi_inflation"


def test_the_fall_is_measured_around_the_event_of_the_subject(held: Store) -> None:
    found = at_a_glance.study(held, GlanceQuery("AAA")).fall
    assert not isinstance(found, str)
    assert found.query.event == date(2021, 2, 1)
