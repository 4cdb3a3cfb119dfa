"""The catalogue of sanction programmes worldwide: how many there are, by who runs them or by whom they name."""

from __future__ import annotations

from typing import Any, Literal

import polars as pl

from dashboard import words
from dashboard.exhibits.base import Column, Exhibit, NothingToShow, Spec
from dashboard.exhibits.timing.clocks import register_passport
from dashboard.figures.counts import Count, count_bars
from dashboard.figures.theme import Style
from dashboard.params import Area, Params
from dashboard.queries import catalogue, register
from dashboard.queries import senders as sender_names
from dashboard.words import register as tw
from pipelines.schema.terms import RegimeKind
from pipelines.store import Store

THEMATIC = "No single country"
MOST_BARS = 24


class RegimeCatalogueParams(Params):
    """Bars by sender or by target; `target` is picked out in the bars of senders."""

    target: Area = "RUS"
    catalogue_by: Literal["sender", "target"] = "sender"


def regime_catalogue(store: Store, params: RegimeCatalogueParams, style: Style) -> Exhibit:
    """Counts of programmes: by sender with those that name the target picked out, or by target.

    A programme with several targets counts once under each of them, so bars by target do not add up to the total.
    """
    programmes = register.regimes(store).filter(pl.col("kind") == RegimeKind.CATALOGUE.value)
    if programmes.is_empty():
        raise NothingToShow("The catalogue of programmes is not in this store; run a refresh to bring it in.")
    names = catalogue.names(store)
    target = names.get(params.target, params.target)
    by_target = params.catalogue_by == "target"
    listed = programmes.with_columns(
        pl.col("targets").fill_null("").str.split(";").alias("codes"),
        pl.col("sender").replace(sender_names.senders(store).names()).alias("sender_name"),
    ).with_columns(pl.col("codes").list.contains(params.target).alias("names_target"))
    bars = _by_target(listed, names) if by_target else _by_sender(listed)
    order = bars.group_by("bar").agg(pl.len().alias("n"), pl.col("names_target").sum().alias("part"))
    order = order.sort(pl.col("bar").str.starts_with("Others"), "n", "bar", descending=[False, True, False])
    counts = [
        Count(_fit(row["bar"]), row["n"], _part(row, target, by_target), _hover(row, target, by_target))
        for row in order.iter_rows(named=True)
    ]
    figure = count_bars(
        counts,
        style=style,
        part_name=f"name {target}",
        unit="programmes" + ("" if by_target else f"; coloured: those that name {tw.the(target)}"),
    )
    mine = listed.filter(pl.col("names_target"))
    total = programmes.height
    title = "Sanction programmes worldwide by " + ("target" if by_target else "sender")
    cannot = (
        "A count of programmes is not a count of sanctions and says nothing about severity: one programme may list a "
        "person or close an economy. The catalogue carries no dates, and smaller states are covered unevenly."
    )
    lead = order.row(0, named=True)
    senders, naming = programmes["sender"].n_unique(), mine["sender"].n_unique()
    answer = (
        f"{words.count(total)} programmes by {words.count(senders)} senders are in the catalogue; "
        f"{words.count(mine.height)} of them, by {words.plural(naming, 'sender')}, name {tw.the(target)}."
    )
    parts = words.listing([f"{count.name} {words.count(count.total)}" for count in counts[:8]])
    return Exhibit(
        id="regime_catalogue",
        title=title,
        subtitle=(
            f"Number of programmes in the catalogue, {words.count(total)} in all"
            + ("; a programme counts under each of its targets" if by_target else "")
        ),
        figure=figure,
        data=_data(bars, order, names),
        alt=f"Bars of counts: {title}. {parts}{' and more in the table' if len(counts) > 8 else ''}. "
        f"Longest bar: {lead['bar']}. {words.count(mine.height)} programmes name {tw.the(target)}.",
        passport=register_passport(
            store,
            source="opensanctions_programmes",
            series="programmes in the catalogue",
            unit="one programme",
            last_observation="undated",
            cannot_show=cannot,
            view=SPEC.view(params),
        ),
        params=params,
        answer=answer,
        note=cannot,
        columns=_COLUMNS,
        file_stem=f"sanction-programmes-by-{params.catalogue_by}",
    )


