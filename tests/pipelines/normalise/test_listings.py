"""Lists over time by hand, and what must hold of the counts whatever the names."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.errors import ParseError
from pipelines.normalise.listings import ALL, GONE, counts, days, fold
from pipelines.schema import TABLES

COLUMNS = {name: column.dtype for name, column in TABLES["designation"].columns().items()}
FIRST, SECOND, THIRD = date(2026, 3, 10), date(2026, 5, 20), date(2026, 7, 31)


def names(*rows: dict[str, object], known_from: date = FIRST) -> pl.DataFrame:
    plain = {
        "list": "EU", "programme": "UKR", "name": "Example", "entry_kind": "entity", "areas": "RUS",
        "listed": date(2014, 7, 31), "listed_basis": "designation date", "removed": None, "removed_basis": None,
        "legal_act": None, "source": "eu_fsf", "release": f"eu_fsf-live-{known_from}", "known_from": known_from,
    }  # fmt: skip
    return pl.DataFrame([{**plain, **row} for row in rows], schema=COLUMNS)


def only(frame: pl.DataFrame, entry: str, programme: str = "UKR") -> dict[str, object]:
    return frame.row(by_predicate=(pl.col("entry") == entry) & (pl.col("programme") == programme), named=True)


def folded(*fetches: pl.DataFrame) -> pl.DataFrame:
    standing = names().clear()
    for came in fetches:
        standing = fold(standing, came, days(came))
    return standing


def test_the_first_fetch_stands_as_it_came() -> None:
    came = names({"entry": "1"}, {"entry": "2"})
    assert folded(came).equals(came)


def test_what_no_longer_comes_is_removed_on_the_day_of_the_fetch() -> None:
    table = folded(names({"entry": "1"}, {"entry": "2"}), names({"entry": "1"}, known_from=SECOND))
    gone = only(table, "2")
    assert (gone["removed"], gone["removed_basis"]) == (SECOND, GONE)
    assert only(table, "1")["removed"] is None


def test_it_stays_removed_on_the_day_of_the_first_fetch_without_it() -> None:
    one = {"entry": "1"}
    table = folded(names(one, {"entry": "2"}), names(one, known_from=SECOND), names(one, known_from=THIRD))
    assert only(table, "2")["removed"] == SECOND


def test_what_comes_back_is_no_longer_removed() -> None:
    both = ({"entry": "1"}, {"entry": "2"})
    table = folded(names(*both), names(both[0], known_from=SECOND), names(*both, known_from=THIRD))
    back = only(table, "2")
    assert (back["removed"], back["removed_basis"]) == (None, None)
    assert back["known_from"] == FIRST


def test_names_and_dates_are_the_newest_and_the_first_sight_stays() -> None:
    changed = {"entry": "1", "name": "Renamed", "areas": "RUS;UKR", "listed": date(2014, 8, 1)}
    row = only(folded(names({"entry": "1"}), names(changed, known_from=SECOND)), "1")
    assert (row["name"], row["areas"], row["listed"]) == ("Renamed", "RUS;UKR", date(2014, 8, 1))
    assert (row["known_from"], row["release"]) == (FIRST, f"eu_fsf-live-{FIRST}")


def test_a_date_that_the_list_no_longer_prints_is_kept() -> None:
    row = only(folded(names({"entry": "1"}), names({"entry": "1", "listed": None, "listed_basis": None})), "1")
    assert (row["listed"], row["listed_basis"]) == (date(2014, 7, 31), "designation date")


def test_a_programme_s_day_from_the_history_of_changes_wins_over_the_first_day_on_the_list() -> None:
    history = {"entry": "1", "listed": date(2025, 2, 1), "listed_basis": "programme added in the change of 2025-02-01"}
    later = {"entry": "1", "listed": date(2018, 4, 6), "listed_basis": "first day on this list"}
    kept = only(folded(names(history), names(later, known_from=SECOND)), "1")
    assert kept["listed"] == date(2025, 2, 1)
    corrected = {**history, "listed": date(2025, 2, 2)}
    newest = only(folded(names(history), names(corrected, known_from=SECOND)), "1")
    assert newest["listed"] == date(2025, 2, 2)


def test_a_row_that_comes_with_its_own_removal_keeps_it() -> None:
    delisted = {"entry": "2", "removed": date(2026, 4, 2), "removed_basis": "removed in the change of 2026-04-02"}
    table = folded(names({"entry": "1"}, {"entry": "2"}), names({"entry": "1"}, delisted, known_from=SECOND))
    assert only(table, "2")["removed"] == date(2026, 4, 2)


def test_a_programme_may_go_while_the_entry_stays_under_another() -> None:
    two = ({"entry": "1"}, {"entry": "1", "programme": "RUSDA"})
    table = folded(names(*two), names(two[0], known_from=SECOND))
    assert only(table, "1", "RUSDA")["removed"] == SECOND
    assert only(table, "1", "UKR")["removed"] is None


def test_a_list_that_was_not_fetched_stays_as_it_is() -> None:
    others = names({"entry": "7", "list": "UN", "source": "un_sc"}, {"entry": "8", "list": "UN", "source": "un_sc"})
    table = folded(others, names({"entry": "1"}, known_from=SECOND))
    assert table.filter(pl.col("list") == "UN").equals(others)


def test_each_list_of_a_source_is_folded_by_itself() -> None:
    sdn, cap = {"entry": "1", "list": "SDN"}, {"entry": "1", "list": "CAPTA"}
    table = folded(names(sdn, {**sdn, "entry": "2"}, cap), names(sdn, cap, known_from=SECOND))
    gone = table.filter(pl.col("removed").is_not_null())
    assert gone.select("list", "entry").rows() == [("SDN", "2")]


def test_a_list_that_lost_more_than_half_of_its_names_was_cut() -> None:
    stood = names(*({"entry": str(number)} for number in range(5)))
    half = names({"entry": "0"}, {"entry": "1"}, {"entry": "2"}, known_from=SECOND)
    assert fold(stood, half, days(half)).filter(pl.col("removed").is_not_null()).height == 2
    with pytest.raises(ParseError, match="EU came with 2 entries, where 5 stood: it was cut short"):
        fold(stood, half.head(2), days(half))


def test_an_entry_that_came_removed_is_no_name_on_the_list() -> None:
    stood = names({"entry": "1"}, {"entry": "2"}, {"entry": "3"})
    off = {"removed": SECOND, "removed_basis": "own"}
    came = names({"entry": "1"}, {"entry": "2", **off}, {"entry": "3", **off}, known_from=SECOND)
    with pytest.raises(ParseError, match="came with 1 entries, where 3 stood"):
        fold(stood, came, days(came))


def test_a_list_that_vanished_was_cut_too() -> None:
    with pytest.raises(ParseError, match="came with 0 entries"):
        fold(names({"entry": "1"}), names().clear(), {"EU": SECOND})


def test_an_older_list_is_not_laid_upon_a_newer_one() -> None:
    newer, older = names({"entry": "1"}, known_from=SECOND), names({"entry": "1"}, {"entry": "2"})
    with pytest.raises(ParseError, match="older than what stands"):
        folded(newer, older)


def test_an_entry_that_comes_twice_is_refused() -> None:
    with pytest.raises(ParseError, match="the entry 1 came twice"):
        folded(names({"entry": "1"}, {"entry": "1"}))


def row_of(table: pl.DataFrame, period: date, programme: str = ALL, area: str = "RUS") -> dict[str, object]:
    wanted = (pl.col("period") == period) & (pl.col("programme") == programme) & (pl.col("area") == area)
    return table.row(by_predicate=wanted, named=True)


def test_counts_by_hand() -> None:
    """Three names in March, one more in April, one gone in May, and July is the last month that is over."""
    march = [
        {"entry": "1"},
        {"entry": "2", "areas": "RUS;UKR"},
        {"entry": "3", "listed": None, "listed_basis": None},
    ]
    april = {"entry": "4", "listed": date(2026, 4, 14)}
    table = counts(
        folded(names(*march), names(march[0], march[2], april, known_from=SECOND)), {"EU": THIRD}, {"EU": "newest"}
    )
    mine = table.filter(pl.col("area") == "RUS", pl.col("programme") == "UKR")
    assert mine.select("period", "level", "added", "removed").rows() == [
        (date(2014, 7, 1), None, 2, None),
        (date(2026, 3, 1), 3, 0, None),
        (date(2026, 4, 1), 4, 1, 0),
        (date(2026, 5, 1), 3, 0, 1),
        (date(2026, 6, 1), 3, 0, 0),
        (date(2026, 7, 1), 3, 0, 0),
    ]
    ukraine = table.filter(pl.col("area") == "UKR", pl.col("programme") == ALL)
    assert ukraine.filter(pl.col("period") >= date(2026, 3, 1))["level"].to_list() == [1, 1, 0, 0, 0]
    assert table["known_from"].unique().to_list() == [THIRD]
    assert table["release"].unique().to_list() == ["newest"]
    assert TABLES["listing_count"].is_valid(table)


def test_a_month_that_is_not_over_is_not_counted() -> None:
    table = counts(names({"entry": "1"}), {"EU": date(2026, 4, 29)})
    assert table["period"].max() == date(2026, 3, 1)


def test_without_a_day_the_newest_row_says_which_months_are_over() -> None:
    stood = folded(names({"entry": "1"}, {"entry": "2"}), names({"entry": "1"}, known_from=SECOND))
    table = counts(stood)
    assert table["known_from"].unique().to_list() == [SECOND]
    assert table["period"].max() == date(2026, 4, 1)


def test_an_entry_under_two_programmes_counts_once_in_all() -> None:
    early, late = date(2014, 7, 31), date(2022, 3, 9)
    two = ({"entry": "1", "listed": late}, {"entry": "1", "programme": "RUSDA", "listed": early})
    other = {"entry": "2", "programme": "RUSDA", "listed": early}
    table = counts(folded(names(*two, other), names(two[0], other, known_from=SECOND)), {"EU": THIRD})
    assert row_of(table, date(2014, 7, 1))["added"] == 2
    assert table.filter(pl.col("programme") == ALL, pl.col("period") == date(2022, 3, 1)).is_empty()
    assert row_of(table, date(2026, 5, 1), "RUSDA")["removed"] == 1
    assert row_of(table, date(2026, 5, 1))["removed"] == 0
    assert row_of(table, date(2026, 7, 1))["level"] == 2


def test_removed_from_all_programmes_it_goes_on_the_last_of_the_days() -> None:
    off = {"entry": "1", "removed": date(2026, 4, 2), "removed_basis": "own"}
    table = counts(names(off, {**off, "programme": "RUSDA", "removed": date(2026, 6, 3)}), {"EU": THIRD})
    gone = table.filter(pl.col("programme") == ALL, pl.col("removed") > 0)
    assert gone.select("period", "removed").rows() == [(date(2026, 6, 1), 1)]


def test_an_entry_tied_to_no_country_counts_nowhere() -> None:
    assert counts(names({"entry": "1", "areas": None}), {"EU": THIRD}).is_empty()


def test_on_request_every_entry_counts_once_whether_tied_to_a_country_or_not() -> None:
    rows = names({"entry": "1", "areas": None}, {"entry": "2", "areas": "RUS;UKR"})
    table = counts(rows, {"EU": THIRD}, everywhere="WLD")
    assert row_of(table, date(2014, 7, 1), "UKR", "WLD")["added"] == 2
    assert row_of(table, date(2026, 7, 1), ALL, "WLD")["level"] == 2
    assert table.filter(pl.col("area") != "WLD").equals(counts(rows, {"EU": THIRD}))


def test_a_list_without_programmes_gives_the_counts_of_all_once() -> None:
    table = counts(names({"entry": "1", "programme": ALL}), {"EU": THIRD})
    assert table.filter(pl.col("period") == date(2014, 7, 1))["added"].to_list() == [1]


def test_no_names_give_no_counts_with_the_contract_s_columns() -> None:
    assert counts(names().clear()).columns == TABLES["listing_count"].column_names()


DAYS = st.dates(date(2026, 1, 1), date(2026, 12, 31))
ROW = st.fixed_dictionaries(
    {
        "list": st.sampled_from(["EU", "UN"]),
        "entry": st.sampled_from("abcdef"),
        "programme": st.sampled_from(["X", "Y", "Z"]),
        "areas": st.sampled_from([None, "RUS", "UKR", "RUS;UKR"]),
        "listed": st.none() | DAYS,
        "removed": st.none() | DAYS,
        "known_from": DAYS,
    }
)
ROWS = st.lists(ROW, min_size=1, max_size=25, unique_by=lambda row: (row["list"], row["entry"], row["programme"]))
END = {"EU": date(2026, 12, 31), "UN": date(2026, 12, 31)}


def many(rows: Sequence[dict[str, object]]) -> pl.DataFrame:
    return names(*rows)


@settings(deadline=None)
@given(ROWS)
def test_level_is_the_level_before_plus_added_minus_removed_where_all_are_dated(rows: list[dict[str, object]]) -> None:
    dated = [{**row, "listed": row["listed"] or row["known_from"]} for row in rows]
    table = counts(many(dated), END).sort("list", "area", "programme", "period")
    pairs = table.with_columns(pl.col("level").shift().over("list", "area", "programme").alias("before"))
    pairs = pairs.filter(pl.col("before").is_not_null())
    assert pairs.select((pl.col("before") + pl.col("added") - pl.col("removed") == pl.col("level")).all()).item()


@settings(deadline=None)
@given(ROWS)
def test_no_level_is_negative_and_the_last_is_the_names_that_stand(rows: list[dict[str, object]]) -> None:
    frame = many(rows)
    table = counts(frame, END)
    assert table.filter(pl.col("level") < 0).is_empty()
    # An entry that is off the list before it was on it counts from the day it was on, so it is off all the same.
    standing = frame.filter(pl.col("removed").is_null()).with_columns(pl.col("areas").str.split(";")).explode("areas")
    expected = standing.drop_nulls("areas").group_by("list", "areas").agg(pl.col("entry").n_unique())
    last = table.filter(pl.col("period") == date(2026, 12, 1), pl.col("programme") == ALL)
    levels = {(row["list"], row["area"]): row["level"] for row in last.iter_rows(named=True) if row["level"]}
    whole = frame.group_by("list", "entry").agg(
        pl.col("areas").str.split(";").explode().drop_nulls().unique(), pl.col("removed").is_null().any().alias("on")
    )
    by_area = whole.filter("on").explode("areas").drop_nulls("areas").group_by("list", "areas").len()
    assert levels == {(row["list"], row["areas"]): row["len"] for row in by_area.iter_rows(named=True)}
    assert all(levels[(row["list"], row["areas"])] >= row["entry"] for row in expected.iter_rows(named=True))


@settings(deadline=None)
@given(ROWS, st.randoms(use_true_random=False))
def test_the_order_of_the_rows_changes_nothing(rows: list[dict[str, object]], random) -> None:  # type: ignore[no-untyped-def]
    shuffled = list(rows)
    random.shuffle(shuffled)
    assert counts(many(rows), END).equals(counts(many(shuffled), END))


@settings(deadline=None)
@given(st.lists(st.sets(st.sampled_from("abcdefgh"), min_size=5), min_size=1, max_size=6))
def test_after_any_fetches_the_names_that_stand_are_those_of_the_last(fetches: list[set[str]]) -> None:
    frames = [
        names(*({"entry": entry} for entry in sorted(fetch)), known_from=FIRST + timedelta(days=turn))
        for turn, fetch in enumerate(fetches)
    ]
    table = folded(*frames)
    assert set(table.filter(pl.col("removed").is_null())["entry"]) == fetches[-1]
    assert set(table["entry"]) == set().union(*fetches)


@settings(deadline=None)
@given(st.sets(st.sampled_from("abcdefgh"), min_size=1))
def test_the_same_fetch_again_changes_nothing(fetch: set[str]) -> None:
    came = names(*({"entry": entry} for entry in sorted(fetch)))
    once = folded(came)
    assert fold(once, came, days(came)).equals(once)


def test_counts_stand_by_month_and_in_a_month_by_programme() -> None:
    rows = names({"entry": "1"}, {"entry": "2", "programme": "BLR", "listed": date(2014, 9, 1)})
    kept = counts(rows).filter(pl.col("period") < date(2015, 1, 1)).select("period", "programme").rows()
    assert kept == sorted(kept)
    assert len({month for month, _ in kept}) > 1
