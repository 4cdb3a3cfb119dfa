"""Total goods trade of an economy under sanctions, as the UN yearbook prints it for single years."""

from __future__ import annotations

from datetime import date

import polars as pl

from dashboard import words
from dashboard.exhibits import passports
from dashboard.exhibits.base import Column, Exhibit, NothingToShow, Spec
from dashboard.exhibits.columns import TRADE
from dashboard.exhibits.passports import basis_words, valuation_words
from dashboard.figures import theme
from dashboard.figures.bars import Bars, paired_bars
from dashboard.figures.theme import Style
from dashboard.params import Area, Params
from dashboard.queries import catalogue
from dashboard.queries.trade import TradeFlowWord
from dashboard.studies.series import TradeSeries, together
from dashboard.studies.trade import TradeQuery, ask, ask_flows
from dashboard.words import trade as trade_words
from pipelines.store import Store

SOURCE = "un_syb"
CANNOT_SHOW = (
    "The yearbook prints seven years only, so what happened between them is not here. Economies under sanctions hide "
    "part of their trade, above all oil, and some figures are the yearbook's own estimates."
)
COLUMNS = {
    name: TRADE[name] for name in ("period", "flow", "currency", "value", "value_usd", "is_estimate", "flag")
} | {
    "period": Column("Year"),
    "source": TRADE["source"],
    "known_from": TRADE["known_from"],
}


class EconomyParams(Params):
    """One economy."""

    economy: Area = "IRN"
    known_on: date | None = None


def target_totals(store: Store, params: EconomyParams, style: Style) -> Exhibit:
    """Exports and imports of all goods in the years that the yearbook has; doubtful figures are hollow."""
    names = catalogue.names(store)
    name = names.get(params.economy, params.economy)
    flows: tuple[TradeFlowWord, ...] = ("export", "import")
    query = TradeQuery(params.economy, ("WLD",), "export", "A", source=SOURCE, known_on=params.known_on)
    found = ask_flows(store, query, flows)
    if not found:
        raise NothingToShow(ask(store, query).why_empty)
    series = together(found)
    rows = series.frame
    years = sorted(rows["period"].unique())
    scale = theme.money_scale(rows["value"].to_list())
    figure = paired_bars(
        [str(year.year) for year in years],
        [
            _bars(rows.filter(pl.col("flow") == "export"), years, scale, "exports", style.exports),
            _bars(rows.filter(pl.col("flow") == "import"), years, scale, "imports", style.imports),
        ],
        unit=scale.unit,
        style=style,
    )
    table = series.table().sort("flow", "period")
    data = table.select(list(COLUMNS))
    said = [
        f"{row['flow']}s {row['period'].year} {series.amount(row['value'], row['rounding'])}"
        + ("" if row["flag"] is None else " (looks incomplete)")
        for row in table.iter_rows(named=True)
    ]
    flagged = data.filter(pl.col("flag").is_not_null())
    doubtful = [f"{row['flow']}s of {row['period'].year}" for row in flagged.iter_rows(named=True)]
    return Exhibit(
        id=SPEC.id,
        title=f"{trade_words.whose(names, params.economy)} goods exports and imports, single years",
        subtitle=(
            f"All partners, {scale.unit}, current prices. {basis_words(rows)}, {valuation_words(rows)}, not seasonally "
            f"adjusted. Years are not evenly spaced. Hollow: looks incomplete."
        ),
        figure=figure,
        data=data,
        alt=f"Pairs of bars: {name}, {words.listing(said)}.",
        passport=passports.of_trade(
            store,
            series,
            series=f"{name}, total goods exports and imports",
            known_on=params.known_on,
            view=SPEC.view(params),
            cannot_show=CANNOT_SHOW,
        ),
        params=params,
        answer=_totals_answer(series, name),
        note=CANNOT_SHOW + (f" Looks incomplete and is not compared: {words.listing(doubtful)}." if doubtful else ""),
        columns=COLUMNS,
        file_stem=trade_words.stem(name, "goods-trade-totals", years[0].year, years[-1].year),
    )


def _bars(rows: pl.DataFrame, years: list[date], scale: theme.Scale, name: str, colour: str) -> Bars:
    held = {row["period"]: row for row in rows.iter_rows(named=True)}
    values = [held[year]["value"] / scale.divisor if year in held else None for year in years]
    return Bars(
        name=name,
        colour=colour,
        values=values,
        words=["" if value is None else words.number(value, 0 if value >= 10 else 1) for value in values],
        hollow=[year in held and held[year]["flag"] is not None for year in years],
    )


def _totals_answer(series: TradeSeries, name: str) -> str:
    """The last figure that does not look incomplete, beside the highest of the printed years."""
    said = []
    for flow in ("export", "import"):
        rows = series.trusted().frame.filter(pl.col("flow") == flow).sort("period")
        if rows.is_empty():
            continue
        last, high = rows.row(-1, named=True), rows.row(rows["value"].arg_max() or 0, named=True)
        beside = (
            "the highest of the printed years"
            if high["period"] == last["period"]
            else f"after {series.amount(high['value'], high['rounding'])} in {high['period'].year}"
        )
        said.append(f"{flow}s were {series.amount(last['value'], last['rounding'])} in {last['period'].year}, {beside}")
    return f"{name}: goods {words.listing(said)}." if said else ""


SPEC = Spec("target_totals", "Total goods trade of an economy", "trade", EconomyParams, target_totals)
SPECS = (SPEC,)
