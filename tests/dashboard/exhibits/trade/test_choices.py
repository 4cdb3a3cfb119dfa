"""Choices of the trade page."""

from __future__ import annotations

from dashboard.exhibits.trade import choices as trade_page
from dashboard.words import trade as trade_words
from pipelines.store import Store


def test_reporters_with_partners_come_first(store: Store) -> None:
    found = trade_page.reporters(store)
    assert list(found)[:3] == ["USA", "RUS", "EUU"]
    assert found["IRN"] == "Iran (yearly totals)"
    assert "AUT" in trade_page.europeans(store)
    assert trade_page.economies(store)["IRN"] == "Iran"


def test_partners_are_places_or_groups(store: Store) -> None:
    found = trade_page.partners(store, "USA")
    assert {"RUS", "WLD", "XKX"} <= set(found)
    assert not [code for code in found if code.startswith("X") and code != "XKX"]


def test_a_partner_that_a_reporter_lacks_is_replaced() -> None:
    options = {"CHN": "China", "IND": "India"}
    assert trade_page.fitting(("RUS",), options) == ("CHN",)
    assert trade_page.fitting(("IND", "RUS"), options) == ("IND",)
    assert trade_page.fitting((), {}) == ()


def test_a_partner_that_is_replaced_is_told(store: Store) -> None:
    options = {"CHN": "China", "IND": "India"}
    assert trade_page.unfitting(store, "RUS", ("RUS",), options) == (
        "There is no trade of Russia with Russia here; partner shown: China."
    )
    assert trade_page.unfitting(store, "USA", ("IND", "NLD", "IRN"), options) == (
        "There is no trade of the United States with the Netherlands and Iran here; partner shown: India."
    )
    assert trade_page.unfitting(store, "RUS", ("IND", "CHN"), options) == ""


def test_words_for_pairs() -> None:
    names = {"RUS": "Russia", "USA": "United States", "DEU": "Germany"}
    assert trade_words.subject(names, "USA", "RUS", "export") == "US goods exports to Russia"
    assert trade_words.subject(names, "RUS", "USA", "import") == "Russia’s goods imports from the US"
    assert (
        trade_words.subject(names, "DEU", "WLD", "total")
        == "Germany’s goods trade with the world (exports plus imports)"
    )
    dutch = {"NLD": "Netherlands", "RUS": "Russia"}
    assert trade_words.subject(dutch, "RUS", "NLD", "export") == "Russia’s goods exports to the Netherlands"
    assert trade_words.subject(dutch, "NLD", "RUS", "export") == "Netherlands’ goods exports to Russia"
    assert trade_words.stem("Côte d’Ivoire", 2022, "") == "c-te-d-ivoire-2022"
