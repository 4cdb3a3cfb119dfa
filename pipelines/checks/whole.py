"""The tables together: enough rows, nothing named that is not described, nothing dated after its vintage."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import polars as pl

from pipelines.checks.finding import Finding, Frames
from pipelines.schema.terms import Frequency

MINIMUM_ROWS: Mapping[str, int] = {"area": 1, "source": 1, "release": 1, "trade_flow": 1}
"""Without these a build answers nothing: no area, source, vintage or trade row at all."""

DAYS_EARLY = 2
"""A month of working days is over on its last one: rates of October 2026 were complete on Friday the 30th."""


def enough(frames: Frames) -> Iterable[Finding]:
    """Tables without which a build answers nothing hold at least `MINIMUM_ROWS`."""
    for table, least in MINIMUM_ROWS.items():
        rows = frames[table].height
        if rows < least:
            yield Finding("fail", "rows", table, f"{table} holds {rows:,} rows, fewer than {least:,}.", rows)


def references(frames: Frames) -> Iterable[Finding]:
    """Every area, source, release and regime that is named is described."""
    columns = [
        *(("area", "area", table, column) for table, column in _AREA_COLUMNS),
        *(("source", "source", table, "source") for table in _HAVE_SOURCE),
        *(("release", "release", table, "release") for table in _HAVE_SOURCE if table != "release"),
        ("regime", "regime", "measure", "regime"),
        ("measure", "measure", "measure", "supersedes"),
        ("measure", "measure", "measure", "eases"),
        ("measure", "measure", "subject", "landmarks"),
        ("measure", "measure", "subject", "shown_first"),
        *(("sender", "sender", table, "sender") for table in ("regime", "measure", "subject")),
        ("source", "source", "gap", "source"),
    ]
    for table, key, user, column in columns:
        known = frames[table].select(pl.col(key).alias("word"))
        words = frames[user].select(pl.col(column).alias("word")).drop_nulls()
        if column in _LISTS:
            words = words.select(pl.col("word").str.split(";").list.explode(keep_nulls=False, empty_as_null=False))
        strange = words.join(known, on="word", how="anti")
        if not strange.is_empty():
            first = ", ".join(strange["word"].unique().sort()[:3].to_list())
            sentence = f"{user}.{column} names {table} {first}, which the table {table} does not have."
            yield Finding("fail", "references", user, sentence, strange.height)


_AREA_COLUMNS = (
    ("trade_flow", "reporter"),
    ("trade_flow", "partner"),
    ("macro", "area"),
    ("published_total", "reporter"),
    ("published_total", "partner"),
    ("partner_share", "area"),
    ("partner_share", "partner"),
    ("listing_count", "area"),
    ("designation", "areas"),
    ("regime", "targets"),
    ("measure", "target"),
    ("subject", "codes"),
    ("subject", "reporter"),
    ("subject", "peers"),
    ("subject", "seen_with"),
)
_HAVE_SOURCE = ("release", "trade_flow", "macro", "published_total", "partner_share", "listing_count", "designation")
_LISTS = (
    *("areas", "targets", "target", "supersedes", "eases"),
    *("codes", "peers", "seen_with", "landmarks", "shown_first"),
)


def bases(frames: Frames) -> Iterable[Finding]:
    """Every figure of trade stands on the statistical basis that the facts of its source name."""
    stated = frames["source"].select("source", pl.col("basis").alias("stated"))
    given = frames["trade_flow"].select("source", "basis").unique().join(stated, on="source", how="left")
    for row in given.filter(pl.col("basis").ne_missing(pl.col("stated"))).sort("source", "basis").iter_rows(named=True):
        said = "no basis" if row["stated"] is None else repr(row["stated"])
        sentence = f"trade_flow has figures of {row['source']} on the basis {row['basis']!r}; its facts name {said}."
        yield Finding("fail", "basis", "trade_flow", sentence, 1)


def no_future(frames: Frames) -> Iterable[Finding]:
    """A period that was not over when its vintage came out is a forecast or an error."""
    steps = {Frequency.MONTH: "1mo", Frequency.QUARTER: "1q", Frequency.YEAR: "1y", Frequency.DAY: "1d"}
    for table in ("trade_flow", "macro", "listing_count"):
        frame = frames[table]
        ends = [
            pl.when(pl.col("frequency") == frequency.value).then(pl.col("period").dt.offset_by(step))
            for frequency, step in steps.items()
        ]
        end = pl.coalesce(ends)
        excused = pl.col("is_forecast") if table == "macro" else pl.lit(value=False)
        early = frame.filter(end > pl.col("known_from") + pl.duration(days=1 + DAYS_EARLY), ~excused)
        if not early.is_empty():
            row = early.sort("period").row(0, named=True)
            sentence = (
                f"{table}: {early.height:,} rows are about periods that were not over when they were published, "
                f"for example {row['period']} in {row['release']}."
            )
            yield Finding("fail", "period after vintage", table, sentence, early.height)
