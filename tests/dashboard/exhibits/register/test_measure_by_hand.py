"""One measure over months made by hand: the sentence, the table and the ends are those of the months drawn."""

from __future__ import annotations

from datetime import date
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from dashboard import words
from dashboard.exhibits.register import measure
from dashboard.figures.theme import LIGHT
from dashboard.queries.senders import Senders
from dashboard.studies import one_measure
from dashboard.studies.one_measure import Facts, OneMeasure, OneMeasureQuery
from dashboard.studies.series import TradeSeries
from tests.dashboard import tiny
from tests.dashboard.exhibits.timing.hand import PAIR, chosen, flow, month

ROW = {
    "measure": "ban",
    "title": "Bans oil",
    "effective": date(2012, 1, 15),
    "instrument": "EO 1",
    "reference": "79 FR 1",
    "types": "energy",
    "status": "confirmed",
    "precision": "day",
    "sender": "US",
    "target": "RUS",
}


def _facts(**more: Any) -> Facts:
    row = tiny.frame("measure", [ROW | more]).row(0, named=True) | {"regime_title": "US on Russia", "regime_url": None}
    return Facts(row, ("Russia",), ("Russia",), chosen([]).links, Senders())


def _found(months: TradeSeries, **more: Any) -> OneMeasure:
    return one_measure.of_months(months, _facts(**more), OneMeasureQuery("ban", "effective", PAIR))


def test_the_window_is_24_months_each_way_and_the_change_that_of_whole_years() -> None:
    found = _found(flow([2e9] * 24 + [9e9] + [1e9] * 40, currency="EUR"))
    assert (found.trade.frame["period"][0], found.trade.last_month) == (date(2010, 1, 1), date(2014, 1, 1))
    assert measure.trade_words(found, "exports") == (
        "Exports came to EUR 2.00 billion a month in the 12 months before Jan 2012 and to EUR 1.00 billion in the 12 "
        "months after (−50.0%)."
    )
    table = measure.table(found, "exports")
    assert table["value_usd"].null_count() == table.height
    assert table["months_from_measure"].drop_nulls().to_list() == list(range(-24, 25))


def test_why_there_is_no_line() -> None:
    nothing = flow([1.0]).with_rows(flow([1.0]).frame.clear())
    silent = TradeSeries(nothing.frame, "USD", nothing.prices, "M", "Nothing of this series was known on 1 Jan 1990.")
    assert measure.trade_words(_found(silent), "exports") == (
        "There is no line of exports around it. Nothing of this series was known on 1 Jan 1990."
    )
    late = _found(flow([1.0] * 12, date(2020, 1, 1)))
    assert "cover Jan 2010–Jan 2014: they begin in Jan 2020, so no trade is drawn" in measure.trade_words(
        late, "exports"
    )
    early = _found(flow([1.0] * 12, date(2000, 1, 1)))
    assert "they end in Dec 2000" in measure.trade_words(early, "exports")
    assert measure.draw(early, "exports", LIGHT).data


@given(
    st.lists(st.one_of(st.none(), st.floats(1e6, 1e9)), min_size=1, max_size=70),
    st.integers(-12, 60),
    st.sets(st.integers(0, 69), max_size=3),
)
def test_words_and_table_follow_any_months(values: list[float | None], shift: int, flagged: set[int]) -> None:
    if not any(value is not None for value in values):
        return
    first = month(shift)
    months = flow(values, first, flags={month(place, first): "implausible" for place in flagged})
    found = _found(months)
    told, note = measure.trade_words(found, "exports"), measure.note(found, {})
    table = measure.table(found, "exports")
    drawn = table.filter(table["value"].is_not_null())
    assert found.has_trade == (drawn.height > 0)
    if not found.has_trade:
        assert "so no trade is drawn" in told
        return
    assert drawn["date"].max() == found.trade.last_month
    assert drawn["date"].is_between(found.start, found.end).all()
    doubtful = found.trade.flagged["period"].to_list()
    assert ("Marked as doubtful" in note) == bool(doubtful)
    assert all(words.month(day) in note for day in doubtful)
    whole = {found.day.replace(day=1)}
    near = [month(place) for place in range(12, 37) if month(place) not in whole]
    held = set(found.trade.trusted().frame["period"])
    assert ("came to" in told) == all(day in held for day in near)
    measure.draw(found, "exports", LIGHT)
