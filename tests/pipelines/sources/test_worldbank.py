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
from pipelines.sources.worldbank import WorldBank

FIXTURES = Path(__file__).parent / "payloads/worldbank"
SHIPPED = Path(__file__).parents[3] / "data"
FETCHED = datetime(2026, 11, 22, 9, tzinfo=UTC)
Rows = list[dict[str, Any]]


def replies(changed: Mapping[str, bytes] | None = None, fetched: datetime = FETCHED) -> list[Payload]:
    """The recorded shape with figures of our own; `changed` replaces or adds replies by name."""
    bodies = {
        path.relative_to(FIXTURES).as_posix(): path.read_bytes()
        for path in sorted(FIXTURES.glob("*/*.json"))
        if path.parent.name != "broken"
    }
    web = [
        payload(name, body, f"https://api.worldbank.org/v2/{name}?format=json", retrieved=fetched)
        for name, body in (bodies | dict(changed or {})).items()
    ]
    codes = [
        payload(name, (SHIPPED / name).read_bytes()) for name in ("reference/area_codes.csv", "reference/areas.csv")
    ]
    return codes + web


def edited(name: str, edit: Callable[[dict[str, Any], Rows], None]) -> dict[str, bytes]:
    """One reply with its header and rows changed."""
    head, rows = json.loads((FIXTURES / name).read_bytes())
    edit(head, rows)
    return {name: json.dumps([head, rows]).encode()}


def figures(payloads: list[Payload]) -> pl.DataFrame:
    return WorldBank().parse(payloads)["macro"]


def value(macro: pl.DataFrame, indicator: str, area: str, year: int) -> float | None:
    found = macro.filter(
        pl.col("indicator") == indicator, pl.col("area") == area, pl.col("period") == date(year, 1, 1)
    )["value"]
    return None if found.is_empty() else float(found.item())


def test_one_request_an_indicator_and_the_list_of_countries() -> None:
    requests = WorldBank().requests(
        Window(today=date(2026, 11, 22), latest_period=date(2025, 1, 1), last_asked=date(2026, 10, 1))
    )
    web = [request for request in requests if not request.url.startswith("shipped:")]
    assert len(web) == 18
    assert len({request.name for request in web}) == 18
    assert all(request.kind == "json" and request.url.startswith("https://api.worldbank.org/v2/") for request in web)
    growth = next(request for request in web if request.name == "gdp_growth/1.json")
    assert "/country/all/indicator/NY.GDP.MKTP.KD.ZG?" in growth.url
    # Figures are changed in place, in any year: all of them are asked for again.
    assert "date=1990:2026" in growth.url


def test_since_narrows_the_years() -> None:
    requests = WorldBank().requests(Window(since=date(2019, 5, 1), today=date(2026, 11, 22)))
    assert "date=2019:2026" in requests[-1].url


def test_further_pages_are_asked_for_when_the_first_names_them() -> None:
    came = [reply for reply in replies() if not reply.name.endswith("/2.json")]
    further = WorldBank().follow(came)
    assert [request.name for request in further] == ["gdp_usd/2.json"]
    assert further[0].url == "https://api.worldbank.org/v2/gdp_usd/1.json?format=json&page=2"


def test_figures_by_hand() -> None:
    macro = figures(replies())
    assert value(macro, "gdp_growth", "RUS", 2021) == 5.5
    assert value(macro, "gdp_constant_usd", "AUT", 2021) == 4e11
    # A number that comes as text is the same number.
    assert value(macro, "gdp_usd", "AUT", 2021) == 480_250_000_000.5
    # An aggregate that comes without its three letters is known by its two.
    assert value(macro, "gdp_usd", "WLD", 2021) == 9.6e13
    # 14 indicators of three areas; exchange rates lack the world; population and GDP have two years (and a zero).
    assert macro.height == 14 * 3 + 2 + 6 + 6
    assert set(macro["indicator"]) == {request.name.split("/")[0] for request in WorldBank().requests(Window())[3:]}


def test_the_frame_is_the_contracts() -> None:
    frames = WorldBank().parse(replies())
    columns = {name: column.dtype for name, column in TABLES["macro"].columns().items() if name != "known_to"}
    assert dict(frames["macro"].schema) == columns
    checked = frames["macro"].with_columns(pl.lit(None, dtype=pl.Date).alias("known_to"))
    assert TABLES["macro"].is_valid(checked)
    assert set(frames["macro"]["frequency"]) == {"A"}
    assert set(frames["macro"]["source"]) == {"worldbank"}


