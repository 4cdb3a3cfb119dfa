"""World Bank, as recorded: pages and what they announce, figures row for row, every error that comes as a success."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from pipelines.errors import FetchError
from pipelines.normalise.periods import Window
from pipelines.raw import Payload, payload
from pipelines.sources import Frames
from pipelines.sources.worldbank import WorldBank
from tests.pipelines.replay import Reply, serving
from tests.pipelines.sources.recorded.replies import FETCHED, parsed, refused, reply, shipped, visited

OURS = Path(__file__).parents[1] / "payloads" / "worldbank"
GDP = "gdp_usd/1.json"

FURTHER = {
    "gdp_all_page1_default50": 322, "gdp_all_2018_2019_pp2_page1": 263, "gdp_all_mrv1_freqY": 131,
    "gdp_all_footnote": 2, "gdp_JPN_USA_2018_2019_page1": 1, "two_indicators_source2": 4, "gdp_2026_shape_trimmed": 0,
    "population_USA_2026_real": 0, "countries_pp2": 148, "country_JPN": 0,
    # Here the header's numbers are text.
    "incomeLevels_pp2": 3, "regions": 0, "sources_page1": 1, "source_2": 0,
}  # fmt: skip
"""Pages that each recorded first page announces beside itself."""

TOTAL = {"gdp_2026_shape_trimmed": 4, "population_USA_2026_real": 2, "regions": 42, "source_2": 1, "country_JPN": 1}
"""Rows of the replies that came whole."""


@pytest.fixture(scope="module")
def folder(recorded: Path) -> Path:
    return recorded / "worldbank"


def given(*changed: Payload) -> list[Payload]:
    """All replies of a refresh with figures of our own, those of some lists replaced."""
    found = {
        path.relative_to(OURS).as_posix(): payload(
            path.relative_to(OURS).as_posix(), path.read_bytes(), "https://api.worldbank.org/v2/", retrieved=FETCHED
        )
        for path in sorted(OURS.glob("*/*.json"))
        if path.parent.name != "broken"
    }
    lists = {each.name.split("/")[0] for each in changed}
    found = {name: each for name, each in found.items() if name.split("/")[0] not in lists}
    found |= {each.name: each for each in changed}
    return [shipped("reference/areas.csv"), *found.values()]


def document(folder: Path, name: str) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    head, rows = json.loads((folder / f"{name}.json").read_bytes())
    return head, rows


@pytest.mark.parametrize("name", sorted(FURTHER))
def test_a_first_page_names_the_pages_that_follow(folder: Path, name: str) -> None:
    further = WorldBank().follow([reply(folder / f"{name}.json", GDP)])
    assert [request.name for request in further] == [f"gdp_usd/{page}.json" for page in range(2, FURTHER[name] + 2)]


@pytest.mark.parametrize("name", sorted(TOTAL))
def test_a_reply_that_came_whole_has_as_many_rows_as_it_states(folder: Path, name: str) -> None:
    head, rows = document(folder, name)
    assert len(rows) == int(head["total"]) == TOTAL[name]


@pytest.mark.parametrize("name", [name for name, pages in FURTHER.items() if pages and name.startswith("gdp_")])
def test_a_first_page_alone_is_refused(folder: Path, name: str) -> None:
    sentence = refused(WorldBank(), *given(reply(folder / f"{name}.json", GDP)))
    assert sentence == f"gdp_usd: pages 1 came of {FURTHER[name] + 1}."


def gdp(folder: Path, *names: str) -> tuple[Frames, list[dict[str, Any]]]:
    """Recorded rows among rows of ours, on one page whose header counts them; aggregates as the bank lists them."""
    recorded = [row for name in names for row in document(folder, name)[1]]
    ours = [json.loads((OURS / name).read_bytes()) for name in (GDP, "gdp_usd/2.json")]
    rows = [row for _, page in ours for row in page] + recorded
    arabs = next(row for row in document(folder, "regions")[1] if row["code"] == "ARB")
    head, listed = json.loads((OURS / "countries/1.json").read_bytes())
    listed.append({"id": arabs["code"], "iso2Code": arabs["iso2code"], "name": arabs["name"], "region": {"id": "NA"}})
    pages = (
        (GDP, [ours[0][0] | {"pages": 1, "total": len(rows)}, rows]),
        ("countries/1.json", [head | {"total": str(len(listed))}, listed]),
    )
    changed = [
        payload(name, json.dumps(page).encode(), "https://api.worldbank.org/v2/", retrieved=FETCHED)
        for name, page in pages
    ]
    return parsed(WorldBank(), *given(*changed)), recorded


def test_fifty_recorded_years_of_japan_are_read_as_they_came_and_null_is_no_row(folder: Path) -> None:
    frames, recorded = gdp(folder, "gdp_all_footnote")
    assert len(recorded) == 50
    assert {row["countryiso3code"] for row in recorded} == {"JPN"}
    told = {date(int(row["date"]), 1, 1): row["value"] for row in recorded if row["value"] is not None}
    mine = frames["macro"].filter(pl.col("period").is_in(list(told)), indicator="gdp_usd", area="JPN")
    assert dict(zip(mine["period"], mine["value"], strict=True)) == told
    missing = [date(int(row["date"]), 1, 1) for row in recorded if row["value"] is None]
    assert missing == [date(2020, 1, 1)]
    assert frames["macro"].filter(pl.col("period").is_in(missing), indicator="gdp_usd", area="JPN").is_empty()


def test_aggregates_come_first_and_stay_what_they_are(folder: Path) -> None:
    frames, recorded = gdp(folder, "gdp_all_page1_default50")
    assert {row["countryiso3code"] for row in recorded} == {"ARB"}
    told = {date(int(row["date"]), 1, 1): row["value"] for row in recorded if row["value"] is not None}
    mine = frames["macro"].filter(indicator="gdp_usd", area="ARB")
    assert dict(zip(mine["period"], mine["value"], strict=True)) == told
    assert len(told) == 49
    kinds = pl.read_csv(shipped("reference/areas.csv").body)
    assert kinds.filter(area="ARB")["area_kind"].to_list() != ["country"]


def test_the_shape_of_2026_is_read_and_not_classified_is_no_area(folder: Path) -> None:
    frames, recorded = gdp(folder, "gdp_2026_shape_trimmed")
    assert [row["country"]["id"] for row in recorded] == ["MX", "MX", "XC", "XX"]
    mine = frames["macro"].filter(pl.col("period") >= date(2024, 1, 1), indicator="gdp_usd", area="MEX")
    assert sorted(mine["value"]) == sorted(row["value"] for row in recorded[:2])
    assert frames["macro"].filter(indicator="gdp_usd", period=date(2025, 1, 1), area="EMU").is_empty()


def test_two_indicators_in_one_reply_are_refused(folder: Path) -> None:
    head, rows = document(folder, "two_indicators_source2")
    assert head["sourceid"] is None
    # The first page of five holds one indicator only; asked as another one it is refused by its title.
    page = json.dumps([head | {"pages": 1, "total": len(rows)}, rows]).encode()
    name = "population/1.json"
    sentence = refused(WorldBank(), *given(payload(name, page, "https://api.worldbank.org/", retrieved=FETCHED)))
    assert sentence == f"{name}, SP.POP.TOTL: the series is 'GDP (current US$)' and should be in Population, total."


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("error_invalid_indicator_HTTP200", "120 Invalid value: The provided parameter value is not valid"),
        ("error_two_messages_HTTP200", "120 Invalid value: The provided parameter value is not valid"),
        (
            "error_language_150_HTTP200",
            "150 Language is not yet supported in the API: Response requested in an unsupported language.",
        ),
    ],
)
def test_an_error_that_comes_as_a_success_is_told_in_the_banks_words(folder: Path, name: str, said: str) -> None:
    error = reply(folder / f"{name}.json", GDP)
    assert refused(WorldBank(), *given(error)) == f"{GDP}: the World Bank answers with an error ({said})."


def test_the_html_of_a_bad_request_is_no_reply(folder: Path, tmp_path: Path) -> None:
    file = folder / "error_invalid_source_HTTP400_bom.html"
    assert file.read_bytes().startswith(b"\xef\xbb\xbf")
    assert "is not readable JSON" in refused(WorldBank(), *given(reply(file, GDP)))
    request = next(one for one in WorldBank().requests(Window(today=FETCHED.date())) if one.name == GDP)
    for status, said in ((400, "was answered with 400: "), (200, "is XML instead of JSON")):
        with serving() as server, pytest.raises(FetchError, match=f"The reply {GDP} of worldbank {said}"):
            visited(WorldBank(), request, Reply(file.read_bytes(), status), tmp_path / str(status), server)
