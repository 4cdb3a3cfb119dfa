"""Sanctions lists over time: one complete list laid upon what stood before, and counts by month from the names.

A list as fetched is complete. What stood and no longer comes was removed, on the day of that fetch at the latest; what
comes again is back. Counts hold survivors before the first fetch: who was taken off before it is nowhere in the list.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

import polars as pl

from pipelines.errors import ParseError
from pipelines.normalise.periods import months_before
from pipelines.schema import TABLES
from pipelines.schema.terms import Frequency

GONE = "no longer on the list as fetched"
FROM_DELTA = "programme added"
"""First words of `listed_basis` where a history of changes dates the programme: better than the list's first day."""

ALL = "all"
"""Programme of the counts that take each entry once, whatever the programmes it stands under."""

SHARE_LEFT = 0.5
"""No list of ours ever lost half of its names at once; the largest cuts (Iran 2016, Myanmar 2016) were smaller."""

_ROW = ["list", "entry", "programme"]
_FIRST_SIGHT = ("release", "known_from")
_GROUP = ["list", "area", "programme"]


def days(fetched: pl.DataFrame) -> dict[str, date]:
    """The day of each list as fetched: its newest `known_from`."""
    newest = fetched.group_by("list").agg(pl.col("known_from").max()).sort("list")
    return dict(zip(newest["list"], newest["known_from"], strict=True))


def fold(before: pl.DataFrame, fetched: pl.DataFrame, day_by_list: Mapping[str, date]) -> pl.DataFrame:
    """Lay lists as fetched upon the rows that stood before. Lists that were not fetched stay as they are.

    Args:
        before: rows of `designation` of the build before; empty when there was none.
        fetched: rows of `designation` as fetched, each list complete.
        day_by_list: the day of each fetched list (`days(fetched)`, or the day of retrieval).

    Returns:
        Rows of `designation`, sorted by key. Names, areas and dates are the newest; `release` and `known_from` stay
        those of the first sight; a row with a `removed` of its own keeps it.

    Raises:
        ParseError: a list came twice in one fetch, is older than what stands, or lost more than half of its names.
    """
    twice = fetched.filter(pl.struct(_ROW).is_duplicated())
    if not twice.is_empty():
        raise ParseError(f"{twice['list'][0]}: the entry {twice['entry'][0]} came twice under one programme.")
    was_fetched = pl.col("list").is_in(list(day_by_list))
    stood = before.filter(was_fetched)
    for name, day in sorted(day_by_list.items()):
        _guard(name, day, stood.filter(pl.col("list") == name), fetched.filter(pl.col("list") == name))
    old = stood.select(
        *_ROW, *(pl.col(name).alias(f"{name}_old") for name in (*_FIRST_SIGHT, "listed", "listed_basis"))
    )
    dated_better = _starts("listed_basis_old") & ~_starts("listed_basis") & pl.col("listed_old").is_not_null()
    keeps_date = dated_better | pl.col("listed").is_null()
    now = fetched.join(old, on=_ROW, how="left").with_columns(
        *(pl.coalesce(f"{name}_old", name).alias(name) for name in _FIRST_SIGHT),
        pl.when(keeps_date).then("listed_old").otherwise("listed").alias("listed"),
        pl.when(keeps_date).then("listed_basis_old").otherwise("listed_basis").alias("listed_basis"),
    )
    off = pl.col("removed").is_null()
    day_of = pl.col("list").replace_strict(dict(day_by_list), return_dtype=pl.Date, default=None)
    gone = stood.join(fetched, on=_ROW, how="anti").with_columns(
        pl.when(off).then(day_of).otherwise("removed").alias("removed"),
        pl.when(off).then(pl.lit(GONE)).otherwise("removed_basis").alias("removed_basis"),
    )
    columns = TABLES["designation"].column_names()
    parts = [part.select(columns) for part in (before.filter(~was_fetched), now, gone)]
    return pl.concat(parts).sort(_ROW)


def _starts(column: str) -> pl.Expr:
    return pl.col(column).str.starts_with(FROM_DELTA).fill_null(value=False)


def _guard(name: str, day: date, stood: pl.DataFrame, fetched: pl.DataFrame) -> None:
    newest = stood["known_from"].max()
    if isinstance(newest, date) and day < newest:
        raise ParseError(f"{name} as fetched is of {day}, older than what stands ({newest}); it was not taken.")
    had, has = (rows.filter(pl.col("removed").is_null())["entry"].n_unique() for rows in (stood, fetched))
    if has < SHARE_LEFT * had:
        raise ParseError(
            f"{name} came with {has:,} entries, where {had:,} stood: it was cut short, not emptied. "
            "The names that stood stay."
        )


