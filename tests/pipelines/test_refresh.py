from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from pipelines import store
from pipelines.errors import BusyError, FetchError, RefusedError, TradewakeError, UsageError
from pipelines.normalise.periods import Window
from pipelines.raw import Payload, Request
from pipelines.refresh import LAST_REFRESH, RefreshReport, Step, ensure_store, locked, pick, refresh
from pipelines.settings import Settings
from pipelines.sources import SOURCES, Frames, Source
from tests.pipelines import small

Publish = Callable[..., RefreshReport]
TRADE = "snapshot/trade_census_2025-10.csv"
MACRO = "snapshot/macro_all_2025-10.csv"


def test_the_first_refresh_publishes_everything(publish: Publish, settings: Settings) -> None:
    report = publish()
    assert (report.outcome, report.exit_code, report.previous_id) == ("published", 0, None)
    current = store.current_store(settings.store_dir)
    assert current.build_id == report.build_id
    assert current.table("trade_flow").height == report.rows["trade_flow"] == 265
    assert current.table("release")["origin"].unique().to_list() == ["snapshot"]


def test_euros_are_dollars_and_vintages_are_spans(publish: Publish, settings: Settings) -> None:
    publish()
    trade = store.current_store(settings.store_dir).table("trade_flow")
    assert trade.filter(pl.col("source") == "eurostat")["value_usd"].item() == 1250.0
    russia = trade.filter(partner="RUS", flow="export", period=date(2023, 5, 1), source="census").sort("known_from")
    assert russia.select("value_usd", "known_from", "known_to").rows() == [
        (1005.0, date(2024, 3, 7), date(2025, 10, 31)),
        (1012.0, date(2025, 10, 31), None),
    ]
    canada = trade.filter(partner="CAN", flow="export", period=date(2023, 5, 1))
    assert canada["release"].to_list() == [small.FIRST]


def test_nothing_new_is_a_no_op(publish: Publish, settings: Settings) -> None:
    first = publish()
    second = publish()
    assert (second.outcome, second.build_id, second.exit_code) == ("unchanged", first.build_id, 0)
    assert len(store.builds(settings.store_dir)) == 1


def test_force_builds_again_beside_the_old_build(publish: Publish, settings: Settings) -> None:
    first, second = publish(), publish(force=True)
    assert second.outcome == "published"
    assert second.build_id != first.build_id
    assert second.changes.is_empty()
    assert len(store.builds(settings.store_dir)) == 2


def test_only_the_last_builds_are_kept(publish: Publish, settings: Settings) -> None:
    few = settings.model_copy(update={"keep_builds": 2})
    for _ in range(4):
        report = refresh(SOURCES, few, force=True)
    assert len(store.builds(settings.store_dir)) == 2
    assert len(report.removed_builds) == 1


def test_a_dry_run_shows_the_changes_and_publishes_nothing(publish: Publish, settings: Settings, shipped: Path) -> None:
    first = publish()
    small.edit(shipped, MACRO, ",-2.1,", ",-1.2,")
    report = publish(dry_run=True)
    assert (report.outcome, report.build_id) == ("dry_run", first.build_id)
    assert report.changes.select("table", "source", "revised").row(0) == ("macro", "imf_weo", 1)
    assert store.published_id(settings.store_dir) == first.build_id
    assert len(store.builds(settings.store_dir)) == 1


def test_a_dry_run_works_without_any_build(publish: Publish, settings: Settings) -> None:
    report = publish(dry_run=True)
    assert (report.outcome, report.build_id) == ("dry_run", None)
    assert store.builds(settings.store_dir) == []


def test_a_revision_is_told_with_its_size(publish: Publish, settings: Settings, shipped: Path) -> None:
    publish()
    small.edit(shipped, MACRO, ",-2.1,", ",-1.4,")
    publish()
    current = store.current_store(settings.store_dir)
    row = current.changes().filter(pl.col("table") == "macro").row(0, named=True)
    assert (row["source"], row["revised"], row["since"]) == ("imf_weo", 1, date(2022, 1, 1))
    assert row["largest_pct"] == pytest.approx(100 / 3)
    facts = current.provenance()
    assert facts["previous_build"] is not None
    assert set(facts["payloads"]) == {"snapshot", "register", "corrections"}
    assert facts["versions"]["polars"] == pl.__version__


