"""What one build changed against another: rows added, removed, revised, per table and source. Pure, on frames."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import polars as pl

from pipelines.schema.order import numbered
from pipelines.schema.tables import BITEMPORAL, TABLES

_VALUE = {"trade_flow": "value_usd", "macro": "value", "partner_share": "share_pct", "published_total": "value_usd"}

CHANGES = pl.Schema(
    {
        "table": pl.String(),
        "source": pl.String(),
        "added": pl.Int64(),
        "removed": pl.Int64(),
        "revised": pl.Int64(),
        "largest_pct": pl.Float64(),
        "median_pct": pl.Float64(),
        "since": pl.Date(),
        "last_old": pl.Date(),
        "last_new": pl.Date(),
    }
)
"""One row per table and source that changed. `revised` counts rows whose content differs; `largest_pct` and
`median_pct` are the largest and the median absolute change of the value in percent of the old one (empty where the
table has no value or the old one was 0); `since` is the earliest period that was added, removed or revised; `last_old`
and `last_new` are the last periods before and after."""


def standing(table: str, frame: pl.DataFrame) -> pl.DataFrame:
    """The rows that stand today: of bitemporal tables those without an end; of others all."""
    return frame.filter(pl.col("known_to").is_null()) if table in BITEMPORAL else frame


def compare(
    old: Mapping[str, pl.DataFrame],
    new: Mapping[str, pl.DataFrame],
    *,
    untouched: Mapping[str, pl.DataFrame] | None = None,
) -> pl.DataFrame:
    """What changed from `old` to `new` among the figures that stand, as `CHANGES` describes it.

    Args:
        old: frames by table; an empty mapping when there was nothing before.
        new: frames by table.
        untouched: further rows by table that are alike in both; they count for the last periods only.

    Returns:
        One row per table and source that changed, largest number of changed rows first; tables without a source
        column have an empty source.
    """
    by_table = []
    for table in TABLES:
        if table in new:
            before = old.get(table, new[table].clear())
            alike = (untouched or {}).get(table, new[table].clear())
            by_table.append(_compare_table(table, standing(table, before), standing(table, new[table]), alike))
    rows = pl.concat(by_table) if by_table else pl.DataFrame(schema=CHANGES)
    changed = pl.col("added") + pl.col("removed") + pl.col("revised")
    return rows.filter(changed > 0).sort(changed, "table", "source", descending=[True, False, False], nulls_last=True)


def _compare_table(table: str, old: pl.DataFrame, new: pl.DataFrame, alike: pl.DataFrame) -> pl.DataFrame:
    contract = TABLES[table]
    key = [name for name in contract.primary_key() if name != "known_from"]
    # Where a figure came from, and in which bytes, may change while it says the same; that is no revision.
    ignored = {"known_from", "known_to", "release", "origin", "retrieved", "sha256"}
    content = [name for name in contract.column_names() if name not in key and name not in ignored]
    value = _VALUE.get(table)
    period = next(
        (name for name in ("period", "published", "effective", "listed", "date") if name in contract.column_names()),
        None,
    )
    source = pl.col("source") if "source" in contract.column_names() and table != "source" else pl.lit(None, pl.String)
    when = pl.lit(None, pl.Date) if period is None else pl.col(period)

    def sided(frame: pl.DataFrame) -> pl.DataFrame:
        picked = [pl.struct(content).hash().alias("content"), source.alias("of"), when.alias("when")]
        number = pl.lit(None, pl.Float64) if value is None else pl.col(value).cast(pl.Float64)
        return frame.select(*key, *picked, number.alias("number"))

    sides, on = numbered([sided(old), sided(new)], key)
    left, right = (side.select(*on, "content", "of", "when", "number") for side in sides)
    both = right.join(left, on=on, how="inner", suffix="_old")
    revised = both.filter(pl.col("content") != pl.col("content_old"))
    change = (pl.col("number") - pl.col("number_old")).abs() / pl.col("number_old").abs() * 100
    sizes = revised.select(
        "of", "when", pl.when(pl.col("number_old") != 0).then(change).alias("pct"), kind=pl.lit("revised")
    )
    empty = pl.lit(None, pl.Float64).alias("pct")
    added = right.join(left, on=on, how="anti").select("of", "when", empty, kind=pl.lit("added"))
    removed = left.join(right, on=on, how="anti").select("of", "when", empty, kind=pl.lit("removed"))
    # A figure always has a row that stands, so the last period needs no look at the ends of vintages.
    others = alike.lazy().group_by(source.alias("of")).agg(when.max().alias("when")).collect()
    last_old, last_new = (
        pl.concat([rows.select("of", "when"), others]).group_by("of").agg(pl.col("when").max().alias(name))
        for rows, name in ((left, "last_old"), (right, "last_new"))
    )
    grouped = (
        pl.concat([sizes, added, removed])
        .group_by("of")
        .agg(
            *(pl.col("kind").eq(kind).sum().cast(pl.Int64).alias(kind) for kind in ("added", "removed", "revised")),
            pl.col("pct").max().alias("largest_pct"),
            pl.col("pct").median().alias("median_pct"),
            pl.col("when").min().alias("since"),
        )
    )
    return (
        grouped.join(last_old, on="of", how="left", nulls_equal=True)
        .join(last_new, on="of", how="left", nulls_equal=True)
        .with_columns(table=pl.lit(table))
        .rename({"of": "source"})
        .select(list(CHANGES))
        .cast(CHANGES)
    )


MOST_REVISIONS = 200
"""Revised figures that a build remembers by name, largest change first; the counts in `CHANGES` hold all of them."""

REVISIONS = pl.Schema(
    {
        "table": pl.String(),
        "source": pl.String(),
        "area": pl.String(),
        "partner": pl.String(),
        "item": pl.String(),
        "period": pl.Date(),
        "frequency": pl.String(),
        "old": pl.Float64(),
        "new": pl.Float64(),
        "change_pct": pl.Float64(),
        "unit": pl.String(),
        "known_from": pl.Date(),
    }
)
"""One row per revised figure. `item` is the flow and product, or the indicator; `old` and `new` are in `unit`.

