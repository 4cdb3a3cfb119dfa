"""Real output as a level and against its path: chained by hand, with its base, its editions and its gaps."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import date

import polars as pl
import pytest

from dashboard.studies import output, path_gap
from dashboard.studies.growth import Compared
from pipelines.store import Store
from tests.dashboard import tiny

EVENT = date(2022, 2, 24)
WHO = Compared(("AAA",), ("NLD", "BBB", "CCC", "DDD"))


def test_a_level_is_chained_and_the_year_before_the_event_is_a_hundred(lands: Store) -> None:
    found = output.since(lands, Compared(("AAA",)), "chained", event=EVENT)
    assert found.of("AAA")[2021] == 100
    assert found.of("AAA")[2020] == pytest.approx(100 / 1.02)
    assert found.of("AAA")[2024] == pytest.approx(100 * 0.9 * 1.01 * 1.03)
    assert found.of("AAA")[2009] == pytest.approx(100 / 1.02**12)  # the year before the first rate
    assert (found.unit, found.years, found.last_observation) == ("index, 2021 = 100", (2009, 2025), "2025")


def test_constant_dollars_come_from_their_own_edition_and_end_where_it_ends(lands: Store) -> None:
    found = output.since(lands, Compared(("AAA",)), "constant", event=EVENT)
    assert found.of("AAA")[2024] == pytest.approx(100 * 114 / 111)
    assert (found.releases, found.last_observation) == (("worldbank-2026-05",), "2024")
    assert found.levels.prices == "constant 2015 US dollars"


def test_who_is_not_drawn_is_told_with_the_cause(lands: Store) -> None:
    found = output.since(lands, WHO, "chained", event=EVENT)
    assert found.drawn == Compared(("AAA",), ("NLD",))  # no rate of 2021 is needed for a level in it
    assert sorted(found.of("NLD")) == [2021, 2022, 2023]
    assert {lack.area: lack.cause for lack in found.lacks} == {
        "CCC": "source", "DDD": "nobody", "BBB": "base",
    }  # fmt: skip
    assert (
        "Borduria has no level for 2021, the year before the event. The figures for Borduria run from 2010 to 2016."
        in (next(lack.text for lack in found.lacks if lack.area == "BBB"))
    )


def test_the_readers_years_cut_and_are_named(lands: Store) -> None:
    found = output.since(lands, Compared(("AAA",)), "chained", event=EVENT, end=date(2020, 1, 1))
    assert found.years == (2009, 2020)
    later = output.since(
        lands, Compared(("AAA",)), "chained", event=EVENT, start=date(2019, 1, 1), end=date(2023, 1, 1)
    )
    assert sorted(later.of("AAA")) == [2019, 2020, 2021, 2022, 2023]  # both ends are in
    assert found.stops_before == "These years end in 2020, before the event; the figures for Aland go on to 2025."
    none = output.since(lands, Compared(("AAA",)), "chained", event=EVENT, start=date(2030, 1, 1))
    assert none.why_empty == (
        "The levels of Aland run from 2009 to 2025 and lie outside these years. Choose other years."
    )


def test_a_target_without_figures_says_why(lands: Store) -> None:
    unknown = output.since(lands, WHO, "chained", event=EVENT, known_on=date(2026, 1, 1))
    assert unknown.why_empty.startswith("The World Bank's figures on real GDP growth for Aland were not known")
    late = output.since(lands, Compared(("AAA",)), "chained", event=date(2035, 1, 1))
    assert late.why_empty == (
        "No growth rates reach 2034, so no level can be chained to it. The figures for Aland run from 2010 to 2025. "
        "Choose another event."
    )


def test_a_level_rests_on_the_editions_of_every_rate_between_it_and_the_base() -> None:
    """2020 and 2023 of base 2021: the rates of 2021, 2022 and 2023, and not that of 2020."""
    period = [date(year, 1, 1) for year in range(2019, 2025)]
    known = pl.DataFrame({"area": ["AAA"] * 6, "period": period, "release": ["r19", "r20", "r21", "r22", "r23", "r24"]})
    series = output.YearlySeries(None, known, known, {})  # type: ignore[arg-type]
    levels = output.Levels(known, series, "chained", 2021)
    rows = {"area": ["AAA"] * 2, "period": [date(2020, 1, 1), date(2023, 1, 1)], "release": [None, "r23"]}
    shown = pl.DataFrame(rows, schema_overrides={"release": pl.String})
    assert levels.releases(shown) == ("r21", "r22", "r23")
    assert levels.releases(shown.head(1)) == ("r21",)
    base = pl.DataFrame({"area": ["AAA"], "period": [date(2021, 1, 1)], "release": ["r21"]})
    assert levels.releases(base) == ("r21",)
    nameless = base.with_columns(pl.lit(None, dtype=pl.String).alias("release"))
    assert levels.releases(nameless) == ("r19", "r20", "r21", "r22", "r23", "r24")
    constant = output.Levels(known, series, "constant", 2021)
    assert constant.releases(shown) == ("r23",)


def test_a_gap_to_a_path_by_hand(lands: Store) -> None:
    """2% a year through 2014–2021 is met exactly; 2022 is 10% below a year that the path raises by 2%."""
    found = path_gap.study(lands, "AAA", "chained", event=EVENT, trend_years=8)
    gaps = {when.year: gap for when, gap in found.after.select("period", "gap_pct").iter_rows()}
    assert found.trend_years == tuple(range(2014, 2022))
    assert (found.trend_pct, found.miss_pct) == (pytest.approx(2.0), pytest.approx(0.0, abs=1e-9))
    assert gaps[2022] == pytest.approx(100 * (0.9 / 1.02 - 1))
    assert gaps[2025] == pytest.approx(100 * (0.9 * 1.01 * 1.03 * 1.05 / 1.02**4 - 1))
    assert found.releases == ("worldbank-2026-07",)
    assert found.before.height == 8


def test_the_path_runs_through_years_without_a_figure(lands: Store) -> None:
    found = path_gap.study(lands, "NLD", "chained", event=date(2019, 6, 1), trend_years=8)
    rows = {year: (level, path, gap) for year, level, path, gap in found.every_year()}
    assert list(rows) == list(range(2011, 2021))  # the chain ends where 2021 is missing
    assert rows[2018][:2] == (pytest.approx(100), pytest.approx(100))
    assert math.isclose(rows[2020][1], 100 * 1.015**2)


def test_nothing_after_the_event_is_the_days_or_nobodys_fault(lands: Store) -> None:
    yet = path_gap.study(lands, "AAA", "chained", event=date(2026, 3, 1), trend_years=8)
    assert yet.nothing_after == "There is no figure for Aland from the event on yet."
    assert path_gap.study(lands, "AAA", "chained", event=EVENT, trend_years=8).nothing_after == ""
    end = output.yearly.YearlySeries(
        output.YearlyQuery(output.GROWTH, ("AAA",), "worldbank", date(2025, 1, 1)),
        yet.levels.series.frame, yet.levels.series.known, {"AAA": "Aland"}, today={"AAA": 2027},
    )  # fmt: skip
    held = output.Levels(yet.levels.frame, end, "chained", 2025)
    assert path_gap.gap_of(held, date(2026, 3, 1), 8).nothing_after == (
        "As known on 1 Jan 2025 there was no figure for Aland from the event on; those of today go on to 2027."
    )
    same_year = output.Levels(yet.levels.frame, replace(end, today={"AAA": 2026}), "chained", 2025)
    assert path_gap.gap_of(same_year, date(2026, 3, 1), 8).nothing_after.endswith("those of today go on to 2026.")
    not_yet = output.Levels(yet.levels.frame, replace(end, today={"AAA": 2025}), "chained", 2025)
    assert path_gap.gap_of(not_yet, date(2026, 3, 1), 8).nothing_after.endswith("from the event on yet.")


def test_a_path_needs_years(lands: Store) -> None:
    found = path_gap.study(lands, "AAA", "chained", event=date(2012, 1, 1), trend_years=8)
    assert found.why_empty == (
        "The levels hold 3 years from 2004 to 2011; a path needs 4 and the last one. Choose another event or another "
        "number of years."
    )


def test_the_year_before_the_first_rate_is_no_estimate_and_years_stand_in_their_order() -> None:
    """The rate of 2021 was published before that of 2020; the level of 2019 has no rate of its own."""
    rows = [
        *tiny.macro("AAA", {2020: 2.0}, known_from=date(2026, 7, 1)),
        *tiny.macro("AAA", {2021: 3.0, 2022: 4.0}, known_from=date(2026, 1, 1), release="worldbank-2026-01"),
    ]
    for start in (None, date(2000, 1, 1)):
        found = output.since(tiny.store(macro=rows), Compared(("AAA",)), "chained", event=EVENT, start=start)
        assert found.frame.select(pl.col("period").dt.year(), "is_estimate").rows() == [
            (year, False) for year in (2019, 2020, 2021, 2022)
        ]
