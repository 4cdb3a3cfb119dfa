"""Dictionary, methods, known gaps and the last refresh: complete, and true of this store."""

from __future__ import annotations

import importlib
import inspect
import json
import pkgutil
import re
from datetime import date
from types import ModuleType, SimpleNamespace
from typing import Any, cast

import polars as pl
import pytest

from dashboard import analysis
from dashboard.exhibits.data import changes, dictionary, gaps, methods
from dashboard.exhibits.data import choices as data_page
from pipelines.schema import TABLES
from pipelines.schema.changes import CHANGES
from pipelines.store import Store


def test_every_table_and_column_is_in_the_dictionary_with_its_meaning() -> None:
    found = {table.name: table for table in dictionary.tables()}
    assert list(found) == list(TABLES)
    for name, contract in TABLES.items():
        assert [column.name for column in found[name].columns] == contract.column_names()
        assert [column.name for column in found[name].columns if column.key] == contract.primary_key()
        assert found[name].summary
        assert all(len(column.text) > 1 for column in found[name].columns)


def test_the_dictionary_can_be_searched() -> None:
    hits = {table.name: [column.name for column in table.columns] for table in dictionary.search("VALUE euros")}
    assert hits["trade_flow"] == ["value_eur"]
    assert [table.name for table in dictionary.search("")] == list(TABLES)
    assert dictionary.search("no such thing anywhere") == ()


def test_a_table_that_matches_by_its_own_words_keeps_its_columns() -> None:
    found = {table.name: table for table in dictionary.search("goods trade by reporter")}
    assert [column.name for column in found["trade_flow"].columns] == TABLES["trade_flow"].column_names()


def _public(module: ModuleType) -> list[str]:
    """Names of the public functions that a module defines."""
    return [
        name
        for name, value in vars(module).items()
        if inspect.isfunction(value) and not name.startswith("_") and value.__module__ == module.__name__
    ]


def test_a_method_is_told_if_and_only_if_a_figure_rests_on_it() -> None:
    """Which functions exhibits reach is read from their code; what is used and is no step of another is told."""
    told = {(chapter.module, method.name) for chapter in methods.chapters() for method in chapter.methods}
    used = methods.functions_used()
    assert told == {(place, name) for place, _, titles in methods.TITLES for name in titles if (place, name) in used}
    known = {found.name for found in pkgutil.iter_modules(analysis.__path__)}
    assert known >= methods.MODULES_NOT_TOLD
    for found in sorted(known - methods.MODULES_NOT_TOLD):
        for name in _public(importlib.import_module(f"dashboard.analysis.{found}")):
            place = (f"analysis.{found}", name)
            if f"{found}.{name}" in methods.NOT_TOLD:
                assert place not in told
            else:
                assert (place in told) == (place in used), place


def test_measures_without_a_figure_stay_off_the_page_until_one_draws_them() -> None:
    told = {method.name for chapter in methods.chapters() for method in chapter.methods}
    titled = {name for _, _, titles in methods.TITLES for name in titles}
    used = {name for _, name in methods.functions_used()}
    for name in ("hhi", "partner_shift", "event_study", "diversion_ledger"):
        assert name in titled
        assert (name in told) == (name in used)


def test_what_is_used_is_found_through_studies_modules_and_classes() -> None:
    used = methods.functions_used()
    assert ("analysis.impact", "path_gap") in used  # an exhibit asks a study, which names it `measure`
    assert ("analysis.chain", "chain_levels") in used
    assert ("studies.series", "TradeSeries.summed") in used
    assert ("exhibits.impact.growth", "answer") in used


def test_every_method_says_what_it_does() -> None:
    empty = [method.name for chapter in methods.chapters() for method in chapter.methods if len(method.text) < 10]
    assert empty == []


def test_methods_are_formulas_in_plain_words() -> None:
    told = {chapter.module: chapter.paragraphs() for chapter in methods.chapters()}
    assert "depth   1 − T/P" in told["analysis.collapse"][0][1]
    assert "level gap   100 ·" in told["analysis.impact"][1][1]
    for part in told.values():
        for title, text in part:
            assert "`" not in text and "Raises" not in text and "Args" not in text and "_" not in title
            assert re.search(r"\b(AnalysisError|value_usd|known_from)\b", text) is None


@pytest.mark.parametrize(
    ("subject", "ends"),
    [
        ("US trade with the world and most partners", date(2024, 12, 1)),
        ("US trade with North Korea", date(2025, 12, 1)),
        ("Russian customs by partner and month", date(2021, 12, 1)),
        ("EU exports to Russia and transit economies", date(2024, 8, 1)),
        ("Russia with Kazakhstan by year", date(2023, 1, 1)),
        ("Roubles per dollar", date(2022, 2, 1)),
        ("GDP of North Korea", None),
        ("US consumer prices, Oct 2025", None),
    ],
)
def test_known_gaps_hold_in_this_store(store: Store, subject: str, ends: date | None) -> None:
    found = {gap.subject: gap for gap in gaps.known_gaps(store)}
    assert found[subject].ends == ends
    assert len(found[subject].text) > 10


def test_every_gap_that_has_an_end_is_told_for_the_shipped_figures(store: Store) -> None:
    told = {gap.subject for gap in gaps.known_gaps(store)}
    listed = gaps.coverage.known_gaps(store).filter(pl.col("condition").is_null())
    assert listed.height > 20
    assert [subject for subject in listed["subject"] if subject not in told] == []


