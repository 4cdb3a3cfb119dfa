from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from pipelines import raw
from pipelines.errors import FetchError, ParseError
from pipelines.normalise.periods import Window
from pipelines.settings import Settings
from pipelines.sources import Frames
from pipelines.sources.snapshot import Snapshot
from tests.pipelines import small


def parse(settings: Settings) -> Frames:
    source = Snapshot()
    requests = raw.expand(source.requests(Window()), settings)
    return source.parse([raw.fetch(request, settings) for request in requests])


def test_every_file_becomes_rows_of_its_table(settings: Settings) -> None:
    frames = parse(settings)
    counts = {name: frame.height for name, frame in frames.items()}
    assert counts == {
        "source": 6,
        "release": 8,
        "trade_flow": 289,
        "macro": 14,
        "published_total": 4,
        "partner_share": 1,
        "listing_count": 1,
    }
    assert frames["trade_flow"]["quantity"].null_count() == 289


def test_a_release_knows_its_file_and_its_rows(settings: Settings, shipped: Path) -> None:
    releases = parse(settings)["release"].filter(pl.col("release") == small.FIRST)
    body = (shipped / "snapshot/trade_census_2024-03.csv").read_bytes()
    assert releases["sha256"].item() == raw.payload("x", body).sha256
    assert releases["rows"].item() == 144 + 4


def test_a_release_that_gave_no_rows_has_none(settings: Settings, shipped: Path) -> None:
    small.edit(shipped, "snapshot/releases_all.csv", "ofac-2024-03,", "old,ofac,X,2020-01-01,day,,\nofac-2024-03,")
    old = parse(settings)["release"].filter(pl.col("release") == "old")
    assert old.select("sha256", "rows").row(0) == (None, None)


def test_figures_without_a_described_release_are_refused(settings: Settings, shipped: Path) -> None:
    small.drop_line(shipped, "snapshot/releases_all.csv", small.FIRST)
    with pytest.raises(ParseError, match=f"The release {small.FIRST} has figures but stands in no releases file"):
        parse(settings)


def test_a_file_of_an_unknown_name_is_refused(settings: Settings, shipped: Path) -> None:
    (shipped / "snapshot/prices_2020.csv").write_text("a\n1\n")
    with pytest.raises(ParseError, match=r"snapshot/prices_2020\.csv is named after no table"):
        parse(settings)


def test_a_file_with_a_header_only_is_refused(settings: Settings, shipped: Path) -> None:
    (shipped / "snapshot/trade_empty.csv").write_text(small.TRADE + "\n")
    with pytest.raises(ParseError, match=r"trade_empty\.csv holds no rows"):
        parse(settings)


def test_a_missing_folder_is_named(settings: Settings) -> None:
    empty = settings.model_copy(update={"data": settings.home})
    with pytest.raises(FetchError, match=r"There is no file snapshot/\*\.csv"):
        parse(empty)
