"""The timeline on measures made by hand: every count in its words is of the rows drawn, by the clock they have."""

from __future__ import annotations

from datetime import date
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard import words
from dashboard.exhibits.base import NothingToShow
from dashboard.exhibits.register import timeline, timeline_marks, timeline_table
from dashboard.exhibits.register.timeline import RegisterTimelineParams, register_timeline
from dashboard.exhibits.register.whole import RegisterTableParams, register_table
from dashboard.figures.theme import LIGHT
from dashboard.studies.measures import STRICT_CLOCKS
from pipelines.schema.terms import Clock
from pipelines.store import Store
from tests.dashboard.exhibits.timing.hand import chosen

DAYS = st.dates(date(2021, 11, 1), date(2022, 6, 30))
MEASURES = st.lists(
    st.fixed_dictionaries(
        {
            "sender": st.sampled_from(["US", "EU", "RUS"]),
            "status": st.sampled_from(["confirmed", "memory", "inferred"]),
        },
        optional={clock.value: DAYS for clock in Clock},
    ).filter(lambda row: any(clock.value in row for clock in Clock)),
    min_size=1,
    max_size=25,
)


@given(MEASURES, st.sampled_from(list(Clock)))
def test_every_count_is_of_the_rows_drawn(rows: list[dict[str, Any]], clock: Clock) -> None:
    found = chosen([row | {"measure": f"m{place}"} for place, row in enumerate(rows)], clock)
    own = [row[clock.value] for row in rows if clock.value in row]
    shown = len(own) if clock.value in STRICT_CLOCKS else len(rows)
    assert (found.frame.height, found.dated.height, found.left_out) == (shown, len(own), len(rows) - shown)
    if found.is_empty:
        return
    told = timeline.answer(found, "on Russia")
    months = [day.replace(day=1) for day in own]
    busiest = found.busiest()
    assert (busiest is None) == (not own)
    if busiest is not None:
        assert busiest[1] == months.count(busiest[0]) == max(months.count(month) for month in months)
        assert (f"{words.month(busiest[0])} with {busiest[1]} " in told) == (busiest[1] >= timeline.BUSY_FROM)
    dated = timeline.dated_by(found)
    assert (", dated by the day" in dated) == (found.elsewhere == 0)
    if found.elsewhere and own:
        assert f"{len(own)} dated by" in dated and f"and {found.elsewhere} by the nearest" in dated
    drawn = timeline_marks.rows(found)
    doubtful = found.frame.filter(pl.col("status") != "confirmed").height
    alt = timeline_table.alt("Sanctions", found)
    assert f"{words.plural(doubtful, 'measure') if doubtful else 'No measure'} with dates that no text" in alt
    assert timeline_table.table(drawn, found.who).height == shown
    lanes = timeline_marks.lanes(drawn, clock.value, found.who, LIGHT)
    assert sum(dot.number for lane in lanes for row in lane.rows for dot in row.dots) == shown


def test_march_2022_counts_what_took_effect_in_it(store: Store) -> None:
    shown = register_timeline(store, RegisterTimelineParams(), LIGHT)
    assert "The busiest month is Mar 2022 with 36 that took effect in it." in shown.answer
    assert "420 dated by the day they took effect and 45 by the nearest day known" in shown.subtitle
    effective = shown.data.filter(pl.col("effective").dt.truncate("1mo") == date(2022, 3, 1))
    assert effective.height == 36


def test_as_known_on_a_day_the_timeline_and_the_table_hold_what_was_out(store: Store) -> None:
    day = date(2023, 1, 1)
    shown = register_timeline(store, RegisterTimelineParams(known_on=day), LIGHT)
    whole = register_table(store, RegisterTableParams(known_on=day), LIGHT)
    for data in (shown.data, whole.data):
        gl8 = data.filter(pl.col("measure") == "us-rus-gl8").row(0, named=True)
        assert gl8["wind_down_end"] is gl8["lifted"] is gl8["note"] is None
        assert data.filter(pl.col("lifted") > day).is_empty()
        assert data.filter(pl.min_horizontal("announced", "signed", "effective", "wind_down_end") > day).is_empty()
    assert shown.data.height < register_timeline(store, RegisterTimelineParams(), LIGHT).data.height
    for one in (shown, whole):
        assert "as known on 1 Jan 2023" in one.subtitle and "As known on 1 Jan 2023" in one.note
        assert one.passport.vintage.endswith("as known on 1 Jan 2023")


@pytest.mark.parametrize(
    ("asked", "cause"),
    [
        ({"known_on": date(1950, 1, 1)}, "No measure of this choice was out on 1 Jan 1950; choose a later day"),
        ({"start": date(2040, 1, 1)}, "are dated Dec 2012–Jan 2027, outside these months"),
        ({"senders": ("OAPEC",)}, "holds no measure on Russia for this choice of senders, kinds, words and dates"),
        ({"clock": "lifted", "senders": ("JP",)}, "has a date on the clock “lifted or replaced”; choose another clock"),
    ],
)
def test_an_empty_timeline_says_which_of_four_is_the_cause(store: Store, asked: dict[str, Any], cause: str) -> None:
    with pytest.raises(NothingToShow, match=cause):
        register_timeline(store, RegisterTimelineParams(**asked), LIGHT)
