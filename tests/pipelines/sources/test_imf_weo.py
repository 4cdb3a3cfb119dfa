"""The outlook: editions and their days, forecasts and actual years, groups, scale, and what must not pass."""

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
from pipelines.sources.base import Frames
from pipelines.sources.imf_weo import ImfWeo

FILES = Path(__file__).parent / "payloads" / "imf_weo"
DATA = Path(__file__).resolve().parents[3] / "data"
RETRIEVED = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
Edit = Callable[[dict[str, Any]], object]


class Small(ImfWeo):
    """The source with the number of economies that the small files have."""

    least_economies = 3


def shipped(name: str) -> Payload:
    return payload(name, (DATA / name).read_bytes(), SHIPPED + name)


def reply(name: str, edit: Edit | None = None, day: datetime = RETRIEVED) -> Payload:
    document = json.loads((FILES / name).read_bytes())
    if edit is not None:
        edit(document["data"])
    return payload(name, json.dumps(document).encode(), "https://api.imf.org/external", retrieved=day)


def parsed(*payloads: Payload) -> Frames:
    return Small().parse([*payloads, shipped("reference/area_codes.csv"), shipped("snapshot/releases_macro.csv")])


def forecasts(frame: pl.DataFrame, area: str, indicator: str = "gdp_growth") -> dict[int, str | None]:
    rows = frame.filter(area=area, indicator=indicator)
    assert rows["is_forecast"].to_list() == [flag == "forecast" for flag in rows["flag"]]
    return dict(zip(rows["period"].dt.year(), rows["flag"], strict=True))


def _facts(*values: str | None) -> Edit:
    return lambda data: data["dataSets"][0].update(attributes=list(values))


CURRENT = "WEO/current.json"


def test_the_first_round_asks_for_the_current_edition_and_the_list_of_data_flows() -> None:
    current, flows = (request for request in ImfWeo().requests(Window()) if not request.url.startswith(SHIPPED))
    assert current.url.startswith(
        "https://api.imf.org/external/sdmx/3.0/data/dataflow/IMF.RES/WEO/+/*.NGDP_RPCH+NGDPD.A?"
    )
    assert "attributes=all" in current.url
    assert (flows.url, flows.optional) == ("https://api.imf.org/external/sdmx/3.0/structure/dataflow/all/*/+", True)
    assert not current.optional


def test_the_list_leads_to_every_archived_edition_once() -> None:
    followed = ImfWeo().follow([reply("dataflows.json"), reply("WEO/2022-04.json")])
    assert {request.title: request.optional for request in followed} == {
        "WEO/2021-07.json": True,
        "WEO/2026-10.json": True,
    }
    assert "/IMF.RES/WEO_2021_JULY_VINTAGE/+/" in followed[0].url
    assert ImfWeo().follow([reply(CURRENT)]) == ()


def test_a_list_without_archived_editions_is_no_fault() -> None:
    flows = reply("dataflows.json", lambda data: data.update(dataflows=data["dataflows"][:1]))
    assert ImfWeo().follow([flows]) == []
    with pytest.raises(ParseError, match="not the list of data flows"):
        ImfWeo().follow([reply("dataflows.json", lambda data: data.pop("dataflows"))])


def test_rows_have_the_columns_words_and_units_of_the_table() -> None:
    frame = parsed(reply(CURRENT))["macro"]
    contract = TABLES["macro"].columns()
    assert dict(frame.schema) == {name: column.dtype for name, column in contract.items() if name != "known_to"}
    row = frame.filter(area="RUS", indicator="gdp_usd", period=date(2025, 1, 1)).row(0, named=True)
    assert row == {
        "area": "RUS", "indicator": "gdp_usd", "period": date(2025, 1, 1), "frequency": "A", "source": "imf_weo",
        "known_from": date(2026, 10, 13), "value": 2.5e12, "unit": "USD", "is_forecast": True, "flag": "forecast",
        "release": "imf_weo-live-2026-10",
    }  # fmt: skip
    assert set(frame.filter(indicator="gdp_growth")["unit"]) == {"%"}