def test_null_is_missing_and_zero_is_zero() -> None:
    macro = figures(replies())
    assert value(macro, "gdp_usd", "RUS", 2022) is None
    assert value(macro, "gdp_usd", "RUS", 2020) == 0.0


def test_unclassified_and_unknown_aggregates_are_left_out() -> None:
    gdp = figures(replies()).filter(pl.col("indicator") == "gdp_usd")
    assert sorted(gdp["area"].unique()) == ["AUT", "RUS", "WLD"]


def test_a_figure_is_known_from_the_day_it_was_fetched_whatever_the_stamp_says() -> None:
    later = datetime(2026, 12, 3, tzinfo=UTC)
    frames = WorldBank().parse(replies(fetched=later))
    assert set(frames["macro"]["known_from"]) == {date(2026, 12, 3)}
    told = frames["release"].row(0, named=True)
    assert told["release"] == "worldbank-live-2026-12-03"
    assert (told["published"], told["retrieved"]) == (date(2026, 7, 13), date(2026, 12, 3))
    assert told["title"] == "World Development Indicators, state of 13 Jul 2026, as fetched on 3 Dec 2026"
    assert told["rows"] == frames["macro"].height


def test_a_changed_figure_under_an_unchanged_stamp_comes_through() -> None:
    def revise(head: dict[str, Any], rows: Rows) -> None:
        rows[-1]["value"] = 5.75

    changed = replies(edited("gdp_growth/1.json", revise))
    assert value(figures(changed), "gdp_growth", "RUS", 2021) == 5.75
    assert (
        WorldBank().parse(changed)["release"]["sha256"].item()
        != WorldBank().parse(replies())["release"]["sha256"].item()
    )


def test_the_running_year_is_cut() -> None:
    in_the_year = datetime(2022, 12, 29, tzinfo=UTC)
    assert value(figures(replies(fetched=in_the_year)), "gdp_usd", "AUT", 2022) is None
    over = datetime(2022, 12, 31, tzinfo=UTC)
    assert value(figures(replies(fetched=over)), "gdp_usd", "AUT", 2022) == 4.7e11


def test_venezuelas_artefact_zeros_are_no_figures() -> None:
    def venezuela(head: dict[str, Any], rows: Rows) -> None:
        old = rows[-1] | {"country": {"id": "VE", "value": "Venezuela, RB"}, "countryiso3code": "VEN"}
        rows += [old | {"date": "2000", "value": 0}, old | {"date": "1990", "value": 38.5}]
        head["total"] += 2

    macro = figures(replies(edited("exports_gdp_share/1.json", venezuela)))
    assert value(macro, "exports_gdp_share", "VEN", 2000) is None
    assert value(macro, "exports_gdp_share", "VEN", 1990) == 38.5


def test_an_error_inside_a_good_status_is_told_in_the_banks_words() -> None:
    body = (FIXTURES / "broken/invalid_value.json").read_bytes()
    sentence = (
        r"^gdp_growth/1\.json: the World Bank answers with an error \(120 Invalid value: The value is not valid\)\.$"
    )
    with pytest.raises(ParseError, match=sentence):
        WorldBank().parse(replies({"gdp_growth/1.json": body}))
    with pytest.raises(ParseError, match=sentence):
        WorldBank().follow(replies({"gdp_growth/1.json": body}))


def test_an_archived_indicator_says_what_to_do() -> None:
    body = (FIXTURES / "broken/archived.json").read_bytes()
    with pytest.raises(ParseError, match=r"175 .* take it out of pipelines/sources/worldbank\.py"):
        WorldBank().parse(replies({"resource_rents_share/1.json": body}))


def test_a_page_for_people_is_no_reply() -> None:
    body = (FIXTURES / "broken/request_error.html").read_bytes()
    with pytest.raises(ParseError, match=r"gdp_growth/1\.json is not readable JSON"):
        WorldBank().parse(replies({"gdp_growth/1.json": body}))


def _head(**facts: object) -> Callable[[dict[str, Any], Rows], None]:
    return lambda head, rows: head.update(facts)


