"""Yearly series: what is drawn, and each of the four causes for what is not."""

from __future__ import annotations

from datetime import date

import pytest

from dashboard.studies import yearly
from dashboard.studies.yearly import GDP, GROWTH, INFLATION, SOURCE_WORDS, End, YearlyQuery, YearlySeries
from pipelines.store import Store
from tests.dashboard import tiny

BOTH = tuple(SOURCE_WORDS)


def _ask(store: Store, *areas: str, source: str = "worldbank", **more: object) -> YearlySeries:
    return yearly.ask(store, YearlyQuery(GROWTH, areas, source, **more))  # type: ignore[arg-type]


def test_rows_stand_in_the_order_asked_for_with_their_edition(lands: Store) -> None:
    found = _ask(lands, "NLD", "AAA", start=date(2020, 1, 1), end=date(2023, 1, 1))
    assert found.areas == ("NLD", "AAA")
    assert found.of("NLD") == {2020: 1.5, 2022: 1.5, 2023: 1.5}
    assert found.of("AAA") == {2020: 2.0, 2021: 2.0, 2022: -10.0, 2023: 1.0}
    assert (found.releases, found.sources, found.last_observation) == (("worldbank-2026-07",), ("worldbank",), "2023")
    assert found.lacks == ()
    assert found.why_empty == ""


def test_single_dated_estimates_are_no_part_of_an_edition(lands: Store) -> None:
    found = _ask(lands, "AAA", source="imf_weo")
    assert found.of("AAA")[2022] == -10.0
    assert found.releases == ("imf_weo-2025-10",)
    assert found.estimates["period"].to_list() == [date(2024, 1, 1)]


@pytest.mark.parametrize("flag", ["first_estimate", "first_estimate;fiscal_year", "revised;fiscal_year", "forecast"])
def test_a_dated_estimate_with_a_further_mark_is_one_too(flag: str) -> None:
    store = tiny.store(
        macro=[*tiny.macro("AAA", {2020: 1.0, 2022: 3.0}), *tiny.macro("AAA", {2021: 9.0}, flag=flag)],
    )
    assert _ask(store, "AAA").of("AAA") == {2020: 1.0, 2022: 3.0}
    other = tiny.store(macro=tiny.macro("AAA", {2020: 1.0}, flag="fiscal_year"))
    assert _ask(other, "AAA").frame["flag"].to_list() == ["fiscal_year"]


@pytest.mark.parametrize(
    ("area", "more", "cause", "text"),
    [
        ("DDD", {}, "nobody", "No source in the store gives real GDP growth for Drakmar. Choose another country."),
        ("CCC", {}, "source", "The World Bank gives no real GDP growth for Cordia here. Choose another country."),
        (
            "CCC",
            {"others": BOTH},
            "source",
            "The World Bank gives no real GDP growth for Cordia here, but the IMF does. Choose the other source.",
        ),
        (
            "NLD",
            {"start": date(2024, 1, 1)},
            "window",
            "The figures on real GDP growth for the Netherlands run from 2010 to 2023 and lie outside these years. "
            "Choose other years.",
        ),
        (
            "AAA",
            {"known_on": date(2026, 6, 30), "others": BOTH},
            "day",
            "The World Bank's figures on real GDP growth for Aland were not known to this store on 30 Jun 2026: the "
            "first vintage here is of 1 Jul 2026. Choose a later day, or the figures of the IMF.",
        ),
        (
            "CCC",
            {"known_on": date(2020, 1, 1)},
            "day",
            "No source here had given real GDP growth for Cordia by 1 Jan 2020: the first vintage here is of 14 Oct "
            "2025. Choose a later day.",
        ),
    ],
)
def test_what_is_missing_is_told_by_its_cause(
    lands: Store, area: str, more: dict[str, object], cause: str, text: str
) -> None:
    found = _ask(lands, area, **more)
    assert [(lack.area, lack.cause) for lack in found.lacks] == [(area, cause)]
    assert found.why_empty == text
    assert found.is_empty


def test_the_window_is_told_before_anything_that_the_store_could_be_blamed_for(lands: Store) -> None:
    """Borduria ends in 2016, but it is the window from 2017 on that leaves nothing of it."""
    found = _ask(lands, "AAA", "BBB", "CCC", "DDD", start=date(2017, 1, 1), known_on=date(2026, 8, 1))
    assert [lack.cause for lack in found.lacks] == ["window", "source", "nobody"]
    assert yearly.lacking(found.lacks, source="worldbank") == (
        "Figures for Borduria lie outside these years. No figures of the World Bank here for Cordia. No figures here "
        "for Drakmar."
    )


def test_a_day_of_knowledge_is_named_in_the_note(lands: Store) -> None:
    found = _ask(lands, "DDD", "AAA", known_on=date(2026, 1, 1))
    assert yearly.lacking(found.lacks[1:], known_on=date(2026, 1, 1)) == (
        "Not known yet on 1 Jan 2026: figures for Aland."
    )


