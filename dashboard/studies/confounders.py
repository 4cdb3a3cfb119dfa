"""Trade of one pair beside what else may have moved it: oil, the rouble, and the reporter's trade with the world.

Each panel is a series of its own, cut to one window and never filled in. A panel that is missing says whether the
store, the day of knowledge or the window is the cause; a line that ends for good says who stopped.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

import polars as pl

from dashboard import words
from dashboard.analysis.errors import AnalysisError
from dashboard.queries import macro
from dashboard.studies import measures
from dashboard.studies.measures import Measures
from dashboard.studies.pair import PairQuery, ask_months
from dashboard.studies.series import TradeSeries
from dashboard.studies.trade import ask
from pipelines.store import Store

WORLD = "WLD"
LONG_OVER, AFTERWARDS = 10, 5
"""An episode that ended more years ago than this is shown with so many years after it, not with decades of quiet."""

ROUBLE_PARTNERS = ("RUS", "BLR", "SUN")
"""Partners whose trade the rouble bears upon; beside the others it says nothing."""


@dataclass(frozen=True)
class ConfoundersQuery:
    """Which pair, with which measures marked on which clock, in which window (None: around the marks)."""

    pair: PairQuery
    keys: tuple[str, ...]
    clock: str
    start: date | None = None
    end: date | None = None


@dataclass(frozen=True)
class Kind:
    """What stands beside trade: its name and unit, where it is found, and what it means that a source ended."""

    name: str
    unit: str
    indicator: str
    area: str
    ended: tuple[str, str] = ("", "")


BRENT = Kind("Brent", "$ per barrel", "brent_usd_per_barrel", WORLD)
ROUBLE = Kind("Roubles per dollar", "roubles", "rub_per_usd", "RUS", ("ecb_fx", "the ECB stopped fixing the rouble"))


@dataclass(frozen=True, eq=False)
class Beside:
    """Months of something beside trade: `frame` has period, value, source, release and known_from.

    `stopped` says who stopped publishing it, and after which month, where it ends for good inside the window.
    """

    kind: Kind
    frame: pl.DataFrame
    stopped: str = ""


@dataclass(frozen=True, eq=False)
class Confounders:
    """What is drawn between `start` and `end`: the trade, what stands beside it, and the reporter's total.

    `world` has no rows where the source gives none; `world_stopped` says why it ends before the trade does. `lacking`
    are sentences on panels that are missing, `absent` the names of those beside trade.
    """

    query: ConfoundersQuery
    start: date
    end: date
    trade: TradeSeries
    world: TradeSeries
    world_stopped: str
    beside: tuple[Beside, ...]
    chosen: Measures
    lacking: tuple[str, ...]
    absent: tuple[str, ...]


def kinds(partner: str) -> tuple[Kind, ...]:
    """What stands beside the trade with a partner."""
    return (BRENT, ROUBLE) if partner in ROUBLE_PARTNERS else (BRENT,)


def study(store: Store, query: ConfoundersQuery) -> Confounders:
    """The panels of a window.

    Raises:
        AnalysisError: there is no such trade, or none in this window.
    """
    pair = query.pair
    months = ask_months(store, pair)
    chosen = measures.named(store, query.keys, query.clock, pair.known_on)
    start = query.start or _default_start(chosen.frame, months)
    end = query.end or _default_end(chosen.frame, months.last_month)
    trade = months.between(start, end)
    if trade.is_empty:
        first = words.span(months.frame["period"][0], months.last_month)
        raise AnalysisError(
            f"The chosen trade has no month between this start and this end; its figures are of {first}. Widen the "
            "window."
        )
    world, why_no_world, world_stopped = _world(store, query, months, start, end)
    found = {kind: _beside(store, kind, start, end, pair.known_on) for kind in kinds(pair.partner)}
    there = tuple(one for one in found.values() if isinstance(one, Beside))
    missing = {kind.name: one for kind, one in found.items() if isinstance(one, str)}
    told = [f"Not shown: {'; '.join(f'{name} ({why})' for name, why in missing.items())}."] if missing else []
    return Confounders(
        query,
        start,
        end,
        trade,
        world,
        world_stopped,
        there,
        chosen,
        (*([why_no_world] if why_no_world else []), *told),
        tuple(missing),
    )


def _default_start(chosen: pl.DataFrame, months: TradeSeries) -> date:
    """January two years before the first mark, so that the picture shows what went before it."""
    first: date = months.frame["period"][0]
    if chosen.is_empty():
        return first
    return max(first, date(min(chosen["date"]).year - 2, 1, 1))


def _default_end(chosen: pl.DataFrame, last_trade: date) -> date:
    """The last month of the figures; for an episode long over, the December five years after its last mark or end."""
    days = [day for name in ("date", "lifted") if not chosen.is_empty() for day in chosen[name].drop_nulls()]
    if not days or last_trade.year - max(days).year <= LONG_OVER:
        return last_trade
    return date(max(days).year + AFTERWARDS, 12, 1)


def _world(
    store: Store, query: ConfoundersQuery, months: TradeSeries, start: date, end: date
) -> tuple[TradeSeries, str, str]:
    """The reporter's total in the window, why there is none, and why it ends before the trade with the partner."""
    nothing = months.with_rows(months.frame.clear())
    if query.pair.partner == WORLD:
        return nothing, "", ""
    every = ask(store, query.pair.trade((WORLD,)))
    if every.is_empty or every.currency != months.currency:
        return nothing, "This source gives no monthly total for the reporter, so that panel is missing.", ""
    cut = every.between(start, end)
    if cut.is_empty:
        ends = words.span(every.frame["period"][0], every.last_month)
        return cut, f"The reporter’s total is not shown: its figures are of {ends}.", ""
    stopped = ""
    if every.last_month < min(months.last_month, end):
        later = ask(store, replace(query.pair.trade(), start=months.last_month))
        newest, number = words.month(months.last_month), words.plural(len(later.partners), "partner")
        stopped = (
            f"ends {words.month(every.last_month)}, because the store has {newest} for {number} and not for the world"
        )
    return cut, "", stopped


def _beside(store: Store, kind: Kind, start: date, end: date, known_on: date | None) -> Beside | str:
    """The months in the window, or why there are none."""

    def held(day: date | None) -> pl.DataFrame:
        return macro.one_source(store, indicator=kind.indicator, areas=[kind.area], frequency="M", known_on=day)

    rows = held(known_on)
    if rows.is_empty():
        today = held(None) if known_on is not None else rows
        if today.is_empty():
            return "not in the store"
        return f"not known to this store on {words.day(known_on)}"  # type: ignore[arg-type]
    cut = rows.filter(pl.col("period").is_between(start, end))
    first, last = rows["period"][0], rows["period"][-1]
    if cut.is_empty():
        return f"its figures are of {words.span(first, last)}, outside these months"
    source, told = kind.ended
    # A series known on a past day goes on; only one that ends today where it ended then has stopped for good.
    for_good = rows["source"][0] == source and held(None)["period"][-1] == last and last < end
    stopped = f"{told} after {words.month(last)}" if for_good else ""
    return Beside(kind, cut.select("period", "value", "source", "release", "known_from"), stopped)
