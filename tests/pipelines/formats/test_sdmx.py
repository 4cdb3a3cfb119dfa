"""SDMX-JSON: positions resolved by hand, and every way in which a reply can be something else."""

from __future__ import annotations

import gc
import json
from collections.abc import Callable
from datetime import date
from typing import Any

import polars as pl
import pytest

from pipelines.errors import ParseError
from pipelines.formats import sdmx
from pipelines.raw import Payload, payload

DIMENSIONS = ("AREA", "SERIES")
Edit = Callable[[dict[str, Any]], object]


def reply() -> dict[str, Any]:
    """Two areas, two series, three periods; one attribute on each level, and one that is sent as text."""
    return {
        "meta": {},
        "data": {
            "dataSets": [
                {
                    "structure": 0,
                    "attributes": [0, "2026-10-13"],
                    "dimensionGroupAttributes": {":0:": [0, None], "1:1:": [None, [{"en": "FY2023/24"}]]},
                    "series": {
                        "0:0": {"attributes": [0], "observations": {"0": ["1.5", 0, "P"], "2": [None, 1, "NA"]}},
                        "1:1": {"attributes": [None], "observations": {"1": ["2019551635133", 1]}},
                    },
                }
            ],
            "structures": [
                {
                    "dimensions": {
                        "series": [
                            {"id": "AREA", "values": [{"id": "AAA"}, {"id": "BBB"}]},
                            {"id": "SERIES", "values": [{"id": "XG"}, {"id": "MG"}]},
                        ],
                        "observation": [
                            {
                                "id": "TIME_PERIOD",
                                "values": [{"value": "2024"}, {"value": "2024-Q3"}, {"value": "2024-M02"}],
                            }
                        ],
                    },
                    "measures": {"observation": [{"id": "OBS_VALUE"}]},
                    "attributes": {
                        "dataSet": [{"id": "AGENCY", "values": [{"id": "US"}]}, {"id": "PUBLISHED", "values": []}],
                        "dimensionGroup": [
                            {"id": "UNIT", "values": [{"id": "USD"}]},
                            {"id": "LAST_ACTUAL", "values": []},
                        ],
                        "series": [{"id": "SCALE", "values": [{"id": "6"}]}],
                        "observation": [
                            {"id": "MADE", "values": [{"id": "O"}, {"id": "SE"}]},
                            {"id": "STATUS", "values": []},
                        ],
                    },
                }
            ],
        },
    }


def sent(document: object) -> Payload:
    return payload("figures.json", json.dumps(document).encode())


def decode(edit: Edit | None = None, *wanted: str) -> sdmx.Reply:
    document = reply()
    if edit is not None:
        edit(document["data"])
    return sdmx.decode(sent(document), DIMENSIONS, wanted)


def test_a_reply_becomes_one_long_frame_by_positions() -> None:
    found = decode(None, "MADE", "STATUS", "SCALE", "UNIT", "LAST_ACTUAL").frame
    assert found.rows() == [
        ("AAA", "XG", "2024", date(2024, 1, 1), "A", 1.5, "O", "P", "6", "USD", None),
        ("AAA", "XG", "2024-M02", date(2024, 2, 1), "M", None, "SE", "NA", "6", "USD", None),
        ("BBB", "MG", "2024-Q3", date(2024, 7, 1), "Q", 2019551635133.0, "SE", None, None, None, "FY2023/24"),
    ]


def test_scale_does_not_scale() -> None:
    assert decode(None, "SCALE").frame["value"].max() == 2019551635133.0


def test_attributes_of_the_whole_reply_stand_beside_the_frame() -> None:
    found = decode(None, "AGENCY", "PUBLISHED", "NOT_THERE")
    assert found.facts == {"AGENCY": "US", "PUBLISHED": "2026-10-13"}
    assert "NOT_THERE" not in found.declared
    assert found.frame["NOT_THERE"].null_count() == 3


def test_numbers_are_read_like_the_text_of_the_same_numbers() -> None:
    def numbers(data: dict[str, Any]) -> None:
        data["dataSets"][0]["series"]["0:0"]["observations"]["0"][0] = 1.5

    def only_numbers(data: dict[str, Any]) -> None:
        numbers(data)
        data["dataSets"][0]["series"]["1:1"]["observations"]["1"][0] = 2019551635133

    assert decode(numbers).frame.equals(decode().frame)
    assert decode(only_numbers).frame.equals(decode().frame)


def test_a_success_without_series_is_empty_and_keeps_its_columns() -> None:
    found = decode(lambda data: data["dataSets"][0].pop("series"), "MADE")
    assert found.is_empty
    assert found.frame.schema == decode(None, "MADE").frame.schema


def test_a_series_without_observations_gives_no_row() -> None:
    found = decode(lambda data: data["dataSets"][0]["series"].update({"1:0": {"observations": {}}}))
    assert found.frame.height == 3


