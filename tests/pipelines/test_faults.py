"""Every fault through the real connectors: code 3 or 4, one sentence, the old figures served, the others' news out.

Each of the thirteen sources in turn fails in four ways while another source has news; one source at a time also fails
in the ways that only it can. Where else a fault has its test (`raw` is raw/test_web.py, `live` is test_live.py, the
others are the connectors' own files under sources/):

    redirect to a key page        here (the Census), raw, live        BOM                     uk_sanctions, worldbank
    204, an empty 200             live, census, imf_imts, raw         windows-1251            here (Bank of Russia)
    200 with an error body        live, worldbank, comtrade           trailing 0x1A           here (UK list)
    truncated at the cap          here (all), comtrade                a renamed column        here (Census, UK), live
    413 then 200                  here (Eurostat), raw                a changed namespace     here (UN, EU, OFAC)
    500 three times then 200      raw, live; for ever: here (all)     an unknown code         here (IMF, EU)
    429 with Retry-After          raw, live                           values × 1000           here (Census), live
    a signed-redirect hop         here (OFAC: allowed host only)      a month goes missing    here (Census), live
    slow bodies, stalls           raw, live                           an unchanged stamp      here (World Bank)
    reset in the middle           here (all), raw, live               a number as a string    here (World Bank)
    gzip that lies                raw, live                           300 MB                  here (UN list), raw, live
    a redirect off the web        raw, live                           entity bombs            here (all lists)
    a web page with 200           here (all), raw, live               a zip that climbs       here (OFAC)

The shipped folder is the miniature with the real lists of areas, codes and sources; replies are those of `replayed`.
"""

from __future__ import annotations

import json
import shutil
import zipfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from pydantic import SecretStr

from pipelines import store as stores
from pipelines.errors import RefusedError
from pipelines.normalise.periods import Window
from pipelines.raw import Request
from pipelines.raw.cache import Cache
from pipelines.refresh import RefreshReport, refresh
from pipelines.settings import Settings, shipped_data
from pipelines.sources import SOURCES
from pipelines.store import Store
from tests.pipelines import small
from tests.pipelines.replay import Replay, Reply
from tests.pipelines.replayed import KEYS, REPLAYED, addresses, all_sources
from tests.pipelines.toy import Toy, year

pytestmark = pytest.mark.slow

SINCE = date(2025, 1, 1)
BY_NAME = {source.name: source for source in SOURCES}
SHIPPED = tuple(source for source in SOURCES if source.complete)
HTML = b"<!DOCTYPE html><html><title>We are down for maintenance</title></html>"
Fault = Callable[[str, Reply], Reply]
"""The question and the good reply, to the one that is given instead."""


class News(Toy):
    """Another source with one new figure."""

    def requests(self, window: Window) -> Sequence[Request]:
        del window
        return [Request(f"{self.server}/2024", name="2024.json", kind="json")]


@dataclass
class Scene:
    """A server for all sources of which one may be at fault, and a home that has a good build of them all."""

    server: Replay
    settings: Settings
    good: Callable[[str, dict[str, list[str]], str], Reply]

    def break_(self, source: str, fault: Fault) -> None:
        def answer(path: str, query: dict[str, list[str]], question: str) -> Reply:
            reply = self.good(path, query, question)
            return fault(question, reply) if path.startswith(f"/{source}/") else reply

        self.server.otherwise = answer

    def mend(self) -> None:
        self.server.otherwise = self.good

    def refresh(self, *names: str, **options: Any) -> RefreshReport:
        sources = [*SHIPPED, *(BY_NAME[name] for name in names), News(self.server.url)]
        return refresh(sources, self.settings, since=SINCE, offline=False, named=names, **options)

    def rows(self, source: str) -> list[pl.DataFrame]:
        """What the published build holds of a source's own refreshes."""
        store = stores.current_store(self.settings.store_dir)
        own = "release IN (SELECT release FROM release WHERE origin = ?)"
        tables = ("trade_flow", "macro", "designation", "published_total")
        return [store.query(f"SELECT * FROM {table} WHERE {own} ORDER BY ALL", [source]) for table in tables]

    def news(self) -> float:
        """The figure that the other source changes."""
        store = stores.current_store(self.settings.store_dir)
        return float(
            store.query(
                "SELECT value_usd FROM trade_flow WHERE known_to IS NULL AND partner = 'RUS' AND flow = 'export' "
                "AND period = DATE '2024-05-01' AND product = 'TOTAL' AND source = 'census'"
            ).item()
        )


