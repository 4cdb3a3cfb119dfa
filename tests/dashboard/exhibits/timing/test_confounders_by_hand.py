"""The strip on a store of a few months: cut, date and drop at random, and every word is of the panels drawn."""

from __future__ import annotations

from datetime import date
from typing import Any

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dashboard import words
from dashboard.analysis.errors import AnalysisError
from dashboard.exhibits.timing import confounders as strip
from dashboard.exhibits.timing.confounders import ConfounderStripParams, confounder_strip
from dashboard.figures.theme import LIGHT
from dashboard.studies import confounders
from pipelines.store import Store
from tests.dashboard import tiny

KNOWN, LATER = date(2024, 1, 31), date(2025, 6, 30)


def _months(first: int, last: int) -> dict[date, float]:
    """A value of one more each month, from January of a year to December of another."""
    return {
        date(year, month, 1): 1e9 + 12e6 * (year - first) + 1e6 * month
        for year in range(first, last + 1)
        for month in range(1, 13)
    }


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Store:
    """US trade with Russia to 2024 and with the world to 2023; oil known late; the ECB's rouble to February 2022."""
    shared = {"indicator": "brent_usd_per_barrel", "frequency": "M", "unit": "USD"}
    oil = [
        {"area": "WLD", "period": day, "value": 80.0, "source": "brent", "known_from": LATER,
         "release": "brent-1", **shared}
        for day in _months(2020, 2024)
    ]  # fmt: skip
    rouble = [
        {"area": "RUS", "period": day, "value": 75.0, "source": "ecb_fx", "known_from": KNOWN, "release": "ecb-1",
         "indicator": "rub_per_usd", "frequency": "M", "unit": "RUB"}
        for day in _months(2020, 2022) if day <= date(2022, 2, 1)
    ]  # fmt: skip
    return tiny.store(
        tmp_path_factory.mktemp("strip"),
        trade_flow=[
            *tiny.months(_months(2019, 2022), flow="import", known_from=KNOWN, release="census-2024-01"),
            *tiny.months(_months(2023, 2024), flow="import", known_from=LATER, release="census-2025-06"),
            *tiny.months(_months(2019, 2022), flow="import", partner="WLD", known_from=KNOWN, release="census-2024-01"),
        ],
        macro=[*oil, *rouble],
        measure=[{"measure": "ban", "sender": "US", "target": "RUS", "types": "energy", "status": "confirmed",
                  "precision": "day", "effective": date(2022, 3, 8), "title": "Bans oil", "instrument": "EO 14066",
                  "reference": "87 FR"}],
    )  # fmt: skip


def _shown(store: Store, **values: Any) -> Any:
    return confounder_strip(store, ConfounderStripParams(measures=("ban",), **values), LIGHT)


def test_who_stopped_and_why_is_said_once_and_true(small: Store) -> None:
    shown = _shown(small)
    assert "the ECB stopped fixing the rouble after Feb 2022" in shown.note
    assert "ends Dec 2022, because the store has Dec 2024 for 1 partner and not for the world" in shown.note
    assert shown.passport.last_observation == (
        "US goods imports from Russia Dec 2024; Brent Dec 2024; Roubles per dollar Feb 2022; US goods imports from the "
        "world Dec 2022"
    )


def test_a_series_that_is_cut_by_the_window_has_not_stopped(small: Store) -> None:
    note = _shown(small, end=date(2021, 12, 1)).note
    assert "stopped" not in note and "because the store has" not in note


def test_a_missing_panel_says_which_of_three_is_the_cause(small: Store) -> None:
    early = _shown(small, known_on=date(2024, 6, 1))
    assert "Not shown: Brent (not known to this store on 1 Jun 2024)." in early.note
    assert "stopped fixing" in early.note
    later = _shown(small, start=date(2023, 1, 1))
    assert "Roubles per dollar (its figures are of Jan 2020–Feb 2022, outside these months)" in later.note
    assert "The reporter’s total is not shown: its figures are of Jan 2019–Dec 2022." in later.note
    with pytest.raises(AnalysisError, match="its figures are of Jan 2019–Dec 2024"):
        confounders.study(small, ConfounderStripParams(start=date(2030, 1, 1)).question())


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=60)
@given(
    start=st.one_of(st.none(), st.dates(date(2018, 1, 1), date(2025, 12, 1))),
    end=st.one_of(st.none(), st.dates(date(2018, 1, 1), date(2025, 12, 1))),
    known_on=st.sampled_from([None, date(2023, 12, 31), date(2024, 6, 1), date(2025, 7, 1)]),
    keys=st.sampled_from([(), ("ban",), ("nothing",)]),
)
def test_answer_table_passport_and_note_are_of_the_panels_drawn(
    small: Store, start: date | None, end: date | None, known_on: date | None, keys: tuple[str, ...]
) -> None:
    start, end = (None if day is None else day.replace(day=1) for day in (start, end))
    params = ConfounderStripParams(measures=keys, start=start, end=end, known_on=known_on)
    try:
        found = confounders.study(small, params.question())
    except AnalysisError as reason:
        assert "in the store" not in str(reason)
        return
    panels = strip.panels(found, {"USA": "United States", "RUS": "Russia", "WLD": "World"})
    table, answer = strip.table(panels), strip.answer(panels)
    passport = strip.passport(small, params, found, panels)
    assert table["series"].unique(maintain_order=True).to_list() == [one.name for one in panels]
    for name, last in table.group_by("series").agg(pl.col("period").max()).iter_rows():
        assert f"{name} {words.month(last)}" in passport.last_observation
        assert f"({words.month(last)})" in answer and name in answer
        assert name not in found.absent
    assert answer.count("(") - answer.count("(exports") == len(panels)
    if start is not None and end is not None:
        assert table["period"].is_between(start, end).all()
    if known_on is not None:
        assert table["known_from"].max() <= known_on  # type: ignore[operator]
    note = strip.note(found, panels, ())
    assert all(name in note for name in found.absent)
    strip.draw(found, panels, (), LIGHT)


def test_what_rounding_hides_is_less_than_and_never_nothing(tmp_path: Any) -> None:
    """An edition rounded to 100,000 that prints 0.0; the widths stand in the table, in the unit of the panel."""
    rows = tiny.months(_months(2020, 2022), flow="import")
    last = tiny.months({date(2023, 1, 1): 0.0}, flow="import")
    for row in [*rows, *last]:
        row["rounding_usd"] = 1e5
    made = confounder_strip(tiny.store(tmp_path, trade_flow=[*rows, *last]), ConfounderStripParams(measures=()), LIGHT)
    assert made.answer == "Last figures: US goods imports from Russia less than $50,000 (Jan 2023)."
    assert "lowest less than $50,000 in Jan 2023, last less than $50,000" in made.alt
    assert made.figure.data[0].hovertemplate[-1].startswith("<b>less than $50,000</b>")
    assert made.data["unit"][0] == "$ million"
    assert made.data["rounding"].to_list() == pytest.approx([0.1] * 37)
