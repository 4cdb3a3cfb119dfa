"""Tables that are read: names for codes, units in the head, periods that sort, what all rows share said once."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import polars as pl
import pytest

from dashboard.exhibits import EXHIBITS
from dashboard.exhibits.base import Column, Spec
from dashboard.exhibits.columns import TRADE
from dashboard.figures.theme import LIGHT
from dashboard.queries import catalogue
from dashboard.queries.senders import senders
from dashboard.ui.tables import Reading, reading
from pipelines.store import Store
from tests.dashboard.refreshed import ONLY_WHEN_REFRESHED

NAMES = {"USA": "United States", "RUS": "Russia", "GEO": "Georgia", "EU": "European Union"}
SOURCES = {"census": "US Census", "imf_weo": "IMF outlook"}
AS_WRITTEN = ("note", "scope", "release", "gdp_release", "programme")
"""Columns that hold what a publisher wrote: a programme of a list is called by its own code."""


def _trade(**changed: Any) -> pl.DataFrame:
    columns: dict[str, Any] = {
        "period": [date(2024, 1, 1), date(2025, 1, 1), date(2025, 1, 1)],
        "label": ["2024", "2025", "2025"],
        "reporter": ["USA"] * 3,
        "partner": ["RUS"] * 3,
        "partner_name": ["Russia"] * 3,
        "flow": ["export", "export", "import"],
        "currency": ["USD"] * 3,
        "value": [1.5e9, -2.25e9, 3e9],
        "value_usd": [1.5e9, -2.25e9, 3e9],
        "is_estimate": [False, True, None],
        "flag": [None, "", None],
        "source": ["census"] * 3,
        "known_from": [date(2026, 9, 30)] * 3,
    }
    return pl.DataFrame(columns | changed)


def _read(data: pl.DataFrame, columns: dict[str, Column] | None = None) -> Reading:
    return reading(data, TRADE if columns is None else columns, NAMES, SOURCES)


def test_trade_reads_newest_first_with_names_units_and_what_all_rows_share() -> None:
    read = _read(_trade())
    assert [read.heads[name].label for name in read.rows.columns] == ["Year", "Flow", "Value, US dollars", "Estimate"]
    assert read.rows.rows() == [
        (date(2025, 1, 1), "Exports", -2.25e9, "yes"),
        (date(2025, 1, 1), "Imports", 3e9, None),
        (date(2024, 1, 1), "Exports", 1.5e9, None),
    ]
    assert (read.heads["period"].format, read.heads["value"].format) == ("YYYY", "%,.0f")
    assert read.in_every_row == (
        "In every row: Reporter: United States · Partner: Russia · Source: US Census · Known from: 30 Sep 2026."
    )


def test_periods_stay_dates_where_dates_say_all_and_become_words_where_they_do_not() -> None:
    months = _read(_trade(label=["Jan 2024", "Jan 2025", "Jan 2025"]))
    assert (months.heads["period"].label, months.heads["period"].format) == ("Month", "MMM YYYY")
    sums = _read(_trade(label=["12 months to Jan 2024", *["12 months to Jan 2025"] * 2]))
    assert (sums.heads["period"].label, sums.heads["period"].format) == ("12 months to", "MMM YYYY")
    # A part of a year is no year: its words stand, for all rows.
    part = _read(_trade(label=["2024", "Jan–Jul 2025", "Jan–Jul 2025"]))
    assert part.rows["label"].to_list() == ["Jan–Jul 2025", "Jan–Jul 2025", "2024"]
    assert part.heads["label"].label == "Period"


def test_two_currencies_stand_in_a_column_and_in_no_head() -> None:
    read = _read(_trade(currency=["USD", "EUR", "EUR"], value=[1.0, 2.0, 3.0]))
    assert read.rows["currency"].to_list() == ["euros", "euros", "US dollars"]
    assert read.heads["value"].label == "Value"
    assert read.heads["value_usd"].label == "Value, US dollars"


def test_truths_years_and_lists_of_codes() -> None:
    data = pl.DataFrame(
        {
            "measure": ["eu-1", "eu-2"],
            "title": ["A ban", "A freeze"],
            "sender": ["EU", "EU"],
            "target": ["RUS;GEO", "RUS"],
            "types": ["trade_import;energy", "financial"],
            "year": [2014, 2015],
            "announced": [date(2014, 3, 17), None],
            "effective": [None, date(2015, 1, 2)],
            "status": ["listing_date_only", "confirmed"],
            "reference": ["https://example.org/1", "https://example.org/1"],
            "kind": ["first_estimate", "revised"],
        }
    )
    read = reading(data, {"measure": Column("Key")}, NAMES, SOURCES)
    assert "measure" not in read.rows.columns  # its title stands beside it
    assert read.common == {"Sender": "European Union"}
    assert read.rows["title"].to_list() == ["A freeze", "A ban"]
    assert read.rows["target"].to_list() == ["Russia", "Russia, Georgia"]
    assert read.rows["types"].to_list() == ["Finance", "Import bans; Energy"]
    assert read.rows["status"].to_list() == ["confirmed in a text", "only the listing date was read"]
    assert read.rows["kind"].to_list() == ["revised", "first estimate"]
    assert (read.heads["year"].format, read.heads["announced"].format) == ("%d", "D MMM YYYY")
    assert read.heads["reference"].link  # never said once: it is an address


def test_keys_stay_where_a_column_refers_to_them() -> None:
    data = pl.DataFrame({"measure": ["a", "b"], "title": ["One", "Two"], "eases": [None, "a"]})
    read = reading(data, {"measure": Column("Key"), "eases": Column("Eases (keys)")}, NAMES, SOURCES)
    assert read.rows.columns == ["measure", "title", "eases"]


def test_one_row_and_no_row_are_tables_too() -> None:
    assert _read(_trade().head(1)).in_every_row == ""
    assert _read(_trade().clear()).rows.height == 0


@pytest.mark.parametrize("spec", EXHIBITS, ids=lambda spec: spec.id)
def test_every_exhibit_reads_like_a_table(spec: Spec, store: Store, request: pytest.FixtureRequest) -> None:
    used = request.getfixturevalue("refreshed") if spec.id in ONLY_WHEN_REFRESHED else store
    exhibit = spec.build(used, spec.params(), LIGHT)
    sources = dict(catalogue.sources(store).select("source", "short_title").iter_rows())
    areas = catalogue.names(store)
    read = reading(exhibit.data, exhibit.columns, {**areas, **senders(store).names()}, sources)
    assert read.rows.height == exhibit.data.height
    labels = [head.label for head in read.heads.values()]
    assert len({*labels}) == len(labels), "two columns have one name"
    for label in (*labels, *read.common):
        assert not re.search(r"_|\bcode\b|\bUSD\b", label), label
    for name, kind in read.rows.schema.items():
        head = read.heads[name]
        if kind == pl.Date:
            assert head.format, name
        elif kind.is_numeric():
            assert head.format and (head.format.startswith("%,") or head.format == "localized" or "year" in name), name
        elif kind == pl.String and name not in AS_WRITTEN and not head.link:
            cells = read.rows[name].drop_nulls()
            bare = [
                cell for cell in cells if cell in areas or cell in sources or re.fullmatch(r"[a-z]+(_[a-z]+)+", cell)
            ]
            assert not bare, f"{name} holds codes: {bare[:3]}"
    if read.rows.schema.get("period") == pl.Date:
        periods = read.rows["period"].drop_nulls()
        assert periods.to_list() == sorted(periods, reverse=True)
