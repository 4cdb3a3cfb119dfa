"""UN Comtrade, as recorded. Its terms allow tests beside the recorded files only: no figure of them stands here."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from pipelines.errors import FetchError
from pipelines.normalise import countries
from pipelines.normalise.periods import Window
from pipelines.raw import Payload, payload
from pipelines.sources.comtrade import CHAPTERS, Comtrade, reporters, targets
from tests.pipelines.replay import Reply, serving
from tests.pipelines.sources.recorded.replies import FETCHED, parsed, refused, reply, shipped, visited

DATA = "data_v1_get_C_A_HS__CHN_import_2010_TOTAL.json"
TRAP = "aggregation_trap_invented_values.json"
KEYED = "https://comtradeapi.un.org/data/v1/get/C/A/HS?period=0"
Rows = list[dict[str, Any]]


@pytest.fixture(scope="module")
def folder(recorded: Path) -> Path:
    return recorded / "comtrade"


def page(name: str, document: dict[str, Any], rows: Rows) -> Payload:
    body = json.dumps(document | {"count": len(rows), "data": rows}).encode()
    return payload(name, body, KEYED, retrieved=FETCHED)


def test_every_recorded_figure_is_read_as_it_came(folder: Path) -> None:
    document = json.loads((folder / DATA).read_bytes())
    assert document["count"] == len(document["data"]) == 4
    # The recorded question was about partners that we do not ask for; the rows are turned to two that we do.
    partners = dict(zip(sorted({row["partnerCode"] for row in document["data"]}), (643, 112), strict=True))
    rows = [row | {"partnerCode": partners[row["partnerCode"]]} for row in document["data"]]
    trade = parsed(Comtrade(), page("A/2010.json", document, rows))["trade_flow"]
    area, flow = {643: "RUS", 112: "BLR"}, {"M": ("import", "cif"), "X": ("export", "fob")}
    told = {("CHN", area[row["partnerCode"]], *flow[row["flowCode"]], row["primaryValue"]) for row in rows}
    assert set(trade.select("reporter", "partner", "flow", "valuation", "value_usd").rows()) == told
    assert len(told) == trade.height == 4
    assert trade.select("product", "frequency", "is_estimate").unique().row(0) == ("TOTAL", "A", False)


def test_the_recorded_answer_to_another_question_is_refused(folder: Path) -> None:
    partner = json.loads((folder / DATA).read_bytes())["data"][0]["partnerCode"]
    sentence = refused(Comtrade(), reply(folder / DATA, "A/2010.json", KEYED))
    assert sentence == f"A/2010.json, row 1: partnerCode '{partner}' was not asked for."


def test_an_empty_reply_is_a_success_without_figures(folder: Path) -> None:
    empty = reply(folder / "data_v1_get_S_A_EB__empty.json", "A/2010.json", KEYED)
    assert refused(Comtrade(), empty) == "Comtrade gave no figure for any of the periods asked for."


def test_parts_beside_their_total_are_refused_each_by_its_name(folder: Path) -> None:
    document = json.loads((folder / TRAP).read_bytes())
    rows: Rows = document["data"]
    assert document["count"] == len(rows) == 7
    whole, *parts = rows
    told = [refused(Comtrade(), page("M/2022-03.json", document, [whole, part])) for part in parts]
    assert [sentence.removeprefix("M/2022-03.json, row 2: ").split(" ")[0] for sentence in told] == [
        "motCode", "motCode", "partner2Code", "partner2Code", "customsCode", "partnerCode",
    ]  # fmt: skip
    assert "row 2: motCode is " in refused(Comtrade(), reply(folder / TRAP, "M/2022-03.json", KEYED))
    trade = parsed(Comtrade(), page("M/2022-03.json", document, [whole]))["trade_flow"]
    assert trade["value_usd"].to_list() == [whole["primaryValue"]]


def test_a_reply_that_holds_less_than_it_counts_is_refused(folder: Path) -> None:
    document = json.loads((folder / DATA).read_bytes())
    body = json.dumps(document | {"data": document["data"][:3]}).encode()
    cut = payload("A/2010.json", body, KEYED, retrieved=FETCHED)
    assert refused(Comtrade(), cut) == "A/2010.json: Comtrade states 4 rows and sent 3; it may be cut short."


ERRORS = {
    "error_400_errorObject_reconstructed": 400,
    "error_401_reconstructed": 401,
    "error_403_quota_observed": 403,
    "error_429_reconstructed": 429,
}


@pytest.mark.parametrize("name", sorted(ERRORS))
def test_an_error_inside_a_reply_is_told_in_its_words(folder: Path, name: str) -> None:
    document = json.loads((folder / f"{name}.json").read_bytes())
    said = document.get("message") or document["errorObject"]["errorMessage"]
    sentence = refused(Comtrade(), reply(folder / f"{name}.json", "A/2010.json", KEYED))
    assert sentence == f"A/2010.json: Comtrade answers with an error: {said}"


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("error_400_errorObject_reconstructed", "was answered with 400: "),
        ("error_401_reconstructed", r"^comtrade asks for a key \(401: .*Set COMTRADE_API_KEY; a key is to be had at "),
        ("error_403_quota_observed", r"^comtrade takes no further requests for now \(403: .*replenished in "),
        ("error_429_reconstructed", r"was answered with 429"),
    ],
)
def test_an_error_with_its_status_is_told_by_the_server_s_words(
    folder: Path, tmp_path: Path, name: str, sentence: str
) -> None:
    asked = Comtrade().requests(Window(today=FETCHED.date(), keyed=True))[1]
    body = (folder / f"{name}.json").read_bytes()
    with serving() as server, pytest.raises(FetchError, match=sentence):
        visited(Comtrade(), asked, Reply(body, ERRORS[name]), tmp_path, server)


def test_our_reporters_and_targets_are_areas_of_the_reference_under_the_same_name(folder: Path) -> None:
    listed = json.loads((folder / "reference_Reporters.json").read_bytes().decode("utf-8-sig"))["results"]
    assert len(listed) == 255
    iso3 = {str(row["reporterCode"]): row["reporterCodeIsoAlpha3"] for row in listed}
    assert set(reporters()) | set(targets()) <= set(iso3)
    # The reference calls "Other Asia" a group; as a reporter it is Taiwan alone.
    groups = {str(row["reporterCode"]) for row in listed if row["isGroup"]}
    assert groups & {*reporters(), *targets()} == {"490"}
    m49 = {code.lstrip("0"): area for code, area in countries.codes(shipped(), "m49").items()}
    own = {"251": "FRA", "490": "S19", "699": "IND", "757": "CHE", "842": "USA"}
    assert {code: iso3[code] for code in (*reporters(), *targets()) if m49.get(code) != iso3[code]} == own


def test_our_chapters_are_those_of_the_reference(folder: Path) -> None:
    listed = json.loads((folder / "reference_HS.json").read_bytes().decode("utf-8-sig"))["results"]
    assert len(listed) == 8_262
    chapters = {row["id"] for row in listed if len(row["id"]) == 2}
    assert set(CHAPTERS) <= chapters
    assert chapters - set(CHAPTERS) <= {"77", "98"} | {code for code in chapters if not code.isdecimal()}


def test_the_fields_that_we_read_are_fields_of_the_reference(folder: Path) -> None:
    listed = json.loads((folder / "reference_TradeDataItems.json").read_bytes().decode("utf-8-sig"))["results"]
    fields = {row["dataItem"].lower() for row in listed if row["isInDataAPICommodity"] == "True"}
    read = ("period", "reporterCode", "flowCode", "partnerCode", "partner2Code", "cmdCode", "customsCode", "motCode")
    assert {name.lower() for name in (*read, "primaryValue", "isReported", "isAggregate")} <= fields
    modes = json.loads((folder / "reference_ModeOfTransportCodes.json").read_bytes().decode("utf-8-sig"))["results"]
    assert [row["text"].split()[0] for row in modes if row["id"] == "0"] == ["TOTAL"]
