"""A server on this machine that stands for the live sources at once, each under a path of its own name.

Lists of names come from the fixtures beside the connectors' tests, word for word; figures are built by `derived`.
What a source does not have is answered as it does: 404, 204, or an empty success.
"""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, date, datetime

from pipelines import facts
from pipelines.store import Store
from tests.pipelines import derived
from tests.pipelines.derived import Shipped, fixture
from tests.pipelines.replay import Replay, Reply, serving

KEYS = {
    "CENSUS_API_KEY": "dummy-census-key-93f1",
    "COMTRADE_API_KEY": "dummy-comtrade-key-41c7",
    "EIA_API_KEY": "dummy-eia-key-77ab",
}
"""Keys that no file and no line of output may hold."""

SINCE = "2025"
"""What the refreshes ask for; the two years before stay as they ship."""

Query = Mapping[str, list[str]]
NOT_THERE = Reply(status=404)


class Sources:
    """The reply of each source to a path and query."""

    def __init__(self, store: Store) -> None:
        self.shipped = Shipped(store, datetime.now(UTC).date())
        self._given: dict[str, Reply] = {}

    def __call__(self, source: str, path: str, query: Query, question: str) -> Reply:
        """The same bytes to the same question."""
        if question not in self._given:
            body = getattr(self, source)(path, query)
            self._given[question] = body if isinstance(body, Reply) else Reply(body) if body else NOT_THERE
        return self._given[question]

    def census(self, path: str, query: Query) -> bytes | Reply:
        if path.endswith(".xlsx"):
            return derived.census_workbook(self.shipped)
        if query.get("key") != [KEYS["CENSUS_API_KEY"]]:
            return Reply(status=302, headers={"Location": "/data/missing_key.html"})
        begin, end = (date.fromisoformat(f"{text}-01") for text in re.findall(r"\d{4}-\d{2}", query["time"][0]))
        side = path.split("/")[-2]
        return derived.census(self.shipped, side, begin, end, query.get("CTY_CODE", [])) or Reply(status=204)

    def worldbank(self, path: str, query: Query) -> bytes:
        if path.endswith("/country"):
            return derived.worldbank_countries(self.shipped)
        titles = {json.loads(file.read_bytes())[1][0].get("indicator", {}).get("id"): file.parent.name
                  for file in (derived.PAYLOADS / "worldbank").glob("*/1.json")}  # fmt: skip
        first, last = query["date"][0].split(":")
        return derived.worldbank(self.shipped, titles[path.rpartition("/")[2]], int(first), int(last))

    def imf_imts(self, path: str, query: Query) -> bytes:
        reporter, _, _, frequency = path.rpartition("/")[2].split(".")
        first = date.fromisoformat(query["c[TIME_PERIOD]"][0].removeprefix("ge:"))
        return derived.imts(self.shipped, reporter, frequency, first)

    def imf_weo(self, path: str, query: Query) -> bytes | Reply:
        del query
        if "/structure/" in path:
            return fixture("imf_weo/dataflows.json")
        flow = path.split("/")[-3]
        archived = {"WEO_2022_APR_VINTAGE": "2022-04", "WEO_2021_JULY_VINTAGE": "2021-07"}
        if flow == "WEO":
            return derived.weo(self.shipped)
        return fixture(f"imf_weo/WEO/{archived[flow]}.json") if flow in archived else Reply(status=204)

    def eurostat(self, path: str, query: Query) -> bytes | None:
        if "namq_10_gdp" in path:
            return fixture(f"eurostat/gdp/{'volume' if 'unit' in query else 'bases'}.json")
        first = date.fromisoformat(f"{query['sinceTimePeriod'][0]}-01")
        reporters = query.get("reporter", [*derived.MEMBERS, derived.UNION])
        return derived.comext(self.shipped, reporters, query["partner"], query["product"][0], first)

    def comtrade(self, path: str, query: Query) -> bytes:
        return derived.comtrade(self.shipped, path.split("/")[-2], query["period"][0].split(","))

    def ofac(self, path: str, query: Query) -> bytes | None:
        del query
        name = path.rpartition("/")[2]
        if name == "SDN_XML.ZIP":
            return zipped(SDN=fixture("ofac/SDN.XML"))
        folder = "history/" if "/history/" in path else "changes/" if "/changes/" in path else ""
        suffix = {"history/": ".json", "changes/": ".xml"}.get(folder, "")
        file = derived.PAYLOADS / "ofac" / f"{folder}{name}{suffix}"
        return file.read_bytes() if file.is_file() else None

    def eu_fsf(self, path: str, query: Query) -> bytes:
        del path, query
        return fixture("eu_fsf/list.xml")

    def uk_sanctions(self, path: str, query: Query) -> bytes:
        del path, query
        return fixture("uk_sanctions/list.csv")

    def un_sc(self, path: str, query: Query) -> bytes:
        del path, query
        return fixture("un_sc/list.xml")

    def brent(self, path: str, query: Query) -> bytes:
        if path.endswith(".xls"):
            return fixture("brent/history.xls")
        return derived.brent(self.shipped, date.fromisoformat(f"{query['start'][0]}-01"))

    def ecb_fx(self, path: str, query: Query) -> bytes:
        first, last = (date.fromisoformat(query[name][0]) for name in ("startPeriod", "endPeriod"))
        return derived.ecb(self.shipped, path.rpartition("/")[2].split(".")[1], first, last)

    def cbr_fx(self, path: str, query: Query) -> bytes:
        del path
        first, last = (datetime.strptime(query[name][0], "%d/%m/%Y").date() for name in ("date_req1", "date_req2"))
        return derived.cbr(self.shipped, first, last)


def zipped(**files: bytes) -> bytes:
    """An archive of XML files whose bytes are the same at every making."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, body in files.items():
            archive.writestr(zipfile.ZipInfo(f"{name}.XML"), body)
    return packed.getvalue()


@contextmanager
def all_sources(store: Store) -> Iterator[Replay]:
    """The server, for the length of a test."""
    sources = Sources(store)
    with serving() as replay:

        def answer(path: str, query: Query, question: str) -> Reply:
            source, _, rest = path.removeprefix("/").partition("/")
            return sources(source, f"/{rest}", query, question) if hasattr(Sources, source) else NOT_THERE

        replay.otherwise = answer
        yield replay


def addresses(replay: Replay) -> dict[str, str]:
    """Where every source's requests go: to the server, each under a path of its own name."""
    return {source: f"{replay.url}/{source}" for source in facts.live()}


REPLAYED = tuple(source for source in facts.live() if hasattr(Sources, source))
"""Sources that the server stands for; a new one may have a test of its own alone."""
