"""One question has one answer: command, picture, card, table, small multiples and event time give the same number.

A property over the store: for a sample of reporter, partner and flow through the finished exhibits and the command, and
for every pair that the store holds through the studies behind them (marked slow).
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

import polars as pl
import pytest

from dashboard.analysis.errors import AnalysisError
from dashboard.answers.collapse import collapse_answer
from dashboard.answers.trade import TradeOptions, trade_answer
from dashboard.exhibits import find
from dashboard.exhibits.base import Exhibit, NothingToShow
from dashboard.figures.theme import LIGHT
from dashboard.studies import collapse, over_time
from dashboard.studies.over_time import OverTimeQuery
from dashboard.studies.series import TradeSeries
from dashboard.studies.trade import TradeQuery, ask
from pipelines.errors import UsageError
from pipelines.store import Store

EVENT = date(2022, 2, 1)
FLOWS = ("export", "import", "total")
SEED, SAMPLE = 20_220_224, 8
ALWAYS = [("USA", "RUS", "total"), ("DEU", "RUS", "export"), ("USA", "IRN", "import"), ("RUS", "UZB", "export")]
Numbers = Mapping[date, float]


def pairs(store: Store) -> list[tuple[str, str, str]]:
    """Every reporter, partner and flow with figures of all goods from a source that answers unasked."""
    rows = store.query(
        """SELECT DISTINCT reporter, partner, flow FROM trade_flow JOIN source USING (source)
           WHERE product = 'TOTAL' AND known_to IS NULL AND answers_unasked ORDER BY ALL"""
    ).rows()
    held = {(reporter, partner, flow) for reporter, partner, flow in rows}
    both = {(r, p, "total") for r, p, flow in held if flow == "export" and (r, p, "import") in held}
    return sorted(held | both)


def sample(store: Store) -> list[tuple[str, str, str]]:
    return [*ALWAYS, *random.Random(SEED).sample(pairs(store), SAMPLE)]


def build(store: Store, exhibit: str, **chosen: str) -> Exhibit | None:
    spec = find(exhibit)
    try:
        return spec.build(store, spec.params.parse(chosen), LIGHT)
    except NothingToShow:
        return None


def numbers(rows: pl.DataFrame, value: str = "value", *, whole: bool = True) -> Numbers:
    kept = rows.filter(~pl.col("is_partial")) if whole and "is_partial" in rows.columns else rows
    return dict(kept.select("period", value).drop_nulls().iter_rows())


def command(store: Store, reporter: str, partner: str, flow: str, frequency: str, **more: Any) -> pl.DataFrame:
    return trade_answer(store, TradeOptions(reporter, partner, flow, frequency, **more))  # type: ignore[arg-type]


def agree(one: Numbers, other: Numbers, *, least: int = 0) -> None:
    """The same number wherever both have one."""
    common = set(one) & set(other)
    assert len(common) >= least
    assert {day: one[day] for day in common} == pytest.approx({day: other[day] for day in common})


def trailing(months: Numbers) -> Numbers:
    """12-month sums by the book: windows with twelve months."""
    out = {}
    for day in months:
        window = [date(day.year - (month > day.month), month, 1) for month in range(1, 13)]
        if all(one in months for one in window):
            out[day] = sum(months[one] for one in window)
    return out


@pytest.mark.parametrize("currency", ["reported", "USD"])
def test_command_picture_card_table_multiples_and_event_time_agree(store: Store, currency: str) -> None:
    for reporter, partner, flow in sample(store):
        asked = {"reporter": reporter, "flow": flow, "currency": currency}
        months = command(store, reporter, partner, flow, "M", currency=currency)
        years = command(store, reporter, partner, flow, "A", currency=currency)
        for frequency, rows in (("M", months), ("A", years)):
            drawn = build(store, "trade_over_time", **asked, partner=partner, frequency=frequency)
            if drawn is None:
                assert numbers(rows) == {}
                continue
            assert numbers(drawn.data) == pytest.approx(numbers(rows))
            assert set(drawn.data["currency"]) == set(rows["currency"]) == {drawn.passport.unit}
            assert set(drawn.data["release"]) <= set(rows["release"])
        sums = trailing(numbers(months))
        picture = build(store, "trade_over_time", **asked, partner=partner, frequency="S")
        assert (numbers(picture.data) if picture else {}) == pytest.approx(sums)
        panels = build(store, "trade_multiples", **asked, panels=partner)
        assert (numbers(panels.data) if panels else {}) == pytest.approx(sums)
        yearly = build(store, "trade_multiples", **asked, panels=partner, panel_period="year")
        assert (numbers(yearly.data) if yearly else {}) == pytest.approx(numbers(years))
        around = build(store, "trade_in_event_time", **asked, partner=partner)
        if around is not None:
            agree(numbers(around.data), numbers(months), least=1)
            assert set(around.data["currency"]) == set(months["currency"])
        the_fall_is_one(store, asked, partner, sums or numbers(years))


def the_fall_is_one(store: Store, asked: Mapping[str, str], partner: str, levels: Numbers) -> None:
    """Card, table of partners and command: the same peak, trough, depth and currency; peaks lie on the levels."""
    card = build(store, "collapse_card", **asked, partner=partner)
    if card is None:
        return
    marked = card.data.filter(pl.col("point").is_not_null(), pl.col("price_basis") == "current prices")
    named = {name: row for row in marked.iter_rows(named=True) for name in row["point"].split(", ")}
    agree({row["period"]: row["value"] for row in named.values()}, levels, least=1)
    annual = "12-month" not in card.subtitle
    command_row = collapse_answer(
        store,
        reporter=asked["reporter"],
        partner=partner,
        flow=asked["flow"],  # type: ignore[arg-type]
        event=EVENT,
        before=None,
        after=None,
        annual=annual,
        horizon=None,
        source=None,
        known_on=None,
        currency=asked["currency"],  # type: ignore[arg-type]
    ).row(0, named=True)
    assert command_row["currency"] == card.passport.unit
    for point in ("peak", "trough"):
        assert command_row[f"{point}_period"] == named[point]["period"]
        assert command_row[point] == pytest.approx(named[point]["value"])
        dollars = command_row[f"{point}_usd"]
        assert dollars == (pytest.approx(command_row[point]) if command_row["currency"] == "USD" else None)
    table = build(store, "collapse_table", min_peak_musd="0", **{k: v for k, v in asked.items() if k != "flow"})
    assert table is not None
    rows = table.data.filter(pl.col("partner") == partner, pl.col("flow") == asked["flow"])
    if rows.height and ("12-month" in table.subtitle) != annual:
        row = rows.row(0, named=True)
        assert row["currency"] == card.passport.unit
        assert row["depth_pct"] == pytest.approx(100 * command_row["depth"])
        assert (row["peak_period"], row["peak"]) == (named["peak"]["period"], pytest.approx(named["peak"]["value"]))


@pytest.mark.parametrize(("reporter", "currency"), [("USA", "reported"), ("DEU", "USD"), ("EUU", "USD")])
def test_constant_prices_the_sum_at_december_is_the_year(store: Store, reporter: str, currency: str) -> None:
    flow = "total" if reporter == "USA" else "export"
    asked = {"reporter": reporter, "partner": "RUS", "flow": flow, "prices": "real", "currency": currency}
    sums, years = (
        build(store, "trade_over_time", **asked, frequency="S"),
        build(store, "trade_over_time", **asked, frequency="A"),
    )
    months = build(store, "trade_over_time", **asked, frequency="M")
    card = build(store, "collapse_card", **{k: v for k, v in asked.items() if k != "prices"}, show_real="true")
    assert sums is not None and years is not None and months is not None and card is not None
    december = {date(day.year, 1, 1): value for day, value in numbers(sums.data).items() if day.month == 12}
    agree(december, numbers(years.data), least=4)
    agree(trailing(numbers(months.data)), numbers(sums.data), least=40)
    constant = card.data.filter(pl.col("price_basis") != "current prices")
    agree(numbers(constant), numbers(sums.data), least=40)
    assert set(constant["price_basis"]) == set(sums.data["price_basis"])


@pytest.mark.parametrize(("reporter", "partner"), [("USA", "RUS"), ("EUU", "KGZ")])
def test_one_index_in_picture_and_panels(store: Store, reporter: str, partner: str) -> None:
    chosen = {"reporter": reporter, "flow": "export"}
    picture = build(store, "trade_over_time", **chosen, partner=partner, frequency="S", measure="index", base="2021")
    panels = build(store, "trade_multiples", **chosen, panels=partner, panel_measure="index", panel_base="2021")
    assert picture is not None and panels is not None
    assert numbers(picture.data, "index") == pytest.approx(numbers(panels.data, "index"))


@pytest.mark.parametrize("day", [date(2022, 6, 1), date(2023, 6, 1), date(2025, 12, 1)])
def test_as_known_on_a_day_all_of_them_know_the_same(store: Store, day: date) -> None:
    for reporter, partner, flow in [*ALWAYS, ("RUS", "CHN", "export")]:
        rows = command(store, reporter, partner, flow, "A", known_on=day)
        chosen = {"reporter": reporter, "flow": flow, "known_on": day.isoformat()}
        drawn = build(store, "trade_over_time", **chosen, partner=partner, frequency="A")
        panels = build(store, "trade_multiples", **chosen, panels=partner, panel_period="year")
        assert (numbers(drawn.data) if drawn else {}) == pytest.approx(numbers(rows))
        assert (numbers(panels.data) if panels else {}) == pytest.approx(numbers(rows))
        for shown in (rows, *(one.data for one in (drawn, panels) if one is not None)):
            assert shown.is_empty() or shown["known_from"].max() <= day  # type: ignore[operator]


@pytest.mark.slow
def test_every_pair_that_the_store_holds(store: Store) -> None:
    """The studies behind picture, card and command, for every reporter, partner and flow."""
    checked = 0
    for reporter, flow, series in _lines(store):
        months = {line.partner: line for line in series.lines()}
        for partner, line in months.items():
            query = TradeQuery(reporter, (partner,), flow, "S")  # type: ignore[arg-type]
            sums = ask(store, query)
            assert numbers(sums.frame) == pytest.approx(trailing(numbers(line.frame)))
            assert sums.currency == line.currency
            checked += 1
            if sums.is_empty:
                continue
            picture = over_time.study(store, OverTimeQuery(query, flow))  # type: ignore[arg-type]
            assert numbers(picture.whole.frame) == numbers(sums.frame)
            asked = collapse.CollapseQuery(reporter, partner, flow, EVENT)  # type: ignore[arg-type]
            try:
                found = collapse.study(store, asked, other_choices=False)
            except AnalysisError:
                continue
            if found.frequency == "M":
                assert numbers(sums.frame)[found.result.peak_period] == pytest.approx(found.result.peak)
                assert found.result.currency == sums.currency
    assert checked > 500


def _lines(store: Store) -> Iterator[tuple[str, str, TradeSeries]]:
    """Months of every partner, all at once by reporter and flow."""
    by_line: dict[tuple[str, str], list[str]] = {}
    for reporter, partner, flow in pairs(store):
        by_line.setdefault((reporter, flow), []).append(partner)
    for (reporter, flow), partners in by_line.items():
        series = ask(store, TradeQuery(reporter, tuple(partners), flow, "M"))  # type: ignore[arg-type]
        if not series.is_empty:
            yield reporter, flow, series


def test_euros_are_refused_by_command_and_picture_alike(store: Store) -> None:
    spec = find("trade_over_time")
    chosen = {"reporter": "DEU", "flow": "export", "prices": "real"}
    with pytest.raises(NothingToShow, match="Figures in euros are not deflated"):
        spec.build(store, spec.params.parse(chosen), LIGHT)
    with pytest.raises(UsageError):
        collapse_answer(
            store,
            reporter="DEU",
            partner="RUS",
            flow="import",
            event=EVENT,
            before=None,
            after=None,
            annual=False,
            horizon=None,
            source=None,
            known_on=None,
        )