`change_pct` is the difference in percent of the old figure's size, above zero where the figure rose, and empty where it
was 0; of a rate, which is in percent itself, it is the difference in percentage points. `known_from` is the day from
which the new figure is known."""


def revisions(old: Mapping[str, pl.DataFrame], new: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """The figures that stood and now read otherwise, as `REVISIONS`: the largest changes in percent come first."""
    parts = []
    for table in BITEMPORAL:
        if table not in old or table not in new:
            continue
        key = [name for name in TABLES[table].primary_key() if name != "known_from"]
        value = _VALUE[table]
        sides, on = numbered([standing(table, old[table]), standing(table, new[table])], key)
        before = sides[0].select(*on, pl.col(value).alias("old"))
        both = sides[1].join(before, on=on, how="inner").filter(pl.col(value) != pl.col("old"))
        if table == "trade_flow":
            item = pl.col("flow") + pl.when(pl.col("product") != "TOTAL").then(" " + pl.col("product")).otherwise(
                pl.lit("")
            )
            named: list[pl.Expr] = [
                pl.col("reporter").alias("area"),
                pl.col("partner"),
                item.alias("item"),
                pl.lit("USD").alias("unit"),
            ]
        else:
            named = [
                pl.col("area"),
                pl.lit(None, pl.String).alias("partner"),
                pl.col("indicator").alias("item"),
                pl.col("unit"),
            ]
        difference = pl.col("new") - pl.col("old")
        in_percent = pl.when(pl.col("old") != 0).then(difference / pl.col("old").abs() * 100)
        # A rate near zero would lead every list with the percentage of a percentage; its change is in points.
        sized = pl.when(pl.col("unit").str.starts_with("%")).then(difference).otherwise(in_percent)
        parts.append(
            both.select(*named, "source", "period", "frequency", "old", pl.col(value).alias("new"), "known_from")
            .with_columns(table=pl.lit(table), change_pct=sized)
            .select(list(REVISIONS))
            .cast(REVISIONS)
        )
    rows = pl.concat(parts) if parts else pl.DataFrame(schema=REVISIONS)
    order = [pl.col("change_pct").abs(), "table", "source", "area", "partner", "item", "period"]
    return rows.sort(order, descending=[True, *[False] * 6], nulls_last=True).head(MOST_REVISIONS)


def revisions_from_json(rows: Sequence[Mapping[str, Any]]) -> pl.DataFrame:
    """Revisions as they come out of a build's provenance, back in `REVISIONS`' types; what an older build did not note
    is empty."""
    as_text = {name: pl.String() if dtype == pl.Date else dtype for name, dtype in REVISIONS.items()}
    return pl.DataFrame(rows, schema=as_text).with_columns(
        pl.col(name).str.to_date() for name, dtype in REVISIONS.items() if dtype == pl.Date
    )


def recorded_revisions(provenance: Mapping[str, Any]) -> pl.DataFrame | None:
    """The revised figures that a build's provenance names, as `REVISIONS`; None where it records none or otherwise."""
    rows = provenance.get("revisions")
    if not isinstance(rows, list) or any(not isinstance(row, dict) or "table" not in row for row in rows):
        return None
    try:
        return revisions_from_json(rows)
    except pl.exceptions.PolarsError:
        return None


def from_json(rows: Sequence[Mapping[str, Any]]) -> pl.DataFrame:
    """Changes as they come out of a build's provenance, back in `CHANGES`' types."""
    as_text = {name: pl.String() if dtype == pl.Date else dtype for name, dtype in CHANGES.items()}
    return pl.DataFrame(rows, schema=as_text).with_columns(
        pl.col(name).str.to_date() for name, dtype in CHANGES.items() if dtype == pl.Date
    )


TABLE_WORDS: Mapping[str, str] = {
    "area": "countries and groups",
    "source": "sources",
    "release": "vintages",
    "trade_flow": "trade flows",
    "macro": "economic figures",
    "published_total": "published totals",
    "partner_share": "shares of main partners",
    "sender": "senders",
    "subject": "subjects",
    "gap": "known gaps",
    "regime": "sanction programmes",
    "measure": "dated measures",
    "listing_count": "counts of listings",
    "designation": "names on lists",
    "event": "events",
}
"""What the rows of a table are, in the words of a reader."""


def rows_words(n: int) -> str:
    """Counted rows: "1 row", "24 rows"."""
    return f"{n:,} row" if n == 1 else f"{n:,} rows"


def sentences(changes: pl.DataFrame, sources: Mapping[str, str] | None = None) -> list[str]:
    """The changes as lines for a reader, in the frame's order; `sources` names a source after "from", by its key."""
    named = sources or {}
    lines = []
    for row in changes.iter_rows(named=True):
        what = TABLE_WORDS[row["table"]]
        name = what if row["source"] is None else f"{what} from {named.get(row['source'], row['source'])}"
        parts = [f"{rows_words(row[kind])} {kind}" for kind in ("added", "removed", "revised") if row[kind]]
        since: date | None = row["since"]
        size = ""
        if row["largest_pct"] is not None:
            size = f", revisions of at most {row['largest_pct']:.1f}% (median {row['median_pct']:.1f}%)"
        start = "" if since is None else f", since {since:%b %Y}"
        lines.append(f"{name[:1].upper()}{name[1:]}: {', '.join(parts)}{size}{start}")
    return lines
