"""Eurostat, as recorded: cubes, a collapsed one, notices and faults, and the members' exports against the Union's."""

from __future__ import annotations

import csv
import io
import json
from datetime import date, datetime
from pathlib import Path

import polars as pl
import pytest

from pipelines.errors import FetchError, ParseError
from pipelines.formats import jsonstat
from pipelines.normalise import countries
from pipelines.normalise.periods import Window
from pipelines.raw import Payload
from pipelines.settings import shipped_data
from pipelines.sources.eurostat import Eurostat
from tests.pipelines.replay import Reply, serving
from tests.pipelines.sources.recorded.replies import FETCHED, reply, shipped, visited


@pytest.fixture(scope="module")
def folder(recorded: Path) -> Path:
    return recorded / "eurostat"


@pytest.mark.parametrize(
    ("name", "cells", "changed"),
    [
        ("comext_DS-045409_jsonstat_reconstructed", 3, date(2026, 9, 15)),
        ("jsonstat_prc_hicp_midx_PL_partly_reconstructed", 2, date(2026, 2, 6)),
    ],
)
def test_every_cell_with_a_value_is_at_its_place(folder: Path, name: str, cells: int, changed: date) -> None:
    came = reply(folder / f"{name}.json", "cube.json")
    cube = json.loads(came.body)
    # In both cubes time alone has more than one code, so a flat position is a place in time.
    months = list(cube["dimension"]["time"]["category"]["index"])
    assert len(months) == cells
    frame = jsonstat.decode(came)
    assert frame.columns == [*cube["id"], "value", "status"]
    told = {months[int(place)]: value for place, value in cube["value"].items()}
    assert dict(zip(frame["time"], frame["value"], strict=True)) == told
    assert jsonstat.updated(came) == changed


def test_a_month_without_trade_is_no_row(folder: Path) -> None:
    frame = jsonstat.decode(reply(folder / "comext_DS-045409_jsonstat_reconstructed.json", "total/RU.json"))
    assert frame["time"].to_list() == ["2026-04", "2026-06"]
    facts = ("freq", "reporter", "partner", "product", "flow", "indicators")
    assert frame.select(facts).unique().row(0) == ("M", "DE", "RU", "TOTAL", "2", "VALUE_IN_EUROS")


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        (
            "comext_multi_indicator_collapsed_reconstructed.json",
            "total/RU.json: the dimension indicators came empty; the source collapsed the query.",
        ),
        (
            "async_413_reconstructed.json",
            "total/RU.json is still being prepared by the source. Refresh again later.",
        ),
        (
            "error_400_jsonstat_reconstructed.json",
            "total/RU.json: the source answers with the error 150: Dimension value(s) XX for dimension geo is not "
            "valid",
        ),
        (
            "fault_150_invalid_dimension_value.xml",
            "total/RU.json is not readable JSON (byte 0); it may be cut short.",
        ),
    ],
)
def test_what_comes_in_place_of_a_cube_is_told(folder: Path, name: str, sentence: str) -> None:
    with pytest.raises(ParseError) as told:
        jsonstat.decode(reply(folder / name, "total/RU.json"))
    assert str(told.value) == sentence


def ask(folder: Path, cache: Path, *names_and_statuses: tuple[str, int]) -> list[Payload]:
    asked = next(one for one in Eurostat().requests(Window(today=FETCHED.date())) if one.name == "total/RU.json")
    given = [Reply((folder / name).read_bytes(), status) for name, status in names_and_statuses]
    with serving() as server:
        return visited(Eurostat(), asked, given, cache, server)


@pytest.mark.parametrize("notice", ["async_413_reconstructed.json", "legacy_413_footer.xml"])
def test_a_reply_that_is_being_prepared_is_asked_for_again(folder: Path, tmp_path: Path, notice: str) -> None:
    cube = "comext_DS-045409_jsonstat_reconstructed.json"
    (came,) = ask(folder, tmp_path, (notice, 413), (notice, 413), (cube, 200))
    assert jsonstat.decode(came).height == 2


@pytest.mark.parametrize(("status", "sentence"), [(200, "is .*XML"), (400, "was answered with 400: .*150")])
def test_a_fault_in_xml_is_told(folder: Path, tmp_path: Path, status: int, sentence: str) -> None:
    with pytest.raises(FetchError, match=f"The reply total/RU.json of eurostat {sentence}"):
        ask(folder, tmp_path, ("fault_150_invalid_dimension_value.xml", status))


def exports(folder: Path) -> pl.DataFrame:
    """The recorded exports to Russia: area, month, euros. Groups that grow over time are left out."""
    known = countries.codes(shipped(), "comext")
    rows = []
    for file in sorted((folder / "easy_comext_2024-11").glob("*.csv")):
        for row in csv.DictReader(io.StringIO(file.read_text(encoding="utf-8-sig"))):
            assert (row["PARTNER"], row["PRODUCT"], row["FLOW"]) == ("Russian Federation (Russia)", "Total", "EXPORT")
            month = datetime.strptime(row["PERIOD"].replace(".", ""), "%b %Y").date()
            if row["REPORTER"] in known:
                rows.append((known[row["REPORTER"]], month, float(row["VALUE_IN_EUR"])))
            else:
                assert row["REPORTER"].startswith(("Euro area (", "European Union (", "Northern Ireland")), row
    return pl.DataFrame(rows, schema=["area", "period", "value_eur"], orient="row")


def test_recorded_members_add_up_to_the_union_and_to_the_euro_area(folder: Path) -> None:
    frame = exports(folder)
    assert frame["period"].n_unique() == 6
    union = frame.filter(area="EUU").sort("period")
    members = frame.filter(~pl.col("area").is_in(["EUU", "EMU"]))
    sums = members.group_by("period").agg(pl.col("value_eur").sum()).sort("period")
    assert sums["value_eur"].to_list() == union["value_eur"].to_list()
    outside = ["BGR", "CZE", "DNK", "HUN", "POL", "ROU", "SWE"]
    inside = members.filter(~pl.col("area").is_in(outside)).group_by("period").agg(pl.col("value_eur").sum())
    assert (
        inside.sort("period")["value_eur"].to_list() == frame.filter(area="EMU").sort("period")["value_eur"].to_list()
    )


def test_shipped_figures_are_the_recorded_ones(folder: Path) -> None:
    frame = exports(folder)
    ships = pl.read_csv(shipped_data() / "snapshot/trade_comext_2024-11.csv", try_parse_dates=True).filter(
        partner="RUS", flow="export"
    )
    both = frame.join(ships, left_on=["area", "period"], right_on=["reporter", "period"], suffix="_ships")
    assert both.height == frame.height > 160
    assert both.filter(pl.col("value_eur") != pl.col("value_eur_ships")).to_dicts() == []
