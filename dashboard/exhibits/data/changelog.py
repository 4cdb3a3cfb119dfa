"""What the published build changed against the one before it: the revised figures themselves, largest first."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Annotated, Any, Literal

import polars as pl
from pydantic import Field, StringConstraints

from dashboard import words
from dashboard.exhibits.base import Card, Column, Exhibit, NothingToShow, Spec
from dashboard.exhibits.data import changes
from dashboard.exhibits.passports import passport
from dashboard.figures.dots import Kind, Point, Row, dot_rows
from dashboard.figures.theme import Style
from dashboard.params import Params
from dashboard.queries import catalogue
from dashboard.words import register as tw
from dashboard.words import trade as trade_words
from pipelines.schema.changes import MOST_REVISIONS
from pipelines.store import Store

TABLES = MappingProxyType({"all": "All figures", "trade_flow": "Trade", "macro": "Economy"})
MOST_PCT = 200.0
"""Changes beyond this stand at the edge of the picture, as hollow marks; the words beside them are exact."""

INDICATORS: Mapping[str, str] = MappingProxyType(
    {
        "gdp_usd": "GDP in dollars",
        "gdp_growth": "Real GDP growth",
        "gdp_constant_usd": "GDP at constant prices",
        "gdp_volume_meur": "Quarterly real GDP",
        "gdp_deflator_growth": "GDP deflator",
        "cpi_index": "Consumer prices",
        "cpi_inflation": "Consumer price inflation",
        "population": "Population",
        "brent_usd_per_barrel": "Brent",
        "merch_exports_usd": "Goods exports",
        "merch_imports_usd": "Goods imports",
        "rub_per_usd": "Roubles per dollar",
        "fuel_exports_share": "Share of fuels in exports",
        "fx_lcu_per_usd": "Exchange rate",
        "military_share": "Military spending",
        "current_account_usd": "Current account",
        "gdp_per_capita_usd": "GDP per head",
        "gdp_per_capita_growth": "Growth of GDP per head",
        "resource_rents_share": "Resource rents",
        "exports_gdp_share": "Exports in % of GDP",
        "imports_gdp_share": "Imports in % of GDP",
        "usd_per_eur": "Dollars per euro",
    }
)
"""Series as a reader knows them; others are called by the name of the series."""


class ChangelogParams(Params):
    """Whose revisions (all sources when empty), of which kind of figures, and how many of them."""

    revised_by: Annotated[str, StringConstraints(pattern=r"^[a-z0-9_]{2,30}$")] | None = None
    revised_table: Literal["all", "trade_flow", "macro"] = "all"
    figures: int = Field(default=10, ge=1, le=MOST_REVISIONS)


def changelog(store: Store, params: ChangelogParams, style: Style) -> Exhibit:
    """Every figure that stood in the build before and reads otherwise now, from the largest change in percent down."""
    every = _recorded(store)
    publishers = changes.publishers(store)
    kept = every
    if params.revised_by is not None:
        kept = kept.filter(source=params.revised_by)
    if params.revised_table != "all":
        kept = kept.filter(table=params.revised_table)
    if kept.is_empty():
        raise NothingToShow(
            f"The build of {changes.moment(store.build.created)} revised figures, but none of this choice. "
            "Choose all sources and all figures."
        )
    data = _table(store, kept.head(params.figures), publishers)
    counts = _counts(store, params, publishers)
    kinds = [
        Kind("change", "circle", style.series[0]),
        Kind(f"change beyond {MOST_PCT:.0f}%", "diamond-open", style.series[1]),
    ]
    rows = [_row(row) for row in data.iter_rows(named=True)]
    figure = dot_rows(
        rows,
        kinds,
        unit="change, % (of a rate: points)",
        style=style,
        zero=0.0,
        row_height=56,
    )
    when = words.day(store.build.created.date())
    total = sum(counts.values())
    title = f"Figures that the build of {when} revised"
    note = (
        "A revision here is a figure of the build before that now reads otherwise; figures that are new or went away "
        f"are counted above. A build names its {MOST_REVISIONS} largest revisions and counts the others: a revision "
        "does not say why the source made it."
    )
    return Exhibit(
        id="changelog",
        title=title,
        subtitle=(
            f"The {words.plural(data.height, 'largest change')} in percent, of {words.plural(total, 'revised figure')};"
            " before → after"
            if data.height < total
            else f"All {words.plural(total, 'revised figure')}, largest change in percent first; before → after"
        ),
        figure=figure,
        data=data,
        alt=f"Rows of dots: {title}. " + "; ".join(_said(row) for row in data.head(8).iter_rows(named=True)) + ".",
        passport=passport(
            store,
            sources=data["source"].unique().to_list(),
            releases=_releases(store, data),
            series="Figures of the build before against this build",
            unit="% of the figure before",
            last_observation=_period(data.sort("period").row(-1, named=True)),
            price_basis="as each figure",
            adjustment="not applicable",
            cannot_show=note,
            view=SPEC.view(params),
        ),
        params=params,
        answer=_answer(data, counts, when),
        note=note,
        cards=tuple(_cards(kept, counts, publishers)),
        columns=_COLUMNS,
        file_stem=f"figures-revised-{store.build.created.date().isoformat()}",
    )


def _recorded(store: Store) -> pl.DataFrame:
    """All revisions that the build names.

    Raises:
        NothingToShow: it is the first build, it revised nothing, or it does not say.
    """
    when = changes.moment(store.build.created)
    rows = catalogue.revisions(store)
    if rows is None:
        raise NothingToShow(f"The build of {when} does not record which figures it revised; the next refresh will.")
    if not rows.is_empty():
        return rows
    if store.provenance().get("previous_build") is None:
        raise NothingToShow(
            f"The build of {when} is the first, so there is no figure before it that could have been revised. "
            "A refresh that finds other figures lists them here: tradewake refresh."
        )
    raise NothingToShow(f"The build of {when} revised no figure of the build before it.")


def _table(store: Store, rows: pl.DataFrame, publishers: Mapping[str, str]) -> pl.DataFrame:
    """The revised figures with names, in the order in which they came."""
    names = catalogue.names(store)
    what = pl.Series("what", [_what(row, names) for row in rows.iter_rows(named=True)], dtype=pl.String)
    named = pl.col("area").replace_strict(names, default=pl.col("area"), return_dtype=pl.String)
    other = pl.col("partner").replace_strict(names, default=pl.col("partner"), return_dtype=pl.String)
    whose = [changes.start(publishers.get(name, name)) for name in rows["source"]]
    return rows.with_columns(
        what, named.alias("area_name"), other.alias("partner_name"), pl.Series("publisher", whose, dtype=pl.String)
    ).select(
        "what",
        "period",
        "frequency",
        pl.col("old").alias("before"),
        pl.col("new").alias("after"),
        "unit",
        "change_pct",
        "area",
        "area_name",
        "partner",
        "partner_name",
        "item",
        "source",
        "publisher",
        "known_from",
    )


def _what(row: Mapping[str, Any], names: Mapping[str, str]) -> str:
    """A figure's subject: "US exports to Fiji", "US exports to Russia, HS 27", "Population, Tuvalu"."""
    if row["table"] != "trade_flow":
        return f"{INDICATORS.get(row['item'], row['item'].replace('_', ' '))}, {names.get(row['area'], row['area'])}"
    flow, _, product = row["item"].partition(" ")
    way = "exports to" if flow == "export" else "imports from"
    subject = f"{trade_words.whose(names, row['area'])} {way} {trade_words.whom(names, row['partner'])}"
    return f"{subject}, HS {product}" if product else subject


