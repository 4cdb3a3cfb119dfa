"""What `status` and `doctor` say of live sources: stale or not, ever fetched or not, which keys are missing."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar

import pytest

from pipelines import cli, sources, store
from pipelines import settings as pipeline_settings
from pipelines.normalise.periods import Window
from pipelines.raw import Payload, Request
from pipelines.raw.cache import Cache
from pipelines.refresh import refresh
from pipelines.settings import Settings
from pipelines.sources.base import Frames, Source
from tests.pipelines import small

Command = Callable[..., Any]


class Census(Source):
    """A live source of figures that the miniature holds; it works without its key too."""

    name = "census"
    gives = "trade"
    tables = ("trade_flow", "release")
    complete = False
    url = "https://api.census.example"
    key = "CENSUS_API_KEY"
    key_from = "https://census.example/key"

    def requests(self, window: Window) -> Sequence[Request]:
        return (Request(f"{self.url}/x"),)

    def parse(self, payloads: Sequence[Payload]) -> Frames:
        return {}


class Comtrade(Census):
    """A live source that gave nothing yet and needs its key."""

    name = "comtrade"
    key: ClassVar[str | None] = "COMTRADE_API_KEY"
    key_needed = True
    key_from = "https://comtrade.example/key"


@pytest.fixture
def tradewake(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Iterator[Command]:
    """Run a verb on the miniature, with two live sources beside it and no key set."""
    refresh(tuple(source for source in sources.SOURCES if not source.is_live), settings)
    shipped = tuple(source for source in sources.SOURCES if not source.is_live)
    monkeypatch.setattr(sources, "SOURCES", (*shipped, Census(), Comtrade()))
    monkeypatch.setenv("TRADEWAKE_HOME", str(settings.home))
    monkeypatch.setenv("TRADEWAKE_DATA", str(settings.data))
    for variable in ("CENSUS_API_KEY", "COMTRADE_API_KEY", "TRADEWAKE_CENSUS_URL"):
        monkeypatch.delenv(variable, raising=False)
    pipeline_settings.load.cache_clear()

    def run(*arguments: str) -> Any:
        capsys.readouterr()
        with pytest.raises(SystemExit) as left:
            cli.run(cli.app, [*arguments, "--json"])
        assert left.value.code == 0
        return json.loads(capsys.readouterr().out)

    yield run
    pipeline_settings.load.cache_clear()


def _row(rows: Sequence[dict[str, Any]], key: str, value: str) -> dict[str, Any]:
    return next(row for row in rows if row[key] == value)


def test_status_says_that_a_source_was_never_fetched_live_and_how_it_is(tradewake: Command) -> None:
    rows = tradewake("status")["sources"]
    assert _row(rows, "source", "census")["live"] == "shipped figures only; tradewake refresh census"
    assert _row(rows, "source", "imf_weo")["live"] == "comes with the snapshot"
    empty = _row(rows, "source", "comtrade")
    assert empty["live"] == "no figures yet; needs COMTRADE_API_KEY, see `tradewake doctor`"
    assert (empty["last_observation"], empty["overdue"], empty["can_refresh"]) == (None, False, False)


def test_status_names_the_day_of_the_last_fetch(tradewake: Command, settings: Settings) -> None:
    Cache(settings.raw_dir, "census").record_answered(datetime(2026, 11, 21, 8, tzinfo=UTC))
    row = _row(tradewake("status")["sources"], "source", "census")
    assert (row["live"], row["fetched"]) == ("fetched 21 Nov 2026", "2026-11-21")


def test_a_list_is_stale_by_the_age_of_the_last_look(tradewake: Command, settings: Settings) -> None:
    small.edit(settings.data, "sources/ofac.toml", '"monthly"', '"several times a week"')
    refresh(sources.SOURCES[:2], settings)
    row = _row(tradewake("status")["sources"], "source", "ofac")
    assert row["next"] == "not looked at since 31 Mar 2024; the list changes several times a week"
    assert row["overdue"] is True


def test_status_ends_with_what_is_stale_and_can_be_refreshed(
    tradewake: Command, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        cli.run(cli.app, ["status"])
    told = capsys.readouterr().err
    # The World Economic Outlook is stale too, and comes with the snapshot only.
    assert "Stale: census. Run `tradewake refresh`" in told


def test_doctor_names_missing_keys_and_where_to_get_them(tradewake: Command) -> None:
    rows = tradewake("doctor")
    census, comtrade = _row(rows, "what", "CENSUS_API_KEY"), _row(rows, "what", "COMTRADE_API_KEY")
    assert (census["state"], census["detail"]) == ("note", "not set; census works without it too")
    assert census["mend"] == "A key is to be had at https://census.example/key."
    assert comtrade["detail"] == "not set; comtrade is left out without it"


def test_doctor_never_shows_a_key(tradewake: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COMTRADE_API_KEY", "hush-hush")
    pipeline_settings.load.cache_clear()
    rows = tradewake("doctor")
    assert (_row(rows, "what", "COMTRADE_API_KEY")["state"], _row(rows, "what", "COMTRADE_API_KEY")["detail"]) == (
        "ok",
        "set",
    )
    assert "hush-hush" not in json.dumps(rows)


def test_doctor_says_who_was_ever_fetched_and_what_the_replies_weigh(tradewake: Command, settings: Settings) -> None:
    rows = tradewake("doctor")
    assert _row(rows, "what", "never fetched live")["detail"] == "census, comtrade"
    assert "empty: nothing was fetched yet" in _row(rows, "what", "raw cache")["detail"]
    cache = Cache(settings.raw_dir, "census")
    cache.keep_bytes(b"x" * 2_500_000)
    cache.record_answered(datetime(2026, 11, 21, 8, tzinfo=UTC))
    rows = tradewake("doctor")
    assert _row(rows, "what", "fetched live")["detail"] == "census (21 Nov 2026)"
    assert _row(rows, "what", "never fetched live")["detail"] == "comtrade"
    assert "2.5 MB in 2 files" in _row(rows, "what", "raw cache")["detail"]


def test_doctor_points_out_an_address_that_was_replaced(tradewake: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "TRADEWAKE_CENSUS_URL" not in {row["what"] for row in tradewake("doctor")}
    monkeypatch.setenv("TRADEWAKE_CENSUS_URL", "http://127.0.0.1:9")
    pipeline_settings.load.cache_clear()
    row = _row(tradewake("doctor"), "what", "TRADEWAKE_CENSUS_URL")
    assert (row["state"], row["detail"]) == ("note", "http://127.0.0.1:9")
    monkeypatch.setenv("TRADEWAKE_CENSUS_URL", "https://me:s3cret@figures.example.org")
    pipeline_settings.load.cache_clear()
    assert "s3cret" not in _row(tradewake("doctor"), "what", "TRADEWAKE_CENSUS_URL")["detail"]


def test_doctor_mistrusts_a_clock_that_is_behind_the_builds(
    tradewake: Command, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert _row(tradewake("doctor"), "what", "clock")["state"] == "ok"
    built = store.builds(settings.store_dir)[0].created

    class Behind(datetime):
        @classmethod
        def now(cls, tz: Any = None) -> datetime:
            return built.astimezone(UTC) - timedelta(days=2)

    monkeypatch.setattr("pipelines.cli.machine.datetime", Behind)
    row = _row(tradewake("doctor"), "what", "clock")
    assert row["state"] == "bad"
    assert "but there are builds of" in row["detail"]
