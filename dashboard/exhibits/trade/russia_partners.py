"""Where Russia's trade went: partners before and after, as the IMF's IMTS has them."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal, Self

import polars as pl
from pydantic import Field, model_validator

from dashboard import words
from dashboard.exhibits import passports
from dashboard.exhibits.base import Column, Exhibit, NothingToShow, Passport, Spec
from dashboard.exhibits.passports import basis_words, valuation_words
from dashboard.figures import theme
from dashboard.figures.dumbbell import Pair, dumbbells
from dashboard.figures.theme import Style
from dashboard.params import Params
from dashboard.queries import catalogue, trade
from dashboard.studies.series import TradeSeries
from dashboard.studies.trade import TradeQuery, ask
from dashboard.words import trade as trade_words
from pipelines.store import Store

CANNOT_SHOW = (
    "Russia stopped publishing trade by partner after 2021; later years are the IMF's estimates from what partners "
    "report, so partners that do not report are missing or guessed. Values rise with prices as well as with quantities."
)
Year = Annotated[int, Field(ge=2016, le=2100)]


class RussiaPartnersParams(Params):
    """Russia's exports or imports by partner in two years."""

    direction: Literal["export", "import"] = "export"
    year_from: Year = 2021
    year_to: Year = 2024
    top: Annotated[int, Field(ge=3, le=40)] = 15
    known_on: date | None = None

    @model_validator(mode="after")
    def _two_years(self) -> Self:
        if self.year_from >= self.year_to:
            raise ValueError("the first year must lie before the second")
        return self


def russia_partners(store: Store, params: RussiaPartnersParams, style: Style) -> Exhibit:
    """Russia's largest partners in two years, ordered by the change between them."""
    series = ask(
        store,
        TradeQuery("RUS", None, params.direction, "A", known_on=params.known_on),
    )
    series = series.where(trade_words.PLACE, pl.col("period").dt.year().is_in([params.year_from, params.year_to]))
    rows = series.frame
    names = catalogue.names(store)
    table, unmatched = _two(rows, params)
    if table.is_empty():
        raise NothingToShow(
            series.why_empty
            or f"The IMTS has no {params.direction}s of Russia by partner for {params.year_from} and {params.year_to} "
            f"both{_as_known(params.known_on)}. Choose other years."
        )
    table = table.with_columns(pl.col("partner").replace_strict(names, default=None).alias("partner_name"))
    scale = theme.money_scale([*table["value_from_usd"], *table["value_to_usd"]])
    colour = style.flow(params.direction)
    figure = dumbbells(
        [
            Pair(
                label=trade_words.short(names, row["partner"]) + (" *" if row["flag"] == "implausible" else ""),
                start=row["value_from_usd"] / scale.divisor,
                end=row["value_to_usd"] / scale.divisor,
                start_words=words.number(row["value_from_usd"] / scale.divisor),
                end_words=words.number(row["value_to_usd"] / scale.divisor),
                colour=colour,
                start_hollow=row["estimate_from"],
                end_hollow=row["estimate_to"],
            )
            for row in table.iter_rows(named=True)
        ],
        start_name=_year(params.year_from, table["estimate_from"].any()),
        end_name=_year(params.year_to, table["estimate_to"].any()),
        unit=scale.unit,
        style=style,
    )
    way = "went" if params.direction == "export" else "came from"
    flow = f"{params.direction}s"
    drawn = rows.filter(pl.col("period").dt.year().is_in([params.year_from, params.year_to]))
    return Exhibit(
        id=SPEC.id,
        title=f"Where Russia’s goods {flow} {way}, {params.year_from} and {params.year_to}",
        subtitle=(
            f"Goods {flow} by partner, {scale.unit}, current prices; the {table.height} largest in either year, by "
            f"change. {basis_words(rows)}, {valuation_words(rows)}, not seasonally adjusted."
            + (" Hollow: IMF estimates." if drawn["is_estimate"].any() else "")
            + (" *: implausible, see the note." if (table["flag"] == "implausible").any() else "")
        ),
        figure=figure,
        data=table.select(list(COLUMNS)),
        alt=_alt(table, names, params),
        passport=_passport(store, series.where(pl.col("partner").is_in(table["partner"].to_list())), params),
        params=params,
        answer=_answer(table, names, params),
        note=_note(table, unmatched, names, params),
        columns=COLUMNS
        | {
            "value_from_usd": Column(f"{params.year_from}, USD", "%.0f"),
            "value_to_usd": Column(f"{params.year_to}, USD", "%.0f"),
        },
        file_stem=trade_words.stem("russia-goods", flow, "by-partner", params.year_from, params.year_to),
    )


COLUMNS = {
    "partner": Column("Code"),
    "partner_name": Column("Partner"),
    "value_from_usd": Column("First year, USD", "%.0f"),
    "value_to_usd": Column("Second year, USD", "%.0f"),
    "change_usd": Column("Change, USD", "%.0f"),
    "change_pct": Column("Change, %", "%.1f"),
    "estimate_from": Column("First year is an estimate"),
    "estimate_to": Column("Second year is an estimate"),
    "flag": Column("Flag"),
    "source": Column("Source"),
    "known_from": Column("Known from"),
}