def _period(row: Mapping[str, Any]) -> str:
    return words.period(row["period"], row["frequency"])


def _value(value: float, unit: str) -> str:
    if unit == "USD":
        return words.money(value)
    shown = words.number(value)
    return f"{shown}%" if unit.startswith("%") else shown


def _change(row: Mapping[str, Any]) -> str:
    """The change in percent; of a rate, which is in percent itself, in percentage points."""
    if row["unit"].startswith("%"):
        return words.points(row["after"] - row["before"], signed=True)
    if row["change_pct"] is None:
        return "from zero"
    return words.percent(row["change_pct"] / 100, signed=True)


def _both(row: Mapping[str, Any]) -> str:
    """Before and after; a scale that both share is said once: "$36.0 → $39.6 million"."""
    before, after = _value(row["before"], row["unit"]), _value(row["after"], row["unit"])
    number, _, scale = before.partition(" ")
    return f"{number if scale and after.endswith(f' {scale}') else before} → {after}"


def _row(row: Mapping[str, Any]) -> Row:
    both = _both(row)
    name = f"{tw.wrapped(row['what'], 30)}<br>{_period(row)}: {both}"
    if row["change_pct"] is None:
        return Row(name, [], text=_change(row), quiet=True)
    known = "" if row["known_from"] is None else f"<br>known from {words.day(row['known_from'])}"
    far = abs(row["change_pct"]) > MOST_PCT
    hover = f"<b>{row['what']}, {_period(row)}</b><br>{both} ({_change(row)})<br>{row['publisher']}{known}"
    text = _change(row).replace("percentage points", "pp")
    return Row(name, [Point(max(min(row["change_pct"], MOST_PCT), -MOST_PCT), int(far), hover)], text=text)