def test_a_source_that_fails_keeps_its_last_good_figures(publish: Publish, settings: Settings, shipped: Path) -> None:
    first = publish()
    small.edit(shipped, TRADE, "value_usd", "value")
    small.edit(shipped, "regimes/RUS-US.toml", "Blocks officials", "Blocks some officials")
    report = publish()
    assert (report.outcome, report.exit_code) == ("published", 3)
    assert report.failed == {"snapshot": f"{TRADE} has no column value_usd."}
    current = store.current_store(settings.store_dir)
    assert current.build_id != first.build_id
    assert current.table("trade_flow").height == 265
    assert "Blocks some officials" in current.table("measure")["title"].to_list()
    assert current.provenance()["failed"] == dict(report.failed)


def test_a_register_that_fails_keeps_its_tables(publish: Publish, settings: Settings, shipped: Path) -> None:
    publish()
    small.edit(shipped, "regimes/RUS-US.toml", "[[measure]]", "[[measure]")
    small.edit(shipped, MACRO, ",-2.1,", ",-1.4,")
    report = publish()
    assert report.exit_code == 3
    current = store.current_store(settings.store_dir)
    assert current.table("measure").height == 2
    assert -1.4 in current.table("macro")["value"].to_list()


def test_a_failing_source_with_nothing_else_new_publishes_nothing(
    publish: Publish, settings: Settings, shipped: Path
) -> None:
    first = publish()
    small.edit(shipped, TRADE, "value_usd", "value")
    for _ in range(2):  # night after night: the older builds must not be pushed out by copies
        report = publish()
        assert (report.outcome, report.exit_code, report.build_id) == ("unchanged", 3, first.build_id)
        assert report.failed == {"snapshot": f"{TRADE} has no column value_usd."}
        assert report.changes.is_empty()
    assert [build.build_id for build in store.builds(settings.store_dir)] == [first.build_id]
    facts = json.loads((settings.store_dir / LAST_REFRESH).read_text())
    assert (facts["outcome"], facts["failed"]) == ("unchanged", dict(report.failed))


def test_a_missing_file_fails_its_source(publish: Publish, settings: Settings, shipped: Path) -> None:
    first = publish()
    (shipped / "reference/areas.csv").unlink()
    report = publish()
    assert report.exit_code == 3
    assert "reference/areas.csv" in report.failed["register"]
    # Nothing else is new, so the build of before stands.
    assert report.build_id == first.build_id


def test_without_a_build_a_failing_source_refuses_all(publish: Publish, settings: Settings, shipped: Path) -> None:
    small.edit(shipped, TRADE, "value_usd", "value")
    with pytest.raises(RefusedError, match="no earlier figures to keep, so nothing was published"):
        publish()
    assert store.published_id(settings.store_dir) is None


def _month_twice(folder: Path) -> None:
    path = folder / TRADE
    lines = path.read_text().splitlines(keepends=True)
    path.write_text("".join([*lines, lines[5]]))


BROKEN: list[tuple[str, Callable[[Path], None], int, str]] = [
    ("missing column", lambda f: small.edit(f, TRADE, "rounding_usd,", ""), 3, "has no column rounding_usd"),
    ("month twice", _month_twice, 4, "trade_flow: 2 rows break the rule that its key is unique"),
    ("negative trade", lambda f: small.edit(f, TRADE, ",1012,", ",-1012,"), 4, "of its minimum .value_usd."),
    ("cut short", lambda f: (f / TRADE).write_bytes((f / TRADE).read_bytes()[:-40]), 3, "fields instead of|cut short"),
    ("bad toml", lambda f: small.edit(f, "regimes/RUS-US.toml", "[regime]", "[regime"), 3, "not readable TOML"),
    ("unknown area", lambda f: small.edit(f, TRADE, "USA,CAN", "USA,QQQ"), 4, "names area QQQ"),
    ("empty", lambda f: (f / TRADE).write_bytes(b""), 3, "2025-10.csv is empty"),
    ("no figures", lambda f: (f / TRADE).write_text(small.TRADE + "\n"), 3, "holds no rows"),
    (
        "lost row",
        lambda f: small.drop_line(f, MACRO, "2022-05-01,M,1.25"),
        4,
        "macro: 1 of 12 figures of ecb_fx would be gone",
    ),
    (
        "lost partner",
        lambda f: small.drop_line(f, TRADE, "USA,CAN,export,TOTAL,2024-05"),
        4,
        "do not add up to the world",
    ),
    ("not parquet", lambda f: (f / "snapshot/trade_x.parquet").write_bytes(b"PAR1"), 3, "not a readable Parquet file"),
    (
        "sum",
        lambda f: small.edit(f, "snapshot/published_total_census_2024-03.csv", ",12078,", ",12978,"),
        4,
        "do not add up",
    ),
    ("rate", lambda f: small.drop_line(f, MACRO, "2022-01-01,M,1.25"), 4, "no dollar rate of the euro"),
]


