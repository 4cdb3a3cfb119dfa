"""IMF, as recorded: the decoder against a second reading of each reply, and the source's own lists of codes.

No figure of the IMF stands here, its terms do not allow that: both sides of a comparison come from the recorded file.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from lxml import etree

from pipelines.errors import ParseError
from pipelines.formats import sdmx
from pipelines.normalise import countries
from pipelines.normalise.periods import Window
from pipelines.raw import Payload, payload
from pipelines.sources.imf_imts import ImfImts, reporters
from pipelines.sources.imf_weo import ImfWeo
from tests.pipelines.replay import Reply, serving
from tests.pipelines.sources.recorded.replies import FETCHED, parsed, reply, shipped, visited

GFS = ("COUNTRY", "SECTOR", "GFS_GRP", "INDICATOR", "TYPE_OF_TRANSFORMATION", "FREQUENCY")
SHORT = ("COUNTRY", "INDICATOR", "FREQUENCY")
REPLIES = {
    "data_GFS_SOO_allcountries": (GFS, 194, 970),
    "data_GFS_SOO_single_series_timefilter": (GFS, 1, 5),
    "data_WHDREO_GX1213.BCA_GDP_BP6.A": (SHORT, 1, 55),
}
"""Dimensions, series and observations of each recorded reply with data."""


@pytest.fixture(scope="module")
def folder(recorded: Path) -> Path:
    return recorded / "imf" / "real"


def read_again(document: dict[str, Any]) -> Iterator[tuple[Any, ...]]:
    """A second reading, cell by cell: codes, period as sent, value."""
    (content,), (structure,) = document["data"]["dataSets"], document["data"]["structures"]
    heads = structure["dimensions"]["series"]
    (time,) = structure["dimensions"]["observation"]
    for key, series in content.get("series", {}).items():
        codes = [head["values"][int(at)]["id"] for head, at in zip(heads, key.split(":"), strict=True)]
        for at, cell in series["observations"].items():
            said = time["values"][int(at)]
            value = None if cell[0] is None else float(cell[0])
            yield (*codes, said.get("value", said.get("id")), value)


@pytest.mark.parametrize("name", sorted(REPLIES))
def test_every_observation_is_decoded_to_its_codes_period_and_value(folder: Path, name: str) -> None:
    dimensions, series, observations = REPLIES[name]
    came = reply(folder / f"{name}.json", "data.json")
    found = sdmx.decode(came, dimensions)
    told = list(read_again(json.loads(came.body)))
    assert found.frame.height == len(told) == observations
    assert found.frame.select(pl.struct(dimensions).n_unique()).item() == series
    assert found.frame.select(*dimensions, "TIME_PERIOD", "value").rows() == told
    assert found.frame["period"].null_count() == 0
    years = found.frame.select(pl.col("TIME_PERIOD").str.slice(0, 4).cast(pl.Int32) == pl.col("period").dt.year())
    assert years.to_series().all()


def test_numbers_that_come_as_text_are_numbers_and_null_stays_empty(folder: Path) -> None:
    nulls = {}
    for name, (dimensions, _, _) in REPLIES.items():
        nulls[name] = sdmx.decode(reply(folder / f"{name}.json", "data.json"), dimensions).frame["value"].null_count()
    assert nulls["data_WHDREO_GX1213.BCA_GDP_BP6.A"] == 0
    assert nulls["data_GFS_SOO_single_series_timefilter"] == 5
    told = list(read_again(json.loads((folder / "data_GFS_SOO_allcountries.json").read_bytes())))
    assert nulls["data_GFS_SOO_allcountries"] == sum(row[-1] is None for row in told)


def test_attributes_of_observations_are_those_that_the_reply_sends(folder: Path) -> None:
    came = reply(folder / "data_GFS_SOO_single_series_timefilter.json", "data.json")
    structure = json.loads(came.body)["data"]["structures"][0]
    names = [item["id"] for item in structure["attributes"]["observation"]]
    found = sdmx.decode(came, GFS, names)
    assert set(names) <= found.declared
    # The reply says of each year why it has no figure, in one of its attributes.
    assert any(found.frame[name].to_list() == ["NP"] * 5 for name in names)


def test_a_success_without_series_is_empty_and_no_error(folder: Path) -> None:
    found = sdmx.decode(reply(folder / "data_WHDREO_empty_monthly.json", "data.json"), SHORT)
    assert found.is_empty
    assert found.frame.columns[:3] == list(SHORT)


def test_a_flow_that_is_not_there_answers_with_nothing(folder: Path, tmp_path: Path) -> None:
    empty = folder / "structure_dataflow_not_found_HTTP204.json"
    assert empty.read_bytes() == b""
    with pytest.raises(ParseError, match=r"^data\.json is empty\.$"):
        sdmx.decode(reply(empty, "data.json"), SHORT)
    asked = next(one for one in ImfWeo().requests(Window(today=FETCHED.date())) if one.optional)
    with serving() as server:
        assert visited(ImfWeo(), asked, Reply(status=204), tmp_path, server) == []


@pytest.mark.parametrize("name", ["structure_dataflow_PCPS", "structure_codelist_CL_FREQ", "availability_IMTS_2026"])
def test_another_message_is_no_data(folder: Path, name: str) -> None:
    with pytest.raises(ParseError, match=r"is not SDMX-JSON 2\.0 as it should be"):
        sdmx.decode(reply(folder / f"{name}.json", "data.json"), SHORT)


# ---- the source's own lists of codes


def available(folder: Path, flow: str) -> dict[str, set[str]]:
    """The codes that a data flow holds, by dimension, as the source says."""
    document = json.loads((folder / f"availability_{flow}_2026.json").read_bytes())
    (region,) = document["data"]["dataConstraints"][0]["cubeRegions"]
    return {one["id"]: {value["value"] for value in one["values"]} for one in region["components"]}


def test_every_area_of_the_trade_statistics_is_one_of_ours_or_ruled_out(folder: Path) -> None:
    listed = available(folder, "IMTS")
    assert (len(listed["COUNTRY"]), len(listed["COUNTERPART_COUNTRY"])) == (237, 245)
    known = countries.codes(shipped(), "imts")
    # Groups and areas not specified are left out by form; three states ended before the first year that is asked for.
    left_out = re.compile(r"^(GX?|TX)\d")
    unknown = {code for codes in (listed["COUNTRY"], listed["COUNTERPART_COUNTRY"]) for code in codes}
    assert {code for code in unknown - set(known) if not left_out.match(code)} == {"DDR", "YAR", "YMD"}
    assert set(reporters()) <= listed["COUNTRY"]
    assert {"XG_FOB_USD", "MG_CIF_USD", "MG_FOB_USD"} <= listed["INDICATOR"]
    assert {"A", "M"} <= listed["FREQUENCY"]


def test_every_country_of_the_outlook_is_one_of_ours(folder: Path) -> None:
    listed = available(folder, "WEO")
    assert len(listed["COUNTRY"]) == 210
    unknown = listed["COUNTRY"] - set(countries.codes(shipped(), "imts"))
    assert len(unknown) == 10
    assert all(re.match(r"^GX?\d", code) for code in unknown)
    assert {"NGDPD", "NGDP_RPCH"} <= listed["INDICATOR"]


def test_every_country_of_the_code_list_is_one_of_ours(folder: Path) -> None:
    (listed,) = json.loads((folder / "structure_codelist_CL_COUNTRY_imf.json").read_bytes())["data"]["codelists"]
    codes = {code["id"] for code in listed["codes"]}
    assert len(codes) == 337
    groups = {code for code in codes if re.match(r"^(GX?|TX|U)\d|^G(ASEAN|SAC)$", code)}
    # Of the rest two are in no data flow of ours, and three ended in 1990.
    assert codes - groups - set(countries.codes(shipped(), "imts")) == {"CWX", "VDR", "DDR", "YAR", "YMD"}


def test_the_structure_has_the_dimensions_and_attributes_that_we_ask_by(folder: Path) -> None:
    structure = json.loads((folder / "IMTS_structure_from_openbb_cache.json").read_bytes())["datastructure"]
    order = [one["id"] for one in sorted(structure["dimensions"], key=lambda one: int(one["position"]))]
    assert order == ["COUNTRY", "INDICATOR", "COUNTERPART_COUNTRY", "FREQUENCY"]
    assert {"DERIVATION_TYPE", "STATUS", "SCALE"} <= {one["id"] for one in structure["attributes"]}


def test_the_list_of_flows_names_the_current_outlook_and_what_it_names_of_earlier_ones(folder: Path) -> None:
    came = reply(folder / "structure_dataflow_all.json", "dataflows.json")
    flows = json.loads(came.body)["data"]["dataflows"]
    assert len(flows) == 71
    ours = [flow["id"] for flow in flows if flow["agencyID"] == "IMF.RES" and flow["id"].startswith("WEO")]
    assert ours == ["WEO"]
    assert list(ImfWeo().follow([came])) == []


def as_json(message: etree._Element) -> Payload:
    """A recorded reply in XML as the JSON in which we ask for it; figures and marks are those of the file."""
    series = list(message.iter("{*}Series"))
    heads = ["COUNTRY", "INDICATOR", "COUNTERPART_COUNTRY", "FREQUENCY"]
    codes = {head: sorted({str(one.get(head)) for one in series}) for head in heads}
    periods = sorted({str(one.get("TIME_PERIOD")) for one in message.iter("{*}Obs")})
    marks = sorted({str(one.get("DERIVATION_TYPE")) for one in message.iter("{*}Obs")})
    content = {
        ":".join(str(codes[head].index(str(one.get(head)))) for head in heads): {
            "observations": {
                str(periods.index(str(each.get("TIME_PERIOD")))): [
                    each.get("OBS_VALUE"),
                    marks.index(str(each.get("DERIVATION_TYPE"))),
                ]
                for each in one.iter("{*}Obs")
            }
        }
        for one in series
    }
    structure = {
        "dimensions": {
            "series": [{"id": head, "values": [{"id": code} for code in codes[head]]} for head in heads],
            "observation": [{"id": "TIME_PERIOD", "values": [{"value": period} for period in periods]}],
        },
        "measures": {"observation": [{"id": "OBS_VALUE"}]},
        "attributes": {"observation": [{"id": "DERIVATION_TYPE", "values": [{"id": mark} for mark in marks]}]},
    }
    document = {"data": {"dataSets": [{"structure": 0, "series": content}], "structures": [structure]}}
    return payload("A/USA.json", json.dumps(document).encode(), "https://api.imf.org/", retrieved=FETCHED)


def test_values_are_whole_dollars_whatever_the_scale_says(folder: Path) -> None:
    message = etree.parse(folder / "IMTS_data_USA_XG_FOB_USD_A.xml").getroot()
    series = list(message.iter("{*}Series"))
    assert [one.get("SCALE") for one in series] == ["6", "6"]
    (world,) = [one for one in series if one.get("COUNTERPART_COUNTRY") == "G001"]
    told = {
        date(int(str(each.get("TIME_PERIOD"))), 1, 1): float(str(each.get("OBS_VALUE")))
        for each in world.iter("{*}Obs")
    }
    trade = parsed(ImfImts(), as_json(message))["trade_flow"]
    assert dict(zip(trade["period"], trade["value_usd"], strict=True)) == told
    # The Union is a group and stays out; World alone is kept.
    assert trade.select("reporter", "partner", "flow", "valuation").unique().row(0) == ("USA", "WLD", "export", "fob")
    assert all(1e12 < value < 1e13 for value in told.values())
