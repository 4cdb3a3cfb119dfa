"""One measure opened: what it says, its dates as precisely as known, its links, and the trade around it by hand."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import date

import polars as pl
import pytest

from dashboard import exports
from dashboard.exhibits.base import Exhibit, NothingToShow
from dashboard.exhibits.register import measure_words as mw
from dashboard.exhibits.register.measure import MeasureCardParams, measure_card
from dashboard.figures.marks import NOT_A_CAUSE
from dashboard.figures.theme import DARK, LIGHT
from dashboard.queries import catalogue, measures
from dashboard.queries.senders import senders
from dashboard.studies import one_measure
from dashboard.studies.one_measure import Facts
from dashboard.studies.trade import TradeQuery, ask
from pipelines.store import Store


def _card(store: Store, **values: object) -> Exhibit:
    return measure_card(store, MeasureCardParams.parse(values), LIGHT)


def test_it_says_in_a_sentence_who_did_what_to_whom_and_when(store: Store) -> None:
    shown = _card(store)
    assert shown.answer.startswith(
        "United States on Russia: Bans imports of Russian oil, gas and coal and new US investment in Russian energy "
        "(announced 8 Mar 2022, signed 8 Mar 2022, in effect 8 Mar 2022, end of wind-down 22 Apr 2022)."
    )
    assert shown.note.startswith(NOT_A_CAUSE)
    assert [(card.label, card.value) for card in shown.cards] == [
        ("Announced", "8 Mar 2022"),
        ("Signed", "8 Mar 2022"),
        ("In effect", "8 Mar 2022"),
        ("End of wind-down", "22 Apr 2022"),
        ("Lifted or replaced", "no date"),
    ]


def test_the_trade_around_it_is_24_months_each_way_and_the_change_is_that_of_the_store(store: Store) -> None:
    shown = _card(store)
    months = shown.data.filter(pl.col("value_usd").is_not_null())
    assert (months["date"].min(), months["date"].max()) == (date(2020, 3, 1), date(2024, 3, 1))
    assert (months["months_from_measure"].min(), months["months_from_measure"].max()) == (-24, 24)
    flows = ask(store, TradeQuery("USA", ("RUS",), "import")).frame
    before = flows.filter(pl.col("period").is_between(date(2021, 3, 1), date(2022, 2, 1)))["value_usd"].sum()
    after = flows.filter(pl.col("period").is_between(date(2022, 4, 1), date(2023, 3, 1)))["value_usd"].sum()
    assert f"(−{100 * (1 - after / before):.1f}%)" in shown.answer


def test_where_no_figures_reach_it_says_so_and_draws_the_dates_alone(store: Store) -> None:
    shown = _card(store, measure="un-zwe-217", partner="ZWE")
    assert "No monthly figures on US goods exports to Zimbabwe cover Nov 1963–Nov 1967" in shown.answer
    assert "they begin in Jan 1992" in shown.answer
    assert shown.data["value_usd"].null_count() == shown.data.height
    assert len(shown.figure.data) == 1
    assert shown.title == "The dates of one measure"
    none = _card(store, measure="eu-rus-p06-crude", reporter="EUU")
    assert "There is no line of EU27 goods imports from Russia around it. The store holds the monthly exports" in (
        none.answer
    )


def test_as_known_on_a_day_neither_dates_nor_figures_know_what_came_later(store: Store) -> None:
    shown = _card(store, measure="us-rus-gl8", known_on="2023-01-01")
    assert "2025" not in shown.answer.replace("until March 2025", "")
    assert [card.value for card in shown.cards] == ["24 Feb 2022", "24 Feb 2022", "no date"]
    assert shown.cards[-1].detail == "none was known on 1 Jan 2023"
    assert "Nothing of this series was known to this store on 1 Jan 2023" in shown.answer
    assert "in the store, so" not in shown.answer
    with pytest.raises(NothingToShow, match="Nothing of the measure “us-rus-rosneft-lukoil” was out on 1 Jan 2023"):
        _card(store, measure="us-rus-rosneft-lukoil", known_on="2023-01-01")


def test_a_year_before_the_figures_begin_gives_a_line_but_no_change(store: Store) -> None:
    shown = _card(store, measure="us-zaf-krugerrand-1985", partner="ZAF")
    assert "do not hold twelve complete months before and after Oct 1985" in shown.answer
    assert shown.data["date"].drop_nulls().min() == date(1985, 1, 1)


def test_what_came_before_and_after_is_linked_both_ways(store: Store) -> None:
    relations = mw.relations(one_measure.facts(store, "us-cub-tsra"))
    assert ("Eases or lifts", "us-cub-proc3447", False) in [(r.words, r.key, r.later) for r in relations]
    back = mw.relations(one_measure.facts(store, "us-cub-proc3447"))
    assert ("Eased or lifted by", "us-cub-tsra", True) in [(r.words, r.key, r.later) for r in back]
    assert mw.relations(one_measure.facts(store, "us-rus-eo14066")) == ()


def test_every_link_of_the_register_leads_to_a_measure(store: Store) -> None:
    links = measures.links(store)
    table = store.table("measure")
    written = sum(
        len(cell.split(";")) for name in ("eases", "supersedes") for cell in table[name].drop_nulls().to_list()
    )
    assert links.height == written
    assert set(links["relation"]) == {"eases", "supersedes"}
    assert links["by_date"].null_count() == 0


@pytest.mark.parametrize(
    ("day", "precision", "said", "last"),
    [
        (date(2022, 3, 8), "day", "8 Mar 2022", date(2022, 3, 8)),
        (date(2022, 3, 1), "day", "1 Mar 2022", date(2022, 3, 1)),
        (date(1986, 10, 1), "month", "Oct 1986", date(1986, 10, 31)),
        (date(1986, 10, 2), "month", "2 Oct 1986", date(1986, 10, 2)),
        (date(1960, 1, 1), "year", "1960", date(1960, 12, 31)),
        (date(1960, 6, 1), "year", "Jun 1960", date(1960, 6, 30)),
    ],
)
def test_a_date_is_told_as_precisely_as_it_is_known(day: date, precision: str, said: str, last: date) -> None:
    assert mw.dated(day, precision) == said
    assert mw.known(day, precision) == (day, last)


def test_every_measure_of_the_register_has_a_sentence_and_facts(store: Store) -> None:
    names, who, links = catalogue.names(store), senders(store), measures.links(store)
    regime = {"regime_title": None, "regime_url": None}
    for row in store.table("measure").iter_rows(named=True):
        targets = tuple(names[code] for code in row["target"].split(";"))
        held = Facts(row | regime, targets, targets, links.clear(), who)
        said = mw.sentence(held)
        assert row["title"] in said and "None" not in said and said.endswith(").")
        labels = [fact.label for fact in mw.facts(held)]
        assert {"Act", "Reference", "Status", "Kinds"} <= set(labels)


def test_a_measure_on_somebody_else_or_on_the_other_flow_is_told(store: Store) -> None:
    assert "not aimed at Iran" in _card(store, partner="IRN").note
    assert "the line shows exports" in _card(store, measure="us-rus-eo14066", flow="export").note
    assert "the line shows" not in _card(store, measure="us-cub-tsra", partner="CUB").note
    assert "the line shows" not in _card(store, measure="us-cub-tsra", partner="CUB", flow="export").note


def test_an_unknown_key_and_a_balance_get_one_sentence(store: Store) -> None:
    with pytest.raises(NothingToShow, match="no measure “us-rus-nothing” in the register; choose one"):
        _card(store, measure="us-rus-nothing")
    with pytest.raises(NothingToShow, match="balance"):
        _card(store, flow="balance")
    params, problems = MeasureCardParams.read({"measure": "<script>"})
    assert params.measure == MeasureCardParams().measure
    assert len(problems) == 1


def test_the_act_and_its_reference_travel_in_every_export(store: Store) -> None:
    shown = _card(store, measure="us-irn-jcpoa-impl", partner="IRN")
    for content in (exports.to_csv(shown), exports.to_json(shown), exports.to_html(shown)):
        assert b"EO 13716" in content
        assert b"Implementation Day" in content


def test_dark_draws_the_same_data(store: Store) -> None:
    dark = measure_card(store, MeasureCardParams(), DARK)
    assert dark.data.equals(_card(store).data)
    assert dark.figure.layout.paper_bgcolor == DARK.paper


def test_a_measure_without_an_end_tells_the_first_act_that_touched_it(store: Store) -> None:
    shown = _card(store, measure="us-irn-eo12959", partner="IRN")
    assert shown.cards[-1].value == "no date"
    assert shown.cards[-1].detail.endswith("first touched 20 Aug 1997")


@pytest.mark.parametrize(
    ("chosen", "title"),
    [
        ({"measure": "us-irn-jcpoa-impl"}, "US goods imports from Iran around one measure"),
        ({"measure": "eu-rus-cap-crude-60"}, "EU27 goods exports to Russia around one measure"),
        ({"measure": "us-rus-cap-crude"}, "US goods imports from Russia around one measure"),
        ({"measure": "uk-rus-cap-crude"}, "US goods imports from Russia around one measure"),
        ({"measure": "eu-rus-cap-crude-60", "reporter": "DEU", "flow": "export"}, "Germany’s goods exports to Russia"),
        ({"measure": "us-irn-jcpoa-impl", "flow": "export"}, "US goods exports to Iran around one measure"),
        ({"measure": "us-irn-jcpoa-impl", "partner": "CUB"}, "US goods imports from Cuba around one measure"),
    ],
)
def test_it_shows_the_trade_of_its_own_sender_with_its_target(store: Store, chosen: dict[str, str], title: str) -> None:
    shown = _card(store, **chosen)
    assert shown.title.startswith(title)
    other = "The store holds no monthly trade of the United Kingdom there." in shown.note
    assert other is chosen["measure"].startswith("uk-")


def test_what_a_partner_imposed_itself_is_held_against_the_trade_with_it(store: Store) -> None:
    own = store.query(
        "SELECT measure FROM measure WHERE sender = 'RUS' AND target LIKE '%USA%' AND effective < '2020-01-01'"
    )
    assert "Russia’s goods imports from the US" in {_card(store, measure=key).title[:34] for key in own["measure"]}
    many = store.query("SELECT measure FROM measure WHERE sender = 'RUS' AND target NOT LIKE '%USA%'")["measure"]
    for key in many:
        assert "Albania" not in _card(store, measure=key).title


SAMPLE = 40


def _builds(store: Store, keys: Sequence[str]) -> None:
    for key in keys:
        for chosen in ({}, {"clock": "lifted"}):
            try:
                shown = _card(store, measure=key, **chosen)
            except NothingToShow as reason:
                assert str(reason).endswith("."), key
                continue
            assert shown.answer and shown.data.height and len(shown.figure.data) > 0, key


def test_a_card_of_any_measure_builds_or_says_why(store: Store) -> None:
    keys = store.table("measure")["measure"].sort().to_list()
    nothing_before = ["us-irn-jcpoa-impl", "un-prk-1718"]  # their base was nothing at all
    sampled = random.Random(20_220_224).sample(keys, SAMPLE)
    _builds(store, [*(key for key in nothing_before if key in keys), *sampled])


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_the_card_of_every_measure_builds_or_says_why(store: Store) -> None:
    keys = store.table("measure")["measure"].sort().to_list()
    assert len(keys) >= 1087
    _builds(store, keys)
