"""Census: both ways to the figures, worked by hand, and everything that must not pass for them."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import fastexcel
import polars as pl
import pytest
import xlsxwriter

from pipelines.errors import ParseError
from pipelines.normalise.periods import Window
from pipelines.raw import Payload, payload
from pipelines.schema import TABLES
from pipelines.settings import shipped_data
from pipelines.sources import Frames
from pipelines.sources.census import Census

FILES = Path(__file__).parent / "payloads" / "census"
RETRIEVED = datetime(2024, 5, 20, 9, 0, tzinfo=UTC)
ASKED = "time=from+2024-01+to+2024-04"
REPLIES = ("exports/2024.json", "exports-hs2/2024.json", "imports/2024.json", "imports-hs2/2024.json")
JANUARY, FEBRUARY, MARCH = date(2024, 1, 1), date(2024, 2, 1), date(2024, 3, 1)
Rows = list[tuple[object, ...]]


def areas() -> Payload:
    return payload("reference/area_codes.csv", (shipped_data() / "reference/area_codes.csv").read_bytes())


def reply(name: str, *edits: tuple[str, str], asked: str = ASKED, body: bytes | None = None) -> Payload:
    text = (FILES / name).read_text(encoding="utf-8")
    for old, new in edits:
        assert old in text
        text = text.replace(old, new)
    place = name.split("/")[0].removesuffix("-hs2")
    url = f"https://api.census.gov/data/timeseries/intltrade/{place}/hs?get=CTY_CODE&{asked}"
    return payload(name, text.encode() if body is None else body, url, retrieved=RETRIEVED)


def api(*changed: Payload) -> Frames:
    """All four replies, some of them changed."""
    given = {each.name: each for each in changed}
    return Census().parse([areas(), *(given.get(name, reply(name)) for name in REPLIES)])


def refused(*changed: Payload) -> str:
    with pytest.raises(ParseError) as error:
        api(*changed)
    return str(error.value)


def book(body: bytes | None = None, last_modified: str | None = None, retrieved: datetime = RETRIEVED) -> Payload:
    url = "https://www.census.gov/foreign-trade/balance/country.xlsx"
    found = payload("country.xlsx", (FILES / "country.xlsx").read_bytes() if body is None else body, url)
    return replace(
        found, retrieved=retrieved, headers={} if last_modified is None else {"last-modified": last_modified}
    )


def edited(change: Callable[[list[list[object]]], None], sheet: str = "country") -> Payload:
    """The workbook with other cells."""
    given = fastexcel.read_excel(FILES / "country.xlsx").load_sheet("country", header_row=None, dtypes="string")
    rows: list[list[object]] = [list(row) for row in given.to_polars().rows()]
    change(rows)
    file = io.BytesIO()
    with xlsxwriter.Workbook(file) as written:
        page = written.add_worksheet(sheet)
        for place, row in enumerate(rows):
            page.write_row(place, 0, row)
    return book(file.getvalue())


def workbook(given: Payload | None = None) -> Frames:
    return Census().parse([book() if given is None else given, areas()])


def months(frames: Frames, **which: object) -> dict[date, float]:
    rows = frames["trade_flow"].filter(**which).sort("period")
    return dict(zip(rows["period"], rows["value_usd"], strict=True))


def at(rows: list[list[object]], year: str, code: str) -> list[object]:
    return next(row for row in rows if row[:2] == [year, code])


# ---- what is asked for


def test_without_a_key_only_the_workbook_is_asked_for() -> None:
    book_request, codes = Census().requests(Window(today=date(2026, 11, 22)))
    assert book_request.url == "https://www.census.gov/foreign-trade/balance/country.xlsx"
    assert (book_request.kind, book_request.key_in) == ("zip", "")
    assert codes.title == "reference/area_codes.csv"


def test_with_a_key_both_flows_are_asked_for_year_by_year_in_total_and_by_chapter() -> None:
    asked = Census().requests(Window(today=date(2026, 11, 22), keyed=True))
    assert len({request.title for request in asked}) == len(asked) == 17 * 4 + 1
    first = asked[0]
    assert first.title == "exports/2010.json"
    assert first.url == (
        "https://api.census.gov/data/timeseries/intltrade/exports/hs"
        "?get=CTY_CODE,CTY_NAME,ALL_VAL_MO&time=from+2010-01+to+2010-12"
    )
    chapters = next(request for request in asked if request.title == "imports-hs2/2026.json")
    assert "get=CTY_CODE,CTY_NAME,I_COMMODITY,GEN_VAL_MO&COMM_LVL=HS2&CTY_CODE=4621&" in chapters.url
    assert all(f"CTY_CODE={code}" in chapters.url for code in Census().asked("by_chapter"))
    assert chapters.url.endswith("&time=from+2026-01+to+2026-10")
    assert all(request.key_in == "query:key" for request in asked[:-1])
    # The page for those without a key answers 200: a hop is never followed.
    assert not any(request.own_redirects or request.redirects for request in asked)


def test_a_later_refresh_asks_for_three_months_and_only_those_may_be_empty() -> None:
    window = Window(today=date(2026, 11, 22), keyed=True, latest_period=date(2026, 9, 1), last_asked=date(2026, 11, 5))
    asked = Census().requests(window)[:-1]
    assert [request.url.partition("time=")[2] for request in asked] == ["from+2026-07+to+2026-10"] * 4
    assert all(request.optional for request in asked)
    assert not any(request.optional for request in Census().requests(Window(today=date(2026, 11, 22), keyed=True))[:4])


def test_the_first_refresh_after_the_yearly_revision_asks_for_five_years_again() -> None:
    window = Window(today=date(2026, 8, 20), keyed=True, latest_period=date(2026, 3, 1), last_asked=date(2026, 5, 5))
    assert Census().requests(window)[0].title == "exports/2021.json"


def test_a_window_that_begins_after_the_last_month_asks_for_nothing_and_gives_nothing() -> None:
    window = Window(today=date(2026, 11, 22), keyed=True, since=date(2026, 12, 1))
    assert [request.title for request in Census().requests(window)] == ["reference/area_codes.csv"]
    with pytest.raises(ParseError, match="census sent no month"):
        Census().parse([areas()])


# ---- the interface


def test_countries_world_and_the_union_become_rows_and_other_groups_do_not() -> None:
    frames = api()
    exports = frames["trade_flow"].filter(flow="export", product="TOTAL", period=JANUARY)
    assert dict(exports.sort("partner").select("partner", "value_usd").iter_rows()) == {
        "DEU": 1000.0, "EUU": 1000.0, "PSE": 7.0, "RUS": 35.0, "WLD": 1048.0, "XUN": 6.0,
    }  # fmt: skip
    assert exports["valuation"].unique().to_list() == ["fas"]
    imports = frames["trade_flow"].filter(flow="import")
    assert imports["valuation"].unique().to_list() == ["customs_value"]
    assert months(frames, flow="import", partner="DEU") == {JANUARY: 10000.0, FEBRUARY: 10001.0, MARCH: 10002.0}
    assert frames["published_total"].is_empty()


def test_the_frames_are_those_of_the_contracts_and_known_from_the_day_of_retrieval() -> None:
    for frames in (api(), workbook()):
        for name, frame in frames.items():
            columns = {column: facts.dtype for column, facts in TABLES[name].columns().items()}
            columns.pop("origin" if name == "release" else "known_to", None)
            assert dict(frame.schema) == columns
        assert frames["trade_flow"]["known_from"].unique().to_list() == [date(2024, 5, 20)]
        assert frames["trade_flow"]["release"].unique().to_list() == ["census-live-2024-05-20"]
        held = TABLES["trade_flow"].filter(frames["trade_flow"].with_columns(known_to=pl.lit(None, dtype=pl.Date)))
        assert held.failure.counts() == {}
    assert api()["release"]["title"].item() == "US goods trade by country, international trade interface, to March 2024"


def test_chapters_of_the_sanctioned_keep_their_zeros_and_a_missing_month_stays_missing() -> None:
    frames = api()
    assert months(frames, flow="export", partner="RUS", product="27") == {JANUARY: 0.0, FEBRUARY: 0.0, MARCH: 0.0}
    assert months(frames, flow="export", partner="RUS", product="84") == {JANUARY: 30.0, FEBRUARY: 31.0, MARCH: 32.0}
    assert months(frames, flow="export", partner="IRN", product="84") == {FEBRUARY: 2.0}
    assert months(frames, flow="export", partner="IRN", product="TOTAL") == {FEBRUARY: 2.0}


def test_a_number_is_read_as_the_text_it_would_be() -> None:
    same = api(reply("exports/2024.json", ('"35"', "35")))["trade_flow"]
    assert same.equals(api()["trade_flow"])


def test_the_same_column_twice_is_one_but_not_with_two_contents() -> None:
    assert refused(reply("exports-hs2/2024.json", ('"HS2","5070"', '"HS2","4621"'))) == (
        "exports-hs2/2024.json has the column CTY_CODE twice, with two contents."
    )


@pytest.mark.parametrize("value", ["null", '""', '"12.5"', '"1e3"', '"(D)"', '"-35"'])
def test_a_value_that_is_no_whole_number_of_dollars_is_refused_never_zero(value: str) -> None:
    sentence = refused(reply("exports/2024.json", ('"35"', value)))
    assert sentence.startswith("exports/2024.json: ")
    assert sentence.endswith(" of partner '4621' in '2024-01' is not a whole number of dollars in a month.")


def test_countries_that_do_not_add_up_to_world_are_refused_with_the_gap() -> None:
    assert refused(reply("exports/2024.json", ('"1000"', '"990"'))) == (
        "exports 2024-01: the countries add up to 1,038 USD, World is 1,048 USD; the gap is 10 USD."
    )


def test_continents_that_do_not_add_up_to_world_are_refused() -> None:
    # What belongs to no continent (code 8220) counts beside them: without it the 6 dollars would be a gap.
    assert refused(reply("exports/2024.json", ('"1035"', '"1025"'))) == (
        "exports 2024-01: the continents add up to 1,038 USD, World is 1,048 USD; the gap is 10 USD."
    )


def test_months_before_the_yearly_revision_may_carry_late_documents_in_their_total() -> None:
    late = reply("exports/2024.json", ('"1035"', '"1033"'))
    assert api(late)["trade_flow"].height == api()["trade_flow"].height
    later = [replace(reply(name), retrieved=datetime(2026, 7, 1, tzinfo=UTC)) for name in REPLIES[1:]]
    assert "the gap is 2 USD" in refused(replace(late, retrieved=datetime(2026, 7, 1, tzinfo=UTC)), *later)


def test_chapters_that_do_not_add_up_to_the_total_are_refused() -> None:
    assert refused(reply("exports-hs2/2024.json", ('"84","31"', '"84","30"'))) == (
        "exports 2024-02, Russia: the chapters add up to 35 USD, the total is 36 USD."
    )


def test_a_month_without_world_is_refused() -> None:
    world = '["-","TOTAL FOR ALL COUNTRIES","1046","2024","02"],\n'
    assert refused(reply("exports/2024.json", (world, ""))) == "exports 2024-02: World (code -) is missing."


def without(name: str, month: str) -> Payload:
    lines = (FILES / name).read_text(encoding="utf-8").rstrip("]\n").split(",\n")
    kept = [line.rstrip("]") + "]" for line in lines if not line.rstrip("]").endswith(month)]
    return reply(name, body=(",\n".join(kept) + "]").encode())


def test_a_month_that_goes_missing_is_named() -> None:
    gap = "exports: the month 2024-02 is missing, though later months are there."
    assert refused(without("exports/2024.json", '"2024","02"')) == gap
    # The first month that was asked for, too.
    assert "the month 2024-01 is missing" in refused(without("exports/2024.json", '"2024","01"'))
    # And of chapters alone.
    assert "2024-01, Russia: the chapters add up to 0 USD" in refused(without("exports-hs2/2024.json", '"2024","01"'))


def test_flows_that_end_in_different_months_are_refused() -> None:
    shorter = [without(name, '"2024","03"') for name in ("exports/2024.json", "exports-hs2/2024.json")]
    assert refused(*shorter) == "exports reach 2024-02 and imports 2024-03: one of the replies is not complete yet."


def test_a_flow_or_the_chapters_that_are_not_there_are_refused() -> None:
    with pytest.raises(ParseError, match=r"census sent no imports, only exports-hs2/2024\.json, exports/2024\.json"):
        Census().parse([areas(), *(reply(name) for name in REPLIES[:2])])
    with pytest.raises(ParseError, match="exports 2024-01, Russia: the chapters add up to 0 USD, the total is 35 USD"):
        Census().parse([areas(), *(reply(name) for name in REPLIES if name != "exports-hs2/2024.json")])


def test_what_was_not_asked_for_is_refused() -> None:
    assert refused(reply("imports/2024.json", asked="time=from+2024-02+to+2024-04")) == (
        "imports/2024.json gives 2024-01, which was not asked for."
    )
    assert refused(reply("imports-hs2/2024.json", ('"5070"', '"4280"'))) == (
        "imports-hs2/2024.json, CTY_CODE: unknown area '4280'."
    )
    assert "does not say in its address" in refused(reply("imports/2024.json", asked="YEAR=2024"))


def test_an_unknown_code_is_named() -> None:
    assert refused(reply("exports/2024.json", ('"4280"', '"4289"'))) == "census, CTY_CODE: unknown area '4289'."
    assert refused(reply("exports/2024.json", ('"0022"', '"G7"'))) == "exports/2024.json, CTY_CODE: unknown area 'G7'."


def test_a_chapter_that_is_none_is_named() -> None:
    assert refused(reply("exports-hs2/2024.json", ('"27"', '"2709"'))) == (
        "exports-hs2/2024.json: '2709' is not a chapter of two digits."
    )


def test_rows_that_come_twice_are_refused() -> None:
    # A dimension without a predicate gives a row for each of its values.
    russia = '["4621","RUSSIA","35","2024","01"]'
    assert refused(reply("exports/2024.json", (russia, f"{russia},\n{russia}"))) == (
        "exports/2024.json gives partner 4621 in 2024-01 more than once."
    )


def test_a_renamed_column_is_named() -> None:
    assert refused(reply("exports/2024.json", ("ALL_VAL_MO", "ALL_VALUE_MO"))) == (
        "exports/2024.json has no column ALL_VAL_MO."
    )
    assert refused(reply("imports/2024.json", ('"time"', '"period"'))) == "imports/2024.json has no column YEAR, MONTH."


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        (b"", "exports/2024.json is empty."),
        (b'[["CTY_CODE","ALL_VAL_MO"],\n["4621","3', "is not readable JSON"),
        (b'{"error": "no"}', "is not a table of a header and rows."),
        (b"[]", "is not a table of a header and rows."),
        (b"null", "is not a table of a header and rows."),
        (b'[["CTY_CODE","ALL_VAL_MO","time"]]', "is not a table of a header and rows."),
        (b'[["CTY_CODE",null],["4621","1"]]', "is not a table of a header and rows."),
        (b'[["CTY_CODE","ALL_VAL_MO","time"],["4621","1"]]', "has a row that is not as wide as its header."),
        (b'[["CTY_CODE","ALL_VAL_MO","time"],null]', "has a row that is not as wide as its header."),
        (b'[["CTY_CODE","ALL_VAL_MO","time"],["4621",{"a":1},"2024-01"]]', "is not a table of a header and rows."),
        (b'[["CTY_CODE\xff"],["4621"]]', "is not readable JSON"),
    ],
)
def test_what_is_no_table_is_refused(body: bytes, sentence: str) -> None:
    assert sentence in refused(reply("exports/2024.json", body=body))


# ---- the workbook


def test_millions_become_dollars_and_unpublished_months_are_cut() -> None:
    frames = workbook()
    russia = months(frames, flow="export", partner="RUS")
    assert (russia[date(2002, 1, 1)], russia[date(2002, 12, 1)]) == (50_000_000.0, 51_100_000.0)
    assert russia[date(2003, 2, 1)] == 50_100_124.0
    assert max(russia) == FEBRUARY.replace(year=2004)
    assert len(russia) == 26
    # World is the one that is not seasonally adjusted.
    assert months(frames, flow="import", partner="WLD")[date(2002, 1, 1)] == 504_000_000.0


def test_a_reported_zero_stays_and_a_state_that_is_no_more_has_none() -> None:
    frames = workbook()
    iran = months(frames, flow="import", partner="IRN")
    assert len(iran) == 26
    assert set(iran.values()) == {0.0}
    assert months(frames, partner="SUN") == {}


def test_two_codes_of_one_area_are_added_up() -> None:
    assert months(workbook(), flow="export", partner="PSE")[date(2002, 1, 1)] == 2_000_000.0


def test_rounding_follows_what_most_values_of_a_year_show() -> None:
    rows = workbook()["trade_flow"].filter(flow="export", partner="RUS")
    widths = rows.select(pl.col("period").dt.year(), "rounding_usd").unique().sort("period")
    assert widths.rows() == [(2002, 100_000.0), (2003, 1.0), (2004, 1.0)]


def test_totals_are_those_of_complete_years() -> None:
    totals = workbook()["published_total"].filter(flow="export", partner="RUS").sort("period")
    expected: Rows = [(date(2002, 1, 1), 606_600_000.0, 100_000.0), (date(2003, 1, 1), 606_601_542.0, 1.0)]
    assert totals.select("period", "value_usd", "rounding_usd").rows() == expected


def test_the_workbook_is_known_from_the_day_it_was_changed_if_that_can_be() -> None:
    def known(last_modified: str) -> list[date]:
        return workbook(book(last_modified=last_modified))["trade_flow"]["known_from"].unique().to_list()

    assert known("Thu, 04 Apr 2024 12:30:00 GMT") == [date(2024, 4, 4)]
    # Before the end of its last month, after its retrieval, unreadable: the day of retrieval.
    for wrong in ("Tue, 10 Feb 2004 12:30:00 GMT", "Sat, 01 Jun 2024 12:30:00 GMT", "yesterday"):
        assert known(wrong) == [RETRIEVED.date()]


def test_a_workbook_without_a_column_world_or_sheet_is_refused() -> None:
    def renamed(rows: list[list[object]]) -> None:
        rows[0][3] = "IMPJAN"

    def no_world(rows: list[list[object]]) -> None:
        rows[:] = [row for row in rows if row[1] != "0015"]

    with pytest.raises(ParseError, match=r"country\.xlsx, sheet country, has no column IJAN\."):
        workbook(edited(renamed))
    with pytest.raises(ParseError, match=r"country\.xlsx has no imports of World \(code 0015\)\."):
        workbook(edited(no_world))
    with pytest.raises(ParseError, match=r"country\.xlsx has no sheet 'country'\."):
        workbook(edited(lambda rows: None, sheet="Sheet1"))
    with pytest.raises(ParseError, match=r"country\.xlsx is not a readable workbook"):
        workbook(book((FILES / "country.xlsx").read_bytes()[:5000]))


def test_a_month_in_which_world_is_zero_before_months_in_which_it_is_not_is_named() -> None:
    def hole(rows: list[list[object]]) -> None:
        at(rows, "2003", "0015")[3 + 4] = "0"

    with pytest.raises(ParseError, match=r"World \(code 0015\) has no imports in 2003-05, but later ones\."):
        workbook(edited(hole))


@pytest.mark.parametrize("cell", ["(D)", "-3", "nan"])
def test_a_cell_that_is_no_number_is_named(cell: str) -> None:
    def word(rows: list[list[object]]) -> None:
        at(rows, "2002", "4621")[3] = cell

    with pytest.raises(ParseError, match=r"country\.xlsx, line \d+, column IJAN: '.*' is not a number from 0 up\."):
        workbook(edited(word))


def test_an_empty_cell_is_a_missing_month_not_a_zero() -> None:
    def empty(rows: list[list[object]]) -> None:
        at(rows, "2002", "4621")[3] = None

    assert date(2002, 1, 1) not in months(workbook(edited(empty)), flow="import", partner="RUS")


def test_a_code_that_is_unknown_no_code_or_twice_is_refused() -> None:
    def code(new: str) -> Payload:
        return edited(lambda rows: at(rows, "2002", "4621").__setitem__(1, new))

    with pytest.raises(ParseError, match=r"country\.xlsx, CTY_CODE: unknown area '4629'\."):
        workbook(code("4629"))
    with pytest.raises(ParseError, match=r"line \d+: '2002' and '621' are not a year and a code\."):
        workbook(code("621"))
    with pytest.raises(ParseError, match=r"country\.xlsx gives code 4280 in 2002 more than once\."):
        workbook(code("4280"))


def test_without_the_codes_nothing_is_read() -> None:
    with pytest.raises(ParseError, match=r"census cannot be read without reference/area_codes\.csv"):
        Census().parse([book()])
