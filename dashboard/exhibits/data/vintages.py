"""How published years changed: the same year of trade as each vintage gave it."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

import polars as pl
from pydantic import BeforeValidator, Field

from dashboard import words
from dashboard.exhibits.base import Column, Exhibit, NothingToShow, Spec
from dashboard.exhibits.passports import BASIS_WORDS, passport
from dashboard.figures.dots import Kind, Point, Row, dot_rows
from dashboard.figures.theme import Style
from dashboard.params import Area, Areas, FlowWord, Params
from dashboard.queries import catalogue, coverage, trade
from pipelines.store import Store

_WORDS = {"export": ("exports", "to"), "import": ("imports", "from"), "total": ("exports and imports", "with")}
_BASIS = {"census": "census", "eurostat": "comext", "fcs_russia": "customs", "imf_imts": "imts"}


def _one_sum(value: Any) -> Any:
    """Other pages show both flows side by side; here they are one sum."""
    return "total" if value == "both" else value


class RevisionParams(Params):
    """Whose trade with whom (the first partner), which flow, and one year or all that were revised."""

    reporter: Area = "USA"
    partner: Areas = Field(default=("RUS",), min_length=1)
    flow: Annotated[FlowWord, BeforeValidator(_one_sum)] = "export"
    year: int | None = Field(default=None, ge=1985, le=2100)


def vintage_revisions(store: Store, params: RevisionParams, style: Style) -> Exhibit:
    """Every complete year with more than one vintage: its change against the first one, and the figures themselves."""
    partner = params.partner[0]
    source = trade.default_source(store, params.reporter, "M")
    names = catalogue.names(store, [params.reporter, partner])
    pair = f"{names.get(params.reporter, params.reporter)} with {names.get(partner, partner)}"
    if params.flow == "balance":
        raise NothingToShow("A balance has no vintages of its own; choose exports, imports or their total.")
    if source is None:
        raise NothingToShow(f"The store has no monthly trade of {names.get(params.reporter, params.reporter)}.")
    flows = ["export", "import"] if params.flow == "total" else [params.flow]
    rows = coverage.year_by_vintage(store, reporter=params.reporter, partner=partner, flows=flows, source=source)
    data = _revised(rows, params)
    if data.is_empty():
        when = "" if params.year is None else f" in {params.year}"
        raise NothingToShow(
            f"No complete year of goods trade of {pair}{when} has more than one vintage in the store; choose another "
            "year, partner or flow."
        )
    kinds = [
        Kind("first complete vintage", "circle-open", style.grey),
        Kind("later vintage", "diamond", style.exports if params.flow != "import" else style.imports),
        Kind("newest vintage", "circle", style.exports if params.flow != "import" else style.imports),
    ]
    figure = dot_rows(
        [_row(part) for part in data.partition_by("period", maintain_order=True)],
        kinds,
        unit="change on the first complete vintage, %",
        style=style,
        zero=0.0,
        row_height=34,
    )
    what, way = _WORDS[params.flow]
    title = f"How {_whose(names, params.reporter)} {what} {way} {names.get(partner, partner)} were revised"
    note = (
        "Only years with twelve months in two vintages are shown, and a later figure that agrees with a finer one "
        "within its own rounding is no revision. The vintages in between were not kept, so steps may hide in one."
    )
    return Exhibit(
        id="vintage_revisions",
        title=title if len(title) <= 70 else f"Revisions of yearly {what}, {pair}"[:70],
        subtitle=f"Goods, {_basis(source)}, million US dollars, current prices, not seasonally adjusted",
        figure=figure,
        data=data,
        alt=_alt(title, data),
        passport=passport(
            store,
            sources=[source],
            releases=data["release"].unique().to_list(),
            series=f"Goods {what}, {pair}, by vintage",
            unit="USD",
            basis=_basis(source),
            last_observation=str(max(data["period"]).year),
            cannot_show=note,
            view=SPEC.view(params),
        ),
        params=params,
        answer=_answer(data, f"{what} {way}", names.get(partner, partner)),
        note=note,
        columns={
            "period": Column("Year"),
            "known_from": Column("Known from"),
            "release": Column("Vintage"),
            "value_usd": Column("Value, USD", "%.0f"),
            "change_usd": Column("Change on the first, USD", "%.0f"),
            "change_pct": Column("Change on the first, %", "%.2f"),
            "place": Column("Vintage of the year"),
        },
        file_stem=f"revisions-{params.reporter}-{partner}-{params.flow}".lower(),
    )


def _basis(source: str) -> str:
    return BASIS_WORDS.get(_BASIS.get(source, source), source)


def _whose(names: dict[str, str], code: str) -> str:
    return "US" if code == "USA" else f"{names.get(code, code)}'s"


def _revised(rows: pl.DataFrame, params: RevisionParams) -> pl.DataFrame:
    """Years with more than one vintage, newest year first, with the change against the year's first vintage."""
    year = pl.col("period")
    first = pl.col("value_usd").first().over(year, order_by="known_from")
    frame = rows.filter(pl.len().over(year) > 1)
    if params.year is not None:
        frame = frame.filter(pl.col("period") == date(params.year, 1, 1))
    last = pl.col("known_from") == pl.col("known_from").max().over(year)
    earliest = pl.col("known_from") == pl.col("known_from").min().over(year)
    return (
        frame.with_columns(
            (pl.col("value_usd") - first).alias("change_usd"),
            pl.when(first > 0).then(100 * (pl.col("value_usd") / first - 1)).alias("change_pct"),
            pl.when(earliest)
            .then(pl.lit("first"))
            .when(last)
            .then(pl.lit("newest"))
            .otherwise(pl.lit("later"))
            .alias("place"),
        )
        .filter(pl.col("change_pct").is_not_null())
        .sort("period", "known_from", descending=[True, False])
    )


