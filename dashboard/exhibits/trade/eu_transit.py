"""Exports of the EU, or of a member, to Russia beside those to the economies on the way."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Annotated, Literal

import polars as pl
from pydantic import Field

from dashboard import words
from dashboard.analysis.transforms import index_to
from dashboard.exhibits import passports
from dashboard.exhibits.base import Column, Exhibit, NothingToShow, Spec
from dashboard.exhibits.columns import TRADE
from dashboard.exhibits.passports import basis_words, valuation_words
from dashboard.exhibits.trade.lines import line
from dashboard.figures import theme
from dashboard.figures.marks import NOT_A_CAUSE
from dashboard.figures.multiples import Panel, multiples
from dashboard.figures.theme import Style
from dashboard.params import Area, CurrencyWord, Month, Params
from dashboard.queries import catalogue
from dashboard.studies.series import TradeSeries
from dashboard.studies.trade import TradeQuery, ask
from dashboard.words import trade as trade_words
from pipelines.store import Store

SOURCE = "eurostat"
PARTNERS = ("RUS", "KAZ", "KGZ", "ARM", "GEO", "UZB")
CANNOT_SHOW = (
    "A rise there is not proof of re-export: part of it is the economies' own growth, part goods that used to come by "
    "other ways. Total exports do not say which goods went, nor where a good was made."
)
COLUMNS = {**TRADE, "period": Column("12 months to")}


class TransitParams(Params):
    """Whose exports, as 12-month sums or as an index of the base year; `event` is marked."""

    eu_reporter: Area = "EUU"
    transit_measure: Literal["level", "index"] = "level"
    transit_base: Annotated[int, Field(ge=2019, le=2100)] = 2021
    event: Month = date(2022, 2, 1)
    currency: CurrencyWord = "reported"
    known_on: date | None = None


@dataclass(frozen=True, eq=False)
class Transit:
    """12-month sums that are drawn (with `index` where one is shown), and the complete years behind the answer."""

    sums: TradeSeries
    years: TradeSeries


def eu_transit(store: Store, params: TransitParams, style: Style) -> Exhibit:
    """12-month sums of exports to Russia, Kazakhstan, Kyrgyzstan, Armenia, Georgia and Uzbekistan."""
    names = catalogue.names(store)
    return write(store, params, study(store, params), names, style)


def study(store: Store, params: TransitParams) -> Transit:
    """Exports by partner from Eurostat.

    Raises:
        NothingToShow: there are none, or no partner has the base year; the sentence says which.
    """
    query = TradeQuery(
        params.eu_reporter,
        PARTNERS,
        "export",
        "M",
        currency=params.currency,
        source=SOURCE,
        known_on=params.known_on,
    )
    months = ask(store, query)
    sums, years = months.summed("S"), months.summed("A").whole()
    if sums.is_empty:
        raise NothingToShow(months.why_empty or "There are no twelve months in a row. Choose another reporter.")
    if params.transit_measure == "index":
        base = date(params.transit_base, 12, 1)
        have = sums.frame.filter((pl.col("period") == base) & (pl.col("value") > 0))["partner"].to_list()
        if not have:
            raise NothingToShow(
                f"No partner has all months of {params.transit_base}, so there is no base; figures run from "
                f"{words.month(months.frame['period'].min())} to {words.month(months.last_month)}."  # type: ignore[arg-type]
            )
        held = sums.where(pl.col("partner").is_in(have))
        sums = held.with_rows(index_to(held.frame, base=base, frequency="M", by=("partner",), value="value"))
    return Transit(sums, years)


def write(store: Store, params: TransitParams, found: Transit, names: dict[str, str], style: Style) -> Exhibit:
    """The panels with their words, table and passport."""
    sums, index = found.sums, params.transit_measure == "index"
    who = trade_words.whose(names, params.eu_reporter)
    shown = [code for code in PARTNERS if code in sums.partners]
    # A line outside the drawn months would not be there, so it must not be spoken of either.
    marked = sums.frame["period"].min() <= params.event <= sums.last_month  # type: ignore[operator]
    figure = multiples(
        [_panel(sums.one(code), names, params, style) for code in shown],
        style=style,
        marks=[params.event] if marked else [],
        base=100.0 if index else None,
        hover_date="12 months to %b %Y",
    )
    unit = f"index, {params.transit_base} = 100" if index else f"{sums.currency}, own scale in every panel"
    rows = sums.frame
    return Exhibit(
        id=SPEC.id,
        title=f"{who} goods exports to Russia and its neighbours",
        subtitle=(
            f"Goods, 12-month sums, {unit}, current prices. {basis_words(rows)}, {valuation_words(rows)}, not "
            f"seasonally adjusted." + (f" Thin line: {words.month(params.event)}." if marked else "")
        ),
        figure=figure,
        data=_table(sums, names, index=index),
        alt=_alt(sums, names, shown, who),
        passport=passports.of_trade(
            store,
            sums,
            series=f"{who} goods exports to {words.listing([trade_words.whom(names, code) for code in shown])}, "
            "12-month sums",
            unit=f"index, {params.transit_base} = 100" if index else "",
            known_on=params.known_on,
            view=SPEC.view(params),
            cannot_show=f"{CANNOT_SHOW} {NOT_A_CAUSE}",
        ),
        params=params,
        answer=_answer(found.years, names, params, who),
        note=f"{CANNOT_SHOW} Heights cannot be compared between panels. {NOT_A_CAUSE if marked else ''}".rstrip(),
        columns=COLUMNS,
        file_stem=trade_words.stem(
            trade_words.short(names, params.eu_reporter),
            "exports-russia-and-neighbours",
            params.transit_measure,
            rows["period"].dt.year().min(),
            sums.last_month.year,
        ),
    )


def _table(sums: TradeSeries, names: dict[str, str], *, index: bool) -> pl.DataFrame:
    euros = ["value_eur"] if sums.currency == "EUR" else []
    columns = ["period", "partner", "partner_name", "currency", "value", "value_usd", *euros]
    columns += [*(["index"] if index else []), "flag", "source", "release", "known_from"]
    named = sums.table().with_columns(pl.col("partner").replace_strict(names, default=None).alias("partner_name"))
    return named.select(columns).sort("partner", "period")


def _panel(series: TradeSeries, names: dict[str, str], params: TransitParams, style: Style) -> Panel:
    index = params.transit_measure == "index"
    amounts = series.frame["value"].to_list()
    scale = theme.Scale(1.0, f"{params.transit_base} = 100") if index else theme.money_scale(amounts, series.sign)
    name = trade_words.short(names, series.partner)
    drawn = line(
        series.frame,
        frequency="M",
        name=name,
        colour=style.exports,
        divisor=scale.divisor,
        value="index" if index else "value",
        width=2.2,
        sign="" if index else series.sign,
    )
    return Panel(name, scale.unit, [drawn], last=f"to {words.month(series.last_month)}")


def _answer(years: TradeSeries, names: dict[str, str], params: TransitParams, who: str) -> str:
    """The base year against the last complete year: Russia, then the neighbours that rose most."""
    rows = years.frame.select("partner", pl.col("period").dt.year(), "value", "rounding").rows()
    held = {(partner, year): value for partner, year, value, _ in rows}
    told = {(partner, year): years.amount(value, width) for partner, year, value, width in rows}
    first = params.transit_base
    last = max((year for _, year in held), default=0)
    pairs = {
        code: (held[(code, params.transit_base)], held[(code, last)])
        for code in PARTNERS
        if last > params.transit_base and (code, params.transit_base) in held and (code, last) in held
    }
    if "RUS" not in pairs:
        return ""
    before, after = pairs["RUS"]
    way = "fell" if after < before else "rose"
    said = [f"to Russia {way} from {told['RUS', first]} in {first} to {told['RUS', last]} in {last}"]
    others = sorted((code for code in pairs if code != "RUS"), key=lambda code: pairs[code][0] - pairs[code][1])
    said += [
        f"to {trade_words.whom(names, code)} from {told[code, first]} to {told[code, last]}" for code in others[:3]
    ]
    return f"{who} goods exports {said[0]}; {words.listing(said[1:])}." if others else f"{who} goods exports {said[0]}."


def _alt(sums: TradeSeries, names: dict[str, str], shown: list[str], who: str) -> str:
    sentences = [f"Small multiples: {who} goods exports, 12-month sums."]
    for code in shown:
        rows = sums.one(code).frame
        first, last = rows.row(0, named=True), rows.row(-1, named=True)
        high = rows.row(rows["value"].arg_max() or 0, named=True)
        told = [sums.amount(row["value"], row["rounding"]) for row in (first, high, last)]
        when = [words.month(row["period"]) for row in (first, high, last)]
        sentences.append(
            f"{names.get(code, code)}: {told[0]} to {when[0]}, highest {told[1]} to {when[1]}, last {told[2]} to "
            f"{when[2]}."
        )
    return " ".join(sentences)


SPEC = Spec("eu_transit", "EU exports to Russia and its neighbours", "trade", TransitParams, eu_transit)
SPECS = (SPEC,)