@pytest.mark.parametrize(
    ("text", "day", "frequency"),
    [
        ("2024", date(2024, 1, 1), "A"),
        ("2024-A1", date(2024, 1, 1), "A"),
        ("2024-Q4", date(2024, 10, 1), "Q"),
        ("2024-M12", date(2024, 12, 1), "M"),
        ("2024-12", date(2024, 12, 1), "M"),
    ],
)
def test_periods(text: str, day: date, frequency: str) -> None:
    assert sdmx.first_day(text) == (day, frequency)


def _observation(value: object) -> Edit:
    return lambda data: data["dataSets"][0]["series"]["0:0"]["observations"].update({"0": [value, 0]})


def _structure(change: Callable[[Any], object]) -> Edit:
    return lambda data: change(data["structures"][0])


BROKEN: list[tuple[Edit, str]] = [
    (_observation("n/a"), r"figures.json: the value 'n/a' is not a number\."),
    (_observation(""), r"the value '' is not a number"),
    (_observation("inf"), r"the value 'inf' is not a number"),
    (_observation("NaN"), r"the value 'NaN' is not a number"),
    (_observation(True), r"'True' is not a number"),
    (_observation([1]), r"is not a number"),
    (lambda data: data["dataSets"][0]["series"]["0:0"]["observations"].update({"7": ["1", 0]}), r"points at no period"),
    (
        lambda data: data["dataSets"][0]["series"].update({"5:0": {"observations": {"0": ["1", 0]}}}),
        r"position 5 of AREA",
    ),
    (lambda data: data["dataSets"][0]["series"].update({"0": {"observations": {"0": ["1", 0]}}}), r"has not 2 parts"),
    (lambda data: data["dataSets"][0]["series"]["0:0"].update(observations={"0": ["1", 9]}), r"position 9 of MADE"),
    (_structure(lambda one: one["dimensions"]["series"][0].update(id="COUNTRY")), r"has no dimension AREA"),
    (_structure(lambda one: one["dimensions"]["series"].append({"id": "SECTOR", "values": []})), r"not known: SECTOR"),
    (_structure(lambda one: one["dimensions"]["observation"][0]["values"][1].update(value="2024-W03")), r"'2024-W03'"),
    (_structure(lambda one: one["dimensions"]["observation"][0]["values"][1].update(value="2024")), r"a period twice"),
    (_structure(lambda one: one["dimensions"]["observation"].append({"id": "X"})), r"not by TIME_PERIOD alone"),
    (lambda data: data["dataSets"][0].update(observations={}), r"flat"),
    (lambda data: data["dataSets"].append({}), r"2 data sets instead of one"),
    (lambda data: data.pop("structures"), r"not SDMX-JSON 2.0 as it should be"),
    (lambda data: data["dataSets"][0].update(dimensionGroupAttributes={"::0": [0]}), r"UNIT hangs on single periods"),
]


@pytest.mark.parametrize(("edit", "sentence"), BROKEN, ids=[sentence for _, sentence in BROKEN])
def test_a_broken_reply_is_refused_in_a_sentence(edit: Edit, sentence: str) -> None:
    with pytest.raises(ParseError, match=sentence):
        decode(edit, "MADE", "UNIT")


def test_a_series_that_stands_there_twice_is_refused() -> None:
    def same(data: dict[str, Any]) -> None:
        data["structures"][0]["dimensions"]["series"][0]["values"][1] = {"id": "AAA"}
        data["dataSets"][0]["series"]["1:0"] = data["dataSets"][0]["series"]["0:0"]

    with pytest.raises(ParseError, match=r"has the series AAA\.XG twice"):
        decode(same)


@pytest.mark.parametrize("document", [[], {"errors": [{"code": 500}]}, {"data": None}, {"data": {"dataSets": 3}}])
def test_json_of_another_kind_is_refused(document: object) -> None:
    with pytest.raises(ParseError, match=r"not SDMX-JSON 2\.0"):
        sdmx.decode(sent(document), DIMENSIONS)


def test_a_reply_cut_short_is_refused() -> None:
    with pytest.raises(ParseError, match="cut short"):
        sdmx.decode(payload("figures.json", json.dumps(reply()).encode()[:-20]), DIMENSIONS)


def test_the_collector_is_on_again_after_a_failure() -> None:
    with pytest.raises(ParseError):
        decode(_observation("x"))
    assert gc.isenabled()


def test_many_observations_keep_their_places() -> None:
    def many(data: dict[str, Any]) -> None:
        periods = [{"value": f"{year}-M{month:02d}"} for year in range(1980, 2020) for month in range(1, 13)]
        data["structures"][0]["dimensions"]["observation"][0]["values"] = periods
        data["dataSets"][0]["series"] = {
            f"{area}:{series}": {
                "observations": {str(at): [str(area * 1000 + series * 500 + at), 0] for at in range(480)}
            }
            for area in (0, 1)
            for series in (0, 1)
        }

    frame = decode(many, "MADE").frame
    assert frame.height == 4 * 480
    at = (pl.col("period").dt.year() - 1980) * 12 + pl.col("period").dt.month() - 1
    expected = (pl.col("AREA") == "BBB") * 1000 + (pl.col("SERIES") == "MG") * 500 + at
    assert frame.select((pl.col("value") == expected).all()).item()
