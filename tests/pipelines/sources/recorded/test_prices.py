"""Oil and the rouble, as recorded: the shape of a page, errors, and the shipped prices against the recorded ones."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from pipelines.errors import FetchError
from pipelines.normalise.periods import Window
from pipelines.raw import Payload, payload
from pipelines.settings import shipped_data
from pipelines.sources.brent import Brent
from pipelines.sources.cbr_fx import CbrFx
from tests.pipelines.replay import Reply, serving
from tests.pipelines.sources.recorded.replies import FETCHED, reply, visited

PAGE = "v2_petroleum_pri_spt_RBRTE_monthly_reconstructed.json"


@pytest.fixture(scope="module")
def eia(recorded: Path) -> Path:
    return recorded / "eia"


@pytest.fixture(scope="module")
def cbr(recorded: Path) -> Path:
    return recorded / "cbr"


def test_a_page_of_prices_is_read_as_it_came(eia: Path) -> None:
    document = json.loads((eia / PAGE).read_bytes())["response"]
    assert isinstance(document["total"], str)
    told = {date.fromisoformat(row["period"] + "-01"): float(row["value"]) for row in document["data"]}
    macro = Brent().parse([reply(eia / PAGE, "prices/0.json")])["macro"]
    assert dict(zip(macro["period"], macro["value"], strict=True)) == told
    assert told == {date(2026, 6, 1): 85.4, date(2026, 7, 1): 83.76}


def test_a_page_that_was_cut_is_refused(eia: Path) -> None:
    document = json.loads((eia / PAGE).read_bytes())
    document["response"]["data"].pop()
    cut = payload("prices/0.json", json.dumps(document).encode(), "https://api.eia.gov/", retrieved=FETCHED)
    with pytest.raises(Exception, match="The EIA says 2 rows and sent 1; the reply was cut"):
        Brent().parse([cut])


def test_a_missing_key_is_told_with_where_one_is_to_be_had(eia: Path, tmp_path: Path) -> None:
    file = eia / "error_403_API_KEY_MISSING.json"
    asked = Brent().requests(Window(today=FETCHED.date(), keyed=True))[0]
    with serving() as server, pytest.raises(FetchError, match=r"^brent asks for a key \(403: .*Set EIA_API_KEY; "):
        visited(Brent(), asked, Reply(file.read_bytes(), 403), tmp_path, server)
    with pytest.raises(Exception, match="the EIA answers 'No api_key was supplied"):
        Brent().parse([reply(file, "prices/0.json")])


def test_the_shipped_prices_are_the_recorded_ones(eia: Path) -> None:
    recorded = pl.read_csv(eia / "brent-monthly_datahub.csv", try_parse_dates=True)
    told = dict(zip(recorded["Date"].dt.truncate("1mo"), recorded["Price"], strict=True))
    ships = pl.read_csv(shipped_data() / "snapshot/macro_brent_2026-08.csv", try_parse_dates=True)
    mine = dict(zip(ships["period"], ships["value"], strict=True))
    assert len(mine) > 470
    assert {month: price for month, price in mine.items() if told[month] != price} == {}


def test_the_monthly_price_is_the_mean_of_the_days(eia: Path) -> None:
    daily = pl.read_csv(eia / "brent-daily_datahub.csv", try_parse_dates=True)
    monthly = pl.read_csv(eia / "brent-monthly_datahub.csv", try_parse_dates=True)
    month = pl.col("Date").dt.truncate("1mo").alias("month")
    means = daily.group_by(month).agg(mean=pl.col("Price").mean())
    both = monthly.with_columns(month).join(means, on="month").filter(pl.col("month") > date(1987, 5, 1))
    assert both.height == monthly.height - 1 == 470
    near = both.filter((pl.col("Price") - pl.col("mean")).abs() <= 0.02)
    assert near.height >= 0.95 * both.height


# ---- the Bank of Russia


def rates(cbr: Path, name: str) -> Payload:
    query = "date_req1=02/03/2020&date_req2=14/03/2020&VAL_NM_RQ=R01235"
    return reply(cbr / name, "usd/2020.xml", f"https://www.cbr.ru/scripts/XML_dynamic.asp?{query}")


def test_a_few_days_are_read_and_are_no_month(cbr: Path) -> None:
    sentence = refused_without_codes(rates(cbr, "XML_dynamic_reconstructed.xml"))
    assert sentence == "The Bank of Russia sent 2 rates of 2020-03, fewer than a month has."


def test_recorded_days_within_a_month_of_days_give_its_mean(cbr: Path) -> None:
    text = (cbr / "XML_dynamic_reconstructed.xml").read_bytes().decode("windows-1251")
    record = '<Record Date="{:02d}.03.2020" Id="R01235"><Nominal>1</Nominal><Value>70,0000</Value></Record>'
    more = "".join(record.format(day) for day in range(5, 14))
    came = rates(cbr, "XML_dynamic_reconstructed.xml")
    body = text.replace("</ValCurs>", more + "</ValCurs>").encode("windows-1251")
    (row,) = CbrFx().parse([payload(came.name, body, came.url, retrieved=FETCHED)])["macro"].to_dicts()
    assert row["value"] == pytest.approx((66.4437 + 66.0784 + 9 * 70) / 11, abs=1e-6)
    assert (row["period"], row["unit"]) == (date(2020, 3, 1), "RUB per USD")


def test_a_table_of_one_day_and_an_error_are_refused(cbr: Path) -> None:
    assert refused_without_codes(rates(cbr, "XML_daily_2024-10-08_trimmed.xml")) == (
        "usd/2020.xml: there are no rates in it."
    )
    assert refused_without_codes(rates(cbr, "error_reconstructed.xml")) == (
        "usd/2020.xml: the Bank of Russia answers 'Error in parameters'."
    )


def refused_without_codes(came: Payload) -> str:
    """The sentence of a source that reads no table of codes."""
    with pytest.raises(Exception) as told:
        CbrFx().parse([came])
    return str(told.value)