def test_numbers_in_the_words_on_gaps_are_counted_in_the_store(store: Store) -> None:
    texts = " ".join(gap.text for gap in gaps.known_gaps(store))
    assert "{" not in texts
    assert "covers 23 partners" in texts
    assert "and 5 economies beside Russia" in texts
    assert "for 6 economies" in texts


def test_gaps_without_an_end_are_true(store: Store) -> None:
    def count(condition: str) -> int:
        return int(store.query(f"SELECT count(*) AS n FROM trade_flow WHERE {condition}")["n"].item())

    assert count("reporter = 'USA' AND partner = 'PRK' AND year(period) BETWEEN 2017 AND 2021") == 0
    assert count("source = 'fcs_russia' AND partner = 'KAZ' AND period BETWEEN '2010-07-01' AND '2010-12-01'") == 0
    assert count("source = 'fcs_russia' AND partner = 'KAZ' AND period = '2010-06-01'") == 2
    assert count("source = 'imf_imts' AND partner = 'UKR' AND flow = 'import' AND year(period) = 2023") == 0
    assert count("product <> 'TOTAL' OR quantity IS NOT NULL") == 0
    years = store.query("SELECT DISTINCT year(period) AS y FROM trade_flow WHERE source = 'un_syb' ORDER BY y")["y"]
    assert years.to_list() == [1995, 2005, 2010, 2015, 2022, 2023, 2024]


def test_a_gap_that_was_filled_is_no_longer_told(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    longer = gaps.coverage.trade_ends(store).with_columns(
        pl.when(pl.col("source") == "eurostat").then(date(2026, 6, 1)).otherwise("last_period").alias("last_period")
    )
    monkeypatch.setattr(gaps.coverage, "trade_ends", lambda _: longer)
    assert not any("EU exports" in gap.subject for gap in gaps.known_gaps(store))


class _Made:
    """A store whose build recorded what the test says."""

    build_id = "20261122-000000-new"

    def __init__(self, store: Store, made: dict[str, Any]) -> None:
        self.build = SimpleNamespace(created=store.build.created)
        self._made, self._store = made, store

    def query(self, sql: str, parameters: Any = ()) -> pl.DataFrame:
        return self._store.query(sql, parameters)

    def provenance(self) -> dict[str, Any]:
        return self._made


def _refresh(store: Store, **made: Any) -> changes.LastRefresh:
    return changes.last_refresh(cast(Store, _Made(store, made)))


def test_the_first_build_says_what_was_taken_in(store: Store) -> None:
    last = changes.last_refresh(store)
    assert "is the first" in last.summary
    assert any(line.startswith("Trade flows from the US Census Bureau: ") for line in last.lines)
    assert not any("_" in line for line in last.lines)
    assert store.build_id not in last.summary
    assert last.kept == ()


def test_a_page_tells_the_largest_changes_and_how_many_more(store: Store) -> None:
    last = changes.last_refresh(store)
    told = last.lines_shown(3)
    assert told[:3] == last.lines[:3]
    assert told[3] == f"and {len(last.lines) - 3} smaller changes; the command tradewake diff lists all of them"


def test_revisions_and_failures_are_told(store: Store) -> None:
    row = {
        "table": "trade_flow", "source": "census", "added": 24, "removed": 0, "revised": 3, "largest_pct": 3.5,
        "median_pct": 0.2, "since": date(2022, 1, 1), "last_old": date(2026, 7, 1), "last_new": date(2026, 8, 1),
    }  # fmt: skip
    recorded = json.loads(pl.DataFrame([row], schema=CHANGES).write_json())
    last = _refresh(
        store, changes=recorded, previous_build="old", failed={"ecb_fx": "The address did not answer."},
        findings=[{"sentence": "A total is off by 0.4%."}],
    )  # fmt: skip
    assert "against the build before it: 24 rows added and 3 rows revised" in last.summary
    assert last.table["since"].to_list() == [date(2022, 1, 1)]
    assert last.kept == ("The European Central Bank: The address did not answer.",)
    assert last.warnings == ("A total is off by 0.4%.",)


def test_a_build_that_changed_nothing(store: Store) -> None:
    assert "changed no figure of the build before it" in _refresh(store, changes=[], previous_build="old").summary


@pytest.mark.parametrize("recorded", [None, "much", [1, 2], [{"added": "many"}]])
def test_a_record_of_another_shape_is_said_to_be_missing(store: Store, recorded: object) -> None:
    assert "does not record what it changed" in _refresh(store, changes=recorded, previous_build="old").summary


def test_sources_carry_licence_credit_and_reach(store: Store) -> None:
    table = data_page.sources(store)
    rows = {row["Key"]: row for row in table.iter_rows(named=True)}
    assert rows["census"]["Reaches"] == "Jul 2026"
    assert rows["worldbank"]["Licence"] == "Creative Commons Attribution 4.0 (CC BY 4.0)"
    assert table.select("Licence", "Credit", "Original").null_count().sum_horizontal().item() == 0


def test_vintages_are_newest_first(store: Store) -> None:
    days = data_page.vintages(store)["Published"].to_list()
    assert days == sorted(days, reverse=True)
    assert {"census-2023-03", "census-2025-10", "census-2026-09"} <= set(data_page.vintages(store)["Key"])
