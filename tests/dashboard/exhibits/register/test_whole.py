"""The whole register to take away: every row, every column, counts that add up, cells that no spreadsheet runs."""

from __future__ import annotations

import io

import orjson
import polars as pl

from dashboard import exports
from dashboard.exhibits.register.whole import RegisterTableParams, register_table
from dashboard.figures.theme import LIGHT
from pipelines.store import Store

COLUMNS = [
    "measure", "regime", "sender", "target", "title", "types", "scope", "announced", "signed", "effective",
    "wind_down_end", "lifted", "precision", "status", "instrument", "reference", "confirmed_in", "supersedes", "eases",
    "note",
]  # fmt: skip


def test_every_measure_is_in_with_act_and_reference(store: Store) -> None:
    shown = register_table(store, RegisterTableParams(), LIGHT)
    held = store.table("measure")
    assert shown.data.columns == COLUMNS
    assert shown.data.sort("measure").equals(held.select(COLUMNS).sort("measure"))
    assert shown.data["reference"].null_count() == shown.data["instrument"].null_count() == 0


def test_cells_of_the_picture_count_the_rows(store: Store) -> None:
    shown = register_table(store, RegisterTableParams(), LIGHT)
    words = next(trace for trace in shown.figure.data if trace.name == "words")
    first = list(words.text)[: list(words.y).count(0)]
    russia = store.table("measure").filter(pl.col("target").str.split(";").list.contains("RUS"))
    assert int(first[-1].replace(",", "")) == russia.height
    assert sum(int(text) for text in first[:-1] if text != "–") == russia.height
    assert "Yugoslavia" in shown.alt


def test_csv_and_json_read_back_whole(store: Store) -> None:
    shown = register_table(store, RegisterTableParams(), LIGHT)
    back = pl.read_csv(io.BytesIO(exports.to_csv(shown)), comment_prefix="#", infer_schema=False)
    assert back["measure"].to_list() == shown.data["measure"].to_list()
    assert back.filter(pl.any_horizontal(pl.all().str.contains(r"^[=+\-@]"))).is_empty()
    document = orjson.loads(exports.to_json(shown))
    assert [row["reference"] for row in document["data"]] == shown.data["reference"].to_list()


def test_another_clock_sorts_by_another_date(store: Store) -> None:
    rows = register_table(store, RegisterTableParams.parse({"clock": "signed"}), LIGHT).data
    signed = rows.filter(pl.col("signed").is_not_null())["signed"]
    assert signed.is_sorted()
