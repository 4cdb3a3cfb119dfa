from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from pipelines.errors import ParseError
from pipelines.normalise.periods import Window
from pipelines.raw import Payload, payload
from pipelines.schema import TABLES
from pipelines.sources.base import Frames
from pipelines.sources.eurostat import CHAPTERS, Eurostat

FIXTURES = Path(__file__).parent / "payloads/eurostat"
CODES = Path(__file__).parents[3] / "data/reference/area_codes.csv"
FETCHED = datetime(2026, 11, 22, 9, tzinfo=UTC)
Edit = Callable[[dict[str, Any]], None]


def replies(changed: Mapping[str, bytes | None] | None = None, fetched: datetime = FETCHED) -> list[Payload]:
    """The recorded shape with figures of our own; `changed` replaces a reply by name, or leaves it out."""
    bodies: dict[str, bytes | None] = {
        path.relative_to(FIXTURES).as_posix(): path.read_bytes()
        for path in sorted(FIXTURES.glob("*/*.json"))
        if path.parent.name != "broken"
    }
    web = [
        payload(name, body, f"https://ec.europa.eu/{name}", retrieved=fetched)
        for name, body in (bodies | dict(changed or {})).items()
        if body is not None
    ]
    return [payload("reference/area_codes.csv", CODES.read_bytes()), *web]


def edited(name: str, edit: Edit) -> dict[str, bytes | None]:
    cube = json.loads((FIXTURES / name).read_bytes())
    edit(cube)
    return {name: json.dumps(cube).encode()}


def broken(name: str) -> bytes:
    return (FIXTURES / "broken" / name).read_bytes()


def renamed(dimension: str, old: str, new: str) -> Edit:
    """A code of a dimension goes by another name."""

    def edit(cube: dict[str, Any]) -> None:
        index = cube["dimension"][dimension]["category"]["index"]
        cube["dimension"][dimension]["category"]["index"] = {
            new if code == old else code: n for code, n in index.items()
        }

    return edit


def parse(changed: Mapping[str, bytes | None] | None = None, fetched: datetime = FETCHED) -> Frames:
    return Eurostat().parse(replies(changed, fetched))


def flows(frames: Frames, **key: str) -> list[float]:
    """Euro values by month."""
    rows = frames["trade_flow"].filter(**key).sort("period")
    return [float(number) for number in rows["value_eur"]]


RUSSIA = {"partner": "RUS", "product": "TOTAL"}


def test_one_product_and_one_indicator_a_request() -> None:
    requests = Eurostat().requests(Window(today=date(2026, 11, 22)))
    web = [request for request in requests if not request.url.startswith("shipped:")]
    assert len({request.name for request in web}) == len(web) == 6 + 98 + 7 + 30 + 1
    for request in web:
        assert request.later == (413,)
        assert request.url.count("indicators=") == request.url.count("product=") == (0 if "namq" in request.url else 1)
    total = next(request for request in web if request.name == "total/RU.json")
    assert total.url.startswith("https://ec.europa.eu/eurostat/api/comext/dissemination/")
    assert "&flow=1&flow=2" in total.url and "sinceTimePeriod=1999-01" in total.url and "reporter" not in total.url
    assert not total.optional
    # A chapter without any trade is answered with "no results".
    assert next(request for request in web if request.name == "product/27.json").optional


def test_a_later_refresh_asks_for_what_is_revised() -> None:
    window = Window(today=date(2026, 9, 20), latest_period=date(2026, 6, 1), last_asked=date(2026, 8, 20))
    assert "sinceTimePeriod=2024-07" in Eurostat().requests(window)[1].url
    # The final figures of earlier years come out in October.
    october = Window(today=date(2026, 10, 20), latest_period=date(2026, 7, 1), last_asked=date(2026, 9, 20))
    assert "sinceTimePeriod=2023-01" in Eurostat().requests(october)[1].url


def test_the_newest_base_with_figures_is_asked_for() -> None:
    further = Eurostat().follow(replies())
    assert [request.name for request in further] == ["gdp/volume.json"]
    # CLV25 is in the list of units already, and has no figure yet.
    assert "unit=CLV20_MEUR" in further[0].url and "na_item=B1GQ" in further[0].url
    assert "geo=" not in further[0].url


def test_trade_by_hand() -> None:
    frames = parse()
    assert flows(frames, reporter="AUT", flow="import", **RUSSIA) == [300_000, 301_000, 302_000]
    assert flows(frames, reporter="EUU", flow="export", **RUSSIA) == [600_000, 603_000, 606_000]
    assert flows(frames, reporter="EMU", flow="export", **RUSSIA) == [600_000, 603_000, 606_000]
    assert flows(frames, reporter="EUU", partner="RUS", product="27", flow="import") == [900_000, 901_500, 903_000]
    # Four reporters × two flows × three months × six partners, less one month without trade; two chapters; one heading.
    assert frames["trade_flow"].height == 4 * 2 * 3 * 6 - 1 + 2 * 6 * 6 + 5


