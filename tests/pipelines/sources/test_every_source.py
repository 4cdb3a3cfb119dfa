"""One walk over every live source: interface, limits, requests, fixtures, tests, documentation, licence."""

from __future__ import annotations

import inspect
import re
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from pipelines import facts
from pipelines.errors import FetchError, ParseError
from pipelines.normalise.periods import Window
from pipelines.raw import SHIPPED, Payload, Request, expand, fetch, payload
from pipelines.schema import TABLES
from pipelines.settings import Settings, shipped_data
from pipelines.sources import SOURCES, Source

ROOT = Path(__file__).resolve().parents[3]
HERE = Path(__file__).resolve().parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
LICENCES = (ROOT / "data" / "LICENCES.md").read_text(encoding="utf-8")
TODAY = date(2026, 11, 22)
FIRST = Window(today=TODAY)
LATER = Window(today=TODAY, latest_period=date(2026, 9, 1), last_asked=date(2026, 10, 20))
WINDOWS = (FIRST, LATER, Window(since=date(2024, 1, 1), today=TODAY))

live = pytest.mark.parametrize("source", [pytest.param(source, id=source.name) for source in SOURCES if source.is_live])


def _asked(source: Source, window: Window) -> list[Request]:
    return [request for request in source.requests(window) if not request.url.startswith(SHIPPED)]


def _tables(source: Source) -> list[Payload]:
    """The shipped files that a source reads its replies with."""
    settings = Settings(data=shipped_data(), offline=True)
    requests = [request for request in source.requests(FIRST) if request.url.startswith(SHIPPED)]
    return [fetch(request, settings) for request in expand(requests, settings)]


def test_the_live_sources_are_those_whose_address_can_be_replaced() -> None:
    assert {source.name for source in SOURCES if source.is_live} == set(facts.live())


@live
def test_it_states_its_facts(source: Source) -> None:
    address = urlsplit(source.url)
    assert (address.scheme, address.path, address.query) == ("https", "", "")
    assert not source.complete
    assert "release" in source.tables
    assert set(source.tables) < set(TABLES)
    assert len(set(source.tables)) == len(source.tables)
    assert source.first is None or source.first == source.first.replace(day=1)
    assert source.first is None or source.revisits_months >= 1
    assert source.revision is None or (1 <= source.revision[0] <= 12 and source.revision[1] >= 1)
    for method in (type(source).requests, type(source).parse):
        assert inspect.getdoc(method)


@live
def test_it_is_polite(source: Source) -> None:
    limits = source.limits
    assert limits.pace_seconds >= 0.2
    assert 1 <= limits.at_once <= 4
    assert 2 <= limits.attempts <= 8
    assert 10 <= limits.read_seconds <= 300
    assert limits.read_seconds <= limits.budget_seconds <= 3600
    assert 1 <= limits.budget_mb <= 1000
    assert limits.user_agent == "" or "Tradewake" in limits.user_agent


@live
def test_its_key_is_a_setting_and_can_be_got(source: Source) -> None:
    if source.key is None:
        assert (source.key_needed, source.key_from) == (False, "")
        return
    assert source.key in facts.key_variables()
    assert "https://" in source.key_from
    assert not source.key_from.endswith(".")


@live
@pytest.mark.parametrize("keyed", [False, True])
@pytest.mark.parametrize("window", WINDOWS, ids=["first", "later", "since"])
def test_its_requests_are_pure_named_once_to_its_own_hosts_and_without_a_key(
    source: Source, window: Window, keyed: bool
) -> None:
    asked = source.requests(replace(window, keyed=keyed))
    assert asked == source.requests(replace(window, keyed=keyed))
    titles = [request.title for request in asked]
    assert len(set(titles)) == len(titles)
    own = _domain(urlsplit(source.url).netloc)
    for request in _asked(source, window):
        address = urlsplit(request.url)
        assert address.scheme == "https", request.url
        assert _domain(address.netloc) == own, request.url
        assert not address.fragment, request.url
        assert not re.search(r"[?&](api[_-]?key|key|subscription-key)=", request.url, re.IGNORECASE), request.url
        assert request.key_in == "" or source.key is not None
        assert request.key_in == "" or re.fullmatch(r"(query|header):[\w-]+", request.key_in)
        assert not any(host in ("", "*", "*.*") or "/" in host for host in request.redirects)
        assert request.most_mb <= source.limits.budget_mb