def at_full_speed() -> pytest.MonkeyPatch:
    """Sources without their pace, and lists as short as the recorded ones; their other limits stay."""
    patch = pytest.MonkeyPatch()
    for source in SOURCES:
        patch.setattr(source, "limits", replace(source.limits, pace_seconds=0.0))
        patch.setattr(source, "expected_rows", {})
    return patch


@pytest.fixture(scope="module")
def stage(store: Store, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Replay, Path, Path]]:
    """The server, the shipped folder and a home with one good build of all sources. Homes are copied from it."""
    folder = tmp_path_factory.mktemp("stage")
    shipped = small.write(folder / "shipped")
    for name in ("reference", "sources"):
        shutil.copytree(shipped_data() / name, shipped / name, dirs_exist_ok=True)
    patch = at_full_speed()
    try:
        with all_sources(store) as server:
            server.on("/2024", Reply(year(2024)))
            scene = Scene(server, settings_for(server, folder / "home", shipped), server.otherwise)
            report = scene.refresh(*REPLAYED)
            assert (report.outcome, dict(report.failed)) == ("published", {})
            yield server, shipped, folder / "home"
    finally:
        patch.undo()


def settings_for(server: Replay, home: Path, shipped: Path) -> Settings:
    keys = {name: SecretStr(value) for name, value in KEYS.items()}
    own = {"retry_seconds": 0.005, "keys": keys, "addresses": addresses(server)}
    return Settings(home=home, data=shipped, offline=False, keep_builds=5).model_copy(update=own)


@pytest.fixture
def scene(stage: tuple[Replay, Path, Path], tmp_path: Path) -> Iterator[Scene]:
    server, shipped, home = stage
    shutil.copytree(home, tmp_path / "home")
    found = Scene(server, settings_for(server, tmp_path / "home", shipped), server.otherwise)
    server.on("/2024", Reply(year(2024, change={"RUS 2024-05": 900})))
    yield found
    found.mend()