def test_imports_are_cif_and_exports_fob_in_euros_without_dollars() -> None:
    trade = parse()["trade_flow"]
    assert sorted(trade.select("flow", "valuation").unique().rows()) == [("export", "fob"), ("import", "cif")]
    assert trade["value_usd"].null_count() == trade.height
    for column, only in {"basis": "comext", "source": "eurostat", "frequency": "M", "rounding_usd": 1.0}.items():
        assert trade[column].unique().to_list() == [only]


def test_the_frames_are_the_contracts() -> None:
    frames = parse()
    for table in ("trade_flow", "macro"):
        columns = {name: column.dtype for name, column in TABLES[table].columns().items() if name != "known_to"}
        assert dict(frames[table].schema) == columns
        dollars = {"value_usd": pl.col("value_eur")} if table == "trade_flow" else {}
        filled = frames[table].with_columns(pl.lit(None, dtype=pl.Date).alias("known_to"), **dollars)
        assert TABLES[table].is_valid(filled)


def test_other_groups_and_northern_ireland_are_left_out() -> None:
    assert sorted(parse()["trade_flow"]["reporter"].unique()) == ["AUT", "DEU", "EMU", "EUU"]


def test_a_month_without_trade_is_a_missing_row() -> None:
    assert flows(parse(), reporter="AUT", partner="UZB", flow="import", product="TOTAL") == [12_000, 12_080]


def test_marks_stay_and_what_is_withheld_is_missing_and_counted() -> None:
    frames = parse()
    marked = frames["trade_flow"].filter(pl.col("flag").is_not_null())
    assert marked.select("reporter", "period", "flag").rows() == [("AUT", date(2026, 6, 1), "p")]
    assert "GBR" not in frames["trade_flow"]["reporter"]
    oil = frames["trade_flow"].filter(pl.col("product") == "2709", pl.col("partner") == "RUS")
    assert sorted(oil["period"]) == [date(2026, 4, 1), date(2026, 5, 1)]
    assert "2 figures withheld as confidential" in frames["release"]["title"].item()


def test_gdp_by_hand() -> None:
    macro = parse()["macro"]
    assert macro.height == 29 * 2
    assert set(macro["unit"]) == {"million EUR, chain-linked volumes (2020)"}
    assert set(macro["indicator"]) == {"gdp_volume_meur"} and set(macro["frequency"]) == {"Q"}
    germany = macro.filter(pl.col("area") == "DEU").sort("period").select("period", "value", "flag").rows()
    assert germany == [(date(2026, 1, 1), 6000.0, None), (date(2026, 4, 1), 6010.0, "p")]
    assert macro.filter(pl.col("area") == "GRC", pl.col("flag") == "e").height == 1
    # 1000 + 2000 + … + 27000, and the 20 of the euro area as the fixture has it; Norway is no member.
    assert macro.filter(pl.col("area") == "EUU")["value"].min() == 378_025.5
    assert macro.filter(pl.col("area") == "EMU")["value"].min() == 369_000.0
    assert "NOR" not in macro["area"]


def test_a_new_base_revises_the_whole_series_and_says_so_in_the_unit() -> None:
    changed = edited("gdp/volume.json", renamed("unit", "CLV20_MEUR", "CLV25_MEUR"))
    assert set(parse(changed)["macro"]["unit"]) == {"million EUR, chain-linked volumes (2025)"}


def test_what_is_fetched_in_a_month_does_not_hold_that_month() -> None:
    june = parse(fetched=datetime(2026, 6, 29, tzinfo=UTC))
    assert max(june["trade_flow"]["period"]) == date(2026, 5, 1)
    assert max(june["macro"]["period"]) == date(2026, 1, 1)


def test_the_release_is_of_the_day() -> None:
    told = parse()["release"].row(0, named=True)
    assert told["release"] == "eurostat-live-2026-11-22"
    assert (told["published"], told["retrieved"]) == (date(2026, 11, 16), date(2026, 11, 22))
    assert told["title"].startswith("EU trade by partner (Comext DS-045409) to Jun 2026; 2 figures withheld")
    assert told["title"].endswith("(namq_10_gdp, CLV20_MEUR) to 2026-Q2; as fetched on 22 Nov 2026")
    frames = parse()
    assert told["rows"] == frames["trade_flow"].height + frames["macro"].height
    assert set(frames["trade_flow"]["known_from"]) | set(frames["macro"]["known_from"]) == {date(2026, 11, 22)}


