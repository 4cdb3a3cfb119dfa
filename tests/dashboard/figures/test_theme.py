"""Ticks of axes that share a scale: whole years, few, and the same at every width."""

from __future__ import annotations

from datetime import date

import pytest

from dashboard.figures.theme import shared_ticks


@pytest.mark.parametrize(
    ("start", "end", "most", "years"),
    [
        (date(2012, 12, 1), date(2027, 1, 20), 8, ["2014", "2016", "2018", "2020", "2022", "2024", "2026"]),
        (date(2013, 1, 1), date(2026, 12, 31), 7, ["2014", "2016", "2018", "2020", "2022", "2024", "2026"]),
        (date(1992, 1, 1), date(2026, 7, 1), 7, ["1995", "2000", "2005", "2010", "2015", "2020", "2025"]),
        (date(1992, 1, 1), date(2026, 7, 1), 5, ["2000", "2010", "2020"]),
        (date(1900, 6, 1), date(2026, 7, 1), 7, ["1920", "1940", "1960", "1980", "2000", "2020"]),
        (date(2020, 1, 1), date(2024, 1, 1), 7, ["2020", "2021", "2022", "2023", "2024"]),
        (date(2020, 1, 2), date(2023, 12, 31), 7, ["2021", "2022", "2023"]),
    ],
)
def test_whole_years(start: date, end: date, most: int, years: list[str]) -> None:
    ticks = shared_ticks(start, end, most=most)
    assert ticks["ticktext"] == years
    assert ticks["tickvals"] == [f"{year}-01-01" for year in years]


def test_a_short_window_has_months_with_their_year() -> None:
    ticks = shared_ticks(date(2024, 11, 20), date(2025, 6, 15))
    assert ticks["ticktext"][:2] == ["Dec<br>2024", "Jan<br>2025"]
    two_years = shared_ticks(date(2024, 1, 1), date(2026, 1, 1))
    assert two_years["ticktext"] == ["Jan<br>2024", "Jul<br>2024", "Jan<br>2025", "Jul<br>2025", "Jan<br>2026"]
