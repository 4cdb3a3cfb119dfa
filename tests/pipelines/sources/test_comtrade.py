from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import polars as pl
import pytest

from pipelines.errors import ParseError
from pipelines.normalise.periods import Window
from pipelines.raw import Payload, payload
from pipelines.raw.requests import Request
from pipelines.schema import TABLES
from pipelines.sources import comtrade
from pipelines.sources.base import Frames
from pipelines.sources.comtrade import Comtrade

FIXTURES = Path(__file__).parent / "payloads/comtrade"
CODES = Path(__file__).parents[3] / "data/reference/area_codes.csv"
FETCHED = datetime(2026, 11, 22, 9, tzinfo=UTC)
KEYED = "https://comtradeapi.un.org/data/v1/get/C/M/HS?period=0"
PREVIEW = "https://comtradeapi.un.org/public/v1/preview/C/M/HS?period=0"
Rows = list[dict[str, Any]]


def replies(
    changed: Mapping[str, bytes | None] | None = None, fetched: datetime = FETCHED, url: str = KEYED
) -> list[Payload]:
    """The recorded shape with figures of our own; `changed` replaces a reply by name, or leaves it out."""
    bodies: dict[str, bytes | None] = {
        path.relative_to(FIXTURES).as_posix(): path.read_bytes() for path in sorted(FIXTURES.glob("[AM]/*.json"))
    }
    web = [
        payload(name, body, url, retrieved=fetched)
        for name, body in (bodies | dict(changed or {})).items()
        if body is not None
    ]
    return [payload("reference/area_codes.csv", CODES.read_bytes()), *web]


def body(rows: Rows, **facts: object) -> bytes:
    return json.dumps({"elapsedTime": "0.1 secs", "count": len(rows), "data": rows, "error": ""} | facts).encode()


def rows_of(name: str) -> Rows:
    rows: Rows = json.loads((FIXTURES / name).read_bytes())["data"]
    return rows


def parse(changed: Mapping[str, bytes | None] | None = None, fetched: datetime = FETCHED) -> Frames:
    return Comtrade().parse(replies(changed, fetched))


def asked(request: Request) -> dict[str, list[str]]:
    return {name: found[0].split(",") for name, found in parse_qs(urlsplit(request.url).query).items()}


def web(window: Window) -> list[Request]:
    return [request for request in Comtrade().requests(window) if not request.url.startswith("shipped:")]


def test_with_a_key_a_year_a_request_and_the_running_year_by_month() -> None:
    requests = web(Window(today=date(2026, 3, 20), keyed=True))
    years = [f"{frequency}/{year}.json" for frequency in "MA" for year in range(2015, 2026)]
    assert [request.name for request in requests] == [*years, "M/2026-01.json", "M/2026-02.json"]
    assert {request.key_in for request in requests} == {"header:Ocp-Apim-Subscription-Key"}
    assert all(request.url.startswith("https://comtradeapi.un.org/data/v1/get/C/") for request in requests)
    month = asked(requests[0])
    assert month["period"] == [f"2015{month:02d}" for month in range(1, 13)]
    assert month["partnerCode"] == ["643"] and month["cmdCode"][:3] == ["TOTAL", "01", "02"]
    year = asked(requests[11])
    assert year["period"] == ["2015"] and "364" in year["partnerCode"]


def test_without_a_key_only_a_small_preview_is_asked_for() -> None:
    requests = web(Window(today=date(2026, 3, 20)))
    assert [request.name for request in requests][-4:] == [
        "M/2026-02.json",
        "A/2023.json",
        "A/2024.json",
        "A/2025.json",
    ]
    assert len(requests) == 12 + 3
    for request in requests:
        assert request.url.startswith("https://comtradeapi.un.org/public/v1/preview/C/")
        assert request.key_in == ""
        query = asked(request)
        assert len(query["period"]) == 1 and query["cmdCode"] == ["TOTAL"]
        # Rows at most, against the cap of 500.
        assert len(query["reporterCode"]) * len(query["partnerCode"]) * len(query["flowCode"]) < 500


def test_totals_are_asked_for_without_their_parts() -> None:
    for keyed in (True, False):
        for request in web(Window(today=date(2026, 3, 20), keyed=keyed)):
            query = asked(request)
            assert (query["motCode"], query["partner2Code"], query["customsCode"]) == (["0"], ["0"], ["C00"])
            assert query["flowCode"] == ["M", "X"]


def test_a_later_refresh_asks_two_years_back() -> None:
    window = Window(today=date(2026, 3, 20), latest_period=date(2025, 12, 1), last_asked=date(2026, 2, 20), keyed=True)
    assert [request.name for request in web(window)][:4] == ["M/2024.json", "M/2025.json", "A/2024.json", "A/2025.json"]


