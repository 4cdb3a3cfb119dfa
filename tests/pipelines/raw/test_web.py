from __future__ import annotations

import asyncio
import gzip
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import pytest

from pipelines.errors import FetchError
from pipelines.raw import Payload, Request
from pipelines.raw.cache import Cache
from pipelines.raw.request_limits import RequestLimits
from pipelines.raw.web import Fetcher
from tests.pipelines.replay import Replay, Reply, serving

GOOD = b'[["a"],["1"]]'
HOME = "https://figures.example.org"
QUICK = RequestLimits(pace_seconds=0, attempts=4, read_seconds=1, budget_seconds=20, budget_mb=5)


@pytest.fixture
def server() -> Iterator[Replay]:
    with serving() as replay:
        yield replay


@pytest.fixture
def cache(tmp_path: Path) -> Cache:
    return Cache(tmp_path / "raw", "toy")


def get(server: Replay, cache: Cache, *requests: Request, **facts: Any) -> list[Payload]:
    given = {
        "limits": QUICK,
        "retry_seconds": 0.01,
        "elsewhere": server.url,
        "already_fetched": cache.begin_fetch("plan", datetime.now(UTC)),
    }
    fetcher = Fetcher(source="toy", cache=cache, **(given | facts))
    return asyncio.run(fetcher.get(requests))


def refused(server: Replay, cache: Cache, request: Request, **facts: Any) -> str:
    with pytest.raises(FetchError) as told:
        get(server, cache, request, **facts)
    sentence = str(told.value)
    assert "\n" not in sentence
    return sentence


