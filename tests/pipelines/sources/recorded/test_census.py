"""Census, as recorded: twelve years of the interface, single months, chapters, the public workbook, refusals."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime
from pathlib import Path

import polars as pl
import pytest

from pipelines.errors import FetchError, ParseError
from pipelines.normalise import countries
from pipelines.normalise.periods import Window
from pipelines.raw import Payload, payload
from pipelines.sources import Frames, census_api
from pipelines.sources.census import Census
from tests.pipelines.replay import Reply, serving
from tests.pipelines.sources.recorded.replies import FETCHED, parsed, refused, reply, shipped, visited

SIDES = {"exports": ("ALL_VAL_MO", "E_COMMODITY"), "imports": ("GEN_VAL_MO", "I_COMMODITY")}
FLOW = {"exports": "export", "imports": "import"}
YEARS = range(2013, 2025)
MONTHS = ("2013-01", "2022-02", "2022-03", "2024-12")
WORLD = {"exports": 180_487_348_556, "imports": 295_671_872_045}
"""The source's own World of March 2022, in dollars."""

# US goods trade with Russia, million dollars, from the published tables: exports, imports.
OF_INTERFACE = {
    2013: (11_144.7, 27_085.7), 2019: (5_787.4, 22_279.1), 2020: (4_889.1, 16_902.0), 2021: (6_388.2, 29_638.3),
    2022: (1_655.4, 14_437.1), 2023: (598.8, 4_570.8),
}  # fmt: skip
OF_WORKBOOK = {
    2011: (8_318.4, 34_619.0, 42_937.5), 2013: (11_144.7, 27_085.7, 38_230.4), 2019: (5_787.4, 22_279.1, 28_066.5),
    2020: (4_889.0, 16_899.6, 21_788.6), 2021: (6_387.1, 29_634.7, 36_021.7), 2022: (1_715.1, 14_457.8, 16_172.9),
}  # fmt: skip

Rows = list[list[str]]


@pytest.fixture(scope="module")
def folder(recorded: Path) -> Path:
    return recorded / "census"


@pytest.fixture(scope="module")
def history(folder: Path) -> dict[str, pl.DataFrame]:
    """All months and partners of both flows, as text."""
    return {
        place: pl.read_csv(
            reply(folder / f"{place}_hs__all_partners__2013-2024.csv.gz", place).body, infer_schema=False
        ).with_columns(value=pl.col(value).cast(pl.Int64), month=pl.concat_str("YEAR", "MONTH", separator="-"))
        for place, (value, _) in SIDES.items()
    }


def answer(name: str, table: Sequence[Sequence[str]], begin: str, end: str) -> Payload:
    place = name.split("/")[0].removesuffix("-hs2")
    url = f"https://api.census.gov/data/timeseries/intltrade/{place}/hs?get=CTY_CODE&time=from+{begin}+to+{end}"
    return payload(name, json.dumps(table).encode(), url, retrieved=FETCHED)


def as_chapter(place: str, table: Rows) -> Rows:
    """The totals of the sanctioned partners as their one chapter, in the recorded form: predicates at the end.

    Chapters of all of them were not recorded; those that were have a test of their own.
    """
    value, product = SIDES[place]
    code, said = table[0].index("CTY_CODE"), table[0].index(value)
    rows = [
        ["99", row[code], row[said], *row[-2:], "HS2", row[code]]
        for row in table[1:]
        if row[code] in Census().asked("by_chapter")
    ]
    return [[product, "CTY_CODE", value, "YEAR", "MONTH", "COMM_LVL", "CTY_CODE"], *rows]


def answers(place: str, table: Rows, begin: str, end: str) -> Iterator[Payload]:
    yield answer(f"{place}/{begin[:4]}.json", table, begin, end)
    yield answer(f"{place}-hs2/{begin[:4]}.json", as_chapter(place, table), begin, end)


@pytest.fixture(scope="module")
def whole(history: dict[str, pl.DataFrame]) -> Frames:
    """The history as one reply per flow and year, the shape in which the interface gives it."""
    given = []
    for place, rows in history.items():
        columns = ["CTY_CODE", "CTY_NAME", SIDES[place][0], "YEAR", "MONTH"]
        for year in YEARS:
            table = [columns, *map(list, rows.filter(YEAR=str(year)).select(columns).rows())]
            given += answers(place, table, f"{year}-01", f"{year}-12")
    return parsed(Census(), *given)