def _million(value_usd: float) -> str:
    return words.number(value_usd / 1e6, 1)


def _row(part: pl.DataFrame) -> Row:
    kinds = {"first": 0, "later": 1, "newest": 2}
    points = [
        Point(
            row["change_pct"],
            kinds[row["place"]],
            f"<b>{row['period'].year}: ${_million(row['value_usd'])} million</b><br>known from "
            f"{words.day(row['known_from'])}<br>{words.percent(row['change_pct'] / 100, signed=True)} on the first",
        )
        for row in part.iter_rows(named=True)
    ]
    values = part["value_usd"].to_list()
    return Row(str(part["period"][0].year), points, text=f"{_million(values[0])} → {_million(values[-1])}")


def _answer(data: pl.DataFrame, flow_words: str, partner: str) -> str:
    """The largest revision in words, and how many years were revised."""
    newest = data.filter(pl.col("place") == "newest")
    largest = newest.sort(pl.col("change_pct").abs(), descending=True).row(0, named=True)
    first = data.filter(pl.col("period") == largest["period"], pl.col("place") == "first")["value_usd"][0]
    side = "down" if largest["change_pct"] < 0 else "up"
    among = f", the largest change of {newest.height} revised years" if newest.height > 1 else ""
    return (
        f"Goods {flow_words} {partner} in {largest['period'].year} were revised {side} from ${_million(first)} to "
        f"${_million(largest['value_usd'])} million ({words.percent(largest['change_pct'] / 100, signed=True)}){among}."
    )


def _alt(title: str, data: pl.DataFrame) -> str:
    parts = []
    for part in data.partition_by("period", maintain_order=True):
        values = [f"${_million(value)} million" for value in part["value_usd"]]
        parts.append(f"{part['period'][0].year}: {' then '.join(values)}")
    return f"Rows of dots: {title}. {'; '.join(parts)}."


SPEC = Spec("vintage_revisions", "How published years of trade were revised", "data", RevisionParams, vintage_revisions)
SPECS: tuple[Spec, ...] = (SPEC,)