def _domain(host: str) -> str:
    """The publisher's own part of a host: census.gov, un.org, fcdo.gov.uk."""
    return ".".join(host.split(".")[-3 if host.endswith(".gov.uk") else -2 :])


@live
def test_the_first_refresh_asks_for_something_when_its_key_is_set(source: Source) -> None:
    assert _asked(source, replace(FIRST, keyed=True))


@live
def test_when_everything_it_may_lack_is_lacking_it_says_so(source: Source) -> None:
    if not all(request.optional for request in _asked(source, FIRST)):
        return
    with pytest.raises(ParseError):
        source.parse(_tables(source))


@live
@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<!doctype html><html><body>Sign in</body></html>",
        b"{}",
        b"[]",
        b"null",
        b'{"error": {"code": 1}}',
        b"\x00",
    ],
    ids=["empty", "web page", "object", "list", "null", "error", "zero byte"],
)
def test_a_reply_that_is_something_else_is_refused_in_a_sentence(source: Source, body: bytes) -> None:
    for keyed in (False, True):
        requests = _asked(source, replace(FIRST, keyed=keyed))
        moment = datetime.fromisoformat("2026-11-22T09:00:00+00:00")
        came = [payload(request.title, body, request.url, retrieved=moment) for request in requests]
        if not came:
            continue
        with pytest.raises((ParseError, FetchError)) as told:
            # The walk asks a source what is still to get before it parses; either may refuse.
            source.follow([*_tables(source), *came])
            source.parse([*_tables(source), *came])
        assert 10 < len(str(told.value)) < 400
        assert "\n" not in str(told.value)


@live
def test_it_has_a_test_of_its_own_with_recorded_shapes(source: Source) -> None:
    test = HERE / f"test_{source.name}.py"
    assert test.is_file()
    files = [path for path in (HERE / "payloads" / source.name).rglob("*") if path.is_file()]
    assert files or re.search(r"^REPLY = ", test.read_text(encoding="utf-8"), re.MULTILINE), "replies of its shape"
    assert sum(path.stat().st_size for path in files) < 400_000


@live
def test_a_reader_finds_what_it_is_on_which_terms_and_how_it_is_cited(source: Source) -> None:
    assert source.facts is not None
    assert source.facts.site.startswith("https://")
    assert re.search(rf"^\| `{source.name}` \|", README, re.MULTILINE), "a row in the table of live sources"
    section = re.search(rf"^- Source key: `{source.name}`\n(?:- .*\n)+", LICENCES, re.MULTILINE)
    assert section is not None
    assert f"- Licence: {source.facts.terms.licence}\n" in section[0]
    assert f"- Credit line: {source.facts.terms.credit}\n" in section[0]


@live
def test_the_readme_says_how_many_requests_the_first_refresh_makes(source: Source) -> None:
    """In words, so that it stays true: "some 75", "4 a year since 2010", "18 and their pages"."""
    asked = len(_asked(source, replace(FIRST, keyed=True)))
    assert source.facts is not None and source.facts.live is not None
    told = re.match(r"(?:some )?(\d+)(?: a year since (\d{4}))?", source.facts.live.first_refresh)
    assert told is not None
    times = 1 if told[2] is None else TODAY.year - int(told[2]) + 1
    assert asked == pytest.approx(int(told[1]) * times, rel=0.1 if "some" in told[0] else 0)
