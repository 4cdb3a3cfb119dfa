"""Refreshes of a live source: new figures, revisions, nothing new, faults, interruptions, the raw cache alone."""

from __future__ import annotations

import gzip
import json
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar

import polars as pl
import pytest

from pipelines import store
from pipelines.errors import RefusedError
from pipelines.facts import Rows
from pipelines.raw import Payload
from pipelines.raw.cache import Cache
from pipelines.refresh import RefreshReport, refresh
from pipelines.settings import Settings
from pipelines.sources import SOURCES, Frames, Source
from tests.pipelines.replay import Replay, Reply, serving
from tests.pipelines.toy import Toy, script, year

TODAY = datetime.now(UTC).date()
Run = Callable[..., RefreshReport]
SHIPPED = tuple(source for source in SOURCES if source.complete)


@pytest.fixture
def server() -> Iterator[Replay]:
    with serving() as replay:
        script(replay)
        yield replay


@pytest.fixture
def quick(settings: Settings) -> Settings:
    return settings.model_copy(update={"retry_seconds": 0.01})


@pytest.fixture
def run(server: Replay, quick: Settings) -> Run:
    def ask(*, offline: bool = False, **options: Any) -> RefreshReport:
        sources: tuple[Source, ...] = (*SHIPPED, Toy(server.url))
        return refresh(sources, quick, offline=offline, **options)

    return ask


def figures(settings: Settings, partner: str = "RUS", period: str = "2024-05-01") -> list[tuple[float, bool]]:
    """Every vintage of one figure: its value, and whether it stands."""
    rows = store.current_store(settings.store_dir).query(
        """SELECT value_usd, known_to IS NULL AS stands FROM trade_flow
           WHERE partner = ? AND period = ?::DATE AND flow = 'export' ORDER BY known_from""",
        [partner, period],
    )
    return list(rows.iter_rows())


def yesterday(settings: Settings, days: int = 1) -> None:
    """Make the fetches in the raw cache older, as if the refresh had run then, and build them anew."""
    for path in (settings.raw_dir / "toy" / "fetches").glob("*.json"):
        text = path.read_text(encoding="utf-8")
        then = (datetime.now(UTC) - timedelta(days=days)).date().isoformat()
        path.write_text(text.replace(TODAY.isoformat(), then), encoding="utf-8")
    shutil.rmtree(settings.store_dir)


def test_a_live_source_adds_its_figures_to_those_that_ship(run: Run, quick: Settings) -> None:
    report = run()
    assert (report.outcome, report.exit_code) == ("published", 0)
    assert figures(quick, period="2025-12-01") == [(1012.0, True)]
    assert figures(quick) == [(1005.0, True)], "a repeated figure is no revision"
    release = store.current_store(quick.store_dir).table("release").filter(pl.col("origin") == "toy")
    assert release["retrieved"].to_list() == [TODAY]
    assert release["sha256"].null_count() == 0


def test_the_same_bytes_again_are_nothing_new(run: Run, server: Replay) -> None:
    first = run()
    again = run()
    assert (again.outcome, again.build_id) == ("unchanged", first.build_id)
    assert server.paths().count("/2025") == 2


def test_only_what_can_have_changed_is_asked_for_again(run: Run, server: Replay) -> None:
    run()
    server.asked.clear()
    run()
    assert server.paths() == ["/2025"], "the last three months"
    server.asked.clear()
    run(since=datetime(2024, 7, 1).date())
    assert sorted(server.paths()) == ["/2024", "/2025"]


def test_a_revision_closes_one_row_and_opens_the_next(run: Run, quick: Settings, server: Replay) -> None:
    run()
    yesterday(quick)
    run(offline=True)
    script(server, y2025=year(2025, change={"RUS 2025-11": 900}))
    report = run()
    assert figures(quick, period="2025-11-01") == [(1011.0, False), (900.0, True)]
    row = report.changes.filter(pl.col("table") == "trade_flow").row(0, named=True)
    assert (row["revised"], row["added"]) == (1, 0)
    revised = store.current_store(quick.store_dir).provenance()["revisions"]
    assert [(one["partner"], one["old"], one["new"]) for one in revised] == [("RUS", 1011.0, 900.0)]


