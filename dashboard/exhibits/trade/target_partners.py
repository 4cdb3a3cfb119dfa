"""Main partners of an economy under sanctions, as the UN yearbook prints them for single years."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import polars as pl

from dashboard import words
from dashboard.exhibits.base import Column, Exhibit, NothingToShow, Spec
from dashboard.exhibits.passports import passport
from dashboard.exhibits.trade.target_totals import EconomyParams
from dashboard.figures.dumbbell import Pair, dumbbells
from dashboard.figures.theme import Style
from dashboard.queries import catalogue, shares
from dashboard.queries.trade import TradeFlowWord
from dashboard.studies.trade import TradeQuery, ask
from dashboard.words import trade as trade_words
from pipelines.store import Store

CANNOT_SHOW = (
    "Only the three main partners of the last year are printed, so a partner that lost its place has vanished. A "
    "partner named “not specified” is trade that the economy reports without saying with whom."
)
COLUMNS = {
    "direction": Column("Flow"),
    "rank": Column("Rank in the last year"),
    "partner": Column("Code"),
    "partner_name": Column("Partner"),
    "share_before_pct": Column("Share in the first year, %", "%.1f"),
    "share_after_pct": Column("Share in the last year, %", "%.1f"),
    "looks_incomplete": Column("Last year looks incomplete"),
    "source": Column("Source"),
    "known_from": Column("Known from"),
}
_HEADINGS: dict[TradeFlowWord, str] = {"export": "Share of exports", "import": "Share of imports"}


def target_partners(store: Store, params: EconomyParams, style: Style) -> Exhibit:
    """Shares of the main partners in exports and imports, in the first and the last printed year."""
    names = catalogue.names(store)
    name = names.get(params.economy, params.economy)
    rows = shares.main_partners(store, area=params.economy, known_on=params.known_on)
    if rows.is_empty():
        today = shares.main_partners(store, area=params.economy, known_on=None)
        if params.known_on is not None and not today.is_empty():
            raise NothingToShow(
                f"Nothing of this was known to this store on {words.day(params.known_on)}: its first vintage is of "
                f"{words.day(min(today['known_from']))}. Choose a later day."
            )
        raise NothingToShow(f"The UN yearbook names no main partners of {name}. Choose another economy.")
    periods = rows["period"].unique().sort().to_list()
    first, last = periods[0], periods[-1]
    before = rows.filter(pl.col("period") == first).select("direction", "partner", share_before_pct="share_pct")
    table = (
        rows.filter(pl.col("period") == last)
        .rename({"share_pct": "share_after_pct", "name": "partner_name"})
        .join(before, on=["direction", "partner"], how="left")
        .sort("direction", "rank")
    )
    doubtful = _incomplete(store, params, last.year)
    table = table.with_columns(pl.col("direction").is_in(doubtful).alias("looks_incomplete"))
    drawn = table.to_dicts()
    heads = {row["direction"]: row["rank"] for row in reversed(drawn)}
    figure = dumbbells(
        [_pair(row, style, first_of_group=heads[row["direction"]] == row["rank"]) for row in drawn],
        start_name=str(first.year),
        end_name=str(last.year),
        unit="%",
        style=style,
    )
    said = {
        flow: words.listing(
            [
                f"{row['partner_name']} {words.number(row['share_after_pct'], 1)}%"
                for row in drawn
                if row["direction"] == flow
            ]
        )
        for flow in ("export", "import")
    }
    parts = [f"of {flow}s{' (which look incomplete)' if flow in doubtful else ''} {said[flow]}" for flow in said]
    shares_said = "; ".join(parts)
    return Exhibit(
        id=SPEC.id,
        title=f"{trade_words.whose(names, params.economy)} main partners in goods trade",
        subtitle=(
            f"Share of goods exports and of goods imports, %, {first.year} and {last.year}; the three main partners of "
            f"{last.year}. UN yearbook, current prices, not seasonally adjusted."
        ),
        figure=figure,
        data=table.select(list(COLUMNS)),
        alt=f"Two points per partner: {name}, shares in {last.year}: {shares_said}.",
        passport=passport(
            store,
            sources=rows["source"].unique().to_list(),
            releases=rows["release"].unique().to_list(),
            series=f"{name}, three main partners by direction",
            unit="% of goods exports or imports",
            last_observation=str(last.year),
            basis="UN yearbook totals",
            known_on=params.known_on,
            view=SPEC.view(params),
            cannot_show=CANNOT_SHOW,
        ),
        params=params,
        answer=f"{name} in {last.year}: {shares_said}.",
        note=" ".join(
            [
                CANNOT_SHOW,
                *(
                    f"The {flow}s of {last.year} look incomplete, and so are their shares (hollow)."
                    for flow in doubtful
                ),
            ]
        ),
        columns=COLUMNS,
        file_stem=trade_words.stem(name, "main-partners", first.year, last.year),
    )


def _incomplete(store: Store, params: EconomyParams, year: int) -> list[TradeFlowWord]:
    """Flows whose total of that year is marked doubtful, so that a share of it is doubtful as well."""
    query = TradeQuery(params.economy, ("WLD",), "export", "A", source="un_syb", known_on=params.known_on)
    totals = [ask(store, replace(query, flow=flow)) for flow in _HEADINGS]
    return [one.flow for one in totals if not one.flagged.filter(pl.col("period").dt.year() == year).is_empty()]


def _pair(row: dict[str, Any], style: Style, *, first_of_group: bool) -> Pair:
    before, after = row["share_before_pct"], row["share_after_pct"]
    return Pair(
        label=row["partner_name"] or row["partner"],
        start=before,
        end=after,
        start_words="" if before is None else words.number(before, 1),
        end_words=words.number(after, 1),
        colour=style.flow(row["direction"]),
        end_hollow=row["looks_incomplete"],
        heading=_HEADINGS[row["direction"]] if first_of_group else "",
    )


SPEC = Spec("target_partners", "Main partners of an economy", "trade", EconomyParams, target_partners)
SPECS = (SPEC,)
