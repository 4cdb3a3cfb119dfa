from __future__ import annotations

from datetime import date
from typing import Any

import polars as pl

from pipelines.schema import TABLES
from pipelines.schema.changes import (
    CHANGES,
    MOST_REVISIONS,
    REVISIONS,
    TABLE_WORDS,
    compare,
    from_json,
    recorded_revisions,
    revisions,
    sentences,
)


def macro(*rows: tuple[str, int, float]) -> dict[str, pl.DataFrame]:
    facts: dict[str, Any] = {"indicator": "gdp_growth", "frequency": "A", "source": "weo", "unit": "%", "release": "r"}
    facts |= {"is_forecast": False, "known_from": date(2025, 1, 1), "flag": None, "known_to": None}
    lines = [{**facts, "area": area, "period": date(year, 1, 1), "value": value} for area, year, value in rows]
    columns = {name: column.dtype for name, column in TABLES["macro"].columns().items()}
    return {"macro": pl.DataFrame(lines, schema=columns)}


OLD = macro(("RUS", 2021, 5.0), ("RUS", 2022, -2.0), ("UKR", 2021, 3.0))
NEW = macro(("RUS", 2021, 6.0), ("RUS", 2022, -1.0), ("RUS", 2023, 4.0))


def test_rows_are_counted_as_added_removed_and_revised() -> None:
    row = compare(OLD, NEW).row(0, named=True)
    assert (row["table"], row["source"]) == ("macro", "weo")
    assert (row["added"], row["removed"], row["revised"]) == (1, 1, 2)
    assert row["largest_pct"] == 50.0
    assert row["median_pct"] == 35.0
    assert row["since"] == date(2021, 1, 1)
    assert (row["last_old"], row["last_new"]) == (date(2022, 1, 1), date(2023, 1, 1))


def test_equal_builds_have_no_changes() -> None:
    assert compare(OLD, OLD).is_empty()
    assert compare({}, {}).schema == CHANGES


def test_against_nothing_everything_is_added() -> None:
    assert compare({}, NEW).select("added", "removed", "revised").row(0) == (3, 0, 0)


def test_a_row_that_was_replaced_is_not_counted_as_standing() -> None:
    closed = {"macro": OLD["macro"].with_columns(known_to=pl.lit(date(2025, 6, 1)))}
    assert compare(closed, OLD).select("added", "revised").row(0) == (3, 0)


def test_a_new_release_with_the_same_figures_changes_nothing() -> None:
    assert compare(OLD, {"macro": OLD["macro"].with_columns(release=pl.lit("s"))}).is_empty()


def test_a_revision_from_zero_has_no_percentage() -> None:
    row = compare(macro(("RUS", 2021, 0.0)), macro(("RUS", 2021, 1.0))).row(0, named=True)
    assert (row["revised"], row["largest_pct"]) == (1, None)


def test_changes_survive_the_trip_through_json() -> None:
    changes = compare(OLD, NEW)
    assert from_json(changes.with_columns(pl.col(pl.Date).dt.to_string()).to_dicts()).equals(changes)
    assert from_json([]).schema == CHANGES


def test_sentences_for_a_reader() -> None:
    assert sentences(compare(OLD, NEW)) == [
        "Economic figures from weo: 1 row added, 1 row removed, 2 rows revised, "
        "revisions of at most 50.0% (median 35.0%), since Jan 2021"
    ]
    named = sentences(compare({}, OLD), {"weo": "the International Monetary Fund"})
    assert named == ["Economic figures from the International Monetary Fund: 3 rows added, since Jan 2021"]


def test_every_table_has_words_for_its_rows() -> None:
    assert set(TABLE_WORDS) == set(TABLES)


def population(*rows: tuple[str, int, float]) -> dict[str, pl.DataFrame]:
    words = {"indicator": pl.lit("population"), "unit": pl.lit("persons")}
    return {"macro": macro(*rows)["macro"].with_columns(**words)}


def test_revised_figures_are_named_largest_change_first() -> None:
    rows = revisions(
        population(("RUS", 2021, 50.0), ("RUS", 2022, 4.0), ("UKR", 2021, 3.0)),
        population(("RUS", 2021, 60.0), ("RUS", 2022, 2.0), ("RUS", 2023, 4.0)),
    )
    assert rows.select("area", "item", "period", "old", "new", "change_pct", "unit", "known_from").rows() == [
        ("RUS", "population", date(2022, 1, 1), 4.0, 2.0, -50.0, "persons", date(2025, 1, 1)),
        ("RUS", "population", date(2021, 1, 1), 50.0, 60.0, 20.0, "persons", date(2025, 1, 1)),
    ]


def test_the_change_of_a_rate_is_in_percentage_points() -> None:
    rows = revisions(OLD, NEW)
    assert rows.schema == REVISIONS
    assert rows.select("area", "item", "period", "old", "new", "change_pct", "unit", "known_from").rows() == [
        ("RUS", "gdp_growth", date(2021, 1, 1), 5.0, 6.0, 1.0, "%", date(2025, 1, 1)),
        ("RUS", "gdp_growth", date(2022, 1, 1), -2.0, -1.0, 1.0, "%", date(2025, 1, 1)),
    ]


def test_what_is_new_or_went_away_is_no_revision() -> None:
    assert revisions({}, NEW).is_empty()
    assert revisions(OLD, OLD).schema == REVISIONS
    from_zero = revisions(population(("RUS", 2021, 0.0)), population(("RUS", 2021, 1.0)))
    assert from_zero["change_pct"].to_list() == [None]


def test_a_build_names_so_many_revisions_and_no_more() -> None:
    old, new = (macro(*((f"A{n:02d}", 2000 + k, x) for n in range(25) for k in range(10))) for x in (1.0, 2.0))
    assert compare(old, new)["revised"].item() == 250
    assert revisions(old, new).height == MOST_REVISIONS


def test_revisions_survive_the_trip_through_json_and_old_records_are_told_apart() -> None:
    rows = revisions(OLD, NEW)
    as_text = rows.with_columns(pl.col(pl.Date).dt.to_string()).to_dicts()
    found = recorded_revisions({"revisions": as_text})
    assert found is not None
    assert found.equals(rows)
    assert recorded_revisions({}) is None
    assert recorded_revisions({"revisions": [{"table": "macro", "old": "many"}]}) is None
