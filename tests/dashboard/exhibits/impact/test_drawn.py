"""Whatever is cut, filtered or hidden: passport, table, subtitle and sentences are of the rows that are drawn."""

from __future__ import annotations

import re
from datetime import date

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from dashboard.exhibits.base import Exhibit, NothingToShow
from dashboard.exhibits.impact.exposure import ExposureParams, exposure
from dashboard.exhibits.impact.forecast import ShortfallParams, growth_shortfall
from dashboard.exhibits.impact.gap import GapParams, gdp_gap
from dashboard.exhibits.impact.growth import GrowthParams, InflationParams, gdp_growth, inflation
from dashboard.exhibits.impact.level import LevelParams, gdp_level
from dashboard.figures.theme import LIGHT
from pipelines.store import Store
from tests.dashboard.economies import CODES
from tests.dashboard.tiny import NAMES

YEAR = re.compile(r"\b(?:19|20)\d\d\b")
BLAME = re.compile(r"\b(?:the|this) store (?:has|holds|lacks|names) no\b|\bends? in \d{4}\b", re.IGNORECASE)
"""Words that put the cause on the store or the source."""

few = settings(max_examples=12, deadline=None)
years = st.integers(2005, 2030)
day = st.sampled_from([None, date(2025, 9, 1), date(2026, 1, 1), date(2026, 6, 15), date(2026, 8, 1)])
places = st.lists(st.sampled_from(CODES), min_size=1, max_size=4, unique=True)
when = st.builds(date, st.integers(2012, 2026), st.integers(1, 12), st.integers(1, 28))


def _holds_together(shown: Exhibit, *, value: str) -> None:
    """What is said of the drawn rows is what they hold."""
    data = shown.data
    drawn = data["period"].dt.year()
    first, last = drawn.min(), drawn.max()
    assert shown.passport.last_observation == str(last)
    assert f"{first}–{last}" in shown.subtitle
    keys = re.search(r"\[(.*)\]", dict(shown.passport.rows())["Vintage"])
    named = set(keys.group(1).split(", ")) if keys else set()
    assert set(data["release"].drop_nulls()) <= named
    assert {name for name in data["name"].unique() if name not in shown.alt} == set()
    if value != "index":  # a level is told against its base, which need not be drawn
        assert {int(year) for year in YEAR.findall(shown.answer.split(", by the")[0])} <= set(drawn)
    assert data[value].null_count() == 0


@few
@given(who=places, start=years, end=years, known_on=day, source=st.sampled_from(["worldbank", "imf_weo"]), event=when)
def test_growth_says_what_it_draws(
    lands: Store, who: list[str], start: int, end: int, known_on: date | None, source: str, event: date
) -> None:
    asked = {"target": who[0], "peers": tuple(who[1:]), "start": date(start, 1, 1), "end": date(end, 1, 1)}
    params = GrowthParams.model_validate(asked | {"known_on": known_on, "gdp_source": source, "event": event})
    try:
        shown = gdp_growth(lands, params, LIGHT)
    except NothingToShow as nothing:
        _names_the_cause(str(nothing), params)
        return
    _holds_together(shown, value="growth_pct")
    assert shown.passport.unit == "% on the year before"
    assert shown.data["period"].is_between(date(start, 1, 1), date(end, 1, 1)).all()
    if known_on is not None:
        assert shown.data["known_from"].max() <= known_on  # type: ignore[operator]
    assert all((NAMES[code] in shown.title) == (code in set(shown.data["area"])) for code in who[:1])
    held = _held(params.gdp_source)[params.target]
    if BLAME.search(shown.note) is not None and end < min(event.year, held[1]):
        assert "These years end" in shown.note


def _held(source: str) -> dict[str, tuple[int, int]]:
    """First and last year of growth by economy."""
    if source == "imf_weo":
        return {"AAA": (2010, 2024), "CCC": (2015, 2024)}
    return {"AAA": (2010, 2025), "BBB": (2010, 2016), "NLD": (2010, 2023)}


def _names_the_cause(sentence: str, params: GrowthParams) -> None:
    """The window and the day are named where they are the cause, and nobody else is blamed for them."""
    assert sentence.endswith(".")
    held = _held(params.gdp_source)
    first_known = {"worldbank": date(2026, 7, 1), "imf_weo": date(2025, 10, 14)}[params.gdp_source]
    known = params.known_on is None or params.known_on >= first_known
    if params.target in held and known:
        assert "lie outside these years" in sentence
        assert "store" not in sentence
    elif params.target in held:
        assert params.known_on is not None
        assert f"were not known to this store on {params.known_on.day} " in sentence
    elif params.target == "DDD":
        assert sentence.startswith("No source in the store gives")


