"""The ECB's reference rates: means worked by hand, whole months only, and what must not pass for rates."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from pipelines.errors import ParseError
from pipelines.normalise.periods import Window
from pipelines.raw import Payload, payload
from pipelines.schema import TABLES
from pipelines.sources.ecb_fx import EcbFx

FILES = Path(__file__).parent / "payloads" / "ecb_fx"
ADDRESS = "https://data-api.ecb.europa.eu/service/data/EXR/D.{}.EUR.SP00.A?startPeriod=2022-01-01&endPeriod=2022-03-31"
LATER = datetime(2022, 4, 11, 9, 0, tzinfo=UTC)
JANUARY, FEBRUARY, MARCH = date(2022, 1, 1), date(2022, 2, 1), date(2022, 3, 1)


def rates(currency: str, retrieved: datetime = LATER, *, old: str = "", new: str = "", count: int = 1) -> Payload:
    text = (FILES / f"{currency}.csv").read_text(encoding="utf-8")
    assert old in text
    body = text.replace(old, new, count) if old else text
    return payload(f"rates/{currency}.csv", body.encode(), ADDRESS.format(currency), retrieved=retrieved)


def until(day: str, retrieved: datetime) -> Payload:
    lines = (FILES / "USD.csv").read_text(encoding="utf-8").splitlines(keepends=True)
    body = "".join([lines[0], *(line for line in lines[1:] if line.split(",")[6] <= day)])
    return payload("rates/USD.csv", body.encode(), "https://data-api.ecb.europa.eu/x", retrieved=retrieved)


def means(*payloads: Payload) -> dict[tuple[str, date], float]:
    frame = EcbFx().parse(payloads)["macro"]
    return {(row["indicator"], row["period"]): row["value"] for row in frame.iter_rows(named=True)}


def test_the_first_refresh_asks_for_all_days_to_the_end_of_the_last_month() -> None:
    dollar, rouble = EcbFx().requests(Window(today=date(2026, 11, 22)))
    assert dollar.url == (
        "https://data-api.ecb.europa.eu/service/data/EXR/D.USD.EUR.SP00.A"
        "?startPeriod=1999-01-01&endPeriod=2026-10-31&format=csvdata"
    )
    assert [dollar.name, rouble.name] == ["rates/USD.csv", "rates/RUB.csv"]


def test_after_the_rouble_ended_only_the_dollar_is_asked_for_and_nothing_before_a_month_is_over() -> None:
    held = Window(latest_period=date(2026, 9, 1), last_asked=date(2026, 10, 5), today=date(2026, 11, 22))
    (request,) = EcbFx().requests(held)
    assert "D.USD.EUR" in request.url
    assert "startPeriod=2026-01-01" in request.url
    assert EcbFx().requests(Window(since=date(2026, 11, 1), today=date(2026, 11, 22))) == ()


def test_means_of_the_days_with_a_rate() -> None:
    found = means(rates("USD"), rates("RUB"))
    # January 2022 has 21 weekdays from the 3rd on: 11 on odd days (1.11) and 10 on even ones (1.09).
    assert found["usd_per_eur", JANUARY] == round((11 * 1.11 + 10 * 1.09) / 21, 6) == 1.100476
    # February: 10 odd days (1.21) and 10 even ones (1.19).
    assert found["usd_per_eur", FEBRUARY] == 1.2
    assert set(found) == {
        *(("usd_per_eur", month) for month in (JANUARY, FEBRUARY, MARCH)),
        *(("rub_per_usd", month) for month in (JANUARY, FEBRUARY)),
    }


def test_roubles_per_dollar_are_divided_day_by_day_and_march_2022_is_no_month() -> None:
    found = means(rates("USD"), rates("RUB"))
    # Every day of January costs 80 roubles for a dollar, every day of February 90, whatever the euro does.
    assert found["rub_per_usd", JANUARY] == pytest.approx(80.0, abs=1e-4)
    assert found["rub_per_usd", FEBRUARY] == pytest.approx(90.0, abs=1e-4)
    assert ("rub_per_usd", MARCH) not in found


def test_the_frames_are_those_of_the_contract() -> None:
    frames = EcbFx().parse([rates("USD"), rates("RUB")])
    for table, frame in frames.items():
        columns = TABLES[table].columns()
        assert {name: columns[name].dtype for name in frame.columns} == dict(frame.schema)
    assert frames["macro"].select("area", "indicator", "unit").unique().sort("area").rows() == [
        ("EMU", "usd_per_eur", "USD per EUR"),
        ("RUS", "rub_per_usd", "RUB per USD"),
    ]
    assert frames["macro"]["known_from"].unique().to_list() == [date(2022, 4, 11)]
    assert frames["release"]["release"].to_list() == ["ecb_fx-live-2022-04-11"]


def test_a_running_month_is_left_out() -> None:
    assert ("usd_per_eur", MARCH) not in means(until("2022-03-25", datetime(2022, 3, 26, tzinfo=UTC)))


def test_a_month_whose_last_weekday_is_not_there_yet_waits_and_is_taken_later() -> None:
    assert ("usd_per_eur", MARCH) not in means(until("2022-03-30", datetime(2022, 4, 1, tzinfo=UTC)))
    # A week later the last weekday was a holiday, not a rate that is still to come.
    assert ("usd_per_eur", MARCH) in means(until("2022-03-30", datetime(2022, 4, 8, tzinfo=UTC)))


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("OBS_VALUE", "VALUE", "USD.csv has no column OBS_VALUE"),
        ("D,USD,EUR,SP00,A,2022-01-04", "D,GBP,EUR,SP00,A,2022-01-04", "line 3: CURRENCY is 'GBP'"),
        ("D,USD,EUR,SP00,A,2022-01-04", "M,USD,EUR,SP00,A,2022-01-04", "line 3: FREQ is 'M'"),
        ("2022-01-04", "2022-01-03", "line 3: 2022-01-03 comes twice"),
        ("2022-01-04", "04.01.2022", "line 3: '04.01.2022' is not a day"),
        ("2022-01-04,1.0900", "2022-01-04,1090.0", "1090 cannot be USD per euro"),
        ("2022-01-04,1.0900", "2022-01-04,.", "'.' is not a number"),
    ],
)
def test_a_reply_that_is_something_else_is_refused(old: str, new: str, sentence: str) -> None:
    with pytest.raises(ParseError, match=sentence):
        EcbFx().parse([rates("USD", old=old, new=new)])


def test_a_month_that_goes_missing_is_refused() -> None:
    text = (FILES / "USD.csv").read_text(encoding="utf-8").splitlines(keepends=True)
    body = "".join(line for line in text if ",2022-02-" not in line)
    with pytest.raises(ParseError, match="no rate of the dollar in 2022-02"):
        EcbFx().parse([payload("rates/USD.csv", body.encode(), "https://x", retrieved=LATER)])
    few = "".join(line for line in text if not any(f",2022-02-{day:02d}" in line for day in range(8, 29)))
    with pytest.raises(ParseError, match="sent 5 rates of the dollar in 2022-02, fewer than a month has"):
        EcbFx().parse([payload("rates/USD.csv", few.encode(), "https://x", retrieved=LATER)])


def test_a_reply_that_ends_before_it_was_asked_to_is_refused() -> None:
    short = until("2022-02-28", LATER)
    asked = payload(short.name, short.body, ADDRESS.format("USD"), retrieved=LATER)
    with pytest.raises(ParseError, match="from 2022-01-03 to 2022-02-28, though 2022-01-01 to 2022-03-31 were asked"):
        EcbFx().parse([asked])


def test_a_reply_without_its_end_and_one_without_the_dollar_are_refused() -> None:
    cut = payload("rates/USD.csv", rates("USD").body[:-9], "https://x", retrieved=LATER)
    with pytest.raises(ParseError, match="is cut short"):
        EcbFx().parse([cut])
    with pytest.raises(ParseError, match="sent no dollar rates"):
        EcbFx().parse([rates("RUB")])
