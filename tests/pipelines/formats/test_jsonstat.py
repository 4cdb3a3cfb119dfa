from __future__ import annotations

import json
from datetime import date
from typing import Any

import polars as pl
import pytest

from pipelines.errors import ParseError
from pipelines.formats import jsonstat
from pipelines.raw import Payload, payload


def cube(**changed: Any) -> dict[str, Any]:
    """Two countries × one flow × three months."""
    return {
        "version": "2.0",
        "class": "dataset",
        "updated": "2026-09-15T11:00:00+0200",
        "id": ["geo", "flow", "time"],
        "size": [2, 1, 3],
        "dimension": {
            "geo": {"category": {"index": {"FR": 1, "AT": 0}}},
            "flow": {"category": {"label": {"2": "EXPORT"}}},
            "time": {"category": {"index": ["2026-04", "2026-05", "2026-06"]}},
        },
        "value": {"0": 10, "2": 0, "4": 2.5},
        "status": {"2": "p", "5": "c"},
    } | changed


def reply(document: object) -> Payload:
    return payload("cube.json", json.dumps(document).encode())


ROWS = [
    ("AT", "2", "2026-04", 10.0, None),
    ("AT", "2", "2026-06", 0.0, "p"),
    ("FR", "2", "2026-05", 2.5, None),
    ("FR", "2", "2026-06", None, "c"),
]


def test_a_sparse_cube_by_hand() -> None:
    frame = jsonstat.decode(reply(cube()))
    assert frame.columns == ["geo", "flow", "time", "value", "status"]
    assert frame.rows() == ROWS


def test_a_full_list_says_the_same() -> None:
    full = cube(value=[10, None, 0, None, 2.5, None], status=["", None, "p", None, None, "c"])
    assert jsonstat.decode(reply(full)).rows() == ROWS


def test_the_last_dimension_runs_fastest() -> None:
    ids = ["a", "b", "c"]
    document = cube(
        id=ids,
        size=[2, 2, 2],
        dimension={name: {"category": {"index": [f"{name}0", f"{name}1"]}} for name in ids},
        value=list(range(8)),
        status={},
    )
    frame = jsonstat.decode(reply(document))
    assert frame.filter(pl.col("value") == 6).rows() == [("a1", "b1", "c0", 6.0, None)]
    assert frame.filter(pl.col("value") == 1).rows() == [("a0", "b0", "c1", 1.0, None)]


def test_null_is_not_zero() -> None:
    frame = jsonstat.decode(reply(cube(value={"0": None, "1": 0}, status={})))
    assert frame.rows() == [("AT", "2", "2026-05", 0.0, None)]


def test_a_number_that_comes_as_text_is_the_same_number() -> None:
    assert jsonstat.decode(reply(cube(value={"0": "10.5"}, status={})))["value"].to_list() == [10.5]


def test_one_mark_may_hold_for_all() -> None:
    frame = jsonstat.decode(reply(cube(status="p")))
    assert frame["status"].to_list() == ["p"] * 6


def test_a_cube_without_values_or_marks_is_an_empty_frame_with_its_columns() -> None:
    document = cube(value={})
    del document["status"]
    frame = jsonstat.decode(reply(document))
    assert (frame.height, frame.width) == (0, 5)


def test_the_day_of_the_last_change() -> None:
    assert jsonstat.updated(reply(cube())) == date(2026, 9, 15)
    assert jsonstat.updated(reply(cube(updated=None))) is None


@pytest.mark.parametrize(
    ("document", "sentence"),
    [
        (
            cube(size=[2, 0, 3], dimension=cube()["dimension"] | {"flow": {"category": {"index": {}}}}),
            r"^cube\.json: the dimension flow came empty; the source collapsed the query\.$",
        ),
        (cube(size=[2, 1, 4]), r"the dimension time names 3 codes and says it has 4"),
        (cube(size=[2, 1]), r"does not name its dimensions and their sizes"),
        (cube(size=[2, 1, "3"]), r"a size of the data set is not a whole number"),
        (cube(id=["geo", "flow", "period"]), r"the dimension period has no readable list of codes"),
        (
            cube(dimension=cube()["dimension"] | {"geo": {"category": {"index": {"AT": 0, "FR": 0}}}}),
            r"the dimension geo names 2 codes and says it has 2",
        ),
        (cube(value={"6": 1}), r"value has the position '6' in a data set of 6 cells"),
        (cube(value={"-1": 1}), r"value has the position '-1'"),
        (cube(value=[1, 2, 3]), r"value has 3 entries for 6 cells; it may be cut short"),
        (cube(value=7), r"value is neither a list nor an object"),
        (cube(value={"0": "n.a."}), r"cube\.json, position 0: 'n\.a\.' is not a number"),
        (cube(updated="yesterday"), r"updated 'yesterday' is not a date"),
        ({"class": "collection"}, r"is not a JSON-stat data set \(its class is 'collection'\)"),
        ([1, 2], r"is not a JSON-stat data set\."),
        (
            {"warning": {"status": 413, "label": "ASYNCHRONOUS_RESPONSE", "id": "413"}},
            r"^cube\.json is still being prepared by the source\. Refresh again later\.$",
        ),
        (
            {"error": [{"status": 400, "id": 150, "label": "Dimension value XX is not valid"}]},
            r"the source answers with the error 150: Dimension value XX is not valid",
        ),
        ({"error": "no"}, r"the source answers with the error None: no"),
    ],
)
def test_what_is_no_cube_is_refused(document: object, sentence: str) -> None:
    with pytest.raises(ParseError, match=sentence):
        jsonstat.updated(reply(document))
        jsonstat.decode(reply(document))