def test_figures_by_hand() -> None:
    trade = parse()["trade_flow"]
    columns = ["reporter", "partner", "flow", "product", "period", "frequency", "value_usd", "valuation"]
    assert set(trade.select(columns).rows()) == {
        ("TUR", "RUS", "import", "TOTAL", date(2025, 1, 1), "M", 4000.0, "cif"),
        ("TUR", "RUS", "import", "27", date(2025, 1, 1), "M", 2500.0, "cif"),
        ("TUR", "RUS", "import", "84", date(2025, 1, 1), "M", 1200.0, "cif"),
        ("TUR", "RUS", "export", "TOTAL", date(2025, 1, 1), "M", 900.0, "fob"),
        ("TUR", "RUS", "export", "TOTAL", date(2025, 2, 1), "M", 0.0, "fob"),
        ("IND", "RUS", "import", "TOTAL", date(2025, 1, 1), "M", 5100.5, "cif"),
        ("USA", "RUS", "import", "TOTAL", date(2025, 1, 1), "M", 300.0, "cif"),
        ("TWN", "RUS", "export", "TOTAL", date(2025, 1, 1), "M", 75.0, "fob"),
        ("FRA", "IRN", "export", "TOTAL", date(2024, 1, 1), "A", 640.0, "fob"),
        # Reported FOB though it is an import; China's null of 2024 is a missing row.
        ("CHE", "RUS", "import", "TOTAL", date(2024, 1, 1), "A", 810.0, "fob"),
    }


def test_what_is_not_reported_is_an_estimate_and_a_sum_of_reported_lines_is_none() -> None:
    trade = parse()["trade_flow"]
    assert trade.filter(pl.col("is_estimate"))["reporter"].to_list() == ["TWN"]
    assert trade.filter(pl.col("flag") == "sum_of_reported").select("product", "is_estimate").rows() == [("84", False)]


def test_the_frame_is_the_contracts() -> None:
    frames = parse()
    columns = {name: column.dtype for name, column in TABLES["trade_flow"].columns().items() if name != "known_to"}
    assert dict(frames["trade_flow"].schema) == columns
    assert TABLES["trade_flow"].is_valid(
        frames["trade_flow"].with_columns(pl.lit(None, dtype=pl.Date).alias("known_to"))
    )
    told = frames["release"].row(0, named=True)
    assert (told["release"], told["rows"]) == ("comtrade-live-2026-11-22", frames["trade_flow"].height)
    assert set(frames["trade_flow"]["basis"]) == {"comtrade"}


def test_a_period_that_is_not_over_is_cut() -> None:
    trade = parse(fetched=datetime(2025, 2, 20, tzinfo=UTC))["trade_flow"]
    assert max(trade.filter(pl.col("frequency") == "M")["period"]) == date(2025, 1, 1)


def test_camel_case_values_are_read_as_well() -> None:
    rows = rows_of("A/2024.json")
    for row in rows:
        row["cifValue"], row["fobValue"] = row.pop("cifvalue"), row.pop("fobvalue")
    annual = parse({"A/2024.json": body(rows)})["trade_flow"].filter(pl.col("frequency") == "A")
    assert sorted(annual["valuation"]) == ["fob", "fob"]


def test_a_reply_at_the_cap_is_split_by_period_and_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(comtrade.CAP, "/data/v1/get", 8)
    source = Comtrade()
    came = replies()
    further = source.follow(came)
    assert [request.name for request in further] == [f"M/2025-{month:02d}.json" for month in range(1, 13)]
    assert asked(further[2])["period"] == ["202503"]
    with pytest.raises(ParseError, match=r"M/2025\.json was cut at the cap and M/2025-01\.json is missing"):
        source.parse(came)
    january = body([row for row in rows_of("M/2025.json") if row["period"] == "202501"])
    parts = [payload(request.name, body([]), request.url, retrieved=FETCHED) for request in further]
    parts[0] = payload("M/2025-01.json", january, further[0].url, retrieved=FETCHED)
    trade = source.parse([*came, *parts])["trade_flow"]
    # February stood only in the capped reply.
    assert trade.filter(pl.col("frequency") == "M")["period"].unique().to_list() == [date(2025, 1, 1)]
    assert trade.height == 9


