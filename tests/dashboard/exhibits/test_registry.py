"""Every registered exhibit, drawn with its defaults from the real store, keeps the rules that hold for all."""

from __future__ import annotations

import re

import polars as pl
import pytest

from dashboard.exhibits import EXHIBITS
from dashboard.exhibits.base import Exhibit, Spec
from dashboard.figures.marks import NOT_A_CAUSE
from dashboard.figures.theme import DARK, LIGHT
from pipelines.store import Store
from tests.dashboard.refreshed import ONLY_WHEN_REFRESHED

JARGON = re.compile(r"\b(None|NaN|null|nan|df|idx|known_from|is_partial|value_usd|TODO)\b")
CODE_NAMES = re.compile(
    r"\b(census|worldbank|worldbank_gep|imts|comext|fcs|unsyb|imf_weo|imf_staff|ebrd|iif|cbr|minecon_\w+|rosstat|"
    r"sp_global|ukrstat|bls_cpi|brent|ecb_fx|eu-oj|ofac-names)-20\d\d|`"
)
"""Names of releases are for the passport's table alone; marks of code are for nobody."""


def _store_for(spec: Spec, store: Store, request: pytest.FixtureRequest) -> Store:
    """The shipped figures, or those of a live refresh for what shows nothing else."""
    return request.getfixturevalue("refreshed") if spec.id in ONLY_WHEN_REFRESHED else store


@pytest.fixture(scope="module", params=EXHIBITS, ids=lambda spec: spec.id)
def drawn(request: pytest.FixtureRequest, store: Store) -> tuple[Spec, Exhibit, Store]:
    spec: Spec = request.param
    used = _store_for(spec, store, request)
    return spec, spec.build(used, spec.params(), LIGHT), used


def test_words(drawn: tuple[Spec, Exhibit, Store]) -> None:
    spec, exhibit, _ = drawn
    assert exhibit.id == spec.id
    assert 10 <= len(exhibit.title) <= 70
    assert exhibit.title[0].isupper() or exhibit.title[0].isdigit()
    assert exhibit.subtitle
    assert exhibit.note
    assert len(exhibit.alt) > 60
    for text in (exhibit.title, exhibit.subtitle, exhibit.note, exhibit.alt, exhibit.answer):
        assert JARGON.search(text) is None, text
        assert CODE_NAMES.search(text) is None, text
        assert "- " not in text or " - " not in text


def test_passport_is_complete(drawn: tuple[Spec, Exhibit, Store]) -> None:
    spec, exhibit, used = drawn
    passport = exhibit.passport
    assert passport.build_id == used.build_id
    for name in ("source", "series", "unit", "last_observation", "vintage", "licence", "credit", "cannot_show", "view"):
        assert getattr(passport, name), name
        assert "not recorded" not in getattr(passport, name), name
    assert passport.view == spec.view(exhibit.params)


def test_the_foot_names_vintages_by_date_and_title(drawn: tuple[Spec, Exhibit, Store]) -> None:
    foot = drawn[1].passport.foot()
    assert CODE_NAMES.search(foot) is None, foot
    assert JARGON.search(foot) is None, foot


def test_marks_never_claim_a_cause(drawn: tuple[Spec, Exhibit, Store]) -> None:
    _, exhibit, _ = drawn
    if exhibit.flags:
        assert NOT_A_CAUSE in exhibit.note


def test_data_is_what_is_drawn_and_holds_no_full_year_2026(drawn: tuple[Spec, Exhibit, Store]) -> None:
    _, exhibit, _ = drawn
    data = exhibit.data
    assert not data.is_empty()
    assert data.columns == [name for name in data.columns if name == name.lower()]
    if {"period", "is_partial", "label"} <= set(data.columns):
        part = data.filter(pl.col("is_partial"))
        assert part.filter(pl.col("label").str.contains(r"^\d{4}$")).is_empty()
    if "year" in data.columns and data.schema["year"].is_integer() and "is_partial" not in data.columns:
        assert data.filter(pl.col("year") >= 2026).is_empty()


def test_no_text_of_the_figure_shows_2026_as_a_year(drawn: tuple[Spec, Exhibit, Store]) -> None:
    _, exhibit, _ = drawn
    words = [a.text or "" for a in exhibit.figure.layout.annotations] + [t.name or "" for t in exhibit.figure.data]
    assert [text for text in words if re.fullmatch(r"\s*2026\s*", text)] == []


def test_figure_asks_nothing_from_outside_and_serialises(drawn: tuple[Spec, Exhibit, Store]) -> None:
    _, exhibit, _ = drawn
    text = exhibit.figure.to_json()
    assert "bdata" not in text
    assert re.search(r'"(topojsonURL|source)":\s*"http', text) is None
    assert not any(trace.type in ("choropleth", "scattergeo", "choroplethmap") for trace in exhibit.figure.data)


def test_file_name_says_what_is_inside(drawn: tuple[Spec, Exhibit, Store]) -> None:
    _, exhibit, _ = drawn
    assert re.fullmatch(r"[a-z0-9][a-z0-9-]{5,110}", exhibit.stem), exhibit.stem


@pytest.mark.parametrize("spec", EXHIBITS, ids=lambda spec: spec.id)
def test_dark_figures_use_the_dark_paper(spec: Spec, store: Store, request: pytest.FixtureRequest) -> None:
    figure = spec.build(_store_for(spec, store, request), spec.params(), DARK).figure
    assert figure.layout.paper_bgcolor == DARK.paper
    assert figure.layout.font.color == DARK.ink


def test_ids_are_unique() -> None:
    ids = [spec.id for spec in EXHIBITS]
    assert len(set(ids)) == len(ids)