@few
@given(who=places, start=years, end=years, event=when, made=st.sampled_from(["chained", "constant"]))
def test_levels_say_what_they_draw(lands: Store, who: list[str], start: int, end: int, event: date, made: str) -> None:
    asked = {"target": who[0], "peers": tuple(who[1:]), "start": date(start, 1, 1), "end": date(end, 1, 1)}
    try:
        shown = gdp_level(lands, LevelParams.model_validate(asked | {"event": event, "level": made}), LIGHT)
    except NothingToShow as nothing:
        assert str(nothing).endswith(".")
        return
    _holds_together(shown, value="index")
    assert shown.passport.unit == f"index, {event.year - 1} = 100"
    assert shown.columns["index"].label == f"Index, {event.year - 1} = 100"
    last = shown.data.filter(pl.col("area") == who[0])["period"].max()
    assert isinstance(last, date)
    assert shown.answer.startswith(f"In {last.year} ")


@few
@given(event=when, trend=st.integers(4, 20), known_on=day)
def test_the_gap_says_what_it_draws(lands: Store, event: date, trend: int, known_on: date | None) -> None:
    params = GapParams.model_validate({"target": "AAA", "event": event, "trend_years": trend, "known_on": known_on})
    try:
        shown = gdp_gap(lands, params, LIGHT)
    except NothingToShow as nothing:
        assert str(nothing).endswith(".")
        return
    drawn = shown.data["period"].dt.year()
    assert shown.passport.last_observation == str(drawn.max())
    assert f"{drawn.min()}–{drawn.max()}" in shown.subtitle
    after = shown.data.filter(pl.col("period").dt.year() >= event.year)
    assert all(f"{when.year} " in shown.alt for when in after["period"])
    assert ("no figure" in shown.answer) == after.is_empty()


@few
@given(known_on=day, forecaster=st.sampled_from(["any", "imf_weo", "cbr"]), event=when)
def test_the_shortfall_says_what_it_draws(lands: Store, known_on: date | None, forecaster: str, event: date) -> None:
    params = ShortfallParams.model_validate(
        {"target": "AAA", "event": event, "forecaster": forecaster, "known_on": known_on}
    )
    try:
        shown = growth_shortfall(lands, params, LIGHT)
    except NothingToShow as nothing:
        assert str(nothing).endswith(".")
        return
    drawn = shown.data["period"].dt.year()
    assert shown.passport.last_observation == str(drawn.max())
    for column in ("value_pct", "low_pct", "high_pct"):
        for value in shown.data[column].drop_nulls():
            low, high = _told_range(shown.alt)
            assert low <= value <= high
    assert {int(year) for year in YEAR.findall(shown.answer.split("(")[0])} <= set(drawn)


def _told_range(alt: str) -> tuple[float, float]:
    told = [float(text.replace("−", "-").rstrip("%")) for text in re.findall(r"[+−]?\d+\.\d%", alt)]
    return min(told) - 0.05, max(told) + 0.05


@few
@given(side=st.lists(st.sampled_from(["USA", "NLD", "CCC", "DDD"]), min_size=1, unique=True), known_on=day, event=when)
def test_exposure_says_what_it_draws(lands: Store, side: list[str], known_on: date | None, event: date) -> None:
    params = ExposureParams.model_validate({"target": "AAA", "side": tuple(side), "known_on": known_on, "event": event})
    try:
        shown = exposure(lands, params, LIGHT)
    except NothingToShow as nothing:
        assert str(nothing).endswith(".")
        assert "add the United States" in str(nothing) or known_on is not None
        return
    drawn = shown.data["period"].dt.year()
    assert shown.passport.last_observation == str(drawn.max())
    assert (shown.passport.unit, shown.passport.price_basis) == ("% of GDP", "current US dollars in both")
    assert set(shown.data["currency"]) == {"USD"}
    assert "both in current US dollars" in shown.subtitle
    assert {int(year) for year in YEAR.findall(shown.answer)} <= set(drawn)
    if known_on is not None:
        assert shown.data["known_from"].max() <= known_on  # type: ignore[operator]


@few
@given(start=years, end=years)
def test_inflation_says_what_it_draws(lands: Store, start: int, end: int) -> None:
    asked = {"target": "AAA", "peers": (), "start": date(start, 1, 1), "end": date(end, 1, 1)}
    try:
        shown = inflation(lands, InflationParams.model_validate(asked), LIGHT)
    except NothingToShow as nothing:
        assert "lie outside these years" in str(nothing)
        return
    _holds_together(shown, value="inflation_pct")