def _by_sender(listed: pl.DataFrame) -> pl.DataFrame:
    """One row per programme; senders with a single programme share a bar."""
    sizes = listed.group_by("sender_name").len()
    single = sizes.filter(pl.col("len") == 1)["sender_name"]
    others = f"Others, one each ({len(single)})"
    return listed.with_columns(
        pl.when(pl.col("sender_name").is_in(single.implode()))
        .then(pl.lit(others))
        .otherwise("sender_name")
        .alias("bar")
    )


def _by_target(listed: pl.DataFrame, names: dict[str, str]) -> pl.DataFrame:
    """One row per programme and target; the targets named least share a bar."""
    rows = listed.explode("codes").with_columns(
        pl.when(pl.col("codes") == "").then(pl.lit(THEMATIC)).otherwise(pl.col("codes").replace(names)).alias("bar")
    )
    sizes = rows.group_by("bar").len().sort("len", "bar", descending=[True, False])
    if sizes.height <= MOST_BARS:
        return rows
    least = sizes["len"][MOST_BARS]
    rest = sizes.filter(pl.col("len") <= least)["bar"]
    others = f"Others, up to {least} each ({len(rest)})"
    return rows.with_columns(
        pl.when(pl.col("bar").is_in(rest.implode())).then(pl.lit(others)).otherwise("bar").alias("bar")
    )


def _fit(name: str) -> str:
    """A name short enough to stand beside its bar on a phone."""
    name = {"Democratic Republic of the Congo": "DR Congo"}.get(name, name)
    return name if len(name) <= 26 else name[:25].rstrip() + "…"


def _part(row: dict[str, Any], target: str, by_target: bool) -> int:
    if by_target:
        return int(row["n"]) if row["bar"] == target else 0
    return int(row["part"])


def _hover(row: dict[str, Any], target: str, by_target: bool) -> str:
    told = f"{row['n']} programmes" if row["n"] != 1 else "1 programme"
    return told if by_target else f"{told}, {row['part']} of them name {tw.the(target)}"


def _data(bars: pl.DataFrame, order: pl.DataFrame, names: dict[str, str]) -> pl.DataFrame:
    """The programmes behind the bars, with the bar that each counts in."""
    place = order.with_row_index("place").select("bar", "place", pl.col("n").alias("programmes_in_bar"))
    spelled = pl.col("codes_all").list.eval(pl.element().replace(names)).list.join("; ")
    return (
        bars.with_columns(pl.col("targets").fill_null("").str.split(";").alias("codes_all"))
        .join(place, on="bar", how="left")
        .sort("place", "sender_name", "title", "regime")
        .select(
            "bar",
            "programmes_in_bar",
            pl.col("sender_name").alias("sender"),
            "title",
            "issuer",
            pl.when(spelled == "").then(pl.lit(THEMATIC)).otherwise(spelled).alias("targets"),
            pl.col("measures").str.replace_all(";", "; ").alias("measures"),
            "url",
            pl.col("regime").alias("programme"),
        )
    )


_COLUMNS = {
    "bar": Column("Bar"),
    "programmes_in_bar": Column("Programmes in the bar", "%d"),
    "sender": Column("Sender"),
    "title": Column("Programme"),
    "issuer": Column("Issuer"),
    "targets": Column("Targets"),
    "measures": Column("Kinds of measures"),
    "url": Column("Official page"),
    "programme": Column("Key"),
}

SPEC = Spec("regime_catalogue", "Sanction programmes worldwide", "timing", RegimeCatalogueParams, regime_catalogue)