@pytest.mark.parametrize(("name", "spoil", "code", "sentence"), BROKEN, ids=[case[0] for case in BROKEN])
def test_bad_input_gets_one_sentence_and_the_old_build_stands(
    publish: Publish,
    settings: Settings,
    shipped: Path,
    name: str,
    spoil: Callable[[Path], None],
    code: int,
    sentence: str,
) -> None:
    first = publish()
    spoil(shipped)
    if code == 3:
        report = publish()
        assert report.exit_code == 3, name
        told = " ".join(report.failed.values())
        assert report.rows in ({}, first.rows)
    else:
        with pytest.raises(RefusedError) as caught:
            publish()
        told = str(caught.value)
        assert store.published_id(settings.store_dir) == first.build_id
    assert pl.Series([told]).str.contains(sentence).item(), told
    assert "\n" not in told
    assert store.current_store(settings.store_dir).table("trade_flow").height == 265


def test_a_declared_loss_is_a_note(publish: Publish, settings: Settings, shipped: Path) -> None:
    publish()
    small.drop_line(shipped, MACRO, "2022-05-01,M,1.25")
    entry = 'table = "macro"\nsource = "ecb_fx"\nreason = "Withdrawn."\nuntil = 2999-12-31\n'
    (shipped / "corrections.toml").write_text("[[removal]]\n" + entry)
    report = publish()
    assert (report.outcome, report.exit_code) == ("published", 0)
    assert [(finding.level, finding.check) for finding in report.findings] == [("warn", "coverage")]
    rates = store.current_store(settings.store_dir).table("macro").filter(pl.col("source") == "ecb_fx")
    assert rates.height == 11


def test_a_refused_refresh_is_remembered(publish: Publish, settings: Settings, shipped: Path) -> None:
    publish()
    _month_twice(shipped)
    with pytest.raises(RefusedError):
        publish()
    facts = json.loads((settings.store_dir / LAST_REFRESH).read_text())
    assert facts["outcome"] == "refused"
    assert "key is unique" in facts["error"]


def test_a_tripped_correction_is_a_note(publish: Publish, settings: Settings, shipped: Path) -> None:
    entry = 'table = "macro"\nwhere = {area = "RUS"}\ncolumn = "value"\nwrong = 1.0\nright = 2.0\n'
    entry += 'reason = "r"\nreported = 2026-01-01\n'
    (shipped / "corrections.toml").write_text("[[correction]]\n" + entry)
    report = publish()
    assert [finding.check for finding in report.findings] == ["corrections"]
    assert report.exit_code == 0


def test_a_bad_corrections_file_refuses(publish: Publish, shipped: Path) -> None:
    (shipped / "corrections.toml").write_text("correction = 1\n")
    with pytest.raises(RefusedError, match=r"corrections\.toml: entries are written as"):
        publish()


def test_asking_one_source_keeps_the_figures_of_the_others(publish: Publish, settings: Settings, shipped: Path) -> None:
    publish()
    small.edit(shipped, "regimes/RUS-US.toml", "Blocks officials", "Blocks some officials")
    small.edit(shipped, MACRO, ",-2.1,", ",-1.4,")
    report = refresh(pick(["register"], settings), settings)
    current = store.current_store(settings.store_dir)
    assert report.outcome == "published"
    assert "Blocks some officials" in current.table("measure")["title"].to_list()
    assert -2.1 in current.table("macro")["value"].to_list()
    assert current.table("trade_flow").height == 265


def test_without_a_build_the_files_that_ship_are_asked_too(settings: Settings) -> None:
    assert [source.name for source in pick(["register"], settings)] == ["snapshot", "register"]
    assert [source.name for source in pick(["census"], settings)] == ["snapshot", "register", "census"]
    assert pick([], settings) == SOURCES
    with pytest.raises(UsageError, match=r"There is no source 'nope'\. The sources are snapshot, register"):
        pick(["nope"], settings)


