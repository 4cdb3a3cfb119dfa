"""The command `tradewake`, run in this process: what it prints, what it writes, and with which code it leaves."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from dashboard import cli
from dashboard.exhibits import EXHIBITS
from pipelines import settings
from pipelines.cli import run
from pipelines.store import Store

pytestmark = pytest.mark.usefixtures("store_home")


@dataclass
class Ended:
    code: int
    out: str
    err: str

    @property
    def table(self) -> pl.DataFrame:
        return pl.read_csv(io.StringIO(self.out), try_parse_dates=True, infer_schema_length=None)


@pytest.fixture
def tradewake(capfdbinary: pytest.CaptureFixture[bytes]) -> object:
    def call(*arguments: str) -> Ended:
        with pytest.raises(SystemExit) as left:
            run(cli.app, arguments)
        said = capfdbinary.readouterr()
        return Ended(int(left.value.code or 0), said.out.decode("utf-8", "replace"), said.err.decode("utf-8"))

    return call


def assert_refused(ended: Ended, code: int, *words: str) -> None:
    assert ended.code == code
    assert ended.out == ""
    assert "Traceback" not in ended.err
    assert len(ended.err.strip().splitlines()) == 1
    assert [word for word in words if word not in ended.err] == []


def test_help_imports_nothing_slow() -> None:
    code = (
        "import sys, dashboard.cli\n"
        "slow = ('streamlit', 'plotly', 'polars', 'duckdb', 'pandas', 'pyarrow', 'kaleido', 'pydantic', 'numpy')\n"
        "print([name for name in slow if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_help_names_every_verb(tradewake) -> None:
    ended = tradewake("--help")
    assert ended.code == 0
    for verb in ("serve", "refresh", "status", "check", "sources", "diff", "rollback", "data", "export", "exhibits",
                 "doctor"):  # fmt: skip
        assert f"\n  {verb} " in ended.out
    ended = tradewake("data", "--help")
    for question in ("trade", "macro", "measures", "listings", "designations", "collapse", "releases", "areas",
                     "events"):  # fmt: skip
        assert f"\n  {question} " in ended.out


def test_version(tradewake) -> None:
    ended = tradewake("--version")
    assert (ended.code, ended.out.split()[0]) == (0, "tradewake")


class TestData:
    def test_trade_by_month(self, tradewake) -> None:
        rows = tradewake("data", "trade", "--reporter", "USA", "--partner", "RUS", "--flow", "import").table
        columns = ["period", "reporter", "partner", "flow", "product", "value_usd", "is_estimate", "is_partial"]
        assert rows.columns[:10] == [*columns, "source", "known_from"]
        assert rows["period"].is_sorted()
        assert (rows["period"][0], rows["period"][-1]) == (date(1992, 1, 1), date(2026, 7, 1))

    def test_trade_by_year_marks_the_part_and_cuts_no_year(self, tradewake) -> None:
        rows = tradewake("data", "trade", "--frequency", "A", "--from", "2022-05", "--to", "2026-02").table
        assert rows["period"].dt.year().to_list() == [2022, 2023, 2024, 2025, 2026]
        assert rows["is_partial"].to_list() == [False] * 4 + [True]
        assert rows["value_usd"][0] == pytest.approx(1655.4e6, rel=1e-4)

    def test_known_on_uses_nothing_learned_later(self, tradewake) -> None:
        asked = ("data", "trade", "--frequency", "A", "--from", "2022", "--to", "2022")
        rows = tradewake(*asked, "--known-on", "2023-06-01").table
        assert rows["value_usd"].to_list() == [pytest.approx(1715.1e6, rel=1e-4)]
        assert rows["known_from"].max() <= date(2023, 6, 1)

    def test_nothing_known_yet_says_since_when(self, tradewake) -> None:
        ended = tradewake("data", "trade", "--known-on", "2020-01-01")
        assert ended.code == 0
        assert ended.table.is_empty()
        assert "its first vintage is of 8 Mar 2023" in ended.err

    def test_all_partners_holds_no_groups(self, tradewake) -> None:
        rows = tradewake(
            "data", "trade", "--partner", "all", "--frequency", "A", "--from", "2021", "--to", "2021"
        ).table
        groups = tradewake("data", "areas").table.filter(pl.col("area_kind") != "country")["area"]
        assert rows["partner"].n_unique() > 200
        assert set(rows["partner"]) & set(groups) == set()

    def test_collapse(self, tradewake) -> None:
        row = tradewake("data", "collapse", "--flow", "import", "--event", "2022-02-24").table.row(0, named=True)
        assert row["depth"] == pytest.approx(1 - row["trough_usd"] / row["peak_usd"])
        assert row["peak_period"] <= date(2022, 2, 1) < row["trough_period"]
        assert {"months_to_trough", "half_fall", "rebound_from_trough", "share_regained", "state"} <= set(row)

    def test_collapse_annual(self, tradewake) -> None:
        ended = tradewake("data", "collapse", "--event", "2022", "--annual", "--horizon", "2025", "--format", "json")
        row = json.loads(ended.out)[0]
        assert (row["peak_period"], row["horizon"]) == ("2021-01-01", 2025)
        assert row["years_to_trough"] >= 1

    def test_collapse_annual_searches_the_years_that_were_asked_for(self, tradewake) -> None:
        asked = ("data", "collapse", "--event", "2022", "--annual", "--flow", "export")
        usual, one = tradewake(*asked).table.row(0, named=True), tradewake(*asked, "--before", "1").table
        assert usual["before_years"] == 5
        assert one["before_years"].to_list() == [1]
        assert one["peak_period"].to_list() == [date(2021, 1, 1)]

    def test_collapse_keeps_partners_that_cannot_be_measured(self, tradewake) -> None:
        ended = tradewake("data", "collapse", "--partner", "RUS,PRK", "--event", "2022-02-24")
        rows = ended.table
        assert rows.select("partner", "state").rows()[0] == ("PRK", "not measured")
        assert (rows["partner"].to_list(), rows["depth"].is_null().to_list()) == (["PRK", "RUS"], [True, False])
        assert "so there is no peak" in rows["notes"][0]
        assert ended.code == 0
        assert ended.err.strip() == f"PRK cannot be measured: {rows['notes'][0]}"

    def test_collapse_names_the_gap_after_the_event(self, tradewake) -> None:
        rows = tradewake("data", "collapse", "--partner", "PRK", "--flow", "export", "--event", "2016-03-01").table
        assert rows["windows_after"].to_list() == [10]
        assert "Only 10 of the 37 windows" in rows["notes"][0]
        assert "no figures for Jan 2017–Dec 2021" in rows["notes"][0]

    def test_measures(self, tradewake) -> None:
        rows = tradewake("data", "measures", "--sender", "EU", "--type", "energy").table
        assert rows.height > 3
        assert set(rows["sender"]) == {"EU"}
        assert all("energy" in kinds.split(";") for kinds in rows["types"])
        assert rows["reference"].null_count() == 0
        ended = tradewake("data", "measures", "--known-on", "2022-02-20")
        assert "As known on 20 Feb 2022" in ended.err and "titles are in today’s words" in ended.err
        assert tradewake("data", "measures").err == ""
        before = ended.table
        assert before["date"].max() <= date(2022, 2, 20) or before["announced"].max() <= date(2022, 2, 20)
        assert before["lifted"].max() is None or before["lifted"].max() <= date(2022, 2, 20)

    def test_the_whole_register_in_every_format(self, tradewake, tmp_path: Path, store: Store) -> None:
        held = store.table("measure").height
        asked = ("data", "measures", "--target", "all")
        for name in ("csv", "json", "parquet"):
            assert tradewake(*asked, "-o", str(tmp_path / f"register.{name}")).code == 0
        table = pl.read_csv(tmp_path / "register.csv", infer_schema=False)
        listed = json.loads((tmp_path / "register.json").read_text(encoding="utf-8"))
        assert table.height == len(listed) == pl.read_parquet(tmp_path / "register.parquet").height == held
        assert all(row["reference"] and row["instrument"] for row in listed)
        assert {"supersedes", "eases", "confirmed_in", "note"} <= set(table.columns)
        assert set(tradewake(*asked, "--sender", "UN").table["sender"]) == {"UN"}
        signed = tradewake("data", "measures", "--target", "ZAF", "--clock", "signed").table
        assert signed.filter(clock_used="signed")["signed"].is_sorted()
        assert_refused(tradewake(*asked, "--sender", "XX"), 2, "no sender 'XX'", "Arab League")

    def test_other_questions(self, tradewake) -> None:
        assert tradewake("data", "listings").table["area"].unique().to_list() == ["RUS"]
        releases = tradewake("data", "releases", "--source", "census").table
        assert releases.columns[:6] == ["source", "release", "published", "retrieved", "sha256", "rows"]
        assert releases.height >= 3
        known = tradewake("data", "releases", "--known-on", "2023-12-31").table
        assert known["published"].max() <= date(2023, 12, 31)
        assert {"area", "name", "area_kind", "iso2", "m49", "region"} <= set(tradewake("data", "areas").table.columns)
        summits = tradewake("data", "events", "--kind", "summit").table
        assert summits["kind"].unique().to_list() == ["summit"]
        year = ("--frequency", "A", "--from", "2022", "--to", "2022")
        growth = tradewake("data", "macro", "--area", "RUS,UKR", *year).table
        assert set(growth["area"]) == {"RUS", "UKR"}
        assert growth["period"].unique().to_list() == [date(2022, 1, 1)]

    def test_files_in_every_format(self, tradewake, tmp_path: Path) -> None:
        heights = set()
        for ending in ("csv", "json", "parquet"):
            path = tmp_path / f"trade.{ending}"
            ended = tradewake("data", "trade", "-o", str(path))
            assert (ended.code, ended.out) == (0, "")
            assert f"Wrote {path}" in ended.err
            read = {"csv": pl.read_csv, "json": pl.read_json, "parquet": pl.read_parquet}[ending]
            heights.add(read(path).height)
        assert heights == {415}
        assert "Replaced" in tradewake("data", "trade", "-o", str(path)).err

    @pytest.mark.parametrize(
        ("arguments", "words"),
        [
            (("trade", "--partner", "RUSS"), ("RUSS is not an area", "did you mean RUS (Russia)?")),
            (("trade", "--reporter", "ru"), ("did you mean RUS (Russia)?",)),
            (("trade", "--partner", "Iran"), ("IRN (Iran)",)),
            (("trade", "--partner", "'; DROP TABLE area"), ("is not an area",)),
            (("trade", "--flow", "sideways"), ("export", "balance")),
            (("trade", "--frequency", "D"), ("--frequency",)),
            (("trade", "--from", "20x2"), ("'20x2' is not a period",)),
            (("trade", "--to", "2022-13-01"), ("not a period",)),
            (("trade", "--known-on", "yesterday"), ("'yesterday' is not a day",)),
            (("trade", "--source", "eurostat"), ("source of USA's trade", "census")),
            (("trade", "--product", "2709"), ("product", "TOTAL")),
            (("trade", "--format", "xml"), ("--format",)),
            (("trade", "-o", "trade.docx"), ("no format 'docx'", "parquet")),
            (("macro", "--indicator", "gdp_grwth"), ("Did you mean gdp_growth?",)),
            (("measures", "--type", "tariff"), ("no type of measure 'tariff'", "trade_import")),
            (("measures", "--sender", "USA"), ("Did you mean US?",)),
            (("measures", "--clock", "noon"), ("effective",)),
            (("listings", "--list", "blacklist"), ("no list",)),
            (("events", "--kind", "party"), ("summit",)),
            (("collapse",), ("--event",)),
            (("collapse", "--event", "1900-01-01"), ("no complete 12-month window",)),
            (("collapse", "--event", "2022-02", "--partner", "WLD", "--reporter", "TUV"), ("TUV",)),
            (("collapse", "--event", "2022", "--annual", "--after", "3"), ("--after", "--annual", "--horizon")),
            (("collapse", "--event", "2022-02", "--horizon", "2025"), ("--horizon", "--annual")),
            (("collapse", "--event", "2017-09", "--partner", "PRK"), ("from Sep 2017 to Sep 2020", "Dec 2021")),
            (("collapse", "--event", "1900", "--partner", "RUS,PRK"), ("None of the 2 partners", "RUS: ", "PRK: ")),
            (("trade", "--from", "2024", "--to", "2020"), ("--from 2024 lies after --to 2020",)),
            (("macro", "--from", "2024-Q2", "--to", "2024-03"), ("--from 2024-Q2 lies after",)),
            (("events", "--from", "2024", "--to", "2020"), ("lies after",)),
            (("weather",), ("weather", "tradewake data --help")),
        ],
    )
    def test_bad_input(self, tradewake, arguments: tuple[str, ...], words: tuple[str, ...]) -> None:
        assert_refused(tradewake("data", *arguments), 2, *words)

    def test_without_a_store(self, tradewake, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("TRADEWAKE_HOME", str(tmp_path))
        settings.load.cache_clear()
        try:
            assert_refused(tradewake("data", "trade"), 6, "no store", "tradewake refresh --offline")
            assert_refused(tradewake("export", EXHIBITS[0].id, "--format", "csv"), 6, "no store")
        finally:
            settings.load.cache_clear()

    def test_a_folder_that_is_not_there(self, tradewake, tmp_path: Path) -> None:
        path = tmp_path / "nowhere" / "trade.csv"
        assert_refused(tradewake("data", "trade", "-o", str(path)), 2, str(path), "cannot be written")
        assert list(tmp_path.iterdir()) == []


class TestExport:
    def test_named_after_what_is_inside(self, tradewake, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.chdir(tmp_path)
        ended = tradewake(
            "export", "trade_over_time", "--set", "frequency=A", "--set", "partner=CHN", "--format", "csv"
        )
        assert (ended.code, ended.out) == (0, "")
        (path,) = tmp_path.iterdir()
        assert "chn" in path.name and "build-" in path.name and path.suffix == ".csv"
        rows = pl.read_csv(path, comment_prefix="#")
        assert set(rows["partner"]) == {"CHN"}
        assert "# Parameters: partner=CHN, frequency=A" in path.read_text(encoding="utf-8")

    def test_to_standard_output_and_into_a_folder(self, tradewake, tmp_path: Path) -> None:
        ended = tradewake("export", "gdp_growth", "--format", "json", "-o", "-")
        assert json.loads(ended.out)["tradewake"]["exhibit"] == "gdp_growth"
        assert tradewake("export", "gdp_growth", "--format", "xlsx", "-o", str(tmp_path)).code == 0
        assert [path.suffix for path in tmp_path.iterdir()] == [".xlsx"]

    def test_the_ending_tells_the_format(self, tradewake, tmp_path: Path) -> None:
        path = tmp_path / "growth.html"
        assert tradewake("export", "gdp_growth", "-o", str(path)).code == 0
        assert path.read_bytes().startswith(b"<!DOCTYPE html>")

    @pytest.mark.parametrize(
        ("arguments", "words"),
        [
            (("weather",), ("'weather' is not an exhibit", EXHIBITS[0].id)),
            (("gdp_grwth",), ("did you mean gdp_growth?",)),
            (("trade_over_time", "--set", "colour=red"), ("no parameter 'colour'", "Known: ", "reporter", "frequency")),
            (("trade_over_time", "--set", "frequency=hourly"), ("frequency cannot be “hourly”",)),
            (("trade_over_time", "--set", "reporter"), ("NAME=VALUE",)),
            (("trade_over_time", "--set", "=x"), ("NAME=VALUE",)),
            (("trade_over_time", "--set", "reporter=RUSS"), ("reporter cannot be",)),
            (("trade_over_time", "--set", "reporter=RSU"), ("RSU is not an area", "RUS (Russia)")),
            (("trade_over_time", "--set", "known_on=<script>"), ("known_on cannot be",)),
            (("register_timeline", "--set", "senders=US,XX"), ("There is no sender 'XX'", "Known: US, EU, UN")),
            (("trade_over_time", "--format", "bmp"), ("no format 'bmp'", "xlsx")),
            (("trade_over_time", "--size", "poster"), ("--size",)),
        ],
    )
    def test_bad_input(self, tradewake, arguments: tuple[str, ...], words: tuple[str, ...]) -> None:
        assert_refused(tradewake("export", *arguments), 2, *words)

    def test_a_picture_without_a_browser(self, tradewake, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
        monkeypatch.setenv("BROWSER_PATH", str(tmp_path / "none"))
        assert_refused(tradewake("export", "gdp_growth", "--format", "png"), 1, "No Chrome or Chromium was found")


class TestExhibits:
    def test_every_exhibit_is_listed_with_its_defaults(self, tradewake) -> None:
        ended = tradewake("exhibits")
        assert ended.code == 0
        for spec in EXHIBITS:
            assert f"{spec.id}  {spec.title}  (page {spec.page})" in ended.out
        assert "    reporter=USA\n" in ended.out
        assert "    frequency=M   M | Q | S | A\n" in ended.out

    def test_as_json(self, tradewake) -> None:
        listed = json.loads(tradewake("exhibits", "--json").out)
        assert [entry["exhibit"] for entry in listed] == [spec.id for spec in EXHIBITS]
        for entry, spec in zip(listed, EXHIBITS, strict=True):
            assert set(entry["parameters"]) == set(spec.params.model_fields)

    @pytest.mark.parametrize("spec", EXHIBITS, ids=lambda spec: spec.id)
    def test_defaults_are_written_as_set_takes_them(self, spec) -> None:
        from dashboard.cli.files import _parameters, _written

        written = {name: _written(facts["default"]) for name, facts in _parameters(spec.params).items()}
        assert spec.params.parse({name: text for name, text in written.items() if text}) == spec.params()
