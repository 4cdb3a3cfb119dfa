"""The register as it could be told on a day: what was out by then, with the dates that were fixed by then."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.queries import measures, register
from pipelines.schema.terms import Clock
from pipelines.store import Store
from tests.dashboard import tiny

DAY = date(2023, 1, 1)
DAYS = st.dates(date(2022, 1, 1), date(2024, 12, 31))
INSTRUMENTS = ("Reg (EU) 2022/879", "EO 14066; GL 16", "OFSI general licence as amended", "PL 112-208")


def _measure(key: str = "one", **given: Any) -> dict[str, Any]:
    return {"measure": key, "instrument": "EO 1", "types": "energy", "status": "confirmed", "precision": "day", **given}


def _told(**given: Any) -> dict[str, Any] | None:
    found = register.as_known(tiny.frame("measure", [_measure(**given)]), DAY)
    return None if found.is_empty() else found.row(0, named=True)


def test_what_was_not_out_yet_is_left_out() -> None:
    assert _told(announced=date(2023, 1, 2), effective=date(2023, 1, 2)) is None
    assert _told(lifted=date(2024, 1, 1)) is None
    assert _told(announced=DAY, effective=date(2023, 1, 2)) is not None


def test_a_day_that_lies_ahead_is_told_where_the_act_itself_fixed_it() -> None:
    ahead = date(2023, 6, 1)
    signed = _told(signed=date(2022, 12, 1), effective=ahead, wind_down_end=ahead)
    assert signed is not None and (signed["effective"], signed["wind_down_end"]) == (ahead, ahead)
    announced = _told(announced=date(2022, 12, 1), effective=ahead, wind_down_end=ahead)
    assert announced is not None and (announced["effective"], announced["wind_down_end"]) == (None, None)
    proposed = _told(announced=date(2022, 12, 1), signed=date(2023, 2, 1), effective=ahead, wind_down_end=ahead)
    assert proposed is not None and [proposed[name] for name in register.CLOCKS[1:]] == [None] * 4
    in_force = _told(effective=date(2022, 12, 1), wind_down_end=ahead)
    assert in_force is not None and in_force["wind_down_end"] == ahead


@pytest.mark.parametrize("more", [{"eases": "two"}, {"instrument": "GL 8 to GL 8L"}, {"instrument": "General Licence"}])
def test_an_end_that_renewals_move_is_told_once_it_is_past(more: dict[str, str]) -> None:
    ahead = _told(signed=date(2022, 2, 24), wind_down_end=date(2025, 3, 12), **more)
    assert ahead is not None and ahead["wind_down_end"] is None
    past = _told(signed=date(2022, 2, 24), wind_down_end=DAY, **more)
    assert past is not None and past["wind_down_end"] == DAY


ROWS = st.lists(
    st.fixed_dictionaries(
        {},
        optional=dict.fromkeys(register.CLOCKS, DAYS)
        | {"eases": st.just("other"), "instrument": st.sampled_from(INSTRUMENTS)},
    ),
    min_size=1,
    max_size=6,
)


@given(ROWS, DAYS, DAYS)
def test_what_came_later_changes_nothing_that_is_told(given_rows: list[dict[str, Any]], day: date, later: date) -> None:
    """Move every event after the day to another day after it: liftings, licences' ends, acts not signed yet."""
    rows = [_measure(f"m{place}", **row) for place, row in enumerate(given_rows)]
    moved = []
    for row in rows:
        other = dict(row)
        fixed_by_act = row.get("signed", date.max) <= day or (
            "signed" not in row and row.get("effective", date.max) <= day
        )
        for name in register.CLOCKS:
            renewed = name == "wind_down_end" and "eases" in row
            free = name in ("announced", "signed", "lifted") or not fixed_by_act or renewed
            if name in row and row[name] > day and free:
                other[name] = max(later, day + timedelta(days=1))
        moved.append(other)
    told, again = (register.as_known(tiny.frame("measure", some), day) for some in (rows, moved))
    assert told.equals(again)
    assert all((told[name].drop_nulls() <= day).all() for name in ("announced", "signed", "lifted"))


def test_the_mark_falls_back_on_a_clock_that_is_told() -> None:
    rows = tiny.frame("measure", [_measure(signed=date(2022, 2, 24), wind_down_end=date(2025, 3, 12), eases="x")])
    row = register.dated(register.as_known(rows, DAY), Clock.WIND_DOWN_END).row(0, named=True)
    assert (row["date"], row["clock_used"]) == (date(2022, 2, 24), "signed")


def test_the_shipped_register_tells_no_end_of_gl_8_in_2023_and_that_of_the_oil_embargo_in_2022(store: Store) -> None:
    rows = register.measures(store, targets=["RUS"], known_on=DAY)
    assert rows.filter(pl.col("measure") == "us-rus-gl8")["wind_down_end"].item() is None
    assert rows["date"].max() <= date(2024, 10, 1)  # type: ignore[operator]
    crude = register.measures(store, keys=["eu-rus-p06-crude"], known_on=date(2022, 7, 1))
    assert crude["wind_down_end"].item() == date(2022, 12, 5)
    assert rows["note"].null_count() == rows.height


def test_links_and_single_measures_follow_the_day(store: Store) -> None:
    assert measures.links(store, DAY)["by_date"].is_not_null().all()
    assert set(measures.links(store, DAY)["by"]) < set(measures.links(store)["by"])
    assert measures.one(store, "us-rus-rosneft-lukoil", DAY) is None
    licence = measures.one(store, "us-rus-gl8", DAY)
    assert licence is not None and licence["lifted"] is licence["wind_down_end"] is None


FIXED_BY_THE_ACT = {
    "us-irn-isa-ext2016",
    "us-rus-uranium",
    "us-pan-ships-1990",
    "eu-rus-tariffs-fertiliser-2025",
    "eu-rus-p19-lng",
    "eu-rus-gas-lng-2026",
    "eu-rus-gas-pipeline-2026",
}
"""Titles that name a later year because the act itself set it."""


def test_titles_and_instruments_tell_nothing_that_came_later(store: Store) -> None:
    """They are shown on a known day, when renewals, later uses and ends were not known."""
    for row in store.table("measure").iter_rows(named=True):
        told = f"{row['title']} | {row['instrument']}"
        assert not re.search(r"(?<!named )\b[Ll]ater\b(?!, by)|\bstill\b|\bsince then\b|GL \w+ to (GL )?\w+", told), (
            told
        )
        own = max((row[name].year for name in ("announced", "signed", "effective") if row[name]), default=9999)
        years = [int(year) for year in re.findall(r"(?<!UNSCR )\b(?:19|20)\d\d\b", row["title"])]
        assert row["measure"] in FIXED_BY_THE_ACT or "prolonged to" in told or max(years, default=0) <= own, told


def test_the_energy_licence_on_a_day_before_its_end_was_known(store: Store) -> None:
    rows = register.measures(store, targets=("RUS",), known_on=DAY)
    row = rows.filter(measure="us-rus-gl8").row(0, named=True)
    assert "2025" not in " ".join(str(value) for value in row.values())
    assert (row["wind_down_end"], row["instrument"]) == (None, "Russia-related GL 8")