def _row(**facts: object) -> Callable[[dict[str, Any], Rows], None]:
    return lambda head, rows: rows[-1].update(facts)


@pytest.mark.parametrize(
    ("name", "edit", "sentence"),
    [
        ("gdp_growth/1.json", _head(total=7), r"gdp_growth: the World Bank states 7 rows and sent 6\."),
        ("gdp_growth/1.json", _head(total="6.5"), r"the header says total '6\.5', which is no whole number"),
        ("gdp_growth/1.json", _head(pages=2), r"gdp_growth: pages 1 came of 2\."),
        ("gdp_growth/1.json", _head(lastupdated="soon"), r"lastupdated 'soon' is not a date"),
        ("gdp_usd/2.json", _head(total=10), r"gdp_usd: the pages state different totals"),
        ("gdp_growth/1.json", _row(value="n.a."), r"gdp_growth/1\.json.* RUS 2021: 'n\.a\.' is not a number"),
        ("gdp_growth/1.json", _row(value=True), r"'True' is not a number"),
        ("gdp_growth/1.json", _row(date="2021Q1"), r"'2021Q1' is not a year"),
        ("gdp_growth/1.json", _row(countryiso3code="QQQ"), r"unknown area 'QQQ'\. Add it to reference/area_codes\.csv"),
        (
            "gdp_constant_usd/1.json",
            _row(indicator={"id": "NY.GDP.MKTP.KD", "value": "GDP (constant 2021 US$)"}),
            r"the series is 'GDP \(constant 2021 US\$\)' and should be in constant 2015 US\$",
        ),
        ("gdp_growth/1.json", lambda head, rows: rows[-1].pop("value"), r"a row lacks its indicator, country, date"),
        ("population/1.json", _row(value=141_000), r"population: in 2021 the countries add up to 9,141,000 persons"),
        ("countries/1.json", _row(region={"id": "NA"}), r"'RUS' is an aggregate for the World Bank and not so in"),
        ("countries/1.json", _row(id="QQQ", name="Newland"), r"unknown country 'QQQ' \(Newland\)"),
        ("countries/1.json", lambda head, rows: rows[-1].pop("region"), r"a row has no id and region"),
    ],
)
def test_what_is_wrong_is_refused(name: str, edit: Callable[[dict[str, Any], Rows], None], sentence: str) -> None:
    with pytest.raises(ParseError, match=sentence):
        WorldBank().parse(replies(edited(name, edit)))


def test_a_figure_that_comes_twice_is_refused() -> None:
    def twice(head: dict[str, Any], rows: Rows) -> None:
        rows.append(dict(rows[-1]))
        head["total"] += 1

    with pytest.raises(ParseError, match=r"gdp_growth: RUS 2021 comes twice"):
        WorldBank().parse(replies(edited("gdp_growth/1.json", twice)))


def test_too_few_countries_are_refused() -> None:
    def cut(head: dict[str, Any], rows: Rows) -> None:
        rows[:] = [row for row in rows if row["countryiso3code"] != "RUS"]
        head["total"] = len(rows)

    with pytest.raises(ParseError, match=r"gdp_growth came with 2 figures for 1 of the World Bank's 2 countries"):
        WorldBank().parse(replies(edited("gdp_growth/1.json", cut)))


def test_nothing_but_nulls_is_refused() -> None:
    def empty(head: dict[str, Any], rows: Rows) -> None:
        for row in rows:
            row["value"] = None

    with pytest.raises(ParseError, match=r"gdp_growth came with 0 figures"):
        WorldBank().parse(replies(edited("gdp_growth/1.json", empty)))


def test_a_reply_without_rows_is_refused() -> None:
    body = json.dumps([{"page": 1, "pages": 1, "per_page": 20000, "total": 0}, None]).encode()
    with pytest.raises(ParseError, match=r"gdp_growth came with 0 figures for 0 of"):
        WorldBank().parse(replies({"gdp_growth/1.json": body}))


def test_a_missing_reply_is_refused() -> None:
    came = [reply for reply in replies() if not reply.name.startswith("gdp_growth/")]
    with pytest.raises(ParseError, match=r"The World Bank sent no reply for gdp_growth"):
        WorldBank().parse(came)
