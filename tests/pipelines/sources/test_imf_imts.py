"""IMTS: replies worked by hand, what is left out and why, and every reply that must not pass."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from pipelines.errors import ParseError
from pipelines.normalise.periods import Window
from pipelines.raw import SHIPPED, Payload, payload
from pipelines.schema import TABLES
from pipelines.sources.imf_imts import ImfImts, large, reporters

FILES = Path(__file__).parent / "payloads" / "imf_imts"
CODES = Path(__file__).resolve().parents[3] / "data" / "reference" / "area_codes.csv"
RETRIEVED = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
Edit = Callable[[dict[str, Any]], object]


def codes() -> Payload:
    return payload("reference/area_codes.csv", CODES.read_bytes(), SHIPPED + "reference/area_codes.csv")


def reply(name: str, edit: Edit | None = None, day: datetime = RETRIEVED) -> Payload:
    document = json.loads((FILES / name).read_bytes())
    if edit is not None:
        edit(document["data"])
    return payload(name, json.dumps(document).encode(), "https://api.imf.org/external", retrieved=day)


def flows(*payloads: Payload) -> pl.DataFrame:
    return ImfImts().parse([*payloads, codes()])["trade_flow"]


def series(frame: pl.DataFrame, partner: str, flow: str) -> dict[date, float]:
    rows = frame.filter(partner=partner, flow=flow)
    return dict(zip(rows["period"], rows["value_usd"], strict=True))


def observation(name: str, value: object) -> Edit:
    """Put a value into the first observation of one series."""

    def edit(data: dict[str, Any]) -> None:
        observations = data["dataSets"][0]["series"][name]["observations"]
        observations[next(iter(observations))][0] = value

    return edit


AUGUST, SEPTEMBER, OCTOBER = date(2026, 8, 1), date(2026, 9, 1), date(2026, 10, 1)


def test_one_request_per_reporter_and_frequency_without_a_key() -> None:
    asked = [request for request in ImfImts().requests(Window(today=date(2026, 11, 22))) if request.kind == "json"]
    assert len(asked) == 2 * len(reporters()) == 76
    assert not set(ImfImts().asked("targets")) & set(large())
    by_name = {request.title: request.url for request in asked}
    assert by_name["M/RUS.json"] == (
        "https://api.imf.org/external/sdmx/3.0/data/dataflow/IMF.STA/IMTS/+/RUS.XG_FOB_USD+MG_CIF_USD+MG_FOB_USD.*.M"
        "?c%5BTIME_PERIOD%5D=ge%3A2008-01-01&dimensionAtObservation=TIME_PERIOD&attributes=dsd&measures=all"
    )
    assert "ge%3A1992-01-01" in by_name["A/RUS.json"]


@pytest.mark.parametrize(
    ("window", "month", "year"),
    [
        (
            Window(today=date(2026, 11, 22), latest_period=date(2026, 8, 1), last_asked=date(2026, 10, 1)),
            "2023-09-01",
            "2022-01-01",
        ),
        (Window(today=date(2026, 11, 22), since=date(2024, 5, 1)), "2024-05-01", "2024-01-01"),
        (Window(today=date(2026, 11, 22), since=date(1980, 1, 1)), "2008-01-01", "1992-01-01"),
    ],
)
def test_a_later_refresh_asks_for_what_can_have_changed(window: Window, month: str, year: str) -> None:
    urls = {request.title: request.url for request in ImfImts().requests(window)}
    assert f"ge%3A{month}" in urls["M/USA.json"]
    assert f"ge%3A{year}" in urls["A/USA.json"]


def test_the_rows_have_the_columns_and_words_of_the_table() -> None:
    frame = flows(reply("M/TUR.json"))
    contract = TABLES["trade_flow"].columns()
    assert dict(frame.schema) == {name: column.dtype for name, column in contract.items() if name != "known_to"}
    assert frame.filter(partner="RUS", flow="export", period=AUGUST).row(0, named=True) == {
        "reporter": "TUR", "partner": "RUS", "flow": "export", "product": "TOTAL", "period": AUGUST, "frequency": "M",
        "source": "imf_imts", "known_from": date(2026, 11, 22), "value_usd": 700_000_123.0, "value_eur": None,
        "quantity": None, "quantity_unit": None, "is_estimate": False, "flag": None, "basis": "imts",
        "valuation": "fob", "rounding_usd": 1.0, "release": "imf_imts-live-2026-11-22",
    }  # fmt: skip
    assert set(frame.filter(flow="import")["valuation"]) == {"cif"}


def test_groups_and_areas_not_specified_are_left_out_and_the_world_stays() -> None:
    assert set(flows(reply("M/TUR.json"))["partner"]) == {"RUS", "XKX", "CHN", "WLD"}


def test_null_is_a_gap_zero_stays_zero_and_the_running_month_is_none() -> None:
    frame = flows(reply("M/TUR.json"))
    assert series(frame, "RUS", "export") == {AUGUST: 700_000_123, SEPTEMBER: 650_000_000}
    assert series(frame, "XKX", "export") == {AUGUST: 40_000_000, SEPTEMBER: 0}
    assert series(frame, "CHN", "export") == {AUGUST: 260_000_000, SEPTEMBER: 250_000_000, OCTOBER: 240_000_000}
    december = reply("M/TUR.json", day=datetime(2026, 12, 1, tzinfo=UTC))
    assert date(2026, 11, 1) in series(flows(december), "CHN", "export")


def test_estimates_are_marked_and_the_world_where_most_of_it_is_one() -> None:
    frame = flows(reply("M/RUS.json"), reply("M/TUR.json"))
    november = frame.filter(reporter="RUS", flow="export", period=date(2025, 11, 1))
    assert dict(zip(november["partner"], november["is_estimate"], strict=True)) == {
        "CHN": True, "KAZ": False, "WLD": True,
    }  # fmt: skip
    assert not frame.filter(reporter="TUR")["is_estimate"].any()
    year = flows(reply("A/RUS.json")).filter(partner="KAZ", flow="export")
    assert year.select("period", "is_estimate", "flag").rows() == [
        (date(2024, 1, 1), False, None), (date(2025, 1, 1), True, "mixed"),
    ]  # fmt: skip


def test_imports_fob_stand_where_a_country_reports_nothing_else() -> None:
    frame = flows(reply("M/CAN.json"))
    assert set(frame.filter(flow="import")["valuation"]) == {"fob"}

    def both(data: dict[str, Any]) -> None:
        data["structures"][0]["dimensions"]["series"][1]["values"].append({"id": "MG_CIF_USD"})
        content = data["dataSets"][0]["series"]
        content["0:2:1:0"] = content["0:1:1:0"]

    assert set(flows(reply("M/CAN.json", both)).filter(flow="import")["valuation"]) == {"cif"}


def test_a_year_without_all_of_its_months_is_no_year() -> None:
    assert set(flows(reply("A/CAN.json"))["period"].dt.year()) == {2024, 2025}
    frame = flows(reply("A/CAN.json"), reply("M/CAN.json"))
    assert set(frame.filter(frequency="A")["period"].dt.year()) == {2024}
    frame = flows(reply("A/RUS.json"), reply("M/RUS.json"))
    assert set(frame.filter(frequency="A")["period"].dt.year()) == {2024, 2025}


def test_an_empty_success_gives_no_rows_but_not_all_may_be_empty() -> None:
    frame = flows(reply("M/PRK.json"), reply("M/TUR.json"))
    assert set(frame["reporter"]) == {"TUR"}
    with pytest.raises(ParseError, match=r"None of the 1 replies of imf_imts holds a figure"):
        flows(reply("M/PRK.json"))


def test_the_release_counts_its_rows_and_leads_to_the_source() -> None:
    frames = ImfImts().parse([reply("M/TUR.json"), codes()])
    (release,) = frames["release"].to_dicts()
    assert release["rows"] == frames["trade_flow"].height == 14
    assert release["url"] == "https://data.imf.org/en/datasets/IMF.STA:IMTS"
    assert set(frames["release"].columns) == set(TABLES["release"].column_names()) - {"origin"}


def _partner(code: str) -> Edit:
    return lambda data: data["structures"][0]["dimensions"]["series"][2]["values"].__setitem__(0, {"id": code})


def _times_thousand(data: dict[str, Any]) -> None:
    for cell in data["dataSets"][0]["series"]["0:0:2:0"]["observations"].values():
        cell[0] += "000"


def _without_world(data: dict[str, Any]) -> None:
    for place in (0, 1):
        del data["dataSets"][0]["series"][f"0:{place}:3:0"]


BROKEN: list[tuple[str, Edit, str]] = [
    ("M/TUR.json", _partner("QQQ"), r"M/TUR.json, COUNTERPART_COUNTRY: unknown area 'QQQ'"),
    ("M/TUR.json", _partner("XKX"), r"unknown area 'XKX'"),
    ("M/TUR.json", observation("0:0:0:0", "7e8?"), r"'7e8\?' is not a number"),
    ("M/TUR.json", observation("0:0:0:0", "-5"), r"trade with RUS in 2026-M08 is negative"),
    ("M/TUR.json", _times_thousand, r"exports of 2026-08 are 260,740,000,123 dollars, above the world total of 1,050"),
    ("M/TUR.json", _without_world, r"has no world total \(G001\)"),
    (
        "M/TUR.json",
        lambda data: data["structures"][0]["dimensions"]["series"][2].update(id="PARTNER"),
        r"has no dimension COUNTERPART_COUNTRY; it has COUNTRY, INDICATOR, PARTNER, FREQUENCY",
    ),
    (
        "M/TUR.json",
        lambda data: data["structures"][0]["dimensions"]["series"][0]["values"].__setitem__(0, {"id": "GRC"}),
        r"holds 'GRC' under COUNTRY, which was not asked for",
    ),
    (
        "M/TUR.json",
        lambda data: data["structures"][0]["dimensions"]["series"][1]["values"].__setitem__(0, {"id": "TBG_USD"}),
        r"holds 'TBG_USD' under INDICATOR",
    ),
    (
        "M/TUR.json",
        lambda data: data["structures"][0]["dimensions"]["observation"][0]["values"][0].update(value="2026-Q3"),
        r"holds 'Q' under period_frequency",
    ),
    (
        "M/TUR.json",
        lambda data: data["structures"][0]["attributes"]["observation"][1]["values"].__setitem__(0, {"id": "ZZ"}),
        r"the DERIVATION_TYPE 'ZZ' is not known",
    ),
    (
        "M/TUR.json",
        lambda data: data["structures"][0]["attributes"]["observation"][1].update(id="KIND"),
        r"no longer says which figures are estimates",
    ),
    (
        "M/CAN.json",
        lambda data: data["structures"][0]["dimensions"]["observation"][0]["values"][0].update(value="2025-M07"),
        r"M/CAN.json has no exports to or from the world for 2025-08, but later ones",
    ),
]


@pytest.mark.parametrize(("name", "edit", "sentence"), BROKEN, ids=[sentence[:40] for *_, sentence in BROKEN])
def test_a_broken_reply_is_refused_in_a_sentence(name: str, edit: Edit, sentence: str) -> None:
    with pytest.raises(ParseError, match=sentence):
        flows(reply(name, edit))


def test_two_codes_of_one_area_are_refused() -> None:
    def serbia(data: dict[str, Any]) -> None:
        data["structures"][0]["dimensions"]["series"][2]["values"][0] = {"id": "AAA"}

    twice = CODES.read_text(encoding="utf-8") + "imts,AAA,CHN\n"
    codes_twice = payload("reference/area_codes.csv", twice.encode(), SHIPPED + "reference/area_codes.csv")
    with pytest.raises(ParseError, match="two of its partners are one area of ours"):
        ImfImts().parse([reply("M/TUR.json", serbia), codes_twice])


def test_the_rows_keep_the_contract() -> None:
    frame = flows(reply("M/TUR.json"), reply("M/RUS.json"), reply("A/RUS.json"), reply("M/CAN.json"))
    table = TABLES["trade_flow"]
    valid = table.validate(frame.with_columns(pl.lit(None, pl.Date).alias("known_to")).select(table.column_names()))
    assert valid.height == frame.height
