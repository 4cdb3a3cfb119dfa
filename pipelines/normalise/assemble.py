"""All tables of a build: what the sources gave, what is kept of the build before, mended and chained."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

import polars as pl

from pipelines.normalise import corrections, money, vintages
from pipelines.schema import TABLES

Frames = Mapping[str, pl.DataFrame]


def assemble(
    came: Mapping[str, Frames],
    before: Frames,
    incomplete: Collection[str],
    mends: Sequence[corrections.Correction],
) -> tuple[dict[str, pl.DataFrame], list[str]]:
    """Put a build's tables together.

    Steps: rows that came and rows that stay; declared corrections; euros into dollars; vintages into spans of
    knowledge. Rows of the build before stay where the step that took in their release gave nothing now, or gives only
    a window of its figures. A table whose rows name no release belongs to one source and stays or goes as a whole.

    Args:
        came: frames by source name, then by table.
        before: the tables of the build before; empty when there is none.
        incomplete: sources whose earlier rows stay beside the new ones.
        mends: declared corrections.

    Returns:
        Frames by table with the contracts' columns (a table that nobody gives is left out), and a sentence for each
        correction whose guard tripped.

    Raises:
        ParseError: euros of a month without a dollar rate.
    """
    replaced = [name for name in came if name not in incomplete]
    frames = {}
    for name, contract in TABLES.items():
        parts = [found[name] for found in came.values() if name in found]
        if name in before:
            parts = [*parts, _kept(name, before, parts, replaced)]
        if parts:
            columns = [column for column in contract.column_names() if column != "known_to"]
            frames[name] = pl.concat([part.select(columns) for part in parts])
    frames, tripped = corrections.apply(frames, mends)
    if "trade_flow" in frames and "macro" in frames:
        trade = money.eur_to_usd(frames["trade_flow"], frames["macro"])
        frames["trade_flow"] = vintages.chain(
            trade, _key("trade_flow"), "value_usd", rounding="rounding_usd", same="is_estimate"
        )
        macro = frames["macro"]
        widths = vintages.printed_rounding(macro, "value", ["source", "indicator", "release"])
        chained = vintages.chain(
            macro.with_columns(widths),
            _key("macro"),
            "value",
            rounding=widths.name,
            same="is_forecast",
            always=vintages.is_vintage(),
        )
        frames["macro"] = chained.drop(widths.name)
    return frames, tripped


def _key(table: str) -> list[str]:
    return [column for column in TABLES[table].primary_key() if column != "known_from"]


def _kept(name: str, before: Frames, came: Sequence[pl.DataFrame], replaced: Collection[str]) -> pl.DataFrame:
    rows = before[name]
    gone = pl.col("origin").is_in(list(replaced))
    if name == "release":
        rows = rows.filter(~gone)
    elif "release" in rows.columns:
        rows = rows.join(before["release"].filter(~gone).select("release"), on="release", how="semi")
    elif came:
        rows = rows.clear()
    key = TABLES[name].primary_key()
    for part in came:
        rows = rows.join(part.select(key), on=key, how="anti")
    return rows
