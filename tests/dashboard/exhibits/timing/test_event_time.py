"""Trade in event time: months counted from typed-in dates, each line against its own twelve months before."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from dashboard.exhibits.base import Exhibit, NothingToShow
from dashboard.exhibits.timing.event_time import TradeInEventTimeParams, trade_in_event_time
from dashboard.figures.marks import NOT_A_CAUSE
from dashboard.figures.theme import LIGHT
from dashboard.studies.trade import TradeQuery, ask
from pipelines.store import Store


def _shown(store: Store, **values: object) -> Exhibit:
    return trade_in_event_time(store, TradeInEventTimeParams.parse(values), LIGHT)


def test_defaults_show_four_landmarks_on_their_days(store: Store) -> None:
    data = _shown(store).data
    days = dict(data.select("measure", "date").unique().iter_rows())
    assert days == {
        "us-rus-magnitsky-act": date(2012, 12, 14),
        "us-rus-eo13662": date(2014, 3, 20),
        "us-rus-caatsa": date(2017, 8, 2),
        "us-rus-eo14066": date(2022, 3, 8),
    }
    assert data["months_from_measure"].is_between(-24, 36).all()


def test_the_index_is_the_month_over_the_mean_of_the_twelve_before(store: Store) -> None:
    data = _shown(store).data.filter(pl.col("measure") == "us-rus-eo14066")
    flows = ask(store, TradeQuery("USA", ("RUS",), "import")).frame
    before = flows.filter(pl.col("period").is_between(date(2021, 3, 1), date(2022, 2, 1)))
    assert before.height == 12
    june = flows.filter(pl.col("period") == date(2022, 6, 1))["value_usd"].item()
    drawn = data.filter(pl.col("months_from_measure") == 3)
    assert drawn["period"].item() == date(2022, 6, 1)
    assert drawn["index"].item() == pytest.approx(100 * june / before["value_usd"].mean())


def test_months_that_are_not_out_yet_are_absent_and_no_change_is_claimed(store: Store) -> None:
    shown = _shown(store, measures="us-rus-rosneft-lukoil")
    assert shown.data["period"].max() <= date(2026, 7, 1)
    assert shown.data["months_from_measure"].max() == 9
    assert shown.cards[0].value == "no figure"
    assert shown.cards[0].detail == "9 months of 12 after it"


def test_overlapping_windows_are_said(store: Store) -> None:
    assert "Windows overlap and share months" in _shown(store).note
    apart = _shown(store, measures="us-rus-magnitsky-act,us-rus-eo14066")
    assert "overlap" not in apart.note
    assert apart.note.startswith(NOT_A_CAUSE)


def test_germany_reports_euros_and_dollars_are_a_choice(store: Store) -> None:
    """The same measure in two currencies: the euro fell meanwhile, so the change in dollars is deeper."""
    asked = {"reporter": "DEU", "flow": "export", "measures": "us-rus-eo14066"}
    euros, dollars = _shown(store, **asked), _shown(store, **asked, currency="USD")
    assert (euros.cards[0].value, dollars.cards[0].value) == ("−55.7%", "−60.7%")
    assert euros.cards[0].detail.startswith("EUR 2.28 billion") and ", euros, current prices" in euros.subtitle
    assert dollars.cards[0].detail.startswith("$2.67 billion") and ", US dollars, current prices" in dollars.subtitle


def test_as_known_on_uses_nothing_learned_later(store: Store) -> None:
    data = _shown(store, known_on="2023-04-01").data
    assert data["period"].max() <= date(2023, 1, 1)
    assert data["known_from"].max() <= date(2023, 4, 1)


def test_refusals_are_sentences(store: Store) -> None:
    with pytest.raises(NothingToShow, match="balance has no index"):
        _shown(store, flow="balance")
    with pytest.raises(NothingToShow, match="lifted or replaced"):
        _shown(store, clock="lifted")
    with pytest.raises(NothingToShow, match="New Zealand reports no monthly trade here"):
        _shown(store, reporter="NZL")
    with pytest.raises(NothingToShow, match="None of the chosen measures"):
        _shown(store, measures="not-there")


def test_an_unknown_key_beside_known_ones_is_named(store: Store) -> None:
    shown = _shown(store, measures="us-rus-eo14066,not-there")
    assert shown.data["measure"].unique().to_list() == ["us-rus-eo14066"]
    assert "Not in the register: not-there." in shown.note