def sums(rows: pl.DataFrame) -> pl.DataFrame:
    """An independent count of what must be equal: countries, continents with what belongs to none, World."""
    code, value = pl.col("CTY_CODE"), pl.col("value")
    return rows.group_by("month").agg(
        countries=value.filter(code.str.contains(r"^[1-9]\d{3}$")).sum(),
        continents=value.filter(code.str.contains(r"^[1-7]XXX$|^8\d{3}$")).sum(),
        world=value.filter(code == "-").sum(),
        every=value.filter(code != "-").sum(),
    )


@pytest.mark.parametrize("place", list(SIDES))
def test_countries_and_continents_are_world_in_every_month(history: dict[str, pl.DataFrame], place: str) -> None:
    counted = sums(history[place])
    assert counted.height == 144
    assert counted.filter(pl.col("world") == 0).is_empty()
    assert counted.filter(pl.col("countries") != pl.col("world")).to_dicts() == []
    assert counted.filter(pl.col("continents") != pl.col("world")).to_dicts() == []


def test_march_2022_is_the_world_that_the_source_states(history: dict[str, pl.DataFrame], whole: Frames) -> None:
    for place, world in WORLD.items():
        (row,) = sums(history[place].filter(month="2022-03")).to_dicts()
        assert (row["world"], row["countries"], row["continents"]) == (world, world, world)
        # Adding up everything that the reply names counts most of it six times.
        assert 5 < (row["every"] + world) / world < 6.5
        march = whole["trade_flow"].filter(flow=FLOW[place], period=date(2022, 3, 1), product="TOTAL")
        assert march.filter(partner="WLD")["value_usd"].to_list() == [world]
        assert march.filter(~pl.col("partner").is_in(["WLD", "EUU"]))["value_usd"].sum() == world


def test_twelve_years_are_read_row_for_row(history: dict[str, pl.DataFrame], whole: Frames) -> None:
    assert sum(rows.height for rows in history.values()) == 72_560
    trade = whole["trade_flow"].filter(product="TOTAL")
    for place, rows in history.items():
        kept = rows.filter(pl.col("CTY_CODE").str.contains(r"^[1-9]\d{3}$|^-$|^0003$"))
        mine = trade.filter(flow=FLOW[place])
        assert mine["period"].n_unique() == 144
        assert mine["value_usd"].sum() == kept["value"].sum()
        # Gaza and the West Bank are two codes and one area.
        one_area = kept.with_columns(pl.col("CTY_CODE").replace("5082", "5083"))
        assert mine.height == one_area.select(pl.struct("CTY_CODE", "month").n_unique()).item()


@pytest.mark.parametrize("year", sorted(OF_INTERFACE))
def test_trade_with_russia_is_what_the_census_published(whole: Frames, year: int) -> None:
    mine = whole["trade_flow"].filter(pl.col("period").dt.year() == year, partner="RUS", product="TOTAL")
    found = [mine.filter(flow=flow)["value_usd"].sum() / 1e6 for flow in ("export", "import")]
    assert found == pytest.approx(list(OF_INTERFACE[year]), abs=0.0501)


@pytest.mark.parametrize("month", MONTHS)
def test_a_reply_of_a_single_month_is_the_month_of_the_history(folder: Path, whole: Frames, month: str) -> None:
    year, number = month.split("-")
    given = []
    for place in SIDES:
        table = json.loads((folder / f"{place}_hs__all_partners__YEAR{year}_MONTH{number}.json").read_bytes())
        given += answers(place, table, month, month)
    key = ["flow", "partner", "value_usd"]
    found = parsed(Census(), *given)["trade_flow"].filter(product="TOTAL").select(key).sort(key)
    of_history = whole["trade_flow"].filter(period=date(int(year), int(number), 1), product="TOTAL").select(key)
    assert found.height > 400
    assert found.equals(of_history.sort(key))


