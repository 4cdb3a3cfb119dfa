"""Questions on sanctions: clocks, filters, what a measure without the chosen clock does."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from dashboard.queries import register
from pipelines.store import Store


@pytest.mark.parametrize(
    ("key", "clock", "day"),
    [
        ("us-rus-magnitsky-act", "signed", date(2012, 12, 14)),
        ("us-rus-ufsa", "signed", date(2014, 12, 18)),
        ("us-rus-caatsa", "signed", date(2017, 8, 2)),
        ("us-rus-eo14024", "signed", date(2021, 4, 15)),
        ("us-rus-eo14066", "signed", date(2022, 3, 8)),
        ("eu-rus-p03-swift7", "effective", date(2022, 3, 12)),
    ],
)
def test_dates_of_landmark_acts(store: Store, key: str, clock: str, day: date) -> None:
    row = register.measures(store, keys=[key], clock=clock).row(0, named=True)
    assert (row["date"], row["clock_used"]) == (day, clock)


def test_filters_narrow_and_an_empty_filter_lets_everything_through(store: Store) -> None:
    everything = register.measures(store)
    russia = register.measures(store, targets=["RUS"])
    by_us = register.measures(store, targets=["RUS"], senders=["US"])
    energy = register.measures(store, targets=["RUS"], senders=["US"], types=["energy"])
    assert everything.height >= russia.height > by_us.height > energy.height > 0
    assert by_us["sender"].unique().to_list() == ["US"]
    assert energy["types"].str.contains("energy").all()


def test_a_measure_without_the_chosen_clock_says_which_one_dates_it(store: Store) -> None:
    rows = register.measures(store, targets=["RUS"], clock="lifted")
    lifted = rows.filter(pl.col("clock_used") == "lifted")
    assert lifted["date"].equals(lifted["lifted"], null_equal=True)
    assert rows.filter(pl.col("lifted").is_null())["clock_used"].is_in(["effective", "signed", "announced"]).any()


def test_an_unknown_clock_is_refused(store: Store) -> None:
    with pytest.raises(ValueError, match="not a valid Clock"):
        register.measures(store, clock="1; DROP TABLE measure")


def test_every_measure_has_instrument_and_reference(store: Store) -> None:
    rows = register.measures(store)
    assert rows.filter(
        (pl.col("instrument").str.len_chars() < 2) | (pl.col("reference").str.len_chars() < 4)
    ).is_empty()
    assert rows["date"].null_count() == 0


def test_events_and_listings(store: Store) -> None:
    summits = register.events(store, kinds=["summit"])
    assert {date(2018, 7, 16), date(2021, 6, 16), date(2025, 8, 15)} <= set(summits["date"])
    ofac = register.listings(store, area="RUS", name_of_list="OFAC SDN")
    assert ofac["period"].min() == date(2022, 4, 1)
    assert ofac["added"][0] is None
    assert len(register.lists(store)) == 2
    assert register.senders(store, target="RUS")[0] == "EU"


def test_catalogue_of_programmes(store: Store) -> None:
    regimes = register.regimes(store)
    assert regimes.filter(pl.col("kind") == "catalogue").height == 261
    counted = regimes.filter(pl.col("kind") == "register")["dated_measures"].sum()
    assert counted == register.measures(store).height
