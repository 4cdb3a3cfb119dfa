"""All tables of a build: what the sources gave, what is kept of the build before, mended and chained."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from pipelines.normalise import listings, money, vintages
from pipelines.normalise.corrections import Correction
from pipelines.normalise.corrections import apply as apply_corrections
from pipelines.schema import BITEMPORAL, SORT_ORDER, TABLES
from pipelines.schema.order import without

Frames = Mapping[str, pl.DataFrame]

_SAYS: Mapping[str, tuple[pl.Expr, str]] = {
    "trade_flow": (pl.coalesce("value_eur", "value_usd"), "is_estimate"),
    "macro": (pl.col("value"), "is_forecast"),
}
"""What a figure says, for telling a repetition from a revision; dollars made of euros follow the euros."""


def assemble(
    incoming: Mapping[str, Sequence[Frames]],
    before: Frames,
    live: Collection[str],
    corrections: Sequence[Correction],
) -> tuple[dict[str, pl.DataFrame], list[str]]:
    """Put a build's tables together.

    Steps: rows that came and rows that stay; declared corrections; euros into dollars; vintages into spans of
    knowledge; names on lists into counts. Rows of the build before stay where the step that took in their release gave
    nothing now, or is live: a live source gives a window of its figures as a further vintage. Where a live source and
    the shipped files give one figure of one day, the live one stands: it is the source's own word. A table whose rows
    name no release belongs to one source and stays or goes as a whole.

    Args:
        incoming: by source name what was read, fetch by fetch, each as frames by table.
        before: the tables of the build before; empty when there is none.
        live: sources whose earlier rows stay beside the new ones.
        corrections: declared corrections.

    Returns:
        Frames by table with the contracts' columns (a table that nobody gives is left out), and a sentence for each
        correction whose guard tripped.

    Raises:
        ParseError: euros of a month without a dollar rate; a list that lost more than half of its names.
    """
    parts = {name: _Parts.of(name, incoming, before, live) for name in TABLES}
    frames = {name: rows.together() for name, rows in parts.items() if rows.any_rows() and name != "designation"}
    for name in BITEMPORAL:
        if name in before:
            frames.setdefault(name, before[name].select(_columns(name)))
    frames["designation"] = _designations(parts["designation"])
    if not frames["designation"].is_empty():
        counted = listings.counts(frames["designation"])
        frames["listing_count"] = pl.concat(
            [parts["listing_count"].shipped(), counted.select(_columns("listing_count"))]
        )
    frames, tripped = apply_corrections(frames, corrections)
    if "trade_flow" in frames and "macro" in frames:
        trade = money.eur_to_usd(frames["trade_flow"], frames["macro"])
        frames["trade_flow"] = vintages.chain(
            trade, _figure("trade_flow"), "value_usd", rounding="rounding_usd", same="is_estimate"
        )
        macro = frames["macro"]
        widths = vintages.printed_rounding(macro, "value", ["source", "indicator", "release"])
        chained = vintages.chain(
            macro.with_columns(widths),
            _figure("macro"),
            "value",
            rounding=widths.name,
            same="is_forecast",
            always=vintages.is_vintage(),
        )
        frames["macro"] = chained.drop(widths.name)
    return frames, tripped


@dataclass(frozen=True)
class _Parts:
    """The rows of one table by where they come from, in the contract's columns without known_to."""

    table: str
    kept_shipped: pl.DataFrame
    incoming_shipped: Sequence[pl.DataFrame]
    kept_live: pl.DataFrame
    incoming_live: Sequence[pl.DataFrame]
    retrieved: pl.DataFrame

    @classmethod
    def of(cls, table: str, incoming: Mapping[str, Sequence[Frames]], before: Frames, live: Collection[str]) -> _Parts:
        """Sort what came and what was there before."""
        columns = _columns(table)
        by_kind: dict[bool, list[pl.DataFrame]] = {True: [], False: []}
        days = []
        for source, fetches in incoming.items():
            for frames in fetches:
                if table in frames:
                    origin = [pl.lit(source).alias("origin")] if table == "release" else []
                    by_kind[source in live].append(frames[table].with_columns(origin).select(columns))
                if source in live and "release" in frames:
                    days.append(frames["release"].select("release", "retrieved"))
        empty = pl.DataFrame(schema={name: TABLES[table].columns()[name].dtype for name in columns})
        rows = before[table].select(columns) if table in before else empty
        replaced = [source for source in incoming if source not in live]
        is_live = pl.col("origin").is_in(list(live))
        origins: pl.DataFrame | None
        if table == "release":
            origins = rows.select("release", "origin")
        elif "release" in columns:
            origins = before["release"].select("release", "origin") if "release" in before else None
        else:
            origins = None
        if origins is None:
            # A table whose rows name no release belongs to one source and goes as a whole when that one gives it anew.
            kept = rows.clear() if by_kind[False] else rows
            return cls(table, kept, by_kind[False], rows.clear(), by_kind[True], _days(days))
        of_live = rows.join(origins.filter(is_live).select("release"), on="release", how="semi")
        stays = origins.filter(~is_live & ~pl.col("origin").is_in(replaced)).select("release")
        of_shipped = rows.join(stays, on="release", how="semi")
        return cls(table, of_shipped, by_kind[False], of_live, by_kind[True], _days(days))

    def any_rows(self) -> bool:
        """Whether anybody gives the table, be it empty."""
        return bool(self.incoming_shipped or self.incoming_live) or not (
            self.kept_shipped.is_empty() and self.kept_live.is_empty()
        )

    def shipped(self) -> pl.DataFrame:
        """Rows of the sources that give all of theirs."""
        key = TABLES[self.table].primary_key()
        kept = self.kept_shipped
        for part in self.incoming_shipped:
            kept = without(kept, part, key)
        return pl.concat([*self.incoming_shipped, kept])

    def together(self) -> pl.DataFrame:
        """Live rows, fetch upon fetch, and under them the shipped ones."""
        key = TABLES[self.table].primary_key()
        rows = self.kept_live
        for part in self.incoming_live:
            rows = (
                _further(self.table, rows, part, self.retrieved) if self.table in BITEMPORAL else _over(rows, part, key)
            )
        return pl.concat([rows, without(self.shipped(), rows, key)])