def test_a_reply_that_lost_a_country_is_refused_with_the_gap(folder: Path) -> None:
    table = json.loads((folder / "exports_hs__all_partners__YEAR2022_MONTH03.json").read_bytes())
    (india,) = [row for row in table if row[0] == "5330"]
    table.remove(india)
    sentence = refused(Census(), *answers("exports", table, "2022-03", "2022-03"))
    assert sentence.startswith("exports 2022-03: the countries add up to ")
    assert sentence.endswith(f"the gap is {int(india[2]):,} USD.")


def test_recorded_chapters_of_imports_from_russia_are_its_total(folder: Path, history: dict[str, pl.DataFrame]) -> None:
    russia = {"4621": "Russia"}
    recorded = json.loads((folder / "imports_hs__HS2__CTY_CODE4621__2023-2024.json").read_bytes())
    given = []
    for place, rows in history.items():
        columns = ["CTY_CODE", "CTY_NAME", SIDES[place][0], "YEAR", "MONTH"]
        for year in ("2023", "2024"):
            table = [columns, *map(list, rows.filter(YEAR=year).select(columns).rows())]
            span = (f"{year}-01", f"{year}-12")
            given.append(answer(f"{place}/{year}.json", table, *span))
            parts = [row for row in as_chapter(place, table) if row[1] in ("CTY_CODE", "4621")]
            if place == "imports":
                at = recorded[0].index("YEAR")
                parts = [recorded[0], *(row for row in recorded if row[at] == year)]
            given.append(answer(f"{place}-hs2/{year}.json", parts, *span))
    known = countries.codes(shipped(), "census")
    rows = census_api.figures(given, known, russia).filter(partner="RUS", flow="import")
    chapters = rows.filter(pl.col("product") != "TOTAL")
    assert chapters.height == len(recorded) - 1
    by_month = chapters.group_by("period").agg(pl.col("value_usd").sum()).sort("period")
    assert by_month.height == 24
    assert by_month["value_usd"].to_list() == rows.filter(product="TOTAL").sort("period")["value_usd"].to_list()
    # A chapter that goes missing is a gap.
    lost = [each for each in given if each.name != "imports-hs2/2024.json"]
    table = json.loads(next(each for each in given if each.name == "imports-hs2/2024.json").body)
    table.remove(max(table[1:], key=lambda row: int(row[5])))
    with pytest.raises(ParseError, match="Russia: the chapters add up to"):
        census_api.figures([*lost, answer("imports-hs2/2024.json", table, "2024-01", "2024-12")], known, russia)


def test_recorded_chapters_of_other_partners_are_their_totals(folder: Path, history: dict[str, pl.DataFrame]) -> None:
    table = json.loads((folder / "imports_hs__HS2__selected_partners__YEAR2024_MONTH12.json").read_bytes())
    head = table[0]
    chapters = (
        pl.DataFrame(table[1:], schema=head, orient="row")
        .group_by("CTY_CODE")
        .agg(parts=pl.col("GEN_VAL_MO").cast(pl.Int64).sum())
    )
    both = chapters.join(history["imports"].filter(month="2024-12"), on="CTY_CODE")
    assert both.height == chapters.height >= 2
    assert both.filter(pl.col("parts") != pl.col("value")).to_dicts() == []


# ---- the public workbook


@pytest.fixture(scope="module")
def workbook(folder: Path) -> Frames:
    url = "https://www.census.gov/foreign-trade/balance/country.xlsx"
    fetched = datetime(2023, 3, 20, tzinfo=UTC)
    return parsed(Census(), reply(folder / "country.xlsx", "country.xlsx", url, fetched))


@pytest.mark.parametrize("year", sorted(OF_WORKBOOK))
def test_years_with_russia_in_the_workbook(workbook: Frames, year: int) -> None:
    exports, imports, both = OF_WORKBOOK[year]
    for table, when in (("trade_flow", pl.col("period").dt.year()), ("published_total", pl.col("period").dt.year())):
        mine = workbook[table].filter(when == year, partner="RUS")
        found = [mine.filter(flow=flow)["value_usd"].sum() / 1e6 for flow in ("export", "import")]
        assert found == pytest.approx([exports, imports], abs=0.0501), table
        assert sum(found) == pytest.approx(both, abs=0.0501), table


