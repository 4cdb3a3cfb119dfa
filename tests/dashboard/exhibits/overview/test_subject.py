"""The aligned picture of every subject: its numbers are those of the other pages, and it says what it lacks."""

from __future__ import annotations

import re
from datetime import date

import polars as pl
import pytest

from dashboard.exhibits.base import Exhibit, NothingToShow
from dashboard.exhibits.impact.growth import GrowthParams, gdp_growth
from dashboard.exhibits.overview.subject import TABLE, SubjectParams, subject_at_a_glance
from dashboard.exhibits.trade.collapse import CollapseParams, collapse_card
from dashboard.exhibits.trade.over_time import TradeParams, trade_over_time
from dashboard.figures.theme import LIGHT
from dashboard.queries.subjects import subjects
from pipelines.store import Store

SUBJECTS = ("RUS", "UKR", "BLR", "IRN", "VEN", "PRK", "CUB", "MMR", "SYR", "ZAF", "IRQ", "HTI", "YUG", "LBY", "ZWE")


def show(store: Store, **asked: object) -> Exhibit:
    return subject_at_a_glance(store, SubjectParams.parse(asked), LIGHT)


@pytest.fixture(scope="module", params=SUBJECTS)
def drawn(request: pytest.FixtureRequest, store: Store) -> tuple[str, Exhibit]:
    return request.param, show(store, subject=request.param)


def test_the_list_is_that_of_the_data(store: Store) -> None:
    assert set(SUBJECTS) == set(subjects(store))


def test_trade_is_that_of_the_trade_page(store: Store, drawn: tuple[str, Exhibit]) -> None:
    code, exhibit = drawn
    area = subjects(store).traded_as(code)
    theirs = trade_over_time(store, TradeParams(partner=(area,), frequency="S"), LIGHT)
    ours = exhibit.data.filter(panel="trade").select("period", "value", flow="series")
    assert ours.equals(theirs.data.select("period", "value", "flow"))
    assert exhibit.answer.split("; ")[0].rstrip(".") == theirs.answer.removesuffix(". Current prices.")


def test_growth_is_that_of_the_impact_page(store: Store, drawn: tuple[str, Exhibit]) -> None:
    code, exhibit = drawn
    mine = exhibit.data.filter(~pl.col("is_forecast"), panel="output")
    if code in ("PRK", "YUG"):
        assert mine.is_empty()
        return
    theirs = gdp_growth(store, GrowthParams(target=code, peers=(), start=date(1985, 1, 1)), LIGHT).data
    theirs = theirs.filter(pl.col("period") >= mine["period"].min())
    assert mine.select("period", growth_pct="value").equals(theirs.select("period", "growth_pct"))


def test_peak_and_rebounds_are_those_of_the_collapse_card(store: Store, drawn: tuple[str, Exhibit]) -> None:
    code, exhibit = drawn
    subject = subjects(store)[code]
    assert subject.event is not None
    asked = CollapseParams(partner=(subject.traded_as,), event=subject.event.replace(day=1))
    try:
        now, against, rebounds, _ = collapse_card(store, asked, LIGHT).cards
    except NothingToShow as reason:
        assert exhibit.cards[1].value == "Not measured" and exhibit.cards[1].detail == str(reason)
        return
    assert (exhibit.cards[0].label, exhibit.cards[0].value) == (f"Trade, {now.detail}", now.value)
    assert exhibit.cards[0].detail.startswith((against.value, "No fall"))
    assert exhibit.cards[1] == rebounds


def test_every_subject_has_three_cards_an_answer_with_a_date_and_at_most_eight_years(
    drawn: tuple[str, Exhibit],
) -> None:
    _, exhibit = drawn
    assert len(exhibit.cards) == 3
    assert re.search(r"in the 12 months to [A-Z][a-z]{2} \d{4}", exhibit.answer)
    assert exhibit.answer.endswith(".") and "\n" not in exhibit.answer
    assert len(exhibit.figure.layout.xaxis.ticktext) <= 8
    assert exhibit.data.schema == TABLE
    assert len(exhibit.title) <= 70


def test_flags_carry_short_names_and_the_note_says_no_cause(drawn: tuple[str, Exhibit]) -> None:
    code, exhibit = drawn
    names = [note.text for note in exhibit.figure.layout.annotations if note.name == "flag-name"]
    assert bool(names) == (code != "ZWE")
    assert all(len(name.strip("\u00a0")) <= 34 for name in names)
    assert "They do not show cause." in exhibit.note