@pytest.mark.parametrize(
    ("end", "known_on", "text"),
    [
        (
            End(2020, 2025, 2025),
            None,
            "These years end in 2020, before the event; the figures for Aland go on to 2025.",
        ),
        (
            End(2015, 2020, 2025),
            None,
            "These years end in 2015 and the figures for Aland in 2020, before the event.",
        ),
        (End(2016, 2016, 2016), None, "The figures for Aland end in 2016, before the event."),
        (
            End(2021, 2021, 2025),
            date(2022, 6, 1),
            "As known on 1 Jun 2022 the figures for Aland end in 2021, before the event; those of today go on to 2025.",
        ),
        (End(2021, 2021, 2021), date(2022, 6, 1), "The figures for Aland end in 2021, before the event."),
        (
            End(2020, 2022, 2022),
            None,
            "These years end in 2020, before the event; the figures for Aland go on to 2022.",
        ),
        (End(2022, 2025, 2025), None, ""),
        (End(None, None, None), None, ""),
    ],
)
def test_what_ends_before_the_event_is_told_by_its_cause(end: End, known_on: date | None, text: str) -> None:
    assert yearly.stops_before(end, date(2022, 2, 24), "Aland", known_on) == text


def test_the_first_source_that_had_figures_on_the_day_answers(lands: Store) -> None:
    today = yearly.first_source(lands, GDP, "AAA", BOTH, None)
    earlier = yearly.first_source(lands, GDP, "AAA", BOTH, date(2026, 1, 1))
    assert (today.sources, today.of("AAA")[2021]) == (("worldbank",), 1e12)
    assert (earlier.sources, earlier.of("AAA")[2021]) == (("imf_weo",), 2e12)
    before = yearly.first_source(lands, GDP, "AAA", BOTH, date(2025, 1, 1))
    assert before.why_empty == (
        "No source here had given GDP in dollars for Aland by 1 Jan 2025: the first vintage here is of 14 Oct 2025. "
        "Choose a later day."
    )
    nowhere = yearly.first_source(lands, GDP, "DDD", BOTH, date(2025, 1, 1))
    assert nowhere.why_empty == "No source in the store gives GDP in dollars for Drakmar. Choose another country."


def test_a_measure_knows_its_unit_prices_and_currency() -> None:
    assert (GDP.unit, GDP.currency, GDP.prices) == ("US dollars", "USD", "current prices")
    assert (INFLATION.noun, INFLATION.currency) == ("consumer price inflation", "")
    assert GROWTH.prices == "constant prices of the local currency"


def test_where_the_figures_of_an_economy_end(lands: Store) -> None:
    """Aland's rates end in 2025 in an edition of 2026."""
    for known_on in (None, date(2026, 8, 1)):
        assert _ask(lands, "AAA", known_on=known_on, end=date(2020, 1, 1)).end_of("AAA") == End(2020, 2025, 2025)
    assert _ask(lands, "AAA", known_on=date(2026, 1, 1)).end_of("AAA") == End(None, None, 2025)
    assert _ask(lands, "DDD").end_of("DDD") == End(None, None, None)


def test_the_first_word_of_a_flag_says_whether_a_figure_is_of_the_edition() -> None:
    flags = {2020: None, 2021: "first_estimate;x", 2022: "revised", 2023: "x;revised", 2024: "may_be_estimate"}
    rows = [row for year, flag in flags.items() for row in tiny.macro("AAA", {year: 1.0}, flag=flag)]
    found = _ask(tiny.store(macro=rows), "AAA")
    assert list(found.of("AAA")) == [2020, 2023, 2024]
    assert found.estimates["period"].to_list() == [date(2024, 1, 1)]


def test_the_reason_is_that_of_the_first_economy(lands: Store) -> None:
    """Aland has figures, Drakmar has none: what is empty is told of whom was asked for first."""
    assert _ask(lands, "AAA", "DDD").why_empty == ""
    assert _ask(lands, "DDD", "AAA").why_empty.startswith("No source in the store gives real GDP growth for Drakmar")


def test_nothing_is_told_of_an_end_that_nobody_knows() -> None:
    event = date(2022, 2, 24)
    for end in (End(None, 2010, 2010), End(2010, None, 2010), End(None, None, None)):
        assert yearly.stops_before(end, event, "Aland", None) == ""
    assert yearly.stops_before(End(2010, 2010, 2010), event, "Aland", None).startswith("The figures for Aland end in")


def test_years_stand_in_their_order_whenever_they_were_published() -> None:
    rows = [
        *tiny.macro("AAA", {2020: 1.0}, known_from=date(2026, 7, 1)),
        *tiny.macro("AAA", {2021: 2.0}, known_from=date(2026, 1, 1), release="worldbank-2026-01"),
    ]
    assert _ask(tiny.store(macro=rows), "AAA").frame["period"].to_list() == [date(2020, 1, 1), date(2021, 1, 1)]