def rejected(cache: Cache) -> list[dict[str, Any]]:
    lines = (cache.folder / "rejected.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


ONE = Request(f"{HOME}/one", kind="json")


def test_a_reply_comes_with_its_fingerprint_address_and_headers(server: Replay, cache: Cache) -> None:
    server.on(
        "/one",
        Reply(GOOD, headers={"ETag": '"v1"', "Set-Cookie": "x", "Last-Modified": "Sat, 21 Nov 2026 09:00:00 GMT"}),
    )
    (payload,) = get(server, cache, ONE)
    assert payload.body == GOOD
    assert payload.url == f"{HOME}/one"
    assert payload.headers["etag"] == '"v1"'
    assert "set-cookie" not in payload.headers
    assert str(payload.last_modified) == "2026-11-21"
    assert cache.blob(payload.sha256).read_bytes() == GOOD


def test_replies_keep_the_order_in_which_they_were_asked_for(server: Replay, cache: Cache) -> None:
    server.on("/slow", Reply(b"[1]", stalls_seconds=0.2))
    server.on("/fast", Reply(b"[2]"))
    found = get(server, cache, Request(f"{HOME}/slow"), Request(f"{HOME}/fast"))
    assert [payload.body for payload in found] == [b"[1]", b"[2]"]


@pytest.mark.parametrize("status", [500, 503, 429, 408])
def test_what_can_pass_is_tried_again(server: Replay, cache: Cache, status: int) -> None:
    server.on("/one", Reply(status=status), Reply(status=status), Reply(status=status), Reply(GOOD))
    (payload,) = get(server, cache, ONE)
    assert payload.body == GOOD
    assert len(server.asked) == 4


def test_what_does_not_pass_is_told_with_how_often_it_was_tried(server: Replay, cache: Cache) -> None:
    server.on("/one", Reply(status=500))
    assert (
        refused(server, cache, ONE)
        == "The reply one of toy was answered with 500. It was asked 4 times. Try again later."
    )
    assert len(server.asked) == 4


def test_a_wait_that_the_source_asks_for_is_kept(server: Replay, cache: Cache) -> None:
    server.on("/one", Reply(status=429, headers={"Retry-After": "1"}), Reply(GOOD))
    get(server, cache, ONE)
    assert server.asked[1].at - server.asked[0].at >= 1


def test_a_wait_may_be_a_date(server: Replay, cache: Cache) -> None:
    when = format_datetime(datetime.now(UTC) + timedelta(hours=5), usegmt=True)
    server.on("/one", Reply(status=403, headers={"Retry-After": when}))
    assert refused(server, cache, ONE) == "toy takes no further requests for 5 hours (403). Try again later."
    assert len(server.asked) == 1


def test_a_reply_that_is_being_prepared_is_asked_for_again(server: Replay, cache: Cache) -> None:
    server.on("/one", *[Reply(b"{}", status=413)] * 6, Reply(GOOD))
    (payload,) = get(server, cache, Request(f"{HOME}/one", kind="json", later=(413,)))
    assert payload.body == GOOD
    assert len(server.asked) == 7


def test_without_that_413_is_final(server: Replay, cache: Cache) -> None:
    server.on("/one", Reply(b"too large", status=413))
    assert refused(server, cache, ONE) == "The reply one of toy was answered with 413: too large."
    assert rejected(cache)[0]["why"] == "status 413"


def test_nothing_there_is_allowed_where_the_request_says_so(server: Replay, cache: Cache) -> None:
    server.on("/one", Reply(status=204))
    assert get(server, cache, Request(f"{HOME}/one", optional=True), Request(f"{HOME}/none", optional=True)) == []
    assert refused(server, cache, Request(f"{HOME}/one", name="again")) == (
        "The reply again of toy was answered with nothing with 204."
    )


def test_an_empty_200_is_no_reply(server: Replay, cache: Cache) -> None:
    server.on("/one", Reply(b""))
    assert "is nothing at all; it was not taken in" in refused(server, cache, ONE)


@pytest.mark.parametrize(
    ("kind", "body", "told"),
    [
        ("json", b"\xef\xbb\xbf <!DOCTYPE html><html>", "a web page instead of JSON"),
        ("json", b"<message/>", "XML instead of JSON"),
        ("json", b"not found", "something else instead of JSON"),
        ("xml", b"<HTML><body>", "a web page instead of XML"),
        ("xml", b"{}", "something else instead of XML"),
        ("zip", b"Report Date", "something else instead of a zip file or workbook"),
        ("text", b"<!doctype html>", "a web page instead of text"),
    ],
)
def test_a_200_is_not_believed(server: Replay, cache: Cache, kind: Any, body: bytes, told: str) -> None:
    server.on("/one", Reply(body))
    assert (
        refused(server, cache, Request(f"{HOME}/one", kind=kind))
        == f"The reply one of toy is {told}; it was not taken in."
    )
    (evidence,) = rejected(cache)
    assert cache.blob(evidence["sha256"]).read_bytes() == body


def test_a_redirect_to_the_key_page_is_told_with_where_a_key_is_to_be_had(server: Replay, cache: Cache) -> None:
    server.on("/one", Reply(status=302, headers={"Location": "/data/missing_key.html", "X-DataWebAPI-KeyError": "1"}))
    server.on("/data/missing_key.html", Reply(b"<html>missing key</html>"))
    hint = "Set TOY_API_KEY; a key is to be had at https://figures.example.org/key."
    assert refused(server, cache, ONE, key_hint=hint) == f"toy asks for a key. {hint}"
    assert refused(server, cache, ONE, key_hint=hint, secret="wrong") == f"toy does not accept the key. {hint}"
    assert "/data/missing_key.html" not in server.paths()


def test_the_key_goes_out_and_stays_nowhere(server: Replay, cache: Cache, tmp_path: Path) -> None:
    server.on("/one", Reply(b"no variable for key s3cret-key", status=400))
    request = Request(f"{HOME}/one?get=A", key_in="query:key")
    sentence = refused(server, cache, request, secret="s3cret-key")
    assert server.asked[0].query == {"get": ["A"], "key": ["s3cret-key"]}
    assert sentence == "The reply one of toy was answered with 400: no variable for key [key]."
    server.on("/one", Reply(GOOD))
    (payload,) = get(server, cache, request, secret="s3cret-key")
    assert "s3cret" not in payload.url
    written = [path for path in (tmp_path / "raw" / "toy").rglob("*") if path.is_file()]
    assert written
    assert [path for path in written if b"s3cret" in path.read_bytes()] == []


def test_a_key_in_a_header_does_not_follow_to_another_place(server: Replay, cache: Cache) -> None:
    server.on("/one", Reply(status=302, headers={"Location": "/signed?until=5"}))
    server.on("/signed", Reply(GOOD))
    request = Request(f"{HOME}/one", key_in="header:X-Key", own_redirects=True)
    (payload,) = get(server, cache, request, secret="s3cret-key")
    assert [asked.headers.get("X-Key") for asked in server.asked] == ["s3cret-key", None]
    assert payload.url == f"{HOME}/one", "the address that lasts, not the one that is signed for an hour"


@pytest.mark.parametrize(
    "location",
    [
        "file:///etc/passwd",
        "http://127.0.0.1:1/x",
        "http://169.254.169.254/latest",
        "//evil.example.org/x",
        "ftp://x/y",
    ],
)
def test_a_redirect_to_elsewhere_is_not_followed(server: Replay, cache: Cache, location: str) -> None:
    server.on("/one", Reply(status=302, headers={"Location": location}))
    request = Request(f"{HOME}/one", own_redirects=True, redirects=("*.example.com",))
    assert "which was not followed" in refused(server, cache, request)
    assert len(server.asked) == 1


def test_a_redirect_that_turns_round_ends(server: Replay, cache: Cache) -> None:
    server.on("/one", Reply(status=302, headers={"Location": "/one"}))
    assert "more than 3 times" in refused(server, cache, Request(f"{HOME}/one", own_redirects=True))


def test_a_stall_is_waited_for_only_so_long(server: Replay, cache: Cache) -> None:
    server.on("/one", Reply(GOOD, stalls_seconds=1.5))
    hasty = RequestLimits(pace_seconds=0, attempts=2, read_seconds=0.2)
    assert "stalled for" in refused(server, cache, ONE, limits=hasty)
    assert len(server.asked) == 2


def test_a_slow_reply_that_keeps_coming_is_taken(server: Replay, cache: Cache) -> None:
    server.on("/one", Reply(GOOD, stalls_seconds=0.5))
    (payload,) = get(server, cache, ONE)
    assert payload.body == GOOD


@pytest.mark.parametrize("reply", [Reply(GOOD, says_bytes=500, resets=True), Reply(GOOD, says_bytes=500)])
def test_a_reply_that_breaks_off_is_asked_for_again_and_never_kept_half(
    server: Replay, cache: Cache, reply: Reply
) -> None:
    server.on("/one", reply, Reply(b"[1, 2]"))
    (payload,) = get(server, cache, ONE)
    assert payload.body == b"[1, 2]"
    assert [path.name for path in cache.blobs.rglob("*") if path.is_file()] == [payload.sha256]
    server.on("/two", reply)
    assert "broke off" in refused(server, cache, Request(f"{HOME}/two"))


def test_a_lie_about_compression_is_told(server: Replay, cache: Cache) -> None:
    server.on("/one", Reply(GOOD, headers={"Content-Encoding": "gzip"}))
    assert refused(server, cache, ONE) == "The reply one of toy is not compressed as it says it is; nothing was read."
    server.on("/two", Reply(gzip.compress(GOOD), headers={"Content-Encoding": "gzip"}))
    assert get(server, cache, Request(f"{HOME}/two"))[0].body == GOOD


def test_a_reply_far_larger_than_expected_is_cut_off(server: Replay, cache: Cache) -> None:
    server.on("/told", Reply(b"[" * 1000, says_bytes=300_000_000))
    small = Request(f"{HOME}/told", kind="json", most_mb=3)
    assert refused(server, cache, small) == (
        "The reply told of toy has 300 MB or more where at most 3 MB were expected; it was not taken in."
    )
    bomb = gzip.compress(b"[" + b"0" * 4_000_000)
    server.on("/bomb", Reply(bomb, headers={"Content-Encoding": "gzip"}))
    assert "where at most 3 MB were expected" in refused(server, cache, Request(f"{HOME}/bomb", most_mb=3))
    assert [path for path in cache.blobs.rglob("*") if path.is_file()] == []


def test_a_source_stays_within_its_budget_of_size_and_time(server: Replay, cache: Cache) -> None:
    server.on("/one", Reply(b"[" + b"1" * 900_000))
    thrifty = RequestLimits(pace_seconds=0, budget_mb=1.5)
    requests = [Request(f"{HOME}/one", name=str(number)) for number in range(3)]
    with pytest.raises(FetchError, match="sent more than the 2 MB it may; stopped"):
        get(server, cache, *requests, limits=thrifty)
    server.on("/slow", Reply(GOOD, stalls_seconds=3))
    with pytest.raises(
        FetchError, match=r"took longer than the 0 minutes it may; 1 of 2 replies came\. The next refresh goes on"
    ):
        get(
            server,
            cache,
            Request(f"{HOME}/one", most_mb=1),
            Request(f"{HOME}/slow"),
            limits=RequestLimits(0, budget_seconds=0.6),
        )


def test_the_pace_and_the_number_at_once_are_kept(server: Replay, cache: Cache) -> None:
    server.on("/one", Reply(GOOD, stalls_seconds=0.05))
    requests = [Request(f"{HOME}/one", name=str(number)) for number in range(6)]
    get(server, cache, *requests, limits=RequestLimits(pace_seconds=0.1, at_once=2))
    assert server.most_at_once <= 2
    times = [asked.at for asked in server.asked]
    assert times[-1] - times[0] >= 0.4


def test_what_was_fetched_before_an_interruption_is_not_fetched_again(server: Replay, cache: Cache) -> None:
    server.on("/one", Reply(GOOD))
    server.on("/two", Reply(status=500))
    requests = [Request(f"{HOME}/one"), Request(f"{HOME}/two")]
    with pytest.raises(FetchError):
        get(server, cache, *requests)
    server.on("/two", Reply(b"[2]"))
    server.asked.clear()
    assert [payload.body for payload in get(server, cache, *requests)] == [GOOD, b"[2]"]
    assert server.paths() == ["/two"]


def test_a_source_that_says_nothing_changed_is_believed_for_the_bytes_we_hold(server: Replay, cache: Cache) -> None:
    server.on("/one", Reply(GOOD, headers={"ETag": '"v1"'}))
    get(server, cache, ONE)
    items = tuple(cache.begin_fetch("plan", datetime.now(UTC)).values())
    cache.add_fetch(cache.next_name(datetime.now(UTC)), items)
    (payload,) = get(server, cache, ONE, latest_items=cache.latest())
    assert payload.body == GOOD
    assert server.asked[1].headers["If-None-Match"] == '"v1"'
    cache.blob(payload.sha256).unlink()
    cache.end_fetch()
    assert get(server, cache, ONE, latest_items=cache.latest())[0].body == GOOD
    assert "If-None-Match" not in server.asked[2].headers


def test_a_server_that_is_not_there_is_told(cache: Cache) -> None:
    with serving() as replay:
        pass
    assert "toy could not be reached (" in refused(replay, cache, ONE)


def test_a_machine_without_a_network_hears_so_and_soon(cache: Cache) -> None:
    fetcher = Fetcher(
        source="toy",
        cache=cache,
        limits=QUICK,
        retry_seconds=0.01,
        already_fetched=cache.begin_fetch("plan", datetime.now(UTC)),
    )
    with pytest.raises(FetchError) as told:
        asyncio.run(fetcher.get([Request("https://no-such-name.invalid/one")]))
    assert str(told.value) == (
        "toy could not be reached (its name was not found; is this machine online?). Try again later."
    )


def test_a_reply_that_never_changes_is_asked_for_once(server: Replay, cache: Cache) -> None:
    server.on("/one", Reply(GOOD))
    lasting = Request(f"{HOME}/one", kind="json", lasting=True)
    get(server, cache, lasting)
    cache.add_fetch(cache.next_name(datetime.now(UTC)), tuple(cache.begin_fetch("plan", datetime.now(UTC)).values()))
    (payload,) = get(server, cache, lasting, latest_items=cache.latest())
    assert payload.body == GOOD
    assert server.paths() == ["/one"]
    cache.end_fetch()
    cache.blob(payload.sha256).unlink()
    get(server, cache, lasting, latest_items=cache.latest())
    assert server.paths() == ["/one", "/one"]


def test_a_quota_that_is_used_up_is_told_in_the_sources_words(server: Replay, cache: Cache) -> None:
    body = b'{"statusCode":403,"message":"Out of call volume quota. Replenished in 03:12:44."}'
    server.on("/one", Reply(body, status=403))
    sentence = refused(server, cache, ONE, secret="s3cret-key", key_hint="Set TOY_API_KEY.")
    assert sentence.startswith("toy takes no further requests for now (403: ")
    assert "03:12:44" in sentence


def test_a_source_that_prepares_replies_is_not_tried_longer_when_it_fails(server: Replay, cache: Cache) -> None:
    server.on("/a", Reply(status=413), Reply(status=413), Reply(status=500))
    told = refused(server, cache, Request(f"{server.url}/a", later=(413,)))
    assert "answered with 500. It was asked" in told
    assert server.paths().count("/a") == 2 + QUICK.attempts


@pytest.mark.parametrize("reply", [Reply(b"nothing here", status=404), Reply(GOOD, headers={"ETag": '"1"'})])
def test_a_reply_that_brings_nothing_leaves_the_connection_to_the_next_request(
    server: Replay, cache: Cache, reply: Reply
) -> None:
    requests = [Request(f"{HOME}/{number}", optional=True) for number in range(6)]
    for request in requests:
        server.on(f"/{request.title}", reply)
    once = {"limits": RequestLimits(pace_seconds=0, at_once=1)}
    get(server, cache, *requests, **once)
    known = {name: item for name, item in cache.begin_fetch("plan", datetime.now(UTC)).items() if item.sha256}
    server.ports.clear()
    get(server, cache, *requests, latest_items=known, already_fetched={}, **once)
    assert len(server.asked) == 12
    assert len(server.ports) == 1


@pytest.mark.parametrize("elsewhere", ["file:///etc/passwd", "https://me:s3cret@figures.example.org", "figures"])
def test_an_address_in_place_of_the_sources_own_is_checked_and_never_shown(
    server: Replay, cache: Cache, elsewhere: str
) -> None:
    sentence = refused(server, cache, ONE, elsewhere=elsewhere)
    assert "must begin with http:// or https:// and hold no user name or password" in sentence
    assert "s3cret" not in sentence
