from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from pipelines.errors import ParseError
from pipelines.normalise import corrections
from pipelines.raw import payload
from pipelines.settings import shipped_data

ENTRY = """[[correction]]
table = "trade_flow"
where = { reporter = "ARM", period = 2022-01-01 }
column = "value_usd"
wrong = 1000.0
right = 100.0
reason = "Ten times too large; the source's own year total says so."
reported = 2026-11-22
"""


def trade(value: float = 1000.0) -> dict[str, pl.DataFrame]:
    rows = {"reporter": ["ARM", "USA"], "period": [date(2022, 1, 1)] * 2, "value_usd": [value, 1000.0]}
    return {"trade_flow": pl.DataFrame(rows)}


def read(text: str) -> tuple[corrections.Correction, ...]:
    return corrections.read(payload("corrections.toml", text.encode()))


def test_the_named_figure_is_mended_and_no_other() -> None:
    frames, tripped = corrections.apply(trade(), read(ENTRY))
    assert frames["trade_flow"]["value_usd"].to_list() == [100.0, 1000.0]
    assert tripped == []


def test_the_guard_trips_when_the_source_is_mended() -> None:
    frames, tripped = corrections.apply(trade(101.0), read(ENTRY))
    assert frames["trade_flow"]["value_usd"].to_list() == [101.0, 1000.0]
    assert len(tripped) == 1
    assert "no longer prints 1,000.0" in tripped[0]


def test_the_guard_trips_when_the_row_or_the_table_is_gone() -> None:
    entries = read(ENTRY)
    gone = {"trade_flow": trade()["trade_flow"].filter(pl.col("reporter") == "USA")}
    assert len(corrections.apply(gone, entries)[1]) == 1
    assert "no source gave that table" in corrections.apply({}, entries)[1][0]


def test_the_shipped_list_is_empty_and_readable() -> None:
    shipped = payload("corrections.toml", (shipped_data() / "corrections.toml").read_bytes())
    assert corrections.read(shipped) == ()
    assert corrections.removals(shipped, date(2026, 11, 22)) == frozenset()


def test_figures_may_go_until_a_day() -> None:
    text = '[[removal]]\ntable = "macro"\nsource = "ecb_fx"\nreason = "Withdrawn."\nuntil = 2026-12-31\n'
    declared = payload("corrections.toml", text.encode())
    assert corrections.removals(declared, date(2026, 12, 31)) == {("macro", "ecb_fx")}
    assert corrections.removals(declared, date(2027, 1, 1)) == frozenset()
    with pytest.raises(ParseError, match="removal number 1, until"):
        corrections.removals(payload("c.toml", text.replace("until = 2026-12-31", "").encode()), date(2026, 1, 1))


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ('"value_usd"', '"valu_usd"', "no column trade_flow.valu_usd"),
        ('table = "trade_flow"', 'table = "trade"', "no column trade.reporter"),
        ("wrong = 1000.0", 'wrong = "1000"', "correction number 1, wrong"),
        ("right = 100.0\n", "", "correction number 1, right"),
        ("reported", "reportd", "correction number 1"),
        ('{ reporter = "ARM", period = 2022-01-01 }', "{}", "`where` names no row"),
        ('"value_usd"', '"valu_usd"', "correction number 1: the store"),
        ("[[correction]]", "[[correction]", "not readable TOML"),
        ("[[correction]]", "[[corection]]", "entries are written as"),
    ],
)
def test_a_bad_entry_is_refused_by_name(old: str, new: str, sentence: str) -> None:
    with pytest.raises(ParseError, match=sentence):
        read(ENTRY.replace(old, new))


def test_entries_are_counted_from_one() -> None:
    second = ENTRY.replace('"value_usd"', '"valu_usd"')
    with pytest.raises(ParseError, match="correction number 2: the store has no column"):
        read(ENTRY + second)
    with pytest.raises(ParseError, match="correction number 2, wrong"):
        read(ENTRY + ENTRY.replace("wrong = 1000.0", 'wrong = "x"'))


def test_every_column_of_a_correction_names_its_row() -> None:
    both = {"trade_flow": pl.DataFrame({
        "reporter": ["ARM", "ARM"], "period": [date(2022, 1, 1), date(2022, 2, 1)], "value_usd": [1000.0, 1000.0],
    })}  # fmt: skip
    frames, tripped = corrections.apply(both, read(ENTRY))
    assert (frames["trade_flow"]["value_usd"].to_list(), tripped) == ([100.0, 1000.0], [])


def test_one_row_that_is_mended_leaves_the_correction_out_of_all() -> None:
    two = trade()["trade_flow"].with_columns(reporter=pl.lit("ARM"), value_usd=pl.Series([1000.0, 101.0]))
    frames, tripped = corrections.apply({"trade_flow": two}, read(ENTRY))
    assert frames["trade_flow"]["value_usd"].to_list() == [1000.0, 101.0]
    assert len(tripped) == 1