class Window2024(Source):
    """A source that gives a window of its figures, as live sources do."""

    name = "live"
    gives = "trade of one month"
    tables = ("trade_flow", "release")
    complete = False

    def __init__(self, value: float, known: date) -> None:
        self.value, self.known = value, known
        self.asked: list[Window] = []

    def requests(self, window: Window) -> Sequence[Request]:
        self.asked.append(window)
        return ()

    def parse(self, payloads: Sequence[Payload]) -> Frames:
        row = {"reporter": "USA", "partner": "RUS", "flow": "export", "product": "TOTAL", "period": date(2025, 1, 1)}
        row |= {
            "frequency": "M",
            "source": "census",
            "known_from": self.known,
            "value_usd": self.value,
            "value_eur": None,
        }
        row |= {"quantity": None, "quantity_unit": None, "is_estimate": False, "flag": None, "basis": "census"}
        row |= {"valuation": "fas", "rounding_usd": 1.0, "release": f"live-{self.known}"}
        release = {"release": f"live-{self.known}", "source": "census", "title": "Live", "published": self.known}
        release |= {"published_precision": "day", "retrieved": self.known, "url": None, "sha256": None, "rows": 1}
        floats = {"value_eur": pl.Float64, "quantity": pl.Float64, "quantity_unit": pl.String, "flag": pl.String}
        texts = {"url": pl.String, "sha256": pl.String}
        return {
            "trade_flow": pl.DataFrame([row], schema_overrides=floats),
            "release": pl.DataFrame([release], schema_overrides=texts),
        }


def test_a_source_of_windows_adds_vintages_to_those_it_gave_before(publish: Publish, settings: Settings) -> None:
    publish()
    refresh([Window2024(50.0, date(2026, 1, 5))], settings, force=True)
    later = Window2024(60.0, date(2026, 2, 5))
    refresh([later], settings, since=date(2025, 1, 1), force=True)
    assert later.asked == [Window(date(2025, 1, 1))]
    trade = store.current_store(settings.store_dir).table("trade_flow").filter(pl.col("period") == date(2025, 1, 1))
    assert trade.select("value_usd", "known_from", "known_to").rows() == [
        (50.0, date(2026, 1, 5), date(2026, 2, 5)),
        (60.0, date(2026, 2, 5), None),
    ]


def test_progress_names_every_source_and_ends_with_the_build(settings: Settings) -> None:
    steps: list[Step] = []
    refresh(SOURCES, settings, progress=steps.append)
    assert [step.source for step in steps if step.doing == "fetched"] == ["snapshot", "register"]
    assert steps[-1] == Step("", "published", 4, 4)


HOLD = """
import sys, time
from pathlib import Path
from pipelines.refresh import locked
with locked(Path(sys.argv[1])):
    print("held", flush=True)
    time.sleep(60)
"""


def test_a_second_refresh_is_told_that_one_is_running(publish: Publish, settings: Settings) -> None:
    first = publish()
    holder = subprocess.Popen([sys.executable, "-c", HOLD, str(settings.store_dir)], stdout=subprocess.PIPE, text=True)
    try:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        with pytest.raises(BusyError, match="Another refresh is running") as caught:
            publish(force=True)
        assert caught.value.exit_code == 5
        assert store.current_store(settings.store_dir).build_id == first.build_id
    finally:
        holder.kill()
        holder.communicate()
    assert publish(force=True).outcome == "published"


def test_the_lock_is_given_back(settings: Settings) -> None:
    with locked(settings.store_dir):
        pass
    with locked(settings.store_dir):
        assert (settings.store_dir / ".lock").exists()


def test_a_folder_that_cannot_be_written_is_told(settings: Settings) -> None:
    read_only = settings.model_copy(update={"home": Path("/proc/tradewake")})
    with pytest.raises(TradewakeError, match=r"/proc/tradewake/store cannot be written .* TRADEWAKE_HOME") as caught:
        refresh(SOURCES, read_only)
    assert caught.value.exit_code == 1


def test_a_damaged_published_build_is_built_anew_from_the_shipped_figures(publish: Publish, settings: Settings) -> None:
    first = publish()
    path = settings.store_dir / f"{first.build_id}.duckdb"
    path.write_bytes(path.read_bytes()[:-100])
    store.current._open_stores.clear()
    report = publish()
    assert report.outcome == "published"
    assert store.current_store(settings.store_dir).build_id == report.build_id


def test_ensure_store_builds_once(settings: Settings) -> None:
    first = ensure_store(settings)
    assert ensure_store(settings).build_id == first.build_id
    assert len(store.builds(settings.store_dir)) == 1


def test_ensure_store_tells_what_is_wrong(settings: Settings, shipped: Path) -> None:
    (shipped / "reference/areas.csv").unlink()
    with pytest.raises(RefusedError, match=r"reference/areas\.csv"):
        ensure_store(settings)


def test_fetch_errors_of_a_source_carry_exit_code_three() -> None:
    assert FetchError.exit_code == 3