def test_the_workbook_ends_with_its_last_published_month(workbook: Frames) -> None:
    trade = workbook["trade_flow"]
    for flow in FLOW.values():
        assert trade.filter(flow=flow, partner="WLD")["period"].max() == date(2023, 1, 1)
    # World as a row begins in 1992; before it the workbook has countries only.
    assert trade.filter(pl.col("partner") == "RUS")["period"].min() == date(1992, 1, 1)
    assert workbook["published_total"]["period"].max() == date(2022, 1, 1)


def test_the_workbook_is_read_as_the_extract_of_it_was(folder: Path, workbook: Frames) -> None:
    known = countries.codes(shipped(), "census")
    words = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
    rows = csv.DictReader(io.StringIO((folder / "country_xlsx_extract_selected.csv").read_text(encoding="utf-8-sig")))
    trade = workbook["trade_flow"]
    found = {
        (row["partner"], row["flow"], row["period"]): row["value_usd"]
        for row in trade.select("partner", "flow", "period", "value_usd").iter_rows(named=True)
    }
    compared = 0
    for row in rows:
        for letter, flow in (("I", "import"), ("E", "export")):
            for number, word in enumerate(words, 1):
                key = (known.get(row["CTY_CODE"], ""), flow, date(int(row["year"]), number, 1))
                if key in found and row["CTY_CODE"][0] != "0":
                    assert found[key] == round(float(row[f"{letter}{word}"]) * 1e6), key
                    compared += 1
    assert compared > 10_000


def test_the_list_of_codes_agrees_with_ours(folder: Path) -> None:
    census, iso2 = (countries.codes(shipped(), scheme) for scheme in ("census", "iso2"))
    text = (folder / "census_country_codes_iso2.csv").read_text(encoding="utf-8")
    listed = {row["ISO"]: row["Code"] for row in csv.DictReader(io.StringIO(text)) if row["ISO"] in iso2}
    assert len(listed) > 230
    # The United States and what lies within their customs area are no partners.
    other = {area for area, code in listed.items() if census.get(code) != iso2[area]}
    assert other == {"AS", "GU", "MP", "PR", "UM", "US", "VI"}


# ---- refusals, through a server


def fetch(cache: Path, answered: Reply) -> list[Payload]:
    """The first request of a refresh with a key, answered with what was recorded."""
    window = Window(today=date(2026, 11, 22), latest_period=date(2026, 9, 1), last_asked=date(2026, 11, 5), keyed=True)
    with serving() as server:
        server.on("/data/missing_key.html", Reply(b"<html>never to be asked for</html>"))
        try:
            return visited(Census(), Census().requests(window)[0], answered, cache, server)
        finally:
            assert server.paths() == ["/data/timeseries/intltrade/exports/hs"]


def test_the_recorded_redirect_to_the_key_page_is_told_and_never_followed(folder: Path, tmp_path: Path) -> None:
    first, *lines = (folder / "missing_key_redirect_headers.txt").read_text(encoding="utf-8").strip().splitlines()
    headers = dict(line.split(": ", 1) for line in lines)
    assert headers["X-DataWebAPI-KeyError"] == "1"
    with pytest.raises(FetchError) as told:
        fetch(tmp_path, Reply(status=int(first.split()[1]), headers=headers))
    assert str(told.value) == (
        "census asks for a key. Set CENSUS_API_KEY; a key is to be had at https://api.census.gov/data/key_signup.html."
    )


def test_an_empty_204_is_a_month_not_published_and_an_error_is_told_in_its_words(folder: Path, tmp_path: Path) -> None:
    assert (folder / "empty_204_body.txt").read_bytes() == b""
    assert fetch(tmp_path / "204", Reply(status=204)) == []
    assert refused(Census()) == "census sent no month: none of those asked for is published yet."
    body = (folder / "error_400_unknown_variable_reconstructed.txt").read_bytes()
    with pytest.raises(FetchError, match="was answered with 400: error: unknown variable 'ALL_VAL_MOX'"):
        fetch(tmp_path / "400", Reply(body, 400))


def test_the_recorded_key_page_in_place_of_figures_is_refused(folder: Path, tmp_path: Path) -> None:
    body = (folder / "missing_key_html_reconstructed.html").read_bytes()
    with pytest.raises(FetchError, match=r"of census is .*web page"):
        fetch(tmp_path, Reply(body))
    assert refused(Census(), answer("exports/2022.json", [], "2022-03", "2022-03")).startswith("exports/2022.json")
