"""Trade in event time on months made by hand: worked numbers, rounding, doubt, gaps, and words that follow the rows."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard import words
from dashboard.analysis.errors import AnalysisError
from dashboard.exhibits.timing import effects, event_time
from dashboard.figures.theme import LIGHT
from dashboard.studies.event_time import EventTime, EventTimeQuery, effect, of_months
from dashboard.studies.series import TradeSeries
from pipelines.schema.terms import Clock
from tests.dashboard.exhibits.timing.hand import FIRST, PAIR, chosen, flow, month

BAN = {"measure": "ban", "effective": date(2012, 1, 15)}
AT = 24
"""The month of the ban, counted from the first."""


def _found(months: TradeSeries, *measures: dict[str, object], before: int = 24, after: int = 36) -> EventTime:
    rows = measures or (BAN,)
    query = EventTimeQuery(PAIR, tuple(str(row["measure"]) for row in rows), "effective", before, after)
    return of_months(months, chosen(rows), query)


def test_the_year_after_against_the_year_before_by_hand() -> None:
    found = _found(flow([100.0] * 12 + [200.0] * 12 + [999.0] + [50.0] * 12))
    one = found.effects[0]
    assert (one.before, one.after, one.change.value) == (200.0, 50.0, -0.75)
    drawn = dict(found.paths.select("offset", "index").iter_rows())
    assert (drawn[-24], drawn[-1], drawn[0], drawn[12]) == (50.0, 100.0, 499.5, 25.0)
    assert effects.answer("exports", found.effects) == (
        "Exports in the 12 months after against the 12 months before: −75.0% (EO 1, Jan 2012)."
    )


def test_euros_are_told_as_euros() -> None:
    found = _found(flow([2e9] * 24 + [1.0] + [1e9] * 12, currency="EUR"))
    card = effects.card(found.effects[0], found.series)
    assert card.detail == "EUR 2.00 billion a month before, EUR 1.00 billion after"
    table = event_time.table(found)
    assert table["value_usd"].null_count() == table.height
    assert table["value"].equals(table["value_eur"].rename("value"))
    assert table["currency"].unique().to_list() == ["EUR"]


def test_a_change_that_rounding_alone_could_make_is_a_band() -> None:
    coarse = {month(place): 100_000.0 for place in range(AT + 1, AT + 13)}
    found = _found(flow([110_000.0] * 24 + [0.0] + [100_000.0] * 12, rounding=coarse))
    assert effects.change(found.effects[0]).startswith("−55% to +36%")
    card = effects.card(found.effects[0], found.series)
    assert card.value == "−55% to +36% (rounded)"
    assert "rounded to more than a tenth of the figure (up to $100,000)" in event_time.note(found)


def test_a_zero_of_a_coarse_edition_is_less_than_its_half_step() -> None:
    coarse = {month(place): 100_000.0 for place in range(AT + 1, AT + 13)}
    found = _found(flow([900_000.0] * 24 + [0.0] * 13, rounding=coarse))
    assert effects.card(found.effects[0], found.series).detail.endswith("less than $50,000 after")


def test_a_doubtful_month_is_left_out_and_named_and_its_year_carries_no_percentage() -> None:
    doubt = month(AT + 3)
    found = _found(flow([100.0] * 40, flags={doubt: "implausible"}))
    assert found.effects[0].after is None
    assert doubt not in found.series.frame["period"].to_list()
    assert "Apr 2012 (implausible) is marked as doubtful and left out." in event_time.note(found)
    assert event_time.table(found)["flag"].null_count() == event_time.table(found).height


def test_measures_without_a_whole_year_before_them_are_named_and_all_refused_is_a_sentence() -> None:
    early = {"measure": "early", "effective": date(2010, 3, 1), "instrument": "EO 2"}
    found = _found(flow([100.0] * 60), early, BAN)
    assert found.silent == ("early",)
    assert "No line for EO 2: the 12 months before are not complete" in event_time.note(found)
    with pytest.raises(AnalysisError, match="No chosen measure has twelve complete months"):
        _found(flow([100.0] * 60), early)


def test_a_measure_without_the_date_is_counted_in_the_note() -> None:
    signed = {"measure": "act", "signed": date(2012, 6, 1)}
    assert "1 measure has no such date and stands at the nearest clock known" in event_time.note(
        _found(flow([100.0] * 60), BAN, signed)
    )


@given(
    values=st.lists(st.one_of(st.none(), st.floats(1, 1e9)), min_size=30, max_size=90),
    places=st.lists(st.integers(12, 80), min_size=1, max_size=7, unique=True),
    before=st.integers(12, 40),
    after=st.integers(1, 40),
    flagged=st.sets(st.integers(0, 89), max_size=4),
)
def test_passport_and_words_are_of_the_drawn_rows(
    values: list[float | None], places: list[int], before: int, after: int, flagged: set[int]
) -> None:
    """Cut, flag and move at random: no line without its words, no word without its line."""
    measures = [
        {"measure": f"m{place}", "effective": month(place).replace(day=9), "instrument": f"EO {place}"}
        for place in places
    ]
    try:
        found = _found(
            flow(values, flags={month(place): "implausible" for place in flagged}),
            *measures,
            before=before,
            after=after,
        )
    except AnalysisError:
        return
    drawn = found.paths
    assert found.series.last_month == drawn["period"].max()
    assert set(found.series.frame["period"]) == set(drawn["period"])
    assert not set(drawn["period"]) & {month(place) for place in flagged}
    told = effects.answer("exports", found.effects)
    assert len(found.effects) == drawn["measure"].n_unique()
    for one in found.effects:
        assert (f"({one.measure['instrument']}, {words.month(one.day)})" in told) == (one.after is not None)
    figure = event_time.draw(found, LIGHT)
    assert len(figure.data) == len(found.effects)
    table = event_time.table(found)
    assert table.height == drawn.height
    assert table["value"].to_list() == drawn["value"].to_list()
    silent = set(found.silent)
    assert silent | set(drawn["measure"]) == {str(row["measure"]) for row in measures}


@given(st.lists(st.floats(1e6, 1e9), min_size=25, max_size=25), st.floats(0.1, 10))
def test_another_currency_at_one_rate_changes_no_percentage(values: list[float], rate: float) -> None:
    row = chosen([BAN]).frame.row(0, named=True) | {"date": month(12)}
    dollars, euros = (effect(row, flow([v * by for v in values], FIRST)) for by in (1.0, rate))
    assert dollars.change.value == pytest.approx(euros.change.value, rel=1e-9, abs=1e-9)


def test_strict_clocks_leave_out_what_has_no_such_date() -> None:
    rows = [BAN, {"measure": "ended", "effective": date(2011, 2, 1), "lifted": date(2012, 5, 1)}]
    assert chosen(rows, Clock.LIFTED).frame["measure"].to_list() == ["ended"]
    assert chosen(rows, Clock.LIFTED).left_out == 1
    assert isinstance(chosen(rows).frame, pl.DataFrame)