def test_what_is_missing_is_told_in_place(store: Store) -> None:
    korea = show(store, subject="PRK")
    told = [note.text for note in korea.figure.layout.annotations if note.name == "told"]
    assert told[0] == "The store holds no GDP figures of North Korea."
    assert told[1].replace("<br>", " ") == "The store holds no price, exchange rate or inflation of North Korea."
    assert korea.cards[2].value == "No figures"
    rhodesia = show(store, subject="ZWE")
    assert "The landmark acts lie outside these years." in rhodesia.note


def test_a_line_that_ends_early_says_so_in_the_subtitle(store: Store) -> None:
    assert "GDP to 2022, pounds per dollar to 2022" in show(store, subject="SYR").subtitle
    assert "goods trade to Dec 2024" in show(store, subject="IRQ").subtitle
    assert "goods trade to" not in show(store, subject="IRN").subtitle


def test_a_part_of_a_year_is_no_year(store: Store) -> None:
    exhibit = show(store, subject="RUS", frequency="A")
    part = exhibit.data.filter(panel="trade").filter("is_partial")
    assert part["label"].unique().to_list() == ["Jan–Jul 2026"]
    assert "in 2025, " in exhibit.answer
    hollow = [trace for trace in exhibit.figure.data if trace.name and "part of a period" in trace.name]
    assert len(hollow) == 2


def test_a_forecast_is_told_with_its_source_and_is_no_year_of_growth(store: Store) -> None:
    exhibit = show(store, subject="RUS")
    row = exhibit.data.filter("is_forecast").row(0, named=True)
    assert (row["label"], row["value"], row["source"]) == ("2026 (forecast)", 0.8, "imf_weo")
    assert "Hatched: forecast of the IMF, Jan 2026" in exhibit.note
    assert "real GDP grew by 1.0% in 2025" in exhibit.answer
    assert "International Monetary Fund" in exhibit.passport.source


def test_the_level_is_in_constant_dollars(store: Store) -> None:
    exhibit = show(store, subject="IRN", output="level")
    held = store.query(
        "SELECT value FROM macro WHERE area = 'IRN' AND indicator = 'gdp_constant_usd' AND known_to IS NULL "
        "AND period = DATE '2024-01-01'"
    )["value"].item()
    assert exhibit.data.filter(panel="output")["value"][-1] == held
    assert "real GDP $" in exhibit.answer
    assert "constant 2015 US dollars" in exhibit.passport.price_basis


def test_a_span_from_before_the_window_is_shaded_and_told(store: Store) -> None:
    exhibit = show(store, subject="IRQ")
    assert "Shaded from before these years: US trade ban (2 Aug 1990 to 29 Jul 2004)" in exhibit.note
    assert any(shape.type == "rect" and shape.x0.startswith("1991-") for shape in exhibit.figure.layout.shapes)


def test_all_marks_are_numbered_and_none_leaves_none(store: Store) -> None:
    every = show(store, subject="IRN", marks="all")
    assert sum(len(flag.marks) for flag in every.flags) > 80
    assert {note.name for note in every.figure.layout.annotations} >= {"flag"}
    bare = show(store, subject="IRN", marks="none")
    assert bare.flags == () and not bare.figure.layout.shapes


def test_an_area_that_is_no_subject_is_shown_with_what_is_held(store: Store) -> None:
    china = show(store, subject="CHN")
    assert china.title == "China at a glance: trade, sanctions and economy"
    assert "units of its currency per dollar in 2025" in china.answer
    assert china.flags == ()
    taiwan = show(store, subject="TWN")
    assert "whether GDP of 2024 is a result or an estimate" in taiwan.note


def test_the_reader_may_choose_reporter_window_and_day(store: Store) -> None:
    russia = show(store, subject="BLR", reporter="RUS", frequency="A")
    assert "Russian customs basis" in russia.subtitle or "IMTS" in russia.subtitle
    assert russia.passport.series.startswith("Goods trade, all products: Russia with Belarus")
    window = show(store, subject="IRN", start="2016-03", end="2018-06", frequency="M")
    assert window.data["period"].min() >= date(2016, 1, 1)
    assert window.figure.layout.xaxis.ticktext[0] == "Jul 2016"
    past = show(store, subject="RUS", known_on="2025-12-01")
    assert past.data["known_from"].max() <= date(2025, 12, 1)


def test_nothing_to_show_says_why(store: Store) -> None:
    with pytest.raises(NothingToShow, match="XXY is not an area"):
        show(store, subject="XXY")


def test_passport_names_each_panel_with_its_last_observation(store: Store) -> None:
    passport = show(store, subject="VEN").passport
    assert passport.last_observation == "Goods trade Jul 2026; Real GDP growth 2025; Brent crude oil Jul 2026"
    assert passport.view == "/chart?chart=subject_at_a_glance&subject=VEN"
    for name in ("Census", "World Bank", "Energy Information"):
        assert name in passport.source