def _without(dimension: str, code: str, keep: Callable[[dict[str, int]], bool] = lambda at: True) -> Edit:
    """Drop the values of one code, where `keep` says so of the other codes."""

    def edit(cube: dict[str, Any]) -> None:
        ids, sizes = cube["id"], cube["size"]
        place = cube["dimension"][dimension]["category"]["index"][code]
        left = {}
        for position, number in cube["value"].items():
            rest, at = int(position), {}
            for name, size in zip(reversed(ids), reversed(sizes), strict=True):
                rest, at[name] = divmod(rest, size)
            if at[dimension] != place or not keep(at):
                left[position] = number
        cube["value"] = left

    return edit


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        (
            {"product/27.json": broken("being_prepared.json")},
            r"^product/27\.json is still being prepared by the source\. Refresh again later\.$",
        ),
        ({"total/AM.json": broken("collapsed.json")}, r"total/AM\.json: the dimension indicators came empty"),
        ({"gdp/volume.json": broken("error_150.json")}, r"gdp/volume\.json: the source answers with the error 150"),
        ({"total/RU.json": None}, r"Eurostat sent no reply for total/RU\.json"),
        ({"gdp/volume.json": None}, r"Eurostat sent no reply for gdp/volume\.json"),
        (
            {"product/27.json": None, "product/84.json": None},
            r"Eurostat gave no HS chapter of the EU's trade",
        ),
        (
            edited("total/RU.json", renamed("indicators", "VALUE_IN_EUROS", "QUANTITY_IN_100KG")),
            r"indicators is 'QUANTITY_IN_100KG' where 'VALUE_IN_EUROS' was asked for",
        ),
        (edited("product/27.json", renamed("product", "27", "28")), r"product is '28' where '27' was asked for"),
        (edited("total/RU.json", renamed("reporter", "AT", "QQ")), r"total/RU\.json, reporter: unknown area 'QQ'"),
        (edited("total/RU.json", renamed("flow", "2", "3")), r"flow '3' was not asked for"),
        (edited("product/27.json", renamed("partner", "KZ", "BY")), r"partner 'BY' was not asked for"),
        (edited("total/RU.json", renamed("time", "2026-05", "2026-13")), r"'2026-13' is not a month"),
        (
            edited("total/RU.json", lambda cube: cube["value"].update({"0": -1})),
            r"total/RU\.json holds a negative value",
        ),
        (
            edited("total/RU.json", lambda cube: cube["value"].update({"0": "n/a"})),
            r"total/RU\.json, position 0: 'n/a' is not a number",
        ),
        (edited("total/RU.json", lambda cube: cube.update(value={}, status={})), r"total/RU\.json holds no figure"),
        (edited("total/RU.json", _without("reporter", "EU27_2020")), r"the imports of the EU27 are missing"),
        (
            edited("total/RU.json", _without("time", "2026-05")),
            r"total/RU\.json: the imports of the EU27 lack May 2026",
        ),
        (
            edited("total/RU.json", _without("reporter", "AT", lambda at: at["time"] == 2 and at["flow"] == 1)),
            r"In 1 of 36 months the members do not add up to the EU27, first export RUS 2026-06: 504,000 against",
        ),
        (
            edited("product/84.json", lambda cube: cube["value"].update({"0": 9_000_000})),
            r"The HS chapters of the EU's",
        ),
        (
            edited("gdp/volume.json", renamed("time", "2026-Q2", "2026-06")),
            r"gdp/volume\.json: '2026-06' is not a quarter",
        ),
        (edited("gdp/volume.json", renamed("unit", "CLV20_MEUR", "CP_MEUR")), r"there is no chain-linked GDP"),
        (edited("gdp/volume.json", renamed("s_adj", "SCA", "NSA")), r"s_adj is 'NSA' where 'SCA' was asked for"),
        (edited("gdp/volume.json", renamed("geo", "MT", "QQ")), r"no quarter has real GDP of all 27 members"),
        (
            edited("gdp/volume.json", lambda cube: cube["value"].update({"0": 1_000_000})),
            r"in 2026-Q1 the members add up to 1,377,000, the EU27 is 378,026 million EUR",
        ),
    ],
)
def test_what_is_wrong_is_refused(changed: dict[str, bytes | None], sentence: str) -> None:
    with pytest.raises(ParseError, match=sentence):
        parse(changed)


def test_a_product_that_had_no_trade_may_be_missing() -> None:
    assert "2709" not in set(parse({"product/2709.json": None})["trade_flow"]["product"])


def test_the_chapters_leave_out_the_reserved_one() -> None:
    assert len(CHAPTERS) == 98 and "77" not in CHAPTERS and "01" in CHAPTERS


def test_one_country_under_two_codes_is_refused() -> None:
    def twice(cube: dict[str, Any]) -> None:
        renamed("reporter", "AT", "GR")(cube)
        renamed("reporter", "DE", "EL")(cube)

    with pytest.raises(ParseError, match=r"Comext gives one figure twice: GRC RUS export TOTAL 2026-04-01"):
        parse(edited("total/RU.json", twice))
