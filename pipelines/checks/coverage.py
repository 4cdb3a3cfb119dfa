"""Nothing that stood may be gone: against the build before, and within what a live source sent."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Literal

import polars as pl

from pipelines.checks.finding import Finding, Frames
from pipelines.schema import BITEMPORAL, TABLES
from pipelines.schema.changes import standing
from pipelines.schema.order import without

CURATED = ("area", "source", "release", "regime", "measure", "event", "sender", "subject", "gap")
"""Tables that people edit: a row may go. Rows of observations may not, except by a correction."""

CURATED_SHARE_LEFT = 0.5
"""A curated table that loses half of its rows at once was cut, not edited."""


def coverage(
    frames: Frames, previous: Frames, removable: Collection[tuple[str, str]], touched: tuple[Frames, Frames]
) -> Iterable[Finding]:
    """Nothing that stood in the build before may be gone: rows per table and source, and the last period.

    Figures that are gone are sought among the rows of both builds that were touched.
    """
    for table, schema in TABLES.items():
        old, new = previous[table], frames[table]
        if table in CURATED:
            if new.height < old.height * CURATED_SHARE_LEFT:
                sentence = f"{table} would shrink from {old.height:,} to {new.height:,} rows."
                yield Finding("fail", "coverage", table, sentence, old.height - new.height)
            elif new.height < old.height:
                sentence = f"{table} has {old.height - new.height:,} rows fewer than before."
                yield Finding("warn", "coverage", table, sentence, old.height - new.height)
            continue
        key = [name for name in schema.primary_key() if name != "known_from"]
        had, has = (_standing_by_source(table, rows) for rows in (old, new))
        needed = [*key, "source", *(["known_to"] if table in BITEMPORAL else [])]
        before, after = (standing(table, rows[table].select(list(dict.fromkeys(needed)))) for rows in touched)
        gone = without(before, after, key).group_by("source").len("gone")
        both = had.join(has, on="source", how="left", suffix="_new").join(gone, on="source", how="left")
        for row in both.sort("source").iter_rows(named=True):
            level: Literal["fail", "warn"] = "warn" if (table, row["source"]) in removable else "fail"
            if row["last_new"] is None or row["last_new"] < row["last"]:
                end = "nothing" if row["last_new"] is None else f"{row['last_new']:%Y-%m}"
                sentence = f"{table}: {row['source']} reached {row['last']:%Y-%m} and would now end with {end}."
                yield Finding(level, "coverage", table, sentence, row["gone"] or 0)
            elif row["gone"] is not None:
                sentence = f"{table}: {row['gone']:,} of {row['rows']:,} figures of {row['source']} would be gone."
                yield Finding(level, "coverage", table, sentence, row["gone"])


def _standing_by_source(table: str, rows: pl.DataFrame) -> pl.DataFrame:
    """Standing rows and last period by source."""
    # Names on lists have no period; the day from which they are known stands in.
    period = "period" if "period" in rows.columns else "known_from"
    needed = ["source", period, *(["known_to"] if table in BITEMPORAL else [])]
    stand = standing(table, rows.select(list(dict.fromkeys(needed))))
    return stand.group_by("source").agg(pl.len().alias("rows"), pl.col(period).max().alias("last"))


LOST_SHARE = 0.1
"""A reply may lack figures that stood: a yearly revision drops some of the smallest partners, far below a tenth of all
figures. A month that is lacking for everybody is no revision."""


def replies(fetched: Mapping[str, Sequence[Frames]], previous: Frames) -> Iterable[Finding]:
    """What a live source sent holds what stood, between its own first and last period.

    A live source's earlier figures stay whatever it sends, so a month that its reply skips would not show as lost; it
    would stand, unrevised, between two that were.
    """
    releases = previous["release"]
    for source, fetches in fetched.items():
        own = releases.filter(pl.col("origin") == source).select("release")
        for table, by in (("trade_flow", ["reporter", "flow", "product"]), ("macro", ["indicator"])):
            parts = [frames[table] for frames in fetches[-1:] if table in frames and not frames[table].is_empty()]
            for part in parts:
                periods = part["period"]
                asked = pl.col("source").is_in(part["source"].unique().implode())
                asked &= pl.col("period").is_between(periods.min(), periods.max())
                needed = [*TABLES[table].primary_key(), "release", "known_to"]
                needed += ["is_forecast"] if table == "macro" else []
                stood = standing(table, previous[table].select(needed).filter(asked))
                yield from _reply(source, table, [*by, "frequency", "source"], part, stood, own)


def _reply(
    source: str, table: str, by: Sequence[str], part: pl.DataFrame, stood: pl.DataFrame, own: pl.DataFrame
) -> Iterable[Finding]:
    key = [name for name in TABLES[table].primary_key() if name != "known_from"]
    spans = part.group_by(by).agg(pl.col("period").min().alias("first"), pl.col("period").max().alias("last"))
    within = stood.join(spans, on=by).filter(pl.col("period").is_between(pl.col("first"), pl.col("last")))
    if table == "macro":
        within = within.filter(~pl.col("is_forecast"))
    # Only what is of the first word's kind can be one of them: what else came is left aside, it may be millions.
    lost = without(within, part.filter(pl.col(by[0]).is_in(within[by[0]].unique().implode())), key)
    if lost.is_empty():
        return
    periods = [*by, "period"]
    whole = lost.group_by(periods).len("lost").join(part.select(periods).unique(), on=periods, how="anti").sort(periods)
    if not whole.is_empty():
        row = whole.row(0, named=True)
        what = " ".join(str(row[name]) for name in by[:-2])
        sentence = (
            f"The reply of {source} lacks {row['period']:%Y-%m} of {what} altogether, between periods that it has; "
            f"{whole['lost'].sum():,} figures that stood are not in it."
        )
        yield Finding("fail", "reply", table, sentence, lost.height)
        return
    # Single figures are missed only where this source gave them itself; the shipped files may hold others.
    lost, within = (rows.join(own, on="release", how="semi") for rows in (lost, within))
    if lost.is_empty():
        return
    level: Literal["fail", "warn"] = "fail" if lost.height > LOST_SHARE * within.height else "warn"
    sentence = (
        f"The reply of {source} lacks {lost.height:,} of {within.height:,} figures that it gave before; they stay."
    )
    yield Finding(level, "reply", table, sentence, lost.height)


def licences(frames: Frames, previous: Frames) -> Iterable[Finding]:
    """A source whose terms read otherwise than before: somebody should read them before the figures are passed on."""
    terms = ["licence", "licence_url", "credit"]
    old = previous["source"].select("source", *(pl.col(name).alias(f"{name}_old") for name in terms))
    both = frames["source"].join(old, on="source", how="inner")
    changed = both.filter(pl.any_horizontal(pl.col(name).ne_missing(pl.col(f"{name}_old")) for name in terms))
    for row in changed.sort("source").iter_rows(named=True):
        sentence = f"The terms of {row['title']} read otherwise than in the build before: {row['licence']}."
        yield Finding("warn", "licence", "source", sentence, 1)
