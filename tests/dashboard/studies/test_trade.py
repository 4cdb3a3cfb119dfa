"""Which source answers, in which currency, prices and window, and why nothing does: on stores of a few rows."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from dashboard.analysis.errors import AnalysisError
from dashboard.studies import trade
from dashboard.studies.series import TradeSeries
from dashboard.studies.trade import TradeQuery
from pipelines.store import Store
from tests.dashboard import tiny

EARLY, LATE = date(2023, 3, 8), date(2025, 10, 31)
YEARS = (2022, 2023)


def _source(name: str, rank: int, **more: Any) -> dict[str, Any]:
    return {"source": name, "title": name, "url": "https://example.org", "rank": rank, "answers_unasked": True} | more


def _months(year: int, value: float, **more: Any) -> list[dict[str, Any]]:
    """Twelve equal months."""
    return tiny.months(tiny.year_of(year, [value] * 12), **more)


def _twice(rows: Callable[[str], list[dict[str, Any]]]) -> list[dict[str, Any]]:
    return rows("export") + rows("import")


def _built(folder: Path) -> Store:
    """The United States by months of the Census and years of the IMF; the Netherlands in euros; Cordia by a source that
    answers only when it is named; Borduria by totals of one source and partners of another; prices that double."""
    census = {"known_from": EARLY, "release": "census-2023-03"}
    imts = {"source": "imf_imts", "frequency": "A", "release": "imts-2025", "known_from": LATE}
    rows = [
        *_months(2022, 10.0, **census),
        *_months(2022, 4.0, flow="import", **census),
        *_months(2023, 20.0),
        *_months(2023, 4.0, flow="import"),
        *tiny.months(tiny.year_of(2024, [30.0] * 3)),
        *_months(2022, 1.0, partner="BBB", **census),
        *_twice(lambda flow: tiny.months({date(2022, 1, 1): 999.0}, flow=flow, **imts)),
        *_months(2022, 5.0, reporter="NLD", source="eurostat", release="eurostat-1", value_eur=4.0),
        *_months(2022, 5.0, reporter="CCC", source="fcs_russia", release="fcs-1"),
        *tiny.months({date(2022, 1, 1): 50.0, date(2023, 1, 1): 60.0}, reporter="BBB", **imts),
        *_months(2022, 7.0, reporter="BBB", partner="WLD", source="eurostat", release="eurostat-1", value_eur=6.0),
    ]
    prices = {date(year, month, 1): index for year, index in zip(YEARS, (100.0, 200.0), strict=True)
              for month in range(1, 13)}  # fmt: skip
    cpi = [
        {"area": "USA", "indicator": "cpi_index", "period": day, "frequency": "M", "source": "bls_cpi",
         "known_from": LATE, "value": index, "unit": "index", "release": "bls-1"}
        for day, index in prices.items()
    ]  # fmt: skip
    sources = [
        _source("imf_imts", 1), _source("census", 2), _source("eurostat", 1, totals_only=True),
        _source("fcs_russia", 1, answers_unasked=False), _source("bls_cpi", 9),
    ]  # fmt: skip
    return tiny.store(folder, trade_flow=rows, macro=cpi, source=sources)


@pytest.fixture(scope="module")
def held(tmp_path_factory: pytest.TempPathFactory) -> Store:
    return _built(tmp_path_factory.mktemp("trade"))


def _ask(store: Store, **more: Any) -> TradeSeries:
    asked: dict[str, Any] = {"reporter": "USA", "partners": ("RUS",), "flow": "export"}
    return trade.ask(store, TradeQuery(**(asked | more)))


def _values(series: TradeSeries) -> Mapping[date, float]:
    return dict(series.frame.select("period", "value").iter_rows())


def test_months_come_from_the_source_that_has_months(held: Store) -> None:
    found = _ask(held)
    assert (found.sources, found.frequency, found.currency, found.why_empty) == (("census",), "M", "USD", "")
    assert found.frame.height == 27
    assert _values(found)[date(2022, 1, 1)] == 10.0


def test_the_first_in_rank_that_has_the_years_or_their_months_answers(held: Store) -> None:
    assert _ask(held, period="A").sources == ("imf_imts",)
    assert _values(_ask(held, period="A", source="census")) == {
        date(2022, 1, 1): 120.0, date(2023, 1, 1): 240.0, date(2024, 1, 1): 90.0,
    }  # fmt: skip
    # Nobody publishes quarters: they are summed from the months of the Census.
    assert _values(_ask(held, period="Q"))[date(2022, 4, 1)] == 30.0


def test_a_source_of_totals_answers_last_though_its_rank_is_first(held: Store) -> None:
    asked = {"reporter": "BBB", "period": "A"}
    assert _values(_ask(held, **asked)) == {date(2022, 1, 1): 50.0, date(2023, 1, 1): 60.0}
    assert _ask(held, reporter="BBB", partners=("WLD",)).sources == ("eurostat",)


def test_a_partner_that_the_first_source_lacks_is_answered_by_the_next_that_has_it(tmp_path: Path) -> None:
    rows = [
        *_months(2022, 5.0, reporter="RUS", partner="AAA", source="imf_imts", release="imts-2026-05"),
        *_months(2022, 7.0, reporter="RUS", partner="AAA", source="fcs_russia", release="fcs-2022-02"),
        *_months(2022, 9.0, reporter="RUS", partner="BBB", source="fcs_russia", release="fcs-2022-02"),
    ]
    store = tiny.store(tmp_path, trade_flow=rows, source=[_source("imf_imts", 1), _source("fcs_russia", 2)])

    def answered(*partners: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
        found = trade.ask(store, TradeQuery("RUS", partners, "export"))
        return found.sources, found.partners

    assert answered("AAA") == (("imf_imts",), ("AAA",))
    assert answered("BBB") == (("fcs_russia",), ("BBB",))
    assert answered("AAA", "BBB") == (("imf_imts",), ("AAA",))  # never two sources in one view
    assert "no monthly figures" in trade.ask(store, TradeQuery("RUS", ("CCC",), "export")).why_empty


def test_a_source_is_chosen_among_what_was_known_on_the_day(held: Store) -> None:
    then = _ask(held, period="A", known_on=date(2024, 1, 1))
    assert (then.sources, _values(then)) == (("census",), {date(2022, 1, 1): 120.0})
    on_the_day = _ask(held, period="A", known_on=LATE)
    assert on_the_day.sources == ("imf_imts",)
    before = _ask(held, known_on=date(2023, 3, 7))
    assert before.is_empty
    assert before.why_empty == (
        "Nothing of this series was known to this store on 7 Mar 2023: its first vintage is of 8 Mar 2023. "
        "Choose a later day."
    )
    assert _ask(held, known_on=EARLY).frame.height == 12


def test_the_day_is_the_cause_for_a_named_source_and_for_a_partner_that_came_later(held: Store) -> None:
    named = _ask(held, period="A", source="imf_imts", known_on=date(2024, 1, 1))
    assert "known to this store on 1 Jan 2024: its first vintage is of 31 Oct 2025" in named.why_empty
    later = _ask(held, partners=("RUS",), flow="import", start=date(2023, 1, 1), known_on=date(2024, 1, 1))
    assert "known to this store on 1 Jan 2024" in later.why_empty


def test_a_source_that_waits_to_be_named_is_told_and_answers_when_named(held: Store) -> None:
    found = _ask(held, reporter="CCC")
    assert found.is_empty
    assert found.why_empty == (
        "Cordia reports no monthly trade here but to UN Comtrade, which answers only when it is chosen as the source, "
        "for your own use."
    )
    assert _ask(held, reporter="CCC", source="fcs_russia").frame.height == 12
    # On an early day it is still the naming that is wanted, not a later day.
    assert "but to UN Comtrade" in _ask(held, reporter="CCC", known_on=date(2020, 1, 1)).why_empty


def test_a_reporter_or_a_source_without_such_figures(held: Store) -> None:
    assert _ask(held, reporter="DDD").why_empty == "DDD reports no monthly trade here. Choose another reporter."
    assert _ask(held, reporter="DDD", period="A").why_empty.startswith("DDD reports no yearly trade")
    assert _ask(held, source="eurostat").why_empty == (
        "United States has no monthly figures from the source eurostat here. Choose another source."
    )
    assert _ask(held, source="imf_imts", period="Q").why_empty == (
        "United States has no quarterly figures from the source imf_imts here. Choose another source."
    )


def test_a_flow_that_is_not_there_is_named_beside_the_one_that_is(held: Store) -> None:
    found = _ask(held, partners=("BBB",), flow="import")
    assert found.why_empty == (
        "The store holds the monthly exports to Borduria of the United States, but not the imports; choose exports, or "
        "run tradewake refresh, which asks the sources for both."
    )
    assert "but not the imports" in _ask(held, partners=("BBB",), flow="total").why_empty
    assert _ask(held, partners=("DDD",)).why_empty == (
        "There are no monthly figures for the United States with DDD in this source. Choose another partner."
    )


def test_more_than_three_partners_are_counted(held: Store) -> None:
    found = _ask(held, partners=("DDD", "EEE", "FFF", "GGG", "HHH"))
    assert "with DDD, EEE, FFF and 2 more in this source" in found.why_empty
    assert "with DDD, EEE and FFF in" in _ask(held, partners=("DDD", "EEE", "FFF")).why_empty


@pytest.mark.parametrize(
    ("start", "end", "remedy"),
    [
        (date(2025, 1, 1), None, "an earlier “From”"),
        (date(2024, 4, 1), None, "an earlier “From”"),
        (None, date(2021, 12, 1), "a later “To”"),
        (date(2020, 1, 1), date(2021, 12, 1), "a later “To”"),
    ],
)
@pytest.mark.parametrize("period", ["M", "Q"])
def test_a_window_beside_the_figures_is_the_cause(
    held: Store, start: date | None, end: date | None, remedy: str, period: str
) -> None:
    found = _ask(held, start=start, end=end, period=period)
    assert found.is_empty
    assert found.why_empty == (
        f"The figures run from Jan 2022 to Mar 2024 and lie outside this window. Choose {remedy}."
    )


def test_a_reversed_window_and_a_gap_are_told_as_what_they_are(held: Store) -> None:
    reversed_window = _ask(held, start=date(2023, 1, 1), end=date(2022, 1, 1))
    assert reversed_window.why_empty.startswith("“From” (Jan 2023) lies after “To” (Jan 2022)")
    short = _ask(held, start=date(2022, 2, 1), end=date(2022, 3, 1), period="S")
    assert "but there are no twelve months in a row in this window. Choose a wider one." in short.why_empty


def test_a_window_holds_both_ends_and_is_cut_after_summing(held: Store) -> None:
    months = _ask(held, start=date(2022, 12, 1), end=date(2023, 2, 1))
    assert list(_values(months).values()) == [10.0, 20.0, 20.0]
    # The first 12-month sum of the window needs eleven months from before it.
    sums = _ask(held, period="S", start=date(2022, 12, 1), end=date(2023, 1, 1))
    assert _values(sums) == {date(2022, 12, 1): 120.0, date(2023, 1, 1): 130.0}
    years = _ask(held, period="A", source="census", start=date(2023, 1, 1), end=date(2023, 1, 1))
    assert _values(years) == {date(2023, 1, 1): 240.0}


def test_euros_stay_euros_unless_dollars_are_chosen(held: Store) -> None:
    asked = {"reporter": "NLD", "source": "eurostat"}
    euros, dollars = _ask(held, **asked), _ask(held, **asked, currency="USD")
    assert (euros.currency, set(_values(euros).values())) == ("EUR", {4.0})
    assert (dollars.currency, set(_values(dollars).values())) == ("USD", {5.0})
    assert euros.frame["nominal"].to_list() == euros.frame["value"].to_list()
    assert euros.frame["value_usd"].to_list() == [5.0] * 12


def test_one_figure_without_euros_makes_the_whole_series_dollars(tmp_path: Path) -> None:
    rows = _months(2022, 5.0, reporter="NLD", source="eurostat", release="eurostat-1", value_eur=4.0)
    rows[3]["value_eur"] = None
    found = _ask(tiny.store(tmp_path, trade_flow=rows), reporter="NLD")
    assert (found.currency, set(_values(found).values())) == ("USD", {5.0})


def test_constant_prices_are_months_deflated_and_then_summed(held: Store) -> None:
    # Prices of 2023 are twice those of 2022: 10 a month are 20 of 2023's dollars. The months of 2024 have no index.
    real = _ask(held, prices="real")
    assert (real.prices.base, real.frame.height, set(_values(real).values())) == (2023, 24, {20.0})
    assert real.frame["nominal"][0] == 10.0
    # The IMF's year would stand first in rank; where months exist they are deflated.
    assert _values(_ask(held, prices="real", period="A", source="census")) == {
        date(2022, 1, 1): 240.0, date(2023, 1, 1): 240.0,
    }  # fmt: skip
    assert _ask(held, prices="real", period="A", source="imf_imts").frame["value"].to_list() == [1998.0]
    with pytest.raises(AnalysisError, match="US dollars, or current prices"):
        _ask(held, prices="real", reporter="NLD", source="eurostat")
    with pytest.raises(AnalysisError, match="was known to this store on 8 Mar 2023"):
        _ask(held, prices="real", known_on=EARLY)


def test_every_country_is_none_and_never_the_world(held: Store) -> None:
    assert _ask(held, partners=None).partners == ("BBB", "RUS")
    assert _ask(held, partners=None, reporter="BBB", source="eurostat").is_empty
    assert "with any country in this source" in _ask(held, partners=None, reporter="BBB", source="eurostat").why_empty


def test_flows_that_have_figures_in_the_order_asked(held: Store) -> None:
    query = TradeQuery("USA", ("BBB",), "total")
    assert [one.flow for one in trade.ask_flows(held, query, ("import", "export"))] == ["export"]
    both = trade.ask_flows(held, TradeQuery("USA", ("RUS",), "total"), ("import", "export"))
    assert [one.flow for one in both] == ["import", "export"]


def test_both_flows_are_two_lines_for_one_partner_and_a_sum_for_several(held: Store) -> None:
    def flows(*partners: str) -> list[str]:
        return [one.flow for one in trade.both_or_total(held, TradeQuery("USA", partners, "export"))]

    assert flows("RUS") == ["export", "import"]
    assert flows("RUS", "BBB") == ["total"]
    assert flows("BBB") == ["export"]
    assert flows("BBB", "DDD") == ["export"]  # no sum of flows exists, so the one that does
    assert flows("DDD") == []
    every = trade.both_or_total(held, TradeQuery("USA", None, "export"))
    assert [one.flow for one in every] == ["total"]


def test_both_flows_as_one_figure(held: Store) -> None:
    total = trade.total_or_one(held, TradeQuery("USA", ("RUS",), "export"))
    assert (total.flow, _values(total)[date(2023, 1, 1)]) == ("total", 24.0)
    assert date(2024, 1, 1) not in _values(total), "imports of 2024 are not there"
    assert trade.total_or_one(held, TradeQuery("USA", ("BBB",), "export")).flow == "export"
    nothing = trade.total_or_one(held, TradeQuery("USA", ("DDD",), "export"))
    assert nothing.is_empty
    assert "with DDD in this source" in nothing.why_empty


def test_an_empty_answer_has_the_columns_and_the_period_that_were_asked(held: Store) -> None:
    found = _ask(held, partners=("DDD",), period="Q")
    assert (found.frequency, found.currency, found.frame.height) == ("Q", "USD", 0)
    assert found.frame.schema["value"] == pl.Float64


def test_what_is_asked_unless_a_reader_asks_otherwise() -> None:
    asked = TradeQuery("USA", ("BBB",), "export")
    assert (asked.period, asked.currency, asked.prices, asked.product) == ("M", "reported", "nominal", "TOTAL")
    assert (asked.source, asked.known_on, asked.start, asked.end) == (None, None, None, None)


def test_of_several_sources_that_came_later_the_first_is_told(tmp_path: Path) -> None:
    """Years of the IMF stand before the customs' months, which answer only when they are named."""
    sources = [
        {
            "source": name,
            "title": name,
            "url": "https://example.org",
            "rank": rank,
            "answers_unasked": name != "fcs_russia",
        }
        for rank, name in enumerate(("imf_imts", "fcs_russia"), start=1)
    ]
    one = {"reporter": "AAA", "partner": "USA"}
    rows = [
        *tiny.months({date(2022, 1, 1): 1.0}, source="imf_imts", release="i", known_from=date(2024, 5, 1), **one),
        *tiny.months({date(2022, 1, 1): 1.0}, source="fcs_russia", release="f", known_from=date(2023, 5, 1), **one),
    ]
    store = tiny.store(tmp_path, trade_flow=rows, source=sources)
    found = _ask(store, reporter="AAA", partners=("USA",), known_on=date(2020, 1, 1))
    assert found.why_empty == (
        "Nothing of this series was known to this store on 1 Jan 2020: its first vintage is of 1 May 2024. Choose a "
        "later day."
    )


def test_a_window_in_the_first_month_is_too_narrow_and_not_too_early(held: Store) -> None:
    sums = _ask(held, period="S", end=date(2022, 1, 1))
    assert sums.why_empty.endswith("but there are no twelve months in a row in this window. Choose a wider one.")