def _said(row: Mapping[str, Any]) -> str:
    return (
        f"{row['what']}, {_period(row)}: from {_value(row['before'], row['unit'])} to "
        f"{_value(row['after'], row['unit'])} ({_change(row)})"
    )


def _counts(store: Store, params: ChangelogParams, publishers: Mapping[str, str]) -> dict[str, int]:
    """Revised figures by source, of the choice, most first; all of them, also those that are not named."""
    rows = store.changes().filter(pl.col("revised") > 0, pl.col("table").is_in(list(TABLES)))
    if params.revised_by is not None:
        rows = rows.filter(source=params.revised_by)
    if params.revised_table != "all":
        rows = rows.filter(table=params.revised_table)
    found = rows.group_by("source").agg(pl.col("revised").sum()).sort("revised", "source", descending=[True, False])
    return dict(found.iter_rows())


def _answer(data: pl.DataFrame, counts: Mapping[str, int], when: str) -> str:
    total = sum(counts.values())
    return (
        f"{words.plural(total, 'figure')} changed with the build of {when}. Largest: {_said(data.row(0, named=True))}."
    )


def _cards(named: pl.DataFrame, counts: Mapping[str, int], publishers: Mapping[str, str]) -> list[Card]:
    """All revised figures, and those of the three sources with most of them, each with its largest change."""
    cards = [Card("Figures revised", words.count(sum(counts.values())), f"by {words.plural(len(counts), 'source')}")]
    for source, number in list(counts.items())[:3]:
        mine = named.filter(source=source).head(1)
        row = None if mine.is_empty() else mine.row(0, named=True) | {"before": mine["old"][0], "after": mine["new"][0]}
        detail = "" if row is None else f"largest change {_change(row)}"
        cards.append(Card(changes.start(publishers.get(source, source)), words.count(number), detail))
    return cards


def _releases(store: Store, data: pl.DataFrame) -> list[str]:
    """The vintages that brought the new figures: those of the sources from the days on which these became known."""
    held = catalogue.releases(store).join(
        data.select("source", pl.col("known_from").alias("published")).unique(), on=["source", "published"], how="semi"
    )
    if held.is_empty():
        held = catalogue.releases(store).filter(pl.col("source").is_in(data["source"].unique().to_list()))
        held = held.unique("source", keep="first", maintain_order=True)
    keys: list[str] = held["release"].to_list()
    return keys


def choices(store: Store) -> dict[str | None, str]:
    """Sources that revised something, for a control; the first choice is all of them."""
    rows = catalogue.revisions(store)
    found = [] if rows is None else rows["source"].unique().sort().to_list()
    publishers = changes.publishers(store)
    return {None: "All sources", **{name: changes.start(publishers.get(name, name)) for name in found}}


_COLUMNS = {
    "what": Column("What"),
    "period": Column("Period"),
    "frequency": Column("Frequency"),
    "before": Column("Before", "%.2f"),
    "after": Column("After", "%.2f"),
    "unit": Column("Unit"),
    "change_pct": Column("Change, %", "%.2f"),
    "area": Column("Area"),
    "area_name": Column("Name"),
    "partner": Column("Partner"),
    "partner_name": Column("Name of the partner"),
    "item": Column("Series"),
    "source": Column("Source"),
    "publisher": Column("Publisher"),
    "known_from": Column("Known from"),
}

SPEC = Spec("changelog", "Figures that the last refresh revised", "data", ChangelogParams, changelog)
SPECS: tuple[Spec, ...] = (SPEC,)
