from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import polars as pl
import pytest

from pipelines.errors import ParseError
from pipelines.normalise.periods import Window
from pipelines.raw.requests import payload
from pipelines.schema import TABLES
from pipelines.sources import Frames
from pipelines.sources.uk_sanctions import LIST, UkSanctions

FILE = "UK-Sanctions-List.csv"
BODY = (Path(__file__).parent / "payloads/uk_sanctions/list.csv").read_text(encoding="utf-8")
CODES = "scheme,code,area\nuk,Belarus,BLR\nuk,Cyprus,CYP\nuk,Russia,RUS\n"
RUSSIA = "The Russia (Sanctions) (EU Exit) Regulations 2019"


def parse(body: str | bytes = BODY, day: date = date(2026, 11, 22)) -> Frames:
    moment = datetime(day.year, day.month, day.day, 9, tzinfo=UTC)
    raw = body.encode() if isinstance(body, str) else body
    came = payload(FILE, raw, "https://sanctionslist.fcdo.gov.uk/list", retrieved=moment)
    return UkSanctions().parse([came, payload("reference/area_codes.csv", CODES.encode())])


def row(frames: Frames, entry: str) -> dict[str, object]:
    return frames["designation"].row(by_predicate=pl.col("entry") == entry, named=True)


def test_the_list_is_asked_for_whole() -> None:
    first, _ = UkSanctions().requests(Window())
    assert first.url == "https://sanctionslist.fcdo.gov.uk/docs/UK-Sanctions-List.csv"


def test_rows_of_one_number_are_one_entry() -> None:
    frames = parse()
    table = frames["designation"]
    assert table["entry"].to_list() == ["BEL9004", "BEL9005", "RUS9001", "RUS9002", "RUS9003"]
    assert table["list"].unique().to_list() == [LIST]
    assert TABLES["designation"].is_valid(table)
    assert frames["release"]["rows"].to_list() == [5]


def test_the_primary_name_has_given_names_before_the_surname() -> None:
    assert row(parse(), "RUS9001")["name"] == "Pyotr Ivanovich PRIMER"
    assert row(parse(), "RUS9002")["name"] == "EXAMPLE BANK PJSC"


def test_a_name_in_its_own_script_stands_where_there_is_no_other() -> None:
    assert row(parse(), "BEL9005")["name"] == "Прыклад"


def test_the_programme_is_the_regime_s_full_title_and_the_date_the_designation() -> None:
    found = row(parse(), "RUS9001")
    assert (found["programme"], found["listed"], found["listed_basis"]) == (
        RUSSIA, date(2022, 2, 24), "date designated",
    )  # fmt: skip


def test_of_differing_dates_the_earliest_counts_and_the_basis_says_so() -> None:
    found = row(parse(), "RUS9002")
    assert (found["listed"], found["listed_basis"]) == (date(2022, 3, 10), "date designated, the earliest of 2")


def test_an_entry_without_a_date_stays_undated() -> None:
    found = row(parse(), "BEL9005")
    assert (found["listed"], found["listed_basis"]) == (None, None)


def test_a_ship_is_a_vessel_and_its_flag_no_tie() -> None:
    found = row(parse(), "RUS9003")
    assert (found["entry_kind"], found["areas"]) == ("vessel", None)


def test_areas_gather_all_rows_and_numbered_nationalities() -> None:
    frames = parse()
    assert row(frames, "RUS9001")["areas"] == "CYP;RUS"
    assert row(frames, "BEL9004")["areas"] == "BLR;RUS"


def test_the_report_line_dates_the_list() -> None:
    assert parse()["designation"]["known_from"].unique().to_list() == [date(2026, 11, 20)]
    assert parse(day=date(2026, 11, 2))["designation"]["known_from"].unique().to_list() == [date(2026, 11, 2)]


def test_a_mark_before_and_a_mark_behind_the_text_are_no_rows() -> None:
    assert parse(b"\xef\xbb\xbf" + BODY.encode() + b"\x1a")["designation"].height == 5


def test_windows_line_ends_give_the_same_list() -> None:
    crlf = parse(BODY.replace("\n", "\r\n"))["designation"]
    assert crlf.equals(parse()["designation"])


def test_one_number_under_two_regimes_has_a_row_for_each() -> None:
    body = BODY.replace(f"PRIMERE,Pyotr,,,,,Primary Name Variation,,,,,,{RUSSIA}", "PRIMERE,Pyotr,,,,,Alias,,,,,,Other")
    assert body != BODY
    mine = parse(body)["designation"].filter(pl.col("entry") == "RUS9001")
    assert mine["programme"].to_list() == ["Other", RUSSIA]


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("Report Date: 20-Nov-2026\n", "", "does not begin with the day of its report"),
        ("20-Nov-2026", "31-Nov-2026", "is not a day"),
        ("20-Nov-2026", "20-11-2026", "does not begin with the day of its report"),
        ("Date Designated", "Designation Date", "has no column Date Designated; it may have been renamed"),
        ("Regime Name,", "Regime,", "has no column Regime Name"),
        ("Town of birth", "Regime Name", "has the column Regime Name twice"),
        ("24/02/2022", "2022-02-24", "entry RUS9001, Date Designated: '2022-02-24' is not a day"),
        (",BEL9004,", ",,", "a row has no Unique ID"),
        (",Ship,", ",Submarine,", "entry RUS9003: the designation type 'Submarine' is not known"),
        ("INVENTED STAR", "", "entry RUS9003 has no name"),
        (
            ",Cyprus,",
            ",Atlantis,",
            "unknown country 'Atlantis'. Add it to reference/area_codes.csv under the scheme uk",
        ),
        ("EXAMPLE BANK PJSC,", "", "fields instead of 58"),
    ],
)
def test_a_broken_list_is_refused_in_a_sentence(old: str, new: str, sentence: str) -> None:
    broken = BODY.replace(old, new)
    assert broken != BODY
    with pytest.raises(ParseError) as refusal:
        parse(broken)
    assert sentence in str(refusal.value)
    assert str(refusal.value).startswith(FILE)


def test_a_regime_that_is_missing_is_refused() -> None:
    with pytest.raises(ParseError, match="entry RUS9001 names no regime"):
        parse(BODY.replace(RUSSIA, ""))


def test_a_list_cut_in_the_middle_of_a_row_is_refused() -> None:
    with pytest.raises(ParseError, match="cut short"):
        parse(BODY[:-30])


def test_a_list_cut_within_quotes_is_refused() -> None:
    cut = BODY[: BODY.index("second line")]
    with pytest.raises(ParseError, match="unexpected end of data"):
        parse(cut)


def test_a_list_of_a_header_alone_is_refused() -> None:
    with pytest.raises(ParseError, match="holds no entries"):
        parse("".join(line + "\n" for line in BODY.split("\n")[:2]))


def test_another_encoding_is_refused() -> None:
    with pytest.raises(ParseError, match="is not UTF-8 text"):
        parse(BODY.encode("cp1251", errors="replace"))
