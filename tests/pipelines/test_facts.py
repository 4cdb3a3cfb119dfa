"""Facts of the sources: what a wrong file is told, what follows from a right one, and how much one refresh gives."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import polars as pl
import pytest

from pipelines import checks, facts
from pipelines.errors import ParseError
from pipelines.facts import Rows
from pipelines.raw.request_limits import RequestLimits
from pipelines.schema import TABLES
from pipelines.settings import Settings
from pipelines.sources import SOURCES
from tests.pipelines import small

CENSUS = (facts.shipped_data() / "sources" / "census.toml").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("title = ", "title ", "sources/census.toml is not readable TOML: "),
        ('publisher = "U.S. Census Bureau"\n', "", "sources/census.toml, publisher: the field is missing."),
        (
            "schedule_days = 35",
            'schedule_days = "35"',
            "sources/census.toml, schedule_days: input should be a valid in",
        ),
        ("[trade]", "[trade]\ncolour = 1", "sources/census.toml, trade.colour: the field is unknown."),
        ('section = "trade"', 'section = "fish"', "sources/census.toml, section: string should match pattern "),
        ('"https://api.census.gov"', '"http://api.census.gov"', "sources/census.toml, live.address: string should"),
        ("pace_seconds = 0.5", "pace_seconds = 0", "sources/census.toml, live.limits.pace_seconds: input should be"),
        (
            "rank = 10",
            "rank = 10\ntotals_only = true",
            "sources/census.toml, trade: a source of totals only ranks behin",
        ),
        ('short = "public domain"\n', "", "sources/census.toml: a live source needs terms.short, its licence in a few"),
        ("least = 400", "least = 4_000_000", "sources/census.toml, live.rows.trade_flow: least is above most."),
        ('"CENSUS_API_KEY"', '"CENSUS_KEY"', "sources/census.toml, live.key.variable: string should match pattern"),
    ],
)
def test_a_wrong_file_is_refused_in_a_sentence_with_file_and_field(old: str, new: str, sentence: str) -> None:
    assert old in CENSUS
    with pytest.raises(ParseError) as told:
        facts.read("sources/census.toml", CENSUS.replace(old, new, 1))
    assert str(told.value).startswith(sentence)
    assert "\n" not in str(told.value)


def test_a_source_that_ships_nothing_is_a_live_one() -> None:
    with pytest.raises(ParseError, match=r"a source that ships nothing needs a section \[live\]"):
        facts.read("sources/x.toml", small.facts("x").replace("\n[terms]", "ships = false\n\n[terms]"))


def test_every_shipped_file_is_right_and_gives_the_columns_of_its_table() -> None:
    assert set(facts.every()) >= {source.name for source in SOURCES if source.is_live} | {"register"}
    for found in facts.every().values():
        assert set(found.row()) == set(TABLES["source"].column_names()), found.source


def test_a_source_has_the_facts_of_its_file_unless_it_states_its_own() -> None:
    by_name = {source.name: source for source in SOURCES}
    census, snapshot = by_name["census"], by_name["snapshot"]
    assert (census.is_live, census.complete, census.key) == (True, False, "CENSUS_API_KEY")
    assert census.limits == RequestLimits(0.5, 2, 5, 180, 3600, 120)
    assert census.revision == (6, 5)
    assert (snapshot.is_live, snapshot.complete, snapshot.key, snapshot.facts) == (False, True, None, None)
    assert snapshot.gives.startswith("the figures that ship")


def test_the_order_of_trade_sources_leaves_room_for_a_new_one_before_those_of_totals_only() -> None:
    known = ("census", "eurostat", "imf_imts", "fcs_russia", "comtrade", "un_syb")
    rows = sorted((facts.every()[name].row() for name in known), key=lambda row: row["rank"])
    assert [row["source"] for row in rows if row["answers_unasked"]] == [
        "census",
        "eurostat",
        "imf_imts",
        "fcs_russia",
        "un_syb",
    ]
    new = facts.read("sources/new.toml", small.facts("new", "customs")).row()
    assert rows[-2]["rank"] < new["rank"] < rows[-1]["rank"]
    assert [row["source"] for row in rows if row["totals_only"]] == ["un_syb"]


def test_what_may_not_be_passed_on_answers_only_when_it_is_named() -> None:
    kept = [found for found in facts.every().values() if not found.terms.may_be_passed_on]
    assert [found.source for found in kept] == ["comtrade"]
    assert all(found.trade is not None and not found.trade.answers_unasked for found in kept)


def test_settings_follow_from_the_facts(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".env").write_text("TRADEWAKE_CBR_FX_URL=http://127.0.0.1:1\nEIA_API_KEY=hush\n", encoding="utf-8")
    monkeypatch.setenv("TRADEWAKE_CENSUS_URL", "http://127.0.0.1:9")
    monkeypatch.setenv("CENSUS_API_KEY", " ")
    monkeypatch.setenv("SOMEBODY_ELSES_API_KEY", "theirs")
    settings = Settings()
    assert settings.elsewhere("census") == "http://127.0.0.1:9"
    assert settings.elsewhere("cbr_fx") == "http://127.0.0.1:1"
    assert settings.elsewhere("un_sc") is None
    assert settings.secret("EIA_API_KEY") == "hush"
    assert settings.secret("CENSUS_API_KEY") is None
    assert "SOMEBODY_ELSES_API_KEY" not in settings.keys
    assert "hush" not in repr(settings)


def test_a_refresh_that_gives_too_little_is_refused_and_one_that_gives_too_much_is_told() -> None:
    frames = {"macro": pl.DataFrame({"area": ["RUS"] * 5})}
    assert list(checks.expected("x", frames, {"macro": Rows(least=5, most=5)})) == []
    (few,) = checks.expected("x", frames, {"macro": Rows(least=6, most=9)})
    assert (few.level, few.sentence) == ("fail", "x gave 5 rows of macro; fewer than 6 are a reply cut short.")
    (many,) = checks.expected("x", frames, {"macro": Rows(most=4)})
    assert (many.level, many.rows) == ("warn", 5)
    (none,) = checks.expected("x", {}, {"trade_flow": Rows(most=4)})
    assert (none.level, none.rows) == ("fail", 0)


def test_help_reads_no_facts() -> None:
    """What a command does not need it does not wait for: thirty files and the library that checks them."""
    code = (
        "import sys, dashboard.cli; print([m for m in ('pipelines.facts', 'pydantic', 'polars') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