def _two(rows: pl.DataFrame, params: RussiaPartnersParams) -> tuple[pl.DataFrame, list[str]]:
    """The largest partners with both years, by change; and large ones that lack one of the years."""
    before = rows.filter(pl.col("period").dt.year() == params.year_from)
    after = rows.filter(pl.col("period").dt.year() == params.year_to)
    both = before.select("partner", value_from_usd="value", estimate_from="is_estimate", _before="flag").join(
        after.select("partner", "source", "known_from", value_to_usd="value", estimate_to="is_estimate", flag="flag"),
        on="partner",
    )
    if both.is_empty():
        return both, []
    ranked = both.with_columns(
        pl.max_horizontal("value_from_usd", "value_to_usd").alias("_size"),
        pl.coalesce("flag", "_before").alias("flag"),
        (pl.col("value_to_usd") - pl.col("value_from_usd")).alias("change_usd"),
        # A flagged figure carries no percentage.
        pl.when(pl.col("value_from_usd") > 0, pl.coalesce("flag", "_before").is_null())
        .then(100 * (pl.col("value_to_usd") / pl.col("value_from_usd") - 1))
        .alias("change_pct"),
    ).sort(["_size", "partner"], descending=[True, False])
    chosen = ranked.head(params.top)
    smallest = chosen["_size"].to_list()[-1]
    lone = pl.concat([before, after]).join(both, on="partner", how="anti").filter(pl.col("value") >= smallest)
    return chosen.sort(["change_usd", "partner"], descending=[True, False]), sorted(lone["partner"].unique())


def _as_known(known_on: date | None) -> str:
    return "" if known_on is None else f" as known on {words.day(known_on)}"


def _year(year: int, estimate: bool) -> str:
    return f"{year}, estimate" if estimate else str(year)


def _move(row: dict[str, float], names: dict[str, str]) -> str:
    name = trade_words.whom(names, str(row["partner"]))
    return f"{name} ({words.money(row['value_from_usd'])} to {words.money(row['value_to_usd'])})"


def _answer(table: pl.DataFrame, names: dict[str, str], params: RussiaPartnersParams) -> str:
    to = "to" if params.direction == "export" else "from"
    table = table.filter(pl.col("flag").is_null())  # a figure marked implausible makes no headline
    up = [_move(row, names) for row in table.filter(pl.col("change_usd") > 0).head(3).iter_rows(named=True)]
    fell = table.filter(pl.col("change_usd") < 0).reverse().head(3)
    down = [_move(row, names) for row in fell.iter_rows(named=True)]
    parts = [f"rose most {to} {words.listing(up)}"] if up else []
    parts += [f"fell most {to} {words.listing(down)}"] if down else []
    return f"From {params.year_from} to {params.year_to} Russia’s goods {params.direction}s {' and '.join(parts)}."


def _note(table: pl.DataFrame, unmatched: list[str], names: dict[str, str], params: RussiaPartnersParams) -> str:
    parts = [CANNOT_SHOW]
    if unmatched:
        listed = words.listing([trade_words.short(names, code) for code in unmatched])
        parts.append(f"Left out because {params.year_from} or {params.year_to} is missing: {listed}.")
    doubtful = table.filter(pl.col("flag") == "implausible")["partner"].to_list()
    if doubtful:
        listed = words.listing([trade_words.short(names, code) for code in doubtful])
        parts.append(
            f"Marked implausible and kept out of the headline: {listed}. An estimate is so marked when it exceeds "
            f"{words.money(trade.IMPLAUSIBLE_FROM_USD)} and {trade.IMPLAUSIBLE_TIMES} times the most that Russia "
            "itself reported, or when the data set is documented to jump there without a known reason."
        )
    return " ".join(parts)


def _alt(table: pl.DataFrame, names: dict[str, str], params: RussiaPartnersParams) -> str:
    doubt = {True: ", marked as implausible", False: ""}
    moves = [_move(row, names) + doubt[row["flag"] is not None] for row in table.iter_rows(named=True)]
    return (
        f"Two points per partner: Russia’s goods {params.direction}s in {params.year_from} and {params.year_to}, "
        f"from the largest rise to the largest fall: {words.listing(moves)}."
    )


def _passport(store: Store, drawn: TradeSeries, params: RussiaPartnersParams) -> Passport:
    return passports.of_trade(
        store,
        drawn,
        series=f"Russia, goods {params.direction}s by partner, {params.year_from} and {params.year_to}",
        known_on=params.known_on,
        view=SPEC.view(params),
        cannot_show=CANNOT_SHOW,
    )


SPEC = Spec("russia_partners", "Where Russia’s trade went", "trade", RussiaPartnersParams, russia_partners)
SPECS = (SPEC,)
