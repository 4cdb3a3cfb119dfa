from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from pipelines import raw
from pipelines.errors import FetchError
from pipelines.raw import Request
from pipelines.settings import Settings


def test_a_shipped_file_comes_with_its_fingerprint(settings: Settings, shipped: Path) -> None:
    payload = raw.fetch(Request("shipped:reference/areas.csv"), settings)
    assert payload.name == "reference/areas.csv"
    assert payload.body == (shipped / "reference/areas.csv").read_bytes()
    assert payload.sha256 == hashlib.sha256(payload.body).hexdigest()


def test_a_pattern_becomes_the_files_it_matches_in_order(settings: Settings) -> None:
    found = raw.expand([Request("shipped:events/*.toml"), Request("shipped:reference/*.csv")], settings)
    assert [request.url for request in found] == [
        "shipped:events/us-russia.toml",
        "shipped:reference/areas.csv",
        "shipped:reference/programmes.csv",
        "shipped:reference/senders.csv",
    ]


def test_an_optional_pattern_may_match_nothing(settings: Settings) -> None:
    assert raw.expand([Request("shipped:claims/*.toml", optional=True)], settings) == []


@pytest.mark.parametrize(
    "url", ["shipped:../secret", "shipped:/etc/passwd", "shipped:a/../../b", "shipped:", "shipped:../*.csv"]
)
def test_an_address_never_leaves_the_folder(settings: Settings, url: str) -> None:
    with pytest.raises(FetchError, match="leads out of the folder"):
        [raw.fetch(request, settings) for request in raw.expand([Request(url)], settings)]


def test_a_link_never_leaves_the_folder(settings: Settings, shipped: Path, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("x")
    (shipped / "reference/link.csv").symlink_to(tmp_path / "secret")
    with pytest.raises(FetchError, match="leads out of the folder"):
        raw.fetch(Request("shipped:reference/link.csv"), settings)


def test_a_missing_file_is_named(settings: Settings) -> None:
    with pytest.raises(FetchError, match=r"reference/none\.csv in the shipped figures could not be read"):
        raw.fetch(Request("shipped:reference/none.csv"), settings)


def test_an_address_on_the_web_is_no_shipped_file(settings: Settings) -> None:
    with pytest.raises(FetchError, match=r"https://api\.census\.gov is not a file of the shipped figures"):
        raw.fetch(Request("https://api.census.gov"), settings)


def test_bytes_that_are_no_text_are_told() -> None:
    with pytest.raises(FetchError, match=r"x is not UTF-8 text \(byte 1\)"):
        raw.payload("x", b"a\xff").text()
