"""Exhibits of the overview: the one picture, and headline cards computed from the store."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Literal

import polars as pl

from dashboard import words
from dashboard.analysis.aggregates import part_year
from dashboard.exhibits.base import Card, Exhibit, Spec
from dashboard.exhibits.trade.over_time import TradeParams, trade_over_time
from dashboard.figures.theme import Style
from dashboard.params import Params
from dashboard.queries import catalogue
from dashboard.studies.collapse import CollapseQuery, of_months
from dashboard.studies.trade import ask
from pipelines.schema.schedule import next_release
from pipelines.store import Store


class OverviewParams(Params):
    """The one picture has few settings: always the United States and Russia, both flows, 12-month sums at first."""

    frequency: Literal["M", "Q", "S", "A"] = "S"
    marks: Literal["landmarks", "all", "none"] = "landmarks"
    summits: bool = False


def us_russia_at_a_glance(store: Store, params: OverviewParams, style: Style) -> Exhibit:
    """The one picture: US exports to and imports from Russia since 1992 beside the landmark sanctions.

    Raises:
        NothingToShow: the store has no US–Russia figures.
    """
    asked = TradeParams(frequency=params.frequency, marks=params.marks, summits=params.summits)
    drawn = trade_over_time(store, asked, style)
    return replace(
        drawn,
        id="us_russia_at_a_glance",
        params=params,
        cards=headline(store),
        passport=replace(drawn.passport, view=SPEC.view(params)),
    )


FULL_SCALE_WAR = date(2022, 2, 24)
"""The event that the headline cards are measured from."""


def headline(store: Store) -> tuple[Card, ...]:
    """Last full year, this year so far against the same months, both rebounds, last month. Never a part as a year."""
    query = CollapseQuery("USA", "RUS", "total", FULL_SCALE_WAR, source="census")
    months = ask(store, query.trade("total", "M"))
    if months.is_empty:
        return ()
    found = of_months(months, query, None)
    years = found.flows.summed("A").whole().frame
    year, peak = years.row(-1, named=True), years.sort("value").row(-1, named=True)
    fall = words.percent(1 - year["value"] / peak["value"])
    cards = [
        Card(
            f"US–Russia goods trade, {year['period'].year}",
            months.amount(year["value"], year["rounding"]),
            f"{fall} below {peak['period'].year} ({months.amount(peak['value'], peak['rounding'])})",
        )
    ]
    so_far = part_year(months.frame.select("period", "value_usd"))
    if not so_far.is_empty():
        part = so_far.row(0, named=True)
        change = words.percent(part["growth"], signed=True)
        cards.append(Card(part["label"], months.money(part["value_usd"]), f"{change} on the same months a year before"))
    trough = words.twelve_months(found.result.trough_period)
    regained = f"{found.share.words(signed=False)} of the loss since Feb 2022 regained; trough: {trough}"
    last = months.frame.row(-1, named=True)
    basis = "exports and imports, Census basis"
    cards += [
        Card("Rebound from the trough", found.rebound.words(), regained),
        Card(f"Last month, {words.month(last['period'])}", months.amount(last["value"], last["rounding"]), basis),
    ]
    return tuple(cards)


def state_of_data(store: Store, today: date) -> str:
    """How far the main series reaches, which vintage that is, and when the source's next figures are due."""
    rows = catalogue.last_observations(store).filter(pl.col("source") == "census")
    if rows.is_empty():
        return "The store holds no US trade figures. A refresh brings them."
    row = rows.row(0, named=True)
    lag = catalogue.sources(store).filter(pl.col("source") == "census")["schedule_days"].item()
    sentence = (
        f"US trade figures run to {words.month(row['last_period'])} (vintage of {words.month(row['known_from'])})."
    )
    following = next_release(row["last_period"], "M", lag)
    if following is None:
        return sentence
    coming = following
    while coming.due < today:
        later = next_release(coming.period, "M", lag)
        assert later is not None
        coming = later
    if coming.period > following.period:
        sentence += f" Newer ones are out by the source's calendar, from {words.month(following.period)} on."
    return f"{sentence} Next release about {words.day(coming.due)}, with the figures of {words.month(coming.period)}."


SPEC = Spec("us_russia_at_a_glance", "US–Russia trade at a glance", "overview", OverviewParams, us_russia_at_a_glance)
SPECS: tuple[Spec, ...] = (SPEC,)