def test_a_period_at_the_cap_is_split_by_reporter_and_then_no_further(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(comtrade.CAP, "/data/v1/get", 3)
    annual = payload("A/2024.json", (FIXTURES / "A/2024.json").read_bytes(), KEYED, retrieved=FETCHED)
    further = Comtrade().follow([annual])
    assert [request.name for request in further][:2] == ["A/2024/51.json", "A/2024/56.json"]
    assert asked(further[0])["reporterCode"] == ["51"]
    last = payload("A/2024/51.json", annual.body, KEYED, retrieved=FETCHED)
    with pytest.raises(ParseError, match=r"A/2024/51\.json is cut at 3 rows and cannot be split further"):
        Comtrade().follow([last])


def test_the_previews_cap_is_its_own() -> None:
    rows = [rows_of("A/2024.json")[0]] * 500
    preview = payload("A/2024.json", body(rows), PREVIEW, retrieved=FETCHED)
    assert len(Comtrade().follow([preview])) == len(comtrade.reporters())
    assert {request.key_in for request in Comtrade().follow([preview])} == {""}
    assert Comtrade().follow([payload("A/2024.json", body(rows), KEYED, retrieved=FETCHED)]) == []


def _with(**facts: object) -> dict[str, bytes | None]:
    rows = rows_of("M/2025.json")
    rows[0] |= facts
    return {"M/2025.json": body(rows)}


def _lacking(field: str) -> dict[str, bytes | None]:
    rows = rows_of("M/2025.json")
    del rows[0][field]
    return {"M/2025.json": body(rows)}


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        (_with(motCode=2100), r"^M/2025\.json, row 1: motCode is '2100'; a part stands beside its total\.$"),
        (_with(partner2Code=643), r"partner2Code is '643'; a part stands beside its total"),
        (_with(customsCode="C01"), r"customsCode is 'C01'"),
        (_with(mosCode="2"), r"mosCode is '2'"),
        (_with(reporterCode=643), r"reporterCode '643' was not asked for"),
        (_with(partnerCode=0), r"partnerCode '0' was not asked for"),
        (_with(flowCode="RX"), r"flowCode 'RX' was not asked for"),
        (_with(cmdCode="2709"), r"cmdCode '2709' was not asked for"),
        (_with(period="202401"), r"period '202401' was not asked for"),
        (_with(primaryValue="n/a"), r"M/2025\.json, row 1: 'n/a' is not a number"),
        (_with(primaryValue=-1, cifvalue=-1), r"the value -1 is negative"),
        (_with(cifvalue=4.0), r"primaryValue 4,000 is neither the CIF nor the FOB value"),
        (_with(isReported="true"), r"isReported and isAggregate are not true or false"),
        (_with(primaryValue=3000.0, cifvalue=3000.0), r"TUR RUS import M 2025-01-01: the chapters add up to 3,700 USD"),
        (_lacking("motCode"), r"row 1: the field motCode is missing"),
        (_lacking("primaryValue"), r"row 1: the field primaryValue is missing"),
        ({"M/2025.json": body(rows_of("M/2025.json") * 2)}, r"Comtrade gives one figure twice"),
        ({"M/2025.json": body([], count=7)}, r"Comtrade states 7 rows and sent 0; it may be cut short"),
        ({"M/2025.json": body([], error="no")}, r"M/2025\.json: Comtrade answers with an error: no"),
        ({"M/2025.json": b"[]"}, r"is not a Comtrade reply"),
        ({"M/march.json": body([])}, r"M/march\.json is not the name of a Comtrade reply"),
        (
            {"M/2025.json": (FIXTURES / "broken/quota.json").read_bytes()},
            r"Comtrade answers with an error: The quota is used up until 02:00:00",
        ),
        (
            {"M/2025.json": (FIXTURES / "broken/bad_period.json").read_bytes()},
            r"Comtrade answers with an error: The period is not valid",
        ),
        (
            {"M/2025.json": body([]), "A/2024.json": body([])},
            r"Comtrade gave no figure for any of the periods asked for",
        ),
    ],
)
def test_what_is_wrong_is_refused(changed: dict[str, bytes | None], sentence: str) -> None:
    with pytest.raises(ParseError, match=sentence):
        parse(changed)


def test_a_number_that_comes_as_text_is_the_same_number() -> None:
    changed = _with(primaryValue="4000.0", cifvalue="4000")
    assert (
        parse(changed)["trade_flow"]
        .sort("reporter", "product", "flow", "period")
        .equals(parse()["trade_flow"].sort("reporter", "product", "flow", "period"))
    )


def test_every_code_that_is_asked_for_has_an_area() -> None:
    codes = comtrade._areas(payload("reference/area_codes.csv", CODES.read_bytes()))
    assert [codes[code] for code in ("842", "251", "699", "579", "757", "381", "490", "51")] == [
        *("USA", "FRA", "IND", "NOR", "CHE", "ITA", "TWN", "ARM"),
    ]
    assert {*comtrade.reporters(), *comtrade.targets()} <= codes.keys()