def test_a_later_fetch_of_the_same_day_stands_for_the_day(run: Run, quick: Settings, server: Replay) -> None:
    run()
    script(server, y2025=year(2025, change={"RUS 2025-11": 900}))
    run()
    assert figures(quick, period="2025-11-01") == [(900.0, True)]
    script(server)
    run()
    assert figures(quick, period="2025-11-01") == [(1011.0, True)]


def test_the_raw_cache_alone_gives_every_vintage_back(run: Run, quick: Settings, server: Replay) -> None:
    run()
    yesterday(quick, days=2)
    script(server, y2025=year(2025, change={"RUS 2025-11": 900}))
    run()
    kept = store.current_store(quick.store_dir).query("SELECT * FROM trade_flow ORDER BY ALL")
    shutil.rmtree(quick.store_dir)
    server.asked.clear()
    report = run(offline=True)
    assert report.exit_code == 0
    assert server.asked == []
    assert store.current_store(quick.store_dir).query("SELECT * FROM trade_flow ORDER BY ALL").equals(kept)
    assert figures(quick, period="2025-11-01") == [(1011.0, False), (900.0, True)]
    assert run(offline=True).outcome == "unchanged"


def test_raw_bytes_that_were_changed_are_not_read(run: Run, quick: Settings) -> None:
    run()
    blobs = [path for path in (quick.raw_dir / "blobs").rglob("*") if path.is_file()]
    blobs[0].write_bytes(b"[]")
    shutil.rmtree(quick.store_dir)
    report = run(offline=True)
    assert report.exit_code == 3
    assert "are gone or changed" in report.failed["toy"]


def test_a_dry_run_publishes_nothing_and_its_fetch_is_not_lost(run: Run, quick: Settings, server: Replay) -> None:
    run(offline=True)
    before = store.published_id(quick.store_dir)
    report = run(dry_run=True)
    assert report.outcome == "dry_run"
    assert report.changes.filter(pl.col("table") == "trade_flow")["added"].to_list() == [24]
    assert store.published_id(quick.store_dir) == before
    server.asked.clear()
    assert run().outcome == "published"
    assert server.asked == []


def test_an_interrupted_fetch_goes_on_where_it_stopped(run: Run, quick: Settings, server: Replay) -> None:
    server.on("/2025", Reply(status=500))
    first = run()
    assert first.exit_code == 3
    assert figures(quick, period="2025-12-01") == []
    server.asked.clear()
    script(server)
    assert run().exit_code == 0
    assert server.paths() == ["/2025"]
    assert figures(quick, period="2025-12-01") == [(1012.0, True)]


def test_a_source_that_needs_a_key_is_left_out_and_says_so(server: Replay, quick: Settings) -> None:
    class Keyed(Toy):
        key = "EIA_API_KEY"
        key_needed = True
        key_from = "https://www.eia.gov/opendata/register.php"

    report = refresh((*SHIPPED, Keyed(server.url)), quick.model_copy(update={"keys": {}}), offline=False)
    assert report.exit_code == 0
    assert report.skipped == {
        "toy": "EIA_API_KEY is not set; a key is to be had at https://www.eia.gov/opendata/register.php."
    }
    assert server.asked == []