def counts(
    designations: pl.DataFrame,
    day_by_list: Mapping[str, date] | None = None,
    release_by_list: Mapping[str, str] | None = None,
    everywhere: str | None = None,
) -> pl.DataFrame:
    """Names by list, area, programme and month: added, removed, and the level where it is known.

    An entry counts in each of its areas, and in none where the list ties it to no country. Programme `all` takes an
    entry once: listed when first listed, removed when it is off all its programmes. `added` counts dated entries only,
    `level` all of them. The level begins with the month of the first fetch and then has every month; months before it
    have a row only where something happened, and their `removed` is empty unless the list's own history told it.

    Args:
        designations: rows of `designation`.
        day_by_list: the last day on which each list is known to stand so. Pass the day of the newest fetch, or the
            newest `known_from` of the counts before, so that a month without changes has its row; the newest day
            among the rows when omitted. Only months that are over on that day are counted.
        release_by_list: the release to name; that of the newest rows when omitted.
        everywhere: an area code for further counts that take every entry, tied to a country or not; none of them when
            omitted. Nearly half of the EU's entries name no country, so a programme's size shows nowhere else.

    Returns:
        Rows of `listing_count`, sorted by list, area, period and programme.
    """
    columns = {column: contract.dtype for column, contract in TABLES["listing_count"].columns().items()}
    if designations.is_empty():
        return pl.DataFrame(schema=columns)
    facts = _lists(designations, day_by_list or {}, release_by_list or {})
    spans = _spans(designations, everywhere)
    events = _events(spans).join(facts, on="list").filter(pl.col("period") <= pl.col("last"))
    grid = (
        events.group_by(*_GROUP)
        .agg(pl.col("period").min().alias("start"), pl.col("first", "last").first())
        .with_columns(pl.max_horizontal("start", "first").alias("start"))
        .filter(pl.col("start") <= pl.col("last"))
        .with_columns(pl.date_ranges("start", "last", "1mo").alias("period"))
        .explode("period")
    )
    both = pl.concat([events.select(*_GROUP, "period"), grid.select(*_GROUP, "period")]).unique()
    table = (
        both.join(events.select(*_GROUP, "period", "added", "removed", "change"), on=[*_GROUP, "period"], how="left")
        .with_columns(pl.col("added", "removed", "change").fill_null(0))
        .sort(*_GROUP, "period")
        .with_columns(pl.col("change").cum_sum().over(_GROUP).alias("level"))
        .join(facts, on="list")
    )
    watched = pl.col("period") > pl.col("first")
    return (
        table.with_columns(
            pl.when(pl.col("period") >= pl.col("first")).then("level").alias("level"),
            pl.when(watched | (pl.col("removed") > 0)).then("removed").alias("removed"),
            pl.lit(Frequency.MONTH.value).alias("frequency"),
        )
        .cast(columns)  # type: ignore[arg-type]
        .select(list(columns))
        .sort("list", "area", "period", "programme")
    )


def _lists(
    designations: pl.DataFrame, day_by_list: Mapping[str, date], release_by_list: Mapping[str, str]
) -> pl.DataFrame:
    """Per list: source, release, known_from, the month of the first fetch and the last month that is over."""
    rows = []
    for (name,), mine in designations.sort("known_from", "release").group_by("list", maintain_order=True):
        known = [mine["known_from"].max(), day_by_list.get(str(name))]
        # A removal that the fetch found dates the fetch; one that the list itself dates may lie ahead.
        known.append(mine.filter(pl.col("removed_basis") == GONE)["removed"].max())
        newest = max(day for day in known if isinstance(day, date))
        first = mine["known_from"].min()
        rows.append(
            {
                "list": str(name),
                "source": mine["source"][-1],
                "release": release_by_list.get(str(name), mine["release"][-1]),
                "known_from": newest,
                "first": first.replace(day=1) if isinstance(first, date) else None,
                "last": months_before(newest + timedelta(days=1), 1),
            }
        )
    return pl.DataFrame(rows, schema_overrides={"first": pl.Date, "last": pl.Date, "known_from": pl.Date})


def _spans(designations: pl.DataFrame, everywhere: str | None) -> pl.DataFrame:
    """Per list, area, programme and entry: dated month, first and last month on the list; `all` among programmes."""
    entry = ["list", "entry"]
    on = pl.coalesce("listed", "known_from")
    rows = designations.select(
        *_ROW,
        "listed",
        on.alias("on"),
        pl.max_horizontal("removed", pl.when(pl.col("removed").is_not_null()).then(on)).alias("off"),
        pl.col("areas").str.split(";").alias("area"),
    )
    single = rows.filter(pl.col("programme") != ALL)
    once = rows.group_by(entry).agg(
        pl.lit(ALL).alias("programme"),
        pl.col("listed").min(),
        pl.col("on").min(),
        pl.when(pl.col("off").is_null().any()).then(None).otherwise(pl.col("off").max()).alias("off"),
        pl.col("area").explode().drop_nulls().unique().alias("area"),
    )
    spans = pl.concat([single, once.select(single.columns)])
    tied = spans.explode("area").drop_nulls("area")
    if everywhere is not None:
        tied = pl.concat([tied, spans.with_columns(pl.lit(everywhere).alias("area"))])
    return tied.with_columns(pl.col("listed", "on", "off").dt.truncate("1mo"))


def _events(spans: pl.DataFrame) -> pl.DataFrame:
    """Per group and month: dated entries added, entries removed, and the change of the level."""
    one = pl.lit(1, dtype=pl.Int64)
    none = pl.lit(0, dtype=pl.Int64)
    parts = []
    for column, added, removed, change in (
        ("listed", one, none, none),
        ("on", none, none, one),
        ("off", none, one, -one),
    ):
        parts.append(
            spans.drop_nulls(column).select(
                *_GROUP,
                pl.col(column).alias("period"),
                added.alias("added"),
                removed.alias("removed"),
                change.alias("change"),
            )
        )
    return pl.concat(parts).group_by(*_GROUP, "period").agg(pl.col("added", "removed", "change").sum())