def test_a_year_after_the_last_actual_one_is_a_forecast_and_so_is_one_that_was_not_over() -> None:
    frame = parsed(reply(CURRENT))["macro"]
    assert forecasts(frame, "RUS") == {2024: None, 2025: None, 2026: "forecast", 2031: "forecast"}
    assert forecasts(frame, "RUS", "gdp_usd") == {2024: None, 2025: "forecast"}


def test_of_a_fiscal_year_the_first_counts() -> None:
    frame = parsed(reply(CURRENT))["macro"]
    assert forecasts(frame, "IRN") == {2024: None, 2025: "forecast", 2026: "forecast"}
    assert forecasts(frame, "IRN", "gdp_usd") == {2024: "forecast", 2025: "forecast"}


def test_without_a_last_actual_year_the_year_before_may_be_an_estimate() -> None:
    assert forecasts(parsed(reply(CURRENT))["macro"], "XKX") == {2025: "may_be_estimate"}


def test_the_world_stays_and_groups_that_we_do_not_know_are_left_out() -> None:
    assert set(parsed(reply(CURRENT))["macro"]["area"]) == {"IRN", "RUS", "USA", "XKX", "WLD"}


def test_every_archived_edition_is_a_release_known_no_sooner_than_it_was() -> None:
    frames = parsed(reply(CURRENT), reply("WEO/2022-04.json"), reply("WEO/2021-07.json"))
    releases = {row["release"]: row for row in frames["release"].to_dicts()}
    assert {name: (row["published"], row["published_precision"], row["rows"]) for name, row in releases.items()} == {
        "imf_weo-live-2026-10": (date(2026, 10, 13), "day", 20),
        # Its reply states the day of archiving; our list of editions knows the day.
        "imf_weo-live-2022-04": (date(2022, 4, 19), "day", 5),
        "imf_weo-live-2021-07": (date(2021, 7, 31), "month", 3),
    }
    assert releases["imf_weo-live-2021-07"]["title"] == "World Economic Outlook, July 2021"
    april = frames["macro"].filter(release="imf_weo-live-2022-04")
    assert set(april["known_from"]) == {date(2022, 4, 19)}
    assert forecasts(april, "RUS") == {2020: None, 2021: None, 2022: "forecast", 2023: "forecast"}


def test_an_archived_edition_that_nobody_dates_is_known_from_the_end_of_its_month() -> None:
    payloads = [reply(CURRENT), reply("WEO/2022-04.json"), shipped("reference/area_codes.csv")]
    frame = Small().parse(payloads)["macro"].filter(release="imf_weo-live-2022-04")
    assert set(frame["known_from"]) == {date(2022, 4, 30)}
    payloads[1] = reply("WEO/2022-04.json", _facts("2022-04-20T13:00:00Z", None))
    assert set(Small().parse(payloads)["macro"].filter(release="imf_weo-live-2022-04")["known_from"]) == {
        date(2022, 4, 20)
    }


def test_the_archived_copy_of_the_current_edition_adds_nothing() -> None:
    copy = payload("WEO/2026-10.json", reply(CURRENT).body, "https://api.imf.org/", retrieved=RETRIEVED)
    assert parsed(reply(CURRENT), copy)["macro"].equals(parsed(reply(CURRENT))["macro"])


def test_an_empty_archived_edition_is_passed_over() -> None:
    empty = reply("WEO/2021-07.json", lambda data: data["dataSets"][0].pop("series"))
    assert parsed(reply(CURRENT), empty)["release"].height == 1


