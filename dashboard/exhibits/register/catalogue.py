"""The catalogue of sanction programmes worldwide: how many there are, by who runs them or by whom they name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import plotly.graph_objects as go
import polars as pl

from dashboard import words
from dashboard.exhibits.base import Column, Exhibit, NothingToShow, Spec
from dashboard.exhibits.timing.clocks import register_passport
from dashboard.figures.counts import Count, count_bars
from dashboard.figures.theme import Style
from dashboard.params import Area, Params
from dashboard.queries import catalogue, register
from dashboard.queries.senders import senders
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
    found = count(programmes, params, catalogue.names(store), senders(store).names())
    return write(store, params, found, draw(found, params, style))


@dataclass(frozen=True, eq=False)
class Counted:
    """Programmes as they are counted: `listed` one row each, `bars` one row for each bar that it counts in, `order` the
    bars from top to bottom with n and part (those that name the target); `target` in words."""

    listed: pl.DataFrame
    bars: pl.DataFrame
    order: pl.DataFrame
    names: Mapping[str, str]
    target: str

    @property
    def naming(self) -> pl.DataFrame:
        """The programmes that name the target."""
        return self.listed.filter(pl.col("names_target"))


def count(
    programmes: pl.DataFrame, params: RegimeCatalogueParams, names: Mapping[str, str], who: Mapping[str, str]
) -> Counted:
    """Programmes by sender or by target, the longest bar first and those that share one last."""
    listed = programmes.with_columns(
        pl.col("targets").fill_null("").str.split(";").alias("codes"),
        pl.col("sender").replace(who).alias("sender_name"),
    ).with_columns(pl.col("codes").list.contains(params.target).alias("names_target"))
    bars = _by_target(listed, names) if params.catalogue_by == "target" else _by_sender(listed)
    order = bars.group_by("bar").agg(pl.len().alias("n"), pl.col("names_target").sum().alias("part"))
    order = order.sort(pl.col("bar").str.starts_with("Others"), "n", "bar", descending=[False, True, False])
    return Counted(listed, bars, order, names, names.get(params.target, params.target))


def draw(found: Counted, params: RegimeCatalogueParams, style: Style) -> go.Figure:
    """A bar for each sender or target; those that name the target in colour."""
    by_target, aimed = params.catalogue_by == "target", tw.the(found.target)
    return count_bars(
        _counts(found, by_target),
        style=style,
        part_name=f"name {found.target}",
        unit="programmes" + ("" if by_target else f"; coloured: those that name {aimed}"),
    )


def _counts(found: Counted, by_target: bool) -> list[Count]:
    return [
        Count(_fit(row["bar"]), row["n"], _part(row, found.target, by_target), _hover(row, found.target, by_target))
        for row in found.order.iter_rows(named=True)
    ]


CANNOT = (
    "A count of programmes is not a count of sanctions and says nothing about severity: one programme may list a "
    "person or close an economy. The catalogue carries no dates, and smaller states are covered unevenly."
)


def write(store: Store, params: RegimeCatalogueParams, found: Counted, figure: go.Figure) -> Exhibit:
    """The bars with their words, the programmes behind them and their passport."""
    by_target = params.catalogue_by == "target"
    title = "Sanction programmes worldwide by " + ("target" if by_target else "sender")
    counts = _counts(found, by_target)
    parts = words.listing([f"{one.name} {words.count(one.total)}" for one in counts[:8]])
    return Exhibit(
        id="regime_catalogue",
        title=title,
        subtitle=(
            f"Number of programmes in the catalogue, {words.count(found.listed.height)} in all"
            + ("; a programme counts under each of its targets" if by_target else "")
        ),
        figure=figure,
        data=_data(found.bars, found.order, found.names),
        alt=(
            f"Bars of counts: {title}. {parts}{' and more in the table' if len(counts) > 8 else ''}. "
            f"Longest bar: {found.order['bar'][0]}. {words.plural(found.naming.height, 'programme')} "
            f"{'names' if found.naming.height == 1 else 'name'} {tw.the(found.target)}."
        ),
        passport=register_passport(
            store,
            source="opensanctions_programmes",
            series="programmes in the catalogue",
            unit="one programme",
            last_observation="undated",
            cannot_show=CANNOT,
            view=SPEC.view(params),
        ),
        params=params,
        answer=answer(found),
        note=CANNOT,
        columns=_COLUMNS,
        file_stem=f"sanction-programmes-by-{params.catalogue_by}",
    )


def answer(found: Counted) -> str:
    """How many programmes by how many senders, and how many of them name the target."""
    every, mine = found.listed, found.naming
    naming = f", by {words.plural(mine['sender'].n_unique(), 'sender')}," if mine.height else ""
    return (
        f"{words.plural(every.height, 'programme')} by {words.plural(every['sender'].n_unique(), 'sender')} are in the "
        f"catalogue; {words.count(mine.height) if mine.height else 'none'} of them{naming} "
        f"{'names' if mine.height < 2 else 'name'} {tw.the(found.target)}."
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


def _by_target(listed: pl.DataFrame, names: Mapping[str, str]) -> pl.DataFrame:
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


def _data(bars: pl.DataFrame, order: pl.DataFrame, names: Mapping[str, str]) -> pl.DataFrame:
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
