"""Exports of the EU, or of a member, to Russia beside those to the economies on the way."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

import polars as pl
from pydantic import Field

from dashboard import words
from dashboard.analysis.transforms import index_to, rolling_sum
from dashboard.exhibits.base import Column, Exhibit, NothingToShow, Passport, Spec
from dashboard.exhibits.passports import basis_words, passport, valuation_words
from dashboard.exhibits.trade.lines import line
from dashboard.figures import theme
from dashboard.figures.marks import NOT_A_CAUSE
from dashboard.figures.multiples import Panel, multiples
from dashboard.figures.theme import Style
from dashboard.params import Area, Month, Params
from dashboard.queries import catalogue
from dashboard.studies import legacy
from dashboard.words import trade as trade_words
from pipelines.store import Store

SOURCE = "eurostat"
PARTNERS = ("RUS", "KAZ", "KGZ", "ARM", "GEO", "UZB")
CANNOT_SHOW = (
    "A rise there is not proof of re-export: part of it is the economies' own growth, part goods that used to come by "
    "other ways. Total exports do not say which goods went, nor where a good was made."
)
COLUMNS = {
    "period": Column("12 months to"),
    "partner": Column("Code"),
    "partner_name": Column("Partner"),
    "value_eur": Column("Goods exports, 12 months, EUR", "%.0f"),
    "index": Column("Index", "%.1f"),
    "source": Column("Source"),
    "known_from": Column("Known from"),
}


class TransitParams(Params):
    """Whose exports, as 12-month sums in euros or as an index of the base year; `event` is marked."""

    eu_reporter: Area = "EUU"
    transit_measure: Literal["level", "index"] = "level"
    transit_base: Annotated[int, Field(ge=2019, le=2100)] = 2021
    event: Month = date(2022, 2, 1)
    known_on: date | None = None


def eu_transit(store: Store, params: TransitParams, style: Style) -> Exhibit:
    """12-month sums of exports to Russia, Kazakhstan, Kyrgyzstan, Armenia, Georgia and Uzbekistan, in euros."""
    names = catalogue.names(store)
    months = legacy.series(
        store, reporter=params.eu_reporter, partners=PARTNERS, flow="export", source=SOURCE, known_on=params.known_on
    )
    who = trade_words.whose(names, params.eu_reporter)
    sums = months.clear() if months.is_empty() else rolling_sum(months, by=("partner",), value="value_eur")
    index = params.transit_measure == "index"
    if index and sums.height:
        base = date(params.transit_base, 12, 1)
        have = sums.filter((pl.col("period") == base) & (pl.col("value_eur") > 0))["partner"].to_list()
        sums = sums.filter(pl.col("partner").is_in(have))
        if have:
            sums = index_to(sums, base=base, frequency="M", by=("partner",), value="value_eur")
    if sums.is_empty():
        raise NothingToShow(
            f"Eurostat has no twelve months of {who} exports to Russia and its neighbours for this choice. Choose the "
            "European Union or a member, and a base year from 2019 on."
        )
    shown = [code for code in PARTNERS if code in set(sums["partner"])]
    panels = [_panel(sums.filter(pl.col("partner") == code), names, code, params, style) for code in shown]
    # A line outside the drawn months would not be there, so it must not be spoken of either.
    marked = sums["period"].min() <= params.event <= sums["period"].max()  # type: ignore[operator]
    figure = multiples(
        panels,
        style=style,
        marks=[params.event] if marked else [],
        base=100.0 if index else None,
        hover_date="12 months to %b %Y",
    )
    last = sums["period"].to_list()[-1] if sums.height else params.event
    unit = f"index, {params.transit_base} = 100" if index else "EUR, own scale in every panel"
    return Exhibit(
        id=SPEC.id,
        title=f"{who} goods exports to Russia and its neighbours",
        subtitle=(
            f"Goods, 12-month sums, {unit}, current prices. {basis_words(months)}, {valuation_words(months)}, not "
            f"seasonally adjusted." + (f" Thin line: {words.month(params.event)}." if marked else "")
        ),
        figure=figure,
        data=sums.with_columns(pl.col("partner").replace_strict(names, default=None).alias("partner_name"))
        .select([name for name in COLUMNS if name != "index" or index])
        .sort("partner", "period"),
        alt=_alt(sums, names, shown, who),
        passport=_passport(store, params, months, who, words.month(last)),
        params=params,
        answer=_answer(months, names, params, who),
        note=f"{CANNOT_SHOW} Heights cannot be compared between panels. {NOT_A_CAUSE if marked else ''}".rstrip(),
        columns=COLUMNS,
        file_stem=trade_words.stem(
            trade_words.short(names, params.eu_reporter),
            "exports-russia-and-neighbours",
            params.transit_measure,
            "2019",
            last.year,
        ),
    )


def _panel(rows: pl.DataFrame, names: dict[str, str], code: str, params: TransitParams, style: Style) -> Panel:
    index = params.transit_measure == "index"
    values = rows["value_eur"].to_list()
    scale = theme.Scale(1.0, f"{params.transit_base} = 100") if index else theme.money_scale(values, "EUR")
    drawn = line(
        rows,
        frequency="M",
        name=trade_words.short(names, code),
        colour=style.exports,
        divisor=scale.divisor,
        value="index" if index else "value_eur",
        width=2.2,
    )
    last = f"to {words.month(rows['period'].to_list()[-1])}"
    return Panel(trade_words.short(names, code), scale.unit, [drawn], last=last)


def yearly(months: pl.DataFrame) -> pl.DataFrame:
    """Complete calendar years in euros: partner, year, value_eur. A year that lacks a month has no row."""
    return (
        months.group_by("partner", pl.col("period").dt.year().alias("year"))
        .agg(pl.col("value_eur").sum(), pl.len().alias("months"))
        .filter(pl.col("months") == 12)
        .drop("months")
        .sort("partner", "year")
    )


def _answer(months: pl.DataFrame, names: dict[str, str], params: TransitParams, who: str) -> str:
    """The base year against the last complete year: Russia, then the neighbour that rose most in euros."""
    years = yearly(months)
    later = [year for year in years["year"].to_list() if year > params.transit_base]
    if not later:
        return ""
    last = max(later)
    held = {(row["partner"], row["year"]): row["value_eur"] for row in years.iter_rows(named=True)}
    pairs = {
        code: (held[(code, params.transit_base)], held[(code, last)])
        for code in PARTNERS
        if (code, params.transit_base) in held and (code, last) in held
    }
    if "RUS" not in pairs:
        return ""
    said = [_move("to Russia", *pairs["RUS"], params.transit_base, last)]
    others = sorted((code for code in pairs if code != "RUS"), key=lambda code: pairs[code][0] - pairs[code][1])
    said += [_short_move(f"to {trade_words.whom(names, code)}", *pairs[code]) for code in others[:3]]
    return f"{who} goods exports {said[0]}; {words.listing(said[1:])}." if others else f"{who} goods exports {said[0]}."


def _move(to: str, before: float, after: float, first: int, last: int) -> str:
    way = "fell" if after < before else "rose"
    return f"{to} {way} from {words.money(before, 'EUR')} in {first} to {words.money(after, 'EUR')} in {last}"


def _short_move(to: str, before: float, after: float) -> str:
    return f"{to} from {words.money(before, 'EUR')} to {words.money(after, 'EUR')}"


def _alt(sums: pl.DataFrame, names: dict[str, str], shown: list[str], who: str) -> str:
    sentences = [f"Small multiples: {who} goods exports, 12-month sums."]
    for code in shown:
        rows = sums.filter(pl.col("partner") == code).sort("period")
        first, last = rows.row(0, named=True), rows.row(-1, named=True)
        high = rows.row(rows["value_eur"].arg_max() or 0, named=True)
        sentences.append(
            f"{names.get(code, code)}: {words.money(first['value_eur'], 'EUR')} to {words.month(first['period'])}, "
            f"highest {words.money(high['value_eur'], 'EUR')} to {words.month(high['period'])}, last "
            f"{words.money(last['value_eur'], 'EUR')} to {words.month(last['period'])}."
        )
    return " ".join(sentences)


def _passport(store: Store, params: TransitParams, months: pl.DataFrame, who: str, last: str) -> Passport:
    return passport(
        store,
        sources=[SOURCE],
        releases=months["release"].unique().to_list(),
        series=f"{who} goods exports to {', '.join(PARTNERS)}, 12-month sums",
        unit=f"index, {params.transit_base} = 100" if params.transit_measure == "index" else "EUR",
        last_observation=last,
        basis=basis_words(months),
        valuation=valuation_words(months),
        known_on=params.known_on,
        view=SPEC.view(params),
        cannot_show=f"{CANNOT_SHOW} {NOT_A_CAUSE}",
    )


SPEC = Spec("eu_transit", "EU exports to Russia and its neighbours", "trade", TransitParams, eu_transit)
SPECS = (SPEC,)