EVERYWHERE: dict[str, Fault] = {
    "a web page with 200": lambda question, reply: Reply(HTML),
    "500 for ever": lambda question, reply: Reply(status=500),
    "cut in half": lambda question, reply: replace(reply, body=reply.body[: len(reply.body) // 2]),
    "a reset in the middle": lambda question, reply: replace(reply, says_bytes=len(reply.body) + 500, resets=True),
}


@pytest.mark.parametrize("fault", EVERYWHERE)
@pytest.mark.parametrize("source", REPLAYED)
def test_one_source_at_fault_keeps_its_figures_and_the_others_publish_theirs(
    scene: Scene, source: str, fault: str
) -> None:
    stood = scene.rows(source)
    scene.break_(source, EVERYWHERE[fault])
    report = scene.refresh(source)
    assert (report.exit_code, report.outcome, list(report.failed)) == (3, "published", [source])
    sentence = report.failed[source]
    assert 20 < len(sentence) < 400
    assert sentence.endswith((".", "!"))
    assert "\n" not in sentence
    assert "Error:" not in sentence, "a sentence, not the name of an exception"
    assert all(new.equals(old) for new, old in zip(scene.rows(source), stood, strict=True))
    assert scene.news() == 900
    if fault in ("a web page with 200", "cut in half"):
        assert rejected(scene, source), "the bytes that came are kept as evidence"
    scene.mend()
    again = scene.refresh(source)
    assert (again.exit_code, dict(again.failed)) == (0, {}), "what was refused is not gone on with"


def rejected(scene: Scene, source: str) -> list[bytes]:
    """The bodies that were refused, the newest last."""
    cache = Cache(scene.settings.raw_dir, source)
    lines = (cache.folder / "rejected.jsonl").read_text(encoding="utf-8").splitlines()
    return [cache.blob(item["sha256"]).read_bytes() for line in lines if (item := json.loads(line))["sha256"]]


def edit(*edits: tuple[str, str], only: str = "", encoding: str = "utf-8") -> Fault:
    """Replies with a text replaced; those whose question does not hold `only` stay."""

    def change(question: str, reply: Reply) -> Reply:
        body = reply.body
        if only in question:
            for old, new in edits:
                assert old.encode(encoding) in body, old
                body = body.replace(old.encode(encoding), new.encode(encoding))
        return replace(reply, body=body)

    return change


def figures(change: Callable[[float], object], only: str = "FP.CPI") -> Fault:
    """World Bank replies of an indicator with every figure changed; the bank's stamp stays as it is."""

    def answer(question: str, reply: Reply) -> Reply:
        if only not in question:
            return reply
        head, rows = json.loads(reply.body)
        for row in rows:
            row["value"] = None if row["value"] is None else change(row["value"])
        return replace(reply, body=json.dumps([head, rows]).encode())

    return answer


BOMB = (
    '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaaaaaaaaaaaa">'
    + "".join(f'<!ENTITY {new} "{f"&{old};" * 20}">' for old, new in zip("abcdefg", "bcdefgh", strict=True))
    + "]>"
)
OUTSIDE = '<!DOCTYPE x [<!ENTITY h SYSTEM "file:///etc/hostname">]>'


def with_entity(doctype: str) -> Fault:
    """XML with a declaration after its first line and a use of the entity in the first text of an element."""

    def change(question: str, reply: Reply) -> Reply:
        if b"<" not in reply.body[:60]:
            return reply
        head, mark, rest = reply.body.partition(b"?>")
        place = rest.index(b">", rest.index(b">") + 1) + 1
        return replace(reply, body=head + mark + doctype.encode() + rest[:place] + b"&h;" + rest[place:])

    return change


def climbing(question: str, reply: Reply) -> Reply:
    """The archive with a file that would land outside."""
    if not question.endswith("SDN_XML.ZIP"):
        return reply
    packed = BytesIO()
    with zipfile.ZipFile(BytesIO(reply.body)) as old, zipfile.ZipFile(packed, "w") as new:
        new.writestr("../../escaped.xml", old.read(old.namelist()[0]))
    return Reply(packed.getvalue())


def without_month(month: str) -> Fault:
    """Census replies without one month in the middle."""

    def change(question: str, reply: Reply) -> Reply:
        header, *rows = json.loads(reply.body) if reply.body else [[]]
        kept = [row for row in rows if f"{row[3]}-{row[4]}" != month]
        return replace(reply, body=json.dumps([header, *kept]).encode()) if rows else reply

    return change


OWN: dict[str, tuple[str, Fault, str]] = {
    "the key page of the Census": (
        "census",
        lambda question, reply: Reply(status=302, headers={"Location": "/data/invalid_key.html"}),
        "does not accept the key",
    ),
    "a renamed column of the Census": (
        "census",
        edit(("ALL_VAL_MO", "ALL_VAL_MTH"), only="/exports/"),
        "has no column",
    ),
    "a renamed column of the UK list": ("uk_sanctions", edit(("Regime Name", "Regime")), "has no column Regime Name"),
    "a month that the Census lost": ("census", without_month("2025-03"), "the month 2025-03 is missing"),
    "a new area of the IMF": (
        "imf_imts",
        lambda question, reply: replace(reply, body=reply.body.replace(b'"id": "KAZ"', b'"id": "XQX"')),
        "unknown area 'XQX'",
    ),
    "a new country code of the EU": ("eu_fsf", edit(('countryIso2Code="RU"', 'countryIso2Code="QY"')), "'QY'"),
    "a word for a number": ("worldbank", figures(lambda value: f"about {value}"), "is not a number"),
    "an archive that climbs": ("ofac", climbing, "SDN_XML.ZIP"),
    "a signed redirect to another host": (
        "ofac",
        lambda question, reply: Reply(status=302, headers={"Location": "https://files.example.org/SDN?X-Signature=1"}),
        "was not followed",
    ),
    "300 MB of names": ("un_sc", lambda question, reply: replace(reply, says_bytes=300_000_000), "at most 30 MB were"),
    **{
        f"{what} from {source}": (source, with_entity(doctype), "")
        for what, doctype in (("an entity bomb", BOMB), ("an entity from a file", OUTSIDE))
        for source in ("un_sc", "eu_fsf", "ofac", "cbr_fx")
    },
}


@pytest.mark.parametrize("fault", OWN)
def test_a_fault_of_one_source_alone_is_told_in_its_own_words(scene: Scene, fault: str) -> None:
    source, change, told = OWN[fault]
    stood = scene.rows(source)
    scene.break_(source, change)
    report = scene.refresh(source)
    assert (report.exit_code, list(report.failed)) == (3, [source])
    assert told in report.failed[source]
    assert "\n" not in report.failed[source]
    assert len(report.failed[source]) < 400
    assert all(new.equals(old) for new, old in zip(scene.rows(source), stood, strict=True))
    assert scene.news() == 900
    assert not list(scene.settings.home.parent.rglob("escaped.xml"))


HARMLESS: dict[str, tuple[str, Fault]] = {
    "another namespace of the UN": ("un_sc", edit(("<CONSOLIDATED_LIST ", '<CONSOLIDATED_LIST xmlns="urn:new" '))),
    "a closing mark 0x1A": ("uk_sanctions", lambda question, reply: replace(reply, body=reply.body + b"\x1a")),
    "a byte-order mark": ("uk_sanctions", lambda question, reply: replace(reply, body=b"\xef\xbb\xbf" + reply.body)),
    "windows-1251 with Russian words": ("cbr_fx", edit(("Динамика", "Официальный курс"), encoding="windows-1251")),
    "the World Bank's numbers as strings": ("worldbank", figures(str)),
    "a count as a string": ("brent", edit(('"total": "', '"total": "0'))),
}


@pytest.mark.parametrize("case", HARMLESS)
def test_what_only_looks_odd_gives_the_same_figures(scene: Scene, case: str) -> None:
    source, change = HARMLESS[case]
    stood = scene.rows(source)
    scene.break_(source, change)
    report = scene.refresh(source)
    assert (report.exit_code, dict(report.failed)) == (0, {})
    assert all(new.height == old.height > 0 for new, old in zip(scene.rows(source), stood, strict=True) if old.height)


def test_eurostats_413_is_waited_for(scene: Scene) -> None:
    asked: dict[str, int] = {}

    def prepare(question: str, reply: Reply) -> Reply:
        asked[question] = asked.get(question, 0) + 1
        return Reply(b'{"warning": {"status": 413}}', status=413) if asked[question] < 3 else reply

    scene.break_("eurostat", prepare)
    assert scene.refresh("eurostat").exit_code == 0
    assert set(asked.values()) == {3}


def times_1000(question: str, reply: Reply) -> Reply:
    """Census replies in thousandths."""
    header, *rows = json.loads(reply.body) if reply.body else [[]]
    body = [header, *([*row[:2], f"{row[2]}000", *row[3:]] for row in rows)]
    return replace(reply, body=json.dumps(body).encode()) if rows else reply


def older(scene: Scene, source: str) -> None:
    """Make what the raw cache holds of a source a day old, as if the refresh had been yesterday, and build it anew."""
    today = datetime.now(UTC).date()
    for path in (scene.settings.raw_dir / source / "fetches").glob("*.json"):
        text = path.read_text(encoding="utf-8")
        path.write_text(text.replace(today.isoformat(), (today - timedelta(days=1)).isoformat()), encoding="utf-8")
    shutil.rmtree(scene.settings.store_dir)
    assert refresh(SOURCES, scene.settings, offline=True).exit_code == 0


def test_census_figures_a_thousand_times_as_large_refuse_the_build_with_code_4(scene: Scene) -> None:
    older(scene, "census")
    before = stores.published_id(scene.settings.store_dir)
    scene.break_("census", times_1000)
    with pytest.raises(RefusedError, match=r"are 1,000 times those that stood") as refused:
        scene.refresh("census")
    assert refused.value.exit_code == 4
    assert stores.published_id(scene.settings.store_dir) == before
    assert len(rejected(scene, "census")) >= 4
    scene.mend()
    assert scene.refresh("census").exit_code == 0


def test_a_world_bank_revision_under_an_unchanged_stamp_comes_through(scene: Scene) -> None:
    older(scene, "worldbank")
    scene.break_("worldbank", figures(lambda value: value + 0.5))
    report = scene.refresh("worldbank")
    assert report.exit_code == 0
    changed = report.changes.filter(pl.col("table") == "macro", pl.col("source") == "worldbank")
    assert changed["revised"].sum() >= 1
    store = stores.current_store(scene.settings.store_dir)
    closed = store.query("SELECT count(*) FROM macro WHERE source = 'worldbank' AND known_to IS NOT NULL").item()
    assert closed == changed["revised"].sum()


def test_a_missing_key_of_the_census_is_no_fault_but_the_workbook(scene: Scene) -> None:
    keyless = scene.settings.model_copy(update={"keys": {}})
    found = Scene(scene.server, keyless, scene.good)
    scene.server.asked.clear()
    assert found.refresh("census").exit_code in (0, 3)
    assert {asked.path for asked in scene.server.asked} == {"/census/foreign-trade/balance/country.xlsx", "/2024"}
