"""One release a source and day, and the rows that live sources send month by month."""

from __future__ import annotations

import hashlib
from datetime import UTC, date, datetime

from pipelines.normalise import flows, indicators
from pipelines.normalise.releases import release
from pipelines.raw import Payload, payload
from pipelines.schema import TABLES

JAN, DAY = date(2026, 1, 1), date(2026, 11, 22)


def reply(text: str, day: int = 22) -> Payload:
    body = text.encode()
    return payload("r.json", body, f"https://example.org/{text}", retrieved=datetime(2026, 11, day, tzinfo=UTC))


def test_a_release_is_named_by_its_newest_reply() -> None:
    row = release("census", "Trade", [reply("a"), reply("b", 23)], 7).row(0, named=True)
    assert row["release"] == "census-live-2026-11-23"
    assert (row["published"], row["retrieved"]) == (date(2026, 11, 23), date(2026, 11, 23))
    assert (row["published_precision"], row["url"], row["rows"]) == ("day", "https://example.org/a", 7)


def test_what_the_source_states_stands() -> None:
    stated = {"published": JAN, "edition": "2026-10", "url": "https://example.org/page"}
    row = release("imf_weo", "Outlook", [reply("a")], 7, **stated).row(0, named=True)  # type: ignore[arg-type]
    assert (row["release"], row["published"], row["retrieved"]) == ("imf_weo-live-2026-10", JAN, DAY)
    assert row["url"] == "https://example.org/page"


def test_one_reply_has_its_own_fingerprint_and_several_one_of_them_all() -> None:
    one, two = reply("a"), reply("b")
    assert release("c", "t", [one], 1)["sha256"].item() == one.sha256
    both = hashlib.sha256("".join(sorted((one.sha256, two.sha256))).encode()).hexdigest()
    assert release("c", "t", [one, two], 1)["sha256"].item() == both
    assert release("c", "t", [two, one], 1)["sha256"].item() == both


def test_monthly_indicators_have_the_columns_of_the_contract() -> None:
    rows = indicators.monthly([("WLD", "brent", "USD", JAN, 80.0)], source="eia", release="r", known_from=DAY)
    row = rows.row(0, named=True)
    assert (row["frequency"], row["is_forecast"], row["flag"], row["value"]) == ("M", False, None, 80.0)
    assert (row["source"], row["release"], row["known_from"]) == ("eia", "r", DAY)
    assert rows.columns == [name for name in TABLES["macro"].column_names() if name != "known_to"]


def test_monthly_trade_is_valued_as_customs_offices_do() -> None:
    given = {"reporter": "USA", "source": "census", "basis": "census", "release": "r", "known_from": DAY}
    rows = flows.monthly([("RUS", "export", JAN, 5.0), ("RUS", "import", JAN, 6.0)], **given)  # type: ignore[arg-type]
    assert rows.select("flow", "value_usd", "valuation", "rounding_usd").rows() == [
        ("export", 5.0, "fob", 1.0), ("import", 6.0, "cif", 1.0),
    ]  # fmt: skip
    assert rows.select("product", "frequency", "is_estimate", "flag", "value_eur").row(0) == (
        "TOTAL", "M", False, None, None,
    )  # fmt: skip
    assert rows.columns == [name for name in TABLES["trade_flow"].column_names() if name != "known_to"]
    own = flows.monthly([("RUS", "export", JAN, 5.0)], valuations={"export": "fas"}, rounding_usd=100.0, **given)  # type: ignore[arg-type]
    assert own.select("valuation", "rounding_usd").row(0) == ("fas", 100.0)
