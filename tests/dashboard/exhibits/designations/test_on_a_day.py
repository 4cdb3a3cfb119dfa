"""Lists as this store knew them on a day: nothing learned later, and the day is named where it is the cause."""

from __future__ import annotations

from datetime import date

import pytest

from dashboard.exhibits.base import NothingToShow
from dashboard.exhibits.designations.counts import ListingsOverTimeParams, listings_over_time
from dashboard.exhibits.designations.names import NamesParams, designated_names
from dashboard.figures.theme import LIGHT
from pipelines.store import Store
from tests.dashboard.refreshed import FETCHED


def test_counts_of_a_day(store: Store) -> None:
    shown = listings_over_time(store, ListingsOverTimeParams(known_on=date(2026, 4, 1)), LIGHT)
    assert shown.data["list"].unique().to_list() == ["OFAC SDN"]
    assert shown.passport.unit == "one name (US)"
    assert shown.subtitle.endswith("as known on 1 Apr 2026")
    with pytest.raises(NothingToShow, match=r"known to this store on 1 Jan 2023; the first is of 31 Mar 2026"):
        listings_over_time(store, ListingsOverTimeParams(known_on=date(2023, 1, 1)), LIGHT)


def test_names_of_a_day_are_not_yet_removed(refreshed: Store) -> None:
    asked = NamesParams(list_name="UN Security Council")
    now = designated_names(refreshed, asked, LIGHT)
    then = designated_names(refreshed, asked.model_copy(update={"known_on": date(2026, 9, 15)}), LIGHT)
    assert now.data["removed"].drop_nulls().unique().to_list() == [FETCHED]
    assert then.data["removed"].null_count() == then.data.height
    assert "0 removed" in then.answer
    with pytest.raises(NothingToShow, match="Choose a later day"):
        designated_names(refreshed, asked.model_copy(update={"known_on": date(2020, 1, 1)}), LIGHT)


def test_the_shipped_annex_to_2024(store: Store) -> None:
    shown = listings_over_time(store, ListingsOverTimeParams.parse({"end": "2024-12"}), LIGHT)
    assert "Of the 3,022 entries of the EU's longest annex here (Reg 269/2014)" in shown.answer
    assert "2,306 had been listed by Dec 2024" in shown.answer
    assert "OFAC SDN Dec 2024" in shown.passport.last_observation