HTML = b"<!DOCTYPE html><html><title>Missing key</title></html>"
FAULTS: dict[str, tuple[list[Reply], str]] = {
    "a redirect to a key page": ([Reply(status=302, headers={"Location": "/missing_key.html"})], "toy asks for a key"),
    "a page in place of figures": ([Reply(HTML)], "a web page instead of JSON"),
    "204": ([Reply(status=204)], "answered with nothing with 204"),
    "200 with an error body": ([Reply(b'{"error": "invalid value"}')], "is not a list of rows"),
    "cut at a cap": ([Reply(year(2025)[:300])], "is not readable JSON"),
    "500 for ever": ([Reply(status=500)], "answered with 500. It was asked 3 times"),
    "429 for hours": ([Reply(status=429, headers={"Retry-After": "9000"})], "takes no further requests for 2 hours"),
    "a stall": ([Reply(year(2025), stalls_seconds=1.2)], "stalled for"),
    "a reset in the middle": ([Reply(year(2025), says_bytes=9999, resets=True)], "broke off"),
    "gzip that lies": ([Reply(year(2025), headers={"Content-Encoding": "gzip"})], "not compressed as it says"),
    "a renamed column": (
        [Reply(year(2025).replace(b'"usd"', b'"USD"'))],
        "has the columns ['partner', 'month', 'USD']",
    ),
    "a word for a number": ([Reply(year(2025).replace(b"1011", b'"n/a"'))], "'n/a' is not a number"),
    "a number that is none": ([Reply(year(2025).replace(b"1011", b"NaN"))], "is not readable JSON"),
    "300 MB": ([Reply(b"[", says_bytes=300_000_000)], "at most 64 MB were expected"),
    "a bomb": (
        [Reply(gzip.compress(b"[" * 70_000_000), headers={"Content-Encoding": "gzip"})],
        "at most 64 MB were expected",
    ),
    "a redirect to a file": ([Reply(status=302, headers={"Location": "file:///etc/passwd"})], "was not followed"),
    "a redirect to this machine": (
        [Reply(status=302, headers={"Location": "http://127.0.0.1:9/"})],
        "was not followed",
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_ends_with_one_sentence_code_3_the_old_figures_and_the_evidence(
    fault: str, run: Run, quick: Settings, server: Replay
) -> None:
    first = run()
    stood = figures(quick, period="2025-11-01")
    replies, told = FAULTS[fault]
    server.on("/2025", *replies)
    report = run()
    assert report.exit_code == 3
    assert told in report.failed["toy"]
    assert "\n" not in report.failed["toy"]
    assert report.build_id == first.build_id
    assert figures(quick, period="2025-11-01") == stood
    bodies_that_came = not any(
        word in fault for word in ("redirect", "204", "500", "429", "stall", "reset", "lies", "MB", "bomb")
    )
    rejected = quick.raw_dir / "toy" / "rejected.jsonl"
    if bodies_that_came:
        line = json.loads(rejected.read_text(encoding="utf-8").splitlines()[-1])
        assert Cache(quick.raw_dir, "toy").blob(line["sha256"]).read_bytes() == replies[0].body
    script(server)
    assert run().exit_code == 0


@pytest.mark.parametrize(
    ("replies", "requests"),
    [
        ([Reply(status=500), Reply(status=500), Reply()], 3),
        ([Reply(status=429, headers={"Retry-After": "0"}), Reply()], 2),
        ([Reply(b"[", says_bytes=500, resets=True), Reply()], 2),
    ],
)
def test_what_passes_is_waited_for(run: Run, server: Replay, replies: list[Reply], requests: int) -> None:
    server.on("/2025", *replies[:-1], Reply(year(2025)))
    assert run().exit_code == 0
    assert server.paths().count("/2025") == requests


@pytest.mark.parametrize(
    ("body", "told"),
    [
        (
            year(2025, times=1000),
            "12 figures of toy-live-.* are 1,000 times those that stood|figures of .* are 1,000 times",
        ),
        (year(2025, skip=["2025-11"]), "The reply of toy lacks 2025-11 of USA export TOTAL altogether"),
    ],
)
def test_too_little_or_too_much_refuses_the_whole_build(
    run: Run, quick: Settings, server: Replay, body: bytes, told: str
) -> None:
    run()
    yesterday(quick)
    first = run(offline=True)
    server.on("/2025", Reply(body))
    with pytest.raises(RefusedError, match=told) as refused:
        run()
    assert refused.value.exit_code == 4
    assert store.published_id(quick.store_dir) == first.build_id
    assert json.loads((quick.raw_dir / "toy" / "rejected.jsonl").read_text().splitlines()[-1])["why"].startswith(
        "Nothing"
    )
    script(server)
    assert run().exit_code == 0, "the refused reply was not kept as good"


def test_one_source_that_fails_leaves_the_others_their_news(server: Replay, quick: Settings) -> None:
    class Other(Toy):
        name = "other"

    with serving() as broken:
        broken.on("/2024", Reply(HTML))
        report = refresh((*SHIPPED, Toy(server.url), Other(broken.url)), quick, offline=False)
    assert list(report.failed) == ["other"]
    assert report.outcome == "published"
    assert figures(quick, period="2025-12-01") == [(1012.0, True)]


def test_euros_of_a_month_without_a_rate_hold_back_only_their_own_source(server: Replay, quick: Settings) -> None:
    class Euros(Toy):
        name = "euros"

        def parse(self, payloads: Sequence[Payload]) -> Frames:
            found = dict(super().parse(payloads))
            own = {"release": pl.lit("euros-live"), "source": pl.lit("eurostat")}
            euros = {"value_eur": pl.col("value_usd"), "value_usd": pl.lit(None, pl.Float64), "reporter": pl.lit("DEU")}
            basis = {"basis": pl.lit("comext"), "valuation": pl.lit("fob")}
            return {
                "release": found["release"].with_columns(**own),
                "trade_flow": found["trade_flow"].with_columns(**own, **euros, **basis),
            }

    report = refresh((*SHIPPED, Toy(server.url), Euros(server.url)), quick, offline=False)
    assert report.failed == {"euros": "euros has euros of 2024-01, and no source has that month's dollar rate yet."}
    assert figures(quick, period="2025-12-01") == [(1012.0, True)]
    server.asked.clear()
    refresh((Euros(server.url),), quick, offline=False)
    assert sorted(server.paths()) == ["/2024", "/2025"], "asked anew, not taken from the raw cache"


def test_a_reader_that_stumbles_takes_down_only_its_own_source(server: Replay, quick: Settings) -> None:
    class Stumbling(Toy):
        name = "stumbling"

        def parse(self, payloads: Sequence[Payload]) -> Frames:
            return {}["nothing"]

    report = refresh((*SHIPPED, Toy(server.url), Stumbling(server.url)), quick, offline=False)
    assert (report.outcome, report.exit_code) == ("published", 3)
    assert (
        "The reader of stumbling could not make sense of what came (KeyError: 'nothing')" in report.failed["stumbling"]
    )
    assert (quick.raw_dir / "stumbling" / "rejected.jsonl").is_file()
    assert figures(quick, period="2025-12-01") == [(1012.0, True)]


def test_a_first_refresh_without_a_network_still_publishes_what_ships(quick: Settings) -> None:
    with serving() as gone:
        url = gone.url
    report = refresh((*SHIPPED, Toy(url)), quick, offline=False)
    assert (report.outcome, report.exit_code) == ("published", 3)
    assert "toy could not be reached" in report.failed["toy"]


def test_a_source_that_sends_far_too_little_fails_alone_and_one_that_sends_more_is_told(
    server: Replay, quick: Settings
) -> None:
    class Short(Toy):
        name = "short"
        expected_rows: ClassVar[Mapping[str, Rows]] = {"trade_flow": Rows(least=10_000, most=20_000)}

    class Long(Toy):
        expected_rows: ClassVar[Mapping[str, Rows]] = {"trade_flow": Rows(most=10)}

    report = refresh((*SHIPPED, Long(server.url), Short(server.url)), quick, offline=False)
    assert (report.outcome, report.exit_code) == ("published", 3)
    assert report.failed == {"short": "short gave 48 rows of trade_flow; fewer than 10,000 are a reply cut short."}
    assert (quick.raw_dir / "short" / "rejected.jsonl").is_file()
    (told,) = [finding for finding in report.findings if finding.check == "expected rows"]
    assert told.sentence.startswith("toy gave 48 rows of trade_flow, more than 10: ")
    assert figures(quick, period="2025-12-01") == [(1012.0, True)]