def _days(releases: Sequence[pl.DataFrame]) -> pl.DataFrame:
    schema = {"release": pl.String(), "retrieved": pl.Date()}
    return pl.concat(releases).unique("release", keep="last") if releases else pl.DataFrame(schema=schema)


def _over(rows: pl.DataFrame, part: pl.DataFrame, key: Sequence[str]) -> pl.DataFrame:
    return pl.concat([without(rows, part, key), part])


def _further(table: str, rows: pl.DataFrame, part: pl.DataFrame, retrieved: pl.DataFrame) -> pl.DataFrame:
    """The rows of a live source with one further fetch of it.

    A figure that the source gave before for the same day and that reads the same stays as it is. One that reads
    otherwise was revised under an unchanged date stamp: it is known from the day it was fetched. Two fetches of one day
    are one vintage, the later one.
    """
    if rows.is_empty():
        return part
    key = TABLES[table].primary_key()
    value, mark = _SAYS[table]
    stood = rows.select(*key, value.alias("value_before"), pl.col(mark).alias("mark_before"))
    both = part.join(stood, on=key, how="left").join(retrieved, on="release", how="left")
    is_new = pl.col("value_before").is_null()
    both = both.filter(is_new | (value != pl.col("value_before")) | (pl.col(mark) != pl.col("mark_before")))
    later = ~is_new & (pl.col("retrieved") > pl.col("known_from"))
    dated = both.with_columns(pl.when(later).then("retrieved").otherwise("known_from").alias("known_from"))
    return _over(rows, dated.select(part.columns), key)


def _designations(parts: _Parts) -> pl.DataFrame:
    """Names on lists: each fetch is a whole list, so a name that it lacks was removed."""
    rows = parts.kept_live
    for part in parts.incoming_live:
        rows = listings.fold(rows, part, listings.days(part))
    return rows


def _columns(table: str) -> list[str]:
    return [column for column in TABLES[table].column_names() if column != "known_to"]


def _figure(table: str) -> list[str]:
    """The key of a figure in the order in which the store keeps the table, so that the chain leaves it sorted."""
    return [column for column in SORT_ORDER[table] if column != "known_from"]