@pytest.mark.parametrize(
    ("published", "updated", "day", "name", "known"),
    [
        ("2026-04-14T13:00:00Z", "2026-04-15", datetime(2026, 5, 1, tzinfo=UTC), "2026-04", date(2026, 4, 14)),
        # A new edition under the old day of publication.
        ("2026-04-14", "2026-10-13", RETRIEVED, "2026-10", date(2026, 10, 13)),
        (None, "2026-10-13", RETRIEVED, "2026-10", date(2026, 10, 13)),
        # No day at all: figures to 2031 are one of the two editions of 2026.
        (None, None, RETRIEVED, "2026-10", date(2026, 10, 31)),
        (None, None, datetime(2026, 8, 1, tzinfo=UTC), "2026-04", date(2026, 4, 30)),
        (None, None, datetime(2026, 4, 20, tzinfo=UTC), "2026-04", date(2026, 4, 20)),
    ],
)
def test_which_edition_the_current_one_is(
    published: str | None, updated: str | None, day: datetime, name: str, known: date
) -> None:
    (release,) = parsed(reply(CURRENT, _facts(published, updated), day))["release"].to_dicts()
    assert (release["release"], release["published"]) == (f"imf_weo-live-{name}", known)


@pytest.mark.parametrize(
    ("facts", "day", "sentence"),
    [
        (("2027-04-13", None), RETRIEVED, r"published on 2027-04-13, after it was fetched"),
        ((None, None), datetime(2026, 10, 20, tzinfo=UTC), r"in October it may be either"),
        ((None, None), datetime(2026, 3, 1, tzinfo=UTC), r"looks ahead to 2031"),
    ],
)
def test_an_edition_that_cannot_be_told_is_refused(facts: tuple[str | None], day: datetime, sentence: str) -> None:
    with pytest.raises(ParseError, match=sentence):
        parsed(reply(CURRENT, _facts(*facts), day))


def _scaled(data: dict[str, Any]) -> None:
    for key, series in data["dataSets"][0]["series"].items():
        if key.split(":")[1] == "1":
            for cell in series["observations"].values():
                cell[0] = cell[0].removesuffix("000000000")


def _world_too_large(data: dict[str, Any]) -> None:
    data["dataSets"][0]["series"]["4:1:0"]["observations"]["0"][0] = "63800000000000"


BROKEN: list[tuple[Edit, str]] = [
    (lambda data: data["dataSets"][0].pop("series"), r"came as a success but holds no figure"),
    (_scaled, r"GDP of the United States is missing or not in dollars"),
    (_world_too_large, r"the countries' GDP of 2024 is 31,600,000,000,000 dollars together, the world's 63,800"),
    (
        lambda data: data["structures"][0]["dimensions"]["series"][0]["values"].__setitem__(0, {"id": "QQQ"}),
        r"WEO/current.json, COUNTRY: unknown area 'QQQ'",
    ),
    (
        lambda data: data["structures"][0]["dimensions"]["series"][1]["values"].__setitem__(0, {"id": "PCPI"}),
        r"holds 'PCPI' under INDICATOR",
    ),
    (
        lambda data: data["structures"][0]["attributes"]["dimensionGroup"][0]["values"].__setitem__(1, {"id": "XDC"}),
        r"NGDPD comes in 'XDC', not 'USD'",
    ),
    (
        lambda data: data["dataSets"][0]["series"]["1:0:0"]["observations"]["0"].__setitem__(0, "four"),
        r"'four' is not a number",
    ),
]


@pytest.mark.parametrize(("edit", "sentence"), BROKEN, ids=[sentence[:40] for _, sentence in BROKEN])
def test_a_broken_current_edition_is_refused_in_a_sentence(edit: Edit, sentence: str) -> None:
    with pytest.raises(ParseError, match=sentence):
        parsed(reply(CURRENT, edit))


def test_too_few_economies_are_refused_and_so_is_a_refresh_without_the_current_edition() -> None:
    tables = [shipped("reference/area_codes.csv")]
    with pytest.raises(ParseError, match=r"growth of 5 economies only; at least 150 belong"):
        ImfWeo().parse([reply(CURRENT), *tables])
    with pytest.raises(ParseError, match="sent no current edition"):
        ImfWeo().parse([reply("WEO/2022-04.json"), *tables])


def test_the_rows_keep_the_contract() -> None:
    frame = parsed(reply(CURRENT), reply("WEO/2022-04.json"), reply("WEO/2021-07.json"))["macro"]
    table = TABLES["macro"]
    valid = table.validate(frame.with_columns(pl.lit(None, pl.Date).alias("known_to")).select(table.column_names()))
    assert valid.height == frame.height == 28
